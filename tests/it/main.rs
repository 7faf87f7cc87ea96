//! All integration tests, one binary: one module a subject.

mod accuracy;
mod architecture;
mod care;
mod cli;
mod cql2;
mod edit;
mod exports;
mod feeds;
mod founding;
mod fuzz;
mod gazetteer;
mod geoparse;
mod harness;
mod kills;
mod layers;
mod samples;
mod server;
mod service;
mod store;
mod store_conformance;
mod tolls;
