//! Names that no list holds in their script: جاناوزين is tried by sound in the countries of the document.
//!
//! Runs when the other names are resolved, because only they say where the document plays. Over the
//! whole world common words sound like some place; inside a country that the document is about they do
//! not. What is not alike enough stays unresolved.

use crate::gazetteer::{Class, Country, Gazetteer, LIKENESS_MIN, PlaceId, SoundSearch, Within};
use crate::lang;
use crate::mentions::{Mention, Usage};
use crate::text::Text;

use super::{Candidate, Evidence, Prior, Resolution, Toponym};

/// In how many countries a name is looked for: those that the document speaks of most.
const COUNTRIES_MAX: usize = 3;
/// A country with a smaller share of what the document names is not looked in.
const COUNTRY_SHARE_MIN: f64 = 0.15;
/// How many places are considered in a country.
const PLACES_MAX: usize = 4;
/// How much a form without its ending must sound better than the word as it is written.
const ENDING_PENALTY: f32 = 0.1;

/// Resolves what has no bearer, where a name in the document's countries sounds like it.
pub(super) fn resolve(text: &Text<'_>, gazetteer: &Gazetteer, toponyms: &mut [Toponym], prior: Prior) {
    if toponyms.iter().all(|toponym| !is_open(toponym)) {
        return;
    }
    let countries = countries(gazetteer, toponyms, prior);
    for toponym in toponyms.iter_mut().filter(|toponym| is_open(toponym)) {
        let resolution = sounding(text, gazetteer, &toponym.mention, &countries);
        if !resolution.candidates.is_empty() {
            toponym.resolution = resolution;
        }
    }
}

/// Whether a mention is a place name of which nothing is known.
fn is_open(toponym: &Toponym) -> bool {
    let Toponym { mention, resolution } = toponym;
    let may_be_town = matches!(mention.usage, Usage::Literal | Usage::Dateline | Usage::Route);
    mention.bearers.is_empty() && resolution.position.is_none() && may_be_town && mention.is_place_reference()
}

/// The countries that the document speaks of most, with their shares.
fn countries(gazetteer: &Gazetteer, toponyms: &[Toponym], prior: Prior) -> Vec<(Country, f64)> {
    let mut weights: Vec<(Country, f64)> = prior.country.map(|country| (country, 1.0)).into_iter().collect();
    for toponym in toponyms {
        let Some(country) = toponym.resolution.place.and_then(|place| gazetteer.place(place).country()) else { continue };
        match weights.iter_mut().find(|(known, _)| *known == country) {
            Some((_, weight)) => *weight += toponym.resolution.confidence,
            None => weights.push((country, toponym.resolution.confidence)),
        }
    }
    let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
    weights.iter_mut().for_each(|(_, weight)| *weight /= total);
    weights.retain(|(_, share)| *share >= COUNTRY_SHARE_MIN);
    weights.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    weights.truncate(COUNTRIES_MAX);
    weights
}

/// The places that sound like a mention, the likeliest first.
fn sounding(text: &Text<'_>, gazetteer: &Gazetteer, mention: &Mention, countries: &[(Country, f64)]) -> Resolution {
    let fits = |place: PlaceId| match (mention.class_cue, gazetteer.place(place).class()) {
        (Some(wanted), class) => wanted == class,
        (None, class) => matches!(class, Class::City | Class::Admin1 | Class::Admin2),
    };
    // The word as it is written, then without an ending or a proclitic.
    let written = &text.original[mention.span.range()];
    let mut forms: Vec<(String, f32)> = vec![(written.to_owned(), 0.0)];
    if let [token] = &text.tokens[mention.tokens.clone()] {
        lang::pack(text.lang, token.script).forms(text.folded(token), |form| {
            if form.text.chars().count() > 2 && !forms.iter().any(|(known, _)| known == form.text) {
                forms.push((form.text.to_owned(), ENDING_PENALTY));
            }
        });
    }
    let mut found: Vec<(PlaceId, f32, f64)> = Vec::new();
    for (country, share) in countries {
        for (form, penalty) in &forms {
            let likeness_min = LIKENESS_MIN + penalty;
            let search = SoundSearch { likeness_min, ..SoundSearch::within(Within::Country(*country), PLACES_MAX) };
            for hit in gazetteer.sounding_like_where(form, &search, fits) {
                let likeness = hit.likeness - penalty;
                match found.iter_mut().find(|(place, ..)| *place == hit.hit.place) {
                    Some((_, best, _)) => *best = best.max(likeness),
                    None => found.push((hit.hit.place, likeness, *share)),
                }
            }
        }
    }
    let weight = |(_, likeness, share): &(PlaceId, f32, f64)| f64::from(*likeness) * share.sqrt();
    found.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then(a.0.cmp(&b.0)));
    found.truncate(PLACES_MAX);
    let Some((first, likeness, share)) = found.first().copied() else { return Resolution::default() };
    let candidates = found.iter().map(|(place, likeness, share)| Candidate {
        place: *place,
        score: f64::from(*likeness) * share.sqrt(),
        evidence: vec![
            Evidence { signal: "sounds alike", score: f64::from(*likeness) },
            Evidence { signal: "country of the document", score: *share },
        ],
    });
    let place = gazetteer.place(first);
    Resolution {
        place: Some(first),
        position: Some(place.position()),
        uncertainty_km: place.radius_km(),
        level: Some(place.class()),
        confidence: f64::from(likeness) * share.sqrt() * f64::from(mention.chance),
        candidates: candidates.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mentions;
    use crate::places;
    use crate::text::Lang;

    fn resolved(lang: Lang, text: &str, name: &str) -> Option<String> {
        let gazetteer = Gazetteer::bundled().expect("the gazetteer");
        let text = Text::new(text, Some(lang));
        let toponyms = places::resolve(&text, &gazetteer, mentions::find(&text, &gazetteer), Prior::default());
        let toponym = toponyms.iter().find(|toponym| &text.original[toponym.mention.span.range()] == name)?;
        toponym.resolution.place.map(|place| gazetteer.place(place).name().to_owned())
    }

    #[test]
    fn a_name_that_no_list_holds_is_found_by_sound_in_the_country_of_the_document() {
        let text = "شهدت كازاخستان مظاهرات انطلقت من مدينتي جاناوزين وأكتاو.";
        assert_eq!(resolved(Lang::AR, text, "جاناوزين").as_deref(), Some("Zhanaozen"));
    }

    #[test]
    fn without_a_country_it_stays_unresolved() {
        assert_eq!(resolved(Lang::AR, "اندلع حريق في مدينة جاناوزين.", "جاناوزين"), None);
    }
}
