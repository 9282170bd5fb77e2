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

/// `75.8 %` with so many digits; what is almost nothing is not shown as nothing, nor almost all as all.
fn percent(share: f64, digits: usize) -> String {
    let unit = 0.1_f64.powi(i32::try_from(digits).unwrap_or(0));
    let percent = share * 100.0;
    if percent < unit / 2.0 {
        format!("<{unit:.digits$} %")
    } else if percent < 100.0 && percent > 100.0 - unit / 2.0 {
        format!(">{:.digits$} %", 100.0 - unit)
    } else {
        format!("{percent:.digits$} %")
    }
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

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn what_is_little_is_not_nothing() {
        for (share, digits, text) in [
            (0.7576, 1, "75.8 %"),
            (0.7576, 0, "76 %"),
            (0.0001, 1, "<0.1 %"),
            (0.9999, 1, ">99.9 %"),
            (0.996, 0, ">99 %"),
            (0.004, 0, "<1 %"),
            (1.0, 1, "100.0 %"),
        ] {
            assert_eq!(percent(share, digits), text);
        }
    }
}
