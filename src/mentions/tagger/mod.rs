//! The trained tagger of a language: which tokens of a text are the name of a place, an
//! organisation or a person.
//!
//! Part of the third stage. The matcher beside it knows which names *exist*; the tagger has learnt
//! from annotated text which words are *used* as names, whether or not the gazetteer has them. It
//! reads [`Text`] and the [`GazetteerHint`]s that the matcher gives it, one for each token, and
//! answers with spans and how sure it is. What becomes of a span is decided by the recogniser.
//!
//! Weights lie beside the language packs, `src/lang/<language>/tagger.zst`, and are made by
//! `oqiga train`; docs/DATA.md says from which texts.

mod features;
mod hint;
mod lattice;
mod linear;
mod train;

use std::ops::Range;
use std::sync::OnceLock;

pub use hint::{GazetteerHint, HintForm, IMPORTANCE_STEPS, NamePart};
pub use linear::WeightsError;
pub use train::{Example, Recipe, Score, measure, train};

use crate::text::{Lang, Text};

/// The kinds of name that a tagger marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntityKind {
    /// A place, also one inside the name of an organisation ("University of **Manchester**") when
    /// the training corpus marks those.
    Place,
    /// A company, agency, team or party.
    Organization,
    /// A person.
    Person,
}

/// Tokens that form one name.
#[derive(Debug, Clone, PartialEq)]
pub struct TaggedSpan {
    /// The tokens of the name, by number in the text.
    pub tokens: Range<usize>,
    /// What the name names.
    pub kind: EntityKind,
    /// How probable it is that just these tokens are a name of that kind, 0 to 1.
    pub probability: f32,
}

/// Weights that ship with the program.
struct Shipped {
    lang: Lang,
    file: &'static [u8],
    tagger: OnceLock<Option<Tagger>>,
}

impl Shipped {
    const fn new(lang: Lang, file: &'static [u8]) -> Self {
        Self { lang, file, tagger: OnceLock::new() }
    }
}

static SHIPPED: [Shipped; 3] = [
    Shipped::new(Lang::AR, include_bytes!("../../lang/ar/tagger.zst")),
    Shipped::new(Lang::EN, include_bytes!("../../lang/en/tagger.zst")),
    Shipped::new(Lang::KK, include_bytes!("../../lang/kk/tagger.zst")),
];

/// The tagger of one language, with its weights. Cheap to use from many threads.
#[derive(Debug)]
pub struct Tagger {
    linear: linear::Linear,
}

impl Tagger {
    /// The tagger whose weights ship for a language, or `None` when there is none. The weights are
    /// decoded at the first call.
    pub fn for_lang(lang: Lang) -> Option<&'static Self> {
        let shipped = SHIPPED.iter().find(|shipped| shipped.lang == lang)?;
        shipped.tagger.get_or_init(|| Self::decode(shipped.file).ok()).as_ref()
    }

    /// The names in a text, in order and without overlap. `hints` holds one hint for each token of
    /// the text; a shorter slice means that the gazetteer says nothing of the rest.
    pub fn tag(&self, text: &Text<'_>, hints: &[GazetteerHint]) -> Vec<TaggedSpan> {
        self.linear.tag(text, hints)
    }

    /// A tagger from a weights file.
    pub fn decode(file: &[u8]) -> Result<Self, WeightsError> {
        Ok(Self { linear: linear::Linear::decode(file)? })
    }

    /// The weights as a file; the same tagger gives the same bytes.
    pub fn encode(&self) -> std::io::Result<Vec<u8>> {
        self.linear.encode()
    }

    /// How many features have a weight.
    pub fn features(&self) -> usize {
        self.linear.len()
    }

    fn from_linear(linear: linear::Linear) -> Self {
        Self { linear }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_weights_file_opens() {
        for shipped in &SHIPPED {
            assert!(Tagger::decode(shipped.file).is_ok(), "{}", shipped.lang);
            assert!(Tagger::for_lang(shipped.lang).is_some());
            assert!(shipped.file.len() <= 5 << 20, "{} is larger than five megabytes", shipped.lang);
        }
        assert!(Tagger::for_lang(Lang::UND).is_none());
    }
}
