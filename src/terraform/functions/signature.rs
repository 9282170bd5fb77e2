//! What a function takes and gives, and how it deals with arguments that are not known.
//!
//! [`Function::call`] checks the number of arguments, converts them to the types of the parameters, computes once for
//! each alternative, and keeps the mark of sensitive values. So the functions themselves only compute.

use std::sync::Arc;

use super::Environment;
use crate::terraform::value::alternatives::{deep_reason, distribute};
use crate::terraform::value::conversion::{convert, without_marks};
use crate::terraform::value::types::Type;
use crate::terraform::value::{Unknown, Value};

/// The longest identity of an unknown result. Calls inside calls would make it grow without end.
const MAX_IDENTITY: usize = 256;

/// A built-in function.
pub(super) struct Function {
    pub(super) name: &'static str,
    parameters: &'static [Parameter],
    /// The type of any number of further arguments, if the function takes them.
    rest: Option<Parameter>,
    body: FunctionBody,
}

/// A parameter.
#[derive(Clone, Copy)]
pub(super) struct Parameter {
    name: &'static str,
    kind: SignatureType,
    nullable: bool,
}

/// The types that parameters and results have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SignatureType {
    Any,
    Bool,
    Number,
    String,
    Strings,
    Numbers,
    Bools,
    List,
    Set,
    SetOfStrings,
    MapOfLists,
}

impl SignatureType {
    pub(super) fn ty(self) -> Type {
        match self {
            Self::Any => Type::Dynamic,
            Self::Bool => Type::Bool,
            Self::Number => Type::Number,
            Self::String => Type::String,
            Self::Strings => Type::list(Type::String),
            Self::Numbers => Type::list(Type::Number),
            Self::Bools => Type::list(Type::Bool),
            Self::List => Type::list(Type::Dynamic),
            Self::Set => Type::set(Type::Dynamic),
            Self::SetOfStrings => Type::set(Type::String),
            Self::MapOfLists => Type::map(Type::list(Type::String)),
        }
    }
}

type Implementation = fn(&[Value], &Environment<'_>) -> Result<Value, String>;

#[derive(Clone, Copy)]
enum FunctionBody {
    /// Runs only if all arguments are known throughout; else the result is unknown.
    Known(SignatureType, Implementation),
    /// Runs on arguments of which parts may be unknown. The marks of sensitive values are taken off before.
    Open(Implementation),
    /// The same, but the values inside collections keep their marks, since the result holds these values.
    Structure(Implementation),
    /// Runs on the arguments as they are, neither converted nor unmarked.
    Raw(Implementation),
}

/// A function that runs on known arguments only.
pub(super) const fn known(
    name: &'static str,
    parameters: &'static [Parameter],
    result: SignatureType,
    body: Implementation,
) -> Function {
    function(name, parameters, FunctionBody::Known(result, body))
}

/// A function that finds out what it can from arguments that are not known.
pub(super) const fn open(
    name: &'static str,
    parameters: &'static [Parameter],
    body: Implementation,
) -> Function {
    function(name, parameters, FunctionBody::Open(body))
}

/// A function that moves elements to other places and does not change them.
pub(super) const fn structure(
    name: &'static str,
    parameters: &'static [Parameter],
    body: Implementation,
) -> Function {
    function(name, parameters, FunctionBody::Structure(body))
}

/// A function that looks at the marks of its arguments.
pub(super) const fn raw(
    name: &'static str,
    parameters: &'static [Parameter],
    body: Implementation,
) -> Function {
    function(name, parameters, FunctionBody::Raw(body))
}

const fn function(
    name: &'static str,
    parameters: &'static [Parameter],
    body: FunctionBody,
) -> Function {
    Function {
        name,
        parameters,
        rest: None,
        body,
    }
}

/// A parameter of any type.
pub(super) const fn any(name: &'static str) -> Parameter {
    of(name, SignatureType::Any)
}

/// A parameter of type string.
pub(super) const fn string(name: &'static str) -> Parameter {
    of(name, SignatureType::String)
}

/// A parameter of type number.
pub(super) const fn number(name: &'static str) -> Parameter {
    of(name, SignatureType::Number)
}

/// A parameter of this type.
pub(super) const fn of(name: &'static str, kind: SignatureType) -> Parameter {
    Parameter {
        name,
        kind,
        nullable: false,
    }
}

impl Parameter {
    /// The parameter, but null is allowed.
    pub(super) const fn or_null(self) -> Self {
        Self {
            nullable: true,
            ..self
        }
    }
}

impl Function {
    /// The function, but any number of further arguments is allowed.
    pub(super) const fn with_rest(self, parameter: Parameter) -> Self {
        Self {
            rest: Some(parameter),
            ..self
        }
    }

    /// The result for these arguments.
    pub(super) fn call(
        &self,
        arguments: &[Value],
        environment: &Environment<'_>,
    ) -> Result<Value, String> {
        self.check_count(arguments.len())?;
        let fail = |error| format!("call to `{}` failed: {error}", self.name);
        if let FunctionBody::Raw(body) = self.body {
            return body(arguments, environment).map_err(fail);
        }
        let converted = self.converted(arguments)?;
        // Nulls are checked inside: one alternative of an argument may be null and the rest valid.
        distribute(&converted, |alternative| {
            self.check_nulls(alternative)?;
            self.run(alternative, environment).map_err(fail)
        })
    }

    fn run(&self, arguments: &[Value], environment: &Environment<'_>) -> Result<Value, String> {
        let body = match self.body {
            FunctionBody::Structure(body) | FunctionBody::Raw(body) => {
                return body(arguments, environment);
            }
            FunctionBody::Known(..) | FunctionBody::Open(_) => self.body,
        };
        let sensitive = arguments.iter().any(Value::has_sensitive);
        let unmarked: Vec<Value> = arguments.iter().map(without_marks).collect();
        let result = match body {
            FunctionBody::Known(kind, _) if !unmarked.iter().all(Value::is_known) => {
                self.unknown_result(kind, &unmarked)
            }
            FunctionBody::Known(_, body)
            | FunctionBody::Open(body)
            | FunctionBody::Structure(body)
            | FunctionBody::Raw(body) => body(&unmarked, environment)?,
        };
        Ok(if sensitive {
            result.sensitive()
        } else {
            result
        })
    }

    /// The result for arguments that are not known. Only a function without a particular result type may give null.
    fn unknown_result(&self, kind: SignatureType, arguments: &[Value]) -> Value {
        let reason = arguments.iter().find_map(deep_reason);
        Value::from(Unknown {
            reason: reason.unwrap_or_default(),
            ty: kind.ty(),
            identity: written(self.name, arguments),
            not_null: kind != SignatureType::Any,
            ..Unknown::default()
        })
    }

    fn parameter(&self, at: usize) -> Option<&Parameter> {
        self.parameters.get(at).or(self.rest.as_ref())
    }

    fn check_count(&self, count: usize) -> Result<(), String> {
        if count < self.parameters.len() {
            let missing = self.parameters[count].name;
            return Err(format!(
                "not enough arguments for `{}`: missing value for `{missing}`",
                self.name
            ));
        }
        if count > self.parameters.len() && self.rest.is_none() {
            let expected = self.parameters.len();
            return Err(format!(
                "too many arguments for `{}`: it takes {expected}",
                self.name
            ));
        }
        Ok(())
    }

    fn converted(&self, arguments: &[Value]) -> Result<Vec<Value>, String> {
        let convert = |(at, argument): (usize, &Value)| match self.parameter(at) {
            Some(parameter) => convert(argument, &parameter.kind.ty())
                .map_err(|error| self.refuse(parameter, &error)),
            None => Ok(argument.clone()),
        };
        arguments.iter().enumerate().map(convert).collect()
    }

    fn check_nulls(&self, arguments: &[Value]) -> Result<(), String> {
        for (at, argument) in arguments.iter().enumerate() {
            if let Some(parameter) = self.parameter(at)
                && *argument == Value::Null
                && !parameter.nullable
            {
                return Err(self.refuse(parameter, "argument must not be null"));
            }
        }
        Ok(())
    }

    fn refuse(&self, parameter: &Parameter, error: &str) -> String {
        format!(
            "invalid value for parameter `{}` of `{}`: {error}",
            parameter.name, self.name
        )
    }
}

/// The text of a call, which identifies its result. `None` if an argument is an unknown without identity: two such
/// arguments look the same and may differ.
fn written(name: &str, arguments: &[Value]) -> Option<Arc<str>> {
    let texts: Option<Vec<String>> = arguments.iter().map(written_argument).collect();
    let text = format!("{name}({})", texts?.join(", "));
    (text.len() <= MAX_IDENTITY).then(|| text.into())
}

fn written_argument(argument: &Value) -> Option<String> {
    match argument {
        Value::Null => Some("null".to_owned()),
        Value::Bool(bool) => Some(bool.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(format!("{text:?}")),
        Value::Unknown(unknown) => unknown.identity.as_deref().map(str::to_owned),
        Value::Reference(reference) if reference.is_single() => Some(reference.to_string()),
        _ => None,
    }
}
