//! The routes that resources of this configuration write, and how messages name them.

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

/// A route that a resource of this configuration writes into a table.
pub(in crate::rules) struct WrittenRoute<'a> {
    /// The table.
    pub(in crate::rules) table: Id<RouteTable>,
    /// The route.
    pub(in crate::rules) route: &'a Route,
    /// The resource that writes it.
    pub(in crate::rules) address: &'a Address,
    /// Whether it exists, provided that its table does.
    pub(in crate::rules) presence: Presence,
    table_presence: Presence,
}

impl Placed for WrittenRoute<'_> {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        self.route.declaration.place()
    }
}

/// Every written route, once for each table that it may belong to.
pub(in crate::rules) fn written<'a>(cx: &Context<'a>) -> Vec<WrittenRoute<'a>> {
    let mut routes = Vec::new();
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
            // A block exists with its table, a resource by itself.
            let table_presence = match route.declaration.spelling {
                Spelling::Inline => owner.origin.presence.clone(),
                _ => Presence::Certain,
            };
            routes.push(WrittenRoute {
                table,
                route,
                address,
                presence: member.presence.clone(),
                table_presence,
            });
        }
    }
    routes
}

/// Every written route once, for questions to which its table does not matter.
pub(in crate::rules) fn written_once<'a>(cx: &Context<'a>) -> Vec<WrittenRoute<'a>> {
    let mut seen = BTreeSet::new();
    let mut routes = written(cx);
    routes.retain(|route| seen.insert((route.address, route.route.declaration.span)));
    routes
}

impl<'a> WrittenRoute<'a> {
    /// Its table.
    pub(in crate::rules) fn owner(&self, cx: &Context<'a>) -> &'a RouteTable {
        &cx.network.route_tables[self.table]
    }

    /// The evidence that it exists.
    pub(in crate::rules) fn evidence(&self) -> Evidence {
        self.add_to(Evidence::new())
    }

    /// The same evidence, which needs that the route exists as well.
    pub(in crate::rules) fn add_to(&self, evidence: Evidence) -> Evidence {
        evidence.about(&self.presence).about(&self.table_presence)
    }

    /// What to call it in a message.
    pub(in crate::rules) fn name(&self, cx: &Context) -> String {
        if self.route.declaration.spelling == Spelling::Standalone {
            return format!("`{}`", self.address);
        }
        let to = display::destination(cx.network, self.route);
        format!("the route to {to} of `{}`", self.address)
    }

    /// A finding about it: `says` completes the sentence that begins with its name.
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
