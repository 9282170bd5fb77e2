//! The options about ignored findings: `--no-ignores`, `--baseline` and `--write-baseline`.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::Failure;
use crate::cli::input::{self, LARGEST_TABLE, RunInput};
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
    pub(super) fn apply(&self, read: &mut RunInput) -> Result<(), Failure> {
        if self.no_ignores {
            read.options.ignores.comments = false;
            read.options.ignores.entries.clear();
        }
        if let Some((path, text)) = self.baseline(read)? {
            let baseline = Baseline::parse(&text);
            read.options.ignores.baseline =
                baseline.map_err(|error| input::unreadable(path, error.to_string()))?;
        }
        Ok(())
    }

    fn baseline<'a>(&'a self, read: &'a RunInput) -> Result<Option<(&'a Path, String)>, Failure> {
        let of_base = |path: &Path| {
            let path = read.files.absolute(path);
            read.base.as_ref()?.read(&path, LARGEST_TABLE)
        };
        if let Some(path) = &self.baseline {
            let text = of_base(path).unwrap_or_else(|| input::read(path))?;
            return Ok(Some((path, text)));
        }
        // A new baseline replaces the old one, so findings of the old one must count while it is made.
        let is_used = !self.no_ignores && self.write_baseline.is_none();
        match read.settings.baseline.as_deref().filter(|_| is_used) {
            Some(path) => {
                let text =
                    of_base(path).unwrap_or_else(|| input::read_inside(path, &read.files))?;
                Ok(Some((path, text)))
            }
            None => Ok(None),
        }
    }
}

/// Writes a baseline of all findings that count.
pub(super) fn write_baseline(report: &Report, path: &Path, output: &Output) -> Result<(), Failure> {
    let findings = report.counting().map(|reported| {
        let root = &report.roots[reported.root];
        (&*root.identity, &reported.finding)
    });
    let findings: Vec<(&str, &Finding)> = findings.collect();
    let count = counted(findings.len(), "finding");
    output.write_file(path, |out, _| baseline::write(findings.into_iter(), out))?;
    if !output.quiet {
        let message = format!("wrote {count} to {}", path.display());
        output.write(Stream::Out, |out, _| writeln!(out, "{}", escape(&message)))?;
    }
    Ok(())
}
