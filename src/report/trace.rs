//! The answer to one question: how packets get from one place to another.

mod group;
mod json;
mod table;
mod text;

use crate::aws::interval_set::Range;
use crate::aws::traffic::PortSet;
use crate::reachability::packets::Request;
use crate::reachability::verdict::Answer;

pub use json::write as write_json;
pub use table::json::write as write_table_json;
pub use table::markdown::write as write_table_markdown;
pub use table::text::write as write_table_text;
pub use table::{Cell, Line, Table};
pub use text::write as write_text;

/// A question and its answer.
#[derive(Debug)]
pub struct Trace {
    /// Where it was asked, an index into [`Report::roots`](super::Report::roots).
    pub root: usize,
    /// From where.
    pub from: End,
    /// To where.
    pub to: End,
    /// Protocol and port.
    pub request: Request,
    /// What becomes of the packets.
    pub answer: Answer,
    /// What each part of the answer passes on the way out, if it is a resource.
    pub by: Vec<Option<String>>,
}

/// One end of a question.
#[derive(Debug)]
pub struct End {
    /// As the user wrote it.
    pub name: String,
    /// Of how many instances it is the name.
    pub instances: usize,
}

/// `1024-65535`, `443`
fn ranges(ports: &PortSet) -> Vec<String> {
    let range = |range: &Range<u16>| {
        if range.first == range.last {
            range.first.to_string()
        } else {
            format!("{}-{}", range.first, range.last)
        }
    };
    ports.ranges().iter().map(range).collect()
}
