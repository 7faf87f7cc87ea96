//! A resolved toponym as the extraction of incidents sees it: plain values, no gazetteer.

use crate::gazetteer::{Class, Country};
use crate::geo::LonLat;
use crate::mentions::Usage;
use crate::text::Span;

use super::RunnerUp;

/// Without their areas known, a town this near may lie in a first-level area, or in a district.
const ADMIN1_KM: f64 = 300.0;
/// See [`ADMIN1_KM`].
const ADMIN2_KM: f64 = 80.0;
/// Names of one town and its quarter are no farther apart.
pub const TOWN_KM: f64 = 12.0;

/// A place that the text names, with what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// The name in the text.
    pub span: Span,
    /// Its tokens.
    pub tokens: std::ops::Range<usize>,
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
