//! What the values of arguments name: resources of this configuration, or things elsewhere.
//!
//! The same object is named by a reference (`aws_vpc.main.id`), by an id that a plan or state knows
//! (`vpc-0123…`), by a data source that reads it, and by a value that is unknown but has an identity
//! (`var.vpc_id`). All of them become a [`Name`], and equal names mean the same thing.

mod passed_on;
pub(super) mod search;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::adopted::is_adopter;
use search::Searches;

use super::argument::{attribute_name, cause, identity};
use crate::aws::fact::{Cause, Fact};
use crate::terraform::address::{Address, Key, Mode, ModuleAddress};
use crate::terraform::resource::{Existence, Resource, ResourceSet};
use crate::terraform::value::{PathDisplay, Reference, Step, Value};

/// Something that a value names.
#[derive(Clone, Debug)]
pub(super) enum Name<'w> {
    /// An attribute of a resource or data source.
    Attribute {
        /// The resource.
        resource: &'w Resource,
        /// `id`, `main_route_table_id`, `vpc_config[0].cluster_security_group_id`
        attribute: Arc<str>,
    },
    /// Something that no resource of this configuration is: its id, or the identity of the value.
    Elsewhere(Arc<str>),
}

/// Every resource by its address and by the ids that are known.
pub(super) struct Names<'w> {
    resources: BTreeMap<&'w Address, &'w Resource>,
    /// Resources by their address without keys.
    blocks: BTreeMap<Address, Vec<&'w Resource>>,
    /// Resources by an id that is known, and the attribute that holds it.
    ids: BTreeMap<&'w str, (&'w Resource, &'w str)>,
    searches: Searches<'w>,
}

/// Attributes that hold an id, the resource's own first.
const ID_ATTRIBUTES: [&str; 12] = [
    "id",
    "arn",
    "main_route_table_id",
    "default_route_table_id",
    "default_network_acl_id",
    "default_security_group_id",
    "primary_network_interface_id",
    "prefix_list_id",
    "security_group_rule_id",
    "route_table_id",
    "cluster_security_group_id",
    "bucket",
];

/// How many data sources are followed from one to the next: data sources that read each other by id in
/// a circle end here. Beyond, the last data source itself is the name, which errs to "another object".
const MAX_INDIRECTIONS: u8 = 8;

impl<'w> Names<'w> {
    /// The names of a resource set.
    pub(super) fn of(resource_set: &'w ResourceSet) -> Self {
        let mut names = Self {
            resources: BTreeMap::new(),
            blocks: BTreeMap::new(),
            ids: BTreeMap::new(),
            searches: Searches::of(&resource_set.resources),
        };
        for resource in &resource_set.resources {
            names.resources.insert(&resource.address, resource);
            let block = names.blocks.entry(block(&resource.address));
            block.or_default().push(resource);
        }
        // The first resource with an id keeps it. An attribute of a VPC comes before the resource that
        // adopts the default object, so that both spellings mean one object; data sources come last,
        // because they read what managed resources make.
        let managed = |resource: &Resource| resource.address.mode == Mode::Managed;
        for attribute in ID_ATTRIBUTES {
            names.index(resource_set, attribute, |resource| {
                managed(resource) && !is_adopter(resource)
            });
        }
        for attribute in ID_ATTRIBUTES {
            names.index(resource_set, attribute, |resource| {
                managed(resource) && is_adopter(resource)
            });
        }
        for attribute in ID_ATTRIBUTES {
            names.index(resource_set, attribute, |resource| {
                resource.address.mode == Mode::Data
            });
        }
        names
    }

    fn index(
        &mut self,
        resource_set: &'w ResourceSet,
        attribute: &'w str,
        counts: impl Fn(&Resource) -> bool,
    ) {
        let resources = resource_set.resources.iter();
        for resource in resources.filter(|resource| counts(resource)) {
            let is_own = attribute == "id" || attribute == "arn" || computes(resource, attribute);
            let id = resource.body.get(attribute).and_then(Value::as_str);
            if let Some(id) = id.filter(|id| is_own && !id.is_empty()) {
                self.ids.entry(id).or_insert((resource, attribute));
            }
        }
    }

    /// The resource at an address.
    pub(super) fn resource(&self, address: &Address) -> Option<&'w Resource> {
        self.resources.get(address).copied()
    }

    /// What a value names; known and none if it is null or empty.
    pub(super) fn name(&self, value: Option<&Value>) -> Fact<Option<Name<'w>>> {
        self.follow(value, MAX_INDIRECTIONS)
    }

    fn follow(&self, value: Option<&Value>, left: u8) -> Fact<Option<Name<'w>>> {
        let Some(value) = value.map(Value::unmarked) else {
            return Fact::Known(None);
        };
        match value {
            Value::Null => Fact::Known(None),
            Value::String(text) if text.is_empty() => Fact::Known(None),
            Value::String(text) => Fact::Known(Some(self.by_id(text))),
            Value::Reference(reference) => self.referenced(reference, value, left).map(Some),
            Value::Instance(instance) => match self.resource(&instance.address) {
                Some(resource) => self
                    .attribute(resource, &[Step::Name("id".into())], value, left)
                    .map(Some),
                None => Fact::Unknown(cause(value)),
            },
            Value::OneOf(one_of) => {
                let options = one_of.options.iter();
                let names = options.map(|option| self.follow(Some(option), left));
                Fact::one_of(names, &Cause::new(one_of.reason.clone()))
            }
            value => match identity(value) {
                Some(identity) => Fact::Known(Some(Name::Elsewhere(identity))),
                None => Fact::Unknown(cause(value)),
            },
        }
    }

    fn by_id(&self, id: &Arc<str>) -> Name<'w> {
        match self.ids.get(&**id) {
            Some((resource, attribute)) => Name::Attribute {
                resource,
                attribute: (*attribute).into(),
            },
            None => Name::Elsewhere(id.clone()),
        }
    }

    fn referenced(&self, reference: &Reference, value: &Value, left: u8) -> Fact<Name<'w>> {
        if let Some(resource) = self.resource(&reference.address) {
            return self.attribute(resource, &reference.path, value, left);
        }
        let instances = self.blocks.get(&block(&reference.address));
        let stands_for = |resource: &&&Resource| covers(&resource.address, &reference.address);
        match instances.and_then(|instances| instances.iter().find(stands_for)) {
            Some(resource) => self.attribute(resource, &reference.path, value, left),
            None => match identity(value) {
                Some(identity) => Fact::Known(Name::Elsewhere(identity)),
                None => Fact::Unknown(cause(value)),
            },
        }
    }

    fn attribute(
        &self,
        resource: &'w Resource,
        path: &[Step],
        value: &Value,
        left: u8,
    ) -> Fact<Name<'w>> {
        if let Some(given) = self.passed_on(resource, path, left) {
            return given;
        }
        let attribute = attribute_path(path);
        let own_id = data_id(resource).filter(|_| left > 0 && &*attribute == "id");
        if let Some(id) = own_id {
            return self.follow(Some(id), left - 1).required("it is not set");
        }
        // A resource or a splat that stands for an unknown number of objects: one of these is named.
        let doubt = match &resource.existence {
            Existence::Many(reason) => Some(Cause::new(reason.clone())),
            _ => path.contains(&Step::Each).then(|| cause(value)),
        };
        let name = match self.searches.found(resource, path) {
            Some(found) => found_name(resource, &attribute, found),
            None => Fact::Known(Name::Attribute {
                resource,
                attribute,
            }),
        };
        match (name, doubt) {
            (Fact::Known(name), Some(cause)) => Fact::OneOf(vec![name], cause),
            (name, _) => name,
        }
    }
}

/// What a data source finds by tags: something of another configuration, or a resource of this one whose
/// tags match.
fn found_name<'w>(
    data_source: &'w Resource,
    attribute: &Arc<str>,
    found: &[&'w Resource],
) -> Fact<Name<'w>> {
    let elsewhere = Name::Attribute {
        resource: data_source,
        attribute: attribute.clone(),
    };
    let by_id = |resource: &&'w Resource| Name::Attribute {
        resource,
        attribute: "id".into(),
    };
    let names: Vec<Name> = found.iter().map(by_id).collect();
    let Some(first) = names.first() else {
        return Fact::Known(elsewhere);
    };
    let reason = format!("`{}` may find {}", data_source.address, first.identity());
    let candidates = names.iter().cloned().chain([elsewhere]);
    Fact::OneOf(candidates.collect(), Cause::new(reason))
}

/// The argument that tells a data source by id what to read.
fn data_id(resource: &Resource) -> Option<&Value> {
    if resource.address.mode != Mode::Data {
        return None;
    }
    let argument = match &*resource.address.kind {
        "aws_route_table" => "route_table_id",
        "aws_internet_gateway" => "internet_gateway_id",
        "aws_prefix_list" => "prefix_list_id",
        _ => "id",
    };
    let id = resource.body.get(argument)?;
    let is_own = |reference: &Reference| reference.address == resource.address;
    match id.unmarked() {
        Value::Reference(reference) if is_own(reference) => None,
        _ => Some(id),
    }
}

/// Whether the provider computes an attribute of a resource as the id of what the resource makes: the
/// argument `route_table_id` of another resource names a table, and is no id of that resource.
fn computes(resource: &Resource, attribute: &str) -> bool {
    let kind = &*resource.address.kind;
    match attribute {
        "main_route_table_id" | "default_network_acl_id" | "default_security_group_id" => {
            kind == "aws_vpc" || kind == "aws_default_vpc"
        }
        "default_route_table_id" => kind == "aws_vpc" || kind == "aws_default_vpc",
        "primary_network_interface_id" => kind == "aws_instance",
        "prefix_list_id" => kind == "aws_vpc_endpoint",
        "security_group_rule_id" => matches!(
            kind,
            "aws_vpc_security_group_ingress_rule" | "aws_vpc_security_group_egress_rule"
        ),
        "route_table_id" => kind == "aws_nat_gateway",
        "bucket" => kind == "aws_s3_bucket",
        _ => false,
    }
}

/// `ipv6_cidr_block`, `network_interface[0].id`
fn attribute_path(path: &[Step]) -> Arc<str> {
    let text = PathDisplay(path).to_string();
    text.strip_prefix('.').unwrap_or(&text).into()
}

/// The address of the block that declares an instance: without keys.
fn block(address: &Address) -> Address {
    let modules = address.module.0.iter();
    let calls = modules.map(|(name, _)| (name.clone(), Key::None));
    Address {
        module: ModuleAddress(calls.collect()),
        ..address.resource()
    }
}

/// Whether an address stands for an unknown number of instances of which another address is one.
fn covers(instances: &Address, instance: &Address) -> bool {
    let covers_key = |keys: &Key, key: &Key| *keys == Key::Each || keys == key;
    let mut calls = instances.module.0.iter().zip(instance.module.0.iter());
    calls.all(|((_, keys), (_, key))| covers_key(keys, key))
        && covers_key(&instances.key, &instance.key)
}

impl Name<'_> {
    /// What it is called.
    pub(super) fn identity(&self) -> Arc<str> {
        match self {
            Self::Attribute {
                resource,
                attribute,
            } => {
                let path = [Step::Name(attribute.clone())];
                attribute_name(&resource.address, &path).into()
            }
            Self::Elsewhere(identity) => identity.clone(),
        }
    }
}

impl PartialEq for Name<'_> {
    fn eq(&self, right: &Self) -> bool {
        self.identity() == right.identity()
    }
}
