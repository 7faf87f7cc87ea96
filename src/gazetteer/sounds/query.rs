//! What it costs that a query writes a Latin name: the exact cost of one name, and a lower bound in whole
//! numbers by which the names of an index are searched.
//!
//! Both fill a table with a row for each grapheme of the name and a column for each number of letters of the
//! query. A row of whole numbers is filled eight columns at a time. It holds each cost less what the letters
//! before it cost when no grapheme stands for them, so letters in between cost nothing there and are a running
//! minimum.

use super::model::{ARTICLE, Background, Costs};
use super::source::SourceWord;
use super::spelling::Spelling;
use super::target::{self, Grapheme};

/// Columns that are filled at a time.
const LANES: usize = 8;
/// Where a row begins: the column of no letter stands before the first eight.
const ORIGIN: usize = LANES - 1;
/// Units of a cost of one, as far as a query's letters leave room for them.
const UNITS: f32 = 64.0;
/// The most that all letters of a query may cost in units.
const UNITS_MAX: f32 = 24_000.0;

/// The first letters of a query may cost this much more than by chance: what begins unlike is given up, however
/// long the name is that could make up for it.
const BEGINNING_SLACK: f32 = 8.0;

/// A query among names of one spelling.
pub(super) struct Query<'q> {
    word: &'q SourceWord,
    spelling: Spelling,
    costs: &'q Costs,
    units: f32,
    /// Columns of a row, a multiple of [`LANES`].
    width: usize,
    /// Of each grapheme and letter of the query, less what the letter alone costs.
    one: Vec<i16>,
    /// Of each pair of the query, the letter that it ends at and, for each grapheme, its cost less what its
    /// letters alone cost.
    pairs: Vec<(usize, Vec<i16>)>,
    /// Of each grapheme that nothing is written for.
    none: Vec<i16>,
    /// Of each article, from which letter to which it reaches, and its cost less that of its letters alone.
    articles: Vec<(usize, usize, i16)>,
    /// What the letters before each column cost alone, and the least that those from it on can cost.
    around: Vec<i16>,
    /// What each column may cost at most, so that the letters before it are no more unlike than by chance.
    by_chance: Vec<i16>,
}

impl<'q> Query<'q> {
    pub(super) fn new(word: &'q SourceWord, spelling: Spelling, costs: &'q Costs, background: &Background) -> Self {
        let letters = word.letters.len();
        let graphemes = target::graphemes().len();
        let insert = || word.letters.iter().map(|letter| costs.insert[usize::from(*letter)]);
        let units = UNITS.min(UNITS_MAX / insert().sum::<f32>().max(1.0));
        let floor = |cost: f32| (cost * units).floor() as i16;
        let insert: Vec<i16> = insert().map(floor).collect();
        let width = letters.next_multiple_of(LANES);
        let mut one = vec![0; graphemes * width];
        for (grapheme, row) in one.chunks_exact_mut(width).enumerate() {
            for ((cost, letter), alone) in row.iter_mut().zip(&word.letters).zip(&insert) {
                *cost = floor(costs.one(grapheme, *letter)) - alone;
            }
        }
        let of_pair = |end: usize, pair: u8| {
            let alone = insert[end - 1] + insert[end];
            (end, (0..graphemes).map(|grapheme| floor(costs.pair(grapheme, pair)) - alone).collect::<Vec<i16>>())
        };
        let pairs: Vec<_> = word.pairs.iter().enumerate().filter_map(|(end, pair)| Some(of_pair(end, (*pair)?))).collect();
        let of_article = |(from, to): &(usize, usize)| (*from, *to, floor(ARTICLE) - insert[*from..*to].iter().sum::<i16>());
        let articles: Vec<_> = word.articles.iter().map(of_article).collect();
        let mut around = vec![0; letters + 1];
        around[letters] = insert.iter().sum();
        for letter in (0..letters).rev() {
            let cheapest = |costs: &mut dyn Iterator<Item = i16>| costs.fold(0, i16::min);
            let mut least = around[letter + 1] + cheapest(&mut one.chunks_exact(width).map(|row| row[letter]));
            if let Some((_, pair)) = pairs.iter().find(|(end, _)| *end == letter + 1) {
                least = least.min(around[letter + 2] + cheapest(&mut pair.iter().copied()));
            }
            if let Some((_, to, cost)) = articles.iter().find(|(from, ..)| *from == letter) {
                least = least.min(around[*to] + cost);
            }
            around[letter] = least;
        }
        let none = costs.none.iter().copied().map(floor).collect();
        let mut chance = BEGINNING_SLACK * units;
        let mut by_chance = vec![chance as i16];
        for (step, alone) in background.steps(word).zip(&insert) {
            chance += step * units - f32::from(*alone);
            by_chance.push(chance as i16);
        }
        Self { word, spelling, costs, units, width, one, pairs, none, articles, around, by_chance }
    }

    /// The spelling of the names that it is sought among.
    pub(super) fn spelling(&self) -> Spelling {
        self.spelling
    }

    /// No name costs less.
    pub(super) fn least(&self) -> f32 {
        f32::from(self.around[0]) / self.units
    }

    /// What a name costs.
    pub(super) fn cost(&self, graphemes: &[Grapheme]) -> f32 {
        let letters = &self.word.letters;
        let mut above = vec![f32::INFINITY; letters.len() + 1];
        above[0] = 0.0;
        self.fill_in_between(&mut above);
        let mut row = above.clone();
        for grapheme in graphemes {
            let grapheme = usize::from(*grapheme);
            let none = self.costs.none[grapheme];
            row[0] = above[0] + none;
            for (i, letter) in letters.iter().enumerate() {
                row[i + 1] = (above[i + 1] + none).min(above[i] + self.costs.one(grapheme, *letter));
                if let Some(pair) = self.word.pairs[i] {
                    row[i + 1] = row[i + 1].min(above[i - 1] + self.costs.pair(grapheme, pair));
                }
            }
            self.fill_in_between(&mut row);
            std::mem::swap(&mut above, &mut row);
        }
        above[letters.len()]
    }

    fn fill_in_between(&self, row: &mut [f32]) {
        let letters = &self.word.letters;
        let insert = |i: usize| self.costs.insert[usize::from(letters[i])];
        for i in 0..letters.len() {
            row[i + 1] = row[i + 1].min(row[i] + insert(i));
        }
        for (from, to) in &self.word.articles {
            row[*to] = row[*to].min(row[*from] + ARTICLE);
            for i in *to..letters.len() {
                row[i + 1] = row[i + 1].min(row[i] + insert(i));
            }
        }
    }

    /// What each column of a row may cost at most for a name that costs no more than `bound`: [`Self::next_row`]
    /// asks for it.
    pub(super) fn limits(&self, bound: f32) -> Vec<i16> {
        let bound = (bound * self.units).ceil() as i16;
        let mut limits = vec![i16::MIN; self.width + 1];
        for ((limit, around), by_chance) in limits.iter_mut().zip(&self.around).zip(&self.by_chance) {
            *limit = bound.saturating_sub(*around).min(*by_chance);
        }
        limits
    }

    /// The numbers of a row.
    pub(super) fn stride(&self) -> usize {
        LANES + self.width
    }

    /// The row before any grapheme.
    pub(super) fn first_row(&self, row: &mut [i16]) {
        row.fill(0);
        let limits = vec![i16::MIN; self.width + 1];
        self.stand_in_between(row, &limits);
    }

    /// Fills the row after one more grapheme, and says whether a name that goes on from it can keep to the limits.
    pub(super) fn next_row(&self, above: &[i16], row: &mut [i16], grapheme: Grapheme, limits: &[i16]) -> bool {
        let grapheme = usize::from(grapheme);
        let one = &self.one[grapheme * self.width..][..self.width];
        let none = self.none[grapheme];
        row[ORIGIN] = above[ORIGIN].saturating_add(none);
        let same = above[LANES..].as_chunks::<LANES>().0;
        let before = above[ORIGIN..].as_chunks::<LANES>().0;
        let filled = row[LANES..].as_chunks_mut::<LANES>().0;
        for (((row, same), before), one) in filled.iter_mut().zip(same).zip(before).zip(one.as_chunks::<LANES>().0) {
            for lane in 0..LANES {
                row[lane] = same[lane].saturating_add(none).min(before[lane].saturating_add(one[lane]));
            }
        }
        for (end, costs) in &self.pairs {
            let cost = above[ORIGIN + end - 1].saturating_add(costs[grapheme]);
            row[ORIGIN + end + 1] = row[ORIGIN + end + 1].min(cost);
        }
        self.stand_in_between(row, limits)
    }

    /// Whether the last column of a row, so the whole name, keeps to the limits.
    pub(super) fn is_within(&self, row: &[i16], limits: &[i16]) -> bool {
        let letters = self.word.letters.len();
        row[ORIGIN + letters] <= limits[letters]
    }

    /// Lets letters stand in between, and says whether a column keeps to its limit.
    fn stand_in_between(&self, row: &mut [i16], limits: &[i16]) -> bool {
        let mut running = row[ORIGIN];
        let mut keeps = running <= limits[0];
        for (columns, limits) in row[LANES..].as_chunks_mut::<LANES>().0.iter_mut().zip(limits[1..].as_chunks::<LANES>().0) {
            // A running minimum in three steps for all lanes at once.
            for step in [1, 2, 4] {
                let before = *columns;
                for lane in step..LANES {
                    columns[lane] = before[lane].min(before[lane - step]);
                }
            }
            for lane in 0..LANES {
                columns[lane] = columns[lane].min(running);
                keeps |= columns[lane] <= limits[lane];
            }
            running = columns[LANES - 1];
        }
        for (from, to, cost) in &self.articles {
            let mut running = row[ORIGIN + from].saturating_add(*cost);
            for (column, limit) in row[ORIGIN + to..].iter_mut().zip(&limits[*to..]) {
                running = running.min(*column);
                *column = running;
                keeps |= running <= *limit;
            }
        }
        keeps
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::SoundModel;
    use super::*;

    proptest! {
        #[test]
        fn the_bound_in_whole_numbers_is_never_above_the_cost_and_near_it(
            name in "[ء-ي]{1,10} (ال)?[ء-ي]{0,8}|[а-яәіңғүұқөһ]{1,20}|[а-я]{40,48}",
            latin in "[a-z]{1,20}|[a-z -]{1,60}",
        ) {
            let Some(word) = SourceWord::new(&name) else { return Ok(()) };
            let costs = SoundModel::bundled().of(word.script);
            let mut query = Query::new(&word, Spelling::ALL[0], &costs.spellings[0], &costs.background);
            query.by_chance.fill(i16::MAX);
            let graphemes = target::graphemes_of(&latin);
            let cost = query.cost(&graphemes);
            let limits = query.limits(cost);
            let mut above = vec![0; query.stride()];
            query.first_row(&mut above);
            let mut row = above.clone();
            for grapheme in &graphemes {
                prop_assert!(query.next_row(&above, &mut row, *grapheme, &limits));
                std::mem::swap(&mut above, &mut row);
            }
            prop_assert!(query.is_within(&above, &limits));
            // Each step is rounded down by less than a unit.
            let steps = (word.letters.len() + graphemes.len() + 2) as f32;
            if cost * query.units < f32::from(i16::MAX) - UNITS_MAX {
                prop_assert!(!query.is_within(&above, &query.limits(cost - steps / query.units)), "{cost}");
            }
        }
    }
}
