//! What an instance of a block or module costs at least, counted in its text: it is charged before the instances are
//! made.

use super::Evaluator;
use super::budget::Expense;
use super::expand::Expansion;
use crate::source::Span;
use crate::terraform::load::module::{Module, ModuleId};
use crate::terraform::syntax::{Body, Expression};

/// Bytes of an attribute, of a block and of a module instance beside the values in them.
const ATTRIBUTE_BYTES: usize = 200;
const BLOCK_BYTES: usize = 600;
const MODULE_BYTES: usize = 2_000;

/// How many parts of expressions the search for references visits in the time of a step.
const NODES_PER_STEP: usize = 8;

/// What an instance costs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Weight {
    /// Instances that come with it, itself included.
    instances: usize,
    /// Nested blocks, without those that `dynamic` blocks make.
    blocks: usize,
    bytes: usize,
    steps: usize,
}

impl Weight {
    /// An instance of a resource with that body.
    pub(super) fn of_resource(body: &Body) -> Self {
        let mut weight = Self::of_content(body);
        weight.instances = 1;
        weight
    }

    /// A nested block with that body.
    pub(super) fn of_content(body: &Body) -> Self {
        let mut weight = Self::default();
        weight.add_content(body);
        weight
    }

    fn add_content(&mut self, body: &Body) {
        self.blocks += 1;
        self.bytes += BLOCK_BYTES + ATTRIBUTE_BYTES * body.attributes.len();
        for block in &body.blocks {
            self.add_content(&block.body);
        }
    }

    /// An instance of a module, with one instance of each of its blocks.
    fn of_module(module: &Module) -> Self {
        let mut weight = Self {
            instances: 1 + module.resources.len() + module.calls.len(),
            bytes: MODULE_BYTES,
            ..Self::default()
        };
        let mut nodes = 0;
        for block in module.resources.values() {
            weight.add_content(&block.body);
            nodes += nodes_in(&block.body);
        }
        nodes += module
            .calls
            .values()
            .map(|call| nodes_in(&call.body))
            .sum::<usize>();
        let locals = module.locals.values().map(|local| &local.value);
        let outputs = module
            .outputs
            .values()
            .filter_map(|output| output.value.as_ref());
        nodes += locals.chain(outputs).map(nodes_of).sum::<usize>();
        weight.steps = nodes / NODES_PER_STEP;
        weight
    }
}

fn nodes_in(body: &Body) -> usize {
    let attributes = body.attributes.iter();
    let in_attributes: usize = attributes.map(|attribute| nodes_of(&attribute.value)).sum();
    let blocks = body.blocks.iter();
    in_attributes + blocks.map(|block| nodes_in(&block.body)).sum::<usize>()
}

fn nodes_of(expression: &Expression) -> usize {
    let mut nodes = 1;
    expression.for_each_child(&mut |child| nodes += nodes_of(child));
    nodes
}

impl Evaluator<'_> {
    /// The instances of a resource block, if the account has them; else their number counts as unknown. The first
    /// instance is paid for with the module.
    pub(super) fn affordable(&self, expansion: Expansion, body: &Body, span: Span) -> Expansion {
        if expansion.instances.len() <= 1 {
            return expansion;
        }
        let weight = Weight::of_resource(body);
        if self.charge(weight, expansion.instances.len(), span) {
            expansion
        } else {
            expansion.not_evaluated()
        }
    }

    /// Whether the account has so many instances of a module.
    pub(super) fn affords(&self, module: ModuleId, instances: usize, span: Span) -> bool {
        let known = self.weights.borrow().get(&module).copied();
        let weight = known.unwrap_or_else(|| Weight::of_module(self.modules.get(module)));
        self.weights.borrow_mut().insert(module, weight);
        self.charge(weight, instances, span)
    }

    /// Charges a number of instances or blocks. Returns whether the account had them.
    pub(super) fn charge(&self, weight: Weight, count: usize, span: Span) -> bool {
        let amounts = [
            (Expense::Instances, weight.instances),
            (Expense::Blocks, weight.blocks),
            (Expense::Bytes, weight.bytes),
            (Expense::Steps, weight.steps),
        ];
        let mut charged = amounts.into_iter().map(|(expense, amount)| {
            let amount = amount.saturating_mul(count);
            self.budget.spend(expense, amount, span)
        });
        charged.all(|charged| charged.is_ok())
    }
}
