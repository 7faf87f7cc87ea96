//! Reading: the whole layer as one stream, what changed, single documents.

use std::collections::{BTreeMap, HashMap};
use std::pin::pin;

use deadpool_postgres::{Object, Transaction};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::IsolationLevel;
use tokio_postgres::types::ToSql;

use super::super::{Change, Changes, Counts, DocumentHead, Revision, StoredDocument, StoredIncident};
use super::link::Trouble;
use super::rows;
use super::wire::{Day, Json, Moment, Text};

/// Most revisions that are taken over in one step, so that a reader who was away for long does not
/// hold all that happened in memory at once.
const STEP_REVISIONS: i64 = 100_000;

/// The incidents of one month that are fetched in one statement.
const FETCH: usize = 10_000;

/// A revision as a reader remembers it: its number and when it was made. A database that was put
/// back to an older state may hand out the same number again, but not at the same microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Its number.
    pub number: u64,
    /// When; nothing before the first.
    pub at: Option<Timestamp>,
}

/// The last revision.
pub async fn last(client: &Object) -> Result<Seen, Trouble> {
    let statement = client.prepare_cached("SELECT last, (SELECT at FROM revisions WHERE number = last) FROM feed").await?;
    seen(&client.query_one(&statement, &[]).await?)
}

fn seen(row: &tokio_postgres::Row) -> Result<Seen, Trouble> {
    Ok(Seen { number: row.try_get::<_, i64>(0)?.unsigned_abs(), at: row.try_get::<_, Option<Moment>>(1)?.map(|moment| moment.0) })
}

async fn view(client: &mut Object) -> Result<Transaction<'_>, Trouble> {
    Ok(client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true).start().await?)
}

/// Every incident in the order of the store, as of one moment.
pub async fn each_incident(client: &mut Object, each: &mut dyn FnMut(StoredIncident) -> bool) -> Result<Seen, Trouble> {
    let view = view(client).await?;
    let statement = view.prepare_cached("SELECT last, (SELECT at FROM revisions WHERE number = last) FROM feed").await?;
    let last = seen(&view.query_one(&statement, &[]).await?)?;
    let statement = view.prepare_cached(&format!("SELECT {} FROM incidents ORDER BY fid", rows::incident_columns())).await?;
    let none: [&(dyn ToSql + Sync); 0] = [];
    let mut found = pin!(view.query_raw(&statement, none).await?);
    while let Some(row) = found.try_next().await? {
        if !each(rows::incident(&row)?) {
            break;
        }
    }
    Ok(last)
}

/// How far a reader may go from where it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Feed {
    /// The changes, and the last revision that they include.
    Changes(Changes, Seen),
    /// This server does not know the revision that the reader has seen: it lags behind, or it was
    /// put back to an older state.
    Behind(Seen),
}

/// The incidents that changed after a revision, as they are now.
pub async fn changes_after(client: &mut Object, after: Seen) -> Result<Feed, Trouble> {
    let statement = client.prepare_cached("SELECT last, (SELECT at FROM revisions WHERE number = $1) FROM feed").await?;
    let row = client.query_one(&statement, &[&signed(after.number)]).await?;
    let known = seen(&row)?;
    if known.number < after.number || (after.at.is_some() && known.at != after.at) {
        return Ok(Feed::Behind(known));
    }
    if known.number == after.number {
        return Ok(Feed::Changes(Changes { revision: after.number, incidents: Vec::new() }, after));
    }
    let view = view(client).await?;
    let until = signed(after.number).saturating_add(STEP_REVISIONS);
    let statement =
        view.prepare_cached("SELECT number, at FROM revisions WHERE number > $1 AND number <= $2 ORDER BY number DESC LIMIT 1").await?;
    let Some(row) = view.query_opt(&statement, &[&signed(after.number), &until]).await? else {
        return Ok(Feed::Changes(Changes { revision: after.number, incidents: Vec::new() }, after));
    };
    let reached = seen(&row)?;
    let statement = view
        .prepare_cached(
            "SELECT id, max(number) FROM revisions WHERE number > $1 AND number <= $2 AND what = 'incident' GROUP BY id ORDER BY max(number)",
        )
        .await?;
    let changed = view.query(&statement, &[&signed(after.number), &until]).await?;
    let ids = changed.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?;
    let mut found: HashMap<String, StoredIncident> =
        incidents(&view, &ids).await?.into_iter().map(|incident| (incident.id.clone(), incident)).collect();
    let change = |id: String| match found.remove(&id) {
        Some(incident) => Change::Present(Box::new(incident)),
        None => Change::Gone(id),
    };
    Ok(Feed::Changes(Changes { revision: reached.number, incidents: ids.into_iter().map(change).collect() }, reached))
}

/// The incident at a place.
pub async fn incident(transaction: &Transaction<'_>, month: Date, fid: i64) -> Result<Option<StoredIncident>, Trouble> {
    let statement =
        transaction.prepare_cached(&format!("SELECT {} FROM incidents WHERE month = $1 AND fid = $2", rows::incident_columns())).await?;
    transaction.query_opt(&statement, &[&Day(month), &fid]).await?.map(|row| rows::incident(&row)).transpose()
}

/// Incidents by their ids; those that are no more are left out. They are fetched month by month,
/// so that only the partitions in which they lie are looked into.
async fn incidents(view: &Transaction<'_>, ids: &[String]) -> Result<Vec<StoredIncident>, Trouble> {
    let statement = view.prepare_cached("SELECT month, fid FROM incident_keys WHERE id = ANY($1)").await?;
    let mut months: BTreeMap<Date, Vec<i64>> = BTreeMap::new();
    for row in view.query(&statement, &[&ids]).await? {
        months.entry(row.try_get::<_, Day>(0)?.0).or_default().push(row.try_get(1)?);
    }
    let statement =
        view.prepare_cached(&format!("SELECT {} FROM incidents WHERE month = $1 AND fid = ANY($2)", rows::incident_columns())).await?;
    let mut incidents = Vec::with_capacity(ids.len());
    for (month, fids) in months {
        for fids in fids.chunks(FETCH) {
            for row in view.query(&statement, &[&Day(month), &fids]).await? {
                incidents.push(rows::incident(&row)?);
            }
        }
    }
    Ok(incidents)
}

/// The identifiers of a document's incidents, in the order of the store.
pub async fn incident_ids(client: &Object, document_id: &str) -> Result<Vec<String>, Trouble> {
    let statement = client.prepare_cached("SELECT id FROM incident_keys WHERE doc_id = $1 ORDER BY fid").await?;
    let rows = client.query(&statement, &[&Text(document_id)]).await?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}

/// Whether a document is kept with this content.
pub async fn is_kept(client: &Object, document_id: &str, fingerprint: &str) -> Result<bool, Trouble> {
    let statement = client.prepare_cached("SELECT 1 FROM documents WHERE id = $1 AND fingerprint = $2").await?;
    Ok(client.query_opt(&statement, &[&Text(document_id), &Text(fingerprint)]).await?.is_some())
}

/// A document.
pub async fn document(client: &Object, id: &str) -> Result<Option<StoredDocument>, Trouble> {
    let statement = client.prepare_cached("SELECT title, text, lang, diagnostics FROM documents WHERE id = $1").await?;
    let Some(row) = client.query_opt(&statement, &[&Text(id)]).await? else { return Ok(None) };
    let diagnostics = row.try_get::<_, Option<Json<'_>>>(3)?.and_then(|json| serde_json::from_str(json.0).ok()).unwrap_or_default();
    Ok(Some(StoredDocument {
        id: id.to_owned(),
        title: row.try_get(0)?,
        text: row.try_get(1)?,
        lang: row.try_get(2)?,
        diagnostics,
        incidents: incident_ids(client, id).await?,
    }))
}

/// Documents that are fetched in one statement.
const DOCUMENTS_FETCH: i64 = 10_000;

const HEAD: &str = "SELECT id, title, published, lang, source, url, country FROM documents";

fn head(row: &tokio_postgres::Row) -> Result<DocumentHead, Trouble> {
    Ok(DocumentHead {
        id: row.try_get(0)?,
        title: row.try_get(1)?,
        published: row.try_get::<_, Option<Day>>(2)?.map(|day| day.0),
        lang: row.try_get(3)?,
        source: row.try_get(4)?,
        url: row.try_get(5)?,
        country: row.try_get(6)?,
    })
}

/// What is known of a document but its text.
pub async fn document_head(client: &Object, id: &str) -> Result<Option<DocumentHead>, Trouble> {
    let statement = client.prepare_cached(&format!("{HEAD} WHERE id = $1")).await?;
    client.query_opt(&statement, &[&Text(id)]).await?.as_ref().map(head).transpose()
}

/// The documents behind one by their ids, so many as are fetched at once.
pub async fn documents_after(client: &Object, id: &str) -> Result<Vec<DocumentHead>, Trouble> {
    let statement = client.prepare_cached(&format!("{HEAD} WHERE id > $1 ORDER BY id LIMIT $2")).await?;
    client.query(&statement, &[&Text(id), &DOCUMENTS_FETCH]).await?.iter().map(head).collect()
}

/// The trail of a document or incident, oldest first.
pub async fn revisions(client: &Object, id: &str) -> Result<Vec<Revision>, Trouble> {
    let statement =
        client.prepare_cached("SELECT number, at, who, why, action, before, after FROM revisions WHERE id = $1 ORDER BY number").await?;
    client.query(&statement, &[&Text(id)]).await?.iter().map(rows::revision).collect()
}

/// How much is kept.
pub async fn counts(client: &Object) -> Result<Counts, Trouble> {
    let statement = client.prepare_cached("SELECT documents, incidents FROM feed").await?;
    let row = client.query_one(&statement, &[]).await?;
    let number = |at: usize| -> Result<u64, Trouble> { Ok(row.try_get::<_, i64>(at)?.unsigned_abs()) };
    Ok(Counts { documents: number(0)?, incidents: number(1)? })
}

/// A number of a revision as the database has it.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
