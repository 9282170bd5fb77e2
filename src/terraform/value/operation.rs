//! Operators, indexes, attributes, splats and conditionals on values that may not be known.
//!
//! Each function takes the operands as values and returns a value, or the words in which Terraform refuses the operation.
//! The order is always the same: alternatives and sensitive marks are taken apart first (`distribute`), then operands
//! convert, then known ones are computed; for the rest the result keeps what follows from what is known.

mod access;
mod conditional;
mod equality;
mod splat;
mod template;

use super::Value;
use super::alternatives::{distribute, unknown_because};
use super::conversion::convert;
use super::number::Number;
use super::operator::{BinaryOperator, UnaryOperator};
use super::schema::UniqueAttributes;
use super::types::Type;

pub use access::{attribute, index, instance_attribute};
pub use conditional::conditional;
pub use equality::{equal, may_be_null, may_be_unset};
pub use splat::splat;
pub(in crate::terraform) use template::{
    ends, known_prefix, known_suffix, matches_template, starts,
};

/// `!a` and `-a`.
pub fn unary(operator: UnaryOperator, operand: &Value) -> Result<Value, String> {
    distribute(std::slice::from_ref(operand), |operands| {
        let wanted = match operator {
            UnaryOperator::Not => Type::Bool,
            UnaryOperator::Negate => Type::Number,
        };
        Ok(match to_operand(&operands[0], &wanted, "operand")? {
            Value::Bool(bool) => Value::Bool(!bool),
            Value::Number(number) => Value::Number(number.negate()),
            unknown => unknown_because(&[unknown], wanted),
        })
    })
}

/// `a + b` and the like. `&&` and `||` are known where one side decides; the caller need not
/// evaluate the other side.
pub fn binary(
    operator: BinaryOperator,
    left: &Value,
    right: &Value,
    unique: &dyn UniqueAttributes,
) -> Result<Value, String> {
    match operator {
        BinaryOperator::Equal => Ok(equality(left, right, true, unique)),
        BinaryOperator::NotEqual => Ok(equality(left, right, false, unique)),
        _ => distribute(&[left.clone(), right.clone()], |operands| {
            let wanted = operand_type(operator);
            let converted_left = to_operand(&operands[0], &wanted, "left operand")?;
            let converted_right = to_operand(&operands[1], &wanted, "right operand")?;
            match wanted {
                Type::Bool => Ok(logic(operator, converted_left, converted_right)),
                _ => arithmetic(operator, converted_left, converted_right),
            }
        }),
    }
}

fn equality(left: &Value, right: &Value, wanted: bool, unique: &dyn UniqueAttributes) -> Value {
    let sensitive = match (left.unmarked(), right.unmarked()) {
        // Whether a value is null says nothing about what is inside it.
        (Value::Null, _) | (_, Value::Null) => is_marked(left) || is_marked(right),
        _ => left.has_sensitive() || right.has_sensitive(),
    };
    let result = match equal(left, right, unique) {
        Some(equal) => Value::Bool(equal == wanted),
        None => unknown_because(&[left.clone(), right.clone()], Type::Bool),
    };
    let may_fail = [left, right].into_iter().any(may_fail);
    let result = match result.unknown_reason() {
        _ if !may_fail => result,
        reason => {
            let reason = reason
                .or_else(|| left.unknown_reason())
                .or_else(|| right.unknown_reason());
            Value::one_of_or_failure(reason.unwrap_or_default(), [result], true)
        }
    };
    if sensitive {
        result.sensitive()
    } else {
        result
    }
}

fn is_marked(value: &Value) -> bool {
    matches!(value, Value::Sensitive(_))
}

fn may_fail(value: &Value) -> bool {
    matches!(value.unmarked(), Value::OneOf(one_of) if one_of.may_fail)
}

fn operand_type(operator: BinaryOperator) -> Type {
    match operator {
        BinaryOperator::And | BinaryOperator::Or => Type::Bool,
        _ => Type::Number,
    }
}

fn to_operand(value: &Value, wanted: &Type, side: &str) -> Result<Value, String> {
    if *value == Value::Null {
        return Err("argument must not be null".to_owned());
    }
    convert(value, wanted).map_err(|error| format!("unsuitable value for {side}: {error}"))
}

fn logic(operator: BinaryOperator, left: Value, right: Value) -> Value {
    let decisive = operator == BinaryOperator::Or;
    match (&left, &right) {
        (Value::Bool(side), _) | (_, Value::Bool(side)) if *side == decisive => {
            Value::Bool(decisive)
        }
        (Value::Bool(_), Value::Bool(_)) => Value::Bool(!decisive),
        // The side that does not decide leaves the other one.
        (Value::Bool(_), _) => right,
        (_, Value::Bool(_)) => left,
        _ => unknown_because(&[left, right], Type::Bool),
    }
}

fn arithmetic(operator: BinaryOperator, left: Value, right: Value) -> Result<Value, String> {
    if let Some(answer) = by_bound(operator, &left, &right) {
        return Ok(Value::Bool(answer));
    }
    let (Value::Number(a), Value::Number(b)) = (&left, &right) else {
        let ty = match operator {
            BinaryOperator::Add | BinaryOperator::Subtract | BinaryOperator::Multiply => {
                Type::Number
            }
            BinaryOperator::Divide | BinaryOperator::Remainder => Type::Number,
            _ => Type::Bool,
        };
        return Ok(unknown_because(&[left, right], ty));
    };
    let result = match operator {
        BinaryOperator::Less => return Ok(Value::Bool(a < b)),
        BinaryOperator::LessOrEqual => return Ok(Value::Bool(a <= b)),
        BinaryOperator::Greater => return Ok(Value::Bool(a > b)),
        BinaryOperator::GreaterOrEqual => return Ok(Value::Bool(a >= b)),
        BinaryOperator::Add => a.add(b),
        BinaryOperator::Subtract => a.subtract(b),
        BinaryOperator::Multiply => a.multiply(b),
        BinaryOperator::Divide => return divide(a, b),
        _ => a.remainder(b),
    };
    Ok(result.map_or_else(too_large, Value::Number))
}

/// What a comparison with a number says that is at least some number; `None` if that does not decide.
fn by_bound(operator: BinaryOperator, left: &Value, right: &Value) -> Option<bool> {
    use BinaryOperator::{Greater, GreaterOrEqual, Less, LessOrEqual};
    let (unknown, number, operator) = match (left, right) {
        (Value::Unknown(unknown), Value::Number(number)) => (unknown, number, operator),
        (Value::Number(number), Value::Unknown(unknown)) => {
            let mirrored = match operator {
                Less => Greater,
                LessOrEqual => GreaterOrEqual,
                Greater => Less,
                GreaterOrEqual => LessOrEqual,
                operator => operator,
            };
            (unknown, number, mirrored)
        }
        _ => return None,
    };
    let least = unknown.at_least.as_ref()?;
    match operator {
        Greater if least > number => Some(true),
        GreaterOrEqual if least >= number => Some(true),
        Less if least >= number => Some(false),
        LessOrEqual if least > number => Some(false),
        _ => None,
    }
}

/// Terraform divides by zero: the result is an infinite number, of which nothing good comes.
fn divide(left: &Number, right: &Number) -> Result<Value, String> {
    match (left.is_zero(), right.is_zero()) {
        (true, true) => Err("can't divide zero by zero or infinity by infinity".to_owned()),
        (false, true) => Ok(Value::unknown(
            "a division by zero is infinite",
            Type::Number,
        )),
        _ => Ok(left.divide(right).map_or_else(too_large, Value::Number)),
    }
}

fn too_large() -> Value {
    Value::unknown("the result is too large to compute with", Type::Number)
}

#[cfg(test)]
mod tests;
