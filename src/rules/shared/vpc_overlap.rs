//! Pairs of VPCs whose addresses overlap, which neither peering nor a transit gateway can route.

use crate::aws::address_set::AddressSet;
use crate::aws::fact::Link;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;
use crate::reachability::display;

use super::evidence::Evidence;
use super::placed::Placed;
use crate::rules::Context;

/// Two VPCs whose addresses overlap.
pub(in crate::rules) struct Overlap {
    vpcs: [Id<Vpc>; 2],
    common: AddressSet,
}

/// The certain overlap of two VPCs; `None` if there is none, or if they may be the same VPC.
pub(in crate::rules) fn of(cx: &Context, first: &Link<Vpc>, second: &Link<Vpc>) -> Option<Overlap> {
    let vpcs = [*first.known()?, *second.known()?];
    if !cx.network.same_vpc(first, second).is_false() {
        return None;
    }
    let [of_first, of_second] = vpcs.map(|vpc| cx.network.vpc_addresses(vpc).certain);
    let common = of_first.intersection(&of_second);
    (!common.is_empty()).then_some(Overlap { vpcs, common })
}

impl Overlap {
    /// The evidence that both VPCs exist.
    pub(in crate::rules) fn evidence(&self, cx: &Context) -> Evidence {
        let vpcs = self.vpcs.iter().map(|vpc| &cx.network.vpcs[*vpc].origin);
        vpcs.fold(Evidence::new(), |evidence, vpc| {
            evidence.about(&vpc.presence)
        })
    }

    /// `` `aws_vpc.a` and `aws_vpc.b`, which both have 10.0.0.0/16 ``
    pub(in crate::rules) fn named(&self, cx: &Context) -> String {
        let [first, second] = self.vpcs.map(|vpc| cx.network.vpcs[vpc].origin.name());
        let common = display::addresses(&self.common);
        format!("`{first}` and `{second}`, which both have {common}")
    }

    /// The overlapping CIDRs of both VPCs as labels of a finding.
    pub(in crate::rules) fn labelled(&self, cx: &Context, finding: Finding) -> Finding {
        let vpcs = self.vpcs.iter().map(|vpc| &cx.network.vpcs[*vpc]);
        let cidrs = vpcs.flat_map(|vpc| vpc.cidrs.certain());
        let labels = cidrs.filter_map(|vpc_cidr| {
            let cidr = *vpc_cidr.cidr.known()?;
            let is_common = self.common.intersects(&cidr.into());
            let label = || vpc_cidr.declaration.label(format!("this VPC has {cidr}"));
            is_common.then(label).flatten()
        });
        finding.labels(labels)
    }
}
