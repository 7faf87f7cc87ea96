//! `/changes`: what happens to the incidents, as it happens (server-sent events).
//!
//! Every event carries the number of the store's revision as its id; a client that comes back with
//! it (`Last-Event-ID`, or `since`) misses nothing. `put` holds the incident as it is now, `gone`
//! the id of one that is no more or no longer passes the filter, and `reset` says that too much has
//! happened: fetch the items anew.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use http_body::Frame;
use tokio::sync::mpsc;

use crate::index::{Builder, Row, Snapshot};
use crate::layers::{Filter, filter, geojson, query};
use crate::store::{Change, Changes, StoreError};

use super::app::App;
use super::params::Params;
use super::problem::Problem;

/// Revisions that are told one by one; a client that is farther behind starts anew.
const BEHIND_MAX: u64 = 20_000;

/// Most clients at once.
pub const CLIENTS_MAX: usize = 256;

/// When a client that was turned away may try again.
const RETRY_AFTER_S: u32 = 30;

/// How long a line stays silent, so that proxies keep it open and the dead are noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Pieces that wait for a slow client; the feed waits with them and holds nothing else.
const WAITING_MAX: usize = 4;

/// The feed.
pub async fn get(State(app): State<App>, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    params.only(&[filter::PARAMETERS, &["since"]])?;
    let filter = app.filter(&params)?;
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|id| id.parse().ok());
    let since = match params.get("since") {
        None => None,
        Some(_) => Some(params.number("since", 0..=u64::MAX, None, "the id of the last event that was seen")?),
    };
    let place = app.listeners.clone().try_acquire_owned();
    let place = place.map_err(|_| Problem::busy(format!("{CLIENTS_MAX} clients listen already"), RETRY_AFTER_S))?;
    let (send, receive) = mpsc::channel(WAITING_MAX);
    let from = last.or(since).unwrap_or_else(|| app.index.snapshot().revision());
    tokio::spawn(async move {
        let _place = place;
        feed(app, filter, from, send).await;
    });
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, [("x-accel-buffering", "no")], Body::new(Pieces(receive))).into_response())
}

/// Tells what happens until the client is gone or the server stops.
async fn feed(app: App, filter: Filter, mut seen: u64, send: mpsc::Sender<Bytes>) {
    let mut news = app.index.subscribe();
    let mut closing = app.closing.subscribe();
    let filter = Arc::new(filter);
    if send.send(Bytes::from(format!(": listening after revision {seen}\nretry: 2000\n\n"))).await.is_err() {
        return;
    }
    loop {
        let now = *news.borrow_and_update();
        if now < seen {
            // The client has seen another store, or this one before a backup was put back.
            seen = now;
            let reset = format!("id: {now}\nevent: reset\ndata: {{}}\n\n");
            if send.send(reset.into()).await.is_err() {
                return;
            }
        }
        if now > seen {
            let (store, asked) = (app.store.clone(), filter.clone());
            let after = seen;
            let told = if now - seen > BEHIND_MAX {
                Ok((now, format!("id: {now}\nevent: reset\ndata: {{}}\n\n").into_bytes()))
            } else {
                match tokio::task::spawn_blocking(move || events(store.changes_after(after)?, &asked)).await {
                    Ok(told) => told,
                    Err(_) => return,
                }
            };
            let Ok((revision, bytes)) = told else { return };
            seen = revision.max(now);
            if send.send(bytes.into()).await.is_err() {
                return;
            }
            continue;
        }
        tokio::select! {
            changed = news.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(HEARTBEAT) => if send.send(Bytes::from_static(b":\n\n")).await.is_err() { return },
            () = send.closed() => return,
            () = async { drop(closing.wait_for(|closing| *closing).await) } => return,
        }
    }
}

/// The events of some changes, with the last revision that they include.
fn events(changes: Changes, filter: &Filter) -> Result<(u64, Vec<u8>), StoreError> {
    let revision = changes.revision;
    let mut rows = Vec::new();
    let mut gone = Vec::new();
    for change in changes.incidents {
        match change {
            Change::Present(incident) => rows.push(Row::new(*incident)),
            Change::Gone(id) => gone.push(id),
        }
    }
    let mut facts: Vec<_> = rows.iter().map(Row::facts).collect();
    facts.sort_unstable_by_key(|facts| facts.number);
    let mut builder = Builder::with_capacity(facts.len());
    facts.iter().for_each(|facts| builder.push(facts));
    let snapshot = Snapshot::new(revision, builder);
    let found = query::find(&snapshot, filter);
    let mut out = Vec::new();
    let mut passing = std::collections::HashSet::new();
    for row in found.rows(&snapshot) {
        passing.insert(row.id());
        out.extend_from_slice(format!("id: {revision}\nevent: put\ndata: ").as_bytes());
        // JSON as it is kept has no line breaks, which would end the event.
        let from = out.len();
        geojson::write_feature(row, "", &mut out);
        out[from..].iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
        out.extend_from_slice(b"\n\n");
    }
    let unseen = facts.iter().map(|facts| facts.id).filter(|id| !passing.contains(id));
    for id in gone.iter().map(String::as_str).chain(unseen) {
        let data = serde_json::json!({"id": id});
        out.extend_from_slice(format!("id: {revision}\nevent: gone\ndata: {data}\n\n").as_bytes());
    }
    Ok((revision, out))
}

/// The body of a feed.
struct Pieces(mpsc::Receiver<Bytes>);

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|bytes| Ok(Frame::data(bytes))))
    }
}
