//! Links between pages lead to files and headings, and every page can be reached.
#![allow(
    clippy::disallowed_methods,
    reason = "tests look at the files of the repository"
)]

use std::collections::BTreeSet;
use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::PAGES;
use crate::support::{command, current};

#[test]
fn the_readme_leads_to_every_page() {
    let entries = repository().join("docs").read_dir().expect("the pages");
    let names = entries.map(|entry| entry.expect("readable").file_name());
    let found: BTreeSet<_> = names
        .map(|name| format!("docs/{}", name.display()))
        .collect();
    let expected = PAGES[1..].iter().map(|page| (*page).to_owned());
    assert_eq!(found, expected.collect());
    let linked = links(&current::read("README.md"));
    for page in found {
        assert!(linked.contains(&page), "{page}");
    }
}

#[test]
fn relative_links_lead_to_files_and_headings() {
    let others = [
        "CONTRIBUTING.md",
        "fuzz/README.md",
        "rules/README.md",
        "src/README.md",
        "testdata/README.md",
    ];
    for page in PAGES.into_iter().chain(others) {
        let directory = repository().join(page);
        let directory = directory.parent().expect("a page is in a directory");
        for link in links(&current::read(page)) {
            let (path, heading) = link.split_once('#').unwrap_or((&link, ""));
            let path = directory.join(path);
            assert!(path.exists(), "{page}: {link}");
            assert!(
                heading.is_empty() || anchors(&command::read(path)).contains(heading),
                "{page}: {link}"
            );
        }
    }
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where a page leads within the repository.
fn links(page: &str) -> BTreeSet<String> {
    let events = Parser::new_ext(page, Options::ENABLE_TABLES);
    let targets = events.filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url),
        _ => None,
    });
    let targets = targets.filter(|target| !target.contains("://"));
    targets.map(|target| target.to_string()).collect()
}

/// The names that GitHub gives to the headings of a page.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut heading: Option<String> = None;
    for event in Parser::new(page) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => anchors.extend(heading.take()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&anchor(&text));
                }
            }
            _ => {}
        }
    }
    anchors
}

fn anchor(text: &str) -> String {
    let lowercase = text.to_lowercase();
    let kept = lowercase.chars().filter_map(|character| match character {
        ' ' => Some('-'),
        '-' | '_' => Some(character),
        _ => character.is_alphanumeric().then_some(character),
    });
    kept.collect()
}
