//! What was there before: the findings of an earlier run, by fingerprint.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::finding::Finding;

/// The findings of an earlier run that are left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// How many findings have a fingerprint.
    left: BTreeMap<String, usize>,
}

/// Why a file is no baseline.
#[derive(Debug, Error)]
pub enum NotABaseline {
    /// It is no JSON, or of another form.
    #[error("it is not a baseline of tfvpc: {0}")]
    Form(#[from] serde_json::Error),
    /// It comes from a later tfvpc.
    #[error("version {0} of baselines is not known, only version 1")]
    Version(u64),
}

#[derive(Serialize, Deserialize)]
struct Document {
    version: u64,
    findings: Vec<Known>,
}

/// The fingerprint decides; the rest is for people.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Known {
    root: String,
    rule: String,
    subject: String,
    fingerprint: String,
}

impl Baseline {
    /// Reads what [`write()`] has written.
    pub fn parse(text: &str) -> Result<Self, NotABaseline> {
        let document: Document = serde_json::from_str(text)?;
        if document.version != 1 {
            return Err(NotABaseline::Version(document.version));
        }
        let mut left = BTreeMap::new();
        for known in document.findings {
            *left.entry(known.fingerprint).or_default() += 1;
        }
        Ok(Self { left })
    }

    /// Whether a finding was there before. Each finding of the baseline stands for one only.
    pub(super) fn takes(&mut self, fingerprint: &str) -> bool {
        match self.left.get_mut(fingerprint) {
            Some(left) if *left > 0 => {
                *left -= 1;
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
    let known = findings.map(|(root, finding)| Known {
        root: root.to_owned(),
        rule: finding.rule.to_owned(),
        subject: finding.subject.to_string(),
        fingerprint: finding.fingerprint(root),
    });
    let mut findings: Vec<Known> = known.collect();
    findings.sort();
    let document = Document {
        version: 1,
        findings,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
