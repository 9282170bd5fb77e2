//! `decode_tfvars`: reads the text of a variable file, whose expressions refer to nothing.

use crate::source::Sources;
use crate::terraform::syntax::parse;
use crate::terraform::syntax::{Expression, ExpressionKind, ObjectItem};
use crate::terraform::value::conversion::convert;
use crate::terraform::value::operation;
use crate::terraform::value::schema::NoUniqueAttributes;
use crate::terraform::value::types::Type;
use crate::terraform::value::{Fields, Value};

/// The object that the assignments of a variable file make.
pub(super) fn variables(text: &str) -> Result<Value, String> {
    let mut sources = Sources::default();
    let file = sources.add(String::new(), text.to_owned());
    let body = parse::parse(text, file)
        .map_err(|problem| problem.message)?
        .body;
    if let Some(block) = body.blocks.first() {
        return Err(format!(
            "blocks of type `{}` are not expected here",
            block.kind
        ));
    }
    let mut fields = Fields::new();
    for attribute in &body.attributes {
        fields.insert(attribute.name.clone(), constant(&attribute.value)?);
    }
    Ok(Value::Object(fields.into()))
}

/// The value of an expression that refers to nothing.
fn constant(expression: &Expression) -> Result<Value, String> {
    match &expression.kind {
        ExpressionKind::Null => Ok(Value::Null),
        ExpressionKind::Bool(bool) => Ok(Value::Bool(*bool)),
        ExpressionKind::Number(number) => Ok(Value::Number(number.clone())),
        ExpressionKind::String(text) => Ok(Value::String(text.clone())),
        ExpressionKind::Tuple(items) => {
            let items: Result<Vec<Value>, String> = items.iter().map(constant).collect();
            Ok(Value::Tuple(items?.into()))
        }
        ExpressionKind::Object(items) => object(items),
        ExpressionKind::Unary(operator, operand) => {
            operation::unary(*operator, &constant(operand)?)
        }
        ExpressionKind::Binary(operator, left, right) => {
            let (left, right) = (constant(left)?, constant(right)?);
            operation::binary(*operator, &left, &right, &NoUniqueAttributes)
        }
        _ => Err("variables and functions may not be used here".to_owned()),
    }
}

fn object(items: &[ObjectItem]) -> Result<Value, String> {
    let mut fields = Fields::new();
    for item in items {
        match convert(&constant(&item.key)?, &Type::String)? {
            Value::String(name) => fields.insert(name, constant(&item.value)?),
            _ => return Err("the key of an object must be a string".to_owned()),
        };
    }
    Ok(Value::Object(fields.into()))
}
