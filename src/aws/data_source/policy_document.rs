//! `aws_iam_policy_document`, rendered as the provider renders it.

mod arguments;
mod choice;
mod decode;
mod hash;
mod json;
mod model;

use std::sync::Arc;

use self::choice::Choices;
use self::json::Layout;
use self::model::Document;
use crate::terraform::provider::DataSource;
use crate::terraform::resource::Body;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Unknown, Value};

/// Why a document cannot be rendered.
type Refusal = Arc<str>;

/// The attributes of the data source.
pub(super) fn read(data_source: &DataSource<'_>) -> Fields {
    let arguments = data_source.arguments;
    let rendered = Choices::every(|choices| {
        let json = document(arguments, choices)?.json(choices)?;
        Ok([Layout::Indented, Layout::Minified].map(|layout| json.render(layout)))
    });
    let attribute = |n: usize, name: &str| {
        let value = match &rendered {
            Ok((ways, reason)) => {
                Value::one_of(reason.clone(), ways.iter().map(|way| way[n].clone()))
            }
            Err(reason) => not_rendered(data_source, name, reason),
        };
        if is_sensitive(arguments) {
            value.sensitive()
        } else {
            value
        }
    };
    super::fields([
        ("json", attribute(0, "json")),
        ("minified_json", attribute(1, "minified_json")),
    ])
}

fn not_rendered(data_source: &DataSource<'_>, attribute: &str, reason: &Arc<str>) -> Value {
    Unknown {
        reason: reason.clone(),
        ty: Type::String,
        identity: Some(format!("{}.{attribute}", data_source.address).into()),
        not_null: true,
        element: None,
    }
    .into()
}

fn is_sensitive(body: &Body) -> bool {
    let mut attributes = body.attributes.values();
    let mut blocks = body.blocks.values().flat_map(|blocks| &blocks.bodies);
    attributes.any(|attribute| attribute.value.has_sensitive()) || blocks.any(is_sensitive)
}

/// The source documents, then the statements of the data source itself, then the overriding ones.
fn document(arguments: &Body, choices: &mut Choices) -> Result<Document, Refusal> {
    let mut merged = Document::default();
    for source in documents(arguments, "source_policy_documents", choices)? {
        for statement in &source.statements {
            if let Some(sid) = &statement.sid
                && merged.position(statement)?.is_some()
            {
                return Err(duplicate_sid(sid));
            }
        }
        merged.merge(source)?;
    }
    merged.merge(arguments::document(arguments, choices)?)?;
    for overriding in documents(arguments, "override_policy_documents", choices)? {
        merged.merge(overriding)?;
    }
    Ok(merged)
}

fn documents(
    arguments: &Body,
    argument: &str,
    choices: &mut Choices,
) -> Result<Vec<Document>, Refusal> {
    let Some(list) = arguments.get(argument) else {
        return Ok(Vec::new());
    };
    let list = choices.settle(list);
    let Some(texts) = list.elements() else {
        return if list == Value::Null {
            Ok(Vec::new())
        } else {
            Err(because(&[&list]))
        };
    };
    let texts = texts.iter().map(|text| choices.settle(text));
    let texts: Vec<Value> = texts.filter(|text| *text != Value::Null).collect();
    texts.iter().map(decode::document).collect()
}

fn duplicate_sid(sid: &Value) -> Refusal {
    let sid = sid.as_str().unwrap_or_default();
    format!("the provider refuses the duplicate Sid `{sid}`").into()
}

/// Why the first of the values that is not known is not.
fn because(values: &[&Value]) -> Refusal {
    let mut reasons = values.iter().filter_map(|value| value.unknown_reason());
    reasons
        .next()
        .unwrap_or_else(|| "the provider refuses the policy document".into())
}

#[cfg(test)]
mod tests;
