//! The page of a rule, `rules/<name>.md`: front matter, a title, a lead and five sections with examples
//! that run as tests. `tfvpc explain`, SARIF and the index of the rules read it too.

use memchr::memmem;
use thiserror::Error;

use crate::finding::{Category, Severity};

/// What `rules/<name>.md` says.
#[derive(Debug)]
pub struct Page {
    /// How bad its findings are unless a check lowers it.
    pub severity: Severity,
    /// What kind of fault it reports.
    pub category: Category,
    /// When the rule runs.
    pub default: Default,
    /// The version that brought it.
    pub since: &'static str,
    /// One line: what is wrong.
    pub title: &'static str,
    /// One paragraph: what is wrong and what follows from it.
    pub lead: &'static str,
    /// The title and everything below it, as Markdown.
    pub text: &'static str,
    /// The section with what fails. Examples are looked for when they are asked for: every run reads every page.
    fails: &'static str,
    /// The section with what passes.
    passes: &'static str,
}

/// When a rule runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Default {
    /// Unless it is ignored.
    On,
    /// When it or `pedantic` is selected.
    Pedantic,
    /// When it or `all` is selected.
    Off,
}

/// Why a page is not well formed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum PageError {
    /// There is no front matter between two lines `---`.
    #[error("the page does not start with front matter")]
    FrontMatter,
    /// A key is absent or has a value that it cannot have.
    #[error("`{0}` is missing or not a known value")]
    Key(&'static str),
    /// The title, the lead or a section is not there, or not in its place.
    #[error("`{0}` is missing or in the wrong place")]
    Part(&'static str),
}

/// The sections of a page, in their order.
const SECTIONS: [&str; 5] = [
    "Why it matters",
    "Fails",
    "Passes",
    "How to fix",
    "References",
];

impl Page {
    /// Reads a page.
    pub fn parse(page: &'static str) -> Result<Self, PageError> {
        let rest = page.strip_prefix("---\n").ok_or(PageError::FrontMatter)?;
        let (front, text) = rest.split_once("\n---\n").ok_or(PageError::FrontMatter)?;
        let text = text.trim();
        let (head, sections) = split_sections(text)?;
        let title = head.strip_prefix("# ").ok_or(PageError::Part("# title"))?;
        let (title, lead) = title.split_once("\n\n").ok_or(PageError::Part("lead"))?;
        Ok(Self {
            severity: word(front, "severity", Severity::ALL, Severity::as_str)?,
            category: word(front, "category", Category::ALL, Category::as_str)?,
            default: word(front, "default", Default::ALL, Default::as_str)?,
            since: value(front, "since")?,
            title,
            lead: lead.trim(),
            text,
            fails: sections[1],
            passes: sections[2],
        })
    }

    /// The `tfvpc.toml` with which its examples are checked, if they need one.
    pub fn settings(&self) -> Option<&'static str> {
        code_blocks(self.text, "toml").next()
    }

    /// Modules in which the rule reports every line marked `# finding`.
    pub fn fails(&self) -> impl Iterator<Item = &'static str> {
        code_blocks(self.fails, "hcl")
    }

    /// Modules in which the rule reports nothing.
    pub fn passes(&self) -> impl Iterator<Item = &'static str> {
        code_blocks(self.passes, "hcl")
    }
}

impl Default {
    const ALL: [Self; 3] = [Self::On, Self::Pedantic, Self::Off];

    /// The word of the front matter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Pedantic => "pedantic",
            Self::Off => "off",
        }
    }
}

fn value(front: &'static str, key: &'static str) -> Result<&'static str, PageError> {
    let mut lines = front.lines().filter_map(|line| line.split_once(": "));
    let found = lines.find(|(name, _)| *name == key);
    found
        .map(|(_, value)| value.trim())
        .ok_or(PageError::Key(key))
}

/// The value of a key of the front matter that must be one of some words.
fn word<T: Copy, const N: usize>(
    front: &'static str,
    key: &'static str,
    words: [T; N],
    name: fn(T) -> &'static str,
) -> Result<T, PageError> {
    let value = value(front, key)?;
    let mut words = words.into_iter();
    words
        .find(|word| name(*word) == value)
        .ok_or(PageError::Key(key))
}

fn split_sections(text: &'static str) -> Result<(&'static str, [&'static str; 5]), PageError> {
    const START: &str = "\n## ";
    // Every run reads every page.
    let mut starts = memmem::find_iter(text.as_bytes(), START);
    let mut from = 0;
    let mut parts = std::iter::from_fn(|| {
        let part = text.get(from..)?;
        let length = starts.next().map_or(part.len(), |start| start - from);
        from += length + START.len();
        Some(&part[..length])
    });
    let head = parts.next().unwrap_or_default();
    let mut sections = [""; 5];
    for (section, name) in sections.iter_mut().zip(SECTIONS) {
        let part = parts.next().unwrap_or_default();
        let body = part
            .strip_prefix(name)
            .filter(|body| body.is_empty() || body.starts_with('\n'));
        *section = body.ok_or(PageError::Part(name))?;
    }
    match parts.next() {
        Some(_) => Err(PageError::Part("References")),
        None => Ok((head, sections)),
    }
}

fn code_blocks(section: &'static str, language: &str) -> impl Iterator<Item = &'static str> {
    let mut rest = section;
    let start = format!("```{language}\n");
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(&start)?;
        let (code, after) = after.split_once("```")?;
        rest = after;
        Some(code)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "---\nseverity: medium\ncategory: cost\ndefault: pedantic\nsince: 0.1.0\n---\n\
        # A title\n\nA lead\nof two lines.\n\n## Why it matters\n\nMoney.\n\n## Fails\n\n```hcl\na = 1 # finding\n```\n\n\
        or\n\n```hcl\nb = 1 # finding\n```\n\n## Passes\n\n```hcl\nc = 1\n```\n\n## How to fix\n\nDon't.\n\n## References\n\n- one\n";

    #[test]
    fn a_page_gives_its_front_matter_title_lead_and_examples() {
        let page = Page::parse(PAGE).expect("well formed");
        assert_eq!(page.severity, Severity::Medium);
        assert_eq!(page.category, Category::Cost);
        assert_eq!(page.default, Default::Pedantic);
        assert_eq!((page.title, page.since), ("A title", "0.1.0"));
        assert_eq!(page.lead, "A lead\nof two lines.");
        let fails = ["a = 1 # finding\n", "b = 1 # finding\n"];
        assert!(page.fails().eq(fails));
        assert!(page.passes().eq(["c = 1\n"]));
        assert!(page.text.starts_with("# A title") && page.text.ends_with("- one"));
    }

    #[test]
    fn a_page_may_say_which_settings_its_examples_need() {
        let settings = "## Fails\n\n```toml\nservices = ['ssm']\n```\n";
        let page = Page::parse(PAGE.replace("## Fails\n", settings).leak()).expect("well formed");
        assert_eq!(page.settings(), Some("services = ['ssm']\n"));
        assert_eq!(page.fails().count(), 2);
        assert_eq!(Page::parse(PAGE).expect("well formed").settings(), None);
    }

    #[test]
    fn a_page_without_a_section_or_with_an_unknown_word_is_refused() {
        let without = PAGE.replace("## Passes", "## Passed").leak();
        assert_eq!(Page::parse(without).err(), Some(PageError::Part("Passes")));
        let unknown = PAGE.replace("medium", "grave").leak();
        assert_eq!(Page::parse(unknown).err(), Some(PageError::Key("severity")));
        assert_eq!(Page::parse("# A title").err(), Some(PageError::FrontMatter));
    }
}
