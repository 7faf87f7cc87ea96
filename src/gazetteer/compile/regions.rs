//! Regions of the world, unions of states, waters, mountains and deserts by hand
//! (`gazetteer/curated/regions.tsv`), joined to the continents, seas and areas that packages gave.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use super::curated::{Row, Table};
use super::draft::{Draft, DraftId, DraftPlace, Origin};
use crate::gazetteer::{Class, Country, GazetteerError, NameKind};
use crate::geo::{BBox, LonLat};
use crate::text::{Lang, name_key};

/// Adds the regions of the table.
pub(super) fn add(draft: &mut Draft, folder: &Path) -> Result<(), GazetteerError> {
    let table = Table::read(folder, "regions.tsv")?;
    let by_name = by_name(draft);
    let (mut joined, mut new) = (0, 0);
    for row in table.rows() {
        let kind = Kind::of(&row)?;
        let countries: BTreeSet<Country> = row.get("countries").split_whitespace().filter_map(Country::parse).collect();
        let same = same_place(draft, &by_name, &row, &kind, &countries);
        let id = match same {
            Some(id) => {
                joined += 1;
                id
            }
            None => {
                new += 1;
                draft.add(DraftPlace::new(kind.class, kind.feature))
            }
        };
        let place = &mut draft.places[id];
        if place.class == kind.class {
            describe(place, &row, &kind)?;
            // Members of a union and the countries of a region are what lies in it; a river is in none.
            if kind.class == Class::Region {
                place.members.extend(&countries);
            }
            if countries.len() == 1 {
                place.country = place.country.or(countries.first().copied());
            }
        }
        for (lang, column) in [(Lang::EN, "en"), (Lang::AR, "ar"), (Lang::RU, "ru"), (Lang::KK, "kk"), (Lang::UK, "uk")] {
            for (number, name) in row.get(column).split('|').filter(|name| !name.is_empty()).enumerate() {
                // Of two curated names to show the earlier stays: that of the table of areas.
                let name_kind = if number == 0 { NameKind::Display } else { NameKind::Alternative };
                place.add_name(name, Some(lang), name_kind, Origin::Curated);
            }
        }
    }
    draft.tell(format!("regions.tsv: {joined} joined to places of the packages, {new} new"));
    Ok(())
}

struct Kind {
    class: Class,
    feature: &'static str,
    importance: f64,
}

impl Kind {
    fn of(row: &Row<'_>) -> Result<Self, GazetteerError> {
        let (class, feature, importance) = match row.get("kind") {
            "continent" => (Class::Region, "CONT", 0.9),
            "union" => (Class::Region, "RGN", 0.75),
            "region" => (Class::Region, "RGN", 0.6),
            "sea" => (Class::Physical, "SEA", 0.6),
            "lake" => (Class::Physical, "LK", 0.45),
            "river" => (Class::Physical, "STM", 0.5),
            "mountain" => (Class::Physical, "MTS", 0.5),
            "desert" => (Class::Physical, "DSRT", 0.5),
            "peninsula" => (Class::Physical, "PEN", 0.5),
            _ => return Err(row.wrong("a known kind")),
        };
        Ok(Self { class, feature, importance })
    }
}

fn describe(place: &mut DraftPlace, row: &Row<'_>, kind: &Kind) -> Result<(), GazetteerError> {
    let number = |column: &str| row.get(column).parse::<f64>().ok();
    let position = number("lon").zip(number("lat")).and_then(|(lon, lat)| LonLat::new(lon, lat)).ok_or_else(|| row.wrong("lon and lat"))?;
    place.position = Some(position);
    place.importance = Some(kind.importance);
    let edges = [number("west"), number("south"), number("east"), number("north")];
    if let [Some(west), Some(south), Some(east), Some(north)] = edges {
        place.radius_km = Some(radius_km(BBox { west, south, east, north }));
    } else {
        place.radius_km = place.radius_km.or(Some(100.0));
    }
    Ok(())
}

/// The radius of a circle as large as the box.
fn radius_km(bbox: BBox) -> f64 {
    const KM_A_DEGREE: f64 = 111.195;
    let width = if bbox.crosses_antimeridian() { bbox.east + 360.0 - bbox.west } else { bbox.east - bbox.west };
    let height = bbox.north - bbox.south;
    let narrow = ((bbox.north + bbox.south) / 2.0).to_radians().cos();
    (width * narrow * height / std::f64::consts::PI).sqrt() * KM_A_DEGREE
}

type ByName = HashMap<(Class, String), Vec<DraftId>>;

/// Areas, regions and waters by English names.
fn by_name(draft: &Draft) -> ByName {
    let mut by_name = ByName::new();
    for (id, place) in draft.places.iter().enumerate() {
        if !matches!(place.class, Class::Admin1 | Class::Region | Class::Physical) {
            continue;
        }
        let english = place.names.iter().filter(|name| name.kind.is_proper() && (name.lang.is_none() || name.lang == Some(Lang::EN)));
        for key in english.map(|name| name_key(&name.text)).collect::<BTreeSet<_>>() {
            by_name.entry((place.class, key)).or_default().push(id);
        }
    }
    by_name
}

/// The place of the packages that the row describes: of the same class, or, for a region inside one
/// country, the first-level area of its first name there.
fn same_place(draft: &Draft, by_name: &ByName, row: &Row<'_>, kind: &Kind, countries: &BTreeSet<Country>) -> Option<DraftId> {
    let keys: Vec<String> = row.get("en").split('|').map(name_key).collect();
    let named = |class: Class, key: &String| by_name.get(&(class, key.clone())).into_iter().flatten().copied();
    let of_class = keys.iter().find_map(|key| named(kind.class, key).next());
    let first = keys.first()?;
    let only_country = if countries.len() == 1 { countries.first().copied() } else { None };
    let of_area = || {
        let country = only_country.filter(|_| row.get("kind") == "region")?;
        named(Class::Admin1, first).find(|id| draft.places[*id].country == Some(country))
    };
    of_class.or_else(of_area)
}
