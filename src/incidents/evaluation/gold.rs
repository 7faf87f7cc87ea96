//! Gold articles of schema `incident-gold/1`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use crate::geo::LonLat;
use crate::text::Lang;

/// A gold article, as far as it is needed here.
#[derive(Debug, Clone, Deserialize)]
pub struct Article {
    /// Identifier.
    pub id: String,
    /// Language.
    pub lang: Lang,
    /// Day of publication.
    pub published: Date,
    /// The text; offsets are code points of it.
    pub text: String,
    /// What is to be found.
    pub incidents: Vec<Gold>,
    /// Passages that must not be coded.
    pub not_incidents: Vec<Passage>,
    /// The names of the text.
    #[serde(default)]
    pub toponyms: Vec<Name>,
    /// Its expressions of time.
    #[serde(default)]
    pub times: Vec<GoldTime>,
}

/// An expression of time with the days it means.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct GoldTime {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// First day, unless it cannot be told.
    pub value_start: Option<Date>,
    /// Last day.
    pub value_end: Option<Date>,
}

/// A gold incident.
#[derive(Debug, Clone, Deserialize)]
pub struct Gold {
    /// Identifier in the article.
    pub id: String,
    /// Whether it must be found.
    pub required: bool,
    #[serde(rename = "type")]
    pub(super) event_type: String,
    pub(super) type_alt: Vec<String>,
    #[serde(rename = "where")]
    pub(super) place: GoldPlace,
    pub(super) where_alt: Vec<GoldPlace>,
    pub(super) date: GoldDate,
    pub(super) counts: BTreeMap<String, GoldCount>,
    /// What the incident is called in every article that tells of it.
    pub cluster: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct GoldPlace {
    pub country: Option<String>,
    pub lat: f64,
    pub lon: f64,
    pub feature: String,
    pub src: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct GoldDate {
    pub start: Date,
    pub end: Date,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct GoldCount {
    pub value: u64,
    /// Other values that are right too.
    #[serde(default)]
    pub others: Vec<u64>,
    /// Whether to tell none is right too.
    #[serde(default)]
    pub or_none: bool,
}

impl GoldCount {
    /// Whether what was found is right.
    pub fn admits(&self, got: Option<u64>) -> bool {
        got.map_or(self.or_none, |got| got == self.value || self.others.contains(&got))
    }
}

/// A passage of the text.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Passage {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// A name of the text with its part in what is told.
#[derive(Debug, Clone, Deserialize)]
pub struct Name {
    pub(super) role: Option<String>,
    pub(super) form: Option<String>,
    pub(super) resolved: Option<GoldPlace>,
}

impl GoldPlace {
    pub fn position(&self) -> LonLat {
        LonLat { lon: self.lon, lat: self.lat }
    }
}
