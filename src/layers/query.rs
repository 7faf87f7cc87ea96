//! Finding the incidents that pass a filter: always all of them, in the order of the store.

use crate::index::bits::Bits;
use crate::index::columns::BLOCK;
use crate::index::{RowRef, Snapshot};

use super::Filter;
use super::plan::{Check, Plan};

/// All incidents that pass a filter; their number is exact.
#[derive(Debug)]
pub struct Found {
    parts: Vec<Picked>,
    len: usize,
}

/// Rows of one segment by rank.
#[derive(Debug)]
enum Picked {
    /// A few, in order.
    Few(Vec<u32>),
    /// Many.
    Many(Bits),
}

/// A place in the order of what was found.
#[derive(Debug, Clone)]
pub struct Cursor {
    /// The next rank of each segment.
    next: Vec<Option<u32>>,
}

/// All incidents that pass the filter.
pub fn find(snapshot: &Snapshot, filter: &Filter) -> Found {
    let plan = Plan::new(snapshot, filter);
    let mut len = 0;
    let parts = plan.checks().iter().map(|check| pick(check, &mut len)).collect();
    Found { parts, len }
}

fn pick(check: &Check<'_>, len: &mut usize) -> Picked {
    let segment = check.segment();
    let ranks = &segment.columns().rank;
    // Sorting a few is cheaper than a pass over all bits; beyond that bits need no sorting.
    let few_max = 256 + segment.len() / 128;
    let mut few: Vec<u32> = Vec::new();
    let mut many: Option<Bits> = None;
    check.each(|i| {
        *len += 1;
        let rank = ranks[i];
        match &mut many {
            Some(bits) => bits.set(rank),
            None if few.len() < few_max => few.push(rank),
            None => {
                let mut bits = Bits::new(segment.len());
                few.drain(..).chain([rank]).for_each(|rank| bits.set(rank));
                many = Some(bits);
            }
        }
    });
    match many {
        Some(bits) => Picked::Many(bits),
        None => {
            few.sort_unstable();
            Picked::Few(few)
        }
    }
}

impl Picked {
    /// The first rank not below `from`, after leaving out some.
    fn from(&self, from: u32, skip: usize) -> Option<u32> {
        match self {
            Self::Few(ranks) => ranks.get(ranks.partition_point(|rank| *rank < from) + skip).copied(),
            Self::Many(bits) => bits.skip(from, skip),
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Few(ranks) if ranks.is_empty())
    }
}

impl Found {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Before the first one.
    pub fn start(&self) -> Cursor {
        Cursor { next: self.parts.iter().map(|part| part.from(0, 0)).collect() }
    }

    /// Before the first one whose number is greater.
    pub fn after(&self, snapshot: &Snapshot, number: i64) -> Cursor {
        let parts = self.parts.iter().zip(snapshot.parts());
        Cursor { next: parts.map(|(picked, part)| picked.from(part.segment().rank_after(number), 0)).collect() }
    }

    /// Leaves out some.
    pub fn skip(&self, snapshot: &Snapshot, cursor: &mut Cursor, count: usize) {
        let mut filled = self.parts.iter().enumerate().filter(|(_, part)| !part.is_empty());
        if let (Some((only, picked)), None) = (filled.next(), filled.next()) {
            cursor.next[only] = cursor.next[only].and_then(|from| picked.from(from, count));
            return;
        }
        for _ in 0..count {
            if self.next(snapshot, cursor).is_none() {
                break;
            }
        }
    }

    /// The next one; the snapshot must be the one that was searched.
    pub fn next<'a>(&self, snapshot: &'a Snapshot, cursor: &mut Cursor) -> Option<RowRef<'a>> {
        let row = |part: usize, rank: u32| snapshot.parts()[part].segment().row(rank);
        let heads = cursor.next.iter().enumerate().filter_map(|(part, rank)| Some((part, (*rank)?)));
        let (part, rank) = heads.min_by_key(|(part, rank)| row(*part, *rank).number())?;
        cursor.next[part] = self.parts[part].from(rank + 1, 0);
        Some(row(part, rank))
    }

    /// All of them.
    pub fn rows<'a>(&'a self, snapshot: &'a Snapshot) -> impl Iterator<Item = RowRef<'a>> {
        let mut cursor = self.start();
        std::iter::from_fn(move || self.next(snapshot, &mut cursor))
    }
}

/// Rows that may be looked at while a caller waits: under a tenth of a millisecond.
const CHEAP_ROWS: usize = 20_000;

/// Whether the filter can be answered without looking at many rows or texts.
pub fn is_cheap(snapshot: &Snapshot, filter: &Filter) -> bool {
    let rows: usize = snapshot.parts().iter().map(|part| part.segment().len()).sum();
    if rows <= CHEAP_ROWS {
        return true;
    }
    let Some(bbox) = filter.bbox.filter(|_| !filter.asks_texts()) else { return false };
    let boxes: Vec<_> = bbox.parts().collect();
    let mut blocks = 0;
    snapshot.parts().iter().all(|part| {
        blocks += part.segment().blocks_near(&boxes).len();
        blocks * BLOCK <= CHEAP_ROWS
    })
}
