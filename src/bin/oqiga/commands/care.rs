//! `oqiga backup`, `restore`, `verify` and `compact`: looking after a store.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use oqiga::geo::BBox;
use oqiga::index::{Index, Row};
use oqiga::store::Store;
use oqiga::store::geopackage::{Check, GeoPackage, care, verify};

use crate::service_args::{Backup, Restore, StoreOnly};
use crate::{Failure, Outcome};

/// Most wrong things that are named of one check.
const NAMED_MAX: usize = 10;

/// Runs `oqiga backup`.
pub fn backup(args: &Backup) -> Result<Outcome, Failure> {
    let made = care::backup(&args.store, &args.to).map_err(|error| Failure::new(error.to_string()))?;
    println!("{}\t{} bytes\tsha256 {}", args.to.display(), made.bytes, made.sha256);
    Ok(Outcome::Done)
}

/// Runs `oqiga restore`.
pub fn restore(args: &Restore) -> Result<Outcome, Failure> {
    care::restore(&args.from, &args.store, args.replace).map_err(|error| Failure::new(error.to_string()))?;
    println!("{}\trestored from {}", args.store.display(), args.from.display());
    Ok(Outcome::Done)
}

/// Runs `oqiga compact`.
pub fn compact(args: &StoreOnly) -> Result<Outcome, Failure> {
    let (before, after) = care::compact(&args.store).map_err(|error| Failure::new(error.to_string()))?;
    println!("{}\t{before} bytes before\t{after} bytes after", args.store.display());
    Ok(Outcome::Done)
}

/// Runs `oqiga verify`: a line for every check, exit code 2 when anything is wrong.
pub fn verify_store(args: &StoreOnly) -> Result<Outcome, Failure> {
    let mut checks = verify(&args.store).map_err(|error| Failure::new(error.to_string()))?;
    checks.push(index_against_store(&args.store));
    let mut wrong = 0;
    for check in &checks {
        let verdict = if check.wrong == 0 { "ok" } else { "WRONG" };
        println!("{verdict}\t{}\t{} looked at\t{} wrong", check.name, check.looked_at, check.wrong);
        for what in &check.named {
            println!("\t{what}");
        }
        wrong += check.wrong;
    }
    if wrong > 0 {
        return Err(Failure::new(format!("{}: {wrong} things are wrong; restore it from a backup", args.store.display())));
    }
    Ok(Outcome::Done)
}

/// What is served is what is kept: each incident of the store is in the index once, as it is, and is
/// found at its position; the index holds nothing else.
fn index_against_store(path: &Path) -> Check {
    let mut check = Check { name: "index", looked_at: 0, wrong: 0, named: Vec::new() };
    let wrong = |looked_at: u64, what: String, check: &mut Check| {
        check.looked_at = looked_at;
        check.wrong += 1;
        if check.named.len() < NAMED_MAX {
            check.named.push(what);
        }
    };
    let opened = GeoPackage::open_read_only(path).and_then(|store| {
        let store = Arc::new(store);
        Ok((Index::open(store.clone())?, store))
    });
    let (index, store) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            wrong(0, error.to_string(), &mut check);
            return check;
        }
    };
    let snapshot = index.snapshot();
    let (mut seen, mut looked_at) = (HashSet::new(), 0);
    let read = store.each_incident(&mut |incident| {
        looked_at += 1;
        let row = Row::new(incident);
        if !seen.insert(row.id.clone()) {
            wrong(looked_at, format!("{} is there twice", row.id), &mut check);
        }
        if snapshot.get(&row.id).is_none_or(|indexed| **indexed != row) {
            wrong(looked_at, format!("{} is not in the index as it is in the store", row.id), &mut check);
        }
        if let Some(at) = row.position {
            let here = BBox { west: at.lon, south: at.lat, east: at.lon, north: at.lat };
            if !snapshot.rows_within(here, |found| found.id == row.id).iter().any(|found| found.id == row.id) {
                wrong(looked_at, format!("{} is not found where it is", row.id), &mut check);
            }
        }
        true
    });
    if let Err(error) = read {
        wrong(looked_at, error.to_string(), &mut check);
    }
    if snapshot.len() as u64 != looked_at {
        wrong(looked_at, format!("the index holds {} incidents, the store {looked_at}", snapshot.len()), &mut check);
    }
    check.looked_at = looked_at;
    check
}
