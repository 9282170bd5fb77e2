//! `count` and `for_each`: which instances a block has.
//!
//! ```text
//! count = var.on ? 1 : 0   unknown var.on   instance [0] that may exist; the block is `[]` or `[x]`
//! for_each = toset(…)      unknown members  one instance that stands for any number of them
//! ```
//!
//! Where only a few answers are possible, each is kept: an expression that names the block sees one of
//! several tuples or objects, and no problem where an index exists in one of them.

mod keys;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::keys::{NoMembers, each_of_unknown, keys_after_apply, members};
use super::Evaluator;
use super::module_instance::ModuleInstance;
use super::scope::Scope;
use crate::source::Problem;
use crate::terraform::address::Key;
use crate::terraform::resource::Existence;
use crate::terraform::syntax::{Attribute, Body};
use crate::terraform::value::alternatives::awaits_apply;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Unknown, Value};

/// The most instances of one block: `count = 1000000000` must not use up the memory of the machine. What the blocks of
/// a root module may have together is for its budget to say.
const MAX_INSTANCES: usize = 100_000;

/// The instances of a resource or module block.
pub(super) struct Expansion {
    /// Every instance that may exist, in the order of its key.
    pub(super) instances: Vec<BlockInstance>,
    /// What the block as a whole looks like.
    pub(super) whole: WholeBlock,
    /// The argument that makes the instances, if there is one.
    pub(super) by: Option<Repetition>,
}

/// The argument that makes instances.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Repetition {
    /// `count`
    Count,
    /// `for_each`
    ForEach,
}

impl Repetition {
    /// The name of its iterator in expressions inside the block.
    fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::ForEach => "each",
        }
    }
}

/// One instance of a block.
pub(super) struct BlockInstance {
    /// Its key.
    pub(super) key: Key,
    /// What `each` or `count` is in it.
    pub(super) iterator: Option<(&'static str, Value)>,
    /// Whether it exists.
    pub(super) existence: Existence,
}

/// What a block as a whole looks like to an expression that names it.
pub(super) enum WholeBlock {
    /// One object.
    Single,
    /// A tuple (`count`) or an object (`for_each`) of all instances.
    All,
    /// One of several tuples or objects, each given by the positions of its instances.
    OneOf(Arc<str>, Vec<Vec<usize>>),
    /// A collection of unknown length.
    Unknown(Arc<str>),
}

impl Expansion {
    fn single() -> Self {
        Self {
            instances: vec![BlockInstance {
                key: Key::None,
                iterator: None,
                existence: Existence::Certain,
            }],
            whole: WholeBlock::Single,
            by: None,
        }
    }

    fn unknown(reason: Arc<str>, by: Repetition, iterator: Value) -> Self {
        let iterator = (by.name(), iterator);
        Self {
            instances: vec![BlockInstance {
                key: Key::Each,
                iterator: Some(iterator),
                existence: Existence::Many(reason.clone()),
            }],
            whole: WholeBlock::Unknown(reason),
            by: Some(by),
        }
    }

    /// The same block with an unknown number of instances, since so many are not evaluated.
    pub(super) fn not_evaluated(self) -> Self {
        let by = self.by.unwrap_or(Repetition::Count);
        let reason: Arc<str> = "it has more instances than are evaluated".into();
        let member = || Value::unknown(reason.clone(), Type::Dynamic);
        let iterator = match by {
            Repetition::Count => Value::object([("index", member())]),
            Repetition::ForEach => Value::object([("key", member()), ("value", member())]),
        };
        Self::unknown(reason, by, iterator)
    }

    /// The same with the instances of the keys that an unknown map has in any case.
    fn with_members(mut self, value: &Value) -> Self {
        let Value::Unknown(unknown) = value else {
            return self;
        };
        let instance = |(name, member): (&Arc<str>, &Value)| BlockInstance {
            key: Key::Name(name.clone()),
            iterator: Some((
                Repetition::ForEach.name(),
                Value::object([
                    ("key", Value::String(name.clone())),
                    ("value", member.clone()),
                ]),
            )),
            existence: Existence::Certain,
        };
        // Instances are in the order of their keys; the one that stands for all others comes last.
        self.instances
            .splice(0..0, unknown.members.iter().map(instance));
        self
    }

    /// The same with the keys that a plan has, where the configuration leaves them open. Where the
    /// configuration knows its keys, they stay: a plan of some targets lacks the others.
    pub(super) fn settled(mut self, planned: Option<Vec<Key>>) -> Self {
        let Some(keys) = planned else { return self };
        match &self.whole {
            WholeBlock::Single | WholeBlock::All => return self,
            WholeBlock::OneOf(..) => self.instances.retain(|found| keys.contains(&found.key)),
            WholeBlock::Unknown(_) => {
                let like = self.instances.pop().and_then(|found| found.iterator);
                let mut known = std::mem::take(&mut self.instances);
                let instance = |key: Key| {
                    let found = known.iter().position(|instance| instance.key == key);
                    found.map_or_else(
                        || instance_like(key, like.as_ref()),
                        |at| known.swap_remove(at),
                    )
                };
                self.instances = keys.into_iter().map(instance).collect();
            }
        }
        for instance in &mut self.instances {
            instance.existence = Existence::Certain;
        }
        self.whole = WholeBlock::All;
        self
    }

    /// The position of the instance of that key.
    pub(super) fn position(&self, key: &Key) -> Option<usize> {
        self.instances
            .binary_search_by(|instance| instance.key.cmp(key))
            .ok()
    }

    /// Whether an instance has that key, or may have it.
    pub(super) fn has_name(&self, name: &Arc<str>) -> bool {
        let is_open =
            matches!(self.whole, WholeBlock::Unknown(_)) && self.by == Some(Repetition::ForEach);
        is_open || self.position(&Key::Name(name.clone())).is_some()
    }

    /// The block as a value, given the value of each instance.
    pub(super) fn whole_value(&self, value: impl Fn(usize) -> Value) -> Value {
        let collect = |positions: &[usize]| self.collection(positions, &value);
        match &self.whole {
            WholeBlock::Single => value(0),
            WholeBlock::All => collect(&(0..self.instances.len()).collect::<Vec<_>>()),
            WholeBlock::OneOf(reason, options) => {
                Value::one_of(reason.clone(), options.iter().map(|option| collect(option)))
            }
            WholeBlock::Unknown(reason) => {
                let values = (0..self.instances.len()).map(&value);
                Unknown {
                    reason: reason.clone(),
                    not_null: true,
                    element: Some(Value::one_of(reason.clone(), values)),
                    members: self.named(0..self.instances.len(), &value).collect(),
                    ..Unknown::default()
                }
                .into()
            }
        }
    }

    /// The values of the instances at these positions that have a name, by their names.
    fn named(
        &self,
        positions: impl Iterator<Item = usize>,
        value: &impl Fn(usize) -> Value,
    ) -> impl Iterator<Item = (Arc<str>, Value)> {
        positions.filter_map(|position| {
            let Key::Name(name) = &self.instances[position].key else {
                return None;
            };
            Some((name.clone(), value(position)))
        })
    }

    fn collection(&self, positions: &[usize], value: &impl Fn(usize) -> Value) -> Value {
        if self.by != Some(Repetition::ForEach) {
            return Value::tuple(positions.iter().map(|position| value(*position)));
        }
        Value::object(self.named(positions.iter().copied(), value))
    }
}

impl<'a> Evaluator<'a> {
    /// The instances of a block. If `count` or `for_each` is refused, a problem is reported, and the
    /// number of instances is unknown.
    pub(super) fn expand(
        &self,
        body: &'a Body,
        module: &ModuleInstance<'a>,
        what: &str,
    ) -> Expansion {
        if let Some(count) = body.attribute("count") {
            return self.expand_count(count, module, what);
        }
        if let Some(for_each) = body.attribute("for_each") {
            return self.expand_for_each(for_each, module, what);
        }
        let enabled = body
            .blocks("lifecycle")
            .find_map(|block| block.body.attribute("enabled"));
        match enabled {
            Some(enabled) => self.expand_enabled(enabled, module),
            None => Expansion::single(),
        }
    }

    /// OpenTofu's `lifecycle { enabled = … }`.
    fn expand_enabled(&self, enabled: &'a Attribute, module: &ModuleInstance<'a>) -> Expansion {
        let value = self.value_or_report(&enabled.value, &Scope::of(module));
        let mut expansion = Expansion::single();
        match (value.unmarked(), value.unknown_reason()) {
            (Value::Bool(false), _) => expansion.instances.clear(),
            (_, Some(reason)) => expansion.instances[0].existence = Existence::Maybe(reason),
            _ => {}
        }
        // An expression sees a block that is not enabled as `[]`, not as an object without instance.
        if expansion.instances.is_empty() {
            expansion.whole = WholeBlock::All;
        }
        expansion
    }

    fn expand_count(
        &self,
        count: &'a Attribute,
        module: &ModuleInstance<'a>,
        what: &str,
    ) -> Expansion {
        let value = self.value_or_report(&count.value, &Scope::of(module));
        let value = value.unmarked();
        let options = match value {
            Value::OneOf(one_of) => one_of.options.iter().map(count_of).collect(),
            value => count_of(value).map(|n| vec![n]),
        };
        match options {
            Some(options) => count_expansion(&options, value),
            None => {
                if value.unknown_reason().is_none() {
                    self.report_of(module, not_a_count(count, what, value));
                }
                let reason = value
                    .unknown_reason()
                    .unwrap_or_else(|| format!("`count` of `{what}` is not a number").into());
                let index = Value::unknown(reason.clone(), Type::Number);
                Expansion::unknown(reason, Repetition::Count, Value::object([("index", index)]))
            }
        }
    }

    fn expand_for_each(
        &self,
        for_each: &'a Attribute,
        module: &ModuleInstance<'a>,
        what: &str,
    ) -> Expansion {
        let value = self.value_or_report(&for_each.value, &Scope::of(module));
        let value = value.unmarked();
        let options: Result<Vec<_>, _> = match value {
            Value::OneOf(one_of) => one_of.options.iter().map(members).collect(),
            value => members(value).map(|members| vec![members]),
        };
        match options {
            Ok(options) => for_each_expansion(&options, value),
            Err(NoMembers::Unknown(reason, element)) => {
                if self.planned_values.is_none() && awaits_apply(value, self.provider) {
                    self.report_of(module, keys_after_apply(for_each, what, &reason));
                }
                let iterator = each_of_unknown(value, element);
                Expansion::unknown(reason, Repetition::ForEach, iterator).with_members(value)
            }
            Err(NoMembers::Refused(why)) => {
                let problem =
                    Problem::error(format!("`for_each` of `{what}` {why}"), for_each.span);
                self.report_of(
                    module,
                    problem.help("`for_each` takes a map, or a set of strings: `toset([...])`"),
                );
                let reason: Arc<str> =
                    format!("`for_each` of `{what}` is not a map or set of strings").into();
                Expansion::unknown(
                    reason,
                    Repetition::ForEach,
                    each_of_unknown(&Value::Null, None),
                )
            }
        }
    }
}

/// The instance of a key where `like` is what `each` or `count` is in every instance.
fn instance_like(key: Key, like: Option<&(&'static str, Value)>) -> BlockInstance {
    let element = like.and_then(|(_, like)| like.fields()?.get("value").cloned());
    let iterator = match &key {
        Key::Index(index) => {
            let index = Value::int(i64::try_from(*index).unwrap_or(i64::MAX));
            Some(("count", Value::object([("index", index)])))
        }
        Key::Name(name) => {
            let each_key = Value::String(name.clone());
            let each_value = element.unwrap_or_else(|| each_key.clone());
            let iterator = [("key", each_key), ("value", each_value)];
            Some(("each", Value::object(iterator)))
        }
        Key::None | Key::Each => like.cloned(),
    };
    BlockInstance {
        key,
        iterator,
        existence: Existence::Certain,
    }
}

fn not_a_count(count: &Attribute, what: &str, value: &Value) -> Problem {
    let message = match value {
        Value::Null => format!("`count` of `{what}` is null"),
        Value::Number(n) if n.to_i64().is_some_and(|n| n >= 0) => {
            format!(
                "`count` of `{what}` is {n}: more than {MAX_INSTANCES} instances are not evaluated"
            )
        }
        _ => format!("`count` of `{what}` is not a whole number of at least 0"),
    };
    Problem::error(message, count.span)
}

fn count_of(value: &Value) -> Option<usize> {
    let number = match value.unmarked() {
        Value::Number(number) => number.to_i64()?,
        Value::String(text) => text.parse().ok()?,
        _ => return None,
    };
    usize::try_from(number).ok().filter(|n| *n <= MAX_INSTANCES)
}

/// The instances of `count` with one of several numbers: the first ones, up to the least number, exist in
/// any case.
fn count_expansion(options: &[usize], value: &Value) -> Expansion {
    let most = options.iter().copied().max().unwrap_or(0);
    let least = options.iter().copied().min().unwrap_or(0);
    let reason = value.unknown_reason().unwrap_or_default();
    let instance = |n: usize| {
        let index = Value::int(i64::try_from(n).unwrap_or(i64::MAX));
        BlockInstance {
            key: Key::Index(n as u64),
            iterator: Some(("count", Value::object([("index", index)]))),
            existence: existence(n < least, &reason),
        }
    };
    let whole = if most == least {
        WholeBlock::All
    } else {
        WholeBlock::OneOf(
            reason.clone(),
            options.iter().map(|n| (0..*n).collect()).collect(),
        )
    };
    Expansion {
        instances: (0..most).map(instance).collect(),
        whole,
        by: Some(Repetition::Count),
    }
}

/// Whether an instance exists: certainly, or maybe for that reason.
fn existence(is_certain: bool, reason: &Arc<str>) -> Existence {
    if is_certain {
        Existence::Certain
    } else {
        Existence::Maybe(reason.clone())
    }
}

/// The instances of `for_each` with one of several sets of keys.
fn for_each_expansion(options: &[BTreeMap<Arc<str>, Value>], value: &Value) -> Expansion {
    let reason = value.unknown_reason().unwrap_or_default();
    let mut by_key: BTreeMap<&Arc<str>, Vec<&Value>> = BTreeMap::new();
    for (key, member) in options.iter().flatten() {
        by_key.entry(key).or_default().push(member);
    }
    let keys: Vec<&Arc<str>> = by_key.keys().copied().collect();
    let instance = |(key, members): (&&Arc<str>, &Vec<&Value>)| {
        let members_of_key = members.iter().map(|member| (*member).clone());
        let member = Value::one_of(reason.clone(), members_of_key);
        let key = Arc::clone(key);
        let iterator = Value::object([("key", Value::String(key.clone())), ("value", member)]);
        BlockInstance {
            key: Key::Name(key),
            iterator: Some(("each", iterator)),
            // A key that every option has exists in any case, whatever its value is.
            existence: existence(members.len() == options.len(), &reason),
        }
    };
    let positions = |option: &BTreeMap<Arc<str>, Value>| {
        let found = option
            .keys()
            .filter_map(|key| keys.binary_search(&key).ok());
        found.collect()
    };
    let whole = if options.len() == 1 {
        WholeBlock::All
    } else {
        WholeBlock::OneOf(reason.clone(), options.iter().map(positions).collect())
    };
    Expansion {
        instances: by_key.iter().map(instance).collect(),
        whole,
        by: Some(Repetition::ForEach),
    }
}
