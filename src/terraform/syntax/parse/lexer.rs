//! Prepares a text for `hcl::edit`, which is narrower than Terraform in places.
//!
//! The result has the length of the input, so that every offset stays true:
//! - comments and line breaks that Terraform ignores become spaces;
//! - object constructors become tuples of keys and values, which may repeat keys and are read in
//!   linear time;
//! - literal text becomes filler, and long numbers become short ones: both are read from the input.

mod number;
mod text;

use std::ops::Range;
use std::sync::Arc;

use super::delimiter::{Delimiter, Directive, ItemPart, LineProgress, ObjectProgress};
use crate::source::{FileId, Problem, Span};
use crate::terraform::syntax::Comment;

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// A configuration file.
    Body,
    /// One expression, which may span lines.
    Expression,
    /// Literal text with interpolations.
    Template,
}

/// A text that `hcl::edit` reads as Terraform reads the input.
#[derive(Debug)]
pub(super) struct Prepared {
    /// As long as the input.
    pub(super) text: String,
    /// The comments of the input.
    pub(super) comments: Vec<Comment>,
}

/// The most brackets in brackets, so that the stack stays small. `hcl::edit` allows fewer where it calls itself.
const DEEPEST_NESTING: usize = 1000;

/// The attributes and blocks of a text, as far as they can be told.
#[derive(Debug, Default)]
pub(super) struct Items {
    /// Where each item of a body is; items of a block come before the block.
    pub(super) finished: Vec<Range<usize>>,
    /// Where the innermost item begins that is being read when the text turns out to be refused.
    pub(super) unfinished: Option<usize>,
}

/// The items of a text that Terraform may refuse.
pub(super) fn items(text: &str, mode: Mode, file: FileId) -> Items {
    let mut lexer = Lexer::new(text, mode, file);
    let is_refused = lexer.run().is_err();
    // Where a heredoc is never closed, all the rest of the file is its text.
    let is_open_heredoc = matches!(lexer.top(), Delimiter::Heredoc { .. });
    let unfinished = lexer.open_items.last().map(|(_, start)| *start);
    Items {
        finished: lexer.items,
        unfinished: (is_refused && !is_open_heredoc).then(|| unfinished.unwrap_or(lexer.at)),
    }
}

/// Prepares `text`, or says why Terraform would refuse it.
pub(super) fn prepare(text: &str, mode: Mode, file: FileId) -> Result<Prepared, Problem> {
    let mut lexer = Lexer::new(text, mode, file);
    lexer.run()?;
    Ok(Prepared {
        text: String::from_utf8(lexer.prepared).expect("only whole characters are replaced"),
        comments: lexer.comments,
    })
}

struct Lexer<'a> {
    text: &'a str,
    file: FileId,
    prepared: Vec<u8>,
    at: usize,
    /// What encloses the current place, innermost last, and where each begins.
    delimiters: Vec<(usize, Delimiter)>,
    /// Open `%{ if }` and `%{ for }`, with the number of delimiters that enclose them.
    directives: Vec<(usize, usize, Directive)>,
    comments: Vec<Comment>,
    /// Whether the last token was a dot.
    after_dot: bool,
    /// Whether only white space was read on this line.
    is_line_blank: bool,
    /// The items of bodies that were read.
    items: Vec<Range<usize>>,
    /// The items that are being read, innermost last: how many delimiters enclose each, and where it begins.
    open_items: Vec<(usize, usize)>,
}

impl<'a> Lexer<'a> {
    fn new(text: &'a str, mode: Mode, file: FileId) -> Self {
        let root = match mode {
            Mode::Body => Delimiter::Body(LineProgress::Start),
            Mode::Expression => Delimiter::Expression,
            Mode::Template => Delimiter::Template,
        };
        Self {
            text,
            file,
            prepared: text.as_bytes().to_vec(),
            at: 0,
            delimiters: vec![(0, root)],
            directives: Vec::new(),
            comments: Vec::new(),
            after_dot: false,
            is_line_blank: true,
            items: Vec::new(),
            open_items: Vec::new(),
        }
    }

    fn run(&mut self) -> Result<(), Problem> {
        if self.text.starts_with('\u{feff}') {
            self.skip_blank(3);
        }
        while self.at < self.text.len() {
            if self.delimiters.len() > DEEPEST_NESTING {
                return Err(self.problem("brackets are nested too deeply", self.at, 1));
            }
            match self.top() {
                Delimiter::Quoted => self.quoted()?,
                Delimiter::Heredoc { .. } => self.heredoc_line()?,
                Delimiter::Template => self.literal(|_| false, 'x')?,
                _ => self.token()?,
            }
        }
        self.end()
    }

    fn end(&mut self) -> Result<(), Problem> {
        if self.delimiters.len() == 1 {
            self.end_item();
            return self.close_directives();
        }
        let (start, delimiter) = *self
            .delimiters
            .last()
            .expect("the root delimiter is never left");
        let message = format!("{} is never closed", delimiter.name());
        Err(self.problem(message, start, delimiter.opener_length()))
    }

    fn top(&self) -> Delimiter {
        self.delimiters
            .last()
            .expect("the root delimiter is never left")
            .1
    }

    fn top_mut(&mut self) -> &mut Delimiter {
        &mut self
            .delimiters
            .last_mut()
            .expect("the root delimiter is never left")
            .1
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn problem(&self, message: impl Into<String>, start: usize, length: usize) -> Problem {
        Problem::error(message, Span::new(self.file, start, start + length))
    }

    fn unexpected(&self) -> Problem {
        let token = self.rest().chars().next().unwrap_or(' ');
        let message = format!("unexpected `{}`", token.escape_debug());
        self.problem(message, self.at, token.len_utf8())
    }

    fn skip_blank(&mut self, length: usize) {
        self.prepared[self.at..self.at + length].fill(b' ');
        self.at += length;
    }

    /// Goes past a token that is part of an expression.
    fn skip(&mut self, length: usize) {
        self.at += length;
        self.after_dot = false;
        if let Delimiter::Object(object) = self.top_mut() {
            object.has_content = true;
        }
    }

    fn token(&mut self) -> Result<(), Problem> {
        let rest = &self.text.as_bytes()[self.at..];
        match (rest[0], rest.get(1)) {
            (b' ' | b'\t', _) => self.at += 1,
            (b'\n', _) => self.line_break(1)?,
            (b'\r', Some(b'\n')) => self.line_break(2)?,
            (b'#', _) | (b'/', Some(b'/' | b'*')) => self.comment()?,
            (first, second) => {
                let second = second.copied();
                self.begin_line(first)?;
                self.visible_token(first, second)?;
                self.is_line_blank = false;
            }
        }
        Ok(())
    }

    /// The item that is being read in the innermost body ends here.
    fn end_item(&mut self) {
        let depth = self.delimiters.len();
        if let Some((_, start)) = self.open_items.pop_if(|(found, _)| *found == depth) {
            self.items.push(start..self.at);
        }
    }

    /// A line of a body begins with a name, or ends the body.
    fn begin_line(&mut self, first: u8) -> Result<(), Problem> {
        if matches!(self.top(), Delimiter::Body(LineProgress::Start)) && first != b'}' {
            self.open_items.push((self.delimiters.len(), self.at));
        }
        match self.top_mut() {
            Delimiter::Body(line @ LineProgress::Start) if is_word_start(first) => {
                *line = LineProgress::Header;
                Ok(())
            }
            Delimiter::Body(LineProgress::Start) if first != b'}' => Err(self.unexpected()),
            _ => Ok(()),
        }
    }

    fn visible_token(&mut self, first: u8, second: Option<u8>) -> Result<(), Problem> {
        match (first, second) {
            (b'"', _) => self.open(Delimiter::Quoted, 1),
            (b'<', Some(b'<')) => self.open_heredoc()?,
            (b'0'..=b'9', _) => self.number()?,
            (b'(', _) => self.open(Delimiter::Parentheses, 1),
            (b'[', _) => self.open(Delimiter::Brackets, 1),
            (b'{', _) => self.open_brace(),
            (b')' | b']' | b'}', _) | (b'~', Some(b'}')) => self.close()?,
            (b'.', Some(b'.')) => {
                let rest = self.rest();
                self.skip(rest.len() - rest.trim_start_matches('.').len());
            }
            (b'.', _) => {
                self.skip(1);
                self.after_dot = true;
            }
            _ if is_word_start(first) => self.identifier(),
            _ => self.operator(first, second)?,
        }
        Ok(())
    }

    fn identifier(&mut self) {
        let is_part = |byte: &u8| is_word_start(*byte) || *byte == b'-' || byte.is_ascii_digit();
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.iter().position(|byte| !is_part(byte));
        self.skip(length.unwrap_or(rest.len()));
    }

    fn operator(&mut self, byte: u8, next: Option<u8>) -> Result<(), Problem> {
        let two = match (byte, next) {
            (b'=', Some(b'=' | b'>')) | (b'!' | b'<' | b'>', Some(b'=')) => true,
            (b'&' | b'|' | b':', next) => next == Some(byte),
            _ => false,
        };
        match byte {
            _ if two => self.skip(2),
            b'=' | b':' => self.separator(byte)?,
            b',' => self.comma()?,
            b'?' => {
                if let Delimiter::Object(object) = self.top_mut() {
                    object.conditionals += 1;
                }
                self.skip(1);
            }
            b'*' | b'/' | b'%' | b'+' | b'-' | b'<' | b'>' | b'!' => self.skip(1),
            _ => return Err(self.unexpected()),
        }
        Ok(())
    }

    /// `=` and `:` between names and values.
    fn separator(&mut self, byte: u8) -> Result<(), Problem> {
        match self.top_mut() {
            Delimiter::Body(line) if byte == b'=' => *line = LineProgress::Value,
            Delimiter::Object(object) if byte == b':' && object.conditionals > 0 => {
                object.conditionals -= 1;
            }
            Delimiter::Object(object) if object.item == ItemPart::Key => {
                if !object.has_content {
                    return Err(self.unexpected().help("write a key before it"));
                }
                *object = ObjectProgress::at(ItemPart::Value);
                self.prepared[self.at] = b',';
                self.at += 1;
                return Ok(());
            }
            _ => {}
        }
        self.skip(1);
        Ok(())
    }

    fn comma(&mut self) -> Result<(), Problem> {
        if let Delimiter::Object(object) = self.top_mut() {
            if object.item == ItemPart::Key || !object.has_content {
                let help = "an object consists of `key = value` items";
                return Err(self.unexpected().help(help));
            }
            *object = ObjectProgress::at(ItemPart::Key);
            self.at += 1;
        } else {
            self.skip(1);
        }
        Ok(())
    }

    fn line_break(&mut self, length: usize) -> Result<(), Problem> {
        let after_dot = self.after_dot;
        self.is_line_blank = true;
        match self.top_mut() {
            Delimiter::Body(_) | Delimiter::Object(_) if after_dot => {
                return Err(self.problem("a name is missing after the dot", self.at, 0));
            }
            Delimiter::Body(line) => {
                *line = LineProgress::Start;
                self.end_item();
                self.at += length;
            }
            Delimiter::Object(object) if object.is_complete() => {
                *object = ObjectProgress::at(ItemPart::Key);
                self.skip_blank(length);
                self.prepared[self.at - 1] = b',';
            }
            Delimiter::Object(object) if object.is_started() => {
                let problem = self.problem("the object item has no value", self.at, 0);
                return Err(problem.help("write `key = value` on one line"));
            }
            _ => self.skip_blank(length),
        }
        Ok(())
    }

    fn comment(&mut self) -> Result<(), Problem> {
        let rest = self.rest();
        let length = if let Some(block) = rest.strip_prefix("/*") {
            let end = block.find("*/");
            end.ok_or_else(|| self.problem("the comment is never closed", self.at, 2))? + 4
        } else {
            let line = rest.find('\n').map_or(rest, |end| &rest[..end]);
            line.strip_suffix('\r').unwrap_or(line).len()
        };
        self.comments.push(Comment {
            text: Arc::from(&rest[..length]),
            span: Span::new(self.file, self.at, self.at + length),
            own_line: self.is_line_blank,
        });
        self.skip_blank(length);
        self.is_line_blank = false;
        Ok(())
    }

    fn open(&mut self, delimiter: Delimiter, length: usize) {
        let start = self.at;
        self.skip(length);
        self.delimiters.push((start, delimiter));
    }

    fn open_brace(&mut self) {
        if matches!(self.top(), Delimiter::Body(LineProgress::Header)) {
            self.open(Delimiter::Body(LineProgress::Start), 1);
        } else if begins_with_for(&self.text[self.at + 1..]) {
            self.open(Delimiter::For, 1);
        } else {
            self.prepared[self.at] = b'[';
            self.open(Delimiter::Object(ObjectProgress::at(ItemPart::Key)), 1);
        }
    }

    fn close(&mut self) -> Result<(), Problem> {
        let closer = self.text.as_bytes()[self.at];
        let is_root = self.delimiters.len() == 1;
        match (self.top(), closer) {
            (Delimiter::Parentheses, b')')
            | (Delimiter::Brackets, b']')
            | (Delimiter::For, b'}')
            | (Delimiter::Interpolation, b'}' | b'~') => {}
            (Delimiter::Body(_), b'}') if !is_root => {}
            (Delimiter::Object(object), b'}') if object.is_complete() || !object.is_started() => {
                self.prepared[self.at] = b']';
            }
            (Delimiter::Object(_), b'}') => {
                let problem = self.problem("the object item has no value", self.at, 1);
                return Err(problem.help("an object consists of `key = value` items"));
            }
            _ => return Err(self.unexpected()),
        }
        self.end_item();
        self.delimiters.pop();
        self.after_dot = false;
        self.at += if closer == b'~' { 2 } else { 1 };
        Ok(())
    }
}

fn is_word_start(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphabetic() || !byte.is_ascii()
}

fn begins_with_for(text: &str) -> bool {
    let mut text = text.trim_start_matches([' ', '\t', '\r', '\n']);
    loop {
        let comment_end = match text.get(..2) {
            Some("/*") => text.find("*/").map(|end| end + 2),
            Some("//") => text.find('\n'),
            _ if text.starts_with('#') => text.find('\n'),
            _ => break,
        };
        let Some(end) = comment_end else { break };
        text = text[end..].trim_start_matches([' ', '\t', '\r', '\n']);
    }
    text.strip_prefix("for").is_some_and(|rest| {
        !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'))
    })
}
