//! Which paths may be read, and which links are followed.
#![allow(
    clippy::disallowed_methods,
    reason = "the tests build directories to be read"
)]

use std::fs;

use super::*;

/// A directory with files; a name that ends in `/` is a directory.
fn tree(names: &[&str]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("there is room");
    for name in names {
        let path = directory.path().join(name);
        if name.ends_with('/') {
            fs::create_dir_all(path).expect("it is new");
        } else {
            fs::create_dir_all(path.parent().expect("it has one")).expect("there is room");
            fs::write(path, name).expect("there is room");
        }
    }
    directory
}

fn files(paths: &[PathBuf]) -> Files {
    Files::on_disk(paths, &[]).expect("there is a working directory")
}

fn paths(found: &[DirectoryListing], root: &Path) -> Vec<String> {
    let below = |directory: &DirectoryListing| text(&relative(&directory.path, root));
    found.iter().map(below).collect()
}

/// The directories of a tree, from `root`.
fn searched(files: &Files, tree: &Path, root: &Path) -> Vec<String> {
    let found = files.search(tree, &Exclusion::default());
    paths(&found.directories, root)
}

#[test]
fn the_boundary_is_the_repository() {
    let tree = tree(&["repo/.git/", "repo/a/b/main.tf", "repo/x.tf", "y.tf"]);
    let root = tree.path();
    let files = files(&[root.join("repo/a/b")]);
    assert_eq!(files.boundary(&root.join("repo/a/b")), root.join("repo"));
    assert_eq!(
        files.read_text(&root.join("repo/x.tf")).as_deref(),
        Ok("repo/x.tf")
    );
    assert_eq!(files.read(&root.join("y.tf")), Err(Refusal::Outside));
    assert_eq!(
        files.kind(&root.join("repo/../y.tf")),
        Err(Refusal::Outside)
    );
    assert_eq!(files.kind(&root.join("none")), Err(Refusal::Outside));
    assert_eq!(files.kind(&root.join("repo/none")), Err(Refusal::Missing));
}

#[test]
fn without_a_repository_the_boundary_holds_the_path() {
    let tree = tree(&["a/b/main.tf", "a/x.tf", "y.tf"]);
    let root = tree.path();
    let files = files(&[root.join("a/b")]);
    assert!(files.is_file(&root.join("a/x.tf")));
    assert_eq!(files.kind(&root.join("y.tf")), Err(Refusal::Outside));
}

#[test]
fn a_named_file_may_lie_anywhere() {
    let tree = tree(&["a/.git/", "b/prod.tfvars", "b/other.tfvars"]);
    let named = tree.path().join("b/prod.tfvars");
    let files = Files::on_disk(&[tree.path().join("a")], std::slice::from_ref(&named));
    let files = files.expect("there is a working directory");
    assert!(files.is_file(&named));
    assert_eq!(
        files.kind(&tree.path().join("b/other.tfvars")),
        Err(Refusal::Outside)
    );
}

#[test]
fn what_is_no_text_or_no_file_is_refused() {
    let tree = tree(&["a/.git/", "a/b/"]);
    let root = tree.path().join("a");
    fs::write(root.join("secret.tfvars"), b"a = \"\xff\"").expect("there is room");
    let files = files(std::slice::from_ref(&root));
    assert_eq!(
        files.read_text(&root.join("secret.tfvars")),
        Err(Refusal::NotText)
    );
    assert_eq!(files.read(&root.join("b")), Err(Refusal::NotA("file")));
    assert_eq!(
        files.list(&root.join("secret.tfvars")),
        Err(Refusal::NotA("directory"))
    );
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_inside_the_boundary_only() {
        let tree = tree(&[
            "repo/.git/",
            "repo/shared/main.tf",
            "outside/main.tf",
            "repo/root/",
        ]);
        let root = tree.path();
        let link = |target: &str, name: &str| {
            symlink(target, root.join("repo/root").join(name)).expect("it is new");
        };
        link("../shared/main.tf", "in.tf");
        link("../../outside/main.tf", "out.tf");
        link("../../outside", "out");
        link("nowhere.tf", "broken.tf");
        let files = files(&[root.join("repo/root")]);
        let at = |name: &str| root.join("repo/root").join(name);
        assert_eq!(
            files.read_text(&at("in.tf")).as_deref(),
            Ok("repo/shared/main.tf")
        );
        assert_eq!(files.read(&at("out.tf")), Err(Refusal::Outside));
        assert_eq!(files.read(&at("out/main.tf")), Err(Refusal::Outside));
        assert_eq!(files.read(&at("broken.tf")), Err(Refusal::Missing));
    }

    #[test]
    fn each_directory_is_found_once_and_circles_end() {
        let tree = tree(&[
            "repo/.git/",
            "repo/b/main.tf",
            "repo/c/main.tf",
            "repo/.hidden/x.tf",
        ]);
        let root = tree.path().join("repo");
        symlink("../b", root.join("b/again")).expect("it is new");
        symlink("b", root.join("a")).expect("it is new");
        symlink("..", root.join("c/up")).expect("it is new");
        let files = files(std::slice::from_ref(&root));
        assert_eq!(searched(&files, &root, &root), [".", "b", "c"]);
    }

    #[test]
    fn an_excluded_directory_and_an_excluded_link_are_left_out_alone() {
        let tree = tree(&[
            "repo/.git/",
            "repo/a/b/main.tf",
            "repo/z/main.tf",
            "out/x.tf",
        ]);
        let root = tree.path().join("repo");
        symlink("../z", root.join("a/alias")).expect("it is new");
        let files = files(std::slice::from_ref(&root));
        let patterns = ["b", "alias"].map(|pattern| ExcludePattern::new(pattern, &root));
        let patterns = patterns.map(|pattern| pattern.expect("it is a glob"));
        let found = files.search(&root, &Exclusion::new(&patterns));
        assert_eq!(paths(&found.directories, &root), [".", "a", "z"]);
        assert_eq!(found.excluded, [root.join("a/alias"), root.join("a/b")]);
    }

    #[test]
    fn a_directory_behind_a_link_is_found_where_the_link_is() {
        let tree = tree(&["repo/.git/", "repo/live/", "repo/shared/prod/main.tf"]);
        let root = tree.path().join("repo");
        symlink("../shared/prod", root.join("live/prod")).expect("it is new");
        let files = files(std::slice::from_ref(&root));
        let live = root.join("live");
        assert_eq!(searched(&files, &live, &root), ["live", "live/prod"]);
    }
}

#[test]
fn paths_are_shown_from_the_working_directory() {
    let files = Files::in_memory(&[]);
    assert_eq!(files.display(Path::new("a/../b/./c.tf")), "b/c.tf");
    assert_eq!(files.display(Path::new("")), ".");
    assert_eq!(
        files.relative(Path::new("a/b"), Path::new("a/c/d")),
        "../../b"
    );
}
