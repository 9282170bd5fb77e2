//! Default objects: what AWS makes with every VPC, and the `aws_default_…` resources that adopt it.
//!
//! A default object is one object however it is named: by an attribute of its VPC, by its id, or by
//! the address of the resource that adopts it.

use super::{Arguments, Builder, Handle, NetworkObject, origin_of};
use crate::aws::fact::{Fact, Link};
use crate::aws::network_acl::NetworkAcl;
use crate::aws::origin::{Maker, Origin};
use crate::aws::route_table::RouteTable;
use crate::aws::security_group::SecurityGroup;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::terraform::resource::Resource;

/// A type of object of which AWS makes one with every VPC.
pub(super) trait DefaultObject: NetworkObject {
    /// The resource types that adopt such an object.
    const ADOPTERS: &'static [&'static str];

    /// The attribute of a VPC that names it, and the argument by which an adopter does.
    const VPC_ATTRIBUTE: &'static str;

    /// The object that a resource adopts.
    fn adopted_by(builder: &mut Builder<'_>, adopter: &Resource) -> Fact<Option<Id<Self>>> {
        builder.link(adopter.body.get(Self::VPC_ATTRIBUTE))
    }
}

/// What is known about an object of such a type before its routes, entries or rules are read.
pub(super) struct Description<'w> {
    /// The resource that describes it: the one that adopts it, or its own.
    pub(super) resource: Option<&'w Resource>,
    pub(super) origin: Origin,
    pub(super) vpc: Link<Vpc>,
    /// Whether it is the default object of its VPC.
    pub(super) is_default: bool,
}

/// Gives adopted objects the ids that their VPCs know them by.
pub(super) fn register(builder: &mut Builder) {
    register_adopters::<RouteTable>(builder);
    register_adopters::<NetworkAcl>(builder);
    register_adopters::<SecurityGroup>(builder);
}

/// Whether a resource adopts a default object.
pub(super) fn is_adopter(resource: &Resource) -> bool {
    let adopters = [
        RouteTable::ADOPTERS,
        NetworkAcl::ADOPTERS,
        SecurityGroup::ADOPTERS,
    ];
    let resource_type = &*resource.address.kind;
    adopters.iter().any(|types| types.contains(&resource_type))
}

fn register_adopters<T: DefaultObject>(builder: &mut Builder) {
    for adopter in builder.resources(T::ADOPTERS) {
        // Where it is not known what a resource adopts, the resource stays an object of its own.
        if let Fact::Known(Some(id)) = T::adopted_by(builder, adopter) {
            T::registry(&mut builder.ids).adopt(id, &adopter.address);
        }
    }
}

impl<'w> Builder<'w> {
    /// The resource, the origin and the VPC of an object that may be a default one.
    pub(super) fn description<T: DefaultObject>(&mut self, id: Id<T>) -> Description<'w> {
        let registry = T::registry(&mut self.ids);
        let handle = registry.handle(id).clone();
        let address = registry.adopter(id);
        let adopter = address.and_then(|address| self.names.resource(address));
        let resource = adopter.or_else(|| self.resource(&handle));
        let origin = match adopter {
            Some(adopter) => Origin {
                maker: Maker::Aws { adopted: true },
                ..origin_of(adopter)
            },
            None => self.origin(&handle),
        };
        let vpc = match (&handle, resource) {
            (Handle::OfVpc(vpc) | Handle::MainOfVpc(vpc), _) => Fact::Known(*vpc),
            (_, Some(resource)) => self.vpc_of(Arguments::of(resource), &origin),
            (_, None) => self.vpc_elsewhere(&origin),
        };
        Description {
            resource,
            origin,
            vpc,
            is_default: matches!(handle, Handle::OfVpc(_)),
        }
    }

    /// The default object that an attribute of a VPC names.
    pub(super) fn default_object<T: DefaultObject>(
        &mut self,
        resource: &Resource,
        attribute: &str,
    ) -> Option<Link<T>> {
        let is_vpc = Vpc::RESOURCE_TYPES.contains(&&*resource.address.kind);
        if !is_vpc || attribute != T::VPC_ATTRIBUTE {
            return None;
        }
        let vpc = self.vpc_at(resource);
        Some(Fact::Known(
            T::registry(&mut self.ids).id(Handle::OfVpc(vpc)),
        ))
    }

    /// The VPC that a resource is.
    pub(super) fn vpc_at(&mut self, resource: &Resource) -> Id<Vpc> {
        let handle = Handle::Resource(resource.address.clone());
        self.ids.vpcs.id(handle)
    }
}
