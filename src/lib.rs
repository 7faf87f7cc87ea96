//! Oqiga reads reports, finds the places and incidents in them, and serves them as map layers.
//!
//! The modules stand in the order in which a report passes through them, and each uses only those
//! before it:
//!
//! ```text
//! documents -> text -> mentions -> places -> incidents -> store -> index -> layers -> { http, export, import }
//! ```
//!
//! Up to [`incidents`] everything is a pure function from plain values to plain values.
//! The nouns: a [`Document`](intake::Document) is one text with its source and time; a
//! [`Mention`](mentions::Mention) is a toponym at a span; a [`Resolution`](places::Resolution) is
//! the place chosen for it, with the runners-up; an [`Incident`](incidents::Incident) is what
//! happened, where and when, with the evidence.

pub mod geo;
pub mod text;
mod varint;

pub mod diagnostic;
pub mod intake;

pub mod gazetteer;
pub mod lang;

pub mod mentions;
pub mod places;

pub mod incidents;
pub mod pipeline;

pub mod store;

pub mod index;
pub mod layers;

pub mod export;
pub mod import;

pub mod http;
