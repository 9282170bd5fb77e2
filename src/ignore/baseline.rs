//! The baseline: the findings of an earlier run, by fingerprint. A team that starts with tfvpc writes
//! one and sees new findings only.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::finding::Finding;

/// The findings of an earlier run that no finding of this run has taken yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// How many findings remain of each fingerprint.
    remaining: BTreeMap<String, usize>,
}

/// Why a file is no baseline.
#[derive(Debug, Error)]
pub enum NotABaseline {
    /// It is not JSON, or has another form.
    #[error("it is not a baseline of tfvpc: {0}")]
    Form(#[from] serde_json::Error),
    /// It comes from a later tfvpc.
    #[error("version {0} of baselines is not known, only version 1")]
    Version(u64),
}

#[derive(Serialize, Deserialize)]
struct BaselineDocument {
    version: u64,
    findings: Vec<KnownFinding>,
}

/// A finding of the file. Only the fingerprint decides; the rest is for people who read the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct KnownFinding {
    root: String,
    rule: String,
    subject: String,
    fingerprint: String,
}

impl Baseline {
    /// Reads what [`write()`] has written.
    pub fn parse(text: &str) -> Result<Self, NotABaseline> {
        let document: BaselineDocument = serde_json::from_str(text)?;
        if document.version != 1 {
            return Err(NotABaseline::Version(document.version));
        }
        let mut remaining = BTreeMap::new();
        for known in document.findings {
            *remaining.entry(known.fingerprint).or_default() += 1;
        }
        Ok(Self { remaining })
    }

    /// Whether a finding was there before; takes it out. Two findings with one fingerprint need two lines
    /// of the baseline.
    pub(super) fn takes(&mut self, fingerprint: &str) -> bool {
        match self.remaining.get_mut(fingerprint) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }
}

/// Writes a baseline of findings and the paths of their roots relative to the boundary.
pub fn write<'a>(
    findings: impl Iterator<Item = (&'a str, &'a Finding)>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let known = findings.map(|(root, finding)| KnownFinding {
        root: root.to_owned(),
        rule: finding.rule.to_owned(),
        subject: finding.subject.to_string(),
        fingerprint: finding.fingerprint(root),
    });
    let mut known: Vec<KnownFinding> = known.collect();
    // Sorted, so that a new baseline differs from the old one only where findings do.
    known.sort();
    let document = BaselineDocument {
        version: 1,
        findings: known,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
