//! Places whose Latin name sounds like a name in Arabic or Cyrillic letters: جاناوزين is Zhanaozen, although no
//! source writes it so.
//!
//! How likely letters write a Latin name is learned from the names that places have in both scripts
//! ([`SoundModel`]). A name is believed when writing it so is likelier than that letters in this order come
//! about by chance, allowing for how many names were tried: the more names a country has, the more alike one
//! must be. Inside a country that is safe; over the whole world common words find a place too, so it is never
//! done unless a caller asks.

mod index;
mod learn;
mod model;
mod query;
mod source;
mod spelling;
mod target;

use std::sync::OnceLock;

use index::Found;
pub(super) use index::SoundIndex;
use query::Query;
use source::SourceWord;
use spelling::Spelling;

use super::{Country, Gazetteer, NameHit, PlaceId};

pub use model::SoundModel;

/// A likeness from here on is an answer; less is a guess.
pub const LIKENESS_MIN: f32 = 0.5;

/// Names that cost more than the cheapest by this are not looked at: importance cannot make up for it.
const MARGIN: f32 = 7.0;
/// How much importance counts against costs.
const IMPORTANCE_WEIGHT: f32 = 4.0;
/// A place that is found by a side name costs this share more of what its main name costs more, up to
/// [`MAIN_NAME_MAX`]: Mooroopna is the town of that name before the city that it was joined to.
const MAIN_NAME_WEIGHT: f32 = 0.25;
const MAIN_NAME_MAX: f32 = 6.0;
/// How much above the least cost there can be is allowed in one search after the other, until something is found.
const SLACKS: [f32; 4] = [3.0, 6.0, 10.0, f32::INFINITY];
/// Names that cost this much more than letters by chance are given up on.
const BY_CHANCE_SLACK: f32 = 4.0;
/// How much likelier than by chance a name must be, beyond the number of names, so that at most two common words
/// in a hundred are taken for a place. Towns of Arab countries are called by common Arabic words, so more is asked
/// of Arabic words there, and of Russian ones in Russia.
const DOUBT_ABROAD: f32 = 5.0;
const DOUBT_AT_HOME: f32 = 8.0;
/// How many units of cost take a likeness from a half to three quarters.
const LIKENESS_SCALE: f32 = 2.0;

/// Where to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// In one country.
    Country(Country),
    /// Everywhere. Common words sound like some place somewhere: only for what is surely a name.
    World,
}

/// How places are sought by sound.
#[derive(Debug, Clone, Copy)]
pub struct SoundSearch<'m> {
    /// What letters cost.
    pub model: &'m SoundModel,
    /// Where to look.
    pub within: Within,
    /// How many places are wanted at most.
    pub limit: usize,
    /// Places that are less alike are not sought, which takes the less time the more is asked.
    pub likeness_min: f32,
}

impl SoundSearch<'static> {
    /// Everything that the bundled costs find.
    pub fn within(within: Within, limit: usize) -> Self {
        Self { model: SoundModel::bundled(), within, limit, likeness_min: 0.0 }
    }
}

/// A place whose name sounds alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SoundHit<'g> {
    /// The place and its Latin name.
    pub hit: NameHit<'g>,
    /// How surely the query writes this name, 0 to 1, whatever else it may write; from [`LIKENESS_MIN`] on believable.
    pub likeness: f32,
}

/// The indices, made when they are first asked.
pub(super) struct Sounds {
    by_country: Vec<OnceLock<SoundIndex>>,
    by_spelling: OnceLock<Vec<SoundIndex>>,
}

impl Sounds {
    pub(super) fn new(countries: usize) -> Self {
        Self { by_country: (0..countries).map(|_| OnceLock::new()).collect(), by_spelling: OnceLock::new() }
    }
}

impl Gazetteer {
    /// Places with a Latin name that sounds like a name in Arabic or Cyrillic letters, best first, each once.
    /// Nothing for a name in another script. Answers of any likeness are returned; see [`LIKENESS_MIN`].
    ///
    /// ```
    /// use oqiga::gazetteer::{Country, Gazetteer, Within};
    ///
    /// let gazetteer = Gazetteer::bundled()?;
    /// let kazakhstan = Within::Country(Country::parse("KZ").unwrap());
    /// let best = gazetteer.sounding_like("جاناوزين", kazakhstan, 1)[0];
    /// assert_eq!(gazetteer.place(best.hit.place).name(), "Zhanaozen");
    /// # Ok::<(), oqiga::gazetteer::GazetteerError>(())
    /// ```
    pub fn sounding_like(&self, name: &str, within: Within, limit: usize) -> Vec<SoundHit<'_>> {
        self.sounding_like_where(name, &SoundSearch::within(within, limit), |_| true)
    }

    /// Like [`Self::sounding_like`], by a search of the caller's choice and of the places that `wanted` accepts.
    pub fn sounding_like_where(&self, name: &str, search: &SoundSearch<'_>, wanted: impl Fn(PlaceId) -> bool) -> Vec<SoundHit<'_>> {
        let Some(word) = SourceWord::new(name) else { return Vec::new() };
        let SoundSearch { model, within, limit, likeness_min } = *search;
        let costs = model.of(word.script);
        let by_chance = costs.background.cost(&word);
        let indices: Vec<(&SoundIndex, Spelling)> = match within {
            Within::Country(country) => {
                self.country_sounds(country).map(|index| (index, Spelling::of(Some(country)))).into_iter().collect()
            }
            Within::World => self.world_sounds().iter().zip(Spelling::ALL).collect(),
        };
        let names: usize = indices.iter().map(|(index, _)| index.len()).sum();
        let queries: Vec<(&SoundIndex, Query<'_>)> = indices
            .into_iter()
            .map(|(index, spelling)| (index, Query::new(&word, spelling, &costs.spellings[spelling as usize], &costs.background)))
            .collect();
        let least = queries.iter().map(|(_, query)| query.least()).fold(f32::INFINITY, f32::min);
        let is_at_home = queries.iter().any(|(_, query)| query.spelling().is_home_of(word.script));
        let doubt = if is_at_home { DOUBT_AT_HOME } else { DOUBT_ABROAD };
        let threshold = by_chance - (names.max(1) as f32).ln() - doubt;
        let cost_max = (by_chance + BY_CHANCE_SLACK).min(cost_at(likeness_min, threshold));
        let mut found = Vec::new();
        for slack in SLACKS {
            let mut bound = cost_max.min(least + slack);
            let is_last = bound == cost_max;
            for (index, query) in queries.iter().filter(|(_, query)| query.least() <= cost_max) {
                let already = found.len();
                index.search(query, &wanted, &mut bound, MARGIN, &mut found);
                for hit in &mut found[already..] {
                    if hit.main_cost.is_nan() {
                        hit.main_cost = query.cost(&target::graphemes_of(self.place(hit.place).name()));
                    }
                }
            }
            found.retain(|hit: &Found| hit.cost <= bound);
            if is_last || !found.is_empty() {
                break;
            }
        }
        self.best_sounding(found, threshold, limit)
    }

    fn best_sounding(&self, mut found: Vec<Found>, threshold: f32, limit: usize) -> Vec<SoundHit<'_>> {
        let rank = |hit: &Found| {
            let side_name = MAIN_NAME_WEIGHT * (hit.main_cost - hit.cost).clamp(0.0, MAIN_NAME_MAX);
            hit.cost + side_name - IMPORTANCE_WEIGHT * self.place(hit.place).importance()
        };
        found.sort_by(|a, b| rank(a).total_cmp(&rank(b)).then(a.place.cmp(&b.place)).then(a.name.cmp(&b.name)));
        let mut hits: Vec<SoundHit<'_>> = Vec::new();
        for candidate in &found {
            if hits.len() == limit {
                break;
            }
            if hits.iter().any(|hit| hit.hit.place == candidate.place) {
                continue;
            }
            let Some(hit) = self.inner.hit(candidate.place, candidate.name) else { continue };
            hits.push(SoundHit { hit, likeness: likeness_of(candidate.cost, threshold) });
        }
        hits
    }

    fn country_sounds(&self, country: Country) -> Option<&SoundIndex> {
        let number = self.inner.countries.binary_search_by_key(&country, |run| run.country).ok()?;
        Some(self.inner.sounds.by_country[number].get_or_init(|| SoundIndex::new(self, self.places_in(country))))
    }

    fn world_sounds(&self) -> &[SoundIndex] {
        self.inner.sounds.by_spelling.get_or_init(|| {
            use rayon::prelude::*;
            let mut places: Vec<Vec<PlaceId>> = vec![Vec::new(); Spelling::ALL.len()];
            self.places().for_each(|place| places[Spelling::of(place.country()) as usize].push(place.id()));
            places.into_par_iter().map(|places| SoundIndex::new(self, places.into_iter())).collect()
        })
    }
}

/// How surely a name of such a cost is meant, when names of a threshold's cost are as likely as not.
fn likeness_of(cost: f32, threshold: f32) -> f32 {
    1.0 / (1.0 + ((cost - threshold) / LIKENESS_SCALE).exp())
}

/// The cost of names that are just so alike.
fn cost_at(likeness: f32, threshold: f32) -> f32 {
    threshold + LIKENESS_SCALE * (1.0 / likeness - 1.0).ln()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn best(name: &str, country: &str) -> Option<(String, f32)> {
        let gazetteer = Gazetteer::bundled().unwrap();
        let hits = gazetteer.sounding_like(name, Within::Country(Country::parse(country).unwrap()), 1);
        hits.first().map(|hit| (gazetteer.place(hit.hit.place).name().to_owned(), hit.likeness))
    }

    #[test]
    fn names_that_no_source_writes_are_found_by_their_sound() {
        let check = |name: &str, country: &str, want: &str| {
            let (found, likeness) = best(name, country).unwrap();
            assert!(found == want && likeness >= LIKENESS_MIN, "{name}: {found} {likeness}");
        };
        check("جاناوزين", "KZ", "Zhanaozen");
        check("جاناوزن", "KZ", "Zhanaozen");
        check("خاركيف", "UA", "Kharkiv");
        check("كزاخستان", "KZ", "Kazakhstan");
        check("Жанаозень", "KZ", "Zhanaozen");
    }

    #[test]
    fn who_asks_for_likely_places_gets_the_likely_ones_of_all() {
        let gazetteer = Gazetteer::bundled().unwrap();
        let within = Within::Country(Country::parse("SY").unwrap());
        for name in ["كفرنبل", "الحرية", "سراقب", "قميناس", "عين", "مطار"] {
            let mut all = gazetteer.sounding_like(name, within, usize::MAX);
            all.retain(|hit| hit.likeness >= LIKENESS_MIN);
            let search = SoundSearch { likeness_min: LIKENESS_MIN, ..SoundSearch::within(within, usize::MAX) };
            assert_eq!(gazetteer.sounding_like_where(name, &search, |_| true), all, "{name}");
        }
        assert!((likeness_of(cost_at(0.7, 12.0), 12.0) - 0.7).abs() < 1e-5);
        assert_eq!(cost_at(0.0, 12.0), f32::INFINITY);
    }

    #[test]
    fn what_is_in_no_known_script_sounds_like_nothing() {
        for name in ["", "Almaty", "北京", "?!", "\u{202e}", "123"] {
            assert_eq!(best(name, "KZ"), None, "{name}");
        }
        assert_eq!(best(&"ا ب".repeat(1000), "KZ"), None);
        assert_eq!(best("جاناوزين", "ZZ"), None);
    }

    proptest! {
        #[test]
        fn no_name_panics_and_likeness_is_a_share(name in "[\u{600}-\u{6ff}\u{400}-\u{4ff} -]{0,60}") {
            if let Some((_, likeness)) = best(&name, "KZ") {
                prop_assert!((0.0..=1.0).contains(&likeness));
            }
        }
    }
}
