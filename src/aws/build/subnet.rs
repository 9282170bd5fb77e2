//! Subnets: their VPC, CIDRs, zone and what they give to network interfaces.

use std::sync::Arc;

use super::argument::{fact, identity};
use super::vpc::{computed, name_tag};
use super::{Arguments, Builder, Handle, NetworkObject, text};
use crate::aws::data_source::availability_zone;
use crate::aws::fact::{Cause, Fact, Link};
use crate::aws::members::Members;
use crate::aws::origin::Origin;
use crate::aws::subnet::{Subnet, Zone};
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::terraform::value::Value;

impl NetworkObject for Subnet {
    const RESOURCE_TYPES: &'static [&'static str] = &["aws_subnet", "aws_default_subnet"];

    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self {
        let handle = builder.ids.subnets.handle(id).clone();
        let origin = builder.origin(&handle);
        match builder.resource(&handle) {
            Some(resource) => builder.subnet(Arguments::of(resource), origin),
            None => unknown(builder, origin),
        }
    }
}

impl Builder<'_> {
    fn subnet(&mut self, arguments: Arguments, origin: Origin) -> Subnet {
        let is_default = &*arguments.resource.address.kind == "aws_default_subnet";
        let flag = |name: &str, default: bool| match arguments.flag(name) {
            Fact::Known(None) if origin.is_external() => Fact::Unknown(origin.made_elsewhere()),
            set => set.or(default),
        };
        let has_ipv6 = has_ipv6(arguments, &origin);
        Subnet {
            vpc: self.vpc_of(arguments, &origin),
            cidr: cidr(arguments, &origin, &flag("ipv6_native", false), is_default),
            ipv6_cidr: ipv6_cidr(arguments, &origin, &has_ipv6),
            has_ipv6,
            is_ipv6_only: flag("ipv6_native", false),
            zone: zone(arguments, &origin),
            maps_public_ip: flag("map_public_ip_on_launch", is_default),
            assigns_ipv6: flag("assign_ipv6_address_on_creation", false),
            dns64: flag("enable_dns64", false),
            route_table_associations: Members::default(),
            network_acl_associations: Members::default(),
            name: name_tag(Some(arguments)),
            origin,
        }
    }

    /// The VPC that an object belongs to; of an object of another configuration, one that is only known by
    /// the name of that object.
    pub(super) fn vpc_of(&mut self, arguments: Arguments, origin: &Origin) -> Link<Vpc> {
        match self.link::<Vpc>(arguments.value("vpc_id")) {
            Fact::Known(None) if origin.is_external() => self.vpc_elsewhere(origin),
            _ => self.vpc_or_default(arguments),
        }
    }

    /// The VPC of an object that another configuration makes.
    pub(super) fn vpc_elsewhere(&mut self, origin: &Origin) -> Link<Vpc> {
        let name = format!("{}.vpc_id", origin.name());
        Fact::Known(self.ids.vpcs.id(Handle::Elsewhere(name.into())))
    }
}

/// A subnet of which only the name is known.
fn unknown(builder: &mut Builder, origin: Origin) -> Subnet {
    let cause = origin.made_elsewhere();
    Subnet {
        vpc: builder.vpc_elsewhere(&origin),
        cidr: computed(&origin, "cidr_block"),
        ipv6_cidr: computed(&origin, "ipv6_cidr_block"),
        has_ipv6: Fact::Unknown(cause.clone()),
        is_ipv6_only: Fact::Unknown(cause.clone()),
        zone: computed(&origin, "availability_zone"),
        maps_public_ip: Fact::Unknown(cause.clone()),
        assigns_ipv6: Fact::Unknown(cause.clone()),
        dns64: Fact::Unknown(cause),
        route_table_associations: Members::default(),
        network_acl_associations: Members::default(),
        name: Fact::Known(None),
        origin,
    }
}

/// The IPv4 CIDR. Without argument, an IPv6-only subnet has none, and AWS chooses it for any other.
fn cidr(
    arguments: Arguments,
    origin: &Origin,
    is_ipv6_only: &Fact<bool>,
    is_default: bool,
) -> Fact<Option<ipnet::IpNet>> {
    match arguments.cidr("cidr_block") {
        Fact::Known(None) if is_default || origin.is_external() => computed(origin, "cidr_block"),
        Fact::Known(None) if is_ipv6_only.is_true() => Fact::Known(None),
        Fact::Known(None) => computed(origin, "cidr_block"),
        written => written,
    }
}

fn ipv6_cidr(
    arguments: Arguments,
    origin: &Origin,
    has_ipv6: &Fact<bool>,
) -> Fact<Option<ipnet::IpNet>> {
    match arguments.cidr("ipv6_cidr_block") {
        Fact::Known(None) if !has_ipv6.is_false() => computed(origin, "ipv6_cidr_block"),
        written => written,
    }
}

/// Whether a subnet has IPv6 addresses. An IPv6 CIDR that is a reference is unknown, and is there.
fn has_ipv6(arguments: Arguments, origin: &Origin) -> Fact<bool> {
    if arguments.value("ipv6_ipam_pool_id").is_some() {
        return Fact::Known(true);
    }
    let value = arguments.value("ipv6_cidr_block").map(Value::unmarked);
    match value {
        None if origin.is_external() => Fact::Unknown(origin.made_elsewhere()),
        None => arguments.flag("ipv6_native").or(false),
        Some(Value::Reference(_) | Value::Template(_)) => Fact::Known(true),
        Some(Value::Unknown(unknown)) if unknown.not_null => Fact::Known(true),
        value => fact(value, |value| Ok(text(value))).is_set(),
    }
}

fn zone(arguments: Arguments, origin: &Origin) -> Fact<Zone> {
    let zone = match named_zone(arguments.value("availability_zone"), Zone::Name) {
        Fact::Known(None) => named_zone(arguments.value("availability_zone_id"), Zone::Id),
        by_name => by_name,
    };
    match zone {
        Fact::Known(None) if origin.is_external() => computed(origin, "availability_zone"),
        Fact::Known(None) => Fact::Unknown(Cause {
            reason: format!("AWS chooses the zone of `{}`", origin.name()).into(),
            identity: Some(format!("{}.availability_zone", origin.name()).into()),
        }),
        zone => zone.required("`availability_zone` may be null"),
    }
}

fn named_zone(value: Option<&Value>, named: fn(Arc<str>) -> Zone) -> Fact<Option<Zone>> {
    let value = value.map(Value::unmarked);
    if let Some(Value::OneOf(one_of)) = value {
        let options = one_of.options.iter();
        let options = options.map(|option| named_zone(Some(option), named));
        return Fact::one_of(options, &Cause::new(one_of.reason.clone()));
    }
    match value.and_then(symbolic_zone) {
        Some(zone) => Fact::Known(Some(zone)),
        None => fact(value, |value| Ok(text(value).map(named))),
    }
}

/// A zone that is not known but differs from others: `"${var.region}a"` and `"${var.region}b"` are two
/// zones, whatever the Region is.
fn symbolic_zone(value: &Value) -> Option<Zone> {
    value.unknown_reason()?;
    if let Value::Template(pieces) = value
        && let Some((Value::String(place), rest)) = pieces.split_last()
    {
        let names: Option<Vec<_>> = rest.iter().map(identity).collect();
        let (list, place) = (names?.concat().into(), place.clone());
        return Some(Zone::Symbol {
            list,
            position: place,
        });
    }
    let name = identity(value)?;
    if let Some(id) = availability_zone::id_of_named_zone(&name) {
        return Some(Zone::Id(id.into()));
    }
    let (list, place) = match name.rsplit_once('[') {
        Some((list, place)) if is_list_of_zones(list) => (list.into(), place.into()),
        _ => (name, "".into()),
    };
    Some(Zone::Symbol {
        list,
        position: place,
    })
}

/// Whether the elements of a list are different zones, as those of
/// `data.aws_availability_zones.all.names`.
fn is_list_of_zones(list: &str) -> bool {
    match list.rsplit_once('.') {
        Some((name, "names" | "zone_ids")) => name.contains("data.aws_availability_zones."),
        _ => false,
    }
}
