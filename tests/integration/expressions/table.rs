//! Whole expressions give what Terraform gives for them.

use std::sync::Arc;

use serde_json::Value as Json;
use tfvpc::terraform::address::Mode;
use tfvpc::terraform::files::Files;
use tfvpc::terraform::provider::{DataSource, Provider};
use tfvpc::terraform::resource::ResourceSet;
use tfvpc::terraform::value::conversion::without_marks;
use tfvpc::terraform::value::schema::{BlockSchema, UniqueAttributes};
use tfvpc::terraform::value::types::Type;
use tfvpc::terraform::value::{Fields, Value};
use tfvpc::terraform::{EvaluateOptions, evaluate, load};

use super::{call, recorded, text_of, topics};

/// What Terraform computes and tfvpc leaves unknown, and why.
const LEFT_UNKNOWN: &[(&str, &str)] = &[
    ("slice(tolist([\"a\"]),0,0) == tolist([])", ANY),
    ("[null] == [null]", NULL),
    ("{a=null} == {a=null}", NULL),
    ("var.object == {name=\"a\",size=5,tags=null}", NULL),
    (
        "pathexpand(\"~/x\") != \"\"",
        "the home directory is not known",
    ),
    ("yamldecode(\"a: .inf\").a > 1", INFINITE),
    ("try(1/0, \"x\")", INFINITE),
    ("try(1/0 > 5,\"x\")", INFINITE),
    ("yamlencode(\"a\tb\")", FOLDED),
    ("yamlencode({a=\"x\u{a0}y\"})", FOLDED),
    (
        "yamlencode(\"word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word \")",
        FOLDED,
    ),
    ("pow(27,1/3)", FRACTION),
    ("pow(2,1.5)", FRACTION),
];

const ANY: &str = "a list of no type may be one whose type is not known";
const NULL: &str = "the types of nulls are not kept";
const INFINITE: &str = "numbers are finite";
const FOLDED: &str = "YAML is not folded or escaped";
const FRACTION: &str = "the last digits depend on the machine";
const NEWER: &str = "later versions of Terraform accept it";

/// What Terraform 1.11 refuses and tfvpc computes, and why.
const NOT_REFUSED: &[(&str, &str)] = &[
    ("coalescelist(null, [\"a\"])", NULL),
    ("coalescelist([\"a\"],null)", NULL),
    ("contains([\"a\"],null)", NEWER),
    ("yamldecode(\"<<: [{a: 1}, {a: 2, b: 3}]\\nc: 4\")", NEWER),
    ("yamldecode(\"\\ta: 1\")", "YAML 1.2 accepts the tab"),
];

struct NoProvider;

impl UniqueAttributes for NoProvider {
    fn is_unique(&self, kind: &str, attribute: &str) -> bool {
        kind.starts_with("aws_") && matches!(attribute, "id" | "arn")
    }
}

impl Provider for NoProvider {
    fn schema(&self, _: Mode, _: &str) -> Option<Arc<BlockSchema>> {
        None
    }

    fn data_source(&self, _: &DataSource<'_>) -> Fields {
        Fields::new()
    }

    fn publishes(&self, _: &str) -> bool {
        false
    }

    fn is_of_network(&self, _: Mode, _: &str) -> bool {
        false
    }
}

/// The world in which every expression is an argument of a resource of its own, in a file of its own.
fn resource_set(expressions: &[Json]) -> ResourceSet {
    let mut texts: Vec<(String, String)> = Vec::new();
    for name in ["context.tf", "data.yaml", "greeting.tpl"] {
        texts.push((name.to_owned(), text_of(&format!("files/{name}"))));
    }
    for (at, line) in expressions.iter().enumerate() {
        let expression = line["expr"].as_str().expect("an expression");
        let text =
            format!("resource \"terraform_data\" \"e{at}\" {{\n  input = {expression}\n}}\n");
        texts.push((format!("e{at}.tf"), text));
    }
    let texts: Vec<(&str, &str)> = texts
        .iter()
        .map(|(name, text)| (&**name, &**text))
        .collect();
    let is_configuration =
        |(_, text): &(&str, &str)| text.contains("terraform_data") || text.contains("variable");
    let configuration: Vec<(&str, &str)> = texts.iter().copied().filter(is_configuration).collect();
    let loaded = load::from_text(&configuration);
    let files = Files::in_memory(&texts);
    let options = EvaluateOptions::default();
    evaluate(
        &loaded.modules,
        &loaded.roots[0],
        &options,
        &NoProvider,
        &files,
    )
    .0
}

fn json(value: &Value) -> Value {
    call("jsonencode", std::slice::from_ref(value)).expect("JSON of any value")
}

/// Whether a value has a type of the plan's JSON. Null has every type.
fn has_type(value: &Value, ty: &Json) -> bool {
    match (value, ty) {
        (Value::Null, _) => true,
        (Value::Bool(_), ty) => ty == "bool",
        (Value::Number(_), ty) => ty == "number",
        (Value::String(_), ty) => ty == "string",
        (Value::List(element, items), Json::Array(ty)) => {
            ty[0] == "list"
                && is_type(element, &ty[1])
                && items.iter().all(|item| has_type(item, &ty[1]))
        }
        (Value::Set(element, items), Json::Array(ty)) => {
            ty[0] == "set"
                && is_type(element, &ty[1])
                && items.iter().all(|item| has_type(item, &ty[1]))
        }
        (Value::Map(element, fields), Json::Array(ty)) => {
            ty[0] == "map"
                && is_type(element, &ty[1])
                && fields.values().all(|field| has_type(field, &ty[1]))
        }
        (Value::Tuple(items), Json::Array(ty)) => {
            let types = ty[1].as_array().expect("types of elements");
            ty[0] == "tuple" && items.iter().zip(types).all(|(item, ty)| has_type(item, ty))
        }
        (Value::Object(fields), Json::Array(ty)) => {
            ty[0] == "object"
                && fields
                    .iter()
                    .all(|(name, field)| has_type(field, &ty[1][&**name]))
        }
        _ => false,
    }
}

/// Whether it is that type, as far as it is known: a null inside leaves it open.
fn is_type(ty: &Type, expected: &Json) -> bool {
    match (ty, expected) {
        (Type::Dynamic, _) => true,
        (Type::Bool, expected) => expected == "bool",
        (Type::Number, expected) => expected == "number",
        (Type::String, expected) => expected == "string",
        (Type::List(element), Json::Array(expected)) => {
            expected[0] == "list" && is_type(element, &expected[1])
        }
        (Type::Set(element), Json::Array(expected)) => {
            expected[0] == "set" && is_type(element, &expected[1])
        }
        (Type::Map(element), Json::Array(expected)) => {
            expected[0] == "map" && is_type(element, &expected[1])
        }
        (Type::Tuple(elements), Json::Array(expected)) => {
            let types = expected[1].as_array().expect("types of elements");
            expected[0] == "tuple"
                && elements
                    .iter()
                    .zip(types)
                    .all(|(ty, expected)| is_type(ty, expected))
        }
        (Type::Object(object), Json::Array(expected)) => {
            expected[0] == "object"
                && object
                    .attributes
                    .iter()
                    .all(|(name, ty)| is_type(ty, &expected[1][&**name]))
        }
        _ => false,
    }
}

/// What is wrong with a value, if anything.
fn complaint(line: &Json, value: Option<&Value>) -> Option<String> {
    let expression = line["expr"].as_str().expect("an expression");
    let listed = |list: &[(&str, &str)]| list.iter().any(|(listed, _)| *listed == expression);
    let value = value.map(without_marks);
    let known = value.as_ref().filter(|value| value.is_known());
    if line["unknown"] == true {
        return known.map(|value| format!("{expression}\n  is not known, got {value:?}"));
    }
    if let Some(error) = line["error"].as_str() {
        let is_wrong = known.is_some() != listed(NOT_REFUSED);
        return is_wrong.then(|| format!("{expression}\n  refused: {error}\n  got {value:?}"));
    }
    let Some(known) = known else {
        return (!listed(LEFT_UNKNOWN))
            .then(|| format!("{expression}\n  is {}\n  got {value:?}", line["json"]));
    };
    let found = json(known);
    if found.as_str() != line["json"].as_str() {
        return Some(format!(
            "{expression}\n  is  {}\n  got {found:?}",
            line["json"]
        ));
    }
    (!has_type(known, &line["type"]))
        .then(|| format!("{expression}\n  is a {}\n  got {known:?}", line["type"]))
}

fn check(topic: &str) {
    let lines = recorded(topic);
    let resource_set = resource_set(&lines);
    let mut complaints = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let name = format!("e{at}");
        let mut resources = resource_set.resources.iter();
        let resource = resources.find(|resource| *resource.address.name == *name);
        let attribute = resource.and_then(|resource| resource.body.attributes.get("input"));
        complaints.extend(complaint(line, attribute.map(|attribute| &attribute.value)));
    }
    let count = complaints.len();
    assert!(
        complaints.is_empty(),
        "{count} of {}:\n{}",
        lines.len(),
        complaints.join("\n")
    );
}

macro_rules! check_topics {
    ($($topic:ident),*) => {
        $(
            #[test]
            fn $topic() {
                check(stringify!($topic));
            }
        )*

        #[test]
        fn every_table_is_checked() {
            assert_eq!(topics(), [$(stringify!($topic)),*]);
        }
    };
}

check_topics!(
    collections,
    conversion,
    dates,
    encoding,
    expressions,
    files,
    format,
    hashes,
    network,
    numbers,
    operators,
    sets,
    strings
);
