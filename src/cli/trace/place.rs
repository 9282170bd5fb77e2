//! What FROM and TO name, and in which root module. A name that several root modules know needs `-C`.

use super::nearest;
use crate::aws::network::Network;
use crate::cli::Failure;
use crate::reachability::trace_end::{TraceEnd, named};
use crate::report::Report;

/// FROM and TO of a question; a name without key has a place for each instance of the resource.
pub(super) struct TraceEnds {
    pub(super) from: Vec<TraceEnd>,
    pub(super) to: Vec<TraceEnd>,
}

/// The root module that a question is about, and what its ends are there.
pub(super) fn find(
    networks: &[Network],
    report: &Report,
    from: &str,
    to: &str,
) -> Result<(usize, TraceEnds), Failure> {
    let mut found = Vec::new();
    for (root, network) in networks.iter().enumerate() {
        let (from, to) = (named(network, from), named(network, to));
        if !from.is_empty() && !to.is_empty() {
            found.push((root, TraceEnds { from, to }));
        }
    }
    match found.len() {
        0 => Err(missing(networks, from, to)),
        1 => Ok(found.remove(0)),
        _ => Err(ambiguous(&found, report)),
    }
}

fn ambiguous(found: &[(usize, TraceEnds)], report: &Report) -> Failure {
    let roots = found.iter();
    let roots = roots.map(|(root, _)| format!("`{}`", report.roots[*root].path));
    let roots = roots.collect::<Vec<_>>().join(", ");
    Failure::Question(format!(
        "several root modules can answer that; name one with `-C`: {roots}"
    ))
}

fn missing(networks: &[Network], from: &str, to: &str) -> Failure {
    if networks.is_empty() {
        return Failure::Question("there is no root module to ask about".to_owned());
    }
    let is_known = |text: &str| {
        let mut networks = networks.iter();
        networks.any(|network| !named(network, text).is_empty())
    };
    let name = if is_known(from) { to } else { from };
    if is_known(name) {
        return Failure::Question(format!("no root module holds both `{from}` and `{to}`"));
    }
    let help = match nearest::names(name, networks).join(" or ") {
        names if names.is_empty() => {
            "`tfvpc trace --all` lists the subnets, and `tfvpc show` all resources".to_owned()
        }
        names => format!("did you mean {names}?"),
    };
    Failure::UnknownEnd {
        name: name.to_owned(),
        help,
    }
}
