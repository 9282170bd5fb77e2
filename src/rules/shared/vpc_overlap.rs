//! VPCs that share addresses, and so cannot be joined.

use crate::aws::address_set::AddressSet;
use crate::aws::fact::Link;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::finding::Finding;
use crate::reachability::display;

use super::evidence::Evidence;
use super::placed::Placed;
use crate::rules::Context;

/// Two VPCs with addresses in common.
pub(in crate::rules) struct Overlap {
    vpcs: [Id<Vpc>; 2],
    common: AddressSet,
}

/// What two VPCs certainly have in common; `None` if nothing, or if they may be one VPC.
pub(in crate::rules) fn of(cx: &Context, one: &Link<Vpc>, other: &Link<Vpc>) -> Option<Overlap> {
    let vpcs = [*one.known()?, *other.known()?];
    if !cx.network.same_vpc(one, other).is_false() {
        return None;
    }
    let [one, other] = vpcs.map(|vpc| cx.network.vpc_addresses(vpc).certain);
    let common = one.intersection(&other);
    (!common.is_empty()).then_some(Overlap { vpcs, common })
}

impl Overlap {
    /// The evidence that both VPCs are there.
    pub(in crate::rules) fn evidence(&self, cx: &Context) -> Evidence {
        let vpcs = self.vpcs.iter().map(|vpc| &cx.network.vpcs[*vpc].origin);
        vpcs.fold(Evidence::new(), |all, vpc| all.about(&vpc.presence))
    }

    /// `` `aws_vpc.a` and `aws_vpc.b`, which both have 10.0.0.0/16 ``
    pub(in crate::rules) fn words(&self, cx: &Context) -> String {
        let [one, other] = self.vpcs.map(|vpc| cx.network.vpcs[vpc].origin.name());
        let common = display::addresses(&self.common);
        format!("`{one}` and `{other}`, which both have {common}")
    }

    /// The CIDRs of both as labels of a finding.
    pub(in crate::rules) fn labelled(&self, cx: &Context, finding: Finding) -> Finding {
        let vpcs = self.vpcs.iter().map(|vpc| &cx.network.vpcs[*vpc]);
        let cidrs = vpcs.flat_map(|vpc| vpc.cidrs.certain());
        let labels = cidrs.filter_map(|own| {
            let cidr = *own.cidr.known()?;
            let is_common = self.common.intersects(&cidr.into());
            let label = || own.declaration.label(format!("this VPC has {cidr}"));
            is_common.then(label).flatten()
        });
        finding.labels(labels)
    }
}
