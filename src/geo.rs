//! Points, boxes and distances on the earth: the one place that knows coordinate order.
//!
//! Every coordinate in the program is a [`LonLat`], longitude first, in degrees of WGS 84. The
//! geometry is done by the `geo` crate; this module only gives it our words.

use geo::{Bearing, Destination, Distance, Haversine, Point};
use serde::{Deserialize, Serialize};

/// A position in degrees of WGS 84, longitude first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LonLat {
    /// Degrees east, -180 to 180.
    pub lon: f64,
    /// Degrees north, -90 to 90.
    pub lat: f64,
}

impl LonLat {
    /// A position from degrees, or `None` when either is out of range or not a number.
    pub fn new(lon: f64, lat: f64) -> Option<Self> {
        let ok = (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
        ok.then_some(Self { lon, lat })
    }

    /// Great-circle distance in metres (haversine, mean earth radius).
    pub fn distance_m(self, other: Self) -> f64 {
        Haversine.distance(self.point(), other.point())
    }

    /// Great-circle distance in kilometres.
    pub fn distance_km(self, other: Self) -> f64 {
        self.distance_m(other) / 1000.0
    }

    /// Initial bearing towards `other` in degrees clockwise from north, 0 to 360.
    pub fn bearing_deg(self, other: Self) -> f64 {
        Haversine.bearing(self.point(), other.point()).rem_euclid(360.0)
    }

    /// The position `distance_m` metres away along `bearing_deg`.
    pub fn destination(self, bearing_deg: f64, distance_m: f64) -> Self {
        let there = Haversine.destination(self.point(), bearing_deg, distance_m);
        Self { lon: wrap_lon(there.x()), lat: there.y() }
    }

    /// The same position as a `geo` point.
    pub fn point(self) -> Point<f64> {
        Point::new(self.lon, self.lat)
    }
}

/// A box of longitudes and latitudes; `west > east` means that it crosses the antimeridian
/// (RFC 7946, section 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BBox {
    /// Western edge in degrees.
    pub west: f64,
    /// Southern edge in degrees.
    pub south: f64,
    /// Eastern edge in degrees.
    pub east: f64,
    /// Northern edge in degrees.
    pub north: f64,
}

impl BBox {
    /// The whole world.
    pub const WORLD: Self = Self { west: -180.0, south: -90.0, east: 180.0, north: 90.0 };

    /// Whether the position lies in the box or on its edge.
    pub fn contains(&self, at: LonLat) -> bool {
        let lat_in = (self.south..=self.north).contains(&at.lat);
        let lon_in = if self.crosses_antimeridian() {
            at.lon >= self.west || at.lon <= self.east
        } else {
            (self.west..=self.east).contains(&at.lon)
        };
        lat_in && lon_in
    }

    /// Whether the box spans the line at 180 degrees.
    pub fn crosses_antimeridian(&self) -> bool {
        self.west > self.east
    }

    /// The box as one or two boxes that do not cross the antimeridian.
    pub fn parts(&self) -> impl Iterator<Item = BBox> + use<> {
        let (first, second) =
            if self.crosses_antimeridian() { (BBox { east: 180.0, ..*self }, Some(BBox { west: -180.0, ..*self })) } else { (*self, None) };
        std::iter::once(first).chain(second)
    }
}

/// Longitude brought into -180 to 180.
fn wrap_lon(lon: f64) -> f64 {
    if (-180.0..=180.0).contains(&lon) { lon } else { (lon + 180.0).rem_euclid(360.0) - 180.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALMATY: LonLat = LonLat { lon: 76.9115, lat: 43.25249 };
    const ASTANA: LonLat = LonLat { lon: 71.43, lat: 51.18 };

    #[test]
    fn almaty_and_astana_are_about_970_km_apart() {
        let km = ALMATY.distance_km(ASTANA);
        assert!((960.0..985.0).contains(&km), "{km}");
    }

    #[test]
    fn going_there_and_measuring_back_gives_the_same_distance() {
        let there = ALMATY.destination(30.0, 12_000.0);
        assert!((ALMATY.distance_m(there) - 12_000.0).abs() < 1.0);
        assert!((ALMATY.bearing_deg(there) - 30.0).abs() < 0.1);
    }

    #[test]
    fn a_box_over_the_antimeridian_holds_both_sides() {
        let fiji = BBox { west: 176.0, south: -20.0, east: -178.0, north: -15.0 };
        assert!(fiji.contains(LonLat { lon: 179.0, lat: -17.0 }));
        assert!(fiji.contains(LonLat { lon: -179.0, lat: -17.0 }));
        assert!(!fiji.contains(LonLat { lon: 0.0, lat: -17.0 }));
        assert_eq!(fiji.parts().count(), 2);
    }

    #[test]
    fn a_position_out_of_range_is_refused() {
        assert_eq!(LonLat::new(181.0, 0.0), None);
        assert_eq!(LonLat::new(0.0, f64::NAN), None);
    }
}
