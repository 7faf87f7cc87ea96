//! The spatial index of the file: put aside for the length of a large import and made anew after
//! it, packed, instead of growing it row by row, which takes most of the time of an import.
//!
//! While it is put aside the file says so: a GeoPackage without the row in `gpkg_extensions` is one
//! without a spatial index, which every program reads. A killed import leaves that, and opening the
//! file for writing mends it.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{geometry, schema};

/// Cells of a node of SQLite's R-tree (`RTREE_MAXCELLS` of rtree.c).
const CELLS_MAX: usize = 51;

/// Bytes of a cell in two dimensions: a number of 8, four coordinates of 4.
const CELL_BYTES: usize = 24;

/// Bytes of a node: depth 2, count 2, the cells.
const NODE_BYTES: usize = 4 + CELL_BYTES * CELLS_MAX;

/// The node that SQLite begins at.
const ROOT: i64 = 1;

/// Whether the file has its spatial index.
pub fn is_there(connection: &Connection) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index' AND table_name = 'incidents'")?
        .exists([])
}

/// Takes the spatial index out of the file.
pub fn suspend(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut names = transaction.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'rtree_incidents_geom_%'")?;
    let names = names.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    for name in names {
        transaction.execute_batch(&format!("DROP TRIGGER \"{name}\""))?;
    }
    transaction.execute_batch("DROP TABLE IF EXISTS rtree_incidents_geom")?;
    transaction.execute("DELETE FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index' AND table_name = 'incidents'", [])?;
    Ok(())
}

/// Makes the spatial index where there is none.
pub fn ensure(connection: &mut Connection) -> rusqlite::Result<()> {
    if is_there(connection)? {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    suspend(&transaction)?;
    build(&transaction)?;
    transaction.commit()
}

/// Makes the spatial index anew from the positions.
pub fn build(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch(schema::RTREE_TABLE)?;
    let mut cells = Vec::new();
    let mut rows = transaction.prepare("SELECT fid, geom FROM incidents WHERE geom NOT NULL")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let Some(at) = row.get_ref(1)?.as_blob().ok().and_then(geometry::decode) else { continue };
        let (x, y) = (around(at.lon), around(at.lat));
        cells.push(Cell { number: row.get(0)?, bounds: [x.0, x.1, y.0, y.1] });
    }
    write_tree(transaction, cells)?;
    transaction.execute_batch(schema::RTREE_TRIGGERS)?;
    transaction.execute(schema::RTREE_EXTENSION, [])?;
    Ok(())
}

/// A row or a node with the box that holds it: least and most x, least and most y.
#[derive(Debug, Clone, Copy)]
struct Cell {
    number: i64,
    bounds: [f32; 4],
}

/// The nearest single-precision numbers at or below and at or above: a box never gets smaller.
fn around(value: f64) -> (f32, f32) {
    let near = value as f32;
    let (below, above) =
        (if f64::from(near) > value { near.next_down() } else { near }, if f64::from(near) < value { near.next_up() } else { near });
    (below, above)
}

/// Writes the cells as leaves, their boxes as nodes above, up to one root.
fn write_tree(transaction: &Transaction<'_>, mut cells: Vec<Cell>) -> rusqlite::Result<()> {
    let mut insert_node = transaction.prepare("INSERT OR REPLACE INTO rtree_incidents_geom_node (nodeno, data) VALUES (?1, ?2)")?;
    let mut insert_parent = transaction.prepare("INSERT INTO rtree_incidents_geom_parent (nodeno, parentnode) VALUES (?1, ?2)")?;
    let mut insert_row = transaction.prepare("INSERT INTO rtree_incidents_geom_rowid (rowid, nodeno) VALUES (?1, ?2)")?;
    let (mut depth, mut next) = (0u16, ROOT + 1);
    loop {
        let is_root = cells.len() <= CELLS_MAX;
        pack(&mut cells);
        let mut above = Vec::with_capacity(cells.len() / CELLS_MAX + 1);
        let mut homes = Vec::with_capacity(cells.len());
        // An empty tree is an empty root.
        for group in cells.chunks(CELLS_MAX).chain(cells.is_empty().then_some(&[][..])) {
            let node = if is_root { ROOT } else { next };
            insert_node.execute((node, node_bytes(if is_root { depth } else { 0 }, group)))?;
            homes.extend(group.iter().map(|cell| (cell.number, node)));
            if !is_root {
                above.push(Cell { number: node, bounds: union(group) });
                next += 1;
            }
        }
        // In the order of the key, so that the table grows at its end.
        homes.sort_unstable();
        let insert_home = if depth == 0 { &mut insert_row } else { &mut insert_parent };
        for home in homes {
            insert_home.execute(home)?;
        }
        if is_root {
            return Ok(());
        }
        (cells, depth) = (above, depth + 1);
    }
}

/// Sorts cells so that those that fill one node lie together (sort-tile-recursive).
fn pack(cells: &mut [Cell]) {
    let nodes = cells.len().div_ceil(CELLS_MAX);
    let strip = (nodes as f64).sqrt().ceil().max(1.0) as usize * CELLS_MAX;
    let middle = |cell: &Cell, axis: usize| cell.bounds[axis] + cell.bounds[axis + 1];
    cells.sort_unstable_by(|a, b| middle(a, 0).total_cmp(&middle(b, 0)).then(a.number.cmp(&b.number)));
    for strip in cells.chunks_mut(strip) {
        strip.sort_unstable_by(|a, b| middle(a, 2).total_cmp(&middle(b, 2)).then(a.number.cmp(&b.number)));
    }
}

fn union(cells: &[Cell]) -> [f32; 4] {
    cells.iter().fold([f32::MAX, f32::MIN, f32::MAX, f32::MIN], |all, cell| {
        let [west, east, south, north] = cell.bounds;
        [all[0].min(west), all[1].max(east), all[2].min(south), all[3].max(north)]
    })
}

fn node_bytes(depth: u16, cells: &[Cell]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(NODE_BYTES);
    bytes.extend_from_slice(&depth.to_be_bytes());
    bytes.extend_from_slice(&(cells.len() as u16).to_be_bytes());
    for cell in cells {
        bytes.extend_from_slice(&cell.number.to_be_bytes());
        for edge in cell.bounds {
            bytes.extend_from_slice(&edge.to_be_bytes());
        }
    }
    bytes.resize(NODE_BYTES, 0);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::LonLat;

    /// A file with so many incidents in a row, and without a spatial index.
    fn suspended(incidents: usize) -> Connection {
        let mut connection = super::super::open::in_memory().unwrap();
        let transaction = connection.transaction().unwrap();
        suspend(&transaction).unwrap();
        transaction.execute("INSERT INTO oqiga_writing VALUES (1)", []).unwrap();
        for i in 0..incidents {
            let at = LonLat { lon: (i * 7919 % 3600) as f64 / 10.0 - 180.0, lat: (i * 104_729 % 1800) as f64 / 10.0 - 90.0 };
            transaction.execute("INSERT INTO incidents (id, geom) VALUES (?1, ?2)", (format!("i{i}"), geometry::encode(at))).unwrap();
        }
        transaction.execute("DELETE FROM oqiga_writing", []).unwrap();
        transaction.commit().unwrap();
        connection
    }

    #[test]
    fn a_tree_made_at_once_is_a_sound_tree_that_finds_every_row() {
        for incidents in [0, 1, 51, 52, 2601, 2602, 20_000] {
            let mut connection = suspended(incidents);
            assert!(!is_there(&connection).unwrap());
            ensure(&mut connection).unwrap();
            let one = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
            assert_eq!(one("SELECT rtreecheck('rtree_incidents_geom')"), "ok", "{incidents}");
            let found = "SELECT cast(count(*) AS TEXT) FROM incidents i JOIN rtree_incidents_geom t ON t.id = i.fid
                WHERE t.minx <= ST_MinX(i.geom) AND t.maxx >= ST_MaxX(i.geom) AND t.miny <= ST_MinY(i.geom) AND t.maxy >= ST_MaxY(i.geom)
                AND t.maxx - t.minx < 0.0001";
            assert_eq!(one(found), incidents.to_string());
            let inside =
                "SELECT cast(count(*) AS TEXT) FROM rtree_incidents_geom WHERE minx >= 0 AND maxx <= 60 AND miny >= 0 AND maxy <= 60";
            let want =
                "SELECT cast(count(*) AS TEXT) FROM incidents WHERE ST_MinX(geom) BETWEEN 0 AND 60 AND ST_MinY(geom) BETWEEN 0 AND 60";
            // Boxes are rounded outward, so what lies on an edge may be out by a hair.
            let (inside, want): (i64, i64) = (one(inside).parse().unwrap(), one(want).parse().unwrap());
            assert!(inside <= want && want - inside <= want / 20 + 2, "{inside} of {want}");
        }
    }

    #[test]
    fn a_tree_made_at_once_goes_on_growing_by_its_triggers() {
        let mut connection = suspended(500);
        ensure(&mut connection).unwrap();
        connection
            .execute("INSERT INTO incidents (id, geom) VALUES ('new', ?1)", [geometry::encode(LonLat { lon: 1.0, lat: 2.0 })])
            .unwrap();
        connection.execute("DELETE FROM incidents WHERE id = 'i7'", []).unwrap();
        let count: i64 = connection.query_row("SELECT count(*) FROM rtree_incidents_geom", [], |row| row.get(0)).unwrap();
        assert_eq!(count, 500);
        let check: String = connection.query_row("SELECT rtreecheck('rtree_incidents_geom')", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
    }
}
