//! Data sources that only compute, or read files of this machine: `template_file`, `local_file`, `null_data_source`.
//!
//! Terraform reads them while it plans, without an account. Their answers are computed here as their providers
//! compute them ("Data Sources" in the documentation of the providers `template`, `local` and `null`). An attribute
//! that is not in the answer stays unknown, as with every other data source.

use std::sync::Arc;

use super::Evaluator;
use super::scope::Scope;
use crate::source::Span;
use crate::terraform::resource::Resource;
use crate::terraform::syntax::Body;
use crate::terraform::value::conversion::convert;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Value};

/// The attributes of `local_file`, and the functions that compute them from its path.
const FILE_ATTRIBUTES: [(&str, &str); 9] = [
    ("content", "file"),
    ("content_base64", "filebase64"),
    ("content_base64sha256", "filebase64sha256"),
    ("content_base64sha512", "filebase64sha512"),
    ("content_md5", "filemd5"),
    ("content_sha1", "filesha1"),
    ("content_sha256", "filesha256"),
    ("content_sha512", "filesha512"),
    ("id", "filesha1"),
];

impl<'a> Evaluator<'a> {
    /// The attributes of a data source that is computed on this machine; `None` for any other.
    pub(super) fn local_data(
        &self,
        resource: &Resource,
        block: (&Body, Span),
        scope: &Scope<'_, 'a>,
    ) -> Option<Fields> {
        match &*resource.address.kind {
            "template_file" => Some(self.rendered_file(resource, block.1, scope)),
            // With `depends_on` Terraform reads the file after what may write it.
            "local_file" if block.0.attribute("depends_on").is_none() => {
                Some(self.file_attributes(resource, block.1))
            }
            "null_data_source" => Some(repeated_inputs(resource)),
            _ => None,
        }
    }

    fn rendered_file(&self, resource: &Resource, span: Span, scope: &Scope<'_, 'a>) -> Fields {
        let variables = resource.body.get("vars").cloned();
        let variables = variables.filter(|variables| *variables != Value::Null);
        let variables = variables.unwrap_or_else(|| Value::object::<Arc<str>>([]));
        let (Some(template), Ok(variables)) = (
            resource.body.get("template"),
            convert(&variables, &Type::map(Type::String)),
        ) else {
            return Fields::new();
        };
        match self.render(template, &variables, span) {
            Ok(rendered) => Fields::from([("rendered".into(), rendered.settled())]),
            Err(problem) => {
                self.report_in(scope, problem);
                Fields::new()
            }
        }
    }

    /// A file that is missing may be made before Terraform reads it, so that it is no problem.
    fn file_attributes(&self, resource: &Resource, span: Span) -> Fields {
        let Some(path) = resource.body.get("filename") else {
            return Fields::new();
        };
        let attribute = |(name, function): (&str, &str)| {
            let value = self.function(function, std::slice::from_ref(path), span);
            Some((name.into(), value.ok()?))
        };
        FILE_ATTRIBUTES.into_iter().filter_map(attribute).collect()
    }
}

/// `null_data_source` hands its inputs on as texts.
fn repeated_inputs(resource: &Resource) -> Fields {
    let inputs = resource.body.get("inputs");
    let outputs = inputs.and_then(|inputs| convert(inputs, &Type::map(Type::String)).ok());
    outputs
        .map(|outputs| ("outputs".into(), outputs))
        .into_iter()
        .collect()
}
