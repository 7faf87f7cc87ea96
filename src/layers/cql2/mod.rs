//! CQL2, the filter language of OGC API – Features Part 3, in its text and JSON encodings.
//!
//! Both encodings are read into the same syntax tree, whose properties and types are then checked
//! against a [`Schema`]; what comes out, an [`Expression`], is asked feature by feature: a million
//! times in a request, so it works on borrowed values.
//!
//! The `cql2` crate (0.6.0) was tried for the reading. It reads every predicate of the standard's
//! Annex A, but each bracket is a call: 500 of them overflow a stack of 2 MB, so that a request of
//! one kilobyte would end the server. It also judges JSON values, and stands on a tree of 190 crates.

mod bind;
mod eval;
mod json;
mod spatial;
mod text;
mod value;

pub use bind::{Expression, Schema};
pub use eval::Subject;
pub use value::{Kind, Temporal, Value};

/// Longest expression in bytes.
pub const BYTES_MAX: usize = 32 * 1024;

/// Deepest nesting.
const DEPTH_MAX: usize = 60;

/// Most operators, properties and literals.
const NODES_MAX: usize = 5000;

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Cql2Error(String);

impl Cql2Error {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// How an expression is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// `event_type = 'riot' AND killed > 3`
    Text,
    /// `{"op": "=", "args": […]}`
    Json,
}

/// Reads an expression that must be true or false.
///
/// # Errors
/// [`Cql2Error`] for what is malformed, too long or too deep, of the wrong type, or not there.
pub fn parse(source: &str, encoding: Encoding, schema: &dyn Schema) -> Result<Expression, Cql2Error> {
    if source.len() > BYTES_MAX {
        return Err(Cql2Error::new(format!("wanted at most {BYTES_MAX} bytes, got {}", source.len())));
    }
    let node = match encoding {
        Encoding::Text => text::parse(source)?,
        Encoding::Json => json::parse(source)?,
    };
    bind::bind(node, schema)
}

/// An expression as it was written, before its properties are known.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    Literal(Value<'static>),
    Property(String),
    /// An operator or function by its lower-case name in the JSON encoding.
    Call(String, Vec<Node>),
    Array(Vec<Node>),
}

/// Counts what an expression is made of, against the limits.
#[derive(Debug, Default)]
struct Budget {
    depth: usize,
    nodes: usize,
}

impl Budget {
    fn enter(&mut self) -> Result<(), Cql2Error> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Cql2Error::new(format!("wanted at most {DEPTH_MAX} levels of nesting")));
        }
        self.node()
    }

    fn node(&mut self) -> Result<(), Cql2Error> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(Cql2Error::new(format!("wanted at most {NODES_MAX} operators, properties and values")));
        }
        Ok(())
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }
}
