//! All integration tests, one binary: one module a subject.

mod accuracy;
mod architecture;
mod care;
mod cli;
mod feeds;
mod fuzz;
mod gazetteer;
mod harness;
mod kills;
mod server;
mod service;
mod store;
mod store_conformance;
