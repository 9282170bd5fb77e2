//! `condition ? then : otherwise`.

use crate::terraform::value::Value;
use crate::terraform::value::alternatives::{deep_reason, distribute};
use crate::terraform::value::conversion::{
    convert, is_open, loosen, mismatch, type_name, type_of, unify,
};
use crate::terraform::value::types::Type;

/// The arm that the condition chooses, as the type that both arms have in common. An arm that fails
/// counts only if it is chosen. If the condition is not known, it is one of both arms.
pub fn conditional(
    condition: &Value,
    then: Result<Value, String>,
    otherwise: Result<Value, String>,
) -> Result<Value, String> {
    let is_sensitive = |arm: &Arm| matches!(arm, Ok(Value::Sensitive(_)));
    let sensitive = is_sensitive(&then) || is_sensitive(&otherwise);
    let (then, otherwise) = unified(then, otherwise)?;
    let chosen = choose(condition, &then, &otherwise)?;
    Ok(if sensitive {
        chosen.sensitive()
    } else {
        chosen
    })
}

fn choose(condition: &Value, then: &Arm, otherwise: &Arm) -> Arm {
    distribute(std::slice::from_ref(condition), |conditions| {
        if conditions[0] == Value::Null {
            return Err(
                "the condition value is null; conditions must either be true or false".to_owned(),
            );
        }
        let refuse = |_| "the condition expression must be of type bool".to_owned();
        match convert(&conditions[0], &Type::Bool).map_err(refuse)? {
            Value::Bool(true) => then.clone(),
            Value::Bool(false) => otherwise.clone(),
            unknown => either(&unknown, then, otherwise),
        }
    })
}

type Arm = Result<Value, String>;

fn either(condition: &Value, then: &Arm, otherwise: &Arm) -> Result<Value, String> {
    let reason = condition.unknown_reason().unwrap_or_default();
    match (then, otherwise) {
        (Ok(then), Ok(otherwise)) => Ok(Value::one_of(reason, [then.clone(), otherwise.clone()])),
        (Ok(arm), Err(_)) | (Err(_), Ok(arm)) => {
            Ok(Value::one_of_or_failure(reason, [arm.clone()], true))
        }
        (Err(error), Err(_)) => Err(error.clone()),
    }
}

/// Both arms as the type that they have in common.
fn unified(then: Arm, otherwise: Arm) -> Result<(Arm, Arm), String> {
    let (Ok(left), Ok(right)) = (&then, &otherwise) else {
        return Ok((then, otherwise));
    };
    if *left.unmarked() == Value::Null || *right.unmarked() == Value::Null {
        return Ok((then, otherwise));
    }
    let open = [left, right].into_iter().find(|arm| is_open(arm));
    if let Some(reason) = open.and_then(deep_reason) {
        return Ok((
            Ok(loosened(left, right, &reason)),
            Ok(loosened(right, left, &reason)),
        ));
    }
    let types = [type_of(left), type_of(right)];
    if types.contains(&Type::Dynamic) {
        return Ok((then, otherwise));
    }
    let Some(common) = unify(&types) else {
        return Err(format!(
            "the true and false result expressions must have consistent types: {}",
            describe(&types[0], &types[1])
        ));
    };
    let arm = |value: &Value, side: &str| {
        convert(value, &common)
            .map_err(|error| format!("the {side} result value has the wrong type: {error}"))
    };
    Ok((arm(left, "true"), arm(right, "false")))
}

/// An arm whose type depends on what is not known in one of the arms. Strings stay strings.
fn loosened(arm: &Value, opposite: &Value, reason: &str) -> Value {
    match (type_of(arm), type_of(opposite)) {
        (from, Type::String) if from.is_primitive() => {
            convert(arm, &Type::String).unwrap_or_else(|_| arm.clone())
        }
        (from, to) if from == to && from.is_primitive() => arm.clone(),
        _ => loosen(arm, reason),
    }
}

fn describe(then: &Type, otherwise: &Type) -> String {
    if let (Type::Object(then), Type::Object(otherwise)) = (then, otherwise) {
        for (name, ty) in &then.attributes {
            if let Some(opposite) = otherwise.attributes.get(name)
                && unify(&[ty.clone(), opposite.clone()]).is_none()
            {
                return format!(
                    "type mismatch for object attribute \"{name}\": {}",
                    describe(ty, opposite)
                );
            }
        }
    }
    if type_name(then) == type_name(otherwise) {
        return mismatch(then, otherwise);
    }
    format!(
        "the 'true' value is {}, but the 'false' value is {}",
        type_name(then),
        type_name(otherwise)
    )
}
