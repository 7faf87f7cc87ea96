//! A resolved toponym as the extraction of incidents sees it: plain values, copied from the gazetteer
//! once, so that every later step can do without it.

use std::ops::Range;

use crate::gazetteer::{Class, Country, Gazetteer, PlaceId};
use crate::geo::LonLat;
use crate::mentions::Usage;
use crate::places::{Candidate, Toponym, wire};
use crate::text::{Span, Text};

use super::RunnerUp;

/// Without their areas known, a town this near may lie in a first-level area, or in a district.
const ADMIN1_KM: f64 = 300.0;
/// See [`ADMIN1_KM`].
const ADMIN2_KM: f64 = 80.0;
/// A place that is less sure than this places no incident.
const SURE_MIN: f64 = 0.4;
/// The same for one found by sound, which is only ever tried in the countries of the document.
const SURE_MIN_BY_SOUND: f64 = 0.2;
/// Names of one town and its quarter are no farther apart.
pub const TOWN_KM: f64 = 12.0;

/// A place that the text names, with what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// The name in the text.
    pub span: Span,
    /// Its tokens.
    pub tokens: Range<usize>,
    /// What the text does with the name.
    pub usage: Usage,
    /// The kind of place.
    pub level: Class,
    /// Name in the gazetteer.
    pub name: String,
    /// Country.
    pub country: Option<Country>,
    /// English name of the country.
    pub country_name: Option<String>,
    /// English name of the first-level area, its own when it is one.
    pub admin1: Option<String>,
    /// GeoNames id.
    pub geonameid: Option<u64>,
    /// GeoNames feature code.
    pub feature: String,
    /// Position.
    pub position: LonLat,
    /// Radius in kilometres.
    pub uncertainty_km: f64,
    /// Chance that the place is the right one.
    pub confidence: f64,
    /// The position is told from the place: "12 km north of X".
    pub offset: bool,
    /// The gazetteer lacks the name: what is known of the place is its country only.
    pub unresolved: bool,
    /// The capital of its country.
    pub capital: bool,
    /// What else the name may mean, best first.
    pub candidates: Vec<RunnerUp>,
}

impl Site {
    /// Whether both are the same place.
    pub fn same(&self, other: &Self) -> bool {
        match (self.geonameid, other.geonameid) {
            (Some(a), Some(b)) => a == b,
            _ => self.name == other.name && self.level == other.level,
        }
    }

    /// How fine the place is: 3 a town or site, 2 a district, 1 a region, 0 a country or more.
    pub fn fineness(&self) -> u8 {
        match self.level {
            Class::City | Class::Facility => 3,
            Class::Admin2 | Class::Physical => 2,
            Class::Admin1 => 1,
            Class::Country | Class::Region => 0,
        }
    }

    /// Whether this coarser place may hold the other: they share the country, and the first-level
    /// area when both name one.
    pub fn may_hold(&self, finer: &Self) -> bool {
        if self.fineness() >= finer.fineness() {
            return false;
        }
        let km = self.position.distance_km(finer.position);
        match self.level {
            Class::Region => true,
            _ if self.country != finer.country => false,
            Class::Country => self.country.is_some(),
            // Both know their first-level area: it decides; else the distance must do.
            Class::Admin1 => match (&self.admin1, &finer.admin1) {
                (Some(a), Some(b)) => a == b,
                _ => km < ADMIN1_KM,
            },
            _ => km < ADMIN2_KM && (self.admin1.is_none() || finer.admin1.is_none() || self.admin1 == finer.admin1),
        }
    }
}

/// The sites of a document: its resolved toponyms, then the countries that they lie in and that are
/// not named themselves, without a place in the text.
pub fn sites(text: &Text<'_>, toponyms: &[Toponym], gazetteer: &Gazetteer) -> Vec<Site> {
    let mut sites: Vec<Site> = toponyms.iter().filter_map(|t| site(t, gazetteer).or_else(|| unresolved(t, toponyms, gazetteer))).collect();
    let mut countries: Vec<Country> = sites.iter().filter_map(|s| s.country).collect();
    countries.sort_unstable();
    countries.dedup();
    for country in countries {
        let named = sites.iter().any(|s| s.level == Class::Country && s.country == Some(country));
        if !named && let Some(id) = gazetteer.country(country) {
            let place = gazetteer.place(id);
            let nowhere = text.tokens.len();
            sites.push(describe(gazetteer, id, Span::new(0, 0), nowhere..nowhere, Usage::Literal, place.position()));
        }
    }
    sites
}

/// "The village of X" that the gazetteer lacks stands for the country of the place named nearest to it: what
/// happened there must not fall to another town of the report.
fn unresolved(toponym: &Toponym, toponyms: &[Toponym], gazetteer: &Gazetteer) -> Option<Site> {
    let mention = &toponym.mention;
    let told_as_place = mention.class_cue == Some(Class::City);
    if toponym.resolution.position.is_some() || mention.usage != Usage::Literal || !told_as_place {
        return None;
    }
    let country = |t: &Toponym| {
        let sure = t.mention.is_place_reference() && t.resolution.confidence >= SURE_MIN;
        gazetteer.place(t.resolution.place.filter(|_| sure)?).country()
    };
    let far = |t: &Toponym| t.mention.tokens.start.abs_diff(mention.tokens.start);
    let nearest = toponyms.iter().filter(|t| country(t).is_some()).min_by_key(|t| far(t))?;
    let id = gazetteer.country(country(nearest)?)?;
    let position = gazetteer.place(id).position();
    let site = describe(gazetteer, id, mention.span, mention.tokens.clone(), mention.usage, position);
    Some(Site { unresolved: true, ..site })
}

fn site(toponym: &Toponym, gazetteer: &Gazetteer) -> Option<Site> {
    let Toponym { mention, resolution } = toponym;
    let sure_min = if mention.bearers.is_empty() { SURE_MIN_BY_SOUND } else { SURE_MIN };
    let position = resolution.position.filter(|_| resolution.confidence >= sure_min)?;
    let mut site = describe(gazetteer, resolution.place?, mention.span, mention.tokens.clone(), mention.usage, position);
    site.uncertainty_km = resolution.uncertainty_km;
    site.confidence = resolution.confidence;
    site.offset = mention.offset.is_some();
    site.candidates = resolution.candidates.iter().map(|c| runner_up(gazetteer, c)).collect();
    Some(site)
}

fn describe(gazetteer: &Gazetteer, id: PlaceId, span: Span, tokens: Range<usize>, usage: Usage, position: LonLat) -> Site {
    let place = gazetteer.place(id);
    let area = if place.class() == Class::Admin1 { Some(id) } else { place.admin1() };
    Site {
        span,
        tokens,
        usage,
        level: place.class(),
        name: place.name().to_owned(),
        country: place.country(),
        country_name: place.country_place().map(|c| gazetteer.place(c).name().to_owned()),
        admin1: area.map(|a| gazetteer.place(a).name().to_owned()),
        geonameid: place.geonameid(),
        feature: place.feature().to_owned(),
        position,
        uncertainty_km: place.radius_km(),
        confidence: 1.0,
        offset: false,
        unresolved: false,
        capital: place.is_capital(),
        candidates: Vec::new(),
    }
}

fn runner_up(gazetteer: &Gazetteer, candidate: &Candidate) -> RunnerUp {
    let place = gazetteer.place(candidate.place);
    RunnerUp {
        geonameid: place.geonameid(),
        name: place.name().to_owned(),
        country: place.country(),
        admin1: place.admin1().map(|a| gazetteer.place(a).name().to_owned()),
        feature: place.feature().to_owned(),
        population: place.population(),
        position: place.position(),
        score: (candidate.score * 100.0).round() / 100.0,
        why: wire::why(&candidate.evidence),
    }
}
