//! All incidents at one moment.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::geo::BBox;
use crate::store::{Change, Changes};

use super::Row;
use super::segment::Segment;

/// The live segment may always grow this far before it is folded into the base.
const LIVE_ROWS: usize = 4096;

/// Beyond that it may hold one row for so many of the base.
const BASE_SHARE: usize = 8;

/// All incidents at one moment. Cheap to make from the one before, never changed.
#[derive(Debug, Default)]
pub struct Snapshot {
    revision: u64,
    base: Arc<Segment>,
    /// Rows of the base that are no longer true.
    gone: HashSet<u32>,
    live: Segment,
}

impl Snapshot {
    /// A snapshot of all rows as of a revision.
    pub fn new(revision: u64, rows: Vec<Arc<Row>>) -> Self {
        Self { revision, base: Arc::new(Segment::new(rows)), ..Self::default() }
    }

    /// The snapshot after some changes.
    pub fn with(&self, changes: Changes) -> Self {
        let mut gone = self.gone.clone();
        let mut live: BTreeMap<&str, Arc<Row>> = self.live.rows().iter().map(|row| (&*row.id, row.clone())).collect();
        let mut fresh = Vec::new();
        for change in changes.incidents {
            let id = match &change {
                Change::Present(incident) => incident.id.as_str(),
                Change::Gone(id) => id.as_str(),
            };
            gone.extend(self.base.find(id));
            live.remove(id);
            if let Change::Present(incident) = change {
                fresh.push(Arc::new(Row::new(*incident)));
            }
        }
        let mut live: Vec<Arc<Row>> = live.into_values().collect();
        live.append(&mut fresh);
        let room = LIVE_ROWS.max(self.base.rows().len() / BASE_SHARE);
        if live.len() + gone.len() > room {
            let kept = self.base.rows().iter().enumerate().filter(|(i, _)| !gone.contains(&(*i as u32))).map(|(_, row)| row.clone());
            return Self::new(changes.revision, kept.chain(live).collect());
        }
        Self { revision: changes.revision, base: self.base.clone(), gone, live: Segment::new(live) }
    }

    /// The last revision of the store that it includes: the same revision means the same answers.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How many incidents there are.
    pub fn len(&self) -> usize {
        self.base.rows().len() - self.gone.len() + self.live.rows().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A box that holds every position; not the smallest after something at its edge was removed.
    pub fn bounds(&self) -> Option<BBox> {
        let both = self.base.bounds().into_iter().chain(self.live.bounds());
        both.reduce(|a, b| BBox {
            west: a.west.min(b.west),
            south: a.south.min(b.south),
            east: a.east.max(b.east),
            north: a.north.max(b.north),
        })
    }

    /// The first and last day, as days since 1970-01-01; as wide as [`Snapshot::bounds`].
    pub fn days(&self) -> Option<(i32, i32)> {
        let both = self.base.days().into_iter().chain(self.live.days());
        both.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// The incident with this id.
    pub fn get(&self, id: &str) -> Option<&Arc<Row>> {
        if let Some(at) = self.live.find(id) {
            return self.live.rows().get(at as usize);
        }
        let at = self.base.find(id).filter(|at| !self.gone.contains(at))?;
        self.base.rows().get(at as usize)
    }

    /// All incidents in the order of the store.
    pub fn rows(&self) -> impl Iterator<Item = &Arc<Row>> {
        let base = self.base.rows().iter().enumerate().filter(|(i, _)| self.gone.is_empty() || !self.gone.contains(&(*i as u32)));
        Merged { base: base.map(|(_, row)| row).peekable(), live: self.live.rows().iter().peekable() }
    }

    /// The incidents in a box that pass `keep`, in the order of the store.
    pub fn rows_within(&self, bbox: BBox, keep: impl Fn(&Row) -> bool) -> Vec<&Arc<Row>> {
        let mut found = Vec::new();
        for part in bbox.parts() {
            let base = self.base.within(part).filter(|at| !self.gone.contains(at)).map(|at| &self.base.rows()[at as usize]);
            let live = self.live.within(part).map(|at| &self.live.rows()[at as usize]);
            found.extend(base.chain(live).filter(|row| keep(row)));
        }
        found.sort_unstable_by_key(|row| row.number);
        // A point on the antimeridian itself lies in both parts of a box that crosses it.
        found.dedup_by_key(|row| row.number);
        found
    }
}

/// Two runs of rows in the order of the store, as one.
struct Merged<A: Iterator, B: Iterator> {
    base: std::iter::Peekable<A>,
    live: std::iter::Peekable<B>,
}

impl<'a, A: Iterator<Item = &'a Arc<Row>>, B: Iterator<Item = &'a Arc<Row>>> Iterator for Merged<A, B> {
    type Item = &'a Arc<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        match (self.base.peek(), self.live.peek()) {
            (Some(base), Some(live)) if live.number < base.number => self.live.next(),
            (Some(_), _) => self.base.next(),
            (None, _) => self.live.next(),
        }
    }
}
