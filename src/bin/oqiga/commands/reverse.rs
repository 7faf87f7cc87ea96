//! `oqiga reverse`.

use oqiga::gazetteer::{Gazetteer, PlaceId};
use oqiga::geo::LonLat;
use oqiga::text::Lang;
use serde_json::{Map, Value, json};

use super::place_output::{self, Row};
use crate::args::Reverse;
use crate::{Failure, Outcome};

/// How many towns are told.
const TOWNS: usize = 3;

/// One place at or near the position, with how it was found.
struct Found {
    place: PlaceId,
    distance_km: f64,
    why: String,
}

/// Runs the command.
pub fn run(args: Reverse) -> Result<Outcome, Failure> {
    let at = LonLat::new(args.lon, args.lat).ok_or_else(|| {
        let swapped = if LonLat::new(args.lat, args.lon).is_some() { "; the longitude comes first" } else { "" };
        Failure::new(format!("longitude is -180 to 180 and latitude -90 to 90, not {} {}{swapped}", args.lon, args.lat))
    })?;
    let gazetteer = Gazetteer::bundled().map_err(|e| Failure::new(e.to_string()))?;
    let found = around(&gazetteer, at);
    let features = || found.iter().map(|found| feature(&gazetteer, found)).collect::<Vec<_>>();
    let rows = || found.iter().map(|found| Row::new(&gazetteer, found.place, None, &found.why)).collect();
    place_output::write(args.format, rows, || json!({"type": "FeatureCollection", "features": features()}))?;
    Ok(if found.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}

/// The nearest towns, then the first-level area and the country around the position.
fn around(gazetteer: &Gazetteer, at: LonLat) -> Vec<Found> {
    let towns = gazetteer.nearest(at, TOWNS).into_iter().map(|near| {
        let direction = compass(gazetteer.place(near.place).position().bearing_deg(at));
        let why = if near.distance_km < 1.0 {
            "here".to_owned()
        } else {
            format!("the position is {:.0} km {direction} of it", near.distance_km)
        };
        Found { place: near.place, distance_km: near.distance_km, why }
    });
    let around = |place, why: &str| Found { place, distance_km: 0.0, why: why.to_owned() };
    let area = gazetteer.admin1_at(at).map(|area| around(area, "first-level area around the position"));
    let country = gazetteer
        .country_at(at)
        .and_then(|country| gazetteer.country(country))
        .map(|country| around(country, "country around the position"));
    towns.chain(area).chain(country).collect()
}

fn feature(gazetteer: &Gazetteer, found: &Found) -> Value {
    let distance_km = (found.distance_km * 1000.0).round() / 1000.0;
    let extra = [("distance_km", json!(distance_km)), ("why", json!(found.why))];
    let extra: Map<String, Value> = extra.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    gazetteer.feature(found.place, Lang::EN, extra)
}

fn compass(bearing_deg: f64) -> &'static str {
    const POINTS: [&str; 8] = ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"];
    POINTS[((bearing_deg / 45.0).round() as usize) % 8]
}
