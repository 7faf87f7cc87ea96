//! Airports that have an IATA code, by name and by both codes.

use std::fs::File;

use serde::Deserialize;

use super::draft::{Draft, DraftPlace, Origin};
use super::packages::Packages;
use crate::gazetteer::{Class, Country, GazetteerError, NameKind};
use crate::geo::LonLat;
use crate::text::Lang;

#[derive(Deserialize)]
struct Airport {
    icao: String,
    iata: String,
    name: String,
    country: String,
    lat: f64,
    lon: f64,
    tz: String,
}

/// Adds airports.
pub(super) fn add(draft: &mut Draft, packages: &Packages<'_>) -> Result<(), GazetteerError> {
    let path = packages.path("airportsdata/airportsdata/airports.csv");
    let file = File::open(&path).map_err(GazetteerError::io("read", &path))?;
    let mut count = 0;
    for airport in csv::Reader::from_reader(file).into_deserialize::<Airport>() {
        let airport = airport.map_err(|e| GazetteerError::source(&path, e))?;
        let (false, Some(country), Some(position)) =
            (airport.iata.is_empty(), Country::parse(&airport.country), LonLat::new(airport.lon, airport.lat))
        else {
            continue;
        };
        let mut place = DraftPlace::new(Class::Facility, "AIRP");
        place.country = Some(country);
        place.position = Some(position);
        place.radius_km = Some(3.0);
        place.timezone = Some(airport.tz).filter(|zone| zone.contains('/'));
        let is_international = airport.name.contains("International");
        place.importance = Some(if is_international { 0.3 } else { 0.15 });
        place.add_name(&airport.name, Some(Lang::EN), NameKind::Main, Origin::GeoNames);
        place.add_name(&airport.iata, None, NameKind::Code, Origin::GeoNames);
        place.add_name(&airport.icao, None, NameKind::Code, Origin::GeoNames);
        draft.add(place);
        count += 1;
    }
    draft.tell(format!("airports: {count}"));
    Ok(())
}
