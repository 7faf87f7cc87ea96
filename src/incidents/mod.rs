//! Incidents worked out from resolved text: what happened, where, when, how many, who, says who.
//!
//! Last stage of the pure analysis. Rules of a language live in its folder under [`crate::lang`];
//! here stands what is common to all of them. [`extract`] reads every sentence into a scene (times,
//! places, triggers with their status, counts), gathers the scenes into drafts, one an incident, and
//! writes the drafts out with their evidence.

mod actors;
mod attribution;
mod calendar;
mod clauses;
mod confidence;
mod counts;
mod drafts;
pub mod evaluation;
mod extract;
mod incident;
pub mod join;
mod link;
mod numbers;
mod rules;
mod scene;
mod site;
mod status;
mod taxonomy;
pub mod time;
mod triggers;

pub use extract::{Extraction, Source, extract};
pub use incident::{
    Actor, Count, CountField, DatePrecision, DateSpan, Incident, Mark, MarkKind, PlaceSource, Qualifier, RunnerUp, Status, Where,
};
pub use scene::told;
pub use site::{Site, sites};
pub use taxonomy::{EventGroup, EventType, TAXONOMY, Taxonomy};
pub use time::{TimeSpan, times};

#[cfg(test)]
mod cases;
