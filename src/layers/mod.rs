//! Incidents as map layers: which ones (the filter), and what they look like on the wire.
//!
//! One [`Filter`] means the same everywhere, so that what is seen is what is exported.

pub mod feature;
pub mod filter;
pub mod geojson;
pub mod query;
pub mod record;

pub use filter::{Filter, FilterError};
