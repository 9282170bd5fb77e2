//! Findings about several workloads: those with one cause are one finding, about the first.

use std::collections::BTreeMap;

use crate::aws::workload::Workload;
use crate::finding::{Confidence, Finding};
use crate::terraform::address::Address;

use super::evidence::{self, Evidence};

/// Workloads to which the same happens for the same reason.
pub(in crate::rules) struct AffectedWorkloads<'a> {
    /// The first workload, by address, of those with the highest confidence.
    pub(in crate::rules) first: &'a Workload,
    /// The remaining workloads with that confidence.
    remaining: Vec<&'a Workload>,
    /// The evidence for the first workload.
    pub(in crate::rules) evidence: Evidence,
    /// The confidence, the same for all of them.
    pub(in crate::rules) confidence: Confidence,
}

/// The workloads of each cause, in the order of the causes; a cause without evidence is left out.
pub(in crate::rules) fn by_cause<'a, C: Ord>(
    workloads: impl IntoIterator<Item = (C, &'a Workload, Evidence)>,
) -> Vec<(C, AffectedWorkloads<'a>)> {
    let mut causes: BTreeMap<C, Vec<(&Workload, Evidence)>> = BTreeMap::new();
    for (cause, workload, evidence) in workloads {
        causes.entry(cause).or_default().push((workload, evidence));
    }
    let affected = causes.into_iter().filter_map(|(cause, of_cause)| {
        let surest = evidence::surest(of_cause.into_iter())?;
        let mut by_address = surest.things.into_iter();
        let affected = AffectedWorkloads {
            first: by_address.next()?,
            remaining: by_address.collect(),
            evidence: surest.evidence,
            confidence: surest.confidence,
        };
        Some((cause, affected))
    });
    affected.collect()
}

impl AffectedWorkloads<'_> {
    /// The resource that the finding is about.
    pub(in crate::rules) fn subject(&self) -> Option<&Address> {
        self.first.origin.address.as_ref()
    }

    /// The remaining workloads as labels of a finding.
    pub(in crate::rules) fn labelled(&self, finding: Finding) -> Finding {
        let remaining = self.remaining.iter();
        remaining.fold(finding, |finding, workload| {
            finding.involves(&workload.origin, "this one too")
        })
    }
}
