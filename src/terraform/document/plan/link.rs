//! What the unknown arguments of planned instances refer to, as far as the plan alone tells.
//!
//! A plan lists for each argument the references of its expression, without the expression. The
//! candidates are collected from these, and narrowed by the names of the arguments:
//!
//! ```text
//! vpc_security_group_ids = [local.sg]   noted: local.sg      any security group of the module
//! subnet_id = aws_subnet.a[*].id[0]     noted: aws_subnet.a  one of the instances of aws_subnet.a
//! vpc_id    = aws_vpc.main.id           noted in full        aws_vpc.main
//! ```
//!
//! Several candidates make a value that is one of several, none makes an unknown. The only guess is that
//! an argument takes what its name says.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::candidates::{Candidate, Candidates};
use super::instances::{ExpressionSite, PlanInstances};
use super::reference::references;
use crate::terraform::address::Address;
use crate::terraform::document::format::ResourceConfiguration;
use crate::terraform::provider::Conventions;
use crate::terraform::resource::{Attribute, Blocks, Body};
use crate::terraform::value::conversion::set;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Reference, Step, Unknown, Value};

/// Links the unknown arguments of one instance.
pub(super) struct Linker<'l, 'p> {
    pub(super) instances: &'l PlanInstances<'p>,
    pub(super) block: Option<&'p ResourceConfiguration>,
    /// The instance.
    pub(super) instance: &'l Address,
    /// How many arguments of other instances were followed to come to it.
    pub(super) depth: usize,
    /// How many arguments were left open, in all instances.
    pub(super) open: &'l Cell<usize>,
}

/// The longest chain of arguments that is followed: `vpc_id = aws_subnet.a.vpc_id` is one step. Longer
/// ones, and circles of a faulty plan, end as a reference to an argument.
const MAX_DEPTH: usize = 4;

/// A reference with more candidates is unknown: a longer list would not help anyone.
const MAX_OPTIONS: usize = 32;

/// Why something is not known.
const IS_DYNAMIC: &str = "a dynamic block sets it";
const MAY_BE_DYNAMIC: &str = "the provider or a dynamic block sets it";

/// The argument that an unknown value belongs to.
#[derive(Clone, Copy)]
struct ArgumentPlace<'v> {
    /// The name of the attribute.
    name: &'v str,
    /// The names beside it.
    siblings: &'v [&'v str],
    /// For an element: which of the unknown ones of its list it is, and how many there are.
    among: Option<(usize, usize)>,
}

/// What a plan shows of the expressions for an argument.
enum ArgumentExpressions<'p> {
    /// Nothing sets it.
    NotSet,
    /// Something that the plan does not show, and what.
    NotShown(&'static str),
    /// A dynamic block may set it, or the provider.
    MaybeDynamic,
    /// One of these expressions, and whether they set more than this argument.
    Expressions(Vec<&'p Json>, bool),
}

impl<'p> Linker<'_, 'p> {
    /// The arguments with what they refer to in place of what is not known; what the provider computes
    /// is left out.
    pub(super) fn body(&self, body: Body) -> Body {
        let names: Vec<Arc<str>> = body.attributes.keys().cloned().collect();
        let siblings: Vec<&str> = names.iter().map(|name| &**name).collect();
        let mut linked = Body {
            span: body.span,
            ..Body::default()
        };
        for (name, attribute) in body.attributes {
            let place = ArgumentPlace {
                name: &name,
                siblings: &siblings,
                among: None,
            };
            if let Some(value) = self.value(&attribute.value, place) {
                let attribute = Attribute { value, ..attribute };
                linked.attributes.insert(name.clone(), attribute);
            }
        }
        for (name, blocks) in body.blocks {
            let unknown_blocks = blocks
                .further
                .map(|_| self.unknown_value(&name, MAY_BE_DYNAMIC));
            let bodies = blocks.bodies.into_iter();
            let linked_blocks = Blocks {
                bodies: bodies.map(|block| self.body(block)).collect(),
                further: unknown_blocks,
            };
            linked.blocks.insert(name, linked_blocks);
        }
        linked
    }

    fn value(&self, value: &Value, place: ArgumentPlace) -> Option<Value> {
        let linked = match value {
            Value::Reference(reference) if reference.address == *self.instance => {
                return self.unknown(reference, place);
            }
            Value::Sensitive(inner) => return Some(self.value(inner, place)?.sensitive()),
            Value::List(ty, items) => Value::List(ty.clone(), self.items(items, place).into()),
            Value::Set(ty, items) => set(ty.clone(), self.items(items, place)),
            Value::Tuple(items) => Value::tuple(self.items(items, place)),
            Value::Map(ty, fields) => Value::Map(ty.clone(), Arc::new(self.fields(fields))),
            Value::Object(fields) => Value::Object(Arc::new(self.fields(fields))),
            value => value.clone(),
        };
        Some(linked)
    }

    /// A part of a value, which stays even if nothing sets it: lists keep their length.
    fn within(&self, value: &Value, place: ArgumentPlace) -> Value {
        let linked = self.value(value, place);
        linked.unwrap_or_else(|| self.unexplained(place.name, "the plan does not say from what"))
    }

    fn items(&self, items: &[Value], place: ArgumentPlace) -> Vec<Value> {
        let is_unknown = |item: &&Value| matches!(item.unmarked(), Value::Reference(_));
        let count = items.iter().filter(is_unknown).count();
        let mut ordinal = 0;
        let linked = items.iter().map(|item| {
            let among = Some((ordinal, count));
            ordinal += usize::from(is_unknown(&item));
            self.within(item, ArgumentPlace { among, ..place })
        });
        linked.collect()
    }

    fn fields(&self, fields: &Fields) -> Fields {
        let siblings: Vec<&str> = fields.keys().map(|name| &**name).collect();
        let linked = fields.iter().map(|(name, value)| {
            let place = ArgumentPlace {
                name,
                siblings: &siblings,
                among: None,
            };
            (name.clone(), self.within(value, place))
        });
        linked.collect::<BTreeMap<_, _>>()
    }

    /// What stands for an unknown argument; `None` if nothing sets it.
    fn unknown(&self, unknown: &Reference, place: ArgumentPlace) -> Option<Value> {
        if matches!(unknown.ty, Type::Object(_)) {
            return Some(self.unexplained(place.name, IS_DYNAMIC));
        }
        let (expressions, is_shared) = match self.expressions_at(&unknown.path) {
            ArgumentExpressions::NotSet => return None,
            ArgumentExpressions::NotShown(from) => return Some(self.unexplained(place.name, from)),
            ArgumentExpressions::MaybeDynamic => {
                return Some(self.unknown_value(place.name, MAY_BE_DYNAMIC));
            }
            ArgumentExpressions::Expressions(expressions, is_shared) => (expressions, is_shared),
        };
        let block = self.block?;
        let site = ExpressionSite {
            module: &self.instance.module,
            key: &self.instance.key,
            for_each: &block.for_each_expression,
        };
        let fits = |kind: &str| self.takes_id_of(kind, place);
        let mut candidates = Candidates::fitting(&fits);
        for expression in expressions {
            self.instances.collect(expression, site, &mut candidates);
        }
        let found = candidates
            .found
            .iter()
            .filter_map(|candidate| self.fitting(candidate, place, is_shared));
        let mut found: Vec<Value> = found.collect();
        found.sort();
        found.dedup();
        Some(self.choice(found, candidates.open.as_deref(), &unknown.ty, place))
    }

    /// The candidate as a value, if it can be the unknown one.
    fn fitting(
        &self,
        candidate: &Candidate,
        place: ArgumentPlace,
        is_shared: bool,
    ) -> Option<Value> {
        let path = match &candidate.path {
            Some(path) => self.noted_attribute(&candidate.address.kind, path, place, is_shared)?,
            None => vec![Step::Name(self.likely_attribute(candidate, place)?.into())],
        };
        let Some(Step::Name(first)) = path.first() else {
            return None;
        };
        if !self.instances.is_unknown(&candidate.address, first) {
            return None;
        }
        let reference = Reference {
            address: candidate.address.clone(),
            path: path.into(),
            ty: Type::String,
        };
        Some(self.through(reference))
    }

    /// The attribute that a reference does not name: the id where the argument takes ids of that
    /// resource, else the attribute of the same name.
    fn likely_attribute<'n>(
        &self,
        candidate: &Candidate,
        place: ArgumentPlace<'n>,
    ) -> Option<&'n str> {
        if self.takes_id_of(&candidate.address.kind, place) {
            return Some("id");
        }
        let has_same = self.instances.is_unknown(&candidate.address, place.name);
        let holds_ids = || self.conventions().holds_ids(place.name);
        (candidate.is_named && has_same && holds_ids()).then_some(place.name)
    }

    fn conventions(&self) -> &dyn Conventions {
        self.instances.conventions()
    }

    fn takes_id_of(&self, kind: &str, place: ArgumentPlace) -> bool {
        let conventions = self.conventions();
        conventions.takes_id_of(place.name, kind, place.siblings)
    }

    /// The attribute that a reference names, if it is an id that fits the place.
    fn noted_attribute(
        &self,
        kind: &str,
        path: &[Step],
        place: ArgumentPlace,
        is_shared: bool,
    ) -> Option<Vec<Step>> {
        let Some(Step::Name(last)) = path.last() else {
            return None;
        };
        let conventions = self.conventions();
        let (name, siblings) = (place.name, place.siblings);
        let fits = !is_shared || conventions.takes_attribute_of(name, kind, last, siblings);
        let is_id = conventions.holds_ids(last) && conventions.holds_ids(name);
        (fits && is_id).then(|| path.to_vec())
    }

    /// What an argument of another instance refers to in turn, if that is one thing: the network is
    /// linked by ids of what is meant, `aws_vpc.main.id` and not `aws_subnet.a.vpc_id`.
    fn through(&self, reference: Reference) -> Value {
        let path = reference.path.clone();
        let [Step::Name(name)] = &path[..] else {
            return Value::Reference(reference.into());
        };
        let block = self.instances.block(&reference.address);
        let argument = block.and_then(|block| block.expressions.get(&**name));
        let is_plain = argument.is_some_and(names_one_resource);
        if !is_plain || self.depth >= MAX_DEPTH {
            return Value::Reference(reference.into());
        }
        let linker = Linker {
            block,
            instance: &reference.address,
            depth: self.depth + 1,
            ..*self
        };
        let place = ArgumentPlace {
            name,
            siblings: &[name],
            among: None,
        };
        match linker.unknown(&reference, place) {
            Some(Value::Reference(further)) => Value::Reference(further),
            _ => Value::Reference(reference.into()),
        }
    }

    /// The value of an argument by what was found for it: the only candidate; for the elements of a
    /// list with as many places, each its own; else one of the candidates.
    fn choice(
        &self,
        found: Vec<Value>,
        open: Option<&str>,
        ty: &Type,
        place: ArgumentPlace,
    ) -> Value {
        let from = open.unwrap_or("the plan does not say from what");
        if found.is_empty() {
            return self.unexplained(place.name, from);
        }
        let reason = self.reason(place.name, from);
        // `subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]`: as many unknown elements as candidates.
        // The plan does not note their order, and for ids it does not matter.
        let is_all = place.among.is_some_and(|(_, count)| count == found.len());
        if let (Some((ordinal, _)), true, None) = (place.among, is_all, open) {
            return found[ordinal].clone();
        }
        if found.len() > MAX_OPTIONS {
            let too_many = format!("it may come from any of {} things", found.len());
            return self.unexplained(place.name, &too_many);
        }
        if found.len() > 1 {
            self.open.set(self.open.get() + 1);
        }
        let unexplained = open.map(|_| self.unexplained(place.name, from));
        let choice = Value::one_of(reason.clone(), found.into_iter().chain(unexplained));
        if !matches!(ty, Type::List(_) | Type::Set(_) | Type::Map(_)) {
            return choice;
        }
        Unknown {
            reason,
            ty: ty.clone(),
            not_null: true,
            element: Some(choice),
            ..Unknown::default()
        }
        .into()
    }

    /// The expressions of the configuration for an argument. Blocks of one type are a list in a plan's
    /// configuration, but their order in a set says nothing of which is which: all of them count.
    fn expressions_at(&self, path: &[Step]) -> ArgumentExpressions<'p> {
        let Some(block) = self.block else {
            return ArgumentExpressions::NotShown("the plan holds no configuration");
        };
        let mut at = vec![&block.expressions];
        for (depth, step) in path.iter().enumerate() {
            if depth > 0 && at.iter().all(|found| is_expression(found)) {
                // An expression above the place makes an object: its references may belong to other
                // attributes of the object.
                let mut below = path[depth..].iter();
                let is_shared = below.any(|part| matches!(part, Step::Name(_)));
                return ArgumentExpressions::Expressions(at, is_shared);
            }
            at = match step {
                Step::Name(name) => at.iter().filter_map(|found| found.get(&**name)).collect(),
                Step::Index(_) | Step::Each => at
                    .iter()
                    .filter_map(|found| found.as_array())
                    .flatten()
                    .collect(),
            };
            if at.is_empty() {
                // A plan notes no expressions of dynamic blocks. An argument without expression is
                // not set; in a block it may be one of a dynamic block beside the written ones.
                return match (depth, path.len()) {
                    (0, 1) => ArgumentExpressions::NotSet,
                    (0, _) => ArgumentExpressions::NotShown(IS_DYNAMIC),
                    _ => ArgumentExpressions::MaybeDynamic,
                };
            }
        }
        ArgumentExpressions::Expressions(at, false)
    }

    fn reason(&self, name: &str, from: &str) -> Arc<str> {
        format!(
            "`{name}` of `{}` is known after apply, and {from}",
            self.instance
        )
        .into()
    }

    /// An unknown that the configuration of the plan would explain, and that counts as open.
    fn unexplained(&self, name: &str, from: &str) -> Value {
        self.open.set(self.open.get() + 1);
        self.unknown_value(name, from)
    }

    fn unknown_value(&self, name: &str, from: &str) -> Value {
        Value::unknown(self.reason(name, from), Type::Dynamic)
    }
}

/// Whether an expression refers to one resource and nothing else.
fn names_one_resource(expression: &Json) -> bool {
    let references = references(expression);
    let [reference] = &references[..] else {
        return false;
    };
    let names = reference.split(2).map(|(names, _)| names);
    let first = names.and_then(|names| names.first().copied());
    first.is_some_and(|first| !matches!(first, "var" | "local" | "module" | "each" | "count"))
}

fn is_expression(json: &Json) -> bool {
    let Some(fields) = json.as_object() else {
        return false;
    };
    fields.is_empty()
        || fields.get("references").is_some_and(Json::is_array)
        || fields.contains_key("constant_value")
}
