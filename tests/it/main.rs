//! All integration tests, one binary: one module a subject.

mod architecture;
mod cli;
mod cql2;
mod edit;
mod exports;
mod gazetteer;
mod harness;
mod layers;
mod server;
mod store;
