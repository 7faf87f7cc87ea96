//! What the analysis knows about single languages.
//!
//! A language pack is a folder: data files that a linguist can read and correct, and one `mod.rs`
//! that says which of them there are. This module gives the stages one way to ask: which forms a
//! written word may come from ([`Pack::forms`]), and what the words around a name say about it
//! ([`Pack::cues`]). The lexicons of incidents live in the same folders and are read by
//! [`crate::incidents`].

mod cues;
mod morphology;

pub mod ar;
pub mod en;
pub mod kk;
pub mod ru;
pub mod uk;

use std::sync::LazyLock;

pub(crate) use cues::PHRASE_WORDS_MAX;
pub use cues::{Cue, Cues};
pub use morphology::{Form, FormKind, Suffixes};

use crate::text::{Lang, Script};

/// Words that are a place somewhere and mostly something else, in all languages.
const COMMON_WORDS: &str = include_str!("../../gazetteer/curated/stopwords.tsv");

/// Words for kinds of place, in all languages.
const KINDS_OF_PLACE: &str = include_str!("../../gazetteer/curated/admin_words.tsv");

/// The cues of a language: its own files, and its part of the tables that the gazetteer is made with.
fn cues(lang: Lang, files: &[&str]) -> Cues {
    Cues::parse(files).with_common_words(COMMON_WORDS, lang.as_str()).with_kinds_of_place(KINDS_OF_PLACE, lang.as_str())
}

/// One language as data.
pub struct Pack {
    /// The language.
    pub lang: Lang,
    /// Words that say something about a name beside them.
    pub cues: Cues,
    /// Weights of the signs by which a name is judged, one a line: name, tab, weight with a tagger,
    /// tab, weight without. Read by [`crate::mentions`].
    pub judge: &'static str,
    morphology: Morphology,
}

/// Calls back with every form that a word may have been made from.
type Clitics = fn(&str, &mut dyn FnMut(Form<'_>));

/// Calls back with every noun that a word may be with an ending.
type Stems = fn(&str, &mut dyn FnMut(&str));

/// How words of a language change.
enum Morphology {
    /// Not at all, as far as place names go.
    None,
    /// Proclitics are written together with the word that follows. Common nouns also take endings, which
    /// are tried for cue words and not for names: بصره, "his sight", is not Basra.
    Proclitics(Clitics, Stems),
    /// Endings change.
    Endings(Suffixes),
}

impl Pack {
    /// Every form that the folded word `word` may have been made from: first the word itself, then
    /// those without clitics or endings. The same form may come twice.
    pub fn forms(&self, word: &str, mut emit: impl FnMut(Form<'_>)) {
        emit(Form { text: word, skipped: 0, kind: FormKind::Exact });
        match &self.morphology {
            Morphology::None => {}
            Morphology::Proclitics(split, _) => split(word, &mut emit),
            Morphology::Endings(suffixes) => suffixes.lemmas(word, &mut emit),
        }
    }

    /// Whether words of the language have more forms than one.
    pub fn inflects(&self) -> bool {
        !matches!(self.morphology, Morphology::None)
    }

    /// The cues of a word or short phrase, also in an inflected form.
    pub fn cue_of(&self, phrase: &str) -> Cue {
        let exact = self.cues.get(phrase);
        if !exact.is_empty() || !self.inflects() {
            return exact;
        }
        let mut found = Cue::NONE;
        self.forms(phrase, |form| {
            if found.is_empty() {
                found = self.cues.get(form.text);
            }
        });
        if let Morphology::Proclitics(_, stems) = self.morphology
            && found.is_empty()
        {
            self.forms(phrase, |form| {
                stems(form.text, &mut |noun| {
                    if found.is_empty() {
                        found = self.cues.get(noun).only(Cue::NOUNS);
                    }
                });
            });
        }
        found
    }
}

static AR: LazyLock<Pack> = LazyLock::new(ar::pack);
static EN: LazyLock<Pack> = LazyLock::new(en::pack);
static KK: LazyLock<Pack> = LazyLock::new(kk::pack);
static RU: LazyLock<Pack> = LazyLock::new(ru::pack);
static UK: LazyLock<Pack> = LazyLock::new(uk::pack);

/// All packs.
pub fn packs() -> [&'static Pack; 5] {
    [&AR, &EN, &KK, &RU, &UK]
}

/// The pack for the words of one script in a text of one language. A text without a pack of its own
/// is read with that of the nearest relative in the script: names are names.
pub fn pack(lang: Lang, script: Script) -> &'static Pack {
    match (script, lang) {
        (Script::Arabic, _) => &AR,
        (Script::Cyrillic, Lang::KK | Lang::KY) => &KK,
        (Script::Cyrillic, Lang::UK) => &UK,
        (Script::Cyrillic, _) => &RU,
        _ => &EN,
    }
}
