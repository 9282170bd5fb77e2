//! Terraform's built-in functions.
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

/// What functions may ask of the outside.
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

    /// All files below a directory, relative to it, with `/`, sorted.
    fn list(&self, directory: &str) -> Result<Vec<String>, FileError>;
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileError {
    /// There is no such file: what Terraform refuses.
    Missing,
    /// It is a directory: what Terraform refuses.
    Directory,
    /// It must not or cannot be read here, and why; Terraform may be able to.
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
/// as they determine. `try`, `can`, `templatefile` and `templatestring` evaluate expressions: they are not here.
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
        None => Err(format!("there is no function named `{name}`")),
    }
}

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

/// A result of that type that is not known because the arguments are not.
fn unknown(arguments: &[Value], ty: Type) -> Result<Value, String> {
    Ok(unknown_because(arguments, ty))
}

#[cfg(test)]
mod tests;
