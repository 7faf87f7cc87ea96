//! Which place each mention means, with the runners-up and the reasons.
//!
//! Fourth stage. All mentions of a document are resolved together. Every signal is a pure function
//! with a named score, so that any answer can be explained.
//!
//! `signals` lists the signals and their weights, `resolver` adds them up over the rounds in which
//! the names of a document come to agree, `by_sound` tries what no list holds, [`learn`] fits the weights,
//! and [`wire`] is the form in which the answer leaves the program.

mod by_sound;
mod context;
pub mod learn;
mod resolver;
mod signals;
pub mod wire;

use serde::Serialize;

use crate::gazetteer::{Class, Country, PlaceId};
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

impl Toponym {
    /// Whether the text means a place by it, in whatever use; a person who is called like a town and
    /// an adjective of nationality are none.
    pub fn is_place_reference(&self) -> bool {
        self.mention.is_place_reference()
    }
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

/// What is known of a document before it is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Prior {
    /// The country that the outlet mostly writes about, or that the caller asks for.
    pub country: Option<Country>,
}

pub use resolver::{resolve, resolve_with};
pub use signals::Weights;
