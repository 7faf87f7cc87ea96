//! Outlines of first-level areas in the compiled file, and the question whether a point lies in one.
//!
//! ```text
//! number of areas u32; for each: place plus one u32 · country 2 bytes · mixed u8 · number of rings varint;
//! for each ring: number of points varint, then per point the difference to the one before, lon and lat, as zigzag varints of 1/10,000 degree
//! ```
//!
//! Neighbours were simplified along their common border, so there are no gaps and overlaps between
//! them. Inside is what an odd number of rings surround, which deals with holes and islands alike.

use crate::geo::{BBox, LonLat};
use crate::varint;

use super::{Country, PlaceId};

/// Units of the stored numbers in a degree: 11 metres.
const UNITS: f64 = 10_000.0;

/// The outline of one area.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outline {
    /// The area as a place, when the gazetteer has it.
    pub(super) place: Option<PlaceId>,
    /// Its country.
    pub(super) country: Option<Country>,
    /// The outline is older than the gazetteer's areas: towns inside it belong to several of them.
    pub(super) is_mixed: bool,
    /// Closed rings, the first point not repeated.
    pub(super) rings: Vec<Vec<LonLat>>,
}

impl Outline {
    /// The smallest box around it.
    pub(super) fn bbox(&self) -> BBox {
        let mut bbox = BBox { west: 180.0, south: 90.0, east: -180.0, north: -90.0 };
        for at in self.rings.iter().flatten() {
            bbox.west = bbox.west.min(at.lon);
            bbox.east = bbox.east.max(at.lon);
            bbox.south = bbox.south.min(at.lat);
            bbox.north = bbox.north.max(at.lat);
        }
        bbox
    }

    /// Whether a point lies inside.
    pub(super) fn contains(&self, at: LonLat) -> bool {
        self.sides().filter(|(a, b)| crosses(*a, *b, at)).count() % 2 == 1
    }

    /// Distance from a point outside to the nearest side in kilometres, exact enough for short ones.
    pub(super) fn distance_km(&self, at: LonLat) -> f64 {
        self.sides().map(|(a, b)| segment_distance_km(a, b, at)).fold(f64::INFINITY, f64::min)
    }

    fn sides(&self) -> impl Iterator<Item = (LonLat, LonLat)> {
        self.rings.iter().flat_map(|ring| ring.iter().copied().zip(ring.iter().copied().cycle().skip(1)))
    }
}

/// Whether a ray from the point to the east crosses the side.
fn crosses(a: LonLat, b: LonLat, at: LonLat) -> bool {
    (a.lat > at.lat) != (b.lat > at.lat) && at.lon < (b.lon - a.lon) * (at.lat - a.lat) / (b.lat - a.lat) + a.lon
}

fn segment_distance_km(a: LonLat, b: LonLat, at: LonLat) -> f64 {
    const KM_A_DEGREE: f64 = 111.195;
    let narrow = at.lat.to_radians().cos().max(0.01);
    // Positions relative to the point, over the antimeridian the short way.
    let flat = |p: LonLat| {
        let lon = p.lon - at.lon;
        let lon = if lon > 180.0 {
            lon - 360.0
        } else if lon < -180.0 {
            lon + 360.0
        } else {
            lon
        };
        (lon * narrow * KM_A_DEGREE, (p.lat - at.lat) * KM_A_DEGREE)
    };
    let ((ax, ay), (bx, by)) = (flat(a), flat(b));
    let (dx, dy) = (bx - ax, by - ay);
    let length2 = dx * dx + dy * dy;
    let along = if length2 == 0.0 { 0.0 } else { (-(ax * dx + ay * dy) / length2).clamp(0.0, 1.0) };
    (ax + along * dx).hypot(ay + along * dy)
}

/// Writes outlines as a section.
pub(super) fn write(outlines: &[Outline]) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend_from_slice(&(outlines.len() as u32).to_le_bytes());
    for outline in outlines {
        out.extend_from_slice(&outline.place.map_or(0, |p| p.0 + 1).to_le_bytes());
        out.extend_from_slice(&outline.country.map_or([0, 0], Country::to_bytes));
        out.push(u8::from(outline.is_mixed));
        varint::push(&mut out, outline.rings.len() as u64);
        for ring in &outline.rings {
            varint::push(&mut out, ring.len() as u64);
            let mut last = (0, 0);
            for at in ring {
                let next = ((at.lon * UNITS).round() as i64, (at.lat * UNITS).round() as i64);
                varint::push(&mut out, varint::zigzag(next.0 - last.0));
                varint::push(&mut out, varint::zigzag(next.1 - last.1));
                last = next;
            }
        }
    }
    out
}

/// Reads a section of outlines; what is damaged is left out.
pub(super) fn read(section: &[u8]) -> Vec<Outline> {
    let mut reader = Reader { bytes: section };
    let count = reader.array().map_or(0, u32::from_le_bytes);
    (0..count).map_while(|_| reader.outline()).collect()
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn outline(&mut self) -> Option<Outline> {
        let place = u32::from_le_bytes(self.array()?).checked_sub(1).map(PlaceId);
        let country = Country::from_bytes(self.array()?);
        let [mixed] = self.array()?;
        let rings = (0..self.varint()?).map(|_| self.ring()).collect::<Option<Vec<_>>>()?;
        Some(Outline { place, country, is_mixed: mixed != 0, rings })
    }

    fn ring(&mut self) -> Option<Vec<LonLat>> {
        let (mut lon, mut lat) = (0_i64, 0_i64);
        let mut ring = Vec::new();
        for _ in 0..self.varint()? {
            lon = lon.checked_add(varint::unzigzag(self.varint()?))?;
            lat = lat.checked_add(varint::unzigzag(self.varint()?))?;
            ring.push(LonLat::new(lon as f64 / UNITS, lat as f64 / UNITS)?);
        }
        Some(ring)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*array)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lon: f64, lat: f64) -> LonLat {
        LonLat { lon, lat }
    }

    /// A square with a square hole, and an island east of it.
    fn sample() -> Outline {
        let square = |west: f64, south: f64, side: f64| {
            vec![at(west, south), at(west + side, south), at(west + side, south + side), at(west, south + side)]
        };
        Outline {
            place: Some(PlaceId(7)),
            country: Country::parse("KZ"),
            is_mixed: true,
            rings: vec![square(0.0, 0.0, 10.0), square(4.0, 4.0, 2.0), square(20.0, 0.0, 1.0)],
        }
    }

    #[test]
    fn a_hole_is_outside_and_an_island_is_inside() {
        let outline = sample();
        assert!(outline.contains(at(1.0, 1.0)));
        assert!(!outline.contains(at(5.0, 5.0)));
        assert!(outline.contains(at(20.5, 0.5)));
        assert!(!outline.contains(at(15.0, 0.5)));
        assert!((outline.distance_km(at(11.0, 0.0)) - 111.2).abs() < 0.5);
    }

    #[test]
    fn what_was_written_is_read_and_damage_is_left_out() {
        let outlines = vec![sample(), sample()];
        let section = write(&outlines);
        assert_eq!(read(&section), outlines);
        for end in 0..section.len() {
            assert!(read(&section[..end]).len() < 2);
        }
    }

    #[test]
    fn distances_go_the_short_way_over_the_antimeridian() {
        assert!(segment_distance_km(at(-179.9, 0.0), at(-179.9, 1.0), at(179.9, 0.0)) < 25.0);
    }
}
