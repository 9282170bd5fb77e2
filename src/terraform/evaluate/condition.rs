//! Conditions that the author of a module sets: `validation`, `precondition`, `postcondition` and
//! `check`. Terraform refuses a condition that does not hold, so it is a problem if that is known. An
//! unknown condition is none.

use super::Evaluator;
use super::expand;
use super::module_instance::ModuleInstance;
use super::scope::Scope;
use crate::source::Problem;
use crate::terraform::load::module::{Module, Output, ResourceBlock, Variable};
use crate::terraform::resource::Existence;
use crate::terraform::syntax::{Block, Body};
use crate::terraform::value::Value;

/// The message of a condition whose own message is unknown or sensitive.
const NO_MESSAGE: &str = "the condition does not hold";

impl<'a> Evaluator<'a> {
    /// Checks the `validation` blocks of a variable.
    pub(super) fn validate(&self, module: &ModuleInstance<'a>, name: &str, variable: &Variable) {
        let scope = Scope::of(module);
        for block in &variable.validations {
            if let Some(message) = self.broken(block, module, &scope) {
                let message = format!("invalid value for `var.{name}`: {message}");
                let caller = module.call.as_ref();
                let argument = caller.and_then(|caller| caller.call.body.attribute(name));
                let span = argument.map_or(variable.span, |argument| argument.span);
                self.report(Problem::error(message, span));
            }
        }
    }

    /// Checks the `precondition` blocks of an output.
    pub(super) fn check_output(&self, module: &ModuleInstance<'a>, name: &str, output: &Output) {
        let scope = Scope::of(module);
        for block in &output.preconditions {
            if let Some(message) = self.broken(block, module, &scope) {
                let message = format!("the precondition of output `{name}` fails: {message}");
                self.report(Problem::error(message, block.header));
            }
        }
    }

    /// Checks the `precondition` and `postcondition` blocks of a resource instance.
    pub(super) fn check_resource(
        &self,
        module: &ModuleInstance<'a>,
        block: &ResourceBlock,
        instance: &expand::BlockInstance,
        (address, value): (&dyn std::fmt::Display, &Value),
    ) {
        if instance.existence != Existence::Certain {
            return;
        }
        let scope = Scope::of(module);
        let itself = scope.bind("self", value.clone());
        let scope = scope.with(&itself);
        // No name is empty: without an iterator, nothing is bound.
        let (name, iterator) = match &instance.iterator {
            Some((name, iterator)) => (*name, iterator.clone()),
            None => ("", Value::Null),
        };
        let iterator = scope.bind(name, iterator);
        let scope = scope.with(&iterator);
        for condition in conditions(&block.body) {
            if let Some(message) = self.broken(condition, module, &scope) {
                let kind = &condition.kind;
                let message = format!("the {kind} of `{address}` fails: {message}");
                self.report(Problem::error(message, condition.header));
            }
        }
    }

    /// Checks the `check` blocks of a module: Terraform only warns if they fail.
    pub(super) fn check_assertions(&self, module: &ModuleInstance<'a>) {
        for check in checks(module.module) {
            let name = check.labels.first().map_or("", |label| &label.text);
            for block in check.body.blocks("assert") {
                if let Some(message) = self.broken(block, module, &Scope::of(module)) {
                    let message = format!("the check `{name}` fails: {message}");
                    self.report(Problem::warning(message, block.header));
                }
            }
        }
    }

    /// The message of a condition that is known not to hold.
    fn broken(
        &self,
        block: &Block,
        module: &ModuleInstance<'a>,
        scope: &Scope<'_, 'a>,
    ) -> Option<String> {
        if module.existence != Existence::Certain {
            return None;
        }
        let condition = &block.body.attribute("condition")?.value;
        let value = match self.condition(condition, scope) {
            Ok(value) => value,
            Err(problem) => {
                // An assertion may use data sources of its own, which are not evaluated.
                if &*block.kind != "assert" {
                    self.report(problem);
                }
                return None;
            }
        };
        if *value.unmarked() != Value::Bool(false) {
            return None;
        }
        let message = block.body.attribute("error_message");
        let message = message.and_then(|message| self.expression(&message.value, scope).ok());
        let shown = message.filter(|message| !message.has_sensitive());
        let shown = shown.as_ref().and_then(Value::as_str);
        Some(first_line(shown.unwrap_or(NO_MESSAGE)))
    }
}

/// Problems are one line each, without a full stop.
fn first_line(message: &str) -> String {
    let line = message.lines().find(|line| !line.trim().is_empty());
    line.unwrap_or(NO_MESSAGE)
        .trim()
        .trim_end_matches('.')
        .to_owned()
}

fn conditions(body: &Body) -> impl Iterator<Item = &Block> {
    let lifecycles = body.blocks("lifecycle");
    let blocks = lifecycles.flat_map(|lifecycle| &lifecycle.body.blocks);
    blocks.filter(|block| matches!(&*block.kind, "precondition" | "postcondition"))
}

fn checks(module: &Module) -> impl Iterator<Item = &Block> {
    module
        .other_blocks
        .iter()
        .filter(|block| &*block.kind == "check")
}
