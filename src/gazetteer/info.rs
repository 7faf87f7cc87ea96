//! What the gazetteer holds and where it comes from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Class, Gazetteer};
use crate::text::Script;

/// A package that the gazetteer was compiled from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Name of the package, with its registry.
    pub name: String,
    /// Its exact version.
    pub version: String,
    /// The licence of its data.
    pub licence: String,
    /// What was taken from it.
    pub used_for: String,
}

/// Counts and sources of a gazetteer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Info {
    /// Version of the data.
    pub version: String,
    /// How many places.
    pub places: usize,
    /// How many names.
    pub names: usize,
    /// How many different folded names.
    pub keys: usize,
    /// Places by class.
    pub places_by_class: BTreeMap<Class, usize>,
    /// Names by script.
    pub names_by_script: BTreeMap<Script, usize>,
    /// Where the data comes from.
    pub sources: Vec<Source>,
}

impl Gazetteer {
    /// Counts everything; reads the whole gazetteer once.
    pub fn info(&self) -> Info {
        let mut places_by_class = BTreeMap::new();
        let mut names_by_script = BTreeMap::new();
        for place in self.places() {
            *places_by_class.entry(place.class()).or_default() += 1;
            for name in place.names() {
                *names_by_script.entry(name.script()).or_default() += 1;
            }
        }
        let meta = &self.inner.meta;
        Info {
            version: meta.version.clone(),
            places: self.len(),
            names: meta.names as usize,
            keys: meta.keys as usize,
            places_by_class,
            names_by_script,
            sources: meta.sources.clone(),
        }
    }
}
