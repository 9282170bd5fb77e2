//! Override files, as Terraform's documentation "Override Files" describes them.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::source::Problem;
use crate::terraform::syntax::{Attribute, Block, Body, ExpressionKind};

/// Merges the blocks of an override file into the blocks of a module.
pub(super) fn merge(base: &mut Vec<Block>, overriding: Vec<Block>, problems: &mut Vec<Problem>) {
    for block in overriding {
        let problem = match &*block.kind {
            "locals" => merge_locals(base, block, problems),
            "terraform" => {
                merge_terraform(base, block);
                None
            }
            "moved" | "removed" | "import" | "check" => Some(Problem::error(
                format!("`{}` cannot stand in an override file", block.kind),
                block.header,
            )),
            _ => merge_block(base, block),
        };
        problems.extend(problem);
    }
}

fn merge_block(base: &mut Vec<Block>, block: Block) -> Option<Problem> {
    let alias = alias(&block);
    if let Some(found) = base.iter_mut().find(|found| is_same(found, &block)) {
        return merge_into(found, block);
    }
    if &*block.kind == "provider" && alias.is_none() {
        base.push(block);
        return None;
    }
    Some(nothing_to_override(&describe(&block), block.header))
}

fn is_same(found: &Block, block: &Block) -> bool {
    let labels = |block: &Block| -> Vec<Arc<str>> {
        block
            .labels
            .iter()
            .map(|label| label.text.clone())
            .collect()
    };
    found.kind == block.kind && labels(found) == labels(block) && alias(found) == alias(block)
}

fn alias(block: &Block) -> Option<&str> {
    if &*block.kind != "provider" {
        return None;
    }
    match &block.body.attribute("alias")?.value.kind {
        ExpressionKind::String(text) | ExpressionKind::Variable(text) => Some(text),
        _ => None,
    }
}

fn describe(block: &Block) -> String {
    let labels = block
        .labels
        .iter()
        .map(|label| format!(" \"{}\"", label.text));
    format!("{}{}", block.kind, labels.collect::<String>())
}

fn merge_into(base: &mut Block, mut over: Block) -> Option<Problem> {
    let mut depends_on = over.body.attributes.iter();
    let depends_on = depends_on.position(|attribute| &*attribute.name == "depends_on");
    let problem = depends_on.map(|at| {
        let attribute = over.body.attributes.remove(at);
        Problem::error("`depends_on` cannot be overridden", attribute.span)
    });
    if &*over.kind == "variable" {
        over.body.blocks.clear();
    }
    merge_body(&mut base.body, over.body);
    problem
}

/// Arguments replace those of the same name; blocks replace all blocks of the same type.
fn merge_body(base: &mut Body, over: Body) {
    for attribute in over.attributes {
        set(&mut base.attributes, attribute);
    }
    let mut blocks = Vec::new();
    for block in over.blocks {
        let old = base.blocks.iter_mut().find(|old| old.kind == block.kind);
        match old {
            Some(old) if &*block.kind == "lifecycle" => merge_body(&mut old.body, block.body),
            _ => blocks.push(block),
        }
    }
    let types: BTreeSet<Arc<str>> = blocks.iter().map(produced_type).collect();
    base.blocks
        .retain(|block| !types.contains(&produced_type(block)));
    base.blocks.append(&mut blocks);
}

/// The type of the blocks that a block stands for: `ingress` for `dynamic "ingress"`.
fn produced_type(block: &Block) -> Arc<str> {
    match block.labels.as_slice() {
        [label] if &*block.kind == "dynamic" => label.text.clone(),
        _ => block.kind.clone(),
    }
}

fn set(attributes: &mut Vec<Attribute>, attribute: Attribute) {
    match attributes.iter_mut().find(|old| old.name == attribute.name) {
        Some(old) => *old = attribute,
        None => attributes.push(attribute),
    }
}

fn merge_locals(base: &mut [Block], over: Block, problems: &mut Vec<Problem>) -> Option<Problem> {
    for attribute in over.body.attributes {
        let locals = base.iter_mut().filter(|block| &*block.kind == "locals");
        let mut values = locals.flat_map(|block| &mut block.body.attributes);
        match values.find(|old| old.name == attribute.name) {
            Some(old) => *old = attribute,
            None => problems.push(nothing_to_override(
                &format!("local value `{}`", attribute.name),
                attribute.span,
            )),
        }
    }
    None
}

/// A backend takes the place of the backend, whichever file declares it.
fn merge_terraform(base: &mut Vec<Block>, over: Block) {
    let is_backend = |block: &Block| matches!(&*block.kind, "backend" | "cloud");
    if over.body.blocks.iter().any(is_backend) {
        let settings = base.iter_mut().filter(|block| &*block.kind == "terraform");
        for block in settings {
            block.body.blocks.retain(|block| !is_backend(block));
        }
    }
    base.push(over);
}

fn nothing_to_override(what: &str, span: crate::source::Span) -> Problem {
    Problem::error(format!("there is no {what} to override"), span)
}
