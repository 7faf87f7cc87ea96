//! The policy for disputed areas, in the data file that the map draws its borders by
//! (`web/basemap/disputed.json`), so that a point is in the country that the map shows around it.

use std::collections::HashMap;
use std::path::Path;

use geo::{BooleanOps, Contains, Coord, LineString, MultiPolygon, Point, Polygon};
use serde::Deserialize;

use super::draft::DraftId;
use crate::gazetteer::polygons::Outline;
use crate::gazetteer::{Country, GazetteerError};
use crate::geo::LonLat;

/// Which country the shapes of Natural Earth belong to here.
#[derive(Deserialize)]
pub(super) struct Policy {
    countries: HashMap<String, Rule>,
    regions: HashMap<String, Rule>,
    cuts: Vec<Cut>,
}

/// A rule, or the comment that stands among them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Rule {
    Moved {
        to: String,
        iso: Option<String>,
    },
    #[expect(dead_code, reason = "only its being there matters")]
    Comment(String),
}

#[derive(Deserialize)]
struct Cut {
    from: String,
    to: String,
    ring: Vec<[f64; 2]>,
}

impl Policy {
    /// Reads the data file.
    pub(super) fn read(path: &Path) -> Result<Self, GazetteerError> {
        let text = std::fs::read(path).map_err(GazetteerError::io("read", path))?;
        serde_json::from_slice(&text).map_err(|e| GazetteerError::source(path, e))
    }

    /// The country of a shape by its codes in Natural Earth: `None` when the policy says nothing about
    /// it, `Some(None)` when it is land of no agreed country.
    pub(super) fn country_of(&self, adm0_a3: &str, iso_3166_2: &str) -> Option<Option<Country>> {
        match self.regions.get(iso_3166_2).or_else(|| self.countries.get(adm0_a3))? {
            Rule::Moved { iso: Some(iso), .. } => Some(Country::parse(iso)),
            Rule::Moved { to, .. } => Some(alpha2(to)),
            Rule::Comment(_) => None,
        }
    }

    /// Moves the parts of outlines that the policy cuts off to the other country, as outlines of their own.
    pub(super) fn cut(&self, outlines: &mut Vec<(Outline, Option<DraftId>)>) {
        for cut in &self.cuts {
            let (Some(from), Some(to)) = (alpha2(&cut.from), alpha2(&cut.to)) else { continue };
            let knife = Polygon::new(LineString::from(cut.ring.iter().map(|[lon, lat]| (*lon, *lat)).collect::<Vec<_>>()), Vec::new());
            let mut moved = Vec::new();
            for (outline, _) in outlines.iter_mut().filter(|(outline, _)| outline.country == Some(from)) {
                let shape = shape(&outline.rings);
                let part = shape.intersection(&knife);
                if part.0.is_empty() {
                    continue;
                }
                outline.rings = rings(&shape.difference(&knife));
                moved.extend(rings(&part));
            }
            outlines.push((Outline { place: None, country: Some(to), is_mixed: true, rings: moved }, None));
        }
        outlines.retain(|(outline, _)| !outline.rings.is_empty());
    }
}

/// The two-letter code of the three-letter ones that the policy uses.
fn alpha2(alpha3: &str) -> Option<Country> {
    const CODES: [(&str, &str); 10] = [
        ("CYP", "CY"),
        ("SOM", "SO"),
        ("KAZ", "KZ"),
        ("CUB", "CU"),
        ("UKR", "UA"),
        ("ISR", "IL"),
        ("SYR", "SY"),
        ("MAR", "MA"),
        ("SAH", "EH"),
        ("KOS", "XK"),
    ];
    CODES.iter().find(|(code, _)| *code == alpha3).and_then(|(_, code)| Country::parse(code))
}

/// Rings as polygons: a ring inside an odd number of others is a hole.
fn shape(rings: &[Vec<LonLat>]) -> MultiPolygon<f64> {
    let lines: Vec<LineString<f64>> = rings.iter().map(|ring| ring.iter().map(|at| Coord { x: at.lon, y: at.lat }).collect()).collect();
    let solids: Vec<Polygon<f64>> = lines.iter().map(|line| Polygon::new(line.clone(), Vec::new())).collect();
    let around = |number: usize| {
        let first = Point::from(lines[number].0[0]);
        (0..solids.len()).filter(|other| *other != number && solids[*other].contains(&first)).collect::<Vec<_>>()
    };
    let around: Vec<Vec<usize>> = (0..lines.len()).map(around).collect();
    let polygons = (0..lines.len()).filter(|number| around[*number].len().is_multiple_of(2)).map(|number| {
        let holes = (0..lines.len()).filter(|hole| around[*hole].len() == around[number].len() + 1 && around[*hole].contains(&number));
        Polygon::new(lines[number].clone(), holes.map(|hole| lines[hole].clone()).collect())
    });
    MultiPolygon(polygons.collect())
}

fn rings(shape: &MultiPolygon<f64>) -> Vec<Vec<LonLat>> {
    let lines = shape.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    lines.map(|line| line.0.iter().skip(1).map(|at| LonLat { lon: at.x, lat: at.y }).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_moves_shapes_and_cuts_parts_off() {
        let policy: Policy = serde_json::from_str(
            r#"{"countries": {"comment": "x", "CYN": {"to": "CYP", "why": ""}, "KAS": {"to": "XKS", "iso": "", "why": ""}},
                "regions": {"UA-43": {"to": "UKR", "why": ""}},
                "cuts": [{"from": "ISR", "to": "SYR", "ring": [[5, -1], [20, -1], [20, 20], [5, 20]]}]}"#,
        )
        .unwrap();
        assert_eq!(policy.country_of("CYN", ""), Some(Country::parse("CY")));
        assert_eq!(policy.country_of("RUS", "UA-43"), Some(Country::parse("UA")));
        assert_eq!(policy.country_of("KAS", ""), Some(None));
        assert_eq!(policy.country_of("RUS", "RU-MOW"), None);
        let square = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)].map(|(lon, lat)| LonLat { lon, lat }).to_vec();
        let mut outlines = vec![(Outline { place: None, country: Country::parse("IL"), is_mixed: false, rings: vec![square] }, None)];
        policy.cut(&mut outlines);
        let country_at =
            |lon| outlines.iter().find(|(outline, _)| outline.contains(LonLat { lon, lat: 5.0 })).and_then(|(outline, _)| outline.country);
        assert_eq!(country_at(2.0), Country::parse("IL"));
        assert_eq!(country_at(8.0), Country::parse("SY"));
    }
}
