//! Names that differ from a key by a few letters.
//!
//! A depth-first walk over the keys with one row of the edit-distance table a letter, cut off as
//! soon as no cell is within the bound. Swapped neighbours count as one edit (Zhnaaozen).

use super::{Gazetteer, Inner, NameHit, NameKind};

/// Longer keys are not searched: the walk grows with them, and no name is so long.
const KEY_CHARS_MAX: usize = 64;
/// More edits than this would find anything.
const EDITS_MAX: usize = 2;

/// A place whose name is near a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FuzzyHit<'g> {
    /// The place and its name.
    pub hit: NameHit<'g>,
    /// How many letters differ.
    pub edits: usize,
}

impl Gazetteer {
    /// Places with a proper name at most `edits_max` (2 at most) letters from a key, nearest first, then most
    /// important first, each once.
    pub fn fuzzy(&self, key: &str, edits_max: usize, limit: usize) -> Vec<FuzzyHit<'_>> {
        let wanted: Vec<char> = key.chars().collect();
        if wanted.is_empty() || wanted.len() > KEY_CHARS_MAX {
            return Vec::new();
        }
        let walk = Walk { gazetteer: &self.inner, wanted: &wanted, edits_max: edits_max.min(EDITS_MAX) };
        let mut keys = Vec::new();
        let first_row: Vec<u8> = (0..=wanted.len()).map(|i| i as u8).collect();
        walk.down(Step { node: self.inner.keys.root().addr(), output: 0, row: &first_row, above: None, letter: None }, &mut keys);
        self.best_of(keys, limit)
    }

    fn best_of(&self, keys: Vec<(usize, u64)>, limit: usize) -> Vec<FuzzyHit<'_>> {
        let importance = |hit: &NameHit<'_>| self.inner.sections.importance.u16(hit.place.0 as usize);
        let mut hits: Vec<FuzzyHit<'_>> = keys
            .into_iter()
            .flat_map(|(edits, ordinal)| self.inner.postings(ordinal).map(move |hit| FuzzyHit { hit, edits }))
            .filter(|near| near.hit.kind.is_proper() || near.hit.kind == NameKind::Abbreviation && near.edits == 0)
            .collect();
        hits.sort_by_key(|near| (near.edits, std::cmp::Reverse(importance(&near.hit)), near.hit.place));
        let mut seen = std::collections::HashSet::new();
        hits.retain(|near| seen.insert(near.hit.place));
        hits.truncate(limit);
        hits
    }
}

struct Walk<'g, 'k> {
    gazetteer: &'g Inner,
    wanted: &'k [char],
    edits_max: usize,
}

/// A node of the keys with the row of the table that the letters up to it gave.
#[derive(Clone, Copy)]
struct Step<'r> {
    node: fst::raw::CompiledAddr,
    output: u64,
    row: &'r [u8],
    /// The row before and the letter that led from it, for swapped neighbours.
    above: Option<(&'r [u8], char)>,
    letter: Option<char>,
}

impl Walk<'_, '_> {
    fn down(&self, step: Step<'_>, found: &mut Vec<(usize, u64)>) {
        let node = self.gazetteer.keys.node(step.node);
        let edits = usize::from(step.row[self.wanted.len()]);
        if node.is_final() && edits <= self.edits_max {
            found.push((edits, step.output + node.final_output().value()));
        }
        self.letters(step.node, step.output, Utf8::default(), &mut |letter, node, output| {
            let above = step.above.filter(|_| step.letter.is_some());
            let row = self.next_row(step.row, above, step.letter, letter);
            if row.iter().any(|cell| usize::from(*cell) <= self.edits_max) {
                self.down(Step { node, output, row: &row, above: Some((step.row, letter)), letter: Some(letter) }, found);
            }
        });
    }

    /// The row of the table after one more letter of the key in the index.
    fn next_row(&self, last: &[u8], above: Option<(&[u8], char)>, last_letter: Option<char>, letter: char) -> Vec<u8> {
        let mut row = Vec::with_capacity(last.len());
        row.push(last[0].saturating_add(1));
        for (i, &wanted) in self.wanted.iter().enumerate() {
            let mut cell = (last[i] + u8::from(wanted != letter)).min(row[i].saturating_add(1)).min(last[i + 1].saturating_add(1));
            if let (Some((above, _)), Some(last_letter), true) = (above, last_letter, i > 0)
                && wanted == last_letter
                && self.wanted[i - 1] == letter
            {
                cell = cell.min(above[i - 1] + 1);
            }
            row.push(cell);
        }
        row
    }

    /// Calls `each` for every letter that leads on from a node; a letter is one to four bytes.
    fn letters(&self, node: fst::raw::CompiledAddr, output: u64, so_far: Utf8, each: &mut dyn FnMut(char, fst::raw::CompiledAddr, u64)) {
        let node = self.gazetteer.keys.node(node);
        for transition in node.transitions() {
            let bytes = so_far.with(transition.inp);
            let output = output + transition.out.value();
            match bytes.letter() {
                Some(letter) => each(letter, transition.addr, output),
                None if bytes.len < 4 => self.letters(transition.addr, output, bytes, each),
                None => {}
            }
        }
    }
}

/// The bytes of a letter so far.
#[derive(Clone, Copy, Default)]
struct Utf8 {
    bytes: [u8; 4],
    len: usize,
}

impl Utf8 {
    fn with(mut self, byte: u8) -> Self {
        self.bytes[self.len] = byte;
        self.len += 1;
        self
    }

    fn letter(&self) -> Option<char> {
        std::str::from_utf8(&self.bytes[..self.len]).ok()?.chars().next()
    }
}
