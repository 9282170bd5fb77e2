//! Which attributes hold the ids of which resources, told by their names: `vpc_security_group_ids`
//! those of `aws_security_group`.

/// Whether an attribute holds ids, and not text that is made of them.
pub(super) fn holds_identifiers(attribute: &str) -> bool {
    let last = attribute.rsplit('_').next().unwrap_or(attribute);
    let words = [
        "id",
        "ids",
        "arn",
        "arns",
        "identifier",
        "identifiers",
        "groups",
        "subnets",
    ];
    words.contains(&last)
}

/// Whether the id of a resource of that type fits an attribute, and no attribute beside it better.
pub(super) fn is_for(kind: &str, attribute: &str, siblings: &[&str]) -> bool {
    let noun = noun(kind);
    let closeness = |attribute: &str| match stem(attribute) {
        Some(stem) if ends_with(noun, stem) || ends_with(stem, noun) => stem.len().min(noun.len()),
        _ => 0,
    };
    let own = closeness(attribute);
    own > 0 && siblings.iter().all(|sibling| closeness(sibling) <= own)
}

/// Whether an attribute of a resource of that type fits another attribute.
pub(super) fn is_for_attribute(kind: &str, from: &str, to: &str, siblings: &[&str]) -> bool {
    match stem(from) {
        Some("") | None => is_for(kind, to, siblings),
        Some(from) => stem(to).is_some_and(|to| ends_with(from, to) || ends_with(to, from)),
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
    let suffixes = ["_id", "_ids", "_arn", "_arns", "s"];
    let stem = suffixes
        .iter()
        .find_map(|suffix| attribute.strip_suffix(suffix))?;
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
            assert!(is_for(kind, attribute, &[attribute]), "{kind} {attribute}");
        }
        assert!(!is_for("aws_subnet", "vpc_id", &["vpc_id"]));
        assert!(!is_for("aws_vpc", "name", &["name"]));
    }

    #[test]
    fn the_closest_attribute_wins() {
        let route = ["gateway_id", "nat_gateway_id", "transit_gateway_id"];
        assert!(is_for("aws_nat_gateway", "nat_gateway_id", &route));
        assert!(!is_for("aws_nat_gateway", "gateway_id", &route));
        let rule = ["referenced_security_group_id", "security_group_id"];
        assert!(is_for("aws_security_group", "security_group_id", &rule));
        assert!(is_for_attribute(
            "aws_internet_gateway",
            "id",
            "gateway_id",
            &route
        ));
        assert!(is_for_attribute(
            "aws_vpc_endpoint",
            "prefix_list_id",
            "prefix_list_ids",
            &[]
        ));
    }
}
