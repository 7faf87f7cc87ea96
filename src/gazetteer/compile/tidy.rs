//! Takes off names what is no part of them, once all sources and tables are in: the country after a comma, what
//! stands in brackets behind, and names that are nothing but a word for a kind of place.
//!
//! Titles of encyclopedia articles come as names: "سالتو، أوروغواي" is Salto. 21,500 Arabic aliases are such.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::curated::Table;
use super::display::sound_likeness;
use super::draft::{Draft, DraftId, DraftName, DraftPlace, Origin};
use crate::gazetteer::{Class, Country, GazetteerError, NameKind};
use crate::text::name_key;

/// A name that is a word for a kind of place stays when it sounds like the main name: بركان, a volcano, is Berkane.
const SOUNDS_LIKE_MAIN_FROM: f64 = 0.65;

/// Tidies the names of all places.
pub(super) fn add(draft: &mut Draft, folder: &Path) -> Result<(), GazetteerError> {
    let tails = cut_tails(draft);
    let words = words(&Table::read(folder, "admin_words.tsv")?);
    let mut dropped = 0;
    for place in draft.places.iter_mut().filter(|place| place.class != Class::Country) {
        let is_word: Vec<bool> = place.names.iter().map(|name| is_only_a_word(place, &words, &name.text, name.kind, name.origin)).collect();
        dropped += is_word.iter().filter(|is_word| **is_word).count();
        let mut is_word = is_word.into_iter();
        place.names.retain(|_| !is_word.next().unwrap_or(false));
    }
    draft.tell(format!(
        "names without the area after a comma or in brackets: {tails}; names that are only a word for a kind of place, dropped: {dropped}"
    ));
    Ok(())
}

/// Cuts "، أوروغواي" off always, and ", Uruguay" off towns and where it names the country or area around the place:
/// a Latin comma also stands in names (Pokupsko, Donje).
fn cut_tails(draft: &mut Draft) -> usize {
    let keys = |place: &DraftPlace| place.names.iter().map(|name| name_key(&name.text)).collect::<HashSet<String>>();
    let around: HashMap<Country, HashSet<String>> =
        draft.countries.iter().map(|(country, id)| (*country, keys(&draft.places[*id]))).collect();
    let areas: HashMap<DraftId, HashSet<String>> =
        draft.places.iter().enumerate().filter(|(_, place)| place.class == Class::Admin1).map(|(id, place)| (id, keys(place))).collect();
    let mut cut = 0;
    for place in draft.places.iter_mut().filter(|place| place.class != Class::Country && place.class != Class::Region) {
        let country = place.country.and_then(|country| around.get(&country));
        let area = place.admin1.and_then(|area| areas.get(&area));
        let names_around = |tail: &str| {
            let key = name_key(tail);
            [country, area].into_iter().flatten().any(|keys| keys.contains(&key))
        };
        let main = name_key(place.main_name());
        for name in place.names.iter_mut().filter(|name| name.origin > Origin::Curated) {
            if let Some(bare) = without_brackets(name, &main) {
                name.text = bare;
                cut += 1;
            }
            let head = match name.text.split_once('،') {
                Some((head, _)) => head.trim(),
                None => match name.text.rsplit_once(", ") {
                    Some((head, tail)) if place.class == Class::City || names_around(tail) => head.trim(),
                    _ => continue,
                },
            };
            if head.chars().any(char::is_alphabetic) {
                name.text = head.to_owned();
                cut += 1;
            }
        }
    }
    cut
}

/// A name without what stands in brackets behind: "Нанди (округ)" is Нанди, "Van (Texas)" is Van. Belgian parts of
/// towns have their own name in the brackets: "Liege (Angleur)".
fn without_brackets(name: &DraftName, main: &str) -> Option<String> {
    let (head, tail) = name.text.split_once(" (")?;
    let tail = tail.strip_suffix(')').filter(|tail| !tail.contains('(') && name.kind != NameKind::Main)?;
    let bare = if name_key(tail) == main { tail } else { head.trim() };
    bare.chars().any(char::is_alphabetic).then(|| bare.to_owned())
}

/// Folded words for areas and settlements in all languages.
fn words(table: &Table) -> HashSet<String> {
    let of_areas = |class: &str| matches!(class, "country" | "admin1" | "admin2" | "city" | "village");
    table.rows().filter(|row| of_areas(row.get("class"))).map(|row| name_key(row.get("word"))).collect()
}

fn is_only_a_word(place: &DraftPlace, words: &HashSet<String>, name: &str, kind: NameKind, origin: Origin) -> bool {
    let is_loose = matches!(kind, NameKind::Alternative | NameKind::Display) && origin > Origin::GeoNames;
    is_loose && words.contains(&name_key(name)) && sound_likeness(place, name) < SOUNDS_LIKE_MAIN_FROM
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(main: &str, aliases: &[&str]) -> Draft {
        let mut draft = Draft::default();
        let country = Country::parse("UY");
        let mut uruguay = DraftPlace::new(Class::Country, "PCLI");
        uruguay.country = country;
        uruguay.add_name("Uruguay", None, NameKind::Main, Origin::GeoNames);
        draft.add(uruguay);
        let mut town = DraftPlace::new(Class::City, "PPL");
        town.country = country;
        town.add_name(main, None, NameKind::Main, Origin::GeoNames);
        for alias in aliases {
            town.add_name(alias, None, NameKind::Alternative, Origin::Alternate);
        }
        draft.add(town);
        draft
    }

    #[test]
    fn the_country_after_a_comma_goes() {
        let mut draft = draft("Salto", &["سالتو، أوروغواي", "Salto, Uruguay", "Сальто"]);
        assert_eq!(cut_tails(&mut draft), 2);
        let names: Vec<&str> = draft.places[1].names.iter().map(|name| name.text.as_str()).collect();
        assert_eq!(names, ["Salto", "سالتو", "Salto", "Сальто"]);
    }

    #[test]
    fn what_stands_in_brackets_goes() {
        let mut draft = draft("Angleur", &["Liege (Angleur)", "Англёр (Бельгия)", "(1)"]);
        assert_eq!(cut_tails(&mut draft), 2);
        let names: Vec<&str> = draft.places[1].names.iter().map(|name| name.text.as_str()).collect();
        assert_eq!(names[..3], ["Angleur", "Angleur", "Англёр"]);
    }

    #[test]
    fn a_word_for_a_kind_of_place_is_a_name_only_where_it_sounds_like_one() {
        let words = HashSet::from(["ولايه".to_owned(), "кентон".to_owned(), "кент".to_owned()]);
        let check = |main: &str, name: &str, want: bool| {
            let place = &draft(main, &[name]).places[1];
            assert_eq!(is_only_a_word(place, &words, name, NameKind::Alternative, Origin::Alternate), want, "{main} {name}");
        };
        check("Mérida", "ولاية", true);
        check("Kent", "Кент", false);
        check("Mérida", "ميريدا", false);
    }
}
