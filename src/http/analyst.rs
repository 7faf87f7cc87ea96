//! The analysis that the program serves: the pipeline with its gazetteer.

use serde_json::{Value, json};

use crate::gazetteer::search::Query;
use crate::gazetteer::{Country, Gazetteer};
use crate::geo::LonLat;
use crate::intake::Document;
use crate::layers::inside::places_inside;
use crate::pipeline::{Analyst, Report};
use crate::places::wire;
use crate::text::Lang;

use super::analysis::{Analysis, PlaceQuery};

impl Analysis for Analyst {
    fn geoparse(&self, document: &Document) -> Report {
        self.geoparse(document)
    }

    fn extract(&self, document: &Document) -> Report {
        self.extract(document)
    }

    fn toponyms(&self, document: &Document, report: &Report) -> Vec<Value> {
        let toponyms = wire::toponyms(self.gazetteer(), &document.text, &report.toponyms, document.mentions.is_some());
        toponyms.iter().map(|toponym| json!(toponym)).collect()
    }

    fn geocode(&self, query: &PlaceQuery) -> Vec<Value> {
        // A name without a letter has no places; the routes refuse what is too long.
        let answers = self.gazetteer().search(&by_name(query)).unwrap_or_default();
        answers.iter().map(|answer| answer.to_feature(self.gazetteer(), reader(query))).collect()
    }

    fn suggest(&self, query: &PlaceQuery) -> Vec<Value> {
        let answers = self.gazetteer().suggest(&by_name(query)).unwrap_or_default();
        answers.iter().map(|answer| answer.to_feature(self.gazetteer(), reader(query))).collect()
    }

    fn reverse(&self, at: LonLat, limit: usize) -> Vec<Value> {
        self.gazetteer().around(at, limit).iter().map(|found| found.to_feature(self.gazetteer(), Lang::EN)).collect()
    }

    fn areas(&self, country: Country, lang: Lang) -> Vec<Value> {
        self.gazetteer().area_shapes(country, lang)
    }

    fn places_inside(&self, geonameid: u32) -> Option<Vec<u32>> {
        places_inside(self.gazetteer(), geonameid)
    }

    fn all_places(&self) -> Option<&Gazetteer> {
        Some(self.gazetteer())
    }

    fn gazetteer(&self) -> String {
        self.gazetteer().version().to_owned()
    }
}

fn by_name(query: &PlaceQuery) -> Query<'_> {
    Query { name: &query.name, country: query.country, classes: &[], limit: query.limit, ..Query::default() }
}

fn reader(query: &PlaceQuery) -> Lang {
    query.lang.unwrap_or(Lang::EN)
}
