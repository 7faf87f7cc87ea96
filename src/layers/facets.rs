//! How many incidents there are of each type, status, country … under a filter.
//!
//! Each facet is counted with the filter but for its own parameter: whoever has chosen `riot` still
//! sees how many protests there would be. (`type` and `group` choose together, so both are left out
//! for either.)

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::incidents::TAXONOMY;
use crate::index::columns::{COUNTRIES, country_of};
use crate::index::{Class, Snapshot};

use super::Filter;
use super::filter::word_of;
use super::plan::Plan;

/// What can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Facet {
    /// Types of incident.
    Type,
    /// Groups of types.
    Group,
    /// How it is told.
    Status,
    /// Countries.
    Country,
    /// Places, by GeoNames id.
    Place,
    /// How exactly it is placed.
    Precision,
    /// Outlets.
    Source,
}

impl Facet {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Type, Self::Group, Self::Status, Self::Country, Self::Place, Self::Precision, Self::Source];

    /// Its name, which is also the parameter that chooses by it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Group => "group",
            Self::Status => "status",
            Self::Country => "country",
            Self::Place => "place",
            Self::Precision => "precision",
            Self::Source => "source",
        }
    }

    fn is_filtered(self, filter: &Filter) -> bool {
        match self {
            Self::Type | Self::Group => filter.types.is_some(),
            Self::Status => filter.statuses.is_some(),
            Self::Country => filter.countries.is_some(),
            Self::Place => filter.places.is_some(),
            Self::Precision => filter.precisions.is_some(),
            Self::Source => filter.sources.is_some(),
        }
    }

    fn without(self, filter: &Filter) -> Filter {
        let mut filter = filter.clone();
        match self {
            Self::Type | Self::Group => filter.types = None,
            Self::Status => filter.statuses = None,
            Self::Country => filter.countries = None,
            Self::Place => filter.places = None,
            Self::Precision => filter.precisions = None,
            Self::Source => filter.sources = None,
        }
        filter
    }
}

/// How many incidents have a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The value, as the parameter of the facet takes it; `null` for those without one.
    pub value: Option<String>,
    /// How many.
    pub count: usize,
}

/// Counts of a facet, the most frequent first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The facet.
    pub facet: Facet,
    /// The most frequent values.
    pub counts: Vec<Count>,
    /// How many incidents have a value that is not among them.
    pub others: usize,
}

/// Counts facets, at most `limit` values of each.
pub fn facets(snapshot: &Snapshot, filter: &Filter, wanted: &[Facet], limit: usize) -> Vec<Counted> {
    let mut shared: Option<Tally> = None;
    let counted = wanted.iter().map(|facet| {
        let own;
        let tally = if facet.is_filtered(filter) {
            own = Tally::new(snapshot, &facet.without(filter));
            &own
        } else {
            &*shared.get_or_insert_with(|| Tally::new(snapshot, filter))
        };
        let mut counts = tally.of(*facet);
        counts.retain(|count| count.count > 0);
        counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        let others = counts.iter().skip(limit).map(|count| count.count).sum();
        counts.truncate(limit);
        Counted { facet: *facet, counts, others }
    });
    counted.collect()
}

/// Everything counted in one pass.
struct Tally {
    classes: [usize; 256],
    countries: Vec<usize>,
    precisions: [usize; 256],
    places: FxHashMap<u32, usize>,
    sources: FxHashMap<Box<str>, usize>,
}

impl Tally {
    fn new(snapshot: &Snapshot, filter: &Filter) -> Self {
        let mut all = Self {
            classes: [0; 256],
            countries: vec![0; COUNTRIES],
            precisions: [0; 256],
            places: FxHashMap::default(),
            sources: FxHashMap::default(),
        };
        for check in Plan::new(snapshot, filter).checks() {
            let (segment, columns) = (check.segment(), check.segment().columns());
            let mut places = vec![0usize; segment.places().len()];
            let mut sources = vec![0usize; segment.sources().len()];
            check.each(|i| {
                all.classes[usize::from(columns.class[i])] += 1;
                all.countries[usize::from(columns.country[i])] += 1;
                all.precisions[usize::from(columns.precision[i])] += 1;
                places[columns.place[i] as usize] += 1;
                sources[columns.source[i] as usize] += 1;
            });
            for (place, count) in segment.places().iter().zip(places) {
                *all.places.entry(*place).or_default() += count;
            }
            for (source, count) in segment.sources().iter().zip(sources) {
                *all.sources.entry(source.clone()).or_default() += count;
            }
        }
        all
    }

    fn of(&self, facet: Facet) -> Vec<Count> {
        let count = |value: Option<String>, count: usize| Count { value, count };
        let by_class = |value: &dyn Fn(Class) -> Option<String>| {
            let mut counts: FxHashMap<Option<String>, usize> = FxHashMap::default();
            for (class, n) in self.classes.iter().enumerate().filter(|(_, n)| **n > 0) {
                *counts.entry(value(Class(class as u8))).or_default() += n;
            }
            counts.into_iter().map(|(value, n)| count(value, n)).collect()
        };
        match facet {
            Facet::Type => by_class(&|class| Some(TAXONOMY.types.get(usize::from(class.event_type()?))?.id.clone())),
            Facet::Group => by_class(&|class| class.group().map(|group| word_of(&group))),
            Facet::Status => by_class(&|class| class.status().map(|status| word_of(&status))),
            Facet::Country => {
                let name = |number: usize| country_of(number as u16).map(|country| country.to_string());
                self.countries.iter().enumerate().map(|(number, n)| count(name(number), *n)).collect()
            }
            Facet::Precision => {
                let name = |number: usize| (number > 0).then(|| number.to_string());
                self.precisions.iter().enumerate().map(|(number, n)| count(name(number), *n)).collect()
            }
            Facet::Place => self.places.iter().map(|(id, n)| count((*id != 0).then(|| id.to_string()), *n)).collect(),
            Facet::Source => self.sources.iter().map(|(name, n)| count((!name.is_empty()).then(|| name.to_string()), *n)).collect(),
        }
    }
}
