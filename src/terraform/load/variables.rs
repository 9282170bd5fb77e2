//! Variable files (`*.tfvars`, `*.tfvars.json`): which of them Terraform reads by itself, and what they assign.

use std::path::{Path, PathBuf};

use super::directory::{DEFAULT_VARIABLE_FILES, is_automatic_variable_file};
use super::reader::ModuleReader;
use crate::source::{FileId, Problem};
use crate::terraform::syntax::Attribute;

/// The values of a variable file.
#[derive(Debug, Clone)]
pub struct VariableFile {
    /// The file.
    pub file: FileId,
    /// Its path, as reports show it.
    pub path: String,
    /// Whether it could not be read: it may give any variable any value.
    pub is_unreadable: bool,
    /// Its content: variables and their values. The values are expressions without references.
    pub values: Vec<Attribute>,
}

/// The files that Terraform reads without `-var-file`. A later file overrides an earlier one (Terraform's
/// documentation, "Variable Definition Precedence").
pub(super) fn automatic(directory: &Path, reader: &mut ModuleReader) -> Vec<VariableFile> {
    let names = reader.files.list(directory).unwrap_or_default();
    let defaults = DEFAULT_VARIABLE_FILES
        .into_iter()
        .filter(|default| names.iter().any(|name| name == default));
    let automatic = names.iter().filter(|name| is_automatic_variable_file(name));
    let in_order = defaults.chain(automatic.map(String::as_str));
    let paths: Vec<PathBuf> = in_order.map(|name| directory.join(name)).collect();
    read(&paths, reader)
}

/// Reads variable files in the given order.
pub(super) fn read(paths: &[PathBuf], reader: &mut ModuleReader) -> Vec<VariableFile> {
    let is_new = |path: &&PathBuf| !reader.read_variable_files.contains_key(*path);
    let new: Vec<PathBuf> = paths.iter().filter(is_new).cloned().collect();
    let parsed = reader.variable_files(&new);
    for (path, (file, content)) in new.into_iter().zip(parsed) {
        let is_unreadable = content.is_none();
        let body = content.map(|content| content.body).unwrap_or_default();
        for block in body.blocks {
            let message = format!(
                "a variable file cannot hold a block such as `{}`",
                block.kind
            );
            let problem = Problem::error(message, block.header);
            let help = format!("write `{} = …` for a variable of that name", block.kind);
            reader.problems.push(problem.help(help));
        }
        let variable_file = VariableFile {
            file,
            path: reader.files.display(&path),
            is_unreadable,
            values: body.attributes,
        };
        reader.read_variable_files.insert(path, variable_file);
    }
    let files = paths
        .iter()
        .filter_map(|path| reader.read_variable_files.get(path));
    files.cloned().collect()
}
