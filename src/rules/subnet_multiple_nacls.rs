//! Subnets that several network ACLs claim: the last apply wins. Not certain where a claim may not exist.

use crate::aws::fact::Fact;
use crate::aws::members::Presence;
use crate::aws::network_acl::NetworkAcl;
use crate::aws::origin::{Declaration, Spelling};
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::finding::Finding;
use crate::source::Span;
use crate::terraform::address::Address;

use super::Context;
use super::shared::conflicts::{Clash, clashes_within};
use super::shared::evidence::Evidence;
use super::shared::placed::Placed;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let mut claims = claims(cx);
    let clashes = clashes_within(&mut claims, |claim| Some(claim.subnet), contend);
    let mut findings: Vec<Finding> = Vec::new();
    for clash in &clashes {
        let declaration = &clash.later.declaration;
        let is_same =
            |earlier: &&mut Finding| Some(&earlier.subject) == declaration.address.as_ref();
        match findings.iter_mut().find(is_same) {
            Some(earlier) => *earlier = labelled(cx, earlier.clone(), clash),
            None => findings.extend(finding(cx, clash)),
        }
    }
    findings
}

/// A declaration that associates a subnet with a network ACL.
struct Claim<'a> {
    subnet: Id<Subnet>,
    network_acl: Id<NetworkAcl>,
    declaration: &'a Declaration,
    presence: Presence,
}

impl Placed for Claim<'_> {
    fn place(&self) -> (Option<Span>, Option<&Address>) {
        self.declaration.place()
    }
}

/// Every written claim that Terraform repeats at each apply.
fn claims<'a>(cx: &Context<'a>) -> Vec<Claim<'a>> {
    let network = cx.network;
    let subnets = network.subnets.iter();
    let claims = subnets.flat_map(|(subnet, found)| {
        let members = found.network_acl_associations.iter();
        members.filter_map(move |member| {
            let declaration = &member.value.declaration;
            let network_acl = *member.value.to.known()?;
            let acl = &network.network_acls[network_acl].origin;
            let insists = declaration.spelling == Spelling::Standalone
                || !acl.ignores_changes_of("subnet_ids");
            let written = declaration.spelling != Spelling::Implicit;
            let presence = member.presence.clone().and(found.origin.presence.clone());
            (written && insists).then_some(Claim {
                subnet,
                network_acl,
                declaration,
                presence,
            })
        })
    });
    claims.collect()
}

/// The evidence that two ACLs claim one subnet.
fn contend(earlier: &Claim, later: &Claim) -> Evidence {
    let both = earlier.subnet == later.subnet && earlier.network_acl != later.network_acl;
    Evidence::new()
        .needs(&Fact::Known(both))
        .about(&earlier.presence)
        .about(&later.presence)
}

fn finding(cx: &Context, clash: &Clash<Claim>) -> Option<Finding> {
    let (later, earlier) = (clash.later, clash.earlier.first()?);
    let subject = later.declaration.address.as_ref()?;
    let acl = |claim: &Claim| cx.network.network_acls[claim.network_acl].origin.name();
    let message = format!(
        "`{}` takes `{}` from `{}`, which claims it too: whichever is applied last has it{}",
        acl(later),
        cx.network.subnets[later.subnet].origin.name(),
        acl(earlier),
        clash.evidence.depends_on()
    );
    let finding = cx.finding(subject, clash.confidence, message);
    let finding = labelled(cx, finding.at(later.declaration.span), clash);
    Some(finding.help("a subnet has one network ACL: name it in one place only"))
}

fn labelled(cx: &Context, finding: Finding, clash: &Clash<Claim>) -> Finding {
    let subnet = &cx.network.subnets[clash.later.subnet].origin;
    let says = format!("this claims `{}` too", subnet.name());
    let finding = clash.labelled(finding, |_| says.clone());
    finding.involves(subnet, "this subnet gets both")
}
