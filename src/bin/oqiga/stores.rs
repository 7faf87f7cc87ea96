//! The store that a `--store` names: a GeoPackage file, or the address of a PostgreSQL database.

use std::path::Path;

use oqiga::store::{GeoPackage, PostGis, Store, StoreError};

use crate::Failure;

/// Opens a store for reading and writing, with a replica to read from if there is one.
pub fn open(store: &Path, replica: Option<&str>) -> Result<Box<dyn Store>, Failure> {
    let opened: Result<Box<dyn Store>, StoreError> = match (address(store), replica) {
        (Some(address), replica) => PostGis::open(address, replica).map(|store| Box::new(store) as _),
        (None, Some(_)) => {
            return Err(Failure::new(format!(
                "--read-store names a replica of a database, and --store {} is a file; wanted postgres://… for both",
                store.display()
            )));
        }
        (None, None) => GeoPackage::open(store).map(|store| Box::new(store) as _),
    };
    opened.map_err(|error| Failure::new(error.to_string()))
}

/// Opens a store that is there, for reading only.
pub fn open_read_only(store: &Path) -> Result<Box<dyn Store>, Failure> {
    let opened: Result<Box<dyn Store>, StoreError> = match address(store) {
        Some(address) => PostGis::open_read_only(address).map(|store| Box::new(store) as _),
        None => GeoPackage::open_read_only(store).map(|store| Box::new(store) as _),
    };
    opened.map_err(|error| Failure::new(error.to_string()))
}

fn address(store: &Path) -> Option<&str> {
    store.to_str().filter(|text| PostGis::is_address(text))
}
