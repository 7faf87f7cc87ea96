//! Putting a document in: one transaction, all or nothing.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params, params_from_iter};
use serde_json::{Value, json};

use super::super::{Author, DocumentRecord, IncidentRecord, Put, PutOutcome};
use super::columns::{COLUMNS, to_sql};
use super::edit::was_removed;
use super::geometry;
use super::last_revision;

/// Puts a document with its incidents in.
///
/// Incidents that the document no longer has are removed, those it has anew are added, the rest is
/// updated where it differs. A row that a person has edited, here or in another program, stays as
/// that person left it, and one that a person has removed stays away.
pub fn put(connection: &mut Connection, record: &DocumentRecord, author: &Author) -> rusqlite::Result<Put> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let known: Option<String> = transaction
        .prepare_cached("SELECT fingerprint FROM documents WHERE id = ?1")?
        .query_row([&record.id], |row| row.get(0))
        .optional()?;
    let outcome = match known {
        Some(fingerprint) if fingerprint == record.fingerprint => PutOutcome::Unchanged,
        Some(_) => PutOutcome::Updated,
        None => PutOutcome::Created,
    };
    if outcome != PutOutcome::Unchanged {
        transaction.prepare_cached("INSERT INTO oqiga_writing VALUES (?1)")?.execute([std::process::id()])?;
        // GeoPackage wants UTC with exactly three digits of a second.
        let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
        let trail = Trail { transaction: &transaction, author, now: &now };
        put_document(&trail, record, outcome)?;
        put_incidents(&trail, record)?;
        widen_contents(&trail, &record.incidents)?;
        transaction.execute("DELETE FROM oqiga_writing", [])?;
    }
    let put = Put { outcome, incidents: incident_ids(&transaction, &record.id)?, revision: last_revision(&transaction)? };
    transaction.commit()?;
    Ok(put)
}

/// The identifiers of a document's incidents, in the order of the store.
pub fn incident_ids(connection: &Connection, document_id: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached("SELECT id FROM incidents WHERE doc_id = ?1 AND id NOT NULL ORDER BY fid")?;
    statement.query_map([document_id], |row| row.get(0))?.collect()
}

/// The transaction with what every revision in it says.
pub(super) struct Trail<'a> {
    pub(super) transaction: &'a Transaction<'a>,
    pub(super) author: &'a Author,
    pub(super) now: &'a str,
}

impl Trail<'_> {
    /// Adds a revision. When something is created, nothing is copied: the row itself is the state
    /// until a later revision keeps it as its `before`.
    pub(super) fn revision(&self, what: &str, id: &str, action: &str, before: Option<Value>, after: Option<Value>) -> rusqlite::Result<()> {
        let text = |json: Option<Value>| json.map(|json| json.to_string());
        self.transaction
            .prepare_cached(
                "INSERT INTO revisions (at, who, why, what, id, action, before, after) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![self.now, self.author.who, self.author.why, what, id, action, text(before), text(after)])?;
        Ok(())
    }
}

fn put_document(trail: &Trail<'_>, record: &DocumentRecord, outcome: PutOutcome) -> rusqlite::Result<()> {
    let published = record.published.map(|day| day.to_string());
    let diagnostics = record.diagnostics.to_string();
    if outcome == PutOutcome::Created {
        trail
            .transaction
            .prepare_cached(
                "INSERT INTO documents (id, fingerprint, title, text, published, lang, source, url, country, diagnostics, added)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                record.id,
                record.fingerprint,
                record.title,
                record.text,
                published,
                record.lang,
                record.source,
                record.url,
                record.country,
                diagnostics,
                trail.now
            ])?;
        return trail.revision("document", &record.id, "create", None, None);
    }
    let before = trail.transaction.prepare_cached("SELECT title, text, published, lang, source, url, country FROM documents WHERE id = ?1")?.query_row(
        [&record.id],
        |row| {
            let text = |at: usize| row.get::<_, Option<String>>(at);
            Ok(json!({"title": text(0)?, "text": text(1)?, "published": text(2)?, "lang": text(3)?, "source": text(4)?, "url": text(5)?, "country": text(6)?}))
        },
    )?;
    let after = json!({"title": record.title, "text": record.text, "published": published, "lang": record.lang, "source": record.source, "url": record.url, "country": record.country});
    trail
        .transaction
        .prepare_cached(
            "UPDATE documents SET fingerprint = ?2, title = ?3, text = ?4, published = ?5, lang = ?6, source = ?7, url = ?8, country = ?9, diagnostics = ?10 WHERE id = ?1",
        )?
        .execute(params![
            record.id,
            record.fingerprint,
            record.title,
            record.text,
            published,
            record.lang,
            record.source,
            record.url,
            record.country,
            diagnostics
        ])?;
    trail.revision("document", &record.id, "update", Some(before), Some(after))
}

/// An incident of the document as it was before.
struct Before {
    id: String,
    state: Value,
    edited_elsewhere: bool,
}

fn put_incidents(trail: &Trail<'_>, record: &DocumentRecord) -> rusqlite::Result<()> {
    let before = incidents_before(trail.transaction, &record.id)?;
    for incident in &record.incidents {
        let state = state_of(incident);
        match before.iter().find(|b| b.id == incident.id) {
            None if was_removed(trail.transaction, &incident.id)? => {}
            None => {
                insert(trail.transaction, &record.id, incident)?;
                trail.revision("incident", &incident.id, "create", None, None)?;
            }
            Some(known) if known.edited_elsewhere || known.state == state => {}
            Some(known) => {
                update(trail.transaction, &record.id, incident)?;
                trail.revision("incident", &incident.id, "update", Some(known.state.clone()), Some(state))?;
            }
        }
    }
    for gone in before.iter().filter(|b| !b.edited_elsewhere && record.incidents.iter().all(|i| i.id != b.id)) {
        trail.transaction.prepare_cached("DELETE FROM incidents WHERE id = ?1")?.execute([&gone.id])?;
        trail.revision("incident", &gone.id, "delete", Some(gone.state.clone()), None)?;
    }
    Ok(())
}

fn incidents_before(transaction: &Transaction<'_>, document_id: &str) -> rusqlite::Result<Vec<Before>> {
    let mut statement =
        transaction.prepare_cached("SELECT id, geom, properties, edited_elsewhere FROM incidents WHERE doc_id = ?1 AND id NOT NULL")?;
    let rows = statement.query_map([document_id], |row| {
        let position = row.get::<_, Option<Vec<u8>>>(1)?.and_then(|blob| geometry::decode(&blob));
        let properties: Value = row.get::<_, Option<String>>(2)?.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        Ok(Before {
            id: row.get(0)?,
            state: json!({"lon": position.map(|at| at.lon), "lat": position.map(|at| at.lat), "properties": properties}),
            edited_elsewhere: row.get::<_, i64>(3)? != 0,
        })
    })?;
    rows.collect()
}

pub(super) fn state_of(incident: &IncidentRecord) -> Value {
    let at = incident.position;
    json!({"lon": at.map(|at| at.lon), "lat": at.map(|at| at.lat), "properties": incident.properties})
}

pub(super) fn insert(transaction: &Transaction<'_>, document_id: &str, incident: &IncidentRecord) -> rusqlite::Result<()> {
    let names: String = COLUMNS.iter().map(|(name, _)| format!(", {name}")).collect();
    let places: String = (0..COLUMNS.len()).map(|i| format!(", ?{}", i + 4)).collect();
    transaction
        .prepare_cached(&format!("INSERT INTO incidents (id, geom, properties{names}) VALUES (?1, ?2, ?3{places})"))?
        .execute(params_from_iter(values(document_id, incident)))?;
    Ok(())
}

pub(super) fn update(transaction: &Transaction<'_>, document_id: &str, incident: &IncidentRecord) -> rusqlite::Result<()> {
    let sets: String = COLUMNS.iter().enumerate().map(|(i, (name, _))| format!(", {name} = ?{}", i + 4)).collect();
    transaction
        .prepare_cached(&format!("UPDATE incidents SET geom = ?2, properties = ?3{sets} WHERE id = ?1"))?
        .execute(params_from_iter(values(document_id, incident)))?;
    Ok(())
}

/// The values of `id`, `geom`, `properties` and the flat columns.
fn values(document_id: &str, incident: &IncidentRecord) -> Vec<Sql> {
    let geom = incident.position.map_or(Sql::Null, |at| Sql::Blob(geometry::encode(at)));
    let properties = Value::Object(incident.properties.clone()).to_string();
    let mut values = vec![Sql::Text(incident.id.clone()), geom, Sql::Text(properties)];
    values.extend(COLUMNS.iter().map(|(name, kind)| match *name {
        "doc_id" => Sql::Text(document_id.to_owned()),
        name => to_sql(*kind, incident.properties.get(name)),
    }));
    values
}

/// Keeps what `gpkg_contents` says of the layer true: when it last changed, and a box that holds it.
pub(super) fn widen_contents(trail: &Trail<'_>, incidents: &[IncidentRecord]) -> rusqlite::Result<()> {
    let positions = || incidents.iter().filter_map(|incident| incident.position);
    let edge = |value: fn(crate::geo::LonLat) -> f64, pick: fn(f64, f64) -> f64| positions().map(value).reduce(pick);
    trail
        .transaction
        .prepare_cached(
            "UPDATE gpkg_contents SET last_change = ?1,
                min_x = coalesce(min(min_x, ?2), min_x, ?2), min_y = coalesce(min(min_y, ?3), min_y, ?3),
                max_x = coalesce(max(max_x, ?4), max_x, ?4), max_y = coalesce(max(max_y, ?5), max_y, ?5)
             WHERE table_name = 'incidents'",
        )?
        .execute(params![
            trail.now,
            edge(|at| at.lon, f64::min),
            edge(|at| at.lat, f64::min),
            edge(|at| at.lon, f64::max),
            edge(|at| at.lat, f64::max)
        ])?;
    Ok(())
}
