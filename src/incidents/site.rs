//! A resolved toponym as the extraction of incidents sees it: plain values, no gazetteer.

use crate::gazetteer::{Class, Country};
use crate::geo::LonLat;
use crate::mentions::Usage;
use crate::text::Span;

use super::RunnerUp;

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
    /// English name of the first-level area.
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
        match self.level {
            Class::Region => true,
            Class::Country => self.country.is_some() && self.country == finer.country,
            _ => {
                self.country == finer.country
                    && (finer.admin1.is_none()
                        || self.admin1.is_none()
                        || self.admin1 == finer.admin1
                        || finer.admin1.as_deref() == Some(self.name.as_str()))
            }
        }
    }
}
