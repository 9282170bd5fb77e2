//! What is accepted and refused, as by `terraform fmt`.

use super::*;

#[test]
fn what_terraform_accepts_is_accepted() {
    let deep = format!("a = {}1{}\n", "[".repeat(60), "]".repeat(60));
    let accepted = [
        "a = { for k in l : k => c ? a :\n b }\n",
        "a = { for k in l : k => a +\n b }\n",
        "a = { for k in l : k => a\n.b }\n",
        "a = { for k in l :\n k\n => b\n}\n",
        "a = { # comment\n for k in l : k => b }\n",
        "a = [for k in a +\n b : k]\n",
        "a = [for\r\nv in m : v]\r\n",
        "a = { a = 1, a = 2 }\n",
        "a = { a = 1, \"a\" = 2, (a) = 3 }\n",
        "\u{feff}a = 1\n",
        "a = 1e400\n",
        "a = 5.E1\n",
        "a = 123456789012345678901234567890.5\n",
        "a = <<EOT\nfirst\nEOT, not the end\nEOT\n",
        "a = <<EOT\nEOT2\n EOT x\n  EOT  \n",
        "a = <<xx\nxx and more\nxx\n",
        "a = [<<EOT\nx\nEOT\n, 2]\n",
        "a = { b = <<EOT\nx\nEOT\n c = 2 }\n",
        "a = f(\n  1, # one\n  2, /* two */\n)\n",
        "a = { b = 1 # one\n c = 2 // two\n /* three */ d = 3 }\n",
        "a = { b : 1, c = 2\n\n d : x ? y : z }\n",
        "a = { x ? y : z = 1 }\n",
        "a = {}\nb = []\nc = {\n}\n",
        "a = \"%{ if x }\\\"4\\n\\\"%{ endif }\"\n",
        "a = \"$${x} %%{ if } $ % $$ %% $x %y\"\n",
        "a = \"${ { b = \"}\" }.b }\"\n",
        "a = \"${\n  b\n}\"\n",
        "a = \"%{ for x in\n y }${x}%{ endfor }\"\n",
        "a = provider::aws::arn_parse(b)\n",
        "block \"label\" other { b = 1 }\n",
        "block {}\n\nblock { # comment\n}\n",
        "a = 1 /* one */ # two\n# three",
        "\u{e9}t\u{e9}-1 = 2\n",
        "a = b.0.c\nd = b.*.c.0[1]\n",
        &deep,
    ];
    for text in accepted {
        assert_eq!(refusal(text), None, "{text}");
    }
}

#[test]
fn what_terraform_refuses_is_refused_at_its_place() {
    let refused = [
        ("a = 10.11.10.12/32\n", "4: `10.11.10.12` is not a number"),
        (
            "a = b.0.1.c\n",
            "6: legacy indexes cannot follow each other",
        ),
        ("a = f(<<EOT\nx\nEOT)\n", "6: the heredoc is never closed"),
        ("a = <<EOT\nx\nEOT", "4: the heredoc is never closed"),
        ("a = \"x\ny\"\n", "6: a quoted string ends on its line"),
        ("a = b.\nc\n", "6: a name is missing after the dot"),
        ("a = { b }\n", "8: the object item has no value"),
        ("a = { b = }\n", "10: the object item has no value"),
        ("a = { b = 1 c = 2 }\n", "12: unexpected `c`"),
        ("a = { b = 1\n, c = 2 }\n", "12: unexpected `,`"),
        ("a = { b\n = 2 }\n", "7: the object item has no value"),
        ("a = { = 2 }\n", "6: unexpected `=`"),
        ("a = 'x'\n", "4: unexpected `\\'`"),
        ("a = \"\\x\"\n", "5: `\\x` is not an escape sequence"),
        (
            "a = \"\\uD800\"\n",
            "5: `\\uD800` is not an escape sequence",
        ),
        ("a = [1\n", "4: the bracket is never closed"),
        ("a = (1]\n", "6: unexpected `]`"),
        ("a {\n  b = 1\n", "2: the block is never closed"),
        ("a = 1 b = 2\n", "6: unexpected `b`"),
        ("a = 1\na = 2\n", "6: `a` is set twice"),
        ("a { b = 1, c = 2 }\n", "9: unexpected `,`"),
        ("a =\n", "3: unexpected end of the line"),
        ("a = 1\rb = 2\n", "5: unexpected `\\r`"),
        ("a = \"${x\"\n", "5: the template sequence is never closed"),
        (
            "a = \"%{ if x }\"\nb = \"%{ endif }\"\n",
            "5: the directive has no `endif`",
        ),
        ("a = \"%{ else }\"\n", "5: unexpected `else` directive"),
        ("a = \"%{ end }\"\n", "5: `end` is not a template directive"),
        ("a = { for = 1 }\n", "10: unexpected `=`"),
        ("a = b.*.c.*.d\n", "9: `.*` cannot follow another `.*`"),
        ("a = [1]\n[0]\n", "8: unexpected `[`"),
        ("a = {}\n.b\n", "7: unexpected `.`"),
        ("a = [for x iny : x]\n", "11: unexpected `iny`"),
        ("a = [for x in-y : x]\n", "11: unexpected `in-y`"),
        ("a = [for x in y : x ifz]\n", "20: unexpected `ifz`"),
        (
            "a = \"%{ for x iny }%{ endfor }\"\n",
            "14: unexpected `iny`",
        ),
        ("a = <<EOT\nx\ry\nEOT\n", "11: unexpected `\\r`"),
        ("a = /* x\n", "4: the comment is never closed"),
        ("a = 1e99999\n", "4: the number is too large"),
    ];
    for (text, expected) in refused {
        assert_eq!(refusal(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn what_is_nested_too_deeply_is_a_problem_and_not_a_crash() {
    let nested = [
        ("[", "]"),
        ("(", ")"),
        ("{ a = ", "}"),
        ("\"${", "}\""),
        ("!", ""),
        ("x?1:", ""),
    ];
    for (open, close) in nested {
        let text = format!("a = {}1{}\n", open.repeat(100_000), close.repeat(100_000));
        assert!(refusal(&text).is_some(), "{open}");
    }
    let text = format!("{}{}\n", "a {\n".repeat(100_000), "}\n".repeat(100_000));
    assert!(refusal(&text).is_some());
}

#[test]
fn long_chains_are_a_problem_and_not_a_crash() {
    for link in [".b", "[0]", "[*]", " + 1", ".0"] {
        assert!(
            refusal(&format!("a = b{}\n", link.repeat(10_000))).is_some(),
            "{link}"
        );
    }
}

#[test]
fn a_large_object_is_read_in_linear_time() {
    let lines: Vec<String> = (0..20_000).map(|n| format!("  k{n} = {n}")).collect();
    let lines = lines.join("\n");
    let file = parse(&format!("a = {{\n{lines}\n}}\n"), file()).expect("it is valid");
    let ExpressionKind::Object(items) = &file.body.attributes[0].value.kind else {
        panic!("not an object");
    };
    assert_eq!(items.len(), 20_000);
    assert_eq!(show(&items[19_999].key), "\"k19999\"");
}
