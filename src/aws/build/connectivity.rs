//! What joins VPCs with each other and with other networks: transit gateways, peering connections,
//! private zones, endpoint services, and VPC Block Public Access.

use std::sync::Arc;

use super::vpc::computed;
use super::{Argument, Arguments, Builder, NetworkObject, presence};
use crate::aws::connectivity::{
    AllowedPrincipal, BlockMode, BlockPublicAccess, Exclusion, ExclusionScope, OfferedService,
    PeeringConnection, PrivateZone, TransitGateway, TransitGatewayAttachment,
};
use crate::aws::fact::{Fact, Link};
use crate::aws::members::{Members, Presence};
use crate::aws::origin::{Attachment, Declaration, Origin, Spelling};
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::terraform::resource::Resource;
use crate::terraform::value::Value;

const SWITCH: [(&str, bool); 2] = [("enable", true), ("disable", false)];

impl NetworkObject for TransitGateway {
    const RESOURCE_TYPES: &'static [&'static str] = &["aws_ec2_transit_gateway"];

    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self {
        let handle = builder.ids.transit_gateways.handle(id).clone();
        let origin = builder.origin(&handle);
        let arguments = builder.resource(&handle).map(Arguments::of);
        let switch = |name, default| switch(arguments, name, &origin, default);
        let propagates = switch("default_route_table_propagation", true);
        Self {
            security_group_referencing: switch("security_group_referencing_support", false),
            default_route_table: switch("default_route_table_association", true).and(propagates),
            origin,
        }
    }
}

impl NetworkObject for TransitGatewayAttachment {
    const RESOURCE_TYPES: &'static [&'static str] = &["aws_ec2_transit_gateway_vpc_attachment"];

    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self {
        let handle = builder.ids.transit_gateway_attachments.handle(id).clone();
        let origin = builder.origin(&handle);
        let arguments = builder.resource(&handle).map(Arguments::of);
        let value = |name| arguments.and_then(|arguments| arguments.value(name));
        let switch = |name| switch(arguments, name, &origin, false);
        Self {
            transit_gateway: builder.link_or_computed(value("transit_gateway_id"), &origin),
            vpc: builder.link_or_computed(value("vpc_id"), &origin),
            subnets: match arguments {
                Some(arguments) => builder.attached(arguments, Argument::List("subnet_ids")),
                None => Members::unknown(origin.made_elsewhere()),
            },
            appliance_mode: switch("appliance_mode_support"),
            security_group_referencing: switch("security_group_referencing_support"),
            default_route_table: uses_default_table(arguments, &origin),
            origin,
        }
    }
}

impl NetworkObject for PeeringConnection {
    const RESOURCE_TYPES: &'static [&'static str] = &["aws_vpc_peering_connection"];

    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self {
        let handle = builder.ids.peering_connections.handle(id).clone();
        let origin = builder.origin(&handle);
        let arguments = builder.resource(&handle).map(Arguments::of);
        let value = |name| arguments.and_then(|arguments| arguments.value(name));
        let requester = builder.link_or_computed(value("vpc_id"), &origin);
        let accepter = builder.link_or_computed(value("peer_vpc_id"), &origin);
        let auto_accept = arguments.map(|arguments| arguments.flag("auto_accept").or(false));
        Self {
            requester,
            accepter,
            is_inter_region: is_inter_region(arguments, &origin),
            is_accepted: match auto_accept {
                Some(flag) if !origin.is_external() => flag,
                _ => Fact::Unknown(origin.made_elsewhere()),
            },
            origin,
        }
    }

    fn named_by(
        builder: &mut Builder<'_>,
        resource: &Resource,
        attribute: &str,
    ) -> Option<Link<Self>> {
        let follows = matches!(
            &*resource.address.kind,
            "aws_vpc_peering_connection_accepter" | "aws_vpc_peering_connection_options"
        );
        if !follows || attribute != "id" {
            return None;
        }
        let link = builder.link(resource.body.get("vpc_peering_connection_id"));
        Some(link.required("`vpc_peering_connection_id` is not set"))
    }
}

impl NetworkObject for PrivateZone {
    const RESOURCE_TYPES: &'static [&'static str] = &["aws_route53_zone"];
    const ID_ATTRIBUTES: &'static [&'static str] = &["id", "arn", "zone_id"];

    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self {
        let handle = builder.ids.private_zones.handle(id).clone();
        let origin = builder.origin(&handle);
        let arguments = builder.resource(&handle).map(Arguments::of);
        let name = match arguments.map(|arguments| arguments.text("name")) {
            Some(name) => name.map(|name| name.map(|name| zone_name(&name))),
            None => computed(&origin, "name"),
        };
        let mut vpcs = match arguments {
            Some(arguments) => builder.vpcs_of_zone(arguments),
            None => Members::default(),
        };
        if origin.is_external() {
            vpcs.add_unlisted(origin.made_elsewhere());
        }
        Self {
            name: name.required("the zone has no name"),
            vpcs,
            origin,
        }
    }
}

impl NetworkObject for OfferedService {
    const RESOURCE_TYPES: &'static [&'static str] = &["aws_vpc_endpoint_service"];

    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self {
        let handle = builder.ids.offered_services.handle(id).clone();
        let origin = builder.origin(&handle);
        let Some(arguments) = builder.resource(&handle).map(Arguments::of) else {
            let cause = origin.made_elsewhere();
            return Self {
                acceptance_required: Fact::Unknown(cause.clone()),
                allowed_principals: Members::unknown(cause),
                origin,
            };
        };
        let required = arguments.flag("acceptance_required");
        let declaration = arguments.declaration("allowed_principals", Spelling::Inline);
        let principals = arguments.list("allowed_principals");
        Self {
            acceptance_required: required.required("`acceptance_required` is not set"),
            allowed_principals: principals
                .map(|value| allowed_principal(&value, declaration.clone())),
            origin,
        }
    }
}

/// Who an endpoint service admits.
pub(super) fn allowed_principal(value: &Value, declaration: Declaration) -> AllowedPrincipal {
    let principal = super::fact(Some(value), |value| Ok(super::text(value)));
    AllowedPrincipal {
        principal: principal.required("the principal is empty"),
        declaration,
    }
}

fn switch(arguments: Option<Arguments>, name: &str, origin: &Origin, default: bool) -> Fact<bool> {
    let set = arguments.map_or(Fact::Known(None), |arguments| arguments.word(name, &SWITCH));
    match set {
        Fact::Known(None) if origin.is_external() => Fact::Unknown(origin.made_elsewhere()),
        set => set.or(default),
    }
}

/// Whether an attachment uses the default route table of its gateway: association and propagation are
/// both on unless it turns them off.
fn uses_default_table(arguments: Option<Arguments>, origin: &Origin) -> Fact<bool> {
    let Some(arguments) = arguments.filter(|_| !origin.is_external()) else {
        return Fact::Unknown(origin.made_elsewhere());
    };
    let flag = |name| arguments.flag(name).or(true);
    flag("transit_gateway_default_route_table_association")
        .and(flag("transit_gateway_default_route_table_propagation"))
}

/// Whether a peering connection names another Region than its own.
fn is_inter_region(arguments: Option<Arguments>, origin: &Origin) -> Fact<bool> {
    let Some(arguments) = arguments.filter(|_| !origin.is_external()) else {
        return Fact::Unknown(origin.made_elsewhere());
    };
    match (arguments.text("peer_region"), &origin.region) {
        (Fact::Known(None), _) => Fact::Known(false),
        (Fact::Known(Some(peer)), region) => region.holds(|region| *region != peer),
        (peer, Fact::Known(region)) => {
            peer.holds(|peer| peer.as_ref().is_some_and(|peer| peer != region))
        }
        (Fact::OneOf(_, cause) | Fact::Unknown(cause), _) => Fact::Unknown(cause),
    }
}

/// The name of a zone or domain without the final dot, in lower case; empty for the root of all names.
pub(super) fn zone_name(name: &str) -> Arc<str> {
    name.trim_end_matches('.').to_ascii_lowercase().into()
}

impl Builder<'_> {
    fn link_or_computed<T: NetworkObject>(
        &mut self,
        value: Option<&Value>,
        origin: &Origin,
    ) -> Link<T> {
        match self.link(value) {
            Fact::Known(None) => computed(origin, "an argument"),
            link => link.required("the argument may be null"),
        }
    }

    fn vpcs_of_zone(&mut self, arguments: Arguments) -> Members<Attachment<Vpc>> {
        let blocks = arguments.blocks("vpc");
        blocks.flat_map(|block| {
            let inner = arguments.within(&block);
            self.attached(inner, Argument::Single("vpc_id"))
        })
    }
}

const MODES: [(&str, BlockMode); 3] = [
    ("off", BlockMode::Off),
    ("block-bidirectional", BlockMode::Bidirectional),
    ("block-ingress", BlockMode::Ingress),
];

/// What `aws_vpc_block_public_access_options` sets, with the exclusions from it.
pub(super) fn block_public_access(builder: &mut Builder) -> Vec<BlockPublicAccess> {
    let exclusions = exclusions(builder);
    let options = builder.resources(&["aws_vpc_block_public_access_options"]);
    options
        .map(|resource| {
            let arguments = Arguments::of(resource);
            let mode = arguments.word("internet_gateway_block_mode", &MODES);
            let region = super::origin_of(resource).region;
            BlockPublicAccess {
                mode: mode.required("`internet_gateway_block_mode` is not set"),
                exclusions: exclusions_in(&exclusions, &region),
                declaration: arguments.declaration("internet_gateway_block_mode", Spelling::Inline),
                region,
            }
        })
        .collect()
}

fn exclusions_in(
    every_region: &[(Exclusion, Fact<Arc<str>>, Presence)],
    region: &Fact<Arc<str>>,
) -> Members<Exclusion> {
    let mut exclusions = Members::default();
    for (exclusion, region_of, presence) in every_region {
        if region_of == region {
            exclusions.add(exclusion.clone(), presence.clone());
        }
    }
    exclusions
}

fn exclusions(builder: &mut Builder) -> Vec<(Exclusion, Fact<Arc<str>>, Presence)> {
    let resources = builder.resources(&["aws_vpc_block_public_access_exclusion"]);
    resources
        .map(|resource| {
            let arguments = Arguments::of(resource);
            let vpc = builder.link::<Vpc>(arguments.value("vpc_id"));
            let of = match vpc {
                Fact::Known(None) => {
                    let subnet = builder.link(arguments.value("subnet_id"));
                    subnet.map(|subnet| subnet.map(ExclusionScope::Subnet))
                }
                vpc => vpc.map(|vpc| vpc.map(ExclusionScope::Vpc)),
            };
            let mode = arguments.text("internet_gateway_exclusion_mode");
            let exclusion = Exclusion {
                scope: of.required("the exclusion names neither a VPC nor a subnet"),
                egress_only: mode.holds(|mode| mode.as_deref() == Some("allow-egress")),
                declaration: arguments.block_declaration(Spelling::Standalone),
            };
            (
                exclusion,
                super::origin_of(resource).region,
                presence(resource),
            )
        })
        .collect()
}
