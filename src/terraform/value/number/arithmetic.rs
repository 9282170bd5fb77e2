//! `+ - * / %`: rounded as Terraform rounds.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, Zero};

use super::{Magnitude, Number, WRITTEN_PRECISION};

impl Number {
    /// The sum; `None` if it is too large.
    pub fn add(&self, addend: &Self) -> Option<Self> {
        let precision = self.precision.max(addend.precision);
        if let (Magnitude::Small(left), Magnitude::Small(right)) = (&self.value, &addend.value)
            && let Some(sum) = left.checked_add(*right)
        {
            let is_negative = self.is_negative_zero && addend.is_negative_zero;
            return Some(Self::rounded_small(sum, precision)?.with_zero_sign(is_negative));
        }
        let (left, right, exponent) = aligned(self, addend);
        Self::rounded(left + right, exponent, precision)
    }

    /// The difference; `None` if it is too large.
    pub fn subtract(&self, subtrahend: &Self) -> Option<Self> {
        self.add(&subtrahend.negate())
    }

    /// The number with the opposite sign.
    #[must_use]
    pub fn negate(&self) -> Self {
        let (mantissa, exponent) = self.parts();
        let negated = Self::rounded(-mantissa, exponent, self.precision);
        let negated = negated.unwrap_or_else(|| self.clone());
        negated.with_zero_sign(!self.is_negative_zero)
    }

    /// Without its sign.
    #[must_use]
    pub fn absolute(&self) -> Self {
        if self.has_minus() {
            self.negate()
        } else {
            self.clone()
        }
    }

    /// The product; `None` if it is too large.
    pub fn multiply(&self, factor: &Self) -> Option<Self> {
        let precision = self.precision.max(factor.precision);
        if let (Magnitude::Small(left), Magnitude::Small(right)) = (&self.value, &factor.value)
            && let Some(product) = left.checked_mul(*right)
        {
            let magnitude = product.unsigned_abs();
            let bits =
                u64::BITS - (magnitude.leading_zeros() + magnitude.trailing_zeros()).min(u64::BITS);
            let significant = u16::try_from(bits).unwrap_or_default();
            let product = Self::from(product).with_precision(precision.max(significant));
            return Some(product.with_zero_sign(self.has_minus() != factor.has_minus()));
        }
        let ((left, by), (right, times)) = (self.parts(), factor.parts());
        let product = Self::rounded(left * right, by + times, WRITTEN_PRECISION)?;
        let bits = u16::try_from(super::odd(product.parts().0, 0).0.bits()).unwrap_or(u16::MAX);
        Some(product.with_precision(precision.max(bits)))
    }

    /// The quotient; `None` if the divisor is zero or the result too large.
    pub fn divide(&self, divisor: &Self) -> Option<Self> {
        if divisor.is_zero() {
            return None;
        }
        let precision = self.precision.max(divisor.precision);
        let ((left, by), (right, times)) = (self.parts(), divisor.parts());
        let (mantissa, exponent) = quotient(&left, &right, precision);
        let quotient = Self::rounded(mantissa, exponent + by - times, precision)?;
        Some(quotient.with_zero_sign(self.has_minus() != divisor.has_minus()))
    }

    /// The remainder of the division that is rounded towards zero; the number itself if the divisor is zero.
    pub fn remainder(&self, divisor: &Self) -> Option<Self> {
        if divisor.is_zero() {
            return Some(self.clone());
        }
        let whole = self.divide(divisor)?.truncate();
        let (mantissa, exponent) = whole.parts();
        // As in go-cty's `Value.Modulo`, each step is rounded to the precision of the dividend.
        let times = Self::rounded(mantissa, exponent, self.precision)?;
        let ((divisor, divisor_exponent), (times, times_exponent)) =
            (divisor.parts(), times.parts());
        let product_exponent = divisor_exponent + times_exponent;
        let product = Self::rounded(divisor * times, product_exponent, self.precision)?;
        let (left, right, common_exponent) = aligned(self, &product);
        Self::rounded(left - right, common_exponent, self.precision)
    }

    /// Without its fraction.
    #[must_use]
    pub fn truncate(&self) -> Self {
        let (mantissa, exponent) = self.parts();
        let Ok(shift) = u64::try_from(-exponent) else {
            return self.clone();
        };
        let (sign, magnitude) = mantissa.into_parts();
        let whole = BigInt::from_biguint(sign, magnitude >> shift);
        Self::from_integer(whole).unwrap_or_else(|| self.clone())
    }

    /// The largest whole number that is not greater.
    #[must_use]
    pub fn floor(&self) -> Self {
        let whole = self.truncate();
        if whole > *self {
            whole.subtract(&Self::from(1)).unwrap_or(whole)
        } else {
            whole
        }
    }

    /// The smallest whole number that is not less.
    #[must_use]
    pub fn ceiling(&self) -> Self {
        self.negate().floor().negate().with_zero_sign(false)
    }

    fn rounded_small(number: i64, precision: u16) -> Option<Self> {
        let bits = 64 - number.unsigned_abs().leading_zeros();
        if bits <= u32::from(precision) {
            return Some(Self::from(number).with_precision(precision));
        }
        Self::rounded(BigInt::from(number), 0, precision)
    }
}

/// Both mantissas for one exponent.
pub(super) fn aligned(left: &Number, right: &Number) -> (BigInt, BigInt, i64) {
    let ((left, by), (right, times)) = (left.parts(), right.parts());
    let exponent = by.min(times);
    let shift = |mantissa: BigInt, from: i64| mantissa << (from - exponent).unsigned_abs();
    (shift(left, by), shift(right, times), exponent)
}

/// A quotient with at least two bits more than `precision`, the last of which says whether anything was cut off.
pub(super) fn quotient(left: &BigInt, right: &BigInt, precision: u16) -> (BigInt, i64) {
    let wanted = u64::from(precision) + 2 + right.bits();
    let shift = wanted.saturating_sub(left.bits()) + 1;
    let (whole, rest) = (left.abs() << shift).div_rem(&right.abs());
    let sticky = (whole << 1_u8) + i32::from(!rest.is_zero());
    let signed = if left.is_negative() == right.is_negative() {
        sticky
    } else {
        -sticky
    };
    (signed, -i64::try_from(shift).unwrap_or(i64::MAX) - 1)
}
