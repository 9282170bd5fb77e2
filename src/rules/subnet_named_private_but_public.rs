//! Subnets whose name says private while they are public. At most likely: the name is a heuristic.

use crate::aws::fact::Cause;
use crate::aws::route_table::RouteTable;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::finding::Finding;
use crate::reachability::display;
use crate::reachability::subnet_type;
use crate::terraform::address::Key;

use super::Context;
use super::shared::evidence::Evidence;

pub(super) fn check(cx: &Context) -> Vec<Finding> {
    let subnets = cx.network.subnets.iter();
    let managed = subnets.filter(|(_, subnet)| !subnet.origin.is_external());
    managed
        .filter_map(|(id, subnet)| finding(cx, id, subnet))
        .collect()
}

fn finding(cx: &Context, id: Id<Subnet>, subnet: &Subnet) -> Option<Finding> {
    let subject = subnet.origin.address.as_ref()?;
    let (name, pattern) = private_name(cx, subnet)?;
    let is_public = subnet_type::is_public(cx.network, id);
    is_public.options()?;
    let meant = Cause::new("the name says what the subnet is meant for");
    let evidence = Evidence::new()
        .about(&subnet.origin.presence)
        .needs(&is_public)
        .assumes(&[meant]);
    let table = *cx.network.effective_route_table(id).link.known()?;
    let message = format!(
        "`{subject}` is public, although `{name}` says {pattern}: {} leads it to an internet gateway{}",
        table_name(cx, table),
        evidence.depends_on()
    );
    let finding = cx.finding(subject, evidence.confidence()?, message);
    let finding = finding.at(subnet.origin.span);
    let origin = &cx.network.route_tables[table].origin;
    let finding = finding.involves(origin, "this table routes the subnet");
    Some(
        finding
            .help("associate it with a route table without internet gateway, or name it otherwise"),
    )
}

/// What to call a route table at the beginning of a clause: an implicit one has no address to put in
/// backticks.
fn table_name(cx: &Context, table: Id<RouteTable>) -> String {
    let name = display::route_table(cx.network, table);
    if cx.network.route_tables[table].origin.is_implicit() {
        name
    } else {
        format!("`{name}`")
    }
}

/// The name that says that the internet cannot reach a subnet, and the word of the options in it.
fn private_name<'a>(cx: &'a Context, subnet: &Subnet) -> Option<(String, &'a str)> {
    let address = subnet.origin.address.as_ref()?;
    let key = match &address.key {
        Key::Name(key) => Some(key.to_string()),
        _ => None,
    };
    let tag = subnet.name.known().and_then(Option::as_ref);
    let names = [
        Some(address.name.to_string()),
        key,
        tag.map(ToString::to_string),
    ];
    let names: Vec<String> = names.into_iter().flatten().collect();
    // `private-app-public-lb`: two words that disagree say nothing.
    if names.iter().any(|name| says(name, "public")) {
        return None;
    }
    let private = |name: String| {
        let mut patterns = cx.options.private_names.iter();
        let pattern = patterns.find(|pattern| says(&name, pattern))?;
        Some((name, pattern.as_str()))
    };
    names.into_iter().find_map(private)
}

/// Whether a name has a word: a long one may be continued, as in `database`.
fn says(name: &str, pattern: &str) -> bool {
    let (name, pattern) = (name.to_lowercase(), pattern.to_lowercase());
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| match word.strip_prefix(pattern.as_str()) {
        // Short words begin too many others: `db` is in `dbus`.
        Some(rest) => pattern.len() > 3 || rest.chars().all(|c| c.is_ascii_digit()),
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_whole_words_and_continues_long_ones() {
        for name in ["app-private-a", "Private1", "core_private", "PRIVATE"] {
            assert!(says(name, "private"), "{name}");
        }
        assert!(says("database", "data") && says("db", "db") && says("db-2", "db"));
        assert!(says("db2", "db") && !says("dbus", "db") && !says("adb", "db"));
        assert!(!says("semiprivate", "private") && !says("metadata", "data"));
    }
}
