//! The world as a square, the plane on which web maps are cut into tiles: the one place that knows
//! Web Mercator.
//!
//! A coordinate is a fraction of the side as a 32-bit number, about a centimetre. Rows of a segment
//! stand in Morton order of these coordinates, so that the rows of any tile are one run.

use std::f64::consts::PI;
use std::ops::RangeInclusive;

use crate::geo::LonLat;

/// The side of the square.
const SIDE: f64 = 4_294_967_296.0;

/// A position on the square: from the west, from the north. What lies nearer to a pole than about
/// 85 degrees is put on the edge, so that no position is lost.
pub fn project(at: LonLat) -> (u32, u32) {
    let x = (at.lon + 180.0) / 360.0;
    let y = 0.5 - (PI / 4.0 + at.lat.to_radians() / 2.0).tan().ln() / (2.0 * PI);
    // A cast from a float is cut to the range of the number.
    ((x * SIDE) as u32, (y * SIDE) as u32)
}

/// The position of a point of the square.
pub fn unproject(x: u32, y: u32) -> LonLat {
    let lon = f64::from(x) / SIDE * 360.0 - 180.0;
    let lat = (PI * (1.0 - 2.0 * f64::from(y) / SIDE)).sinh().atan().to_degrees();
    LonLat { lon, lat }
}

/// The bits of both coordinates in turn: near points have near numbers.
pub fn morton(x: u32, y: u32) -> u64 {
    spread(x) | spread(y) << 1
}

/// A tile of the square.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tile {
    /// Zoom: the square has `1 << z` tiles on a side.
    pub z: u8,
    /// Column from the west.
    pub x: u32,
    /// Row from the north.
    pub y: u32,
}

/// Deepest zoom of a tile.
pub const ZOOM_MAX: u8 = 22;

impl Tile {
    /// A tile, or `None` when there is none of these numbers.
    pub fn new(z: u8, x: u32, y: u32) -> Option<Self> {
        (z <= ZOOM_MAX && x < 1 << z && y < 1 << z).then_some(Self { z, x, y })
    }

    /// The Morton numbers of the positions in it.
    pub fn mortons(self) -> RangeInclusive<u64> {
        let bits = 64 - 2 * u32::from(self.z);
        let first = morton(self.x, self.y).checked_shl(bits).unwrap_or(0);
        let last = if self.z == 0 { u64::MAX } else { first | ((1 << bits) - 1) };
        first..=last
    }

    /// Its north-western corner on the square.
    pub fn corner(self) -> (u32, u32) {
        let shift = 32 - u32::from(self.z);
        (self.x.checked_shl(shift).unwrap_or(0), self.y.checked_shl(shift).unwrap_or(0))
    }
}

fn spread(n: u32) -> u64 {
    let mut n = u64::from(n);
    n = (n | n << 16) & 0x0000_FFFF_0000_FFFF;
    n = (n | n << 8) & 0x00FF_00FF_00FF_00FF;
    n = (n | n << 4) & 0x0F0F_0F0F_0F0F_0F0F;
    n = (n | n << 2) & 0x3333_3333_3333_3333;
    (n | n << 1) & 0x5555_5555_5555_5555
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_lies_in_the_tile_that_every_web_map_gives_it() {
        let almaty = LonLat { lon: 76.9115, lat: 43.25249 };
        let (x, y) = project(almaty);
        assert_eq!((x >> (32 - 10), y >> (32 - 10)), (730, 375));
        let back = unproject(x, y);
        assert!(almaty.distance_m(back) < 0.05, "{back:?}");
        for z in [0u8, 1, 10, 22] {
            let shift = 32 - u32::from(z);
            let tile = Tile::new(z, x.checked_shr(shift).unwrap_or(0), y.checked_shr(shift).unwrap_or(0)).unwrap();
            assert!(tile.mortons().contains(&morton(x, y)), "{z}");
        }
    }

    #[test]
    fn poles_and_the_antimeridian_are_on_the_edge_and_not_lost() {
        assert_eq!(project(LonLat { lon: -180.0, lat: 90.0 }), (0, 0));
        assert_eq!(project(LonLat { lon: 180.0, lat: -90.0 }), (u32::MAX, u32::MAX));
        assert_eq!(Tile::new(3, 8, 0), None);
        assert_eq!(Tile::new(23, 0, 0), None);
    }
}
