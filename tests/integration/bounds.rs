//! Few lines can describe more than any machine could hold: that is a problem. Without bounds these
//! tests would not end.

use std::fmt::Write;

use tfvpc::aws::provider::AwsProvider;
use tfvpc::source::ProblemSeverity;
use tfvpc::terraform::files::Files;
use tfvpc::terraform::{EvaluateOptions, evaluate, load};

/// As the command line gives to the threads that evaluate.
const STACK_BYTES: usize = 512 << 20;

/// The errors of a configuration.
fn errors(text: String) -> Vec<String> {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    let run = move || {
        let texts = [("main.tf", text.as_str())];
        let loaded = load::from_text(&texts);
        let files = Files::in_memory(&texts);
        let options = EvaluateOptions::default();
        let root = &loaded.roots[0];
        let (_, problems) = evaluate(&loaded.modules, root, &options, &AwsProvider, &files);
        let errors = problems
            .into_iter()
            .filter(|problem| problem.severity == ProblemSeverity::Error);
        errors.map(|problem| problem.message).collect()
    };
    let thread = thread.spawn(run).expect("the thread starts");
    thread.join().expect("nothing panics")
}

/// Locals `a0` to `a{count}`, each made of the one before by `step` with `@` in its place.
fn chain(first: &str, step: &str, count: usize) -> String {
    let mut text = format!("locals {{\n  a00000 = {first}\n");
    for n in 1..=count {
        let before = format!("local.a{:05}", n - 1);
        let _ = writeln!(text, "  a{n:05} = {}", step.replace('@', &before));
    }
    text + "}\n"
}

fn assert_bounded(text: String, why: &str) {
    let errors = errors(text);
    assert!(errors.iter().any(|error| error.contains(why)), "{errors:?}");
}

#[test]
fn lists_that_double_are_bounded() {
    for step in [
        "[@, @]",
        "{ x = @, y = @ }",
        "concat([@], [@])",
        "@ == @ ? [@, @] : [@]",
    ] {
        assert_bounded(chain("[\"a\"]", step, 40), "parts");
    }
}

#[test]
fn strings_that_double_are_bounded() {
    for step in [
        "\"${@}${@}\"",
        "join(\"\", [@, @])",
        "format(\"%s%s\", @, @)",
        "jsonencode([@, @])",
    ] {
        assert_bounded(chain("\"0123456789abcdef\"", step, 40), "parts");
    }
}

#[test]
fn strings_that_are_repeated_in_one_expression_are_bounded() {
    let text = chain("\"0123456789abcdef\"", "\"${@}${@}\"", 16);
    let repeat = "locals {\n  b = \"%{for i in range(1000)}${local.a00016}%{endfor}\"\n}\n";
    assert_bounded(text + repeat, "parts");
}

#[test]
fn lists_that_nest_are_bounded() {
    assert_bounded(chain("1", "[@]", 3_000), "nests deeper");
}

#[test]
fn lists_of_some_size_are_evaluated() {
    assert_eq!(errors(chain("[\"a\"]", "[@, @]", 18)), [] as [&str; 0]);
    assert_eq!(errors(chain("1", "[@]", 300)), [] as [&str; 0]);
}

#[cfg(unix)]
#[test]
#[allow(clippy::disallowed_methods, reason = "the links are the test's own")]
fn directories_that_link_to_each_other_are_bounded() {
    let tree = tempfile::tempdir().expect("a directory can be made");
    let directory = |n: usize| tree.path().join(format!("d{n}"));
    for n in 0..12 {
        std::fs::create_dir(directory(n)).expect("it is new");
        for other in (0..12).filter(|other| *other != n) {
            let link = directory(n).join(format!("l{other}"));
            std::os::unix::fs::symlink(directory(other), link).expect("it is new");
        }
    }
    let text = "resource \"x_y\" \"z\" {\n  files = fileset(path.module, \"**\")\n}\n";
    std::fs::write(tree.path().join("main.tf"), text).expect("it is new");
    let paths = [tree.path().to_owned()];
    let files = Files::on_disk(&paths, &[]).expect("it is there");
    let options = load::LoadOptions {
        paths: paths.to_vec(),
        ..load::LoadOptions::default()
    };
    let loaded = load::load(&options, &files);
    let options = EvaluateOptions::default();
    let root = &loaded.roots[0];
    let (resource_set, _) = evaluate(&loaded.modules, root, &options, &AwsProvider, &files);
    let found = &resource_set.resources[0].body.attributes["files"].value;
    let reason = found.unknown_reason().unwrap_or_default();
    assert!(reason.contains("more than 1000 links"), "{found:?}");
}
