//! Lists that are longer than the quota of the account.

use crate::aws::address_set::Family;
use crate::aws::fact::{Cause, Fact};
use crate::aws::network::Network;
use crate::aws::origin::Origin;
use crate::aws::prefix_list::PrefixList;
use crate::aws::table::Id;
use crate::finding::Finding;

use super::evidence::Evidence;
use crate::rules::Context;

/// How many entries a list has of each address family.
#[derive(Clone, Copy, Default)]
pub(in crate::rules) struct Count {
    v4: usize,
    v6: usize,
}

impl Count {
    /// One more entry, which counts for both families if it has none.
    pub(in crate::rules) fn add(&mut self, family: Option<Family>) {
        self.add_many(family, 1);
    }

    /// A prefix list, which counts for its `max_entries`, or for the weight that AWS gives to a managed
    /// list (VPC guide "AWS-managed prefix lists"). A list of unknown weight counts for one entry: the
    /// count errs to the lower side, so that no finding is wrong.
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

    /// The family with more entries, and how many.
    fn greatest(self) -> (usize, &'static str) {
        if self.v6 > self.v4 {
            (self.v6, "IPv6")
        } else {
            (self.v4, "IPv4")
        }
    }
}

/// A list and its quota.
pub(in crate::rules) struct Quota<'a> {
    /// The object that the list belongs to.
    pub(in crate::rules) owner: &'a Origin,
    /// What it lists: `ingress rules`.
    pub(in crate::rules) entries: &'static str,
    /// The quota for one family.
    pub(in crate::rules) allowed: usize,
    /// The setting of the quota: `security-group-rules`.
    pub(in crate::rules) setting: &'static str,
}

impl Quota<'_> {
    /// A finding if a count exceeds the quota. AWS raises quotas on request, so it is never certain.
    pub(in crate::rules) fn exceeded(&self, cx: &Context, count: Count) -> Option<Finding> {
        let (count, family) = count.greatest();
        let subject = self.owner.address.as_ref()?;
        let Self {
            allowed,
            entries,
            setting,
            ..
        } = self;
        let granted = Cause::new(format!("the account is granted no more than {allowed}"));
        let evidence = Evidence::new()
            .about(&self.owner.presence)
            .needs(&Fact::Known(count > *allowed))
            .assumes(&[granted]);
        let message = format!(
            "`{subject}` has {count} {entries} for {family}, but {allowed} are allowed{}",
            evidence.depends_on()
        );
        let finding = cx.finding(subject, evidence.confidence()?, message);
        Some(finding.at(self.owner.span).about(*entries).help(format!(
            "join CIDRs, or tell tfvpc what AWS has granted, in `tfvpc.toml`:\n\
             [quotas]\n{setting} = {count}"
        )))
    }
}
