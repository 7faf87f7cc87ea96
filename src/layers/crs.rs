//! The coordinate reference systems in which positions come and go (OGC API – Features Part 2).

use std::f64::consts::PI;

use crate::geo::{BBox, LonLat};
use crate::index::rounded;

/// A coordinate reference system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Crs {
    /// WGS 84, longitude before latitude: what GeoJSON uses.
    #[default]
    Crs84,
    /// WGS 84, latitude before longitude.
    Epsg4326,
    /// Web Mercator, in metres.
    Epsg3857,
}

/// Radius of the sphere of Web Mercator in metres.
const RADIUS_M: f64 = 6_378_137.0;

/// About a millimetre.
const HAIR_DEG: f64 = 1e-8;

/// Where Web Mercator ends, so that the world is a square.
const LAT_MAX: f64 = 85.051_128_779_806_6;

impl Crs {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Crs84, Self::Epsg4326, Self::Epsg3857];

    /// Its identifier.
    pub fn uri(self) -> &'static str {
        match self {
            Self::Crs84 => "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            Self::Epsg4326 => "http://www.opengis.net/def/crs/EPSG/0/4326",
            Self::Epsg3857 => "http://www.opengis.net/def/crs/EPSG/0/3857",
        }
    }

    /// By its identifier, or its short form such as `[EPSG:3857]`.
    pub fn parse(text: &str) -> Option<Self> {
        let short = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        Self::ALL.into_iter().find(|crs| crs.uri() == text || crs.short() == short || crs.uri().replace("http:", "https:") == text)
    }

    fn short(self) -> &'static str {
        match self {
            Self::Crs84 => "OGC:CRS84",
            Self::Epsg4326 => "EPSG:4326",
            Self::Epsg3857 => "EPSG:3857",
        }
    }

    /// A position as coordinates of the system, in its axis order, no finer than a centimetre or so.
    pub fn coordinates(self, at: LonLat) -> [f64; 2] {
        match self {
            Self::Crs84 => [rounded(at.lon), rounded(at.lat)],
            Self::Epsg4326 => [rounded(at.lat), rounded(at.lon)],
            Self::Epsg3857 => {
                let lat = at.lat.clamp(-LAT_MAX, LAT_MAX).to_radians();
                let metres = [at.lon.to_radians() * RADIUS_M, (PI / 4.0 + lat / 2.0).tan().ln() * RADIUS_M];
                metres.map(|m| (m * 1000.0).round() / 1000.0)
            }
        }
    }

    /// The position of coordinates in its axis order; `None` when they lie off the earth.
    pub fn position(self, [x, y]: [f64; 2]) -> Option<LonLat> {
        match self {
            Self::Crs84 => LonLat::new(x, y),
            Self::Epsg4326 => LonLat::new(y, x),
            Self::Epsg3857 => {
                let lat = (y / RADIUS_M).sinh().atan().to_degrees();
                // A hair over the edge is the edge: clients write the world with some digits.
                let lon = (x / RADIUS_M).to_degrees();
                let lon = if (180.0..180.000_01).contains(&lon.abs()) { 180.0_f64.copysign(lon) } else { lon };
                LonLat::new(lon, lat)
            }
        }
    }

    /// A box of two corners in its axis order; `None` when one lies off the earth.
    pub fn bbox(self, lower: [f64; 2], upper: [f64; 2]) -> Option<BBox> {
        let (lower, upper) = (self.position(lower)?, self.position(upper)?);
        // Degrees that come by way of metres are never just those of a position on the edge.
        let hair = if self == Self::Epsg3857 { HAIR_DEG } else { 0.0 };
        let (west, east) = ((lower.lon - hair).max(-180.0), (upper.lon + hair).min(180.0));
        Some(BBox { west, south: (lower.lat - hair).max(-90.0), east, north: (upper.lat + hair).min(90.0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_goes_there_and_back() {
        let almaty = LonLat { lon: 76.9115, lat: 43.25249 };
        for crs in Crs::ALL {
            let back = crs.position(crs.coordinates(almaty)).unwrap();
            assert!(almaty.distance_m(back) < 0.2, "{crs:?}");
            assert_eq!(Crs::parse(crs.uri()), Some(crs));
        }
        assert_eq!(Crs::Epsg4326.coordinates(almaty), [43.25249, 76.9115]);
        assert_eq!(Crs::Epsg3857.coordinates(LonLat { lon: 180.0, lat: 0.0 })[0], 20_037_508.343);
        assert_eq!(Crs::parse("[EPSG:3857]"), Some(Crs::Epsg3857));
        assert_eq!(Crs::parse("http://www.opengis.net/def/crs/OGC/1.3/CRS00"), None);
        assert_eq!(Crs::Crs84.position([90.0, 180.0]), None);
    }

    #[test]
    fn a_position_on_the_edge_of_a_box_in_metres_lies_in_it() {
        let (lower, upper) = (LonLat { lon: -10.0, lat: 40.0 }, LonLat { lon: 10.0, lat: 50.0 });
        for crs in Crs::ALL {
            let found = crs.bbox(crs.coordinates(lower), crs.coordinates(upper)).unwrap();
            assert!(found.contains(lower) && found.contains(upper), "{crs:?} {found:?}");
        }
    }
}
