//! What FROM and TO mean, and where.

use crate::aws::data::endpoint_services;
use crate::aws::network::Network;
use crate::cli::Failure;
use crate::reachability::place::{Place, general, names, object};
use crate::report::Report;

/// Both ends of a question.
pub(super) struct Places {
    pub(super) from: Place,
    pub(super) to: Place,
}

/// The root module that a question is about, and what its ends are there.
pub(super) fn find(
    networks: &[Network],
    report: &Report,
    from: &str,
    to: &str,
) -> Result<(usize, Places), Failure> {
    let mut found = Vec::new();
    for (root, network) in networks.iter().enumerate() {
        if let (Some(from), Some(to)) = (place(network, from), place(network, to)) {
            found.push((root, Places { from, to }));
        }
    }
    match found.len() {
        0 => Err(missing(networks, from, to)),
        1 => Ok(found.remove(0)),
        _ => Err(several(&found, report)),
    }
}

fn place(network: &Network, text: &str) -> Option<Place> {
    let here = || object(network, text).map(Place::In);
    general(text).map(Place::Anywhere).or_else(here)
}

fn several(found: &[(usize, Places)], report: &Report) -> Failure {
    let roots = found
        .iter()
        .map(|(root, _)| format!("`{}`", report.roots[*root].path));
    let roots: Vec<String> = roots.collect();
    let roots = roots.join(", ");
    Failure::Question(format!(
        "several root modules can answer that; name one with `-C`: {roots}"
    ))
}

fn missing(networks: &[Network], from: &str, to: &str) -> Failure {
    if networks.is_empty() {
        return Failure::Question("there is no root module to ask about".to_owned());
    }
    let is_known = |text: &str| {
        networks
            .iter()
            .any(|network| place(network, text).is_some())
    };
    let name = if is_known(from) { to } else { from };
    if is_known(name) {
        return Failure::Question(format!("no root module holds both `{from}` and `{to}`"));
    }
    let nearest = nearest(name, networks);
    let advice = if nearest.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", nearest.join(" or "))
    };
    Failure::Question(format!(
        "`{name}` is neither a subnet or a resource with network interfaces nor a service or an \
         address{advice}"
    ))
}

/// As many names are proposed.
const PROPOSED: usize = 3;

/// The names that are most like one, in backticks.
fn nearest(name: &str, networks: &[Network]) -> Vec<String> {
    let services = endpoint_services::all().map(|service| service.name.to_owned());
    let objects = networks.iter().flat_map(names);
    let mut near: Vec<(usize, String)> = services
        .chain(objects)
        .chain(["internet".to_owned()])
        .filter_map(|other| Some((distance(name, &other)?, other)))
        .collect();
    near.sort();
    near.dedup();
    near.truncate(PROPOSED);
    near.into_iter()
        .map(|(_, name)| format!("`{name}`"))
        .collect()
}

/// How far a name is from another one; `None` if it is nothing like it. Who leaves out the module or
/// the key means the name that has them.
fn distance(name: &str, other: &str) -> Option<usize> {
    const SHORTEST: usize = 3;
    if name.len() >= SHORTEST && other.contains(name) {
        return Some(0);
    }
    let distance = strsim::damerau_levenshtein(name, other);
    (distance * 3 <= other.len()).then_some(distance)
}
