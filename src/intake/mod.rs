//! What comes in: texts of any format as [`Document`]s, one file a format.
//!
//! First module of the pipeline. It knows files and formats; nothing after it does.

mod document;

pub use document::{Document, GivenMention, Limits};
