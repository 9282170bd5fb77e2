//! What findings about several subnets share.

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
use crate::reachability::packets::Request;
use crate::reachability::path::{Decision, Hop};
use crate::reachability::verdict::Answer;
use crate::reachability::walk::{Client, walk};

use super::evidence::{self, Evidence};
use super::phrases;
use crate::rules::Context;

/// Subnets that a finding is about, each with what speaks for it.
pub(in crate::rules) struct ConcernedSubnets {
    /// Those that are named: all of one confidence.
    pub(in crate::rules) subnets: Vec<Id<Subnet>>,
    /// What speaks for the finding.
    pub(in crate::rules) evidence: Evidence,
    /// How sure it is.
    pub(in crate::rules) confidence: Confidence,
}

/// The subnets for which a finding is surest; `None` if it holds for none.
pub(in crate::rules) fn surest(
    all: impl Iterator<Item = (Id<Subnet>, Evidence)>,
) -> Option<ConcernedSubnets> {
    let surest = evidence::surest(all)?;
    Some(ConcernedSubnets {
        subnets: surest.things,
        evidence: surest.evidence,
        confidence: surest.confidence,
    })
}

/// What speaks for a subnet of a VPC: its routes to a destination, as `weigh` takes them.
pub(in crate::rules) fn by_routes(
    cx: &Context,
    vpc: Id<Vpc>,
    id: Id<Subnet>,
    to: &Destination,
    evidence: &Evidence,
    weigh: impl Fn(Evidence, &Coverage) -> Evidence,
) -> Evidence {
    let subnet = &cx.network.subnets[id];
    let here = evidence.clone().needs(&subnet.vpc.is(&vpc));
    if here.confidence().is_none() {
        return here;
    }
    let here = here.about(&subnet.origin.presence);
    let routes = coverage::of(cx.network, id, to);
    missing_at_table(cx, id, weigh(here, &routes))
}

impl ConcernedSubnets {
    /// Their names; the number if they are many.
    pub(in crate::rules) fn names(&self, cx: &Context) -> String {
        let origin = |id: &Id<Subnet>| &cx.network.subnets[*id].origin;
        let origins: Vec<_> = self.subnets.iter().map(origin).collect();
        phrases::names(&origins, "subnets")
    }

    /// Whether there are several.
    pub(in crate::rules) fn are_several(&self) -> bool {
        self.subnets.len() > 1
    }

    /// Their effective tables.
    pub(in crate::rules) fn tables(&self, cx: &Context) -> Vec<Id<RouteTable>> {
        let tables = self.subnets.iter();
        let tables = tables.map(|id| cx.network.effective_route_table(*id).link);
        let tables: BTreeSet<_> = tables.filter_map(|table| table.known().copied()).collect();
        tables.into_iter().collect()
    }

    /// A finding with the subnets and what routes them as labels, and the way of the first as proof.
    pub(in crate::rules) fn show(
        &self,
        cx: &Context,
        finding: Finding,
        to: &Destination,
    ) -> Finding {
        self.label(cx, finding.path(self.path(cx, to)))
    }

    /// A finding with the subnets and what routes them as labels.
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

    /// Where the packets of the first subnet go; filters that let them pass are left out.
    fn path(&self, cx: &Context, to: &Destination) -> Vec<Hop> {
        let Some(first) = self.subnets.first() else {
            return Vec::new();
        };
        let client = Client::anywhere_in(*first);
        let answer = walk(cx.network, &client, Request::HTTPS, to);
        deciding_hops(&answer)
    }
}

/// Evidence for an absence at the table of a subnet: others may add what is missing, or give the
/// subnet a table if it has none of its own.
/// The way of the first packets of an answer; filters that let them pass are left out.
pub(in crate::rules) fn deciding_hops(answer: &Answer) -> Vec<Hop> {
    let hops = answer.parts.first().map_or(&[][..], |part| part.hops());
    let deciding = hops.iter().filter(|hop| hop.decision != Decision::Allowed);
    deciding.cloned().collect()
}

/// Evidence for an absence in a VPC, to which others may add what is missing.
pub(in crate::rules) fn missing_at_vpc(
    cx: &Context,
    vpc: &Link<Vpc>,
    evidence: Evidence,
) -> Evidence {
    let vpcs = vpc.options().unwrap_or_default();
    vpcs.iter().fold(evidence, |evidence, vpc| {
        evidence.missing_at(&cx.network.vpcs[*vpc].origin)
    })
}

/// Evidence for an absence at the table of a subnet, to which others may add what is missing.
pub(in crate::rules) fn missing_at_table(
    cx: &Context,
    subnet: Id<Subnet>,
    evidence: Evidence,
) -> Evidence {
    let table = cx.network.effective_route_table(subnet);
    let evidence = match table.declaration {
        Some(_) => evidence,
        None => evidence.missing_at(&cx.network.subnets[subnet].origin),
    };
    match table.link {
        Fact::Known(table) => evidence.missing_at(&cx.network.route_tables[table].origin),
        Fact::OneOf(tables, _) => tables.iter().fold(evidence, |evidence, table| {
            evidence.missing_at(&cx.network.route_tables[*table].origin)
        }),
        Fact::Unknown(_) => evidence,
    }
}
