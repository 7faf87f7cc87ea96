//! Putting documents in: any number of them in one transaction, all or nothing, with `COPY`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use bytes::BytesMut;
use deadpool_postgres::{GenericClient, Object, Transaction};
use jiff::civil::Date;
use serde_json::{Value, json};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::super::geopackage::{COLUMNS, Kind};
use super::super::{Author, DocumentRecord, Imported, IncidentRecord, Put, PutOutcome};
use super::copy::CopyIn;
use super::link::Trouble;
use super::read;
use super::wire::{Day, Json, Moment, Point, Text};

/// The months before and after which there are no partitions of one month.
const MONTHS: (Date, Date) = (jiff::civil::date(1900, 1, 1), jiff::civil::date(2100, 1, 1));

/// Where an incident lies that has no date.
const UNDATED: Date = jiff::civil::date(1, 1, 1);

/// The partition of an incident: the month of its first day, or of its publication.
pub fn month_of(incident: &IncidentRecord) -> Date {
    let day = |name: &str| day(incident.properties.get(name));
    day("date_start").or_else(|| day("published")).map_or(UNDATED, Date::first_of_month)
}

/// The months that need a partition of their own before these incidents can be put in.
pub fn months<'a>(incidents: impl Iterator<Item = &'a IncidentRecord>) -> BTreeSet<Date> {
    incidents.map(month_of).filter(|month| (MONTHS.0..MONTHS.1).contains(month)).collect()
}

/// Makes the partition of a month; one that is there, or that needs none, stays.
pub async fn make_month(client: &impl GenericClient, month: Date) -> Result<(), Trouble> {
    if (MONTHS.0..MONTHS.1).contains(&month) {
        client.execute("SELECT make_month($1)", &[&Day(month)]).await?;
    }
    Ok(())
}

/// Records one step of something other than documents and incidents; gives its number.
pub async fn log(transaction: &Transaction<'_>, step: Step<'_>, author: &Author, channel: &str) -> Result<u64, Trouble> {
    let mut plan = Plan::default();
    plan.step(step);
    plan.write(transaction, author, channel).await
}

/// Puts documents in; no two of them have the same id.
///
/// Incidents that a document no longer has are removed, those it has anew are added, the rest is
/// written again where it differs. A row that a person has edited stays as that person left it, and
/// one that a person has removed stays away.
pub async fn put(client: &mut Object, records: &[DocumentRecord], author: &Author, channel: &str) -> Result<Vec<Put>, Trouble> {
    let transaction = client.transaction().await?;
    let known = fingerprints(&transaction, records).await?;
    let outcomes: Vec<PutOutcome> = records
        .iter()
        .map(|record| match known.get(&record.id) {
            None => PutOutcome::Created,
            Some(fingerprint) if *fingerprint == record.fingerprint => PutOutcome::Unchanged,
            Some(_) => PutOutcome::Updated,
        })
        .collect();
    let mut plan = Plan::default();
    for (record, outcome) in records.iter().zip(&outcomes) {
        match outcome {
            PutOutcome::Created => plan.create(record),
            PutOutcome::Updated => plan.update(&transaction, record).await?,
            PutOutcome::Unchanged => {}
        }
    }
    let revision = plan.write(&transaction, author, channel).await?;
    transaction.commit().await?;
    let mut puts = Vec::with_capacity(records.len());
    for (record, outcome) in records.iter().zip(outcomes) {
        let incidents = match outcome {
            PutOutcome::Created => record.incidents.iter().map(|incident| incident.id.clone()).collect(),
            PutOutcome::Updated | PutOutcome::Unchanged => read::incident_ids(client, &record.id).await?,
        };
        puts.push(Put { outcome, incidents, revision });
    }
    Ok(puts)
}

/// Takes in ready-made incidents that belong to no document; no two of them have the same id. What
/// is known and the same, or was edited by a person, stays.
pub async fn import(client: &mut Object, incidents: &[IncidentRecord], author: &Author, channel: &str) -> Result<(Imported, u64), Trouble> {
    let transaction = client.transaction().await?;
    let ids: Vec<Text<'_>> = incidents.iter().map(|incident| Text(&incident.id)).collect();
    let before = incidents_before(&transaction, "id = ANY($1)", &ids).await?;
    let before: HashMap<&str, &Before> = before.iter().map(|known| (known.id.as_str(), known)).collect();
    let removed = removed(&transaction, incidents).await?;
    let (mut plan, mut imported) = (Plan::default(), Imported::default());
    for incident in incidents {
        match before.get(incident.id.as_str()) {
            None if removed.contains(&incident.id) => imported.unchanged += 1,
            None => {
                plan.create_incident(None, incident);
                imported.created += 1;
            }
            Some(known) if plan.change_incident(None, known, incident) => imported.updated += 1,
            Some(_) => imported.unchanged += 1,
        }
    }
    let revision = plan.write(&transaction, author, channel).await?;
    transaction.commit().await?;
    Ok((imported, revision))
}

/// The fingerprints of the documents that are kept, which stay as they are until the transaction ends.
async fn fingerprints(transaction: &Transaction<'_>, records: &[DocumentRecord]) -> Result<HashMap<String, String>, Trouble> {
    let ids: Vec<Text<'_>> = records.iter().map(|record| Text(&record.id)).collect();
    let statement = transaction.prepare_cached("SELECT id, fingerprint FROM documents WHERE id = ANY($1) ORDER BY id FOR UPDATE").await?;
    let rows = transaction.query(&statement, &[&ids]).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// An incident to be written, at a new place in the order of the store or at the one it has.
pub struct Placed<'a> {
    /// `None` for a ready-made one that belongs to no document of the store.
    pub document_id: Option<&'a str>,
    /// What is written.
    pub incident: &'a IncidentRecord,
    /// The place that it has; `None` for a new one.
    pub fid: Option<i64>,
    /// What column `edited_elsewhere` becomes.
    pub mark: i32,
}

/// A revision to be written.
pub struct Step<'a> {
    pub what: &'static str,
    pub id: &'a str,
    pub action: &'static str,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// An incident of the document as it was before.
pub struct Before {
    pub id: String,
    pub fid: i64,
    pub month: Date,
    state: Value,
    edited_elsewhere: bool,
}

/// Everything that one transaction writes.
#[derive(Default)]
pub struct Plan<'a> {
    documents: Vec<&'a DocumentRecord>,
    changed_documents: Vec<&'a DocumentRecord>,
    /// Rows that go, by month: for good, or to be written again.
    gone: BTreeMap<Date, Vec<i64>>,
    gone_ids: Vec<String>,
    incidents: Vec<Placed<'a>>,
    steps: Vec<Step<'a>>,
    /// Steps of incidents that the records no longer name.
    deleted: Vec<(String, String)>,
    /// By how many there are more afterwards.
    pub more_incidents: i64,
}

impl<'a> Plan<'a> {
    fn create(&mut self, record: &'a DocumentRecord) {
        self.documents.push(record);
        self.steps.push(Step { what: "document", id: &record.id, action: "create", before: None, after: None });
        for incident in &record.incidents {
            self.create_incident(Some(&record.id), incident);
        }
    }

    fn create_incident(&mut self, document_id: Option<&'a str>, incident: &'a IncidentRecord) {
        self.more_incidents += 1;
        self.incidents.push(Placed { document_id, incident, fid: None, mark: 0 });
        // When something is created, nothing is copied: the row itself is the state until a later
        // revision keeps it as its `before`.
        self.steps.push(Step { what: "incident", id: &incident.id, action: "create", before: None, after: None });
    }

    async fn update(&mut self, transaction: &Transaction<'_>, record: &'a DocumentRecord) -> Result<(), Trouble> {
        let before = document_before(transaction, &record.id).await?;
        let published = record.published.map(|day| day.to_string());
        let after = json!({"title": record.title, "text": record.text, "published": published, "lang": record.lang, "source": record.source, "url": record.url, "country": record.country});
        self.changed_documents.push(record);
        self.steps.push(Step {
            what: "document",
            id: &record.id,
            action: "update",
            before: Some(before.to_string()),
            after: Some(after.to_string()),
        });
        let before = incidents_before(transaction, "doc_id = $1", &Text(&record.id)).await?;
        let removed = removed(transaction, &record.incidents).await?;
        for incident in &record.incidents {
            match before.iter().find(|known| known.id == incident.id) {
                None if removed.contains(&incident.id) => {}
                None => self.create_incident(Some(&record.id), incident),
                Some(known) => {
                    self.change_incident(Some(&record.id), known, incident);
                }
            }
        }
        for known in before.iter().filter(|known| !known.edited_elsewhere && record.incidents.iter().all(|i| i.id != known.id)) {
            self.remove(known);
            self.deleted.push((known.id.clone(), known.state.to_string()));
            self.more_incidents -= 1;
        }
        Ok(())
    }

    /// Writes an incident again where it differs; one that a person has edited stays. Says whether
    /// there was anything to write.
    fn change_incident(&mut self, document_id: Option<&'a str>, known: &Before, incident: &'a IncidentRecord) -> bool {
        let state = state_of(incident);
        if known.edited_elsewhere || known.state == state {
            return false;
        }
        self.remove(known);
        self.incidents.push(Placed { document_id, incident, fid: Some(known.fid), mark: 0 });
        self.steps.push(Step {
            what: "incident",
            id: &incident.id,
            action: "update",
            before: Some(known.state.to_string()),
            after: Some(state.to_string()),
        });
        true
    }

    /// Adds an incident to be written.
    pub fn place(&mut self, placed: Placed<'a>) {
        self.incidents.push(placed);
    }

    /// Adds a revision to be written.
    pub fn step(&mut self, step: Step<'a>) {
        self.steps.push(step);
    }

    /// Takes a row away, for good or to be written again.
    pub fn remove(&mut self, known: &Before) {
        self.gone.entry(known.month).or_default().push(known.fid);
        self.gone_ids.push(known.id.clone());
    }

    /// Writes it all and returns the number of the last revision. The row of `feed` is taken last,
    /// so that other writers wait as short as can be.
    pub async fn write(self, transaction: &Transaction<'_>, author: &Author, channel: &str) -> Result<u64, Trouble> {
        if self.steps.is_empty() {
            let statement = transaction.prepare_cached("SELECT last FROM feed").await?;
            return Ok(transaction.query_one(&statement, &[]).await?.try_get::<_, i64>(0)?.unsigned_abs());
        }
        for (month, fids) in &self.gone {
            let statement = transaction.prepare_cached("DELETE FROM incidents WHERE month = $1 AND fid = ANY($2)").await?;
            transaction.execute(&statement, &[&Day(*month), fids]).await?;
        }
        if !self.gone_ids.is_empty() {
            let statement = transaction.prepare_cached("DELETE FROM incident_keys WHERE id = ANY($1)").await?;
            transaction.execute(&statement, &[&self.gone_ids]).await?;
        }
        copy_documents(transaction, &self.documents).await?;
        for record in &self.changed_documents {
            change_document(transaction, record).await?;
        }
        copy_incidents(transaction, &self.incidents).await?;
        let steps = (self.steps.len() + self.deleted.len()) as i64;
        let statement = transaction
            .prepare_cached(
                "WITH taken AS (UPDATE feed SET last = last + $1, documents = documents + $2, incidents = incidents + $3 RETURNING last)
                 SELECT last, clock_timestamp(), pg_notify($4, last::text) FROM taken",
            )
            .await?;
        let row = transaction.query_one(&statement, &[&steps, &(self.documents.len() as i64), &self.more_incidents, &channel]).await?;
        let (last, now): (i64, Moment) = (row.try_get(0)?, row.try_get(1)?);
        let deleted = self.deleted.iter().map(|(id, state)| Step {
            what: "incident",
            id,
            action: "delete",
            before: Some(state.clone()),
            after: None,
        });
        copy_revisions(transaction, self.steps.into_iter().chain(deleted), last - steps, now, author).await?;
        Ok(last.unsigned_abs())
    }
}

async fn document_before(transaction: &Transaction<'_>, id: &str) -> Result<Value, Trouble> {
    let statement =
        transaction.prepare_cached("SELECT title, text, published, lang, source, url, country FROM documents WHERE id = $1").await?;
    let row = transaction.query_one(&statement, &[&Text(id)]).await?;
    let text = |at: usize| row.try_get::<_, Option<String>>(at);
    let published = row.try_get::<_, Option<Day>>(2)?.map(|day| day.0.to_string());
    Ok(
        json!({"title": text(0)?, "text": text(1)?, "published": published, "lang": text(3)?, "source": text(4)?, "url": text(5)?, "country": text(6)?}),
    )
}

/// The incidents whose keys meet a condition with one value, as they are before the transaction.
pub async fn incidents_before(transaction: &Transaction<'_>, condition: &str, value: &(dyn ToSql + Sync)) -> Result<Vec<Before>, Trouble> {
    let statement = transaction.prepare_cached(&format!("SELECT month, fid FROM incident_keys WHERE {condition}")).await?;
    let mut months: BTreeMap<Date, Vec<i64>> = BTreeMap::new();
    for row in transaction.query(&statement, &[value]).await? {
        months.entry(row.try_get::<_, Day>(0)?.0).or_default().push(row.try_get(1)?);
    }
    let statement = transaction
        .prepare_cached(
            "SELECT id, fid, ST_X(geom), ST_Y(geom), properties, edited_elsewhere FROM incidents
             WHERE month = $1 AND fid = ANY($2) ORDER BY fid FOR UPDATE",
        )
        .await?;
    let mut before = Vec::new();
    for (month, fids) in months {
        for row in transaction.query(&statement, &[&Day(month), &fids]).await? {
            let (lon, lat): (Option<f64>, Option<f64>) = (row.try_get(2)?, row.try_get(3)?);
            let properties: Value =
                row.try_get::<_, Option<Json<'_>>>(4)?.and_then(|json| serde_json::from_str(json.0).ok()).unwrap_or_default();
            before.push(Before {
                id: row.try_get(0)?,
                fid: row.try_get(1)?,
                month,
                state: json!({"lon": lon, "lat": lat, "properties": properties}),
                edited_elsewhere: row.try_get::<_, i32>(5)? != 0,
            });
        }
    }
    Ok(before)
}

/// Which of these incidents a person has removed: they stay away when their report comes again. One
/// that its report no longer had leaves nothing behind in its last revision.
async fn removed(transaction: &Transaction<'_>, incidents: &[IncidentRecord]) -> Result<HashSet<String>, Trouble> {
    let ids: Vec<Text<'_>> = incidents.iter().map(|incident| Text(&incident.id)).collect();
    let statement = transaction
        .prepare_cached(
            "SELECT id FROM (SELECT DISTINCT ON (id) id, action, who, after IS NOT NULL AS marked FROM revisions
                WHERE id = ANY($1) AND what = 'incident' ORDER BY id, number DESC) last
             WHERE action = 'delete' AND (marked OR who = 'another program')",
        )
        .await?;
    Ok(transaction.query(&statement, &[&ids]).await?.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}

/// The state of an incident as revisions keep it.
pub fn state_of(incident: &IncidentRecord) -> Value {
    let at = incident.position;
    json!({"lon": at.map(|at| at.lon), "lat": at.map(|at| at.lat), "properties": incident.properties})
}

async fn copy_documents(transaction: &Transaction<'_>, records: &[&DocumentRecord]) -> Result<(), Trouble> {
    if records.is_empty() {
        return Ok(());
    }
    const T: Type = Type::TEXT;
    let statement = "COPY documents (id, fingerprint, title, text, published, lang, source, url, country, diagnostics) FROM STDIN BINARY";
    let mut writer = CopyIn::start(transaction, statement, &[T, T, T, T, Type::DATE, T, T, T, T, Type::JSON]).await?;
    for record in records {
        let diagnostics = record.diagnostics.to_string();
        writer
            .row(&[
                &Text(&record.id),
                &Text(&record.fingerprint),
                &record.title.as_deref().map(Text),
                &Text(&record.text),
                &record.published.map(Day),
                &Text(&record.lang),
                &record.source.as_deref().map(Text),
                &record.url.as_deref().map(Text),
                &record.country.as_deref().map(Text),
                &Text(&diagnostics),
            ])
            .await?;
    }
    writer.finish().await?;
    Ok(())
}

async fn change_document(transaction: &Transaction<'_>, record: &DocumentRecord) -> Result<(), Trouble> {
    let statement = transaction
        .prepare_cached(
            "UPDATE documents SET fingerprint = $2, title = $3, text = $4, published = $5, lang = $6, source = $7, url = $8, country = $9, diagnostics = $10
             WHERE id = $1",
        )
        .await?;
    let diagnostics = record.diagnostics.to_string();
    transaction
        .execute(
            &statement,
            &[
                &Text(&record.id),
                &Text(&record.fingerprint),
                &record.title.as_deref().map(Text),
                &Text(&record.text),
                &record.published.map(Day),
                &Text(&record.lang),
                &record.source.as_deref().map(Text),
                &record.url.as_deref().map(Text),
                &record.country.as_deref().map(Text),
                &Text(&diagnostics),
            ],
        )
        .await?;
    Ok(())
}

async fn copy_incidents(transaction: &Transaction<'_>, incidents: &[Placed<'_>]) -> Result<(), Trouble> {
    if incidents.is_empty() {
        return Ok(());
    }
    let fresh = incidents.iter().filter(|placed| placed.fid.is_none()).count() as i64;
    let statement = transaction.prepare_cached("SELECT nextval('incidents_fid') FROM generate_series(1, $1::bigint)").await?;
    let taken = transaction.query(&statement, &[&fresh]).await?;
    let mut taken = taken.iter().map(|row| row.try_get::<_, i64>(0));
    let mut fids = Vec::with_capacity(incidents.len());
    for placed in incidents {
        fids.push(match placed.fid {
            Some(fid) => fid,
            None => taken.next().transpose()?.unwrap_or_default(),
        });
    }
    // Month by month, so that each partition and its indexes are gone through once.
    let mut placed: Vec<(Date, i64, &Placed<'_>)> =
        incidents.iter().zip(fids).map(|(placed, fid)| (month_of(placed.incident), fid, placed)).collect();
    placed.sort_by_key(|(month, fid, _)| (*month, *fid));
    let statement = "COPY incident_keys (id, fid, month, doc_id) FROM STDIN BINARY";
    let mut writer = CopyIn::start(transaction, statement, &[Type::TEXT, Type::INT8, Type::DATE, Type::TEXT]).await?;
    for (month, fid, placed) in &placed {
        writer.row(&[&Text(&placed.incident.id), fid, &Day(*month), &placed.document_id.map(Text)]).await?;
    }
    writer.finish().await?;

    let names: String = COLUMNS.iter().map(|(name, _)| format!(", {name}")).collect();
    let statement = format!("COPY incidents (fid, month, edited_elsewhere, geom, id, properties{names}) FROM STDIN BINARY");
    let mut types = vec![Type::INT8, Type::DATE, Type::INT4, Type::BYTEA, Type::TEXT, Type::JSON];
    types.extend(COLUMNS.iter().map(|(_, kind)| type_of(*kind)));
    let mut writer = CopyIn::start(transaction, &statement, &types).await?;
    for (month, fid, placed) in &placed {
        let properties = serde_json::to_string(&placed.incident.properties).unwrap_or_default();
        let (month, point) = (Day(*month), placed.incident.position.map(Point));
        let (id, properties) = (Text(&placed.incident.id), Text(&properties));
        let cells: Vec<Cell<'_>> = COLUMNS
            .iter()
            .map(|(name, kind)| match (*name, placed.document_id) {
                ("doc_id", Some(id)) => Cell::Text(id),
                (name, _) => Cell::new(*kind, placed.incident.properties.get(name)),
            })
            .collect();
        let mut row: Vec<&(dyn ToSql + Sync)> = vec![fid, &month, &placed.mark, &point, &id, &properties];
        row.extend(cells.iter().map(|cell| cell as &(dyn ToSql + Sync)));
        writer.row(&row).await?;
    }
    writer.finish().await?;
    Ok(())
}

async fn copy_revisions<'a>(
    transaction: &Transaction<'_>,
    steps: impl Iterator<Item = Step<'a>>,
    before: i64,
    now: Moment,
    author: &Author,
) -> Result<(), Trouble> {
    const T: Type = Type::TEXT;
    let statement = "COPY revisions (number, at, who, why, what, id, action, before, after) FROM STDIN BINARY";
    let mut writer = CopyIn::start(transaction, statement, &[Type::INT8, Type::TIMESTAMPTZ, T, T, T, T, T, Type::JSON, Type::JSON]).await?;
    for (number, step) in (before + 1..).zip(steps) {
        writer
            .row(&[
                &number,
                &now,
                &Text(&author.who),
                &Text(&author.why),
                &step.what,
                &Text(step.id),
                &step.action,
                &step.before.as_deref().map(Text),
                &step.after.as_deref().map(Text),
            ])
            .await?;
    }
    writer.finish().await?;
    Ok(())
}

fn type_of(kind: Kind) -> Type {
    match kind {
        Kind::Text | Kind::Words => Type::TEXT,
        Kind::Integer => Type::INT8,
        Kind::Real => Type::FLOAT8,
        Kind::Date => Type::DATE,
    }
}

/// A property as its flat column keeps it; a value of the wrong kind is kept as null, its JSON still
/// has it.
#[derive(Debug)]
enum Cell<'a> {
    Null,
    Text(&'a str),
    Integer(i64),
    Real(f64),
    Day(Date),
    Words(String),
}

impl<'a> Cell<'a> {
    fn new(kind: Kind, value: Option<&'a Value>) -> Self {
        let Some(given) = value else { return Self::Null };
        let kept = match kind {
            Kind::Text => given.as_str().map(Self::Text),
            Kind::Date => day(value).map(Self::Day),
            Kind::Integer => given.as_i64().map(Self::Integer),
            Kind::Real => given.as_f64().map(Self::Real),
            Kind::Words => given.as_array().filter(|list| !list.is_empty()).map(|list| {
                let words: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
                Self::Words(words.join(","))
            }),
        };
        kept.unwrap_or(Self::Null)
    }
}

impl ToSql for Cell<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Text(text) => Text(text).to_sql(kind, out),
            Self::Integer(number) => number.to_sql(kind, out),
            Self::Real(number) => number.to_sql(kind, out),
            Self::Day(day) => Day(*day).to_sql(kind, out),
            Self::Words(words) => Text(words).to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn day(value: Option<&Value>) -> Option<Date> {
    value?.as_str()?.get(..10)?.parse().ok()
}
