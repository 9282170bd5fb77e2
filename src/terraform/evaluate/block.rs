//! Resource blocks: their arguments, nested blocks and dynamic blocks.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::comprehension::Iteration;
use super::expand::BlockInstance;
use super::module_instance::ModuleInstance;
use super::planned;
use super::scope::Scope;
use super::weight::Weight;
use super::{Evaluator, Extent};
use crate::source::{Problem, Span};
use crate::terraform::address::{Address, Mode};
use crate::terraform::load::module::ResourceBlock;
use crate::terraform::provider::DataSource;
use crate::terraform::resource::{self, Attribute, Blocks, Resource};
use crate::terraform::syntax::{self, Block, ExpressionKind};
use crate::terraform::value::conversion;
use crate::terraform::value::schema::BlockSchema;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Unknown, Value};

/// Arguments and blocks of a resource block that are Terraform's, not the provider's ("Meta-Arguments"
/// in Terraform's documentation).
const META_ARGUMENTS: [&str; 4] = ["count", "for_each", "provider", "depends_on"];
const META_BLOCKS: [&str; 4] = ["lifecycle", "provisioner", "connection", "locals"];

impl<'a> Evaluator<'a> {
    /// An instance of a resource, and the same as a value for expressions that refer to it.
    pub(super) fn evaluate_resource(
        &self,
        module: &ModuleInstance<'a>,
        block: &'a ResourceBlock,
        address: Address,
        instance: &BlockInstance,
    ) -> (Resource, Value) {
        let schema = self.provider.schema(address.mode, &address.kind);
        let existence = module.existence.clone().and(instance.existence.clone());
        let scope = Scope::of_part(module, &existence);
        let mut body = match &instance.iterator {
            Some((name, value)) => {
                let binding = scope.bind(name, value.clone());
                self.body(
                    &block.body,
                    &scope.with(&binding),
                    schema.as_deref(),
                    Some(&address),
                )
            }
            None => self.body(&block.body, &scope, schema.as_deref(), Some(&address)),
        };
        body.span = Some(block.header);
        let planned = self
            .planned_values
            .and_then(|planned_values| planned_values.instance(&address));
        if let Some(planned) = planned {
            body = planned::merge(&body, &planned.body, &address);
        }
        let region = self.resource_region(module, &block.body, &address, &body);
        let resource = Resource {
            existence: planned.map_or(existence, |planned| planned.existence.clone()),
            region,
            body,
            span: Some(block.header),
            calls: calls(module),
            // The values of a plan already are those after ignored changes.
            ignore_changes: match planned {
                Some(_) => Vec::new(),
                None => ignore_changes(&block.body),
            },
            exports: Vec::new(),
            used_by: None,
            read_attributes: None,
            address,
        };
        let value = self.instance_value(module, block, &resource, schema);
        (resource, value)
    }

    /// The instance as expressions see it: a data source with the attributes that it would read.
    fn instance_value(
        &self,
        module: &ModuleInstance<'a>,
        block: &'a ResourceBlock,
        resource: &Resource,
        schema: Option<Arc<BlockSchema>>,
    ) -> Value {
        let value = resource.value(schema);
        let Value::Instance(instance) = &value else {
            return value;
        };
        if resource.address.mode != Mode::Data {
            return value;
        }
        let local = self.local_data(
            resource,
            (&block.body, block.header),
            &Scope::of_part(module, &resource.existence),
        );
        let read = match (local, &*resource.address.kind) {
            (Some(read), _) => read,
            (None, "terraform_remote_state") => self.remote_state(resource),
            (None, "tfe_outputs") => self.tfe_outputs(resource),
            _ => self.provider.data_source(&DataSource {
                address: &resource.address,
                arguments: &resource.body,
                region: &resource.region,
                provider: &|| self.provider_arguments(module, &block.body, &resource.address),
            }),
        };
        if read.is_empty() {
            return value;
        }
        let mut instance = crate::terraform::value::Instance::clone(instance);
        let is_planned = self
            .planned_values
            .is_some_and(|planned_values| planned_values.instance(&resource.address).is_some());
        for (name, attribute) in read {
            // What Terraform read while planning prevails over what the provider is taken to answer.
            if !is_planned || !instance.attributes.contains_key(&name) {
                instance.attributes.insert(name, attribute);
            }
        }
        Value::Instance(Arc::new(instance))
    }

    /// The arguments of a block other than a resource.
    pub(super) fn plain_body(
        &self,
        body: &syntax::Body,
        module: &ModuleInstance<'a>,
    ) -> resource::Body {
        self.body(body, &Scope::of(module), None, None)
    }

    /// The arguments of a block; `resource` is the resource whose block it is, if it is one.
    fn body(
        &self,
        body: &syntax::Body,
        scope: &Scope<'_, 'a>,
        schema: Option<&BlockSchema>,
        resource: Option<&Address>,
    ) -> resource::Body {
        let mut out = resource::Body::default();
        let is_read =
            |argument: &str| resource.is_none_or(|resource| self.is_asked_for(resource, argument));
        for attribute in &body.attributes {
            if resource.is_some() && META_ARGUMENTS.contains(&&*attribute.name) {
                continue;
            }
            let value = if is_read(&attribute.name) {
                self.argument(attribute, scope, schema)
            } else {
                Value::unknown("the network does not depend on it", Type::Dynamic)
            };
            let span = Some(attribute.span);
            out.attributes
                .insert(attribute.name.clone(), Attribute { value, span });
        }
        for block in &body.blocks {
            let is_meta = resource.is_some() && META_BLOCKS.contains(&&*block.kind);
            if is_meta || !is_read(dynamic_label(block).unwrap_or(&block.kind)) {
                continue;
            }
            self.nested(block, scope, schema, &mut out.blocks);
        }
        out
    }

    /// Whether the extent asks for an argument, block or meta-argument of a resource.
    pub(super) fn is_asked_for(&self, resource: &Address, argument: &str) -> bool {
        self.extent == Extent::Everything
            || self.provider.reads(resource.mode, &resource.kind, argument)
    }

    fn argument(
        &self,
        attribute: &syntax::Attribute,
        scope: &Scope<'_, 'a>,
        schema: Option<&BlockSchema>,
    ) -> Value {
        let value = self.value_or_report(&attribute.value, scope);
        let Some(schema) = schema.and_then(|schema| schema.attributes.get(&attribute.name)) else {
            return value;
        };
        let converted = conversion::convert(&value, &schema.ty);
        let converted = converted.map(|converted| self.kept(converted, attribute.span));
        converted.unwrap_or_else(|why| {
            let message = format!(
                "inappropriate value for attribute `{}`: {why}",
                attribute.name
            );
            self.report_in(scope, Problem::error(message.clone(), attribute.span));
            Value::unknown(
                format!("it could not be evaluated: {message}"),
                schema.ty.clone(),
            )
        })
    }

    fn nested(
        &self,
        block: &Block,
        scope: &Scope<'_, 'a>,
        schema: Option<&BlockSchema>,
        out: &mut BTreeMap<Arc<str>, Blocks>,
    ) {
        let nested = |kind: &str| schema.and_then(|schema| schema.nested(kind));
        match dynamic_label(block) {
            Some(label) => {
                let blocks = out.entry(label.clone()).or_default();
                self.dynamic(block, label, scope, nested(label).as_deref(), blocks);
            }
            None => {
                let mut body = self.body(&block.body, scope, nested(&block.kind).as_deref(), None);
                body.span = Some(block.header);
                out.entry(block.kind.clone()).or_default().bodies.push(body);
            }
        }
    }

    /// A `dynamic` block: its content once for each element.
    fn dynamic(
        &self,
        block: &Block,
        kind: &Arc<str>,
        scope: &Scope<'_, 'a>,
        schema: Option<&BlockSchema>,
        out: &mut Blocks,
    ) {
        let (Some(for_each), Some(content)) = (
            block.body.attribute("for_each"),
            block.body.blocks("content").next(),
        ) else {
            let message = "a dynamic block needs `for_each` and a `content` block";
            return self.report(Problem::error(message, block.header));
        };
        let iterator =
            block
                .body
                .attribute("iterator")
                .and_then(|iterator| match &iterator.value.kind {
                    ExpressionKind::Variable(name) => Some(name),
                    _ => None,
                });
        let name = iterator.unwrap_or(kind);
        let nested = &content.body;
        let evaluated = |key: Value, value: Value| {
            let binding = scope.bind(name, Value::object([("key", key), ("value", value)]));
            let mut body = self.body(nested, &scope.with(&binding), schema, None);
            body.span = Some(block.header);
            body
        };
        let collection = self.value_or_report(&for_each.value, scope);
        match Iteration::over(&collection, for_each.span) {
            Ok(Iteration::Members(members)) => {
                let weight = Weight::of_content(nested);
                if !self.charge(weight, members.len(), block.header) {
                    let reason = "there are more blocks than are evaluated";
                    out.further = Some(unknown_blocks(reason.into(), None));
                    return;
                }
                let bodies = members
                    .into_iter()
                    .map(|(key, value)| evaluated(key, value));
                out.bodies.extend(bodies);
            }
            Ok(Iteration::Unknown { reason, key, value }) => {
                let element = block_value(&evaluated(key, value));
                out.further = Some(unknown_blocks(reason, Some(element)));
            }
            // One of several lists of blocks. `Blocks` cannot say that, so the number of blocks is
            // unknown, and each looks like one of them all.
            Ok(Iteration::OneOf(one_of)) => {
                let members = one_of.options.iter().filter_map(|option| {
                    match Iteration::over(option, for_each.span) {
                        Ok(Iteration::Members(members)) => Some(members),
                        _ => None,
                    }
                });
                let members: Vec<_> = members.flatten().collect();
                let weight = Weight::of_content(nested);
                let mut elements = Vec::new();
                if self.charge(weight, members.len(), block.header) {
                    for (key, value) in members {
                        elements.push(block_value(&evaluated(key, value)));
                    }
                }
                let element =
                    (!elements.is_empty()).then(|| Value::one_of(one_of.reason.clone(), elements));
                out.further = Some(unknown_blocks(one_of.reason.clone(), element));
            }
            Err(problem) => self.report(problem),
        }
    }
}

fn unknown_blocks(reason: Arc<str>, element: Option<Value>) -> Value {
    Unknown {
        reason,
        ty: Type::Dynamic,
        not_null: true,
        element,
        ..Unknown::default()
    }
    .into()
}

/// The type of the blocks that a `dynamic` block makes.
fn dynamic_label(block: &Block) -> Option<&Arc<str>> {
    let label = (&*block.kind == "dynamic").then(|| block.labels.first());
    label.flatten().map(|label| &label.text)
}

/// A block as an object: what one of an unknown number of blocks looks like.
fn block_value(body: &resource::Body) -> Value {
    let attributes = body.attributes.iter();
    let mut fields: Vec<(Arc<str>, Value)> = attributes
        .map(|(name, attribute)| (name.clone(), attribute.value.clone()))
        .collect();
    for (name, blocks) in &body.blocks {
        let value = blocks
            .further
            .clone()
            .unwrap_or_else(|| Value::tuple(blocks.bodies.iter().map(block_value)));
        fields.push((name.clone(), value));
    }
    Value::object(fields)
}

/// The headers of the calls that lead to a module instance, outermost first.
fn calls(module: &ModuleInstance) -> Vec<Span> {
    let Some(caller) = &module.call else {
        return Vec::new();
    };
    let mut spans = calls(&caller.parent());
    spans.push(caller.call.header);
    spans
}

/// The names in `lifecycle { ignore_changes = […] }`.
fn ignore_changes(body: &syntax::Body) -> Vec<Arc<str>> {
    let lifecycle = body.blocks("lifecycle");
    let attributes = lifecycle.filter_map(|block| block.body.attribute("ignore_changes"));
    let mut names = Vec::new();
    for attribute in attributes {
        match &attribute.value.kind {
            ExpressionKind::Tuple(items) => names.extend(items.iter().filter_map(first_name)),
            _ => names.extend(first_name(&attribute.value)),
        }
    }
    names
}

fn first_name(expression: &syntax::Expression) -> Option<Arc<str>> {
    match &expression.kind {
        ExpressionKind::Variable(name) | ExpressionKind::String(name) => Some(name.clone()),
        ExpressionKind::Attribute(source, _) | ExpressionKind::Index(source, _) => {
            first_name(source)
        }
        _ => None,
    }
}
