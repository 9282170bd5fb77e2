//! Patterns of addresses, as `[[ignore]]` entries and `tfvpc show --address` take them: `module.vpc.*`.

use super::Address;

impl Address {
    /// Whether a pattern means this address: the address itself, or a module or resource that contains it, as
    /// with `terraform plan -target`. Each `*` stands for any text, dots and keys included.
    pub fn is_meant_by(&self, pattern: &str) -> bool {
        let text = self.to_string();
        // A final `*` already covers everything inside.
        matches(pattern, &text)
            || (!pattern.ends_with('*')
                && containers(&text).any(|container| matches(pattern, container)))
    }
}

/// What contains an address and is no longer than it: `module.vpc` and `module.vpc.aws_subnet` of
/// `module.vpc.aws_subnet.a`.
pub fn containers(address: &str) -> impl Iterator<Item = &str> {
    let ends = address.char_indices();
    let ends = ends.filter(|(_, c)| matches!(c, '.' | '['));
    ends.map(|(at, _)| &address[..at])
}

/// Whether `text` is `pattern` with any text in place of each `*`.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, after_star)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut remaining) = text.strip_prefix(start) else {
        return false;
    };
    let mut parts: Vec<&str> = after_star.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    // Taking the first occurrence of each part is enough: it leaves the most text for the rest.
    for part in parts {
        match remaining.find(part) {
            Some(at) => remaining = &remaining[at + part.len()..],
            None => return false,
        }
    }
    remaining.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(pattern: &str, address: &str) -> bool {
        let address = Address::parse(address).expect("an address");
        address.is_meant_by(pattern)
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
