//! The compiled gazetteer as one file that is read where it lies.
//!
//! ```text
//! magic "OQIGAGAZ" · format u32 · number of sections u32 · length of the file u64 · SHA-256 of all that follows the header
//! table: for each section its tag (8 bytes), offset u64, length u64
//! sections, each at a multiple of 8
//! ```
//!
//! All numbers are little-endian. Facts of places are columns (one section a fact), because a
//! look-up touches few of them, and because columns compress to half of what rows do. The order of
//! places is by country, class, area and GeoNames id, so that all places of a country are one run.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::GazetteerError;
use super::bytes::{Bytes, Section};

/// Grows by one whenever older programs could not read the file any more.
pub(super) const FORMAT: u32 = 2;

const MAGIC: &[u8; 8] = b"OQIGAGAZ";
const HEADER_BYTES: usize = 56;
const ENTRY_BYTES: usize = 24;

/// The place has no position of its own: it is that of the area around it.
pub(super) const FLAG_BORROWED_POSITION: u8 = 1;
/// The place is the capital of its country.
pub(super) const FLAG_CAPITAL: u8 = 2;

/// How many keys share one entry of the directory of postings.
pub(super) const POSTINGS_BLOCK: usize = 16;
/// Bytes of one posting: the place in three, the number of the name within the place in two.
pub(super) const POSTING_BYTES: usize = 5;

macro_rules! sections {
    ($($(#[$doc:meta])* $field:ident = $tag:literal),+ $(,)?) => {
        /// The sections of an open file.
        #[derive(Debug, Clone)]
        pub(super) struct Sections { $($(#[$doc])* pub(super) $field: Section),+ }

        /// The sections of a file to be written.
        #[derive(Debug, Default)]
        pub(super) struct SectionBuffers { $($(#[$doc])* pub(super) $field: Vec<u8>),+ }

        impl Sections {
            fn find(bytes: &Bytes, path: &Path) -> Result<Self, GazetteerError> {
                Ok(Self { $($field: section(bytes, path, $tag)?),+ })
            }
        }

        impl SectionBuffers {
            fn in_order(&self) -> Vec<(&'static [u8; 8], &[u8])> {
                vec![$(($tag, self.$field.as_slice())),+]
            }
        }
    };
}

sections! {
    /// [`Meta`] as JSON.
    meta = b"meta    ",
    /// GeoNames id, u32, 0 when there is none.
    geonameid = b"geoname ",
    /// Degrees east times 100,000, i32.
    lon = b"lon     ",
    /// Degrees north times 100,000, i32.
    lat = b"lat     ",
    /// Number of the class, u8.
    class = b"class   ",
    /// Number of the feature code in [`Meta::features`], u8.
    feature = b"feature ",
    /// ISO 3166-1 alpha-2 code, 2 bytes, zeros when there is none.
    country = b"country ",
    /// First-level area, place number plus one, u32, 0 when there is none.
    admin1 = b"admin1  ",
    /// Second-level area, place number plus one, u32, 0 when there is none.
    admin2 = b"admin2  ",
    /// Inhabitants, u32.
    population = b"populat ",
    /// Importance times 65,535, u16.
    importance = b"importan",
    /// Radius in tenths of a kilometre, u16.
    radius = b"radius  ",
    /// Number of the time zone in [`Meta::timezones`] plus one, u16.
    timezone = b"timezone",
    /// Bits: [`FLAG_BORROWED_POSITION`], [`FLAG_CAPITAL`].
    flags = b"flags   ",
    /// Where the names of the place begin in `names`, u32.
    names_at = b"names_at",
    /// The names, place after place: kind u8, language u16 (number in [`Meta::languages`] plus
    /// one), length u8, text. The first name of a place is its main name.
    names = b"names   ",
    /// Countries by code: code in 2 bytes, 2 unused, first place u32, one past its last u32, the country itself u32.
    countries = b"countrys",
    /// Members of regions: place u32, number of countries u16, then 2 bytes a country.
    members = b"members ",
    /// Finite-state transducer from each key to its ordinal.
    keys = b"keys    ",
    /// For every [`POSTINGS_BLOCK`]th key, where its postings begin, u32.
    postings_at = b"posts_at",
    /// For every [`POSTINGS_BLOCK`]th key, the importance of the most important place in the block, u16.
    block_importance = b"posts_im",
    /// For each key in order: number of postings u16, then that many of [`POSTING_BYTES`], most important place first.
    postings = b"posts   ",
    /// Outlines of first-level areas: see `polygons`.
    polygons = b"polygons",
}

/// What the file says of itself, and the words that columns refer to by number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Meta {
    pub(super) version: String,
    pub(super) places: u32,
    pub(super) names: u32,
    pub(super) keys: u32,
    pub(super) features: Vec<String>,
    pub(super) languages: Vec<String>,
    pub(super) timezones: Vec<String>,
    pub(super) sources: Vec<super::Source>,
}

impl SectionBuffers {
    /// Tag and size of each section.
    pub(super) fn sizes(&self) -> Vec<(String, usize)> {
        self.in_order().into_iter().map(|(tag, bytes)| (String::from_utf8_lossy(tag).trim().to_owned(), bytes.len())).collect()
    }

    /// The whole file. The same sections give the same bytes.
    pub(super) fn to_file(&self) -> Vec<u8> {
        let sections = self.in_order();
        let mut offset = (HEADER_BYTES + sections.len() * ENTRY_BYTES).next_multiple_of(8);
        let mut table = Vec::new();
        for (tag, bytes) in &sections {
            table.extend_from_slice(*tag);
            table.extend_from_slice(&(offset as u64).to_le_bytes());
            table.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            offset = (offset + bytes.len()).next_multiple_of(8);
        }
        let mut file = vec![0; HEADER_BYTES];
        file.extend_from_slice(&table);
        for (_, bytes) in &sections {
            file.resize(file.len().next_multiple_of(8), 0);
            file.extend_from_slice(bytes);
        }
        file.resize(file.len().next_multiple_of(8), 0);
        let hash = content_hash(&file);
        file[..8].copy_from_slice(MAGIC);
        file[8..12].copy_from_slice(&FORMAT.to_le_bytes());
        file[12..16].copy_from_slice(&(sections.len() as u32).to_le_bytes());
        let length = file.len() as u64;
        file[16..24].copy_from_slice(&length.to_le_bytes());
        file[24..56].copy_from_slice(&hash);
        file
    }
}

/// Opens the sections of a file. `check_content` reads every byte and compares the checksum; it is
/// left out only for files that were checked when they were made.
pub(super) fn open(bytes: &Bytes, path: &Path, check_content: bool) -> Result<(Meta, Sections), GazetteerError> {
    let damaged = |problem: String| GazetteerError::Damaged { path: path.to_owned(), problem };
    let file = bytes.as_ref();
    if file.len() < HEADER_BYTES || !file.starts_with(MAGIC) {
        return Err(damaged("it does not begin as one".into()));
    }
    let format = u32::from_le_bytes(le(&file[8..12]));
    if format != FORMAT {
        return Err(GazetteerError::OtherFormat { path: path.to_owned(), wanted: FORMAT, found: format });
    }
    let length = u64::from_le_bytes(le(&file[16..24]));
    if length != file.len() as u64 {
        return Err(damaged(format!("it should have {length} bytes and has {}", file.len())));
    }
    if check_content && content_hash(file) != file[24..56] {
        return Err(damaged("its content does not match its checksum".into()));
    }
    let sections = Sections::find(bytes, path)?;
    let meta: Meta =
        serde_json::from_slice(sections.meta.as_ref()).map_err(|e| damaged(format!("its description cannot be read ({e})")))?;
    let wanted = [(&sections.geonameid, 4), (&sections.lon, 4), (&sections.lat, 4), (&sections.class, 1), (&sections.names_at, 4)];
    for (column, width) in wanted {
        if column.as_ref().len() != meta.places as usize * width {
            return Err(damaged(format!("a column should have {} places and has {} bytes", meta.places, column.as_ref().len())));
        }
    }
    Ok((meta, sections))
}

/// SHA-256 of all that follows the header.
pub(super) fn content_hash(file: &[u8]) -> [u8; 32] {
    Sha256::digest(file.get(HEADER_BYTES..).unwrap_or_default()).into()
}

/// The checksum that the header states.
pub(super) fn stated_hash(file: &[u8]) -> Option<[u8; 32]> {
    file.get(24..56)?.try_into().ok()
}

fn section(bytes: &Bytes, path: &Path, tag: &[u8; 8]) -> Result<Section, GazetteerError> {
    let file = bytes.as_ref();
    let count = u32::from_le_bytes(le(&file[12..16])) as usize;
    let table = file.get(HEADER_BYTES..).unwrap_or_default();
    let entry = table.chunks_exact(ENTRY_BYTES).take(count).find(|entry| entry.starts_with(tag));
    let range = entry.and_then(|entry| {
        let offset = usize::try_from(u64::from_le_bytes(le(&entry[8..16]))).ok()?;
        let len = usize::try_from(u64::from_le_bytes(le(&entry[16..24]))).ok()?;
        let end = offset.checked_add(len)?;
        (end <= file.len()).then_some(offset..end)
    });
    range.map(|range| Section::new(bytes, range)).ok_or_else(|| GazetteerError::Damaged {
        path: path.to_owned(),
        problem: format!("section {:?} is missing or does not fit", String::from_utf8_lossy(tag).trim()),
    })
}

/// A slice of known length as an array.
fn le<const N: usize>(slice: &[u8]) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(&slice[..N]);
    array
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn file() -> Vec<u8> {
        let meta = Meta { version: "test".into(), ..Meta::default() };
        SectionBuffers { meta: serde_json::to_vec(&meta).unwrap(), names: b"abc".to_vec(), ..SectionBuffers::default() }.to_file()
    }

    fn open_bytes(file: Vec<u8>) -> Result<(Meta, Sections), GazetteerError> {
        open(&Bytes::Owned(Arc::new(file)), Path::new("x.gaz"), true)
    }

    #[test]
    fn what_was_written_is_read() {
        let (meta, sections) = open_bytes(file()).unwrap();
        assert_eq!(meta.version, "test");
        assert_eq!(sections.names.as_ref(), b"abc");
    }

    #[test]
    fn every_cut_and_every_flipped_byte_is_noticed() {
        let whole = file();
        for end in 0..whole.len() {
            assert!(open_bytes(whole[..end].to_vec()).is_err(), "cut at {end}");
        }
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x5A;
            // The count of sections is not under the checksum, and a larger one does no harm.
            assert!((12..16).contains(&at) || open_bytes(flipped).is_err(), "flipped at {at}");
        }
    }

    #[test]
    fn a_file_of_another_format_is_told_from_a_damaged_one() {
        let mut other = file();
        other[8] = 99;
        let message = open_bytes(other).unwrap_err().to_string();
        assert!(message.contains("format 99"), "{message}");
    }
}
