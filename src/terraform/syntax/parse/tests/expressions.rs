//! How expressions are understood.

use super::*;
use crate::source::Span;

#[test]
fn operators_bind_as_in_terraform() {
    let shown = |text| show(&expression(text));
    assert_eq!(shown("a || b && c == d"), "(a Or (b And (c Equal d)))");
    assert_eq!(
        shown("1 + 2 * 3 - 4"),
        "((1 Add (2 Multiply 3)) Subtract 4)"
    );
    assert_eq!(shown("-a.b + !c[0]"), "((Negate a.b) Add (Not c[0]))");
    assert_eq!(
        shown("a == b ? c : d ? e : f"),
        "((a Equal b) ? c : (d ? e : f))"
    );
    assert_eq!(shown("(1 + 2) * 3"), "((1 Add 2) Multiply 3)");
    assert_eq!(shown("-1"), "(Negate 1)");
}

#[test]
fn an_attribute_splat_takes_names_and_a_full_splat_takes_all() {
    let shown = |text| show(&expression(text));
    assert_eq!(shown("a.*.b.0.c[1].d"), "(a).each(it.b[0].c)[1].d");
    assert_eq!(shown("a[*].b[1].c"), "(a).each(it.b[1].c)");
    assert_eq!(shown("a[*].b[*].c"), "(a).each((it.b).each(it.c))");
    assert_eq!(shown("a[*].b.*.c[0]"), "(a).each((it.b).each(it.c)[0])");
    assert_eq!(shown("a.*"), "(a).each(it)");
    assert_eq!(shown("a.0.b"), "a[0].b");
}

#[test]
fn bare_words_are_keys_and_parentheses_make_them_variables() {
    let shown = |text| show(&expression(text));
    assert_eq!(
        shown("{ a = 1, (b) = 2, \"c\" : 3, \"${d}\" = 4, null = 5, true = 6, 7 = 8 }"),
        "{\"a\" = 1, b = 2, \"c\" = 3, `{d}` = 4, \"null\" = 5, \"true\" = 6, 7 = 8}"
    );
    assert_eq!(shown("{ a = 1, a = 2 }"), "{\"a\" = 1, \"a\" = 2}");
}

#[test]
fn for_expressions_keep_their_parts() {
    let shown = |text| show(&expression(text));
    assert_eq!(
        shown("{ for k, v in m : k => v... if v != null }"),
        "for(k v in m: k => v... if (v NotEqual null))"
    );
    assert_eq!(
        shown("[for v in [1, 2] : v]"),
        "for(_ v in [1, 2]: _ => v if _)"
    );
}

#[test]
fn numbers_keep_all_of_their_digits() {
    let shown = |text| show(&expression(text));
    assert_eq!(shown("0.1"), "0.1");
    assert_eq!(
        shown("123456789012345678901234567890"),
        "123456789012345678901234567890"
    );
    assert_eq!(shown("1e30"), format!("1{}", "0".repeat(30)));
    assert_eq!(shown("1.50e1"), "15");
}

#[test]
fn calls_keep_their_namespace_and_expansion() {
    let shown = |text| show(&expression(text));
    assert_eq!(shown("f(a, b...)"), "f(a, b...)");
    assert_eq!(
        shown("provider::aws::arn_parse(a,)"),
        "provider::aws::arn_parse(a)"
    );
}

#[test]
fn strings_are_unescaped_and_normalized() {
    assert_eq!(
        text(r#""a\tb\n\"\\\u00e9\U0001F600""#),
        "a\tb\n\"\\\u{e9}\u{1f600}"
    );
    assert_eq!(text("\"e\u{301}\""), "\u{e9}");
    assert_eq!(text(r#""$${a} %%{b} $$${c}""#), "${a} %{b} $${c}");
}

#[test]
fn spans_are_bytes_of_the_original_text() {
    let source = "\u{feff}# \u{e9}\nresource \"aws_vpc\" \"a\" {\n  tags = { x = 1e400, y = [\n  a.b[0] ] } # end\n}\n";
    let mut sources = Sources::default();
    let id = sources.add("main.tf".into(), source.into());
    let file = parse(source, id).expect("it is valid");
    let at = |span: Span| sources.text(span);
    let block = &file.body.blocks[0];
    assert_eq!(at(block.header), "resource \"aws_vpc\" \"a\"");
    assert!(at(block.span).starts_with("resource") && at(block.span).ends_with('}'));
    assert_eq!(at(block.labels[1].span), "\"a\"");
    let tags = &block.body.attributes[0];
    assert_eq!(at(tags.span), "tags = { x = 1e400, y = [\n  a.b[0] ] }");
    let ExpressionKind::Object(items) = &tags.value.kind else {
        panic!("not an object");
    };
    assert_eq!(at(items[0].key.span), "x");
    assert_eq!(at(items[0].value.span), "1e400");
    let ExpressionKind::Tuple(elements) = &items[1].value.kind else {
        panic!("not a tuple");
    };
    assert_eq!(at(elements[0].span), "a.b[0]");
    let comments: Vec<_> = file
        .comments
        .iter()
        .map(|c| (at(c.span), c.own_line))
        .collect();
    assert_eq!(comments, [("# \u{e9}", true), ("# end", false)]);
}
