//! Incidents as map layers: which ones (the filter), and what they look like on the wire.
//!
//! One [`Filter`] means the same everywhere, so that what is seen is what is exported.

pub mod cql2;
pub mod crs;
pub mod edited;
pub mod facets;
pub mod feature;
pub mod fields;
pub mod filter;
pub mod geojson;
pub mod histogram;
pub mod inside;
pub mod json_text;
pub mod mvt;
pub mod plain;
pub mod plan;
pub mod query;
pub mod queryables;
pub mod record;
mod singles;
pub mod style;
pub mod tiles;

pub use filter::{Filter, FilterError};
