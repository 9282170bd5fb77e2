//! Which files of a directory Terraform and OpenTofu read, and in which order.

use std::path::{Path, PathBuf};

use crate::terraform::files::{DirectoryListing, DirectoryNames, Files, Refusal};

/// A configuration file of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ConfigurationFile {
    /// Its path.
    pub(super) path: PathBuf,
    /// Whether it is merged into the files before it: `override.tf`, `*_override.tf`.
    pub(super) is_override: bool,
}

/// The suffixes of configuration files. `a.tofu` replaces `a.tf`, and `a.tofu.json` replaces `a.tf.json`, as in OpenTofu.
const SUFFIXES: [&str; 4] = [".tofu", ".tf", ".tofu.json", ".tf.json"];

/// The configuration files of a directory in the order in which Terraform reads them. Directories of such names, which
/// Terraform passes over, are among them. And the paths in it that are not UTF-8.
pub(super) fn configuration_files(
    directory: &Path,
    files: &Files,
) -> Result<(Vec<ConfigurationFile>, Vec<PathBuf>), Refusal> {
    let DirectoryNames { names, not_text } = files.names(directory)?;
    let is_read = |name: &&String| is_configuration(name) && !is_replaced(name, &names);
    let read = names.iter().filter(is_read).map(|name| ConfigurationFile {
        path: directory.join(name),
        is_override: is_override(name),
    });
    let mut configuration: Vec<ConfigurationFile> = read.collect();
    // Stable: within each half, files stay sorted by name, as Terraform reads them.
    configuration.sort_by_key(|file| file.is_override);
    let unnamed = not_text.iter().map(|name| directory.join(name));
    Ok((configuration, unnamed.collect()))
}

/// Whether Terraform or OpenTofu reads a file of that name.
pub(super) fn is_configuration(name: &str) -> bool {
    suffix(name).is_some() && !is_ignored(name)
}

/// Whether Terraform or OpenTofu finds configuration in a directory.
pub fn has_configuration(directory: &DirectoryListing) -> bool {
    directory.names.iter().any(|name| is_configuration(name))
}

/// Whether a directory holds files that only OpenTofu reads.
pub(super) fn has_tofu_files(directory: &Path, files: &Files) -> bool {
    let is_tofu = |name: &String| {
        let suffix = suffix(name).filter(|_| is_configuration(name));
        matches!(suffix, Some(".tofu" | ".tofu.json"))
    };
    files
        .list(directory)
        .unwrap_or_default()
        .iter()
        .any(is_tofu)
}

fn suffix(name: &str) -> Option<&'static str> {
    SUFFIXES.into_iter().find(|suffix| name.ends_with(suffix))
}

/// Whether it is a hidden file or a copy that an editor left behind.
fn is_ignored(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}

/// Whether OpenTofu's file of the same name replaces this file of Terraform's.
fn is_replaced(name: &str, names: &[String]) -> bool {
    let tofu = match suffix(name) {
        Some(".tf") => name.strip_suffix(".tf").map(|stem| format!("{stem}.tofu")),
        Some(".tf.json") => name
            .strip_suffix(".tf.json")
            .map(|stem| format!("{stem}.tofu.json")),
        _ => None,
    };
    tofu.is_some_and(|tofu| names.contains(&tofu))
}

fn is_override(name: &str) -> bool {
    let stem = suffix(name).and_then(|suffix| name.strip_suffix(suffix));
    stem.is_some_and(|stem| stem == "override" || stem.ends_with("_override"))
}

/// Whether a file of that name holds values of variables.
pub(super) fn is_variable_file(name: &str) -> bool {
    let suffixes = [".tfvars", ".tfvars.json"];
    suffixes.iter().any(|suffix| name.ends_with(suffix))
}

/// The variable files that Terraform reads first, without `-var-file`.
pub(super) const DEFAULT_VARIABLE_FILES: [&str; 2] = ["terraform.tfvars", "terraform.tfvars.json"];

/// Whether Terraform reads a file of that name for variables without `-var-file`, after the default files.
pub(super) fn is_automatic_variable_file(name: &str) -> bool {
    let suffixes = [".auto.tfvars", ".auto.tfvars.json"];
    suffixes.iter().any(|suffix| name.ends_with(suffix))
}
