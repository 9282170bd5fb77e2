//! `for` expressions and splats, also over collections of which the length or some members are not
//! known: the result keeps what does not depend on that.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Evaluator;
use super::scope::Scope;
use crate::source::{Problem, Span};
use crate::terraform::syntax::{Expression, For};
use crate::terraform::value::alternatives;
use crate::terraform::value::conversion;
use crate::terraform::value::operation;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, OneOf, Reference, Step, Unknown, Value};

/// How many unknown conditions of one `for` are told apart. Each may keep its item or not, so *n* of
/// them make 2ⁿ results: 16 at most. With more, the length of the result is unknown.
const MAX_UNKNOWN_CONDITIONS: usize = 4;

/// What a `for` expression, a template's `for` or a dynamic block iterates over.
pub(super) enum Iteration {
    /// Keys and values.
    Members(Vec<(Value, Value)>),
    /// An unknown number of members.
    Unknown {
        /// Why.
        reason: Arc<str>,
        /// The key of any of them.
        key: Value,
        /// The value of any of them.
        value: Value,
    },
    /// One of several collections.
    OneOf(Arc<OneOf>),
}

impl Iteration {
    /// The members of a collection.
    pub(super) fn over(collection: &Value, span: Span) -> Result<Self, Problem> {
        Ok(match collection.unmarked() {
            Value::List(_, items) | Value::Tuple(items) => {
                let keyed = items.iter().enumerate();
                let index = |n| Value::int(i64::try_from(n).unwrap_or(i64::MAX));
                Self::Members(keyed.map(|(n, item)| (index(n), item.clone())).collect())
            }
            Value::Set(_, items) if !has_firm_order(items) => Self::of_open_set(items),
            Value::Set(_, items) => {
                let keyed = items.iter().map(|item| (item.clone(), item.clone()));
                Self::Members(keyed.collect())
            }
            Value::Map(_, fields) | Value::Object(fields) => {
                let keyed = fields.iter();
                Self::Members(
                    keyed
                        .map(|(k, v)| (Value::String(k.clone()), v.clone()))
                        .collect(),
                )
            }
            Value::OneOf(one_of) => Self::OneOf(one_of.clone()),
            Value::Unknown(unknown) => Self::Unknown {
                reason: unknown.reason.clone(),
                key: Value::unknown(unknown.reason.clone(), Type::Dynamic),
                value: unknown.any_element(),
            },
            Value::Reference(reference) => Self::Unknown {
                reason: reference.reason().into(),
                key: Value::unknown(reference.reason(), Type::Dynamic),
                value: any_element(reference),
            },
            Value::Instance(instance) => {
                let reason = format!("the attributes of `{}` are not all known", instance.address);
                Self::Unknown {
                    key: Value::unknown(reason.clone(), Type::String),
                    value: Value::unknown(reason.clone(), Type::Dynamic),
                    reason: reason.into(),
                }
            }
            Value::Null => {
                let message = "a null value cannot be used as the collection in a `for` expression";
                return Err(Problem::error(message, span));
            }
            _ => {
                let message =
                    "a value of this type cannot be used as the collection in a `for` expression";
                return Err(Problem::error(message, span));
            }
        })
    }

    /// A set with unknown members: some may turn out to be equal, which makes it shorter, and a set is
    /// iterated in the order of its values.
    fn of_open_set(members: &[Value]) -> Self {
        let reason = members.iter().find_map(alternatives::deep_reason);
        let reason = reason.unwrap_or_default();
        let member = Value::one_of(reason.clone(), members.iter().cloned());
        Self::Unknown {
            reason,
            key: member.clone(),
            value: member,
        }
    }
}

/// Whether it is taken as known how many members a set has and in which order. References are taken to
/// be distinct and in the order in which they stand: ids of different instances differ, and the network
/// does not depend on their order. That is not certain for two attributes that may be equal (two
/// `vpc_id`); taking the set for open instead would lose every link that goes through `toset`.
fn has_firm_order(members: &[Value]) -> bool {
    let is_firm = |member: &Value| member.is_known() || matches!(member, Value::Reference(_));
    members.len() == 1 || members.iter().all(is_firm)
}

fn any_element(reference: &Reference) -> Value {
    Value::Reference(Arc::new(Reference {
        address: reference.address.clone(),
        path: reference.path.iter().cloned().chain([Step::Each]).collect(),
        ty: Type::Dynamic,
    }))
}

/// One result of a `for`: its key if it makes an object, its value, and the reason of the condition that
/// is unknown, if one is.
struct ForItem {
    key: Option<Value>,
    value: Value,
    in_doubt: Option<Arc<str>>,
    /// Whether the key is known after apply only.
    after_apply: bool,
}

impl<'a> Evaluator<'a> {
    /// The value of a `for` expression.
    pub(super) fn comprehension(
        &self,
        for_: &For,
        span: Span,
        scope: &Scope<'_, 'a>,
    ) -> Result<Value, Problem> {
        let collection = self.expression(&for_.collection, scope)?;
        let value = self.comprehension_over(for_, &collection, span, scope)?;
        let is_sensitive = matches!(collection, Value::Sensitive(_));
        Ok(if is_sensitive {
            value.sensitive()
        } else {
            value
        })
    }

    fn comprehension_over(
        &self,
        for_: &For,
        collection: &Value,
        span: Span,
        scope: &Scope<'_, 'a>,
    ) -> Result<Value, Problem> {
        match Iteration::over(collection, for_.collection.span)? {
            Iteration::Members(members) => {
                let items = self.items(for_, members, scope)?;
                collect(for_, &items, span)
            }
            // The expression is evaluated once for any member, so that references in it survive in
            // the element of the unknown collection.
            Iteration::Unknown { reason, key, value } => {
                let item = self.item(for_, key, value, scope)?;
                let after_apply = item.as_ref().is_some_and(|item| item.after_apply);
                let element = item.map(|item| item.value);
                Ok(unknown_length(for_, &reason, element, after_apply))
            }
            // One result for each collection: lengths and keys stay known.
            Iteration::OneOf(one_of) => distribute(&one_of, |option| {
                self.comprehension_over(for_, option, span, scope)
            }),
        }
    }

    fn items(
        &self,
        for_: &For,
        members: Vec<(Value, Value)>,
        scope: &Scope<'_, 'a>,
    ) -> Result<Vec<ForItem>, Problem> {
        let mut items = Vec::with_capacity(members.len());
        for (key, value) in members {
            items.extend(self.item(for_, key, value, scope)?);
        }
        Ok(items)
    }

    fn item(
        &self,
        for_: &For,
        key: Value,
        value: Value,
        scope: &Scope<'_, 'a>,
    ) -> Result<Option<ForItem>, Problem> {
        let value_binding = scope.bind(&for_.value_variable, value);
        let scope = scope.with(&value_binding);
        let Some(name) = &for_.key_variable else {
            return self.item_in(for_, &scope);
        };
        let key_binding = scope.bind(name, key);
        self.item_in(for_, &scope.with(&key_binding))
    }

    fn item_in(&self, for_: &For, scope: &Scope<'_, 'a>) -> Result<Option<ForItem>, Problem> {
        let mut in_doubt = None;
        if let Some(condition) = &for_.condition {
            match self.condition(condition, scope)?.unmarked() {
                Value::Bool(true) => {}
                Value::Bool(false) => return Ok(None),
                unknown => in_doubt = unknown.unknown_reason(),
            }
        }
        let key = match &for_.key {
            Some(key) => Some(self.for_key(key, scope)?),
            None => None,
        };
        let value = self.expression(&for_.value, scope)?;
        let awaits = |name: &Value| alternatives::awaits_apply(name, self.provider);
        Ok(Some(ForItem {
            after_apply: key.as_ref().is_some_and(awaits),
            key,
            value,
            in_doubt,
        }))
    }

    fn for_key(&self, key: &Expression, scope: &Scope<'_, 'a>) -> Result<Value, Problem> {
        let value = self.expression(key, scope)?;
        if *value.unmarked() == Value::Null {
            return Err(Problem::error(
                "the key of a `for` expression is null",
                key.span,
            ));
        }
        conversion::convert(&value, &Type::String).map_err(|why| {
            Problem::error(format!("the key of a `for` expression: {why}"), key.span)
        })
    }

    /// The value of a splat.
    pub(super) fn splat(
        &self,
        source: &Expression,
        element_expression: &Expression,
        scope: &Scope<'_, 'a>,
    ) -> Result<Value, Problem> {
        let value = self.expression(source, scope)?;
        // Operations tell why they fail in words; the problem in the element knows its place too.
        let mut failure = None;
        let mut element = |item: &Value| {
            self.expression(element_expression, &scope.with_splat(item))
                .map_err(|problem| {
                    let message = problem.message.clone();
                    failure = Some(problem);
                    message
                })
        };
        let result = operation::splat(&value, &mut element);
        result.map_err(|why| failure.unwrap_or_else(|| Problem::error(why, source.span)))
    }
}

/// The results for every option. Those that fail are left out if any succeeds: the value then is one of
/// the results or fails, which `try` and `can` ask for.
pub(super) fn distribute(
    one_of: &OneOf,
    result: impl Fn(&Value) -> Result<Value, Problem>,
) -> Result<Value, Problem> {
    let mut values = Vec::new();
    let mut failure = None;
    for option in &one_of.options {
        match result(option) {
            Ok(value) => values.push(value),
            Err(problem) => failure = Some(problem),
        }
    }
    let may_fail = one_of.may_fail || failure.is_some();
    match failure {
        Some(problem) if values.is_empty() => Err(problem),
        _ => Ok(Value::one_of_or_failure(
            one_of.reason.clone(),
            values,
            may_fail,
        )),
    }
}

/// The result of a `for` over an unknown number of members.
fn unknown_length(
    for_: &For,
    reason: &Arc<str>,
    element: Option<Value>,
    after_apply: bool,
) -> Value {
    let grouped = |_| Value::unknown(reason.clone(), Type::Dynamic);
    let element = if for_.group {
        element.map(grouped)
    } else {
        element
    };
    Unknown {
        reason: reason.clone(),
        ty: Type::Dynamic,
        not_null: true,
        element,
        after_apply,
        ..Unknown::default()
    }
    .into()
}

/// The result of a `for` from its items: with unknown conditions, one result for each choice of the
/// items that they may keep.
fn collect(for_: &For, items: &[ForItem], span: Span) -> Result<Value, Problem> {
    let doubtful: Vec<usize> = (0..items.len())
        .filter(|n| items[*n].in_doubt.is_some())
        .collect();
    let Some(reason) = doubtful.first().and_then(|n| items[*n].in_doubt.clone()) else {
        return collect_certain(for_, items.iter(), span);
    };
    if doubtful.len() > MAX_UNKNOWN_CONDITIONS {
        let element = Value::one_of(reason.clone(), items.iter().map(|item| item.value.clone()));
        return Ok(unknown_length(for_, &reason, Some(element), false));
    }
    let choices = (0..1_usize << doubtful.len()).map(|choice| {
        let kept = items.iter().enumerate().filter(|(n, _)| {
            let bit = doubtful.iter().position(|doubt| doubt == n);
            // The bit of a choice says whether the doubtful item is kept.
            bit.is_none_or(|bit| choice >> bit & 1 == 1)
        });
        collect_certain(for_, kept.map(|(_, item)| item), span)
    });
    let options = choices.collect::<Result<Vec<_>, _>>()?;
    Ok(Value::one_of(reason, options))
}

/// The result of a `for` from the items that it keeps.
fn collect_certain<'i>(
    for_: &For,
    items: impl Iterator<Item = &'i ForItem>,
    span: Span,
) -> Result<Value, Problem> {
    if for_.key.is_none() {
        return Ok(Value::tuple(items.map(|item| item.value.clone())));
    }
    let items: Vec<&ForItem> = items.collect();
    let is_sensitive = items
        .iter()
        .any(|item| matches!(item.key, Some(Value::Sensitive(_))));
    let unknown_key = items
        .iter()
        .find_map(|item| item.key.as_ref()?.unknown_reason());
    let value = match unknown_key {
        // Unknown keys may be equal to others, so that even the length is unknown.
        Some(reason) => {
            let values = items.iter().map(|item| item.value.clone());
            let element = Value::one_of(reason.clone(), values);
            let after_apply = items.iter().any(|item| item.after_apply);
            unknown_length(for_, &reason, Some(element), after_apply)
        }
        None if for_.group => grouped(&items),
        None => Value::Object(Arc::new(unique(&items, span)?)),
    };
    Ok(if is_sensitive {
        value.sensitive()
    } else {
        value
    })
}

/// The object of a `for` without grouping, in which no key may come twice.
fn unique(items: &[&ForItem], span: Span) -> Result<Fields, Problem> {
    let mut fields = Fields::new();
    for item in items {
        let Some(Value::String(key)) = item.key.as_ref().map(Value::unmarked) else {
            continue;
        };
        if fields.insert(key.clone(), item.value.clone()).is_some() {
            let message =
                format!("two different items produced the key `{key}` in this `for` expression");
            let help =
                "if duplicates are expected, use the ellipsis (...) after the value expression";
            return Err(Problem::error(message, span).help(help));
        }
    }
    Ok(fields)
}

/// The object of a `for` with `...`: each key with the list of its values.
fn grouped(items: &[&ForItem]) -> Value {
    let mut groups: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
    for item in items {
        if let Some(Value::String(key)) = item.key.as_ref().map(Value::unmarked) {
            groups
                .entry(key.clone())
                .or_default()
                .push(item.value.clone());
        }
    }
    Value::object(
        groups
            .into_iter()
            .map(|(key, values)| (key, Value::tuple(values))),
    )
}
