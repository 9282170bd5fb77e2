//! Configurations with any of their variables, their Region or the answers of their data sources
//! hidden.
#![allow(
    clippy::disallowed_methods,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "tests read the files of the repository, whose names are in lower case"
)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use tfvpc::aws::provider::AwsProvider;
use tfvpc::source::ProblemSeverity as Severity;
use tfvpc::terraform::address::{Address, Key, Mode};
use tfvpc::terraform::files::Files;
use tfvpc::terraform::load::{self, Loaded};
use tfvpc::terraform::provider::{Conventions, DataSource, Provider};
use tfvpc::terraform::resource::{Existence, Resource, ResourceSet};
use tfvpc::terraform::value::Fields;
use tfvpc::terraform::value::schema::{BlockSchema, UniqueAttributes};
use tfvpc::terraform::{EvaluateOptions, evaluate};

use crate::masking::admits::{admits, admits_body, same_address};

/// How many subsets of what can be hidden are tried, beyond those of one or two.
const SUBSETS: u64 = 60;

/// Files by path.
type Texts = Vec<(String, String)>;

/// What can be hidden.
#[derive(Clone, Debug)]
enum Part {
    /// The default of a variable of the root module.
    Variable(Arc<str>),
    /// The Region of all providers.
    Region,
    /// What data sources of one type read.
    DataSource(Arc<str>),
}

#[test]
fn the_demo_admits_its_values_with_parts_hidden() {
    check("testdata/demo");
}

#[test]
fn instances_and_modules_admit_their_values_with_parts_hidden() {
    check("testdata/masking/expansion");
}

#[test]
fn values_of_all_types_admit_themselves_with_parts_hidden() {
    check("testdata/masking/values");
}

#[test]
fn what_depends_on_a_region_admits_its_values_with_parts_hidden() {
    check("testdata/masking/region");
}

fn check(directory: &str) {
    let texts = read(directory);
    let (concrete, problems) = run(&texts, &[]);
    assert_eq!(
        problems,
        [] as [String; 0],
        "{directory} is a known configuration"
    );
    assert!(concrete.resources.len() > 5, "{directory}");
    let parts = parts(&texts, &concrete);
    assert!(parts.len() > 2, "{parts:?}");
    for subset in subsets(parts.len()) {
        let hidden: Vec<Part> = subset.iter().map(|n| parts[*n].clone()).collect();
        let (masked, problems) = run(&without(&texts, &hidden), &hidden);
        assert_eq!(problems, [] as [String; 0], "with {hidden:?} hidden");
        if let Err(why) = compare(&masked, &concrete) {
            panic!("{directory} with {hidden:?} hidden: {why}");
        }
    }
}

fn compare(masked: &ResourceSet, concrete: &ResourceSet) -> Result<(), String> {
    if !admits(&masked.region, &concrete.region) {
        return Err(format!("the Region is {:?}", masked.region));
    }
    for resource in &concrete.resources {
        for stand_in in stand_ins(masked, resource)? {
            admits_body(&stand_in.body, &resource.body)
                .map_err(|why| format!("{} in {}: {why}", stand_in.address, resource.address))?;
            if !admits(&stand_in.region, &resource.region) {
                return Err(format!(
                    "the Region of {} is {:?}",
                    resource.address, stand_in.region
                ));
            }
        }
    }
    for resource in &masked.resources {
        let is_there = concrete.resource(&resource.address).is_some();
        if resource.existence == Existence::Certain && !is_there {
            return Err(format!("{} is certain and not there", resource.address));
        }
    }
    Ok(())
}

/// The masked instances that stand for a concrete one.
fn stand_ins<'w>(
    masked: &'w ResourceSet,
    concrete: &Resource,
) -> Result<Vec<&'w Resource>, String> {
    if let Some(exact) = masked.resource(&concrete.address) {
        return Ok(vec![exact]);
    }
    let resources = masked.resources.iter();
    let found: Vec<_> = resources
        .filter(|resource| same_address(&resource.address, &concrete.address))
        .collect();
    match (found.is_empty(), &concrete.existence) {
        (true, Existence::Certain) => Err(format!("{} is missing", concrete.address)),
        _ => Ok(found),
    }
}

/// All files of a directory.
fn read(directory: &str) -> Texts {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut texts = Texts::new();
    add(&root, "", &mut texts);
    texts
}

fn add(directory: &Path, prefix: &str, texts: &mut Texts) {
    let entries = std::fs::read_dir(directory).expect("the directory is there");
    for entry in entries {
        let entry = entry.expect("it is readable");
        let name = entry.file_name().into_string().expect("names are text");
        let path = entry.path();
        if path.is_dir() {
            add(&path, &format!("{prefix}{name}/"), texts);
        } else if name.ends_with(".tf") {
            let text = std::fs::read_to_string(&path).expect("it is text");
            texts.push((format!("{prefix}{name}"), text));
        }
    }
    texts.sort();
}

fn load(texts: &Texts) -> Loaded {
    let texts: Vec<(&str, &str)> = texts
        .iter()
        .map(|(path, text)| (&**path, &**text))
        .collect();
    let loaded = load::from_text(&texts);
    assert_eq!(loaded.problems, []);
    loaded
}

/// Evaluates the root module; the messages are those of errors.
fn run(texts: &Texts, hidden: &[Part]) -> (ResourceSet, Vec<String>) {
    let loaded = load(texts);
    let files: Vec<(&str, &str)> = texts
        .iter()
        .map(|(path, text)| (&**path, &**text))
        .collect();
    let files = Files::in_memory(&files);
    let provider = Hiding(hidden);
    let options = EvaluateOptions::default();
    let root = loaded.roots.first().expect("there is a root module");
    let (resource_set, problems) = evaluate(&loaded.modules, root, &options, &provider, &files);
    let errors = problems
        .into_iter()
        .filter(|problem| problem.severity == Severity::Error);
    (
        resource_set,
        errors.map(|problem| problem.message).collect(),
    )
}

/// The AWS provider without the answers of some data sources.
struct Hiding<'h>(&'h [Part]);

impl UniqueAttributes for Hiding<'_> {
    fn is_unique(&self, kind: &str, attribute: &str) -> bool {
        AwsProvider.is_unique(kind, attribute)
    }
}

impl Provider for Hiding<'_> {
    fn schema(&self, mode: Mode, kind: &str) -> Option<Arc<BlockSchema>> {
        AwsProvider.schema(mode, kind)
    }

    fn data_source(&self, data_source: &DataSource<'_>) -> Fields {
        let kind = &data_source.address.kind;
        let is_hidden = |part: &Part| matches!(part, Part::DataSource(hidden) if hidden == kind);
        if self.0.iter().any(is_hidden) {
            return Fields::new();
        }
        AwsProvider.data_source(data_source)
    }

    fn publishes(&self, kind: &str) -> bool {
        AwsProvider.publishes(kind)
    }

    fn is_of_network(&self, mode: Mode, kind: &str) -> bool {
        AwsProvider.is_of_network(mode, kind)
    }

    fn conventions(&self) -> &dyn Conventions {
        AwsProvider.conventions()
    }
}

fn parts(texts: &Texts, resource_set: &ResourceSet) -> Vec<Part> {
    let loaded = load(texts);
    let module = loaded.modules.get(loaded.roots[0].module);
    let variables = module.variables.iter();
    let variables = variables.filter(|(_, variable)| variable.default.is_some());
    let mut parts: Vec<Part> = variables
        .map(|(name, _)| Part::Variable(name.clone()))
        .collect();
    parts.push(Part::Region);
    let data = resource_set
        .resources
        .iter()
        .map(|resource| &resource.address);
    let data = data.filter(|address: &&Address| address.mode == Mode::Data);
    let kinds: BTreeSet<_> = data.map(|address| address.kind.clone()).collect();
    parts.extend(kinds.into_iter().map(Part::DataSource));
    parts
}

/// The files without the defaults and Regions that are hidden.
fn without(texts: &Texts, hidden: &[Part]) -> Texts {
    let loaded = load(texts);
    let module = loaded.modules.get(loaded.roots[0].module);
    let mut spans = Vec::new();
    for part in hidden {
        match part {
            Part::Variable(name) => {
                let default = module.variables[name].default.as_ref();
                spans.extend(default.map(|default| default.span));
            }
            Part::Region => {
                let regions = module
                    .providers
                    .iter()
                    .filter_map(|block| block.body.attribute("region"));
                spans.extend(regions.map(|region| region.value.span));
            }
            Part::DataSource(_) => {}
        }
    }
    let mut texts = texts.clone();
    spans.sort();
    for span in spans.into_iter().rev() {
        let path = loaded.sources.file(span.file).path();
        let found = texts.iter_mut().find(|(name, _)| name == path);
        let (_, text) = found.expect("the span is in one of the files");
        let (start, end) = (span.start as usize, span.end as usize);
        let name = text[..start].trim_end().trim_end_matches('=').trim_end();
        let start = name
            .rfind(|c: char| !c.is_alphanumeric())
            .map_or(0, |at| at + 1);
        text.replace_range(start..end, "");
    }
    texts
}

/// Every subset of few parts; of many those of one and two, all, and some in between.
fn subsets(count: usize) -> Vec<Vec<usize>> {
    let members = |bits: u64| {
        (0..count)
            .filter(|n| bits >> n & 1 == 1)
            .collect::<Vec<_>>()
    };
    if count <= 6 {
        return (1..1_u64 << count).map(members).collect();
    }
    let mut subsets = vec![(0..count).collect::<Vec<_>>()];
    for first in 0..count {
        subsets.push(vec![first]);
        subsets.push((0..count).filter(|n| *n != first).collect());
        subsets.extend((first + 1..count).map(|second| vec![first, second]));
    }
    let mut state: u64 = 7;
    for _ in 0..SUBSETS {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        subsets.push(members(state >> 20));
    }
    subsets
}

#[test]
fn a_key_that_is_not_known_stands_for_each() {
    let address = |key| Address {
        module: tfvpc::terraform::address::ModuleAddress::root(),
        mode: Mode::Managed,
        kind: "aws_subnet".into(),
        name: "a".into(),
        key,
    };
    assert!(same_address(&address(Key::Each), &address(Key::Index(3))));
    assert!(!same_address(
        &address(Key::Index(2)),
        &address(Key::Index(3))
    ));
}
