//! Routes that somebody wrote, as findings name them.

use std::collections::BTreeSet;

use crate::aws::members::Presence;
use crate::aws::origin::Spelling;
use crate::aws::route_table::{Route, RouteKind, RouteTable};
use crate::aws::table::Id;
use crate::finding::Finding;
use crate::reachability::display;
use crate::source::Span;
use crate::terraform::address::{Address, Mode};

use super::evidence::Evidence;
use super::placed::Placed;
use crate::rules::Context;

/// A route of a table that a resource of this configuration makes.
pub(in crate::rules) struct WrittenRoute<'a> {
    /// The table.
    pub(in crate::rules) table: Id<RouteTable>,
    /// The route.
    pub(in crate::rules) route: &'a Route,
    /// The resource that says it.
    pub(in crate::rules) address: &'a Address,
    /// Whether it is there, if its table is.
    pub(in crate::rules) presence: Presence,
    table_presence: Presence,
}

impl Placed for WrittenRoute<'_> {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        self.route.declaration.place()
    }
}

/// Every route that is written here, for each table that it may belong to.
pub(in crate::rules) fn written<'a>(cx: &Context<'a>) -> Vec<WrittenRoute<'a>> {
    let mut all = Vec::new();
    for (table, owner) in cx.network.route_tables.iter() {
        for member in &owner.routes {
            let route = &member.value;
            let address = route.declaration.address.as_ref();
            let address = address.filter(|address| address.mode == Mode::Managed);
            let is_written =
                route.kind == RouteKind::Static && route.declaration.spelling != Spelling::Implicit;
            let Some(address) = address.filter(|_| is_written) else {
                continue;
            };
            let table_presence = match route.declaration.spelling {
                Spelling::Inline => owner.origin.presence.clone(),
                _ => Presence::Certain,
            };
            all.push(WrittenRoute {
                table,
                route,
                address,
                presence: member.presence.clone(),
                table_presence,
            });
        }
    }
    all
}

/// Every route that is written here once, for questions that its table does not matter to.
pub(in crate::rules) fn written_once<'a>(cx: &Context<'a>) -> Vec<WrittenRoute<'a>> {
    let mut seen = BTreeSet::new();
    let mut all = written(cx);
    all.retain(|one| seen.insert((one.address, one.route.declaration.span)));
    all
}

impl<'a> WrittenRoute<'a> {
    /// Its table.
    pub(in crate::rules) fn owner(&self, cx: &Context<'a>) -> &'a RouteTable {
        &cx.network.route_tables[self.table]
    }

    /// What speaks for its being there.
    pub(in crate::rules) fn evidence(&self) -> Evidence {
        self.add_to(Evidence::new())
    }

    /// Evidence that needs its being there too.
    pub(in crate::rules) fn add_to(&self, evidence: Evidence) -> Evidence {
        evidence.about(&self.presence).about(&self.table_presence)
    }

    /// It in the words of a message.
    pub(in crate::rules) fn name(&self, cx: &Context) -> String {
        if self.route.declaration.spelling == Spelling::Standalone {
            return format!("`{}`", self.address);
        }
        let to = display::destination(cx.network, self.route);
        format!("the route to {to} of `{}`", self.address)
    }

    /// A finding about it.
    pub(in crate::rules) fn finding(
        &self,
        cx: &Context,
        evidence: &Evidence,
        says: &str,
    ) -> Option<Finding> {
        let message = format!("{} {says}{}", self.name(cx), evidence.depends_on());
        let finding = cx.finding(self.address, evidence.confidence()?, message);
        let finding = finding.at(self.route.declaration.span);
        Some(match self.route.declaration.spelling {
            Spelling::Standalone => finding,
            _ => finding.about(display::destination(cx.network, self.route)),
        })
    }
}
