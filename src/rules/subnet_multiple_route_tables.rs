//! Subnets with several route table associations, which AWS refuses. Likely where both may name the same
//! table.

use crate::aws::fact::{Cause, Fact};
use crate::aws::members::Presence;
use crate::aws::origin::{Attachment, Spelling};
use crate::aws::route_table::RouteTable;
use crate::aws::subnet::Subnet;
use crate::finding::Finding;
use crate::source::Span;
use crate::terraform::address::Address;

use super::Context;
use super::shared::conflicts::{Clash, clashes};
use super::shared::evidence::Evidence;
use super::shared::placed::Placed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let subnets = cx.network.subnets.iter();
    let findings = subnets.flat_map(|(_, subnet)| {
        let members = subnet.route_table_associations.iter();
        let associations = members.map(|member| Association {
            attachment: &member.value,
            presence: &member.presence,
        });
        let mut associations: Vec<_> = associations
            .filter(|association| {
                association.attachment.declaration.spelling == Spelling::Standalone
            })
            .collect();
        let clashes = clashes(&mut associations, |earlier, later| {
            contend(cx, earlier, later)
        });
        let findings = clashes
            .iter()
            .filter_map(|clash| finding(cx, subnet, clash));
        findings.collect::<Vec<_>>()
    });
    findings.collect()
}

/// An association of a subnet.
struct Association<'a> {
    attachment: &'a Attachment<RouteTable>,
    presence: &'a Presence,
}

impl Placed for Association<'_> {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        self.attachment.declaration.place()
    }
}

/// The evidence that two associations of a subnet conflict. Of two associations that may not exist, one
/// may be the alternative of the other, so both must be certain.
fn contend(cx: &Context, earlier: &Association, later: &Association) -> Evidence {
    let is_certain = |association: &Association| *association.presence == Presence::Certain;
    let evidence = Evidence::new().needs(&Fact::Known(is_certain(earlier) && is_certain(later)));
    let tables = (&earlier.attachment.to, &later.attachment.to);
    if cx.network.same_route_table(tables.0, tables.1).is_false() {
        return evidence;
    }
    evidence.assumes(&[Cause::new("AWS refuses the same association twice")])
}

fn finding(cx: &Context, subnet: &Subnet, clash: &Clash<Association>) -> Option<Finding> {
    let declaration = &clash.later.attachment.declaration;
    let subject = declaration.address.as_ref()?;
    let evidence = clash.evidence.clone().about(&subnet.origin.presence);
    let message = format!(
        "`{subject}` gives `{}` a second route table{}",
        subnet.origin.name(),
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let finding = clash.labelled(finding.at(declaration.span), |_| {
        "this association gives it one already".to_owned()
    });
    let finding = finding.involves(&subnet.origin, "the subnet");
    Some(finding.help("a subnet has one route table: remove one of the associations"))
}
