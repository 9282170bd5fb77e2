//! A policy document as the provider holds it: how documents merge, and the order in which they become
//! JSON.

use std::cmp::Ordering;
use std::sync::Arc;

use super::choice::{Choices, compare};
use super::json::Json;
use super::{Refusal, because};
use crate::aws::provider::AwsProvider;
use crate::terraform::value::Value;
use crate::terraform::value::operation::equal;

/// A policy document.
#[derive(Debug, Default)]
pub(super) struct PolicyDocument {
    pub(super) version: Arc<str>,
    pub(super) id: Option<Value>,
    pub(super) statements: Vec<Statement>,
}

/// A statement of a policy document.
#[derive(Clone, Debug, Default)]
pub(super) struct Statement {
    /// Never an empty string.
    pub(super) sid: Option<Value>,
    pub(super) effect: Option<Value>,
    pub(super) actions: Option<Strings>,
    pub(super) not_actions: Option<Strings>,
    pub(super) resources: Option<Strings>,
    pub(super) not_resources: Option<Strings>,
    pub(super) principals: Vec<Principal>,
    pub(super) not_principals: Vec<Principal>,
    pub(super) conditions: Vec<Condition>,
}

/// A single string or a list, which the JSON writes without or with brackets.
#[derive(Clone, Debug)]
pub(super) enum Strings {
    Single(Value),
    List(Vec<Value>),
}

/// Principals of one type.
#[derive(Clone, Debug)]
pub(super) struct Principal {
    pub(super) kind: Value,
    pub(super) identifiers: Strings,
}

/// A condition.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) test: Value,
    pub(super) variable: Value,
    pub(super) values: Vec<Value>,
}

impl PolicyDocument {
    /// Adds another document: its statements replace those with the same `Sid`, and the newer version
    /// counts.
    pub(super) fn merge(&mut self, added: Self) -> Result<(), Refusal> {
        if added.id.is_some() {
            self.id = added.id;
        }
        if added.version > self.version {
            self.version = added.version;
        }
        for statement in added.statements {
            match self.position(&statement)? {
                Some(position) => self.statements[position] = statement,
                None => self.statements.push(statement),
            }
        }
        Ok(())
    }

    /// The position of the statement here that has the `Sid` of `statement`.
    pub(super) fn position(&self, statement: &Statement) -> Result<Option<usize>, Refusal> {
        let Some(sid) = &statement.sid else {
            return Ok(None);
        };
        for (n, existing) in self.statements.iter().enumerate() {
            let Some(existing_sid) = &existing.sid else {
                continue;
            };
            match equal(existing_sid, sid, &AwsProvider) {
                Some(true) => return Ok(Some(n)),
                Some(false) => {}
                None => return Err(because(&[existing_sid, sid])),
            }
        }
        Ok(None)
    }

    pub(super) fn json(&self, choices: &mut Choices) -> Result<Json, Refusal> {
        let mut fields = Fields::default();
        if !self.version.is_empty() {
            fields.add("Version", Json::String(Value::string(self.version.clone())));
        }
        if let Some(id) = &self.id {
            fields.add("Id", Json::String(id.clone()));
        }
        if !self.statements.is_empty() {
            let statements = self.statements.iter();
            let items = statements.map(|statement| statement.json(choices));
            fields.add("Statement", Json::Array(items.collect::<Result<_, _>>()?));
        }
        Ok(Json::Object(fields.0))
    }
}

/// The members of an object in their order.
#[derive(Default)]
struct Fields(Vec<(Value, Json)>);

impl Fields {
    fn add(&mut self, name: &str, value: Json) {
        self.0.push((Value::string(name), value));
    }
}

impl Statement {
    fn json(&self, choices: &mut Choices) -> Result<Json, Refusal> {
        let mut fields = Fields::default();
        for (name, text) in [("Sid", &self.sid), ("Effect", &self.effect)] {
            if let Some(text) = text {
                fields.add(name, Json::String(text.clone()));
            }
        }
        let lists = [
            ("Action", &self.actions),
            ("NotAction", &self.not_actions),
            ("Resource", &self.resources),
            ("NotResource", &self.not_resources),
        ];
        for (name, strings) in lists {
            if let Some(strings) = strings {
                fields.add(name, strings.json());
            }
        }
        let clauses = [
            ("Principal", &self.principals),
            ("NotPrincipal", &self.not_principals),
        ];
        for (name, principals) in clauses {
            if !principals.is_empty() {
                fields.add(name, principals_json(principals, choices)?);
            }
        }
        if !self.conditions.is_empty() {
            fields.add("Condition", conditions_json(&self.conditions)?);
        }
        Ok(Json::Object(fields.0))
    }
}

impl Strings {
    fn json(&self) -> Json {
        match self {
            Self::Single(text) => Json::String(text.clone()),
            Self::List(texts) => Json::strings(texts.iter().cloned()),
        }
    }

    fn as_slice(&self) -> &[Value] {
        match self {
            Self::Single(text) => std::slice::from_ref(text),
            Self::List(texts) => texts,
        }
    }
}

fn principals_json(principals: &[Principal], choices: &mut Choices) -> Result<Json, Refusal> {
    let everybody = Value::string("*");
    if let [only] = principals
        && only.kind == everybody
        && only.identifiers.as_slice() == [everybody.clone()]
    {
        return Ok(Json::String(everybody));
    }
    let mut by_kind: Vec<(Value, Strings)> = Vec::new();
    for principal in principals {
        let identifiers = match &principal.identifiers {
            Strings::List(texts) => Strings::List(choices.descending(texts.clone())),
            single @ Strings::Single(_) => single.clone(),
        };
        match find(&by_kind, &principal.kind)? {
            None => by_kind.push((principal.kind.clone(), identifiers)),
            Some(n) => {
                let mut joined = by_kind[n].1.as_slice().to_vec();
                joined.extend_from_slice(identifiers.as_slice());
                by_kind[n].1 = Strings::List(joined);
            }
        }
    }
    let fields = by_kind
        .iter()
        .map(|(kind, strings)| (kind.clone(), strings.json()));
    by_name(fields.collect())
}

/// The values of one test, by variable.
type ByVariable = Vec<(Value, Vec<Value>)>;

fn conditions_json(conditions: &[Condition]) -> Result<Json, Refusal> {
    let mut tests: Vec<(Value, ByVariable)> = Vec::new();
    for condition in conditions {
        let of_test = match find(&tests, &condition.test)? {
            Some(n) => n,
            None => {
                tests.push((condition.test.clone(), Vec::new()));
                tests.len() - 1
            }
        };
        let variables = &mut tests[of_test].1;
        match find(variables, &condition.variable)? {
            Some(n) => variables[n].1.extend_from_slice(&condition.values),
            None => variables.push((condition.variable.clone(), condition.values.clone())),
        }
    }
    let mut fields = Vec::new();
    for (test, variables) in tests {
        let field = |(variable, mut values): (Value, Vec<Value>)| match values.len() {
            1 => (variable, Json::String(values.remove(0))),
            _ => (variable, Json::strings(values)),
        };
        let members = variables.into_iter().map(field);
        fields.push((test, by_name(members.collect())?));
    }
    by_name(fields)
}

/// The position of a name in a list; a refusal if it is not known whether the list holds it.
fn find<T>(named: &[(Value, T)], name: &Value) -> Result<Option<usize>, Refusal> {
    for (n, (candidate, _)) in named.iter().enumerate() {
        match equal(candidate, name, &AwsProvider) {
            Some(true) => return Ok(Some(n)),
            Some(false) => {}
            None => return Err(because(&[candidate, name])),
        }
    }
    Ok(None)
}

/// An object with its members in the order of their names, as Go writes maps.
fn by_name(mut fields: Vec<(Value, Json)>) -> Result<Json, Refusal> {
    // Every pair must have a known order before they are sorted.
    for (n, (left, _)) in fields.iter().enumerate() {
        let mut later = fields[n + 1..].iter();
        if let Some((right, _)) = later.find(|(right, _)| compare(left, right).is_none()) {
            return Err(because(&[left, right]));
        }
    }
    fields.sort_by(|(left, _), (right, _)| compare(left, right).unwrap_or(Ordering::Equal));
    Ok(Json::Object(fields))
}
