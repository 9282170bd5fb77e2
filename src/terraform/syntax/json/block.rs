//! Objects as blocks: which properties of a block are blocks, and how many labels they have.

use std::collections::BTreeSet;
use std::sync::Arc;

use jsonc_parser::ast::{Object, ObjectProp, Value};

use super::JsonReader;
use super::expression::Strings;
use crate::source::Span;
use crate::terraform::syntax::{Attribute, Block, Body, Comment, Label};

/// What a body belongs to, which decides what its properties are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    /// A configuration file.
    Module,
    /// A variable file.
    Values,
    /// `terraform`
    Settings,
    /// `variable`
    Variable,
    /// `output`
    Output,
    /// `module`
    Call,
    /// `provider`
    Provider,
    /// `resource`, `data`, `ephemeral`, and the content of their blocks.
    Resource,
    /// `lifecycle`
    Lifecycle,
    /// `dynamic`
    Dynamic,
    /// `check`
    Check,
    /// `moved`, `removed` and `import`
    Move,
    /// Blocks whose content is arguments only.
    Other,
}

/// What a property of a body is.
enum Property {
    Attribute(Strings),
    Block { labels: usize, content: Container },
}

impl Container {
    fn property(self, name: &str) -> Property {
        if let Some((labels, content)) = self.block(name) {
            return Property::Block { labels, content };
        }
        Property::Attribute(self.strings(name))
    }

    /// The labels and content of the blocks of a name; `None` if it is an argument.
    fn block(self, name: &str) -> Option<(usize, Self)> {
        let (labels, content) = match self {
            Self::Module => return Some(module_block(name)),
            Self::Settings => match name {
                "cloud" => (0, Self::Settings),
                "required_providers" | "workspaces" => (0, Self::Values),
                "backend" | "provider_meta" => (1, Self::Values),
                _ => return None,
            },
            Self::Resource | Self::Move => match name {
                "dynamic" => (1, Self::Dynamic),
                "lifecycle" => (0, Self::Lifecycle),
                "connection" => (0, Self::Other),
                "provisioner" => (1, Self::Other),
                _ => return None,
            },
            Self::Dynamic if name == "content" => (0, Self::Resource),
            Self::Check if name == "data" => (2, Self::Resource),
            _ if self.plain_blocks().contains(&name) => (0, Self::Other),
            _ => return None,
        };
        Some((labels, content))
    }

    /// Blocks without labels and without rules of their own.
    fn plain_blocks(self) -> &'static [&'static str] {
        match self {
            Self::Provider => &[
                "assume_role",
                "assume_role_with_web_identity",
                "default_tags",
                "endpoints",
                "ignore_tags",
            ],
            Self::Variable => &["validation"],
            Self::Output => &["precondition"],
            Self::Lifecycle => &["precondition", "postcondition"],
            Self::Check => &["assert"],
            _ => &[],
        }
    }

    fn strings(self, name: &str) -> Strings {
        match (self, name) {
            (Self::Values | Self::Settings, _) | (Self::Call, "source" | "version") => {
                Strings::Literals
            }
            (Self::Variable, "type")
            | (Self::Output | Self::Call | Self::Resource, "depends_on")
            | (Self::Call, "providers")
            | (Self::Resource | Self::Move, "provider")
            | (Self::Lifecycle, "ignore_changes" | "replace_triggered_by")
            | (Self::Dynamic, "iterator")
            | (Self::Move, "from" | "to") => Strings::References,
            (Self::Variable, _) => Strings::Literals,
            _ => Strings::Templates,
        }
    }
}

fn module_block(name: &str) -> (usize, Container) {
    match name {
        "terraform" => (0, Container::Settings),
        "provider" => (1, Container::Provider),
        "variable" => (1, Container::Variable),
        "output" => (1, Container::Output),
        "module" => (1, Container::Call),
        "resource" | "data" | "ephemeral" | "action" => (2, Container::Resource),
        "check" => (1, Container::Check),
        "moved" | "removed" | "import" => (0, Container::Move),
        _ => (0, Container::Other),
    }
}

/// Whether a property of a resource holds `dynamic` blocks. Without the provider's schema only this shows that it is a
/// block and not an argument; others become arguments, which resources read like blocks.
fn has_dynamic(value: &Value) -> bool {
    let is_dynamic = |property: &ObjectProp| property.name.as_str() == "dynamic";
    match value {
        Value::Object(object) => object.properties.iter().any(is_dynamic),
        Value::Array(array) => array.elements.iter().any(|element| {
            let object = element.as_object();
            object.is_some_and(|object| object.properties.iter().any(is_dynamic))
        }),
        _ => false,
    }
}

/// The blocks of one property, while their labels are collected.
struct Header<'a> {
    kind: &'a str,
    labels: Vec<Label>,
    /// Where the innermost name stands.
    span: Span,
}

impl JsonReader<'_> {
    /// The content of a body: an object, or an array of objects that count as one.
    pub(super) fn body(&mut self, value: &Value, container: Container) -> Body {
        let mut body = Body::default();
        let mut names = BTreeSet::new();
        for property in self.properties(value) {
            self.property(property, container, &mut names, &mut body);
        }
        body
    }

    fn properties<'v, 'a>(&mut self, value: &'v Value<'a>) -> Vec<&'v ObjectProp<'a>> {
        let objects: Vec<&Object> = match value {
            Value::NullKeyword(_) => Vec::new(),
            Value::Object(object) => vec![object],
            Value::Array(array) => {
                let elements = array.elements.iter();
                elements
                    .filter_map(|element| self.only_object(element))
                    .collect()
            }
            scalar => self.only_object(scalar).into_iter().collect(),
        };
        objects
            .into_iter()
            .flat_map(|object| &object.properties)
            .collect()
    }

    fn only_object<'v, 'a>(&mut self, value: &'v Value<'a>) -> Option<&'v Object<'a>> {
        let object = value.as_object();
        if object.is_none() {
            let span = self.span(value);
            self.report("an object is required here", span);
        }
        object
    }

    fn property<'v>(
        &mut self,
        property: &'v ObjectProp,
        container: Container,
        names: &mut BTreeSet<&'v str>,
        body: &mut Body,
    ) {
        let name = property.name.as_str();
        let span = self.span(&property.name);
        if name == "//" {
            self.comment(property);
            return;
        }
        let header = Header {
            kind: name,
            labels: Vec::new(),
            span,
        };
        match container.property(name) {
            Property::Block { labels, content } => {
                self.blocks(&property.value, &header, labels, content, &mut body.blocks);
            }
            Property::Attribute(_)
                if container == Container::Resource && has_dynamic(&property.value) =>
            {
                self.blocks(&property.value, &header, 0, container, &mut body.blocks);
            }
            Property::Attribute(_) if !names.insert(name) => {
                self.report(format!("`{name}` is set twice"), span);
            }
            Property::Attribute(strings) => body.attributes.push(Attribute {
                name: name.into(),
                value: self.expression(&property.value, strings),
                span: self.span(property),
            }),
        }
    }

    fn comment(&mut self, property: &ObjectProp) {
        if let Value::StringLit(literal) = &property.value {
            self.comments.push(Comment {
                text: Arc::from(format!("// {}", literal.value)),
                span: self.span(property),
                own_line: true,
            });
        }
    }

    /// Collects the labels, one from each level of objects, then the blocks.
    fn blocks(
        &mut self,
        value: &Value,
        header: &Header,
        labels_left: usize,
        content: Container,
        blocks: &mut Vec<Block>,
    ) {
        if labels_left > 0 {
            let known_problems = self.problems.len();
            let properties = self.properties(value);
            if properties.is_empty() && self.problems.len() == known_problems {
                let message = format!("`{}` needs {labels_left} more labels", header.kind);
                self.report(message, header.span);
            }
            for property in properties {
                let span = self.span(&property.name);
                let text = property.name.as_str().into();
                let inner = Header {
                    kind: header.kind,
                    labels: [header.labels.clone(), vec![Label { text, span }]].concat(),
                    span,
                };
                self.blocks(&property.value, &inner, labels_left - 1, content, blocks);
            }
            return;
        }
        match value {
            Value::NullKeyword(_) => {}
            Value::Array(array) => {
                for element in &array.elements {
                    blocks.push(self.block(element, header, content));
                }
            }
            object => blocks.push(self.block(object, header, content)),
        }
    }

    fn block(&mut self, value: &Value, header: &Header, content: Container) -> Block {
        Block {
            kind: header.kind.into(),
            labels: header.labels.clone(),
            body: self.body(value, content),
            header: header.span,
            span: header.span.to(self.span(value)),
        }
    }
}
