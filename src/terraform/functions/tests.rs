//! What functions compute, what they refuse, and what they keep of arguments that are not known.

use super::*;
use crate::terraform::value::number::Number;
use crate::terraform::value::schema::NoUniqueAttributes;

struct NoFiles;

impl FileReader for NoFiles {
    fn read(&self, _: &str) -> Result<Vec<u8>, FileError> {
        Err(FileError::Missing)
    }

    fn exists(&self, _: &str) -> Result<bool, FileError> {
        Ok(false)
    }

    fn list(&self, _: &str) -> Result<ListedFiles, FileError> {
        Err(FileError::Missing)
    }
}

fn run(name: &str, arguments: &[Value]) -> Result<Value, String> {
    let environment = Environment {
        files: &NoFiles,
        unique: &NoUniqueAttributes,
        working_directory: "/work",
    };
    call(name, arguments, &environment)
}

fn text(value: &str) -> Value {
    Value::string(value)
}

fn texts(values: &[&str]) -> Value {
    Value::tuple(values.iter().map(|value| text(value)))
}

fn strings(values: &[&str]) -> Value {
    Value::List(
        Type::String,
        values.iter().map(|value| text(value)).collect(),
    )
}

fn unset(name: &str, ty: Type) -> Value {
    Value::named_unknown(
        format!("var.{name}"),
        format!("`var.{name}` has no value"),
        ty,
    )
}

#[test]
fn every_name_also_works_in_the_core_namespace() {
    assert_eq!(run("core::upper", &[text("a")]), Ok(text("A")));
    assert!(run("nosuch", &[]).is_err());
    assert!(exists("core::length") && !exists("core::nosuch"));
}

#[test]
fn a_wrong_number_of_arguments_is_refused() {
    assert!(run("upper", &[]).is_err());
    assert!(run("upper", &[text("a"), text("b")]).is_err());
    assert!(run("upper", &[Value::Null]).is_err());
}

#[test]
fn subnets_are_cut_from_their_block() {
    let subnet = |number: i64| {
        run(
            "cidrsubnet",
            &[text("010.0.0.0/16"), Value::int(8), Value::int(number)],
        )
    };
    assert_eq!(subnet(2), Ok(text("10.0.2.0/24")));
    assert!(subnet(256).is_err());
    let series = run(
        "cidrsubnets",
        &[
            text("10.1.0.0/16"),
            Value::int(4),
            Value::int(8),
            Value::int(4),
        ],
    );
    assert_eq!(
        series,
        Ok(strings(&["10.1.0.0/20", "10.1.16.0/24", "10.1.32.0/20"]))
    );
}

#[test]
fn a_call_on_what_is_not_known_keeps_the_reason_and_the_type() {
    let found = run(
        "cidrsubnet",
        &[unset("cidr", Type::String), Value::int(8), Value::int(0)],
    );
    let Ok(Value::Unknown(found)) = found else {
        panic!("the subnet is not known");
    };
    assert_eq!(
        (&*found.reason, &found.ty),
        ("`var.cidr` has no value", &Type::String)
    );
}

#[test]
fn known_pieces_of_a_text_stay_known() {
    let name = run("format", &[text("%s-a"), unset("name", Type::String)]).expect("a text");
    assert_eq!(
        run("endswith", &[name.clone(), text("-a")]),
        Ok(Value::Bool(true))
    );
    let upper = run("upper", &[name]).expect("a text");
    assert_eq!(
        run("endswith", &[upper.clone(), text("-A")]),
        Ok(Value::Bool(true))
    );
    assert_eq!(
        run("endswith", &[upper, text("-a")]),
        Ok(Value::Bool(false))
    );
}

#[test]
fn compact_does_not_guess_what_is_empty() {
    let found = run(
        "compact",
        &[Value::tuple([text("a"), unset("b", Type::String)])],
    );
    let Ok(Value::OneOf(found)) = found else {
        panic!("a list with or without the second");
    };
    assert_eq!(found.options[1], strings(&["a"]));
}

#[test]
fn coalesce_skips_null_and_empty_text() {
    assert_eq!(
        run("coalesce", &[Value::Null, text(""), text("b")]),
        Ok(text("b"))
    );
    assert_eq!(run("coalesce", &[Value::int(1), text("b")]), Ok(text("1")));
    let either = run("coalesce", &[unset("a", Type::String), text("b")]);
    assert!(matches!(either, Ok(Value::OneOf(found)) if found.options.len() == 2));
}

#[test]
fn one_of_several_arguments_gives_one_of_several_results() {
    let size = Value::one_of("why", [texts(&["a"]), texts(&["a", "b"])]);
    let expected = Value::one_of("why", [Value::int(1), Value::int(2)]);
    assert_eq!(run("length", &[size]), Ok(expected));
}

#[test]
fn sensitive_arguments_make_sensitive_results() {
    let secret = text("a").sensitive();
    assert_eq!(
        run("upper", std::slice::from_ref(&secret)),
        Ok(text("A").sensitive())
    );
    let list = run("join", &[text(","), Value::tuple([secret.clone()])]);
    assert_eq!(list, Ok(text("a").sensitive()));
    assert_eq!(
        run("nonsensitive", std::slice::from_ref(&secret)),
        Ok(text("a"))
    );
    assert_eq!(run("issensitive", &[secret]), Ok(Value::Bool(true)));
}

#[test]
fn hostile_sizes_are_not_computed() {
    let numbers = Value::tuple((0..1000).map(Value::int));
    let product = run("setproduct", &[numbers.clone(), numbers.clone(), numbers]).expect("a value");
    assert!(matches!(product, Value::Unknown(_)));
    assert!(run("range", &[Value::int(2000)]).is_err());
    let huge = Number::parse("1e9").map(Value::Number).expect("a number");
    assert!(matches!(
        run("indent", &[huge, text("a\nb")]),
        Ok(Value::Unknown(_))
    ));
    assert!(run("regex", &[text("(a{1000}){1000}"), text("a")]).is_err());
}

#[test]
fn a_result_that_is_not_known_is_the_same_wherever_it_is_computed() {
    let cidr = unset("cidr", Type::String);
    let subnet = |number: i64| {
        run(
            "cidrsubnet",
            &[cidr.clone(), Value::int(8), Value::int(number)],
        )
    };
    let equal = |left: i64, right: i64| {
        let (left, right) = (
            subnet(left).expect("a subnet"),
            subnet(right).expect("a subnet"),
        );
        crate::terraform::value::operation::equal(&left, &right, &NoUniqueAttributes)
    };
    assert_eq!((equal(0, 0), equal(0, 1)), (Some(true), None));
    let hash = || run("bcrypt", std::slice::from_ref(&cidr)).expect("a hash");
    assert_eq!(
        crate::terraform::value::operation::equal(&hash(), &hash(), &NoUniqueAttributes),
        None
    );
}

#[test]
fn variable_files_are_written_and_read() {
    let value = Value::object([
        ("a", Value::tuple([text("x"), Value::int(1)])),
        ("bc", Value::object([("d", Value::Null)])),
    ]);
    let file = run(
        "provider::terraform::encode_tfvars",
        std::slice::from_ref(&value),
    )
    .expect("a file");
    assert_eq!(file, text("a = [\"x\", 1]\nbc = {\n  d = null\n}\n"));
    assert_eq!(
        run("provider::terraform::decode_tfvars", &[file]),
        Ok(value)
    );
    assert!(
        run(
            "provider::terraform::decode_tfvars",
            &[text("a = upper(\"b\")")]
        )
        .is_err()
    );
}

#[test]
fn an_arn_is_taken_apart_and_put_together() {
    let parts = ["aws", "iam", "", "123456789012", "role/team/reader"];
    let arn = text("arn:aws:iam::123456789012:role/team/reader");
    assert_eq!(
        run("provider::aws::arn_build", &parts.map(text)),
        Ok(arn.clone())
    );
    let parsed = run("provider::aws::arn_parse", std::slice::from_ref(&arn)).expect("an ARN");
    assert_eq!(
        parsed.fields().expect("fields")["resource"],
        text("role/team/reader")
    );
    let trimmed = run("provider::aws::trim_iam_role_path", &[arn]);
    assert_eq!(trimmed, Ok(text("arn:aws:iam::123456789012:role/reader")));
    assert!(run("provider::aws::arn_parse", &[text("arn:aws")]).is_err());
}

#[test]
fn open_tofus_own_functions_are_there() {
    let contains = |inner: &str| run("cidrcontains", &[text("10.0.0.0/8"), text(inner)]);
    assert_eq!(
        (contains("10.1.0.0/16"), contains("11.0.0.1")),
        (Ok(Value::Bool(true)), Ok(Value::Bool(false)))
    );
    assert!(contains("fd00::/8").is_err());
    assert_eq!(
        run("urldecode", &[text("a+b%2Fc%C3%A9d")]),
        Ok(text("a b/c\u{e9}d"))
    );
    assert_eq!(
        run(
            "base64gunzip",
            &[text("H4sIAAAAAAACA8tIzcnJBwCGphA2BQAAAA==")]
        ),
        Ok(text("hello"))
    );
    assert!(run("base64gunzip", &[text("!")]).is_err());
}
