//! The trained tagger of a language: which tokens of a text are the name of a place, an
//! organisation or a person.
//!
//! Part of the third stage. The matcher beside it knows which names *exist*; the tagger has learnt
//! from annotated text which words are *used* as names, whether or not the gazetteer has them. It
//! reads [`Text`] and the [`GazetteerHint`]s that the matcher gives it, one for each token, and
//! answers with spans and how sure it is. What becomes of a span is decided by the recogniser.
//!
//! Weights lie beside the language packs, `src/lang/<language>/tagger.zst`, and are made by
//! `oqiga train`; docs/DATA.md says from which texts. Russian is read by slovnet, a small neural
//! network with published weights; its tagger pays no heed to hints.

mod features;
mod hint;
mod lattice;
mod linear;
mod slovnet;
mod train;

use std::ops::Range;
use std::sync::OnceLock;

pub use hint::{GazetteerHint, HintForm, IMPORTANCE_STEPS, NamePart};
pub use linear::WeightsError;
pub use train::{Example, Recipe, Score, train};

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

/// What a tagger makes of a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tagged {
    /// The names, in order and without overlap.
    pub spans: Vec<TaggedSpan>,
    /// For each token of the text, how probable it is that it belongs to the name of a place.
    pub places: Vec<f32>,
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

static SHIPPED: [Shipped; 4] = [
    Shipped::new(Lang::AR, include_bytes!("../../lang/ar/tagger.zst")),
    Shipped::new(Lang::EN, include_bytes!("../../lang/en/tagger.zst")),
    Shipped::new(Lang::KK, include_bytes!("../../lang/kk/tagger.zst")),
    Shipped::new(Lang::RU, include_bytes!("../../lang/ru/slovnet.zst")),
];

/// The tagger of one language, with its weights. Cheap to use from many threads.
#[derive(Debug)]
pub struct Tagger {
    model: Model,
}

/// The two kinds of model.
#[derive(Debug)]
enum Model {
    Linear(Box<linear::Linear>),
    Slovnet(Box<slovnet::Slovnet>),
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
        self.read(text, hints).spans
    }

    /// The names in a text as in [`Tagger::tag`], and how probable it is of every token that it
    /// belongs to the name of a place.
    pub fn read(&self, text: &Text<'_>, hints: &[GazetteerHint]) -> Tagged {
        match &self.model {
            Model::Linear(linear) => linear.read(text, hints),
            Model::Slovnet(slovnet) => slovnet.read(text),
        }
    }

    /// A tagger from a weights file of either kind.
    pub fn decode(file: &[u8]) -> Result<Self, WeightsError> {
        let model = match linear::Linear::decode(file) {
            Ok(linear) => Model::Linear(Box::new(linear)),
            Err(_) => Model::Slovnet(Box::new(slovnet::Slovnet::decode(file)?)),
        };
        Ok(Self { model })
    }

    /// The weights of a trained tagger as a file; the same tagger gives the same bytes.
    pub fn encode(&self) -> std::io::Result<Vec<u8>> {
        match &self.model {
            Model::Linear(linear) => linear.encode(),
            Model::Slovnet(_) => Err(std::io::Error::other("the weights of slovnet are repacked, not trained")),
        }
    }

    /// Whether the weights come from [`train`], and can so be made anew.
    pub fn is_trained_here(&self) -> bool {
        matches!(self.model, Model::Linear(_))
    }

    /// How many features of a trained tagger have a weight.
    pub fn features(&self) -> usize {
        match &self.model {
            Model::Linear(linear) => linear.len(),
            Model::Slovnet(_) => 0,
        }
    }

    fn from_linear(linear: linear::Linear) -> Self {
        Self { model: Model::Linear(Box::new(linear)) }
    }
}

/// The weights file of slovnet, made from two archives of the Python package `natasha`:
/// `data/emb/navec_news_v1_1B_250K_300d_100q.tar` and `data/model/slovnet_ner_news_v1.tar`. The
/// `words` most frequent words are kept.
pub fn repack_slovnet(navec: &[u8], slovnet: &[u8], words: usize) -> Result<Vec<u8>, WeightsError> {
    slovnet::Slovnet::repack(navec, slovnet, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lang: Lang, text: &str, want: &[(&str, EntityKind)]) {
        let text = Text::new(text, Some(lang));
        let spans = Tagger::for_lang(lang).unwrap().tag(&text, &[]);
        let name = |span: &TaggedSpan| {
            let (first, last) = (text.tokens[span.tokens.start], text.tokens[span.tokens.end - 1]);
            (text.slice(first.span.cover(last.span)), span.kind)
        };
        assert_eq!(spans.iter().map(name).collect::<Vec<_>>(), want);
        assert!(spans.iter().all(|span| span.probability > 0.3 && span.probability <= 1.0), "{spans:?}");
    }

    #[test]
    fn russian_names_of_places_people_and_organisations_are_told_apart() {
        use EntityKind::*;
        check(
            Lang::RU,
            "Президент России Владимир Путин прибыл в Усть-Каменогорск, сообщает «Интерфакс». В Актау прошёл митинг.",
            &[("России", Place), ("Владимир Путин", Person), ("Усть-Каменогорск", Place), ("Интерфакс", Organization), ("Актау", Place)],
        );
        check(Lang::RU, "Все спокойно. Никто не пострадал.", &[]);
        check(Lang::RU, "", &[]);
    }

    #[test]
    fn long_russian_texts_are_read_in_stretches_with_the_same_outcome() {
        let line = "Взрыв прогремел в Махачкале, сообщил губернатор Иванов.\n";
        let places = |times: usize| {
            let text = line.repeat(times);
            let text = Text::new(&text, Some(Lang::RU));
            Tagger::for_lang(Lang::RU).unwrap().tag(&text, &[]).iter().filter(|span| span.kind == EntityKind::Place).count()
        };
        assert_eq!(places(1), 1);
        assert_eq!(places(700), 700);
    }

    #[test]
    fn every_shipped_weights_file_opens() {
        for shipped in &SHIPPED {
            assert!(Tagger::decode(shipped.file).is_ok(), "{}", shipped.lang);
            assert!(Tagger::for_lang(shipped.lang).is_some());
            let most = if shipped.lang == Lang::RU { 15 << 20 } else { 5 << 20 };
            assert!(shipped.file.len() <= most, "the weights of {} are too large", shipped.lang);
        }
        assert!(Tagger::for_lang(Lang::UND).is_none());
    }
}
