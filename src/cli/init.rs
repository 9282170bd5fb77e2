//! `tfvpc init`: writes a file of settings with what the repository shows.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::Failure;
use super::output::{Output, Stream};
use crate::settings::proposal::{Proposal, propose};
use crate::settings::{FILE_NAME, proposed_settings};
use crate::terraform::files::Files;
use crate::terraform::load::{LoadOptions, load};

/// Writes the file, unless there is one, and says what it proposes.
pub(super) fn run(output: &Output) -> Result<ExitCode, Failure> {
    let paths = vec![PathBuf::from(".")];
    let files = Files::on_disk(&paths, &[]).map_err(Failure::WorkingDirectory)?;
    let options = LoadOptions {
        paths,
        ..LoadOptions::default()
    };
    let proposal = propose(&load(&options, &files), &files);
    output.write_new_file(Path::new(FILE_NAME), &proposed_settings(&proposal))?;
    let found = told(&proposal);
    output.write(Stream::Err, |out, _| {
        found.iter().try_for_each(|line| writeln!(out, "{line}"))
    })
}

/// What the file says beyond the defaults, a line each.
fn told(proposal: &Proposal) -> Vec<String> {
    let mut lines = Vec::new();
    if !proposal.roots.is_empty() {
        let paths: BTreeSet<&str> = proposal.roots.iter().map(|root| &*root.path).collect();
        let entries = counted(
            proposal.roots.len(),
            "`[[root]]` entry",
            "`[[root]]` entries",
        );
        let roots = counted(paths.len(), "root module", "root modules");
        lines.push(format!("  {entries} for the variable files of {roots}"));
    }
    for exclusion in &proposal.excluded {
        let roots = counted(exclusion.roots, "root module", "root modules");
        let pattern = &exclusion.pattern;
        lines.push(if exclusion.is_generated {
            format!("  `{pattern}` is excluded: {roots}")
        } else {
            format!("  `{pattern}` may be excluded: {roots}, take the `#` away")
        });
    }
    for file in &proposal.unclear {
        let (path, roots) = (&file.path, file.roots);
        lines.push(format!(
            "  `{path}` fits {roots} root modules, name it where it is read"
        ));
    }
    lines
}

fn counted(count: usize, singular: &str, plural: &str) -> String {
    let noun = if count == 1 { singular } else { plural };
    format!("{count} {noun}")
}
