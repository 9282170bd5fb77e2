//! Versions of modules, as the library `go-version` reads and orders them: any number of segments, a `v` in front.

use std::cmp::Ordering;
use std::fmt;
use std::sync::LazyLock;

use regex::Regex;

/// A version. Build metadata (`+…`) is dropped: it orders nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version {
    /// At least three: what is not written is 0.
    pub(super) segments: Vec<u64>,
    /// How many are written.
    pub(super) written: usize,
    /// `beta.1`; empty for a release.
    pub(super) pre_release: String,
    metadata: String,
}

/// The grammar of go-version.
pub(super) const VERSION: &str = r"v?(?<segments>[0-9]+(\.[0-9]+)*)(-(?<pre>[0-9]+[0-9A-Za-z~-]*(\.[0-9A-Za-z~-]+)*)|-?(?<word>[A-Za-z~-]+[0-9A-Za-z~-]*(\.[0-9A-Za-z~-]+)*))?(\+(?<meta>[0-9A-Za-z~-]+(\.[0-9A-Za-z~-]+)*))?";

impl Version {
    /// `None` if the text is no version.
    pub fn parse(text: &str) -> Option<Self> {
        static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(&format!("^{VERSION}$")).expect("the grammar is a pattern")
        });
        let found = PATTERN.captures(text.trim())?;
        let segments = found["segments"]
            .split('.')
            .map(|segment| segment.parse().ok());
        let mut segments = segments.collect::<Option<Vec<u64>>>()?;
        let written = segments.len();
        segments.resize(written.max(3), 0);
        let text_of = |name| {
            found
                .name(name)
                .map_or("", |found| found.as_str())
                .to_owned()
        };
        let pre_release = text_of("pre") + &text_of("word");
        Some(Self {
            segments,
            written,
            pre_release,
            metadata: text_of("meta"),
        })
    }

    /// Whether it is a pre-release.
    pub fn is_pre_release(&self) -> bool {
        !self.pre_release.is_empty()
    }

    /// Which of two versions comes first.
    pub fn order(&self, next: &Self) -> Ordering {
        let length = self.segments.len().max(next.segments.len());
        let segment = |version: &Self, at| version.segments.get(at).copied().unwrap_or(0);
        let by_segment = (0..length).map(|at| segment(self, at).cmp(&segment(next, at)));
        let by_segments = by_segment.fold(Ordering::Equal, Ordering::then);
        by_segments.then_with(|| order_pre_releases(&self.pre_release, &next.pre_release))
    }
}

/// As registries name it: `1.2.3-beta+build`.
impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let segments: Vec<String> = self.segments.iter().map(u64::to_string).collect();
        out.write_str(&segments.join("."))?;
        if self.is_pre_release() {
            write!(out, "-{}", self.pre_release)?;
        }
        match self.metadata.as_str() {
            "" => Ok(()),
            metadata => write!(out, "+{metadata}"),
        }
    }
}

/// A release comes after its pre-releases; their parts are compared one by one, numbers before words.
fn order_pre_releases(first: &str, second: &str) -> Ordering {
    if first == second {
        return Ordering::Equal;
    }
    match (first.is_empty(), second.is_empty()) {
        (true, _) => return Ordering::Greater,
        (_, true) => return Ordering::Less,
        _ => {}
    }
    let mut parts = (first.split('.'), second.split('.'));
    loop {
        let order = match (parts.0.next(), parts.1.next()) {
            (Some(part), Some(counterpart)) => order_parts(part, counterpart),
            (Some(_), None) => Ordering::Greater,
            (None, Some(_)) => Ordering::Less,
            (None, None) => return Ordering::Equal,
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn order_parts(first: &str, second: &str) -> Ordering {
    match (first.parse::<u64>(), second.parse::<u64>()) {
        (Ok(number), Ok(counterpart)) => number.cmp(&counterpart),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => first.cmp(second),
    }
}
