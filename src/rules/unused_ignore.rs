//! Ignores that match nothing, or that have expired.
//!
//! This rule has no `fn check(cx: &Context)`: what an ignore matches is known only when every rule has
//! run for every root module, so `ignore` makes its findings (`Check::ByIgnores`). It is a rule all the
//! same, so that users can select it, ignore it and read its page.
