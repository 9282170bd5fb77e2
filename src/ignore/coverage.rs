//! What a comment covers.
//!
//! A comment at the end of a line belongs to that line, a comment on its own to the first line of code
//! below it. It covers that line, and every block and attribute that starts there; at the end of a line
//! also those that end there, so that a comment behind the closing brace covers the block.

use std::collections::{BTreeMap, BTreeSet};

use super::comment::Directive;
use super::{IgnoreComment, Tracked};
use crate::source::{FileId, Sources, Span};
use crate::terraform::load::Loaded;
use crate::terraform::load::module::Module;
use crate::terraform::syntax::{Attribute, Block, Body};

/// The places that a comment covers.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    /// The line that it belongs to, and the blocks and attributes that go with it.
    spans: Vec<Span>,
    /// The text of that line; it distinguishes equal comments of one file.
    pub(super) header: String,
}

impl Coverage {
    /// Whether something that starts at `place` is covered.
    pub(super) fn holds(&self, place: Span) -> bool {
        let is_in = |span: &&Span| {
            span.file == place.file && (span.start..=span.end).contains(&place.start)
        };
        self.spans.iter().any(|span| is_in(&span))
    }
}

/// Joins comments with what they cover.
pub(super) fn of_all(directives: Vec<Directive>, loaded: &Loaded) -> Vec<IgnoreComment> {
    let with_file = directives.iter().map(|directive| directive.span.file);
    // Syntax is searched only in files with such comments, which most files have not.
    let files: BTreeSet<FileId> = with_file.collect();
    let elements = Elements::of(&files, loaded);
    let lines = comment_lines(&files, loaded);
    let covered = |directive: Directive| {
        let line = line_of(&directive, &lines, &loaded.sources);
        let coverage = coverage(&directive, line, &elements, &loaded.sources);
        IgnoreComment {
            directive: Tracked::new(directive),
            coverage,
        }
    };
    directives.into_iter().map(covered).collect()
}

/// The lines that hold nothing but comments.
fn comment_lines(files: &BTreeSet<FileId>, loaded: &Loaded) -> BTreeSet<(FileId, usize)> {
    let mut lines = BTreeSet::new();
    let comments = loaded.comments.iter();
    let alone = comments.filter(|comment| comment.own_line);
    for comment in alone.filter(|comment| files.contains(&comment.span.file)) {
        let (first, last) = lines_of(comment.span, &loaded.sources);
        lines.extend((first..=last).map(|line| (comment.span.file, line)));
    }
    lines
}

/// The line that a comment belongs to: the line on which it ends code, or the first line of code below.
fn line_of(
    directive: &Directive,
    comments: &BTreeSet<(FileId, usize)>,
    sources: &Sources,
) -> usize {
    let (first, last) = lines_of(directive.span, sources);
    if !directive.own_line {
        return first;
    }
    let mut below = last + 1..;
    let is_code = |line: &usize| !comments.contains(&(directive.span.file, *line));
    below.find(is_code).unwrap_or(first)
}

fn coverage(
    directive: &Directive,
    line: usize,
    elements: &Elements,
    sources: &Sources,
) -> Coverage {
    let file = directive.span.file;
    let source = sources.file(file);
    let start = source.line_start(line);
    let end = start + source.line(line).len();
    let mut spans = vec![Span::new(file, start, end)];
    spans.extend(elements.starting.get(&(file, line)).into_iter().flatten());
    if !directive.own_line {
        spans.extend(elements.ending.get(&(file, line)).into_iter().flatten());
    }
    let header = super::header(sources, file, line);
    Coverage { spans, header }
}

/// The 0-based first and last line of a span.
fn lines_of(span: Span, sources: &Sources) -> (usize, usize) {
    let file = sources.file(span.file);
    let last = (span.end as usize)
        .saturating_sub(1)
        .max(span.start as usize);
    (file.line_of(span.start as usize), file.line_of(last))
}

/// Blocks and attributes by the lines on which they start and end.
struct Elements<'a> {
    sources: &'a Sources,
    starting: BTreeMap<(FileId, usize), Vec<Span>>,
    ending: BTreeMap<(FileId, usize), Vec<Span>>,
}

impl<'a> Elements<'a> {
    fn of(files: &BTreeSet<FileId>, loaded: &'a Loaded) -> Self {
        let mut elements = Self {
            sources: &loaded.sources,
            starting: BTreeMap::new(),
            ending: BTreeMap::new(),
        };
        let roots = loaded.roots.iter().map(|root| root.module);
        let modules: BTreeSet<_> = roots
            .flat_map(|root| loaded.modules.reachable(root))
            .collect();
        for id in modules {
            let mut module_files = loaded.modules.outline(id).files.iter();
            if module_files.any(|file| files.contains(file)) {
                elements.module(loaded.modules.get(id));
            }
        }
        elements
    }

    fn module(&mut self, module: &Module) {
        for resource in module.resources.values() {
            self.add(resource.span);
            self.body(&resource.body);
        }
        for call in module.calls.values() {
            self.add(call.span);
            self.body(&call.body);
        }
        module
            .other_blocks
            .iter()
            .for_each(|block| self.block(block));
        module
            .locals
            .values()
            .for_each(|local| self.attribute(local));
    }

    fn body(&mut self, body: &Body) {
        for attribute in &body.attributes {
            self.attribute(attribute);
        }
        for block in &body.blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        self.add(block.span);
        self.body(&block.body);
    }

    fn attribute(&mut self, attribute: &Attribute) {
        self.add(attribute.span);
    }

    fn add(&mut self, span: Span) {
        let (first, last) = lines_of(span, self.sources);
        self.starting
            .entry((span.file, first))
            .or_default()
            .push(span);
        self.ending.entry((span.file, last)).or_default().push(span);
    }
}
