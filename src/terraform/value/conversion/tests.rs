use super::*;

fn text(value: &str) -> Value {
    Value::string(value)
}

fn one() -> Value {
    Value::int(1)
}

fn unset(name: &str, ty: Type) -> Value {
    Value::named_unknown(
        format!("var.{name}"),
        format!("`var.{name}` has no value"),
        ty,
    )
}

fn any_list() -> Type {
    Type::list(Type::Dynamic)
}

fn person(optional: &[&str]) -> Type {
    let attributes = [("age", Type::Number), ("name", Type::String)];
    Type::Object(Arc::new(ObjectType {
        attributes: attributes.map(|(name, ty)| (name.into(), ty)).into(),
        optional: optional.iter().map(|name| (*name).into()).collect(),
    }))
}

#[test]
fn primitives_convert_by_their_text() {
    assert_eq!(convert(&text("1e3"), &Type::Number), Ok(Value::int(1000)));
    assert_eq!(convert(&one(), &Type::String), Ok(text("1")));
    assert_eq!(convert(&text("0"), &Type::Bool), Ok(Value::Bool(false)));
    assert!(convert(&text("True"), &Type::Bool).is_err());
    assert!(convert(&one(), &Type::Bool).is_err());
    assert!(convert(&text("0x10"), &Type::Number).is_err());
}

#[test]
fn the_elements_of_a_list_take_one_type() {
    let mixed = Value::tuple([text("a"), one()]);
    let list = convert(&mixed, &any_list());
    assert_eq!(
        list,
        Ok(Value::List(Type::String, [text("a"), text("1")].into()))
    );
    let impossible = Value::tuple([one(), Value::tuple([one()])]);
    assert!(convert(&impossible, &any_list()).is_err());
}

#[test]
fn objects_of_different_attributes_become_maps() {
    let objects = Value::tuple([Value::object([("a", one())]), Value::object([("b", one())])]);
    let list = convert(&objects, &any_list()).expect("a list");
    assert_eq!(type_of(&list), Type::list(Type::map(Type::Number)));
}

#[test]
fn objects_drop_what_the_type_does_not_name() {
    let value = Value::object([("name", text("a")), ("age", text("3")), ("more", one())]);
    let expected = Value::object([("age", Value::int(3)), ("name", text("a"))]);
    assert_eq!(convert(&value, &person(&[])), Ok(expected));
}

#[test]
fn a_missing_attribute_is_null_if_it_is_optional() {
    let value = Value::object([("name", text("a"))]);
    let refusal = convert(&value, &person(&[])).expect_err("age is required");
    assert_eq!(refusal, "attribute \"age\" is required");
    let converted = convert(&value, &person(&["age"])).expect("an object");
    assert_eq!(converted.fields().expect("fields")["age"], Value::Null);
}

#[test]
fn a_set_is_sorted_without_duplicates() {
    let numbers =
        ["3", "20", "1", "3"].map(|text| Value::Number(Number::parse(text).expect("a number")));
    let members = set(Type::Number, numbers);
    let expected = [1, 3, 20].map(Value::int);
    assert_eq!(members.elements(), Some(&expected[..]));
    let with_null = set(Type::String, [Value::Null, text("a")]);
    assert_eq!(with_null.elements(), Some(&[text("a"), Value::Null][..]));
}

#[test]
fn members_that_are_not_known_stay_members() {
    let named = unset("a", Type::String);
    let nameless = Value::unknown("it is random", Type::String);
    let members = set(
        Type::String,
        [nameless.clone(), named.clone(), nameless, named],
    );
    assert_eq!(members.elements().map(<[Value]>::len), Some(3));
}

#[test]
fn the_order_of_unknown_members_is_not_guessed() {
    let members = set(Type::String, [unset("a", Type::String), text("x")]);
    let Ok(Value::OneOf(orders)) = convert(&members, &any_list()) else {
        panic!("one of two orders");
    };
    assert_eq!(orders.options.len(), 2);
}

#[test]
fn what_is_not_known_takes_the_type() {
    let converted = convert(&unset("a", Type::Dynamic), &Type::Number);
    assert_eq!(converted, Ok(unset("a", Type::Number)));
    assert!(convert(&unset("a", Type::list(Type::String)), &Type::Number).is_err());
}

#[test]
fn a_neighbour_of_unknown_type_may_turn_numbers_into_text() {
    let mixed = Value::tuple([one(), unset("a", Type::Dynamic)]);
    let Ok(Value::List(_, items)) = convert(&mixed, &any_list()) else {
        panic!("a list");
    };
    assert!(matches!(&items[0], Value::OneOf(one_of) if one_of.options == [one(), text("1")]));
}

#[test]
fn types_unify_as_in_terraform() {
    let tuple = |types: &[Type]| Type::Tuple(types.into());
    assert_eq!(unify(&[Type::Number, Type::String]), Some(Type::String));
    assert_eq!(unify(&[Type::Number, Type::Bool]), None);
    let set = Type::set(Type::String);
    assert_eq!(unify(&[set.clone(), tuple(&[])]), Some(set));
    let lists = [tuple(&[Type::Number, Type::String]), tuple(&[Type::Bool])];
    assert_eq!(unify(&lists), Some(Type::list(Type::String)));
    assert_eq!(
        unify(&[Type::list(Type::String), Type::set(Type::String)]),
        Some(Type::list(Type::String))
    );
}
