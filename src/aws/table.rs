//! Objects of one type and the ids that name them.
//!
//! An [`Id`] is the position of an object in its [`Table`] and knows the type, so that the id of a subnet
//! cannot be used for a VPC.

use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Index;

/// Names an object of one kind in a [`Network`](super::network::Network).
pub struct Id<T> {
    index: u32,
    kind: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// The id of the object at a position of its table.
    pub fn new(index: usize) -> Self {
        Self {
            index: u32::try_from(index).unwrap_or(u32::MAX),
            kind: PhantomData,
        }
    }

    /// The position of the object in its table.
    pub(super) fn index(self) -> usize {
        self.index as usize
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, right: &Self) -> bool {
        self.index == right.index
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, right: &Self) -> Option<Ordering> {
        Some(self.cmp(right))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, right: &Self) -> Ordering {
        self.index.cmp(&right.index)
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.index)
    }
}

/// All objects of one kind, those of the configuration first, by address.
#[derive(Clone, Debug)]
pub struct Table<T> {
    rows: Vec<T>,
}

impl<T> Table<T> {
    /// Every object with its id, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Id<T>, &T)> {
        let rows = self.rows.iter().enumerate();
        rows.map(|(index, row)| (Id::new(index), row))
    }

    /// Every id, in order.
    pub fn ids(&self) -> impl Iterator<Item = Id<T>> + use<T> {
        (0..self.rows.len()).map(Id::new)
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl<T> Table<T> {
    /// Adds an object.
    pub(super) fn push(&mut self, row: T) {
        self.rows.push(row);
    }

    /// The object, to change it.
    pub(super) fn get_mut(&mut self, id: Id<T>) -> &mut T {
        &mut self.rows[id.index()]
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: Vec::new() }
    }
}

impl<T> From<Vec<T>> for Table<T> {
    fn from(rows: Vec<T>) -> Self {
        Self { rows }
    }
}

impl<T> Index<Id<T>> for Table<T> {
    type Output = T;

    fn index(&self, id: Id<T>) -> &T {
        &self.rows[id.index()]
    }
}
