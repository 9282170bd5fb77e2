//! Ten ways to break a file, and what remains of it.

use super::parse_recovering;
use crate::source::Sources;
use crate::terraform::syntax::{Body, ExpressionKind};

/// The rest of a file after its first block, which must be read whatever is wrong before.
const REST: &str = "\nresource \"b\" \"after\" {\n  kept = 1\n}\n";

/// What can be read of a text: `block(attribute, unreadable?)`, and the number of problems.
fn recovered(text: &str) -> String {
    let file = Sources::default().add("main.tf".into(), String::new());
    match parse_recovering(text, file) {
        Ok((found, problems)) => {
            let partial = if found.is_partial { " partial" } else { "" };
            format!("{} {}{partial}", shown(&found.body), problems.len())
        }
        Err(problem) => format!("refused: {}", problem.message),
    }
}

fn shown(body: &Body) -> String {
    let attributes = body.attributes.iter().map(|attribute| {
        let mark = matches!(attribute.value.kind, ExpressionKind::Unreadable);
        format!("{}{}", attribute.name, if mark { "?" } else { "" })
    });
    let blocks = body.blocks.iter().map(|block| {
        let name = block.labels.last().map_or(&block.kind, |label| &label.text);
        format!("{name}({})", shown(&block.body))
    });
    attributes.chain(blocks).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_mistake_costs_its_own_item() {
    for (block, rest) in [
        // An argument that is set twice keeps its first value.
        (
            "resource \"a\" \"x\" {\n  p = 1\n  p = 2\n  q = 3\n}",
            "x(p, q), after(kept) 1",
        ),
        // A name in quotes is a name.
        (
            "resource \"a\" \"x\" {\n  \"p\" = 1\n  q = 3\n}",
            "x(p, q), after(kept) 1",
        ),
        (
            "resource \"a\" \"x\" {\n  p = =\n  q = 3\n}",
            "x(q, p?), after(kept) 1",
        ),
        (
            "resource \"a\" \"x\" {\n  p = \"open\n  q = 3\n}",
            "x(q, p?), after(kept) 1",
        ),
        (
            "resource \"a\" \"x\" {\n  p = [1,\n    2\n  q = 3\n}",
            "x(q, p?), after(kept) 1",
        ),
        (
            "resource \"a\" \"x\" {\n  p: 1\n  q = 3\n}",
            "x(q, p?), after(kept) 1",
        ),
        // The mistake in a nested block leaves the block around it.
        (
            "resource \"a\" \"x\" {\n  n {\n    p = 1 2\n    r = 1\n  }\n  q = 3\n}",
            "x(q, n(r, p?)), after(kept) 1",
        ),
        (
            "resource \"a\" \"x\" {\n  dynamic \"n\" = {\n  }\n  q = 3\n}",
            "x(q, n?), after(kept) 1",
        ),
        // A header that is wrong costs the block.
        (
            "resource \"a\" = \"x\" {\n  q = 3\n}",
            "after(kept) 1 partial",
        ),
        ("resource \"a\" \"x\" {\n  q = 3\n", "after(kept) 1 partial"),
        ("}", "after(kept) 1"),
        // Two mistakes, one in each block.
        (
            "resource \"a\" \"x\" {\n  p = (\n}\nresource \"a\" \"y\" {\n  p = 1\n  p = 1\n}",
            "x(p?), y(p), after(kept) 2",
        ),
    ] {
        assert_eq!(recovered(&format!("{block}{REST}")), rest, "{block}");
    }
}

#[test]
fn a_file_with_too_many_mistakes_is_refused_in_bounded_time() {
    let line = "resource \"a\" \"x\" {\n  p = =\n}\n";
    assert!(recovered(&line.repeat(16)).ends_with(" 16"));
    assert!(recovered(&line.repeat(20_000)).starts_with("refused: "));
}

#[test]
fn a_heredoc_that_is_never_closed_costs_the_file() {
    let text = "locals {\n  a = <<EOT\ntext\n}\n";
    assert!(
        recovered(text).starts_with("refused: "),
        "{}",
        recovered(text)
    );
}
