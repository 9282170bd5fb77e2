//! Functions of providers that compute from their arguments alone.

mod constant;
mod hcl_writer;

use super::Environment;
use super::signature::{Function, SignatureType, any, known, open, string};
use super::string::text;
use super::unknown;
use crate::terraform::value::Value;
use crate::terraform::value::types::Type;

pub(super) const FUNCTIONS: &[Function] = &[
    known(
        "provider::terraform::decode_tfvars",
        &[string("src")],
        SignatureType::Any,
        |arguments, _| constant::variables(text(arguments, 0)),
    ),
    known(
        "provider::terraform::encode_tfvars",
        &[any("value")],
        SignatureType::String,
        encode_variables,
    ),
    known(
        "provider::terraform::encode_expr",
        &[any("value").or_null()],
        SignatureType::String,
        encode_expression,
    ),
    open("provider::aws::arn_parse", &[string("arn")], arn_parse),
    open(
        "provider::aws::arn_build",
        &[
            string("partition"),
            string("service"),
            string("region"),
            string("account_id"),
            string("resource"),
        ],
        arn_build,
    ),
    known(
        "provider::aws::trim_iam_role_path",
        &[string("arn")],
        SignatureType::String,
        trim_role_path,
    ),
];

/// The parts of an ARN after `arn:`, in their order. The last one may hold colons.
const ARN_PARTS: [&str; 5] = ["partition", "service", "region", "account_id", "resource"];

fn encode_variables(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let fields = arguments[0]
        .fields()
        .ok_or("the value to encode must be an object")?;
    hcl_writer::variables(fields).map(Value::string)
}

fn encode_expression(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    Ok(Value::string(hcl_writer::expression(&arguments[0])))
}

/// The parts of an ARN. The errors are those of the AWS SDK for Go, which the provider uses.
fn split_arn(arn: &str) -> Result<Vec<&str>, String> {
    let rest = arn.strip_prefix("arn:").ok_or("arn: invalid prefix")?;
    let parts: Vec<&str> = rest.splitn(ARN_PARTS.len(), ':').collect();
    if parts.len() < ARN_PARTS.len() {
        return Err("arn: not enough sections".to_owned());
    }
    Ok(parts)
}

fn arn_parse(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    if arguments[0].as_str().is_none() {
        let attributes = ARN_PARTS.map(|name| (name.into(), Type::String));
        return unknown(arguments, Type::object(attributes.into()));
    }
    let parts = split_arn(text(arguments, 0))?;
    Ok(Value::object(
        ARN_PARTS
            .into_iter()
            .zip(parts.into_iter().map(Value::string)),
    ))
}

/// Terraform's provider joins the parts without looking at them, so unknown parts are pieces of the result.
fn arn_build(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let colon = || Value::string(":");
    let parts = arguments.iter().flat_map(|part| [colon(), part.clone()]);
    Ok(Value::template(
        [Value::string("arn")].into_iter().chain(parts),
    ))
}

/// `arn:aws:iam::1:role/a/b/name` becomes `arn:aws:iam::1:role/name`.
fn trim_role_path(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let arn = text(arguments, 0);
    let parts = split_arn(arn)?;
    if parts[1] != "iam" {
        return Err(format!("service must be \"iam\", got `{}`", parts[1]));
    }
    if !parts[2].is_empty() {
        return Err(format!("region must be empty, got `{}`", parts[2]));
    }
    let Some(path) = parts[4].strip_prefix("role/") else {
        return Err("the resource must begin with `role/`".to_owned());
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    let head = &arn[..arn.len() - parts[4].len()];
    Ok(Value::string(format!("{head}role/{name}")))
}
