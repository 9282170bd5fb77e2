//! Findings about several subnets: which of them count, what to call them, their labels and the path of
//! their packets; and the evidence for what a subnet's route table or VPC lacks.

use std::collections::BTreeSet;

use crate::aws::fact::{Fact, Link};
use crate::aws::route_table::RouteTable;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::{Confidence, Finding};
use crate::reachability::coverage::{self, Coverage};
use crate::reachability::destination::Destination;
use crate::reachability::display;
use crate::reachability::path::{Decision, Hop};
use crate::reachability::verdict::{Answer, Verdict};

use super::answers::{Amount, arrives};
use super::evidence::{self, Evidence};
use super::phrases;
use crate::rules::Context;

/// The subnets that a finding is about.
pub(in crate::rules) struct ConcernedSubnets {
    /// The subnets with the highest confidence: only these are named.
    pub(in crate::rules) subnets: Vec<Id<Subnet>>,
    /// The evidence for the first of them.
    pub(in crate::rules) evidence: Evidence,
    /// The confidence.
    pub(in crate::rules) confidence: Confidence,
}

/// The subnets for which a finding is surest; `None` if it holds for none.
pub(in crate::rules) fn surest(
    candidates: impl Iterator<Item = (Id<Subnet>, Evidence)>,
) -> Option<ConcernedSubnets> {
    let surest = evidence::surest(candidates)?;
    Some(ConcernedSubnets {
        subnets: surest.things,
        evidence: surest.evidence,
        confidence: surest.confidence,
    })
}

/// The evidence from the routes of a subnet to a destination, as `weigh` judges them. A subnet of another
/// VPC is refuted before its routes are looked up, which keeps large estates fast.
pub(in crate::rules) fn by_routes(
    cx: &Context,
    vpc: Id<Vpc>,
    id: Id<Subnet>,
    to: &Destination,
    evidence: &Evidence,
    weigh: impl Fn(Evidence, &Coverage) -> Evidence,
) -> Evidence {
    let subnet = &cx.network.subnets[id];
    let in_vpc = evidence.clone().needs(&subnet.vpc.is(&vpc));
    if in_vpc.confidence().is_none() {
        return in_vpc;
    }
    // A rule about the traffic of clients says nothing of a subnet that holds none.
    if coverage::holds_no_client(cx.network, id) {
        return Evidence::refuted();
    }
    let exists = in_vpc.about(&subnet.origin.presence);
    let routes = coverage::of(cx.network, id, to);
    missing_at_table(cx, id, weigh(exists, &routes))
}

/// The evidence that all that a subnet asks of a service, by its name, leaves the VPC through NAT.
pub(in crate::rules) fn leaves_through_nat(
    cx: &Context,
    id: Id<Subnet>,
    service: &str,
    evidence: Evidence,
) -> Evidence {
    if coverage::holds_no_client(cx.network, id) {
        return Evidence::refuted();
    }
    let answer = cx.answers.to_service(cx.network, cx.aws, id, service);
    arrives(evidence, &answer, Verdict::ViaNat, Amount::All)
}

impl ConcernedSubnets {
    /// The names of one or two; for more, their number.
    pub(in crate::rules) fn names(&self, cx: &Context) -> String {
        let origin = |id: &Id<Subnet>| &cx.network.subnets[*id].origin;
        let origins: Vec<_> = self.subnets.iter().map(origin).collect();
        phrases::names(&origins, "subnets")
    }

    /// Whether there is more than one.
    pub(in crate::rules) fn are_several(&self) -> bool {
        self.subnets.len() > 1
    }

    /// Their effective route tables, as far as they are known.
    pub(in crate::rules) fn tables(&self, cx: &Context) -> Vec<Id<RouteTable>> {
        let subnets = self.subnets.iter();
        let links = subnets.map(|id| cx.network.effective_route_table(*id).link);
        let tables: BTreeSet<_> = links.filter_map(|table| table.known().copied()).collect();
        tables.into_iter().collect()
    }

    /// A finding with the subnets and their route tables as labels, and the path of the first subnet's
    /// packets as proof.
    pub(in crate::rules) fn show(
        &self,
        cx: &Context,
        finding: Finding,
        to: &Destination,
    ) -> Finding {
        self.label(cx, finding.path(self.path(cx, to)))
    }

    /// A finding with the subnets and their route tables as labels.
    pub(in crate::rules) fn label(&self, cx: &Context, finding: Finding) -> Finding {
        let mut finding = finding;
        let mut tables = BTreeSet::new();
        for id in &self.subnets {
            let subnet = &cx.network.subnets[*id].origin;
            let table = cx.network.effective_route_table(*id).link.known().copied();
            let says = table.map_or("this subnet".to_owned(), |table| {
                format!(
                    "this subnet uses {}",
                    display::route_table(cx.network, table)
                )
            });
            finding = finding.involves(subnet, says);
            tables.extend(table);
        }
        tables.into_iter().fold(finding, |finding, table| {
            let origin = &cx.network.route_tables[table].origin;
            if origin.is_implicit() {
                return finding;
            }
            finding.involves(origin, "this table routes them")
        })
    }

    /// The path of the first subnet's packets.
    fn path(&self, cx: &Context, to: &Destination) -> Vec<Hop> {
        let Some(first) = self.subnets.first() else {
            return Vec::new();
        };
        deciding_hops(&cx.answers.to(cx.network, *first, to))
    }
}

/// The path of the first packets of an answer; filters that let them pass are left out.
pub(in crate::rules) fn deciding_hops(answer: &Answer) -> Vec<Hop> {
    let hops = answer.parts.first().map_or(&[][..], |part| part.hops());
    let deciding = hops.iter().filter(|hop| hop.decision != Decision::Allowed);
    deciding.cloned().collect()
}

/// Evidence that a VPC lacks something: another configuration may have added it.
pub(in crate::rules) fn missing_at_vpc(
    cx: &Context,
    vpc: &Link<Vpc>,
    evidence: Evidence,
) -> Evidence {
    let candidates = vpc.options().unwrap_or_default();
    candidates.iter().fold(evidence, |evidence, candidate| {
        evidence.missing_at(&cx.network.vpcs[*candidate].origin)
    })
}

/// Evidence that the route table of a subnet lacks something: another configuration may have added it, or
/// may give the subnet a table if nothing here does.
pub(in crate::rules) fn missing_at_table(
    cx: &Context,
    subnet: Id<Subnet>,
    evidence: Evidence,
) -> Evidence {
    let effective = cx.network.effective_route_table(subnet);
    let evidence = match effective.declaration {
        // An association of this configuration decides which table it is.
        Some(_) => evidence,
        None => evidence.missing_at(&cx.network.subnets[subnet].origin),
    };
    match effective.link {
        Fact::Known(table) => evidence.missing_at(&cx.network.route_tables[table].origin),
        Fact::OneOf(tables, _) => tables.iter().fold(evidence, |evidence, table| {
            evidence.missing_at(&cx.network.route_tables[*table].origin)
        }),
        Fact::Unknown(_) => evidence,
    }
}
