//! Whether a file is whole: its structure, every row against its checksum, the spatial index
//! against the positions, and the trail against what is there.

use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;

use super::super::StoreError;
use super::checksum::{DOCUMENT, INCIDENT, REVISION, of_columns};
use super::columns::{COLUMNS, to_sql};
use super::{geometry, open, rtree};

/// Most wrong things that one check names.
const NAMED_MAX: usize = 10;

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// How many things were looked at, where they are counted.
    pub looked_at: u64,
    /// How many were wrong.
    pub wrong: u64,
    /// The first of those, each in a few words.
    pub named: Vec<String>,
}

impl Check {
    fn new(name: &'static str) -> Self {
        Self { name, looked_at: 0, wrong: 0, named: Vec::new() }
    }

    fn wrong(&mut self, what: impl Into<String>) {
        self.wrong += 1;
        if self.named.len() < NAMED_MAX {
            self.named.push(what.into());
        }
    }
}

/// Looks at everything in the file; changes nothing.
///
/// # Errors
/// Those of opening: a file that is no store of ours.
pub fn verify(path: &Path) -> Result<Vec<Check>, StoreError> {
    let connection = open::open(path, open::Access::Read)?;
    type Work = fn(&Connection, &mut Check) -> rusqlite::Result<()>;
    let checks: [(&'static str, Work); 8] = [
        ("structure", structure),
        ("references", references),
        ("documents", |c, check| sums(c, check, "documents", "id", DOCUMENT, "1")),
        ("incidents", |c, check| sums(c, check, "incidents", "id", INCIDENT, "edited_elsewhere = 0")),
        ("revisions", |c, check| sums(c, check, "revisions", "cast(number AS TEXT)", REVISION, "1")),
        ("columns", columns_agree),
        ("spatial index", spatial_index),
        ("trail", trail),
    ];
    Ok(checks
        .into_iter()
        .map(|(name, work)| {
            let mut check = Check::new(name);
            if let Err(error) = work(&connection, &mut check) {
                check.wrong(error.to_string());
            }
            check
        })
        .collect())
}

fn structure(connection: &Connection, check: &mut Check) -> rusqlite::Result<()> {
    check.looked_at = connection.query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0))? as u64;
    let mut statement = connection.prepare("PRAGMA integrity_check(100)")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let said: String = row.get(0)?;
        if said != "ok" {
            check.wrong(said);
        }
    }
    Ok(())
}

fn references(connection: &Connection, check: &mut Check) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT \"table\", coalesce(rowid, 0), parent FROM pragma_foreign_key_check")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        check.wrong(format!(
            "row {} of {} points at nothing in {}",
            row.get::<_, i64>(1)?,
            row.get::<_, String>(0)?,
            row.get::<_, String>(2)?
        ));
    }
    Ok(())
}

/// Every row of a table agrees with its checksum.
fn sums(connection: &Connection, check: &mut Check, table: &str, id: &str, values: &str, condition: &str) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(&format!("SELECT coalesce({id}, ''), checksum, {values} FROM {table} WHERE {condition}"))?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        check.looked_at += 1;
        // Rows of other programs, and files of the first schema, have none.
        if row.get::<_, Option<i64>>(1)?.is_some_and(|want| of_columns(row, 2..columns).map(|found| found != want).unwrap_or(true)) {
            check.wrong(format!("{} is not what was written", row.get::<_, String>(0)?));
        }
    }
    Ok(())
}

/// The flat columns say what the properties say.
fn columns_agree(connection: &Connection, check: &mut Check) -> rusqlite::Result<()> {
    let flat: String = COLUMNS.iter().map(|(name, _)| format!(", {name}")).collect();
    let mut statement =
        connection.prepare(&format!("SELECT id, properties{flat} FROM incidents WHERE edited_elsewhere = 0 AND id NOT NULL"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        check.looked_at += 1;
        let id: String = row.get(0)?;
        let properties: Value = row.get::<_, Option<String>>(1)?.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        for (i, (name, kind)) in COLUMNS.iter().enumerate().filter(|(_, (name, _))| *name != "doc_id") {
            if to_sql(*kind, properties.get(*name)) != rusqlite::types::Value::try_from(row.get_ref(i + 2)?)? {
                check.wrong(format!("{id}: column {name} differs from the properties"));
            }
        }
    }
    Ok(())
}

/// The spatial index is sound and holds just the rows that have a position, each in its box.
fn spatial_index(connection: &Connection, check: &mut Check) -> rusqlite::Result<()> {
    if !rtree::is_there(connection)? {
        check.wrong("it was put aside by an import that did not end; ingest, import or serve make it anew");
        return Ok(());
    }
    let said: String = connection.query_row("SELECT rtreecheck('rtree_incidents_geom')", [], |row| row.get(0))?;
    if said != "ok" {
        check.wrong(said.lines().next().unwrap_or_default());
    }
    let mut statement = connection.prepare(
        "SELECT i.fid, i.geom, t.minx, t.maxx, t.miny, t.maxy FROM incidents i LEFT JOIN rtree_incidents_geom t ON t.id = i.fid",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        check.looked_at += 1;
        let position = row.get_ref(1)?.as_blob().ok().and_then(geometry::decode);
        let edge = |at: usize| row.get::<_, Option<f64>>(at);
        let right = match (position, edge(2)?.zip(edge(3)?), edge(4)?.zip(edge(5)?)) {
            (None, None, None) => true,
            (Some(at), Some(x), Some(y)) => (x.0..=x.1).contains(&at.lon) && (y.0..=y.1).contains(&at.lat),
            _ => false,
        };
        if !right {
            check.wrong(format!("row {} is not where the index has it", row.get::<_, i64>(0)?));
        }
    }
    let orphans: i64 =
        connection
            .query_row("SELECT count(*) FROM rtree_incidents_geom WHERE id NOT IN (SELECT fid FROM incidents)", [], |row| row.get(0))?;
    if orphans > 0 {
        check.wrong(format!("{orphans} boxes belong to no row"));
    }
    Ok(())
}

/// The trail has no gap, and what it says was made and not removed is there, once.
fn trail(connection: &Connection, check: &mut Check) -> rusqlite::Result<()> {
    let (count, last): (i64, i64) =
        connection.query_row("SELECT count(*), coalesce(max(number), 0) FROM revisions", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    check.looked_at = count as u64;
    if count != last {
        check.wrong(format!("the last revision is number {last}, but there are {count}"));
    }
    let mut named = |sql: &str, words: &str| -> rusqlite::Result<()> {
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            check.wrong(format!("{} {} {words}", row.get::<_, String>(0)?, row.get::<_, String>(1)?));
        }
        Ok(())
    };
    for (what, table) in [("document", "documents"), ("incident", "incidents")] {
        // A row that another program has renamed ends its old trail with an update.
        named(
            &format!(
                "SELECT r.what, r.id FROM revisions r WHERE r.what = '{what}' AND r.action != 'delete'
                   AND NOT (r.action = 'update' AND r.who = 'another program')
                   AND NOT EXISTS (SELECT 1 FROM revisions l WHERE l.id = r.id AND l.what = r.what AND l.number > r.number)
                   AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = r.id)"
            ),
            "is lost: the trail says that it was written, and it is not there",
        )?;
        named(
            &format!(
                "SELECT '{what}', t.id FROM {table} t WHERE t.id NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM revisions r WHERE r.id = t.id AND r.what = '{what}')"
            ),
            "has no trail",
        )?;
    }
    named("SELECT what, id FROM revisions GROUP BY what, id HAVING sum(action = 'create') - sum(action = 'delete') > 1", "was made twice")
}
