//! The order in which the provider reads the blocks of a set.
//!
//! Terraform's plugin SDK keeps a set as a map from a hash to the block and reads it in the order of the
//! hashes as text. The hash is the CRC-32 of the block in a notation of its own
//! (`helper/schema`, `SerializeResourceForHash` and `HashString`), which is written out here.

use crate::terraform::value::Value;

/// The hash of a `principals` block; `None` unless all of it is known.
pub(super) fn principal(kind: &Value, identifiers: &[Value]) -> Option<String> {
    let mut keyed = Vec::new();
    for identifier in identifiers {
        let identifier = identifier.as_str()?;
        keyed.push((checksum(identifier), identifier));
    }
    keyed.sort();
    let members = keyed.iter().flat_map(|(_, text)| [text, ";"]);
    let members: String = members.collect();
    let kind = kind.as_str()?;
    Some(checksum(&format!("identifiers:{{{members}}};type:{kind};")))
}

/// The hash of a `condition` block; `None` unless all of it is known.
pub(super) fn condition(test: &Value, variable: &Value, values: &[Value]) -> Option<String> {
    let mut members = String::new();
    for value in values {
        members.push_str(value.as_str()?);
        members.push(';');
    }
    let (test, variable) = (test.as_str()?, variable.as_str()?);
    Some(checksum(&format!(
        "test:{test};values:({members});variable:{variable};"
    )))
}

/// CRC-32 (IEEE 802.3) in decimal digits.
fn checksum(text: &str) -> String {
    let mut remainder = u32::MAX;
    for byte in text.bytes() {
        remainder ^= u32::from(byte);
        for _ in 0..8 {
            let carry = remainder & 1;
            remainder = (remainder >> 1) ^ (0xedb8_8320 * carry);
        }
    }
    (!remainder).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_of_the_standard() {
        assert_eq!(checksum("123456789"), 0xcbf4_3926_u32.to_string());
    }
}
