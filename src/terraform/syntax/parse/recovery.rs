//! A mistake costs the item that it is in, not the file.
//!
//! A text that cannot be parsed is parsed again without the item that is refused: the attribute, or the block if its
//! header is what is wrong. Blanks take its place, so that every offset stays true. An attribute that is left out is not
//! one that nobody sets: it comes back as [`ExpressionKind::Unreadable`], whose value is unknown.
//!
//! The number of mistakes is bounded, and each costs the time of one more parse. A file with more of them is refused.

use std::ops::Range;

use super::lexer::{Mode, items};
use super::refusal::Refusal;
use super::{Refused, read};
use crate::source::{FileId, Problem, Span};
use crate::terraform::syntax::{Attribute, Body, Expression, ExpressionKind, File};

/// Mistakes that one file may have.
const MOST_MISTAKES: usize = 16;

/// Reads a configuration file as far as it can be read, with what is wrong in it; `Err` if nothing of it can.
pub fn parse_recovering(text: &str, file: FileId) -> Result<(File, Vec<Problem>), Problem> {
    let mut recovery = Recovery {
        text: text.to_owned(),
        file,
        problems: Vec::new(),
        unreadable: Vec::new(),
    };
    for _ in 0..=MOST_MISTAKES {
        match read(&recovery.text, file) {
            Ok(file) => return Ok(recovery.finish(file)),
            Err(refused) => {
                if recovery.leave_out(refused).is_none() {
                    break;
                }
            }
        }
    }
    Err(recovery.problems.swap_remove(0))
}

struct Recovery {
    /// The text without the items that are left out.
    text: String,
    file: FileId,
    problems: Vec<Problem>,
    /// The attributes that are left out.
    unreadable: Vec<Attribute>,
}

impl Recovery {
    /// Leaves the item out that a mistake is in; `None` if the mistake has no end that can be told.
    fn leave_out(&mut self, refused: Refused) -> Option<()> {
        let at = refused.problem.span.map(|span| span.start as usize);
        if let Some(name) = at.and_then(|at| quoted_name(&self.text, at)) {
            self.leave_quotes_out(name);
            return Some(());
        }
        self.problems.push(refused.problem);
        let item = self.item(at?)?;
        // Of an attribute that is set twice, the first value stays.
        if refused.refusal != Some(Refusal::SetTwice) {
            self.keep_name(&item);
        }
        self.blank(item);
        Some(())
    }

    /// Terraform refuses a name in quotes, and what is meant is clear.
    fn leave_quotes_out(&mut self, name: Range<usize>) {
        let (start, end) = (name.start - 1, name.end + 1);
        let message = format!("the name `{}` is in quotes", &self.text[name.clone()]);
        let problem = Problem::error(message, Span::new(self.file, start, end));
        let help = "write the names of arguments and blocks without quotes";
        self.problems.push(problem.help(help));
        self.blank(start..name.start);
        self.blank(name.end..end);
    }

    /// The innermost item of a body that holds a place, or the one that is being read there.
    fn item(&self, at: usize) -> Option<Range<usize>> {
        let items = items(&self.text, Mode::Body, self.file);
        if let Some(start) = items.unfinished {
            return Some(start..end_by_indentation(&self.text, start));
        }
        // What is missing is missing at the end of the item.
        let holding = items
            .finished
            .into_iter()
            .filter(|item| item.start <= at && at <= item.end);
        holding.min_by_key(ExactSizeIterator::len)
    }

    /// Remembers the attribute or the nested block that an item is.
    fn keep_name(&mut self, item: &Range<usize>) {
        let text = &self.text[item.clone()];
        let name = match word(text) {
            // The blocks that it makes are what is not known.
            "dynamic" => text.split('"').nth(1).unwrap_or_default(),
            name => name,
        };
        if name.is_empty() {
            return;
        }
        let end = item.start + text.trim_end().len();
        let span = Span::new(self.file, item.start, end);
        self.unreadable.push(Attribute {
            name: name.into(),
            value: Expression {
                kind: ExpressionKind::Unreadable,
                span,
            },
            span,
        });
    }

    fn blank(&mut self, range: Range<usize>) {
        let is_kept = |c: char| matches!(c, '\n' | '\r');
        let blanks: String = self.text[range.clone()]
            .chars()
            .map(|c| {
                if is_kept(c) {
                    c.to_string()
                } else {
                    " ".repeat(c.len_utf8())
                }
            })
            .collect();
        self.text.replace_range(range, &blanks);
    }

    fn finish(self, mut file: File) -> (File, Vec<Problem>) {
        for attribute in self.unreadable {
            match innermost(&mut file.body, attribute.span) {
                Some(body) if body.attribute(&attribute.name).is_none() => {
                    body.attributes.push(attribute);
                }
                Some(_) => {}
                None => file.is_partial = true,
            }
        }
        (file, self.problems)
    }
}

/// The content of the innermost block around a place; `None` outside of all blocks.
fn innermost(body: &mut Body, place: Span) -> Option<&mut Body> {
    let holds = |span: Span| span.start <= place.start && place.start < span.end;
    let block = body.blocks.iter_mut().find(|block| holds(block.span))?;
    // Asked twice, since a borrow that is returned in one arm only cannot be used in the other.
    if block.body.blocks.iter().any(|nested| holds(nested.span)) {
        innermost(&mut block.body, place)
    } else {
        Some(&mut block.body)
    }
}

/// The name that is in quotes at a place where the name of an attribute or block is due.
fn quoted_name(text: &str, at: usize) -> Option<Range<usize>> {
    let line_start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let is_first = text[line_start..at].trim().is_empty();
    let rest = text[at..].strip_prefix('"').filter(|_| is_first)?;
    let name = word(rest);
    let rest = rest[name.len()..].strip_prefix('"')?.trim_start();
    let is_name = !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit());
    let is_set = rest.starts_with('{') || rest.starts_with('=') && !rest.starts_with("==");
    (is_name && is_set).then(|| at + 1..at + 1 + name.len())
}

/// The name that a text begins with.
fn word(text: &str) -> &str {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    &text[..text.find(|c| !is_part(c)).unwrap_or(text.len())]
}

/// Where an item ends whose brackets or quotes do not tell: before the next line that is not indented deeper, but behind
/// that line if it closes what the item opens.
fn end_by_indentation(text: &str, start: usize) -> usize {
    let line_start = text[..start].rfind('\n').map_or(0, |end| end + 1);
    let indentation = start - line_start;
    let mut end = line_end(text, start);
    let mut next = end + 1;
    while let Some(line) = text.get(next..).and_then(|rest| rest.lines().next()) {
        let line_end = line_end(text, next);
        let content = line.trim_start();
        let is_deeper = line.len() - content.len() > indentation;
        let closes = content.starts_with(['}', ']', ')']);
        if is_deeper || closes && line.len() - content.len() == indentation {
            end = line_end;
        }
        if !content.is_empty() && !is_deeper {
            break;
        }
        next = line_end + 1;
    }
    end
}

fn line_end(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    text[at..].find('\n').map_or(text.len(), |end| at + end)
}

#[cfg(test)]
mod tests;
