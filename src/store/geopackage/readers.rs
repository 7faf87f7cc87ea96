//! Reading all incidents with several connections at once, all of one moment.
//!
//! One connection reads a million incidents in as long as one processor needs for the rows, their
//! checksums and what is made of them; two share that.

use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::Connection;

use super::super::StoreError;
use super::super::runs::{Take, threads};
use super::{failed, last_revision, open, rows};

/// Most runs. They are many, and so small: what was made of a run waits in memory for those before it.
const RUNS_MAX: i128 = 1024;

/// Numbers of rows that a run has at least, if all are taken.
const RUN_ROWS_MIN: i128 = 1024;

/// How often the readers try to begin at one moment while others write.
const TRIES: usize = 20;

/// Hands over all incidents in runs; the last revision that they include, or `None` when readers of one
/// moment cannot be had.
///
/// # Errors
/// Any [`StoreError`] of reading.
pub fn each_run(path: &Path, take: Take<'_>) -> Result<Option<u64>, StoreError> {
    let database = |source| failed(path, source);
    let readers = (0..threads()).map(|_| open::reader(path)).collect::<rusqlite::Result<Vec<_>>>().map_err(database)?;
    let Some(revision) = begin(&readers).map_err(database)? else { return Ok(None) };
    let Some(first) = readers.first() else { return Ok(None) };
    let numbers = |row: &rusqlite::Row<'_>| Ok(row.get::<_, Option<i64>>(0)?.zip(row.get::<_, Option<i64>>(1)?));
    let numbers = first.query_row("SELECT (SELECT min(fid) FROM incidents), (SELECT max(fid) FROM incidents)", [], numbers);
    let runs = numbers.map_err(database)?.map(|(first, last)| runs(first, last)).unwrap_or_default();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let started: Vec<_> = readers.into_iter().map(|reader| scope.spawn(|| read(reader, &runs, &next, take))).collect();
        let ended: Vec<_> =
            started.into_iter().map(|reader| reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect();
        ended.into_iter().collect::<rusqlite::Result<()>>()
    })
    .map_err(database)?;
    Ok(Some(revision))
}

/// Begins a transaction on each connection such that all see the same; their last revision. Every
/// change, also of another program, is a revision, so the same last one means the same incidents.
fn begin(readers: &[Connection]) -> rusqlite::Result<Option<u64>> {
    for _ in 0..TRIES {
        let mut seen = Vec::with_capacity(readers.len());
        for reader in readers {
            reader.execute_batch("BEGIN")?;
            seen.push(last_revision(reader)?);
        }
        let one = seen.windows(2).all(|pair| pair[0] == pair[1]);
        if one {
            return Ok(seen.first().copied());
        }
        readers.iter().try_for_each(|reader| reader.execute_batch("COMMIT"))?;
    }
    Ok(None)
}

/// Equal parts of the numbers that rows may have; how many rows have them nobody knows without reading.
fn runs(first: i64, last: i64) -> Vec<RangeInclusive<i64>> {
    // The numbers of another program may be any, so their difference may be too great for themselves.
    let (first, last) = (i128::from(first), i128::from(last));
    let rows = ((last - first) / RUNS_MAX + 1).max(RUN_ROWS_MIN);
    let number = |number: i128| i64::try_from(number).unwrap_or(i64::MAX);
    let starts = (0..RUNS_MAX).map(|run| first + run * rows).take_while(|start| *start <= last);
    starts.map(|start| number(start)..=number((start + rows - 1).min(last))).collect()
}

/// Takes one run after the other until there is none.
fn read(reader: Connection, runs: &[RangeInclusive<i64>], next: &AtomicUsize, take: Take<'_>) -> rusqlite::Result<()> {
    let mut statement = reader.prepare(&rows::select("fid BETWEEN ?1 AND ?2 AND id NOT NULL", "fid"))?;
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let Some(run) = runs.get(number) else { return Ok(()) };
        let mut found = statement.query([run.start(), run.end()])?;
        let mut outcome = Ok(());
        take(
            number,
            &mut std::iter::from_fn(|| match found.next().and_then(|row| row.map(rows::incident).transpose()) {
                Ok(incident) => incident,
                Err(error) => {
                    outcome = Err(error);
                    None
                }
            }),
        );
        if outcome.is_err() {
            // Nobody needs the rest.
            next.store(runs.len(), Ordering::Relaxed);
            return outcome;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runs_hold_every_number_once() {
        for (first, last) in [(1, 1), (1, 4096), (1, 4097), (-5, 3_000_000), (i64::MIN, i64::MAX), (i64::MAX, i64::MAX), (0, 1_048_576)] {
            let runs = runs(first, last);
            assert!(runs.len() <= RUNS_MAX as usize);
            assert_eq!((*runs[0].start(), *runs[runs.len() - 1].end()), (first, last));
            assert!(runs.iter().all(|run| run.start() <= run.end()));
            assert!(runs.windows(2).all(|pair| pair[0].end() + 1 == *pair[1].start()), "{first} {last}");
        }
    }
}
