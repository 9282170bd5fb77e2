//! A run that saw nothing does not look like a run that found nothing, in any format; problems are folded.

use pulldown_cmark::{Event, Parser};
use serde_json::Value as Json;

use super::*;
use crate::coverage::{Obstacle, ObstacleKind};

/// A root whose network a module hides that is not installed.
fn hidden_root(path: &str, coverage: Coverage, module: &str) -> ReportRoot {
    ReportRoot {
        coverage: RootCoverage {
            coverage,
            hidden_by: vec![Obstacle {
                kind: ObstacleKind::MissingModule {
                    source: "terraform-aws-modules/vpc/aws".into(),
                    is_installable: true,
                },
                address: module.into(),
                span: None,
                reason: format!("`{module}` is not on the disk").into(),
            }],
        },
        remedy: Some(Remedy::Install {
            directory: path.into(),
        }),
        ..root(path)
    }
}

fn without_network(path: &str) -> ReportRoot {
    ReportRoot {
        coverage: RootCoverage {
            coverage: Coverage::None,
            hidden_by: Vec::new(),
        },
        ..root(path)
    }
}

fn report_of(roots: Vec<ReportRoot>) -> Report {
    let roots = roots.into_iter().map(|root| (root, Vec::new(), Vec::new()));
    Report::of_findings(Sources::default(), Vec::new(), roots.collect())
}

fn unseen() -> Report {
    report_of(vec![hidden_root("net", Coverage::NotSeen, "module.vpc")])
}

fn summary(report: &Report) -> String {
    let style = style::Style::new(false, 300);
    let mut out = Vec::new();
    text::summary(report, &style, &mut out).expect("writes to memory");
    text::coverage(report, &style, &mut out).expect("writes to memory");
    // Lines are compared as they are before they are wrapped.
    String::from_utf8(out).expect("text").replace("\n  ", " ")
}

const LINE: &str = "network: 1 not seen; run `terraform init -backend=false` in `net`";
const MESSAGE: &str = "the network of `net` is not seen: `module.vpc` is not on the disk";

#[test]
fn text_says_that_nothing_was_seen() {
    let expected = format!("no network seen in 1 root module\n{LINE}\n");
    assert_eq!(summary(&unseen()), expected);
}

#[test]
fn text_counts_roots_and_says_one_thing_to_do() {
    let mut with_file = hidden_root("c", Coverage::PartlySeen, "module.c");
    with_file.remedy = Some(Remedy::NameFile {
        path: "c/prod.tfvars".into(),
        variables: 4,
    });
    let few = vec![root("a"), with_file];
    let line = "network: 1 seen, 1 partly seen; name a variable file: `c/prod.tfvars` sets 4 variables \
                without value\n";
    let text = summary(&report_of(few.clone()));
    assert_eq!(text, format!("no findings in 2 root modules\n{line}"));
    let mut roots = few;
    roots.extend(["d", "e", "f", "g"].map(|path| hidden_root(path, Coverage::NotSeen, "module.d")));
    roots.push(without_network("h"));
    let line_of_many = "network: 1 seen, 1 partly seen, 4 not seen, 1 without network; run `terraform init \
                -backend=false` in `d`, `e`, `f`, 1 more\n";
    let text_of_many = summary(&report_of(roots));
    assert_eq!(
        text_of_many,
        format!("no findings in 7 root modules\n{line_of_many}")
    );
}

#[test]
fn text_says_that_there_is_no_network() {
    let text = summary(&report_of(vec![without_network("a"), without_network("b")]));
    let line = "nothing was checked: there is no AWS network in 2 root modules\n";
    assert_eq!(text, format!("no AWS network in 2 root modules\n{line}"));
}

#[test]
fn text_is_silent_about_networks_that_are_seen() {
    let text = summary(&report_of(vec![root("a")]));
    assert_eq!(text, "no findings in 1 root module\n");
}

#[test]
fn where_no_file_helps_text_names_the_cause() {
    let mut root = hidden_root("a", Coverage::PartlySeen, "aws_subnet.a");
    root.remedy = None;
    root.coverage.hidden_by[0].kind = ObstacleKind::UnknownCount;
    root.coverage.hidden_by[0].reason = "`var.n` has no value".into();
    let line =
        "network: 1 partly seen; the number of `aws_subnet.a` is unknown: `var.n` has no value\n";
    assert!(summary(&report_of(vec![root])).ends_with(line));
}

#[test]
fn json_says_what_hides_a_network() {
    let json: Json = serde_json::from_str(&written(&unseen(), json::write)).expect("JSON");
    let root = &json["roots"][0];
    assert_eq!(root["coverage"], "not_seen");
    let expected = serde_json::json!([{
        "address": "module.vpc",
        "source": "terraform-aws-modules/vpc/aws",
        "reason": "`module.vpc` is not on the disk",
    }]);
    assert_eq!(root["hidden_by"], expected);
}

#[test]
fn sarif_notifies_of_what_was_not_seen() {
    let json: Json = serde_json::from_str(&written(&unseen(), sarif::write)).expect("JSON");
    let invocation = &json["runs"][0]["invocations"][0];
    let notification = &invocation["toolExecutionNotifications"][0];
    assert_eq!(notification["level"], "warning");
    let text = notification["message"]["text"].as_str().expect("text");
    assert!(text.starts_with(MESSAGE), "{text}");
    assert_eq!(invocation["executionSuccessful"], true);
}

#[test]
fn github_warns_of_what_was_not_seen() {
    let text = written(&unseen(), github::write);
    assert!(text.starts_with(&format!(
        "::warning title=network not seen::{MESSAGE}%0Ahelp: run"
    )));
    assert!(
        text.ends_with(&format!("no network seen in 1 root module\n{LINE}\n")),
        "{text}"
    );
}

#[test]
fn junit_skips_a_test_for_what_was_not_seen() {
    let text = written(&unseen(), junit::write);
    assert!(
        text.contains("tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\""),
        "{text}"
    );
    assert!(
        text.contains(&format!("<skipped message=\"{MESSAGE}; run")),
        "{text}"
    );
    assert!(!text.contains("no findings"), "{text}");
}

#[test]
fn gitlab_gets_an_entry_for_what_was_not_seen() {
    let json: Json = serde_json::from_str(&written(&unseen(), gitlab::write)).expect("JSON");
    assert_eq!(json[0]["severity"], "info");
    assert_eq!(json[0]["description"], MESSAGE);
    assert_eq!(json[0]["location"]["path"], "net");
}

#[test]
fn markdown_says_that_nothing_was_seen() {
    let text = written(&unseen(), markdown::write);
    assert!(text.contains("### tfvpc: no network seen in 1 root module\n\nnetwork: 1 not seen;"));
    assert!(
        text.contains("run `terraform init -backend=false` in `net`\n"),
        "{text}"
    );
}

#[test]
fn a_run_without_any_network_is_not_green_in_any_format() {
    let report = report_of(vec![without_network("a"), without_network("b")]);
    let says = "there is no AWS network in 2 root modules";
    assert!(report.sees_too_little());
    for write in [github::write, gitlab::write, markdown::write, sarif::write] {
        let text = written(&report, write);
        assert!(text.contains(says), "{text}");
        assert!(!text.contains("no findings"), "{text}");
    }
    let github = written(&report, github::write);
    assert!(github.starts_with("::warning title=no AWS network::"));
    let junit = written(&report, junit::write);
    assert_eq!(junit.matches("skipped=\"1\"").count(), 2, "{junit}");
    assert!(junit.contains("there is no AWS network in `a`"), "{junit}");
    assert!(!junit.contains("no findings"), "{junit}");
    let json: Json = serde_json::from_str(&written(&report, json::write)).expect("JSON");
    assert_eq!(json["roots"][1]["coverage"], "none");
    let gitlab: Json = serde_json::from_str(&written(&report, gitlab::write)).expect("JSON");
    assert_eq!(gitlab.as_array().map(Vec::len), Some(1));
}

#[test]
fn beside_a_network_a_root_without_one_is_only_counted() {
    let report = report_of(vec![root("a"), without_network("b")]);
    assert!(!report.sees_too_little());
    let text = summary(&report);
    let line = "network: 1 seen, 1 without network\n";
    assert_eq!(text, format!("no findings in 2 root modules\n{line}"));
    assert!(!written(&report, github::write).contains("::warning"));
    let junit = written(&report, junit::write);
    assert_eq!(junit.matches("<skipped").count(), 1, "{junit}");
}

#[test]
fn a_strict_run_takes_what_was_not_seen_for_an_error() {
    let mut partly = report_of(vec![hidden_root("a", Coverage::PartlySeen, "module.vpc")]);
    partly.escalate_warnings();
    assert!(!partly.has_errors());
    let mut report = unseen();
    assert!(!report.has_errors());
    report.escalate_warnings();
    assert!(report.has_errors());
    assert!(written(&report, github::write).starts_with("::error title=network not seen::"));
    assert!(written(&report, junit::write).contains("<error type=\"error\" message="));
    assert!(written(&report, gitlab::write).contains("\"severity\": \"blocker\""));
    assert!(written(&report, sarif::write).contains("\"executionSuccessful\": false"));
}

#[test]
fn names_of_roots_and_modules_steer_nothing() {
    let hostile = "a\n::error::b\u{1b}[2J\u{202e}<script>`|";
    let report = report_of(vec![hidden_root(hostile, Coverage::NotSeen, hostile)]);
    for write in [
        github::write,
        junit::write,
        gitlab::write,
        markdown::write,
        sarif::write,
    ] {
        let text = written(&report, write);
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
        assert!(
            !text.lines().any(|line| line.starts_with("::error")),
            "{text}"
        );
    }
    let page = written(&report, markdown::write);
    let is_html = |event: &Event| matches!(event, Event::Html(_) | Event::InlineHtml(_));
    let html = Parser::new(&page).filter(is_html);
    let marker = Event::Html("<!-- tfvpc -->\n".into());
    assert_eq!(html.collect::<Vec<_>>(), [marker], "{page}");
    assert_eq!(summary(&report).lines().count(), 2);
}

/// Problems of two causes and severities: one in two roots, one three times in a root.
fn with_problems() -> Report {
    let mut files = TestFiles {
        sources: Sources::default(),
    };
    let mut variable = |file: &str, name: &str| {
        let span = files.span(file, ROUTES, name);
        Problem::warning(format!("`var.{name}` has no value"), span).help("give it")
    };
    let of_a = ["vpc_id", "route", "cidr_block"].map(|name| variable("a/main.tf", name));
    let of_b = vec![variable("b/main.tf", "vpc_id")];
    let error = Problem::error("expected `=`", of_b[0].span);
    let roots = vec![
        (root("a"), Vec::new(), of_a.to_vec()),
        (root("b"), Vec::new(), of_b),
    ];
    Report::of_findings(files.sources, vec![error], roots)
}

fn problem_text(warnings: text::Warnings) -> String {
    let mut out = Vec::new();
    let style = style::Style::new(false, 100);
    text::problems(&with_problems(), warnings, &style, &mut out).expect("writes to memory");
    String::from_utf8(out).expect("text")
}

#[test]
fn problems_of_a_root_and_cause_are_one_line_and_errors_come_first() {
    let lines = [
        "error: expected `=` at b/main.tf:2:3",
        "warning: `var.route` has no value at a/main.tf:1:15, and 2 more like it",
        "warning: `var.vpc_id` has no value at b/main.tf:2:3",
        "  help: give it",
        "`--verbose` shows each of these with its lines",
    ];
    let text = problem_text(text::Warnings::Folded);
    assert_eq!(text.lines().collect::<Vec<_>>(), lines);
    assert_eq!(
        problem_text(text::Warnings::Hidden),
        format!("{}\n", lines[0])
    );
    let full = problem_text(text::Warnings::All);
    assert_eq!(full.matches("has no value").count(), 4, "{full}");
    assert!(full.starts_with("error: "), "{full}");
}

#[test]
fn markdown_and_github_fold_problems_too() {
    let text = written(&with_problems(), markdown::write);
    assert!(
        text.contains("in 2 root modules, 1 error, 4 warnings\n"),
        "{text}"
    );
    assert!(
        text.contains("`var.route` has no value, and 2 more like it\n"),
        "{text}"
    );
    assert_eq!(text.matches("- **").count(), 3, "{text}");
    let annotations = written(&with_problems(), github::write);
    assert_eq!(
        annotations.matches("::warning ").count(),
        2,
        "{annotations}"
    );
}

#[test]
fn many_warnings_stand_below_the_errors_of_a_comment_and_are_folded() {
    let mut files = TestFiles {
        sources: Sources::default(),
    };
    let of_root = |name: &str| {
        let span = files.span(&format!("{name}/main.tf"), ROUTES, "vpc_id");
        let warning = Problem::warning("`var.env` has no value", span);
        (root(name), Vec::new(), vec![warning])
    };
    let roots = ["a", "b", "c", "d", "e", "f"].map(of_root);
    let error = Problem::error("expected `=`", None);
    let report = Report::of_findings(files.sources, vec![error], roots.into());
    let text = written(&report, markdown::write);
    let (before, folded) = text
        .split_once("\n<details><summary>6 warnings</summary>\n\n")
        .expect("they are folded");
    assert!(before.contains("- **error**: expected"), "{text}");
    assert_eq!(folded.matches("- **warning**").count(), 6, "{text}");
    assert!(folded.ends_with("\n</details>\n"), "{text}");
}
