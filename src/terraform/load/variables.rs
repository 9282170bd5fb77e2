//! Variable files.

use std::path::{Path, PathBuf};

use super::directory::is_automatic_variable_file;
use super::reader::{Content, ModuleReader};
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
    /// Its content: variables and their values, which are literal expressions.
    pub values: Vec<Attribute>,
}

/// The files that Terraform reads without being told, in the order of precedence: a later one
/// prevails.
pub(super) fn automatic(directory: &Path, reader: &mut ModuleReader) -> Vec<VariableFile> {
    let names = reader.files.list(directory).unwrap_or_default();
    let defaults = ["terraform.tfvars", "terraform.tfvars.json"];
    let defaults = defaults
        .into_iter()
        .filter(|name| names.iter().any(|found| found == name));
    let others = names.iter().filter(|name| is_automatic_variable_file(name));
    let names = defaults.chain(others.map(String::as_str));
    let paths: Vec<PathBuf> = names.map(|name| directory.join(name)).collect();
    read(&paths, reader)
}

/// Reads variable files in the given order.
pub(super) fn read(paths: &[PathBuf], reader: &mut ModuleReader) -> Vec<VariableFile> {
    let is_new = |path: &&PathBuf| !reader.variable_files.contains_key(*path);
    let new: Vec<PathBuf> = paths.iter().filter(is_new).cloned().collect();
    let parsed = reader.parse_all(&new, Content::Values);
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
        let found = VariableFile {
            file,
            path: reader.files.display(&path),
            is_unreadable,
            values: body.attributes,
        };
        reader.variable_files.insert(path, found);
    }
    let found = paths
        .iter()
        .filter_map(|path| reader.variable_files.get(path));
    found.cloned().collect()
}
