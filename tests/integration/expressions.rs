//! The tables of `testdata/expressions`, which `scripts/record_expressions.py` records with Terraform.
#![allow(
    clippy::disallowed_methods,
    reason = "the tables are read from the disk"
)]

mod soundness;
mod table;

use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use tfvpc::aws::provider::AwsProvider;
use tfvpc::terraform::functions::{self, Environment, FileError, FileReader, ListedFiles};
use tfvpc::terraform::value::Value;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/expressions")
}

/// The names of the tables, sorted.
fn topics() -> Vec<String> {
    let entries = std::fs::read_dir(directory()).expect("the tables");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let tables = paths.filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "jsonl")
    });
    let mut topics: Vec<String> = tables
        .map(|path| {
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    topics.sort();
    topics
}

fn text_of(name: &str) -> String {
    std::fs::read_to_string(directory().join(name)).expect("a file of the tables")
}

/// The lines of a table.
fn recorded(topic: &str) -> Vec<Json> {
    let text = text_of(&format!("{topic}.jsonl"));
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

struct NoFiles;

impl FileReader for NoFiles {
    fn read(&self, _: &str) -> Result<Vec<u8>, FileError> {
        Err(FileError::Missing)
    }

    fn exists(&self, _: &str) -> Result<bool, FileError> {
        Ok(false)
    }

    fn list(&self, _: &str) -> Result<ListedFiles, FileError> {
        Ok(ListedFiles::default())
    }
}

/// The result of a function that reads no files.
fn call(name: &str, arguments: &[Value]) -> Result<Value, String> {
    let environment = Environment {
        files: &NoFiles,
        working_directory: "/",
        unique: &AwsProvider,
    };
    functions::call(name, arguments, &environment)
}
