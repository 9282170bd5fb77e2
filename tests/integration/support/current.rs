//! Files that are made from others.
#![allow(
    clippy::disallowed_methods,
    reason = "tests read the files of the repository that they keep current"
)]

use std::path::{Path, PathBuf};

/// Fails if a file of the repository is not as expected; writes it if `UPDATE` is set.
pub(crate) fn assert(path: &str, expected: &str) {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(absolute(path), expected).expect("writable");
    }
    let found = std::fs::read_to_string(absolute(path)).unwrap_or_default();
    assert!(
        found == expected,
        "{path} is not current: run `UPDATE=1 cargo test` and look at what changes"
    );
}

/// A file of the repository.
#[allow(dead_code, reason = "not every test that shares this file reads one")]
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(absolute(path)).expect("a file of the repository")
}

fn absolute(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
