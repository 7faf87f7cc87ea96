//! Russian names by slovnet: a small neural network trained on news, run here without any runtime.
//!
//! slovnet (natasha project, MIT) looks up a word vector and a shape for each word, passes three
//! layers of convolution over them and picks the best chain of labels. It reads Russian news far
//! better than a linear tagger trained on what is free. [`tokens`] cuts words its way, [`pack`] is
//! the file of weights, [`network`] does the arithmetic.

mod network;
mod pack;
mod tokens;

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher};

use network::{Input, Network, REACH};
use pack::Pack;

use super::lattice::{LABELS_MAX, Lattice, Row, Transitions, begins, best_path, continues, names_on};
use super::{EntityKind, Tagged, TaggedSpan, WeightsError};
use crate::text::{Span, Text};

/// The network with its words.
#[derive(Debug)]
pub(super) struct Slovnet {
    codes: Vec<u8>,
    words: HashMap<String, u32, BuildHasherDefault<DefaultHasher>>,
    shapes: HashMap<String, u8>,
    network: Network,
    /// The network's number of each of our labels.
    columns: [usize; LABELS],
    transitions: Transitions,
}

/// Outside, and beginning and inside of the three kinds.
const LABELS: usize = 7;

/// The kinds in the order of our labels, with the network's names.
const KINDS: [(EntityKind, &str); 3] = [(EntityKind::Place, "LOC"), (EntityKind::Organization, "ORG"), (EntityKind::Person, "PER")];

/// The number of [`EntityKind::Place`] among the kinds.
const PLACE: usize = 0;

/// Smaller chances of a place are taken for none.
const CHANCE_TOLD_MIN: f32 = 1e-4;

/// Words of one stretch that is worked on at a time: ends at a line break when one comes early
/// enough. Bounds the memory on long texts.
const STRETCH_WORDS: usize = 1024;
const STRETCH_WORDS_MAX: usize = 2048;

impl Slovnet {
    /// Opens a file of weights.
    pub fn decode(file: &[u8]) -> Result<Self, WeightsError> {
        let pack = Pack::decode(file)?;
        let label = |name: &str| pack.tags.iter().position(|tag| tag == name).ok_or(WeightsError::Form("a label is missing"));
        let mut columns = [label("O")?; LABELS];
        for (number, (_, name)) in KINDS.iter().enumerate() {
            columns[begins(number)] = label(&format!("B-{name}"))?;
            columns[continues(number)] = label(&format!("I-{name}"))?;
        }
        let moves = &pack.arrays[pack::ARRAYS - 1].values;
        let mut transitions = Transitions::free(LABELS);
        for (from, row) in transitions.scores.iter_mut().enumerate().take(LABELS) {
            for (to, score) in row.iter_mut().enumerate().take(LABELS) {
                *score = moves[columns[from] * pack.tags.len() + columns[to]];
            }
        }
        let network = Network::new(&pack);
        let shapes = pack.shapes.iter().enumerate().map(|(i, name)| (name.clone(), i as u8)).collect();
        let words = pack.words.into_iter().enumerate().map(|(i, word)| (word, i as u32)).collect();
        Ok(Self { codes: pack.codes, words, shapes, network, columns, transitions })
    }

    /// The file of weights made from the archives of the package `natasha`.
    pub fn repack(navec: &[u8], slovnet: &[u8], words: usize) -> Result<Vec<u8>, WeightsError> {
        Pack::from_archives(navec, slovnet, words)?.encode()
    }

    /// The names in a text, and how probable each token is a part of a place's name.
    pub fn read(&self, text: &Text<'_>) -> Tagged {
        let words = tokens::words(text.original);
        let inputs: Vec<Input> = words.iter().map(|span| self.input(text.slice(*span))).collect();
        let mut tagged = Tagged { spans: Vec::new(), places: vec![0.0; text.tokens.len()] };
        let mut lattice = Lattice::default();
        let mut start = 0;
        while start < words.len() {
            let end = stretch_end(text.original, &words, start);
            let scores = self.scores(&inputs, start..end);
            lattice.fill(&scores, &self.transitions);
            for (t, word) in words[start..end].iter().enumerate() {
                let chance = lattice.kind_probability(t, PLACE);
                if chance > CHANCE_TOLD_MIN {
                    tagged.places[text.tokens_in(*word)].iter_mut().for_each(|told| *told = chance.max(*told));
                }
            }
            for (name, kind) in names_on(&best_path(&scores, &self.transitions)) {
                let span = words[start + name.start].cover(words[start + name.end - 1]);
                let tokens = text.tokens_in(span);
                if !tokens.is_empty() {
                    let probability = lattice.span_probability(name, kind).clamp(0.0, 1.0);
                    tagged.spans.push(TaggedSpan { tokens, kind: KINDS[kind].0, probability });
                }
            }
            start = end;
        }
        tagged
    }

    fn input(&self, word: &str) -> Input {
        let unknown = self.words.len() as u32;
        let lower = word.to_lowercase();
        let shape = tokens::shape(word);
        let other = || self.shapes.get("OTHER").copied().unwrap_or(0);
        Input { word: self.words.get(&lower).copied().unwrap_or(unknown), shape: self.shapes.get(&shape).copied().unwrap_or_else(other) }
    }

    /// The scores of our labels over a range of words, with what stands around it in sight.
    fn scores(&self, inputs: &[Input], range: std::ops::Range<usize>) -> Vec<Row> {
        let from = range.start.saturating_sub(REACH);
        let to = (range.end + REACH).min(inputs.len());
        let all = self.network.scores(&self.codes, &inputs[from..to]);
        range
            .map(|i| {
                let row = all.row(i - from);
                let mut scores = [0.0; LABELS_MAX];
                for (score, &column) in scores.iter_mut().zip(&self.columns) {
                    *score = row[column];
                }
                scores
            })
            .collect()
    }
}

/// Where the stretch that begins at word `start` ends.
fn stretch_end(text: &str, words: &[Span], start: usize) -> usize {
    let most = (start + STRETCH_WORDS_MAX).min(words.len());
    let early = (start + STRETCH_WORDS).min(most);
    let breaks = |i: &usize| text[words[*i - 1].end as usize..words[*i].start as usize].contains('\n');
    if most < words.len() { (early..most).find(breaks).unwrap_or(most) } else { most }
}
