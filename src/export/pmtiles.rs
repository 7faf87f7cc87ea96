//! The layer as vector tiles in one PMTiles archive: a map without a server. Low zooms hold exact
//! clusters, the deepest zoom every incident once.

use std::fs::File;
use std::io::{self, Seek};

use pmtiles::{PmTilesWriter, TileCoord, TileType};
use serde_json::json;

use crate::index::square::Tile;
use crate::index::{Builder, Facts, RowRef, Snapshot};
use crate::layers::Filter;
use crate::layers::tiles::{self, Options, PROPERTIES_DEFAULT, group_names};

use super::{About, Archive};

/// The deepest zoom; a map goes on drawing its tiles at deeper ones.
const ZOOM_MAX: u8 = 10;

/// Writer of one archive.
pub struct Pmtiles {
    about: About,
    rows: Builder,
}

impl Pmtiles {
    /// A writer that tells what it was asked for.
    pub fn new(about: About) -> Self {
        Self { about, rows: Builder::default() }
    }
}

impl Archive for Pmtiles {
    fn row(&mut self, row: RowRef<'_>) -> io::Result<()> {
        // Tiles need no words.
        self.rows.push(&Facts { words: "", ..row.facts() });
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<File> {
        let snapshot = Snapshot::new(0, self.rows);
        let everything = Filter { statuses: None, ..Filter::default() };
        let properties: Vec<String> = PROPERTIES_DEFAULT.iter().chain(&["title", "place_name"]).map(|name| (*name).to_owned()).collect();
        let mut fields: serde_json::Map<String, serde_json::Value> =
            group_names().into_iter().map(|name| (name, json!("Number"))).collect();
        fields.insert("point_count".to_owned(), json!("Number"));
        let of_incidents: serde_json::Map<String, serde_json::Value> =
            properties.iter().map(|name| (name.clone(), json!("String"))).collect();
        let metadata = json!({
            "name": "Incidents",
            "description": self.about.description(),
            "attribution": super::ATTRIBUTION,
            "vector_layers": [
                {"id": "incidents", "fields": of_incidents, "minzoom": 0, "maxzoom": ZOOM_MAX},
                {"id": "clusters", "fields": fields, "minzoom": 0, "maxzoom": ZOOM_MAX - 1},
            ],
        });
        let mut file = tempfile::tempfile()?;
        let bounds = snapshot.bounds().map_or([-180.0, -85.0, 180.0, 85.0], |b| [b.west, b.south.max(-85.0), b.east, b.north.min(85.0)]);
        let writer = PmTilesWriter::new(TileType::Mvt).min_zoom(0).max_zoom(ZOOM_MAX).metadata(metadata.to_string());
        let [west, south, east, north] = bounds;
        let mut writer = writer.bounds(west, south, east, north).create(&mut file).map_err(io::Error::other)?;
        for z in 0..=ZOOM_MAX {
            let options = Options { properties: properties.clone(), clusters: z < ZOOM_MAX };
            for tile in filled(&snapshot, z) {
                let bytes = tiles::tile(&snapshot, &everything, tile, &options);
                let at = TileCoord::new(tile.z, tile.x, tile.y).map_err(io::Error::other)?;
                writer.add_tile(at, &bytes).map_err(io::Error::other)?;
            }
        }
        writer.finalize().map_err(io::Error::other)?;
        file.rewind()?;
        Ok(file)
    }
}

/// The tiles of a zoom that hold something.
fn filled(snapshot: &Snapshot, z: u8) -> Vec<Tile> {
    let shift = 32 - u32::from(z);
    let of = |at: u32| at.checked_shr(shift).unwrap_or(0);
    let mut tiles = Vec::new();
    for part in snapshot.parts() {
        let (columns, located) = (part.segment().columns(), part.segment().located());
        // Rows of one tile stand together.
        for (x, y) in columns.x[..located].iter().zip(&columns.y[..located]) {
            let tile = Tile { z, x: of(*x), y: of(*y) };
            if tiles.last() != Some(&tile) {
                tiles.push(tile);
            }
        }
    }
    tiles
}
