//! Ignores that match nothing, or that have expired.

use super::Context;
use crate::finding::Finding;

/// What an ignore matches is known only when every rule has run for every root module: its
/// findings are made by `ignore`, and none by looking at one root module.
pub(super) fn check(_: &Context) -> Vec<Finding> {
    Vec::new()
}
