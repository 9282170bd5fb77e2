//! Numbers with the precision of Terraform's.
//!
//! Terraform computes with Go's `big.Float` of 512 bits, not with floats, and what it prints shows it: `0.1 + 0.2` is `0.3`,
//! `10 / 3` has more than 150 digits. Numbers that functions count or compute have fewer bits, and a result has as many
//! as the more precise operand. To compare and print as Terraform does, the same is done here: a mantissa and an exponent of
//! two, rounded half to even after every operation (`arithmetic.rs`), read and printed in decimal digits (`decimal.rs`,
//! `format.rs`). Whole numbers that fit into 64 bits, nearly all, are kept as such.

mod arithmetic;
mod decimal;
mod format;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use num_bigint::{BigInt, BigUint};
use num_traits::{Signed, ToPrimitive};

use decimal::Decimal;

/// The bits of a number that a configuration writes.
const WRITTEN_PRECISION: u16 = 512;

/// The bits of a number that was counted.
const COUNTED_PRECISION: u16 = 64;

/// The bits of a number that a function computed in floating point.
const FLOAT_PRECISION: u16 = 53;

/// The largest power of two that a number may hold, and, negated, the smallest. It bounds memory and time: Terraform goes
/// further, to numbers that no configuration can print. Such a number is unknown here.
const MAX_EXPONENT: i64 = 1 << 17;

/// A number as Terraform computes it: binary floating point, 512 bits where a configuration
/// writes it, fewer where it was counted.
#[derive(Clone, Debug)]
pub struct Number {
    value: Magnitude,
    precision: u16,
    /// Whether it is the zero that Terraform writes as `-0`, which equals `0`.
    is_negative_zero: bool,
}

/// Every number has one representation, so that equal numbers are equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Magnitude {
    /// A whole number.
    Small(i64),
    /// `mantissa * 2^exponent` with an odd mantissa, and not a [`Magnitude::Small`].
    Large(Arc<(BigInt, i64)>),
}

impl Number {
    /// Reads `443`, `1.5` or `1e3`.
    pub fn parse(text: &str) -> Option<Self> {
        decimal::parse(text)
    }

    /// The nearest number to a floating-point one; `None` for infinities and NaN.
    pub fn from_f64(float: f64) -> Option<Self> {
        if !float.is_finite() {
            return None;
        }
        let bits = float.to_bits();
        let biased = i64::try_from((bits >> 52) & 0x7ff).unwrap_or_default();
        let fraction = BigInt::from(bits & ((1 << 52) - 1));
        let (mantissa, exponent) = match biased {
            0 => (fraction, -1074),
            _ => (fraction + (BigInt::from(1) << 52), biased - 1075),
        };
        let mantissa = if float.is_sign_negative() {
            -mantissa
        } else {
            mantissa
        };
        Self::rounded(mantissa, exponent, FLOAT_PRECISION)
    }

    /// A whole number of any size.
    pub fn from_integer(integer: BigInt) -> Option<Self> {
        let bits = u16::try_from(integer.bits()).unwrap_or(u16::MAX);
        Self::rounded(integer, 0, bits.max(COUNTED_PRECISION))
    }

    /// Its value, if it is a whole number in range.
    pub fn to_i64(&self) -> Option<i64> {
        match self.value {
            Magnitude::Small(small) => Some(small),
            Magnitude::Large(_) => None,
        }
    }

    /// Its value, if it is a whole number.
    pub fn to_integer(&self) -> Option<BigInt> {
        let (mantissa, exponent) = self.parts();
        let shift = u64::try_from(exponent).ok()?;
        Some(mantissa << shift)
    }

    /// The nearest floating-point number.
    pub fn to_f64(&self) -> f64 {
        let (mantissa, exponent) = self.parts();
        let Some(near) = Self::rounded(mantissa, exponent, FLOAT_PRECISION) else {
            return 0.0;
        };
        let (near_mantissa, power) = near.parts();
        // In two steps: the whole power of a small number is less than the smallest that a float can hold.
        let half = i32::try_from(power / 2).unwrap_or_default();
        let rest = i32::try_from(power).unwrap_or_default() - half;
        near_mantissa.to_f64().unwrap_or_default() * 2f64.powi(half) * 2f64.powi(rest)
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.value == Magnitude::Small(0)
    }

    /// Whether it is less than zero.
    pub fn is_negative(&self) -> bool {
        match &self.value {
            Magnitude::Small(small) => *small < 0,
            Magnitude::Large(large) => large.0.is_negative(),
        }
    }

    /// Its exact decimal digits.
    fn decimal(&self) -> Decimal {
        let (mantissa, exponent) = self.parts();
        Decimal::new(mantissa.magnitude(), exponent)
    }

    /// Its fewest decimal digits that read back as the same number.
    fn shortest(&self) -> Decimal {
        let (mantissa, exponent) = self.parts();
        Decimal::shortest(mantissa.magnitude(), exponent, self.precision)
    }

    fn parts(&self) -> (BigInt, i64) {
        match &self.value {
            Magnitude::Small(small) => (BigInt::from(*small), 0),
            Magnitude::Large(large) => (large.0.clone(), large.1),
        }
    }

    /// `mantissa * 2^exponent`, rounded half to even; `None` if it is too large or too small.
    fn rounded(mantissa: BigInt, exponent: i64, precision: u16) -> Option<Self> {
        let (mantissa, exponent) = round(mantissa, exponent, precision);
        let (mantissa, exponent) = odd(mantissa, exponent);
        let bits = i64::try_from(mantissa.bits()).ok()?;
        if (exponent + bits).abs() > MAX_EXPONENT {
            return None;
        }
        let small = || (mantissa.clone() << u64::try_from(exponent).ok()?).to_i64();
        let value = match if (0..64).contains(&exponent) {
            small()
        } else {
            None
        } {
            Some(small) => Magnitude::Small(small),
            None => Magnitude::Large(Arc::new((mantissa, exponent))),
        };
        Some(Self {
            value,
            precision,
            is_negative_zero: false,
        })
    }

    /// The number, and if it is zero, with that sign.
    fn with_zero_sign(self, is_negative: bool) -> Self {
        Self {
            is_negative_zero: is_negative && self.is_zero(),
            ..self
        }
    }

    fn has_minus(&self) -> bool {
        self.is_negative() || self.is_negative_zero
    }

    fn with_precision(self, precision: u16) -> Self {
        Self { precision, ..self }
    }
}

fn round(mantissa: BigInt, exponent: i64, precision: u16) -> (BigInt, i64) {
    let excess = mantissa.bits().saturating_sub(u64::from(precision));
    if excess == 0 {
        return (mantissa, exponent);
    }
    let (sign, magnitude) = mantissa.into_parts();
    let mut quotient = &magnitude >> excess;
    let rest = &magnitude - (&quotient << excess);
    let half = BigUint::from(1_u8) << (excess - 1);
    if rest > half || (rest == half && quotient.bit(0)) {
        quotient += 1_u8;
    }
    let shift = i64::try_from(excess).unwrap_or(i64::MAX);
    (
        BigInt::from_biguint(sign, quotient),
        exponent.saturating_add(shift),
    )
}

fn odd(mantissa: BigInt, exponent: i64) -> (BigInt, i64) {
    match mantissa.trailing_zeros() {
        None => (mantissa, 0),
        Some(0) => (mantissa, exponent),
        Some(zeros) => {
            let shift = i64::try_from(zeros).unwrap_or(i64::MAX);
            (mantissa >> zeros, exponent.saturating_add(shift))
        }
    }
}

impl From<i64> for Number {
    /// A number that was counted.
    fn from(number: i64) -> Self {
        Self {
            value: Magnitude::Small(number),
            precision: COUNTED_PRECISION,
            is_negative_zero: false,
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, right: &Self) -> bool {
        self.value == right.value
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, right: &Self) -> Option<Ordering> {
        Some(self.cmp(right))
    }
}

impl Ord for Number {
    fn cmp(&self, right: &Self) -> Ordering {
        if let (Magnitude::Small(left), Magnitude::Small(right)) = (&self.value, &right.value) {
            return left.cmp(right);
        }
        let (left_mantissa, right_mantissa, _) = arithmetic::aligned(self, right);
        left_mantissa.cmp(&right_mantissa)
    }
}

impl fmt::Display for Number {
    /// The fewest digits that read back as the same number, without an exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Magnitude::Small(small) = self.value
            && 64 - small.unsigned_abs().leading_zeros() <= u32::from(self.precision)
        {
            let sign = if self.is_negative_zero { "-" } else { "" };
            return write!(f, "{sign}{small}");
        }
        let sign = if self.is_negative() { "-" } else { "" };
        write!(f, "{sign}{}", self.shortest().plain())
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    fn number(text: &str) -> Number {
        Number::parse(text).expect("a number")
    }

    #[test]
    fn a_number_prints_the_fewest_digits_that_read_back() {
        let cases = [
            "0",
            "1",
            "-1",
            "0.1",
            "1.5",
            "9007199254740993",
            "-0.000001",
        ];
        for text in cases {
            assert_eq!(number(text).to_string(), text);
        }
        assert_eq!(number("1e21").to_string(), "1000000000000000000000");
        assert_eq!(number("1.50").to_string(), "1.5");
        assert_eq!(number("1e400").to_string(), format!("1{}", "0".repeat(400)));
        assert_eq!(number("-0").to_string(), "-0");
        assert_eq!(number("-0"), number("0"));
    }

    #[test]
    fn decimal_fractions_add_up() {
        let sum = number("0.1").add(&number("0.2")).expect("a sum");
        assert_eq!(sum, number("0.3"));
        assert_eq!(sum.to_string(), "0.3");
    }

    #[test]
    fn a_quotient_has_512_bits() {
        let third = number("10").divide(&number("3")).expect("a quotient");
        assert_eq!(third.to_string(), format!("3.{}2", "3".repeat(153)));
        let product = number("1")
            .divide(&number("3"))
            .and_then(|n| n.multiply(&number("3")));
        assert_eq!(product, Some(number("1")));
    }

    #[test]
    fn a_quotient_of_counted_numbers_has_64_bits() {
        let quotient = Number::from(3)
            .divide(&Number::from(7))
            .expect("a quotient");
        assert_eq!(quotient.to_string(), "0.42857142857142857144");
    }

    #[test]
    fn a_computed_power_has_53_bits() {
        let power = Number::from_f64(2f64.powi(100)).expect("finite");
        assert_eq!(power.to_string(), "1267650600228229400000000000000");
        assert_eq!(Number::from_f64(power.to_f64()), Some(power));
    }

    #[test]
    fn printf_verbs_round_half_to_even() {
        assert_eq!(number("3.14159").fixed(2), "3.14");
        assert_eq!(number("1").fixed(6), "1.000000");
        assert_eq!(number("0.5").fixed(0), "0");
        assert_eq!(number("1.5").fixed(0), "2");
        assert_eq!(number("0.04").fixed(1), "0.0");
        assert_eq!(number("12345.678").exponential(6), "1.234568e+04");
        assert_eq!(number("1e10").shortest_general(), "1e+10");
        assert_eq!(number("100000").shortest_general(), "100000");
        assert_eq!(number("0.00001").general(10), "1e-05");
    }

    #[test]
    fn large_products_are_exact() {
        let product = number("12345678901234567890").multiply(&number("98765432109876543210"));
        assert_eq!(
            product.expect("a product").to_string(),
            "1219326311370217952237463801111263526900"
        );
    }

    #[test]
    fn a_remainder_takes_the_sign_of_the_dividend() {
        let remainder = |left: &str, right: &str| {
            let found = number(left).remainder(&number(right));
            found.expect("a remainder").to_string()
        };
        assert_eq!(remainder("7", "3"), "1");
        assert_eq!(remainder("-7", "3"), "-1");
        assert_eq!(remainder("7.5", "2"), "1.5");
        assert_eq!(remainder("5", "0"), "5");
    }

    #[test]
    fn whole_parts_round_as_named() {
        assert_eq!(number("5.1").ceiling(), number("6"));
        assert_eq!(number("-5.1").floor(), number("-6"));
        assert_eq!(number("-5.1").truncate(), number("-5"));
    }

    #[test]
    fn numbers_compare_by_value_only() {
        assert!(number("0.5") < Number::from(1));
        assert!(number("-1e30") < number("-1e29"));
        assert_eq!(number("1e3"), Number::from(1000));
        assert_eq!(Number::from_f64(1.0), Some(number("1")));
    }

    #[test]
    fn what_is_no_decimal_number_is_refused() {
        for text in [
            "",
            " 1",
            "0x10",
            "abc",
            "1e",
            ".",
            "1_000",
            "--1",
            "1e999999999",
        ] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}
