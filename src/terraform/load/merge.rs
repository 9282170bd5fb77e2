//! Merges override files (`override.tf`, `*_override.tf`) into the other files of a module, as Terraform's
//! documentation "Override Files" describes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::source::{Problem, Span};
use crate::terraform::syntax::{Attribute, Block, Body, ExpressionKind};

/// Merges the blocks of an override file into the blocks of a module.
pub(super) fn merge(base: &mut Vec<Block>, overriding: Vec<Block>, problems: &mut Vec<Problem>) {
    let mut positions = positions(base);
    for block in overriding {
        match &*block.kind {
            "locals" => merge_locals(base, block, problems),
            "terraform" => merge_terraform(base, block),
            "moved" | "removed" | "import" | "check" => problems.push(Problem::error(
                format!("`{}` cannot stand in an override file", block.kind),
                block.header,
            )),
            _ => problems.extend(merge_block(base, &mut positions, block)),
        }
    }
}

/// What identifies a block in its module: its type, its labels, and the alias of a provider.
type BlockName = (Arc<str>, Vec<Arc<str>>, Option<Arc<str>>);

fn name(block: &Block) -> BlockName {
    let labels = block.labels.iter().map(|label| label.text.clone());
    (block.kind.clone(), labels.collect(), alias(block))
}

/// The position of the first block of each name.
fn positions(blocks: &[Block]) -> BTreeMap<BlockName, usize> {
    // Backward, so that the first of several blocks of one name is what remains in the map.
    let backward = blocks.iter().enumerate().rev();
    backward.map(|(at, block)| (name(block), at)).collect()
}

fn merge_block(
    base: &mut Vec<Block>,
    positions: &mut BTreeMap<BlockName, usize>,
    block: Block,
) -> Option<Problem> {
    let name = name(&block);
    if let Some(at) = positions.get(&name) {
        return merge_into(&mut base[*at], block);
    }
    // Every provider has a default configuration, even where no block is written for it.
    if &*block.kind == "provider" && name.2.is_none() {
        positions.insert(name, base.len());
        base.push(block);
        return None;
    }
    Some(nothing_to_override(&describe(&block), block.header))
}

fn alias(block: &Block) -> Option<Arc<str>> {
    if &*block.kind != "provider" {
        return None;
    }
    match &block.body.attribute("alias")?.value.kind {
        ExpressionKind::String(text) | ExpressionKind::Variable(text) => Some(text.clone()),
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
    let mut attributes = over.body.attributes.iter();
    let depends_on = attributes.position(|attribute| &*attribute.name == "depends_on");
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

/// Arguments replace those of the same name; blocks replace all blocks of the same type, except
/// that `lifecycle` is merged argument by argument.
fn merge_body(base: &mut Body, over: Body) {
    merge_attributes(&mut base.attributes, over.attributes);
    let mut blocks = Vec::new();
    for block in over.blocks {
        let is_lifecycle = |old: &&mut Block| &*old.kind == "lifecycle";
        let mergeable = Some(&mut base.blocks).filter(|_| &*block.kind == "lifecycle");
        match mergeable.and_then(|old| old.iter_mut().find(is_lifecycle)) {
            Some(old) => merge_body(&mut old.body, block.body),
            None => blocks.push(block),
        }
    }
    let types: BTreeSet<Arc<str>> = blocks.iter().map(produced_type).collect();
    let is_kept = |block: &Block| !types.contains(&produced_type(block));
    base.blocks.retain(is_kept);
    base.blocks.append(&mut blocks);
}

fn merge_attributes(base: &mut Vec<Attribute>, over: Vec<Attribute>) {
    let positions: BTreeMap<Arc<str>, usize> = base
        .iter()
        .enumerate()
        .map(|(at, attribute)| (attribute.name.clone(), at))
        .collect();
    for attribute in over {
        match positions.get(&attribute.name) {
            Some(at) => base[*at] = attribute,
            None => base.push(attribute),
        }
    }
}

/// The type of the blocks that a block stands for: `ingress` for `dynamic "ingress"`.
fn produced_type(block: &Block) -> Arc<str> {
    match block.labels.as_slice() {
        [label] if &*block.kind == "dynamic" => label.text.clone(),
        _ => block.kind.clone(),
    }
}

fn merge_locals(base: &mut [Block], over: Block, problems: &mut Vec<Problem>) {
    let blocks = base.iter_mut().filter(|block| &*block.kind == "locals");
    let attributes = blocks.flat_map(|block| &mut block.body.attributes);
    let mut locals: BTreeMap<Arc<str>, &mut Attribute> = attributes
        .map(|attribute| (attribute.name.clone(), attribute))
        .collect();
    for attribute in over.body.attributes {
        match locals.get_mut(&attribute.name) {
            Some(old) => **old = attribute,
            None => problems.push(nothing_to_override(
                &format!("local value `{}`", attribute.name),
                attribute.span,
            )),
        }
    }
}

/// A `backend` or `cloud` block replaces the one of the module, whichever file declares it; the rest of the block is
/// added.
fn merge_terraform(base: &mut Vec<Block>, over: Block) {
    let is_backend = |block: &Block| matches!(&*block.kind, "backend" | "cloud");
    if over.body.blocks.iter().any(is_backend) {
        let settings = base.iter_mut().filter(|block| &*block.kind == "terraform");
        for terraform in settings {
            terraform.body.blocks.retain(|block| !is_backend(block));
        }
    }
    base.push(over);
}

fn nothing_to_override(what: &str, span: Span) -> Problem {
    Problem::error(format!("there is no {what} to override"), span)
}
