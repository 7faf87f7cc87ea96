//! The linear tagger: a conditional random field whose weights are small whole numbers in a hash
//! table, and the file that they ship in.
//!
//! Scoring a token is a handful of look-ups and integer additions, so it is fast and gives the same
//! sums on every machine. A feature that the table lacks weighs nothing.

use super::features::{Feature, Joiners, TokenFeatures, View};
use super::hint::GazetteerHint;
use super::lattice::{LABELS_MAX, Lattice, OUTSIDE, Row, Transitions, best_path, names_on};
use super::{EntityKind, Tagged, TaggedSpan};
use crate::text::Text;
use crate::varint;

/// A trained model of one language.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Linear {
    pub kinds: Vec<EntityKind>,
    pub joiners: Joiners,
    pub transitions: Transitions,
    /// What one unit of a weight is worth.
    pub unit: f32,
    table: Vec<Entry>,
    features: usize,
}

/// The weights of a feature for each label; feature 0 marks a free place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(C)]
struct Entry {
    feature: Feature,
    weights: [i8; LABELS_MAX],
}

/// Why a weights file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// It is no zstd stream, or is cut off.
    #[error("the tagger weights do not decompress: {0}")]
    Compression(#[from] std::io::Error),
    /// It is something else, or another version.
    #[error("the tagger weights are not of the form this version reads ({0}); train them again with `oqiga train`")]
    Form(&'static str),
}

/// First bytes of a weights file, with the version of its form and of the features.
const MAGIC: &[u8; 8] = b"oqtag-01";

/// A weights file unpacks to this many bytes at most.
const UNPACKED_BYTES_MAX: usize = 64 << 20;

impl Linear {
    /// A model of rows of weights; rows of nothing but zeros are left out.
    pub fn new(
        kinds: Vec<EntityKind>,
        joiners: Joiners,
        transitions: Transitions,
        unit: f32,
        rows: &[(Feature, [i8; LABELS_MAX])],
    ) -> Self {
        let rows: Vec<_> = rows.iter().filter(|(feature, weights)| *feature != 0 && weights.iter().any(|w| *w != 0)).collect();
        let size = (rows.len() * 2).next_power_of_two().max(2);
        let mut table = vec![Entry::default(); size];
        for (feature, weights) in &rows {
            let mut at = *feature as usize & (size - 1);
            while table[at].feature != 0 {
                at = (at + 1) & (size - 1);
            }
            table[at] = Entry { feature: *feature, weights: *weights };
        }
        Self { kinds, joiners, transitions, unit, table, features: rows.len() }
    }

    /// How many features have weights.
    pub fn len(&self) -> usize {
        self.features
    }

    fn score(&self, features: &[Feature]) -> Row {
        let mut sums = [0i32; LABELS_MAX];
        let mask = self.table.len() - 1;
        for &feature in features {
            let mut at = feature as usize & mask;
            loop {
                let entry = &self.table[at];
                if entry.feature == feature && feature != 0 {
                    for (sum, weight) in sums.iter_mut().zip(entry.weights) {
                        *sum += i32::from(weight);
                    }
                    break;
                }
                if entry.feature == 0 {
                    break;
                }
                at = (at + 1) & mask;
            }
        }
        sums.map(|sum| sum as f32 * self.unit)
    }

    /// The names in a text, and how probable each token is a part of a place's name.
    pub fn read(&self, text: &Text<'_>, hints: &[GazetteerHint]) -> Tagged {
        let view = View::new(text, hints, &self.joiners);
        let place = self.kinds.iter().position(|kind| *kind == EntityKind::Place);
        let mut tagged = Tagged { spans: Vec::new(), places: vec![0.0; text.tokens.len()] };
        let mut token = TokenFeatures::default();
        let mut lattice = Lattice::default();
        let mut scores = Vec::new();
        for sentence in &text.sentences {
            for segment in view.segments(text, sentence) {
                scores.clear();
                for i in segment.clone() {
                    view.features(text, sentence, i, &mut token);
                    scores.push(self.score(&token.all));
                }
                let names = names_on(&best_path(&scores, &self.transitions));
                if names.is_empty() && scores.iter().all(is_surely_outside) {
                    continue;
                }
                lattice.fill(&scores, &self.transitions);
                if let Some(kind) = place {
                    for (t, chance) in tagged.places[segment.clone()].iter_mut().enumerate() {
                        *chance = lattice.kind_probability(t, kind);
                    }
                }
                tagged.spans.extend(names.into_iter().map(|(span, kind)| TaggedSpan {
                    tokens: segment.start + span.start..segment.start + span.end,
                    kind: self.kinds[kind],
                    probability: lattice.span_probability(span, kind).clamp(0.0, 1.0),
                }));
            }
        }
        tagged
    }

    /// The model as a file.
    pub fn encode(&self) -> Result<Vec<u8>, std::io::Error> {
        let mut rows: Vec<&Entry> = self.table.iter().filter(|e| e.feature != 0).collect();
        rows.sort_by_key(|entry| entry.feature);
        let mut raw = MAGIC.to_vec();
        raw.push(self.kinds.len() as u8);
        raw.extend(self.kinds.iter().map(|kind| *kind as u8));
        raw.extend(self.unit.to_le_bytes());
        for row in &self.transitions.scores {
            raw.extend(row.iter().flat_map(|score| score.to_le_bytes()));
        }
        raw.extend((self.joiners.len() as u32).to_le_bytes());
        raw.extend(self.joiners.iter().flat_map(|key| key.to_le_bytes()));
        raw.extend((rows.len() as u32).to_le_bytes());
        let mut last = 0;
        for row in &rows {
            varint::push(&mut raw, u64::from(row.feature - last));
            last = row.feature;
        }
        // Label by label: neighbouring bytes are alike, and mostly zero.
        for label in 0..self.transitions.labels {
            raw.extend(rows.iter().map(|row| row.weights[label] as u8));
        }
        zstd::bulk::compress(&raw, 19)
    }

    /// The model in a file.
    pub fn decode(file: &[u8]) -> Result<Self, WeightsError> {
        let raw = zstd::bulk::decompress(file, UNPACKED_BYTES_MAX)?;
        let mut rest = raw.strip_prefix(MAGIC.as_slice()).ok_or(WeightsError::Form("wrong first bytes"))?;
        let [kind_count] = take::<1>(&mut rest)?;
        let mut kinds = Vec::new();
        for _ in 0..kind_count {
            let [kind] = take::<1>(&mut rest)?;
            let known = [EntityKind::Place, EntityKind::Organization, EntityKind::Person];
            kinds.push(known.into_iter().find(|k| *k as u8 == kind).ok_or(WeightsError::Form("unknown kind of name"))?);
        }
        if kinds.is_empty() || 2 * kinds.len() + 1 > LABELS_MAX {
            return Err(WeightsError::Form("no kind of name, or too many"));
        }
        let unit = f32::from_le_bytes(take(&mut rest)?);
        let mut transitions = Transitions::new(kinds.len());
        for row in &mut transitions.scores {
            for score in row {
                *score = f32::from_le_bytes(take(&mut rest)?);
            }
        }
        let joiner_count = u32::from_le_bytes(take(&mut rest)?);
        let mut joiners = Joiners::new();
        for _ in 0..joiner_count {
            joiners.push(u32::from_le_bytes(take(&mut rest)?));
        }
        joiners.sort_unstable();
        let count = u32::from_le_bytes(take(&mut rest)?) as usize;
        let mut features = Vec::new();
        let mut last = 0u32;
        for _ in 0..count {
            last = last.wrapping_add(take_varint(&mut rest)?);
            features.push((last, [0i8; LABELS_MAX]));
        }
        if rest.len() != count * transitions.labels {
            return Err(WeightsError::Form("wrong length"));
        }
        for label in 0..transitions.labels {
            for (row, weight) in features.iter_mut().zip(&rest[label * count..]) {
                row.1[label] = *weight as i8;
            }
        }
        Ok(Self::new(kinds, joiners, transitions, unit, &features))
    }
}

/// Whether all labels but the one for outside are hopeless, so that their chances need no sums.
fn is_surely_outside(row: &Row) -> bool {
    const HOPELESS: f32 = 7.0;
    row[1..].iter().all(|score| row[OUTSIDE] - score > HOPELESS)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], WeightsError> {
    let (head, tail) = rest.split_first_chunk::<N>().ok_or(WeightsError::Form("cut off"))?;
    *rest = tail;
    Ok(*head)
}

fn take_varint(rest: &mut &[u8]) -> Result<u32, WeightsError> {
    let mut value = 0u32;
    for shift in (0..35).step_by(7) {
        let [byte] = take::<1>(rest)?;
        value |= u32::from(byte & 0x7F).checked_shl(shift).unwrap_or(0);
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(WeightsError::Form("a number too long"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Linear {
        let rows = [(7, [1, -2, 3, 0, 0, 0, 0, 0]), (0xFFFF_FFF0, [0, 0, 5, 0, 0, 0, 0, 0]), (9, [0; LABELS_MAX])];
        Linear::new(vec![EntityKind::Place], vec![3, 8], Transitions::new(1), 0.25, &rows)
    }

    #[test]
    fn a_model_is_the_same_after_a_trip_through_its_file() {
        let model = model();
        assert_eq!(model.len(), 2, "a row of zeros is left out");
        let file = model.encode().unwrap();
        assert_eq!(Linear::decode(&file).unwrap(), model);
        assert_eq!(model.score(&[7, 8, 0xFFFF_FFF0, 0])[..3], [0.25, -0.5, 2.0]);
    }

    #[test]
    fn a_broken_file_is_an_error_and_never_a_panic() {
        let file = model().encode().unwrap();
        assert!(Linear::decode(&file[..file.len() - 3]).is_err());
        assert!(Linear::decode(b"").is_err());
        let raw = zstd::bulk::decompress(&file, 1 << 20).unwrap();
        for cut in 0..raw.len() {
            let cut = zstd::bulk::compress(&raw[..cut], 1).unwrap();
            assert!(Linear::decode(&cut).is_err());
        }
    }
}
