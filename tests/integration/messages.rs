//! Messages say what Terraform says, and where it comes from.

use crate::support::command::Repository;

/// The problems of a root module, one a line.
fn problems(name: &str, files: &[(&str, &str)]) -> String {
    let repository = Repository::new(name);
    for (path, text) in files {
        repository.write(path, text);
    }
    let run = repository.tfvpc(&["show", "--color", "never"]);
    run.stderr.replace("\n  ", " ")
}

const SUBNETS: &str = r#"
resource "aws_vpc" "main" {
  count      = 1
  cidr_block = "10.0.0.0/16"
}
resource "aws_vpc" "each" {
  for_each   = { a = "10.1.0.0/16" }
  cidr_block = each.value
}
resource "aws_vpc" "only" { cidr_block = "10.2.0.0/16" }
module "m" {
  count  = 1
  source = "./m"
}
module "f" {
  for_each = { a = 1 }
  source   = "./m"
}
"#;

#[test]
fn a_reference_that_lacks_a_key_or_has_one_too_many_is_told() {
    for (at, (expression, message)) in [
        ("aws_vpc.main.id", "`aws_vpc.main` has `count` set, so its attributes need an index: `aws_vpc.main[0]`"),
        ("try(aws_vpc.main.id, null)", "`aws_vpc.main` has `count` set"),
        ("aws_vpc.each.a", "`aws_vpc.each` has `for_each` set, so its attributes need an index: `aws_vpc.each[\"key\"]`"),
        ("aws_vpc.only[0].id", "`aws_vpc.only` has neither `count` nor `for_each` set, so a reference to it takes no index"),
        ("module.m.id", "`module.m` has `count` set, so its outputs need an index: `module.m[0]`"),
        ("module.f.id", "`module.f` has `for_each` set, so its outputs need an index: `module.f[\"key\"]`"),
        ("map(\"a\", 1)", "`map` was removed: write `tomap({…})`"),
        ("list(\"a\")", "`list` was removed: write `tolist([…])`"),
        // What is right is no problem.
        ("aws_vpc.main[0].id", ""),
        ("aws_vpc.main.*.id", ""),
        ("aws_vpc.main", ""),
        ("aws_vpc.each[\"a\"].id", ""),
        ("module.f.a", ""),
        ("try(module.m.id, null)", ""),
    ]
    .into_iter()
    .enumerate()
    {
        let text = format!("{SUBNETS}\noutput \"x\" {{\n  value = {expression}\n}}\n");
        let problems = problems(
            &format!("message_{at}"),
            &[("main.tf", &text), ("m/main.tf", "output \"id\" { value = 1 }\n")],
        );
        assert_eq!(problems.is_empty(), message.is_empty(), "{expression}: {problems}");
        assert!(problems.contains(message), "{expression}: {problems}");
    }
}

#[test]
fn a_source_that_is_a_path_without_a_dot_is_told() {
    let call = |source: &str| format!("module \"net\" {{\n  source = {source}\n}}\n");
    for (at, (source, message)) in [
        ("\"modules/net\"", "error: the source `modules/net` of module `net` is a local path: begin it with `./`"),
        ("\"net\"", "error: the source `net` of module `net` is a local path: begin it with `./`"),
        ("\"a/modules/net\"", "warning: the source `a/modules/net` of module `net` is a local path: begin it with `./`"),
        ("\"terraform-aws-modules/vpc/aws\"", "is not on the disk"),
        ("\"github.com/a/b\"", "is not on the disk"),
        // OpenTofu allows it; Terraform refuses it.
        ("local.where", "error: the source of module `net` is an expression"),
    ]
    .into_iter()
    .enumerate()
    {
        let problems = problems(
            &format!("source_{at}"),
            &[
                ("main.tf", &call(source)),
                ("locals.tf", "locals {\n  where = \"./modules/net\"\n}\n"),
                ("a/modules/net/main.tf", "output \"x\" { value = 1 }\n"),
            ],
        );
        assert!(problems.contains(message), "{source}: {problems}");
    }
}

#[test]
fn a_problem_inside_a_shared_module_names_its_root_and_call() {
    let call = "module \"network\" {\n  source = \"../../modules/net\"\n}\n";
    let problems = problems(
        "origin",
        &[
            ("live/dev/main.tf", call),
            ("live/prod/main.tf", call),
            (
                "modules/net/main.tf",
                "module \"inner\" {\n  source = \"./inner\"\n}\n",
            ),
            (
                "modules/net/inner/main.tf",
                "resource \"aws_vpc\" \"main\" {\n  cidr_block = local.missing\n}\n",
            ),
        ],
    );
    let expected = "at modules/net/inner/main.tf:2:16, in `module.network.module.inner` of `live/dev` and 1 more root module";
    assert!(problems.contains(expected), "{problems}");
}

#[test]
fn keys_that_are_known_after_apply_only_are_a_warning_that_says_when_they_work() {
    let subnet = "resource \"aws_subnet\" \"a\" {\n  count = 2\n}\nvariable \"open\" {}\ndata \"aws_subnets\" \"all\" {}\n";
    for (at, (for_each, warns)) in [
        ("toset(aws_subnet.a[*].id)", true),
        ("{ for subnet in aws_subnet.a : subnet.id => subnet }", true),
        ("{ (aws_subnet.a[0].id) = 1 }", true),
        ("toset([\"x-${aws_subnet.a[0].id}\"])", true),
        ("toset([for subnet in aws_subnet.a : subnet.arn])", true),
        (
            "{ for at, subnet in aws_subnet.a : at => subnet.id }",
            false,
        ),
        ("{ a = aws_subnet.a[0].id }", false),
        ("toset(var.open)", false),
        ("toset(data.aws_subnets.all.ids)", false),
        // The provider may know it while Terraform plans.
        (
            "{ for zone in [aws_subnet.a[0].availability_zone] : zone => 1 }",
            false,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let text = format!(
            "{subnet}\nresource \"aws_route_table_association\" \"a\" {{\n  for_each = {for_each}\n}}\n"
        );
        let problems = problems(&format!("keys_{at}"), &[("main.tf", &text)]);
        let expected = "warning: the keys of `for_each` of `aws_route_table_association.a` are known after apply only";
        assert_eq!(problems.contains(expected), warns, "{for_each}: {problems}");
        assert_eq!(
            problems.contains("-target"),
            warns,
            "{for_each}: {problems}"
        );
        assert!(!problems.contains("error"), "{for_each}: {problems}");
    }
}
