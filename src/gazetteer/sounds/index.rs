//! The Latin names of a country or a spelling in the order of their graphemes, searched as a tree.
//!
//! Names that begin alike share the rows of the table of costs that their beginning gives. A beginning that
//! already costs too much is left with all names that begin so. How much each name has in common with the one
//! before it is kept, so the tree needs no nodes.

use super::query::Query;
use super::target::{self, Grapheme};
use crate::gazetteer::{Gazetteer, PlaceId};
use crate::text::Script;

/// Longer names are cut: no query is so long.
const GRAPHEMES_MAX: usize = 60;

/// Names in the order of their graphemes.
#[derive(Debug, Default)]
pub(crate) struct SoundIndex {
    graphemes: Vec<Grapheme>,
    entries: Vec<Entry>,
    /// How many graphemes each name has in common with the one before.
    common: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    start: u32,
    place: PlaceId,
    /// The number of the name within the place.
    name: u16,
}

/// A name that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    pub(super) place: PlaceId,
    pub(super) name: u16,
    pub(super) cost: f32,
    /// What the main name of the place costs.
    pub(super) main_cost: f32,
}

impl SoundIndex {
    /// The Latin proper names of places.
    pub(super) fn new(gazetteer: &Gazetteer, places: impl Iterator<Item = PlaceId>) -> Self {
        let mut names: Vec<(Vec<Grapheme>, PlaceId, u16)> = Vec::new();
        for place in places {
            for (number, name) in gazetteer.place(place).names().enumerate() {
                if name.kind.is_proper() && name.script() == Script::Latin {
                    let mut graphemes = target::graphemes_of(name.text);
                    graphemes.truncate(GRAPHEMES_MAX);
                    if !graphemes.is_empty() {
                        names.push((graphemes, place, number as u16));
                    }
                }
            }
        }
        names.sort_unstable();
        // Spellings of one place that sound alike are one.
        names.dedup_by(|b, a| a.0 == b.0 && a.1 == b.1);
        let mut index = Self::default();
        let mut last: &[Grapheme] = &[];
        for (graphemes, place, name) in &names {
            index.common.push(last.iter().zip(graphemes).take_while(|(a, b)| a == b).count() as u8);
            index.entries.push(Entry { start: index.graphemes.len() as u32, place: *place, name: *name });
            index.graphemes.extend_from_slice(graphemes);
            last = graphemes;
        }
        index
    }

    /// How many names there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    fn graphemes_of(&self, entry: usize) -> &[Grapheme] {
        let start = self.entries[entry].start as usize;
        let end = self.entries.get(entry + 1).map_or(self.graphemes.len(), |next| next.start as usize);
        &self.graphemes[start..end]
    }

    /// Adds all names of wanted places that cost at most `bound` to `found`. As cheap ones are found, the bound
    /// comes down to `margin` above the cheapest.
    pub(super) fn search(
        &self,
        query: &Query<'_>,
        wanted: &impl Fn(PlaceId) -> bool,
        bound: &mut f32,
        margin: f32,
        found: &mut Vec<Found>,
    ) {
        let width = query.stride();
        let mut rows = vec![0; width * (GRAPHEMES_MAX + 1)];
        query.first_row(&mut rows[..width]);
        let mut limits = query.limits(*bound);
        let mut entry = 0;
        while entry < self.entries.len() {
            let graphemes = self.graphemes_of(entry);
            let mut dead_at = None;
            for depth in usize::from(self.common[entry])..graphemes.len() {
                let (above, below) = rows.split_at_mut(width * (depth + 1));
                if !query.next_row(&above[width * depth..], &mut below[..width], graphemes[depth], &limits) {
                    dead_at = Some(depth + 1);
                    break;
                }
            }
            match dead_at {
                Some(depth) => {
                    entry += 1 + passed_by(&self.common[entry + 1..], depth as u8);
                }
                None => {
                    let Entry { place, name, .. } = self.entries[entry];
                    if query.is_within(&rows[width * graphemes.len()..], &limits) && wanted(place) {
                        let cost = query.cost(graphemes);
                        if cost <= *bound {
                            let main_cost = if name == 0 { cost } else { f32::NAN };
                            found.push(Found { place, name, cost, main_cost });
                            *bound = bound.min(cost + margin);
                            limits = query.limits(*bound);
                        }
                    }
                    entry += 1;
                }
            }
        }
    }
}

/// How many names go by before one that has fewer graphemes in common with the one before it.
fn passed_by(common: &[u8], graphemes: u8) -> usize {
    // Chunk by chunk, which the compiler does without a branch a name.
    let (chunks, rest) = common.as_chunks::<32>();
    let has_fewer = |chunk: &[u8; 32]| chunk.iter().fold(false, |any, shared| any | (*shared < graphemes));
    let whole = chunks.iter().take_while(|chunk| !has_fewer(chunk)).count();
    let rest = chunks.get(whole).map_or(rest, |chunk| &chunk[..]);
    whole * 32 + rest.iter().position(|shared| *shared < graphemes).unwrap_or(rest.len())
}
