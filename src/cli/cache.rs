//! Where the cache of `tfvpc get` is, and what it holds for a repository.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::terraform::files::Files;
use crate::terraform::module_index::{FetchedModules, ModuleIndex, index_name};

/// Which cache.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct CacheArguments {
    /// The cache of `tfvpc get`; `TFVPC_CACHE_DIR` sets it too [default: `tfvpc` in the user's cache directory].
    #[arg(long, value_name = "DIR")]
    cache_dir: Option<PathBuf>,
}

/// The folder of the cache that holds an index for each repository.
pub(super) const INDEXES: &str = "indexes";

/// Which conventions the machine has.
#[derive(Debug, Clone, Copy)]
enum System {
    Windows,
    MacOs,
    Unix,
}

impl CacheArguments {
    /// The directory of the cache; `None` on a machine where nobody says where caches go.
    pub(super) fn directory(&self) -> Option<PathBuf> {
        let system = match std::env::consts::OS {
            "windows" => System::Windows,
            "macos" => System::MacOs,
            _ => System::Unix,
        };
        let found = self.cache_dir.clone();
        let found = found.or_else(|| default_directory(system, |name| std::env::var_os(name)));
        found.and_then(|directory| std::path::absolute(directory).ok())
    }

    /// What was fetched for the repositories around paths.
    pub(super) fn fetched(&self, paths: &[PathBuf], files: &Files) -> FetchedModules {
        let Some(cache) = self.directory() else {
            return FetchedModules::default();
        };
        let mut index = ModuleIndex::default();
        for path in index_paths(&cache, paths, files) {
            index.fill_from(read_index(&path));
        }
        FetchedModules { cache, index }
    }
}

/// The indexes of the repositories around paths.
pub(super) fn index_paths(cache: &Path, paths: &[PathBuf], files: &Files) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for path in paths {
        let name = index_name(&files.boundary(path), files);
        let index = cache.join(INDEXES).join(name + ".json");
        if !found.contains(&index) {
            found.push(index);
        }
    }
    found
}

/// An index that is not there lists nothing.
#[expect(
    clippy::disallowed_methods,
    reason = "the cache is the user's, and lies outside what is checked"
)]
pub(super) fn read_index(path: &Path) -> ModuleIndex {
    let text = std::fs::read_to_string(path);
    text.map_or_else(|_| ModuleIndex::default(), |text| ModuleIndex::parse(&text))
}

/// The directory without `--cache-dir`. An empty variable is not set.
fn default_directory(
    system: System,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Option<PathBuf> {
    let directory = |name: &str| {
        let value = variable(name).filter(|value| !value.is_empty());
        value.map(PathBuf::from)
    };
    let of_user = || match system {
        System::Windows => directory("LOCALAPPDATA").map(|local| local.join("tfvpc").join("cache")),
        System::MacOs => {
            directory("HOME").map(|home| home.join("Library").join("Caches").join("tfvpc"))
        }
        System::Unix => directory("XDG_CACHE_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| directory("HOME").map(|home| home.join(".cache")))
            .map(|caches| caches.join("tfvpc")),
    };
    directory("TFVPC_CACHE_DIR").or_else(of_user)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(system: System, variables: &[(&str, &str)]) -> Option<PathBuf> {
        default_directory(system, |name| {
            let mut variables = variables.iter();
            let set = variables.find(|(set, _)| *set == name);
            set.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_cache_lies_where_the_system_keeps_caches() {
        let path = |parts: &[&str]| Some(parts.iter().collect::<PathBuf>());
        let home = ("HOME", "/home/a");
        assert_eq!(
            found(System::Unix, &[home]),
            path(&["/home/a/.cache", "tfvpc"])
        );
        let xdg = ("XDG_CACHE_HOME", "/var/c");
        assert_eq!(
            found(System::Unix, &[home, xdg]),
            path(&["/var/c", "tfvpc"])
        );
        let relative = ("XDG_CACHE_HOME", "c");
        assert_eq!(
            found(System::Unix, &[home, relative]),
            path(&["/home/a/.cache", "tfvpc"])
        );
        let of_mac = path(&["/home/a", "Library", "Caches", "tfvpc"]);
        assert_eq!(found(System::MacOs, &[home]), of_mac);
        let local = ("LOCALAPPDATA", "C:\\Users\\a\\AppData\\Local");
        let of_windows = path(&["C:\\Users\\a\\AppData\\Local", "tfvpc", "cache"]);
        assert_eq!(found(System::Windows, &[local]), of_windows);
        let named = ("TFVPC_CACHE_DIR", "/x");
        assert_eq!(found(System::Windows, &[local, named]), path(&["/x"]));
        assert_eq!(found(System::Unix, &[("TFVPC_CACHE_DIR", "")]), None);
    }
}
