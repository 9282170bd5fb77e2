//! The configuration inside binary plans: `terraform plan -out` writes a ZIP archive that also holds the configuration
//! it planned. The archive is read as a directory in which the modules lie as they lay around the root module.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde_json::json;
use zip::ZipArchive;

use super::manifest::installed_modules;
use crate::terraform::files::{Files, normal};

/// How a ZIP archive begins.
const MAGIC: &[u8] = b"PK\x03\x04";
/// The most archives that are opened beside one plan.
const MOST_ARCHIVES: usize = 8;
/// The most files that are read from one archive.
const MOST_FILES: usize = 10_000;
/// The most bytes that are read from one archive: few compressed bytes may become very many.
const MOST_BYTES: u64 = 64 << 20;

/// A module of the packed configuration, as `tfconfig/modules.json` lists it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PackedModule {
    key: String,
    #[serde(default)]
    source: String,
    dir: PathBuf,
}

/// Lets the configurations inside the binary plans beside a plan be read as directories, and returns
/// the root modules, that of the file with the plan's own name first.
pub fn mount_archives(
    plan: &Path,
    data_directory: Option<&Path>,
    files: &mut Files,
) -> Vec<PathBuf> {
    let plan = files.absolute(plan);
    let directory = plan.parent().unwrap_or(&plan);
    let mut roots = Vec::new();
    for archive in beside(&plan, files) {
        let texts = files.read(&archive).ok().and_then(unpack);
        let arranged = texts.and_then(|texts| arrange(&archive, directory, data_directory, &texts));
        if let Some((root, placed)) = arranged {
            files.mount(archive, placed);
            roots.push(root);
        }
    }
    roots
}

/// The archives in the directory of a plan.
fn beside(plan: &Path, files: &Files) -> Vec<PathBuf> {
    let Some(directory) = plan.parent() else {
        return Vec::new();
    };
    let names = files.list(directory).unwrap_or_default().into_iter();
    let paths = names.map(|name| directory.join(name));
    let is_archive = |path: &PathBuf| files.begins_with(path, MAGIC);
    let mut archives: Vec<PathBuf> = paths.filter(is_archive).collect();
    // `plan.json` is most likely made from `plan.out`; the sort is stable, so the rest stays sorted by name.
    archives.sort_by_key(|path| path.file_stem() != plan.file_stem());
    archives.truncate(MOST_ARCHIVES);
    archives
}

/// The texts of the configuration by their names in the archive; `None` if it is no binary plan.
fn unpack(bytes: Vec<u8>) -> Option<BTreeMap<String, String>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut texts = BTreeMap::new();
    let mut left = MOST_BYTES;
    for index in 0..archive.len().min(MOST_FILES) {
        let Ok(file) = archive.by_index(index) else {
            continue;
        };
        let name = file.name().unwrap_or_default().into_owned();
        let Some(name) = name.strip_prefix("tfconfig/") else {
            continue;
        };
        let mut text = String::new();
        let read = file.take(left).read_to_string(&mut text).ok()?;
        left = left.checked_sub(read as u64).filter(|left| *left > 0)?;
        texts.insert(name.to_owned(), text);
    }
    texts.contains_key("modules.json").then_some(texts)
}

/// The root module and the paths of all texts, as they lay around the root module when they were planned.
fn arrange(
    archive: &Path,
    directory: &Path,
    data_directory: Option<&Path>,
    texts: &BTreeMap<String, String>,
) -> Option<(PathBuf, Vec<(PathBuf, String)>)> {
    let modules: Vec<PackedModule> = serde_json::from_str(texts.get("modules.json")?).ok()?;
    let root = archive.join(below(&modules, directory));
    let mut arranged = Vec::new();
    for module in &modules {
        let module_directory = normal(&root.join(&module.dir));
        let prefix = format!("m-{}/", module.key);
        let of_module = texts.iter().filter_map(|(name, text)| {
            let name = name.strip_prefix(&prefix)?;
            Some((normal(&module_directory.join(name)), text.clone()))
        });
        // An archive that was tampered with may name files outside itself.
        arranged.extend(of_module.filter(|(path, _)| path.starts_with(archive)));
    }
    let manifest = installed_modules(&root, data_directory).join("modules.json");
    arranged.push((manifest, manifest_of(&modules)));
    Some((root, arranged))
}

/// The path of the root module below the top of the archive. It is as deep as the `../` of its modules reach, and its
/// parts are the names of the directories around the plan, so that reports show familiar paths.
fn below(modules: &[PackedModule], directory: &Path) -> PathBuf {
    let is_up = |part: &Component| *part == Component::ParentDir;
    let ups = modules
        .iter()
        .map(|module| module.dir.components().take_while(is_up).count());
    let depth = ups.max().unwrap_or_default();
    let around: Vec<Component> = directory
        .components()
        .filter(|part| matches!(part, Component::Normal(_)))
        .collect();
    let missing = depth.saturating_sub(around.len());
    let invented = std::iter::repeat_n(Component::Normal("root".as_ref()), missing);
    let first = around.len().saturating_sub(depth);
    invented.chain(around[first..].iter().copied()).collect()
}

/// The manifest of installed modules that `terraform init` had written.
fn manifest_of(modules: &[PackedModule]) -> String {
    let entries = modules
        .iter()
        .map(|module| json!({ "Key": module.key, "Source": module.source, "Dir": module.dir }));
    json!({ "Modules": entries.collect::<Vec<_>>() }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(dir: &str) -> PackedModule {
        PackedModule {
            key: dir.to_owned(),
            source: String::new(),
            dir: dir.into(),
        }
    }

    #[test]
    fn modules_above_the_root_stay_above_it_and_none_leaves_the_archive() {
        let manifest = r#"[
            { "Key": "", "Dir": "." },
            { "Key": "a", "Source": "../../a", "Dir": "../../a" },
            { "Key": "b", "Dir": "/etc" },
            { "Key": "c", "Dir": "c/../../../../../x" }
        ]"#;
        let names = [
            "m-/main.tf",
            "m-/../../../../../x.tf",
            "m-a/main.tf",
            "m-b/x.tf",
            "m-c/x.tf",
        ];
        let texts = names.map(|name| (name.to_owned(), String::new()));
        let mut texts = BTreeMap::from(texts);
        texts.insert("modules.json".to_owned(), manifest.to_owned());
        let archive = Path::new("/repo/envs/prod/plan.out");
        let directory = Path::new("/repo/envs/prod");
        let (root, texts) = arrange(archive, directory, None, &texts).expect("a manifest");
        assert_eq!(root, archive.join("envs/prod"));
        let paths: Vec<PathBuf> = texts.into_iter().map(|(path, _)| path).collect();
        let installed = "envs/prod/.terraform/modules/modules.json";
        let expected = ["envs/prod/main.tf", "a/main.tf", installed];
        assert_eq!(paths, expected.map(|path| archive.join(path)));
    }

    #[test]
    fn what_is_no_binary_plan_is_left_alone() {
        for bytes in [&b"PK\x03\x04"[..], b"", b"PK\x05\x06", &[0; 100]] {
            assert!(unpack(bytes.to_vec()).is_none());
        }
    }

    #[test]
    fn the_root_lies_as_deep_as_its_modules_reach_up() {
        let directory = Path::new("/a");
        for (dir, expected) in [("b", ""), ("../b", "a"), ("../../../b", "root/root/a")] {
            assert_eq!(below(&[packed(dir)], directory), Path::new(expected));
        }
    }
}
