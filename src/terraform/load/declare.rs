//! Turns the blocks of a module's files into its declarations, and reports what is declared twice.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::source::{Problem, Span};
use crate::terraform::address::Mode;
use crate::terraform::load::module::{
    Module, ModuleCall, Output, ProviderBlock, ResourceBlock, ResourceName, Variable,
};
use crate::terraform::syntax::{Attribute, Block, Body, ExpressionKind};

/// One declaration of a module. A `locals` block holds several.
enum ModuleDeclaration {
    Variable(Arc<str>, Variable),
    Local(Attribute),
    Output(Arc<str>, Output),
    Resource(ResourceName, ResourceBlock),
    Call(Arc<str>, ModuleCall),
    Provider(ProviderBlock),
    /// A block that evaluation does not need by name.
    Uninterpreted(Block),
}

/// Adds what blocks declare; a name that is declared twice is a problem.
pub(super) fn declare(module: &mut Module, blocks: Vec<Block>, problems: &mut Vec<Problem>) {
    for block in blocks {
        match of_block(block) {
            Ok(declarations) => {
                for declaration in declarations {
                    add(module, declaration, problems);
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    check_providers(module, problems);
}

/// The declarations of a block, or what is wrong with its type and labels.
fn of_block(block: Block) -> Result<Vec<ModuleDeclaration>, Problem> {
    let labels: Vec<Arc<str>> = block
        .labels
        .iter()
        .map(|label| label.text.clone())
        .collect();
    let declaration = match (&*block.kind, labels.as_slice()) {
        ("variable", [name]) => ModuleDeclaration::Variable(name.clone(), variable(&block)),
        ("output", [name]) => ModuleDeclaration::Output(name.clone(), output(&block)),
        ("locals", []) => {
            return Ok(block
                .body
                .attributes
                .into_iter()
                .map(ModuleDeclaration::Local)
                .collect());
        }
        ("module", [name]) => ModuleDeclaration::Call(name.clone(), call(block)),
        ("provider", [name]) => ModuleDeclaration::Provider(provider(name.clone(), block)),
        ("resource", [kind, name]) => resource(Mode::Managed, kind, name, block),
        ("data", [kind, name]) => resource(Mode::Data, kind, name, block),
        ("ephemeral", [kind, name]) => resource(Mode::Ephemeral, kind, name, block),
        ("check", [_]) => return Ok(check(block)),
        ("terraform" | "moved" | "removed" | "import", []) | ("action", [_, _]) => {
            ModuleDeclaration::Uninterpreted(block)
        }
        // The same labels in another number, or a type that Terraform does not have.
        _ => return Err(unknown_block(&block)),
    };
    Ok(vec![declaration])
}

fn unknown_block(block: &Block) -> Problem {
    let labels = match &*block.kind {
        "resource" | "data" | "ephemeral" | "action" => "a type and a name",
        "variable" | "output" | "module" | "provider" | "check" => "one label, its name",
        "locals" | "terraform" | "moved" | "removed" | "import" => "no labels",
        kind => {
            let message = format!("blocks of type `{kind}` are not known");
            return Problem::warning(message, block.header);
        }
    };
    Problem::error(format!("`{}` takes {labels}", block.kind), block.header)
}

fn variable(block: &Block) -> Variable {
    let value = |name| block.body.attribute(name).map(|found| found.value.clone());
    Variable {
        type_constraint: value("type"),
        default: value("default"),
        nullable: flag(&block.body, "nullable").unwrap_or(true),
        sensitive: flag(&block.body, "sensitive").unwrap_or(false),
        validations: block.body.blocks("validation").cloned().collect(),
        span: block.header,
    }
}

fn output(block: &Block) -> Output {
    let value = block.body.attribute("value");
    Output {
        value: value.map(|found| found.value.clone()),
        sensitive: flag(&block.body, "sensitive").unwrap_or(false),
        preconditions: block.body.blocks("precondition").cloned().collect(),
        span: block.header,
    }
}

/// A meta-argument that is `true` or `false`; Terraform also takes the words in quotes.
fn flag(body: &Body, name: &str) -> Option<bool> {
    match &body.attribute(name)?.value.kind {
        ExpressionKind::Bool(value) => Some(*value),
        ExpressionKind::String(text) => match &**text {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn call(block: Block) -> ModuleCall {
    ModuleCall {
        body: block.body,
        header: block.header,
        span: block.span,
    }
}

fn provider(name: Arc<str>, block: Block) -> ProviderBlock {
    let written = block.body.attribute("alias").map(|found| &found.value.kind);
    let alias = match written {
        Some(ExpressionKind::String(text)) => Some(text.clone()),
        Some(ExpressionKind::Variable(word)) => Some(word.clone()),
        _ => None,
    };
    ProviderBlock {
        name,
        alias,
        body: block.body,
        header: block.header,
    }
}

fn resource(mode: Mode, kind: &Arc<str>, name: &Arc<str>, block: Block) -> ModuleDeclaration {
    let resource = ResourceName {
        mode,
        kind: kind.clone(),
        name: name.clone(),
    };
    let block = ResourceBlock {
        body: block.body,
        header: block.header,
        span: block.span,
    };
    ModuleDeclaration::Resource(resource, block)
}

/// A `check` block may hold a data source, which expressions anywhere in the module can refer to.
fn check(block: Block) -> Vec<ModuleDeclaration> {
    let data_sources = block.body.blocks("data").cloned().collect::<Vec<_>>();
    let declared = data_sources
        .into_iter()
        .filter_map(|data_source| of_block(data_source).ok());
    let mut declarations: Vec<ModuleDeclaration> = declared.flatten().collect();
    declarations.push(ModuleDeclaration::Uninterpreted(block));
    declarations
}

/// Adds a declaration. Of two with one name the later stays; Terraform refuses both, so either is as good.
fn add(module: &mut Module, declaration: ModuleDeclaration, problems: &mut Vec<Problem>) {
    let declared_before = match declaration {
        ModuleDeclaration::Variable(name, variable) => {
            let span = variable.span;
            let old = module.variables.insert(name.clone(), variable);
            old.map(|_| (format!("variable `{name}`"), span))
        }
        ModuleDeclaration::Local(attribute) => {
            let (name, span) = (attribute.name.clone(), attribute.span);
            let old = module.locals.insert(name.clone(), attribute);
            old.map(|_| (format!("local value `{name}`"), span))
        }
        ModuleDeclaration::Output(name, output) => {
            let span = output.span;
            let old = module.outputs.insert(name.clone(), output);
            old.map(|_| (format!("output `{name}`"), span))
        }
        ModuleDeclaration::Resource(name, block) => {
            let span = block.header;
            let old = module.resources.insert(name.clone(), block);
            old.map(|_| (format!("`{}`", resource_text(&name)), span))
        }
        ModuleDeclaration::Call(name, call) => {
            let span = call.header;
            let old = module.calls.insert(name.clone(), call);
            old.map(|_| (format!("module `{name}`"), span))
        }
        ModuleDeclaration::Provider(provider) => {
            module.providers.push(provider);
            None
        }
        ModuleDeclaration::Uninterpreted(block) => {
            module.other_blocks.push(block);
            None
        }
    };
    if let Some((what, span)) = declared_before {
        problems.push(declared_twice(&what, span));
    }
}

/// Reports providers that are configured twice under one name and alias.
fn check_providers(module: &Module, problems: &mut Vec<Problem>) {
    let mut known = BTreeSet::new();
    for provider in &module.providers {
        if !known.insert((&provider.name, &provider.alias)) {
            problems.push(declared_twice(&provider_text(provider), provider.header));
        }
    }
}

fn provider_text(provider: &ProviderBlock) -> String {
    match &provider.alias {
        Some(alias) => format!("provider `{}.{alias}`", provider.name),
        None => format!("provider `{}`", provider.name),
    }
}

fn resource_text(name: &ResourceName) -> String {
    match name.mode {
        Mode::Managed => format!("{}.{}", name.kind, name.name),
        Mode::Data => format!("data.{}.{}", name.kind, name.name),
        Mode::Ephemeral => format!("ephemeral.{}.{}", name.kind, name.name),
    }
}

fn declared_twice(what: &str, span: Span) -> Problem {
    Problem::error(format!("{what} is declared twice in this module"), span)
}
