//! `oqiga backup`, `restore`, `verify` and `compact`: looking after a store.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use oqiga::index::{Index, Row, RowRef};
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
        let facts = row.facts();
        if !seen.insert(facts.id.to_owned()) {
            wrong(looked_at, format!("{} is there twice", facts.id), &mut check);
        }
        let indexed = snapshot.get(facts.id);
        if indexed.is_none_or(|indexed| indexed.facts() != facts) {
            wrong(looked_at, format!("{} is not in the index as it is in the store", facts.id), &mut check);
        }
        if !indexed.is_none_or(RowRef::is_found_at_its_position) {
            wrong(looked_at, format!("{} is not found where it is", facts.id), &mut check);
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
