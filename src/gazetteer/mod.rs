//! Every place that can be named, in every script, read-only and in memory.
//!
//! The ground that mentions and places stand on. It answers by name (exact, prefix, cross-script),
//! by position and by hierarchy, and it knows where each fact comes from. It never decides which
//! place a text means: that is [`crate::places`].

mod place;

pub use place::{Class, Country, NameKind, PlaceId};
