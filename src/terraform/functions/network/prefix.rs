//! An address block, as Terraform's network functions read and write it.

use std::net::{Ipv4Addr, Ipv6Addr};

use num_bigint::BigInt;
use num_traits::ToPrimitive;

/// A block of addresses.
#[derive(Clone, Copy)]
pub(super) struct Prefix {
    /// The first address, without host bits.
    pub(super) address: u128,
    /// Bits of an address: 32 or 128.
    pub(super) bits: u32,
    /// Bits that are fixed.
    pub(super) length: u32,
}

/// The upper 96 bits of an IPv4 address in IPv6 spelling (`::ffff:10.0.0.1`).
const MAPPED: u128 = 0xffff;

impl Prefix {
    /// Reads `10.0.0.0/8` and `2001:db8::/32`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let address = Self::parse_address(address)?;
        let length = parse_decimal(length).filter(|length| *length <= address.bits)?;
        let prefix = Self { length, ..address };
        Some(Self {
            address: prefix.address & prefix.mask(),
            ..prefix
        })
    }

    /// Reads an address as a block of one.
    pub(super) fn parse_address(text: &str) -> Option<Self> {
        let (address, bits) = if text.contains(':') {
            (parse_ipv6(text)?, 128)
        } else {
            (u128::from(parse_ipv4(text)?), 32)
        };
        Some(Self {
            address,
            bits,
            length: bits,
        })
    }

    /// Bits that are free.
    pub(super) fn host_bits(&self) -> u32 {
        self.bits - self.length
    }

    /// Whether it is an IPv4 block, in either spelling.
    pub(super) fn is_ipv4(&self) -> bool {
        self.bits == 32 || self.address >> 32 == MAPPED
    }

    /// The last address.
    pub(super) fn last(&self) -> u128 {
        self.address | (self.all_ones() & !self.mask())
    }

    /// The block with further bits set; `None` if they do not fit.
    pub(super) fn with(&self, bits: &BigInt) -> Option<Self> {
        let address = (BigInt::from(self.address) | bits).magnitude().to_u128()?;
        (address <= self.all_ones()).then_some(Self { address, ..*self })
    }

    /// The next block of this length after an address, inside this block; for `None` the first block. Like Terraform,
    /// it finds no block in one that begins at address zero.
    pub(super) fn next_after(&self, last: Option<u128>, length: u32) -> Option<Self> {
        let before = last.or_else(|| self.address.checked_sub(1))?;
        let shift = self.bits - length;
        let address = (before >> shift).checked_add(1)?.checked_shl(shift)?;
        let is_inside = address >= self.address && address <= self.last();
        is_inside.then_some(Self {
            address,
            length,
            ..*self
        })
    }

    /// `10.0.0.0/8`
    pub(super) fn text(&self) -> String {
        let length = if self.bits == 128 && self.is_ipv4() {
            self.length.saturating_sub(96)
        } else {
            self.length
        };
        format!("{}/{length}", self.address_text())
    }

    /// `10.0.0.0`
    pub(super) fn address_text(&self) -> String {
        if self.is_ipv4() {
            return ipv4_text(self.address);
        }
        Ipv6Addr::from_bits(self.address).to_string()
    }

    /// `255.0.0.0`
    pub(super) fn mask_text(&self) -> String {
        if self.bits == 32 {
            return ipv4_text(self.mask());
        }
        Ipv6Addr::from_bits(self.mask()).to_string()
    }

    fn mask(&self) -> u128 {
        let free = self.all_ones().checked_shr(self.length).unwrap_or_default();
        self.all_ones() & !free
    }

    /// The address whose bits are all set.
    fn all_ones(&self) -> u128 {
        if self.bits == 32 {
            u128::from(u32::MAX)
        } else {
            u128::MAX
        }
    }
}

fn ipv4_text(address: u128) -> String {
    let low = u32::try_from(address & u128::from(u32::MAX)).unwrap_or_default();
    Ipv4Addr::from_bits(low).to_string()
}

fn parse_decimal(text: &str) -> Option<u32> {
    let is_decimal = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_decimal { text.parse().ok() } else { None }
}

fn parse_ipv4(text: &str) -> Option<u32> {
    let mut address = 0;
    let mut count = 0;
    for part in text.split('.') {
        address = (address << 8) | parse_decimal(part).filter(|part| *part <= 255)?;
        count += 1;
        if count > 4 {
            return None;
        }
    }
    (count == 4).then_some(address)
}

fn parse_ipv6(text: &str) -> Option<u128> {
    let (before, after) = match text.split_once("::") {
        Some((before, after)) => (groups(before)?, Some(groups(after)?)),
        None => (groups(text)?, None),
    };
    let groups = match after {
        None if before.len() == 8 => before,
        Some(after) if before.len() + after.len() < 8 => {
            let zeros = vec![0; 8 - before.len() - after.len()];
            [before, zeros, after].concat()
        }
        _ => return None,
    };
    Some(
        groups
            .iter()
            .fold(0, |address, group| (address << 16) | u128::from(*group)),
    )
}

/// The groups between colons; the last may be an IPv4 address.
fn groups(text: &str) -> Option<Vec<u16>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let (hexadecimal, tail) = match text.rsplit_once(':') {
        _ if !text.contains('.') => (Some(text), None),
        Some((before, tail)) => (Some(before), Some(parse_ipv4(tail)?)),
        None => (None, Some(parse_ipv4(text)?)),
    };
    let mut groups = Vec::new();
    for group in hexadecimal.into_iter().flat_map(|part| part.split(':')) {
        let is_hexadecimal =
            !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_hexdigit());
        groups.push(
            is_hexadecimal
                .then(|| u16::from_str_radix(group, 16).ok())
                .flatten()?,
        );
    }
    if let Some(tail) = tail {
        let [a, b, c, d] = tail.to_be_bytes();
        groups.extend([u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])]);
    }
    Some(groups)
}
