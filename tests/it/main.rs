//! All integration tests, one binary: one module a subject.

mod accuracy;
mod architecture;
mod care;
mod cli;
mod gazetteer;
mod harness;
mod server;
mod store;
mod store_conformance;
