//! Putting runs of rows together that come from several threads, in any order.

use std::collections::BTreeMap;

use super::Builder;

/// The rows so far, and the runs that wait for one before them.
#[derive(Debug, Default)]
pub struct Assembly {
    rows: Builder,
    /// The number of the run that comes next.
    next: usize,
    waiting: BTreeMap<usize, Builder>,
}

impl Assembly {
    /// Takes a run: number 0 holds the first rows of the store, and none is left out.
    pub fn put(&mut self, number: usize, run: Builder) {
        self.waiting.insert(number, run);
        while let Some(run) = self.waiting.remove(&self.next) {
            self.rows.append(run);
            self.next += 1;
        }
    }

    /// All rows.
    pub fn into_rows(self) -> Builder {
        debug_assert!(self.waiting.is_empty(), "a run before these never came");
        self.rows
    }
}
