//! Names that nothing has, and what was probably meant.

use thiserror::Error;

use crate::spelling::{did_you_mean, nearest};

/// No rule, category or other selector has this name.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("no {kind} is called `{name}`{}", did_you_mean(.name, (*.nearest).into_iter()))]
pub struct UnknownName {
    /// What kind of thing was asked for.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// What was probably meant.
    pub nearest: Option<&'static str>,
}

impl UnknownName {
    pub(in crate::rules) fn new(
        kind: &'static str,
        name: &str,
        names: impl Iterator<Item = &'static str>,
    ) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            nearest: nearest(name, names),
        }
    }
}
