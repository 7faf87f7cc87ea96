//! The outlines of first-level areas as GeoJSON, for maps that colour areas by what happened in them.
//!
//! Stored outlines are rings without roles; here each ring is told to be a shore or a hole by how
//! many other rings surround it.

use serde_json::{Map, Value, json};

use crate::geo::LonLat;
use crate::text::Lang;

use super::polygons::Outline;
use super::{Country, Gazetteer};

impl Gazetteer {
    /// The first-level areas of a country that have an outline, as GeoJSON features with
    /// multipolygons, named for readers of `lang`. `mixed` says that the outline is older than the
    /// gazetteer's areas.
    pub fn area_shapes(&self, country: Country, lang: Lang) -> Vec<Value> {
        let outlines = self.outlines().iter().filter(|outline| outline.country == Some(country));
        outlines.map(|outline| self.shape(outline, lang)).collect()
    }

    fn shape(&self, outline: &Outline, lang: Lang) -> Value {
        let mut feature = match outline.place {
            Some(place) => self.feature(place, lang, Map::new()),
            None => json!({"type": "Feature", "properties": {"geonameid": null, "name": null, "country": outline.country}}),
        };
        feature["properties"]["mixed"] = json!(outline.is_mixed);
        feature["geometry"] = json!({"type": "MultiPolygon", "coordinates": polygons(&outline.rings)});
        feature
    }
}

type Ring = Vec<[f64; 2]>;

/// Rings as polygons, each a shore with the holes that lie in it, wound as RFC 7946 wants them.
fn polygons(rings: &[Vec<LonLat>]) -> Vec<Vec<Ring>> {
    let surrounding = |ring: &[LonLat], but: usize| -> Vec<usize> {
        let Some(&at) = ring.first() else { return Vec::new() };
        rings.iter().enumerate().filter(|(i, other)| *i != but && surrounds(other, at)).map(|(i, _)| i).collect()
    };
    let around: Vec<Vec<usize>> = rings.iter().enumerate().map(|(i, ring)| surrounding(ring, i)).collect();
    let shores: Vec<usize> = (0..rings.len()).filter(|&i| around[i].len().is_multiple_of(2)).collect();
    let mut polygons: Vec<Vec<Ring>> = shores.iter().map(|&i| vec![closed(&rings[i], true)]).collect();
    for (hole, outer) in around.iter().enumerate().filter(|(_, outer)| outer.len() % 2 == 1) {
        // The innermost shore around the hole is the one that most rings surround.
        let shore = outer.iter().copied().filter(|i| around[*i].len().is_multiple_of(2)).max_by_key(|&i| around[i].len());
        if let Some(number) = shore.and_then(|shore| shores.iter().position(|&i| i == shore)) {
            polygons[number].push(closed(&rings[hole], false));
        }
    }
    polygons
}

fn surrounds(ring: &[LonLat], at: LonLat) -> bool {
    let outline = Outline { place: None, country: None, is_mixed: false, rings: vec![ring.to_vec()] };
    outline.contains(at)
}

/// The ring with its first point repeated, counterclockwise when it is a shore.
fn closed(ring: &[LonLat], is_shore: bool) -> Ring {
    let mut points: Ring = ring.iter().map(|at| [at.lon, at.lat]).collect();
    let twice_area: f64 = points.iter().zip(points.iter().cycle().skip(1)).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum();
    if (twice_area > 0.0) != is_shore {
        points.reverse();
    }
    points.extend(points.first().copied());
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(west: f64, south: f64, side: f64) -> Vec<LonLat> {
        let corner = |x: f64, y: f64| LonLat { lon: west + x * side, lat: south + y * side };
        vec![corner(0.0, 0.0), corner(0.0, 1.0), corner(1.0, 1.0), corner(1.0, 0.0)]
    }

    #[test]
    fn a_lake_is_a_hole_and_an_island_in_it_is_a_shore_again() {
        let polygons = polygons(&[square(0.0, 0.0, 10.0), square(2.0, 2.0, 6.0), square(4.0, 4.0, 2.0), square(20.0, 0.0, 1.0)]);
        let rings: Vec<usize> = polygons.iter().map(Vec::len).collect();
        assert_eq!(rings, [2, 1, 1]);
        assert!(polygons.iter().flatten().all(|ring| ring.first() == ring.last() && ring.len() == 5));
    }

    #[test]
    fn the_regions_of_kazakhstan_have_names_and_outlines() {
        let gazetteer = Gazetteer::bundled().unwrap();
        let shapes = gazetteer.area_shapes(Country::parse("KZ").unwrap(), Lang::EN);
        assert!(shapes.len() >= 14, "{}", shapes.len());
        let names: Vec<&str> = shapes.iter().filter_map(|shape| shape["properties"]["name"].as_str()).collect();
        assert!(names.contains(&"Mangystau Region"), "{names:?}");
    }
}
