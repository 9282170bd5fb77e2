//! Functions of files and paths. They read through `Environment::files`, never the disk itself.

mod glob;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::signature::{Function, SignatureType, known, string};
use super::string::{text, text_value};
use super::{Environment, FileError, ListedFiles};
use crate::terraform::value::Value;
use crate::terraform::value::conversion::set;
use crate::terraform::value::types::Type;

pub(super) const FUNCTIONS: &[Function] = &[
    known("file", &[string("path")], SignatureType::String, file),
    known(
        "filebase64",
        &[string("path")],
        SignatureType::String,
        file_base64,
    ),
    known("fileexists", &[string("path")], SignatureType::Bool, exists),
    known(
        "fileset",
        &[string("path"), string("pattern")],
        SignatureType::SetOfStrings,
        file_set,
    ),
    known(
        "basename",
        &[string("path")],
        SignatureType::String,
        |arguments, _| Ok(Value::string(base(text(arguments, 0)))),
    ),
    known(
        "dirname",
        &[string("path")],
        SignatureType::String,
        |arguments, _| Ok(Value::string(directory(text(arguments, 0)))),
    ),
    known(
        "abspath",
        &[string("path")],
        SignatureType::String,
        absolute,
    ),
    known(
        "pathexpand",
        &[string("path")],
        SignatureType::String,
        expand,
    ),
];

/// The result of `make` for the bytes of the file that the first argument names; unknown if tfvpc cannot read the file.
pub(super) fn content(
    arguments: &[Value],
    environment: &Environment<'_>,
    make: impl Fn(&[u8]) -> Result<Value, String>,
) -> Result<Value, String> {
    let path = text(arguments, 0);
    if path.starts_with('~') {
        return Ok(outside(path, "it lies in a home directory", Type::String));
    }
    match environment.files.read(path) {
        Ok(bytes) => make(&bytes),
        Err(FileError::Missing) => Err(format!("no file exists at `{path}`")),
        Err(FileError::Directory) => Err(format!("`{path}` is a directory, not a file")),
        Err(FileError::Unavailable(why)) => Ok(outside(path, &why, Type::String)),
    }
}

/// An unknown for a file that is not read, and why.
fn outside(path: &str, why: &str, ty: Type) -> Value {
    Value::unknown(format!("`{path}` is not read: {why}"), ty)
}

fn file(arguments: &[Value], environment: &Environment<'_>) -> Result<Value, String> {
    content(arguments, environment, |bytes| {
        match std::str::from_utf8(bytes) {
            Ok(content) => Ok(text_value(content)),
            Err(_) => Err(format!(
                "contents of `{}` are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead",
                text(arguments, 0)
            )),
        }
    })
}

fn file_base64(arguments: &[Value], environment: &Environment<'_>) -> Result<Value, String> {
    content(arguments, environment, |bytes| {
        Ok(Value::string(STANDARD.encode(bytes)))
    })
}

fn exists(arguments: &[Value], environment: &Environment<'_>) -> Result<Value, String> {
    let path = text(arguments, 0);
    if path.starts_with('~') {
        return Ok(outside(path, "it lies in a home directory", Type::Bool));
    }
    match environment.files.exists(path) {
        Ok(exists) => Ok(Value::Bool(exists)),
        Err(FileError::Missing) => Ok(Value::Bool(false)),
        Err(FileError::Directory) => Err(format!("`{path}` is a directory, not a file")),
        Err(FileError::Unavailable(why)) => Ok(outside(path, &why, Type::Bool)),
    }
}

fn file_set(arguments: &[Value], environment: &Environment<'_>) -> Result<Value, String> {
    let (path, pattern) = (text(arguments, 0), text(arguments, 1));
    let cleaned = clean(pattern);
    // The list below holds what is in the directory only; a guess of the rest would be wrong.
    if cleaned.starts_with("..") {
        let strings = Type::set(Type::String);
        return Ok(outside(
            pattern,
            "the pattern leads out of the directory",
            strings,
        ));
    }
    if cleaned.split('/').any(|name| name == ".git") {
        let strings = Type::set(Type::String);
        return Ok(outside(pattern, "the pattern leads into `.git`", strings));
    }
    let matcher =
        glob::Glob::parse(&cleaned).ok_or_else(|| format!("failed to glob pattern `{pattern}`"))?;
    match environment.files.list(path) {
        Ok(ListedFiles { files, unread }) => {
            let mut unread = unread.iter();
            if let Some(hidden) = unread.find(|entry| may_concern(&cleaned, &matcher, entry)) {
                let why = format!("`{hidden}` below it cannot be read");
                return Ok(outside(path, &why, Type::set(Type::String)));
            }
            let found = files.iter().filter(|file| matcher.matches(file));
            Ok(set(Type::String, found.map(|file| text_value(file))))
        }
        // Terraform finds nothing there and does not complain.
        Err(FileError::Missing | FileError::Directory) => Ok(set(Type::String, [])),
        Err(FileError::Unavailable(why)) => Ok(outside(path, &why, Type::set(Type::String))),
    }
}

/// Whether a pattern may match a path that cannot be read, or something below it.
fn may_concern(pattern: &str, matcher: &glob::Glob, path: &str) -> bool {
    let names = |text: &str| text.split('/').count();
    let may_lead_below = pattern.contains("**") || names(pattern) > names(path);
    may_lead_below || matcher.matches(path)
}

/// The path without `.`, doubled slashes, and `..` where a part before it can be removed, as Go's `path.Clean` has it;
/// `.` if nothing is left.
fn clean(path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(last) if *last != ".." => {
                    parts.pop();
                }
                _ if is_absolute => {}
                _ => parts.push(".."),
            },
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (is_absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// The last part of a path, as Go's `path.Base` has it.
fn base(path: &str) -> String {
    if path.is_empty() {
        return ".".to_owned();
    }
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() {
        return "/".to_owned();
    }
    trimmed.rsplit('/').next().unwrap_or_default().to_owned()
}

/// All of a path but its last part, as Go's `path.Dir` has it.
fn directory(path: &str) -> String {
    match path.rfind('/') {
        Some(at) => clean(&path[..=at]),
        None => ".".to_owned(),
    }
}

fn absolute(arguments: &[Value], environment: &Environment<'_>) -> Result<Value, String> {
    let path = text(arguments, 0);
    if path.starts_with('/') {
        return Ok(text_value(&clean(path)));
    }
    if !environment.working_directory.starts_with('/') {
        return Ok(outside(
            path,
            "where Terraform runs is not known",
            Type::String,
        ));
    }
    Ok(text_value(&clean(&format!(
        "{}/{path}",
        environment.working_directory
    ))))
}

/// `pathexpand`: a path with `~` depends on the user who runs Terraform.
fn expand(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let path = text(arguments, 0);
    match path.strip_prefix('~') {
        None => Ok(text_value(path)),
        Some("") => Ok(outside(path, "it depends on the user", Type::String)),
        Some(rest) if rest.starts_with('/') => {
            Ok(outside(path, "it depends on the user", Type::String))
        }
        Some(_) => Err("cannot expand user-specific home dir".to_owned()),
    }
}
