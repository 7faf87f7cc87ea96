//! The trained tagger of a language: which tokens of a text are the name of a place, an
//! organisation or a person.
//!
//! Part of the third stage. The matcher beside it knows which names *exist*; the tagger has learnt
//! from annotated text which words are *used* as names, whether or not the gazetteer has them. It
//! reads [`Text`] and the [`GazetteerHint`]s that the matcher gives it, one for each token, and
//! answers with spans and how sure it is. What becomes of a span is decided by the recogniser.

mod hint;

use std::ops::Range;

pub use hint::{GazetteerHint, HintForm, IMPORTANCE_STEPS, NamePart};

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

/// The tagger of one language, with its weights. Cheap to use from many threads.
#[derive(Debug)]
pub struct Tagger {
    _private: (),
}

impl Tagger {
    /// The tagger whose weights ship for a language, or `None` when there is none. The weights are
    /// decoded at the first call.
    pub fn for_lang(_lang: Lang) -> Option<&'static Self> {
        None
    }

    /// The names in a text, in order and without overlap. `hints` holds one hint for each token of
    /// the text; a shorter slice means that the gazetteer says nothing of the rest.
    pub fn tag(&self, _text: &Text<'_>, _hints: &[GazetteerHint]) -> Vec<TaggedSpan> {
        Vec::new()
    }
}
