//! Bounds on values. A value that is used twice is shared in memory, so that forty lines, each a list of the line before
//! twice, describe a value with more parts than any machine can walk through.

use super::Value;
use crate::source::{Problem, Span};

/// The most parts that a value may have, each counted wherever it stands.
const MAX_PARTS: usize = 1_000_000;

/// How deep lists and objects may nest in each other.
const MAX_NESTING: usize = 500;

/// How many bytes of a string count as one part.
const BYTES_PER_PART: usize = 16;

/// Refuses values that are too large together.
pub(in crate::terraform) fn check(values: &[Value], span: Span) -> Result<(), Problem> {
    let mut size = Size { parts: 0 };
    let message = match values.iter().try_for_each(|value| size.add(value, 0)) {
        Ok(()) => return Ok(()),
        Err(Excess::Parts) => format!("the value has more than {MAX_PARTS} parts"),
        Err(Excess::Nesting) => format!("the value nests deeper than {MAX_NESTING} levels"),
    };
    Err(Problem::error(message, span))
}

struct Size {
    parts: usize,
}

enum Excess {
    Parts,
    Nesting,
}

impl Size {
    fn add(&mut self, value: &Value, depth: usize) -> Result<(), Excess> {
        if depth > MAX_NESTING {
            return Err(Excess::Nesting);
        }
        self.parts += match value {
            Value::String(text) => 1 + text.len() / BYTES_PER_PART,
            _ => 1,
        };
        if self.parts > MAX_PARTS {
            return Err(Excess::Parts);
        }
        let mut children = value.children();
        children.try_for_each(|child| self.add(child, depth + 1))
    }
}
