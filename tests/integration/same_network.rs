//! One network for every input: a configuration, its plan, both together and the applied state give
//! the same findings, but for those that `testdata/plans/differences.tsv` explains.
#![allow(
    clippy::disallowed_methods,
    reason = "the crate's own test data is read"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use tfvpc::aws::data::AwsData;
use tfvpc::aws::network;
use tfvpc::aws::provider::AwsProvider;
use tfvpc::finding::Confidence;
use tfvpc::rules::options::RuleOptions;
use tfvpc::rules::selection::{Selection, Selector};
use tfvpc::source::Sources;
use tfvpc::terraform::document::plan::PlannedConfiguration;
use tfvpc::terraform::document::{SourceOption, read};
use tfvpc::terraform::files::Files;
use tfvpc::terraform::load::{LoadOptions, load};
use tfvpc::terraform::resource::ResourceSet;
use tfvpc::terraform::{EvaluateOptions, evaluate};

/// Rule and subject of each finding, with how sure it is.
type Findings = BTreeMap<(String, String), Confidence>;

/// The inputs that are compared with the configuration.
const INPUTS: [&str; 3] = ["plan", "plan with source", "state"];

fn findings(resource_set: &ResourceSet, sources: &Sources) -> Findings {
    let aws = AwsData::default();
    let network = network::build(resource_set, &aws);
    let options = RuleOptions::default();
    let selection = Selection {
        select: vec![Selector::All],
        min_confidence: Confidence::Possible,
        ..Selection::default()
    };
    let found = tfvpc::rules::run(resource_set, &network, &aws, sources, &options, &selection);
    let keyed = found.iter().map(|finding| {
        let key = (finding.rule.to_owned(), finding.subject.to_string());
        (key, finding.confidence)
    });
    keyed.collect()
}

/// What the configuration of a case gives, and what each of the other inputs does.
fn of_inputs(case: &Case) -> (Findings, [Findings; 3]) {
    let files = Files::on_disk(std::slice::from_ref(&case.directory), &[]);
    let files = files.expect("a working directory");
    let options = LoadOptions {
        further_directories: vec![case.directory.clone()],
        ..LoadOptions::default()
    };
    let loaded = load(&options, &files);
    let mut roots = loaded.roots.iter();
    let root = roots.find(|root| root.directory == case.directory);
    let root = root.expect("the directory is a root module");
    let options = EvaluateOptions::default();
    let (configuration, _) = evaluate(&loaded.modules, root, &options, &AwsProvider, &files);
    let source = SourceOption {
        source: PlannedConfiguration {
            modules: &loaded.modules,
            root,
            files: &files,
        },
        is_given: true,
    };
    let found = |kind: &str, source: Option<SourceOption>| {
        let sources = Vec::from_iter(source);
        let read = read(&case.document(kind), kind, &sources, &options, &AwsProvider);
        let read = read.expect("it is a plan or state");
        assert_eq!(read.source, source.map(|_| 0));
        findings(&read.resource_set, &loaded.sources)
    };
    let others = [
        found("plan", None),
        found("plan", Some(source)),
        found("state", None),
    ];
    (findings(&configuration, &loaded.sources), others)
}

/// A configuration of which the plan and the state are committed.
struct Case {
    name: String,
    directory: PathBuf,
}

impl Case {
    fn new(directory: PathBuf) -> Self {
        let name = directory.file_name().expect("a name");
        let name = name.to_string_lossy().into_owned();
        Self { name, directory }
    }

    fn document(&self, kind: &str) -> Vec<u8> {
        let path = testdata().join(format!("plans/{}.{kind}.json", self.name));
        std::fs::read(&path)
            .unwrap_or_else(|_| panic!("write {} with scripts/plan_testdata.py", path.display()))
    }
}

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

fn cases() -> Vec<Case> {
    let mut cases = vec![Case::new(testdata().join("demo"))];
    for entry in std::fs::read_dir(testdata().join("examples")).expect("it is committed") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            cases.push(Case::new(path));
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

/// A difference with its reason. `*` at the end of a column stands for anything.
struct Explained<'e> {
    columns: [&'e str; 5],
}

/// Whether the other input claims more than the configuration does, or less.
fn sense(expected: Option<Confidence>, found: Option<Confidence>) -> &'static str {
    let is_shown = found.is_some_and(|found| found > Confidence::Possible);
    if is_shown && found > expected {
        "more"
    } else {
        "less"
    }
}

impl<'e> Explained<'e> {
    fn parse(line: &'e str) -> Self {
        let columns: Vec<&str> = line.split('\t').collect();
        let [case, input, sense, rule, subject, reason] = columns[..] else {
            panic!("six columns are expected: {line}");
        };
        assert!(!reason.is_empty(), "a reason is expected: {line}");
        Self {
            columns: [case, input, sense, rule, subject],
        }
    }

    fn covers(&self, found: [&str; 5]) -> bool {
        let pairs = self.columns.iter().zip(found);
        pairs
            .into_iter()
            .all(|(column, found)| match column.strip_suffix('*') {
                Some(start) => found.starts_with(start),
                None => *column == found,
            })
    }
}

#[test]
fn every_input_gives_the_same_findings() {
    let list = std::fs::read_to_string(testdata().join("plans/differences.tsv"));
    let list = list.expect("it is committed");
    let explained: Vec<Explained> = list.lines().skip(1).map(Explained::parse).collect();
    let mut used = vec![false; explained.len()];
    let mut new = String::new();
    let mut count = 0;
    for case in cases() {
        let (configuration, others) = of_inputs(&case);
        count += configuration.len();
        for (input, found) in INPUTS.iter().zip(others) {
            let keys: BTreeSet<_> = configuration.keys().chain(found.keys()).collect();
            for key in keys {
                let expected = configuration.get(key).copied();
                let found = found.get(key).copied();
                if expected == found {
                    continue;
                }
                let (rule, subject) = key;
                let sense = sense(expected, found);
                let columns = [&*case.name, input, sense, rule, subject];
                let explained = explained.iter().position(|one| one.covers(columns));
                match explained {
                    Some(at) => used[at] = true,
                    None => writeln!(new, "{}: {expected:?}, but {found:?}", columns.join("\t"))
                        .expect("a string takes all"),
                }
            }
        }
    }
    assert!(count > 0, "no case has a finding");
    assert!(
        new.is_empty(),
        "what the configuration gives, and what another input does; list it in \
         testdata/plans/differences.tsv if there is a good reason:\n{new}"
    );
    let unused = used
        .iter()
        .zip(list.lines().skip(1))
        .filter(|(used, _)| !**used);
    let unused: Vec<&str> = unused.map(|(_, line)| line).collect();
    assert!(unused.is_empty(), "no such difference: {unused:#?}");
}
