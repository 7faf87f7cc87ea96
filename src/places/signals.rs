//! The signals for and against a candidate, each a number with a name, and their weights.
//!
//! Those of the first kind are known from the name and the place alone; those of the second are what
//! the other names of the document say, and change from round to round. Weights stand in
//! `weights.tsv` in log odds a unit; fitting them is [`super::learn`].

use std::sync::LazyLock;

use crate::gazetteer::{Class, Country, Gazetteer, NameKind, Place};
use crate::mentions::{Bearer, Mention, NameFit, Usage};
use crate::text::Lang;

macro_rules! signals {
    ($($name:ident, $title:literal;)*) => {
        #[allow(clippy::upper_case_acronyms)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Signal { $($name),* }
        /// The names of the signals, in the order of their values.
        pub(super) const TITLES: &[&str] = &[$($title),*];
    };
}

signals! {
    Importance, "importance";
    MostImportant, "the most important of the name";
    CountryByName, "country by name";
    Admin1, "is a first-level area";
    Admin2, "is a second-level area";
    Physical, "is a water or mountain";
    Capital, "is a capital";
    CapitalSpeaks, "a capital that speaks";
    TownBeforeArea, "town before area";
    KindFits, "kind of place fits";
    KindNearlyFits, "kind of place nearly fits";
    KindDiffers, "kind of place differs";
    Alias, "name is an alias";
    FormerName, "name is a former one";
    Abbreviation, "name is an abbreviation";
    Inflected, "form of the name";
    Unlike, "differs in sound or spelling";
    CountryAsked, "country asked for";
    Language, "language";
    CountryOfDocument, "country of the document";
    CountryNamed, "its country is named";
    AreaOfDocument, "area of the document";
    AreaNamed, "its area is named";
    DistrictOfDocument, "district of the document";
    CountryInSentence, "its country is named in the sentence";
    AreaInSentence, "its area is named in the sentence";
    AreaNamedAfter, "the area named after it";
    HoldsNameBefore, "holds the name before it";
    Near, "near other names";
}

/// Bounds on what some signals weigh, whatever the corpora say: most of their texts are American, where
/// a bare name is as often the state's as the town's; elsewhere it is the town's, and a capital is no
/// less likely than another town.
pub(super) const BOUNDS: [(Signal, f64, f64); 4] = [
    (Signal::TownBeforeArea, 1.8, f64::MAX),
    (Signal::CapitalSpeaks, 2.0, f64::MAX),
    (Signal::Capital, 0.0, f64::MAX),
    (Signal::Admin1, f64::MIN, 1.5),
];

/// How many signals there are.
pub(super) const COUNT: usize = TITLES.len();

/// The values of all signals for one candidate.
pub(super) type Signals = [f32; COUNT];

/// The first signal of the second kind.
pub(super) const FIRST_OF_DOCUMENT: usize = Signal::CountryOfDocument as usize;

/// What each signal weighs, and how sure the outcome makes.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    pub(super) signals: [f64; COUNT],
    /// From the chance of the best candidate to how often such answers are right: see [`SURENESS`].
    pub(super) sureness: Sureness,
}

/// The rows of the weights file that make a confidence.
pub(super) const SURENESS: [&str; 6] = [
    "sureness: always",
    "sureness: log odds of the best",
    "sureness: importance",
    "sureness: country",
    "sureness: one candidate",
    "sureness: form changed",
];

/// Weights of [`SURENESS`], or its values for one answer.
pub(super) type Sureness = [f32; SURENESS.len()];

impl Weights {
    /// Reads weights: a title, a tab, a number. Lines that begin with `#` are comments; what is not
    /// there weighs nothing.
    pub fn parse(table: &str) -> Self {
        let mut weights = Self { signals: [0.0; COUNT], sureness: [0.0; SURENESS.len()] };
        for (title, weight) in table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t')) {
            let Ok(weight) = weight.trim().parse::<f64>() else { continue };
            if let Some(at) = TITLES.iter().position(|t| *t == title) {
                weights.signals[at] = weight;
            } else if let Some(at) = SURENESS.iter().position(|t| *t == title) {
                weights.sureness[at] = weight as f32;
            }
        }
        weights
    }

    /// The weights as [`Weights::parse`] reads them.
    pub fn to_table(&self) -> String {
        let mut table =
            String::from("# What each signal weighs in log odds when a place is chosen for a name; made by oqiga train places.\n");
        let rows = TITLES.iter().copied().zip(self.signals).chain(SURENESS.iter().copied().zip(self.sureness.map(f64::from)));
        for (title, weight) in rows {
            table.push_str(&format!("{title}\t{weight:.2}\n"));
        }
        table
    }

    /// The weights that ship.
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<Weights> = LazyLock::new(|| Weights::parse(include_str!("weights.tsv")));
        &SHIPPED
    }
}

/// The signals of a candidate that do not depend on other names.
pub(super) fn alone(gazetteer: &Gazetteer, mention: &Mention, bearer: &Bearer, rank: usize, given: Option<Country>, lang: Lang) -> Signals {
    let place = gazetteer.place(bearer.place);
    let class = place.class();
    let mut signals = [0.0; COUNT];
    let mut set = |signal: Signal, value: f32| signals[signal as usize] = value;
    let flag = |is_so: bool| f32::from(u8::from(is_so));
    set(Signal::Importance, place.importance());
    set(Signal::MostImportant, flag(rank == 0));
    set(Signal::CountryByName, flag(class == Class::Country && bearer.kind.is_proper() && bearer.kind != NameKind::Alternative));
    set(Signal::Admin1, flag(class == Class::Admin1));
    set(Signal::Admin2, flag(class == Class::Admin2));
    set(Signal::Capital, flag(class == Class::City && place.is_capital()));
    set(Signal::CapitalSpeaks, flag(class == Class::City && place.is_capital() && mention.usage == Usage::Metonym));
    set(Signal::Physical, flag(class == Class::Physical));
    set(Signal::TownBeforeArea, flag(is_town_before_area(gazetteer, mention, &place)));
    if let Some(cue) = mention.class_cue {
        let signal = match kind_fit(cue, &place) {
            KindFit::Full => Signal::KindFits,
            KindFit::Near => Signal::KindNearlyFits,
            KindFit::None => Signal::KindDiffers,
        };
        set(signal, 1.0);
    }
    set(Signal::Alias, flag(bearer.kind == NameKind::Alternative));
    set(Signal::FormerName, flag(bearer.kind == NameKind::Historical));
    set(Signal::Abbreviation, flag(bearer.kind == NameKind::Abbreviation));
    set(Signal::Inflected, flag(bearer.fit == NameFit::Inflected));
    if let NameFit::CrossScript(likeness) | NameFit::Fuzzy(likeness) = bearer.fit {
        set(Signal::Unlike, 1.0 - likeness);
    }
    set(Signal::CountryAsked, flag(given.is_some() && place.country() == given));
    set(Signal::Language, flag(place.country().is_some_and(|country| is_read_in(lang, country))));
    signals
}

/// Of a town and the area around it that bear one name the town is meant, unless a word says else; of a
/// country and a town in it, as with Mozambique, the country.
fn is_town_before_area(gazetteer: &Gazetteer, mention: &Mention, place: &Place<'_>) -> bool {
    place.class() == Class::City
        && mention.class_cue.is_none()
        && mention.bearers.iter().any(|b| {
            let is_area = matches!(gazetteer.place(b.place).class(), Class::Admin1 | Class::Admin2);
            is_area && b.place != place.id() && gazetteer.is_within(place.id(), b.place)
        })
}

enum KindFit {
    Full,
    Near,
    None,
}

/// How well the class of a place fits the words beside the name.
fn kind_fit(cue: Class, place: &Place<'_>) -> KindFit {
    let class = place.class();
    // District, county and region are used for both levels; a republic may be part of a country.
    let nearly = matches!((cue, class), (Class::Admin1, Class::Admin2) | (Class::Admin2, Class::Admin1) | (Class::Country, Class::Admin1));
    match (cue == class, nearly) {
        (true, _) => KindFit::Full,
        (false, true) => KindFit::Near,
        _ => KindFit::None,
    }
}

/// Countries whose news is written in the language first of all. Arabic and English are read in too
/// many to say anything.
fn is_read_in(lang: Lang, country: Country) -> bool {
    match lang {
        Lang::KK => country.as_str() == "KZ",
        Lang::RU => matches!(country.as_str(), "RU" | "KZ" | "BY" | "KG"),
        Lang::UK => country.as_str() == "UA",
        Lang::KY => country.as_str() == "KG",
        Lang::FA => matches!(country.as_str(), "IR" | "AF" | "TJ"),
        Lang::UR => country.as_str() == "PK",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_can_be_written_and_read() {
        let shipped = Weights::shipped();
        assert_eq!(&Weights::parse(&shipped.to_table()), shipped);
        assert!(shipped.signals[Signal::Importance as usize] > 0.0);
    }
}
