//! The instances of a plan, found by what expressions of its configuration refer to.
//!
//! A plan notes the references of an expression, not the expression, and nothing of locals. So what is
//! found is what an expression *may* come from: never too little, mostly too much.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;

use super::candidates::Candidates;
use super::configuration::ModuleIndex;
use super::reference::{PlanReference, ReferenceStep, references};
use crate::terraform::address::{Address, Key, Mode, ModuleAddress};
use crate::terraform::document::format::ResourceConfiguration;
use crate::terraform::provider::{Conventions, Provider};
use crate::terraform::resource::Resource;
use crate::terraform::value::{Step, Value};

/// Where an expression stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct ExpressionSite<'s> {
    pub(super) module: &'s ModuleAddress,
    /// The key of the instance whose argument it is.
    pub(super) key: &'s Key,
    /// The `for_each` beside it.
    pub(super) for_each: &'s Json,
}

/// The instances of a plan and what the configuration refers to.
pub(super) struct PlanInstances<'p> {
    root: &'p ModuleIndex<'p>,
    provider: &'p dyn Provider,
    resources: BTreeMap<Address, Instantiated>,
    modules: BTreeSet<ModuleAddress>,
}

/// The instances of one resource.
struct Instantiated {
    /// Whether the provider's table has its type; any attribute may hold an id of anything else.
    is_understood: bool,
    /// By key: the attributes that are not known.
    unknown: BTreeMap<Key, BTreeSet<Arc<str>>>,
}

impl Instantiated {
    /// The keys of the instances of which something is not known.
    fn open_keys(&self) -> impl Iterator<Item = &Key> {
        let open = self.unknown.iter().filter(|(_, names)| !names.is_empty());
        open.map(|(key, _)| key)
    }
}

impl<'p> PlanInstances<'p> {
    /// The instances whose unknown attributes are references to themselves.
    pub(super) fn new<'r>(
        root: &'p ModuleIndex<'p>,
        provider: &'p dyn Provider,
        resources: impl Iterator<Item = &'r Resource>,
    ) -> Self {
        let mut instances = Self {
            root,
            provider,
            resources: BTreeMap::new(),
            modules: BTreeSet::new(),
        };
        for resource in resources {
            instances.add(resource);
        }
        instances
    }

    fn add(&mut self, resource: &Resource) {
        let address = &resource.address;
        let attributes = resource.body.attributes.iter();
        let is_unknown = |value: &Value| matches!(value.unmarked(), Value::Reference(_));
        let unknown = attributes.filter(|(_, attribute)| is_unknown(&attribute.value));
        let names = unknown.map(|(name, _)| name.clone()).collect();
        let of_resource = self.resources.entry(address.resource());
        let of_resource = of_resource.or_insert_with(|| {
            let schema = self.provider.schema(address.mode, &address.kind);
            Instantiated {
                is_understood: schema.is_some() && address.mode == Mode::Managed,
                unknown: BTreeMap::new(),
            }
        });
        of_resource.unknown.insert(address.key.clone(), names);
        let steps = &address.module.0;
        if !self.modules.contains(&address.module) {
            let prefixes = (1..=steps.len()).map(|end| ModuleAddress(steps[..end].into()));
            self.modules.extend(prefixes);
        }
    }

    /// What the names of the provider mean.
    pub(super) fn conventions(&self) -> &'p dyn Conventions {
        self.provider.conventions()
    }

    /// The block of a resource.
    pub(super) fn block(&self, address: &Address) -> Option<&'p ResourceConfiguration> {
        self.root.resource(address)
    }

    /// Whether an attribute of an instance is known after apply only.
    pub(super) fn is_unknown(&self, address: &Address, attribute: &str) -> bool {
        let resource = self.resources.get(&address.resource());
        let names = resource.and_then(|resource| resource.unknown.get(&address.key));
        names.is_some_and(|names| names.contains(attribute))
    }

    /// Adds what an expression refers to, through inputs and outputs of modules.
    pub(super) fn collect(
        &self,
        expression: &'p Json,
        site: ExpressionSite<'_>,
        out: &mut Candidates<'_>,
    ) {
        let references = references(expression);
        let is_each_key = |found: &&PlanReference| matches!(found.split(2), Some((names, _)) if names == ["each", "key"]);
        // `aws_subnet.private[each.key].id` is noted as `each.key` and `aws_subnet.private`: with
        // nothing else beside them, the one is taken for the index of the other.
        let is_paired = references.len() == 2 && references.iter().any(|found| is_each_key(&found));
        let key = if is_paired { site.key } else { &Key::None };
        for reference in &references {
            self.follow(reference, key, site, out);
        }
    }

    /// Adds what all expressions in an argument or block refer to.
    pub(super) fn collect_all(
        &self,
        expressions: &'p Json,
        site: ExpressionSite<'_>,
        out: &mut Candidates<'_>,
    ) {
        match expressions {
            Json::Array(items) => items
                .iter()
                .for_each(|item| self.collect_all(item, site, out)),
            Json::Object(fields) if fields.get("references").is_some_and(Json::is_array) => {
                self.collect(expressions, site, out);
            }
            Json::Object(fields) => {
                fields
                    .values()
                    .for_each(|field| self.collect_all(field, site, out));
            }
            _ => {}
        }
    }

    fn follow(
        &self,
        reference: &PlanReference,
        key: &Key,
        site: ExpressionSite<'_>,
        out: &mut Candidates<'_>,
    ) {
        let Some((names, rest)) = reference.split(2) else {
            return;
        };
        match names[..] {
            ["var", name] => self.variable(name, site.module, out),
            ["local", _] => self.everything(site.module, out),
            ["each", "value"] => self.each_value(rest, site, out),
            ["each" | "count" | "path" | "terraform" | "self", _] => {}
            ["module", name] => self.outputs(name, rest, key, site.module, out),
            ["data", kind] => {
                if let Some((data_names, steps)) = reference.split(3) {
                    let resource = (Mode::Data, kind, data_names[2]);
                    self.resource(resource, steps, key, site.module, out);
                }
            }
            [kind, name] => self.resource((Mode::Managed, kind, name), rest, key, site.module, out),
            _ => {}
        }
    }

    fn resource(
        &self,
        (mode, kind, name): (Mode, &str, &str),
        rest: &[ReferenceStep],
        key: &Key,
        module: &ModuleAddress,
        out: &mut Candidates<'_>,
    ) {
        let resource = Address {
            module: module.clone(),
            mode,
            kind: kind.into(),
            name: name.into(),
            key: Key::None,
        };
        let Some(instances) = self.resources.get(&resource).map(|found| &found.unknown) else {
            return;
        };
        let (wanted, attributes) = indexed(rest, key);
        // A key that no instance has was computed: the reference may mean any instance.
        let is_wanted = |found: &&Key| !instances.contains_key(wanted) || *found == wanted;
        let keys = instances.keys().filter(is_wanted);
        out.add(&resource, keys, attribute_path(attributes).as_deref(), true);
    }

    /// The argument of the call of a module; variables of the root module are known.
    fn variable(&self, name: &str, module: &ModuleAddress, out: &mut Candidates<'_>) {
        let Some(((call, key), parent)) = module.0.split_last() else {
            return;
        };
        if !out.visited.insert((module.clone(), format!("var.{name}"))) {
            return;
        }
        let parent = ModuleAddress(parent.into());
        let called = self.root.module(&parent);
        let Some(call) = called.and_then(|found| found.module.module_calls.get(&**call)) else {
            return;
        };
        let site = ExpressionSite {
            module: &parent,
            key,
            for_each: &call.for_each_expression,
        };
        if let Some(expression) = call.expressions.get(name) {
            self.collect_all(expression, site, out);
        }
    }

    /// The names of the arguments of the call of a module.
    fn inputs(&self, module: &ModuleAddress) -> impl Iterator<Item = &'p str> {
        let call = module.0.split_last().and_then(|((name, _), parent)| {
            let parent = self.root.module(&ModuleAddress(parent.into()))?;
            parent.module.module_calls.get(&**name)
        });
        let arguments = call.and_then(|call| call.expressions.as_object());
        arguments
            .into_iter()
            .flat_map(|arguments| arguments.keys().map(String::as_str))
    }

    /// The outputs of a module call: the named one, else all.
    fn outputs(
        &self,
        name: &str,
        rest: &[ReferenceStep],
        key: &Key,
        parent: &ModuleAddress,
        out: &mut Candidates<'_>,
    ) {
        let (wanted, attributes) = indexed(rest, key);
        let output = match attributes.first() {
            Some(ReferenceStep::Name(output)) => Some(*output),
            _ => None,
        };
        let first = parent.child(&name.into(), Key::None);
        let below = self.modules.range(first..).take_while(|module| {
            let step = module.0.get(parent.0.len());
            module.0.starts_with(&parent.0) && step.is_some_and(|step| &*step.0 == name)
        });
        let children: Vec<&ModuleAddress> = below
            .filter(|module| module.0.len() == parent.0.len() + 1)
            .collect();
        let has_key = |child: &ModuleAddress| child.0.last().is_some_and(|step| step.1 == *wanted);
        let is_narrow = children.iter().any(|child| has_key(child));
        for child in children {
            if !is_narrow || has_key(child) {
                self.module_outputs(child, output, out);
            }
        }
    }

    fn module_outputs(
        &self,
        child: &ModuleAddress,
        wanted: Option<&str>,
        out: &mut Candidates<'_>,
    ) {
        let Some(index) = self.root.module(child) else {
            return;
        };
        for (name, output) in &index.module.outputs {
            let is_wanted = wanted.is_none_or(|wanted| wanted == name);
            if is_wanted
                && out
                    .visited
                    .insert((child.clone(), format!("output.{name}")))
            {
                let site = ExpressionSite {
                    module: child,
                    key: &Key::None,
                    for_each: &Json::Null,
                };
                self.collect(&output.expression, site, out);
            }
        }
    }

    /// What `each.value` is: the same instance of the resource that is iterated, else anything
    /// that `for_each` refers to.
    fn each_value(
        &self,
        rest: &[ReferenceStep],
        site: ExpressionSite<'_>,
        out: &mut Candidates<'_>,
    ) {
        let iterated = references(site.for_each);
        if let [reference] = &iterated[..]
            && let Some(([kind, name], [])) = reference
                .split(2)
                .map(|(names, attributes)| ([names[0], names[1]], attributes))
            && !matches!(kind, "var" | "local" | "module" | "each")
        {
            return self.resource(
                (Mode::Managed, kind, name),
                rest,
                site.key,
                site.module,
                out,
            );
        }
        for reference in iterated {
            self.follow(
                &reference,
                site.key,
                ExpressionSite {
                    for_each: &Json::Null,
                    ..site
                },
                out,
            );
        }
    }

    fn resources_of(
        &self,
        module: &ModuleAddress,
    ) -> impl Iterator<Item = (&Address, &Instantiated)> {
        let first = Address {
            module: module.clone(),
            mode: Mode::Managed,
            kind: "".into(),
            name: "".into(),
            key: Key::None,
        };
        let from = self.resources.range(first..);
        from.take_while(move |(resource, _)| resource.module == *module)
    }

    /// Everything that a module can refer to: a plan does not say what a local is, so a reference to
    /// one may mean any of it. Each module is searched once, since modules refer to each other in
    /// circles.
    fn everything(&self, module: &ModuleAddress, out: &mut Candidates<'_>) {
        if !out.visited.insert((module.clone(), "local".to_owned())) {
            return;
        }
        for (resource, instances) in self.resources_of(module) {
            if !instances.is_understood && instances.open_keys().next().is_some() {
                out.open = Some(format!("it may come from `{resource}`").into());
            }
            if out.counts_known {
                out.add(resource, instances.unknown.keys(), None, false);
            } else if (out.fits)(&resource.kind) {
                out.add(resource, instances.open_keys(), None, false);
            }
        }
        let Some(index) = self.root.module(module) else {
            return;
        };
        for name in index.module.module_calls.keys() {
            self.outputs(name, &[], &Key::None, module, out);
        }
        for name in self.inputs(module) {
            self.variable(name, module, out);
        }
    }
}

/// The key that follows a resource or module call, else `key`, and the steps behind it.
fn indexed<'r, 'p>(
    steps: &'r [ReferenceStep<'p>],
    key: &'r Key,
) -> (&'r Key, &'r [ReferenceStep<'p>]) {
    match steps {
        [ReferenceStep::Key(index), attributes @ ..] => (index, attributes),
        _ => (key, steps),
    }
}

/// The attribute behind a resource, if the reference names one.
fn attribute_path(rest: &[ReferenceStep]) -> Option<Vec<Step>> {
    let steps = rest.iter().map(|step| match step {
        ReferenceStep::Name(name) => Step::Name((*name).into()),
        ReferenceStep::Key(Key::Index(index)) => {
            Step::Index(i64::try_from(*index).unwrap_or(i64::MAX))
        }
        ReferenceStep::Key(Key::Name(name)) => Step::Name(name.clone()),
        ReferenceStep::Key(Key::None | Key::Each) => Step::Each,
    });
    (!rest.is_empty()).then(|| steps.collect())
}
