//! Patterns of addresses.

use crate::terraform::address::Address;

/// Whether a pattern means an address: the address itself, a module or resource that holds it, as
/// with `terraform plan -target`, or any text in place of each `*`.
pub(super) fn is_meant(pattern: &str, address: &Address) -> bool {
    let text = address.to_string();
    let ends = text.char_indices().filter(|(_, c)| matches!(c, '.' | '['));
    let mut holders = ends.map(|(at, _)| &text[..at]);
    matches(pattern, &text)
        || (!pattern.ends_with('*') && holders.any(|holder| matches(pattern, holder)))
}

/// Whether `text` is `pattern` with any text in place of each `*`.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(start) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        match text.find(part) {
            Some(at) => text = &text[at + part.len()..],
            None => return false,
        }
    }
    text.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(pattern: &str, address: &str) -> bool {
        is_meant(pattern, &Address::parse(address).expect("an address"))
    }

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(meant("module.vpc.*", "module.vpc.aws_subnet.a[0]"));
        assert!(meant("*", "aws_subnet.a"));
        assert!(meant(
            "*.aws_subnet.*[\"b\"]",
            "module.x.aws_subnet.a[\"b\"]"
        ));
        assert!(!meant("module.vpc.*", "module.vpc2.aws_subnet.a"));
        assert!(!meant("aws_subnet.a*z", "aws_subnet.ab"));
    }

    #[test]
    fn a_module_or_resource_means_all_that_it_holds() {
        assert!(meant("module.vpc", "module.vpc.aws_subnet.a"));
        assert!(meant("module.vpc", "module.vpc[\"x\"].aws_subnet.a"));
        assert!(meant("aws_subnet.a", "aws_subnet.a[0]"));
        assert!(!meant("aws_subnet.a", "aws_subnet.ab"));
        assert!(!meant("aws_subnet.a[1]", "aws_subnet.a[0]"));
        assert!(!meant("module.vpc", "module.vpc2.aws_subnet.a"));
    }
}
