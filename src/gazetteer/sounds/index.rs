//! The Latin names of a country or a spelling in the order of their graphemes, searched as a tree.
//!
//! Names that begin alike share the rows of the table of costs that their beginning gives. A beginning that
//! already costs too much is left with all names that begin so. How much each name has in common with the one
//! before it is kept, so the tree needs no nodes.

use super::model::{ARTICLE, Costs};
use super::source::SourceWord;
use super::spelling::Spelling;
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
        let width = query.letters + 1;
        let mut rows = vec![0.0; width * (GRAPHEMES_MAX + 1)];
        query.first_row(&mut rows[..width]);
        let mut entry = 0;
        while entry < self.entries.len() {
            let graphemes = self.graphemes_of(entry);
            let mut dead_at = None;
            for depth in usize::from(self.common[entry])..graphemes.len() {
                let (above, below) = rows.split_at_mut(width * (depth + 1));
                let least = query.next_row(&above[width * depth..], &mut below[..width], graphemes[depth]);
                if least > *bound {
                    dead_at = Some(depth + 1);
                    break;
                }
            }
            match dead_at {
                Some(depth) => {
                    let rest = &self.common[entry + 1..];
                    entry += 1 + rest.iter().position(|common| usize::from(*common) < depth).unwrap_or(rest.len());
                }
                None => {
                    let cost = rows[width * graphemes.len() + query.letters];
                    let Entry { place, name, .. } = self.entries[entry];
                    if cost <= *bound && wanted(place) {
                        let main_cost = if name == 0 { cost } else { f32::NAN };
                        found.push(Found { place, name, cost, main_cost });
                        *bound = bound.min(cost + margin);
                    }
                    entry += 1;
                }
            }
        }
    }
}

/// A query with the costs of its letters for every grapheme.
pub(super) struct Query<'q> {
    word: &'q SourceWord,
    spelling: Spelling,
    letters: usize,
    /// Of each grapheme and letter of the query.
    one: Vec<f32>,
    /// Of each grapheme and pair of the query, with the letter that it ends at.
    pairs: Vec<(usize, Vec<f32>)>,
    none: &'q [f32],
    insert: Vec<f32>,
    /// The least that the letters from each on can cost.
    rest: Vec<f32>,
}

impl<'q> Query<'q> {
    pub(super) fn new(word: &'q SourceWord, spelling: Spelling, costs: &'q Costs) -> Self {
        let letters = word.letters.len();
        let graphemes = target::graphemes().len();
        let one: Vec<f32> =
            (0..graphemes).flat_map(|grapheme| word.letters.iter().map(move |letter| costs.one(grapheme, *letter))).collect();
        let of_pair = |pair: u8| (0..graphemes).map(|grapheme| costs.pair(grapheme, pair)).collect();
        let pairs: Vec<(usize, Vec<f32>)> =
            word.pairs.iter().enumerate().filter_map(|(end, pair)| Some((end, of_pair((*pair)?)))).collect();
        let insert: Vec<f32> = word.letters.iter().map(|letter| costs.insert[usize::from(*letter)]).collect();
        let cheapest = |letter: usize| (0..graphemes).map(|grapheme| one[grapheme * letters + letter]).fold(insert[letter], f32::min);
        let mut rest = vec![0.0; letters + 1];
        for letter in (0..letters).rev() {
            let mut least = rest[letter + 1] + cheapest(letter);
            if let Some((_, pair)) = pairs.iter().find(|(end, _)| *end == letter + 1) {
                least = least.min(rest[letter + 2] + pair.iter().copied().fold(f32::INFINITY, f32::min));
            }
            if let Some((_, to)) = word.articles.iter().find(|(from, _)| *from == letter) {
                least = least.min(rest[*to] + ARTICLE);
            }
            rest[letter] = least;
        }
        Self { word, spelling, letters, one, pairs, none: &costs.none, insert, rest }
    }

    /// The spelling of the names that it is sought among.
    pub(super) fn spelling(&self) -> Spelling {
        self.spelling
    }

    /// The least that any name can cost.
    pub(super) fn least(&self) -> f32 {
        self.rest[0]
    }

    /// What a name costs.
    pub(super) fn cost(&self, graphemes: &[Grapheme]) -> f32 {
        let mut rows = [vec![0.0; self.letters + 1], vec![0.0; self.letters + 1]];
        self.first_row(&mut rows[0]);
        for grapheme in graphemes {
            let [above, below] = &mut rows;
            self.next_row(above, below, *grapheme);
            rows.swap(0, 1);
        }
        rows[0][self.letters]
    }

    fn first_row(&self, row: &mut [f32]) {
        row.fill(f32::INFINITY);
        row[0] = 0.0;
        self.fill_in_between(row);
    }

    /// The row after one more grapheme, and the least that a name can cost that goes on from it.
    fn next_row(&self, above: &[f32], row: &mut [f32], grapheme: Grapheme) -> f32 {
        let n = self.letters;
        let grapheme = usize::from(grapheme);
        let one = &self.one[grapheme * n..][..n];
        let none = self.none[grapheme];
        let (above, row) = (&above[..=n], &mut row[..=n]);
        row[0] = above[0] + none;
        for i in 0..n {
            row[i + 1] = (above[i + 1] + none).min(above[i] + one[i]);
        }
        for (end, costs) in &self.pairs {
            row[end + 1] = row[end + 1].min(above[end - 1] + costs[grapheme]);
        }
        self.fill_in_between(row);
        row.iter().zip(&self.rest).map(|(cost, rest)| cost + rest).fold(f32::INFINITY, f32::min)
    }

    fn fill_in_between(&self, row: &mut [f32]) {
        for i in 0..self.letters {
            row[i + 1] = row[i + 1].min(row[i] + self.insert[i]);
        }
        for (from, to) in &self.word.articles {
            for i in *to..=self.letters {
                let before = if i == *to { row[*from] + ARTICLE } else { row[i - 1] + self.insert[i - 1] };
                row[i] = row[i].min(before);
            }
        }
    }
}
