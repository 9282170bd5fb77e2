//! `aws_iam_policy_document`, rendered byte for byte as the provider renders it.
//!
//! ```text
//! arguments ───► arguments ─┐
//! source and override JSON ─┴► decode ─► model (merge, sort) ─► json ─► text, with unknown pieces
//! ```
//!
//! The text must be exact, because other resources compare policies or hash them. The provider keeps
//! lists as sets, so that the order of what it writes depends on the values; where a value is unknown
//! or one of several, the document is rendered once for each possible order (`choice`) and the
//! result is a value with alternatives. Where even that does not determine the text, the attribute is
//! unknown with the reason.
//!
//! Behaviour that no guide describes (the order of sets, how statements with one `Sid` merge) follows
//! the source of the Terraform AWS provider, `internal/service/iam/policy_document_data_source.go` and
//! `policy_model.go`. Begin reading with `document` below.

mod arguments;
mod choice;
mod decode;
mod hash;
mod json;
mod model;

use std::sync::Arc;

use self::choice::Choices;
use self::json::Layout;
use self::model::PolicyDocument;
use crate::terraform::provider::DataSource;
use crate::terraform::resource::Body;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Unknown, Value};

/// Why a document cannot be rendered: an unknown that matters, or something that the provider refuses.
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
            Ok((renderings, reason)) => {
                let texts = renderings.iter().map(|texts| texts[n].clone());
                Value::one_of(reason.clone(), texts)
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

/// An unknown with an identity of its own: two uses of this attribute are the same text.
fn not_rendered(data_source: &DataSource<'_>, attribute: &str, reason: &Arc<str>) -> Value {
    Unknown {
        reason: reason.clone(),
        ty: Type::String,
        identity: Some(format!("{}.{attribute}", data_source.address).into()),
        not_null: true,
        ..Unknown::default()
    }
    .into()
}

fn is_sensitive(body: &Body) -> bool {
    let mut attributes = body.attributes.values();
    let mut blocks = body.blocks.values().flat_map(|blocks| &blocks.bodies);
    attributes.any(|attribute| attribute.value.has_sensitive()) || blocks.any(is_sensitive)
}

/// The source documents, then the statements of the data source itself, then the overriding documents:
/// a later statement replaces an earlier one with its `Sid`.
fn document(arguments: &Body, choices: &mut Choices) -> Result<PolicyDocument, Refusal> {
    let mut merged = PolicyDocument::default();
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
) -> Result<Vec<PolicyDocument>, Refusal> {
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
    let settled = texts.iter().map(|text| choices.settle(text));
    // The provider skips an empty document as it skips null: `""` in a list comes to it as no value.
    let documents: Vec<Value> = settled
        .filter(|text| *text != Value::Null && text.as_str() != Some(""))
        .collect();
    documents.iter().map(decode::document).collect()
}

fn duplicate_sid(sid: &Value) -> Refusal {
    let sid = sid.as_str().unwrap_or_default();
    format!("the provider refuses the duplicate Sid `{sid}`").into()
}

/// The reason of the first unknown among the values; without any, the provider is what refuses.
fn because(values: &[&Value]) -> Refusal {
    let mut reasons = values.iter().filter_map(|value| value.unknown_reason());
    reasons
        .next()
        .unwrap_or_else(|| "the provider refuses the policy document".into())
}

#[cfg(test)]
mod tests;
