//! Names, texts and paths that try to be more than text.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value as Json;

use super::*;

const HOSTILE: [&str; 16] = [
    "a\nb\r\nc",
    "\n::error file=x::injected",
    "::set-output name=x::y",
    "##[error]injected",
    "100%0Ainjected%25",
    "a`b``c```d",
    "a | b | c \\| d",
    "<script>alert(1)</script><img src=x onerror=y>",
    "</code></summary></details>--><!--",
    "\u{1b}[31mred\u{1b}]0;title\u{7}\u{9b}2J",
    "\u{202e}desrever\u{2066}\u{200f}",
    "]]></failure></testcase>&amp;\"'",
    "[click](https://example.com) ![x](y) @everyone #1 https://example.com www.example.com",
    "- x\n\n# heading\n\n1. y\n```\nz",
    "$${x} %%{y} \\ \\` *b* _i_ ~s~ $m$",
    "\0\u{fffe}\u{ffff}\u{85}\u{2028}",
];

/// A finding that says `text` wherever it can say anything.
fn report_of(text: &str) -> Report {
    let mut files = TestFiles {
        sources: Sources::default(),
    };
    let source = format!("resource \"a\" \"b\" {{ # {text}\n}}\n");
    let span = files.span(&format!("dir/{text}.tf"), &source, "resource \"a\" \"b\"");
    let span = Span {
        end: u32::try_from(source.len()).expect("short"),
        ..span
    };
    let mut subject = address("aws_subnet", "private");
    subject.key = Key::Name(text.into());
    let hop = Hop {
        at: text.into(),
        stage: Stage::Route,
        decision: Decision::Denied,
        code: None,
        reason: text.into(),
        span: Some(span),
    };
    let finding = Finding {
        message: format!("`{text}` is {text}"),
        help: Some(format!("write {text}")),
        ..finding(subject.clone())
    };
    let finding = finding
        .at(span)
        .label(Label::new(&subject, format!("label {text}"), Some(span)))
        .path(vec![hop]);
    let mut ignored = finding.clone();
    ignored.span = None;
    let problem = Problem::error(format!("bad {text}"), span).help(format!("help {text}"));
    let roots = vec![
        (
            root(&format!("one {text}")),
            vec![finding, ignored],
            Vec::new(),
        ),
        (root("two"), Vec::new(), Vec::new()),
    ];
    let mut report = Report::of_findings(files.sources, vec![problem], roots);
    report.findings[1].ignored = Some(Ignored {
        by: crate::finding::IgnoredBy::Comment,
        reason: text.into(),
    });
    report
}

/// Neither steers a terminal nor turns the direction of the text.
fn assert_harmless(text: &str, from: &str) {
    let is_bad = |c: &char| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}')
    };
    assert_eq!(text.chars().find(is_bad), None, "{from:?} in {text}");
}

#[test]
fn hostile_text_is_only_text_on_a_terminal() {
    for hostile in HOSTILE {
        let text = text(&report_of(hostile), false);
        assert_harmless(&text, hostile);
        assert!(
            !text.lines().any(|line| line.starts_with("injected")),
            "{text}"
        );
    }
}

#[test]
fn hostile_text_comes_back_unchanged_from_json() {
    for hostile in HOSTILE {
        let json: Json =
            serde_json::from_str(&written(&report_of(hostile), json::write)).expect("JSON");
        let findings = json["findings"].as_array().expect("a list");
        let found = findings
            .iter()
            .find(|found| found["ignored"].is_null())
            .expect("one that counts");
        assert_eq!(found["message"], format!("`{hostile}` is {hostile}"));
        assert_eq!(found["location"]["file"], format!("dir/{hostile}.tf"));
    }
}

#[test]
fn hostile_text_is_no_link_and_no_path_in_sarif() {
    for hostile in HOSTILE {
        let json: Json =
            serde_json::from_str(&written(&report_of(hostile), sarif::write)).expect("JSON");
        let result = &json["runs"][0]["results"][0];
        let message = result["message"]["text"].as_str().expect("text");
        assert_harmless(message, hostile);
        assert!(!message.replace("\\](", "").contains("]("), "{message}");
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        let uri = uri.as_str().expect("text");
        let plain = |c: char| c.is_ascii_alphanumeric() || "%/-._~".contains(c);
        assert!(uri.starts_with("dir/") && uri.chars().all(plain), "{uri}");
    }
}

#[test]
fn hostile_text_gives_no_commands_to_the_runner_of_github() {
    for hostile in HOSTILE {
        let text = written(&report_of(hostile), github::write);
        assert_harmless(&text, hostile);
        let (commands, summary): (Vec<&str>, Vec<&str>) =
            text.lines().partition(|line| line.starts_with("::"));
        assert_eq!(commands.len(), 2, "{text}");
        assert_eq!(summary, ["1 finding (1 medium) in 2 root modules, 1 error"]);
        for command in commands {
            let (properties, message) = command[2..].split_once("::").expect("a message");
            let (level, properties) = properties.split_once(' ').expect("properties");
            assert!(matches!(level, "error" | "warning"), "{command}");
            let names = properties
                .split(',')
                .map(|property| property.split_once('=').expect("a value").0);
            let expected = ["file", "line", "endLine", "title"];
            assert_eq!(names.collect::<Vec<_>>(), expected, "{command}");
            assert!(!message.contains('\n'));
        }
    }
}

#[test]
fn hostile_text_is_only_text_in_junit() {
    for hostile in HOSTILE {
        let text = written(&report_of(hostile), junit::write);
        assert_harmless(&text, hostile);
        let document = roxmltree::Document::parse(&text).expect("XML");
        let elements = document.descendants().filter(roxmltree::Node::is_element);
        let mut names: Vec<&str> = elements.map(|element| element.tag_name().name()).collect();
        names.sort_unstable();
        names.dedup();
        let expected = [
            "error",
            "failure",
            "skipped",
            "testcase",
            "testsuite",
            "testsuites",
        ];
        assert_eq!(names, expected);
        let mut failures = document
            .descendants()
            .filter(|element| element.has_tag_name("failure"));
        let message = failures
            .next()
            .and_then(|element| element.attribute("message"));
        let said = escape::escape(&format!("`{hostile}` is {hostile}"))
            .replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
        assert_eq!(message, Some(&*said));
    }
}

#[test]
fn hostile_text_is_only_text_in_gitlab() {
    for hostile in HOSTILE {
        let json: Json =
            serde_json::from_str(&written(&report_of(hostile), gitlab::write)).expect("JSON");
        let issues = json.as_array().expect("a list");
        assert_eq!(issues.len(), 2);
        for issue in issues {
            assert_harmless(issue["description"].as_str().expect("text"), hostile);
            assert_harmless(issue["location"]["path"].as_str().expect("text"), hostile);
        }
    }
}

#[test]
fn hostile_text_is_only_text_in_markdown() {
    const OWN: [&str; 12] = [
        "<!-- tfvpc -->",
        "<details>",
        "</details>",
        "<summary>",
        "</summary>",
        "<b>",
        "</b>",
        "<code>",
        "</code>",
        "<details><summary><b>medium</b> <code>gateway_endpoint_subnet_not_covered</code>",
        "</code></summary>",
        "\n",
    ];
    for hostile in HOSTILE {
        let text = written(&report_of(hostile), markdown::write);
        assert_harmless(&text, hostile);
        let mut cells = 0;
        let mut details = 0;
        for event in Parser::new_ext(
            &text,
            Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH,
        ) {
            match event {
                Event::InlineHtml(html) => assert!(OWN.contains(&&*html), "{html} in {text}"),
                Event::Html(html) => {
                    let tags = html.matches('<').count();
                    let tags_of_tfvpc = OWN[..9].iter().map(|tag| html.matches(tag).count());
                    assert_eq!(tags, tags_of_tfvpc.sum::<usize>(), "{html} in {text}");
                    details += html.matches("<details>").count();
                }
                Event::End(TagEnd::TableCell) => cells += 1,
                Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("a link in {text}"),
                Event::Start(Tag::Emphasis | Tag::Strikethrough) => panic!("style in {text}"),
                Event::Start(Tag::Heading { level, .. }) => assert_eq!(level as usize, 3, "{text}"),
                _ => {}
            }
        }
        assert_eq!((cells, details), (8, 1), "{text}");
    }
}
