//! An unknown is never guessed: hide any part of what is known, and the result admits what it would
//! have been.

mod admits;
#[path = "../checked/mod.rs"]
mod checked;
mod configurations;
mod expressions;
mod findings;
mod literals;
