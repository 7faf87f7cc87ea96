//! What follows from what the sources say: inhabitants and positions of areas from their towns, the
//! size of a place, how important it is.

use std::collections::HashMap;

use super::draft::{Draft, DraftId, DraftPlace};
use super::outlines;
use crate::gazetteer::Class;
use crate::geo::LonLat;

/// Fills what can be worked out, in the order in which one needs the other.
pub(super) fn fill(draft: &mut Draft, seats: &HashMap<DraftId, DraftId>) {
    let members = members(draft);
    fill_populations(draft, &members);
    fill_radii(draft, &members);
    fill_positions(draft, &members, seats);
    fill_importance(draft);
}

/// The towns of every area and country. Sections of towns (PPLX) would be counted twice.
fn members(draft: &Draft) -> HashMap<DraftId, Vec<DraftId>> {
    let mut members: HashMap<DraftId, Vec<DraftId>> = HashMap::new();
    for (id, place) in draft.places.iter().enumerate() {
        if place.class != Class::City || place.feature == "PPLX" {
            continue;
        }
        let country = place.country.and_then(|country| draft.countries.get(&country)).copied();
        for area in [place.admin1, place.admin2, country].into_iter().flatten() {
            members.entry(area).or_default().push(id);
        }
    }
    members
}

fn fill_populations(draft: &mut Draft, members: &HashMap<DraftId, Vec<DraftId>>) {
    for (area, towns) in members {
        if draft.places[*area].population == 0 {
            draft.places[*area].population = towns.iter().map(|town| draft.places[*town].population).sum();
        }
    }
}

fn fill_positions(draft: &mut Draft, members: &HashMap<DraftId, Vec<DraftId>>, seats: &HashMap<DraftId, DraftId>) {
    let (mut from_towns, mut from_seats, mut borrowed) = (0, 0, 0);
    let districts = count_districts(draft);
    // Countries first, then first-level areas: the smaller borrow from the larger.
    for class in [Class::Country, Class::Admin1, Class::Admin2, Class::City] {
        for id in 0..draft.places.len() {
            let place = &draft.places[id];
            if place.class != class || place.position.is_some() {
                continue;
            }
            if let Some(position) = members.get(&id).and_then(|towns| middle(towns.iter().map(|town| &draft.places[*town]))) {
                draft.places[id].position = Some(position);
                from_towns += 1;
                continue;
            }
            if let Some(town) = seats.get(&id) {
                let radius_km =
                    place.admin1.map(|around| district_radius_km(draft.places[around].radius_km, districts.get(&around).copied()));
                let (position, own) = (draft.places[*town].position, &mut draft.places[id]);
                own.position = position;
                own.radius_km = radius_km.or(own.radius_km);
                from_seats += 1;
                continue;
            }
            let country = place.country.and_then(|country| draft.countries.get(&country)).copied();
            let around = place.admin2.or(place.admin1).or(country).filter(|around| *around != id);
            let position = around.and_then(|around| draft.places[around].position);
            let radius_km = around.and_then(|around| draft.places[around].radius_km);
            let place = &mut draft.places[id];
            place.position = position;
            place.radius_km = radius_km.or(place.radius_km);
            place.has_borrowed_position = true;
            borrowed += 1;
        }
    }
    draft.tell(format!(
        "positions of areas: {from_towns} from their towns, {from_seats} from their seats, {borrowed} borrowed from the area around"
    ));
}

/// How many second-level areas each first-level area has.
fn count_districts(draft: &Draft) -> HashMap<DraftId, usize> {
    let mut districts = HashMap::new();
    for around in draft.places.iter().filter(|place| place.class == Class::Admin2).filter_map(|place| place.admin1) {
        *districts.entry(around).or_default() += 1;
    }
    districts
}

/// A district of which only the seat is known is as large as its equal share of the area around.
fn district_radius_km(around_km: Option<f64>, districts: Option<usize>) -> f64 {
    const LEAST_KM: f64 = 8.0;
    (around_km.unwrap_or(LEAST_KM) / (districts.unwrap_or(1).max(1) as f64).sqrt()).max(LEAST_KM)
}

/// The middle of places weighted by inhabitants, on the sphere.
fn middle<'p>(places: impl Iterator<Item = &'p DraftPlace>) -> Option<LonLat> {
    let mut sum = [0.0_f64; 3];
    for place in places {
        let Some(at) = place.position else { continue };
        let weight = place.population as f64 + 1.0;
        let (lon, lat) = (at.lon.to_radians(), at.lat.to_radians());
        sum[0] += weight * lat.cos() * lon.cos();
        sum[1] += weight * lat.cos() * lon.sin();
        sum[2] += weight * lat.sin();
    }
    let [x, y, z] = sum;
    (x != 0.0 || y != 0.0 || z != 0.0).then(|| LonLat { lon: y.atan2(x).to_degrees(), lat: z.atan2(x.hypot(y)).to_degrees() })
}

fn fill_radii(draft: &mut Draft, members: &HashMap<DraftId, Vec<DraftId>>) {
    for (outline, area) in &draft.outlines {
        let Some(area) = *area else { continue };
        let radius_km = (outlines::area_km2(&outline.rings) / std::f64::consts::PI).sqrt();
        let radius = &mut draft.places[area].radius_km;
        *radius = Some(radius.unwrap_or(0.0).max(radius_km));
    }
    for id in 0..draft.places.len() {
        let place = &draft.places[id];
        if place.radius_km.is_some() {
            continue;
        }
        let radius_km = match place.class {
            Class::City => town_radius_km(place.population),
            Class::Admin1 | Class::Admin2 => area_radius_km(draft, members.get(&id).map_or(&[], Vec::as_slice), place.class),
            _ => 10.0,
        };
        draft.places[id].radius_km = Some(radius_km);
    }
}

/// A town of 3,000 inhabitants a square kilometre, at least 1 km wide.
fn town_radius_km(population: u64) -> f64 {
    (population as f64 / 3000.0 / std::f64::consts::PI).sqrt().clamp(1.0, 40.0)
}

/// One and a half times the spread of the towns of an area.
fn area_radius_km(draft: &Draft, towns: &[DraftId], class: Class) -> f64 {
    let least = if class == Class::Admin1 { 15.0 } else { 8.0 };
    let places = || towns.iter().map(|town| &draft.places[*town]);
    let Some(middle) = middle(places()) else { return 2.0 * least };
    let squares: Vec<f64> = places().filter_map(|town| Some(town.position?.distance_km(middle).powi(2))).collect();
    let spread = (squares.iter().sum::<f64>() / squares.len().max(1) as f64).sqrt();
    (1.5 * spread).max(least)
}

fn fill_importance(draft: &mut Draft) {
    for place in &mut draft.places {
        place.importance = Some(place.importance.unwrap_or_else(|| importance(place)).clamp(0.0, 1.0));
    }
}

/// Importance from inhabitants (logarithm, so that ten times as many people count the same anywhere),
/// rank as a seat of government, and the number of names, which tells places known abroad.
fn importance(place: &DraftPlace) -> f64 {
    let magnitude = |least: f64, most: f64| (((place.population.max(1) as f64).log10() - least) / (most - least)).clamp(0.0, 1.0);
    let fame = ((place.names.len().max(1) as f64).ln() / 150.0_f64.ln()).clamp(0.0, 1.0);
    match place.class {
        Class::Country => 0.55 + 0.45 * magnitude(3.0, 9.15),
        Class::Admin1 => 0.2 + 0.45 * magnitude(3.0, 8.3) + 0.1 * fame,
        Class::Admin2 => 0.05 + 0.4 * magnitude(2.0, 7.5),
        Class::City => {
            let seat = match place.feature.as_str() {
                "PPLC" => 0.08,
                "PPLA" => 0.03,
                "PPLA2" => 0.01,
                // Sections, ruins, abandoned and historical places.
                "PPLX" | "PPLQ" | "PPLW" | "PPLH" | "PPLCH" => -0.1,
                _ => 0.0,
            };
            0.72 * magnitude(2.0, 7.3) + 0.2 * fame + seat
        }
        Class::Region => 0.6,
        Class::Physical => 0.4,
        Class::Facility => 0.15,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn town(population: u64, feature: &str, names: usize) -> f64 {
        let mut place = DraftPlace::new(Class::City, feature);
        place.population = population;
        for i in 0..names {
            let letter = char::from(b'a' + (i % 26) as u8);
            place.add_name(&format!("{letter}{i}"), None, crate::gazetteer::NameKind::Alternative, super::super::draft::Origin::Alternate);
        }
        importance(&place)
    }

    #[test]
    fn a_capital_outranks_a_namesake_and_a_known_small_town_an_unknown_one() {
        assert!(town(2_138_551, "PPLC", 120) > town(25_171, "PPLA2", 10));
        assert!(town(11_000, "PPL", 60) > town(11_000, "PPL", 2));
        assert!(town(50_000, "PPL", 5) > town(50_000, "PPLX", 5));
    }

    #[test]
    fn the_middle_of_towns_on_both_sides_of_the_antimeridian_lies_between_them() {
        let mut east = DraftPlace::new(Class::City, "PPL");
        east.position = LonLat::new(179.0, -17.0);
        let mut west = east.clone();
        west.position = LonLat::new(-179.0, -17.0);
        let middle = middle([&east, &west].into_iter()).unwrap();
        assert!(middle.lon.abs() > 179.9, "{middle:?}");
    }
}
