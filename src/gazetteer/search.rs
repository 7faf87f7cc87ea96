//! Places by a name that a person typed, best first, with the reason.
//!
//! Ways of matching are tried from the strictest on, and the first that finds anything answers: the
//! name as written or folded, the beginning of a name, a name with a letter or two wrong, a name in
//! another script that sounds alike. Within a way the more important place comes first; a name
//! written just so counts for a tenth of the scale of importance, so that Orel is the Russian city of
//! Орёл and not the Czech village that is spelled Orel.

use std::fmt;

use serde_json::{Map, Value, json};

use super::{Class, Country, Gazetteer, LIKENESS_MIN, NameHit, NameKind, Place, PlaceId, SoundSearch, Within};
use crate::text::{Lang, name_key};

/// Longer names are refused: no place has one.
pub const NAME_CHARS_MAX: usize = 200;
/// Most answers to one query.
pub const ANSWERS_MAX: usize = 1000;

/// What is looked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<'q> {
    /// The name, in any script, possibly with the area or country after a comma.
    pub name: &'q str,
    /// Only places in this country.
    pub country: Option<Country>,
    /// Only places of these classes; all when empty.
    pub classes: &'q [Class],
    /// Most answers.
    pub limit: usize,
    /// Whether to look for names that sound alike over the whole world too, where common words sound like some
    /// place somewhere; in the country that is given it is always done.
    pub sound_anywhere: bool,
}

/// One answer.
#[derive(Debug, Clone)]
pub struct Answer<'g> {
    /// The place.
    pub place: PlaceId,
    /// The name that matched.
    pub name: &'g str,
    /// What kind of name it is.
    pub kind: NameKind,
    /// The language of the name, where known.
    pub lang: Option<Lang>,
    /// How sure, 0 to 1: comparable between answers of one query.
    pub score: f32,
    /// How the name matched.
    pub matched: Matched,
    /// The reason for the rank, in words.
    pub why: String,
}

/// How a name matched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Matched {
    /// Letter for letter.
    Exact,
    /// After folding case, accents and orthography.
    Folded,
    /// The name goes on.
    Prefix,
    /// With this many letters wrong.
    Fuzzy(usize),
    /// A name in another script sounds alike, to this degree.
    Sound(f32),
}

/// Why a query is not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Nothing to look for.
    #[error("a name has at least one letter or digit")]
    Empty,
    /// Too long.
    #[error("a name has at most {NAME_CHARS_MAX} characters, and this has {0}")]
    TooLong(usize),
}

impl Gazetteer {
    /// Places of a name, best first.
    pub fn search(&self, query: &Query<'_>) -> Result<Vec<Answer<'_>>, QueryError> {
        let search = Search::new(self, query)?;
        let ways = [Search::written, Search::within_area, Search::beginning, Search::misspelled, Search::sounding];
        Ok(ways.iter().map(|way| way(&search)).find(|answers| !answers.is_empty()).unwrap_or_default())
    }

    /// Places whose name begins so, for a search box: whole names first.
    pub fn suggest(&self, query: &Query<'_>) -> Result<Vec<Answer<'_>>, QueryError> {
        let search = Search::new(self, query)?;
        let mut answers = search.written();
        let beginnings = search.beginning();
        answers.extend(beginnings.into_iter().filter(|other| search.limit > 0 && other.matched == Matched::Prefix));
        let mut seen = std::collections::HashSet::new();
        answers.retain(|answer| seen.insert(answer.place));
        // A town of the whole name is often a hamlet beside the city that the letters begin.
        answers.sort_by(|a, b| suggestion_rank(self, b).total_cmp(&suggestion_rank(self, a)).then(a.place.cmp(&b.place)));
        answers.truncate(search.limit);
        if answers.is_empty() { self.search(query) } else { Ok(answers) }
    }
}

fn suggestion_rank(gazetteer: &Gazetteer, answer: &Answer<'_>) -> f32 {
    let whole = if matches!(answer.matched, Matched::Exact | Matched::Folded) { 0.15 } else { 0.0 };
    gazetteer.place(answer.place).importance() + whole - answer.hit().obscurity()
}

struct Search<'g, 'q> {
    gazetteer: &'g Gazetteer,
    name: &'q str,
    key: String,
    country: Option<Country>,
    classes: &'q [Class],
    limit: usize,
    sound_anywhere: bool,
}

impl<'g, 'q> Search<'g, 'q> {
    fn new(gazetteer: &'g Gazetteer, query: &Query<'q>) -> Result<Self, QueryError> {
        let chars = query.name.chars().count();
        if chars > NAME_CHARS_MAX {
            return Err(QueryError::TooLong(chars));
        }
        let key = name_key(query.name);
        if key.is_empty() {
            return Err(QueryError::Empty);
        }
        let limit = query.limit.min(ANSWERS_MAX);
        let &Query { name, country, classes, sound_anywhere, .. } = query;
        Ok(Self { gazetteer, name: name.trim(), key, country, classes, limit, sound_anywhere })
    }

    /// Places of just this name.
    fn written(&self) -> Vec<Answer<'g>> {
        let hits = self.gazetteer.named(&self.key).filter(|hit| self.wants(hit.place));
        self.ranked(hits.map(|hit| {
            let matched = if hit.name == self.name { Matched::Exact } else { Matched::Folded };
            (hit, matched)
        }))
    }

    /// Places of the name before the last comma, in the area or country named after it.
    fn within_area(&self) -> Vec<Answer<'g>> {
        let Some((name, area)) = self.name.rsplit_once([',', '،']) else { return Vec::new() };
        let is_area = |hit: &NameHit<'_>| matches!(self.gazetteer.place(hit.place).class(), Class::Country | Class::Admin1 | Class::Region);
        let areas: Vec<PlaceId> = self.gazetteer.named(&name_key(area)).filter(is_area).map(|hit| hit.place).collect();
        let inside = |place| areas.iter().any(|area| self.gazetteer.is_within(place, *area));
        let hits = self.gazetteer.named(&name_key(name)).filter(|hit| self.wants(hit.place) && inside(hit.place));
        let mut answers = self.ranked(hits.map(|hit| (hit, if hit.name == name.trim() { Matched::Exact } else { Matched::Folded })));
        for answer in &mut answers {
            answer.why = format!("in {}; {}", area.trim(), answer.why);
        }
        answers
    }

    /// Places whose name begins so.
    fn beginning(&self) -> Vec<Answer<'g>> {
        let hits = self.gazetteer.complete_where(&self.key, self.limit, |place| self.wants(place));
        self.ranked(hits.into_iter().map(|hit| (hit, if name_key(hit.name) == self.key { Matched::Folded } else { Matched::Prefix })))
    }

    /// Places whose name differs by a letter, or by two in a long name.
    fn misspelled(&self) -> Vec<Answer<'g>> {
        const TWO_EDITS_FROM_CHARS: usize = 7;
        const ONE_EDIT_FROM_CHARS: usize = 4;
        let chars = self.key.chars().count();
        let edits = usize::from(chars >= ONE_EDIT_FROM_CHARS) + usize::from(chars >= TWO_EDITS_FROM_CHARS);
        for bound in 1..=edits {
            // More than asked for, because the country is looked at only afterwards.
            let hits = self.gazetteer.fuzzy(&self.key, bound, ANSWERS_MAX);
            let answers =
                self.ranked(hits.into_iter().filter(|near| self.wants(near.hit.place)).map(|near| (near.hit, Matched::Fuzzy(near.edits))));
            if !answers.is_empty() {
                return answers;
            }
        }
        Vec::new()
    }

    /// Places whose Latin name sounds like it, in the country that is given.
    fn sounding(&self) -> Vec<Answer<'g>> {
        let within = match self.country {
            Some(country) => Within::Country(country),
            None if self.sound_anywhere => Within::World,
            None => return Vec::new(),
        };
        let wanted = |place| self.wants(place);
        // Who asks for the whole world wants to choose among what there is.
        let likeness_min = if within == Within::World { 0.0 } else { LIKENESS_MIN };
        let search = SoundSearch { likeness_min, ..SoundSearch::within(within, self.limit) };
        let hits = self.gazetteer.sounding_like_where(self.name, &search, wanted);
        // They come in the order of likeness and importance together, and keep it.
        hits.into_iter().map(|hit| self.answer(hit.hit, Matched::Sound(hit.likeness))).collect()
    }

    fn wants(&self, place: PlaceId) -> bool {
        let place = self.gazetteer.place(place);
        let of_class = self.classes.is_empty() || self.classes.contains(&place.class());
        of_class && self.country.is_none_or(|country| place.country() == Some(country))
    }

    fn ranked(&self, hits: impl Iterator<Item = (NameHit<'g>, Matched)>) -> Vec<Answer<'g>> {
        let mut answers: Vec<Answer<'g>> = hits.map(|(hit, matched)| self.answer(hit, matched)).collect();
        answers.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.place.cmp(&b.place)));
        let mut seen = std::collections::HashSet::new();
        answers.retain(|answer| seen.insert(answer.place));
        answers.truncate(self.limit);
        answers
    }

    fn answer(&self, hit: NameHit<'g>, matched: Matched) -> Answer<'g> {
        let place = self.gazetteer.place(hit.place);
        let (score, why) = (score(&place, &hit, matched), why(&place, &hit, matched));
        Answer { place: hit.place, name: hit.name, kind: hit.kind, lang: hit.lang, score, matched, why }
    }
}

/// Half for the way of matching, half for importance. A code or abbreviation typed in other letters than
/// its own (ala for ALA) hardly counts.
/// What a side name counts less than the main one and those to show: the city of Aral is called Aral Sea too, by
/// hasty sources, and the state of River Nile just Nile.
const SIDE_NAME: f32 = 0.02;

fn score(place: &Place<'_>, hit: &NameHit<'_>, matched: Matched) -> f32 {
    let is_short_form = matches!(hit.kind, NameKind::Code | NameKind::Abbreviation);
    let (way, weight) = match matched {
        Matched::Exact => (0.5, 0.5),
        Matched::Folded if is_short_form => (0.2, 0.2),
        Matched::Folded if hit.kind == NameKind::Demonym => (0.4, 0.5),
        Matched::Folded => (0.45, 0.5),
        Matched::Prefix => (0.1, 0.35),
        Matched::Fuzzy(1) => (0.1, 0.3),
        Matched::Fuzzy(_) => (0.0, 0.3),
        Matched::Sound(likeness) => (0.3 * likeness - 0.2, 0.3),
    };
    let is_side_name = hit.kind == NameKind::Alternative && matches!(matched, Matched::Exact | Matched::Folded);
    let side_name = if is_side_name { SIDE_NAME } else { 0.0 };
    (way + weight * place.importance() - side_name).clamp(0.0, 1.0)
}

fn why(place: &Place<'_>, hit: &NameHit<'_>, matched: Matched) -> String {
    let kind = match hit.kind {
        NameKind::Main => "main name",
        NameKind::Display => "name",
        NameKind::Official => "official name",
        NameKind::Alternative => "other name",
        NameKind::Historical => "former name",
        NameKind::Abbreviation => "abbreviation",
        NameKind::Code => "code",
        NameKind::Demonym => "adjective or word for its people",
    };
    let lang = hit.lang.and_then(language_name).map_or(String::new(), |lang| format!(" in {lang}"));
    let name = hit.name;
    let way = match matched {
        Matched::Exact => format!("{kind}{lang}"),
        Matched::Folded => format!("{kind}{lang}, written {name}"),
        Matched::Prefix => format!("begins the {kind} {name}"),
        Matched::Fuzzy(1) => format!("one letter from the {kind} {name}"),
        Matched::Fuzzy(edits) => format!("{edits} letters from the {kind} {name}"),
        Matched::Sound(_) => format!("sounds like the {kind} {name}"),
    };
    let rank = if place.is_capital() { "; capital" } else { "" };
    let people = match place.population() {
        0 => String::new(),
        people => format!("; {} inhabitants", thousands(people)),
    };
    format!("{way}{rank}{people}")
}

fn language_name(lang: Lang) -> Option<&'static str> {
    Some(match lang.as_str() {
        "ar" => "Arabic",
        "ru" => "Russian",
        "kk" => "Kazakh",
        "en" => "English",
        "uk" => "Ukrainian",
        "fa" => "Persian",
        "tr" => "Turkish",
        "fr" => "French",
        "de" => "German",
        "es" => "Spanish",
        _ => return None,
    })
}

/// 1977011 as 1,977,011.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl Gazetteer {
    /// A place as a GeoJSON feature, named for readers of `lang`, with properties of the answer added.
    pub fn feature(&self, id: PlaceId, lang: Lang, extra: Map<String, Value>) -> Value {
        let place = self.place(id);
        let at = place.position();
        let mut properties = json!({
            "geonameid": place.geonameid(),
            "name": place.display_name(lang),
            "country": place.country(),
            "admin1": place.admin1().map(|area| self.place(area).display_name(lang)),
            "class": place.class(),
            "feature": place.feature(),
            "population": place.population(),
            "radius_km": place.radius_km(),
        });
        if let Value::Object(properties) = &mut properties {
            properties.extend(extra);
        }
        json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [at.lon, at.lat]}, "properties": properties})
    }
}

impl<'g> Answer<'g> {
    /// The name that matched, as an index of names gives it.
    fn hit(&self) -> NameHit<'g> {
        NameHit { place: self.place, kind: self.kind, lang: self.lang, name: self.name }
    }

    /// The answer as a GeoJSON feature, named for readers of `lang`.
    pub fn to_feature(&self, gazetteer: &Gazetteer, lang: Lang) -> Value {
        let score = (f64::from(self.score) * 1000.0).round() / 1000.0;
        let extra = [("matched", json!(self.name)), ("score", json!(score)), ("why", json!(self.why))];
        gazetteer.feature(self.place, lang, extra.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }
}

impl fmt::Display for Matched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "exact",
            Self::Folded => "folded",
            Self::Prefix => "prefix",
            Self::Fuzzy(_) => "fuzzy",
            Self::Sound(_) => "sound",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, country: Option<&str>) -> Vec<String> {
        let gazetteer = Gazetteer::bundled().unwrap();
        let query = Query { name, country: country.and_then(Country::parse), classes: &[], limit: 3, ..Query::default() };
        let place = |answer: Answer<'_>| {
            let place = gazetteer.place(answer.place);
            format!("{} {}", place.display_name(Lang::EN), place.country().map_or("-".to_owned(), |country| country.to_string()))
        };
        gazetteer.search(&query).unwrap().into_iter().map(place).collect()
    }

    #[test]
    fn the_place_that_most_people_mean_comes_first() {
        let check = |name: &str, want: &str| assert_eq!(found(name, None).first().map(String::as_str), Some(want), "{name}");
        check("Almaty", "Almaty KZ");
        check("ألماتي", "Almaty KZ");
        check("أكتاو", "Aktau KZ");
        check("Актау", "Aktau KZ");
        check("Жаңаөзен", "Zhanaozen KZ");
        check("казахстан", "Kazakhstan KZ");
        check("الكازاخية", "Kazakhstan KZ");
        check("Kiev", "Kyiv UA");
        check("Paris", "Paris FR");
        check("Paris, Texas", "Paris US");
        check("UAE", "United Arab Emirates AE");
        check("Каспий", "Caspian Sea -");
        check("Zhanozen", "Zhanaozen KZ");
        check("Georgia", "Georgia GE");
    }

    #[test]
    fn a_country_narrows_the_search() {
        assert_eq!(found("Paris", Some("US")).first().map(String::as_str), Some("Paris US"));
        assert_eq!(found("Almaty", Some("FR")), Vec::<String>::new());
    }

    #[test]
    fn a_name_that_no_source_writes_is_found_by_its_sound_inside_a_country() {
        assert_eq!(found("جاناوزين", Some("KZ")).first().map(String::as_str), Some("Zhanaozen KZ"));
        assert_eq!(found("جاناوزين", None), Vec::<String>::new());
        assert_eq!(found("اليوم", Some("KZ")), Vec::<String>::new());
        let gazetteer = Gazetteer::bundled().unwrap();
        let query = Query { name: "جاناوزين", country: None, classes: &[], limit: 1, sound_anywhere: true };
        let anywhere = gazetteer.search(&query).unwrap();
        assert_eq!(anywhere.first().map(|answer| gazetteer.place(answer.place).name()), Some("Zhanaozen"));
        assert!(anywhere[0].why.starts_with("sounds like the main name Zhanaozen"), "{}", anywhere[0].why);
    }

    #[test]
    fn the_caspian_aktau_comes_before_its_namesakes() {
        let gazetteer = Gazetteer::bundled().unwrap();
        let answers = gazetteer.search(&Query { name: "Актау", country: None, classes: &[], limit: 5, ..Query::default() }).unwrap();
        let ids: Vec<Option<u64>> = answers.iter().map(|answer| gazetteer.place(answer.place).geonameid()).collect();
        assert_eq!(ids, [Some(610612), Some(1526601), Some(1526269)]);
    }

    #[test]
    fn odd_queries_get_a_clear_answer() {
        let gazetteer = Gazetteer::bundled().unwrap();
        let error = |name: &str| gazetteer.search(&Query { name, country: None, classes: &[], limit: 5, ..Query::default() }).err();
        assert_eq!(error(""), Some(QueryError::Empty));
        assert_eq!(error("\u{202e}"), Some(QueryError::Empty));
        assert_eq!(error("?!"), Some(QueryError::Empty));
        assert_eq!(error(&"а".repeat(10_000)), Some(QueryError::TooLong(10_000)));
        for name in ["a", "\u{202e}ytamlA", "Almaty ألماتي Алматы", "\u{10ffff}x", "\u{378}x", "0"] {
            assert!(error(name).is_none(), "{name}");
        }
    }

    #[test]
    fn suggestions_put_the_city_that_is_being_typed_first() {
        let gazetteer = Gazetteer::bundled().unwrap();
        let first = |name: &str| {
            let answers = gazetteer.suggest(&Query { name, country: None, classes: &[], limit: 5, ..Query::default() }).unwrap();
            answers.first().map(|answer| gazetteer.place(answer.place).name())
        };
        assert_eq!(first("Алма"), Some("Almaty"));
        assert_eq!(first("alm"), Some("Almaty"));
        assert_eq!(first("germ"), Some("Germany"));
        assert_eq!(first("гер"), Some("Germany"));
        assert_eq!(first("mosc"), Some("Moscow"));
        assert_eq!(first("zhana"), Some("Zhanaozen"));
        assert_eq!(first("دمش"), Some("Damascus"));
    }
}
