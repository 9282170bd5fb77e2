//! The peers of security-group rules: which arguments name them in each of the three spellings.

use crate::aws::address_set::Family;
use crate::aws::build::argument::Argument::{self, List, Single};
use crate::aws::build::argument::{cidr, fact};
use crate::aws::build::name::Name;
use crate::aws::build::{Arguments, Builder, Handle, origin_of};
use crate::aws::fact::Fact;
use crate::aws::members::{Members, Presence};
use crate::aws::origin::Spelling;
use crate::aws::security_group::Peer;
use crate::terraform::value::Value;

/// An argument that names peers.
pub(super) struct PeerArgument {
    /// The argument.
    pub(super) argument: Argument<'static>,
    kind: PeerKind,
}

#[derive(Clone, Copy)]
enum PeerKind {
    Cidr(Family),
    List,
    Group,
    Itself,
}

const fn peers(argument: Argument<'static>, kind: PeerKind) -> PeerArgument {
    PeerArgument { argument, kind }
}

/// The arguments of an inline block.
pub(super) const INLINE: [PeerArgument; 5] = [
    peers(List("cidr_blocks"), PeerKind::Cidr(Family::V4)),
    peers(List("ipv6_cidr_blocks"), PeerKind::Cidr(Family::V6)),
    peers(List("prefix_list_ids"), PeerKind::List),
    peers(List("security_groups"), PeerKind::Group),
    peers(Single("self"), PeerKind::Itself),
];

/// The arguments of an `aws_security_group_rule`.
pub(super) const RULE: [PeerArgument; 5] = [
    peers(List("cidr_blocks"), PeerKind::Cidr(Family::V4)),
    peers(List("ipv6_cidr_blocks"), PeerKind::Cidr(Family::V6)),
    peers(List("prefix_list_ids"), PeerKind::List),
    peers(Single("source_security_group_id"), PeerKind::Group),
    peers(Single("self"), PeerKind::Itself),
];

/// The arguments of an `aws_vpc_security_group_…_rule`.
pub(super) const SINGLE: [PeerArgument; 4] = [
    peers(Single("cidr_ipv4"), PeerKind::Cidr(Family::V4)),
    peers(Single("cidr_ipv6"), PeerKind::Cidr(Family::V6)),
    peers(Single("prefix_list_id"), PeerKind::List),
    peers(Single("referenced_security_group_id"), PeerKind::Group),
];

impl PeerArgument {
    /// The family of the peers' addresses, if the argument tells.
    pub(super) fn family(&self) -> Option<Family> {
        match self.kind {
            PeerKind::Cidr(family) => Some(family),
            _ => None,
        }
    }
}

impl Builder<'_> {
    /// The peers that an argument names.
    pub(super) fn peers(
        &mut self,
        arguments: Arguments,
        argument: &PeerArgument,
        spelling: Spelling,
    ) -> Members<Fact<Peer>> {
        let mut peers = Members::default();
        match argument.kind {
            PeerKind::Itself => return self.itself(arguments, spelling),
            PeerKind::Cidr(_) => {
                if let Some(list) = self.list_of_cidrs(arguments.value(argument.argument.name())) {
                    return Members::known([list]);
                }
            }
            PeerKind::List | PeerKind::Group => {}
        }
        let values = arguments.values(argument.argument);
        for member in &values {
            let peer = self.peer(arguments, argument.kind, &member.value).set();
            if let Some((peer, presence)) = peer {
                // What is not known is set all the same.
                let is_known = peer.options().is_some();
                let presence = Some(presence)
                    .filter(|_| is_known)
                    .unwrap_or(Presence::Certain);
                peers.add(peer, member.presence.clone().and(presence));
            }
        }
        for cause in values.unlisted() {
            let peer = Fact::Unknown(cause.clone());
            peers.add(peer, Presence::Many(cause.clone()));
        }
        peers
    }

    fn peer(&mut self, arguments: Arguments, kind: PeerKind, value: &Value) -> Fact<Option<Peer>> {
        match kind {
            PeerKind::Cidr(_) => fact(Some(value), cidr).map(|cidr| cidr.map(Peer::Cidr)),
            PeerKind::List => {
                let region = origin_of(arguments.resource).region;
                let list = self.prefix_list(Some(value), &region);
                list.map(|list| list.map(Peer::PrefixList))
            }
            PeerKind::Group | PeerKind::Itself => {
                let group = self.link(Some(value));
                group.map(|group| group.map(Peer::SecurityGroup))
            }
        }
    }

    /// The group itself where a rule says `self`.
    fn itself(&mut self, arguments: Arguments, spelling: Spelling) -> Members<Fact<Peer>> {
        let mut peers = Members::default();
        let says_self = arguments.flag("self").or(false);
        let Some(presence) = Presence::if_true(says_self) else {
            return peers;
        };
        let group = if spelling == Spelling::Standalone {
            self.link(arguments.value("security_group_id"))
        } else {
            let handle = Handle::Resource(arguments.resource.address.clone());
            Fact::Known(Some(self.ids.security_groups.id(handle)))
        };
        let group = group.required("`security_group_id` is not set");
        peers.add(group.map(Peer::SecurityGroup), presence);
        peers
    }

    /// The prefix list whose `cidr_blocks` stand in place of CIDRs.
    fn list_of_cidrs(&mut self, value: Option<&Value>) -> Option<Fact<Peer>> {
        let Value::Reference(_) = value?.unmarked() else {
            return None;
        };
        let Fact::Known(Some(Name::Attribute {
            resource,
            attribute,
        })) = self.names.name(value)
        else {
            return None;
        };
        let list = self.list_with_cidrs(resource, &attribute)?;
        Some(list.map(Peer::PrefixList))
    }
}
