//! Which findings do not count, and the baseline that says so.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::Failure;
use crate::cli::input::{self, Read};
use crate::cli::output::{Output, Stream};
use crate::finding::Finding;
use crate::ignore::baseline::{self, Baseline};
use crate::report::escape::escape;
use crate::report::{Report, counted};

#[derive(Debug, Args)]
#[command(next_help_heading = "Ignored findings")]
pub(super) struct IgnoreArguments {
    /// Count what comments and `tfvpc.toml` ignore, its baseline included.
    #[arg(long)]
    no_ignores: bool,

    /// Do not count findings that this file knows.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write a baseline of all findings that count, instead of reports, and exit with 0.
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub(super) write_baseline: Option<PathBuf>,
}

impl IgnoreArguments {
    /// Applies the arguments to what the settings say about ignores.
    pub(super) fn apply(&self, read: &mut Read) -> Result<(), Failure> {
        if self.no_ignores {
            read.options.ignores.comments = false;
            read.options.ignores.entries.clear();
        }
        if let Some((path, text)) = self.baseline(read)? {
            let baseline = Baseline::parse(&text);
            read.options.ignores.baseline =
                baseline.map_err(|wrong| input::unreadable(path, wrong.to_string()))?;
        }
        Ok(())
    }

    fn baseline<'a>(&'a self, read: &'a Read) -> Result<Option<(&'a Path, String)>, Failure> {
        if let Some(path) = &self.baseline {
            return Ok(Some((path, input::read(path)?)));
        }
        // What is written must not lack what another baseline knows.
        let is_used = !self.no_ignores && self.write_baseline.is_none();
        match read.settings.baseline.as_deref().filter(|_| is_used) {
            Some(path) => Ok(Some((path, input::read_inside(path, &read.files)?))),
            None => Ok(None),
        }
    }
}

/// Writes a baseline of all findings that count.
pub(super) fn write_baseline(report: &Report, path: &Path, output: &Output) -> Result<(), Failure> {
    let findings = report.findings.iter().filter(|one| one.ignored.is_none());
    let known: Vec<(&str, &Finding)> = findings
        .map(|one| (&*report.roots[one.root].identity, &one.finding))
        .collect();
    let count = counted(known.len(), "finding");
    output.write_file(path, |out, _| baseline::write(known.into_iter(), out))?;
    if !output.quiet {
        let says = format!("wrote {count} to {}", path.display());
        output.write(Stream::Out, |out, _| writeln!(out, "{}", escape(&says)))?;
    }
    Ok(())
}
