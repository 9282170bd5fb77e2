//! VPCs, their CIDRs and their main route tables.

use super::{Arguments, Builder, Handle, Name, NetworkObject, adopted};
use crate::aws::address_set::Family;
use crate::aws::fact::{Cause, Fact, Link};
use crate::aws::members::{Members, Presence};
use crate::aws::origin::{Origin, Spelling};
use crate::aws::route_table::RouteTable;
use crate::aws::table::Id;
use crate::aws::vpc::{Dhcp, Vpc, VpcCidr};
use crate::terraform::resource::Resource;

/// An `aws_main_route_table_association`.
pub(super) struct MainAssociation {
    pub(super) vpc: Fact<Option<Id<Vpc>>>,
    pub(super) table: Link<RouteTable>,
}

/// Reads which tables replace main tables. Before any object is built: `main_route_table_id` may name
/// the replacement.
pub(super) fn collect_main_associations(builder: &mut Builder) {
    for resource in builder.resources(&["aws_main_route_table_association"]) {
        let arguments = Arguments::of(resource);
        let vpc = builder.link(arguments.value("vpc_id"));
        let table = builder.link(arguments.value("route_table_id"));
        let association = MainAssociation {
            vpc,
            table: table.required("the association names no table"),
        };
        builder.main_associations.push(association);
    }
}

impl NetworkObject for Vpc {
    const RESOURCE_TYPES: &'static [&'static str] = &["aws_vpc", "aws_default_vpc"];

    fn register(builder: &mut Builder<'_>) {
        builder.register_type::<Self>();
        // Before any other type: an adopted object has one id, that of its VPC's default object.
        adopted::register(builder);
    }

    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self {
        let handle = builder.ids.vpcs.handle(id).clone();
        let origin = builder.origin(&handle);
        let made_with_it = Handle::OfVpc(id);
        let default_route_table = builder.ids.route_tables.id(made_with_it.clone());
        let resource = builder.resource(&handle);
        let arguments = resource.map(Arguments::of);
        let is_default_vpc = resource.is_some_and(|r| &*r.address.kind == "aws_default_vpc");
        let flag = |name: &str, default: bool| flag(arguments, &origin, name, default);
        Self {
            cidrs: cidrs(arguments, &origin),
            dns_support: flag("enable_dns_support", true),
            dns_hostnames: flag("enable_dns_hostnames", is_default_vpc),
            is_default: is_default(arguments, &origin, is_default_vpc),
            main_route_table: builder.main_table(id, &handle),
            main_associations: Members::default(),
            default_route_table,
            default_network_acl: builder.ids.network_acls.id(made_with_it.clone()),
            default_security_group: builder.ids.security_groups.id(made_with_it),
            dhcp: dhcp(&origin),
            forwarded_names: Members::default(),
            name: name_tag(arguments),
            origin,
        }
    }

    fn named_by(
        builder: &mut Builder<'_>,
        resource: &Resource,
        attribute: &str,
    ) -> Option<Link<Self>> {
        let is_unset = |kind| &*resource.address.kind == kind && attribute == "vpc_id";
        let in_default_vpc = is_unset("aws_security_group") || is_unset("aws_default_subnet");
        in_default_vpc.then(|| Fact::Known(builder.default_vpc(resource)))
    }
}

impl Builder<'_> {
    /// The VPC of an argument `vpc_id`; the default VPC if it is not set.
    pub(super) fn vpc_or_default(&mut self, arguments: Arguments) -> Link<Vpc> {
        let link = self.link(arguments.value("vpc_id"));
        match link {
            Fact::Known(None) => Fact::Known(self.default_vpc(arguments.resource)),
            link => link.required("`vpc_id` may be null"),
        }
    }

    /// The default VPC of the Region of a resource.
    fn default_vpc(&mut self, resource: &Resource) -> Id<Vpc> {
        let mut defaults = self.resources(&["aws_default_vpc"]);
        let same = defaults.find(|default| default.region == resource.region);
        let handle = match same {
            Some(default) => Handle::Resource(default.address.clone()),
            None => Handle::Elsewhere(default_vpc_name(resource).into()),
        };
        self.ids.vpcs.id(handle)
    }

    /// The main table of a VPC whose main table nothing replaces.
    fn main_table(&mut self, id: Id<Vpc>, handle: &Handle) -> Link<RouteTable> {
        let is_external = self.origin(handle).is_external();
        if !is_external {
            return Fact::Known(self.ids.route_tables.id(Handle::OfVpc(id)));
        }
        let data = self.resource(handle);
        let known = data.and_then(|data| data.body.get("main_route_table_id"));
        let is_own = |name: &Name| match name {
            Name::Attribute { resource, .. } => {
                data.is_some_and(|data| data.address == resource.address)
            }
            Name::Elsewhere(_) => false,
        };
        // In a plan or state the id is known. If no resource but the data source has it, the table is
        // one of another configuration.
        if let Fact::Known(Some(name)) = self.names.name(known)
            && is_own(&name)
        {
            return Fact::Known(self.ids.route_tables.id(Handle::MainOfVpc(id)));
        }
        match self.link(known) {
            Fact::Known(None) => Fact::Known(self.ids.route_tables.id(Handle::MainOfVpc(id))),
            link => link.required("the main table is not known"),
        }
    }

    /// The table that `main_route_table_id` names: the default one, or the one that replaces it. Which of
    /// both depends on the order of the apply.
    pub(super) fn main_route_table_id(&mut self, vpc: Id<Vpc>) -> Link<RouteTable> {
        let handle = self.ids.vpcs.handle(vpc).clone();
        let unreplaced = self.main_table(vpc, &handle);
        let of_vpc = |association: &&MainAssociation| association.vpc == Fact::Known(Some(vpc));
        let tables = self.main_associations.iter().filter(of_vpc);
        let tables: Vec<_> = tables
            .map(|association| association.table.clone())
            .collect();
        if tables.is_empty() {
            return unreplaced;
        }
        let reason = "`main_route_table_id` changes when the main route table is replaced";
        Fact::one_of([unreplaced].into_iter().chain(tables), &Cause::new(reason))
    }
}

fn default_vpc_name(resource: &Resource) -> String {
    match resource.region.as_str() {
        Some(region) => format!("the default VPC of {region}"),
        None => "the default VPC".to_owned(),
    }
}

fn flag(arguments: Option<Arguments>, origin: &Origin, name: &str, default: bool) -> Fact<bool> {
    let set = arguments.map_or(Fact::Known(None), |arguments| arguments.flag(name));
    match set {
        Fact::Known(None) if origin.is_external() => Fact::Unknown(origin.made_elsewhere()),
        set => set.or(default),
    }
}

fn is_default(arguments: Option<Arguments>, origin: &Origin, is_default_vpc: bool) -> Fact<bool> {
    if !origin.is_external() {
        return Fact::Known(is_default_vpc);
    }
    flag(arguments, origin, "default", false)
}

/// The CIDRs that its own resource gives a VPC.
fn cidrs(arguments: Option<Arguments>, origin: &Origin) -> Members<VpcCidr> {
    let mut cidrs = Members::default();
    if let Some(arguments) = arguments {
        let cidr = |argument: &str, cidr, family| VpcCidr {
            cidr,
            family,
            is_primary: true,
            declaration: arguments.declaration(argument, Spelling::Inline),
        };
        let ipv4 = match arguments.cidr("cidr_block").set() {
            Some((ipv4, _)) => ipv4,
            None => computed(origin, "cidr_block"),
        };
        cidrs.add(cidr("cidr_block", ipv4, Family::V4), Presence::Certain);
        if let Some((ipv6, presence)) = ipv6_cidr(arguments, origin) {
            cidrs.add(cidr("ipv6_cidr_block", ipv6, Family::V6), presence);
        }
    }
    if origin.is_external() {
        cidrs.add_unlisted(origin.made_elsewhere());
    }
    cidrs
}

/// The IPv6 CIDR of a VPC: written, or one that AWS chooses.
fn ipv6_cidr(arguments: Arguments, origin: &Origin) -> Option<(Fact<ipnet::IpNet>, Presence)> {
    if let Some(written) = arguments.cidr("ipv6_cidr_block").set() {
        return Some(written);
    }
    let computed = computed(origin, "ipv6_cidr_block");
    if arguments.value("ipv6_ipam_pool_id").is_some() {
        return Some((computed, Presence::Certain));
    }
    let assigned = arguments.flag("assign_generated_ipv6_cidr_block").or(false);
    Presence::if_true(assigned).map(|presence| (computed, presence))
}

/// A value that AWS chooses and the provider computes.
pub(super) fn computed<T>(origin: &Origin, attribute: &str) -> Fact<T> {
    let name = origin.name();
    let why = if origin.is_external() {
        "belongs to another configuration"
    } else {
        "is known after apply"
    };
    Fact::Unknown(Cause {
        reason: format!("`{name}` {why}").into(),
        identity: Some(format!("{name}.{attribute}").into()),
    })
}

fn dhcp(origin: &Origin) -> Dhcp {
    let amazon_resolver_only = if origin.is_external() {
        Fact::Unknown(origin.made_elsewhere())
    } else {
        Fact::Known(true)
    };
    Dhcp {
        amazon_resolver_only,
        declaration: None,
    }
}

/// The `Name` tag.
pub(super) fn name_tag(arguments: Option<Arguments>) -> Fact<Option<std::sync::Arc<str>>> {
    let tags = arguments.and_then(|arguments| arguments.value("tags"));
    match tags.map(crate::terraform::value::Value::unmarked) {
        None => Fact::Known(None),
        Some(tags) => match tags.fields() {
            Some(fields) => super::fact(fields.get("Name"), |value| Ok(super::text(value))),
            None => super::fact(Some(tags), |_| Ok(None)),
        },
    }
}
