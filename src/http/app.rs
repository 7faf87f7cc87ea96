//! What every handler can reach.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{Semaphore, watch};

use crate::index::Index;
use crate::layers::Filter;
use crate::layers::query::Found;
use crate::store::{Store, StoreError};

use super::access::Access;
use super::analysis::Analysis;
use super::basemap::Basemap;
use super::cache::Recent;
use super::changes::CLIENTS_MAX;
use super::gate::Gate;
use super::limits::{Clients, Limits};
use super::metrics::Metrics;
use super::params::Params;
use super::problem::Problem;

/// The server's state; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What a server is made of.
pub struct Setup {
    /// Where documents and incidents are kept.
    pub store: Arc<dyn Store>,
    /// What reads a report.
    pub analysis: Arc<dyn Analysis>,
    /// Who may write.
    pub access: Access,
    /// Names, beside IP addresses and `localhost`, under which a server on a loopback address answers.
    pub hosts: Vec<String>,
    /// Origins whose pages may read, or `*`; a server that others can reach lets all read.
    pub origins: Vec<String>,
    /// How much a client may ask for, and whether all may read.
    pub limits: Limits,
}

/// The parts of the state.
pub struct Parts {
    pub(super) store: Arc<dyn Store>,
    pub(super) index: Index,
    pub(super) analysis: Arc<dyn Analysis>,
    pub(super) access: Access,
    pub(super) hosts: Vec<String>,
    pub(super) origins: Vec<String>,
    pub(super) limits: Limits,
    pub(super) clients: Clients,
    pub(super) metrics: Metrics,
    pub(super) gate: Gate,
    pub(super) basemap: Basemap,
    /// What passed the filters that were asked for last.
    pub(super) found: Recent<Arc<Found>>,
    /// The last tiles for which many rows were looked at.
    pub(super) tiles: Recent<Bytes>,
    /// Places for clients that listen to changes.
    pub(super) listeners: Arc<Semaphore>,
    /// Becomes true when the server stops, so that what would stream for ever ends.
    pub(super) closing: watch::Sender<bool>,
    pub(super) address: SocketAddr,
}

/// Filters whose results are kept: at most an eighth of a byte a row each.
const FOUND_MAX: usize = 16;

/// Tiles that are kept, at most 50 KB each: a few screens.
const TILES_MAX: usize = 256;

impl App {
    /// Reads the store into memory and is then ready to answer on an address.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn new(setup: Setup, address: SocketAddr) -> Result<Self, StoreError> {
        let index = Index::open(setup.store.clone())?;
        let Setup { store, analysis, access, hosts, mut origins, limits } = setup;
        access.use_store(store.clone());
        if !address.ip().is_loopback() && origins.is_empty() && limits.public_reading {
            // Public layers are for any map on any page; cookies never go with such a request.
            origins.push("*".to_owned());
        }
        Ok(Self(Arc::new(Parts {
            store,
            index,
            analysis,
            access,
            hosts,
            origins,
            clients: Clients::new(limits.rate),
            limits,
            metrics: Metrics::default(),
            gate: Gate::new(),
            basemap: Basemap::default(),
            found: Recent::new(FOUND_MAX),
            tiles: Recent::new(TILES_MAX),
            listeners: Arc::new(Semaphore::new(CLIENTS_MAX)),
            closing: watch::channel(false).0,
            address,
        })))
    }

    /// The filter of a request, with all places inside those it names.
    pub(super) fn filter(&self, params: &Params) -> Result<Filter, Problem> {
        Ok(params.filter()?.with_places_inside(|place| self.analysis.places_inside(place))?)
    }

    /// Takes over what other programs have written to the store; says whether there was anything.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn refresh(&self) -> Result<bool, StoreError> {
        self.index.refresh()
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Parts {
    /// Whether only this machine can reach the server.
    pub(super) fn is_local(&self) -> bool {
        self.address.ip().is_loopback()
    }
}
