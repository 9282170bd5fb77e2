//! The text of a plan or state, in the encodings in which shells write it.

use std::borrow::Cow;

use crate::source::Problem;

/// How the binary file of `terraform plan -out` begins: it is a ZIP archive.
const ARCHIVE: &[u8] = b"PK\x03\x04";

/// The text in the bytes of a file: UTF-8, or UTF-16 with a byte-order mark as `PowerShell`
/// redirects it.
pub(super) fn text(bytes: &[u8]) -> Result<Cow<'_, str>, Problem> {
    let utf_16 = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let text: Result<String, _> = char::decode_utf16(units).collect();
        text.ok().map(Cow::Owned)
    };
    let utf_8 = |text| std::str::from_utf8(text).ok().map(Cow::Borrowed);
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf_8(rest),
        _ if bytes.starts_with(ARCHIVE) => return Err(archive()),
        _ => utf_8(bytes),
    };
    text.ok_or_else(|| {
        let message = "this is neither a plan nor a state of Terraform: it is not text";
        Problem::error(message, None).help(super::HOW_TO_MAKE)
    })
}

fn archive() -> Problem {
    let message = "this is a binary plan, whose format only Terraform knows";
    let help = "print it as JSON: `terraform show -json PLANFILE > plan.json`";
    Problem::error(message, None).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_in_several_encodings() {
        let utf_16 = |unit: fn(u16) -> [u8; 2]| {
            "\u{feff}{é}"
                .encode_utf16()
                .flat_map(unit)
                .collect::<Vec<u8>>()
        };
        for bytes in [
            "{é}".into(),
            "\u{feff}{é}".into(),
            utf_16(u16::to_le_bytes),
            utf_16(u16::to_be_bytes),
        ] {
            assert_eq!(text(&bytes).as_deref(), Ok("{é}"));
        }
    }

    #[test]
    fn what_is_no_text_is_said_to_be_none() {
        for bytes in [&b"PK\x03\x04rest"[..], b"\xff\xfe\x00\xd8\x00\x00", b"\x80"] {
            assert!(text(bytes).is_err(), "{bytes:?}");
        }
        assert_eq!(text(b"\xff\xfe").as_deref(), Ok(""));
    }
}
