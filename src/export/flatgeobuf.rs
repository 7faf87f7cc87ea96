//! FlatGeobuf with its packed R-tree, so that a client fetches only the part it looks at. Incidents
//! without a position have no place in the index and are left out.
//!
//! The `flatgeobuf` crate gives the tables and the tree; its writer reads a buffer of eight
//! kilobytes for each feature when it puts them in order, so the file is put together here. The
//! order of the features is that of the index of the program (Morton), which is as good for the
//! tree as the order along a Hilbert curve.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

use flatbuffers::FlatBufferBuilder;
use flatgeobuf::packed_r_tree::{NodeItem, PackedRTree, calc_extent};
use flatgeobuf::{
    Column, ColumnArgs, ColumnType, Crs, CrsArgs, Feature, FeatureArgs, Geometry, GeometryArgs, GeometryType, Header, HeaderArgs,
};

use crate::geo::LonLat;
use crate::index::square::{morton, project};
use crate::index::{RowRef, rounded};
use crate::layers::fields::fields;
use crate::store::geopackage::Kind;

use super::cells::{Cell, cells};
use super::{About, Archive};

/// What every file begins with: the letters, version 3.0.
const MAGIC: &[u8] = b"fgb\x03fgb\x00";

/// Entries of a node of the tree.
const NODE_SIZE: u16 = 16;

/// Writer of one file.
pub struct Flatgeobuf {
    about: String,
    /// The features in the order in which they came.
    features: BufWriter<File>,
    written: u64,
    entries: Vec<Entry>,
    builder: FlatBufferBuilder<'static>,
    properties: Vec<u8>,
}

/// A feature in the file of features.
struct Entry {
    order: u64,
    at: LonLat,
    start: u64,
    bytes: u32,
}

impl Flatgeobuf {
    /// A writer that tells what it was asked for.
    ///
    /// # Errors
    /// When no temporary file can be made.
    pub fn new(about: &About) -> io::Result<Self> {
        Ok(Self {
            about: about.description(),
            features: BufWriter::new(tempfile::tempfile()?),
            written: 0,
            entries: Vec::new(),
            builder: FlatBufferBuilder::new(),
            properties: Vec::new(),
        })
    }

    /// The properties in the form of the format: the number of a column, then its value.
    fn fill_properties(&mut self, row: RowRef<'_>) {
        self.properties.clear();
        let out = &mut self.properties;
        let text = |out: &mut Vec<u8>, column: u16, text: &str| {
            out.extend_from_slice(&column.to_le_bytes());
            out.extend_from_slice(&(text.len() as u32).to_le_bytes());
            out.extend_from_slice(text.as_bytes());
        };
        text(out, 0, row.id());
        for (column, cell) in (1u16..).zip(cells(row)) {
            let number = match cell {
                None => continue,
                Some(Cell::Text(value)) => {
                    text(out, column, &value);
                    continue;
                }
                Some(Cell::Integer(number)) => number.to_le_bytes(),
                Some(Cell::Real(number)) => number.to_le_bytes(),
            };
            out.extend_from_slice(&column.to_le_bytes());
            out.extend_from_slice(&number);
        }
    }

    fn header(&self, extent: &NodeItem) -> Vec<u8> {
        let mut fbb = FlatBufferBuilder::new();
        let mut columns = vec![("id", ColumnType::String, "Id", "Identifier of the incident", false)];
        columns.extend(fields().map(|field| {
            let kind = match field.kind {
                Kind::Integer => ColumnType::Long,
                Kind::Real => ColumnType::Double,
                Kind::Date => ColumnType::DateTime,
                Kind::Text | Kind::Words => ColumnType::String,
            };
            (field.name, kind, field.title, field.description, true)
        }));
        let mut column = |(name, type_, title, description, nullable): (&str, ColumnType, &str, &str, bool)| {
            let (name, title, description) = (fbb.create_string(name), fbb.create_string(title), fbb.create_string(description));
            let args =
                ColumnArgs { name: Some(name), type_, title: Some(title), description: Some(description), nullable, ..Default::default() };
            Column::create(&mut fbb, &args)
        };
        let columns: Vec<_> = columns.into_iter().map(&mut column).collect();
        let org = fbb.create_string("EPSG");
        let crs = Crs::create(&mut fbb, &CrsArgs { org: Some(org), code: 4326, ..Default::default() });
        let args = HeaderArgs {
            name: Some(fbb.create_string("incidents")),
            title: Some(fbb.create_string("Incidents")),
            description: Some(fbb.create_string(&self.about)),
            envelope: Some(fbb.create_vector(&[extent.min_x, extent.min_y, extent.max_x, extent.max_y])),
            geometry_type: GeometryType::Point,
            columns: Some(fbb.create_vector(&columns)),
            features_count: self.entries.len() as u64,
            index_node_size: NODE_SIZE,
            crs: Some(crs),
            ..Default::default()
        };
        let header = Header::create(&mut fbb, &args);
        fbb.finish_size_prefixed(header, None);
        fbb.finished_data().to_vec()
    }
}

impl Archive for Flatgeobuf {
    fn row(&mut self, row: RowRef<'_>) -> io::Result<()> {
        let Some(at) = row.position() else { return Ok(()) };
        let (x, y) = project(at);
        let at = LonLat { lon: rounded(at.lon), lat: rounded(at.lat) };
        self.fill_properties(row);
        let fbb = &mut self.builder;
        fbb.reset();
        let xy = fbb.create_vector(&[at.lon, at.lat]);
        let geometry = Geometry::create(fbb, &GeometryArgs { xy: Some(xy), type_: GeometryType::Point, ..Default::default() });
        let properties = fbb.create_vector(&self.properties);
        let feature = Feature::create(fbb, &FeatureArgs { geometry: Some(geometry), properties: Some(properties), columns: None });
        fbb.finish_size_prefixed(feature, None);
        let bytes = fbb.finished_data();
        self.features.write_all(bytes)?;
        self.entries.push(Entry { order: morton(x, y), at, start: self.written, bytes: bytes.len() as u32 });
        self.written += bytes.len() as u64;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<File> {
        self.entries.sort_unstable_by_key(|entry| (entry.order, entry.start));
        let mut out = BufWriter::new(tempfile::tempfile()?);
        let mut offset = 0;
        let node = |entry: &Entry| {
            let node = NodeItem { offset, ..NodeItem::bounds(entry.at.lon, entry.at.lat, entry.at.lon, entry.at.lat) };
            offset += u64::from(entry.bytes);
            node
        };
        let nodes: Vec<NodeItem> = self.entries.iter().map(node).collect();
        let extent = calc_extent(&nodes);
        out.write_all(MAGIC)?;
        out.write_all(&self.header(&extent))?;
        if !nodes.is_empty() {
            PackedRTree::build(&nodes, &extent, NODE_SIZE).map_err(io::Error::other)?.stream_write(&mut out)?;
        }
        drop(nodes);
        let mut features = self.features.into_inner().map_err(io::IntoInnerError::into_error)?;
        let mut feature = Vec::new();
        for entry in &self.entries {
            feature.resize(entry.bytes as usize, 0);
            features.seek(SeekFrom::Start(entry.start))?;
            features.read_exact(&mut feature)?;
            out.write_all(&feature)?;
        }
        let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(file)
    }
}
