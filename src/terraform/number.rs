//! Numbers with the precision of Terraform's.

use std::fmt;
use std::str::FromStr;

use bigdecimal::{BigDecimal, ToPrimitive};

/// A number of any size; Terraform computes with 512 bits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(BigDecimal);

impl Number {
    /// Reads `443`, `1.5` or `1e3`.
    pub fn parse(text: &str) -> Option<Self> {
        BigDecimal::from_str(text)
            .ok()
            .map(|n| Self(n.normalized()))
    }

    /// Its value, if it is a whole number in range.
    pub fn to_i64(&self) -> Option<i64> {
        self.0.is_integer().then(|| self.0.to_i64()).flatten()
    }
}

impl From<i64> for Number {
    fn from(n: i64) -> Self {
        Self(BigDecimal::from(n).normalized())
    }
}

impl fmt::Display for Number {
    /// All digits, without an exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_plain_string())
    }
}
