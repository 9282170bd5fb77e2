//! Which attributes take the ids of which resources: `vpc_security_group_ids` those of
//! `aws_security_group`.
//!
//! A plan names no resource for an argument behind a local or a splat. The provider names arguments
//! after what they take, so the name narrows the choice; what is left is one of several, and nothing
//! is taken for certain that only a name says.

/// The last words of attributes that hold ids, and not text that is made of them.
const ID_WORDS: [&str; 8] = [
    "id",
    "ids",
    "arn",
    "arns",
    "identifier",
    "identifiers",
    "groups",
    "subnets",
];

/// Endings behind the name of what an attribute takes.
const ID_ENDINGS: [&str; 5] = ["_id", "_ids", "_arn", "_arns", "s"];

/// Whether an attribute holds ids.
pub(super) fn holds_ids(attribute: &str) -> bool {
    let last = attribute.rsplit('_').next().unwrap_or(attribute);
    ID_WORDS.contains(&last)
}

/// Whether an attribute takes the id of resources of a type, and no attribute beside it is closer:
/// of `gateway_id` and `nat_gateway_id`, the latter takes that of an `aws_nat_gateway`.
pub(super) fn takes_id_of(attribute: &str, kind: &str, siblings: &[&str]) -> bool {
    let noun = noun(kind);
    let closeness = |name: &str| match stem(name) {
        Some(stem) if ends_with(noun, stem) || ends_with(stem, noun) => stem.len().min(noun.len()),
        _ => 0,
    };
    let closest = closeness(attribute);
    closest > 0 && siblings.iter().all(|sibling| closeness(sibling) <= closest)
}

/// Whether an attribute takes the attribute `from` of resources of a type.
pub(super) fn takes_attribute_of(
    attribute: &str,
    kind: &str,
    from: &str,
    siblings: &[&str],
) -> bool {
    match stem(from) {
        Some("") | None => takes_id_of(attribute, kind, siblings),
        Some(from) => {
            stem(attribute).is_some_and(|stem| ends_with(from, stem) || ends_with(stem, from))
        }
    }
}

/// `security_group` of `aws_security_group` and `aws_default_security_group`.
fn noun(kind: &str) -> &str {
    let noun = kind.split_once('_').map_or(kind, |(_, noun)| noun);
    noun.strip_prefix("default_").unwrap_or(noun)
}

/// `subnet` of `subnet_id`, `subnet_ids` and `subnets`; empty for `id` itself.
fn stem(attribute: &str) -> Option<&str> {
    if attribute == "id" || attribute == "arn" {
        return Some("");
    }
    let stem = ID_ENDINGS
        .iter()
        .find_map(|ending| attribute.strip_suffix(ending))?;
    (!stem.is_empty()).then_some(stem)
}

/// Whether `text` ends with the words of `end`.
fn ends_with(text: &str, end: &str) -> bool {
    let rest = text.strip_suffix(end);
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_named_after_what_it_holds() {
        for (kind, attribute) in [
            ("aws_vpc", "vpc_id"),
            ("aws_default_vpc", "vpc_id"),
            ("aws_security_group", "vpc_security_group_ids"),
            ("aws_subnet", "subnets"),
            ("aws_ec2_transit_gateway", "transit_gateway_id"),
            ("aws_internet_gateway", "gateway_id"),
        ] {
            assert!(
                takes_id_of(attribute, kind, &[attribute]),
                "{kind} {attribute}"
            );
        }
        assert!(!takes_id_of("vpc_id", "aws_subnet", &["vpc_id"]));
        assert!(!takes_id_of("name", "aws_vpc", &["name"]));
    }

    #[test]
    fn the_closest_attribute_wins() {
        let route = ["gateway_id", "nat_gateway_id", "transit_gateway_id"];
        assert!(takes_id_of("nat_gateway_id", "aws_nat_gateway", &route));
        assert!(!takes_id_of("gateway_id", "aws_nat_gateway", &route));
        let rule = ["referenced_security_group_id", "security_group_id"];
        assert!(takes_id_of(
            "security_group_id",
            "aws_security_group",
            &rule
        ));
        assert!(takes_attribute_of(
            "gateway_id",
            "aws_internet_gateway",
            "id",
            &route
        ));
        assert!(takes_attribute_of(
            "prefix_list_ids",
            "aws_vpc_endpoint",
            "prefix_list_id",
            &[]
        ));
    }
}
