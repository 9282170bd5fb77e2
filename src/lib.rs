//! `tfvpc` reads Terraform, works out how traffic travels through the AWS network that it
//! describes, and says what is broken, exposed, fragile or needlessly paid for.
//!
//! The whole program is one line, and [`check`] is that line:
//!
//! ```text
//! paths -> load -> evaluate -> network -> rules -> ignore -> report
//! ```
//!
//! [`terraform::load`] finds the root modules, plans and states under the paths. This file takes over
//! from there: every input is evaluated into a [`ResourceSet`], the resources become a [`Network`],
//! the rules ask questions about that network, the user's ignores are applied, and a [`Report`]
//! holds what is left to say. [`cli`] chooses a format of [`report`] and writes it.
//!
//! ```
//! use tfvpc::rules::selection::Selection;
//! use tfvpc::terraform::{files::Files, load};
//!
//! let vpc = "resource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/30\"\n}\n";
//! let files = Files::in_memory(&[("main.tf", vpc)]);
//! let paths = load::LoadOptions { paths: vec![".".into()], ..Default::default() };
//! let loaded = load::load(&paths, &files);
//!
//! let report = tfvpc::check(&files, loaded, &Default::default(), &Selection::default());
//! assert_eq!(report.findings[0].finding.rule, "vpc_size_invalid");
//! ```
//!
//! Inputs are independent of each other after loading, so they are evaluated and checked in parallel.
//! Two things need all of them: ignores, because a comment in a shared module is used if one caller
//! uses it, and the order of the report. Nothing here fails: what cannot be read or evaluated is a
//! problem in the report. `src/README.md` lists the floors and the invariants.

pub mod aws;
pub mod cli;
pub mod coverage;
pub mod deadline;
pub mod finding;
pub mod get;
pub mod git;
pub mod ignore;
pub mod reachability;
pub mod report;
pub mod rules;
pub mod settings;
pub mod source;
pub mod spelling;
pub mod terraform;

use std::collections::BTreeSet;

use rayon::prelude::*;

use aws::data::AwsData;
use aws::network::{self, Network};
use aws::provider::AwsProvider;
use finding::Finding;
use ignore::{Checked, IgnoreOptions};
use report::repository::Repository;
use report::{Report, ReportRoot, ReportedFinding};
use rules::options::RuleOptions;
use rules::selection::Selection;
use source::{Problem, ProblemSeverity, Span};
use terraform::files::Files;
use terraform::load::Loaded;
use terraform::read_inputs::{DocumentOptions, ReadInput, read_inputs};
use terraform::resource::ResourceSet;
use terraform::{EvaluateOptions, Extent};

/// The values that evaluation starts from.
#[derive(Debug, Default)]
pub struct Options {
    /// What the user says about variables, the workspace and the Region.
    pub evaluation: EvaluateOptions,
    /// What is known about AWS.
    pub aws: AwsData,
    /// What the user tells rules.
    pub rules: RuleOptions,
    /// Which findings do not count.
    pub ignores: IgnoreOptions,
    /// What the user says about plans and states.
    pub documents: DocumentOptions,
}

/// A root of the report and the problems of its evaluation.
type EvaluatedRoot = (ReportRoot, Vec<Problem>);

/// Stack of the threads that evaluate: expressions and modules nest as deeply as users write them. A level takes up to
/// 8 KiB, ten times that without optimisation.
const STACK_BYTES: usize = if cfg!(debug_assertions) {
    512 << 20
} else {
    64 << 20
};

/// Checks root modules, plans and states: from what was loaded to a report.
pub fn check(files: &Files, loaded: Loaded, options: &Options, selection: &Selection) -> Report {
    let (aws, rules) = (&options.aws, &options.rules);
    let (inputs, mut loaded) = evaluate_each(
        files,
        loaded,
        options,
        Extent::Network,
        |mut input, loaded| {
            let network = network::build(&input.resource_set, aws);
            let (set, sources) = (&input.resource_set, &loaded.sources);
            let findings = rules::run(set, &network, aws, sources, rules, selection);
            if rules.deadline.has_passed() {
                let message = format!(
                    "`--timeout` ended the run: `{}` is not checked by every rule",
                    set.path
                );
                input.problems.push(Problem::error(message, None));
            }
            let root = report_root(&input, &network, loaded, options, files);
            checked(input, root, findings, loaded)
        },
    );
    let (checked, roots): (Vec<Checked>, Vec<EvaluatedRoot>) = inputs.into_iter().unzip();
    let is_partial = has_errors(&loaded.problems, &roots);
    let (judged, unclear) =
        ignore::judge(&loaded, checked, is_partial, &options.ignores, selection);
    loaded.problems.extend(unclear);
    let findings = judged.into_iter().map(ReportedFinding::from);
    report(files, loaded, roots, findings.collect())
}

/// What root modules, plans and states describe, and a report of the problems on the way.
pub fn show(files: &Files, loaded: Loaded, options: &Options) -> (Vec<ResourceSet>, Report) {
    transform_each(
        files,
        loaded,
        options,
        Extent::Everything,
        |resource_set, _| resource_set,
    )
}

/// The networks that root modules, plans and states describe, and a report of the problems on the way.
pub fn networks(files: &Files, loaded: Loaded, options: &Options) -> (Vec<Network>, Report) {
    transform_each(files, loaded, options, Extent::Network, |_, network| {
        network
    })
}

fn transform_each<T: Send>(
    files: &Files,
    loaded: Loaded,
    options: &Options,
    extent: Extent,
    transform: impl Fn(ResourceSet, Network) -> T + Sync + Send,
) -> (Vec<T>, Report) {
    let (inputs, loaded) = evaluate_each(files, loaded, options, extent, |input, loaded| {
        let network = network::build(&input.resource_set, &options.aws);
        let root = report_root(&input, &network, loaded, options, files);
        let transformed = transform(input.resource_set, network);
        (transformed, (root, input.problems))
    });
    let (results, roots) = inputs.into_iter().unzip();
    (results, report(files, loaded, roots, Vec::new()))
}

/// Evaluates root modules, reads plans and states, and runs `work` for each. The results are in the
/// order of the paths, whatever the number of threads; what was loaded keeps only files that count.
fn evaluate_each<T: Send>(
    files: &Files,
    mut loaded: Loaded,
    options: &Options,
    extent: Extent,
    work: impl Fn(ReadInput, &Loaded) -> T + Sync + Send,
) -> (Vec<T>, Loaded) {
    let (results, remarks, unneeded) = in_parallel(|| {
        let (documents, evaluation) = (&options.documents, &options.evaluation);
        let (mut inputs, remarks) =
            read_inputs(&loaded, documents, evaluation, extent, &AwsProvider, files);
        let sets = inputs.iter_mut().map(|input| &mut input.resource_set);
        network::note_lookups(&mut sets.collect::<Vec<_>>());
        let unneeded = modules_that_hide_nothing(&inputs);
        let results = inputs.into_par_iter().map(|input| work(input, &loaded));
        (results.collect(), remarks, unneeded)
    });
    if extent == Extent::Network {
        // A network does not fail for a module that it does not depend on.
        let problems = loaded.problems.iter_mut();
        let of_calls =
            problems.filter(|problem| problem.span.is_some_and(|at| unneeded.contains(&at)));
        of_calls.for_each(|problem| problem.severity = ProblemSeverity::Warning);
    }
    // Loading also reads root modules whose state the checked ones may read. Where none did, the
    // problems and comments in their files are not the user's question.
    loaded.keep_files_of(&remarks.read);
    loaded.problems.extend(remarks.unread);
    (results, loaded)
}

/// The headers of the calls of missing modules on which no network depends. Where nothing else is known of a root
/// module, its network may be all in a missing one.
fn modules_that_hide_nothing(inputs: &[ReadInput]) -> BTreeSet<Span> {
    let (mut hiding, mut missing) = (BTreeSet::new(), BTreeSet::new());
    for ReadInput { resource_set, .. } in inputs {
        for module in &resource_set.missing_modules {
            missing.insert(module.span);
            if module.hides_network || resource_set.resources.is_empty() {
                hiding.insert(module.span);
            }
        }
    }
    missing.difference(&hiding).copied().collect()
}

/// Runs `work` where rayon's threads have room for deep recursion.
fn in_parallel<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let threads = |count| {
        rayon::ThreadPoolBuilder::new()
            .stack_size(STACK_BYTES)
            .num_threads(count)
    };
    // Where memory is limited, there may be room for fewer stacks. Zero means one for each processor.
    let built = [0, 4, 1]
        .into_iter()
        .find_map(|count| threads(count).build().ok());
    match built {
        Some(pool) => pool.install(work),
        // A machine that gives no threads (limits of a container) still gets its answer, more slowly
        // and with the stack of the thread that asks.
        None => work(),
    }
}

/// What the report says about an input: how much of its network is known, and what would show the rest.
fn report_root(
    input: &ReadInput,
    network: &Network,
    loaded: &Loaded,
    options: &Options,
    files: &Files,
) -> ReportRoot {
    let coverage = coverage::coverage(&input.resource_set, network);
    let root = input.root.map(|index| &loaded.roots[index]);
    let remedy = root.and_then(|root| {
        let module = loaded.modules.get(root.module);
        coverage::remedy(&coverage, root, module, &options.evaluation, files)
    });
    ReportRoot::new(input, coverage, remedy)
}

/// What ignores and the report have to know about an input and its findings.
fn checked(
    input: ReadInput,
    root: ReportRoot,
    findings: Vec<Finding>,
    loaded: &Loaded,
) -> (Checked, EvaluatedRoot) {
    let variant = input.variant.as_deref();
    let findings = findings.into_iter().map(|finding| {
        let finding = in_variant(finding, variant);
        (ignore::places(&finding, &input.resource_set), finding)
    });
    let checked = Checked {
        findings: findings.collect(),
        identity: input.identity,
        module: input.root.map(|index| loaded.roots[index].module),
    };
    (checked, (root, input.problems))
}

/// A root module with two sets of values has each fault twice: their fingerprints must differ.
fn in_variant(finding: Finding, variant: Option<&str>) -> Finding {
    match variant {
        Some(variant) => finding.about(variant),
        None => finding,
    }
}

fn has_errors(problems: &[Problem], roots: &[EvaluatedRoot]) -> bool {
    let problems_of_roots = roots.iter().flat_map(|(_, root_problems)| root_problems);
    let mut every_problem = problems.iter().chain(problems_of_roots);
    every_problem.any(|problem| problem.severity == ProblemSeverity::Error)
}

fn report(
    files: &Files,
    loaded: Loaded,
    mut roots: Vec<EvaluatedRoot>,
    findings: Vec<ReportedFinding>,
) -> Report {
    // Findings name roots by their position, so what was not read comes last.
    let unread = loaded.unread_units.iter().map(|unit| {
        let identity = files.relative(&unit.directory, &files.boundary(&unit.directory));
        (ReportRoot::unread(unit, identity), Vec::new())
    });
    roots.extend(unread);
    let mut report = Report::new(loaded.sources, loaded.problems, roots, findings);
    report.repository = Repository::new(files);
    report
}
