//! The encodings of `textencodebase64` and `textdecodebase64`. Terraform knows every encoding of the IANA; other names
//! than these give an unknown.

/// An encoding that is computed.
#[derive(Clone, Copy)]
pub(super) enum CharacterSet {
    Utf8,
    Utf16 { is_big_endian: bool },
    Latin1,
}

impl CharacterSet {
    /// The encoding of an IANA name; `None` if it is not computed.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match &*name.to_ascii_lowercase() {
            "utf-8" | "utf8" => Self::Utf8,
            "utf-16le" => Self::Utf16 {
                is_big_endian: false,
            },
            "utf-16be" => Self::Utf16 {
                is_big_endian: true,
            },
            "iso-8859-1" | "iso_8859-1" | "latin1" | "l1" => Self::Latin1,
            _ => return None,
        })
    }

    /// The bytes of a text; `None` if it has characters that the encoding lacks.
    pub(super) fn encode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Utf8 => Some(text.as_bytes().to_vec()),
            Self::Utf16 {
                is_big_endian: true,
            } => Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            Self::Utf16 {
                is_big_endian: false,
            } => Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            Self::Latin1 => text
                .chars()
                .map(|c| u8::try_from(u32::from(c)).ok())
                .collect(),
        }
    }

    /// The text of bytes; `None` if they are not valid in the encoding.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 => String::from_utf8(bytes.to_vec()).ok(),
            Self::Latin1 => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
            Self::Utf16 { is_big_endian } => {
                let (pairs, rest) = bytes.as_chunks::<2>();
                let unit = |pair: &[u8; 2]| {
                    if is_big_endian {
                        u16::from_be_bytes(*pair)
                    } else {
                        u16::from_le_bytes(*pair)
                    }
                };
                let units: Vec<u16> = pairs.iter().map(unit).collect();
                String::from_utf16(&units).ok().filter(|_| rest.is_empty())
            }
        }
    }
}
