//! Functions of CIDR blocks, as Terraform computes them.
//!
//! They follow the Go packages that Terraform uses, peculiarities included: `010.0.0.0/8` is decimal, host bits are
//! ignored, and an IPv4 address in IPv6 spelling (`::ffff:10.0.0.1`) is an IPv4 address. `ipnet`, which the network of
//! the `aws` floor is made of, refuses such texts; so the addresses here have a type of their own.

mod prefix;

use num_bigint::BigInt;

use self::prefix::Prefix;
use super::Environment;
use super::signature::{Function, SignatureType, known, number, string};
use crate::terraform::value::Value;
use crate::terraform::value::types::Type;

pub(super) const FUNCTIONS: &[Function] = &[
    known(
        "cidrhost",
        &[string("prefix"), number("hostnum")],
        SignatureType::String,
        host,
    ),
    known(
        "cidrnetmask",
        &[string("prefix")],
        SignatureType::String,
        netmask,
    ),
    known(
        "cidrsubnet",
        &[string("prefix"), number("newbits"), number("netnum")],
        SignatureType::String,
        subnet,
    ),
    known(
        "cidrsubnets",
        &[string("prefix")],
        SignatureType::Strings,
        subnets,
    )
    .with_rest(number("newbits")),
    known(
        "cidrcontains",
        &[
            string("containing_prefix"),
            string("contained_ip_or_prefix"),
        ],
        SignatureType::Bool,
        contains,
    ),
];

/// The most bits by which `cidrsubnets` extends a prefix.
const MAX_EXTENSION: i64 = 32;

fn prefix(value: &Value) -> Result<Prefix, String> {
    let text = value.as_str().unwrap_or_default();
    Prefix::parse(text)
        .ok_or_else(|| format!("invalid CIDR expression: invalid CIDR address: {text}"))
}

fn integer(value: &Value) -> Result<BigInt, String> {
    let number = match value {
        Value::Number(number) => number.to_integer(),
        _ => None,
    };
    number.ok_or_else(|| "value must be a whole number".to_owned())
}

/// A number as Terraform converts it for a Go `int`.
fn small(value: &Value) -> Result<i64, String> {
    let refuse = || {
        "value must be a whole number, between -9223372036854775808 and 9223372036854775807"
            .to_owned()
    };
    match value {
        Value::Number(number) => number.to_i64().ok_or_else(refuse),
        _ => Err(refuse()),
    }
}

/// `cidrhost`: a negative number counts from the end of the block.
fn host(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let number = integer(&arguments[1])?;
    let prefix = prefix(&arguments[0])?;
    let largest = (BigInt::from(1) << prefix.host_bits()) - 1;
    let zero = BigInt::from(0);
    let counted = if number < zero {
        &largest + &number + 1
    } else {
        number
    };
    if counted < zero || counted > largest {
        let length = prefix.length;
        return Err(format!(
            "prefix of {length} does not accommodate a host numbered {counted}"
        ));
    }
    let width = if prefix.is_ipv4() { 32 } else { 128 };
    let address = prefix.with(&(counted << (prefix.bits - width)));
    Ok(Value::string(
        address
            .ok_or("the host lies outside the address space")?
            .address_text(),
    ))
}

fn netmask(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let prefix = prefix(&arguments[0])?;
    if prefix.bits == 128 && !prefix.is_ipv4() {
        return Err(format!(
            "IPv6 addresses cannot have a netmask: {}",
            prefix.text()
        ));
    }
    Ok(Value::string(prefix.mask_text()))
}

fn subnet(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let extension = small(&arguments[1])?;
    let number = integer(&arguments[2])?;
    let prefix = prefix(&arguments[0])?;
    let refuse = || {
        format!("prefix extension of {extension} does not accommodate a subnet numbered {number}")
    };
    let length = i64::from(prefix.length)
        .checked_add(extension)
        .and_then(|length| u32::try_from(length).ok());
    let Some(length) = length.filter(|length| *length <= prefix.bits) else {
        return Err(format!(
            "insufficient address space to extend prefix of {} by {extension}",
            prefix.length
        ));
    };
    // Like Terraform, which compares magnitudes: a negative number or extension is not refused here.
    let largest = |bits: u64| -> BigInt { (BigInt::from(1) << bits) - 1 };
    let is_beyond = |bits: u64| number.magnitude() > largest(bits).magnitude();
    if u64::try_from(extension).is_ok_and(is_beyond) {
        return Err(refuse());
    }
    let shifted = number.clone() << (prefix.bits - length);
    let subnet = prefix.with(&shifted).ok_or_else(refuse)?;
    Ok(Value::string(Prefix { length, ..subnet }.text()))
}

/// `cidrsubnets`: each block begins after the last, at the next address that its length allows.
fn subnets(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let prefix = prefix(&arguments[0])?;
    let mut found = Vec::new();
    let mut last = None;
    for argument in &arguments[1..] {
        let length = extended(&prefix, small(argument)?)?;
        let next = prefix.next_after(last, length).ok_or_else(|| {
            let after = match found.last() {
                Some(Value::String(previous)) => previous.to_string(),
                _ => prefix.text(),
            };
            format!("not enough remaining address space for a subnet with a prefix of {length} bits after {after}")
        })?;
        found.push(Value::string(next.text()));
        last = Some(next.last());
    }
    Ok(Value::List(Type::String, found.into()))
}

fn extended(prefix: &Prefix, extension: i64) -> Result<u32, String> {
    if extension < 1 {
        return Err("must extend prefix by at least one bit".to_owned());
    }
    if extension > MAX_EXTENSION {
        return Err("may not extend prefix by more than 32 bits".to_owned());
    }
    let length = prefix.length + u32::try_from(extension).unwrap_or_default();
    if length > prefix.bits {
        let protocol = if prefix.bits == 32 { "IPv4" } else { "IPv6" };
        return Err(format!(
            "would extend prefix to {length} bits, which is too long for an {protocol} address"
        ));
    }
    Ok(length)
}

/// `cidrcontains` of OpenTofu.
fn contains(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let outer = prefix(&arguments[0])?;
    let text = arguments[1].as_str().unwrap_or_default();
    let inner = Prefix::parse(text).or_else(|| Prefix::parse_address(text));
    let inner = inner.ok_or_else(|| format!("invalid IP address or prefix: {text}"))?;
    if outer.is_ipv4() != inner.is_ipv4() {
        return Err(format!(
            "address family mismatch: {} vs. {text}",
            outer.text()
        ));
    }
    Ok(Value::Bool(
        outer.address <= inner.address && inner.last() <= outer.last(),
    ))
}
