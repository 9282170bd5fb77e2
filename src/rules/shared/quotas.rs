//! Lists that are longer than AWS lets them be.

use crate::aws::address_set::Family;
use crate::aws::fact::{Cause, Fact};
use crate::aws::network::Network;
use crate::aws::origin::Origin;
use crate::aws::prefix_list::PrefixList;
use crate::aws::table::Id;
use crate::finding::Finding;

use super::evidence::Evidence;
use crate::rules::Context;

/// How many entries there are of each family, prefix lists by their weight.
#[derive(Clone, Copy, Default)]
pub(in crate::rules) struct Count {
    v4: usize,
    v6: usize,
}

impl Count {
    /// One more entry; of both families if it has none.
    pub(in crate::rules) fn add(&mut self, family: Option<Family>) {
        self.add_many(family, 1);
    }

    /// The entries of a prefix list: as many as it may have, or the weight of a list of AWS's.
    pub(in crate::rules) fn add_list(&mut self, network: &Network, list: Id<PrefixList>) {
        let PrefixList { weight, family, .. } = &network.prefix_lists[list];
        let weight = weight.known().copied().unwrap_or(1);
        self.add_many(family.known().copied(), weight as usize);
    }

    fn add_many(&mut self, family: Option<Family>, count: usize) {
        if family != Some(Family::V6) {
            self.v4 += count;
        }
        if family != Some(Family::V4) {
            self.v6 += count;
        }
    }

    /// The family of which there is more.
    fn greatest(self) -> (usize, &'static str) {
        if self.v6 > self.v4 {
            (self.v6, "IPv6")
        } else {
            (self.v4, "IPv4")
        }
    }
}

/// A list and how long AWS lets it be.
pub(in crate::rules) struct Quota<'a> {
    /// What it is the list of.
    pub(in crate::rules) owner: &'a Origin,
    /// What is in it: `ingress rules`.
    pub(in crate::rules) what: &'static str,
    /// How many there may be of one family.
    pub(in crate::rules) allowed: usize,
    /// The setting that says so: `security-group-rules`.
    pub(in crate::rules) setting: &'static str,
}

impl Quota<'_> {
    /// A finding if there is more than that.
    pub(in crate::rules) fn exceeded(&self, cx: &Context, count: Count) -> Option<Finding> {
        let (count, family) = count.greatest();
        let subject = self.owner.address.as_ref()?;
        let Self {
            allowed,
            what,
            setting,
            ..
        } = self;
        let granted = Cause::new(format!("the account is granted no more than {allowed}"));
        let evidence = Evidence::new()
            .about(&self.owner.presence)
            .needs(&Fact::Known(count > *allowed))
            .assumes(&[granted]);
        let message = format!(
            "`{subject}` has {count} {what} for {family}, but {allowed} are allowed{}",
            evidence.depends_on()
        );
        let finding = cx.finding(subject, evidence.confidence()?, message);
        Some(finding.at(self.owner.span).about(*what).help(format!(
            "join CIDRs, or tell tfvpc what AWS has granted, in `tfvpc.toml`:\n\
             [quotas]\n{setting} = {count}"
        )))
    }
}
