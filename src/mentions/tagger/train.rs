//! Training the linear tagger, and measuring it on texts it has not seen.
//!
//! A conditional random field fitted by FTRL-Proximal (McMahan et al. 2013): one learning rate a
//! weight, and an L1 penalty that leaves rare and useless features at exactly zero, which is what
//! keeps the weights files small. Everything runs in a fixed order on one thread from a fixed seed,
//! so the same corpora give the same bytes.

use std::collections::HashMap;
use std::ops::Range;

use super::features::{Feature, Identity, Joiners, TokenFeatures, View, joiner_key};
use super::hint::GazetteerHint;
use super::lattice::{LABELS_MAX, Lattice, OUTSIDE, Row, Transitions, allowed, begins, continues};
use super::linear::Linear;
use super::{EntityKind, Tagger};
use crate::lang::{self, Cue};
use crate::text::{Case, Lang, Script, Span, Text};

/// An annotated text to learn from or to measure on.
#[derive(Debug, Clone)]
pub struct Example {
    /// The text.
    pub text: String,
    /// The names in it, by byte span. Of two that overlap the first in the list counts.
    pub names: Vec<(Span, EntityKind)>,
    /// Spans that count neither as a name nor as none: taken as neither right nor wrong when
    /// measuring, and as no name when learning.
    pub ignored: Vec<Span>,
    /// Spans from which nothing is learnt.
    pub unsure: Vec<Span>,
    /// The gazetteer's hints, one a token.
    pub hints: Vec<GazetteerHint>,
    /// How much the example weighs beside others; 1 is usual, silver labels may weigh less.
    pub weight: f32,
}

/// The knobs of training.
#[derive(Debug, Clone, Copy)]
pub struct Recipe {
    /// Times that the corpus is gone through.
    pub epochs: usize,
    /// Learning rate at the start.
    pub rate: f32,
    /// L1 penalty: drives useless weights to zero.
    pub l1: f32,
    /// L2 penalty: keeps weights small.
    pub l2: f32,
    /// A feature must be met this often to get a weight.
    pub count_min: u32,
    /// Share of tokens whose own letters are hidden at each step.
    pub hidden: f32,
}

impl Default for Recipe {
    fn default() -> Self {
        Self { epochs: 12, rate: 0.1, l1: 0.3, l2: 0.5, count_min: 2, hidden: 0.1 }
    }
}

/// A run of tokens with features and the labels to learn.
struct Run {
    tokens: Vec<(Range<usize>, usize)>,
    gold: Vec<usize>,
    /// Whether the label of each token is known.
    known: Vec<bool>,
    weight: f32,
}

/// Weights of one feature while they are learnt: the state of FTRL for each label.
#[derive(Clone, Copy, Default)]
struct State {
    z: Row,
    n: Row,
    w: Row,
}

/// Trains a tagger for a language on examples, in their order.
pub fn train(lang: Lang, examples: &[Example], recipe: Recipe) -> Tagger {
    let kinds: Vec<EntityKind> = [EntityKind::Place, EntityKind::Organization, EntityKind::Person]
        .into_iter()
        .filter(|kind| *kind == EntityKind::Place || examples.iter().any(|e| e.names.iter().any(|(_, k)| k == kind)))
        .collect();
    let joiners = joiners(lang, examples, &kinds);
    let corpus = Corpus::gather(lang, examples, &kinds, &joiners, recipe.count_min);
    let mut fit = Fit {
        recipe,
        states: vec![State::default(); corpus.features.len()],
        moves: [State::default(); LABELS_MAX],
        transitions: Transitions::new(kinds.len()),
        lattice: Lattice::default(),
        random: 0x5DEE_CE66_D1CE_4E5B,
    };
    let mut order: Vec<usize> = (0..corpus.runs.len()).collect();
    for _ in 0..recipe.epochs {
        for i in (1..order.len()).rev() {
            let j = (fit.next_random() % (i as u64 + 1)) as usize;
            order.swap(i, j);
        }
        for &run in &order {
            fit.step(&corpus, &corpus.runs[run]);
        }
    }
    let model = fit.quantize(kinds, joiners, &corpus.features);
    Tagger::from_linear(model)
}

/// All features of all runs, numbered.
struct Corpus {
    runs: Vec<Run>,
    /// The numbered features of all tokens, one after the other.
    ids: Vec<u32>,
    /// The feature of each number.
    features: Vec<Feature>,
}

/// Marks a feature too rare to have a weight.
const RARE: u32 = u32::MAX;

impl Corpus {
    fn gather(lang: Lang, examples: &[Example], kinds: &[EntityKind], joiners: &[u32], count_min: u32) -> Self {
        let mut runs = Vec::new();
        let mut ids = Vec::new();
        let mut numbers: HashMap<Feature, u32, Identity> = HashMap::default();
        let mut features: Vec<Feature> = Vec::new();
        let mut counts: Vec<u32> = Vec::new();
        let mut token = TokenFeatures::default();
        for example in examples {
            let text = Text::new(&example.text, Some(lang));
            let labels = gold_labels(&text, &example.names, kinds);
            let is_known = |at: usize| !example.unsure.iter().any(|span| span.overlaps(text.tokens[at].span));
            let view = View::new(&text, &example.hints, joiners);
            for sentence in &text.sentences {
                for segment in view.segments(&text, sentence) {
                    let known = segment.clone().map(is_known).collect();
                    let mut run = Run { tokens: Vec::new(), gold: labels[segment.clone()].to_vec(), known, weight: example.weight };
                    // A name may have begun before the run: what is left of it has no beginning.
                    repair(&mut run.gold);
                    for i in segment {
                        view.features(&text, sentence, i, &mut token);
                        let from = ids.len();
                        for &feature in &token.all {
                            let next = features.len() as u32;
                            let id = *numbers.entry(feature).or_insert(next);
                            if id == next {
                                features.push(feature);
                                counts.push(0);
                            }
                            counts[id as usize] += 1;
                            ids.push(id);
                        }
                        run.tokens.push((from..ids.len(), from + token.lexical));
                    }
                    runs.push(run);
                }
            }
        }
        // Number the kept features anew, without gaps.
        let mut kept = Vec::new();
        let renumbered: Vec<u32> = features
            .iter()
            .zip(&counts)
            .map(|(feature, count)| {
                if *count < count_min {
                    return RARE;
                }
                kept.push(*feature);
                kept.len() as u32 - 1
            })
            .collect();
        ids.iter_mut().for_each(|id| *id = renumbered[*id as usize]);
        Self { runs, ids, features: kept }
    }
}

/// Times that a small word must stand inside names, and share of all its places, to be a joiner.
const JOINER_COUNT_MIN: u32 = 3;
const JOINER_SHARE_MIN: f32 = 0.02;

/// The small words that stand inside names.
fn joiners(lang: Lang, examples: &[Example], kinds: &[EntityKind]) -> Joiners {
    let mut counts: HashMap<u32, (u32, u32), Identity> = HashMap::default();
    for example in examples {
        let text = Text::new(&example.text, Some(lang));
        let labels = gold_labels(&text, &example.names, kinds);
        for (token, label) in text.tokens.iter().zip(labels) {
            if token.case == Case::Lower {
                let (inside, all) = counts.entry(joiner_key(text.folded(token))).or_default();
                *inside += u32::from(label != OUTSIDE);
                *all += 1;
            }
        }
    }
    let often = |(inside, all): (u32, u32)| inside >= JOINER_COUNT_MIN && inside as f32 >= JOINER_SHARE_MIN * all as f32;
    let mut joiners: Joiners = counts.into_iter().filter(|(_, counts)| often(*counts)).map(|(key, _)| key).collect();
    joiners.sort_unstable();
    joiners
}

/// The label of every token of a text.
fn gold_labels(text: &Text<'_>, names: &[(Span, EntityKind)], kinds: &[EntityKind]) -> Vec<usize> {
    let mut labels = vec![OUTSIDE; text.tokens.len()];
    for (span, kind) in names {
        let Some(kind) = kinds.iter().position(|k| k == kind) else { continue };
        let tokens = without_head(text, text.tokens_in(*span));
        if tokens.is_empty() || labels[tokens.clone()].iter().any(|label| *label != OUTSIDE) {
            continue;
        }
        labels[tokens.clone()].fill(continues(kind));
        labels[tokens.start] = begins(kind);
    }
    labels
}

/// Of an Arabic name the part after the word for its kind: corpora differ in whether "the city of"
/// belongs to a name, and ours leave it out.
fn without_head(text: &Text<'_>, tokens: Range<usize>) -> Range<usize> {
    let is_head = |at: usize| {
        let word = &text.tokens[at];
        word.script == Script::Arabic && lang::pack(text.lang, word.script).cue_of(text.folded(word)).any(Cue::HEAD_BEFORE)
    };
    if tokens.len() > 1 && is_head(tokens.start) { tokens.start + 1..tokens.end } else { tokens }
}

fn repair(labels: &mut [usize]) {
    let mut last = OUTSIDE;
    for label in labels {
        if !allowed(last, *label) {
            *label -= 1;
        }
        last = *label;
    }
}

struct Fit {
    recipe: Recipe,
    states: Vec<State>,
    moves: [State; LABELS_MAX],
    transitions: Transitions,
    lattice: Lattice,
    random: u64,
}

impl Fit {
    /// The next number of a fixed sequence (xorshift64*).
    fn next_random(&mut self) -> u64 {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        self.random.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    /// Moves the weights a little towards the gold labels of one run.
    fn step(&mut self, corpus: &Corpus, run: &Run) {
        let labels = self.transitions.labels;
        let mut active: Vec<Range<usize>> = Vec::with_capacity(run.tokens.len());
        let mut scores: Vec<Row> = Vec::with_capacity(run.tokens.len());
        for (all, lexical_end) in &run.tokens {
            let hide = (self.next_random() % 1000) as f32 / 1000.0 < self.recipe.hidden;
            let ids = if hide { *lexical_end..all.end } else { all.clone() };
            let mut row = [0.0; LABELS_MAX];
            for &id in &corpus.ids[ids.clone()] {
                if id != RARE {
                    for (sum, weight) in row.iter_mut().zip(&self.states[id as usize].w) {
                        *sum += weight;
                    }
                }
            }
            scores.push(row);
            active.push(ids);
        }
        self.lattice.fill(&scores, &self.transitions);
        for (t, ids) in active.into_iter().enumerate() {
            if !run.known[t] {
                continue;
            }
            let mut gradient = self.lattice.marginal(t);
            gradient[run.gold[t]] -= 1.0;
            gradient.iter_mut().for_each(|g| *g *= run.weight);
            if gradient[..labels].iter().all(|g| g.abs() < 1e-4) {
                continue;
            }
            for &id in &corpus.ids[ids] {
                if id != RARE {
                    self.states[id as usize].update(&gradient, labels, &self.recipe);
                }
            }
        }
        for t in 0..=run.tokens.len() {
            if t.checked_sub(1).is_some_and(|before| !run.known[before]) || run.known.get(t) == Some(&false) {
                continue;
            }
            let gold_from = if t == 0 { OUTSIDE } else { run.gold[t - 1] };
            let gold_to = run.gold.get(t).copied().unwrap_or(OUTSIDE);
            for from in 0..labels {
                let mut gradient = [0.0; LABELS_MAX];
                for (to, g) in gradient.iter_mut().enumerate().take(labels) {
                    if allowed(from, to) {
                        let wanted = f32::from(u8::from(from == gold_from && to == gold_to));
                        *g = (self.lattice.marginal_pair(t, from, to) - wanted) * run.weight;
                    }
                }
                self.moves[from].update(&gradient, labels, &self.recipe);
                for to in 0..labels {
                    if allowed(from, to) {
                        self.transitions.scores[from][to] = self.moves[from].w[to];
                    }
                }
            }
        }
    }

    /// The weights as small whole numbers of a common unit.
    fn quantize(&self, kinds: Vec<EntityKind>, joiners: Joiners, features: &[Feature]) -> Linear {
        // A few weights are far larger than all others; they are cut off rather than that the
        // others become coarse.
        let mut sizes: Vec<f32> = self.states.iter().flat_map(|state| state.w).map(f32::abs).filter(|w| *w > 0.0).collect();
        sizes.sort_by(f32::total_cmp);
        let top = sizes.get(sizes.len().saturating_sub(1 + sizes.len() / 2000)).copied().unwrap_or(1.0);
        let unit = top / f32::from(i8::MAX);
        let small = |weight: f32| (weight / unit).round().clamp(-127.0, 127.0) as i8;
        let rows: Vec<_> = self.states.iter().zip(features).map(|(state, feature)| (*feature, state.w.map(small))).collect();
        Linear::new(kinds, joiners, self.transitions.clone(), unit, &rows)
    }
}

impl State {
    fn update(&mut self, gradient: &Row, labels: usize, recipe: &Recipe) {
        for (label, &g) in gradient.iter().enumerate().take(labels) {
            let n = self.n[label] + g * g;
            let sigma = (n.sqrt() - self.n[label].sqrt()) / recipe.rate;
            self.z[label] += g - sigma * self.w[label];
            self.n[label] = n;
            let z = self.z[label];
            self.w[label] =
                if z.abs() <= recipe.l1 { 0.0 } else { -(z - z.signum() * recipe.l1) / ((1.0 + n.sqrt()) / recipe.rate + recipe.l2) };
        }
    }
}

/// How well the tagger finds the names of one kind: counts, from which the rates follow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Names in the gold.
    pub gold: usize,
    /// Names found, those on ignored spans left out.
    pub found: usize,
    /// Found with the very span.
    pub exact: usize,
    /// Found with a span that overlaps.
    pub overlapping: usize,
}

impl Score {
    /// Precision, recall and F1 of a number of right answers.
    pub fn rates(&self, right: usize) -> (f64, f64, f64) {
        let share = |of: usize| if of == 0 { 0.0 } else { right as f64 / of as f64 };
        let (precision, recall) = (share(self.found), share(self.gold));
        let f1 = if right == 0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) };
        (precision, recall, f1)
    }

    /// Compares spans with the gold. Each name counts once: first the exact pairs are matched, then
    /// overlapping ones by the size of the overlap.
    pub fn of(gold: &[Span], found: &[Span], ignored: &[Span]) -> Self {
        let mut pairs = Vec::new();
        for (g, a) in gold.iter().enumerate() {
            for (f, b) in found.iter().enumerate() {
                if a.overlaps(*b) {
                    let overlap = a.end.min(b.end) - a.start.max(b.start);
                    pairs.push((a != b, std::cmp::Reverse(overlap), g, f));
                }
            }
        }
        pairs.sort_unstable();
        let (mut gold_used, mut found_used) = (vec![false; gold.len()], vec![false; found.len()]);
        let mut score = Self { gold: gold.len(), ..Self::default() };
        for (inexact, _, g, f) in pairs {
            if !gold_used[g] && !found_used[f] {
                gold_used[g] = true;
                found_used[f] = true;
                score.overlapping += 1;
                score.exact += usize::from(!inexact);
            }
        }
        let free = |f: usize| !found_used[f] && ignored.iter().any(|span| span.overlaps(found[f]));
        score.found = (0..found.len()).filter(|f| !free(*f)).count();
        score
    }

    /// Adds the counts of another score.
    pub fn add(&mut self, other: Self) {
        self.gold += other.gold;
        self.found += other.found;
        self.exact += other.exact;
        self.overlapping += other.overlapping;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(text: &str, places: &[&str]) -> Example {
        let span = |name: &&str| {
            let start = text.find(*name).unwrap();
            (Span::new(start, start + name.len()), EntityKind::Place)
        };
        Example { text: text.into(), names: places.iter().map(span).collect(), ignored: vec![], unsure: vec![], hints: vec![], weight: 1.0 }
    }

    #[test]
    fn what_is_learnt_from_context_carries_over_to_names_never_seen_and_is_the_same_every_time() {
        let names = ["Almaty", "Cairo", "Minsk", "Perth", "Omsk", "Lagos", "Quito", "Hanoi"];
        let people = ["Peter", "Aigul", "Omar", "Nina", "Paul", "Zhanar", "Ivan", "Mona"];
        let examples: Vec<_> = names
            .iter()
            .zip(people)
            .map(|(name, person)| example(&format!("Yesterday police in {name} held {person} for hours."), &[name]))
            .collect();
        let recipe = Recipe { l1: 0.01, hidden: 0.4, ..Recipe::default() };
        let tagger = train(Lang::EN, &examples, recipe);
        let text = Text::new("Today police in Xanadu held Boris.", Some(Lang::EN));
        let spans = tagger.tag(&text, &[]);
        assert_eq!(spans.len(), 1, "{spans:?}");
        assert_eq!((spans[0].tokens.clone(), spans[0].kind), (3..4, EntityKind::Place));
        assert!(spans[0].probability > 0.5 && spans[0].probability <= 1.0);
        assert_eq!(tagger.encode().unwrap(), train(Lang::EN, &examples, recipe).encode().unwrap());
    }

    #[test]
    fn nothing_is_learnt_of_a_span_of_which_nothing_is_known() {
        let text = "Yesterday police in Xanadu held Boris for hours.";
        let names = ["Almaty", "Cairo", "Minsk", "Perth", "Omsk", "Lagos", "Quito", "Hanoi"];
        let told = |name: &str| example(&text.replace("Xanadu", name), &[name]);
        let start = text.find("Xanadu").unwrap();
        let open = Example { unsure: vec![Span::new(start, start + 6)], ..example(text, &[]) };
        let recipe = Recipe { l1: 0.01, hidden: 0.4, ..Recipe::default() };
        let found = |left_open: bool| {
            let open = if left_open { open.clone() } else { example(text, &[]) };
            let examples: Vec<_> = names.iter().map(|name| told(name)).chain(std::iter::repeat_n(open, 24)).collect();
            let text = Text::new(text, Some(Lang::EN));
            train(Lang::EN, &examples, recipe).tag(&text, &[]).iter().filter(|span| span.kind == EntityKind::Place).count()
        };
        assert_eq!((found(true), found(false)), (1, 0));
    }

    #[test]
    fn each_name_counts_once_and_exact_pairs_first() {
        let span = Span::new;
        let score =
            Score::of(&[span(0, 5), span(10, 20)], &[span(0, 5), span(3, 8), span(12, 15), span(16, 20), span(30, 31)], &[span(30, 40)]);
        assert_eq!(score, Score { gold: 2, found: 4, exact: 1, overlapping: 2 });
    }
}
