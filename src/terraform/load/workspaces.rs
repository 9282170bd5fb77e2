//! The names of workspaces that a module tells apart: `terraform.workspace == "prod"`, `local.sizes[terraform.workspace]`.

use std::collections::BTreeSet;

use super::module::Module;
use crate::terraform::syntax::{Body, Expression, ExpressionKind};

/// The names that a module compares its workspace with, or looks up by it.
pub fn named_workspaces(module: &Module) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for expression in expressions(module) {
        collect(expression, module, &mut names);
    }
    names
}

fn expressions(module: &Module) -> Vec<&Expression> {
    let mut found = Vec::new();
    found.extend(module.locals.values().map(|local| &local.value));
    let outputs = module.outputs.values();
    found.extend(outputs.filter_map(|output| output.value.as_ref()));
    let resources = module.resources.values().map(|block| &block.body);
    let calls = module.calls.values().map(|call| &call.body);
    let providers = module.providers.iter().map(|provider| &provider.body);
    for body in resources.chain(calls).chain(providers) {
        of_body(body, &mut found);
    }
    found
}

fn of_body<'m>(body: &'m Body, found: &mut Vec<&'m Expression>) {
    found.extend(body.attributes.iter().map(|attribute| &attribute.value));
    for block in &body.blocks {
        of_body(&block.body, found);
    }
}

fn collect<'m>(expression: &'m Expression, module: &'m Module, names: &mut BTreeSet<&'m str>) {
    match &expression.kind {
        ExpressionKind::Binary(_, left, right) if is_workspace(left, module) => text(right, names),
        ExpressionKind::Binary(_, left, right) if is_workspace(right, module) => text(left, names),
        ExpressionKind::Index(source, key) if is_workspace(key, module) => {
            keys(source, module, names);
        }
        // `lookup(map, workspace)` and `contains(list, workspace)`
        ExpressionKind::Call { arguments, .. } => match &arguments[..] {
            [source, key, ..] if is_workspace(key, module) => keys(source, module, names),
            _ => {}
        },
        _ => {}
    }
    expression.for_each_child(&mut |child| collect(child, module, names));
}

/// Whether an expression is `terraform.workspace`, or a local value that is.
fn is_workspace(expression: &Expression, module: &Module) -> bool {
    let local = attribute_of(expression, "local").and_then(|name| module.locals.get(name));
    let meant = local.map_or(expression, |local| &local.value);
    attribute_of(meant, "terraform") == Some("workspace")
}

/// The name behind `root.`, if the expression is that.
fn attribute_of<'m>(expression: &'m Expression, root: &str) -> Option<&'m str> {
    let ExpressionKind::Attribute(source, name) = &expression.kind else {
        return None;
    };
    let is_root = matches!(&source.kind, ExpressionKind::Variable(found) if &**found == root);
    is_root.then_some(&**name)
}

fn text<'m>(expression: &'m Expression, names: &mut BTreeSet<&'m str>) {
    if let ExpressionKind::String(text) = &expression.kind {
        names.insert(text);
    }
}

/// The keys of an object, or the elements of a list, that stands there or in the local value that is named.
fn keys<'m>(source: &'m Expression, module: &'m Module, names: &mut BTreeSet<&'m str>) {
    match &source.kind {
        ExpressionKind::Object(items) => {
            for item in items {
                text(&item.key, names);
            }
        }
        ExpressionKind::Tuple(elements) => {
            for element in elements {
                text(element, names);
            }
        }
        ExpressionKind::Attribute(..) => {
            let name = attribute_of(source, "local");
            let local = name.and_then(|name| module.locals.get(name));
            // A local value that names another is looked through no further: it may name itself.
            if let Some(local) = local
                && attribute_of(&local.value, "local").is_none()
            {
                keys(&local.value, module, names);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terraform::load::from_text;

    #[test]
    fn a_module_names_workspaces_where_it_tells_them_apart() {
        let text = "locals {\n  env   = terraform.workspace\n  sizes = { prod = 3, \"test\" = 1 }\n  \
                    size  = local.sizes[local.env]\n  is_dev = terraform.workspace == \"dev\"\n  \
                    other = var.name == \"none\"\n}\n\
                    resource \"aws_vpc\" \"main\" {\n  tags = { a = lookup({ stage = 1 }, terraform.workspace, 2) }\n  \
                    count = contains([\"live\"], \"${terraform.workspace}\") ? 1 : 0\n}\n";
        let loaded = from_text(&[("main.tf", text)]);
        let module = loaded.modules.get(loaded.roots[0].module);
        let names: Vec<&str> = named_workspaces(module).into_iter().collect();
        assert_eq!(names, ["dev", "prod", "stage", "test"]);
    }
}
