//! Learns the costs of letters from the names that places have in two scripts, by expectation-maximisation.
//!
//! An example is a name in Arabic or Cyrillic letters with all Latin names of its place. Which of them it
//! writes, grapheme by grapheme, and whether it writes any (القاهرة does not write Cairo) is not known; it is
//! estimated with the costs so far, and the costs are estimated anew from that. The first rounds treat all
//! countries alike; the last ones tell their spellings apart, each leaning on what all have in common.

use rayon::prelude::*;

use super::model::{ARTICLE, Background, Costs, ScriptCosts, SoundModel, UNSEEN};
use super::source::{SourceScript, SourceWord};
use super::spelling::Spelling;
use super::target::{self, Grapheme};
use crate::gazetteer::{Class, Country, Gazetteer};
use crate::text::Script;

/// Rounds with one table for all countries, and rounds after them with a table a spelling.
const ROUNDS_ALIKE: usize = 8;
const ROUNDS_APART: usize = 2;
/// Most Latin names that are looked at for one example, in the order of their kinds.
const TARGETS_MAX: usize = 8;
/// How often a name in the other script writes a Latin name of its place at all.
const SHARE_RELATED: f64 = 0.7;
/// As many imagined examples of a grapheme say what all spellings have in common.
const COMMON_WEIGHT: f64 = 30.0;
/// Imagined examples of every letter for every grapheme, so that nothing is impossible.
const SMOOTHING: f64 = 0.02;
/// Examples are counted in parts of this many, and the parts added in order, so that the sums are the same on
/// every machine.
const PART: usize = 4096;

struct Example {
    word: SourceWord,
    targets: Vec<Vec<Grapheme>>,
    spelling: Spelling,
    background: f64,
}

impl SoundModel {
    /// Learns from the places of the countries that `learns_from` accepts.
    pub fn learn(gazetteer: &Gazetteer, learns_from: impl Fn(Option<Country>) -> bool) -> Self {
        let mut examples = examples(gazetteer, learns_from);
        let scripts = SourceScript::ALL.map(|script| {
            let mine = examples.extract_if(.., |example| example.word.script == script).collect::<Vec<_>>();
            learn_script(script, mine)
        });
        Self::new(scripts.into())
    }
}

fn examples(gazetteer: &Gazetteer, learns_from: impl Fn(Option<Country>) -> bool) -> Vec<Example> {
    let mut examples = Vec::new();
    for place in gazetteer.places().filter(|place| learns_from(place.country()) && place.class() != Class::Facility) {
        let sources: Vec<SourceWord> =
            place.names().filter(|name| name.kind.is_proper()).filter_map(|name| SourceWord::new(name.text)).collect();
        if sources.is_empty() {
            continue;
        }
        let latin = place.names().filter(|name| name.kind.is_proper() && name.script() == Script::Latin);
        let mut targets: Vec<Vec<Grapheme>> = Vec::new();
        for graphemes in latin.map(|name| target::graphemes_of(name.text)).filter(|graphemes| !graphemes.is_empty()) {
            if targets.len() < TARGETS_MAX && !targets.contains(&graphemes) {
                targets.push(graphemes);
            }
        }
        let spelling = Spelling::of(place.country());
        examples.extend(sources.into_iter().map(|word| Example { word, targets: targets.clone(), spelling, background: 0.0 }));
    }
    examples
}

fn learn_script(script: SourceScript, mut examples: Vec<Example>) -> ScriptCosts {
    let background = learn_background(script, &examples);
    for example in &mut examples {
        example.background = f64::exp(-f64::from(background.cost(&example.word)));
    }
    let mut common = Counts::at_first(script);
    for _ in 0..ROUNDS_ALIKE {
        let tables = vec![Table::of(&common); Spelling::ALL.len()];
        common = count(script, &examples, &tables).into_iter().fold(Counts::empty(script), Counts::add);
        common.smooth();
    }
    let mut tables = vec![Table::of(&common); Spelling::ALL.len()];
    let mut general = Table::of(&common);
    for _ in 0..ROUNDS_APART {
        let counts = count(script, &examples, &tables);
        common = counts.iter().cloned().fold(Counts::empty(script), Counts::add);
        common.smooth();
        general = Table::of(&common);
        tables = counts.into_iter().map(|own| Table::of(&own.lean_on(&general))).collect();
    }
    ScriptCosts { common: general.to_costs(script), spellings: tables.iter().map(|table| table.to_costs(script)).collect(), background }
}

fn learn_background(script: SourceScript, examples: &[Example]) -> Background {
    let ends = script.letters().len();
    let mut counts = vec![0.1; (ends + 1) * (ends + 1)];
    for example in examples {
        let numbers = || example.word.letters.iter().map(|letter| usize::from(*letter));
        for (before, after) in std::iter::once(ends).chain(numbers()).zip(numbers().chain(std::iter::once(ends))) {
            counts[before * (ends + 1) + after] += 1.0;
        }
    }
    let mut background = Background::unseen(script);
    for (row, costs) in counts.chunks(ends + 1).zip(background.costs.chunks_mut(ends + 1)) {
        let total: f64 = row.iter().sum();
        row.iter().zip(costs).for_each(|(count, cost)| *cost = (-(count / total).ln() as f32).min(UNSEEN));
    }
    background
}

/// How often each grapheme was written in which way. Of each grapheme: every letter, every pair, nothing.
#[derive(Clone)]
struct Counts {
    letters: usize,
    /// Entries a grapheme.
    width: usize,
    written: Vec<f64>,
    inserted: Vec<f64>,
    /// How many chances to put a letter in between there were.
    chances: f64,
}

impl Counts {
    fn empty(script: SourceScript) -> Self {
        let letters = script.letters().len();
        let width = letters + script.pairs().len() + 1;
        Self { letters, width, written: vec![0.0; target::graphemes().len() * width], inserted: vec![0.0; letters], chances: 0.0 }
    }

    /// Before anything is known: any letter is as likely as any other, nothing a little more, a letter in between rare.
    fn at_first(script: SourceScript) -> Self {
        let mut counts = Self::empty(script);
        for row in counts.written.chunks_mut(counts.width) {
            row.fill(1.0);
            row[counts.letters..].fill(0.2);
            row[counts.width - 1] = counts.letters as f64 / 3.0;
        }
        counts.inserted.fill(1.0);
        counts.chances = 50.0 * counts.letters as f64;
        counts
    }

    fn add(mut self, other: Self) -> Self {
        self.written.iter_mut().zip(&other.written).for_each(|(a, b)| *a += b);
        self.inserted.iter_mut().zip(&other.inserted).for_each(|(a, b)| *a += b);
        self.chances += other.chances;
        self
    }

    fn smooth(&mut self) {
        self.written.iter_mut().for_each(|count| *count += SMOOTHING);
        self.inserted.iter_mut().for_each(|count| *count += SMOOTHING);
        self.chances += SMOOTHING * self.letters as f64;
    }

    fn lean_on(mut self, general: &Table) -> Self {
        self.written.iter_mut().zip(&general.written).for_each(|(count, share)| *count += COMMON_WEIGHT * share);
        self.inserted.iter_mut().zip(&general.inserted).for_each(|(count, share)| *count += COMMON_WEIGHT * 30.0 * share);
        self.chances += COMMON_WEIGHT * 30.0;
        self
    }
}

/// Counts as shares.
#[derive(Clone)]
struct Table {
    letters: usize,
    width: usize,
    written: Vec<f64>,
    inserted: Vec<f64>,
}

impl Table {
    fn of(counts: &Counts) -> Self {
        let mut written = counts.written.clone();
        for row in written.chunks_mut(counts.width) {
            let total: f64 = row.iter().sum();
            row.iter_mut().for_each(|share| *share /= total.max(1e-9));
        }
        let inserted = counts.inserted.iter().map(|count| count / counts.chances.max(1e-9)).collect();
        Self { letters: counts.letters, width: counts.width, written, inserted }
    }

    fn to_costs(&self, script: SourceScript) -> Costs {
        let mut costs = Costs::unseen(script);
        let cost = |share: f64| (-share.ln() as f32).min(UNSEEN);
        let pairs = self.width - self.letters - 1;
        for (grapheme, row) in self.written.chunks(self.width).enumerate() {
            (0..self.letters).for_each(|letter| costs.one[grapheme * self.letters + letter] = cost(row[letter]));
            (0..pairs).for_each(|pair| costs.pair[grapheme * pairs + pair] = cost(row[self.letters + pair]));
            costs.none[grapheme] = cost(row[self.width - 1]);
        }
        costs.insert = self.inserted.iter().map(|share| cost(*share)).collect();
        costs
    }
}

/// One round: counts by spelling.
fn count(script: SourceScript, examples: &[Example], tables: &[Table]) -> Vec<Counts> {
    let parts: Vec<Vec<Counts>> = examples
        .par_chunks(PART)
        .map(|part| {
            let mut counts = vec![Counts::empty(script); Spelling::ALL.len()];
            let mut lattices = Vec::new();
            for example in part {
                let spelling = example.spelling as usize;
                count_example(example, &tables[spelling], &mut counts[spelling], &mut lattices);
            }
            counts
        })
        .collect();
    let nothing = || vec![Counts::empty(script); Spelling::ALL.len()];
    parts.into_iter().fold(nothing(), |sums, part| sums.into_iter().zip(part).map(|(sum, own)| sum.add(own)).collect())
}

/// Adds what an example shows, each Latin name as far as it is believed to be the one that is written.
fn count_example(example: &Example, table: &Table, counts: &mut Counts, lattices: &mut Vec<Lattice>) {
    lattices.resize_with(example.targets.len().max(lattices.len()), Lattice::default);
    let mut total = (1.0 - SHARE_RELATED) * example.background;
    let share = SHARE_RELATED / example.targets.len().max(1) as f64;
    for (graphemes, lattice) in example.targets.iter().zip(lattices.iter_mut()) {
        total += share * lattice.forward(&example.word, graphemes, table);
    }
    for (graphemes, lattice) in example.targets.iter().zip(lattices.iter_mut()) {
        let likelihood = lattice.likelihood();
        let belief = share * likelihood / total;
        if likelihood > 0.0 && belief > 0.01 {
            lattice.count(&example.word, graphemes, table, belief / likelihood, counts);
        }
    }
}

/// The probabilities of all ways to write a name, summed up to every point of word and name.
#[derive(Default)]
struct Lattice {
    width: usize,
    forward: Vec<f64>,
    backward: Vec<f64>,
}

impl Lattice {
    /// Sums from the beginning; returns the probability of the whole.
    fn forward(&mut self, word: &SourceWord, graphemes: &[Grapheme], table: &Table) -> f64 {
        let letters = word.letters.len();
        self.width = letters + 1;
        self.forward.clear();
        self.forward.resize(self.width * (graphemes.len() + 1), 0.0);
        self.forward[0] = 1.0;
        for row in 0..=graphemes.len() {
            let at = row * self.width;
            if row > 0 {
                let written = &table.written[usize::from(graphemes[row - 1]) * table.width..][..table.width];
                let above = at - self.width;
                for i in 0..=letters {
                    let mut sum = self.forward[above + i] * written[table.width - 1];
                    if i > 0 {
                        sum += self.forward[above + i - 1] * written[usize::from(word.letters[i - 1])];
                        if let Some(pair) = word.pairs[i - 1] {
                            sum += self.forward[above + i - 2] * written[table.letters + usize::from(pair)];
                        }
                    }
                    self.forward[at + i] = sum;
                }
            }
            for i in 1..=letters {
                self.forward[at + i] += self.forward[at + i - 1] * table.inserted[usize::from(word.letters[i - 1])];
                for (from, _) in word.articles.iter().filter(|(_, to)| *to == i) {
                    self.forward[at + i] += self.forward[at + from] * f64::from(-ARTICLE).exp();
                }
            }
        }
        self.likelihood()
    }

    fn likelihood(&self) -> f64 {
        self.forward.last().copied().unwrap_or(0.0)
    }

    /// Sums from the end, and adds to the counts how often each step was taken.
    fn count(&mut self, word: &SourceWord, graphemes: &[Grapheme], table: &Table, scale: f64, counts: &mut Counts) {
        let (letters, width) = (word.letters.len(), self.width);
        self.backward.clear();
        self.backward.resize(self.forward.len(), 0.0);
        let last = self.backward.len() - 1;
        self.backward[last] = 1.0;
        for row in (0..=graphemes.len()).rev() {
            let at = row * width;
            for i in (0..=letters).rev() {
                let mut sum = self.backward[at + i];
                if row < graphemes.len() {
                    let grapheme = usize::from(graphemes[row]) * table.width;
                    let written = &table.written[grapheme..][..table.width];
                    let below = at + width;
                    let here = self.forward[at + i] * scale;
                    let mut step = |entry: usize, to: usize| {
                        let rest = written[entry] * self.backward[below + to];
                        counts.written[grapheme + entry] += here * rest;
                        sum += rest;
                    };
                    step(table.width - 1, i);
                    if i < letters {
                        step(usize::from(word.letters[i]), i + 1);
                    }
                    if let Some(pair) = word.pairs.get(i + 1).copied().flatten() {
                        step(table.letters + usize::from(pair), i + 2);
                    }
                }
                if i < letters {
                    let letter = usize::from(word.letters[i]);
                    let rest = table.inserted[letter] * self.backward[at + i + 1];
                    counts.inserted[letter] += self.forward[at + i] * scale * rest;
                    sum += rest;
                }
                for (_, to) in word.articles.iter().filter(|(from, _)| *from == i) {
                    sum += f64::from(-ARTICLE).exp() * self.backward[at + to];
                }
                self.backward[at + i] = sum;
            }
        }
        counts.chances += scale * self.likelihood() * (graphemes.len() + 1) as f64;
    }
}
