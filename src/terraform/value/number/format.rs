//! Numbers as `printf` writes them.

use super::{Decimal, Number};

impl Number {
    /// `%.2f`: that many digits after the decimal point.
    pub fn fixed(&self, places: usize) -> String {
        let mut decimal = self.decimal();
        decimal.round_places(places);
        format!("{}{}", self.sign(), fixed(&decimal, places))
    }

    /// `%.2e`: that many digits after the first.
    pub fn exponential(&self, places: usize) -> String {
        let mut decimal = self.decimal();
        decimal.round(places + 1);
        format!("{}{}", self.sign(), exponential(&decimal, places))
    }

    /// `%.10g`: that many digits at most, with an exponent where it is shorter.
    pub fn general(&self, digits: usize) -> String {
        let digits = digits.max(1);
        let mut decimal = self.decimal();
        decimal.round(digits);
        let length = decimal.digits.len();
        let is_whole = i64::try_from(length).is_ok_and(|length| length >= decimal.point);
        let limit = if digits > length && is_whole {
            length
        } else {
            digits
        };
        format!("{}{}", self.sign(), general(&decimal, limit))
    }

    /// `%g`: the fewest digits that read back as the same number.
    pub fn shortest_general(&self) -> String {
        format!("{}{}", self.sign(), general(&self.shortest(), 6))
    }

    fn sign(&self) -> &'static str {
        if self.has_minus() { "-" } else { "" }
    }
}

fn fixed(decimal: &Decimal, places: usize) -> String {
    let plain = decimal.plain();
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    if places == 0 {
        return whole.to_owned();
    }
    format!("{whole}.{fraction:0<places$}")
}

fn exponential(decimal: &Decimal, places: usize) -> String {
    let digit = |at| char::from(b'0' + decimal.digit(at));
    let rest: String = (1..=places).map(digit).collect();
    let point = if places > 0 { "." } else { "" };
    let exponent = if decimal.digits.is_empty() {
        0
    } else {
        decimal.point - 1
    };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}{point}{rest}e{sign}{:02}", digit(0), exponent.abs())
}

fn general(decimal: &Decimal, limit: usize) -> String {
    let exponent = decimal.point - 1;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    if !decimal.digits.is_empty() && (exponent < -4 || exponent >= limit) {
        return exponential(decimal, decimal.digits.len().saturating_sub(1));
    }
    decimal.plain()
}
