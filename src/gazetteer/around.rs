//! What is at a position, for a person: the nearest towns with distance and direction, then the
//! first-level area and the country around it.

use serde_json::{Map, Value, json};

use super::{Gazetteer, PlaceId};
use crate::geo::LonLat;
use crate::text::Lang;

/// A place at or near a position.
#[derive(Debug, Clone, PartialEq)]
pub struct Around {
    /// The place.
    pub place: PlaceId,
    /// Kilometres from the place to the position; 0 for an area that holds it.
    pub distance_km: f64,
    /// How it was found, in words.
    pub why: String,
}

impl Gazetteer {
    /// The nearest towns, at most so many, then the first-level area and the country around the position.
    pub fn around(&self, at: LonLat, towns: usize) -> Vec<Around> {
        let nearest = self.nearest(at, towns).into_iter().map(|near| {
            let direction = compass(self.place(near.place).position().bearing_deg(at));
            let why = if near.distance_km < 1.0 {
                "here".to_owned()
            } else {
                format!("the position is {:.0} km {direction} of it", near.distance_km)
            };
            Around { place: near.place, distance_km: near.distance_km, why }
        });
        let holds = |place, why: &str| Around { place, distance_km: 0.0, why: why.to_owned() };
        let area = self.admin1_at(at).map(|area| holds(area, "first-level area around the position"));
        let country = self.country_at(at).and_then(|country| self.country(country));
        let country = country.map(|country| holds(country, "country around the position"));
        nearest.chain(area).chain(country).collect()
    }
}

impl Around {
    /// The place as a GeoJSON feature, named for readers of `lang`.
    pub fn to_feature(&self, gazetteer: &Gazetteer, lang: Lang) -> Value {
        let distance_km = (self.distance_km * 1000.0).round() / 1000.0;
        let extra = [("distance_km", json!(distance_km)), ("why", json!(self.why))];
        let extra: Map<String, Value> = extra.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        gazetteer.feature(self.place, lang, extra)
    }
}

fn compass(bearing_deg: f64) -> &'static str {
    const POINTS: [&str; 8] = ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"];
    POINTS[((bearing_deg / 45.0).round() as usize) % 8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_told_by_the_town_beside_it_and_the_areas_around_it() {
        let gazetteer = Gazetteer::bundled().unwrap();
        let found = gazetteer.around(LonLat { lon: 51.16, lat: 43.75 }, 1);
        let names: Vec<&str> = found.iter().map(|found| gazetteer.place(found.place).name()).collect();
        assert_eq!(names, ["Aktau", "Mangystau Region", "Kazakhstan"]);
        assert!(found[0].why.contains("north of it"), "{}", found[0].why);
    }

    #[test]
    fn the_compass_goes_all_the_way_round() {
        for (bearing, want) in [(0.0, "north"), (44.0, "north-east"), (180.0, "south"), (270.0, "west"), (359.0, "north")] {
            assert_eq!(compass(bearing), want, "{bearing}");
        }
    }
}
