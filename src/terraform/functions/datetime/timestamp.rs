//! A moment as RFC 3339 writes it.

use std::cmp::Ordering;
use std::fmt;

use jiff::SignedDuration;
use jiff::civil::{DateTime, Weekday};
use jiff::tz::Offset;

/// A moment and the offset in which it was written.
pub(in crate::terraform::functions) struct Timestamp {
    local: DateTime,
    offset: Offset,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Timestamp {
    /// Reads `2018-01-02T23:12:01.5-08:00`, and nothing looser.
    pub(in crate::terraform::functions) fn parse(text: &str) -> Option<Self> {
        let (clock, rest) = text.split_at_checked(19)?;
        let bytes = clock.as_bytes();
        let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        if !separators
            .iter()
            .all(|(at, separator)| bytes[*at] == *separator)
        {
            return None;
        }
        let year = digits(&clock[..4])?;
        let part = |at: usize| i8::try_from(digits(clock.get(at..at + 2)?)?).ok();
        let (nanoseconds, zone) = fraction(rest)?;
        let (hour, minute, second) = (part(11)?, part(14)?, part(17)?);
        if second > 59 {
            return None;
        }
        let local = DateTime::new(
            i16::try_from(year).ok()?,
            part(5)?,
            part(8)?,
            hour,
            minute,
            second,
            nanoseconds,
        );
        Some(Self {
            local: local.ok()?,
            offset: offset(zone)?,
        })
    }

    /// The moment after a duration of nanoseconds; `None` if it is out of range.
    pub(super) fn add(&self, nanoseconds: i128) -> Option<Self> {
        let duration = SignedDuration::from_nanos_i128(nanoseconds);
        let local = self.local.checked_add(duration).ok()?;
        Some(Self {
            local,
            offset: self.offset,
        })
    }

    /// Which of two moments is earlier.
    pub(super) fn compare(&self, right: &Self) -> Ordering {
        self.utc().cmp(&right.utc())
    }

    fn utc(&self) -> Option<DateTime> {
        let offset = SignedDuration::from_secs(i64::from(self.offset.seconds()));
        self.local.checked_sub(offset).ok()
    }

    pub(super) fn year(&self) -> i16 {
        self.local.year()
    }

    pub(super) fn month(&self) -> i8 {
        self.local.month()
    }

    pub(super) fn month_name(&self) -> &'static str {
        let at = usize::try_from(self.local.month()).unwrap_or_default();
        MONTHS.get(at.wrapping_sub(1)).copied().unwrap_or_default()
    }

    pub(super) fn day(&self) -> i8 {
        self.local.day()
    }

    pub(super) fn weekday_name(&self) -> &'static str {
        match self.local.weekday() {
            Weekday::Monday => "Monday",
            Weekday::Tuesday => "Tuesday",
            Weekday::Wednesday => "Wednesday",
            Weekday::Thursday => "Thursday",
            Weekday::Friday => "Friday",
            Weekday::Saturday => "Saturday",
            Weekday::Sunday => "Sunday",
        }
    }

    pub(super) fn hour(&self) -> i8 {
        self.local.hour()
    }

    pub(super) fn minute(&self) -> i8 {
        self.local.minute()
    }

    pub(super) fn second(&self) -> i8 {
        self.local.second()
    }

    pub(super) fn is_utc(&self) -> bool {
        self.offset == Offset::UTC
    }

    /// `Z` or `-08:00`
    pub(super) fn zone(&self) -> String {
        if self.is_utc() {
            "Z".to_owned()
        } else {
            self.offset(":")
        }
    }

    /// `-08:00` with another separator.
    pub(super) fn offset(&self, separator: &str) -> String {
        let seconds = self.offset.seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let minutes = seconds.abs() / 60;
        format!("{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60)
    }
}

impl fmt::Display for Timestamp {
    /// Without fractions of a second.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = format!("{:04}-{:02}-{:02}", self.year(), self.month(), self.day());
        write!(
            f,
            "{date}T{:02}:{:02}:{:02}{}",
            self.hour(),
            self.minute(),
            self.second(),
            self.zone()
        )
    }
}

fn digits(text: &str) -> Option<i32> {
    let is_decimal = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_decimal { text.parse().ok() } else { None }
}

/// The nanoseconds and what follows them.
fn fraction(text: &str) -> Option<(i32, &str)> {
    let Some(rest) = text.strip_prefix('.') else {
        return Some((0, text));
    };
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let nine: String = rest[..length]
        .chars()
        .chain("000000000".chars())
        .take(9)
        .collect();
    (length > 0).then_some(())?;
    Some((digits(&nine)?, &rest[length..]))
}

fn offset(text: &str) -> Option<Offset> {
    if text == "Z" {
        return Some(Offset::UTC);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    let is_valid = hours < 24 && minutes < 60;
    is_valid
        .then(|| Offset::from_seconds(sign * (hours * 60 + minutes) * 60).ok())
        .flatten()
}
