//! A rule about traffic says what the path engine says, on random networks: where it fires, the packets take the path
//! that it names, in its family and from a subnet that can hold a client; and where they do, it fires.
//!
//! The table in `verdicts.rs` has what each rule claims of packets, and in `required.rs` what must be found.

mod estate;
mod hcl;
mod required;
mod verdicts;

use std::collections::BTreeMap;

use rayon::prelude::*;
use tfvpc::aws::network::{Network, build};
use tfvpc::aws::provider::AwsProvider;
use tfvpc::finding::{Confidence, Finding};
use tfvpc::rules;
use tfvpc::rules::options::RuleOptions;
use tfvpc::rules::selection::{Selection, Selector};
use tfvpc::terraform::files::Files;
use tfvpc::terraform::load::from_text;
use tfvpc::terraform::{EvaluateOptions, evaluate};

use crate::packets::aws;
use estate::{Estate, estate};

/// Networks in every run; more if `AGREEMENT_NETWORKS` says so.
const NETWORKS: u64 = 400;

#[test]
fn rules_about_traffic_say_what_the_path_engine_says() {
    let count = std::env::var("AGREEMENT_NETWORKS").ok();
    let count = count
        .and_then(|count| count.parse().ok())
        .unwrap_or(NETWORKS);
    let outcome = (0..count)
        .into_par_iter()
        .map(compare)
        .reduce(Outcome::default, Outcome::and);
    let wrong: Vec<String> = outcome
        .wrong
        .iter()
        .map(|(kind, (count, first))| format!("{count} times: {kind}, first in {first}"))
        .collect();
    assert!(
        wrong.is_empty(),
        "{}\n{:#?}",
        wrong.join("\n"),
        outcome.seen
    );
    // Some faults are rare: a few hundred networks need not have each of them.
    for (rule, _) in verdicts::CLAIMS.iter().filter(|_| count >= 2_000) {
        let seen = outcome.seen.get(rule).copied().unwrap_or(0);
        assert!(seen > 0, "no network has a {rule}: {:#?}", outcome.seen);
    }
}

/// How often each rule was asked, and its disagreements: how many, and the first of them.
#[derive(Default)]
struct Outcome {
    seen: BTreeMap<&'static str, usize>,
    wrong: BTreeMap<String, (usize, String)>,
}

impl Outcome {
    fn and(mut self, right: Self) -> Self {
        for (rule, count) in right.seen {
            *self.seen.entry(rule).or_default() += count;
        }
        for (kind, (count, example)) in right.wrong {
            let known = self.wrong.entry(kind).or_insert((0, example));
            known.0 += count;
        }
        self
    }

    fn note(&mut self, rule: &str, claim: Result<(), String>, seed: u64) {
        if let Err(why) = claim {
            let example = format!("the network of seed {seed}: {why}");
            let kind = why.split(':').next().unwrap_or_default();
            let known = self.wrong.entry(format!("{rule} {kind}"));
            known.or_insert((0, example)).0 += 1;
        }
    }
}

/// A network and what rules find in it.
pub(crate) struct Case {
    pub(crate) network: Network,
    pub(crate) findings: Vec<Finding>,
}

impl Case {
    fn new(estate: &Estate) -> Self {
        let text = hcl::text(estate);
        let texts = [("main.tf", text.as_str())];
        let loaded = from_text(&texts);
        let (options, files) = (EvaluateOptions::default(), Files::in_memory(&texts));
        let root = &loaded.roots[0];
        let (set, _) = evaluate(&loaded.modules, root, &options, &AwsProvider, &files);
        let network = build(&set, aws());
        let options = RuleOptions {
            services: ["dynamodb", "ssm"].map(str::to_owned).into(),
            ..RuleOptions::default()
        };
        let selection = Selection {
            select: vec![Selector::All],
            ..Selection::default()
        };
        let sources = &loaded.sources;
        let findings = rules::run(&set, &network, aws(), sources, &options, &selection);
        Self { network, findings }
    }

    /// The findings of a rule that are shown by default.
    fn shown(&self, rule: &str) -> impl Iterator<Item = &Finding> {
        let findings = self.findings.iter();
        findings
            .filter(move |finding| finding.rule == rule && finding.confidence >= Confidence::Likely)
    }
}

/// What rules claim of the network of a seed, and what it requires of them.
fn compare(seed: u64) -> Outcome {
    let estate = estate(seed);
    let case = Case::new(&estate);
    let mut outcome = Outcome::default();
    for (rule, holds) in verdicts::CLAIMS {
        for finding in case.shown(rule) {
            *outcome.seen.entry(rule).or_default() += 1;
            let claim = holds(&case, finding).or_else(|disagreement| {
                // What is likely takes for granted what is not known.
                let may_hold = disagreement.is_unknown && finding.confidence == Confidence::Likely;
                let why = format!("{}: {}", disagreement.why, finding.message);
                if may_hold { Ok(()) } else { Err(why) }
            });
            outcome.note(rule, claim, seed);
        }
    }
    for (rule, is_found) in required::REQUIRED {
        outcome.note(rule, is_found(&case), seed);
    }
    outcome
}

/// The configuration of one network, to look at a disagreement: `AGREEMENT_SEED=7 cargo test agreement -- --nocapture`.
#[test]
#[allow(clippy::print_stderr, reason = "it is asked for")]
fn a_network_is_shown_if_its_seed_is_named() {
    let seed = std::env::var("AGREEMENT_SEED").ok();
    if let Some(seed) = seed.and_then(|seed| seed.parse().ok()) {
        eprintln!("{}", hcl::text(&estate(seed)));
    }
}
