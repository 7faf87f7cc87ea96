//! The signals for and against a candidate, each a pure function, and their weights in one place.

use std::collections::HashMap;

use super::{Candidate, Evidence};
use crate::gazetteer::{Class, Country, Gazetteer, NameKind, Place, PlaceId};
use crate::mentions::{Bearer, Mention, NameFit};
use crate::text::Lang;

/// How much each signal can add. Scores are in units of log odds.
pub(super) mod weight {
    /// Times the importance of the place, 0 to 1.
    pub const IMPORTANCE: f64 = 6.0;
    /// A country named by its proper name is never a town.
    pub const COUNTRY: f64 = 1.5;
    /// Of a town and the area around it of the same name the town is meant.
    pub const CITY_BEFORE_AREA: f64 = 0.9;
    /// The words beside the name demand this kind of place.
    pub const CLASS_FITS: f64 = 3.0;
    /// They demand another kind.
    pub const CLASS_DIFFERS: f64 = -2.0;
    /// The place has the name as an alias only.
    pub const ALIAS: f64 = -0.4;
    /// As a former name.
    pub const FORMER_NAME: f64 = -0.6;
    /// The form had to be changed to come to the name.
    pub const INFLECTED: f64 = -0.5;
    /// Times what a likeness by sound lacks of a perfect one.
    pub const SOUND: f64 = 6.0;
    /// Times the share of the document's countries that is the candidate's.
    pub const COUNTRY_NAMED: f64 = 3.0;
    /// Times the share of the document's first-level areas.
    pub const AREA_NAMED: f64 = 1.6;
    /// The next name encloses this one: "Paris, Texas".
    pub const ENCLOSED: f64 = 6.0;
    /// It encloses the name before.
    pub const ENCLOSES: f64 = 3.0;
    /// Times the nearness of the places meant by other names, 0 to 1.
    pub const NEAR: f64 = 1.6;
    /// The country that the caller says.
    pub const COUNTRY_GIVEN: f64 = 2.5;
    /// A country in which the language of the text is read.
    pub const LANGUAGE: f64 = 0.5;
}

/// What the names of a document say about where it plays, as weights by place.
#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    /// Countries.
    pub countries: HashMap<Country, f64>,
    /// First-level areas.
    pub areas: HashMap<PlaceId, f64>,
}

/// A candidate with the evidence that does not depend on other names.
pub(super) fn alone(gazetteer: &Gazetteer, mention: &Mention, bearer: &Bearer, given: Option<Country>, lang: Lang) -> Candidate {
    let place = gazetteer.place(bearer.place);
    let mut candidate = Candidate { place: bearer.place, score: 0.0, evidence: Vec::with_capacity(8) };
    let mut add = |signal, score: f64| add(&mut candidate, signal, score);
    add("importance", weight::IMPORTANCE * f64::from(place.importance()));
    add("country by name", if place.class() == Class::Country && bearer.kind.is_proper() { weight::COUNTRY } else { 0.0 });
    add("town before area", town_before_area(gazetteer, mention, &place));
    add("kind of place", class_fit(mention.class_cue, &place));
    add("kind of name", name_kind(bearer.kind));
    add("form of the name", form_fit(bearer.fit));
    add("country asked for", if given.is_some() && place.country() == given { weight::COUNTRY_GIVEN } else { 0.0 });
    add("language", if place.country().is_some_and(|c| is_read_in(lang, c)) { weight::LANGUAGE } else { 0.0 });
    candidate
}

/// Adds one signal; what says nothing is not listed.
pub(super) fn add(candidate: &mut Candidate, signal: &'static str, score: f64) {
    if score != 0.0 {
        candidate.score += score;
        candidate.evidence.push(Evidence { signal, score });
    }
}

fn town_before_area(gazetteer: &Gazetteer, mention: &Mention, place: &Place<'_>) -> f64 {
    let has_area = || mention.bearers.iter().any(|b| gazetteer.is_within(place.id(), b.place) && b.place != place.id());
    if place.class() == Class::City && mention.class_cue.is_none() && has_area() { weight::CITY_BEFORE_AREA } else { 0.0 }
}

/// How well the class of a place fits the words beside the name.
fn class_fit(cue: Option<Class>, place: &Place<'_>) -> f64 {
    let Some(cue) = cue else { return 0.0 };
    let class = place.class();
    let fits = cue == class
        // District, county and region are used for both levels; a republic may be part of a country.
        || matches!((cue, class), (Class::Admin1, Class::Admin2) | (Class::Admin2, Class::Admin1) | (Class::Country, Class::Admin1))
        || cue == Class::Country && place.feature() == "PCLI";
    match (cue == class, fits) {
        (true, _) => weight::CLASS_FITS,
        (false, true) => weight::CLASS_FITS / 2.0,
        _ => weight::CLASS_DIFFERS,
    }
}

fn name_kind(kind: NameKind) -> f64 {
    match kind {
        NameKind::Alternative => weight::ALIAS,
        NameKind::Historical => weight::FORMER_NAME,
        _ => 0.0,
    }
}

fn form_fit(fit: NameFit) -> f64 {
    match fit {
        NameFit::Inflected => weight::INFLECTED,
        NameFit::CrossScript(score) | NameFit::Fuzzy(score) => -weight::SOUND * (1.0 - f64::from(score)),
        _ => 0.0,
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

/// The share of the document's weight that lies in the candidate's country, without what the name
/// itself has put there.
pub(super) fn country_named(place: &Place<'_>, context: &Context, own: &Context) -> f64 {
    let Some(country) = place.country() else { return 0.0 };
    weight::COUNTRY_NAMED * share(&context.countries, &own.countries, &country)
}

/// The same for the first-level area; the area itself counts as well as what lies in it.
pub(super) fn area_named(place: &Place<'_>, context: &Context, own: &Context) -> f64 {
    let area = if place.class() == Class::Admin1 { Some(place.id()) } else { place.admin1() };
    area.map_or(0.0, |area| weight::AREA_NAMED * share(&context.areas, &own.areas, &area))
}

fn share<K: std::hash::Hash + Eq>(all: &HashMap<K, f64>, own: &HashMap<K, f64>, key: &K) -> f64 {
    let own_total: f64 = own.values().sum();
    let total: f64 = all.values().sum::<f64>() - own_total;
    let here = all.get(key).copied().unwrap_or(0.0) - own.get(key).copied().unwrap_or(0.0);
    // A document that names little says little: one more weight stands for all that it leaves out.
    if total > 0.0 { (here / (total + 1.0)).max(0.0) } else { 0.0 }
}
