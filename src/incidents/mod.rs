//! Incidents worked out from resolved text: what happened, where, when, how many, who, says who.
//!
//! Last stage of the pure analysis. Rules of a language live in its folder under [`crate::lang`];
//! here stands what is common to all of them.

mod calendar;
mod incident;
pub mod numbers;
pub mod rules;
mod taxonomy;
pub mod time;

pub use incident::{
    Actor, Count, CountField, DatePrecision, DateSpan, Incident, Mark, MarkKind, PlaceSource, Qualifier, RunnerUp, Status, Where,
};
pub use taxonomy::{EventGroup, EventType, TAXONOMY, Taxonomy};
