//! How evaluation grows with the size of a configuration.
//!
//! `cargo bench --bench scale` prints the time for each size; the times of a size and of its double are
//! as 1 to 2 if it grows linearly.

use divan::{Bencher, black_box};
use tfvpc::aws::provider::AwsProvider;
use tfvpc::terraform::files::Files;
use tfvpc::terraform::resource::ResourceSet;
use tfvpc::terraform::{EvaluateOptions, evaluate, load};

fn main() {
    divan::main();
}

/// Instances of a few resources that refer to each other.
#[divan::bench(args = [5_000, 10_000, 20_000], sample_count = 5)]
fn instances(bencher: Bencher, count: usize) {
    let text = format!(
        r#"
provider "aws" {{ region = "eu-west-1" }}

locals {{
  names   = [for n in range({rows}) : [for m in range(10) : "subnet-${{n}}-${{m}}"]]
  subnets = {{ for name in flatten(local.names) : name => {{ name = name, tags = {{ Name = name }} }} }}
}}

resource "aws_vpc" "main" {{ cidr_block = "10.0.0.0/8" }}

resource "aws_subnet" "this" {{
  for_each   = local.subnets
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.0.0/24"
  tags       = merge(each.value.tags, {{ Kind = "subnet" }})
}}

resource "aws_route_table_association" "this" {{
  for_each       = local.subnets
  subnet_id      = aws_subnet.this[each.key].id
  route_table_id = "rtb-1"
}}

output "ids" {{ value = [for subnet in aws_subnet.this : subnet.id] }}
"#,
        rows = count / 20
    );
    bencher.bench_local(|| resource_set(black_box(&[("main.tf", &*text)]), count));
}

/// A chain of modules, each of which calls the next for one key and hands it 400 names.
#[divan::bench(args = [3, 6, 12], sample_count = 5)]
fn chained_modules(bencher: Bencher, depth: usize) {
    let texts = modules(depth, "toset([local.names[0]])", 400);
    bencher.bench_local(|| resource_set(black_box(&borrowed(&texts)), 400));
}

/// A chain of modules, each of which calls the next for two keys.
#[divan::bench(args = [9, 10, 11, 12], sample_count = 5)]
fn doubling_modules(bencher: Bencher, depth: usize) {
    let texts = modules(depth, "toset([\"a\", \"b\"])", 2);
    bencher.bench_local(|| resource_set(black_box(&borrowed(&texts)), 1 << depth));
}

/// A root module and a chain of modules below it. The last has an instance for each name.
fn modules(depth: usize, for_each: &str, names: usize) -> Vec<(String, String)> {
    let call = |source: &str| {
        format!(
            r#"
module "next" {{
  source   = "{source}"
  for_each = {for_each}
  names    = local.names
  path     = "${{local.path}}/${{each.key}}"
}}

output "ids" {{ value = flatten([for next in module.next : next.ids]) }}
"#
        )
    };
    let inputs = r#"
variable "names" { type = list(string) }
variable "path" { type = string }

locals {
  names = var.names
  path  = var.path
}
"#;
    let last = r#"
resource "aws_eip" "this" {
  for_each = toset(local.names)
  tags     = { Name = "${local.path}-${each.key}" }
}

output "ids" { value = [for eip in aws_eip.this : eip.id] }
"#;
    let root = format!(
        r#"
locals {{
  names = [for n in range({names}) : tostring(n)]
  path  = ""
}}
"#
    );
    let mut texts = vec![("main.tf".to_owned(), root + &call("./m1"))];
    for level in 1..depth {
        let next = call(&format!("../m{}", level + 1));
        texts.push((format!("m{level}/main.tf"), format!("{inputs}{next}")));
    }
    texts.push((format!("m{depth}/main.tf"), format!("{inputs}{last}")));
    texts
}

fn borrowed(texts: &[(String, String)]) -> Vec<(&str, &str)> {
    let texts = texts.iter();
    texts
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect()
}

/// Evaluates the root module, which has so many instances at least.
fn resource_set(texts: &[(&str, &str)], instances: usize) -> ResourceSet {
    let loaded = load::from_text(texts);
    let files = Files::in_memory(texts);
    let options = EvaluateOptions::default();
    let root = &loaded.roots[0];
    let (resource_set, problems) = evaluate(&loaded.modules, root, &options, &AwsProvider, &files);
    assert!(problems.is_empty(), "{problems:?}");
    assert!(
        resource_set.resources.len() >= instances,
        "{}",
        resource_set.resources.len()
    );
    resource_set
}
