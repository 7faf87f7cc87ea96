//! Which place each mention means, with the runners-up and the reasons.
//!
//! Fourth stage. All mentions of a document are resolved together. Every signal is a pure function
//! with a named score, so that any answer can be explained.

use serde::Serialize;

use crate::gazetteer::{Class, PlaceId};
use crate::geo::LonLat;
use crate::mentions::Mention;

/// A mention with the place chosen for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Toponym {
    /// What was found in the text.
    pub mention: Mention,
    /// What it was taken to mean.
    pub resolution: Resolution,
}

/// The choice among the places that a mention may mean.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Resolution {
    /// The chosen place, or `None` when nothing was sure enough. Always the first candidate when there is one.
    pub place: Option<PlaceId>,
    /// The position: of the place, or moved by "12 km north of", or as written in the text.
    pub position: Option<LonLat>,
    /// How large the place is, or how vague the words around it, as a radius in kilometres.
    pub uncertainty_km: f64,
    /// The kind of the chosen place.
    pub level: Option<Class>,
    /// Chance that the choice is right, 0 to 1.
    pub confidence: f64,
    /// What was considered, best first.
    pub candidates: Vec<Candidate>,
}

/// A place that a mention may mean, with its score in named parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The place.
    pub place: PlaceId,
    /// The sum that ranks it; higher is better.
    pub score: f64,
    /// What the sum is made of.
    pub evidence: Vec<Evidence>,
}

/// One named reason for or against a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Evidence {
    /// Which signal: "population", "country of the document" …
    pub signal: &'static str,
    /// What it adds to the score.
    pub score: f64,
}
