//! What becomes of packets: an [`Answer`] has parts, each [`AnswerPart`] has the outcomes that are
//! possible for it, and a [`Verdict`] sums them up. A verdict is known only where it is the same
//! whatever the unknowns are.

use crate::aws::address_set::AddressSet;
use crate::aws::fact::Cause;
use crate::aws::gateway::{EgressOnlyInternetGateway, InternetGateway};
use crate::aws::nat_gateway::NatGateway;
use crate::aws::network_acl::NetworkAcl;
use crate::aws::origin::Declaration;
use crate::aws::route_table::RouteTable;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc_endpoint::VpcEndpoint;

use super::packets::Packets;
use super::path::{Hop, Stage};

/// What becomes of packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// They arrive by a gateway endpoint.
    ViaGatewayEndpoint,
    /// They arrive by an interface endpoint.
    ViaInterfaceEndpoint,
    /// They arrive by a NAT gateway.
    ViaNat,
    /// They arrive by an internet gateway.
    ViaInternetGateway,
    /// They arrive by an egress-only internet gateway.
    ViaEgressOnlyGateway,
    /// They arrive inside the VPC.
    Local,
    /// They leave what is known: by a transit gateway, a peering connection, a VPN or an appliance.
    External,
    /// A filter denies them or their replies.
    Blocked,
    /// A route table has no route for them.
    NoRoute,
    /// It depends on unknowns.
    Unknown,
    /// Some are lost, and all others take the same path.
    Partial,
    /// They take different paths.
    Mixed,
}

impl Verdict {
    /// The word of the JSON report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ViaGatewayEndpoint => "via_gateway_endpoint",
            Self::ViaInterfaceEndpoint => "via_interface_endpoint",
            Self::ViaNat => "via_nat",
            Self::ViaInternetGateway => "via_internet_gateway",
            Self::ViaEgressOnlyGateway => "via_egress_only_gateway",
            Self::Local => "local",
            Self::External => "external",
            Self::Blocked => "blocked",
            Self::NoRoute => "no_route",
            Self::Unknown => "unknown",
            Self::Partial => "partial",
            Self::Mixed => "mixed",
        }
    }

    /// Whether the packets are lost.
    pub fn is_loss(self) -> bool {
        matches!(self, Self::Blocked | Self::NoRoute)
    }

    /// Whether the packets arrive.
    pub fn arrives(self) -> bool {
        matches!(
            self,
            Self::ViaGatewayEndpoint
                | Self::ViaInterfaceEndpoint
                | Self::ViaNat
                | Self::ViaInternetGateway
                | Self::ViaEgressOnlyGateway
                | Self::Local
        )
    }

    /// The verdict of a whole from those of its parts: what holds whatever the unknown parts turn out
    /// to be. Two paths that are known stay two paths, so `Mixed` holds beside unknown parts; all
    /// others do not.
    pub fn of_all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut verdicts: Vec<Self> = parts.into_iter().collect();
        verdicts.sort_unstable();
        verdicts.dedup();
        let is_known = !verdicts.contains(&Self::Unknown);
        let arriving = verdicts
            .iter()
            .filter(|verdict| !verdict.is_loss() && **verdict != Self::Unknown);
        match (verdicts.as_slice(), arriving.count()) {
            (_, 2..) => Self::Mixed,
            ([], _) => Self::Unknown,
            _ if !is_known => Self::Unknown,
            ([verdict], _) => *verdict,
            (_, 0) => Self::Blocked,
            _ => Self::Partial,
        }
    }
}

/// The egress path of packets: what carries them out of their subnet to the destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EgressPath {
    /// A gateway endpoint.
    GatewayEndpoint(Id<VpcEndpoint>),
    /// A network interface of an interface endpoint.
    InterfaceEndpoint(Id<VpcEndpoint>),
    /// A NAT gateway.
    NatGateway(Id<NatGateway>),
    /// An internet gateway.
    InternetGateway(Id<InternetGateway>),
    /// An egress-only internet gateway.
    EgressOnlyInternetGateway(Id<EgressOnlyInternetGateway>),
    /// The VPC's own routes.
    Local,
    /// Something whose far side is not in this network: a transit gateway, a VPN, an appliance.
    External,
}

impl EgressPath {
    /// The verdict on packets that arrive so.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::GatewayEndpoint(_) => Verdict::ViaGatewayEndpoint,
            Self::InterfaceEndpoint(_) => Verdict::ViaInterfaceEndpoint,
            Self::NatGateway(_) => Verdict::ViaNat,
            Self::InternetGateway(_) => Verdict::ViaInternetGateway,
            Self::EgressOnlyInternetGateway(_) => Verdict::ViaEgressOnlyGateway,
            Self::Local => Verdict::Local,
            Self::External => Verdict::External,
        }
    }
}

/// Why packets get no further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// No route of a table matches them, or the target of the route that wins cannot take them.
    Route(Id<RouteTable>),
    /// A network ACL denies them.
    NetworkAcl(Denial),
    /// Security groups do not let them out of the client, or into the receiver.
    SecurityGroup,
    /// A gateway cannot pass them on.
    Gateway,
    /// The policy of an endpoint or bucket denies the requests in them.
    Policy,
    /// The client has no address of the family.
    Family,
}

/// The entry of a network ACL that denies packets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// The network ACL.
    pub network_acl: Id<NetworkAcl>,
    /// The subnet that they leave or enter.
    pub subnet: Id<Subnet>,
    /// Which crossing it is.
    pub stage: Stage,
    /// The entry; none for the final `*`.
    pub entry: Option<Declaration>,
}

/// What becomes of packets for some values of the unknowns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathOutcome {
    /// What they leave by; none if no route was taken.
    pub egress_path: Option<EgressPath>,
    /// The endpoint that they come by, also if a NAT gateway sends them there.
    pub endpoint: Option<Id<VpcEndpoint>>,
    /// Why they do not arrive, if that is certain.
    pub stop: Option<Stop>,
    /// Why it is not certain that they arrive.
    pub doubts: Vec<Cause>,
    /// Whether the packets may go elsewhere altogether, for example because another DNS answer is
    /// possible: then nothing on this path stops them for certain.
    pub may_not_apply: bool,
    /// The unknowns whose values lead to this outcome rather than to another.
    pub depends_on: Vec<Cause>,
    /// What the outcome assumes about unknowns.
    pub assumptions: Vec<Cause>,
    /// Every decision on the path, in order.
    pub hops: Vec<Hop>,
}

impl PathOutcome {
    /// The outcome before anything is decided.
    pub(super) fn new() -> Self {
        Self {
            egress_path: None,
            endpoint: None,
            stop: None,
            doubts: Vec::new(),
            may_not_apply: false,
            depends_on: Vec::new(),
            assumptions: Vec::new(),
            hops: Vec::new(),
        }
    }

    /// The outcome with one more doubt.
    pub(super) fn doubt(mut self, cause: &Cause) -> Self {
        self.doubts.push(cause.clone());
        self
    }

    /// What becomes of the packets. A certain stop counts even where earlier steps are doubted:
    /// whatever the doubts turn out to be, the packets do not arrive.
    pub fn verdict(&self) -> Verdict {
        match (&self.stop, self.egress_path) {
            (Some(Stop::Route(_) | Stop::Family), _) => Verdict::NoRoute,
            (Some(_), _) => Verdict::Blocked,
            (None, Some(egress_path)) if self.doubts.is_empty() => egress_path.verdict(),
            _ => Verdict::Unknown,
        }
    }
}

/// Packets of one question that share their fate.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerPart {
    /// The packets.
    pub packets: Packets,
    /// What may become of them: one thing, unless it depends on unknowns.
    pub outcomes: Vec<PathOutcome>,
    /// Which share of the asked destinations they go to, from 0 to 1.
    pub share: f64,
}

impl AnswerPart {
    /// What becomes of them: known only if all outcomes agree.
    pub fn verdict(&self) -> Verdict {
        let mut verdicts = self.outcomes.iter().map(PathOutcome::verdict);
        let first = verdicts.next().unwrap_or(Verdict::Unknown);
        if verdicts.all(|verdict| verdict == first) {
            first
        } else {
            Verdict::Unknown
        }
    }

    /// The egress path of all outcomes, if it is the same, whether the packets arrive or not.
    pub fn egress_path(&self) -> Option<EgressPath> {
        let mut egress_paths = self.outcomes.iter().map(|outcome| outcome.egress_path);
        let first = egress_paths.next().flatten();
        first.filter(|expected| egress_paths.all(|path| path == Some(*expected)))
    }

    /// The last decision that is known about packets that do not certainly arrive: what stops them, or
    /// the route that takes them out of this network.
    pub fn decisive(&self) -> Option<&Hop> {
        let mut hops = self.hops().iter().rev();
        match self.verdict() {
            Verdict::Blocked | Verdict::NoRoute => hops.next(),
            Verdict::External => hops.find(|hop| hop.stage == Stage::Route),
            _ => None,
        }
    }

    /// Why it is not known what becomes of them; empty if it is.
    pub fn causes(&self) -> Vec<Cause> {
        if self.verdict() != Verdict::Unknown {
            return Vec::new();
        }
        let outcomes = self.outcomes.iter();
        distinct(outcomes.flat_map(|outcome| outcome.doubts.iter().chain(&outcome.depends_on)))
    }

    /// What its verdict assumes about unknowns.
    pub fn assumptions(&self) -> Vec<Cause> {
        distinct(
            self.outcomes
                .iter()
                .flat_map(|outcome| &outcome.assumptions),
        )
    }

    /// The hops of an outcome that has the part's verdict; of the first outcome if the verdict is
    /// unknown because outcomes disagree.
    pub fn hops(&self) -> &[Hop] {
        let verdict = self.verdict();
        let mut outcomes = self.outcomes.iter();
        let shown = outcomes.find(|outcome| outcome.verdict() == verdict);
        let shown = shown.or(self.outcomes.first());
        shown.map_or(&[], |outcome| &outcome.hops)
    }
}

/// The items without repetitions, in the order of their first occurrence.
pub(super) fn distinct<'a, T: Clone + PartialEq + 'a>(
    items: impl Iterator<Item = &'a T>,
) -> Vec<T> {
    let mut distinct: Vec<T> = Vec::new();
    for item in items {
        if !distinct.contains(item) {
            distinct.push(item.clone());
        }
    }
    distinct
}

/// The answer to one question.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The packets that were asked for, in parts that do not overlap.
    pub parts: Vec<AnswerPart>,
    /// The destinations that exist for certain. The others come from published address ranges of the
    /// service that no real prefix list confirms.
    pub confirmed: AddressSet,
}

impl Answer {
    /// Whether all of them arrive, be it by several paths.
    pub fn arrives(&self) -> bool {
        !self.parts.is_empty() && self.parts.iter().all(|part| part.verdict().arrives())
    }

    /// What becomes of all of them.
    pub fn verdict(&self) -> Verdict {
        Verdict::of_all(self.parts.iter().map(AnswerPart::verdict))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_of_a_part_is_not_known_of_the_whole() {
        use Verdict::{Blocked, Mixed, NoRoute, Partial, Unknown, ViaGatewayEndpoint, ViaNat};
        for (parts, whole) in [
            (&[ViaNat, ViaNat][..], ViaNat),
            (&[Blocked, NoRoute], Blocked),
            (&[ViaNat, NoRoute], Partial),
            (&[ViaNat, ViaGatewayEndpoint, Blocked], Mixed),
            (&[ViaNat, Unknown], Unknown),
            (&[Blocked, Unknown], Unknown),
            (&[ViaNat, Blocked, Unknown], Unknown),
            (&[ViaNat, ViaGatewayEndpoint, Unknown], Mixed),
            (&[], Unknown),
        ] {
            assert_eq!(Verdict::of_all(parts.iter().copied()), whole, "{parts:?}");
        }
    }
}
