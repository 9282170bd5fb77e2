//! What is left of white space in templates.

use super::*;

#[test]
fn tildes_trim_the_neighbouring_token_only() {
    assert_eq!(text("\"a\\n\\n  ${~ 1 ~}\\n\\n  b\""), "a{1}b");
    assert_eq!(text("\"$  ${~ 1}\""), "${1}");
    assert_eq!(
        text("<<EOT\na\n\n  ${~ 1 ~}\n\n  b\nEOT\n"),
        "a\n\n{1}\n  b\n"
    );
}

#[test]
fn an_empty_heredoc_ends_where_it_ends() {
    let source = "a = <<EOT\nEOT\nb = <<-EOT\n  EOT\nc = <<EOT\nx\nEOT\n";
    let file = parse(source, file()).expect("it is valid");
    let values: Vec<String> = file
        .body
        .attributes
        .iter()
        .map(|a| show(&a.value))
        .collect();
    assert_eq!(values, ["\"\"", "\"\"", "\"x\\n\""]);
    assert_eq!(file.body.attributes[1].value.span.end, 30);
}

#[test]
fn a_flush_heredoc_loses_the_indentation_that_its_lines_share() {
    assert_eq!(
        text("<<-EOT\n    a\n      b\n\n    c\n  EOT\n"),
        "a\n  b\n\nc\n"
    );
    assert_eq!(text("<<-EOT\n    a\n  ${1}\n  EOT\n"), "  a\n{1}\n");
    assert_eq!(text("<<-EOT\n    a\n${1}\n  EOT\n"), "    a\n{1}\n");
    assert_eq!(text("<<-EOT\n  a ${1}\n    b\n  EOT\n"), "a {1}\n  b\n");
}
