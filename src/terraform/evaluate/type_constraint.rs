//! Type constraints of variables: `list(string)`, `object({ name = optional(string, "x") })`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::source::{Problem, Span};
use crate::terraform::syntax::{Expression, ExpressionKind, ObjectItem};
use crate::terraform::value::Value;
use crate::terraform::value::conversion;
use crate::terraform::value::types::{ObjectType, Type};

/// A type, and what stands in for optional attributes that are left out.
#[derive(Debug, Clone, Default)]
pub(super) struct TypeConstraint {
    pub(super) ty: Type,
    pub(super) defaults: Defaults,
}

/// The defaults of optional attributes, at their places in a type. They are applied before the value is
/// converted to the type: a set of objects must have its defaults to be a set of distinct objects.
#[derive(Debug, Clone, Default)]
pub(super) struct Defaults {
    values: BTreeMap<Arc<str>, Value>,
    children: BTreeMap<Arc<str>, Defaults>,
    elements: Vec<Defaults>,
    element: Option<Box<Defaults>>,
}

impl Defaults {
    fn is_empty(&self) -> bool {
        self.values.is_empty()
            && self.children.is_empty()
            && self.elements.is_empty()
            && self.element.is_none()
    }

    /// The value with the defaults in it, at every depth.
    pub(super) fn apply(&self, value: Value) -> Value {
        if self.is_empty() {
            return value;
        }
        let with_defaults = |items: &[Value]| {
            let keyed = items.iter().enumerate();
            Value::tuple(keyed.map(|(n, item)| self.member(n, None, item)))
        };
        match &value {
            Value::Sensitive(_) | Value::OneOf(_) => {
                value.map_children(&mut |child| self.apply(child.clone()))
            }
            Value::List(_, items) | Value::Set(_, items) | Value::Tuple(items) => {
                with_defaults(items)
            }
            Value::Map(_, fields) | Value::Object(fields) => {
                let members = fields.iter();
                let mut out: BTreeMap<Arc<str>, Value> = members
                    .map(|(name, item)| (name.clone(), self.member(0, Some(name), item)))
                    .collect();
                for (name, default) in &self.values {
                    let item = out.entry(name.clone()).or_insert(Value::Null);
                    if *item.unmarked() == Value::Null {
                        *item = default.clone();
                    }
                }
                Value::Object(Arc::new(out))
            }
            _ => value,
        }
    }

    fn member(&self, position: usize, name: Option<&Arc<str>>, item: &Value) -> Value {
        let by_name = name.and_then(|name| self.children.get(name));
        let by_position = self.elements.get(position).filter(|_| name.is_none());
        match by_name.or(by_position).or(self.element.as_deref()) {
            Some(defaults) => defaults.apply(item.clone()),
            None => item.clone(),
        }
    }
}

/// The constraint that a type expression means; `evaluate` gives the values of defaults.
pub(super) fn parse(
    expression: &Expression,
    evaluate: &dyn Fn(&Expression) -> Value,
) -> Result<TypeConstraint, Problem> {
    let span = expression.span;
    match &expression.kind {
        ExpressionKind::Variable(name) | ExpressionKind::String(name) => keyword(name, span),
        ExpressionKind::Call {
            name, arguments, ..
        } => match (&**name, arguments.as_slice()) {
            ("list" | "set" | "map", [element]) => Ok(collection(name, parse(element, evaluate)?)),
            ("object", [object]) => self::object(object, evaluate),
            ("tuple", [tuple]) => self::tuple(tuple, evaluate),
            _ => Err(not_a_type(span)),
        },
        ExpressionKind::Unreadable => keyword("any", span),
        _ => Err(not_a_type(span)),
    }
}

fn keyword(name: &str, span: Span) -> Result<TypeConstraint, Problem> {
    let ty = match name {
        "any" => Type::Dynamic,
        "bool" => Type::Bool,
        "number" => Type::Number,
        "string" => Type::String,
        "list" => Type::list(Type::Dynamic),
        "set" => Type::set(Type::Dynamic),
        "map" => Type::map(Type::Dynamic),
        _ => return Err(not_a_type(span)),
    };
    Ok(TypeConstraint {
        ty,
        defaults: Defaults::default(),
    })
}

fn not_a_type(span: Span) -> Problem {
    Problem::error("this is not a type constraint", span).help(
        "a type is `string`, `number`, `bool`, `any`, `list(...)`, `set(...)`, `map(...)`, `object({...})` or `tuple([...])`",
    )
}

fn collection(name: &str, element: TypeConstraint) -> TypeConstraint {
    let ty = match name {
        "list" => Type::list(element.ty),
        "set" => Type::set(element.ty),
        _ => Type::map(element.ty),
    };
    let inner = (!element.defaults.is_empty()).then(|| Box::new(element.defaults));
    TypeConstraint {
        ty,
        defaults: Defaults {
            element: inner,
            ..Defaults::default()
        },
    }
}

fn tuple(
    expression: &Expression,
    evaluate: &dyn Fn(&Expression) -> Value,
) -> Result<TypeConstraint, Problem> {
    let ExpressionKind::Tuple(items) = &expression.kind else {
        return Err(not_a_type(expression.span));
    };
    let items = items
        .iter()
        .map(|item| parse(item, evaluate))
        .collect::<Result<Vec<_>, _>>()?;
    let (types, defaults): (Vec<Type>, Vec<Defaults>) = items
        .into_iter()
        .map(|item| (item.ty, item.defaults))
        .unzip();
    let has_defaults = defaults.iter().any(|defaults| !defaults.is_empty());
    Ok(TypeConstraint {
        ty: Type::Tuple(types.into()),
        defaults: Defaults {
            elements: if has_defaults { defaults } else { Vec::new() },
            ..Defaults::default()
        },
    })
}

fn object(
    expression: &Expression,
    evaluate: &dyn Fn(&Expression) -> Value,
) -> Result<TypeConstraint, Problem> {
    let ExpressionKind::Object(items) = &expression.kind else {
        return Err(not_a_type(expression.span));
    };
    let mut ty = ObjectType {
        attributes: BTreeMap::new(),
        optional: BTreeSet::new(),
    };
    let mut defaults = Defaults::default();
    for ObjectItem { key, value } in items {
        let ExpressionKind::String(name) = &key.kind else {
            return Err(Problem::error(
                "the attributes of an object type have plain names",
                key.span,
            ));
        };
        let (attribute, default) = optional(value, evaluate, |()| {
            ty.optional.insert(name.clone());
        })?;
        if let Some(default) = default {
            let default = attribute.defaults.apply(default);
            let converted = conversion::convert(&default, &attribute.ty);
            let refused = |why| {
                Problem::error(
                    format!("the default of `{name}` does not fit its type: {why}"),
                    value.span,
                )
            };
            defaults
                .values
                .insert(name.clone(), converted.map_err(refused)?);
        }
        if !attribute.defaults.is_empty() {
            defaults.children.insert(name.clone(), attribute.defaults);
        }
        ty.attributes.insert(name.clone(), attribute.ty);
    }
    Ok(TypeConstraint {
        ty: Type::Object(Arc::new(ty)),
        defaults,
    })
}

/// The type of an attribute and its default, where it is `optional(type, default)`.
fn optional(
    value: &Expression,
    evaluate: &dyn Fn(&Expression) -> Value,
    mark: impl FnOnce(()),
) -> Result<(TypeConstraint, Option<Value>), Problem> {
    match &value.kind {
        ExpressionKind::Call {
            name, arguments, ..
        } if &**name == "optional" => {
            mark(());
            match arguments.as_slice() {
                [ty] => Ok((parse(ty, evaluate)?, None)),
                [ty, default] => Ok((parse(ty, evaluate)?, Some(evaluate(default)))),
                _ => Err(Problem::error(
                    "`optional` takes a type and at most one default",
                    value.span,
                )),
            }
        }
        _ => Ok((parse(value, evaluate)?, None)),
    }
}
