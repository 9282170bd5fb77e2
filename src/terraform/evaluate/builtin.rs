//! Values that come from evaluation itself: paths, the workspace, rendered templates.

use std::path::Path;

use super::Evaluator;
use super::module_instance::ModuleInstance;
use super::scope::{Binding, Scope};
use crate::source::{Problem, Span};
use crate::terraform::syntax::Expression;
use crate::terraform::syntax::parse;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Value};

impl<'a> Evaluator<'a> {
    /// `path.module`, `path.root`, `path.cwd`.
    pub(super) fn path(
        &self,
        module: &ModuleInstance<'a>,
        which: &str,
        span: Span,
    ) -> Result<Value, Problem> {
        match which {
            "module" => Ok(Value::string(relative(
                &module.module.directory,
                &self.root.directory,
            ))),
            "root" => Ok(Value::string(".")),
            // Where people run Terraform: in the root module.
            "cwd" => Ok(Value::string(self.root.directory.to_string_lossy())),
            _ => Err(
                Problem::error(format!("`path.{which}` does not exist"), span)
                    .help("there are `path.module`, `path.root` and `path.cwd`"),
            ),
        }
    }

    /// `terraform.workspace` and OpenTofu's `terraform.applying`.
    pub(super) fn workspace(&self, which: &str, span: Span) -> Result<Value, Problem> {
        match which {
            "workspace" => Ok(Value::string(
                self.options.workspace.as_deref().unwrap_or("default"),
            )),
            "applying" => Ok(Value::Bool(false)),
            _ => Err(
                Problem::error(format!("`terraform.{which}` does not exist"), span)
                    .help("there is `terraform.workspace`"),
            ),
        }
    }

    /// `templatefile(path, variables)`
    pub(super) fn template_file(&self, arguments: &[Value], span: Span) -> Result<Value, Problem> {
        let [path, variables] = arguments else {
            let message = "function `templatefile` takes a path and an object";
            return Err(Problem::error(message, span));
        };
        let text = self.function("file", std::slice::from_ref(path), span)?;
        self.render(&text, variables, span)
    }

    /// `templatestring(template, variables)`
    pub(super) fn template_string(
        &self,
        arguments: &[Value],
        span: Span,
    ) -> Result<Value, Problem> {
        match arguments {
            [text, variables] => self.render(text, variables, span),
            _ => Err(Problem::error(
                "function `templatestring` takes a template and an object",
                span,
            )),
        }
    }

    /// The text of a template with the variables that it sees.
    pub(super) fn render(
        &self,
        text: &Value,
        variables: &Value,
        span: Span,
    ) -> Result<Value, Problem> {
        let is_sensitive = text.has_sensitive() || matches!(variables, Value::Sensitive(_));
        let Some(source) = text.as_str() else {
            let reason = text.unknown_reason();
            let refused = || Problem::error("the template is not a string", span);
            return Ok(Value::unknown(reason.ok_or_else(refused)?, Type::String));
        };
        let Some(fields) = variables.fields() else {
            let reason = variables.unknown_reason();
            let refused = || Problem::error("the variables of a template are not an object", span);
            return Ok(Value::unknown(reason.ok_or_else(refused)?, Type::String));
        };
        let template =
            parse::parse_embedded_template(source, span).map_err(|problem| at(problem, span))?;
        let value = self
            .rendered(&template, fields)
            .map_err(|problem| at(problem, span))?;
        Ok(if is_sensitive {
            value.sensitive()
        } else {
            value
        })
    }

    fn rendered(&self, template: &Expression, fields: &Fields) -> Result<Value, Problem> {
        let _depth = self.deeper(template.span)?;
        let mut bindings: Vec<(&str, Value)> = Vec::new();
        for (name, value) in fields {
            bindings.push((name, value.clone()));
        }
        self.with_bindings(&bindings, &Scope::empty(), template)
    }

    fn with_bindings(
        &self,
        bindings: &[(&str, Value)],
        scope: &Scope<'_, 'a>,
        template: &Expression,
    ) -> Result<Value, Problem> {
        match bindings.split_first() {
            None => self.expression(template, scope),
            Some(((name, value), rest)) => {
                let binding: Binding = scope.bind(name, value.clone());
                self.with_bindings(rest, &scope.with(&binding), template)
            }
        }
    }
}

/// A problem inside a template, told at the call.
fn at(problem: Problem, span: Span) -> Problem {
    Problem {
        message: format!("in the template: {}", problem.message),
        span: Some(span),
        ..problem
    }
}

/// A directory as seen from another, with `/`.
fn relative(directory: &Path, from: &Path) -> String {
    let mut from_rest = from.components().peekable();
    let mut rest = directory.components().peekable();
    while let (Some(a), Some(b)) = (from_rest.peek(), rest.peek())
        && a == b
    {
        from_rest.next();
        rest.next();
    }
    let ups = from_rest.map(|_| "..".to_owned());
    let downs = rest.map(|component| component.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = ups.chain(downs).collect();
    if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    }
}
