//! What filters look at, one array a property: a scan reads only what it asks about.

use crate::gazetteer::Country;
use crate::geo::BBox;

/// Rows that are judged together by their box and days before any is looked at.
pub const BLOCK: usize = 256;

/// Blocks that are judged together.
pub const BLOCKS: usize = 64;

/// The columns of a segment, in spatial order: rows without a position stand at the end.
#[derive(Debug, Default)]
pub struct Columns {
    /// From the west on the world square.
    pub x: Vec<u32>,
    /// From the north on the world square.
    pub y: Vec<u32>,
    /// Degrees east; NaN without a position.
    pub lon: Vec<f64>,
    /// Degrees north; NaN without a position.
    pub lat: Vec<f64>,
    /// Type and status, see [`super::Class`].
    pub class: Vec<u8>,
    /// First day; `i32::MAX` without a date.
    pub first: Vec<i32>,
    /// Last day; `i32::MIN` without a date.
    pub last: Vec<i32>,
    /// See [`country_number`].
    pub country: Vec<u16>,
    /// 0 to 1.
    pub confidence: Vec<f32>,
    /// Number in the segment's list of places.
    pub place: Vec<u32>,
    /// Number in the segment's list of outlets.
    pub source: Vec<u32>,
    /// 1 to 3, 0 unknown.
    pub precision: Vec<u8>,
    /// Number of the row in the order of the store within the segment.
    pub rank: Vec<u32>,
}

impl Columns {
    /// Adds rows with their places and outlets under other numbers, those of the list they come into.
    pub fn append(&mut self, mut other: Self, places: &[u32], sources: &[u32]) {
        other.place.iter_mut().for_each(|number| *number = places[*number as usize]);
        other.source.iter_mut().for_each(|number| *number = sources[*number as usize]);
        let Self { x, y, lon, lat, class, first, last, country, confidence, place, source, precision, rank } = other;
        self.x.extend(x);
        self.y.extend(y);
        self.lon.extend(lon);
        self.lat.extend(lat);
        self.class.extend(class);
        self.first.extend(first);
        self.last.extend(last);
        self.country.extend(country);
        self.confidence.extend(confidence);
        self.place.extend(place);
        self.source.extend(source);
        self.precision.extend(precision);
        self.rank.extend(rank);
    }
}

/// How many numbers [`country_number`] gives.
pub const COUNTRIES: usize = 1 + 26 * 26;

/// A country as a number; 0 is none.
pub fn country_number(country: Option<Country>) -> u16 {
    let letters = |country: Country| {
        let code = country.as_str().as_bytes();
        1 + u16::from(code[0] - b'A') * 26 + u16::from(code[1] - b'A')
    };
    country.map_or(0, letters)
}

/// The country of a number.
pub fn country_of(number: u16) -> Option<Country> {
    let letters = number.checked_sub(1)?;
    let code = [b'A' + (letters / 26) as u8, b'A' + (letters % 26) as u8];
    Country::parse(std::str::from_utf8(&code).ok()?)
}

/// What holds for all rows of a block.
#[derive(Debug, Clone, Copy)]
pub struct Summary {
    /// A box around all positions; nothing lies in it when there are none.
    pub bbox: BBox,
    /// Whether every row has a position.
    pub located: bool,
    /// The earliest first day.
    pub first: i32,
    /// The latest last day.
    pub last: i32,
}

impl Summary {
    const EMPTY: Self = Self {
        bbox: BBox { west: f64::INFINITY, south: f64::INFINITY, east: f64::NEG_INFINITY, north: f64::NEG_INFINITY },
        located: true,
        first: i32::MAX,
        last: i32::MIN,
    };

    /// The summaries of the blocks of some columns.
    pub fn of_blocks(columns: &Columns) -> Vec<Self> {
        let block = |from: usize| {
            let rows = from..(from + BLOCK).min(columns.class.len());
            rows.fold(Self::EMPTY, |all, i| {
                let (lon, lat) = (columns.lon[i], columns.lat[i]);
                let point = BBox { west: lon, south: lat, east: lon, north: lat };
                all.with(Self { bbox: point, located: !lon.is_nan(), first: columns.first[i], last: columns.last[i] })
            })
        };
        (0..columns.class.len()).step_by(BLOCK).map(block).collect()
    }

    /// The summaries of groups of blocks.
    pub fn of_groups(blocks: &[Self]) -> Vec<Self> {
        blocks.chunks(BLOCKS).map(|group| group.iter().fold(Self::EMPTY, |all, block| all.with(*block))).collect()
    }

    fn with(self, other: Self) -> Self {
        Self {
            // `f64::min` leaves NaN out.
            bbox: BBox {
                west: self.bbox.west.min(other.bbox.west),
                south: self.bbox.south.min(other.bbox.south),
                east: self.bbox.east.max(other.bbox.east),
                north: self.bbox.north.max(other.bbox.north),
            },
            located: self.located && other.located,
            first: self.first.min(other.first),
            last: self.last.max(other.last),
        }
    }
}
