//! Findings point at lines that the user can change, not into installed modules.

use crate::finding::{Finding, Label};
use crate::source::{Sources, Span};
use crate::terraform::resource::ResourceSet;

/// Moves a finding from a line of an installed module to the module call in the user's own configuration;
/// the line itself becomes a label. Of nested calls, the nearest to the line counts.
pub(in crate::rules) fn at_own_line(
    finding: Finding,
    resource_set: &ResourceSet,
    sources: &Sources,
) -> Finding {
    let is_installed = |span: &Span| sources.is_installed(span.file);
    let Some(span) = finding.span.filter(is_installed) else {
        return finding;
    };
    let resource = resource_set.resource(&finding.subject);
    let calls = resource.map_or(&[][..], |resource| &resource.calls);
    let Some(call) = calls.iter().rev().find(|call| !is_installed(call)) else {
        return finding;
    };
    let label = Label::new(
        &finding.subject,
        "made here, in an installed module",
        Some(span),
    );
    by_input(finding).at(*call).label(label)
}

/// Arguments of a block in an installed module are not the user's to write: an input of the module may set them.
fn by_input(finding: Finding) -> Finding {
    let arguments = finding.help.as_ref().filter(|_| finding.help_is_inside);
    match arguments {
        Some(arguments) => {
            let subject = &finding.subject;
            let help = format!(
                "the module makes `{subject}`; if one of its inputs decides it, change there:\n{arguments}"
            );
            finding.help(help)
        }
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::aws::provider::AwsProvider;
    use crate::finding::Confidence;
    use crate::rules::shared::rule::tests::rule;
    use crate::terraform::files::Files;
    use crate::terraform::load::{LoadOptions, load};
    use crate::terraform::{EvaluateOptions, evaluate};

    const MANIFEST: &str = r#"{ "Modules": [
        { "Key": "", "Source": "", "Dir": "." },
        { "Key": "net.vpc", "Source": "registry.terraform.io/example/vpc/aws", "Version": "1.0.0",
          "Dir": ".terraform/modules/net.vpc" },
        { "Key": "net", "Source": "./net", "Dir": "net" }
    ] }"#;

    const TEXTS: [(&str, &str); 4] = [
        ("main.tf", "module \"net\" {\n  source = \"./net\"\n}\n"),
        (
            "net/main.tf",
            "\n\nmodule \"vpc\" {\n  source  = \"example/vpc/aws\"\n  version = \"1.0.0\"\n}\n\
             resource \"aws_vpc\" \"own\" {}\n",
        ),
        (".terraform/modules/modules.json", MANIFEST),
        (
            ".terraform/modules/net.vpc/main.tf",
            "resource \"aws_vpc\" \"this\" {}\n",
        ),
    ];

    fn places(name: &str) -> Vec<String> {
        let files = Files::in_memory(&TEXTS);
        let options = LoadOptions {
            paths: vec![PathBuf::from(".")],
            ..LoadOptions::default()
        };
        let loaded = load(&options, &files);
        let (modules, root) = (&loaded.modules, &loaded.roots[0]);
        let (resource_set, _) = evaluate(
            modules,
            root,
            &EvaluateOptions::default(),
            &AwsProvider,
            &files,
        );
        let mut vpcs = resource_set.resources.iter();
        let vpc = vpcs
            .find(|vpc| &*vpc.address.name == name)
            .expect("declared");
        let rule = rule("hole", "high", "broken", "on");
        let finding = rule.finding(&vpc.address, Confidence::Certain, "a hole".into());
        let finding = at_own_line(finding.at(vpc.span), &resource_set, &loaded.sources);
        let labels = finding.labels.iter().filter_map(|label| label.span);
        let spans = finding.span.into_iter().chain(labels);
        let place = |span| loaded.sources.location(span).to_string();
        spans.map(place).collect()
    }

    #[test]
    fn what_an_installed_module_makes_is_found_at_the_nearest_call_of_the_user() {
        let expected = ["net/main.tf:3:1", ".terraform/modules/net.vpc/main.tf:1:1"];
        assert_eq!(places("this"), expected);
    }

    #[test]
    fn what_a_local_module_makes_is_found_there() {
        assert_eq!(places("own"), ["net/main.tf:7:1"]);
    }
}
