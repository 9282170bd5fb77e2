use std::sync::Arc;

use super::*;
use crate::terraform::address::{Address, Key, Mode, ModuleAddress};
use crate::terraform::value::schema::{InstanceSchema, UniqueAttributes};
use crate::terraform::value::types::Type;
use crate::terraform::value::{Instance, Step};

/// Ids are unique.
struct UniqueIds;

impl UniqueAttributes for UniqueIds {
    fn is_unique(&self, _: &str, attribute: &str) -> bool {
        attribute == "id"
    }
}

fn same(left: &Value, right: &Value) -> Option<bool> {
    equal(left, right, &UniqueIds)
}

fn apply(operator: BinaryOperator, left: &Value, right: &Value) -> Result<Value, String> {
    binary(operator, left, right, &UniqueIds)
}

fn text(value: &str) -> Value {
    Value::string(value)
}

fn number(value: &str) -> Value {
    Value::Number(Number::parse(value).expect("a number"))
}

fn unset(name: &str, ty: Type) -> Value {
    Value::named_unknown(
        format!("var.{name}"),
        format!("`var.{name}` has no value"),
        ty,
    )
}

fn instance(name: &str, attributes: &[(&str, Value)]) -> Value {
    let attributes = attributes
        .iter()
        .map(|(attribute, value)| ((*attribute).into(), value.clone()));
    Value::Instance(Arc::new(Instance {
        schema: InstanceSchema::default(),
        address: Address {
            module: ModuleAddress::root(),
            mode: Mode::Managed,
            kind: "aws_subnet".into(),
            name: name.into(),
            key: Key::None,
        },
        path: [].into(),
        attributes: attributes.collect(),
    }))
}

fn id(name: &str) -> Value {
    attribute(&instance(name, &[]), "id").expect("a reference")
}

#[test]
fn operands_convert_and_types_count_for_equality() {
    let sum = apply(BinaryOperator::Add, &number("1"), &text("2"));
    assert_eq!(sum, Ok(number("3")));
    assert_eq!(same(&number("1"), &text("1")), Some(false));
    assert_eq!(
        unary(UnaryOperator::Not, &text("true")),
        Ok(Value::Bool(false))
    );
    assert!(apply(BinaryOperator::Add, &Value::Null, &number("1")).is_err());
}

#[test]
fn one_decisive_side_is_enough() {
    let open = unset("enabled", Type::Bool);
    let no = Value::Bool(false);
    assert_eq!(apply(BinaryOperator::And, &open, &no), Ok(no.clone()));
    assert_eq!(
        apply(BinaryOperator::Or, &open, &Value::Bool(true)),
        Ok(Value::Bool(true))
    );
    let either = apply(BinaryOperator::Or, &open, &no).expect("a value");
    assert_eq!(
        either.unknown_reason().as_deref(),
        Some("`var.enabled` has no value")
    );
}

#[test]
fn an_id_is_itself_never_null_and_no_other_id() {
    assert_eq!(same(&id("a"), &id("a")), Some(true));
    assert_eq!(same(&id("a"), &id("b")), Some(false));
    assert_eq!(same(&id("a"), &Value::Null), Some(false));
    assert_eq!(same(&id("a"), &text("")), Some(false));
    assert_eq!(same(&id("a"), &text("subnet-1")), None);
    assert_eq!(same(&unset("x", Type::String), &Value::Null), None);
}

#[test]
fn a_template_differs_from_what_its_pieces_rule_out() {
    let region = unset("region", Type::String);
    let service = Value::template([text("com.amazonaws."), region, text(".s3")]);
    assert_eq!(same(&service, &text("com.amazonaws.eu-west-1.s3")), None);
    assert_eq!(
        same(&service, &text("com.amazonaws.eu-west-1.ec2")),
        Some(false)
    );
    assert_eq!(same(&service, &text("com.amazonaws.s3")), Some(false));
    assert_eq!(same(&service, &service), Some(true));
}

#[test]
fn what_an_instance_does_not_set_is_a_reference() {
    let subnet = instance(
        "a",
        &[("cidr_block", text("10.0.0.0/24")), ("zone", Value::Null)],
    );
    assert_eq!(attribute(&subnet, "cidr_block"), Ok(text("10.0.0.0/24")));
    let Ok(Value::Reference(zone)) = attribute(&subnet, "zone") else {
        panic!("a null attribute is computed");
    };
    assert_eq!(*zone.path, [Step::Name("zone".into())]);
}

#[test]
fn an_index_extends_what_is_not_known() {
    let subnets = unset("subnets", Type::map(Type::String));
    let found = index(&subnets, &text("a")).expect("a value").settled();
    let expected = Value::named_unknown(
        "var.subnets[\"a\"]",
        "`var.subnets` has no value",
        Type::String,
    );
    assert_eq!(found, expected);
}

#[test]
fn an_unknown_index_may_be_any_element_or_fail() {
    let list = Value::tuple([text("a"), text("b")]);
    let found = index(&list, &unset("n", Type::Number)).expect("a value");
    let Value::OneOf(one_of) = found else {
        panic!("one of the elements");
    };
    assert_eq!(one_of.options, [text("a"), text("b")]);
    assert!(one_of.may_fail);
}

#[test]
fn keys_convert_to_the_kind_of_the_collection() {
    let list = Value::tuple([text("a")]);
    assert_eq!(index(&list, &text("0")), Ok(text("a")));
    assert!(index(&list, &number("-1")).is_err());
    assert!(index(&list, &number("0.5")).is_err());
    let object = Value::object([("1", text("a"))]);
    assert_eq!(index(&object, &text("1")), Ok(text("a")));
}

#[test]
fn both_arms_of_a_conditional_take_one_type() {
    let choose =
        |then: Value, otherwise: Value| conditional(&Value::Bool(true), Ok(then), Ok(otherwise));
    assert_eq!(choose(number("1"), text("a")), Ok(text("1")));
    assert_eq!(choose(text("a"), Value::Null), Ok(text("a")));
    assert!(choose(number("1"), Value::Bool(true)).is_err());
    let list = choose(
        Value::tuple([number("1"), text("a")]),
        Value::tuple([Value::Bool(true)]),
    );
    assert_eq!(
        list,
        Ok(Value::List(Type::String, [text("1"), text("a")].into()))
    );
}

#[test]
fn an_unknown_condition_leaves_both_arms() {
    let condition = unset("c", Type::Bool);
    let either = conditional(&condition, Ok(number("1")), Ok(text("a")));
    assert_eq!(
        either,
        Ok(Value::one_of(
            "`var.c` has no value",
            [text("1"), text("a")]
        ))
    );
    let failing = conditional(&condition, Ok(number("1")), Err("no".into())).expect("a value");
    assert!(matches!(failing, Value::OneOf(one_of) if one_of.may_fail));
}

#[test]
fn a_conditional_beside_an_arm_of_unknown_type_may_be_text() {
    let other = unset("x", Type::Dynamic);
    let chosen = conditional(&Value::Bool(true), Ok(number("1")), Ok(other)).expect("a value");
    let Value::OneOf(one_of) = chosen else {
        panic!("a number or its text");
    };
    assert_eq!(one_of.options, [number("1"), text("1")]);
}

#[test]
fn a_splat_takes_null_for_nothing_and_one_value_for_one() {
    let same = &mut |element: &Value| Ok(element.clone());
    assert_eq!(splat(&Value::Null, same), Ok(Value::tuple([])));
    assert_eq!(splat(&text("a"), same), Ok(Value::tuple([text("a")])));
    let Ok(Value::Unknown(many)) = splat(&unset("list", Type::list(Type::String)), same) else {
        panic!("as many as the list has");
    };
    assert!(many.element.is_some());
}

#[test]
fn sensitive_operands_make_sensitive_results() {
    let secret = number("1").sensitive();
    assert_eq!(
        apply(BinaryOperator::Add, &secret, &number("1")),
        Ok(number("2").sensitive())
    );
    let list = Value::tuple([secret.clone()]);
    assert_eq!(
        apply(BinaryOperator::Equal, &list, &Value::Null),
        Ok(Value::Bool(false))
    );
}
