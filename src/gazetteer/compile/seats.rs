//! Which town an area is ruled from, for areas of which no source says where they are and no town says that it lies
//! in them. Half of the districts of Kazakhstan and most of those of Russia would else stand in the middle of their
//! region, up to 500 km from the town that they are named after.
//!
//! The town is that of `gazetteer/curated/area_seats.tsv`, else one of the same first-level area whose name is in the
//! name of the district: Korday of Kordayskiy Rayon, Kazalinsk of Kazalinskiy Rayon, کهنوج of شهرستان کهنوج. Where no
//! such town is known, the airport of that name tells as much: Wapenamanda in Papua New Guinea.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::curated::Table;
use super::draft::{Draft, DraftId, DraftPlace};
use crate::gazetteer::{Class, Country, GazetteerError, NameKind};
use crate::text::name_key;

/// Finds the seats of second-level areas without a position, and of first-level ones that are named like a town.
pub(super) fn find(draft: &mut Draft, folder: &Path) -> Result<HashMap<DraftId, DraftId>, GazetteerError> {
    let towns = Towns::of(draft);
    let (mut seats, unknown) = curated(draft, &towns, folder)?;
    for (id, place) in draft.places.iter().enumerate() {
        if place.position.is_some() || seats.contains_key(&id) {
            continue;
        }
        let keys = match place.class {
            Class::Admin2 => district_keys(place),
            Class::Admin1 => place.names.iter().filter(|name| name.kind.is_proper()).map(|name| bare(&name.text)).collect(),
            _ => continue,
        };
        if let Some(seat) = towns.best(draft, place, &keys).or_else(|| towns.airport(draft, place, &keys)) {
            seats.insert(id, seat);
        }
    }
    draft.tell(format!(
        "area_seats.tsv: {} rows without such a town{}",
        unknown.len(),
        unknown.iter().fold(String::new(), |all, row| all + "; " + row)
    ));
    Ok(seats)
}

/// Seats of the hand-written table, and the rows that name a town that is not known.
fn curated(draft: &Draft, towns: &Towns, folder: &Path) -> Result<(HashMap<DraftId, DraftId>, Vec<String>), GazetteerError> {
    let table = Table::read(folder, "area_seats.tsv")?;
    let mut seats = HashMap::new();
    let mut unknown = Vec::new();
    for row in table.rows() {
        let geonameid: u32 = row.get("geonameid").parse().map_err(|_| row.wrong("a GeoNames id"))?;
        let area = draft.by_geonameid.get(&geonameid).copied().ok_or_else(|| row.wrong("the GeoNames id of an area"))?;
        let keys: HashSet<String> = row.get("seat").split('|').map(name_key).collect();
        // Some districts around a city are put into the city.
        let place = &draft.places[area];
        let anywhere = DraftPlace { admin1: None, ..place.clone() };
        match towns.best(draft, place, &keys).or_else(|| towns.best(draft, &anywhere, &keys)) {
            Some(town) => _ = seats.insert(area, town),
            None => unknown.push(row.get("area").to_owned()),
        }
    }
    Ok((seats, unknown))
}

/// Towns by country and the key of a name, and whether the name is the main one or one to show; airports by the same
/// without the word for them.
struct Towns {
    towns: HashMap<(Country, String), Vec<(DraftId, bool)>>,
    airports: HashMap<(Country, String), DraftId>,
}

impl Towns {
    fn of(draft: &Draft) -> Self {
        let mut towns: HashMap<(Country, String), Vec<(DraftId, bool)>> = HashMap::new();
        let mut airports = HashMap::new();
        for (id, place) in draft.places.iter().enumerate() {
            let (Some(country), Some(_)) = (place.country, place.position) else { continue };
            if place.class == Class::Facility
                && let Some(name) = place.main_name().strip_suffix(" Airport")
            {
                airports.entry((country, name_key(name))).or_insert(id);
            }
            if place.class != Class::City {
                continue;
            }
            for name in place.names.iter().filter(|name| name.kind.is_proper()) {
                let is_shown = matches!(name.kind, NameKind::Main | NameKind::Display);
                towns.entry((country, name_key(&name.text))).or_default().push((id, is_shown));
            }
        }
        Self { towns, airports }
    }

    /// The town of one of the names in the first-level area of a place: the one that is shown under it, then the most
    /// populous one.
    fn best(&self, draft: &Draft, place: &DraftPlace, keys: &HashSet<String>) -> Option<DraftId> {
        let country = place.country?;
        let lies_in_it = |town: DraftId| place.admin1.is_none() || draft.places[town].admin1 == place.admin1;
        let named = keys.iter().filter_map(|key| self.towns.get(&(country, key.clone()))).flatten().copied();
        let rank = |&(town, is_shown): &(DraftId, bool)| (is_shown, draft.places[town].population, std::cmp::Reverse(town));
        named.filter(|(town, _)| lies_in_it(*town)).max_by_key(rank).map(|(town, _)| town)
    }

    /// The airport of one of the names, not far from the middle of the first-level area of a place.
    fn airport(&self, draft: &Draft, place: &DraftPlace, keys: &HashSet<String>) -> Option<DraftId> {
        const FAR_KM: f64 = 500.0;
        let (country, around) = (place.country?, draft.places[place.admin1?].position?);
        let near = |id: &DraftId| draft.places[*id].position.is_some_and(|at| at.distance_km(around) < FAR_KM);
        keys.iter().filter_map(|key| self.airports.get(&(country, key.clone()))).copied().filter(near).min()
    }
}

/// Words of the names of districts that say what kind of area it is, beside those of `admin_words.tsv`.
const KINDS: [&str; 25] = [
    "rayon",
    "raion",
    "audany",
    "ауданы",
    "gorodskaya",
    "administratsiya",
    "adminstratsiya",
    "qalasy",
    "qalalyq",
    "akimshiligi",
    "akimdigi",
    "auyldyq",
    "okrugi",
    "selskiy",
    "okrug",
    "gorodskoy",
    "district",
    "county",
    "city",
    "municipality",
    "municipio",
    "de",
    "shahrestan",
    "e",
    "markaz",
];

/// The key of a name without the words for the kind of area.
fn bare(name: &str) -> String {
    let key = name_key(name);
    let words: Vec<&str> = key.split(' ').filter(|word| !KINDS.contains(word)).collect();
    if words.is_empty() { key } else { words.join(" ") }
}

/// What the town may be called that gave a district its name. A Russian adjective in Latin letters may be made from
/// the name of the town in several ways: Kazalinskiy from Kazalinsk, Panfilovskiy from Panfilovo.
fn district_keys(place: &DraftPlace) -> HashSet<String> {
    const ENDINGS: [&str; 12] = ["", "sk", "o", "a", "y", "i", "e", "oye", "oe", "ka", "oy", "nyy"];
    let mut keys = HashSet::new();
    for name in place.names.iter().filter(|name| name.kind.is_proper()) {
        let bare = bare(&name.text);
        if let Some(stem) = bare.strip_suffix("skiy").or_else(|| bare.strip_suffix("sky")).filter(|stem| stem.chars().count() >= 3) {
            keys.extend(ENDINGS.iter().map(|ending| format!("{stem}{ending}")));
            let shorter = ["in", "ov", "ev"].iter().find_map(|suffix| stem.strip_suffix(suffix)).filter(|stem| stem.chars().count() >= 4);
            keys.extend(shorter.into_iter().flat_map(|stem| ENDINGS.map(|ending| format!("{stem}{ending}"))));
        }
        keys.insert(bare);
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::super::draft::Origin;
    use super::*;

    #[test]
    fn a_district_is_ruled_from_the_town_in_its_name() {
        let keys = |name: &str| {
            let mut place = DraftPlace::new(Class::Admin2, "ADM2");
            place.add_name(name, None, NameKind::Main, Origin::GeoNames);
            district_keys(&place)
        };
        let check = |area: &str, town: &str| assert!(keys(area).contains(&name_key(town)), "{area} {town}");
        check("Kordayskiy Rayon", "Korday");
        check("Kazalinskiy Rayon", "Kazalinsk");
        check("Shemonaikhinskiy Rayon", "Shemonaikha");
        check("Aral’skiy Rayon", "Aral");
        check("Shahrestān-e Kahnūj", "Kahnūj");
        check("Wapenamanda District", "Wapenamanda");
        check("Aktau Gorodskaya Administratsiya", "Aktau");
    }
}
