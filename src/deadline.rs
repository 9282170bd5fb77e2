//! When a run must end (`--timeout`).
//!
//! Work asks [`Deadline::has_passed`] between root modules, between rules and every few thousand steps of evaluation,
//! leaves out the rest and says so in a problem. Without a deadline no clock is read: the same input has the same answer.

use std::time::{Duration, Instant};

/// The moment after which nothing new is begun; none by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// After this much time from now; never, if that is beyond what the clock can count.
    pub fn after(duration: Duration) -> Self {
        Self(Instant::now().checked_add(duration))
    }

    /// Whether the moment has come.
    pub fn has_passed(self) -> bool {
        self.0.is_some_and(|end| Instant::now() >= end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_a_deadline_goes_on_and_one_with_the_present_ends() {
        assert!(!Deadline::default().has_passed());
        assert!(!Deadline::after(Duration::from_hours(1)).has_passed());
        assert!(!Deadline::after(Duration::MAX).has_passed());
        assert!(Deadline::after(Duration::ZERO).has_passed());
    }
}
