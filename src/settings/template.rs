//! The file that `tfvpc init` writes; a test reads every line of it.

use super::proposal::{Proposal, ProposedExclusion, ProposedRoot};

/// A file of settings in which everything is commented out.
pub const TEMPLATE: &str = include_str!("tfvpc.toml");

/// The example of `exclude`, whose place the proposed directories take.
const EXCLUDE: &str = "# exclude = [\"examples\", \"modules/*/test\"]\n";

/// What follows the examples of `[[root]]`.
const AFTER_ROOTS: &str = "# Findings that do not count.";

/// The template with what is proposed for a repository.
pub fn proposed_settings(proposal: &Proposal) -> String {
    let mut text = TEMPLATE.to_owned();
    if !proposal.excluded.is_empty() {
        text = text.replacen(EXCLUDE, &exclusion(&proposal.excluded), 1);
    }
    let roots = roots(proposal);
    text.replacen(AFTER_ROOTS, &format!("{roots}{AFTER_ROOTS}"), 1)
}

/// What is generated is left out; of other directories, the user decides.
fn exclusion(excluded: &[ProposedExclusion]) -> String {
    let is_any_active = excluded.iter().any(|exclusion| exclusion.is_generated);
    let lines = excluded.iter().map(|exclusion| {
        let roots = match exclusion.roots {
            1 => "1 root module".to_owned(),
            roots => format!("{roots} root modules"),
        };
        let mark = if exclusion.is_generated { "" } else { "# " };
        format!("  {mark}{},  # {roots}\n", quoted(&exclusion.pattern))
    });
    let lines: String = lines.collect();
    if is_any_active {
        return format!("# Take a `#` away to leave a directory out.\nexclude = [\n{lines}]\n");
    }
    let lines = lines
        .replace("\n  # ", "\n#   ")
        .replacen("  # ", "#   ", 1);
    format!("# exclude = [\n{lines}# ]\n")
}

fn roots(proposal: &Proposal) -> String {
    let mut text = String::new();
    if !proposal.roots.is_empty() {
        text += "# Found by `tfvpc init`: variable files that Terraform reads only when they are named.\n";
        let entries = proposal.roots.iter().map(entry);
        text += &entries.collect::<Vec<_>>().join("\n");
        text += "\n";
    }
    for file in &proposal.unclear {
        let (path, count) = (&file.path, file.roots);
        let line = format!(
            "# `{path}` fits {count} root modules: name it in the entries of those that read it.\n"
        );
        text += &line;
    }
    if !proposal.unclear.is_empty() {
        text += "\n";
    }
    text
}

fn entry(root: &ProposedRoot) -> String {
    let files = root.variable_files.iter().map(|file| quoted(file));
    let files = files.collect::<Vec<_>>().join(", ");
    let path = quoted(&root.path);
    let workspace = root.workspace.as_ref();
    let workspace = workspace.map_or(String::new(), |workspace| {
        format!("workspace = {}\n", quoted(workspace))
    });
    format!("[[root]]\npath = {path}\nvar-files = [{files}]\n{workspace}")
}

/// A string of TOML, whose escapes are those of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
