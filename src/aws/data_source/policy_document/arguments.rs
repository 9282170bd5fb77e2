//! The document that the arguments and blocks of the data source describe.

use super::choice::Choices;
use super::hash;
use super::model::{Condition, PolicyDocument, Principal, Statement, Strings};
use super::{Refusal, because, duplicate_sid};
use crate::aws::provider::AwsProvider;
use crate::terraform::resource::Body;
use crate::terraform::value::Value;
use crate::terraform::value::conversion::identical;
use crate::terraform::value::operation::{equal, may_be_null};
use crate::terraform::value::types::Type;

const DEFAULT_VERSION: &str = "2012-10-17";

/// The version in which `&{` does not stand for `${`.
const OLD_VERSION: &str = "2008-10-17";

/// The document of the `statement` blocks, before other documents are merged with it.
pub(super) fn document(arguments: &Body, choices: &mut Choices) -> Result<PolicyDocument, Refusal> {
    let version = match string(arguments, "version", choices) {
        None => DEFAULT_VERSION.into(),
        Some(Value::String(version)) => version,
        Some(version) => return Err(because(&[&version])),
    };
    let mut document = PolicyDocument {
        id: not_empty(string(arguments, "policy_id", choices))?,
        version,
        statements: Vec::new(),
    };
    for body in blocks(arguments, "statement")? {
        let statement = statement(&body, &document.version, choices)?;
        if let Some(sid) = &statement.sid
            && document.position(&statement)?.is_some()
        {
            return Err(duplicate_sid(sid));
        }
        document.statements.push(statement);
    }
    Ok(document)
}

fn statement(body: &Body, version: &str, choices: &mut Choices) -> Result<Statement, Refusal> {
    let effect = string(body, "effect", choices).unwrap_or_else(|| Value::string("Allow"));
    // The provider turns `&{` into `${` in resources, but not in actions.
    let mut list = |name: &str, has_variables: bool| -> Result<Option<Strings>, Refusal> {
        let texts = set(body, name, choices)?;
        match texts.len() {
            0 => Ok(None),
            _ if has_variables => strings(texts, version, choices).map(Some),
            _ => Ok(Some(one_or_many(choices.descending(texts)))),
        }
    };
    Ok(Statement {
        actions: list("actions", false)?,
        not_actions: list("not_actions", false)?,
        resources: list("resources", true)?,
        not_resources: list("not_resources", true)?,
        sid: not_empty(string(body, "sid", choices))?,
        effect: Some(if may_be_null(&effect) {
            anonymous(&effect)
        } else {
            effect
        }),
        principals: principals(body, "principals", version, choices)?,
        not_principals: principals(body, "not_principals", version, choices)?,
        conditions: conditions(body, version, choices)?,
    })
}

fn principals(
    body: &Body,
    argument: &str,
    version: &str,
    choices: &mut Choices,
) -> Result<Vec<Principal>, Refusal> {
    let mut blocks_of_kind: Vec<(Vec<Value>, Principal)> = Vec::new();
    for block in blocks(body, argument)? {
        let kind = required(&block, "type", choices)?;
        let texts = set(&block, "identifiers", choices)?;
        let identifiers = strings(texts.clone(), version, choices)?;
        let key = [std::slice::from_ref(&kind), &texts].concat();
        blocks_of_kind.push((key, Principal { kind, identifiers }));
    }
    in_order(blocks_of_kind, |key| {
        (&key[..1], hash::principal(&key[0], &key[1..]))
    })
}

fn conditions(
    body: &Body,
    version: &str,
    choices: &mut Choices,
) -> Result<Vec<Condition>, Refusal> {
    let mut conditions: Vec<(Vec<Value>, Condition)> = Vec::new();
    for block in blocks(body, "condition")? {
        let test = required(&block, "test", choices)?;
        let variable = required(&block, "variable", choices)?;
        let texts = elements(&block, "values", choices)?;
        let values = texts.iter().map(|text| with_variables(text, version));
        let values = values.collect::<Result<_, _>>()?;
        let key = [&[test.clone(), variable.clone()], &texts[..]].concat();
        let condition = Condition {
            test,
            variable,
            values,
        };
        conditions.push((key, condition));
    }
    in_order(conditions, |key| {
        (&key[..2], hash::condition(&key[0], &key[1], &key[2..]))
    })
}

/// The blocks of a set, each once, in the order in which the provider reads them. That order follows
/// from a hash, which is known only if the whole block is; it shows in the text only among blocks with
/// the same names (the type of principals, the test and variable of conditions).
fn in_order<T>(
    mut blocks: Vec<(Vec<Value>, T)>,
    names_and_hash: impl Fn(&[Value]) -> (&[Value], Option<String>),
) -> Result<Vec<T>, Refusal> {
    if blocks
        .iter()
        .all(|(key, _)| names_and_hash(key).1.is_some())
    {
        blocks.sort_by_cached_key(|(key, _)| names_and_hash(key).1);
        blocks.dedup_by(|(left, _), (right, _)| left == right);
        return Ok(blocks.into_iter().map(|(_, block)| block).collect());
    }
    for (n, (key, _)) in blocks.iter().enumerate() {
        let names = names_and_hash(key).0;
        let may_be_same = |earlier_names: &[Value]| {
            let mut pairs = names.iter().zip(earlier_names);
            pairs.all(|(left, right)| equal(left, right, &AwsProvider) != Some(false))
        };
        let mut earlier = blocks[..n].iter();
        let same = earlier.find(|(earlier_key, _)| may_be_same(names_and_hash(earlier_key).0));
        if let Some((earlier_key, _)) = same {
            let both: Vec<&Value> = key.iter().chain(earlier_key).collect();
            return Err(because(&both));
        }
    }
    Ok(blocks.into_iter().map(|(_, block)| block).collect())
}

fn blocks(body: &Body, name: &str) -> Result<Vec<Body>, Refusal> {
    let nested = body.nested(name);
    match nested.further {
        Some(unknown_blocks) => Err(because(&[&unknown_blocks])),
        None => Ok(nested.bodies),
    }
}

/// A single string, or several from the last to the first, each with its policy variables.
fn strings(texts: Vec<Value>, version: &str, choices: &mut Choices) -> Result<Strings, Refusal> {
    let descending = choices.descending(texts);
    let replaced = descending.iter().map(|text| with_variables(text, version));
    Ok(one_or_many(replaced.collect::<Result<_, _>>()?))
}

fn one_or_many(mut texts: Vec<Value>) -> Strings {
    match texts.len() {
        1 => Strings::Single(texts.remove(0)),
        _ => Strings::List(texts),
    }
}

/// The string with `&{` turned into `${`: Terraform itself would evaluate `${`, so that the provider
/// takes `&{` for policy variables (`aws_iam_policy_document`, section "Context Variable Interpolation").
fn with_variables(text: &Value, version: &str) -> Result<Value, Refusal> {
    let replace = |known: &str| {
        if version == OLD_VERSION && known.contains("&{") {
            let why = format!("`&{{` is not supported in a document of version {version}");
            return Err(why.into());
        }
        Ok(Value::string(known.replace("&{", "${")))
    };
    match text {
        Value::String(known) => replace(known),
        Value::Template(pieces) => {
            let replaced = pieces.iter().map(|piece| match piece {
                Value::String(known) => replace(known),
                unknown => Ok(unknown.clone()),
            });
            Ok(Value::template(replaced.collect::<Result<Vec<_>, _>>()?))
        }
        unknown => Ok(unknown.clone()),
    }
}

/// The value of a string argument; none if it is null or not set.
fn string(body: &Body, name: &str, choices: &mut Choices) -> Option<Value> {
    let value = choices.settle(body.get(name)?);
    (value != Value::Null).then_some(value)
}

fn required(body: &Body, name: &str, choices: &mut Choices) -> Result<Value, Refusal> {
    string(body, name, choices).ok_or_else(|| format!("a block lacks the argument `{name}`").into())
}

/// The members of a set argument.
fn set(body: &Body, name: &str, choices: &mut Choices) -> Result<Vec<Value>, Refusal> {
    let mut distinct: Vec<Value> = Vec::new();
    for text in elements(body, name, choices)? {
        if !distinct.iter().any(|earlier| identical(earlier, &text)) {
            distinct.push(text);
        }
    }
    Ok(distinct)
}

fn elements(body: &Body, name: &str, choices: &mut Choices) -> Result<Vec<Value>, Refusal> {
    let Some(value) = body.get(name).map(|value| choices.settle(value)) else {
        return Ok(Vec::new());
    };
    if value == Value::Null {
        return Ok(Vec::new());
    }
    let elements = value.elements().ok_or_else(|| because(&[&value]))?;
    let settled = elements.iter().map(|text| choices.settle(text));
    let texts: Vec<Value> = settled.collect();
    match texts.iter().find(|text| may_be_null(text)) {
        Some(text) if *text == Value::Null => Err(format!("`{name}` holds null").into()),
        _ => Ok(texts),
    }
}

/// A string; the empty string counts as none. Refused if it is not known whether it is empty.
fn not_empty(text: Option<Value>) -> Result<Option<Value>, Refusal> {
    let Some(text) = text else {
        return Ok(None);
    };
    let has_text = |piece: &Value| piece.as_str().is_some_and(|known| !known.is_empty());
    match &text {
        Value::String(known) => Ok((!known.is_empty()).then(|| text.clone())),
        Value::Template(pieces) if pieces.iter().any(has_text) => Ok(Some(text)),
        _ => Err(because(&[&text])),
    }
}

/// An unknown string without identity: it is never taken to be the same as another unknown.
fn anonymous(text: &Value) -> Value {
    let reason = text.unknown_reason().unwrap_or_default();
    Value::unknown(reason, Type::String)
}
