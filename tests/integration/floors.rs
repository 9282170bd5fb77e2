//! A module imports only from lower floors: `src/README.md` says why.
#![allow(
    clippy::disallowed_methods,
    reason = "it reads the source of the crate, not what users check"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The modules of each floor, the ground first.
const FLOORS: [&[&str]; 10] = [
    &["source"],
    &["terraform"],
    &["aws"],
    &["reachability"],
    &["finding"],
    &["rules"],
    &["ignore"],
    &["settings"],
    &["report", "picture"],
    &["cli"],
];

#[test]
fn a_module_imports_only_from_lower_floors() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = BTreeSet::new();
    for file in rust_files(&src) {
        let path = file.strip_prefix(&src).expect("found below it");
        let Some(module) = module(path) else { continue };
        let text = std::fs::read_to_string(&file).expect("a source file is text");
        for used in used_modules(&text) {
            if used != module && floor(&used) >= floor(&module) {
                wrong.insert(format!("{}: `{module}` uses `{used}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The top module that a file belongs to; none for those that show the whole line.
fn module(path: &Path) -> Option<String> {
    let first = path.iter().next()?.to_str()?;
    let name = first.trim_end_matches(".rs");
    (!matches!(name, "lib" | "main") && !path.ends_with("README.md")).then(|| name.to_owned())
}

fn used_modules(text: &str) -> Vec<String> {
    let name = regex::Regex::new(r"\bcrate::(\{|[a-z_]+::|[a-z_]+;)").expect("a pattern");
    let names = name.captures_iter(text).map(|found| found[1].to_owned());
    names
        .map(|name| name.trim_end_matches([':', ';']).to_owned())
        .collect()
}

fn floor(module: &str) -> usize {
    let floor = FLOORS.iter().position(|floor| floor.contains(&module));
    floor.unwrap_or_else(|| panic!("`{module}` is on no floor; imports name one module each"))
}

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).expect("a directory of the crate") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
