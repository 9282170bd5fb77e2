//! `tfvpc get`: downloads what root modules call and nobody has installed. The only command that uses the network.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::cache::{INDEXES, read_index};
use super::input::{Calls, InputArguments};
use super::output::{Output, Stream};
use super::{ERROR, Failure};
use crate::get::{Fetcher, GetFailure, GetOptions, GotPackage, Store, WantedPackage, distinct};
use crate::report::counted;
use crate::report::escape::escape;
use crate::source::ProblemSeverity;
use crate::terraform::load::{RemoteCall, RemoteModule};
use crate::terraform::module_index::{IndexEntry, ModuleIndex, Request};
use crate::terraform::module_source::ModuleSource;

/// Download the modules that root modules call and that are not on the disk.
///
/// Each version of a package is fetched once, into a cache that every other command reads. Nothing is written into the
/// repository, and no program of a module runs. What is in the cache is not asked about again.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Get {
    #[command(flatten)]
    input: InputArguments,

    /// Packages that are downloaded at a time.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 8,
        help_heading = "Downloads"
    )]
    jobs: usize,

    /// Look for newer versions of what is in the cache.
    #[arg(long, help_heading = "Downloads", conflicts_with = "locked")]
    upgrade: bool,

    /// Fail where the index of the repository lacks something, and download nothing else than what it lists.
    #[arg(long, help_heading = "Downloads")]
    locked: bool,

    /// Ask only hosts that are named so; a host of the local network has to be. May be repeated.
    #[arg(long = "allow-host", value_name = "HOST", help_heading = "Downloads")]
    allowed_hosts: Vec<String>,

    /// Remove from the cache what no index names any more.
    #[arg(long, help_heading = "Downloads")]
    prune: bool,
}

const EXAMPLES: &str = "\
Examples:
  tfvpc get && tfvpc check
  tfvpc get infra/prod --allow-host registry.terraform.io --allow-host github.com
  tfvpc get --locked            in CI, with a cache that is kept between runs

Exit status:
  0  every module is there
  2  a module could not be had (the others are)";

/// How often the modules of modules are looked for.
const MOST_ROUNDS: usize = 32;
/// More packages than any repository calls.
const MOST_PACKAGES: usize = 2_000;

/// What a run has done so far.
#[derive(Default)]
struct Progress {
    /// What could not be read, and may call modules.
    unread: Vec<String>,
    /// The names of packages that were in the cache before.
    there: BTreeSet<String>,
    got: BTreeMap<WantedPackage, GotPackage>,
    failures: BTreeMap<String, (GetFailure, Vec<String>)>,
}

impl Get {
    pub(super) fn run(mut self, output: &Output) -> Result<ExitCode, Failure> {
        let cache = self.input.cache_directory().ok_or(Failure::NoCache)?;
        let failed = |error| Failure::Cache {
            path: cache.clone(),
            error,
        };
        let store = Store::open(&cache).map_err(failed)?;
        let options = GetOptions {
            jobs: self.jobs,
            upgrade: self.upgrade,
            is_locked: self.locked,
            allowed_hosts: std::mem::take(&mut self.allowed_hosts),
        };
        let fetcher = Fetcher::new(&options, &store);
        let mut progress = Progress::default();
        // The modules that a package calls are known once it is there.
        for _ in 0..MOST_ROUNDS {
            let calls = self.input.calls()?;
            progress.unread = unread(&calls);
            let index = index_of(&calls.indexes);
            let wanted = progress.wanted(&calls, &index, self.upgrade);
            if wanted.is_empty() {
                break;
            }
            let entries = progress.fetch(&fetcher, &wanted, &index);
            for path in &calls.indexes {
                store.update_index(path, &entries).map_err(failed)?;
            }
        }
        if self.prune {
            let removed = store.prune(&cache.join(INDEXES)).map_err(failed)?;
            say_pruned(removed, output)?;
        }
        progress.tell(output)
    }
}

fn index_of(paths: &[PathBuf]) -> ModuleIndex {
    let mut index = ModuleIndex::default();
    for path in paths {
        index.fill_from(read_index(path));
    }
    index
}

impl Progress {
    /// The packages that calls ask for and that were not asked for before, with who calls them.
    fn wanted(
        &mut self,
        calls: &Calls,
        index: &ModuleIndex,
        upgrade: bool,
    ) -> BTreeMap<WantedPackage, Vec<String>> {
        let remote = calls.loaded.remote_calls.iter();
        let mut packages = Vec::new();
        for call in remote.filter(|call| call.module != RemoteModule::Installed) {
            if call.module == RemoteModule::Fetched && !upgrade {
                self.there.extend(fetched(call, index));
                continue;
            }
            let caller = format!(
                "`{}` at {}",
                call.name,
                calls.loaded.sources.location(call.span)
            );
            match source(call) {
                Ok(Some(package)) => packages.push((package, caller)),
                Ok(None) => {}
                Err(failure) => self.fail(call.source.to_string(), failure, vec![caller]),
            }
        }
        let mut wanted = distinct(packages);
        wanted.retain(|package, _| !self.is_done(package));
        wanted
    }

    fn is_done(&self, package: &WantedPackage) -> bool {
        self.got.contains_key(package) || self.failures.contains_key(&name(package))
    }

    /// Fetches packages, and returns what is new for the index.
    fn fetch(
        &mut self,
        fetcher: &Fetcher,
        wanted: &BTreeMap<WantedPackage, Vec<String>>,
        index: &ModuleIndex,
    ) -> Vec<IndexEntry> {
        let room = MOST_PACKAGES.saturating_sub(self.got.len() + self.failures.len());
        let packages: Vec<WantedPackage> = wanted.keys().take(room).cloned().collect();
        let bar = bar(packages.len());
        let results = fetcher.fetch_all(&packages, index, |package, _| {
            bar.set_message(escape(&name(package)).into_owned());
            bar.inc(1);
        });
        bar.finish_and_clear();
        let mut entries = Vec::new();
        for (package, result) in packages.into_iter().zip(results) {
            match result {
                Ok(got) => {
                    entries.push(got.entry.clone());
                    self.got.insert(package, got);
                }
                Err(failure) => {
                    let callers = wanted.get(&package).cloned().unwrap_or_default();
                    self.fail(name(&package), failure, callers);
                }
            }
        }
        for (package, callers) in wanted.iter().skip(room) {
            let failure = GetFailure::TooMany(MOST_PACKAGES);
            self.fail(name(package), failure, callers.clone());
        }
        entries
    }

    fn fail(&mut self, name: String, failure: GetFailure, callers: Vec<String>) {
        self.failures.entry(name).or_insert((failure, callers));
    }

    /// A line for each package, what failed, and how many there are.
    fn tell(&self, output: &Output) -> Result<ExitCode, Failure> {
        let known = self.there.iter().map(|name| (name.clone(), true));
        let mut lines: BTreeMap<String, bool> = known.collect();
        for got in self.got.values() {
            let was_there = lines.entry(got.entry.name()).or_insert(true);
            *was_there &= got.was_there;
        }
        let fetched = lines.values().filter(|was_there| !**was_there).count();
        if !output.quiet {
            output.write(Stream::Out, |out, _| {
                for (package, was_there) in &lines {
                    let what = if *was_there {
                        "in the cache"
                    } else {
                        "fetched"
                    };
                    writeln!(out, "{what:<12}  {}", escape(package))?;
                }
                let there = lines.len() - fetched;
                let failed = self.failures.len();
                writeln!(
                    out,
                    "{fetched} fetched, {there} in the cache, {failed} failed"
                )
            })?;
        }
        output.write(Stream::Err, |out, _| {
            for problem in &self.unread {
                writeln!(out, "error: {}", escape(problem))?;
            }
            self.tell_unencrypted(out)?;
            self.tell_failures(out)
        })?;
        Ok(if self.failures.is_empty() && self.unread.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(ERROR)
        })
    }

    /// Whoever stands between could have sent something else.
    fn tell_unencrypted(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let names = self.got.keys().map(name);
        let is_plain = |name: &String| name.trim_start_matches("git::").starts_with("http://");
        for name in names.filter(is_plain) {
            writeln!(
                out,
                "warning: `{}` is fetched without encryption",
                escape(&name)
            )?;
        }
        Ok(())
    }

    fn tell_failures(&self, out: &mut dyn io::Write) -> io::Result<()> {
        for (package, (failure, callers)) in &self.failures {
            writeln!(
                out,
                "error: cannot fetch `{}`: {}",
                escape(package),
                escape(&failure.to_string())
            )?;
            let hidden = callers.first().map_or("", String::as_str);
            let further = match callers.len() {
                0 | 1 => String::new(),
                count => format!(", and {} more", count - 1),
            };
            writeln!(
                out,
                "  what {}{further} creates stays hidden",
                escape(hidden)
            )?;
            if let Some(help) = failure.help() {
                writeln!(out, "  help: {}", escape(&help))?;
            }
        }
        Ok(())
    }
}

/// The errors of what was read.
fn unread(calls: &Calls) -> Vec<String> {
    let problems = calls.loaded.problems.iter();
    let errors = problems.filter(|problem| problem.severity == ProblemSeverity::Error);
    let lines = errors.map(|problem| match problem.span {
        Some(span) => format!(
            "{} at {}",
            problem.message,
            calls.loaded.sources.location(span)
        ),
        None => problem.message.clone(),
    });
    lines.collect()
}

/// The name of the package that was fetched for a call.
fn fetched(call: &RemoteCall, index: &ModuleIndex) -> Option<String> {
    let package = source(call).ok().flatten()?;
    let request = Request::of(&package.source, package.version.as_deref());
    index.find(&request).map(IndexEntry::name)
}

/// The package of a call; `None` if it is a local path.
fn source(call: &RemoteCall) -> Result<Option<WantedPackage>, GetFailure> {
    match ModuleSource::parse(&call.source, call.default_registry)? {
        ModuleSource::Package(source) => Ok(Some(WantedPackage {
            source,
            version: call.version.as_deref().map(str::to_owned),
        })),
        ModuleSource::Local(_) => Ok(None),
    }
}

fn name(wanted: &WantedPackage) -> String {
    let package = wanted.source.package.identity();
    match &wanted.version {
        Some(version) => format!("{package} {version}"),
        None => package,
    }
}

/// Shown on a terminal only.
fn bar(length: usize) -> ProgressBar {
    let bar = ProgressBar::new(length as u64);
    let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {wide_msg}");
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn say_pruned(removed: Option<usize>, output: &Output) -> Result<(), Failure> {
    let text = match removed {
        Some(count) => format!("{} removed from the cache", counted(count, "package")),
        None => "the cache is in use: nothing was removed".to_owned(),
    };
    if !output.quiet {
        output.write(Stream::Out, |out, _| writeln!(out, "{text}"))?;
    }
    Ok(())
}
