//! Terragrunt units, of which nothing is read yet: each is a root module whose network nobody sees.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::reader::ModuleReader;
use crate::source::Span;
use crate::terraform::syntax::parse::parse;

/// A Terragrunt unit that is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadUnit {
    /// Its directory.
    pub directory: PathBuf,
    /// The path of its directory, as reports show it.
    pub path: String,
    /// The beginning of its file.
    pub span: Span,
}

/// The units among Terragrunt's files. What a directory holds that has configuration is read, so that only a unit with
/// a source elsewhere is missing there.
pub(super) fn unread_units(
    files: &[PathBuf],
    read: &BTreeSet<PathBuf>,
    reader: &mut ModuleReader,
) -> Vec<UnreadUnit> {
    let units = files.iter().filter_map(|file| {
        let directory = file.parent().unwrap_or(file);
        unread_unit(file, directory, read.contains(directory), reader)
    });
    units.collect()
}

fn unread_unit(
    file: &Path,
    directory: &Path,
    is_read: bool,
    reader: &mut ModuleReader,
) -> Option<UnreadUnit> {
    // What cannot be read may well be a unit.
    let text = reader.files.read_text(file).unwrap_or_default();
    let id = reader.sources.add(reader.files.display(file), text);
    let parsed = parse(reader.sources.file(id).text(), id);
    let is_unit = parsed.map_or(true, |content| {
        let mut blocks = content.body.blocks.iter();
        // A file without these is included by units: it holds what they share.
        blocks.any(|block| match &*block.kind {
            "terraform" => !is_read || block.body.attribute("source").is_some(),
            kind => !is_read && kind == "include",
        })
    });
    is_unit.then(|| UnreadUnit {
        directory: directory.to_owned(),
        path: reader.files.display(directory),
        span: Span::new(id, 0, 0),
    })
}
