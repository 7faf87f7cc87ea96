//! Places by position: the nearest ones, and the country and first-level area around a point.
//!
//! Nearness is measured between points on the unit sphere in three dimensions, so that the poles and
//! the antimeridian need no care. Areas are found by their outlines; a point at sea within
//! [`COAST_TOLERANCE_KM`] of a coast belongs to it, because outlines are simplified and ports stick
//! out. Where an outline is older than the areas (Kazakhstan made three new regions in 2022), the
//! nearest town tells the area.

use std::collections::HashMap;
use std::sync::OnceLock;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::polygons::{self, Outline};
use super::{Class, Country, Gazetteer, PlaceId};
use crate::geo::LonLat;

/// How far off a coast a point still belongs to the land.
pub const COAST_TOLERANCE_KM: f64 = 20.0;
/// How far the town may be that tells the area inside a mixed outline.
const TOWN_TELLS_AREA_KM: f64 = 150.0;
const EARTH_RADIUS_KM: f64 = 6_371.008_8;

/// A place near a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearby {
    /// The place.
    pub place: PlaceId,
    /// How far it is.
    pub distance_km: f64,
}

/// Indices by position, made when they are first asked.
#[derive(Default)]
pub(super) struct Space {
    towns: OnceLock<RTree<Town>>,
    areas: OnceLock<Areas>,
}

type Town = GeomWithData<[f32; 3], u32>;

struct Areas {
    outlines: Vec<Outline>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    by_place: HashMap<PlaceId, usize>,
}

impl Gazetteer {
    /// The nearest populated places, nearest first.
    pub fn nearest(&self, at: LonLat, limit: usize) -> Vec<Nearby> {
        let towns = self.space().towns.get_or_init(|| self.towns());
        let nearest = towns.nearest_neighbor_iter_with_distance_2(on_sphere(at));
        let nearest =
            nearest.take(limit).map(|(town, chord2)| Nearby { place: PlaceId(town.data), distance_km: arc_km(f64::from(chord2)) });
        nearest.collect()
    }

    /// The country around a point, by the outlines of its areas.
    pub fn country_at(&self, at: LonLat) -> Option<Country> {
        self.outline_at(at)?.country
    }

    /// The first-level area around a point.
    pub fn admin1_at(&self, at: LonLat) -> Option<PlaceId> {
        let outline = self.outline_at(at)?;
        let of_outline =
            outline.place.map(|place| if self.place(place).class() == Class::Admin1 { Some(place) } else { self.place(place).admin1() });
        if !outline.is_mixed
            && let Some(Some(admin1)) = of_outline
        {
            return Some(admin1);
        }
        let town = self.nearest(at, 8).into_iter().find(|near| self.place(near.place).country() == outline.country);
        let of_town = town.filter(|near| near.distance_km <= TOWN_TELLS_AREA_KM).and_then(|near| self.place(near.place).admin1());
        of_town.or(of_outline.flatten())
    }

    /// Whether a point lies in a first-level area by its outline; `None` when it has none.
    pub fn is_in_area(&self, at: LonLat, area: PlaceId) -> Option<bool> {
        let areas = self.areas();
        let outline = areas.outlines.get(*areas.by_place.get(&area)?)?;
        Some(outline.contains(at))
    }

    /// The outlines of all first-level areas.
    pub(super) fn outlines(&self) -> &[Outline] {
        &self.areas().outlines
    }

    fn outline_at(&self, at: LonLat) -> Option<&Outline> {
        LonLat::new(at.lon, at.lat)?;
        let areas = self.areas();
        let around = areas.tree.locate_in_envelope_intersecting(AABB::from_point([at.lon, at.lat]));
        let inside = around.map(|area| &areas.outlines[area.data]).find(|outline| outline.contains(at));
        inside.or_else(|| areas.nearest_within(at, COAST_TOLERANCE_KM))
    }

    fn areas(&self) -> &Areas {
        self.space().areas.get_or_init(|| Areas::new(polygons::read(self.inner.sections.polygons.as_ref())))
    }

    fn space(&self) -> &Space {
        self.inner.space.get_or_init(Space::default)
    }

    fn towns(&self) -> RTree<Town> {
        let towns = self.places().filter(|place| place.class() == Class::City);
        RTree::bulk_load(towns.map(|place| Town::new(on_sphere(place.position()), place.id().0)).collect())
    }
}

impl Areas {
    fn new(outlines: Vec<Outline>) -> Self {
        let boxes = outlines.iter().enumerate().map(|(number, outline)| {
            let bbox = outline.bbox();
            GeomWithData::new(Rectangle::from_corners([bbox.west, bbox.south], [bbox.east, bbox.north]), number)
        });
        let tree = RTree::bulk_load(boxes.collect());
        let by_place = outlines.iter().enumerate().filter_map(|(number, outline)| Some((outline.place?, number))).collect();
        Self { outlines, tree, by_place }
    }

    /// The outline that comes nearest to a point outside of all.
    fn nearest_within(&self, at: LonLat, distance_km: f64) -> Option<&Outline> {
        let high = distance_km / 111.0;
        let wide = (high / at.lat.to_radians().cos().max(0.01)).min(180.0);
        let turned = [at.lon, at.lon - 360.0, at.lon + 360.0];
        let boxes = turned.map(|lon| AABB::from_corners([lon - wide, at.lat - high], [lon + wide, at.lat + high]));
        let around = boxes.into_iter().flat_map(|envelope| self.tree.locate_in_envelope_intersecting(envelope));
        let near = around.map(|area| (self.outlines[area.data].distance_km(at), area.data)).filter(|(km, _)| *km <= distance_km);
        let (_, number) = near.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
        self.outlines.get(number)
    }
}

/// A position as a point on the unit sphere.
fn on_sphere(at: LonLat) -> [f32; 3] {
    let (lon, lat) = (at.lon.to_radians(), at.lat.to_radians());
    [(lat.cos() * lon.cos()) as f32, (lat.cos() * lon.sin()) as f32, lat.sin() as f32]
}

/// The distance along the ground of two points whose squared distance through the unit sphere is given.
fn arc_km(chord2: f64) -> f64 {
    2.0 * (chord2.max(0.0).sqrt() / 2.0).min(1.0).asin() * EARTH_RADIUS_KM
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn a_point_is_in_the_country_and_area_around_it() {
        let gazetteer = Gazetteer::bundled().unwrap();
        let check = |lon, lat, country: Option<&str>, area: Option<&str>| {
            let at = LonLat::new(lon, lat).unwrap();
            let found = gazetteer.country_at(at).map(|country| country.as_str().to_owned());
            assert_eq!(found.as_deref(), country, "{at:?}");
            if let Some(area) = area {
                assert_eq!(gazetteer.admin1_at(at).map(|area| gazetteer.place(area).name()), Some(area), "{at:?}");
            }
        };
        check(51.0, 44.5, Some("KZ"), Some("Mangystau Region"));
        // A region of 2022, inside the outline of the older East Kazakhstan.
        check(80.2, 50.4, Some("KZ"), Some("Abai Region"));
        // A pier, and the open sea.
        check(51.05, 43.6, Some("KZ"), Some("Mangystau Region"));
        check(51.0, 41.5, None, None);
        // Both sides of the antimeridian.
        check(179.9, -16.5, Some("FJ"), None);
        check(-179.9, -16.5, Some("FJ"), None);
        check(-173.0, 66.0, Some("RU"), None);
        // As the policy in web/basemap/disputed.json has it.
        check(34.1, 44.9, Some("UA"), None);
        check(33.4, 35.3, Some("CY"), None);
        check(44.0, 9.5, Some("SO"), None);
        check(35.78, 33.0, Some("SY"), None);
        check(35.4, 33.0, Some("IL"), None);
        // Both sides of the line around the Gaza Strip, no nearer to it than the outlines are exact.
        for (lon, lat) in [(34.466, 31.5), (34.39, 31.447), (34.245, 31.287), (34.3, 31.346), (34.35, 31.4)] {
            check(lon, lat, Some("PS"), Some("Gaza Strip"));
        }
        for (lon, lat) in [(34.597, 31.522), (34.492, 31.423), (34.575, 31.664)] {
            check(lon, lat, Some("IL"), Some("Southern District"));
        }
    }

    #[test]
    fn coast_towns_and_the_sea_beside_them_are_in_their_area() {
        let gazetteer = Gazetteer::bundled().unwrap();
        let check = |lon, lat, town: &str, area: &str, country: &str| {
            let at = LonLat::new(lon, lat).unwrap();
            let found = gazetteer.around(at, 1);
            let names: Vec<&str> = found.iter().map(|found| gazetteer.place(found.place).display_name(Lang::EN)).collect();
            assert_eq!(names, [town, area, country], "{at:?}");
        };
        // In the town, then 3 to 15 km out at sea.
        check(51.16, 43.65, "Aktau", "Mangystau Region", "Kazakhstan");
        check(51.13, 43.60, "Aktau", "Mangystau Region", "Kazakhstan");
        check(51.0, 43.62, "Aktau", "Mangystau Region", "Kazakhstan");
        check(35.46, 33.91, "Ras Bayrut", "Beirut Governorate", "Lebanon");
        check(35.85, 34.9, "Tartus", "Tartus Governorate", "Syria");
        check(29.9, 31.23, "Alexandria", "Alexandria Governorate", "Egypt");
        check(178.44, -18.14, "Suva", "Central", "Fiji");
        check(178.5, -18.2, "Suva", "Central", "Fiji");
        check(-175.2, -21.13, "Nuku'alofa", "Tongatapu", "Tonga");
        // On and on both sides of the antimeridian.
        for lon in [179.9, 180.0, -180.0, -179.9] {
            check(lon, 68.5, "Leningradskiy", "Chukotka Autonomous Okrug", "Russia");
        }
        check(-169.81, 66.16, "Uelen", "Chukotka Autonomous Okrug", "Russia");
        check(179.95, -16.9, "Savusavu", "Northern", "Fiji");
        check(-179.95, -16.6, "Labasa", "Northern", "Fiji");
        // The open sea is nobody's.
        for (lon, lat) in [(30.0, 43.0), (51.0, 41.5), (0.0, 0.0), (-150.0, -40.0), (180.0, 0.0), (0.0, 90.0)] {
            let at = LonLat { lon, lat };
            assert_eq!((gazetteer.country_at(at), gazetteer.admin1_at(at)), (None, None), "{at:?}");
        }
    }

    #[test]
    fn twelve_kilometres_north_of_a_town_there_and_back() {
        let gazetteer = Gazetteer::bundled().unwrap();
        for (id, bearing_deg, want) in
            [(610_612, 0.0, "north"), (276_781, 225.0, "south-west"), (2_198_148, 90.0, "east"), (4_031_574, 270.0, "west")]
        {
            let Some(town) = gazetteer.by_geonameid(id) else { continue };
            let at = gazetteer.place(town).position().destination(bearing_deg, 12_000.0);
            let around = gazetteer.around(at, 40);
            let own = around.iter().find(|found| found.place == town).unwrap();
            assert_eq!(own.why, format!("the position is 12 km {want} of it"), "{id}");
        }
    }

    #[test]
    fn an_area_is_as_exact_as_it_is_large() {
        let gazetteer = Gazetteer::bundled().unwrap();
        let radius_km = |geonameid| gazetteer.place(gazetteer.by_geonameid(geonameid).unwrap()).radius_km();
        // Zhanaozen, Mangystau Region (165,600 square kilometres), Kazakhstan.
        assert!((1.0..10.0).contains(&radius_km(607_610)));
        assert!((200.0..260.0).contains(&radius_km(608_879)), "{}", radius_km(608_879));
        assert!((850.0..1_000.0).contains(&radius_km(1_522_867)));
    }

    #[test]
    fn the_nearest_town_is_the_one_that_measuring_all_finds() {
        let gazetteer = Gazetteer::bundled().unwrap();
        for (lon, lat) in [(76.9, 43.2), (0.0, 0.0), (179.99, -17.0), (-179.99, -17.0), (20.0, 89.0), (-60.0, -89.0), (37.0, 36.0)] {
            let at = LonLat { lon, lat };
            let cities = gazetteer.places().filter(|place| place.class() == Class::City);
            let least = cities.map(|place| place.position().distance_km(at)).fold(f64::INFINITY, f64::min);
            let found = gazetteer.nearest(at, 1)[0];
            assert!((gazetteer.place(found.place).position().distance_km(at) - least).abs() < 0.01, "{at:?}");
            assert!((found.distance_km - least).abs() < 0.05, "{at:?}: {} {least}", found.distance_km);
        }
    }

    #[test]
    fn what_lies_in_what_is_told_by_the_hierarchy() {
        let gazetteer = Gazetteer::bundled().unwrap();
        let id = |geonameid| gazetteer.by_geonameid(geonameid).unwrap();
        let named = |key: &str| gazetteer.named(key).next().unwrap().place;
        let zhanaozen = id(607610);
        assert!(gazetteer.is_within(zhanaozen, id(608879)));
        assert!(gazetteer.is_within(zhanaozen, id(1522867)));
        assert!(gazetteer.is_within(zhanaozen, named("central asia")));
        assert!(gazetteer.is_within(zhanaozen, zhanaozen));
        assert!(!gazetteer.is_within(zhanaozen, named("european union")));
        assert!(!gazetteer.is_within(id(1522867), zhanaozen));
    }
}
