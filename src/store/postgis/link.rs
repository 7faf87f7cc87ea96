//! Connections: a pool to one database, and the patience to wait for it.
//!
//! The store is called from threads that may block, some of them inside another runtime. So the
//! sockets live in a small runtime of their own, and a caller waits for an answer without being in
//! it: the driver's client only talks to its socket through a channel.

use std::sync::Arc;
use std::time::{Duration, Instant};

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime as PoolRuntime};
use tokio::runtime::{Handle, Runtime};
use tokio_postgres::error::SqlState;
use tokio_postgres_rustls::MakeRustlsConnect;
use tracing::{info, warn};

use super::super::StoreError;
use super::address::{Address, cause};
use super::tls;

/// Most connections of one process to one server.
const CONNECTIONS: usize = 8;

/// How long a caller waits for a free connection.
const QUEUE_WAIT: Duration = Duration::from_secs(10);

/// The first pause before trying again, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// How often the same work is begun anew after another writer was in its way.
const RACES: u32 = 5;

/// The runtime in which sockets live.
pub struct Driver(Option<Runtime>);

impl Driver {
    /// Starts it.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start() -> std::io::Result<Arc<Self>> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("oqiga-postgres").enable_all().build()?;
        Ok(Arc::new(Self(Some(runtime))))
    }

    /// Where to spawn what needs a socket.
    pub fn handle(&self) -> &Handle {
        // Only taken when dropped.
        self.0.as_ref().expect("a runtime that runs").handle()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Also when the store is dropped inside another runtime, which must not block.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Why a piece of work did not go through.
#[derive(Debug)]
pub enum Trouble {
    /// The database or the way to it.
    Database(tokio_postgres::Error),
    /// No connection was to be had.
    Pool(PoolError),
    /// A value that the database has no place for.
    Value(Box<dyn std::error::Error + Sync + Send>),
    /// What the caller is to be told as it is.
    Store(StoreError),
}

impl From<tokio_postgres::Error> for Trouble {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error)
    }
}

impl From<PoolError> for Trouble {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => Self::Database(error),
            error => Self::Pool(error),
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What to do about trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remedy {
    /// The server is away for now: wait for it.
    Wait,
    /// Another writer was faster: begin anew.
    Again,
    /// Nothing.
    Tell,
}

impl Trouble {
    fn remedy(&self) -> Remedy {
        let error = match self {
            Self::Store(_) | Self::Value(_) => return Remedy::Tell,
            Self::Pool(PoolError::Timeout(_)) => return Remedy::Wait,
            Self::Pool(_) => return Remedy::Tell,
            Self::Database(error) => error,
        };
        if let Some(code) = error.code() {
            return remedy_of(code);
        }
        if error.is_closed() {
            return Remedy::Wait;
        }
        match std::error::Error::source(error).and_then(|source| source.downcast_ref::<std::io::Error>()) {
            // A certificate that is not trusted will not be so in a second.
            Some(io) if io.kind() == std::io::ErrorKind::InvalidData => Remedy::Tell,
            Some(_) => Remedy::Wait,
            None if error.to_string().contains("timeout") => Remedy::Wait,
            None => Remedy::Tell,
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Database(error) => cause(error),
            Self::Pool(error) => cause(error),
            Self::Value(error) => cause(&**error),
            Self::Store(error) => error.to_string(),
        }
    }
}

fn remedy_of(code: &SqlState) -> Remedy {
    match code.code() {
        // Connection exceptions; shut down, crashed or starting; too many connections; a server
        // that takes no writes, which is the old primary or a replica about to be promoted; a query
        // that a replica cancelled because of what came from its primary.
        "57P01" | "57P02" | "57P03" | "53300" | "25006" => Remedy::Wait,
        code if code.starts_with("08") => Remedy::Wait,
        "40001" | "40P01" | "23505" | "42P07" => Remedy::Again,
        _ => Remedy::Tell,
    }
}

/// A pool of connections to one address.
#[derive(Clone)]
pub struct Link {
    driver: Arc<Driver>,
    pool: Pool,
    tls: MakeRustlsConnect,
    address: Address,
}

impl Link {
    /// A link; nothing is connected yet.
    ///
    /// # Errors
    /// [`StoreError::Address`] when there is no certificate to trust.
    pub fn new(driver: Arc<Driver>, address: Address) -> Result<Self, StoreError> {
        let tls = tls::connector(&address)?;
        let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(address.config.clone(), tls.clone(), config);
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .runtime(PoolRuntime::Tokio1)
            .wait_timeout(Some(QUEUE_WAIT))
            .create_timeout(Some(QUEUE_WAIT))
            .recycle_timeout(Some(QUEUE_WAIT))
            .build()
            .map_err(|error| StoreError::Address { store: address.shown.clone(), why: error.to_string() })?;
        Ok(Self { driver, pool, tls, address })
    }

    /// The address.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// What makes encrypted connections.
    pub fn tls(&self) -> MakeRustlsConnect {
        self.tls.clone()
    }

    /// The runtime of the sockets.
    pub fn driver(&self) -> &Driver {
        &self.driver
    }

    /// Does a piece of work on a connection, and waits up to `patience` for a server that is away.
    /// The work may be begun more than once, so it must be one transaction that may come twice.
    ///
    /// # Errors
    /// [`StoreError::Away`] when patience ran out, [`StoreError::Postgres`] for anything that
    /// waiting does not mend.
    pub fn run<T>(&self, patience: Duration, work: impl AsyncFn(&mut Object) -> Result<T, Trouble>) -> Result<T, StoreError> {
        let started = Instant::now();
        let (mut pause, mut races, mut waited) = (PAUSES.0, 0, false);
        loop {
            let trouble = match self.attempt(&work) {
                Ok(value) => {
                    if waited {
                        info!(store = %self.address.shown, "The database is back after {} ms", started.elapsed().as_millis());
                    }
                    return Ok(value);
                }
                Err(trouble) => trouble,
            };
            match trouble.remedy() {
                Remedy::Again if races < RACES => races += 1,
                Remedy::Wait if started.elapsed() + pause <= patience => {
                    if !waited {
                        waited = true;
                        warn!(store = %self.address.shown, "The database is away, waiting up to {} s: {}", patience.as_secs(), trouble.words());
                    }
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(PAUSES.1);
                }
                Remedy::Wait => {
                    return Err(StoreError::Away { store: self.address.shown.clone(), why: trouble.words() });
                }
                Remedy::Again | Remedy::Tell => return Err(self.told(trouble)),
            }
        }
    }

    fn attempt<T>(&self, work: &impl AsyncFn(&mut Object) -> Result<T, Trouble>) -> Result<T, Trouble> {
        let mut connection = self.connection()?;
        futures_executor::block_on(work(&mut connection))
    }

    /// A connection of the pool: taken inside the runtime of the sockets, handed over outside.
    fn connection(&self) -> Result<Object, Trouble> {
        let (pool, (give, take)) = (self.pool.clone(), std::sync::mpsc::sync_channel(1));
        self.driver.handle().spawn(async move {
            // Nobody waits any more when the caller has panicked.
            let _ = give.send(pool.get().await);
        });
        let given = take.recv().map_err(|_| Trouble::Pool(PoolError::Closed))?;
        Ok(given?)
    }

    fn told(&self, trouble: Trouble) -> StoreError {
        let store = self.address.shown.clone();
        match trouble {
            Trouble::Store(error) => error,
            Trouble::Value(error) => StoreError::Postgres { store, why: cause(&*error) },
            Trouble::Pool(error) => StoreError::Postgres { store, why: cause(&error) },
            Trouble::Database(error) => StoreError::Postgres { store, why: advice(&error) },
        }
    }
}

/// What PostgreSQL said, with what to do about it when we know.
fn advice(error: &tokio_postgres::Error) -> String {
    let Some(database) = error.as_db_error() else { return cause(error) };
    let said = match database.detail() {
        Some(detail) => format!("{}: {detail}", database.message()),
        None => database.message().to_owned(),
    };
    let hint = match database.code().code() {
        "28P01" | "28000" => "check the user and its password, in the address or in PGPASSWORD",
        "3D000" => "make the database first, with createdb",
        "42501" => "the user lacks a right; the owner of the database can grant it",
        "53100" => "the disk of the database is full; make room and try again, nothing that was acknowledged is lost",
        "0A000" | "58P01" => "the server lacks PostGIS; install its package, such as postgresql-15-postgis-3",
        _ => return said,
    };
    format!("{said} ({hint})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_waited_for_and_what_does_not_is_told() {
        let check = |code: &str, want: Remedy| assert_eq!(remedy_of(&SqlState::from_code(code)), want, "{code}");
        check("57P01", Remedy::Wait);
        check("08006", Remedy::Wait);
        check("25006", Remedy::Wait);
        check("40P01", Remedy::Again);
        check("28P01", Remedy::Tell);
        check("53100", Remedy::Tell);
    }

    #[test]
    fn nobody_listening_is_waited_for_and_then_told_without_the_password() {
        let address = Address::parse("postgres://u:s3cret@127.0.0.1:1/n").unwrap();
        let link = Link::new(Driver::start().unwrap(), address).unwrap();
        let error = link.run(Duration::from_millis(60), async |_| Ok(())).unwrap_err();
        assert!(matches!(error, StoreError::Away { .. }), "{error}");
        assert!(error.to_string().contains("127.0.0.1:1") && !error.to_string().contains("s3cret"), "{error}");
    }
}
