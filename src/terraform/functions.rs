//! Terraform's and OpenTofu's built-in functions, and those of providers that compute from their arguments alone.
//!
//! What comes in: the name of a function, the values of its arguments, and an [`Environment`] that reads files. What goes
//! out: a value, or the sentence with which Terraform refuses the call. Where Terraform has a text for an error, the text
//! here is close to it.
//!
//! The ideas:
//!
//! - A function is an entry of a table: its name, its parameters with their types, and how it deals with arguments that
//!   are not known (`signature.rs`). `known` functions run on known arguments only; `open` functions find out what they
//!   can (`endswith` of `"${var.name}-a"` is known); `structure` functions move elements about and leave them as they
//!   are; `raw` functions see sensitive marks.
//! - A result that is not known has the reason of the argument that is not known, and an *identity*: two calls of the
//!   same function with the same arguments are the same unknown.
//! - An argument that has alternatives gives a result with alternatives (`distribute` in `value::alternatives`).
//! - What Terraform computes only at apply, or what depends on the machine (`timestamp`, `uuid`, `~`), is unknown.
//! - Every function has a bound: an input of a few bytes must not cost gigabytes. Beyond the bound the result is unknown,
//!   or refused where Terraform refuses too.
//!
//! ```text
//! call("cidrsubnet", [10.0.0.0/16, 8, 2])       Ok("10.0.2.0/24")
//! call("cidrsubnet", [var.cidr (no value), 8, 2]) Ok(unknown string: "`var.cidr` has no value")
//! call("cidrsubnet", [10.0.0.0/16, 8, 256])     Err("… does not accommodate a subnet numbered 256")
//! ```
//!
//! `testdata/expressions/*.jsonl` holds what Terraform itself answers, a call a line; the tests compare all of it.
//!
//! What is not here: `try`, `can`, `templatefile` and `templatestring`, which need expressions instead of values
//! (`evaluate::builtin`). Begin reading at `signature.rs`, then a short table such as `hash`.
#![allow(
    clippy::unnecessary_wraps,
    reason = "the functions of a table have one signature"
)]

mod collection;
mod datetime;
mod encoding;
mod filesystem;
mod hash;
mod network;
mod numeric;
mod provider;
mod signature;
mod string;
mod type_conversion;

use super::value::Value;
use super::value::alternatives::unknown_because;
use super::value::schema::UniqueAttributes;
use super::value::types::Type;
use signature::Function;

/// What functions may ask of the machine.
pub struct Environment<'a> {
    /// The files that may be read.
    pub files: &'a dyn FileReader,
    /// Which attributes of resources differ from resource to resource.
    pub unique: &'a dyn UniqueAttributes,
    /// The absolute path of the directory in which Terraform runs, for `abspath`.
    pub working_directory: &'a str,
}

/// Reads files inside the boundary of a run. Paths are as expressions have them: relative to the directory in which
/// Terraform runs, or absolute.
pub trait FileReader {
    /// The content of a file.
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError>;

    /// Whether there is a file; `Err` for a directory and for what lies outside the boundary.
    fn exists(&self, path: &str) -> Result<bool, FileError>;

    /// What lies below a directory.
    fn list(&self, directory: &str) -> Result<ListedFiles, FileError>;
}

/// What lies below a directory, relative to it, with `/`, sorted.
#[derive(Debug, Default)]
pub struct ListedFiles {
    /// The files.
    pub files: Vec<String>,
    /// What may be a file, or a directory with files, and cannot be looked at.
    pub unread: Vec<String>,
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileError {
    /// There is no such file: what Terraform refuses.
    Missing,
    /// It is a directory: what Terraform refuses.
    Directory,
    /// It must not or cannot be read by tfvpc, and why. Terraform may be able to read it.
    Unavailable(String),
}

const TABLES: &[&[&[Function]]] = &[
    &collection::TABLES,
    &[
        datetime::FUNCTIONS,
        encoding::FUNCTIONS,
        filesystem::FUNCTIONS,
        hash::FUNCTIONS,
        network::FUNCTIONS,
        numeric::FUNCTIONS,
        provider::FUNCTIONS,
        string::FUNCTIONS,
        type_conversion::FUNCTIONS,
    ],
];

/// The result of a function, or why Terraform refuses the call. Arguments that are not known give as much of the result
/// as they determine.
pub fn call(
    name: &str,
    arguments: &[Value],
    environment: &Environment<'_>,
) -> Result<Value, String> {
    let short = name.strip_prefix("core::").unwrap_or(name);
    match find(short) {
        Some(function) => function.call(arguments, environment),
        None if short.starts_with("provider::") => Ok(Value::unknown(
            format!("`{short}` is computed by a provider"),
            Type::Dynamic,
        )),
        None => Err(
            match REMOVED.iter().find(|(removed, _)| *removed == short) {
                Some((removed, instead)) => format!("`{removed}` was removed: write `{instead}`"),
                None => format!("there is no function named `{name}`"),
            },
        ),
    }
}

/// Functions that Terraform had before its version 0.15, and what its documentation names instead.
const REMOVED: [(&str, &str); 2] = [("list", "tolist([…])"), ("map", "tomap({…})")];

/// Whether there is a function of that name.
pub fn exists(name: &str) -> bool {
    let short = name.strip_prefix("core::").unwrap_or(name);
    find(short).is_some() || short.starts_with("provider::")
}

fn find(name: &str) -> Option<&'static Function> {
    TABLES
        .iter()
        .copied()
        .flatten()
        .copied()
        .flatten()
        .find(|function| function.name == name)
}

/// A result of this type that is not known, for the reason for which the arguments are not known.
fn unknown(arguments: &[Value], ty: Type) -> Result<Value, String> {
    Ok(unknown_because(arguments, ty))
}

#[cfg(test)]
mod tests;
