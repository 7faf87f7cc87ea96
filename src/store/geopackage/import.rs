//! Taking in ready-made incidents, many at a time: a batch is a transaction, and what is there
//! already as it comes is passed over, so that an import that was cut off can be run again.

use rusqlite::{Connection, TransactionBehavior};

use super::super::{Author, Imported, IncidentRecord};
use super::edit::was_removed;
use super::{rtree, write};

/// From this many new rows in one import on, and a share of what is there, the spatial index is put
/// aside and made anew at the end.
const ASIDE_ROWS_MIN: u64 = 20_000;

/// The share: one new row for so many old ones.
const ASIDE_SHARE: u64 = 4;

/// The pages that an import keeps in memory, so that a batch goes to the disk once, at its end.
const CACHE_KIB: i64 = 64 * 1024;

/// Takes in batches until there are no more; `done` hears of each once it is on the disk.
pub fn import(
    connection: &mut Connection,
    batches: &mut dyn Iterator<Item = Vec<IncidentRecord>>,
    author: &Author,
    done: &mut dyn FnMut(Imported),
) -> rusqlite::Result<Imported> {
    let usual: i64 = connection.query_row("PRAGMA cache_size", [], |row| row.get(0))?;
    // Negative numbers are KiB, others pages.
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    let total = take_in(connection, batches, author, done);
    connection.pragma_update(None, "cache_size", usual)?;
    total
}

fn take_in(
    connection: &mut Connection,
    batches: &mut dyn Iterator<Item = Vec<IncidentRecord>>,
    author: &Author,
    done: &mut dyn FnMut(Imported),
) -> rusqlite::Result<Imported> {
    let known: i64 = connection.query_row("SELECT count(*) FROM incidents", [], |row| row.get(0))?;
    let aside_rows = ASIDE_ROWS_MIN.max(known as u64 / ASIDE_SHARE);
    let mut total = Imported::default();
    for batch in batches {
        if total.created + batch.len() as u64 >= aside_rows && rtree::is_there(connection)? {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            rtree::suspend(&transaction)?;
            transaction.commit()?;
        }
        let added = write::writing(connection, author, |trail| {
            let mut added = Imported::default();
            for incident in &batch {
                put(trail, incident, &mut added)?;
            }
            write::touch_contents(trail, &batch)?;
            Ok(added)
        });
        // What was taken in before stays, and so does a file with its index.
        let added = match added {
            Ok(added) => added,
            Err(error) => {
                let _ = rtree::ensure(connection);
                return Err(error);
            }
        };
        total.add(added);
        done(total);
    }
    rtree::ensure(connection)?;
    Ok(total)
}

fn put(trail: &write::Trail<'_>, incident: &IncidentRecord, added: &mut Imported) -> rusqlite::Result<()> {
    if was_removed(trail.transaction, &incident.id)? {
        added.unchanged += 1;
        return Ok(());
    }
    if write::insert_new(trail, incident)? {
        trail.revision("incident", &incident.id, "create", None, None)?;
        added.created += 1;
        return Ok(());
    }
    match write::incident_before(trail.transaction, &incident.id)? {
        Some(known) if write::update_where_it_differs(trail, None, &known, incident)? => added.updated += 1,
        _ => added.unchanged += 1,
    }
    Ok(())
}
