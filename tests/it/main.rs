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
mod founding;
mod gazetteer;
mod harness;
mod samples;
mod server;
mod service;
mod store;
mod store_conformance;
