//! What to read and with which values: paths, variables, and the `tfvpc.toml` that belongs to them.
//! Commands share these arguments, and [`InputArguments::read`] turns them into what `lib.rs` takes.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;

use super::Failure;
use super::base::Base;
use super::cache::{CacheArguments, index_paths};
use super::given::GivenVariables;
use crate::Options;
use crate::aws::data::AwsData;
use crate::deadline::Deadline;
use crate::ignore::IgnoreOptions;
use crate::rules::options::RuleOptions;
use crate::settings::{self, RootValues, SearchedPaths, Settings};
use crate::source::{Problem, Sources};
use crate::terraform::files::{
    ExcludePattern, Exclusion, Files, InvalidGlob, LARGEST_FILE, Refusal, read_named_text,
};
use crate::terraform::load::{
    DocumentPath, LoadOptions, Loaded, RootModule, RootSettings, is_document, load_beside,
    mount_archives,
};
use crate::terraform::module_index::FetchedModules;
use crate::terraform::read_inputs::DocumentOptions;
use crate::terraform::{EvaluateOptions, GivenVariable, RootLink};

/// What to read and with which values.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct InputArguments {
    /// A directory, searched for root modules; a `.tf`, `.tofu`, `.tf.json` or `.tfvars` file,
    /// meaning the root modules that read it; a plan or state as JSON, `-` for standard input
    /// [default: .]
    #[arg(value_name = "PATH", help_heading = None::<&str>)]
    paths: Vec<PathBuf>,

    /// Whether no path was given.
    #[arg(skip)]
    is_default_path: bool,

    #[command(flatten)]
    options: InputValues,
}

/// With which values to read it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct InputValues {
    #[command(flatten)]
    given: GivenVariables,

    /// The configuration that a plan was made from; without it, the plan's own directory if the two
    /// agree.
    #[arg(long, value_name = "DIR")]
    source: Option<PathBuf>,

    /// What `terraform.workspace` is; `TF_WORKSPACE` sets it too.
    #[arg(long, value_name = "NAME")]
    workspace: Option<String>,

    /// The Region where the configuration leaves it open.
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// Addresses of managed prefix lists: the output of `aws ec2 describe-prefix-lists` or
    /// `aws ec2 get-managed-prefix-list-entries`.
    #[arg(long, value_name = "FILE")]
    prefix_lists: Vec<PathBuf>,

    /// Addresses of AWS services: AWS's `ip-ranges.json`.
    #[arg(long, value_name = "FILE")]
    ip_ranges: Option<PathBuf>,

    /// Do not search directories that match for root modules, unless they are named as PATH; modules in
    /// them are still read where they are called. A pattern without `/` means every directory of that
    /// name, one with `/` a path from the working directory; adds to `exclude` of the settings.
    #[arg(long, value_name = "GLOB", value_parser = exclude_pattern)]
    exclude: Vec<String>,

    /// Read settings from this file [default: the nearest `tfvpc.toml` in the checked directory or
    /// above it].
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Take settings, ignores and the baseline as of this revision, such as `origin/main`, so that a pull request cannot
    /// switch them off.
    #[arg(long, value_name = "REV")]
    config_from: Option<String>,

    /// End after this time, such as `90s` or `5m`, with what was found so far and exit status 2.
    #[arg(long, value_name = "DURATION", value_parser = deadline)]
    timeout: Option<Deadline>,

    #[command(flatten)]
    cache: CacheArguments,
}

/// What a run starts from.
pub(super) struct RunInput {
    pub(super) files: Files,
    pub(super) loaded: Loaded,
    pub(super) options: Options,
    pub(super) settings: Settings,
    /// Where settings and ignores come from, if it is not the working copy.
    pub(super) base: Option<Base>,
}

/// The module calls of a run.
pub(super) struct Calls {
    pub(super) loaded: Loaded,
    /// The files of the indexes of their repositories.
    pub(super) indexes: Vec<PathBuf>,
}

impl InputArguments {
    /// One path with some options.
    pub(super) fn of(path: PathBuf, options: InputValues) -> Self {
        Self {
            paths: vec![path],
            is_default_path: false,
            options,
        }
    }

    /// The directory of the cache, if the machine has one.
    pub(super) fn cache_directory(&self) -> Option<PathBuf> {
        self.options.cache.directory()
    }

    /// The root modules with the calls of their modules, and the indexes of what was fetched for them.
    pub(super) fn calls(&mut self) -> Result<Calls, Failure> {
        self.use_default_path();
        let mut sources = Sources::default();
        let mut files = self.files()?;
        let base = self.base(&files)?;
        let (_, (settings, _)) = self.settings(&files, base.as_ref(), &mut sources)?;
        let exclusion = self.exclusion(&settings, &files);
        let mut load_options = self.load_options(&settings, &exclusion);
        load_options.fetched = self.options.cache.fetched(&self.paths, &files);
        files.add_packages(load_options.fetched.trees());
        let cache = load_options.fetched.cache.clone();
        Ok(Calls {
            indexes: index_paths(&cache, &self.paths, &files),
            loaded: load_beside(sources, &load_options, &files),
        })
    }

    fn use_default_path(&mut self) {
        if self.paths.is_empty() {
            self.paths.push(PathBuf::from("."));
            self.is_default_path = true;
        }
    }

    /// Reads the settings, the root modules, and the files that say something about AWS.
    pub(super) fn read(mut self) -> Result<RunInput, Failure> {
        self.use_default_path();
        let mut sources = Sources::default();
        let mut files = self.files()?;
        let base = self.base(&files)?;
        let (directory, (mut settings, mut problems)) =
            self.settings(&files, base.as_ref(), &mut sources)?;
        let exclusion = self.exclusion(&settings, &files);
        problems.extend(settings.expand(&directory, &self.searched(&exclusion, &files)));
        let mut load_options = self.load_options(&settings, &exclusion);
        load_options.fetched = self.options.cache.fetched(&self.paths, &files);
        files.add_packages(load_options.fetched.trees());
        // A binary plan holds its configuration, which is mounted like a directory and loaded too.
        let archives = self.archives(&load_options, &mut files);
        let mounted = archives.values().flatten().cloned();
        let linked = settings.links.iter().map(|entry| entry.link.root.clone());
        load_options
            .further_directories
            .extend(mounted.chain(linked));
        let mut loaded = load_beside(sources, &load_options, &files);
        loaded.problems.extend(problems);
        if let Some(base) = &base {
            base.keep_its_comments(&mut loaded, &files);
        }
        let searched = self.searched(&exclusion, &files);
        let unused = settings::unused_roots(&settings, &loaded, &searched);
        loaded.problems.extend(unused);
        let unlinked = settings::links_to_nothing(&settings, &loaded, &files);
        loaded.problems.extend(unlinked);
        let misspelt = self.misspelt(&settings, &loaded, &directory, &files);
        loaded.problems.extend(misspelt);
        let deadline = self.options.timeout.unwrap_or_default();
        let options = Options {
            evaluation: self.evaluation(&settings),
            aws: self.aws_data(&settings, &files)?,
            rules: RuleOptions {
                deadline,
                ..settings.rules.clone()
            },
            ignores: self.ignores(&settings, &directory, &files),
            documents: DocumentOptions {
                standard_input: standard_input(&loaded.documents)?,
                source: self.options.source,
                archives,
            },
        };
        Ok(RunInput {
            files,
            loaded,
            options,
            settings,
            base,
        })
    }

    /// The files that may be read: those around the paths, and those that the command line names. What a settings
    /// file names stays inside the boundary, whoever named that file: a pull request can change it.
    fn files(&self) -> Result<Files, Failure> {
        let mut named = self.options.given.files.clone();
        named.extend(self.options.config.clone());
        let paths = self.paths.iter().chain(&self.options.source);
        let paths: Vec<PathBuf> = paths.cloned().collect();
        Files::on_disk(&paths, &named).map_err(Failure::WorkingDirectory)
    }

    /// The directory that the settings are for, the settings, and what is wrong with them.
    fn settings(
        &self,
        files: &Files,
        base: Option<&Base>,
        sources: &mut Sources,
    ) -> Result<(PathBuf, (Settings, Vec<Problem>)), Failure> {
        let absolute = |path: &Path| files.absolute(path);
        let files = base.map_or(files, Base::files);
        let found = match &self.options.config {
            Some(path) => Some(absolute(path)),
            None => {
                let paths: Vec<PathBuf> = self.paths.iter().map(|path| absolute(path)).collect();
                settings::find(&paths, files)?
            }
        };
        let Some(path) = found else {
            return Ok((PathBuf::new(), (Settings::default(), Vec::new())));
        };
        let text = read_at_most(&path, LARGEST_SETTINGS, files)?;
        let file = sources.add(files.display(&path), text.clone());
        let directory = path.parent().unwrap_or(&path).to_owned();
        let settings = Settings::parse(&text, file, &directory);
        Ok((directory, settings))
    }

    /// The revision that `--config-from` names.
    fn base(&self, files: &Files) -> Result<Option<Base>, Failure> {
        let path = self.paths.first().map_or(Path::new("."), PathBuf::as_path);
        let base = self.options.config_from.as_deref();
        base.map(|revision| Base::of(revision, path, files))
            .transpose()
    }

    /// Where root modules are looked for.
    fn searched<'a>(&'a self, exclusion: &'a Exclusion, files: &'a Files) -> SearchedPaths<'a> {
        SearchedPaths {
            paths: &self.paths,
            exclusion,
            files,
        }
    }

    fn load_options(&self, settings: &Settings, exclusion: &Exclusion) -> LoadOptions {
        let roots = settings.roots.iter().map(|root| RootSettings {
            directory: root.directory.clone(),
            variable_files: root.values.variable_files.clone(),
            variant: root.variant.clone(),
        });
        LoadOptions {
            paths: self.paths.clone(),
            is_default_path: self.is_default_path,
            further_directories: self.options.source.iter().cloned().collect(),
            common_variable_files: settings.values.variable_files.clone(),
            variable_files: self.options.given.files.clone(),
            roots: roots.collect(),
            exclusion: exclusion.clone(),
            data_directory: environment("TF_DATA_DIR").map(PathBuf::from),
            fetched: FetchedModules::default(),
            registry: None,
        }
    }

    /// What the settings and the command line exclude together.
    fn exclusion(&self, settings: &Settings, files: &Files) -> Exclusion {
        let base = files.working_directory();
        let given = self.options.exclude.iter();
        let given = given.filter_map(|pattern| ExcludePattern::new(pattern, base).ok());
        let given: Vec<ExcludePattern> = given.collect();
        Exclusion::new(settings.exclude.iter().chain(&given))
    }

    /// Names in options and settings that nothing has.
    fn misspelt(
        &self,
        settings: &Settings,
        loaded: &Loaded,
        directory: &Path,
        files: &Files,
    ) -> Vec<Problem> {
        let roots: Vec<&RootModule> = loaded.roots.iter().collect();
        let variables = self.options.given.variables.iter();
        let variables = variables
            .filter_map(|given| settings::undeclared_variable(&given.name, &roots, loaded));
        let region = self.options.region.as_deref();
        let region = region.and_then(settings::unknown_region);
        let workspace = self.options.workspace.clone();
        let workspace = workspace.or_else(|| environment("TF_WORKSPACE"));
        let workspace =
            workspace.and_then(|name| settings::unknown_workspace(&name, settings, loaded, files));
        let messages = variables.chain(region).chain(workspace);
        let mut problems: Vec<Problem> = messages
            .map(|message| Problem::warning(message, None))
            .collect();
        let searched = SearchedPaths {
            paths: &self.paths,
            exclusion: &Exclusion::default(),
            files,
        };
        let in_settings = settings::misspelt_names(settings, loaded, directory, &searched);
        problems.extend(in_settings);
        problems
    }

    /// The root modules inside binary plans beside plans whose source is not given.
    fn archives(
        &self,
        options: &LoadOptions,
        files: &mut Files,
    ) -> BTreeMap<PathBuf, Vec<PathBuf>> {
        let mut archives = BTreeMap::new();
        for path in self.paths.iter().filter(|_| self.options.source.is_none()) {
            let plan = files.absolute(path);
            if files.is_file(&plan) && is_document(&plan) {
                let roots = mount_archives(&plan, options.data_directory.as_deref(), files);
                archives.insert(plan, roots);
            }
        }
        archives
    }

    fn evaluation(&self, settings: &Settings) -> EvaluateOptions {
        let links: Arc<[RootLink]> = settings
            .links
            .iter()
            .map(|link| link.link.clone())
            .collect();
        let values = |root: &RootValues| self.values(&settings.values, root, links.clone());
        let roots = settings.roots.iter();
        EvaluateOptions {
            roots: roots.map(|root| values(&root.values)).collect(),
            ..values(&RootValues::default())
        }
    }

    /// The values of a root module: the command line prevails over the root's own settings, and
    /// those over the environment and over settings for all.
    fn values(
        &self,
        common: &RootValues,
        root: &RootValues,
        links: Arc<[RootLink]>,
    ) -> EvaluateOptions {
        let given = &self.options.given;
        // Files are read in the order common, root, command line; a variable prevails over those before.
        let after_root = given.files.len();
        let after_common = after_root + root.variable_files.len();
        let variables =
            given_variables(common, after_common).chain(given_variables(root, after_root));
        let workspace = self.options.workspace.clone();
        let workspace = workspace.or_else(|| root.workspace.clone());
        let workspace = workspace.or_else(|| environment("TF_WORKSPACE"));
        let region = self.options.region.clone().or_else(|| root.region.clone());
        EvaluateOptions {
            variables: variables.chain(given.variables.iter().cloned()).collect(),
            environment_variables: environment_variables(),
            workspace: workspace.or_else(|| common.workspace.clone()),
            region: region.or_else(|| common.region.clone()),
            workspace_name: root.workspace_name.clone(),
            deadline: self.options.timeout.unwrap_or_default(),
            links,
            roots: Vec::new(),
        }
    }

    fn aws_data(&self, settings: &Settings, files: &Files) -> Result<AwsData, Failure> {
        let mut aws = AwsData::default();
        let by_settings =
            |path: &PathBuf| read_inside(path, files).map(|text| (path.clone(), text));
        let by_arguments = |path: &PathBuf| read(path).map(|text| (path.clone(), text));
        let lists = settings.prefix_lists.iter().map(by_settings);
        for list in lists.chain(self.options.prefix_lists.iter().map(by_arguments)) {
            let (path, text) = list?;
            let result = aws.read_prefix_lists(&text);
            result.map_err(|problem| unreadable(&path, problem.message))?;
        }
        let ranges = self.options.ip_ranges.as_ref().map(by_arguments);
        if let Some(ranges) = ranges.or_else(|| settings.ip_ranges.as_ref().map(by_settings)) {
            let (path, text) = ranges?;
            let result = aws.read_ip_ranges(&text);
            result.map_err(|problem| unreadable(&path, problem.message))?;
        }
        Ok(aws)
    }

    /// The entries of the settings, and how much is checked: an ignore is unused only where everything
    /// that might need it was.
    fn ignores(&self, settings: &Settings, directory: &Path, files: &Files) -> IgnoreOptions {
        let trees = self.paths.iter().filter(|path| files.is_directory(path));
        let trees: Vec<PathBuf> = trees.map(|path| files.absolute(path)).collect();
        let has_all_of = |asked: &Path| trees.iter().any(|tree| asked.starts_with(tree));
        let mut boundaries = self.paths.iter().map(|path| files.boundary(path));
        IgnoreOptions {
            entries: settings.ignores.clone(),
            // What this command line alone excludes may need an ignore.
            is_whole: self.options.exclude.is_empty()
                && boundaries.all(|boundary| has_all_of(&boundary)),
            has_all_of_entries: self.options.exclude.is_empty() && has_all_of(directory),
            severity: settings.rules.severities.get("unused_ignore").copied(),
            ..IgnoreOptions::default()
        }
    }
}

/// The end of a run that begins now and takes so long: `90s`, `5m`, `1h 30m`.
fn deadline(text: &str) -> Result<Deadline, String> {
    let duration: Option<SignedDuration> = text.parse().ok();
    let duration = duration.and_then(|duration| Duration::try_from(duration).ok());
    let duration = duration.ok_or("expected a duration such as `90s` or `5m`")?;
    Ok(Deadline::after(duration))
}

/// Takes a pattern of `--exclude`, whatever the working directory is.
fn exclude_pattern(text: &str) -> Result<String, InvalidGlob> {
    ExcludePattern::new(text, Path::new("/")).map(|_| text.to_owned())
}

fn given_variables(values: &RootValues, files_after: usize) -> impl Iterator<Item = GivenVariable> {
    let variables = values.variables.iter();
    variables.map(move |(name, text)| GivenVariable {
        name: name.clone(),
        text: text.clone(),
        files_after,
    })
}

/// All of standard input, if a path means it.
fn standard_input(documents: &[DocumentPath]) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    if !documents.contains(&DocumentPath::StandardInput) {
        return Ok(bytes);
    }
    let failure = |reason| unreadable(Path::new("-"), reason);
    // One byte more than allowed tells a file that is too large from the largest.
    let mut limited = std::io::stdin().lock().take(LARGEST_FILE + 1);
    let length = limited.read_to_end(&mut bytes);
    match length.map_err(|error| failure(error.to_string()))? as u64 {
        length if length > LARGEST_FILE => {
            Err(failure(Refusal::TooLarge(LARGEST_FILE).to_string()))
        }
        _ => Ok(bytes),
    }
}

/// Bytes of the largest file of settings.
const LARGEST_SETTINGS: u64 = 4 << 20;
/// Bytes of the largest baseline, prefix list or `ip-ranges.json`.
pub(super) const LARGEST_TABLE: u64 = 64 << 20;

/// Reads a table that the command line names.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    let text = read_named_text(path, LARGEST_TABLE);
    text.map_err(|refusal| unreadable(path, refusal.to_string()))
}

/// Reads a table that the settings name, which must lie in the tree of the paths.
pub(super) fn read_inside(path: &Path, files: &Files) -> Result<String, Failure> {
    read_at_most(path, LARGEST_TABLE, files)
}

pub(super) fn read_at_most(path: &Path, largest: u64, files: &Files) -> Result<String, Failure> {
    let text = files.read_text_at_most(path, largest);
    text.map_err(|refusal| Failure::Read {
        path: PathBuf::from(files.display(path)),
        reason: refusal.to_string(),
    })
}

/// Why a file could not be read.
pub(super) fn unreadable(path: &Path, reason: String) -> Failure {
    let path = path.to_owned();
    Failure::Read { path, reason }
}

/// `TF_VAR_*` without the prefix.
fn environment_variables() -> BTreeMap<String, String> {
    let variables = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        let variable = name.strip_prefix("TF_VAR_")?.to_owned();
        Some((variable, value.into_string().ok()?))
    });
    variables.collect()
}

/// An environment variable; empty is not set, as Terraform sees it.
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
