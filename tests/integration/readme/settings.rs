//! The settings that the pages show are settings, and every setting is on its page.

use std::path::Path;

use tfvpc::settings::{FILE_NAME, Settings, TEMPLATE};
use tfvpc::source::Sources;

use super::PAGES;
use crate::support::current;

#[test]
fn the_examples_of_settings_are_read_without_a_problem() {
    let pages = PAGES.map(current::read);
    let examples = pages
        .iter()
        .flat_map(|page| page.split("```toml\n").skip(1));
    let examples: Vec<_> = examples
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(examples.len() > 3);
    for example in examples {
        let mut sources = Sources::default();
        let file = sources.add(FILE_NAME.into(), example.into());
        let (_, problems) = Settings::parse(example, file, Path::new("."));
        assert_eq!(problems, [], "{example}");
    }
}

#[test]
fn the_page_of_the_settings_names_every_key() {
    let page = current::read("docs/settings.md");
    let lines = TEMPLATE.lines().filter_map(|line| line.strip_prefix("# "));
    let top = lines.take_while(|line| !line.starts_with("[vars]"));
    let keys = top.filter_map(|line| Some(line.split_once(" = ")?.0));
    let keys: Vec<_> = keys.filter(|key| !key.contains(' ')).collect();
    assert!(keys.contains(&"fail-on") && keys.len() > 12, "{keys:?}");
    for key in keys {
        assert!(page.contains(&format!("`{key}`")), "{key}");
    }
}
