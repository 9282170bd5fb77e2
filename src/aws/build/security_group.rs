//! Security groups and their rules.

mod peer;

use peer::PeerArgument;

use super::adopted::{DefaultObject, Description};
use super::ports::{security_group_traffic, written};
use super::{Arguments, Builder, Handle, NetworkObject, implicit};
use crate::aws::address_set::Family;
use crate::aws::bounds::Bounds;
use crate::aws::fact::{Fact, Link};
use crate::aws::members::{Members, Presence};
use crate::aws::origin::{Origin, Spelling};
use crate::aws::security_group::{Peer, SecurityGroup, SecurityGroupRule};
use crate::aws::table::Id;
use crate::aws::traffic::Traffic;
use crate::aws::vpc::Vpc;
use crate::aws::written_ports::WrittenPorts;
use crate::terraform::resource::Resource;

/// The attribute of an EKS cluster that names the group which EKS makes for it.
pub(super) const CLUSTER_GROUP: &str = "vpc_config[0].cluster_security_group_id";

impl NetworkObject for SecurityGroup {
    const RESOURCE_TYPES: &'static [&'static str] =
        &["aws_security_group", "aws_default_security_group"];

    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self {
        let Description {
            resource,
            origin,
            vpc,
            is_default,
        } = builder.description(id);
        let mut group = group(origin, vpc, is_default);
        let handle = builder.ids.security_groups.handle(id);
        let is_of_cluster = matches!(handle, Handle::OfCluster(_));
        match resource {
            Some(resource) => builder.inline_rules(Arguments::of(resource), &mut group),
            None if is_of_cluster => rules_of_aws(id, &mut group),
            None if is_default && !group.origin.is_external() => rules_of_aws(id, &mut group),
            None => {}
        }
        if group.origin.is_external() {
            group.ingress.add_unlisted(group.origin.made_elsewhere());
            group.egress.add_unlisted(group.origin.made_elsewhere());
        }
        group
    }

    fn named_by(
        builder: &mut Builder<'_>,
        resource: &Resource,
        attribute: &str,
    ) -> Option<Link<Self>> {
        if &*resource.address.kind == "aws_eks_cluster" && attribute == CLUSTER_GROUP {
            let handle = Handle::OfCluster(resource.address.clone());
            return Some(Fact::Known(builder.ids.security_groups.id(handle)));
        }
        builder.default_object(resource, attribute)
    }
}

impl DefaultObject for SecurityGroup {
    const ADOPTERS: &'static [&'static str] = &["aws_default_security_group"];
    const VPC_ATTRIBUTE: &'static str = "default_security_group_id";

    fn adopted_by(builder: &mut Builder<'_>, adopter: &Resource) -> Fact<Option<Id<Self>>> {
        let vpc = builder.vpc_or_default(Arguments::of(adopter));
        vpc.map(|vpc| Some(builder.ids.security_groups.id(Handle::OfVpc(vpc))))
    }
}

fn group(origin: Origin, vpc: Link<Vpc>, is_default: bool) -> SecurityGroup {
    SecurityGroup {
        origin,
        vpc,
        associated_vpcs: Members::default(),
        is_default,
        ingress: Members::default(),
        egress: Members::default(),
        sets_inline_ingress: false,
        sets_inline_egress: false,
    }
}

/// The rules that AWS gives a VPC's default group (VPC guide "Default security groups") and the group
/// of an EKS cluster (EKS guide "View Amazon EKS security group requirements for clusters"). Others may
/// add rules to the latter, such as a load balancer controller.
fn rules_of_aws(id: Id<SecurityGroup>, group: &mut SecurityGroup) {
    let rule = |peer, family| SecurityGroupRule {
        traffic: Bounds::known(Traffic::everything()),
        peer: Fact::Known(peer),
        family,
        written: WrittenPorts {
            protocol: Fact::Known(Some("-1".into())),
            from: Fact::Known(None),
            to: Fact::Known(None),
            place: None,
        },
        declaration: implicit(&group.origin),
    };
    let everywhere = Peer::Cidr(ipnet::Ipv4Net::default().into());
    let itself = rule(Peer::SecurityGroup(id), None);
    let out = rule(everywhere, Some(Family::V4));
    group.ingress.add(itself, Presence::Certain);
    group.egress.add(out, Presence::Certain);
}

impl Builder<'_> {
    fn inline_rules(&mut self, arguments: Arguments, group: &mut SecurityGroup) {
        group.sets_inline_ingress = arguments.writes("ingress");
        group.sets_inline_egress = arguments.writes("egress");
        group.ingress = self.blocks_of_rules(arguments, "ingress");
        group.egress = self.blocks_of_rules(arguments, "egress");
    }

    fn blocks_of_rules(&mut self, arguments: Arguments, name: &str) -> Members<SecurityGroupRule> {
        arguments.blocks(name).flat_map(|block| {
            let inner = arguments.within(&block);
            self.rules_of(inner, "protocol", &peer::INLINE, Spelling::Inline)
        })
    }

    /// The rules of an `aws_security_group_rule`.
    pub(super) fn standalone_rules(&mut self, arguments: Arguments) -> Members<SecurityGroupRule> {
        self.rules_of(arguments, "protocol", &peer::RULE, Spelling::Standalone)
    }

    /// The rule of an `aws_vpc_security_group_ingress_rule` or `…_egress_rule`.
    pub(super) fn single_rule(&mut self, arguments: Arguments) -> Members<SecurityGroupRule> {
        self.rules_of(
            arguments,
            "ip_protocol",
            &peer::SINGLE,
            Spelling::Standalone,
        )
    }

    /// One rule for each peer; a block without peer authorises nothing (Terraform, `aws_security_group`).
    fn rules_of(
        &mut self,
        arguments: Arguments,
        protocol: &str,
        peers: &[PeerArgument],
        spelling: Spelling,
    ) -> Members<SecurityGroupRule> {
        let written = written(arguments, protocol);
        let traffic = security_group_traffic(&written);
        let mut rules = Members::default();
        for argument in peers {
            let declaration = arguments.declaration(argument.argument.name(), spelling);
            for peer in self.peers(arguments, argument, spelling) {
                let rule = SecurityGroupRule {
                    traffic: traffic.clone(),
                    peer: peer.value,
                    family: argument.family(),
                    written: written.clone(),
                    declaration: declaration.clone(),
                };
                rules.add(rule, peer.presence);
            }
        }
        rules
    }
}
