//! PostgreSQL with PostGIS as the store, for when one machine is not enough: the same behaviour as
//! one GeoPackage file, for any number of programs at once.
//!
//! Writes go to the primary. Reading of the whole layer and of its changes may go to a streaming
//! replica; a program still sees what it has itself written, because a replica that has not come as
//! far is passed over. A server that is away is waited for, within bounds.

mod address;
mod copy;
mod edit;
mod link;
mod listen;
mod read;
mod rows;
mod schema;
mod service;
mod tls;
mod wire;
mod write;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use tokio::sync::watch;
use tracing::{info, warn};

use self::address::Address;
use self::link::{Driver, Link};
use self::read::{Feed, Seen};
use super::{
    Author, Changes, Counts, DocumentHead, DocumentRecord, Edit, Imported, IncidentRecord, Put, Revision, SourceState, Store, StoreError,
    StoredDocument, StoredIncident, Token,
};

/// How long to wait for a server when the store is opened.
const OPEN_WAIT: Duration = Duration::from_secs(10);

/// How long a write waits for a primary that restarts or is being replaced.
const WRITE_WAIT: Duration = Duration::from_secs(30);

/// How long a read waits for a server when there is no other.
const READ_WAIT: Duration = Duration::from_secs(10);

/// How long a replica is waited for that has not come as far as the primary.
const REPLICA_WAIT: Duration = Duration::from_secs(3);

/// Most documents, or ready-made incidents, in one transaction.
const BATCH_RECORDS: usize = 5000;

/// Most incidents of documents in one transaction, one document more or less.
const BATCH_INCIDENTS: usize = 50_000;

/// A store in a PostgreSQL database.
pub struct PostGis {
    primary: Link,
    replica: Option<Link>,
    id: String,
    writable: bool,
    channel: String,
    /// The last revision that this program has written, heard of or read.
    revision: watch::Sender<u64>,
    /// The last revision that this program has written: no reader of it may see less.
    written: Mutex<u64>,
    /// The last revision that [`Store::changes_after`] or [`Store::each_incident`] told of, with its
    /// moment, to notice when the database was put back to an older state.
    told: Mutex<Option<Seen>>,
    /// The months known to have a partition.
    months: Mutex<BTreeSet<Date>>,
}

impl PostGis {
    /// Whether a `--store` is the address of a database and not the name of a file.
    ///
    /// ```
    /// assert!(oqiga::store::PostGis::is_address("postgres://maria@db.example/news"));
    /// assert!(!oqiga::store::PostGis::is_address("news.gpkg"));
    /// ```
    pub fn is_address(text: &str) -> bool {
        Address::is_one(text)
    }

    /// An address as it may be shown: without its password.
    pub fn shown(text: &str) -> String {
        Address::parse(text).map_or_else(|_| "postgres://…".to_owned(), |address| address.shown)
    }

    /// Opens a store for reading and writing, with a replica to read from if there is one; missing
    /// tables are made, older ones brought up to date.
    ///
    /// # Errors
    /// [`StoreError::Address`], [`StoreError::Away`], [`StoreError::Newer`] and
    /// [`StoreError::Postgres`].
    pub fn open(address: &str, replica: Option<&str>) -> Result<Self, StoreError> {
        let address = Address::parse(address)?.to_write();
        let store = Self::new(address, replica, true)?;
        let (schema, shown, new_id) = (store.primary.address().schema.clone(), store.primary.address().shown.clone(), random_id());
        let migrated = store.primary.run(OPEN_WAIT, async |client| schema::migrate(client, &schema, &shown, &new_id).await);
        match migrated {
            // Reading goes on without a primary; writes wait for it.
            Err(StoreError::Away { why, .. }) if store.replica.is_some() => {
                warn!("The primary is away, serving what the replica has: {why}");
            }
            migrated => migrated?,
        }
        store.ready()
    }

    /// Opens a store that is there, for reading only; a replica will do.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there are no tables of ours, and those of [`PostGis::open`].
    pub fn open_read_only(address: &str) -> Result<Self, StoreError> {
        Self::new(Address::parse(address)?, None, false)?.ready()
    }

    fn new(address: Address, replica: Option<&str>, writable: bool) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Io { path: address.shown.clone().into(), source };
        let driver = Driver::start().map_err(failed)?;
        let channel = listen::channel(&address.schema);
        let replica = replica.map(Address::parse).transpose()?.map(|mut replica| {
            // A replica has the same tables under the same name.
            replica.config.options(address.config.get_options().unwrap_or_default());
            replica.schema.clone_from(&address.schema);
            Link::new(driver.clone(), replica)
        });
        Ok(Self {
            primary: Link::new(driver, address)?,
            replica: replica.transpose()?,
            id: String::new(),
            writable,
            channel,
            revision: watch::channel(0).0,
            written: Mutex::new(0),
            told: Mutex::new(None),
            months: Mutex::new(BTreeSet::new()),
        })
    }

    /// Learns who the store is and begins to listen.
    fn ready(mut self) -> Result<Self, StoreError> {
        let (schema, shown) = (self.primary.address().schema.clone(), self.primary.address().shown.clone());
        let (id, last) = self.read(async |client| {
            match schema::version(client, &schema).await? {
                None => return Err(StoreError::Missing { path: shown.clone().into() }.into()),
                Some(found) if found > schema::VERSION => {
                    return Err(StoreError::Newer { path: shown.clone().into(), found, known: schema::VERSION }.into());
                }
                Some(_) => {}
            }
            let id: String = client.query_one("SELECT value FROM settings WHERE name = 'id'", &[]).await?.try_get(0)?;
            Ok((id, read::last(client).await?))
        })?;
        self.id = id;
        self.revision.send_replace(last.number);
        if self.writable {
            let task = listen::listen(self.primary.address().clone(), self.primary.tls(), self.revision.clone());
            self.primary.driver().handle().spawn(task);
        }
        Ok(self)
    }

    /// Reads from the primary, or from the replica while the primary is away.
    fn read<T>(&self, work: impl AsyncFn(&mut deadpool_postgres::Object) -> Result<T, link::Trouble>) -> Result<T, StoreError> {
        let Some(replica) = &self.replica else { return self.primary.run(READ_WAIT, work) };
        match self.primary.run(Duration::ZERO, &work) {
            Err(StoreError::Away { .. }) => replica.run(READ_WAIT, work),
            outcome => outcome,
        }
    }

    fn put_batch(&self, records: &[DocumentRecord], author: &Author) -> Result<Vec<Put>, StoreError> {
        self.make_months(records.iter().flat_map(|record| &record.incidents))?;
        let puts = self.primary.run(WRITE_WAIT, async |client| write::put(client, records, author, &self.channel).await)?;
        self.wrote(puts.iter().map(|put| put.revision).max().unwrap_or(0));
        Ok(puts)
    }

    fn make_months<'a>(&self, incidents: impl Iterator<Item = &'a IncidentRecord>) -> Result<(), StoreError> {
        let new: Vec<Date> = write::months(incidents).difference(&lock(&self.months)).copied().collect();
        for month in new {
            self.primary.run(WRITE_WAIT, async |client| write::make_month(client, month).await)?;
            lock(&self.months).insert(month);
        }
        Ok(())
    }

    fn wrote(&self, revision: u64) {
        let mut written = lock(&self.written);
        *written = revision.max(*written);
        self.hear(revision);
    }

    /// Fails when the store was opened for reading only.
    fn must_be_writable(&self) -> Result<(), StoreError> {
        if self.writable {
            return Ok(());
        }
        let source = std::io::Error::new(std::io::ErrorKind::PermissionDenied, "it was opened for reading only");
        Err(StoreError::Io { path: self.primary.address().shown.clone().into(), source })
    }

    fn hear(&self, revision: u64) {
        self.revision.send_if_modified(|last| std::mem::replace(last, revision.max(*last)) < revision);
    }

    /// Where a reader is: what it was told last, with its moment if we still know it.
    fn seen(&self, after: u64) -> Seen {
        let told = lock(&self.told).filter(|told| told.number == after);
        told.unwrap_or(Seen { number: after, at: None })
    }

    fn tell(&self, seen: Seen) {
        *lock(&self.told) = Some(seen);
        self.hear(seen.number);
    }

    /// Waits a moment for a replica to have come as far as we know the store to be.
    fn has_come_as_far(&self, replica: &Link) -> bool {
        let floor = (*self.revision.borrow()).max(*lock(&self.written));
        let started = Instant::now();
        loop {
            match replica.run(Duration::ZERO, async |client| read::last(client).await) {
                Ok(seen) if seen.number >= floor => return true,
                // It may not even have the tables yet.
                Ok(_) | Err(_) if started.elapsed() < REPLICA_WAIT => std::thread::sleep(Duration::from_millis(50)),
                Ok(_) | Err(_) => return false,
            }
        }
    }

    /// The changes that a replica knows of, or `None` when it does not know enough.
    fn changes_of_replica(&self, after: Seen) -> Option<Changes> {
        let replica = self.replica.as_ref()?;
        let floor = (*lock(&self.written)).max(after.number);
        match replica.run(Duration::ZERO, async |client| read::changes_after(client, after).await) {
            Ok(Feed::Changes(changes, seen)) if seen.number >= floor => {
                self.tell(seen);
                Some(changes)
            }
            Ok(_) | Err(StoreError::Away { .. }) => None,
            Err(error) => {
                warn!("The replica cannot be read: {error}");
                None
            }
        }
    }
}

impl Store for PostGis {
    fn put(&self, record: &DocumentRecord, author: &Author) -> Result<Put, StoreError> {
        let mut puts = self.put_all(std::slice::from_ref(record), author)?;
        puts.pop()
            .ok_or_else(|| StoreError::Postgres { store: self.primary.address().shown.clone(), why: "nothing was written".to_owned() })
    }

    fn put_all(&self, records: &[DocumentRecord], author: &Author) -> Result<Vec<Put>, StoreError> {
        self.must_be_writable()?;
        let mut puts = Vec::with_capacity(records.len());
        for batch in batches(records, |record| (&record.id, record.incidents.len())) {
            puts.append(&mut self.put_batch(batch, author)?);
        }
        Ok(puts)
    }

    fn import(
        &self,
        incoming: &mut dyn Iterator<Item = Vec<IncidentRecord>>,
        author: &Author,
        done: &mut dyn FnMut(Imported),
    ) -> Result<Imported, StoreError> {
        self.must_be_writable()?;
        let mut total = Imported::default();
        for incidents in incoming {
            for batch in batches(&incidents, |incident| (&incident.id, 1)) {
                self.make_months(batch.iter())?;
                let (imported, revision) =
                    self.primary.run(WRITE_WAIT, async |client| write::import(client, batch, author, &self.channel).await)?;
                self.wrote(revision);
                total.add(imported);
                done(total);
            }
        }
        Ok(total)
    }

    fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        self.read(async |client| service::tokens(client).await)
    }

    fn add_token(&self, token: &Token, author: &Author) -> Result<bool, StoreError> {
        self.must_be_writable()?;
        let added = self.primary.run(WRITE_WAIT, async |client| service::add_token(client, token, author, &self.channel).await)?;
        self.wrote(added.unwrap_or(0));
        Ok(added.is_some())
    }

    fn revoke_token(&self, name: &str, author: &Author) -> Result<bool, StoreError> {
        self.must_be_writable()?;
        let revoked = self.primary.run(WRITE_WAIT, async |client| service::revoke_token(client, name, author, &self.channel).await)?;
        self.wrote(revoked.unwrap_or(0));
        Ok(revoked.is_some())
    }

    fn source(&self, name: &str) -> Result<Option<SourceState>, StoreError> {
        self.read(async |client| service::source(client, name).await)
    }

    fn put_source(&self, state: &SourceState) -> Result<(), StoreError> {
        self.must_be_writable()?;
        self.primary.run(WRITE_WAIT, async |client| service::put_source(client, state).await)
    }

    fn edit(
        &self,
        id: &str,
        author: &Author,
        change: &mut dyn FnMut(Option<&StoredIncident>) -> Option<Edit>,
    ) -> Result<Option<u64>, StoreError> {
        self.must_be_writable()?;
        let waiting = Cell::new(Some(change));
        let revision = self.primary.run(WRITE_WAIT, async |client| {
            let Some(change) = waiting.take() else {
                // Nobody knows whether it was kept, and a change is not to be made twice.
                let store = self.primary.address().shown.clone();
                let why = "the connection broke while a change was being kept; look whether it was".to_owned();
                return Err(StoreError::Away { store, why }.into());
            };
            let mut ending = false;
            let revision = edit::edit(client, id, author, &self.channel, change, &mut ending).await;
            if !ending {
                waiting.set(Some(change));
            }
            revision
        })?;
        self.wrote(revision.unwrap_or(0));
        Ok(revision)
    }

    fn unchanged(&self, document_id: &str, fingerprint: &str) -> Result<Option<Vec<String>>, StoreError> {
        self.primary.run(WRITE_WAIT, async |client| {
            let kept = read::is_kept(client, document_id, fingerprint).await?;
            if kept { read::incident_ids(client, document_id).await.map(Some) } else { Ok(None) }
        })
    }

    fn document(&self, id: &str) -> Result<Option<StoredDocument>, StoreError> {
        self.read(async |client| read::document(client, id).await)
    }

    fn document_head(&self, id: &str) -> Result<Option<DocumentHead>, StoreError> {
        self.read(async |client| read::document_head(client, id).await)
    }

    fn each_document(&self, each: &mut dyn FnMut(DocumentHead) -> bool) -> Result<(), StoreError> {
        let mut after = String::new();
        loop {
            let documents = self.read(async |client| read::documents_after(client, &after).await)?;
            let Some(last) = documents.last() else { return Ok(()) };
            after.clone_from(&last.id);
            if !documents.into_iter().all(&mut *each) {
                return Ok(());
            }
        }
    }

    fn each_incident(&self, each: &mut dyn FnMut(StoredIncident) -> bool) -> Result<u64, StoreError> {
        let begun = Cell::new(false);
        let seen = match self.replica.as_ref().filter(|replica| self.has_come_as_far(replica)) {
            None => stream(&self.primary, each, &begun),
            Some(replica) => match stream(replica, each, &begun) {
                Err(error) if !begun.get() => {
                    warn!("Reading from the primary, the replica cannot be read: {error}");
                    stream(&self.primary, each, &begun)
                }
                seen => seen,
            },
        }?;
        self.tell(seen);
        Ok(seen.number)
    }

    fn changes_after(&self, after: u64) -> Result<Changes, StoreError> {
        let after = self.seen(after);
        if let Some(changes) = self.changes_of_replica(after) {
            return Ok(changes);
        }
        match self.primary.run(Duration::ZERO, async |client| read::changes_after(client, after).await) {
            Ok(Feed::Changes(changes, seen)) => {
                self.tell(seen);
                Ok(changes)
            }
            Ok(Feed::Behind(known)) => {
                info!(seen = after.number, found = known.number, "The database was put back to an older state; reading it anew");
                Err(StoreError::PutBack { store: self.primary.address().shown.clone(), seen: after.number, found: known.number })
            }
            Err(error) => Err(error),
        }
    }

    fn revisions(&self, id: &str) -> Result<Vec<Revision>, StoreError> {
        self.read(async |client| read::revisions(client, id).await)
    }

    fn counts(&self) -> Result<Counts, StoreError> {
        self.read(async |client| read::counts(client).await)
    }

    fn subscribe(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }

    fn id(&self) -> &str {
        &self.id
    }
}

/// Hands over every incident that a server has; `begun` says whether any was.
fn stream(link: &Link, each: &mut dyn FnMut(StoredIncident) -> bool, begun: &Cell<bool>) -> Result<Seen, StoreError> {
    let waiting = Cell::new(Some(each));
    link.run(READ_WAIT, async |client| {
        let Some(each) = waiting.take() else {
            let store = link.address().shown.clone();
            return Err(StoreError::Away { store, why: "the connection broke while the incidents were read".to_owned() }.into());
        };
        let mut hand_over = |incident| {
            begun.set(true);
            each(incident)
        };
        let seen = read::each_incident(client, &mut hand_over).await;
        // Once rows were handed over, the work cannot be begun anew.
        if !begun.get() {
            waiting.set(Some(each));
        }
        seen
    })
}

/// Runs of records for one transaction each: not too large, and without one id twice. `about` tells
/// the id of a record and how many incidents it has.
fn batches<T>(records: &[T], about: impl Fn(&T) -> (&str, usize)) -> Vec<&[T]> {
    let mut batches = Vec::new();
    let (mut start, mut incidents, mut ids) = (0, 0, BTreeSet::new());
    for (at, record) in records.iter().enumerate() {
        let (id, more) = about(record);
        let full = at - start >= BATCH_RECORDS || incidents >= BATCH_INCIDENTS;
        if full || ids.contains(id) {
            batches.push(&records[start..at]);
            (start, incidents) = (at, 0);
            ids.clear();
        }
        incidents += more;
        ids.insert(id);
    }
    if start < records.len() {
        batches.push(&records[start..]);
    }
    batches
}

/// A lock that outlives a panic of another thread: what it guards is whole at every moment.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// 128 random bits in hexadecimal.
fn random_id() -> String {
    let mut bytes = [0u8; 16];
    // Without randomness of the system nothing else here would be safe either.
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
