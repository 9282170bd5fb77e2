//! The values of variables: defaults, `.tfvars`, options and module inputs, in Terraform's order of
//! precedence ("Variable Definition Precedence" in its documentation).

use super::Evaluator;
use super::module_instance::{Caller, ModuleInstance};
use super::scope::Scope;
use super::type_constraint::{self, TypeConstraint};
use crate::source::{Problem, Span};
use crate::terraform::load::VariableFile;
use crate::terraform::load::module::Variable;
use crate::terraform::syntax::Expression;
use crate::terraform::syntax::parse;
use crate::terraform::value::conversion;
use crate::terraform::value::{Unknown, Value};

impl<'a> Evaluator<'a> {
    /// The value of a variable of a module instance.
    pub(super) fn variable(
        &self,
        module: &ModuleInstance<'a>,
        name: &str,
        span: Span,
    ) -> Result<Value, Problem> {
        let Some((name, variable)) = module.module.variables.get_key_value(name) else {
            let name = format!("var.{name}");
            let message = format!("`{name}` is not declared in this module");
            return Ok(self.not_declared(module, &name, &message, span));
        };
        let _depth = self.deeper(span)?;
        let value = module.variables.get(&&**name, || {
            let value = match &module.call {
                Some(caller) => self.input(caller, module, name, variable),
                None => self.root_variable(name, variable),
            };
            if variable.sensitive {
                value.sensitive()
            } else {
                value
            }
        });
        value
            .ok_or_else(|| Problem::error(format!("`var.{name}` depends on itself"), variable.span))
    }

    /// The argument of a module call, or the default.
    fn input(
        &self,
        caller: &Caller<'a>,
        module: &ModuleInstance<'a>,
        name: &str,
        variable: &'a Variable,
    ) -> Value {
        let constraint = self.constraint(variable);
        let Some(argument) = caller.call.body.attribute(name) else {
            return self
                .default(name, variable, &constraint)
                .unwrap_or_else(|| {
                    let message = format!("`{}` needs an argument `{name}`", module.address);
                    self.report(Problem::error(message, caller.call.header));
                    Value::unknown(
                        format!("`{}` lacks the argument `{name}`", module.address),
                        constraint.ty.clone(),
                    )
                });
        };
        let parent = caller.parent();
        let scope = Scope::of_part(&parent, &module.existence);
        let value = match &caller.iterator {
            Some((iterator, value)) => {
                let binding = scope.bind(iterator, value.clone());
                self.value_or_report(&argument.value, &scope.with(&binding))
            }
            None => self.value_or_report(&argument.value, &scope),
        };
        self.accept(value, name, variable, &constraint, argument.span)
    }

    fn root_variable(&self, name: &str, variable: &'a Variable) -> Value {
        let constraint = self.constraint(variable);
        let given = match self.planned_values {
            Some(planned_values) => planned_values
                .variables
                .get(name)
                .map(|value| (value.clone(), variable.span)),
            None => self.given(name, variable, &constraint),
        };
        match given {
            Some((value, span)) => self.accept(value, name, variable, &constraint, span),
            None => self
                .default(name, variable, &constraint)
                .unwrap_or_else(|| self.without_value(name, variable, &constraint)),
        }
    }

    /// The value that the user gives: of `--var` and the variable files the last that has it, else the
    /// environment variable.
    fn given(
        &self,
        name: &str,
        variable: &Variable,
        constraint: &TypeConstraint,
    ) -> Option<(Value, Span)> {
        let of_text = |text| self.value_of_text(name, text, variable, constraint);
        let mut options = self.options.variables.iter().rev();
        let option = options.find(|option| option.name == name);
        let files = &self.root.variable_files;
        let first = option.map_or(0, |option| files.len().saturating_sub(option.files_after));
        let mut files = files[first..].iter().rev();
        if let Some(given) = files.find_map(|file| self.given_by_file(file, name, constraint)) {
            return Some((given.0, given.1.unwrap_or(variable.span)));
        }
        let environment = &self.options.environment_variables;
        let text = option.map(|option| &option.text);
        let text = text.or_else(|| environment.get(name))?;
        Some((of_text(text), variable.span))
    }

    /// The value that a variable file gives and its place. A file that could not be read may give any
    /// value.
    fn given_by_file(
        &self,
        file: &VariableFile,
        name: &str,
        constraint: &TypeConstraint,
    ) -> Option<(Value, Option<Span>)> {
        if file.is_unreadable {
            let reason = format!("`{}` could not be read", file.path);
            return Some((Value::unknown(reason, constraint.ty.clone()), None));
        }
        let mut values = file.values.iter().rev();
        let attribute = values.find(|attribute| &*attribute.name == name)?;
        let value = self.value_or_report(&attribute.value, &Scope::empty());
        Some((value, Some(attribute.span)))
    }

    /// A value given as text: itself for a primitive type, else an expression.
    fn value_of_text(
        &self,
        name: &str,
        text: &str,
        variable: &Variable,
        constraint: &TypeConstraint,
    ) -> Value {
        if variable.type_constraint.is_none() || constraint.ty.is_primitive() {
            return Value::string(text);
        }
        let value = parse::parse_embedded_expression(text, variable.span)
            .and_then(|expression| self.expression(&expression, &Scope::empty()));
        value.unwrap_or_else(|problem| {
            let message = format!(
                "the value given for `var.{name}` is not an expression: {}",
                problem.message
            );
            self.report(Problem::error(message, variable.span));
            Value::unknown(
                format!("the value given for `var.{name}` is not an expression"),
                constraint.ty.clone(),
            )
        })
    }

    fn without_value(&self, name: &str, variable: &Variable, constraint: &TypeConstraint) -> Value {
        let message = format!("`var.{name}` has no value");
        let help = "give it with `--var NAME=VALUE`, `--var-file`, or a `terraform.tfvars` beside the configuration";
        self.report(Problem::warning(message.clone(), variable.span).help(help));
        Unknown {
            reason: message.into(),
            ty: constraint.ty.clone(),
            identity: Some(format!("var.{name}").into()),
            not_null: !variable.nullable,
            ..Unknown::default()
        }
        .into()
    }

    /// A given value after defaults and conversion.
    fn accept(
        &self,
        value: Value,
        name: &str,
        variable: &'a Variable,
        constraint: &TypeConstraint,
        span: Span,
    ) -> Value {
        if *value.unmarked() == Value::Null && !variable.nullable {
            return self.default(name, variable, constraint).unwrap_or_else(|| {
                self.report(Problem::error(
                    format!("`var.{name}` must not be null"),
                    span,
                ));
                Value::unknown(
                    format!("`var.{name}` must not be null"),
                    constraint.ty.clone(),
                )
            });
        }
        self.converted(value, name, constraint, span)
    }

    fn default(
        &self,
        name: &str,
        variable: &'a Variable,
        constraint: &TypeConstraint,
    ) -> Option<Value> {
        let default = variable.default.as_ref()?;
        let value = self.value_or_report(default, &Scope::empty());
        Some(self.converted(value, name, constraint, default.span))
    }

    fn converted(
        &self,
        value: Value,
        name: &str,
        constraint: &TypeConstraint,
        span: Span,
    ) -> Value {
        let value = constraint.defaults.apply(value);
        let converted = conversion::convert(&value, &constraint.ty);
        let converted = converted.map(|converted| self.kept(converted, span));
        converted.unwrap_or_else(|why| {
            let message = format!("the value of `var.{name}` does not fit its type: {why}");
            self.report(Problem::error(message.clone(), span));
            Value::unknown(message, constraint.ty.clone())
        })
    }

    fn constraint(&self, variable: &Variable) -> TypeConstraint {
        let Some(expression) = &variable.type_constraint else {
            return TypeConstraint::default();
        };
        let evaluate = |default: &Expression| self.value_or_report(default, &Scope::empty());
        type_constraint::parse(expression, &evaluate).unwrap_or_else(|problem| {
            self.report(problem);
            TypeConstraint::default()
        })
    }
}
