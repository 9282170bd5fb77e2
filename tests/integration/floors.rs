//! The structure that `src/README.md` describes holds: each floor and room imports only from lower
//! ones, rules do not import each other, and only AWS code names AWS's resource types.
//!
//! Each statement is a function from sources to violations, and is shown to fail on a source that
//! breaks it.

#![allow(
    clippy::disallowed_methods,
    reason = "it reads the source of the crate, not what users check"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemFn, ItemImpl, ItemMod, ItemUse, LitStr, UseTree};
use tfvpc::aws::provider::AwsProvider;
use tfvpc::terraform::address::Mode;
use tfvpc::terraform::provider::Provider;

use crate::support::current;

/// The modules of each floor, the ground first.
const FLOORS: &[&[&str]] = &[
    &["source", "spelling", "deadline", "git"],
    &["terraform"],
    &["aws", "get"],
    &["coverage", "reachability"],
    &["finding"],
    &["rules"],
    &["ignore"],
    &["settings"],
    &["report"],
    &["cli"],
];

/// The rooms of `terraform`, in the order in which a configuration passes them.
const TERRAFORM_ROOMS: &[&[&str]] = &[
    &["address"],
    &["value"],
    &["syntax"],
    &["files"],
    &["module_source"],
    &["module_index"],
    &["load"],
    &["resource"],
    &["provider"],
    &["state_file"],
    &["functions"],
    &["evaluate"],
    &["document"],
    &["read_inputs"],
];

/// What stands beside the rules and is none: what it gives to rules comes from `rules` itself.
pub(crate) const BESIDE_RULES: &[&str] = &["options", "page", "selection", "shared"];

/// The modules whose code names types of AWS resources; the last two do so in texts that help.
const NAMES_AWS_TYPES: &[&str] = &["aws", "rules", "settings", "cli"];

#[test]
fn a_module_imports_only_from_lower_floors() {
    assert_none(&upward_imports(&crate_sources()));
}

#[test]
fn a_room_of_terraform_imports_only_from_lower_rooms() {
    assert_none(&upward_imports_of_rooms(&crate_sources()));
}

#[test]
fn a_rule_is_imported_by_no_rule_and_by_nothing_that_rules_share() {
    assert_none(&imports_of_rules(&crate_sources()));
}

#[test]
fn types_of_aws_resources_are_named_where_aws_is_known_only() {
    assert_none(&names_of_aws_types(&crate_sources()));
}

#[test]
fn what_code_names_of_aws_is_evaluated() {
    assert_none(&types_that_are_not_evaluated(&crate_sources()));
}

#[test]
fn the_map_shows_these_floors_and_rooms() {
    let map = current::read("src/README.md");
    let name = |row: &str| row.split('`').nth(1).unwrap_or_default().to_owned();
    let rows = map.lines().filter_map(|line| line.strip_prefix("| "));
    let on_floors = rows.clone().filter_map(|row| row.split_once(" | [`"));
    let on_floors = on_floors.filter_map(|(floor, row)| Some((floor.parse().ok()?, row)));
    let on_floors: Vec<(usize, &str)> = on_floors
        .filter_map(|(floor, row)| Some((floor, row.split_once('`')?.0)))
        .collect();
    let floors = FLOORS.iter().enumerate();
    let floors = floors.flat_map(|(floor, modules)| modules.iter().map(move |name| (floor, *name)));
    assert_eq!(on_floors, floors.collect::<Vec<_>>());

    let of_terraform = rows.filter(|row| row.starts_with("[`") && row.contains("](terraform/"));
    let rooms: Vec<_> = of_terraform.map(name).collect();
    assert_eq!(rooms, TERRAFORM_ROOMS.concat());
}

#[test]
fn each_statement_fails_on_a_source_that_breaks_it() {
    let broken = |path: &str, text: &str| vec![Source::parse(Path::new(path), text)];
    let upward = broken(
        "aws/subnet.rs",
        "use crate::{rules::page::Page, source::Span};",
    );
    assert_eq!(upward_imports(&upward).len(), 1);
    let in_a_body = broken("source.rs", "fn f() { crate::report::text::write(); }");
    assert_eq!(upward_imports(&in_a_body).len(), 1);

    let upward = broken(
        "terraform/value/size.rs",
        "use super::super::syntax::Expression;",
    );
    assert_eq!(upward_imports_of_rooms(&upward).len(), 1);
    let room_to_reexport = broken(
        "terraform/load.rs",
        "use crate::terraform::EvaluateOptions;",
    );
    assert_eq!(upward_imports_of_rooms(&room_to_reexport).len(), 1);
    let downward = broken(
        "terraform/evaluate.rs",
        "use super::value::{Value, number::Number};",
    );
    assert_eq!(upward_imports_of_rooms(&downward).len(), 0);

    let rule_to_rule = broken("rules/sg_unused.rs", "use super::sg_no_egress::check;");
    assert_eq!(imports_of_rules(&rule_to_rule).len(), 1);
    let helper_to_rule = broken("rules/shared/subnets.rs", "use crate::rules::sg_unused;");
    assert_eq!(imports_of_rules(&helper_to_rule).len(), 1);
    let rule_to_helper = broken(
        "rules/sg_unused.rs",
        "use super::{Context, shared::subnets};",
    );
    assert_eq!(imports_of_rules(&rule_to_helper).len(), 0);

    let names_a_type = broken("terraform/evaluate.rs", "const A: &str = \"aws_region\";");
    assert_eq!(names_of_aws_types(&names_a_type).len(), 1);
    let in_a_macro = broken(
        "report.rs",
        "fn f() { format!(\"an `aws_vpc` of {}\", 1); }",
    );
    assert_eq!(names_of_aws_types(&in_a_macro).len(), 1);
    let in_a_test = broken(
        "report.rs",
        "#[cfg(test)] mod tests { use crate::cli::run; const A: &str = \"aws_vpc\"; }",
    );
    assert_eq!(names_of_aws_types(&in_a_test).len(), 0);
    assert_eq!(upward_imports(&in_a_test).len(), 0);

    let unread = broken("aws/build/vpc.rs", "const A: &str = \"aws_sns_topic\";");
    assert_eq!(types_that_are_not_evaluated(&unread).len(), 1);
}

fn assert_none(violations: &BTreeSet<String>) {
    assert!(violations.is_empty(), "{violations:#?}");
}

fn upward_imports(sources: &[Source]) -> BTreeSet<String> {
    let mut violations = BTreeSet::new();
    for source in sources {
        let [module, ..] = source.module.as_slice() else {
            continue;
        };
        let Some(floor) = level(FLOORS, module) else {
            violations.insert(format!("`{module}` stands on no floor"));
            continue;
        };
        for import in &source.imports {
            let used = import.first().filter(|used| *used != module);
            let used_floor = used.and_then(|used| level(FLOORS, used));
            if used_floor.is_some_and(|used_floor| used_floor >= floor) {
                violations.insert(source.violation("imports", &import.join("::")));
            }
        }
    }
    violations
}

fn upward_imports_of_rooms(sources: &[Source]) -> BTreeSet<String> {
    let mut violations = BTreeSet::new();
    for source in sources {
        let ["terraform", room, ..] = &*source.path() else {
            continue;
        };
        let Some(room_level) = level(TERRAFORM_ROOMS, room) else {
            violations.insert(format!("`terraform::{room}` is in no order"));
            continue;
        };
        for import in &source.imports {
            let ["terraform", used, ..] = &*as_strs(import) else {
                continue;
            };
            // What `terraform` exports for users of the crate is above all its rooms.
            let used_level = level(TERRAFORM_ROOMS, used).unwrap_or(usize::MAX);
            if used_level > room_level {
                violations.insert(source.violation("imports", &import.join("::")));
            }
        }
    }
    violations
}

fn imports_of_rules(sources: &[Source]) -> BTreeSet<String> {
    let mut violations = BTreeSet::new();
    for source in sources {
        let ["rules", rule, ..] = &*source.path() else {
            continue;
        };
        // `selection` chooses among all rules.
        if !is_rule(rule) && *rule != "shared" {
            continue;
        }
        for import in &source.imports {
            let used = match &*as_strs(import) {
                ["rules", used, ..] => (*used).to_owned(),
                _ => continue,
            };
            if used != *rule && is_rule(&used) {
                violations.insert(source.violation("imports", &import.join("::")));
            }
        }
    }
    violations
}

/// Whether a name in `rules` is the module of a rule.
fn is_rule(name: &str) -> bool {
    // `rules` also gives types, such as `Context`: their names begin with a capital.
    let is_module = name.starts_with(|first: char| first.is_ascii_lowercase());
    is_module && !BESIDE_RULES.contains(&name)
}

fn names_of_aws_types(sources: &[Source]) -> BTreeSet<String> {
    let mut violations = BTreeSet::new();
    for source in sources {
        let module = source.module.first().map_or("", String::as_str);
        if NAMES_AWS_TYPES.contains(&module) {
            continue;
        }
        for text in source.strings.iter().filter(|text| text.contains("aws_")) {
            violations.insert(source.violation("names an AWS type in", text));
        }
    }
    violations
}

/// Types that the code of the network and of the rules names, and that evaluation does not ask for.
fn types_that_are_not_evaluated(sources: &[Source]) -> BTreeSet<String> {
    let is_type = regex::Regex::new(r"^aws_[a-z0-9_]*[a-z0-9]$").expect("a pattern");
    let mut violations = BTreeSet::new();
    for source in sources {
        let (["aws", "build", ..] | ["rules" | "reachability", ..]) = &*source.path() else {
            continue;
        };
        for text in source.strings.iter().filter(|text| is_type.is_match(text)) {
            let is_evaluated = AwsProvider.is_of_network(Mode::Managed, text);
            // The beginning of several types is none itself.
            let is_beginning = text == "aws_vpc_security_group";
            if !is_evaluated && !is_beginning {
                violations.insert(source.violation("reads a type that is not evaluated:", text));
            }
        }
    }
    violations
}

/// On which level of an order a module stands.
fn level(order: &[&[&str]], module: &str) -> Option<usize> {
    order.iter().position(|level| level.contains(&module))
}

fn as_strs(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

/// A source file of the crate, without its tests.
struct Source {
    file: String,
    /// The module that it is: `["terraform", "value"]`.
    module: Vec<String>,
    /// The paths in it that start at the crate, at a parent module or at itself, all from the crate.
    imports: BTreeSet<Vec<String>>,
    /// The texts of its string literals, those in macros too.
    strings: Vec<String>,
}

impl Source {
    fn parse(path: &Path, text: &str) -> Self {
        let file = syn::parse_file(text).expect("a source file of the crate is Rust");
        let module = path.with_extension("");
        let module = module.iter().map(|name| name.to_string_lossy().into());
        let mut reader = Reader {
            module: module.collect(),
            imports: BTreeSet::new(),
            strings: Vec::new(),
        };
        let root = reader.module.clone();
        reader.visit_file(&file);
        Self {
            file: path.display().to_string(),
            module: root,
            imports: reader.imports,
            strings: reader.strings,
        }
    }

    fn path(&self) -> Vec<&str> {
        as_strs(&self.module)
    }

    fn violation(&self, does: &str, what: &str) -> String {
        format!("{} {does} `{what}`", self.file)
    }
}

/// The sources of all modules but those that show the whole line, without files of tests.
fn crate_sources() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    for file in rust_files(&src) {
        let path = file.strip_prefix(&src).expect("it was found there");
        let is_whole_line = ["lib.rs", "main.rs"]
            .iter()
            .any(|name| path.ends_with(name));
        let is_test = path
            .iter()
            .any(|name| name == "tests" || name == "tests.rs");
        if !is_whole_line && !is_test {
            let text = std::fs::read_to_string(&file).expect("a source file is text");
            sources.push(Source::parse(path, &text));
        }
    }
    sources
}

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).expect("a directory of the crate") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Collects imports and texts along the syntax tree.
struct Reader {
    module: Vec<String>,
    imports: BTreeSet<Vec<String>>,
    strings: Vec<String>,
}

impl Reader {
    /// Adds a path if it says from where it starts; names that are imported elsewhere say nothing new.
    fn add(&mut self, path: &[String]) {
        let mut base = self.module.clone();
        let mut names = path;
        match path.first().map(String::as_str) {
            Some("crate") => {
                base.clear();
                names = &names[1..];
            }
            Some("self") => names = &names[1..],
            Some("super") => {}
            _ => return,
        }
        while names.first().is_some_and(|name| name == "super") {
            base.pop();
            names = &names[1..];
        }
        base.extend(names.iter().cloned());
        self.imports.insert(base);
    }

    fn add_tree(&mut self, tree: &UseTree, path: &mut Vec<String>) {
        match tree {
            UseTree::Path(step) => {
                path.push(step.ident.to_string());
                self.add_tree(&step.tree, path);
                path.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_tree(tree, path);
                }
            }
            UseTree::Glob(_) => self.add(path),
            UseTree::Name(name) => self.add_name(&name.ident.to_string(), path),
            UseTree::Rename(rename) => self.add_name(&rename.ident.to_string(), path),
        }
    }

    fn add_name(&mut self, name: &str, path: &mut Vec<String>) {
        if name == "self" {
            return self.add(path);
        }
        path.push(name.to_owned());
        self.add(path);
        path.pop();
    }

    /// Macros are tokens: paths and texts are found among them.
    fn read_tokens(&mut self, tokens: proc_macro2::TokenStream) {
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Group(group) => self.read_tokens(group.stream()),
                proc_macro2::TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<LitStr>(&literal.to_string()) {
                        self.strings.push(text.value());
                    }
                }
                _ => {}
            }
        }
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    let mut conditions = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"));
    conditions.any(|attribute| {
        attribute
            .parse_args::<syn::Path>()
            .is_ok_and(|path| path.is_ident("test"))
    })
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let (Item::Mod(ItemMod { attrs, .. })
        | Item::Fn(ItemFn { attrs, .. })
        | Item::Use(ItemUse { attrs, .. })
        | Item::Impl(ItemImpl { attrs, .. })) = item
        else {
            return visit::visit_item(self, item);
        };
        if !is_for_tests(attrs) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        self.module.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.module.pop();
    }

    fn visit_item_use(&mut self, import: &'ast ItemUse) {
        self.add_tree(&import.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        self.add(&names.collect::<Vec<_>>());
        visit::visit_path(self, path);
    }

    /// Who may see an item is no import.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    /// Documentation is read by people.
    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
        self.read_tokens(invocation.tokens.clone());
        visit::visit_macro(self, invocation);
    }

    fn visit_lit_str(&mut self, literal: &'ast LitStr) {
        self.strings.push(literal.value());
    }
}
