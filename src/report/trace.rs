//! The answer to one question: how packets get from one place to another.

mod json;
mod table;
mod text;

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
    /// From where, as the user wrote it.
    pub from: String,
    /// To where, as the user wrote it.
    pub to: String,
    /// Protocol and port.
    pub request: Request,
    /// What becomes of the packets.
    pub answer: Answer,
}
