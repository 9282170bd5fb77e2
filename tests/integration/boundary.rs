//! Nothing outside the tree is read, nothing inside it is passed over in silence, and nothing makes a run wait.
#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    reason = "the tests make files that a repository should not hold"
)]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::support::command::{Repository, Run};

/// A group that is open to the internet: one finding, whatever lies beside it.
const OPEN: &str = r#"
provider "aws" {
  region = "eu-west-1"
}

resource "aws_security_group" "open" {
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"#;

fn repository(name: &str) -> Repository {
    let repository = Repository::new(name);
    repository.write("main.tf", OPEN);
    repository
}

fn pipe(repository: &Repository, path: &str) {
    let made = Command::new("mkfifo").arg(repository.path(path)).status();
    assert!(made.expect("it is there").success());
}

/// That a run fails, names a file, and still finds what it can.
fn assert_refused(run: &Run, named: &str) {
    assert_eq!(run.status, Some(2), "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains(named), "{named}: {}", run.stderr);
}

#[test]
fn a_file_whose_name_is_no_text_is_a_problem_at_its_place() {
    for (at, name) in [
        &b"bad\xff.tf"[..],
        b"bad\xff.tf.json",
        b"bad\xff.auto.tfvars",
        b"bad\xff/main.tf",
        b"sub/bad\xff.tofu",
    ]
    .into_iter()
    .enumerate()
    {
        let repository = repository(&format!("name_{at}"));
        let path = repository.path("").join(OsStr::from_bytes(name));
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("writable");
        std::fs::write(path, "").expect("writable");
        let run = repository.tfvpc(&["check"]);
        assert_refused(&run, "its name is not UTF-8 text");
        assert!(run.stderr.contains("bad\u{fffd}"), "{}", run.stderr);
        assert!(run.stdout.contains("sg_open_sensitive_port"));
    }
    let repository = repository("name_of_a_picture");
    let path = repository.path("").join(OsStr::from_bytes(b"caf\xe9.png"));
    std::fs::write(path, "").expect("writable");
    assert_eq!(repository.tfvpc(&["check"]).status, Some(1));
}

#[test]
fn what_is_no_file_is_refused_wherever_it_is_named() {
    for (at, (file, arguments)) in [
        ("tfvpc.toml", &["check"][..]),
        ("x.tf", &["check"]),
        ("x.auto.tfvars", &["check"]),
        ("ranges", &["check", "--ip-ranges", "ranges"]),
        ("lists", &["check", "--prefix-lists", "lists"]),
        ("base", &["check", "--baseline", "base"]),
        ("x.toml", &["check", "--config", "x.toml"]),
        ("x.tfvars", &["check", "--var-file", "x.tfvars"]),
        ("plan.json", &["check", "plan.json"]),
    ]
    .into_iter()
    .enumerate()
    {
        let with_pipe = repository(&format!("pipe_{at}"));
        pipe(&with_pipe, file);
        assert_refused(&with_pipe.tfvpc(arguments), file);
        let with_device = repository(&format!("device_{at}"));
        symlink("/dev/zero", with_device.path(file)).expect("it is new");
        assert_refused(&with_device.tfvpc(arguments), file);
    }
}

#[test]
fn what_a_shell_hands_over_is_read() {
    let repository = repository("descriptor");
    repository.write("ranges.json", r#"{"prefixes": [], "ipv6_prefixes": []}"#);
    let mut command = repository.command(&["check", "--ip-ranges", "/dev/stdin"]);
    let file = std::fs::File::open(repository.path("ranges.json")).expect("it exists");
    let run = Run::of(command.stdin(file).output().expect("it runs"));
    assert!(!run.stderr.contains("is not a file"), "{}", run.stderr);
}

#[test]
fn settings_and_what_they_name_lead_nowhere_outside() {
    let outside = Repository::new("outside_settings");
    outside.write("x.toml", "fail-on = 'never'\n");
    outside.write("secret", "PASSWORD = hunter2 and more\n");
    let target = "../outside_settings/secret";
    for (at, key) in [
        "var-files = ['F']",
        "prefix-lists = ['F']",
        "ip-ranges = 'F'",
        "baseline = 'F'",
    ]
    .into_iter()
    .enumerate()
    {
        for (kind, file) in [("path", target), ("link", "inside")] {
            let repository = repository(&format!("settings_name_{kind}_{at}"));
            symlink(target, repository.path("inside")).expect("it is new");
            repository.write("tfvpc.toml", &key.replace('F', file));
            for arguments in [&["check"][..], &["check", "--config", "tfvpc.toml"]] {
                let run = repository.tfvpc(arguments);
                assert_refused(&run, "outside the tree");
                let said = run.stdout + &run.stderr;
                assert!(!said.contains("hunter2"), "{said}");
            }
        }
    }
    let linked = repository("settings_linked");
    symlink("../outside_settings/x.toml", linked.path("tfvpc.toml")).expect("it is new");
    assert_refused(&linked.tfvpc(&["check"]), "tfvpc.toml");
}

/// The value of an output, as `show` has it.
fn ask(repository: &Repository, expression: &str) -> String {
    let asking =
        format!("{OPEN}\nresource \"aws_vpc\" \"a\" {{\n  tags = {{ a = {expression} }}\n}}\n");
    repository.write("main.tf", &asking);
    let run = repository.tfvpc(&["show", "-f", "json", "--address", "aws_vpc.a"]);
    let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    json["roots"][0]["resources"][0]["values"]["tags"].to_string()
}

#[test]
fn whether_a_file_outside_exists_changes_no_answer() {
    let outside = Repository::new("outside_exists");
    outside.write("there/file", "secret");
    let repository = repository("exists");
    symlink("../outside_exists", repository.path("out")).expect("it is new");
    symlink("../outside_exists/there", repository.path("there")).expect("it is new");
    symlink("../outside_exists/none", repository.path("none")).expect("it is new");
    symlink(
        "../outside_exists/there/../../exists/main.tf",
        repository.path("by_there"),
    )
    .expect("it is new");
    symlink(
        "../outside_exists/none/../../exists/main.tf",
        repository.path("by_none"),
    )
    .expect("it is new");
    for (there, none) in [
        (
            "fileexists(\"out/there/file\")",
            "fileexists(\"out/none/file\")",
        ),
        ("fileexists(\"there\")", "fileexists(\"none\")"),
        (
            "fileexists(\"../outside_exists/there/file\")",
            "fileexists(\"../outside_exists/none\")",
        ),
        ("fileexists(\"by_there\")", "fileexists(\"by_none\")"),
        ("can(file(\"there\"))", "can(file(\"none\"))"),
        (
            "length(fileset(\"out/there\", \"*\"))",
            "length(fileset(\"out/none\", \"*\"))",
        ),
    ] {
        let (answer, other) = (ask(&repository, there), ask(&repository, none));
        let even = |text: &str| text.replace("there", "none").replace("/file", "");
        assert_eq!(even(&answer), even(&other));
        assert!(answer.contains("$unknown"), "{there}: {answer}");
    }
}

#[test]
fn the_files_of_git_are_not_read() {
    let repository = repository("of_git");
    repository.write(".git/config", "token");
    symlink(".git", repository.path("git")).expect("it is new");
    for expression in [
        "file(\".git/config\")",
        "file(\"git/config\")",
        "fileexists(\".git/config\")",
        "fileexists(\".git/none\")",
        "filemd5(\".git/config\")",
        "length(fileset(\".git\", \"*\"))",
        "length(fileset(\".\", \".git/*\"))",
        "length(fileset(\"git\", \"**\"))",
    ] {
        let answer = ask(&repository, expression);
        assert!(answer.contains("$unknown"), "{expression}: {answer}");
    }
    let inside = ask(&repository, "length(fileset(\".\", \"*.tf\"))");
    assert!(
        inside.contains('1') && !inside.contains("$unknown"),
        "{inside}"
    );
}

#[test]
fn a_link_that_leads_out_is_said() {
    let outside = Repository::new("outside_link");
    outside.write("main.tf", OPEN);
    let repository = repository("link_out");
    symlink("../outside_link", repository.path("shared")).expect("it is new");
    let run = repository.tfvpc(&["check"]);
    assert_eq!(run.status, Some(1));
    let says = "the link `shared` is not followed";
    assert!(run.stderr.contains(says), "{}", run.stderr);
}
