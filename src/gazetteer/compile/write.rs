//! Sorts the draft and writes the sections of the compiled file.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::display;
use super::draft::{Draft, DraftId, DraftName, DraftPlace};
use crate::gazetteer::format::{FLAG_BORROWED_POSITION, FLAG_CAPITAL, Meta, POSTINGS_BLOCK, SectionBuffers};
use crate::gazetteer::names::INTERFACE;
use crate::gazetteer::polygons::{self, Outline};
use crate::gazetteer::{Class, Country, GazetteerError, NameKind, PlaceId, Source};
use crate::text::{Lang, Script, name_key};

/// Joined spellings (SriLanka, حفرالباطن) are indexed for places from this importance on.
const JOINED_IMPORTANCE_MIN: f64 = 0.45;

/// The compiled file.
pub(super) fn write(mut draft: Draft, version: &str, sources: Vec<Source>) -> Result<(Vec<u8>, Vec<String>), GazetteerError> {
    draft.places.par_iter_mut().for_each(arrange_names);
    let order = order(&draft);
    let mut final_id: Vec<Option<u32>> = vec![None; draft.places.len()];
    for (number, id) in order.iter().enumerate() {
        final_id[*id] = Some(number as u32);
    }
    let mut words = Words::default();
    let mut sections = SectionBuffers::default();
    let mut names = 0u32;
    for id in &order {
        let place = &draft.places[*id];
        write_columns(&mut sections, place, &final_id, &mut words);
        for name in &place.names {
            words.write_name(&mut sections.names, name);
            names += 1;
        }
    }
    write_countries(&mut sections, &draft, &order, &final_id);
    write_members(&mut sections, &draft, &order);
    let keys = write_keys(&mut sections, &draft, &order);
    sections.polygons = polygons::write(&outlines(&mut draft, &final_id));
    let meta = Meta {
        version: version.to_owned(),
        places: order.len() as u32,
        names,
        keys,
        features: words.features.list,
        languages: words.languages.list,
        timezones: words.timezones.list,
        sources,
    };
    sections.meta = serde_json::to_vec(&meta).map_err(|e| GazetteerError::source("the description of the gazetteer", e))?;
    draft.tell(format!("written: {} places, {names} names, {keys} keys", order.len()));
    for (tag, bytes) in sections.sizes() {
        draft.tell(format!("section {tag}: {bytes} bytes"));
    }
    Ok((sections.to_file(), draft.report))
}

/// Places in the order of the file: by country (none first), class, areas, GeoNames id. What has no
/// name is left out.
fn order(draft: &Draft) -> Vec<DraftId> {
    let mut order: Vec<DraftId> =
        (0..draft.places.len()).filter(|id| !draft.places[*id].names.is_empty() && draft.places[*id].position.is_some()).collect();
    let area_code = |area: Option<DraftId>| area.and_then(|area| draft.places[area].geonameid);
    order.sort_by_key(|id| {
        let place = &draft.places[*id];
        (place.country, place.class, area_code(place.admin1), area_code(place.admin2), place.geonameid, place.main_name().to_owned(), *id)
    });
    order
}

/// Chooses the main name and the names to show, drops spellings that fold to one key, sorts the rest.
fn arrange_names(place: &mut DraftPlace) {
    choose_main(place);
    display::choose(place);
    let mut kept: BTreeMap<(Group, String, Option<Lang>), DraftName> = BTreeMap::new();
    for name in std::mem::take(&mut place.names) {
        let key = name_key(&name.text);
        if key.is_empty() {
            continue;
        }
        // A name to show to readers of the interface is kept even where the spelling is that of another.
        let own_row = if name.kind == NameKind::Display { name.lang.filter(|lang| INTERFACE.contains(lang)) } else { None };
        match kept.entry((Group::of(name.kind), key, own_row)) {
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(name);
            }
            std::collections::btree_map::Entry::Occupied(mut other) => {
                if preference(&name) < preference(other.get()) {
                    other.insert(name);
                }
            }
        }
    }
    let main_text = kept.values().find(|name| name.kind == NameKind::Main).map(|name| name.text.clone());
    let shown: BTreeSet<String> = kept.iter().filter(|((_, _, lang), _)| lang.is_some()).map(|((_, key, _), _)| key.clone()).collect();
    let mut names: Vec<DraftName> = kept
        .into_iter()
        .filter(|((group, key, own_row), name)| {
            let is_main_again = name.kind == NameKind::Display && name.lang == Some(Lang::EN) && Some(&name.text) == main_text.as_ref();
            let is_shown_anyway = own_row.is_none() && *group == Group::Proper && name.kind != NameKind::Main && shown.contains(key);
            !is_main_again && !is_shown_anyway
        })
        .map(|(_, name)| name)
        .collect();
    names.sort_by(|a, b| a.kind.cmp(&b.kind).then(a.lang.cmp(&b.lang)).then(a.text.cmp(&b.text)));
    place.names = names;
}

/// Names of different groups are kept apart even when they fold to one key: ALA the airport, Ala the town.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Proper,
    Short,
    Code,
    Demonym,
}

impl Group {
    fn of(kind: NameKind) -> Self {
        match kind {
            NameKind::Abbreviation => Self::Short,
            NameKind::Code => Self::Code,
            NameKind::Demonym => Self::Demonym,
            _ => Self::Proper,
        }
    }
}

/// Of two spellings with one key the lesser stays.
fn preference(name: &DraftName) -> impl Ord {
    let kind = if name.kind == NameKind::Historical { 9 } else { name.kind as u8 };
    (name.kind != NameKind::Main, name.origin, kind, std::cmp::Reverse(display::care(&name.text)), name.lang.is_none(), name.text.clone())
}

/// The main name is Latin: what the source calls it, else the English name to show, else any.
fn choose_main(place: &mut DraftPlace) {
    if place.names.iter().any(|name| name.kind == NameKind::Main) {
        return;
    }
    let rank = |name: &DraftName| {
        let is_latin = Script::of(&name.text) == Script::Latin;
        let is_english = name.lang == Some(Lang::EN);
        (!name.kind.is_proper(), !is_latin, !(is_english && name.kind == NameKind::Display), !is_english, name.origin)
    };
    let best = (0..place.names.len()).min_by_key(|number| (rank(&place.names[*number]), *number));
    if let Some(best) = best {
        place.names[best].kind = NameKind::Main;
        // The main name is what English readers see, so no other may be marked for them.
        for name in place.names.iter_mut().filter(|name| name.kind == NameKind::Display && name.lang == Some(Lang::EN)) {
            name.kind = NameKind::Alternative;
        }
        let is_fallback = |name: &DraftName| name.origin == super::draft::Origin::Fallback && name.kind != NameKind::Main;
        place.names.retain(|name| !is_fallback(name));
    }
}

fn write_columns(sections: &mut SectionBuffers, place: &DraftPlace, final_id: &[Option<u32>], words: &mut Words) {
    let fixed = |degrees: f64| (degrees * 100_000.0).round() as i32;
    let position = place.position.unwrap_or(crate::geo::LonLat { lon: 0.0, lat: 0.0 });
    let area = |area: Option<DraftId>| area.and_then(|area| final_id[area]).map_or(0, |id| id + 1);
    sections.geonameid.extend(place.geonameid.unwrap_or(0).to_le_bytes());
    sections.lon.extend(fixed(position.lon).to_le_bytes());
    sections.lat.extend(fixed(position.lat).to_le_bytes());
    sections.class.push(place.class as u8);
    sections.feature.push(words.features.number(&place.feature) as u8);
    sections.country.extend(place.country.map_or([0, 0], Country::to_bytes));
    sections.admin1.extend(area(place.admin1).to_le_bytes());
    sections.admin2.extend(area(place.admin2).to_le_bytes());
    sections.population.extend(u32::try_from(place.population).unwrap_or(u32::MAX).to_le_bytes());
    sections.importance.extend(importance(place).to_le_bytes());
    sections.radius.extend(((place.radius_km.unwrap_or(0.0) * 10.0).round() as u16).to_le_bytes());
    sections.timezone.extend(place.timezone.as_ref().map_or(0, |zone| words.timezones.number(zone) + 1).to_le_bytes());
    let borrowed = if place.has_borrowed_position { FLAG_BORROWED_POSITION } else { 0 };
    let capital = if place.feature == "PPLC" { FLAG_CAPITAL } else { 0 };
    sections.flags.push(borrowed | capital);
    sections.names_at.extend((sections.names.len() as u32).to_le_bytes());
}

fn importance(place: &DraftPlace) -> u16 {
    (place.importance.unwrap_or(0.0) * 65_535.0).round() as u16
}

fn write_countries(sections: &mut SectionBuffers, draft: &Draft, order: &[DraftId], final_id: &[Option<u32>]) {
    for (country, id) in &draft.countries {
        let first = order.partition_point(|other| draft.places[*other].country < Some(*country)) as u32;
        let end = order.partition_point(|other| draft.places[*other].country <= Some(*country)) as u32;
        let Some(place) = final_id[*id] else { continue };
        sections.countries.extend(country.to_bytes());
        sections.countries.extend([0, 0]);
        for number in [first, end, place] {
            sections.countries.extend(number.to_le_bytes());
        }
    }
}

fn write_members(sections: &mut SectionBuffers, draft: &Draft, order: &[DraftId]) {
    for (number, id) in order.iter().enumerate() {
        let members = &draft.places[*id].members;
        if !members.is_empty() {
            sections.members.extend((number as u32).to_le_bytes());
            sections.members.extend((members.len() as u16).to_le_bytes());
            sections.members.extend(members.iter().flat_map(|country| country.to_bytes()));
        }
    }
}

/// Writes the index of names and returns how many keys there are.
fn write_keys(sections: &mut SectionBuffers, draft: &Draft, order: &[DraftId]) -> u32 {
    let mut postings: Vec<(String, u32, u16)> = order
        .par_iter()
        .enumerate()
        .flat_map_iter(|(place_id, id)| {
            let place = &draft.places[*id];
            let is_important = place.importance.unwrap_or(0.0) >= JOINED_IMPORTANCE_MIN;
            place.names.iter().enumerate().flat_map(move |(number, name)| {
                let key = name_key(&name.text);
                let joined = joined(&key, name.kind, is_important);
                [Some(key), joined].into_iter().flatten().map(move |key| (key, place_id as u32, number as u16))
            })
        })
        .collect();
    let rank: HashMap<u32, u16> =
        order.iter().enumerate().map(|(place_id, id)| (place_id as u32, importance(&draft.places[*id]))).collect();
    let rank = |place: u32| rank.get(&place).copied().unwrap_or(0);
    postings.par_sort_unstable_by(|a, b| a.0.cmp(&b.0).then(rank(b.1).cmp(&rank(a.1))).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    // A place is listed once a key, by the first of its names, unless they are of different groups.
    let group = |place: u32, number: u16| Group::of(draft.places[order[place as usize]].names[number as usize].kind);
    postings.dedup_by(|b, a| a.0 == b.0 && a.1 == b.1 && group(a.1, a.2) == group(b.1, b.2));
    let mut builder = fst::raw::Builder::memory();
    let mut ordinal = 0usize;
    for places in postings.chunk_by(|a, b| a.0 == b.0) {
        if ordinal.is_multiple_of(POSTINGS_BLOCK) {
            sections.postings_at.extend((sections.postings.len() as u32).to_le_bytes());
            sections.block_importance.extend([0, 0]);
        }
        builder.insert(&places[0].0, ordinal as u64).expect("keys are sorted and memory does not fail");
        let places = &places[..places.len().min(usize::from(u16::MAX))];
        sections.postings.extend((places.len() as u16).to_le_bytes());
        for (_, place, number) in places {
            sections.postings.extend_from_slice(&place.to_le_bytes()[..3]);
            sections.postings.extend(number.to_le_bytes());
        }
        let block = sections.block_importance.len() - 2;
        let most = u16::from_le_bytes([sections.block_importance[block], sections.block_importance[block + 1]]).max(rank(places[0].1));
        sections.block_importance[block..].copy_from_slice(&most.to_le_bytes());
        ordinal += 1;
    }
    sections.keys = builder.into_inner().expect("memory does not fail");
    ordinal as u32
}

/// The key without its spaces, as hashtags and hasty Arabic write it. Only for names in Arabic script
/// and for important places: joined words of everything would be half as many keys again.
fn joined(key: &str, kind: NameKind, is_important: bool) -> Option<String> {
    let parts = key.split(' ').count();
    let worth_it = kind.is_proper() && (2..=4).contains(&parts) && (is_important || Script::of(key) == Script::Arabic);
    (worth_it && matches!(Script::of(key), Script::Latin | Script::Cyrillic | Script::Arabic)).then(|| key.replace(' ', ""))
}

fn outlines(draft: &mut Draft, final_id: &[Option<u32>]) -> Vec<Outline> {
    let outlines = std::mem::take(&mut draft.outlines);
    outlines.into_iter().map(|(outline, area)| Outline { place: area.and_then(|area| final_id[area]).map(PlaceId), ..outline }).collect()
}

/// Words that columns refer to by number, in the order in which they came.
#[derive(Default)]
struct Words {
    features: WordList,
    languages: WordList,
    timezones: WordList,
}

#[derive(Default)]
struct WordList {
    list: Vec<String>,
    numbers: HashMap<String, u16>,
}

impl WordList {
    fn number(&mut self, word: &str) -> u16 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = self.list.len() as u16;
        self.list.push(word.to_owned());
        self.numbers.insert(word.to_owned(), number);
        number
    }
}

impl Words {
    fn write_name(&mut self, heap: &mut Vec<u8>, name: &DraftName) {
        heap.push(name.kind as u8);
        let lang = name.lang.map_or(0, |lang| self.languages.number(lang.as_str()) + 1);
        heap.extend(lang.to_le_bytes());
        heap.push(name.text.len() as u8);
        heap.extend(name.text.as_bytes());
    }
}

/// The classes are written by their discriminants and read by [`Class::from_u8`].
const _: () = assert!(Class::Facility as usize == Class::ALL.len() - 1 && NameKind::Demonym as usize == NameKind::ALL.len() - 1);

#[cfg(test)]
mod tests {
    use super::super::draft::Origin;
    use super::*;
    use crate::gazetteer::Gazetteer;
    use crate::geo::LonLat;

    /// A country with an area, its outline and two towns, and a region around.
    fn small() -> Vec<u8> {
        let mut draft = Draft::default();
        let kazakhstan = Country::parse("KZ");
        let at = |lon, lat| LonLat::new(lon, lat);
        let mut add = |class, feature, position, names: &[&str]| {
            let mut place = DraftPlace::new(class, feature);
            place.country = kazakhstan.filter(|_| class != Class::Region);
            place.members.extend(kazakhstan.filter(|_| class == Class::Region));
            place.position = position;
            place.importance = Some(0.5);
            place.geonameid = Some(100 + draft.places.len() as u32);
            for (number, name) in names.iter().enumerate() {
                let kind = if number == 0 { NameKind::Main } else { NameKind::Alternative };
                place.add_name(name, None, kind, Origin::GeoNames);
            }
            draft.add(place)
        };
        add(Class::Country, "PCLI", at(68.0, 48.0), &["Kazakhstan", "Казахстан", "كازاخستان"]);
        add(Class::Region, "RGN", at(66.0, 43.0), &["Central Asia"]);
        let area = add(Class::Admin1, "ADM1", at(53.8, 44.0), &["Mangystau Region", "Мангистауская область"]);
        let towns = [
            add(Class::City, "PPLA", at(51.17, 43.66), &["Aktau", "Актау", "أكتاو"]),
            add(Class::City, "PPL", at(52.86, 43.34), &["Zhanaozen"]),
        ];
        for town in towns {
            draft.places[town].admin1 = Some(area);
        }
        let corners = [(50.0, 42.0), (56.0, 42.0), (56.0, 46.0), (50.0, 46.0)];
        let ring = corners.into_iter().map(|(lon, lat)| LonLat { lon, lat }).collect();
        draft.outlines.push((Outline { place: None, country: kazakhstan, is_mixed: false, rings: vec![ring] }, Some(area)));
        write(draft, "small", Vec::new()).expect("a draft is written").0
    }

    fn open(file: &[u8]) -> Result<Gazetteer, GazetteerError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("small.bin");
        std::fs::write(&path, file).expect("a file");
        Gazetteer::open(&path)
    }

    #[test]
    fn a_small_gazetteer_is_written_and_read() {
        let gazetteer = open(&small()).unwrap();
        assert_eq!(gazetteer.len(), 5);
        let aktau = gazetteer.named("актау").next().unwrap().place;
        assert_eq!(gazetteer.place(aktau).name(), "Aktau");
        assert_eq!(gazetteer.place(aktau).admin1().map(|area| gazetteer.place(area).name()), Some("Mangystau Region"));
        assert_eq!(gazetteer.country_at(LonLat { lon: 51.2, lat: 43.7 }), Country::parse("KZ"));
        assert_eq!(gazetteer.nearest(LonLat { lon: 52.0, lat: 43.5 }, 1)[0].place, aktau);
    }

    #[test]
    fn the_corpus_of_the_fuzz_target_is_of_this_format() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus/gazetteer/small");
        if std::env::var_os("OQIGA_WRITE_CORPUS").is_some() {
            std::fs::write(&path, small()).expect("a file");
        }
        let corpus = std::fs::read(&path).expect("the corpus");
        assert!(corpus == small(), "the format changed: run this test with OQIGA_WRITE_CORPUS=1");
        assert!(open(&corpus).is_ok());
    }
}
