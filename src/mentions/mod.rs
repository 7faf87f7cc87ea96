//! Toponyms found in a text: where they stand and what use is made of them, not yet which place
//! they are.
//!
//! Third stage. It reads [`crate::text`] and asks the gazetteer whether a name exists; choosing
//! among the places of a name is [`crate::places`].

pub mod tagger;

use serde::{Deserialize, Serialize};

use crate::gazetteer::{Class, PlaceId};
use crate::text::Span;

/// A place name at a span of the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// The name as written, clitics and prepositions left out.
    pub span: Span,
    /// Tokens that the span lies in.
    pub tokens: std::ops::Range<usize>,
    /// What the text does with the name.
    pub usage: Usage,
    /// How it was found.
    pub found_by: FoundBy,
    /// The kind of place that the words around it demand: "the city of", "область".
    pub class_cue: Option<Class>,
    /// The places that bear the name, with how well the name fits. Empty when the gazetteer lacks it.
    pub bearers: Vec<Bearer>,
}

/// A place that bears the mentioned name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bearer {
    /// The place.
    pub place: PlaceId,
    /// How the written form leads to the name.
    pub fit: NameFit,
}

/// How a written form leads to a name of the gazetteer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NameFit {
    /// Equal after folding.
    Exact,
    /// Equal once an inflection or clitic is taken off.
    Inflected,
    /// Equal up to a small edit.
    Fuzzy(f32),
    /// Alike across scripts; 1 is the best score.
    CrossScript(f32),
    /// Through an adjective or demonym.
    Demonym,
    /// The text gives the position itself.
    Coordinates,
}

/// How a mention was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// A name of the gazetteer stands there.
    Gazetteer,
    /// The trained tagger marked it.
    Tagger,
    /// A word before or after demands a name there: "city of", "ауылы".
    Cue,
    /// Coordinates written out.
    Coordinates,
    /// The caller marked it.
    Given,
}

/// What a text does with a place name (design.md; gold `use`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Usage {
    /// The place as a place.
    Literal,
    /// The city named at the head of an agency report.
    Dateline,
    /// A capital or country that speaks, decides or sends: "Washington said".
    Metonym,
    /// Part of the name of an organisation, company, team or university.
    Organization,
    /// An adjective or demonym: "the Kazakh police".
    Adjective,
    /// One end of a route or of the road between two places.
    Route,
    /// Where somebody or something comes from.
    Origin,
    /// The name of a street.
    Street,
    /// The name of a building or site.
    Facility,
    /// A person who is called like a place.
    Person,
}
