//! What the server asks of the analysis: one trait, so that the routes can be tested with invented
//! reports and without a gazetteer.

use serde_json::Value;

use crate::gazetteer::{Country, Gazetteer};
use crate::geo::LonLat;
use crate::intake::Document;
use crate::pipeline::Report;
use crate::text::Lang;

/// Reads reports and knows places.
pub trait Analysis: Send + Sync + 'static {
    /// The place names of a document.
    fn geoparse(&self, document: &Document) -> Report;

    /// The place names and incidents of a document.
    fn extract(&self, document: &Document) -> Report;

    /// The place names of a report as they go over the wire.
    fn toponyms(&self, document: &Document, report: &Report) -> Vec<Value>;

    /// Places of a name, best first, as GeoJSON features.
    fn geocode(&self, query: &PlaceQuery) -> Vec<Value>;

    /// Places whose name begins so, most important first, as GeoJSON features.
    fn suggest(&self, query: &PlaceQuery) -> Vec<Value>;

    /// The places at a position, nearest first, as GeoJSON features.
    fn reverse(&self, at: LonLat, limit: usize) -> Vec<Value>;

    /// The first-level areas of a country with their outlines, as GeoJSON features named in `lang`.
    fn areas(&self, country: Country, lang: Lang) -> Vec<Value> {
        let _ = (country, lang);
        Vec::new()
    }

    /// The GeoNames ids of a place and of all places in it; `None` when there is no such place.
    fn places_inside(&self, geonameid: u32) -> Option<Vec<u32>>;

    /// The gazetteer itself, for the layer of places.
    fn all_places(&self) -> Option<&Gazetteer> {
        None
    }

    /// The version of the gazetteer.
    fn gazetteer(&self) -> String;
}

/// What is looked for by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceQuery {
    /// The name or its beginning, in any script.
    pub name: String,
    /// Only in this country.
    pub country: Option<Country>,
    /// The language in which to name the places.
    pub lang: Option<Lang>,
    /// Most answers.
    pub limit: usize,
}
