//! Which root modules are evaluated where a file is asked for.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tfvpc::terraform::address::Mode;
use tfvpc::terraform::files::Files;
use tfvpc::terraform::load::{LoadOptions, load};
use tfvpc::terraform::provider::{DataSource, Provider};
use tfvpc::terraform::value::Fields;
use tfvpc::terraform::value::schema::{BlockSchema, UniqueAttributes};
use tfvpc::terraform::{EvaluateOptions, Extent, evaluate_roots};

/// A provider that remembers which types of resources it was asked about.
#[derive(Default)]
struct Witness(Mutex<BTreeSet<String>>);

impl UniqueAttributes for Witness {
    fn is_unique(&self, _: &str, _: &str) -> bool {
        false
    }
}

impl Provider for Witness {
    fn schema(&self, mode: Mode, kind: &str) -> Option<Arc<BlockSchema>> {
        if mode == Mode::Managed {
            let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            asked.insert(kind.to_owned());
        }
        None
    }

    fn data_source(&self, _: &DataSource<'_>) -> Fields {
        Fields::default()
    }

    fn publishes(&self, _: &str) -> bool {
        false
    }

    fn is_of_network(&self, _: Mode, _: &str) -> bool {
        false
    }
}

/// The roots that are checked for a file, and the types of all resources that are evaluated.
fn run(texts: &[(&str, String)], file: &str) -> (Vec<String>, Vec<String>) {
    let texts = texts.iter().map(|(path, text)| (*path, text.as_str()));
    let files = Files::in_memory(&texts.collect::<Vec<_>>());
    let options = LoadOptions {
        paths: vec![file.into()],
        ..LoadOptions::default()
    };
    let loaded = load(&options, &files);
    let witness = Witness::default();
    let evaluated = evaluate_roots(
        &loaded,
        &EvaluateOptions::default(),
        Extent::Everything,
        &witness,
        &files,
    );
    let roots = evaluated.roots.into_iter();
    let asked = witness
        .0
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    (
        roots
            .map(|(_, resource_set, _)| resource_set.path)
            .collect(),
        asked.into_iter().collect(),
    )
}

/// A root module with a state of its own, which reads those at other keys.
fn root(name: &str, reads: &[&str]) -> String {
    let source = |(at, key)| {
        format!(
            "data \"terraform_remote_state\" \"s{at}\" {{\n  backend = \"s3\"\n  \
             config = {{ bucket = \"b\", key = {key} }}\n}}\n"
        )
    };
    let sources: Vec<String> = reads.iter().enumerate().map(source).collect();
    format!(
        "terraform {{\n  backend \"s3\" {{\n    bucket = \"b\"\n    key = \"{name}\"\n  }}\n}}\n\
         resource \"x_{name}\" \"a\" {{}}\noutput \"next\" {{ value = \"{name}\" }}\n{}",
        sources.concat()
    )
}

#[test]
fn only_those_that_a_file_can_affect_are_evaluated() {
    let texts = [
        ("app/main.tf", root("app", &["\"net\""])),
        ("far/main.tf", root("far", &["\"app\""])),
        ("net/main.tf", root("net", &["\"zone\""])),
        ("other/main.tf", root("other", &["\"zone\""])),
        ("plain/main.tf", root("plain", &[])),
        ("zone/main.tf", root("zone", &[])),
    ];
    let (checked, evaluated) = run(&texts, "net/main.tf");
    assert_eq!(checked, ["app", "far", "net"]);
    assert_eq!(evaluated, ["x_app", "x_far", "x_net", "x_zone"]);
}

#[test]
fn a_state_that_another_one_tells_the_place_of_is_found() {
    let next = "data.terraform_remote_state.s0.outputs.next";
    let texts = [
        ("app/main.tf", root("app", &["\"net\"", next])),
        ("net/main.tf", root("net", &[])),
        ("other/main.tf", root("other", &["\"zone\"", next])),
        ("zone/main.tf", root("zone", &[])),
    ];
    let (checked, _) = run(&texts, "zone/main.tf");
    assert_eq!(checked, ["other", "zone"]);
    let (checked, _) = run(&texts, "net/main.tf");
    assert_eq!(checked, ["app", "net"]);
    // The place of one state is the output of another one.
    let mut texts = texts;
    texts[1].1 = texts[1].1.replace("value = \"net\"", "value = \"zone\"");
    let (checked, evaluated) = run(&texts, "zone/main.tf");
    assert_eq!(checked, ["app", "other", "zone"]);
    assert!(evaluated.contains(&"x_net".to_owned()), "{evaluated:?}");
}
