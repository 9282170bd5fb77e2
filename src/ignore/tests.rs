use std::collections::BTreeSet;
use std::path::PathBuf;

use super::*;
use crate::aws::provider::AwsProvider;
use crate::finding::Confidence;
use crate::rules;
use crate::rules::selection::Selection;
use crate::terraform::address::Address;
use crate::terraform::files::Files;
use crate::terraform::load::{LoadOptions, load};
use crate::terraform::{EvaluateOptions, evaluate};

/// A rule that exists.
const RULE: &str = "gateway_endpoint_no_route_tables";

struct Run {
    loaded: Loaded,
    resource_set: ResourceSet,
    ignores: Ignores,
    problems: Vec<Problem>,
}

fn run(texts: &[(&str, &str)]) -> Run {
    let files = Files::in_memory(texts);
    let options = LoadOptions {
        paths: vec![PathBuf::from(".")],
        ..LoadOptions::default()
    };
    let loaded = load(&options, &files);
    assert_eq!(loaded.problems, []);
    let values = EvaluateOptions::default();
    let (resource_set, _) = evaluate(
        &loaded.modules,
        &loaded.roots[0],
        &values,
        &AwsProvider,
        &files,
    );
    let today = "2026-11-22".parse().expect("a date");
    let (ignores, problems) = Ignores::of_comments(&loaded, today);
    Run {
        loaded,
        resource_set,
        ignores,
        problems,
    }
}

impl Run {
    /// A finding of `rule` about a resource, at its attribute or at its header.
    fn finding(&self, rule: &str, address: &str, attribute: Option<&str>) -> Finding {
        let address = Address::parse(address).expect("an address");
        let resource = self.resource_set.resource(&address).expect("declared");
        let span = attribute.map_or(resource.span, |name| resource.body.span_of(name));
        let rule = rules::find(rule).expect("a rule");
        let finding = rule.finding(&address, Confidence::Certain, "wrong".into());
        finding.at(span)
    }

    fn reason(&mut self, finding: &Finding) -> Option<String> {
        let places = places(finding, &self.resource_set);
        let ignored = self.ignores.judge(".", finding, &places);
        ignored.map(|ignored| format!("{}: {}", ignored.by.as_str(), ignored.reason))
    }

    fn files(&self) -> BTreeSet<FileId> {
        let comments = self.loaded.comments.iter();
        let files = comments.map(|comment| comment.span.file);
        files.chain(self.settings()).collect()
    }

    /// A file for entries of the settings.
    fn settings(&self) -> Option<FileId> {
        let resource = self.resource_set.resources.first();
        let span = resource.and_then(|resource| resource.span);
        span.map(|span| span.file)
    }

    /// The lines and messages of unused ignores.
    fn unused(&self) -> Vec<String> {
        let run = UnusedCheck {
            rule: rules::find("unused_ignore").expect("a rule"),
            selection: &Selection::default(),
            checked: &self.files(),
            is_partial: false,
        };
        let findings = unused(&self.ignores, &run).into_iter();
        let lines = findings.map(|(_, finding)| {
            let line = finding
                .span
                .map(|span| self.loaded.sources.location(span).line);
            format!("{}: {}", line.unwrap_or(0), finding.message)
        });
        lines.collect()
    }
}

/// Whether the comment in `text` ignores a finding at the header and one at `cidr_block`.
fn ignored(text: &str) -> (bool, bool) {
    let text = text.replace("IGNORE", &format!("tfvpc: ignore[{RULE}] why"));
    let mut run = run(&[("main.tf", &text)]);
    let at_header = run.finding(RULE, "aws_vpc.main", None);
    let at_argument = run.finding(RULE, "aws_vpc.main", Some("cidr_block"));
    (
        run.reason(&at_header).is_some(),
        run.reason(&at_argument).is_some(),
    )
}

#[test]
fn a_comment_covers_the_block_or_argument_after_it() {
    let block = "# IGNORE\nresource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n";
    assert_eq!(ignored(block), (true, true));
    let argument =
        "resource \"aws_vpc\" \"main\" {\n  // IGNORE\n  cidr_block = \"10.0.0.0/16\"\n}\n";
    assert_eq!(ignored(argument), (false, true));
    let between = "/* IGNORE */\n# another comment\nresource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n";
    assert_eq!(ignored(between), (true, true));
    let apart = "# IGNORE\n\nresource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n";
    assert_eq!(ignored(apart), (false, false));
}

#[test]
fn a_comment_at_the_end_of_a_line_covers_what_starts_or_ends_there() {
    let header = "resource \"aws_vpc\" \"main\" { # IGNORE\n  cidr_block = \"10.0.0.0/16\"\n}\n";
    assert_eq!(ignored(header), (true, true));
    let argument = "resource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\" # IGNORE\n}\n";
    assert_eq!(ignored(argument), (false, true));
    let end = "resource \"aws_vpc\" \"main\" {\n  cidr_block = join(\"\", [\n  \"10.0.0.0/16\"]) # IGNORE\n}\n";
    assert_eq!(ignored(end), (false, true));
    let on_tags = "resource \"aws_vpc\" \"main\" {\n  tags = {} # IGNORE\n  cidr_block = \"10.0.0.0/16\"\n}\n";
    assert_eq!(ignored(on_tags), (false, false));
}

#[test]
fn a_comment_on_a_module_call_covers_what_the_call_creates() {
    let comment =
        format!("# tfvpc: ignore[{RULE}] ours\nmodule \"net\" {{\n  source = \"./net\"\n}}\n");
    let second = "module \"other\" {\n  source = \"./net\"\n}\n";
    let vpc = "resource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n";
    let mut run = run(&[
        ("main.tf", &format!("{comment}{second}")),
        ("net/main.tf", vpc),
    ]);
    let called = run.finding(RULE, "module.net.aws_vpc.main", Some("cidr_block"));
    assert_eq!(run.reason(&called).as_deref(), Some("comment: ours"));
    let uncovered = run.finding(RULE, "module.other.aws_vpc.main", Some("cidr_block"));
    assert_eq!(run.reason(&uncovered), None);
}

#[test]
fn an_ignore_holds_for_its_rules_only_and_until_its_last_day() {
    let text = |until: &str| {
        format!("resource \"aws_vpc\" \"main\" {{ # tfvpc: ignore[{RULE}] until={until} soon\n}}\n")
    };
    let mut holds = run(&[("main.tf", &text("2026-11-22"))]);
    let found = holds.finding(RULE, "aws_vpc.main", None);
    assert_eq!(holds.reason(&found).as_deref(), Some("comment: soon"));
    let of_unnamed_rule = holds.finding("unused_ignore", "aws_vpc.main", None);
    assert_eq!(holds.reason(&of_unnamed_rule), None);
    assert_eq!(holds.unused(), [""; 0]);
    let mut over = run(&[("main.tf", &text("2026-11-21"))]);
    assert_eq!(over.reason(&found), None);
    let expected = format!("1: the ignore of `{RULE}` has expired: it held until 2026-11-21");
    assert_eq!(over.unused(), [expected]);
}

#[test]
fn an_ignore_that_matches_nothing_is_unused_and_one_of_no_rule_too() {
    let text = format!(
        "resource \"aws_vpc\" \"main\" {{ # tfvpc: ignore[{RULE}, unused_ignor]\n}}\n# tfvpc: ignore\n"
    );
    let run = run(&[("main.tf", &text)]);
    let expected = [
        format!("1: no finding of `{RULE}` is ignored here"),
        "1: no rule is called `unused_ignor`, did you mean `unused_ignore`?".to_owned(),
    ];
    assert_eq!(run.unused(), expected);
    assert_eq!(
        run.problems[0].message,
        "the comment `tfvpc: ignore` ignores nothing"
    );
}

#[test]
fn nothing_is_unused_where_rules_did_not_run_or_something_is_not_known() {
    let text = format!("resource \"aws_vpc\" \"main\" {{ # tfvpc: ignore[{RULE}]\n}}\n");
    let run = run(&[("main.tf", &text)]);
    let count = |selection: &Selection, checked: &BTreeSet<FileId>, is_partial: bool| {
        let about = UnusedCheck {
            rule: rules::find("unused_ignore").expect("a rule"),
            selection,
            checked,
            is_partial,
        };
        unused(&run.ignores, &about).len()
    };
    let default = Selection::default();
    let without = Selection {
        ignore: vec![RULE.parse().expect("a rule")],
        ..Selection::default()
    };
    assert_eq!(count(&default, &run.files(), false), 1);
    assert_eq!(count(&without, &run.files(), false), 0);
    assert_eq!(count(&default, &BTreeSet::new(), false), 0);
    assert_eq!(count(&default, &run.files(), true), 0);
}

#[test]
fn an_entry_of_the_settings_covers_addresses() {
    let mut run = run(&[(
        "main.tf",
        "resource \"aws_vpc\" \"main\" {\n}\nresource \"aws_vpc\" \"b\" {\n}\n",
    )]);
    let entry = IgnoreEntry {
        rules: vec![rules::find(RULE).expect("a rule").name],
        address: Some("aws_vpc.m*".into()),
        until: None,
        reason: "old".into(),
        span: Span::new(
            run.loaded.roots[0].variable_files.first().map_or_else(
                || {
                    run.finding(RULE, "aws_vpc.main", None)
                        .span
                        .expect("a place")
                        .file
                },
                |file| file.file,
            ),
            0,
            0,
        ),
    };
    let ignores = std::mem::replace(&mut run.ignores, Ignores::none(Date::today()));
    run.ignores = ignores.with_entries(vec![entry]);
    let covered = run.finding(RULE, "aws_vpc.main", None);
    assert_eq!(run.unused().len(), 1);
    assert_eq!(run.reason(&covered).as_deref(), Some("config: old"));
    let uncovered = run.finding(RULE, "aws_vpc.b", None);
    assert_eq!(run.reason(&uncovered), None);
    assert_eq!(run.unused(), [""; 0]);
}

#[test]
fn a_baseline_hides_what_it_knows_once_and_in_its_root_only() {
    let run = run(&[("main.tf", "resource \"aws_vpc\" \"main\" {\n}\n")]);
    let known = run.finding(RULE, "aws_vpc.main", None);
    let mut bytes = Vec::new();
    baseline::write([(".", &known)].into_iter(), &mut bytes).expect("writes to memory");
    let text = String::from_utf8(bytes).expect("text");
    let baseline = Baseline::parse(&text).expect("a baseline");
    let mut ignores = Ignores::none(Date::today()).with_baseline(baseline);
    assert!(ignores.judge("other", &known, &[]).is_none());
    let mut moved = known.clone().at(None);
    moved.message = "said otherwise".into();
    let judged = ignores.judge(".", &moved, &[]);
    assert_eq!(judged.map(|ignored| ignored.by), Some(IgnoredBy::Baseline));
    assert!(ignores.judge(".", &known, &[]).is_none());
}

#[test]
fn what_is_no_baseline_is_refused() {
    for text in ["", "[]", "{}", "{\"version\": 2, \"findings\": []}"] {
        assert!(Baseline::parse(text).is_err(), "{text}");
    }
    let newer = Baseline::parse("{\"version\": 2, \"findings\": []}").expect_err("a newer version");
    assert_eq!(
        newer.to_string(),
        "version 2 of baselines is not known, only version 1"
    );
}
