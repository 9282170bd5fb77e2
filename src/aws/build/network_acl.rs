//! Network ACLs and their entries.

use super::adopted::{DefaultObject, Description};
use super::ports::{acl_traffic, written};
use super::{Argument, Arguments, Builder, NetworkObject, implicit};
use crate::aws::address_set::Family;
use crate::aws::bounds::Bounds;
use crate::aws::fact::{Cause, Fact, Link};
use crate::aws::members::{Members, Presence};
use crate::aws::network_acl::{AclEntry, Action, NetworkAcl};
use crate::aws::origin::{Origin, Spelling};
use crate::aws::table::Id;
use crate::aws::traffic::Traffic;
use crate::aws::written_ports::WrittenPorts;
use crate::terraform::resource::Resource;

impl NetworkObject for NetworkAcl {
    const RESOURCE_TYPES: &'static [&'static str] = &["aws_network_acl", "aws_default_network_acl"];

    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self {
        let Description {
            resource,
            origin,
            vpc,
            is_default,
        } = builder.description(id);
        let mut acl = NetworkAcl {
            origin,
            vpc,
            is_default,
            ingress: Members::default(),
            egress: Members::default(),
            subnets: Members::default(),
            sets_inline_ingress: false,
            sets_inline_egress: false,
        };
        match resource {
            Some(resource) => builder.inline_entries(Arguments::of(resource), &mut acl),
            None if is_default => entries_of_aws(&mut acl),
            None => {}
        }
        if acl.origin.is_external() {
            acl.ingress.add_unlisted(acl.origin.made_elsewhere());
            acl.egress.add_unlisted(acl.origin.made_elsewhere());
        }
        acl
    }

    fn named_by(
        builder: &mut Builder<'_>,
        resource: &Resource,
        attribute: &str,
    ) -> Option<Link<Self>> {
        builder.default_object(resource, attribute)
    }
}

impl DefaultObject for NetworkAcl {
    const ADOPTERS: &'static [&'static str] = &["aws_default_network_acl"];
    const VPC_ATTRIBUTE: &'static str = "default_network_acl_id";
}

/// The entries that AWS gives a VPC's default ACL: everything passes, IPv6 too if the VPC has it
/// (VPC guide "Default network ACL"). Where it has none, the entries for IPv6 match nothing.
fn entries_of_aws(acl: &mut NetworkAcl) {
    if acl.origin.is_external() {
        return;
    }
    let entry = |number, cidr: ipnet::IpNet, origin: &Origin| AclEntry {
        number: Fact::Known(number),
        action: Fact::Known(Action::Allow),
        traffic: Bounds::known(Traffic::everything()),
        cidr: Fact::Known(cidr),
        family: Family::of(cidr),
        written: WrittenPorts {
            protocol: Fact::Known(Some("-1".into())),
            from: Fact::Known(None),
            to: Fact::Known(None),
            place: None,
        },
        declaration: implicit(origin),
    };
    for (number, cidr) in [
        (100, ipnet::Ipv4Net::default().into()),
        (101, ipnet::Ipv6Net::default().into()),
    ] {
        acl.ingress
            .add(entry(number, cidr, &acl.origin), Presence::Certain);
        acl.egress
            .add(entry(number, cidr, &acl.origin), Presence::Certain);
    }
}

const ACTIONS: [(&str, Action); 4] = [
    ("allow", Action::Allow),
    ("deny", Action::Deny),
    ("ALLOW", Action::Allow),
    ("DENY", Action::Deny),
];

impl Builder<'_> {
    fn inline_entries(&mut self, arguments: Arguments, acl: &mut NetworkAcl) {
        acl.sets_inline_ingress = arguments.writes("ingress");
        acl.sets_inline_egress = arguments.writes("egress");
        acl.ingress = inline_entries(arguments, "ingress");
        acl.egress = inline_entries(arguments, "egress");
        acl.subnets = self.attached(arguments, Argument::List("subnet_ids"));
    }
}

fn inline_entries(arguments: Arguments, name: &str) -> Members<AclEntry> {
    arguments.blocks(name).flat_map(|block| {
        let inner = arguments.within(&block);
        entry(inner, ["rule_no", "action"], Spelling::Inline)
    })
}

/// The entry of an `aws_network_acl_rule`, once for each family that it may be of.
pub(super) fn standalone_entries(arguments: Arguments) -> Members<AclEntry> {
    entry(
        arguments,
        ["rule_number", "rule_action"],
        Spelling::Standalone,
    )
}

fn entry(
    arguments: Arguments,
    [number, action]: [&str; 2],
    spelling: Spelling,
) -> Members<AclEntry> {
    let written = written(arguments, "protocol");
    let icmp_type = arguments.number("icmp_type");
    let icmp_code = arguments.number("icmp_code");
    let make = |cidr, family| AclEntry {
        number: arguments.number(number).required("the entry has no number"),
        action: arguments
            .word(action, &ACTIONS)
            .required("the entry has no action"),
        traffic: acl_traffic(&written, &icmp_type, &icmp_code, family == Family::V6),
        cidr,
        family,
        written: written.clone(),
        declaration: arguments.block_declaration(spelling),
    };
    let v4 = arguments.cidr("cidr_block").set();
    let v6 = arguments.cidr("ipv6_cidr_block").set();
    let mut entries = Members::default();
    match (v4, v6) {
        (Some((cidr, _)), None) => entries.add(make(cidr, Family::V4), Presence::Certain),
        (None, Some((cidr, _))) => entries.add(make(cidr, Family::V6), Presence::Certain),
        (Some((v4, in_v4)), Some((v6, in_v6))) => {
            entries.add(make(v4, Family::V4), in_v4);
            entries.add(make(v6, Family::V6), in_v6);
        }
        (None, None) => entries.add_unlisted(Cause::new("an entry has no CIDR")),
    }
    entries
}
