//! Where in an instance a value stands, and how that is written: `.network_interface[0].id`.

use std::fmt;
use std::sync::Arc;

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// `.name`, and `["name"]` of a map.
    Name(Arc<str>),
    /// `[0]`
    Index(i64),
    /// `[*]`: an element that is not known.
    Each,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, ".{name}"),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Each => f.write_str("[*]"),
        }
    }
}

/// The steps as they follow an address: `.ipv6_cidr_block`, `.network_interface[0].id`.
pub struct PathDisplay<'p>(pub &'p [Step]);

impl fmt::Display for PathDisplay<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| step.fmt(f))
    }
}
