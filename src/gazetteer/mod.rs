//! Every place that can be named, in every script, read-only and in memory.
//!
//! The ground that mentions and places stand on. It answers by name (exact, prefix, cross-script),
//! by position and by hierarchy, and it knows where each fact comes from. It never decides which
//! place a text means: that is [`crate::places`].
//!
//! ```
//! use oqiga::gazetteer::{Class, Gazetteer};
//! use oqiga::text::{Lang, name_key};
//!
//! let gazetteer = Gazetteer::bundled()?;
//! let hit = gazetteer.named(&name_key("ألماتي")).find(|hit| gazetteer.place(hit.place).class() == Class::City).unwrap();
//! let almaty = gazetteer.place(hit.place);
//! assert_eq!(almaty.name(), "Almaty");
//! assert_eq!(almaty.display_name(Lang::RU), "Алматы");
//! assert_eq!(almaty.country().unwrap().as_str(), "KZ");
//! # Ok::<(), oqiga::gazetteer::GazetteerError>(())
//! ```

mod around;
mod bundle;
mod bytes;
pub mod compile;
mod error;
pub mod evaluation;
mod format;
mod fuzzy;
mod info;
mod likeness;
mod names;
mod place;
mod polygons;
mod record;
pub mod search;
mod shapes;
mod sounds;
mod space;

use std::path::Path;
use std::sync::{Arc, OnceLock};

use bytes::{Bytes, Section};
use format::{Meta, Sections};

pub use around::Around;
pub use bundle::{bundled_hash, cache_dir};
pub use error::GazetteerError;
pub use info::{Info, Source};
pub use names::{Name, NameCursor, NameHit, NameHits};
pub use place::{Class, Country, NameKind, PlaceId};
pub use record::Place;
pub use sounds::{LIKENESS_MIN, SoundHit, SoundModel, SoundSearch, Within};

/// An open gazetteer. Cheap to clone; all clones share one copy.
#[derive(Clone)]
pub struct Gazetteer {
    inner: Arc<Inner>,
}

struct Inner {
    meta: Meta,
    sections: Sections,
    keys: fst::raw::Fst<Section>,
    countries: Vec<CountryRun>,
    members: Vec<(PlaceId, Vec<Country>)>,
    by_geonameid: OnceLock<Vec<u32>>,
    space: OnceLock<space::Space>,
    sounds: sounds::Sounds,
}

/// The places of one country are one run of place numbers.
#[derive(Debug, Clone, Copy)]
struct CountryRun {
    country: Country,
    first: u32,
    end: u32,
    place: PlaceId,
}

impl Gazetteer {
    /// The gazetteer that ships inside the program.
    ///
    /// The first call on a machine unpacks it into a cache folder (`OQIGA_CACHE`, else
    /// `XDG_CACHE_HOME/oqiga`, else `~/.cache/oqiga`); later ones, also of other processes, map that
    /// file. Where nothing can be written it is unpacked into memory.
    pub fn bundled() -> Result<Self, GazetteerError> {
        bundle::open()
    }

    /// A gazetteer from a file that `oqiga gazetteer build` wrote (unpacked), checked as a whole.
    pub fn open(path: &Path) -> Result<Self, GazetteerError> {
        Self::from_bytes(Bytes::map(path)?, path, true)
    }

    fn from_bytes(bytes: Bytes, path: &Path, check_content: bool) -> Result<Self, GazetteerError> {
        let (meta, sections) = format::open(&bytes, path, check_content)?;
        let keys = fst::raw::Fst::new(sections.keys.clone())
            .map_err(|e| GazetteerError::Damaged { path: path.to_owned(), problem: format!("its index of names cannot be read ({e})") })?;
        if check_content {
            // A file that somebody made by other means than `compile` may have a right checksum and a wrong index.
            keys.verify()
                .map_err(|e| GazetteerError::Damaged { path: path.to_owned(), problem: format!("its index of names is damaged ({e})") })?;
        }
        let runs = sections.countries.as_ref().chunks_exact(16).filter_map(CountryRun::read);
        let countries: Vec<CountryRun> = runs.filter(|run| run.end <= meta.places && run.place.0 < meta.places).collect();
        let members = read_members(sections.members.as_ref());
        let sounds = sounds::Sounds::new(countries.len());
        let inner = Inner { meta, sections, keys, countries, members, by_geonameid: OnceLock::new(), space: OnceLock::new(), sounds };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// How many places it holds.
    pub fn len(&self) -> usize {
        self.inner.meta.places as usize
    }

    /// Whether it holds no place.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The version of the data.
    pub fn version(&self) -> &str {
        &self.inner.meta.version
    }

    /// All places.
    pub fn places(&self) -> impl Iterator<Item = Place<'_>> {
        (0..self.inner.meta.places).map(|id| self.place(PlaceId(id)))
    }

    /// One place.
    pub fn place(&self, id: PlaceId) -> Place<'_> {
        Place::new(&self.inner, id)
    }

    /// The place with a GeoNames id.
    pub fn by_geonameid(&self, geonameid: u64) -> Option<PlaceId> {
        let wanted = u32::try_from(geonameid).ok().filter(|id| *id != 0)?;
        let column = &self.inner.sections.geonameid;
        let order = self.inner.by_geonameid.get_or_init(|| {
            let mut order: Vec<u32> = (0..self.inner.meta.places).filter(|i| column.u32(*i as usize) != 0).collect();
            order.sort_unstable_by_key(|i| column.u32(*i as usize));
            order
        });
        let at = order.binary_search_by_key(&wanted, |i| column.u32(*i as usize)).ok()?;
        Some(PlaceId(order[at]))
    }

    /// The country or dependency with a code.
    pub fn country(&self, country: Country) -> Option<PlaceId> {
        self.inner.run(country).map(|run| run.place)
    }

    /// All countries and dependencies.
    pub fn countries(&self) -> impl Iterator<Item = (Country, PlaceId)> {
        self.inner.countries.iter().map(|run| (run.country, run.place))
    }

    /// All places of a country, the country itself included.
    pub fn places_in(&self, country: Country) -> impl Iterator<Item = PlaceId> + use<> {
        let (first, end) = self.inner.run(country).map_or((0, 0), |run| (run.first, run.end));
        (first..end).map(PlaceId)
    }

    /// Whether a place is, or lies by hierarchy in, another one.
    pub fn is_within(&self, place: PlaceId, ancestor: PlaceId) -> bool {
        if place == ancestor {
            return true;
        }
        let inner = self.place(place);
        let outer = self.place(ancestor);
        match outer.class() {
            Class::Country => inner.country_place() == Some(ancestor),
            Class::Admin1 => inner.admin1() == Some(ancestor),
            Class::Admin2 => inner.admin2() == Some(ancestor),
            Class::Region => inner.country().is_some_and(|country| self.members(ancestor).contains(&country)),
            Class::City | Class::Physical | Class::Facility => false,
        }
    }

    /// The countries that a region or a union of states holds; empty for other places.
    pub fn members(&self, region: PlaceId) -> &[Country] {
        let at = self.inner.members.binary_search_by_key(&region, |(region, _)| *region);
        at.map_or(&[], |at| &self.inner.members[at].1)
    }
}

impl Inner {
    fn run(&self, country: Country) -> Option<CountryRun> {
        let at = self.countries.binary_search_by_key(&country, |run| run.country).ok()?;
        Some(self.countries[at])
    }
}

impl CountryRun {
    fn read(entry: &[u8]) -> Option<Self> {
        let number = |at: usize| entry.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
        let country = Country::from_bytes([entry[0], entry[1]])?;
        Some(Self { country, first: number(4)?, end: number(8)?, place: PlaceId(number(12)?) })
    }
}

/// Regions with their countries, in the order of places; what is damaged is left out.
fn read_members(mut section: &[u8]) -> Vec<(PlaceId, Vec<Country>)> {
    let mut members = Vec::new();
    while let Some((head, rest)) = section.split_first_chunk::<6>() {
        let place = PlaceId(u32::from_le_bytes([head[0], head[1], head[2], head[3]]));
        let count = usize::from(u16::from_le_bytes([head[4], head[5]]));
        let Some((codes, rest)) = rest.split_at_checked(count * 2) else { break };
        members.push((place, codes.chunks_exact(2).filter_map(|code| Country::from_bytes([code[0], code[1]])).collect()));
        section = rest;
    }
    members
}

impl std::fmt::Debug for Gazetteer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gazetteer").field("version", &self.version()).field("places", &self.len()).finish_non_exhaustive()
    }
}
