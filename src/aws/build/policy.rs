//! Policies: from JSON text, as far as it is known, to statements.

use std::sync::Arc;

use super::argument::cause;
use super::{Builder, Name, elements, fact, text};
use crate::aws::fact::{Cause, Fact};
use crate::aws::marked_json;
use crate::aws::members::Members;
use crate::aws::policy::pattern::Pattern;
use crate::aws::policy::{Clause, Condition, Effect, Principal, Statement};
use crate::terraform::address::Address;
use crate::terraform::value::{Fields, Value};

impl Builder<'_> {
    /// The statements of a policy document.
    pub(super) fn statements(&self, document: &Value) -> Members<Statement> {
        self.of_policy(&marked_json::value(document))
    }

    fn of_policy(&self, policy: &Value) -> Members<Statement> {
        match policy {
            Value::OneOf(one_of) => {
                let policies = one_of.options.iter().map(|option| self.of_policy(option));
                Members::one_of(policies, &Cause::new(one_of.reason.clone()))
            }
            policy => match policy.fields() {
                Some(fields) => {
                    let statements = elements(get(fields, "Statement"));
                    statements.filter_map(|value| statement(self, &value))
                }
                None => Members::unknown(cause(policy)),
            },
        }
    }

    /// The endpoint or VPC of this configuration whose id a value is.
    fn endpoint_or_vpc(&self, value: &Value) -> Fact<Option<Address>> {
        let name = self.names.name(Some(value));
        name.map(|name| match name {
            Some(Name::Attribute {
                resource,
                attribute,
            }) if &*attribute == "id" => Some(resource.address.clone()),
            _ => None,
        })
    }
}

fn statement(builder: &Builder, value: &Value) -> Option<Statement> {
    let fields = value.fields()?;
    let effect = fact(get(fields, "Effect"), |effect| Ok(text(effect)));
    let effect = effect.required("the statement has no effect");
    Some(Statement {
        effect: effect.map(|effect| match &*effect {
            "Deny" => Effect::Deny,
            _ => Effect::Allow,
        }),
        principals: principals(fields),
        actions: clause(fields, ["Action", "NotAction"], |action| {
            Pattern::of(&action).to_lowercase()
        }),
        resources: clause(fields, ["Resource", "NotResource"], |arn| Pattern::of(&arn)),
        conditions: conditions(builder, get(fields, "Condition")),
    })
}

/// A field of a JSON object; AWS ignores the case of its name.
fn get<'v>(fields: &'v Fields, name: &str) -> Option<&'v Value> {
    let mut fields = fields.iter();
    let (_, value) = fields.find(|(field, _)| field.eq_ignore_ascii_case(name))?;
    (*value != Value::Null).then_some(value)
}

/// An element of a statement, in its positive or its negated form.
fn clause<T>(fields: &Fields, [name, negated]: [&str; 2], read: impl Fn(Value) -> T) -> Clause<T> {
    let is_negated = get(fields, negated).is_some();
    let value = get(fields, if is_negated { negated } else { name });
    Clause {
        is_negated,
        named: elements(value).map(read),
    }
}

fn principals(fields: &Fields) -> Clause<Principal> {
    let clause = clause(fields, ["Principal", "NotPrincipal"], |value| value);
    Clause {
        is_negated: clause.is_negated,
        named: clause.named.flat_map(|value| principals_of(&value)),
    }
}

/// The principals of `"*"`, or of an object that lists names by type.
fn principals_of(value: &Value) -> Members<Principal> {
    let Some(kinds) = value.fields() else {
        let kind = "*".into();
        let name = Pattern::of(value);
        return Members::known([Principal { kind, name }]);
    };
    let mut principals = Members::default();
    for (kind, names) in kinds {
        principals.append(elements(Some(names)).map(|name| Principal {
            kind: kind.clone(),
            name: Pattern::of(&name),
        }));
    }
    principals
}

fn conditions(builder: &Builder, value: Option<&Value>) -> Members<Condition> {
    let Some(value) = value else {
        return Members::default();
    };
    let Some(operators) = value.fields() else {
        return Members::unknown(cause(value));
    };
    let mut conditions = Members::default();
    for (operator, keys) in operators {
        match keys.fields() {
            Some(keys) => conditions.append(of_operator(builder, operator, keys)),
            None => conditions.add_unlisted(cause(keys)),
        }
    }
    conditions
}

fn of_operator(builder: &Builder, operator: &Arc<str>, keys: &Fields) -> Members<Condition> {
    let condition = |(key, values): (&Arc<str>, &Value)| {
        let mut condition = Condition {
            operator: operator.clone(),
            key: key.to_ascii_lowercase().into(),
            values: elements(Some(values)),
            named: Members::default(),
        };
        if condition.asks_for_vpc() {
            let ids = condition.values.clone();
            condition.named = ids.map(|value| builder.endpoint_or_vpc(&value));
        }
        condition
    };
    Members::known(keys.iter().map(condition))
}
