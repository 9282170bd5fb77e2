//! From resource instances to the network.
//!
//! What comes in is a [`ResourceSet`]: the resources of one root module with their values, of which
//! some are references, alternatives or unknown. What comes out is a [`Network`]: objects that name
//! each other by id, whatever resources and arguments said so.
//!
//! ```text
//! resource "aws_subnet" "a" { vpc_id = aws_vpc.main.id }   ─► subnets[0].vpc = Known(vpcs[0])
//! resource "aws_route" "nat" { … }                         ─► route_tables[1].routes, standalone
//! data.aws_vpc.shared.id                                   ─► vpcs[1], made elsewhere
//! ```
//!
//! Four steps, in this order (`network` below):
//!
//! 1. *Ids* (`register_objects`): every resource that is an object gets its id, by type in the order of
//!    the list in `aws.rs`, then by address, so that ids do not depend on who names what first. The
//!    `aws_default_…` resources share the id of the object that they adopt (`adopted`).
//! 2. *Objects* (`objects`): each object is read from its own resource. An argument may name an object
//!    that no resource makes; it gets an id then and is built too, as one of another configuration.
//! 3. *Patches* (`part`): standalone resources (`aws_route`, rules, associations) add to the objects
//!    that they name. They are read before the objects are built, because they may name new ones, and
//!    applied after.
//! 4. *What follows* (`derive::complete`): main tables, VPCs of NAT gateways and workloads, default
//!    groups, associations of network ACLs, local routes, and last the gateway endpoints.
//!
//! Who belongs to whom goes one way: a gateway endpoint names route tables, these get its routes and
//! know the endpoint (`RouteTable::gateway_endpoints`), and nobody reads endpoints back from routes. A
//! network ACL names subnets, and these know the ACL.
//!
//! Nothing here fails, and nothing here judges: an argument that cannot be read is an unknown
//! [`Fact`] with its cause, and what AWS refuses is kept as it is written, for rules to find.
//!
//! A new type of object takes four edits: its type (`src/aws/<name>.rs`), its module and its row in
//! `network_objects!` (`aws.rs`), its `impl NetworkObject` (`src/aws/build/<name>.rs`), and that
//! file's module here. A new route target takes two: its line in `route_table/target.rs` (type, table
//! and what it leads to) and its row in `build/route_target.rs` (argument, resource types, id prefix);
//! a third, in `reachability/walk.rs`, only where packets are to be followed beyond it. One that is
//! not an object of the network takes three: variant and name of `OtherTarget`, and the row.
//!
//! Begin reading at `network`, then `build/subnet.rs` for an object, `build/part/routing.rs` for
//! patches, `build/name.rs` for what values name, and `build/derive.rs`.

mod adopted;
mod argument;
mod connectivity;
mod derive;
mod gateway;
mod lookups;
mod name;
mod nat_gateway;
mod network_acl;
mod part;
mod policy;
mod ports;
mod prefix_list;
mod propagation;
mod registry;
mod route_table;
mod route_target;
mod security_group;
mod store;
mod subnet;
mod transit_gateway_route;
mod vpc;
mod vpc_endpoint;
mod workload;

use std::collections::BTreeMap;
use std::sync::Arc;

use argument::{Argument, Arguments, elements, fact, presence, text};
use name::{Name, Names};
use registry::{Handle, ListRegion, Registered, Registries};

use super::data::AwsData;
use super::fact::{Fact, Link};
use super::members::{Members, Presence};
use super::network::Network;
use super::origin::{Attachment, Declaration, Maker, Origin, Spelling};
use super::table::Id;
use crate::source::Span;
use crate::terraform::address::Mode;
use crate::terraform::resource::{Resource, ResourceSet};
use crate::terraform::value::Value;

/// Notes for each resource which data sources of other roots may find it.
pub(super) fn note_lookups(sets: &mut [&mut ResourceSet]) {
    lookups::note(sets);
}

/// Whether resources of a type are workloads.
pub(super) fn is_workload_type(kind: &str) -> bool {
    workload::is_type(kind)
}

/// Builds the network of a resource set.
pub(super) fn network(resource_set: &ResourceSet, data: &AwsData) -> Network {
    let mut builder = Builder {
        resource_set,
        data,
        by_type: by_type(resource_set),
        names: Names::of(resource_set),
        ids: Registries::default(),
        main_associations: Vec::new(),
        replaced_default_groups: Vec::new(),
    };
    builder.register_objects();
    vpc::collect_main_associations(&mut builder);
    // Before the objects: a patch may name objects that nothing else does, and they must be built.
    let patches = part::collect(&mut builder);
    let mut network = builder.objects();
    patches.apply(&mut network);
    derive::complete(&mut network, &mut builder);
    network
}

/// What building needs to know.
struct Builder<'w> {
    resource_set: &'w ResourceSet,
    data: &'w AwsData,
    /// The positions of the managed resources of each type.
    by_type: BTreeMap<&'w str, Vec<usize>>,
    names: Names<'w>,
    ids: Registries,
    main_associations: Vec<vpc::MainAssociation>,
    replaced_default_groups: Vec<vpc_endpoint::ReplacedDefault>,
}

fn by_type(resource_set: &ResourceSet) -> BTreeMap<&str, Vec<usize>> {
    let mut by_type: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (position, resource) in resource_set.resources.iter().enumerate() {
        if resource.address.mode == Mode::Managed {
            let positions = by_type.entry(&resource.address.kind).or_default();
            positions.push(position);
        }
    }
    by_type
}

/// A type of object of the network: which resources are such objects, and how one is read.
trait NetworkObject: Registered {
    /// The types of resources and data sources that are such objects.
    const RESOURCE_TYPES: &'static [&'static str];

    /// The attributes of such a resource that name it.
    const ID_ATTRIBUTES: &'static [&'static str] = &["id", "arn"];

    /// Gives the resources that are such objects their ids.
    fn register(builder: &mut Builder<'_>) {
        builder.register_type::<Self>();
    }

    /// The object of an id.
    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self;

    /// The object that an attribute of a resource of another type names, such as
    /// `aws_vpc.main.default_security_group_id`.
    fn named_by(
        _builder: &mut Builder<'_>,
        _resource: &Resource,
        _attribute: &str,
    ) -> Option<Link<Self>> {
        None
    }
}

impl<'w> Builder<'w> {
    /// Gives the resources of an object type their ids, in the order of addresses.
    fn register_type<T: NetworkObject>(&mut self) {
        for resource in self.resources(T::RESOURCE_TYPES) {
            let handle = Handle::Resource(resource.address.clone());
            T::registry(&mut self.ids).id(handle);
        }
    }

    /// The managed resources of some types, by address.
    fn resources(
        &self,
        resource_types: &'static [&'static str],
    ) -> impl Iterator<Item = &'w Resource> + use<'w> {
        let resource_set = self.resource_set;
        let positions = resource_types
            .iter()
            .filter_map(|kind| self.by_type.get(kind));
        let mut positions: Vec<usize> = positions.flatten().copied().collect();
        positions.sort_unstable();
        let resources = positions.into_iter();
        resources.map(|position| &resource_set.resources[position])
    }

    /// Builds every object from its own resource.
    fn objects(&mut self) -> Network {
        let region = fact(Some(&self.resource_set.region), |value| Ok(text(value)));
        let mut network = Network::empty(region.required(NO_REGION));
        network.block_public_access = connectivity::block_public_access(self);
        network.transit_gateway_routes = transit_gateway_route::routes(self);
        network.dynamodb_tables = store::dynamodb_tables(self);
        network.buckets = store::buckets(self);
        network.bucket_policies = store::bucket_policies(self);
        // A fixpoint: building an object may name one that has no id yet, of any type, so every table is
        // filled up again until none grows. It ends: new ids come from the finitely many values of the
        // resource set, and from an object made elsewhere, which names one VPC and its default objects.
        while self.build_pending(&mut network) {}
        network
    }

    fn build_pending_of<T: NetworkObject>(&mut self, network: &mut Network) -> bool {
        let before = T::table(network).len();
        while T::table(network).len() < T::registry(&mut self.ids).len() {
            let object = T::build(self, Id::new(T::table(network).len()));
            T::table(network).push(object);
        }
        T::table(network).len() > before
    }

    /// The object that a value names; known and none if the value is null or empty.
    fn link<T: NetworkObject>(&mut self, value: Option<&Value>) -> Fact<Option<Id<T>>> {
        self.follow(value, Self::find)
    }

    /// What the name in a value leads to; known and none if it is null or empty.
    fn follow<T: PartialEq>(
        &mut self,
        value: Option<&Value>,
        mut find: impl FnMut(&mut Self, &Name) -> Fact<T>,
    ) -> Fact<Option<T>> {
        let names = self.names.name(value);
        names.and_then(|name| match name {
            Some(name) => find(self, &name).map(Some),
            None => Fact::Known(None),
        })
    }

    /// The object of a name. A name that no resource here has stands for an object of another
    /// configuration: the same name means the same object.
    fn find<T: NetworkObject>(&mut self, name: &Name) -> Link<T> {
        if let Name::Attribute {
            resource,
            attribute,
        } = name
        {
            let is_object = T::RESOURCE_TYPES.contains(&&*resource.address.kind);
            if is_object && T::ID_ATTRIBUTES.contains(&&**attribute) {
                let handle = Handle::Resource(resource.address.clone());
                return Fact::Known(T::registry(&mut self.ids).id(handle));
            }
            if let Some(link) = T::named_by(self, resource, attribute) {
                return link;
            }
        }
        let handle = Handle::Elsewhere(name.identity());
        Fact::Known(T::registry(&mut self.ids).id(handle))
    }

    /// The objects that the elements of a list name.
    fn attachments<T: NetworkObject>(
        &mut self,
        list: &Members<Value>,
        declaration: &Declaration,
    ) -> Members<Attachment<T>> {
        let mut attachments = Members::default();
        for cause in list.unlisted() {
            attachments.add_unlisted(cause.clone());
        }
        for member in list {
            let link = self.link(Some(&member.value));
            if let Some((to, presence)) = link.set() {
                let declaration = declaration.clone();
                let presence = match to {
                    // An element that is not known is an element all the same.
                    Fact::Unknown(_) => Presence::Certain,
                    _ => presence,
                };
                let presence = member.presence.clone().and(presence);
                attachments.add(Attachment { to, declaration }, presence);
            }
        }
        attachments
    }

    /// The objects that an argument names.
    fn attached<T: NetworkObject>(
        &mut self,
        arguments: Arguments,
        argument: Argument,
    ) -> Members<Attachment<T>> {
        let declaration = arguments.declaration(argument.name(), Spelling::Inline);
        self.attachments(&arguments.values(argument), &declaration)
    }

    /// The resource or data source behind a handle.
    fn resource(&self, handle: &Handle) -> Option<&'w Resource> {
        match handle {
            Handle::Resource(address) => self.names.resource(address),
            _ => None,
        }
    }

    /// Where the object of a handle comes from.
    fn origin(&self, handle: &Handle) -> Origin {
        match (handle, self.resource(handle)) {
            (_, Some(resource)) => origin_of(resource),
            (Handle::OfVpc(vpc) | Handle::MainOfVpc(vpc), None) => self.origin_of_default(*vpc),
            (Handle::Elsewhere(identity), None) => elsewhere(identity.clone()),
            (Handle::OfCluster(cluster), None) => {
                let attribute = security_group::CLUSTER_GROUP;
                elsewhere(format!("{cluster}.{attribute}").into())
            }
            (
                Handle::AwsList {
                    service, region, ..
                },
                None,
            ) => {
                let region = match region.fact() {
                    Fact::Known(region) => region,
                    _ => "*".into(),
                };
                elsewhere(format!("com.amazonaws.{region}.{service}").into())
            }
            (Handle::Resource(address), None) => elsewhere(address.to_string().into()),
        }
    }

    /// What AWS makes with a VPC lives with it, and whoever knows the VPC may know it.
    fn origin_of_default(&self, vpc: Id<super::vpc::Vpc>) -> Origin {
        let origin = self.origin(&self.ids.vpcs.handle(vpc).clone());
        let maker = match origin.maker {
            Maker::Elsewhere { identity } => Maker::Elsewhere { identity },
            _ => Maker::Aws { adopted: false },
        };
        Origin { maker, ..origin }
    }
}

const NO_REGION: &str = "the configuration does not set a Region";

fn origin_of(resource: &Resource) -> Origin {
    let region = fact(Some(&resource.region), |value| Ok(text(value)));
    let identity = || resource.address.to_string().into();
    Origin {
        maker: match resource.address.mode {
            Mode::Managed => Maker::Configuration,
            _ => Maker::Elsewhere {
                identity: identity(),
            },
        },
        address: Some(resource.address.clone()),
        span: resource.span,
        presence: presence(resource),
        region: region.required(NO_REGION),
        exports: resource.exports.clone(),
        ignore_changes: resource.ignore_changes.clone(),
    }
}

fn elsewhere(identity: Arc<str>) -> Origin {
    let reason = format!("the Region of `{identity}` is not known");
    Origin {
        maker: Maker::Elsewhere { identity },
        address: None,
        span: None,
        presence: Presence::Certain,
        region: Fact::unknown(reason),
        exports: Vec::new(),
        ignore_changes: Vec::new(),
    }
}

impl Arguments<'_> {
    /// The line of an argument as the declaration of what it says.
    fn declaration(self, name: &str, spelling: Spelling) -> Declaration {
        self.declaration_at(self.span(name), spelling)
    }

    /// The block as the declaration of what it says.
    fn block_declaration(self, spelling: Spelling) -> Declaration {
        self.declaration_at(self.block_span(), spelling)
    }

    fn declaration_at(self, span: Option<Span>, spelling: Spelling) -> Declaration {
        Declaration {
            address: Some(self.resource.address.clone()),
            span,
            spelling,
        }
    }
}

/// The declaration of what AWS adds to an object by itself.
fn implicit(origin: &Origin) -> Declaration {
    Declaration {
        address: origin.address.clone(),
        span: origin.span,
        spelling: Spelling::Implicit,
    }
}

#[cfg(test)]
mod tests;
