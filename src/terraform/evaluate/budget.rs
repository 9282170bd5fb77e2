//! What the evaluation of one root module may use, and that of all root modules of a run.
//!
//! A few lines can describe more than any machine holds: loops in loops, modules that call modules for many keys, values
//! that double. Everything that multiplies is charged to the account of its root module:
//!
//! ```text
//! steps      every expression that is evaluated, and what operations and functions look at
//! instances  of resources and modules, those in called modules included
//! blocks     nested blocks, those that `dynamic` blocks make included
//! bytes      what values and instances take up
//! ```
//!
//! What is spent is an error at the place where it happened, and the value there is unknown. The rest goes on: one
//! argument, together with the locals that it is the first to ask for, gets half of the steps and bytes that are left,
//! so that a few hostile expressions cannot use up what the others need.
//!
//! The account counts and measures no time, so that the same input gives the same answer on every machine; only the
//! deadline of `--timeout`, if there is one, ends it by the clock.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use crate::deadline::Deadline;
use crate::source::{Problem, Span};
use crate::terraform::value::Value;
use crate::terraform::value::types::Type;

/// What is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Expense {
    /// Expressions that are evaluated, and the work of operations and functions.
    Steps,
    /// Instances of resources and modules.
    Instances,
    /// Nested blocks.
    Blocks,
    /// Bytes of values and instances.
    Bytes,
}

/// An amount of each expense.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Amounts {
    pub(super) steps: usize,
    pub(super) instances: usize,
    pub(super) blocks: usize,
    pub(super) bytes: usize,
}

impl Amounts {
    /// What one root module may use. Estates of 20,000 instances use a tenth of it.
    pub(super) const ROOT: Self = Self {
        steps: 30_000_000,
        instances: 40_000,
        blocks: 200_000,
        bytes: 320 << 20,
    };

    /// What the root modules of a run may use together.
    pub(super) const RUN: Self = Self {
        steps: 120_000_000,
        instances: 160_000,
        blocks: 800_000,
        bytes: 640 << 20,
    };

    fn each(self, change: impl Fn(usize) -> usize) -> Self {
        Self {
            steps: change(self.steps),
            instances: change(self.instances),
            blocks: change(self.blocks),
            bytes: change(self.bytes),
        }
    }

    fn with(self, right: Self, join: impl Fn(usize, usize) -> usize) -> Self {
        Self {
            steps: join(self.steps, right.steps),
            instances: join(self.instances, right.instances),
            blocks: join(self.blocks, right.blocks),
            bytes: join(self.bytes, right.bytes),
        }
    }

    /// What remains of this allowance.
    pub(super) fn less(self, spent: Self) -> Self {
        self.with(spent, usize::saturating_sub)
    }

    /// The sum of both.
    pub(super) fn plus(self, right: Self) -> Self {
        self.with(right, usize::saturating_add)
    }

    /// The share of each of some root modules that are evaluated side by side. Together they get half of what remains,
    /// so that those that come later get something too.
    pub(super) fn share(self, root_modules: usize) -> Self {
        let share = self.each(|amount| amount / (2 * root_modules.max(1)));
        share.with(Self::ROOT, usize::min)
    }

    /// Whether an evaluation that ran out of the one may get further with the other.
    pub(super) fn is_more_than(self, left: Self) -> bool {
        self.less(left) != Self::default() && left.less(self) == Self::default()
    }

    fn of(&mut self, expense: Expense) -> &mut usize {
        match expense {
            Expense::Steps => &mut self.steps,
            Expense::Instances => &mut self.instances,
            Expense::Blocks => &mut self.blocks,
            Expense::Bytes => &mut self.bytes,
        }
    }
}

/// How many expressions are evaluated between two looks at the clock.
const STEPS_PER_LOOK: usize = 4_096;

/// With less than that left, nothing more is started: an account that is halved again and again is never empty.
const LEAST_SHARE: usize = 1_000;

/// The account of a root module.
pub(super) struct Budget {
    allowance: Amounts,
    /// What was used for good.
    spent: Cell<Amounts>,
    /// Bytes of values that the evaluation of the current argument has made. Most are gone when it is done.
    passing: Cell<usize>,
    /// Up to where the current argument may spend; `None` between arguments.
    limit: Cell<Option<Amounts>>,
    /// What the current argument has used up.
    is_over: Cell<bool>,
    /// The value of what is no longer evaluated.
    unknown: Value,
    problems: RefCell<BTreeSet<Problem>>,
    deadline: Deadline,
    /// How many times steps were taken since the clock was read.
    unread: Cell<usize>,
    /// Whether the deadline has passed.
    is_ended: Cell<bool>,
}

/// What was in the account when the evaluation of a value began.
pub(super) struct Opened {
    passing: usize,
    is_outermost: bool,
}

impl Budget {
    /// An account with an allowance.
    pub(super) fn new(allowance: Amounts, deadline: Deadline) -> Self {
        Self {
            deadline,
            // The first step reads the clock: a root module that comes too late is not begun.
            unread: Cell::new(STEPS_PER_LOOK),
            is_ended: Cell::default(),
            allowance,
            spent: Cell::default(),
            passing: Cell::default(),
            limit: Cell::default(),
            is_over: Cell::default(),
            unknown: Value::unknown("it is beyond the limits of an evaluation", Type::Dynamic),
            problems: RefCell::default(),
        }
    }

    /// Begins the evaluation of a value.
    pub(super) fn open(&self, span: Span) -> Opened {
        let is_outermost = self.limit.get().is_none();
        if is_outermost {
            let spent = self.spent.get();
            let mut limit = self.allowance;
            let rest = self.allowance.less(spent);
            limit.steps = spent.steps + rest.steps / 2;
            limit.bytes = spent.bytes + rest.bytes / 2;
            self.limit.set(Some(limit));
            if rest.steps < LEAST_SHARE {
                self.exhausted(Expense::Steps, span);
            } else if rest.bytes < LEAST_SHARE {
                self.exhausted(Expense::Bytes, span);
            }
        }
        Opened {
            passing: self.passing.get(),
            is_outermost,
        }
    }

    /// Ends the evaluation of a value that takes up so many bytes. What was made and is not a part of it is gone.
    pub(super) fn close(&self, opened: &Opened, bytes: usize) {
        let made = self.passing.get().saturating_sub(opened.passing);
        self.passing.set(opened.passing);
        let mut spent = self.spent.get();
        // A value that others hold too was charged where it was made.
        spent.bytes = spent.bytes.saturating_add(made.min(bytes));
        self.spent.set(spent);
        if opened.is_outermost {
            self.limit.set(None);
            self.is_over.set(false);
        }
    }

    /// Takes from the account. If it is empty, that is a problem, and the value stands for what is not evaluated.
    pub(super) fn spend(&self, expense: Expense, amount: usize, span: Span) -> Result<(), Value> {
        if expense == Expense::Steps && self.has_ended() {
            return Err(self.ended(span));
        }
        let mut spent = self.spent.get();
        let mut limit = self.limit.get().unwrap_or(self.allowance);
        let limit = *limit.of(expense);
        let used = spent.of(expense);
        let passing = match expense {
            Expense::Bytes => self.passing.get(),
            _ => 0,
        };
        if used.saturating_add(passing).saturating_add(amount) > limit {
            return Err(self.exhausted(expense, span));
        }
        *used += amount;
        self.spent.set(spent);
        Ok(())
    }

    /// Whether the run must end; the clock is read now and then.
    fn has_ended(&self) -> bool {
        self.unread.set(self.unread.get() + 1);
        if self.unread.get() > STEPS_PER_LOOK {
            self.unread.set(0);
            self.is_ended.set(self.deadline.has_passed());
        }
        self.is_ended.get()
    }

    /// The value of what is not evaluated any more. One problem says so: the places are those of the machine's speed.
    fn ended(&self, span: Span) -> Value {
        let message = "`--timeout` ended the run: what was not evaluated before is unknown";
        let mut problems = self.problems.borrow_mut();
        if !problems.iter().any(|problem| problem.message == message) {
            problems.insert(Problem::error(message, span));
        }
        self.unknown.clone()
    }

    /// Takes bytes for a value that is made on the way to another.
    pub(super) fn spend_passing(&self, bytes: usize, span: Span) -> Result<(), Value> {
        let limit = self.limit.get().unwrap_or(self.allowance).bytes;
        let passing = self.passing.get().saturating_add(bytes);
        if self.spent.get().bytes.saturating_add(passing) > limit {
            return Err(self.exhausted(Expense::Bytes, span));
        }
        self.passing.set(passing);
        Ok(())
    }

    /// The value of what is not evaluated, if the current argument has nothing left.
    pub(super) fn over(&self) -> Option<Value> {
        self.is_over.get().then(|| self.unknown.clone())
    }

    fn exhausted(&self, expense: Expense, span: Span) -> Value {
        let is_first = !self.is_over.get();
        if matches!(expense, Expense::Steps | Expense::Bytes) {
            self.is_over.set(self.limit.get().is_some());
        }
        let is_all_said = self.problems.borrow().len() >= MOST_PROBLEMS;
        if is_first && !is_all_said {
            let problem = problem(expense, self.allowance, span);
            self.problems.borrow_mut().insert(problem);
        }
        self.unknown.clone()
    }

    /// What was used.
    pub(super) fn spent(&self) -> Amounts {
        self.spent.get()
    }

    /// Whether something was not evaluated.
    pub(super) fn ran_out(&self) -> bool {
        !self.problems.borrow().is_empty()
    }

    /// What was not evaluated.
    pub(super) fn into_problems(self) -> BTreeSet<Problem> {
        self.problems.into_inner()
    }
}

/// The most places that are named: what follows is the consequence.
const MOST_PROBLEMS: usize = 32;

fn problem(expense: Expense, mut allowance: Amounts, span: Span) -> Problem {
    let amount = *allowance.of(expense);
    let message = match expense {
        Expense::Steps => {
            "this takes too long to evaluate: loops and functions do more than a root module may"
                .to_owned()
        }
        Expense::Instances => {
            format!(
                "a root module may have {amount} instances, with those of its modules: the instances of this block are not evaluated"
            )
        }
        Expense::Blocks => {
            format!(
                "a root module may have {amount} nested blocks: those of this block are not evaluated"
            )
        }
        Expense::Bytes => {
            "this is too large to evaluate: the values of a root module take up more than they may"
                .to_owned()
        }
    };
    Problem::error(message, span)
}
