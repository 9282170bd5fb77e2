//! Number literals.

use super::Lexer;
use crate::source::Problem;
use crate::terraform::syntax::parse::literal::is_moderate;

impl Lexer<'_> {
    pub(super) fn number(&mut self) -> Result<(), Problem> {
        let rest = self.rest();
        let length = number_length(rest.as_bytes());
        let number = &rest[..length];
        let is_index = self.after_dot && number.bytes().all(|byte| byte.is_ascii_digit());
        if self.after_dot && !is_index {
            let problem = self.problem("legacy indexes cannot follow each other", self.at, length);
            return Err(problem.help("write indexes in brackets, such as `a[0][1]`"));
        }
        if !is_number(number) {
            let message = format!("`{}` is not a number", shorten(number));
            return Err(self.problem(message, self.at, length));
        }
        if !is_moderate(number) {
            return Err(self.problem("the number is too large", self.at, length));
        }
        // The library reads a number into 64 bits and refuses what does not fit; `lower.rs` reads the original.
        if !is_index && (length > 15 || number.contains(['e', 'E'])) {
            self.prepared[self.at..self.at + length].fill(b'0');
            self.prepared[self.at + 1] = b'.';
        }
        self.skip(length);
        Ok(())
    }
}

/// How much of the text Terraform's scanner takes for one number.
fn number_length(text: &[u8]) -> usize {
    let mut end = 1;
    let mut at = 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'0'..=b'9' => {
                at += 1;
                end = at;
            }
            b'.' => at += 1,
            b'e' | b'E' => {
                at += 1 + usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
                if !text.get(at).is_some_and(u8::is_ascii_digit) {
                    break;
                }
            }
            _ => break,
        }
    }
    end
}

fn is_number(text: &str) -> bool {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let is_fraction = is_digits(fraction) || (fraction.is_empty() && mantissa.len() < text.len());
    is_digits(whole) && is_fraction && is_digits(exponent.trim_start_matches(['+', '-']))
}

fn shorten(text: &str) -> &str {
    text.get(..40).unwrap_or(text)
}
