//! Documents in `source_policy_documents` and `override_policy_documents`: JSON texts of which pieces
//! may be unknown.

use serde_json::Value as JsonValue;

use super::model::{Condition, PolicyDocument, Principal, Statement, Strings};
use super::{Refusal, because};
use crate::aws::marked_json::MarkedJson;
use crate::terraform::value::Value;

/// The document that a text holds.
pub(super) fn document(text: &Value) -> Result<PolicyDocument, Refusal> {
    let marked = MarkedJson::of(text).ok_or_else(|| because(&[text]))?;
    let decoder = Decoder { marked };
    let json = decoder.marked.read().ok_or_else(|| decoder.refuse())?;
    decoder.document(&json)
}

struct Decoder<'v> {
    marked: MarkedJson<'v>,
}

impl Decoder<'_> {
    /// A string in which marks are replaced by their pieces.
    fn string(&self, text: &str) -> Value {
        self.marked.string(text)
    }

    /// The text is not readable: an unknown piece is in the way, or the provider cannot read it either.
    fn refuse(&self) -> Refusal {
        because(&self.marked.open().collect::<Vec<_>>())
    }

    fn document(&self, json: &JsonValue) -> Result<PolicyDocument, Refusal> {
        let mut document = PolicyDocument::default();
        for (name, value) in json.as_object().ok_or_else(|| self.refuse())? {
            // Go's `encoding/json` ignores the case of keys.
            match name.to_ascii_lowercase().as_str() {
                "version" => match self.text(value)? {
                    Some(Value::String(version)) => document.version = version,
                    Some(version) => return Err(because(&[&version])),
                    None => {}
                },
                "id" => document.id = self.text(value)?,
                "statement" if !value.is_null() => {
                    let items = value.as_array().ok_or_else(|| self.refuse())?;
                    let statements = items.iter().map(|item| self.statement(item));
                    document.statements = statements.collect::<Result<_, _>>()?;
                }
                _ => {}
            }
        }
        Ok(document)
    }

    fn statement(&self, json: &JsonValue) -> Result<Statement, Refusal> {
        let mut statement = Statement::default();
        for (name, value) in json.as_object().ok_or_else(|| self.refuse())? {
            match name.to_ascii_lowercase().as_str() {
                "sid" => statement.sid = self.text(value)?,
                "effect" => statement.effect = self.effect(value)?,
                "action" => statement.actions = self.strings(value)?,
                "notaction" => statement.not_actions = self.strings(value)?,
                "resource" => statement.resources = self.strings(value)?,
                "notresource" => statement.not_resources = self.strings(value)?,
                "principal" => statement.principals = self.principals(value)?,
                "notprincipal" => statement.not_principals = self.principals(value)?,
                "condition" => statement.conditions = self.conditions(value)?,
                _ => {}
            }
        }
        Ok(statement)
    }

    /// A string; the empty string counts as none.
    fn text(&self, json: &JsonValue) -> Result<Option<Value>, Refusal> {
        match json {
            JsonValue::Null => Ok(None),
            JsonValue::String(text) if text.is_empty() => Ok(None),
            JsonValue::String(text) => match self.string(text) {
                text @ (Value::String(_) | Value::Template(_)) => Ok(Some(text)),
                text => Err(because(&[&text])),
            },
            _ => Err(self.refuse()),
        }
    }

    fn effect(&self, json: &JsonValue) -> Result<Option<Value>, Refusal> {
        match json {
            JsonValue::String(text) if !text.is_empty() => Ok(Some(self.string(text))),
            json => self.text(json),
        }
    }

    fn strings(&self, json: &JsonValue) -> Result<Option<Strings>, Refusal> {
        match json {
            JsonValue::Null => Ok(None),
            JsonValue::String(text) => Ok(Some(Strings::Single(self.string(text)))),
            JsonValue::Array(items) => Ok(Some(Strings::List(self.items(items)?))),
            _ => Err(self.refuse()),
        }
    }

    fn items(&self, items: &[JsonValue]) -> Result<Vec<Value>, Refusal> {
        let item = |item: &JsonValue| match item {
            JsonValue::String(text) => Ok(self.string(text)),
            _ => Err(self.refuse()),
        };
        items.iter().map(item).collect()
    }

    fn principals(&self, json: &JsonValue) -> Result<Vec<Principal>, Refusal> {
        let everybody = || Value::string("*");
        match json {
            JsonValue::String(_) => Ok(vec![Principal {
                kind: everybody(),
                identifiers: Strings::List(vec![everybody()]),
            }]),
            JsonValue::Object(kinds) => {
                let principal = |(kind, names): (&String, &JsonValue)| {
                    let identifiers = self.strings(names)?;
                    Ok(Principal {
                        kind: self.string(kind),
                        identifiers: identifiers.ok_or_else(|| self.refuse())?,
                    })
                };
                kinds.iter().map(principal).collect()
            }
            _ => Err(self.refuse()),
        }
    }

    /// The conditions; the provider drops values that are neither strings nor booleans.
    fn conditions(&self, json: &JsonValue) -> Result<Vec<Condition>, Refusal> {
        let mut conditions = Vec::new();
        for (test, variables) in self.members(json)? {
            for (variable, operands) in self.members(variables)? {
                let values = match operands {
                    JsonValue::String(text) => vec![self.string(text)],
                    JsonValue::Bool(value) => vec![Value::string(value.to_string())],
                    JsonValue::Array(items) => self.items(items)?,
                    _ => continue,
                };
                conditions.push(Condition {
                    test: self.string(test),
                    variable: self.string(variable),
                    values,
                });
            }
        }
        Ok(conditions)
    }

    fn members<'j>(
        &self,
        json: &'j JsonValue,
    ) -> Result<impl Iterator<Item = (&'j String, &'j JsonValue)>, Refusal> {
        match json {
            JsonValue::Null => Ok(None.into_iter().flatten()),
            JsonValue::Object(members) => Ok(Some(members).into_iter().flatten()),
            _ => Err(self.refuse()),
        }
    }
}
