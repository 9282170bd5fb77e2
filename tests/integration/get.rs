//! `tfvpc get` with repositories of git on the disk: what it fetches, what others read of it, what it never does.

#![allow(
    clippy::disallowed_methods,
    reason = "tests look at what lies on the disk"
)]

mod http;
mod server;

use std::path::Path;
use std::process::Command;

use crate::support::command::{Repository, Run, run};

/// A repository with a module that creates a subnet, and calls another module of its own.
struct Modules {
    repository: Repository,
}

impl Modules {
    fn new(name: &str) -> Self {
        let repository = Repository::new(name);
        std::fs::remove_dir_all(repository.path(".git")).expect("it is there");
        let modules = Self { repository };
        modules.git(&["init", "-q", "-b", "main"]);
        let net = "module \"inner\" {\n  source = \"../inner\"\n}\nresource \"aws_vpc\" \"main\" { cidr_block = \"10.0.0.0/16\" }\n";
        modules.repository.write("net/main.tf", net);
        let inner = "resource \"aws_subnet\" \"inner\" {\n  vpc_id     = \"vpc-1\"\n  cidr_block = \"10.0.1.0/24\"\n}\n";
        modules.repository.write("inner/main.tf", inner);
        modules.commit("v1.0.0");
        modules
    }

    fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        command
            .current_dir(self.repository.path(""))
            .args(arguments);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        for name in ["GIT_AUTHOR", "GIT_COMMITTER"] {
            command
                .env(format!("{name}_NAME"), "a")
                .env(format!("{name}_EMAIL"), "a@b.c");
        }
        let output = command.output().expect("git is there");
        assert!(output.status.success(), "{output:?}");
    }

    fn commit(&self, tag: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "x"]);
        self.git(&["tag", tag]);
    }

    /// The source of a folder of it.
    fn source(&self, folder: &str, query: &str) -> String {
        let top = self.repository.path("");
        format!("git::file://{}//{folder}{query}", top.display())
    }
}

fn root(name: &str, source: &str) -> Repository {
    let root = Repository::new(name);
    root.write(
        "main.tf",
        &format!("module \"net\" {{\n  source = \"{source}\"\n}}\n"),
    );
    root
}

/// Runs a command with a cache of the root's own, outside of what is checked.
fn tfvpc(root: &Repository, protocols: &str, arguments: &[&str]) -> Run {
    let cache = root.path(".git").join("cache-of-the-test");
    let mut command = root.command(arguments);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("TFVPC_CACHE_DIR", &cache);
    command.env("GIT_CONFIG_NOSYSTEM", "1");
    if !protocols.is_empty() {
        command.env("GIT_ALLOW_PROTOCOL", protocols);
    }
    run(command)
}

fn get(root: &Repository) -> Run {
    tfvpc(root, "file:https", &["get"])
}

fn addresses(root: &Repository) -> String {
    tfvpc(root, "", &["show"]).stdout
}

#[test]
fn what_is_fetched_is_read_and_a_second_run_needs_nothing() {
    let modules = Modules::new("get_modules");
    let root = root("get_root", &modules.source("net", "?ref=v1.0.0"));
    assert!(!addresses(&root).contains("module.net.aws_vpc.main"));
    let first = get(&root);
    assert_eq!(first.status, Some(0), "{}", first.stderr);
    assert!(
        first.stdout.contains("1 fetched, 0 in the cache, 0 failed"),
        "{}",
        first.stdout
    );
    std::fs::remove_dir_all(modules.repository.path("")).expect("it is there");
    let shown = addresses(&root);
    for address in [
        "module.net.aws_vpc.main",
        "module.net.module.inner.aws_subnet.inner",
    ] {
        assert!(shown.contains(address), "{shown}");
    }
    let second = get(&root);
    assert_eq!(second.status, Some(0), "{}", second.stderr);
    assert!(
        second
            .stdout
            .contains("0 fetched, 1 in the cache, 0 failed"),
        "{}",
        second.stdout
    );
    let names = std::fs::read_dir(root.path(""))
        .expect("readable")
        .flatten();
    let mut names: Vec<_> = names.map(|entry| entry.file_name()).collect();
    names.sort();
    assert_eq!(
        names,
        [".git", "main.tf"],
        "nothing is written into the repository"
    );
}

#[test]
fn a_commit_stays_the_same_until_an_upgrade() {
    let modules = Modules::new("get_pinned_modules");
    let root = root("get_pinned", &modules.source("net", "?ref=main"));
    assert_eq!(get(&root).status, Some(0));
    modules.repository.write(
        "net/more.tf",
        "resource \"aws_vpc\" \"second\" { cidr_block = \"10.1.0.0/16\" }\n",
    );
    modules.commit("v2.0.0");
    assert_eq!(get(&root).status, Some(0));
    assert!(!addresses(&root).contains("aws_vpc.second"));
    let upgrade = tfvpc(&root, "file", &["get", "--upgrade"]);
    assert_eq!(upgrade.status, Some(0), "{}", upgrade.stderr);
    assert!(addresses(&root).contains("aws_vpc.second"));
    let pruned = tfvpc(&root, "file", &["get", "--prune"]);
    assert!(
        pruned.stdout.contains("1 package removed"),
        "{}",
        pruned.stdout
    );
    assert!(addresses(&root).contains("aws_vpc.second"));
}

#[test]
fn a_locked_run_fetches_nothing_that_the_index_lacks() {
    let modules = Modules::new("get_locked_modules");
    let root = root("get_locked", &modules.source("net", "?ref=v1.0.0"));
    let locked = tfvpc(&root, "file", &["get", "--locked"]);
    assert_eq!(locked.status, Some(2));
    assert!(
        locked
            .stderr
            .contains("the index of the repository does not list it"),
        "{}",
        locked.stderr
    );
    assert_eq!(get(&root).status, Some(0));
    assert_eq!(tfvpc(&root, "file", &["get", "--locked"]).status, Some(0));
}

#[test]
fn what_cannot_be_had_is_told_and_the_rest_is_fetched() {
    let modules = Modules::new("get_partly_modules");
    let root = root("get_partly", &modules.source("net", "?ref=v1.0.0"));
    let sources = [
        (
            modules.source("net", "?ref=v9.9.9"),
            "no tag, branch or commit `v9.9.9`",
        ),
        (
            modules.source("nothing", "?ref=v1.0.0"),
            "the package has no folder `nothing`",
        ),
        (
            "s3::https://s3.amazonaws.com/acme/net.zip".to_owned(),
            "sources of type `s3` are not supported",
        ),
        (
            "hg::https://example.com/net".to_owned(),
            "sources of type `hg` are not supported",
        ),
    ];
    for (number, (source, _)) in sources.iter().enumerate() {
        root.write(
            &format!("m{number}.tf"),
            &format!("module \"m{number}\" {{\n  source = \"{source}\"\n}}\n"),
        );
    }
    let run = get(&root);
    assert_eq!(run.status, Some(2));
    assert!(
        run.stdout.contains("1 fetched, 0 in the cache, 4 failed"),
        "{}",
        run.stdout
    );
    for (_, why) in sources {
        assert!(run.stderr.contains(why), "{why}: {}", run.stderr);
    }
    assert!(addresses(&root).contains("module.net.aws_vpc.main"));
}

#[test]
fn transports_are_those_that_the_user_allows() {
    let modules = Modules::new("get_transport_modules");
    let top = modules.repository.path("").display().to_string();
    for source in [
        modules.source("net", "?ref=v1.0.0"),
        format!("{top}/net"),
        format!("file://{top}/net"),
    ] {
        let root = root("get_transport", &source);
        let refused = tfvpc(&root, "", &["get"]);
        assert_eq!(refused.status, Some(2), "{source}");
        assert!(
            refused
                .stderr
                .contains("the transport `file` is not allowed"),
            "{}",
            refused.stderr
        );
    }
    let root = root("get_directory", &format!("{top}/inner"));
    assert_eq!(get(&root).status, Some(0));
    assert!(addresses(&root).contains("module.net.aws_subnet.inner"));
}

#[test]
fn no_source_runs_a_program() {
    let marker = Path::new(env!("CARGO_TARGET_TMPDIR")).join("get_marker");
    let _ = std::fs::remove_file(&marker);
    let modules = Modules::new("get_hostile_modules");
    let touch = format!("touch {}", marker.display());
    let top = modules.repository.path("").display().to_string();
    let sources = [
        format!("git::ext::sh -c \\\"{touch}\\\""),
        format!("git::ext::sh% -c% {}", touch.replace(' ', "% ")),
        format!("git::file://{top}//net?ref=--upload-pack={touch}"),
        format!("git::file://{top}//net?ref=-u{touch}"),
        format!("git::--upload-pack={touch}://{top}"),
        format!(
            "git::ssh://-oProxyCommand={}/x",
            touch.replace(' ', "${IFS}")
        ),
        format!("git::file://{top}//../../../net"),
    ];
    for source in &sources {
        let root = root("get_hostile", &source.replace("${", "$${"));
        let run = tfvpc(&root, "file:https:ssh:ext", &["get"]);
        assert_eq!(run.status, Some(2), "{source}: {}", run.stdout);
        assert!(!marker.try_exists().expect("readable"), "{source}");
    }
}

#[test]
fn a_repository_brings_no_filters_hooks_or_links_out() {
    let marker = Path::new(env!("CARGO_TARGET_TMPDIR")).join("get_filter_marker");
    let _ = std::fs::remove_file(&marker);
    let modules = Modules::new("get_filter_modules");
    modules
        .repository
        .write("net/.gitattributes", "*.tf filter=evil\n");
    modules.repository.write(
        "net/secret.tf",
        "resource \"aws_vpc\" \"secret\" { cidr_block = file(\"${path.module}/out\") }\n",
    );
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", modules.repository.path("net/out")).expect("a link");
    modules.commit("v3.0.0");
    let root = root("get_filter", &modules.source("net", "?ref=v3.0.0"));
    let home = root.path(".git").join("home");
    std::fs::create_dir_all(&home).expect("writable");
    let evil = format!(
        "[filter \"evil\"]\n  smudge = touch {0} && cat\n  required = true\n[core]\n  hooksPath = {1}\n",
        marker.display(),
        home.display()
    );
    std::fs::write(home.join(".gitconfig"), evil).expect("writable");
    std::fs::write(
        home.join("post-checkout"),
        format!("#!/bin/sh\ntouch {}\n", marker.display()),
    )
    .expect("writable");
    let mut command = root.command(&["get"]);
    command
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", &home);
    command.env(
        "TFVPC_CACHE_DIR",
        root.path(".git").join("cache-of-the-test"),
    );
    command.env("GIT_ALLOW_PROTOCOL", "file");
    let fetched = run(command);
    assert_eq!(fetched.status, Some(0), "{}", fetched.stderr);
    assert!(!marker.try_exists().expect("readable"));
    let shown = tfvpc(&root, "", &["show"]);
    assert!(!shown.stdout.contains("root:"), "{}", shown.stdout);
}

#[test]
fn what_cannot_be_read_may_call_modules_and_is_told() {
    let root = root("get_unread", "./net");
    root.write("net/main.tf", "locals {}\n");
    let elsewhere = tfvpc(&root, "", &["get", "nothing"]);
    assert_eq!(elsewhere.status, Some(2), "{}", elsewhere.stdout);
    assert!(
        elsewhere.stderr.contains("`nothing`"),
        "{}",
        elsewhere.stderr
    );
    root.write("net/broken.tf", "resource {\n");
    let broken = tfvpc(&root, "", &["get"]);
    assert_eq!(broken.status, Some(2), "{}", broken.stdout);
    assert!(
        broken.stderr.contains("net/broken.tf:"),
        "{}",
        broken.stderr
    );
}

#[test]
fn names_of_packages_steer_nothing() {
    let root = root(
        "get_steering",
        "git::https://h.invalid/\\u001b[31m::error::x.git?ref=v1",
    );
    let run = tfvpc(&root, "", &["get"]);
    assert_eq!(run.status, Some(2));
    assert!(!run.stderr.contains('\u{1b}'), "{}", run.stderr);
}
