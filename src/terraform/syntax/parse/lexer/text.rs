//! Literal text: quoted strings, heredocs and templates.

use super::Lexer;
use crate::source::Problem;
use crate::terraform::syntax::parse::delimiter::{Delimiter, Directive};

impl<'a> Lexer<'a> {
    pub(super) fn open_heredoc(&mut self) -> Result<(), Problem> {
        let rest = self.rest();
        let line = rest.find('\n').map_or(rest, |end| &rest[..end]);
        let header = line.strip_suffix('\r').unwrap_or(line);
        let marker = header[2..].strip_prefix('-').unwrap_or(&header[2..]);
        let is_marker = marker.starts_with(|c: char| c == '_' || c.is_alphabetic())
            && marker
                .chars()
                .all(|c| c == '_' || c == '-' || c.is_alphanumeric());
        if !is_marker || line.len() == rest.len() {
            let problem = self.problem("a heredoc needs a marker of its own", self.at, 2);
            return Err(
                problem.help("write `<<EOT`, then the text on lines of its own, then `EOT`")
            );
        }
        let end = self.at + header.len();
        let delimiter = Delimiter::Heredoc {
            marker: (end - marker.len(), end),
            is_line_start: true,
        };
        self.open(delimiter, line.len() + 1);
        Ok(())
    }

    /// Reads a line of a heredoc, or what ends it.
    pub(super) fn heredoc_line(&mut self) -> Result<(), Problem> {
        let Delimiter::Heredoc {
            marker: (start, end),
            is_line_start,
        } = self.top()
        else {
            return Ok(());
        };
        let marker = &self.text[start..end];
        if is_line_start && let Some(line) = self.closing_line(marker) {
            let is_empty = matches!(&self.text[end..self.at], "\n" | "\r\n");
            return self.close_heredoc(line, marker.len(), is_empty);
        }
        // The filler must not look like the marker, at which the library would end the heredoc.
        let filler = if marker.starts_with('x') { 'y' } else { 'x' };
        self.literal(|c| c == '\n', filler)?;
        let ends_line = self.text[..self.at].ends_with('\n');
        if let Delimiter::Heredoc {
            is_line_start: is_next_line_start,
            ..
        } = self.top_mut()
        {
            *is_next_line_start = ends_line;
        }
        Ok(())
    }

    /// An empty heredoc becomes a string, since `hcl::edit` would look for its end further down.
    fn close_heredoc(&mut self, line: &str, marker: usize, is_empty: bool) -> Result<(), Problem> {
        self.close_directives()?;
        let indent = line.len() - line.trim_start().len();
        self.skip_blank(indent);
        self.at += marker;
        let end = self.at;
        self.skip_blank(line.len() - indent - marker);
        let start = self.delimiters.pop().map_or(0, |(start, _)| start);
        if is_empty {
            self.prepared[start..end].fill(b'x');
            self.prepared[start] = b'"';
            self.prepared[end - 1] = b'"';
        }
        Ok(())
    }

    /// The line that begins here, without its end, if it holds the marker only.
    fn closing_line(&self, marker: &str) -> Option<&'a str> {
        let (line, _) = self.text[self.at..].split_once('\n')?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        (line.trim() == marker).then_some(line)
    }

    pub(super) fn quoted(&mut self) -> Result<(), Problem> {
        match self.text.as_bytes()[self.at] {
            b'"' => {
                self.close_directives()?;
                self.delimiters.pop();
                self.at += 1;
                Ok(())
            }
            b'\n' | b'\r' => Err(self.unfinished_string()),
            _ => self.literal(|c| matches!(c, '"' | '\n' | '\r'), 'x'),
        }
    }

    /// Inside `${` a quote opens a string, even where the author meant to close the outer one: then the `}` is missing.
    fn unfinished_string(&self) -> Problem {
        if let [.., (start, delimiter @ Delimiter::Interpolation), _] = self.delimiters.as_slice() {
            let message = format!("{} is never closed", delimiter.name());
            return self.problem(message, *start, 2).help("add the missing `}`");
        }
        let problem = self.problem("a quoted string ends on its line", self.at, 0);
        problem.help("write `\\n` for a line break, or a heredoc")
    }

    /// Fills literal text up to an interpolation, a directive, or `is_end`; keeps an end that is
    /// a line break of a heredoc, which belongs to its line.
    pub(super) fn literal(
        &mut self,
        is_end: impl Fn(char) -> bool,
        filler: char,
    ) -> Result<(), Problem> {
        let is_quoted = matches!(self.top(), Delimiter::Quoted);
        let start = self.at;
        loop {
            self.skip_plain_text();
            let rest = self.rest();
            let Some(c) = rest.chars().next() else { break };
            if rest.starts_with("${") || rest.starts_with("%{") {
                self.fill(start, filler);
                return self.open_interpolation();
            }
            let length = if rest.starts_with("$${") || rest.starts_with("%%{") {
                3
            } else if is_quoted && c == '\\' {
                1 + rest[1..].chars().next().map_or(0, char::len_utf8)
            } else if is_end(c) {
                break;
            } else if c == '\r' && !rest.starts_with("\r\n") {
                return Err(self.unexpected());
            } else {
                c.len_utf8()
            };
            self.at += length;
        }
        self.fill(start, filler);
        if matches!(self.top(), Delimiter::Heredoc { .. }) && self.at < self.text.len() {
            self.at += 1;
        }
        Ok(())
    }

    /// Goes past text in which nothing can end, open or escape anything.
    fn skip_plain_text(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let is_special = |byte: &u8| matches!(byte, b'$' | b'%' | b'\\' | b'"' | b'\n' | b'\r');
        let length = rest.iter().position(is_special);
        self.at += length.unwrap_or(rest.len());
    }

    fn fill(&mut self, start: usize, filler: char) {
        self.prepared[start..self.at].fill(filler as u8);
    }

    fn open_interpolation(&mut self) -> Result<(), Problem> {
        let strip = usize::from(self.text.as_bytes().get(self.at + 2) == Some(&b'~'));
        if self.rest().starts_with('%') {
            self.directive(2 + strip)?;
        }
        if let Delimiter::Heredoc { is_line_start, .. } = self.top_mut() {
            *is_line_start = false;
        }
        self.open(Delimiter::Interpolation, 2 + strip);
        Ok(())
    }

    fn directive(&mut self, opener: usize) -> Result<(), Problem> {
        let inner = self.rest()[opener..].trim_start();
        let end = inner.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-');
        let keyword = &inner[..end.unwrap_or(inner.len())];
        let depth = self.delimiters.len();
        let open = self.directives.last().filter(|open| open.0 == depth);
        let open = open.map(|(_, _, directive)| *directive);
        match (keyword, open) {
            ("if", _) => self.directives.push((depth, self.at, Directive::If)),
            ("for", _) => self.directives.push((depth, self.at, Directive::For)),
            ("else", Some(Directive::If)) => {
                self.directives.pop();
                self.directives.push((depth, self.at, Directive::Else));
            }
            ("endif", Some(Directive::If | Directive::Else)) | ("endfor", Some(Directive::For)) => {
                self.directives.pop();
            }
            ("else" | "endif" | "endfor", _) => {
                let message = format!("unexpected `{keyword}` directive");
                return Err(self.problem(message, self.at, opener));
            }
            _ => {
                let message = format!("`{keyword}` is not a template directive");
                let problem = self.problem(message, self.at, opener);
                return Err(problem.help("write `%%{` for a literal `%{`"));
            }
        }
        Ok(())
    }

    pub(super) fn close_directives(&self) -> Result<(), Problem> {
        match self.directives.last() {
            Some((depth, start, directive)) if *depth == self.delimiters.len() => {
                let message = format!("the directive has no `{}`", directive.end());
                Err(self.problem(message, *start, 2))
            }
            _ => Ok(()),
        }
    }
}
