//! Whether what is known of a value with parts of its configuration hidden admits the value that it has.

use tfvpc::terraform::address::{Address, Key, Mode};
use tfvpc::terraform::resource::{Blocks, Body};
use tfvpc::terraform::value::conversion::identical;
use tfvpc::terraform::value::types::Type;
use tfvpc::terraform::value::{Fields, Reference, Step, Unknown, Value};

/// Whether the masked value may turn out to be the concrete one. A concrete value that is itself not
/// known in part must be at least as well known.
pub(crate) fn admits(masked: &Value, concrete: &Value) -> bool {
    match (masked, concrete) {
        (Value::Sensitive(masked), concrete) => admits(masked, concrete),
        (masked, Value::Sensitive(concrete)) => admits(masked, concrete),
        (Value::Unknown(unknown), concrete) => admits_unknown(unknown, concrete),
        (masked, Value::OneOf(one_of)) => {
            one_of.options.iter().all(|option| admits(masked, option))
        }
        (Value::OneOf(one_of), concrete) => {
            one_of.options.iter().any(|option| admits(option, concrete))
        }
        (Value::Reference(masked), Value::Reference(concrete)) => same_place(masked, concrete),
        (Value::Reference(masked), concrete) => {
            masked.address.mode == Mode::Data && fits(&masked.ty, concrete)
        }
        (Value::Template(_), Value::String(_) | Value::Template(_)) => {
            matches(&tokens(masked), &tokens(concrete))
        }
        // Whether it is a list or a tuple, a map or an object, is not seen in what it holds.
        (
            Value::List(_, masked) | Value::Tuple(masked),
            Value::List(_, concrete) | Value::Tuple(concrete),
        ) => {
            masked.len() == concrete.len()
                && masked
                    .iter()
                    .zip(concrete.iter())
                    .all(|(a, b)| admits(a, b))
        }
        (Value::Set(_, masked), Value::Set(_, concrete)) => admits_set(masked, concrete),
        (
            Value::Map(_, masked) | Value::Object(masked),
            Value::Map(_, concrete) | Value::Object(concrete),
        ) => admits_fields(masked, concrete),
        (Value::Instance(masked), Value::Instance(concrete)) => {
            same_address(&masked.address, &concrete.address)
                && masked.path == concrete.path
                && (masked.address.mode == Mode::Data
                    || admits_fields(&masked.attributes, &concrete.attributes))
        }
        (masked, concrete) => masked == concrete,
    }
}

fn admits_unknown(unknown: &Unknown, concrete: &Value) -> bool {
    let is_null = *concrete == Value::Null;
    let elements = match concrete {
        Value::Map(_, fields) | Value::Object(fields) => fields.values().collect(),
        value => value
            .elements()
            .map_or(Vec::new(), |items| items.iter().collect()),
    };
    let admits_element = |element: &Value| elements.iter().all(|item| admits(element, item));
    fits(&unknown.ty, concrete)
        && !(is_null && unknown.not_null)
        && unknown.element.as_ref().is_none_or(admits_element)
}

/// Whether a value can be of a type.
fn fits(ty: &Type, value: &Value) -> bool {
    match (ty, value) {
        (Type::Dynamic, _)
        | (_, Value::Null | Value::Instance(_))
        | (Type::Bool, Value::Bool(_))
        | (Type::Number, Value::Number(_))
        | (Type::String, Value::String(_) | Value::Template(_)) => true,
        (ty, Value::Unknown(unknown)) => may_be(ty, &unknown.ty),
        (ty, Value::Reference(reference)) => may_be(ty, &reference.ty),
        (ty, Value::OneOf(one_of)) => one_of.options.iter().all(|option| fits(ty, option)),
        (ty, Value::Sensitive(inner)) => fits(ty, inner),
        (Type::List(element), Value::List(_, items))
        | (Type::Set(element), Value::Set(_, items)) => {
            items.iter().all(|item| fits(element, item))
        }
        (Type::Map(element), Value::Map(_, fields)) => {
            fields.values().all(|value| fits(element, value))
        }
        (Type::Tuple(types), Value::Tuple(items)) => {
            types.len() == items.len() && types.iter().zip(items.iter()).all(|(t, v)| fits(t, v))
        }
        (Type::Object(object), Value::Object(fields)) => {
            object.attributes.keys().eq(fields.keys())
                && fields
                    .iter()
                    .all(|(name, value)| fits(&object.attributes[name], value))
        }
        _ => false,
    }
}

fn may_be(masked: &Type, concrete: &Type) -> bool {
    masked.has_dynamic() || concrete.has_dynamic() || masked == concrete
}

/// Members that are not known may be one, so a masked set may be the larger one.
fn admits_set(masked: &[Value], concrete: &[Value]) -> bool {
    let found = |item: &Value| masked.iter().any(|candidate| admits(candidate, item));
    let needed = |item: &Value| concrete.iter().any(|candidate| admits(item, candidate));
    concrete.iter().all(found) && masked.iter().all(needed)
}

fn admits_fields(masked: &Fields, concrete: &Fields) -> bool {
    masked.keys().eq(concrete.keys())
        && masked
            .iter()
            .all(|(name, value)| admits(value, &concrete[name]))
}

/// Whether a masked key stands for a concrete one.
fn same_key(masked: &Key, concrete: &Key) -> bool {
    masked == concrete || (*masked == Key::Each && *concrete != Key::None)
}

/// Whether a masked address stands for a concrete one.
pub(crate) fn same_address(masked: &Address, concrete: &Address) -> bool {
    let (left, right) = (&masked.module.0, &concrete.module.0);
    let same_step = |(a, b): (&(_, Key), &(_, Key))| a.0 == b.0 && same_key(&a.1, &b.1);
    let pairs: Vec<(&(std::sync::Arc<str>, Key), _)> = left.iter().zip(right.iter()).collect();
    left.len() == right.len()
        && pairs.into_iter().all(same_step)
        && (masked.mode, &masked.kind, &masked.name)
            == (concrete.mode, &concrete.kind, &concrete.name)
        && same_key(&masked.key, &concrete.key)
}

fn same_place(masked: &Reference, concrete: &Reference) -> bool {
    let same_step =
        |(masked, concrete): (&Step, &Step)| masked == concrete || *masked == Step::Each;
    same_address(&masked.address, &concrete.address)
        && masked.path.len() == concrete.path.len()
        && masked.path.iter().zip(concrete.path.iter()).all(same_step)
}

/// A part of a string.
enum Token<'v> {
    Char(char),
    /// Of a masked string: any text.
    Any,
    /// What only apply knows.
    Piece(&'v Value),
}

fn tokens(value: &Value) -> Vec<Token<'_>> {
    let pieces = match value {
        Value::Template(pieces) => pieces,
        value => std::slice::from_ref(value),
    };
    let mut tokens = Vec::new();
    for piece in pieces {
        match piece {
            Value::String(text) => tokens.extend(text.chars().map(Token::Char)),
            Value::Reference(reference) if reference.address.mode == Mode::Managed => {
                tokens.push(Token::Piece(piece));
            }
            _ => tokens.push(Token::Any),
        }
    }
    tokens
}

fn matches(masked: &[Token], concrete: &[Token]) -> bool {
    let mut reached = vec![false; concrete.len() + 1];
    reached[0] = true;
    for token in masked {
        let mut next = vec![false; concrete.len() + 1];
        for at in 0..=concrete.len() {
            match token {
                Token::Any => next[at] = reached[at] || (at > 0 && next[at - 1]),
                token => {
                    next[at] = at > 0 && reached[at - 1] && same_token(token, &concrete[at - 1]);
                }
            }
        }
        reached = next;
    }
    reached[concrete.len()]
}

fn same_token(masked: &Token, concrete: &Token) -> bool {
    match (masked, concrete) {
        (Token::Char(a), Token::Char(b)) => a == b,
        (Token::Piece(Value::Reference(a)), Token::Piece(Value::Reference(b))) => same_place(a, b),
        (Token::Piece(a), Token::Piece(b)) => identical(a, b),
        _ => false,
    }
}

/// Whether what is known of a block admits the concrete one; else where it does not.
pub(crate) fn admits_body(masked: &Body, concrete: &Body) -> Result<(), String> {
    for (name, attribute) in &concrete.attributes {
        let value = masked
            .attributes
            .get(name)
            .map(|attribute| &attribute.value);
        if !value.is_some_and(|value| admits(value, &attribute.value)) {
            return Err(format!("`{name}` is {:?}, not {value:?}", attribute.value));
        }
    }
    for (kind, blocks) in &concrete.blocks {
        let found = masked.blocks.get(kind);
        if !found.is_some_and(|found| admits_blocks(found, blocks)) {
            return Err(format!("the blocks `{kind}` are {blocks:?}, not {found:?}"));
        }
    }
    Ok(())
}

fn admits_blocks(masked: &Blocks, concrete: &Blocks) -> bool {
    let Some(unknown_blocks) = &masked.further else {
        return concrete.further.is_none()
            && masked.bodies.len() == concrete.bodies.len()
            && masked
                .bodies
                .iter()
                .zip(&concrete.bodies)
                .all(|(a, b)| admits_body(a, b).is_ok());
    };
    let element = match unknown_blocks.unmarked() {
        Value::Unknown(unknown) => unknown.element.as_ref(),
        _ => None,
    };
    let is_known = |body: &Body| {
        masked
            .bodies
            .iter()
            .any(|known| admits_body(known, body).is_ok())
    };
    let is_more = |body: &Body| element.is_none_or(|element| admits(element, &object(body)));
    concrete
        .bodies
        .iter()
        .all(|body| is_known(body) || is_more(body))
}

fn object(body: &Body) -> Value {
    let attributes = body.attributes.iter();
    let attributes = attributes.map(|(name, attribute)| (name.clone(), attribute.value.clone()));
    let blocks = body.blocks.iter();
    let blocks =
        blocks.map(|(kind, blocks)| (kind.clone(), Value::tuple(blocks.bodies.iter().map(object))));
    Value::object(attributes.chain(blocks))
}
