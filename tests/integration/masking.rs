//! An unknown is never guessed: hide any part of what is known, and the result admits what it would
//! have been.

mod admits;
mod configurations;
mod expressions;
mod findings;
mod literals;
