//! Putting documents in: one transaction for all that are handed over, all or nothing.

use std::sync::LazyLock;

use rusqlite::{Connection, OptionalExtension, Statement, Transaction, TransactionBehavior, params};
use serde_json::{Value, json};

use super::super::{Author, DocumentRecord, IncidentRecord, Put, PutOutcome};
use super::checksum::Checksum;
use super::columns::{COLUMNS, Kind, to_sql};
use super::edit::was_removed;
use super::geometry;
use super::last_revision;

/// Puts documents with their incidents in.
///
/// Incidents that a document no longer has are removed, those it has anew are added, the rest is
/// updated where it differs. A row that a person has edited in another program stays as that person
/// left it.
pub fn put_all(connection: &mut Connection, records: &[DocumentRecord], author: &Author) -> rusqlite::Result<Vec<Put>> {
    writing(connection, author, |trail| records.iter().map(|record| put(trail, record)).collect())
}

/// Runs `work` in one transaction of ours, which other connections see as one step or not at all.
pub fn writing<T>(
    connection: &mut Connection,
    author: &Author,
    work: impl FnOnce(&Trail<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.prepare_cached("INSERT INTO oqiga_writing VALUES (?1)")?.execute([std::process::id()])?;
    // GeoPackage wants UTC with exactly three digits of a second.
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    let outcome = work(&Trail { transaction: &transaction, author, now: &now })?;
    transaction.prepare_cached("DELETE FROM oqiga_writing")?.execute([])?;
    transaction.commit()?;
    Ok(outcome)
}

fn put(trail: &Trail<'_>, record: &DocumentRecord) -> rusqlite::Result<Put> {
    let known: Option<String> = trail
        .transaction
        .prepare_cached("SELECT fingerprint FROM documents WHERE id = ?1")?
        .query_row([&record.id], |row| row.get(0))
        .optional()?;
    let outcome = match known {
        Some(fingerprint) if fingerprint == record.fingerprint => PutOutcome::Unchanged,
        Some(_) => PutOutcome::Updated,
        None => PutOutcome::Created,
    };
    if outcome != PutOutcome::Unchanged {
        put_document(trail, record, outcome)?;
        put_incidents(trail, record)?;
        touch_contents(trail, &record.incidents)?;
    }
    Ok(Put { outcome, incidents: incident_ids(trail.transaction, &record.id)?, revision: last_revision(trail.transaction)? })
}

/// The identifiers of a document's incidents, in the order of the store.
pub fn incident_ids(connection: &Connection, document_id: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached("SELECT id FROM incidents WHERE doc_id = ?1 AND id NOT NULL ORDER BY fid")?;
    statement.query_map([document_id], |row| row.get(0))?.collect()
}

/// The transaction with what every revision in it says.
pub struct Trail<'a> {
    /// The transaction.
    pub transaction: &'a Transaction<'a>,
    author: &'a Author,
    /// When it began.
    pub now: &'a str,
}

impl Trail<'_> {
    /// Adds a revision. When something is created, nothing is copied: the row itself is the state
    /// until a later revision keeps it as its `before`.
    pub fn revision(&self, what: &str, id: &str, action: &str, before: Option<&Value>, after: Option<&Value>) -> rusqlite::Result<()> {
        let text = |json: Option<&Value>| json.map(Value::to_string);
        let (before, after) = (text(before), text(after));
        let (who, why) = (self.author.who.as_str(), self.author.why.as_str());
        let parts = [Some(self.now), Some(who), Some(why), Some(what), Some(id), Some(action), before.as_deref(), after.as_deref()];
        let checksum = parts.into_iter().fold(Checksum::default(), Checksum::text).finish();
        self.transaction
            .prepare_cached(
                "INSERT INTO revisions (at, who, why, what, id, action, before, after, checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![self.now, who, why, what, id, action, before, after, checksum])?;
        Ok(())
    }
}

fn put_document(trail: &Trail<'_>, record: &DocumentRecord, outcome: PutOutcome) -> rusqlite::Result<()> {
    let before = match outcome {
        PutOutcome::Created => None,
        _ => Some(document_before(trail.transaction, &record.id)?),
    };
    let published = record.published.map(|day| day.to_string());
    let diagnostics = record.diagnostics.to_string();
    let values = [
        Some(record.id.as_str()),
        Some(record.fingerprint.as_str()),
        record.title.as_deref(),
        Some(record.text.as_str()),
        published.as_deref(),
        Some(record.lang.as_str()),
        record.source.as_deref(),
        record.url.as_deref(),
        record.country.as_deref(),
        Some(diagnostics.as_str()),
        Some(record.content.as_str()),
    ];
    let checksum = values.into_iter().fold(Checksum::default(), Checksum::text).finish();
    let mut statement = trail.transaction.prepare_cached(
        "INSERT INTO documents (id, fingerprint, title, text, published, lang, source, url, country, diagnostics, content, checksum, added)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         ON CONFLICT (id) DO UPDATE SET fingerprint = ?2, title = ?3, text = ?4, published = ?5, lang = ?6, source = ?7, url = ?8,
            country = ?9, diagnostics = ?10, content = ?11, checksum = ?12",
    )?;
    for (i, value) in values.into_iter().enumerate() {
        statement.raw_bind_parameter(i + 1, value)?;
    }
    statement.raw_bind_parameter(12, checksum)?;
    statement.raw_bind_parameter(13, trail.now)?;
    statement.raw_execute()?;
    if outcome == PutOutcome::Created {
        return trail.revision("document", &record.id, "create", None, None);
    }
    let after = json!({"title": record.title, "text": record.text, "published": published, "lang": record.lang, "source": record.source, "url": record.url, "country": record.country});
    trail.revision("document", &record.id, "update", before.as_ref(), Some(&after))
}

fn document_before(transaction: &Transaction<'_>, id: &str) -> rusqlite::Result<Value> {
    let mut statement =
        transaction.prepare_cached("SELECT title, text, published, lang, source, url, country FROM documents WHERE id = ?1")?;
    statement.query_row([id], |row| {
        let text = |at: usize| row.get::<_, Option<String>>(at);
        Ok(json!({"title": text(0)?, "text": text(1)?, "published": text(2)?, "lang": text(3)?, "source": text(4)?, "url": text(5)?, "country": text(6)?}))
    })
}

/// An incident as it was before.
pub struct Before {
    /// Its identifier.
    pub id: String,
    state: Value,
    edited_elsewhere: bool,
}

fn put_incidents(trail: &Trail<'_>, record: &DocumentRecord) -> rusqlite::Result<()> {
    let before = incidents_before(trail.transaction, &record.id)?;
    for incident in &record.incidents {
        match before.iter().find(|b| b.id == incident.id) {
            None if was_removed(trail.transaction, &incident.id)? => {}
            None => {
                insert(trail, Some(&record.id), incident)?;
                trail.revision("incident", &incident.id, "create", None, None)?;
            }
            Some(known) => drop(update_where_it_differs(trail, Some(&record.id), known, incident)?),
        }
    }
    for gone in before.iter().filter(|b| !b.edited_elsewhere && record.incidents.iter().all(|i| i.id != b.id)) {
        trail.transaction.prepare_cached("DELETE FROM incidents WHERE id = ?1")?.execute([&gone.id])?;
        trail.revision("incident", &gone.id, "delete", Some(&gone.state), None)?;
    }
    Ok(())
}

/// Updates an incident unless it is the same or a person has edited it; says whether it did.
pub fn update_where_it_differs(
    trail: &Trail<'_>,
    document_id: Option<&str>,
    known: &Before,
    incident: &IncidentRecord,
) -> rusqlite::Result<bool> {
    let state = state_of(incident);
    if known.edited_elsewhere || known.state == state {
        return Ok(false);
    }
    update(trail, document_id, incident)?;
    trail.revision("incident", &incident.id, "update", Some(&known.state), Some(&state))?;
    Ok(true)
}

fn incidents_before(transaction: &Transaction<'_>, document_id: &str) -> rusqlite::Result<Vec<Before>> {
    let mut statement =
        transaction.prepare_cached("SELECT id, geom, properties, edited_elsewhere FROM incidents WHERE doc_id = ?1 AND id NOT NULL")?;
    statement.query_map([document_id], before)?.collect()
}

/// An incident as it is kept, if it is.
pub fn incident_before(transaction: &Transaction<'_>, id: &str) -> rusqlite::Result<Option<Before>> {
    let mut statement = transaction.prepare_cached("SELECT id, geom, properties, edited_elsewhere FROM incidents WHERE id = ?1")?;
    statement.query_row([id], before).optional()
}

fn before(row: &rusqlite::Row<'_>) -> rusqlite::Result<Before> {
    let position = row.get::<_, Option<Vec<u8>>>(1)?.and_then(|blob| geometry::decode(&blob));
    let properties: Value = row.get::<_, Option<String>>(2)?.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
    Ok(Before {
        id: row.get(0)?,
        state: json!({"lon": position.map(|at| at.lon), "lat": position.map(|at| at.lat), "properties": properties}),
        edited_elsewhere: row.get::<_, i64>(3)? != 0,
    })
}

/// An incident as a revision keeps it.
pub fn state_of(incident: &IncidentRecord) -> Value {
    let at = incident.position;
    json!({"lon": at.map(|at| at.lon), "lat": at.map(|at| at.lat), "properties": incident.properties})
}

/// How many parameters stand before those of the flat columns: id, geom, properties, checksum.
const FIXED: usize = 4;

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let names: String = COLUMNS.iter().map(|(name, _)| format!(", {name}")).collect();
    let places: String = (1..=COLUMNS.len()).map(|i| format!(", ?{}", i + FIXED)).collect();
    format!("INSERT INTO incidents (id, geom, properties, checksum{names}) VALUES (?1, ?2, ?3, ?4{places})")
});

static INSERT_NEW: LazyLock<String> = LazyLock::new(|| format!("{} ON CONFLICT (id) DO NOTHING", *INSERT));

static UPDATE: LazyLock<String> = LazyLock::new(|| {
    let sets: String = COLUMNS.iter().enumerate().map(|(i, (name, _))| format!(", {name} = ?{}", i + 1 + FIXED)).collect();
    format!("UPDATE incidents SET geom = ?2, properties = ?3, checksum = ?4{sets} WHERE id = ?1")
});

/// Adds an incident.
pub fn insert(trail: &Trail<'_>, document_id: Option<&str>, incident: &IncidentRecord) -> rusqlite::Result<()> {
    let mut statement = trail.transaction.prepare_cached(&INSERT)?;
    bind(&mut statement, document_id, incident)?;
    statement.raw_execute()?;
    Ok(())
}

/// Writes over an incident that is there.
pub fn update(trail: &Trail<'_>, document_id: Option<&str>, incident: &IncidentRecord) -> rusqlite::Result<()> {
    let mut statement = trail.transaction.prepare_cached(&UPDATE)?;
    bind(&mut statement, document_id, incident)?;
    statement.raw_execute()?;
    Ok(())
}

/// Adds an incident of no document unless there is one of its id; says whether it did.
pub fn insert_new(trail: &Trail<'_>, incident: &IncidentRecord) -> rusqlite::Result<bool> {
    let mut statement = trail.transaction.prepare_cached(&INSERT_NEW)?;
    bind(&mut statement, None, incident)?;
    Ok(statement.raw_execute()? > 0)
}

/// Binds the values of `id`, `geom`, `properties`, `checksum` and the flat columns, without copying text.
fn bind(statement: &mut Statement<'_>, document_id: Option<&str>, incident: &IncidentRecord) -> rusqlite::Result<()> {
    let geom = incident.position.map(geometry::encode);
    // Serialising a map with string keys cannot fail.
    let properties = serde_json::to_string(&incident.properties).unwrap_or_default();
    let checksum = Checksum::default().text(Some(&incident.id)).text(document_id).blob(geom.as_deref()).text(Some(&properties));
    statement.raw_bind_parameter(1, incident.id.as_str())?;
    statement.raw_bind_parameter(2, geom)?;
    statement.raw_bind_parameter(3, properties)?;
    statement.raw_bind_parameter(4, checksum.finish())?;
    for (i, (name, kind)) in COLUMNS.iter().enumerate() {
        let at = i + 1 + FIXED;
        if *name == "doc_id" {
            statement.raw_bind_parameter(at, document_id)?;
            continue;
        }
        bind_property(statement, at, *kind, incident.properties.get(*name))?;
    }
    Ok(())
}

/// A property as its column keeps it; a value of the wrong kind is kept as null, its JSON still has it.
fn bind_property(statement: &mut Statement<'_>, at: usize, kind: Kind, value: Option<&Value>) -> rusqlite::Result<()> {
    match (kind, value) {
        (Kind::Text | Kind::Date, Some(Value::String(text))) => statement.raw_bind_parameter(at, text.as_str()),
        (_, None) => statement.raw_bind_parameter(at, None::<i64>),
        (kind, value) => statement.raw_bind_parameter(at, to_sql(kind, value)),
    }
}

/// Keeps what `gpkg_contents` says of the layer true: when it last changed, and a box that holds it.
pub fn touch_contents(trail: &Trail<'_>, incidents: &[IncidentRecord]) -> rusqlite::Result<()> {
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
