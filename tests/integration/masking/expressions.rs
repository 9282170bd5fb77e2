//! Every expression of the table of the real Terraform's results, with any of its literals hidden.
#![allow(
    clippy::disallowed_methods,
    reason = "tests read the files of the repository"
)]

use std::fmt::Write;

use tfvpc::aws::provider::AwsProvider;
use tfvpc::source::{Sources, Span};
use tfvpc::terraform::files::Files;
use tfvpc::terraform::load::{self, Loaded};
use tfvpc::terraform::resource::{Resource, ResourceSet};
use tfvpc::terraform::syntax::parse::parse_expression;
use tfvpc::terraform::value::Value;
use tfvpc::terraform::{EvaluateOptions, evaluate};

use crate::masking::admits::admits;
use crate::masking::literals::{collect, replaced};

/// The most literals of one expression that are hidden together.
const TOGETHER: usize = 3;

/// How the reason begins why an expression that fails has no value.
const FAILED: &str = "it could not be evaluated";

#[test]
fn expressions_with_hidden_literals_admit_their_results() {
    let (loaded, resource_set) = evaluated(&configuration(&table()));
    let checks: Vec<_> = resource_set
        .resources
        .iter()
        .flat_map(|resource| wrong_of(&loaded, resource))
        .collect();
    let wrong: Vec<_> = checks.iter().flatten().cloned().collect();
    assert!(checks.len() > 4_000, "{}", checks.len());
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// For each way to hide a part of an expression, what is wrong with the result, if anything is.
fn wrong_of(loaded: &Loaded, resource: &Resource) -> Vec<Option<String>> {
    let attributes = &resource.body.attributes;
    let concrete = &attributes["value"].value;
    // Terraform itself does not know the types of some empty collections.
    if concrete.unknown_reason().is_some() {
        return Vec::new();
    }
    let judge = |masked: &Value, span: Option<Span>| {
        let source = span.map_or("", |span| loaded.sources.text(span));
        let is_right = !has_failed(masked) && admits(masked, concrete);
        (!is_right).then(|| format!("{source}\n  gives {masked:?}\n  not {concrete:?}"))
    };
    let attributes = attributes.values();
    attributes
        .map(|attribute| judge(&attribute.value, attribute.span))
        .collect()
}

fn has_failed(value: &Value) -> bool {
    let reason = value.unknown_reason();
    reason.is_some_and(|reason| reason.starts_with(FAILED))
}

fn evaluated(text: &str) -> (Loaded, ResourceSet) {
    let texts = [("main.tf", text)];
    let loaded = load::from_text(&texts);
    assert_eq!(loaded.problems, []);
    let files = Files::in_memory(&texts);
    let options = EvaluateOptions::default();
    let root = &loaded.roots[0];
    let (resource_set, _) = evaluate(&loaded.modules, root, &options, &AwsProvider, &files);
    (loaded, resource_set)
}

/// A resource for each expression, with an attribute for each way to hide a part of it.
fn configuration(expressions: &[String]) -> String {
    let mut text = variables();
    for (n, expression) in expressions.iter().enumerate() {
        let _ = writeln!(text, "resource \"x_y\" \"e{n}\" {{\nvalue = {expression}");
        for (n, masked) in masked(expression).iter().enumerate() {
            let _ = writeln!(text, "masked{n} = {masked}");
        }
        text.push_str("}\n");
    }
    text
}

/// Variables without values: of no type, and of each primitive one.
fn variables() -> String {
    let mut text = String::new();
    for n in 0..TOGETHER {
        let _ = writeln!(text, "variable \"any{n}\" {{}}");
        for ty in ["string", "number", "bool"] {
            let _ = writeln!(text, "variable \"{ty}{n}\" {{ type = {ty} }}");
        }
    }
    text
}

/// The expressions to which Terraform gives a value.
fn table() -> Vec<String> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/expressions");
    let files = std::fs::read_dir(directory).expect("the table is there");
    let mut paths: Vec<_> = files.flatten().map(|file| file.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|kind| kind == "jsonl"));
    paths.sort();
    let texts = paths.iter().map(std::fs::read_to_string);
    let texts: Vec<String> = texts.map(|text| text.expect("it is text")).collect();
    let rows = texts.iter().flat_map(|text| text.lines());
    let rows = rows.map(|row| serde_json::from_str(row).expect("a row is JSON"));
    let valued = rows.filter(|row: &serde_json::Value| row.get("error").is_none());
    let valued = valued.filter_map(|row| Some(row["expr"].as_str()?.to_owned()));
    valued.filter(|expression| !expression.is_empty()).collect()
}

/// The expression with some of its literals replaced by variables: each alone, and the first few
/// primitive ones together, all of them and all but one.
fn masked(expression: &str) -> Vec<String> {
    let file = Sources::default().add("expression".to_owned(), expression.to_owned());
    let Ok(tree) = parse_expression(expression, file) else {
        return Vec::new();
    };
    let mut literals = Vec::new();
    collect(&tree, &mut literals);
    let mut ways: Vec<Vec<(Span, String)>> = Vec::new();
    for (span, ty) in &literals {
        let types = std::iter::once("any").chain(*ty);
        ways.extend(types.map(|ty| vec![(*span, format!("{ty}0"))]));
    }
    let primitive = literals.iter().filter(|(_, ty)| ty.is_some());
    let few = primitive.take(TOGETHER).enumerate();
    let few: Vec<_> = few
        .map(|(n, (span, _))| (*span, format!("any{n}")))
        .collect();
    let but = |skipped: usize| [&few[..skipped], &few[skipped + 1..]].concat();
    if few.len() > 1 {
        ways.extend((0..few.len()).map(but));
        ways.push(few);
    }
    let texts = ways.iter().map(|way| replaced(expression, way));
    // A legacy index, `x.0`, takes nothing but a number.
    texts
        .filter(|text| parse_expression(text, file).is_ok())
        .collect()
}
