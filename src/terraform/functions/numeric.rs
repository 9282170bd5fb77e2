//! Functions of numbers.
//!
//! Terraform computes `log` and `pow` in 64-bit floating point with Go's library. Its last digit matters (`ceil` turns
//! it into a whole number), so Go's algorithms are repeated here instead of asking the C library, which may differ.

use num_bigint::BigInt;
use num_traits::{Num, ToPrimitive};

use super::Environment;
use super::signature::{Function, SignatureType, any, known, number};
use crate::terraform::value::Value;
use crate::terraform::value::conversion::{type_name, type_of};
use crate::terraform::value::number::Number;
use crate::terraform::value::types::Type;

pub(super) const FUNCTIONS: &[Function] = &[
    known(
        "abs",
        &[number("num")],
        SignatureType::Number,
        |arguments, _| map_number(arguments, Number::absolute),
    ),
    known(
        "ceil",
        &[number("num")],
        SignatureType::Number,
        |arguments, _| map_number(arguments, Number::ceiling),
    ),
    known(
        "floor",
        &[number("num")],
        SignatureType::Number,
        |arguments, _| map_number(arguments, Number::floor),
    ),
    known(
        "log",
        &[number("num"), number("base")],
        SignatureType::Number,
        log,
    ),
    known("max", &[], SignatureType::Number, max).with_rest(number("numbers")),
    known("min", &[], SignatureType::Number, min).with_rest(number("numbers")),
    known(
        "parseint",
        &[any("number"), number("base")],
        SignatureType::Number,
        parse_int,
    ),
    known(
        "pow",
        &[number("num"), number("power")],
        SignatureType::Number,
        pow,
    ),
    known("signum", &[number("num")], SignatureType::Number, signum),
];

/// The most digits of `parseint`: reading takes time that grows faster than their number.
const MAX_DIGITS: usize = 4096;

fn as_number(value: &Value) -> Result<&Number, String> {
    match value {
        Value::Number(number) => Ok(number),
        _ => Err("a number is required".to_owned()),
    }
}

fn map_number(arguments: &[Value], compute: fn(&Number) -> Number) -> Result<Value, String> {
    Ok(Value::Number(compute(as_number(&arguments[0])?)))
}

fn max(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    // Of equal numbers (`0` and `-0`), Terraform keeps the first; `max_by` would keep the last.
    let larger =
        |left: &'_ Value, right: &'_ Value| left.cmp(right).then(std::cmp::Ordering::Greater);
    let largest = arguments.iter().max_by(|left, right| larger(left, right));
    largest
        .cloned()
        .ok_or_else(|| "must pass at least one number".to_owned())
}

fn min(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    arguments
        .iter()
        .min()
        .cloned()
        .ok_or_else(|| "must pass at least one number".to_owned())
}

fn signum(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let number = as_number(&arguments[0])?.to_i64();
    let refuse = || {
        "value must be a whole number, between -9223372036854775808 and 9223372036854775807"
            .to_owned()
    };
    number
        .map(|number| Value::int(number.signum()))
        .ok_or_else(refuse)
}

fn log(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let number = logarithm(as_number(&arguments[0])?.to_f64());
    float(number / logarithm(as_number(&arguments[1])?.to_f64()))
}

/// The natural logarithm by the algorithm of FreeBSD's mathematical library, which Terraform's language uses too: the
/// last digit decides what `ceil(log(8, 2))` is.
fn logarithm(number: f64) -> f64 {
    const LN2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const ODD: [f64; 4] = [
        0.666_666_666_666_673_5,
        0.285_714_287_436_623_9,
        0.181_835_721_616_180_5,
        0.147_981_986_051_165_86,
    ];
    const EVEN: [f64; 3] = [
        0.399_999_999_994_094_2,
        0.222_221_984_321_497_84,
        0.153_138_376_992_093_73,
    ];
    if number <= 0.0 || !number.is_finite() {
        return number.ln();
    }
    let (mut fraction, mut exponent) = split(number);
    if fraction < std::f64::consts::FRAC_1_SQRT_2 {
        fraction *= 2.0;
        exponent -= 1;
    }
    let rest = fraction - 1.0;
    let exponent = exponent.to_f64().unwrap_or_default();
    let ratio = rest / (2.0 + rest);
    let (square, fourth) = (ratio * ratio, ratio * ratio * (ratio * ratio));
    let odd = square * (ODD[0] + fourth * (ODD[1] + fourth * (ODD[2] + fourth * ODD[3])));
    let even = fourth * (EVEN[0] + fourth * (EVEN[1] + fourth * EVEN[2]));
    let half = 0.5 * rest * rest;
    exponent * LN2_HIGH - ((half - (ratio * (half + (odd + even)) + exponent * LN2_LOW)) - rest)
}

fn pow(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let (base, exponent) = (as_number(&arguments[0])?, as_number(&arguments[1])?);
    let (number, power) = (base.to_f64(), exponent.to_f64());
    let is_exponent = |float: f64| Number::from_f64(float).as_ref() == Some(exponent);
    if is_exponent(0.5) {
        return float(number.sqrt());
    }
    if is_exponent(-0.5) {
        return float(1.0 / number.sqrt());
    }
    let is_one = *base == Number::from(1);
    if power.fract() != 0.0 && number > 0.0 && !is_one {
        return Ok(Value::unknown(
            "the last digits of a power with a fraction are not computed",
            Type::Number,
        ));
    }
    float(power_of(number, power))
}

fn float(result: f64) -> Result<Value, String> {
    if result.is_nan() {
        return Err("the result is not a number".to_owned());
    }
    let infinite = || Value::unknown("the result is infinite", Type::Number);
    Ok(Number::from_f64(result).map_or_else(infinite, Value::Number))
}

/// Go's `math.Pow` for whole exponents: repeated squaring, which rounds at the same places as Terraform.
fn power_of(number: f64, power: f64) -> f64 {
    const MAX_WHOLE: f64 = 9.2e18;
    let mut whole = power.abs();
    if number == 0.0 || !number.is_finite() || whole >= MAX_WHOLE || power.fract() != 0.0 {
        return number.powf(power);
    }
    let mut result = 1.0;
    let (mut square, mut exponent) = split(number);
    let mut total = 0_i64;
    while whole >= 1.0 {
        // Overflow or underflow is certain: more squaring would overflow the exponent itself.
        if exponent.abs() > 1 << 12 {
            total += exponent;
            break;
        }
        if whole % 2.0 >= 1.0 {
            result *= square;
            total += exponent;
        }
        square *= square;
        exponent <<= 1;
        if square.abs() < 0.5 {
            square += square;
            exponent -= 1;
        }
        whole = (whole / 2.0).trunc();
    }
    if power < 0.0 {
        return scaled(1.0 / result, -total);
    }
    scaled(result, total)
}

/// Go's `math.Frexp`: a fraction from 0.5 to 1, and the power of two that makes the number of it.
fn split(number: f64) -> (f64, i64) {
    let mut exponent = 0;
    let mut fraction = number;
    while fraction.abs() >= 1.0 {
        fraction /= 2.0;
        exponent += 1;
    }
    while fraction.abs() < 0.5 {
        fraction *= 2.0;
        exponent -= 1;
    }
    (fraction, exponent)
}

/// Go's `math.Ldexp`: a fraction times a power of two. In two steps, since the power alone may be out of range.
fn scaled(fraction: f64, exponent: i64) -> f64 {
    let exponent = i32::try_from(exponent.clamp(-2200, 2200)).unwrap_or_default();
    let half = exponent / 2;
    fraction * 2f64.powi(half) * 2f64.powi(exponent - half)
}

fn parse_int(arguments: &[Value], _: &Environment<'_>) -> Result<Value, String> {
    let Value::String(text) = &arguments[0] else {
        let name = type_name(&type_of(&arguments[0]));
        return Err(format!("first argument must be a string, not {name}"));
    };
    let base = as_number(&arguments[1])?
        .to_i64()
        .and_then(|base| u32::try_from(base).ok());
    let Some(base) = base.filter(|base| (2..=62).contains(base)) else {
        return Err("base must be a whole number between 2 and 62 inclusive".to_owned());
    };
    let integer = parse_digits(text, base).and_then(Number::from_integer);
    let refuse = || format!("cannot parse \"{text}\" as a base {base} integer");
    integer.map(Value::Number).ok_or_else(refuse)
}

/// Up to base 36, letters are the same in both cases; beyond, capitals follow small ones.
fn parse_digits(text: &str, base: u32) -> Option<BigInt> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_digit = |byte: u8| digit(byte, base).is_some_and(|digit| digit < base);
    if digits.is_empty() || digits.len() > MAX_DIGITS || !digits.bytes().all(is_digit) {
        return None;
    }
    let magnitude = if base <= 36 {
        BigInt::from_str_radix(digits, base).ok()?
    } else {
        let add = |number: BigInt, byte: u8| number * base + digit(byte, base).unwrap_or_default();
        digits.bytes().fold(BigInt::from(0), add)
    };
    Some(if text.starts_with('-') {
        -magnitude
    } else {
        magnitude
    })
}

fn digit(byte: u8, base: u32) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 10),
        b'A'..=b'Z' if base <= 36 => Some(u32::from(byte - b'A') + 10),
        b'A'..=b'Z' => Some(u32::from(byte - b'A') + 36),
        _ => None,
    }
}
