//! Names without the word for the kind of place: محافظة حلب is حلب, Маңғыстау облысы is Маңғыстау.
//!
//! The words stand in `gazetteer/curated/admin_words.tsv`, where those are marked that leave a name in
//! use. What is left of a Russian name is often an adjective (Мангистауская), kept as one.

use std::collections::HashSet;
use std::path::Path;

use super::curated::Table;
use super::draft::{Draft, DraftName, DraftPlace, Origin};
use crate::gazetteer::{Class, Country, GazetteerError, NameKind};
use crate::text::{Lang, Script, name_key};

/// Shorter remainders are more often a particle than a name.
const CHARS_MIN: usize = 3;

/// Words that tell parts of an area from each other and name nothing alone: Eastern Province.
const NO_NAMES: [&str; 66] = [
    "north",
    "south",
    "east",
    "west",
    "northern",
    "southern",
    "eastern",
    "western",
    "central",
    "north eastern",
    "north western",
    "south eastern",
    "south western",
    "northeastern",
    "northwestern",
    "southeastern",
    "southwestern",
    "capital",
    "metropolitan",
    "federal",
    "national",
    "autonomous",
    "new",
    "upper",
    "lower",
    "the",
    "city",
    "urban",
    "rural",
    "royal",
    "united",
    "island",
    "islands",
    "coastal",
    "midland",
    "centre",
    "center",
    "الشماليه",
    "الجنوبيه",
    "الشرقيه",
    "الغربيه",
    "الوسطي",
    "الحدود الشماليه",
    "الشمالي",
    "الجنوبي",
    "الشرقي",
    "الغربي",
    "العاصمه",
    "المركز",
    "الوسط",
    "северная",
    "южная",
    "восточная",
    "западная",
    "центральная",
    "центральный",
    "северный",
    "южный",
    "восточный",
    "западный",
    "столичный",
    "солтустик",
    "онтустик",
    "шығыс",
    "батыс",
    "орталық",
];

/// One word, as its tokens folded.
struct Word {
    tokens: Vec<String>,
    script: Script,
    class: Class,
    before: bool,
    after: bool,
}

/// Adds the shorter names.
pub(super) fn add(draft: &mut Draft, folder: &Path) -> Result<(), GazetteerError> {
    let words = words(&Table::read(folder, "admin_words.tsv")?)?;
    let towns = town_keys(draft);
    let mut added = 0;
    for id in 0..draft.places.len() {
        let place = &draft.places[id];
        let area = if place.class == Class::Admin2 { place.admin1 } else { None };
        let is_taken = |key: &str| {
            place.class == Class::Admin2 && place.country.is_some_and(|country| towns.contains(&(country, area, key.to_owned())))
        };
        let shorter = shorter_names(place, &words, is_taken);
        added += shorter.len();
        draft.places[id].names.extend(shorter);
    }
    draft.tell(format!("names without the word for the kind of area: {added}"));
    Ok(())
}

fn shorter_names(place: &DraftPlace, words: &[Word], is_taken: impl Fn(&str) -> bool) -> Vec<DraftName> {
    if !matches!(place.class, Class::Admin1 | Class::Admin2 | Class::City) {
        return Vec::new();
    }
    let mut known: HashSet<String> = place.names.iter().filter(|name| name.kind.is_proper()).map(|name| name_key(&name.text)).collect();
    let mut shorter = Vec::new();
    for name in place.names.iter().filter(|name| name.kind.is_proper()) {
        let Some(rest) = words.iter().filter(|word| word.class == place.class).find_map(|word| word.strip(&name.text)) else { continue };
        let key = name_key(&rest);
        let is_name =
            key.chars().count() >= CHARS_MIN && !NO_NAMES.contains(&key.as_str()) && !words.iter().any(|word| word.tokens.join(" ") == key);
        if is_name && !is_taken(&key) && known.insert(key) {
            let kind = match name.kind {
                NameKind::Historical => NameKind::Historical,
                _ if is_russian_adjective(&rest) => NameKind::Demonym,
                _ => NameKind::Alternative,
            };
            shorter.push(DraftName { text: rest, lang: name.lang, kind, origin: Origin::Derived });
        }
    }
    shorter
}

impl Word {
    /// The name without the word, where it stands in a place that it may.
    fn strip(&self, name: &str) -> Option<String> {
        if Script::of(name) != self.script {
            return None;
        }
        let parts: Vec<&str> = name.split_whitespace().collect();
        let own = self.tokens.len();
        if parts.len() <= own {
            return None;
        }
        let is_word = |parts: &[&str]| parts.iter().zip(&self.tokens).all(|(part, token)| name_key(part) == *token);
        let (head, tail) = (&parts[..own], &parts[parts.len() - own..]);
        if self.before && is_word(head) {
            return Some(parts[own..].join(" "));
        }
        (self.after && is_word(tail)).then(|| parts[..parts.len() - own].join(" ").trim_end_matches([',', '-', '–']).trim().to_owned())
    }
}

fn words(table: &Table) -> Result<Vec<Word>, GazetteerError> {
    let mut words = Vec::new();
    for row in table.rows().filter(|row| row.get("strip") == "yes") {
        let lang = row.lang()?;
        let class = match row.get("class") {
            "admin1" => Class::Admin1,
            "admin2" => Class::Admin2,
            "city" | "village" => Class::City,
            // Names of countries are all in their own table.
            _ => continue,
        };
        let (before, after) = match row.get("position") {
            "before" => (true, false),
            "after" => (false, true),
            "either" => (true, true),
            _ => return Err(row.wrong("a known position")),
        };
        // Kansas City is not Kansas, and the 1,200 counties of the United States named after
        // presidents and settlers are not called so without their word.
        let keeps_word = lang == Lang::EN && (class == Class::City && after || row.get("word").eq_ignore_ascii_case("county"));
        if keeps_word {
            continue;
        }
        let tokens: Vec<String> = row.get("word").split_whitespace().map(name_key).collect();
        words.push(Word { tokens, script: Script::of(row.get("word")), class, before, after });
    }
    // The longest word first: автономная область before область.
    words.sort_by_key(|word| std::cmp::Reverse(word.tokens.len()));
    Ok(words)
}

/// Names of towns by country and first-level area: a district is not called by the name of its seat alone.
fn town_keys(draft: &Draft) -> HashSet<(Country, Option<usize>, String)> {
    let towns = draft.places.iter().filter(|place| place.class == Class::City);
    let keys = towns.filter_map(|town| Some((town.country?, town))).flat_map(|(country, town)| {
        town.names.iter().filter(|name| name.kind.is_proper()).map(move |name| (country, town.admin1, name_key(&name.text)))
    });
    keys.collect()
}

/// The key of a Latin name of an area without the words that say what kind of area it is, to compare names of two sources.
pub(super) fn bare_key(name: &str) -> String {
    const WORDS: [&str; 12] =
        ["province", "region", "governorate", "oblast", "district", "state", "of", "county", "city", "ostan", "tinh", "provincia"];
    let key = name_key(name);
    let bare: Vec<&str> = key.split(' ').filter(|word| !WORDS.contains(word)).collect();
    if bare.is_empty() { key } else { bare.join(" ") }
}

fn is_russian_adjective(rest: &str) -> bool {
    ["ская", "цкая", "ский", "цкий", "ское", "цкое", "ська", "цька"].iter().any(|ending| rest.ends_with(ending)) && !rest.contains(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, before: bool) -> Word {
        Word { tokens: text.split(' ').map(name_key).collect(), script: Script::of(text), class: Class::Admin1, before, after: !before }
    }

    fn shorter(names: &[&str]) -> Vec<(String, NameKind)> {
        let words = [
            word("автономная область", false),
            word("область", false),
            word("محافظة", true),
            word("Province", false),
            word("облысы", false),
            word("Republic of", true),
        ];
        let mut place = DraftPlace::new(Class::Admin1, "ADM1");
        for name in names {
            place.add_name(name, None, NameKind::Alternative, Origin::Alternate);
        }
        shorter_names(&place, &words, |_| false).into_iter().map(|name| (name.text, name.kind)).collect()
    }

    #[test]
    fn the_word_for_the_kind_of_area_comes_off_where_a_name_is_left() {
        let check = |name: &str, want: Option<(&str, NameKind)>| {
            let got = shorter(&[name]).pop();
            assert_eq!(got.as_ref().map(|(text, kind)| (text.as_str(), *kind)), want, "{name}");
        };
        check("محافظة حلب", Some(("حلب", NameKind::Alternative)));
        check("Маңғыстау облысы", Some(("Маңғыстау", NameKind::Alternative)));
        check("Мангистауская область", Some(("Мангистауская", NameKind::Demonym)));
        check("Еврейская автономная область", Some(("Еврейская", NameKind::Demonym)));
        check("Republic of Tatarstan", Some(("Tatarstan", NameKind::Alternative)));
        check("Eastern Province", None);
        check("Province", None);
        check("Область", None);
    }

    #[test]
    fn a_shorter_name_that_is_there_already_is_not_added_again() {
        assert_eq!(shorter(&["محافظة حلب", "حلب"]), []);
    }
}
