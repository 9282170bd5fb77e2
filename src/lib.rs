//! `tfvpc` reads Terraform, works out how traffic travels through the AWS network that it
//! describes, and says what is broken, exposed, fragile or needlessly paid for.

pub mod aws;
pub mod cli;
pub mod finding;
pub mod reachability;
pub mod report;
pub mod rules;
pub mod source;
pub mod terraform;

use rayon::prelude::*;

use aws::data::AwsData;
use aws::provider::AwsProvider;
use report::{Report, Root};
use source::Problem;
use terraform::EvaluateOptions;
use terraform::files::Files;
use terraform::load::{Loaded, RootModule};
use terraform::resource::World;

/// The values that evaluation starts from.
#[derive(Debug, Default)]
pub struct Options {
    /// What the user says about variables, the workspace and the Region.
    pub evaluation: EvaluateOptions,
    /// What is known about AWS.
    pub aws: AwsData,
}

/// Stack of the threads that evaluate: expressions and modules nest as deeply as users write them.
const STACK_BYTES: usize = 512 << 20;

/// What the root modules describe, and a report of the problems on the way.
pub fn show(files: &Files, loaded: Loaded, options: &Options) -> (Vec<World>, Report) {
    let evaluated = in_parallel(files, &loaded, options, |root, world, problems| {
        let described = described(files, root, &world);
        (world, (described, Vec::new(), problems))
    });
    let (worlds, roots) = evaluated.into_iter().unzip();
    let report = Report::new(loaded.sources, loaded.problems, roots);
    (worlds, report)
}

fn described(files: &Files, root: &RootModule, world: &World) -> Root {
    let boundary = files.boundary(&root.directory);
    Root::new(world, files.relative(&root.directory, &boundary))
}

/// Evaluates the root modules that were asked for, and runs `work` for each with what it describes, on
/// threads with room for deep recursion. The results are in the order of the roots.
fn in_parallel<T: Send>(
    files: &Files,
    loaded: &Loaded,
    options: &Options,
    work: impl Fn(&RootModule, World, Vec<Problem>) -> T + Sync + Send,
) -> Vec<T> {
    let all = || {
        let evaluated = terraform::evaluate_roots(loaded, &options.evaluation, &AwsProvider, files);
        let evaluated = evaluated.into_par_iter();
        let work = |(root, world, problems)| work(&loaded.roots[root], world, problems);
        evaluated.map(work).collect()
    };
    let threads = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES);
    match threads.build() {
        Ok(threads) => threads.install(all),
        Err(_) => all(),
    }
}
