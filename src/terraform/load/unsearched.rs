//! What a search could not look into or not name, as problems: nothing is passed over in silence.

use std::path::Path;

use super::directory::{is_configuration, is_variable_file};
use super::reader::ModuleReader;
use crate::source::{Problem, Span};
use crate::terraform::files::{Refusal, Unsearched};

/// Reports what a search did not see, if it may hold configuration.
pub(super) fn report(unsearched: &[Unsearched], reader: &mut ModuleReader) {
    for Unsearched { path, refusal } in unsearched {
        match refusal {
            Refusal::NameNotText => unnamed(path, reader),
            // A file that is read anyway is reported where it is read.
            _ if may_be_read(path) => {}
            Refusal::Outside | Refusal::OfGit => {
                let shown = reader.files.display(path);
                let message = format!(
                    "the link `{shown}` is not followed: it leads out of the tree that is checked"
                );
                reader
                    .problems
                    .push(Problem::warning(message, None::<Span>));
            }
            refusal => {
                let shown = reader.files.display(path);
                let message = format!("the directory `{shown}` cannot be read: {refusal}");
                reader.problems.push(Problem::error(message, None::<Span>));
            }
        }
    }
}

/// Reports a file of configuration or of variables whose path is not UTF-8, once.
pub(super) fn unnamed(path: &Path, reader: &mut ModuleReader) {
    if !may_be_read(path) || !reader.unnamed.insert(path.to_owned()) {
        return;
    }
    let file = reader
        .sources
        .add(reader.files.display(path), String::new());
    let message = format!("the file cannot be read: {}", Refusal::NameNotText);
    let problem = Problem::error(message, Span::new(file, 0, 0));
    reader.problems.push(problem.help("rename it"));
}

/// Whether Terraform reads a file of that name.
fn may_be_read(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    is_configuration(&name) || is_variable_file(&name)
}
