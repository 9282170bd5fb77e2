//! Workloads: whatever holds network interfaces in subnets.
//!
//! Which resource types these are, and which of their arguments name subnets and groups, is a table
//! (`kinds`). What depends on other objects is added when these are complete ([`complete`]).

mod kinds;
mod needs;
mod public_ip;
mod template;

use kinds::{DefaultGroup, SubnetAssociation, WorkloadType};

use super::argument::cause;
use super::{Argument, Arguments, Builder, Handle, Name, NetworkObject, implicit};
use crate::aws::fact::{Cause, Fact, Link};
use crate::aws::members::{Members, Presence};
use crate::aws::network::Network;
use crate::aws::origin::{Attachment, Origin, Spelling};
use crate::aws::security_group::SecurityGroup;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::workload::{Role, SourcePorts, Workload};
use crate::terraform::address::Mode;
use crate::terraform::resource::Resource;
use crate::terraform::value::Value;

/// Whether a resource has network interfaces in a VPC: a function without `vpc_config` has none.
fn is_in_a_subnet(resource: &Resource, kind: &WorkloadType) -> bool {
    let arguments = Arguments::of(resource);
    let first = |path: &Argument| {
        let names = path.name().split('.').next();
        names.is_some_and(|name| arguments.sets(name))
    };
    let groups = kind
        .subnet_groups
        .iter()
        .any(|(name, _)| arguments.sets(name));
    kind.is_always_in_a_subnet || groups || kind.subnets.iter().any(first)
}

impl NetworkObject for Workload {
    // What holds network interfaces depends on arguments too: see `register`.
    const RESOURCE_TYPES: &'static [&'static str] = &[];

    fn register(builder: &mut Builder<'_>) {
        let resource_set = builder.resource_set;
        for resource in &resource_set.resources {
            let kind = kinds::kind(&resource.address.kind);
            let is_managed = resource.address.mode == Mode::Managed;
            if kind.is_some_and(|kind| is_managed && is_in_a_subnet(resource, kind)) {
                let handle = Handle::Resource(resource.address.clone());
                builder.ids.workloads.id(handle);
            }
        }
    }

    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self {
        let handle = builder.ids.workloads.handle(id).clone();
        let origin = builder.origin(&handle);
        let resource = builder.resource(&handle);
        match resource.and_then(|r| Some((r, kinds::kind(&r.address.kind)?))) {
            Some((resource, kind)) => builder.workload(resource, kind, origin),
            None => unknown(origin),
        }
    }

    fn named_by(builder: &mut Builder<'_>, resource: &Resource, _: &str) -> Option<Link<Self>> {
        // A network interface of an instance, an endpoint of a firewall.
        kinds::kind(&resource.address.kind)?;
        let handle = Handle::Resource(resource.address.clone());
        Some(Fact::Known(builder.ids.workloads.id(handle)))
    }
}

/// Types of resources that have one name in all Regions of an account.
const GLOBAL: [&str; 2] = ["aws_iam_instance_profile", "aws_iam_role"];

impl<'w> Builder<'w> {
    fn workload(
        &mut self,
        resource: &'w Resource,
        kind: &WorkloadType,
        origin: Origin,
    ) -> Workload {
        let arguments = Arguments::of(resource);
        let mut subnets = self.subnets_of(arguments, kind);
        if let Some(association) = &kind.subnet_associations {
            subnets.append(self.associated_subnets(resource, association));
        }
        let mut groups = self.groups_of(arguments, kind.groups);
        Self::add_opaque_groups(arguments, kind, &mut groups);
        self.add_templates(arguments, &mut subnets, &mut groups);
        self.add_cluster_group(arguments, kind, &mut groups);
        if origin.is_external() {
            subnets.add_unlisted(origin.made_elsewhere());
            groups.add_unlisted(origin.made_elsewhere());
        }
        Workload {
            role: kind.role,
            vpc: Fact::unknown("its subnets are not known"),
            has_public_ip: self.public_ip(arguments, kind),
            takes_ipv6: match kind.ipv6 {
                Some(path) => flag_at(arguments, path).or(false),
                None => Fact::Known(true),
            },
            source_ports: kind.source_ports,
            outside_doubt: kind.outside_rules.map(Cause::new),
            needs: self.needs_of(resource),
            subnets,
            security_groups: groups,
            origin,
        }
    }

    fn subnets_of(
        &mut self,
        arguments: Arguments,
        kind: &WorkloadType,
    ) -> Members<Attachment<Subnet>> {
        let mut subnets = Members::default();
        for path in kind.subnets {
            subnets.append(self.attached_at(arguments, *path));
        }
        for (argument, group_kind) in kind.subnet_groups {
            subnets.append(self.subnets_of_group(arguments, argument, group_kind));
        }
        subnets
    }

    /// The subnets that other resources put a workload into.
    fn associated_subnets(
        &mut self,
        workload: &Resource,
        association: &SubnetAssociation,
    ) -> Members<Attachment<Subnet>> {
        let mut subnets = Members::default();
        for resource in self.resources(association.resource_types) {
            let arguments = Arguments::of(resource);
            let link: Fact<Option<Id<Workload>>> = self.link(arguments.value(association.workload));
            let handle = Handle::Resource(workload.address.clone());
            let id = self.ids.workloads.id(handle);
            if let Some(doubt) = Presence::if_true(link.is(&Some(id))) {
                let named = self.attached(arguments, association.subnet);
                subnets.append(named.and(&super::presence(resource)).and(&doubt));
            }
        }
        subnets
    }

    fn groups_of(
        &mut self,
        arguments: Arguments,
        paths: &[Argument],
    ) -> Members<Attachment<SecurityGroup>> {
        let mut groups = Members::default();
        for path in paths {
            groups.append(self.attached_at(arguments, *path));
        }
        groups
    }

    /// Security groups that are named in a way that is not followed: by name. Once it was applied, an
    /// instance of a default VPC has its groups by id and once more by name; then the ids are enough.
    fn add_opaque_groups(
        arguments: Arguments,
        kind: &WorkloadType,
        groups: &mut Members<Attachment<SecurityGroup>>,
    ) {
        let is_applied = matches!(arguments.text("id"), Fact::Known(Some(_)));
        if is_applied && groups.certain().next().is_some() {
            return;
        }
        for name in kind.opaque_groups {
            let names = arguments.list(name);
            if let Some(first) = names.iter().next() {
                groups.add_unlisted(cause(&first.value));
            }
            for cause in names.unlisted() {
                groups.add_unlisted(cause.clone());
            }
        }
    }

    /// What the argument at the end of a path of nested blocks names.
    fn attached_at<T: NetworkObject>(
        &mut self,
        arguments: Arguments,
        path: Argument,
    ) -> Members<Attachment<T>> {
        let Some((block_type, rest)) = path.name().split_once('.') else {
            return self.attached(arguments, path);
        };
        let blocks = arguments.blocks(block_type);
        blocks.flat_map(|block| self.attached_at(arguments.within(&block), path.renamed(rest)))
    }

    /// The subnets of a subnet group, which is named by its name or id.
    fn subnets_of_group(
        &mut self,
        arguments: Arguments,
        argument: &str,
        kind: &str,
    ) -> Members<Attachment<Subnet>> {
        let Some(value) = arguments.value(argument) else {
            return Members::default();
        };
        match self.named_resource(arguments.resource, value, kind) {
            Some(group) => self.attached(Arguments::of(group), Argument::List("subnet_ids")),
            None => Members::unknown(super::argument::cause(value)),
        }
    }

    /// The resource of a kind that a value of a resource `user` names by id, ARN or name. A name means one
    /// thing in its Region; where several accounts of the run have one of that name, it is not known which.
    fn named_resource(&self, user: &Resource, value: &Value, kind: &str) -> Option<&'w Resource> {
        if let Fact::Known(Some(Name::Attribute { resource, .. })) = self.names.name(Some(value)) {
            return (&*resource.address.kind == kind).then_some(resource);
        }
        let is_near =
            |resource: &Resource| GLOBAL.contains(&kind) || resource.region == user.region;
        let resources = self.resource_set.resources.iter();
        let mut named = resources.filter(|resource| {
            let name = resource.body.get("name").map(Value::unmarked);
            let is_kind = &*resource.address.kind == kind;
            let is_made = is_kind && resource.address.mode == Mode::Managed;
            is_made && name == Some(value.unmarked()) && is_near(resource)
        });
        named.next().filter(|_| named.next().is_none())
    }

    /// The network interfaces that an instance is given by id.
    fn interfaces(&mut self, arguments: Arguments) -> Members<Link<Workload>> {
        let paths = ["network_interface", "primary_network_interface"];
        let mut interfaces = Members::default();
        for path in paths {
            let blocks = arguments.bodies_at(path);
            let ids = blocks
                .iter()
                .filter_map(|block| block.get("network_interface_id"));
            for id in ids {
                if let Some((link, _)) = self.link(Some(id)).set() {
                    interfaces.add(link, Presence::Certain);
                }
            }
        }
        interfaces
    }

    /// The group that EKS makes for a cluster; nodes of a launch template with groups do not have it.
    fn add_cluster_group(
        &mut self,
        arguments: Arguments,
        kind: &WorkloadType,
        groups: &mut Members<Attachment<SecurityGroup>>,
    ) {
        let DefaultGroup::OfCluster(argument) = kind.default_group else {
            return;
        };
        let is_cluster = argument == "id";
        if !is_cluster && !groups.is_empty().is_true() {
            return;
        }
        let named = || {
            let name = arguments.value(argument)?;
            let cluster = self.named_resource(arguments.resource, name, "aws_eks_cluster")?;
            Some(cluster.address.clone())
        };

        let cluster = if is_cluster {
            Some(arguments.resource.address.clone())
        } else {
            named()
        };
        let declaration = arguments.block_declaration(Spelling::Implicit);
        match cluster {
            Some(cluster) => {
                let group = self.ids.security_groups.id(Handle::OfCluster(cluster));
                let to = Fact::Known(group);
                groups.add(Attachment { to, declaration }, Presence::Certain);
            }
            None => groups.add_unlisted(match arguments.value(argument) {
                Some(value) => cause(value),
                None => Cause::new("the cluster is not known"),
            }),
        }
    }
}

/// The value at the end of a path of nested blocks.
fn value_at(arguments: Arguments, path: &str) -> Option<Value> {
    match path.rsplit_once('.') {
        None => arguments.value(path).cloned(),
        Some((blocks, name)) => {
            let bodies = arguments.bodies_at(blocks);
            bodies.iter().find_map(|body| body.get(name).cloned())
        }
    }
}

fn flag_at(arguments: Arguments, path: &str) -> Fact<Option<bool>> {
    let value = value_at(arguments, path);
    super::fact(value.as_ref(), super::argument::flag)
}

/// Whether resources of a type are workloads.
pub(super) fn is_type(name: &str) -> bool {
    kinds::kind(name).is_some()
}

/// Adds what other objects decide: the VPC by the subnets, the default group by the VPC, and for an
/// instance with network interfaces of their own, what these have.
pub(super) fn complete(network: &mut Network, builder: &mut Builder) {
    let mut with_interfaces = Vec::new();
    for id in network.workloads.ids() {
        let handle = builder.ids.workloads.handle(id).clone();
        let Some(resource) = builder.resource(&handle) else {
            continue;
        };
        let interfaces = builder.interfaces(Arguments::of(resource));
        if interfaces.is_empty().is_true() {
            let asks_subnet = builder.asks_subnet(resource);
            complete_one(network, id, resource, asks_subnet);
        } else {
            with_interfaces.push((id, resource, interfaces));
        }
    }
    // After all network interfaces have their VPC, their groups and their address.
    for (id, resource, interfaces) in with_interfaces {
        let asks_subnet = builder.asks_subnet(resource);
        take_after(network, id, asks_subnet, &interfaces);
    }
}

fn complete_one(network: &mut Network, id: Id<Workload>, resource: &Resource, asks_subnet: bool) {
    let workload = &network.workloads[id];
    let vpc = super::derive::vpc_of_subnets(network, &workload.subnets);
    let public = public_ip::of_subnets(network, workload, asks_subnet);
    let default = super::derive::default_group(network, &vpc);
    let kind = kinds::kind(&resource.address.kind);
    let of_kind = kind.map_or(Fact::Known(false), |kind| {
        takes_default_group(Arguments::of(resource), &kind.default_group)
    });
    let is_in_a_subnet = kind.map_or(Fact::Known(false), |kind| has_interface(workload, kind));
    let completed = network.workloads.get_mut(id);
    completed.vpc = vpc;
    completed.has_public_ip = public;
    let declaration = implicit(&completed.origin);
    let groups = &mut completed.security_groups;
    match of_kind.cause() {
        // Whether it has the default group is not known: traffic may be filtered by it, or by none.
        Some(cause) if groups.is_empty().is_true() => groups.add_unlisted(cause.clone()),
        _ => {
            let takes_default = of_kind.and(is_in_a_subnet);
            super::derive::add_default_group(groups, default, declaration, takes_default);
        }
    }
}

/// Whether a workload is in any subnet: a function with an empty list of subnets is in no VPC.
fn has_interface(workload: &Workload, kind: &WorkloadType) -> Fact<bool> {
    let in_a_subnet = workload.subnets.is_empty().map(|none| !none);
    Fact::Known(kind.is_always_in_a_subnet).either(in_a_subnet)
}

/// Gives an instance the subnets, the groups and the public address of its network interfaces.
fn take_after(
    network: &mut Network,
    id: Id<Workload>,
    asks_subnet: bool,
    interfaces: &Members<Link<Workload>>,
) {
    let (mut subnets, mut groups) = (Members::default(), Members::default());
    let mut public = network.workloads[id].has_public_ip.is(&true);
    if public.cause().is_some() && asks_subnet {
        // The subnets are those of the interfaces, and these say what they get.
        public = Fact::Known(false);
    }
    for cause in interfaces.unlisted() {
        subnets.add_unlisted(cause.clone());
        groups.add_unlisted(cause.clone());
    }
    for member in interfaces {
        let candidates = super::derive::candidates(&member.value, network.workloads.ids());
        for (interface, doubt) in candidates {
            let interface = &network.workloads[interface];
            let presence = member.presence.clone().and(doubt);
            subnets.append(interface.subnets.clone().and(&presence));
            groups.append(interface.security_groups.clone().and(&presence));
            public = public.either(interface.has_public_ip.clone());
        }
    }
    let vpc = super::derive::vpc_of_subnets(network, &subnets);
    let workload = network.workloads.get_mut(id);
    workload.security_groups.append(groups);
    workload.subnets.append(subnets);
    workload.has_public_ip = public;
    workload.vpc = vpc;
}

fn takes_default_group(arguments: Arguments, default: &DefaultGroup) -> Fact<bool> {
    match default {
        DefaultGroup::Yes => Fact::Known(true),
        DefaultGroup::None | DefaultGroup::OfCluster(_) => Fact::Known(false),
        DefaultGroup::OfLoadBalancer => {
            let kind = arguments.text("load_balancer_type");
            kind.holds(|kind| kind.as_deref().is_none_or(|kind| kind == "application"))
        }
    }
}

fn unknown(origin: Origin) -> Workload {
    let cause = origin.made_elsewhere();
    Workload {
        role: Role::Unknown,
        subnets: Members::unknown(cause.clone()),
        security_groups: Members::unknown(cause.clone()),
        vpc: Fact::Unknown(cause.clone()),
        has_public_ip: Fact::Unknown(cause.clone()),
        takes_ipv6: Fact::Unknown(cause),
        source_ports: SourcePorts::SomeEphemeral,
        outside_doubt: None,
        needs: Members::default(),
        origin,
    }
}
