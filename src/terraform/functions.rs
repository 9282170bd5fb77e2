//! Terraform's built-in functions.

use super::types::Type;
use super::value::Value;

/// What functions may ask of the outside.
pub struct Environment<'a> {
    /// The files that may be read.
    pub files: &'a dyn FileReader,
    /// The absolute path of the directory in which Terraform runs, for `abspath`.
    pub working_directory: &'a str,
}

/// Reads files inside the boundary of a run. Paths are as expressions have them: relative to the
/// directory in which Terraform runs, or absolute.
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

/// The result of a function, or why Terraform refuses the call.
pub fn call(name: &str, _: Vec<Value>, _: &Environment<'_>) -> Result<Value, String> {
    Ok(Value::unknown(
        format!("the function `{name}` is not evaluated"),
        Type::Dynamic,
    ))
}
