//! Draws the output of a terminal.
#![allow(
    clippy::cast_precision_loss,
    reason = "no picture has 2^52 lines or columns"
)]

use std::fmt::Write;

const COLUMN: f64 = 8.4;
const LINE: f64 = 20.0;
const MARGIN: f64 = 16.0;

/// How a run of characters looks.
#[derive(Clone, Copy, Default, PartialEq)]
struct Ink {
    color: Option<&'static str>,
    is_bold: bool,
    is_faint: bool,
    is_underlined: bool,
}

/// The picture of a terminal that shows `output`, colours included.
pub(crate) fn terminal(output: &str) -> String {
    let mut ink = Ink::default();
    let lines = output.lines().map(|line| runs(line, &mut ink));
    let lines: Vec<_> = lines.collect();
    let columns = lines.iter().map(|line| line.iter().map(width).sum());
    let columns: usize = columns.max().unwrap_or(0);
    let (width, height) = (
        columns as f64 * COLUMN + 2.0 * MARGIN,
        lines.len() as f64 * LINE + 2.0 * MARGIN,
    );
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#16181d\"/>\n\
         <g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" \
         font-size=\"14\" fill=\"#d4d7dd\">\n"
    );
    for (row, line) in lines.iter().enumerate() {
        let y = MARGIN + LINE * (row as f64 + 0.75);
        let mut column = 0;
        for run in line {
            text(&mut svg, run, column, y);
            column += self::width(run);
        }
    }
    svg + "</g>\n</svg>\n"
}

fn text(svg: &mut String, (ink, text): &(Ink, String), column: usize, y: f64) {
    // Browsers collapse blanks, each in its own way (`xml:space` is not inherited everywhere): those around a text
    // move it, and those inside do not break.
    let blanks = text.len() - text.trim_start().len();
    let (column, text) = (column + blanks, text.trim());
    if text.is_empty() {
        return;
    }
    let x = MARGIN + column as f64 * COLUMN;
    let length = text.chars().count() as f64 * COLUMN;
    let mut style = String::new();
    if let Some(color) = ink.color {
        write!(style, " fill=\"{color}\"").expect("memory");
    }
    if ink.is_bold {
        style.push_str(" font-weight=\"bold\"");
    }
    if ink.is_faint {
        style.push_str(" opacity=\"0.6\"");
    }
    if ink.is_underlined {
        style.push_str(" text-decoration=\"underline\"");
    }
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let text = text.replace(' ', "\u{a0}");
    writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{length:.1}\"{style}>{text}</text>"
    )
    .expect("memory");
}

fn width((_, text): &(Ink, String)) -> usize {
    text.chars().count()
}

/// The parts of a line that look the same; what its end looks like goes on in the next line.
fn runs(line: &str, ink: &mut Ink) -> Vec<(Ink, String)> {
    let mut parts = line.split("\u{1b}[");
    let plain = parts.next().unwrap_or_default();
    let mut runs = vec![(*ink, plain.to_owned())];
    for part in parts {
        let (codes, text) = part.split_once('m').expect("only colours are written");
        for code in codes.split(';') {
            *ink = apply(*ink, code);
        }
        runs.push((*ink, text.to_owned()));
    }
    runs.retain(|(_, text)| !text.is_empty());
    runs
}

fn apply(ink: Ink, code: &str) -> Ink {
    let color = |color| Ink {
        color: Some(color),
        ..ink
    };
    match code {
        "0" => Ink::default(),
        "1" => Ink {
            is_bold: true,
            ..ink
        },
        "2" => Ink {
            is_faint: true,
            ..ink
        },
        "4" => Ink {
            is_underlined: true,
            ..ink
        },
        "31" => color("#ff7b72"),
        "32" => color("#7ee787"),
        "33" => color("#e3b341"),
        "34" => color("#79c0ff"),
        "35" => color("#d2a8ff"),
        "36" => color("#56d4dd"),
        "39" => Ink { color: None, ..ink },
        code => panic!("the picture has no ink for `{code}`"),
    }
}
