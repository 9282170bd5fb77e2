//! Whatever the unknowns turn out to be, what was said of the result holds.
//!
//! Takes the calls and operations among the recorded expressions, hides parts of their operands at random, and checks
//! that the result admits what comes out with nothing hidden.

use std::collections::BTreeMap;
use std::sync::Arc;

use tfvpc::aws::provider::AwsProvider;
use tfvpc::source::Sources;
use tfvpc::terraform::address::{Address, Key, Mode, ModuleAddress};
use tfvpc::terraform::syntax::parse;
use tfvpc::terraform::syntax::{Expression, ExpressionKind};
use tfvpc::terraform::value::conversion::{convert, type_of, without_marks};
use tfvpc::terraform::value::operation;
use tfvpc::terraform::value::types::Type;
use tfvpc::terraform::value::{Reference, Step, Unknown, Value};

use super::{call, recorded, topics};

/// How often each operation is tried with other parts hidden.
const ROUNDS: usize = 12;

/// A generator of the same numbers on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }
}

/// Hides parts of values and remembers what they were.
struct Hiding {
    random: Random,
    hidden: BTreeMap<Arc<str>, Value>,
}

impl Hiding {
    fn hide(&mut self, value: &Value, depth: usize) -> Value {
        // The deeper, the likelier: most of the structure stays.
        if self.random.below(4) < depth.min(2) + 1 && self.random.below(2) == 0 {
            return self.hidden_form(value);
        }
        match value {
            Value::Set(..) if self.random.below(2) == 0 => value.clone(),
            value => value.map_children(&mut |child| self.hide(child, depth + 1)),
        }
    }

    fn hidden_form(&mut self, value: &Value) -> Value {
        if *value == Value::Null {
            return self.unknown(value, Type::Dynamic);
        }
        match self.random.below(6) {
            0 => self.unknown(value, Type::Dynamic),
            1 => Value::one_of("hidden", [value.clone(), self.other()]),
            2 => Value::one_of("hidden", [self.other(), value.clone(), self.other()]),
            3 => self.template(value),
            4 => self.reference(value),
            _ => self.unknown(value, type_of(value)),
        }
    }

    fn other(&mut self) -> Value {
        let others = [
            Value::string(""),
            Value::string("b"),
            Value::int(2),
            Value::Bool(true),
            Value::tuple([Value::string("a"), Value::int(1)]),
            Value::object([("a", Value::int(1))]),
        ];
        others[self.random.below(others.len())].clone()
    }

    fn unknown(&mut self, value: &Value, ty: Type) -> Value {
        let name: Arc<str> = format!("hidden.{}", self.hidden.len()).into();
        self.hidden.insert(name.clone(), value.clone());
        let element = value
            .elements()
            .filter(|items| !items.is_empty() && self.random.below(2) == 0);
        let element = element.map(|items| Value::one_of("hidden", items.iter().cloned()));
        Value::from(Unknown {
            reason: format!("`{name}` is hidden").into(),
            ty,
            identity: Some(name).filter(|_| element.is_none()),
            not_null: *value != Value::Null && self.random.below(2) == 0,
            element,
            ..Unknown::default()
        })
    }

    /// Some pieces of a string stay known.
    fn template(&mut self, value: &Value) -> Value {
        let Value::String(text) = value else {
            return self.unknown(value, type_of(value));
        };
        let letters: Vec<char> = text.chars().collect();
        let start = self.random.below(letters.len() + 1);
        let end = start + self.random.below(letters.len() - start + 1);
        let part = |range: std::ops::Range<usize>| {
            Value::string(letters[range].iter().collect::<String>())
        };
        let middle = part(start..end);
        let hidden = self.unknown(&middle, Type::String);
        Value::template([part(0..start), hidden, part(end..letters.len())])
    }

    /// A reference is never null or empty text.
    fn reference(&mut self, value: &Value) -> Value {
        let is_empty = matches!(value, Value::Null) || value.as_str() == Some("");
        if is_empty {
            return self.unknown(value, Type::Dynamic);
        }
        let name: Arc<str> = format!("hidden_{}", self.hidden.len()).into();
        self.hidden.insert(name.clone(), value.clone());
        let address = Address {
            module: ModuleAddress::root(),
            mode: Mode::Managed,
            kind: "aws_thing".into(),
            name: "a".into(),
            key: Key::None,
        };
        let ty = if self.random.below(2) == 0 {
            type_of(value)
        } else {
            Type::Dynamic
        };
        Value::Reference(Arc::new(Reference {
            address,
            path: [Step::Name(name)].into(),
            ty,
        }))
    }

    /// Whether the value may turn out to be the other, which is known.
    fn admits(&self, value: &Value, known: &Value) -> bool {
        match (value, known) {
            (Value::Sensitive(value), known) => self.admits(value, known),
            (value, Value::Sensitive(known)) => self.admits(value, known),
            (Value::OneOf(one_of), known) => one_of
                .options
                .iter()
                .any(|option| self.admits(option, known)),
            (Value::Unknown(unknown), known) => self.unknown_admits(unknown, known),
            (Value::Reference(reference), known) => match &*reference.path {
                [Step::Name(name)] => self.was(name, known),
                _ => true,
            },
            (Value::Template(pieces), Value::String(text)) => self.pieces_admit(pieces, text),
            (Value::List(ty, items), Value::List(known_type, known)) => {
                admits_type(ty, known_type) && self.all_admit(items, known)
            }
            // A neighbour of unknown type may turn a tuple into a list and an object into a map.
            (Value::Tuple(items), Value::Tuple(known) | Value::List(_, known)) => {
                self.all_admit(items, known)
            }
            (Value::Tuple(items) | Value::List(_, items), Value::Set(_, known)) => known
                .iter()
                .all(|known| items.iter().any(|item| self.admits(item, known))),
            (Value::Set(ty, items), Value::Set(known_type, known)) => {
                let found = |known: &Value| items.iter().any(|item| self.admits(item, known));
                let used = |item: &Value| known.iter().any(|known| self.admits(item, known));
                admits_type(ty, known_type) && known.iter().all(found) && items.iter().all(used)
            }
            (Value::Map(ty, fields), Value::Map(known_type, known)) => {
                let pairs = || fields.values().zip(known.values());
                let all_admitted = fields.keys().eq(known.keys())
                    && pairs().all(|(field, known)| self.admits(field, known));
                admits_type(ty, known_type) && all_admitted
            }
            (Value::Object(fields), Value::Object(known) | Value::Map(_, known)) => {
                let pairs = || fields.values().zip(known.values());
                fields.keys().eq(known.keys())
                    && pairs().all(|(field, known)| self.admits(field, known))
            }
            (value, known) => value == known,
        }
    }

    fn all_admit(&self, items: &[Value], known: &[Value]) -> bool {
        let mut pairs = items.iter().zip(known);
        items.len() == known.len() && pairs.all(|(item, known)| self.admits(item, known))
    }

    fn unknown_admits(&self, unknown: &Unknown, known: &Value) -> bool {
        if *known == Value::Null {
            return !unknown.not_null;
        }
        let was = unknown
            .identity
            .as_ref()
            .is_none_or(|identity| self.was(identity, known));
        let element = unknown.element.as_ref().is_none_or(|element| {
            match (known.elements(), known.fields()) {
                (Some(items), _) => items.iter().all(|item| self.admits(element, item)),
                (_, Some(fields)) => fields.values().all(|field| self.admits(element, field)),
                _ => true,
            }
        });
        admits_type(&unknown.ty, &type_of(known)) && was && element
    }

    /// Whether what was hidden under a name is the value, in some type.
    fn was(&self, name: &str, known: &Value) -> bool {
        let Some(hidden) = self.hidden.get(name) else {
            return true;
        };
        let converted = convert(hidden, &type_of(known));
        // In a text of JSON, what is not known stands for itself, though some letters would have to be escaped.
        if let (Some(text), Some(known)) = (hidden.as_str(), known.as_str()) {
            let escaped =
                call("jsonencode", std::slice::from_ref(hidden)).expect("JSON of a string");
            let escaped = escaped.as_str().expect("known text").trim_matches('"');
            return text == known || escaped == known.trim_matches('"');
        }
        hidden == known || converted.is_ok_and(|hidden| self.admits(&hidden, known))
    }

    fn pieces_admit(&self, pieces: &[Value], text: &str) -> bool {
        match pieces.split_first() {
            None => text.is_empty(),
            Some((Value::String(piece), rest)) => text
                .strip_prefix(&**piece)
                .is_some_and(|text| self.pieces_admit(rest, text)),
            Some((piece, rest)) => {
                let ends = (0..=text.len()).filter(|end| text.is_char_boundary(*end));
                let fits = |end: &usize| self.admits(piece, &Value::string(&text[..*end]));
                let mut ends = ends.filter(fits);
                ends.any(|end| self.pieces_admit(rest, &text[end..]))
            }
        }
    }
}

fn admits_type(ty: &Type, known: &Type) -> bool {
    match (ty, known) {
        (Type::Dynamic, _) | (_, Type::Dynamic) => true,
        (Type::List(ty), Type::List(known))
        | (Type::Set(ty), Type::Set(known))
        | (Type::Map(ty), Type::Map(known)) => admits_type(ty, known),
        (Type::Tuple(types), Type::Tuple(known)) => {
            types.len() == known.len()
                && types
                    .iter()
                    .zip(known.iter())
                    .all(|(ty, known)| admits_type(ty, known))
        }
        (Type::Object(object), Type::Object(known)) => {
            let pairs = || object.attributes.values().zip(known.attributes.values());
            object.attributes.keys().eq(known.attributes.keys())
                && pairs().all(|(ty, known)| admits_type(ty, known))
        }
        (ty, known) => ty == known,
    }
}

type Compute = Box<dyn Fn(&[Value]) -> Result<Value, String>>;

/// An operation and its operands.
struct Operation {
    text: String,
    operands: Vec<Value>,
    compute: Compute,
}

impl Operation {
    /// The outermost operation of an expression whose operands are constants.
    fn of(text: &str, expression: &Expression) -> Option<Self> {
        let constants = |operands: &[&Expression]| {
            operands
                .iter()
                .map(|operand| constant(operand))
                .collect::<Option<Vec<_>>>()
        };
        let (operands, compute): (_, Compute) = match &expression.kind {
            ExpressionKind::Call {
                name,
                arguments,
                expand: false,
                ..
            } => {
                let name = name.clone();
                (
                    constants(&arguments.iter().collect::<Vec<_>>())?,
                    Box::new(move |operands| call(&name, operands)),
                )
            }
            ExpressionKind::Unary(operator, operand) => {
                let operator = *operator;
                (
                    constants(&[operand])?,
                    Box::new(move |operands| operation::unary(operator, &operands[0])),
                )
            }
            ExpressionKind::Binary(operator, left, right) => {
                let operator = *operator;
                let compute = move |operands: &[Value]| {
                    operation::binary(operator, &operands[0], &operands[1], &AwsProvider)
                };
                (constants(&[left, right])?, Box::new(compute))
            }
            ExpressionKind::Conditional {
                condition,
                then,
                otherwise,
            } => (
                constants(&[condition, then, otherwise])?,
                Box::new(|operands| {
                    operation::conditional(
                        &operands[0],
                        Ok(operands[1].clone()),
                        Ok(operands[2].clone()),
                    )
                }),
            ),
            ExpressionKind::Index(value, key) => (
                constants(&[value, key])?,
                Box::new(|operands| operation::index(&operands[0], &operands[1])),
            ),
            ExpressionKind::Attribute(value, name) => {
                let name = name.clone();
                (
                    constants(&[value])?,
                    Box::new(move |operands| operation::attribute(&operands[0], &name)),
                )
            }
            _ => return None,
        };
        Some(Self {
            text: text.to_owned(),
            operands,
            compute,
        })
    }

    /// Hides parts of the operands and says what is wrong with the result, if anything.
    fn complaint(&self, seed: u64) -> Option<String> {
        let known = (self.compute)(&self.operands).ok()?;
        if !known.is_known() {
            return None;
        }
        let mut hiding = Hiding {
            random: Random(seed),
            hidden: BTreeMap::new(),
        };
        let operands: Vec<Value> = self
            .operands
            .iter()
            .map(|operand| hiding.hide(operand, 0))
            .collect();
        let result = (self.compute)(&operands);
        let is_admitted = result
            .as_ref()
            .is_ok_and(|result| hiding.admits(result, &known));
        (!is_admitted).then(|| {
            format!(
                "{}\n  with {operands:?}\n  gives {result:?}\n  which is not {known:?}",
                self.text
            )
        })
    }
}

fn constant(expression: &Expression) -> Option<Value> {
    match &expression.kind {
        ExpressionKind::Null => Some(Value::Null),
        ExpressionKind::Bool(bool) => Some(Value::Bool(*bool)),
        ExpressionKind::Number(number) => Some(Value::Number(number.clone())),
        ExpressionKind::String(text) => Some(Value::String(text.clone())),
        ExpressionKind::Tuple(items) => Some(Value::Tuple(
            items.iter().map(constant).collect::<Option<_>>()?,
        )),
        ExpressionKind::Object(items) => {
            let mut fields = BTreeMap::new();
            for item in items {
                let key = convert(&constant(&item.key)?, &Type::String).ok()?;
                let Value::String(key) = key else {
                    return None;
                };
                fields.insert(key, constant(&item.value)?);
            }
            Some(Value::Object(Arc::new(fields)))
        }
        _ => {
            let operation = Operation::of("", expression)?;
            let value = (operation.compute)(&operation.operands).ok()?;
            Some(without_marks(&value)).filter(Value::is_known)
        }
    }
}

fn operations() -> Vec<Operation> {
    let mut operations = Vec::new();
    for line in topics().iter().flat_map(|topic| recorded(topic)) {
        let text = line["expr"].as_str().expect("an expression");
        let mut sources = Sources::default();
        let file = sources.add(String::new(), text.to_owned());
        if let Ok(expression) = parse::parse_expression(text, file) {
            operations.extend(Operation::of(text, &expression));
        }
    }
    operations
}

#[test]
fn no_result_contradicts_what_was_hidden() {
    let operations = operations();
    assert!(
        operations.len() > 800,
        "only {} operations",
        operations.len()
    );
    let mut complaints = Vec::new();
    for (at, operation) in operations.iter().enumerate() {
        let mut seeds =
            (0..ROUNDS).map(|round| u64::try_from(at * ROUNDS + round).expect("a small number"));
        complaints.extend(seeds.find_map(|seed| operation.complaint(seed)));
    }
    let shown: Vec<String> = complaints.iter().take(40).cloned().collect();
    assert!(
        complaints.is_empty(),
        "{} of {}:\n{}",
        complaints.len(),
        operations.len(),
        shown.join("\n")
    );
}
