//! Answers about the network: how packets get from one place to another ([`Trace`]), and the table of all
//! subnets against the services ([`TraceTable`]). Both come finished from [`crate::reachability`];
//! here they are shown.
//!
//! One question can have many answers: packets of some sources or ports take another egress path. An
//! answer for people joins parts on which the same lines decide (`group`), a table joins subnets and
//! services that are alike (`table/condensed`). JSON joins nothing.

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
pub use table::{TraceCell, TraceRow, TraceTable};
pub use text::write as write_text;

/// A question and its answer.
#[derive(Debug)]
pub struct Trace {
    /// Where it was asked, an index into [`Report::roots`](super::Report::roots).
    pub root: usize,
    /// From where.
    pub from: NamedEnd,
    /// To where.
    pub to: NamedEnd,
    /// Protocol and port.
    pub request: Request,
    /// What becomes of the packets.
    pub answer: Answer,
    /// The egress path of each part of the answer, if it is a resource: `aws_nat_gateway.a`.
    pub by: Vec<Option<String>>,
}

/// FROM or TO of a question.
#[derive(Debug)]
pub struct NamedEnd {
    /// As the user wrote it.
    pub name: String,
    /// Of how many instances it is the name.
    pub instances: usize,
}

/// `75.8 %` with that many digits. A small share does not become 0 %, nor an almost whole one 100 %:
/// readers would take it for none or all of the packets.
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

/// A share with three digits, as JSON has it: the digits of floating point beyond say nothing.
fn rounded(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
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
