#![allow(
    clippy::disallowed_methods,
    reason = "the files of these tests are their own"
)]

use std::path::Path;
use std::process::Command;

use super::*;

/// A repository with these files in its first commit.
fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    run(directory.path(), &["init", "-q"]);
    for (path, text) in files {
        std::fs::write(directory.path().join(path), text).expect("writable");
    }
    run(directory.path(), &["add", "."]);
    commit(directory.path());
    directory
}

fn commit(top: &Path) {
    let author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    let commit = ["-c", "commit.gpgsign=false", "commit", "-qm", "a commit"];
    run(top, &[&author[..], &commit[..]].concat());
}

fn run(top: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    let ran = command.arg("-C").arg(top).args(arguments).status();
    assert!(ran.expect("git is there").success());
}

#[test]
fn a_revision_keeps_its_files_whatever_the_working_copy_holds() {
    let directory = repository(&[("a.tf", "before\n"), ("empty.tf", "")]);
    std::fs::write(directory.path().join("a.tf"), "after\n").expect("writable");
    let repository = Repository::at(directory.path());
    let commit = repository.commit("HEAD").expect("a commit");
    let tree = repository.tree(&commit).expect("a tree");
    let read = |path: &str| tree.read(Path::new(path), 100);
    assert_eq!(read("a.tf"), Ok(b"before\n".to_vec()));
    assert_eq!(read("empty.tf"), Ok(Vec::new()));
    assert_eq!(read("b.tf"), Err(GitFailure::Missing));
    assert_eq!(
        tree.read(Path::new("a.tf"), 3),
        Err(GitFailure::TooLarge(3))
    );
    assert_eq!(read("a.tf"), Ok(b"before\n".to_vec()));
}

#[test]
fn a_revision_that_is_none_is_named() {
    let directory = repository(&[("a.tf", "")]);
    let repository = Repository::at(directory.path());
    for name in ["no-branch", "HEAD~5", "--help", "", "HEAD:a.tf"] {
        let unknown = GitFailure::UnknownRevision(name.to_owned());
        assert_eq!(repository.commit(name), Err(unknown), "{name}");
    }
    let outside = tempfile::tempdir().expect("a directory");
    let refused = Repository::at(outside.path()).commit("HEAD");
    assert!(
        matches!(refused, Err(GitFailure::Refused(_))),
        "{refused:?}"
    );
}

#[cfg(unix)]
#[test]
fn nothing_that_a_repository_names_is_run() {
    let directory = repository(&[
        ("a.tf", "text\n"),
        (".gitattributes", "* filter=x diff=x\n"),
    ]);
    let top = directory.path();
    let program = format!("touch {}", top.join("ran").display());
    for key in [
        "core.fsmonitor",
        "filter.x.smudge",
        "filter.x.process",
        "diff.x.textconv",
        "core.pager",
        "core.sshCommand",
        "core.alternateRefsCommand",
    ] {
        run(top, &["config", key, &program]);
    }
    let repository = Repository::at(top);
    let tree = repository.tree(&repository.commit("HEAD").expect("a commit"));
    let tree = tree.expect("a tree");
    assert_eq!(tree.read(Path::new("a.tf"), 100), Ok(b"text\n".to_vec()));
    let entries: Vec<_> = tree.entries().keys().collect();
    assert_eq!(entries, [Path::new(".gitattributes"), Path::new("a.tf")]);
    assert!(!top.join("ran").exists());
}

#[test]
fn a_directory_that_looks_like_a_repository_is_none() {
    let directory = repository(&[("a.tf", "")]);
    let bare = directory.path().join("bare");
    let bare_text = bare.to_str().expect("UTF-8");
    run(directory.path(), &["clone", "-q", "--bare", ".", bare_text]);
    let refused = Repository::at(&bare).commit("HEAD");
    assert!(
        matches!(refused, Err(GitFailure::Refused(_))),
        "{refused:?}"
    );
}
