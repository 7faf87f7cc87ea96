//! A filter made ready for the columns of a snapshot: tables instead of sets, days instead of
//! seconds, so that a row is judged in a few nanoseconds and whole blocks without looking at rows.

use std::ops::Range;
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::geo::BBox;
use crate::index::bits::Bits;
use crate::index::columns::{BLOCK, BLOCKS, COUNTRIES, Summary, country_number};
use crate::index::{Class, Part, Segment, Snapshot};

use super::Filter;
use super::cql2::Expression;

/// A filter for every segment of a snapshot.
pub struct Plan<'a> {
    checks: Vec<Check<'a>>,
}

/// A filter for one segment.
pub struct Check<'a> {
    segment: &'a Segment,
    gone: Option<&'a Bits>,
    boxes: Option<Vec<BBox>>,
    days: Option<(i32, i32)>,
    classes: [bool; 256],
    countries: Option<Vec<bool>>,
    places: Option<Vec<bool>>,
    sources: Option<Vec<bool>>,
    precisions: Option<[bool; 4]>,
    confidence: f32,
    /// By rank: what only the texts can tell.
    texts: Option<Arc<Bits>>,
}

/// What a summary says of all its rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// None passes.
    None,
    /// Each must be looked at.
    Some,
    /// Each lies in the box.
    AllInBox,
}

impl<'a> Plan<'a> {
    /// Makes a filter ready.
    pub fn new(snapshot: &'a Snapshot, filter: &Filter) -> Self {
        Self { checks: snapshot.parts().iter().map(|part| Check::new(part, filter)).collect() }
    }

    /// The checks, one a segment.
    pub fn checks(&self) -> &[Check<'a>] {
        &self.checks
    }
}

impl<'a> Check<'a> {
    fn new(part: &'a Part, filter: &Filter) -> Self {
        let segment: &Segment = part.segment();
        let table = |wanted: &dyn Fn(Class) -> bool| std::array::from_fn(|class| wanted(Class(class as u8)));
        let classes = table(&|class| {
            filter.types.as_ref().is_none_or(|types| class.event_type().is_some_and(|t| types.contains(&t)))
                && filter.statuses.as_ref().is_none_or(|statuses| class.status().is_some_and(|s| statuses.contains(&s)))
        });
        let countries = filter.countries.as_ref().map(|countries| {
            let mut wanted = vec![false; COUNTRIES];
            countries.iter().for_each(|country| wanted[usize::from(country_number(Some(*country)))] = true);
            wanted
        });
        let precisions = filter.precisions.as_ref().map(|p| std::array::from_fn(|n| p.contains(&(n as u8))));
        Self {
            segment,
            gone: part.gone(),
            boxes: filter.bbox.map(|bbox| bbox.parts().collect()),
            days: filter.datetime.map(|interval| interval.days()),
            classes,
            countries,
            places: filter.places.as_ref().map(|places| segment.places().iter().map(|id| places.contains(id)).collect()),
            sources: filter.sources.as_ref().map(|sources| segment.sources().iter().map(|name| sources.contains(&**name)).collect()),
            precisions,
            confidence: filter.min_confidence,
            texts: None,
        }
        .with_texts(filter)
    }

    /// With what only the texts can tell, which is worked out once for a segment and filter.
    fn with_texts(mut self, filter: &Filter) -> Self {
        if filter.ids.is_none() && !filter.asks_texts() {
            return self;
        }
        let segment = self.segment;
        let everywhere = Filter { bbox: None, ..filter.clone() };
        let texts = segment.remembered(format!("{everywhere:?}"), || {
            self.texts = texts(segment, filter).map(Arc::new);
            match &filter.expression {
                Some(expression) => self.where_true(expression),
                None => self.texts.take().map(Arc::unwrap_or_clone).unwrap_or_default(),
            }
        });
        self.texts = Some(texts);
        self
    }

    /// The ranks of the rows that pass everything but the box and for which an expression is true.
    fn where_true(&mut self, expression: &Expression) -> Bits {
        let boxes = self.boxes.take();
        let mut ranks = Vec::new();
        self.each(|i| ranks.push(self.segment.columns().rank[i]));
        self.boxes = boxes;
        let passing: Vec<u32> = ranks.into_par_iter().filter(|rank| expression.holds(&self.segment.row(*rank))).collect();
        let mut bits = Bits::new(self.segment.len());
        passing.into_iter().for_each(|rank| bits.set(rank));
        bits
    }

    /// The segment.
    pub fn segment(&self) -> &'a Segment {
        self.segment
    }

    /// All rows that pass, by where they stand in the columns.
    pub fn each(&self, mut found: impl FnMut(usize)) {
        let Some(boxes) = &self.boxes else { return self.each_in(0..self.segment.len(), found) };
        for block in self.segment.blocks_near(boxes) {
            self.each_in_block(block, 0..self.segment.len(), &mut found);
        }
    }

    /// The rows of a run of the columns that pass.
    pub fn each_in(&self, run: Range<usize>, mut found: impl FnMut(usize)) {
        let groups = self.segment.groups();
        let mut i = run.start;
        while i < run.end {
            let block = i / BLOCK;
            if block.is_multiple_of(BLOCKS) && i.is_multiple_of(BLOCK) && self.judge(&groups[block / BLOCKS]) == Verdict::None {
                i += BLOCK * BLOCKS;
                continue;
            }
            self.each_in_block(block, i..run.end, &mut found);
            i = (block + 1) * BLOCK;
        }
    }

    /// The rows of a block that stand in a run and pass.
    fn each_in_block(&self, block: usize, run: Range<usize>, found: &mut impl FnMut(usize)) {
        let rows = run.start.max(block * BLOCK)..run.end.min((block + 1) * BLOCK);
        match self.judge(&self.segment.blocks()[block]) {
            Verdict::None => {}
            Verdict::Some => rows.filter(|i| self.in_box(*i) && self.passes(*i)).for_each(found),
            Verdict::AllInBox => rows.filter(|i| self.passes(*i)).for_each(found),
        }
    }

    fn judge(&self, summary: &Summary) -> Verdict {
        if self.days.is_some_and(|(from, to)| summary.first > to || summary.last < from) {
            return Verdict::None;
        }
        let Some(boxes) = &self.boxes else { return Verdict::AllInBox };
        let s = &summary.bbox;
        if summary.located && boxes.iter().any(|b| b.west <= s.west && s.east <= b.east && b.south <= s.south && s.north <= b.north) {
            return Verdict::AllInBox;
        }
        let meets = boxes.iter().any(|b| b.west <= s.east && s.west <= b.east && b.south <= s.north && s.south <= b.north);
        if meets { Verdict::Some } else { Verdict::None }
    }

    #[inline]
    fn in_box(&self, i: usize) -> bool {
        let columns = self.segment.columns();
        let (lon, lat) = (columns.lon[i], columns.lat[i]);
        // NaN lies in no box.
        let within = |b: &BBox| b.west <= lon && lon <= b.east && b.south <= lat && lat <= b.north;
        self.boxes.as_ref().is_none_or(|boxes| boxes.iter().any(within))
    }

    #[inline]
    fn passes(&self, i: usize) -> bool {
        let columns = self.segment.columns();
        self.classes[usize::from(columns.class[i])]
            && self.days.is_none_or(|(from, to)| columns.first[i] <= to && from <= columns.last[i])
            && columns.confidence[i] >= self.confidence
            && self.countries.as_ref().is_none_or(|wanted| wanted[usize::from(columns.country[i])])
            && self.places.as_ref().is_none_or(|wanted| wanted[columns.place[i] as usize])
            && self.sources.as_ref().is_none_or(|wanted| wanted[columns.source[i] as usize])
            && self.precisions.as_ref().is_none_or(|wanted| wanted[usize::from(columns.precision[i])])
            && self.gone.is_none_or(|gone| !gone.has(columns.rank[i]))
            && self.texts.as_ref().is_none_or(|wanted| wanted.has(columns.rank[i]))
    }
}

/// The ranks that pass what only the texts can tell; `None` when the filter asks nothing of them.
fn texts(segment: &Segment, filter: &Filter) -> Option<Bits> {
    let mut passing: Option<Bits> = None;
    let mut narrow = |ranks: &mut dyn Iterator<Item = u32>| {
        let mut bits = Bits::new(segment.len());
        ranks.for_each(|rank| bits.set(rank));
        match &mut passing {
            Some(passing) => passing.intersect(&bits),
            None => passing = Some(bits),
        }
    };
    if let Some(ids) = &filter.ids {
        narrow(&mut ids.iter().filter_map(|id| segment.find(id)));
    }
    for word in &filter.words {
        narrow(&mut segment.words().holding(word));
    }
    passing
}
