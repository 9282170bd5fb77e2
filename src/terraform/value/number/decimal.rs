//! Decimal digits of binary numbers, and back.

use num_bigint::{BigInt, BigUint};
use num_traits::{Num, Zero};

use super::{Number, WRITTEN_PRECISION, arithmetic, odd};

/// The longest text that is read as a number: parsing takes time in the square of the digits.
const MAX_TEXT: usize = 4096;

/// The largest decimal exponent that is read, so that `1e999999999` costs nothing.
const MAX_DECIMAL_EXPONENT: i64 = 30_000;

/// Decimal digits `0.d1d2d3… * 10^point`, without zeros at the end; none for zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    /// The digits, 0 to 9.
    pub(super) digits: Vec<u8>,
    /// Where the decimal point is, counted from the first digit.
    pub(super) point: i64,
}

impl Decimal {
    /// All digits of `mantissa * 2^exponent`.
    pub(super) fn new(mantissa: &BigUint, exponent: i64) -> Self {
        let (scaled, fraction) = if exponent >= 0 {
            (mantissa << exponent.unsigned_abs(), 0)
        } else {
            let power = u32::try_from(-exponent).unwrap_or(u32::MAX);
            (mantissa * BigUint::from(5_u8).pow(power), -exponent)
        };
        let digits = scaled.to_radix_be(10);
        let point = i64::try_from(digits.len()).unwrap_or(i64::MAX) - fraction;
        Self { digits, point }.trimmed()
    }

    /// The fewest digits that no other number of that precision is nearer to.
    pub(super) fn shortest(mantissa: &BigUint, exponent: i64, precision: u16) -> Self {
        let mut decimal = Self::new(mantissa, exponent);
        if mantissa.is_zero() {
            return decimal;
        }
        let shift = i64::from(precision) + 1 - i64::try_from(mantissa.bits()).unwrap_or(i64::MAX);
        let halves = if shift >= 0 {
            mantissa << shift.unsigned_abs()
        } else {
            mantissa >> shift.unsigned_abs()
        };
        let lower = Self::new(&(&halves - 1_u8), exponent - shift);
        let upper = Self::new(&(&halves + 1_u8), exponent - shift);
        decimal.shorten(&lower, &upper, !halves.bit(1));
        decimal
    }

    /// Keeps the first digits that lie strictly between the bounds, or on them if `inclusive`: as Go's `strconv` finds the
    /// shortest decimal that reads back as the same number.
    fn shorten(&mut self, lower: &Self, upper: &Self, inclusive: bool) {
        for at in 0..self.digits.len() {
            let (low, digit, high) = (lower.digit(at), self.digits[at], upper.digit(at));
            let can_cut = low != digit || (inclusive && at + 1 == lower.digits.len());
            let can_raise =
                digit != high && (inclusive || digit + 1 < high || at + 1 < upper.digits.len());
            match (can_cut, can_raise) {
                (true, true) => return self.round(at + 1),
                (true, false) => return self.cut(at + 1),
                (false, true) => return self.raise(at + 1),
                (false, false) => {}
            }
        }
    }

    /// Rounds half to even to the first `count` digits.
    pub(super) fn round(&mut self, count: usize) {
        if count >= self.digits.len() {
            return;
        }
        let is_half = self.digits[count] == 5 && count + 1 == self.digits.len();
        let up = if is_half {
            count > 0 && self.digits[count - 1] % 2 == 1
        } else {
            self.digits[count] >= 5
        };
        if up {
            self.raise(count);
        } else {
            self.cut(count);
        }
    }

    /// Rounds half to even to `places` digits after the decimal point.
    pub(super) fn round_places(&mut self, places: usize) {
        let wanted = self.point + i64::try_from(places).unwrap_or(i64::MAX);
        match usize::try_from(wanted) {
            Ok(count) => self.round(count),
            Err(_) => self.cut(0),
        }
    }

    /// The digit at a position; 0 after the last one.
    pub(super) fn digit(&self, at: usize) -> u8 {
        self.digits.get(at).copied().unwrap_or_default()
    }

    /// All digits, without an exponent.
    pub(super) fn plain(&self) -> String {
        let digits: String = self
            .digits
            .iter()
            .map(|digit| char::from(b'0' + digit))
            .collect();
        let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or_default());
        if digits.is_empty() {
            "0".to_owned()
        } else if self.point <= 0 {
            format!("0.{}{digits}", zeros(-self.point))
        } else if self.point >= length {
            format!("{digits}{}", zeros(self.point - length))
        } else {
            let (whole, fraction) =
                digits.split_at(usize::try_from(self.point).unwrap_or_default());
            format!("{whole}.{fraction}")
        }
    }

    fn cut(&mut self, count: usize) {
        self.digits.truncate(count);
        *self = std::mem::replace(
            self,
            Self {
                digits: Vec::new(),
                point: 0,
            },
        )
        .trimmed();
    }

    fn raise(&mut self, count: usize) {
        self.digits.truncate(count);
        while self.digits.last() == Some(&9) {
            self.digits.pop();
        }
        if let Some(last) = self.digits.last_mut() {
            *last += 1;
        } else {
            self.digits.push(1);
            self.point += 1;
        }
    }

    fn trimmed(mut self) -> Self {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
        self
    }
}

/// Reads a decimal number as Terraform does.
pub(super) fn parse(text: &str) -> Option<Number> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let integer = BigInt::from_str_radix(&digits, 10).ok()? * sign;
    let places = i64::try_from(fraction.len()).ok()?;
    Some(scale(integer, exponent - places)?.with_zero_sign(sign < 0))
}

fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn scale(mantissa: BigInt, exponent: i64) -> Option<Number> {
    if mantissa.is_zero() {
        return Number::rounded(mantissa, 0, WRITTEN_PRECISION);
    }
    if exponent.abs() > MAX_DECIMAL_EXPONENT {
        return None;
    }
    let power = BigInt::from(5_u8).pow(u32::try_from(exponent.abs()).ok()?);
    if exponent >= 0 {
        return Number::rounded(mantissa * power, exponent, WRITTEN_PRECISION);
    }
    let (mantissa, by) = odd(mantissa, 0);
    let (quotient, shift) = arithmetic::quotient(&mantissa, &power, WRITTEN_PRECISION);
    Number::rounded(quotient, shift + by + exponent, WRITTEN_PRECISION)
}
