//! A part of a snapshot that is made once and never changed.
//!
//! Columns and ids stand in spatial order, so that the rows of a tile or a small box are near each
//! other; the other texts stand in the order of the store, which is the order of every answer, so that a page or an
//! export is read from one end to the other.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::slice::ParallelSliceMut;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::geo::{BBox, LonLat};

use super::bits::Bits;
use super::columns::{BLOCK, Columns, Summary, country_number, country_of};
use super::row::{Class, Facts};
use super::square::{Tile, morton, project};
use super::texts::Texts;

/// Rows with their indexes.
#[derive(Debug, Default)]
pub struct Segment {
    serial: u64,
    columns: Columns,
    blocks: Vec<Summary>,
    groups: Vec<Summary>,
    /// The boxes of the blocks, each with its number.
    tree: RTree<BoxOfBlock>,
    located: usize,
    /// By rank: where the row stands in the columns.
    at: Vec<u32>,
    numbers: Vec<i64>,
    /// In the order of the columns.
    ids: Texts,
    /// Whole GeoJSON features but for the closing brace, ready to be copied.
    features: Texts,
    /// Where in its feature the properties of a row begin.
    properties_at: Vec<u32>,
    words: Texts,
    by_id: IdTable,
    places: Vec<u32>,
    sources: Vec<Box<str>>,
    bounds: Option<BBox>,
    days: Option<(i32, i32)>,
    memory: Memory,
}

/// A leaf of the R*-tree: a block of neighbours, not a row, which keeps the tree small enough to
/// stay in the cache and is as exact, for the rows of a block are looked at anyway.
type BoxOfBlock = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// Answers that were worked out from the texts of a segment; true as long as it lives.
type Memory = Mutex<VecDeque<(String, Arc<Bits>)>>;

/// Answers that a segment remembers, one bit a row each.
const REMEMBERED_MAX: usize = 16;

/// One row of a segment.
#[derive(Debug, Clone, Copy)]
pub struct RowRef<'a> {
    segment: &'a Segment,
    rank: u32,
}

impl Segment {
    /// A number that no other segment of this process has.
    pub fn serial(&self) -> u64 {
        self.serial
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// The columns.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// What holds for each block of rows, in the order of the columns.
    pub fn blocks(&self) -> &[Summary] {
        &self.blocks
    }

    /// What holds for each group of blocks.
    pub fn groups(&self) -> &[Summary] {
        &self.groups
    }

    /// The numbers of the blocks that have a position in one of some boxes or may have one, in order;
    /// found in an R*-tree, so that a small box costs the same however many rows there are.
    pub fn blocks_near(&self, boxes: &[BBox]) -> Vec<usize> {
        let envelope = |b: &BBox| AABB::from_corners([b.west, b.south], [b.east, b.north]);
        let near = boxes.iter().flat_map(|b| self.tree.locate_in_envelope_intersecting(envelope(b)));
        let mut blocks: Vec<usize> = near.map(|leaf| leaf.data as usize).collect();
        blocks.sort_unstable();
        blocks.dedup();
        blocks
    }

    /// How many rows have a position: the first ones of the columns.
    pub fn located(&self) -> usize {
        self.located
    }

    /// The rows of a tile, in the columns.
    pub fn tile(&self, tile: Tile) -> std::ops::Range<usize> {
        let mortons = tile.mortons();
        let code = |i: usize| morton(self.columns.x[i], self.columns.y[i]);
        let first = partition_point(self.located, |i| code(i) < *mortons.start());
        let end = first + partition_point(self.located - first, |i| code(first + i) <= *mortons.end());
        first..end
    }

    /// The GeoNames ids of the places, by number; 0 is none.
    pub fn places(&self) -> &[u32] {
        &self.places
    }

    /// The outlets, by number; empty is none.
    pub fn sources(&self) -> &[Box<str>] {
        &self.sources
    }

    /// The words by rank.
    pub fn words(&self) -> &Texts {
        &self.words
    }

    /// The rank of the row with this id.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.by_id.find(id, |rank| self.ids.get(self.at[rank as usize]))
    }

    /// The first rank whose row comes after a number of the store.
    pub fn rank_after(&self, number: i64) -> u32 {
        self.numbers.partition_point(|known| *known <= number) as u32
    }

    /// The id of the row that stands somewhere in the columns.
    pub fn id_at(&self, at: usize) -> &str {
        self.ids.get(at as u32)
    }

    /// Has the memory of many rows on its way before each is read: a row of a large segment is
    /// nearly always one that the processor must wait for, and it waits for many as long as for one.
    pub fn fetch(&self, ranks: impl Iterator<Item = u32> + Clone) {
        let small = |rank: u32| self.numbers[rank as usize] ^ i64::from(self.properties_at[rank as usize]);
        std::hint::black_box(ranks.clone().map(small).fold(0, |all, one| all ^ one));
        self.features.fetch(ranks);
    }

    /// Where the row of a rank stands in the columns.
    pub fn at(&self, rank: u32) -> usize {
        self.at[rank as usize] as usize
    }

    /// The row of a rank.
    pub fn row(&self, rank: u32) -> RowRef<'_> {
        RowRef { segment: self, rank }
    }

    /// The answer to a question about the texts, worked out once.
    pub fn remembered(&self, question: String, work_out: impl FnOnce() -> Bits) -> Arc<Bits> {
        let known = |memory: &VecDeque<(String, Arc<Bits>)>| memory.iter().find(|(q, _)| *q == question).map(|(_, bits)| bits.clone());
        if let Some(bits) = known(&self.memory.lock().unwrap_or_else(PoisonError::into_inner)) {
            return bits;
        }
        // Two that ask at once may both work; neither waits with the lock held.
        let bits = Arc::new(work_out());
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if memory.len() >= REMEMBERED_MAX {
            memory.pop_front();
        }
        memory.push_back((question, bits.clone()));
        bits
    }

    /// The smallest box, not over the antimeridian, that holds every position.
    pub fn bounds(&self) -> Option<BBox> {
        self.bounds
    }

    /// The first and last day, as days since 1970-01-01.
    pub fn days(&self) -> Option<(i32, i32)> {
        self.days
    }
}

impl<'a> RowRef<'a> {
    /// Its place in the order of the store.
    pub fn number(self) -> i64 {
        self.segment.numbers[self.rank as usize]
    }

    /// Its identifier.
    pub fn id(self) -> &'a str {
        self.segment.id_at(self.segment.at(self.rank))
    }

    /// Where it is drawn.
    pub fn position(self) -> Option<LonLat> {
        let (columns, at) = (&self.segment.columns, self.segment.at(self.rank));
        (at < self.segment.located).then(|| LonLat { lon: columns.lon[at], lat: columns.lat[at] })
    }

    /// Whether it is found by its position, as it has to be.
    pub fn is_found_at_its_position(self) -> bool {
        let Some(at) = self.position() else { return true };
        let here = BBox { west: at.lon, south: at.lat, east: at.lon, north: at.lat };
        self.segment.blocks_near(&[here]).contains(&(self.segment.at(self.rank) / BLOCK))
    }

    /// The properties of schema `incident/1`, as JSON text.
    pub fn properties(self) -> &'a str {
        &self.segment.features.get(self.rank)[self.segment.properties_at[self.rank as usize] as usize..]
    }

    /// A whole GeoJSON feature but for the closing brace.
    pub fn open_feature(self) -> &'a str {
        self.segment.features.get(self.rank)
    }

    /// All that is known of it.
    pub fn facts(self) -> Facts<'a> {
        let (segment, columns, at) = (self.segment, &self.segment.columns, self.segment.at(self.rank));
        Facts {
            number: self.number(),
            id: self.id(),
            position: self.position(),
            class: Class(columns.class[at]),
            country: country_of(columns.country[at]),
            confidence: columns.confidence[at],
            days: (columns.first[at] <= columns.last[at]).then(|| (columns.first[at], columns.last[at])),
            place: segment.places[columns.place[at] as usize],
            precision: columns.precision[at],
            source: &segment.sources[columns.source[at] as usize],
            properties: self.properties(),
            words: segment.words.get(self.rank),
        }
    }
}

/// Rows are the same when they say the same, wherever they stand.
impl PartialEq for RowRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.facts() == other.facts()
    }
}

/// Makes a segment of rows that come in the order of the store.
#[derive(Debug, Default)]
pub struct Builder {
    segment: Segment,
    /// The columns in the order of the store.
    columns: Columns,
    places: FxHashMap<u32, u32>,
    sources: FxHashMap<Box<str>, u32>,
}

impl Builder {
    /// Room for so many rows.
    pub fn with_capacity(rows: usize) -> Self {
        let segment = Segment {
            ids: Texts::with_capacity(rows),
            features: Texts::with_capacity(rows),
            words: Texts::with_capacity(rows),
            ..Segment::default()
        };
        Self { segment, ..Self::default() }
    }

    /// How many rows it has so far.
    pub fn len(&self) -> usize {
        self.columns.class.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a row; its number must be greater than that of the row before.
    pub fn push(&mut self, facts: &Facts<'_>) {
        debug_assert!(self.segment.numbers.last().is_none_or(|last| *last < facts.number), "rows come in the order of the store");
        let columns = &mut self.columns;
        let (x, y) = facts.position.map_or((u32::MAX, u32::MAX), project);
        columns.x.push(x);
        columns.y.push(y);
        columns.lon.push(facts.position.map_or(f64::NAN, |at| at.lon));
        columns.lat.push(facts.position.map_or(f64::NAN, |at| at.lat));
        columns.class.push(facts.class.0);
        let (first, last) = facts.days.unwrap_or((i32::MAX, i32::MIN));
        columns.first.push(first);
        columns.last.push(last);
        columns.country.push(country_number(facts.country));
        columns.confidence.push(facts.confidence);
        columns.precision.push(facts.precision);
        columns.rank.push(0);
        columns.place.push(number_of_place(&mut self.places, &mut self.segment.places, facts.place));
        columns.source.push(number_of_source(&mut self.sources, &mut self.segment.sources, facts.source));
        self.segment.numbers.push(facts.number);
        self.segment.ids.push(facts.id);
        self.segment.words.push(facts.words);
        self.segment.features.push_with(|feature| {
            let start = feature.len();
            push_feature_head(feature, facts);
            self.segment.properties_at.push((feature.len() - start) as u32);
            feature.push_str(facts.properties);
        });
    }

    /// Adds the rows of another, which come after its own.
    pub fn append(&mut self, other: Self) {
        let theirs = other.segment;
        let in_order = self.segment.numbers.last().zip(theirs.numbers.first()).is_none_or(|(last, first)| last < first);
        debug_assert!(in_order, "rows come in the order of the store");
        let mine = &mut self.segment;
        let places: Vec<u32> = theirs.places.iter().map(|id| number_of_place(&mut self.places, &mut mine.places, *id)).collect();
        let sources: Vec<u32> = theirs.sources.iter().map(|name| number_of_source(&mut self.sources, &mut mine.sources, name)).collect();
        self.columns.append(other.columns, &places, &sources);
        mine.numbers.extend(theirs.numbers);
        mine.properties_at.extend(theirs.properties_at);
        mine.ids.append(&theirs.ids);
        mine.words.append(&theirs.words);
        mine.features.append(&theirs.features);
    }

    /// The segment.
    pub fn finish(self) -> Segment {
        static SERIAL: AtomicU64 = AtomicU64::new(1);
        let Self { mut segment, columns, .. } = self;
        let rows = columns.class.len();
        let (with, without): (Vec<u32>, Vec<u32>) = (0..rows as u32).partition(|rank| !columns.lon[*rank as usize].is_nan());
        let key = |rank: u32| (morton(columns.x[rank as usize], columns.y[rank as usize]), rank);
        let mut keys: Vec<(u64, u32)> = with.into_iter().map(key).collect();
        keys.par_sort_unstable();
        let located = keys.len();
        let order: Vec<u32> = keys.into_iter().map(|(_, rank)| rank).chain(without).collect();
        let mut at = vec![0; rows];
        for (i, rank) in order.iter().enumerate() {
            at[*rank as usize] = i as u32;
        }
        let days = columns.first.iter().zip(&columns.last).filter(|(first, last)| first <= last);
        segment.days = days.map(|(first, last)| (*first, *last)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        let in_order = std::mem::take(&mut segment.ids);
        let (columns, (by_id, ids)) = rayon::join(
            || in_spatial_order(columns, &order),
            || {
                let mut ids = Texts::with_capacity(rows);
                order.iter().for_each(|rank| ids.push(in_order.get(*rank)));
                (IdTable::new(rows, |rank| in_order.get(rank)), ids)
            },
        );
        drop(in_order);
        (segment.by_id, segment.ids) = (by_id, ids);
        segment.columns = columns;
        segment.blocks = Summary::of_blocks(&segment.columns);
        segment.groups = Summary::of_groups(&segment.blocks);
        let leaf = |(number, block): (usize, &Summary)| {
            let b = &block.bbox;
            (b.west <= b.east).then(|| BoxOfBlock::new(Rectangle::from_corners([b.west, b.south], [b.east, b.north]), number as u32))
        };
        segment.tree = RTree::bulk_load(segment.blocks.iter().enumerate().filter_map(leaf).collect());
        let all = segment.groups.iter().map(|group| group.bbox).reduce(|a, b| BBox {
            west: a.west.min(b.west),
            south: a.south.min(b.south),
            east: a.east.max(b.east),
            north: a.north.max(b.north),
        });
        segment.bounds = all.filter(|bbox| bbox.west <= bbox.east);
        for texts in [&mut segment.ids, &mut segment.features, &mut segment.words] {
            texts.shrink();
        }
        Segment { serial: SERIAL.fetch_add(1, Ordering::Relaxed), located, at, ..segment }
    }
}

/// Six decimals, about ten centimetres: more would be noise.
pub fn rounded(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

/// The number of a place in a list, to which it is added when it is not there yet.
fn number_of_place(known: &mut FxHashMap<u32, u32>, places: &mut Vec<u32>, id: u32) -> u32 {
    *known.entry(id).or_insert_with(|| {
        places.push(id);
        places.len() as u32 - 1
    })
}

/// The same of an outlet.
fn number_of_source(known: &mut FxHashMap<Box<str>, u32>, sources: &mut Vec<Box<str>>, name: &str) -> u32 {
    known.get(name).copied().unwrap_or_else(|| {
        sources.push(name.into());
        known.insert(name.into(), sources.len() as u32 - 1);
        sources.len() as u32 - 1
    })
}

/// Appends a feature up to its properties.
fn push_feature_head(to: &mut String, facts: &Facts<'_>) {
    to.push_str(r#"{"type":"Feature","id":"#);
    push_json(to, facts.id);
    match facts.position {
        Some(at) => {
            to.push_str(r#","geometry":{"type":"Point","coordinates":["#);
            push_degrees(to, at.lon);
            to.push(',');
            push_degrees(to, at.lat);
            to.push_str(r#"]},"properties":"#);
        }
        None => to.push_str(r#","geometry":null,"properties":"#),
    }
}

/// A text as JSON.
fn push_json(to: &mut String, text: &str) {
    if text.bytes().all(|b| b >= b' ' && b != b'"' && b != b'\\') {
        to.push('"');
        to.push_str(text);
        to.push('"');
    } else {
        to.push_str(&serde_json::Value::from(text).to_string());
    }
}

/// Degrees with the decimals of [`rounded`], as the number is shown, which costs more by far: twice a
/// row when a server starts.
fn push_degrees(to: &mut String, degrees: f64) {
    let micro = (degrees * 1e6).round();
    // As a whole number it has no place for a minus before zero, and no room for what is no degree.
    if micro == 0.0 || micro.is_nan() || micro.abs() >= 1e9 {
        to.push_str(&rounded(degrees).to_string());
        return;
    }
    let micro = micro as i64;
    let (whole, mut decimals) = (micro.unsigned_abs() / 1_000_000, micro.unsigned_abs() % 1_000_000);
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit += (decimals % 10) as u8;
        decimals /= 10;
    }
    let kept = digits.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
    if micro < 0 {
        to.push('-');
    }
    if whole >= 100 {
        to.push(char::from(b'0' + (whole / 100 % 10) as u8));
    }
    if whole >= 10 {
        to.push(char::from(b'0' + (whole / 10 % 10) as u8));
    }
    to.push(char::from(b'0' + (whole % 10) as u8));
    if kept > 0 {
        to.push('.');
        digits[..kept].iter().for_each(|digit| to.push(char::from(*digit)));
    }
}

fn in_spatial_order(columns: Columns, order: &[u32]) -> Columns {
    Columns {
        x: take(columns.x, order),
        y: take(columns.y, order),
        lon: take(columns.lon, order),
        lat: take(columns.lat, order),
        class: take(columns.class, order),
        first: take(columns.first, order),
        last: take(columns.last, order),
        country: take(columns.country, order),
        confidence: take(columns.confidence, order),
        place: take(columns.place, order),
        source: take(columns.source, order),
        precision: take(columns.precision, order),
        rank: order.to_vec(),
    }
}

fn take<T: Copy>(column: Vec<T>, order: &[u32]) -> Vec<T> {
    order.iter().map(|i| column[*i as usize]).collect()
}

/// The first number below `len` for which `before` no longer holds.
fn partition_point(len: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

/// Ranks by id: open addressing, at most half full.
#[derive(Debug, Default)]
struct IdTable {
    /// Rank + 1; 0 is empty.
    slots: Vec<u32>,
}

impl IdTable {
    fn new<'a>(rows: usize, id: impl Fn(u32) -> &'a str) -> Self {
        let mut slots = vec![0u32; (rows * 2).next_power_of_two().max(2)];
        let mask = slots.len() - 1;
        for rank in 0..rows as u32 {
            let mut slot = hash(id(rank)) & mask;
            while slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            slots[slot] = rank + 1;
        }
        Self { slots }
    }

    fn find<'a>(&self, id: &str, id_of: impl Fn(u32) -> &'a str) -> Option<u32> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut slot = hash(id) & mask;
        loop {
            let rank = self.slots[slot].checked_sub(1)?;
            if id_of(rank) == id {
                return Some(rank);
            }
            slot = (slot + 1) & mask;
        }
    }
}

fn hash(id: &str) -> usize {
    use std::hash::BuildHasher;
    // Fx leaves the low bits of short texts too alike for a table of a power of two.
    let hash = FxBuildHasher.hash_one(id);
    (hash ^ (hash >> 32)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn degrees_are_written_as_the_number_is_shown(degrees in prop_oneof![-181.0..181.0f64, -1e-5..1e-5f64, any::<f64>()]) {
            let mut written = String::new();
            push_degrees(&mut written, degrees);
            prop_assert_eq!(written, rounded(degrees).to_string());
        }

        #[test]
        fn a_text_is_written_as_json(text in "\\PC{0,9}|[\"\\\\\u{1}\n a]{0,9}") {
            let mut written = String::new();
            push_json(&mut written, &text);
            prop_assert_eq!(written, serde_json::Value::from(text).to_string());
        }
    }
}
