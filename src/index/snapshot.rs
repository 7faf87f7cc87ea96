//! All incidents at one moment.

use std::sync::Arc;

use crate::geo::BBox;
use crate::store::{Change, Changes};

use super::bits::Bits;
use super::row::{Facts, Row};
use super::segment::{Builder, RowRef, Segment};

/// Segments up to this size are always folded into the next one: making them anew costs nothing.
const SMALL_ROWS: usize = 4096;

/// A segment is folded together with what came after it when that has grown to this share of it.
const FOLD_SHARE: usize = 4;

/// All incidents at one moment. Cheap to make from the one before, never changed.
///
/// It is a few segments, each at least some times larger than all after it, so that a row is copied
/// only so often as the logarithm of their number while the store grows.
#[derive(Debug, Default)]
pub struct Snapshot {
    revision: u64,
    parts: Vec<Part>,
}

/// A segment with its rows that are no longer true.
#[derive(Debug, Clone)]
pub struct Part {
    segment: Arc<Segment>,
    gone: Option<Arc<Bits>>,
    rows: usize,
}

impl Part {
    fn new(segment: Segment) -> Self {
        Self { rows: segment.len(), segment: Arc::new(segment), gone: None }
    }

    /// The segment.
    pub fn segment(&self) -> &Arc<Segment> {
        &self.segment
    }

    /// The ranks of the rows that are no longer true, if any.
    pub fn gone(&self) -> Option<&Bits> {
        self.gone.as_deref()
    }

    /// How many rows are true.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether no row is.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    fn is_gone(&self, rank: u32) -> bool {
        self.gone.as_ref().is_some_and(|gone| gone.has(rank))
    }

    fn without(&self, ranks: &[u32]) -> Self {
        let mut gone = self.gone.as_deref().cloned().unwrap_or_else(|| Bits::new(self.segment.len()));
        ranks.iter().for_each(|rank| gone.set(*rank));
        let rows = self.segment.len() - gone.count();
        Self { segment: self.segment.clone(), gone: Some(Arc::new(gone)), rows }
    }
}

impl Snapshot {
    /// A snapshot of all rows, in the order of the store, as of a revision.
    pub fn new(revision: u64, rows: Builder) -> Self {
        let parts = if rows.is_empty() { Vec::new() } else { vec![Part::new(rows.finish())] };
        Self { revision, parts }
    }

    /// The snapshot after some changes.
    pub fn with(&self, changes: Changes) -> Self {
        let mut gone: Vec<Vec<u32>> = vec![Vec::new(); self.parts.len()];
        let mut fresh = Vec::new();
        for change in changes.incidents {
            let id = match &change {
                Change::Present(incident) => incident.id.as_str(),
                Change::Gone(id) => id.as_str(),
            };
            for (part, gone) in self.parts.iter().zip(&mut gone) {
                gone.extend(part.segment.find(id).filter(|rank| !part.is_gone(*rank)));
            }
            if let Change::Present(incident) = change {
                fresh.push(Row::new(*incident));
            }
        }
        let kept = self.parts.iter().zip(&gone).map(|(part, gone)| if gone.is_empty() { part.clone() } else { part.without(gone) });
        let mut parts: Vec<Part> = kept.filter(|part| !part.is_empty()).collect();
        if !fresh.is_empty() {
            let mut facts: Vec<Facts<'_>> = fresh.iter().map(Row::facts).collect();
            facts.sort_unstable_by_key(|facts| facts.number);
            let mut builder = Builder::with_capacity(facts.len());
            facts.iter().for_each(|facts| builder.push(facts));
            parts.push(Part::new(builder.finish()));
        }
        fold(&mut parts);
        Self { revision: changes.revision, parts }
    }

    /// The last revision of the store that it includes: the same revision means the same answers.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The segments.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// How many incidents there are.
    pub fn len(&self) -> usize {
        self.parts.iter().map(Part::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A box that holds every position; not the smallest after something at its edge was removed.
    pub fn bounds(&self) -> Option<BBox> {
        self.parts.iter().filter_map(|part| part.segment.bounds()).reduce(|a, b| BBox {
            west: a.west.min(b.west),
            south: a.south.min(b.south),
            east: a.east.max(b.east),
            north: a.north.max(b.north),
        })
    }

    /// The first and last day, as days since 1970-01-01; as wide as [`Snapshot::bounds`].
    pub fn days(&self) -> Option<(i32, i32)> {
        self.parts.iter().filter_map(|part| part.segment.days()).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// All incidents in the order of the store.
    pub fn rows(&self) -> impl Iterator<Item = RowRef<'_>> {
        rows_of(&self.parts)
    }

    /// The incident with this id.
    pub fn get(&self, id: &str) -> Option<RowRef<'_>> {
        // What is newer stands later.
        self.parts.iter().rev().find_map(|part| {
            let rank = part.segment.find(id).filter(|rank| !part.is_gone(*rank))?;
            Some(part.segment.row(rank))
        })
    }
}

/// The rows of some parts that are true, in the order of the store.
fn rows_of(parts: &[Part]) -> impl Iterator<Item = RowRef<'_>> {
    let mut next: Vec<u32> = vec![0; parts.len()];
    std::iter::from_fn(move || {
        let mut least: Option<(i64, usize)> = None;
        for (i, part) in parts.iter().enumerate() {
            while (next[i] as usize) < part.segment.len() && part.is_gone(next[i]) {
                next[i] += 1;
            }
            if (next[i] as usize) < part.segment.len() {
                let number = part.segment.row(next[i]).number();
                least = least.filter(|(known, _)| *known < number).or(Some((number, i)));
            }
        }
        let (_, i) = least?;
        next[i] += 1;
        Some(parts[i].segment.row(next[i] - 1))
    })
}

/// Makes one segment of the last ones while they are too many.
fn fold(parts: &mut Vec<Part>) {
    let Some(mut first) = parts.len().checked_sub(1) else { return };
    let mut rows = parts[first].len();
    while first > 0 {
        let before = &parts[first - 1];
        if before.segment.len() > SMALL_ROWS && rows * FOLD_SHARE < before.segment.len() {
            break;
        }
        rows += before.len();
        first -= 1;
    }
    if first + 1 < parts.len() {
        let one = merge(&parts[first..]);
        parts.truncate(first);
        parts.push(one);
    }
}

/// One segment of several, without what is gone.
fn merge(parts: &[Part]) -> Part {
    let mut builder = Builder::with_capacity(parts.iter().map(Part::len).sum());
    rows_of(parts).for_each(|row| builder.push(&row.facts()));
    Part::new(builder.finish())
}
