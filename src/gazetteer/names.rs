//! Names: those of a place, and the places of a name.
//!
//! Keys ([`crate::text::name_key`]) live in a finite-state transducer that gives each its ordinal.
//! Because the ordinals follow the order of the keys, all keys that begin alike have ordinals in one
//! run, and completing a prefix is a scan over postings that never touches the keys.

use super::format::{POSTING_BYTES, POSTINGS_BLOCK};
use super::{Gazetteer, Inner, NameKind, PlaceId};
use crate::text::{Lang, Script, name_key};

/// One name of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name<'g> {
    /// The name as its source writes it, without invisible characters.
    pub text: &'g str,
    /// What kind of name it is.
    pub kind: NameKind,
    /// Its language, where a source or the rules tell it.
    pub lang: Option<Lang>,
}

impl Name<'_> {
    /// The script of its first letter.
    pub fn script(&self) -> Script {
        Script::of(self.text)
    }
}

/// One place that a name may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameHit<'g> {
    /// The place.
    pub place: PlaceId,
    /// What kind of name it is for this place.
    pub kind: NameKind,
    /// The language of the name, where known.
    pub lang: Option<Lang>,
    /// The name as the gazetteer writes it.
    pub name: &'g str,
}

impl Gazetteer {
    /// The places of a name, most important first. The key is made by [`crate::text::name_key`].
    pub fn named(&self, key: &str) -> NameHits<'_> {
        self.inner.ordinal(key).map_or(NameHits::none(&self.inner), |ordinal| self.inner.postings(ordinal))
    }

    /// A cursor at the beginning of all keys, to be pushed along the tokens of a text.
    pub fn cursor(&self) -> NameCursor<'_> {
        NameCursor { gazetteer: &self.inner, node: self.inner.keys.root().addr(), output: 0, begun: false }
    }

    /// The most important places of which a name begins with a key, best first, each once. Adjectives are left out,
    /// and so are codes that are not complete.
    pub fn complete(&self, prefix_key: &str, limit: usize) -> Vec<NameHit<'_>> {
        self.complete_where(prefix_key, limit, |_| true)
    }

    /// Like [`Self::complete`], of the places that `wanted` accepts.
    pub fn complete_where(&self, prefix_key: &str, limit: usize, wanted: impl Fn(PlaceId) -> bool) -> Vec<NameHit<'_>> {
        let gazetteer = &*self.inner;
        let Some(keys) = gazetteer.ordinals_under(prefix_key).filter(|_| limit > 0) else { return Vec::new() };
        let whole_key = gazetteer.ordinal(prefix_key);
        let mut best: Vec<(u16, NameHit<'_>)> = Vec::with_capacity(limit + 1);
        let mut ordinal = keys.start;
        while ordinal < keys.end {
            let least = if best.len() < limit { 0 } else { best[limit - 1].0 };
            let block_end = (ordinal / POSTINGS_BLOCK as u64 + 1) * POSTINGS_BLOCK as u64;
            if best.len() == limit && gazetteer.most_important_in_block(ordinal) <= least {
                ordinal = block_end;
                continue;
            }
            for key in ordinal..block_end.min(keys.end) {
                for hit in gazetteer.postings(key) {
                    let importance = gazetteer.sections.importance.u16(hit.place.0 as usize);
                    let least = if best.len() < limit { 0 } else { best[limit - 1].0 };
                    if best.len() == limit && importance <= least {
                        // Postings of a key are in order of importance.
                        break;
                    }
                    let fits = hit.kind != NameKind::Demonym && (hit.kind != NameKind::Code || Some(key) == whole_key);
                    if fits && wanted(hit.place) && !best.iter().any(|(_, other)| other.place == hit.place) {
                        let at = best.partition_point(|(other, _)| *other >= importance);
                        best.insert(at, (importance, hit));
                        best.truncate(limit);
                    }
                }
            }
            ordinal = block_end;
        }
        best.into_iter().map(|(_, hit)| best_name(gazetteer, hit, prefix_key)).collect()
    }
}

/// The main name of a place, or one that is shown, when it completes the prefix as well as the name
/// that was found.
fn best_name<'g>(gazetteer: &'g Inner, hit: NameHit<'g>, prefix_key: &str) -> NameHit<'g> {
    let better =
        Names::of(gazetteer, hit.place).take_while(|name| name.kind < hit.kind).find(|name| name_key(name.text).starts_with(prefix_key));
    better.map_or(hit, |name| NameHit { place: hit.place, kind: name.kind, lang: name.lang, name: name.text })
}

/// Walks the keys of all names token by token, so that the longest name at a position of a text is
/// found without making any string. It is `Copy`: keep one to come back to.
#[derive(Clone, Copy)]
pub struct NameCursor<'g> {
    gazetteer: &'g Inner,
    node: fst::raw::CompiledAddr,
    output: u64,
    begun: bool,
}

impl<'g> NameCursor<'g> {
    /// Goes on by one folded token (a space is put before all but the first). `false` when no name
    /// begins so; the cursor then stays where it was.
    pub fn push(&mut self, folded_token: &str) -> bool {
        let space: &[u8] = if self.begun { b" " } else { b"" };
        let keys = &self.gazetteer.keys;
        let mut node = keys.node(self.node);
        let mut output = self.output;
        for &byte in space.iter().chain(folded_token.as_bytes()) {
            let Some(at) = node.find_input(byte) else { return false };
            let transition = node.transition(at);
            output += transition.out.value();
            node = keys.node(transition.addr);
        }
        self.node = node.addr();
        self.output = output;
        self.begun = self.begun || !folded_token.is_empty();
        true
    }

    /// The places whose name ends here, or `None` when a name only goes on from here.
    pub fn hits(&self) -> Option<NameHits<'g>> {
        let node = self.gazetteer.keys.node(self.node);
        (self.begun && node.is_final()).then(|| self.gazetteer.postings(self.output + node.final_output().value()))
    }

    /// Whether some name goes on from here.
    pub fn goes_on(&self) -> bool {
        !self.gazetteer.keys.node(self.node).is_empty()
    }
}

/// The places of one key, most important first.
#[derive(Clone)]
pub struct NameHits<'g> {
    gazetteer: &'g Inner,
    postings: &'g [u8],
}

impl<'g> NameHits<'g> {
    fn none(gazetteer: &'g Inner) -> Self {
        Self { gazetteer, postings: &[] }
    }
}

impl<'g> Iterator for NameHits<'g> {
    type Item = NameHit<'g>;

    fn next(&mut self) -> Option<NameHit<'g>> {
        let (posting, rest) = self.postings.split_first_chunk::<POSTING_BYTES>()?;
        self.postings = rest;
        let place = PlaceId(u32::from_le_bytes([posting[0], posting[1], posting[2], 0]));
        let number = u16::from_le_bytes([posting[3], posting[4]]);
        let name = Names::of(self.gazetteer, place).nth(usize::from(number))?;
        Some(NameHit { place, kind: name.kind, lang: name.lang, name: name.text })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let len = self.postings.len() / POSTING_BYTES;
        (len, Some(len))
    }
}

impl ExactSizeIterator for NameHits<'_> {}

/// The names of one place in the order of the file.
#[derive(Clone)]
pub(super) struct Names<'g> {
    gazetteer: &'g Inner,
    bytes: &'g [u8],
}

impl<'g> Names<'g> {
    pub(super) fn of(gazetteer: &'g Inner, place: PlaceId) -> Self {
        let heap = gazetteer.sections.names.as_ref();
        let row = place.0 as usize;
        let start = gazetteer.sections.names_at.u32(row) as usize;
        let end = if row + 1 < gazetteer.meta.places as usize { gazetteer.sections.names_at.u32(row + 1) as usize } else { heap.len() };
        Self { gazetteer, bytes: heap.get(start..end).unwrap_or_default() }
    }

    /// Takes the next name off without looking at its text.
    fn take(&mut self) -> Option<(u8, u16, &'g [u8])> {
        let (head, rest) = self.bytes.split_first_chunk::<4>()?;
        let (text, rest) = rest.split_at_checked(usize::from(head[3]))?;
        self.bytes = rest;
        Some((head[0], u16::from_le_bytes([head[1], head[2]]), text))
    }
}

impl<'g> Iterator for Names<'g> {
    type Item = Name<'g>;

    fn next(&mut self) -> Option<Name<'g>> {
        let (kind, lang, text) = self.take()?;
        let lang = usize::from(lang).checked_sub(1).and_then(|n| self.gazetteer.meta.languages.get(n)).and_then(|tag| Lang::parse(tag));
        Some(Name { text: std::str::from_utf8(text).unwrap_or_default(), kind: NameKind::from_u8(kind), lang })
    }

    fn nth(&mut self, n: usize) -> Option<Name<'g>> {
        for _ in 0..n {
            self.take()?;
        }
        self.next()
    }
}

impl Inner {
    /// The ordinal of a key.
    pub(super) fn ordinal(&self, key: &str) -> Option<u64> {
        self.keys.get(key).map(|output| output.value())
    }

    /// The ordinals of all keys that begin with a prefix.
    fn ordinals_under(&self, prefix: &str) -> Option<std::ops::Range<u64>> {
        let mut node = self.keys.root();
        let mut output = 0;
        for &byte in prefix.as_bytes() {
            let transition = node.transition(node.find_input(byte)?);
            output += transition.out.value();
            node = self.keys.node(transition.addr);
        }
        Some(self.ends(node, output, Side::First)..self.ends(node, output, Side::Last) + 1)
    }

    /// The ordinal of the first or the last key below a node.
    fn ends<'g>(&'g self, mut node: fst::raw::Node<'g>, mut output: u64, side: Side) -> u64 {
        loop {
            if node.is_empty() || (side == Side::First && node.is_final()) {
                return output + node.final_output().value();
            }
            let transition = node.transition(if side == Side::First { 0 } else { node.len() - 1 });
            output += transition.out.value();
            node = self.keys.node(transition.addr);
        }
    }

    /// The postings of the key with an ordinal.
    pub(super) fn postings(&self, ordinal: u64) -> NameHits<'_> {
        let ordinal = ordinal as usize;
        let mut at = self.sections.postings_at.u32(ordinal / POSTINGS_BLOCK) as usize;
        let postings = self.sections.postings.as_ref();
        let count = |at: usize| postings.get(at..at + 2).map_or(0, |n| usize::from(u16::from_le_bytes([n[0], n[1]])));
        for _ in 0..ordinal % POSTINGS_BLOCK {
            at += 2 + count(at) * POSTING_BYTES;
        }
        NameHits { gazetteer: self, postings: postings.get(at + 2..at + 2 + count(at) * POSTING_BYTES).unwrap_or_default() }
    }

    /// The importance of the most important place in the block of keys around an ordinal.
    fn most_important_in_block(&self, ordinal: u64) -> u16 {
        self.sections.block_importance.u16(ordinal as usize / POSTINGS_BLOCK)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    First,
    Last,
}
