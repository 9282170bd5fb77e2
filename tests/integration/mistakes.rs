//! A mistake costs its own block, not the file.

use crate::support::command::Repository;
use crate::support::fault::{FAULT, RULE};

/// Checks a repository whose `main.tf` is `text` and the faulty network, and a module beside it.
fn check(name: &str, text: &str) -> (String, String, Option<i32>) {
    let repository = Repository::new(name);
    repository.write(
        "main.tf",
        &format!("{text}\n{FAULT}\nmodule \"net\" {{\n  source = \"./net\"\n}}\n"),
    );
    repository.write("net/main.tf", &FAULT.replace("10.0", "10.1"));
    let run = repository.tfvpc(&["check"]);
    (run.stdout, run.stderr, run.status)
}

#[test]
fn the_rest_of_the_file_and_the_modules_that_it_calls_are_read() {
    for (at, (mistake, problem)) in [
        (
            "resource \"aws_eip\" \"a\" {\n  domain = \"vpc\"\n  domain = \"vpc\"\n}",
            "`domain` is set twice",
        ),
        (
            "resource \"aws_eip\" \"a\" {\n  \"domain\" = \"vpc\"\n}",
            "the name `domain` is in quotes",
        ),
        (
            "resource \"aws_eip\" \"a\" {\n  domain = vpc\"\n}",
            "quoted string ends on its line",
        ),
        (
            "resource \"aws_eip\" \"a\" {\n  domain == \"vpc\"\n}",
            "unexpected `=`",
        ),
        (
            "resource \"aws_eip\" \"a\" {\n  tags = {\n    Name \"a\"\n  }\n}",
            "`",
        ),
        ("resource aws_eip \"a\" \n{\n}", "unexpected `{`"),
        ("locals {\n  a = [1, 2\n}", "unexpected `}`"),
        ("variable \"x\" {\n  default = ${1}\n}", "unexpected"),
        (
            "resuorce \"aws_eip\" \"a\" {}",
            "blocks of type `resuorce` are not known",
        ),
        (
            "resource \"aws_eip\" {}",
            "`resource` takes a type and a name",
        ),
        (
            "region = \"eu-west-1\"",
            "`region` is not an argument of a module",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let (stdout, stderr, status) = check(&format!("mistake_{at}"), mistake);
        let output = format!("{stdout}{stderr}");
        assert!(output.contains(problem), "{mistake}\n{output}");
        assert_eq!(
            output.matches(&format!("[{RULE}]")).count(),
            2,
            "{mistake}\n{output}"
        );
        let is_warning = problem.starts_with("blocks of type");
        assert_eq!(status, Some(if is_warning { 1 } else { 2 }), "{output}");
    }
}

#[test]
fn an_argument_that_cannot_be_read_is_not_one_that_nobody_sets() {
    let repository = Repository::new("unreadable_argument");
    repository.write(
        "main.tf",
        "resource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\nresource \"aws_vpc_endpoint\" \"s3\" {\n  vpc_id = aws_vpc.main.id\n  service_name = \"com.amazonaws.eu-west-1.s3\"\n  route_table_ids = [aws_route_table.a.id\n}\nresource \"aws_route_table\" \"a\" {\n  vpc_id = aws_vpc.main.id\n}\n",
    );
    let run = repository.tfvpc(&["check"]);
    assert!(
        !format!("{}{}", run.stdout, run.stderr).contains(RULE),
        "{}",
        run.stdout
    );
    assert_eq!(run.status, Some(2));
    let shown = repository.tfvpc(&["show"]).stdout;
    assert!(
        shown.contains("route_table_ids = <it could not be parsed>"),
        "{shown}"
    );
}

#[test]
fn what_a_lost_block_declares_is_not_missed() {
    let repository = Repository::new("lost_block");
    repository.write(
        "main.tf",
        "resource \"aws_vpc\" = \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\nresource \"aws_subnet\" \"a\" {\n  vpc_id = aws_vpc.main.id\n  cidr_block = \"10.0.1.0/24\"\n}\n",
    );
    let run = repository.tfvpc(&["check", "-f", "json"]);
    assert_eq!(
        run.stdout.matches("\"severity\": \"error\"").count(),
        1,
        "{}",
        run.stdout
    );
}
