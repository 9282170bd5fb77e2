//! What findings about several workloads share.

use std::collections::BTreeMap;

use crate::aws::workload::Workload;
use crate::finding::{Confidence, Finding};
use crate::terraform::address::Address;

use super::evidence::{self, Evidence};

/// Workloads to which the same happens for the same reason.
pub(in crate::rules) struct AffectedWorkloads<'a> {
    /// Those that it happens to most surely, the first by address.
    pub(in crate::rules) first: &'a Workload,
    /// The others of them.
    others: Vec<&'a Workload>,
    /// What speaks for it.
    pub(in crate::rules) evidence: Evidence,
    /// How sure it is.
    pub(in crate::rules) confidence: Confidence,
}

/// The workloads of each cause, if something speaks for it.
pub(in crate::rules) fn by_cause<'a, C: Ord>(
    all: impl IntoIterator<Item = (C, &'a Workload, Evidence)>,
) -> Vec<(C, AffectedWorkloads<'a>)> {
    let mut causes: BTreeMap<C, Vec<(&Workload, Evidence)>> = BTreeMap::new();
    for (cause, workload, evidence) in all {
        causes.entry(cause).or_default().push((workload, evidence));
    }
    let affected = causes.into_iter().filter_map(|(cause, workloads)| {
        let surest = evidence::surest(workloads.into_iter())?;
        let mut workloads = surest.things.into_iter();
        let affected = AffectedWorkloads {
            first: workloads.next()?,
            others: workloads.collect(),
            evidence: surest.evidence,
            confidence: surest.confidence,
        };
        Some((cause, affected))
    });
    affected.collect()
}

impl AffectedWorkloads<'_> {
    /// The one that a finding is about.
    pub(in crate::rules) fn subject(&self) -> Option<&Address> {
        self.first.origin.address.as_ref()
    }

    /// The others as labels of a finding.
    pub(in crate::rules) fn labelled(&self, finding: Finding) -> Finding {
        let others = self.others.iter();
        others.fold(finding, |finding, workload| {
            finding.involves(&workload.origin, "this one too")
        })
    }
}
