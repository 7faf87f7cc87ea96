//! Feeds and watched folders, for as long as a server runs: one thread that looks at what is due.
//!
//! Only addresses that stand in the configuration are asked, with conditional requests, limits of
//! size and time, and longer and longer pauses after failures. The same article seen again changes
//! nothing; one that was updated becomes a revision; one that another source sends word for word is
//! the document that is there.

mod address;
mod fetch;
mod folder;

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use oqiga::http::Analysis;
use oqiga::intake::{Document, feed};
use oqiga::layers::record::{document_record, fingerprint};
use oqiga::store::{Author, PutOutcome, SourceState, Store, StoreError};
use tracing::{info, warn};

use crate::Failure;
use crate::config::{Feed, Folder};
use fetch::{Fetched, Fetcher};
use folder::Watched;

/// The longest pause after failures.
const PAUSE_MAX: Duration = Duration::from_secs(24 * 3600);

/// How often we look what is due.
const TICK: Duration = Duration::from_millis(500);

/// The thread that follows feeds and folders.
pub struct Following {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Following {
    /// Ends after the article that is being read.
    pub fn stop(self) {
        drop(self.stop);
        let _ = self.thread.join();
    }
}

/// Begins to follow feeds and folders, if there are any.
pub fn follow(
    feeds: Vec<Feed>,
    folders: Vec<Folder>,
    store: Arc<dyn Store>,
    analysis: Arc<dyn Analysis>,
) -> Result<Option<Following>, Failure> {
    if feeds.is_empty() && folders.is_empty() {
        return Ok(None);
    }
    for folder in &folders {
        if !folder.path.is_dir() {
            return Err(Failure::new(format!("the folder to be watched is not there: {}", folder.path.display())));
        }
    }
    let (stop, stopped) = channel();
    let keeper = Keeper { store, analysis };
    let thread = std::thread::Builder::new().name("feeds".to_owned()).spawn(move || {
        let mut feeds: Vec<Due> = feeds.into_iter().map(|feed| Due::new(feed, &*keeper.store)).collect();
        let mut folders: Vec<Watched> = folders.into_iter().map(Watched::new).collect();
        // A stop is the end of the channel.
        while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
            let going = || stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty);
            for due in &mut feeds {
                due.look(&keeper, &going);
            }
            for folder in &mut folders {
                folder.look(&keeper, &going);
            }
        }
    })?;
    Ok(Some(Following { stop, thread }))
}

/// What puts documents into the store.
struct Keeper {
    store: Arc<dyn Store>,
    analysis: Arc<dyn Analysis>,
}

/// What became of the articles of one look.
#[derive(Default)]
struct Tally {
    created: u64,
    updated: u64,
    known: u64,
    doubles: u64,
}

impl Keeper {
    /// Analyses and keeps a document, unless it is there.
    fn keep(&self, document: &Document, trust: Option<f64>, why: &str, tally: &mut Tally) -> Result<(), StoreError> {
        if self.store.unchanged(&document.id, &fingerprint(document))?.is_some() {
            tally.known += 1;
            return Ok(());
        }
        if self.store.same_content(&document.content_hash())?.is_some_and(|id| id != document.id) {
            tally.doubles += 1;
            return Ok(());
        }
        let report = self.analysis.extract(document);
        let mut record = document_record(document, &report);
        if let Some(trust) = trust {
            for incident in &mut record.incidents {
                if let Some(confidence) = incident.properties.get("confidence").and_then(serde_json::Value::as_f64) {
                    let less = (confidence * trust * 1000.0).round() / 1000.0;
                    incident.properties.insert("confidence".to_owned(), less.into());
                }
            }
        }
        match self.store.put(&record, &Author::new("oqiga", why))?.outcome {
            PutOutcome::Created => tally.created += 1,
            PutOutcome::Updated => tally.updated += 1,
            PutOutcome::Unchanged => tally.known += 1,
        }
        Ok(())
    }
}

/// A feed with what is known of it.
struct Due {
    feed: Feed,
    fetcher: Fetcher,
    state: SourceState,
    next: Instant,
}

impl Due {
    fn new(feed: Feed, store: &dyn Store) -> Self {
        let kept = store.source(&feed.name).ok().flatten().filter(|state| state.url == feed.url.0);
        let state = kept.unwrap_or_else(|| SourceState { name: feed.name.clone(), url: feed.url.0.clone(), ..SourceState::default() });
        let now = Timestamp::now();
        let wait = state.next.map_or(Duration::ZERO, |next| Duration::try_from(next.duration_since(now)).unwrap_or_default());
        Self { fetcher: Fetcher::new(feed.allow_private), feed, state, next: Instant::now() + wait.min(PAUSE_MAX) }
    }

    fn look(&mut self, keeper: &Keeper, going: &dyn Fn() -> bool) {
        if Instant::now() < self.next || !going() {
            return;
        }
        let name = self.feed.name.clone();
        let before = self.state.clone();
        let outcome = self.read(keeper, going);
        self.state.checked = Some(Timestamp::now());
        let pause = match outcome {
            Ok(tally) => {
                if tally.created + tally.updated > 0 {
                    info!(feed = %name, created = tally.created, updated = tally.updated, known = tally.known, doubles = tally.doubles, "Read feed {name}");
                }
                self.state.failures = 0;
                self.state.error = None;
                self.every()
            }
            Err(error) => {
                // What was not taken in whole is asked for whole again.
                (self.state.etag, self.state.last_modified) = (before.etag, before.last_modified);
                self.state.failures = self.state.failures.saturating_add(1);
                warn!(feed = %name, failures = self.state.failures, error = %error, "Cannot read feed {name}: {error}");
                let pause = self.every() * 2u32.saturating_pow(self.state.failures.min(10));
                let pause = error.retry_after.map_or(pause, |wait| wait.max(pause));
                self.state.error = Some(error.to_string());
                pause.min(PAUSE_MAX)
            }
        };
        self.next = Instant::now() + pause;
        self.state.next = Timestamp::now().checked_add(jiff::SignedDuration::try_from(pause).unwrap_or_default()).ok();
        if let Err(error) = keeper.store.put_source(&self.state) {
            warn!(error = %error, "Cannot keep how far feed {name} was read: {error}");
        }
    }

    /// Minutes of the configuration; a test sets the unit to something shorter.
    fn every(&self) -> Duration {
        let unit_ms = std::env::var("OQIGA_FEED_MINUTE_MS").ok().and_then(|ms| ms.parse().ok()).unwrap_or(60_000);
        Duration::from_millis(unit_ms) * self.feed.every_minutes.max(1)
    }

    fn read(&mut self, keeper: &Keeper, going: &dyn Fn() -> bool) -> Result<Tally, fetch::FetchError> {
        let mut tally = Tally::default();
        let Fetched::Body(body) = self.fetcher.get(&self.feed.url.0, &mut self.state)? else { return Ok(tally) };
        let documents = feed::read(&body).map_err(|error| fetch::FetchError::new(error.to_string()))?;
        for mut document in documents {
            if !going() {
                return Err(fetch::FetchError::new("the server stops"));
            }
            document.source = Some(self.feed.name.clone());
            document.lang = self.feed.lang.or(document.lang);
            document.country = self.feed.country.clone();
            keeper
                .keep(&document, self.feed.trust, &format!("feed {}", self.feed.name), &mut tally)
                .map_err(|error| fetch::FetchError::new(error.to_string()))?;
        }
        Ok(tally)
    }
}
