//! GeoParquet 1.1 with a column of boxes, for pandas, DuckDB, Spark and the like.

use std::fs::File;
use std::io::{self, Seek};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type, TypePtr};
use serde_json::json;

use crate::geo::LonLat;
use crate::index::{RowRef, day_number, rounded};
use crate::layers::fields::fields;
use crate::store::geopackage::Kind;

use super::cells::{Cell, cells};
use super::{About, Archive};

/// Rows of one row group.
const GROUP: usize = 32_768;

/// Writer of one file.
pub struct Geoparquet {
    writer: SerializedFileWriter<File>,
    about: String,
    ids: Texts,
    positions: Vec<Option<LonLat>>,
    columns: Vec<Column>,
    bounds: Option<[f64; 4]>,
}

/// The values of a column with which rows have one.
enum Column {
    Text(Texts, Vec<i16>),
    Integer(Vec<i64>, Vec<i16>),
    Real(Vec<f64>, Vec<i16>),
    Day(Vec<i32>, Vec<i16>),
}

/// Texts of a column in one piece of memory, which its values share.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len());
    }

    fn take(&mut self) -> Vec<ByteArray> {
        let bytes = Bytes::from(std::mem::take(&mut self.bytes));
        let mut start = 0;
        let value = |end| ByteArray::from(bytes.slice(std::mem::replace(&mut start, end)..end));
        std::mem::take(&mut self.ends).into_iter().map(value).collect()
    }
}

/// Columns in which hardly two values are the same: a dictionary would only be in the way, and
/// least and greatest value tell nothing.
const ALL_DIFFERENT: &[&str] = &["id", "geometry", "title", "evidence_text"];

impl Geoparquet {
    /// A writer that tells what it was asked for.
    ///
    /// # Errors
    /// When no temporary file can be made.
    pub fn new(about: &About) -> io::Result<Self> {
        let mut properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
        for name in ALL_DIFFERENT {
            properties = properties
                .set_column_dictionary_enabled(ColumnPath::from(*name), false)
                .set_column_statistics_enabled(ColumnPath::from(*name), EnabledStatistics::None);
        }
        let properties = properties.build();
        let schema = schema().map_err(io::Error::other)?;
        let writer = SerializedFileWriter::new(tempfile::tempfile()?, schema, Arc::new(properties)).map_err(io::Error::other)?;
        let columns = fields().map(|field| Column::new(field.kind)).collect();
        Ok(Self { writer, about: about.description(), ids: Texts::default(), positions: Vec::new(), columns, bounds: None })
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        if self.positions.is_empty() {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        column::<ByteArrayType>(&mut group, &self.ids.take(), None)?;
        let levels: Vec<i16> = self.positions.iter().map(|at| i16::from(at.is_some())).collect();
        let located = || self.positions.iter().flatten();
        let mut shapes = Texts::default();
        located().for_each(|at| shapes.push(&wkb(*at)));
        column::<ByteArrayType>(&mut group, &shapes.take(), Some(&levels))?;
        let edges: [fn(&LonLat) -> f64; 4] = [|at| at.lon, |at| at.lat, |at| at.lon, |at| at.lat];
        for pick in edges {
            column::<DoubleType>(&mut group, &located().map(pick).collect::<Vec<_>>(), Some(&levels))?;
        }
        for of in &mut self.columns {
            match of {
                Column::Text(values, levels) => column::<ByteArrayType>(&mut group, &values.take(), Some(levels))?,
                Column::Integer(values, levels) => column::<Int64Type>(&mut group, values, Some(levels))?,
                Column::Real(values, levels) => column::<DoubleType>(&mut group, values, Some(levels))?,
                Column::Day(values, levels) => column::<Int32Type>(&mut group, values, Some(levels))?,
            }
        }
        group.close()?;
        self.positions.clear();
        self.columns = fields().map(|field| Column::new(field.kind)).collect();
        Ok(())
    }

    fn geo(&self) -> String {
        let bbox = self.bounds.unwrap_or([-180.0, -90.0, 180.0, 90.0]);
        let edge = |name: &str| json!(["bbox", name]);
        json!({
            "version": "1.1.0",
            "primary_column": "geometry",
            "columns": {"geometry": {
                "encoding": "WKB",
                "geometry_types": ["Point"],
                "bbox": bbox,
                "covering": {"bbox": {"xmin": edge("xmin"), "ymin": edge("ymin"), "xmax": edge("xmax"), "ymax": edge("ymax")}},
            }},
        })
        .to_string()
    }
}

impl Archive for Geoparquet {
    fn row(&mut self, row: RowRef<'_>) -> io::Result<()> {
        self.ids.push(row.id().as_bytes());
        let at = row.position();
        self.positions.push(at);
        if let Some(at) = at {
            let [west, south, east, north] = self.bounds.unwrap_or([at.lon, at.lat, at.lon, at.lat]);
            self.bounds = Some([west.min(at.lon), south.min(at.lat), east.max(at.lon), north.max(at.lat)]);
        }
        for (column, cell) in self.columns.iter_mut().zip(cells(row)) {
            column.push(cell);
        }
        if self.positions.len() >= GROUP {
            self.write_group().map_err(io::Error::other)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<File> {
        self.write_group().map_err(io::Error::other)?;
        let geo = self.geo();
        let Self { mut writer, about, .. } = *self;
        writer.append_key_value_metadata(KeyValue::new("geo".to_owned(), geo));
        writer.append_key_value_metadata(KeyValue::new("description".to_owned(), about));
        let mut file = writer.into_inner().map_err(io::Error::other)?;
        file.rewind()?;
        Ok(file)
    }
}

impl Column {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text | Kind::Words => Self::Text(Texts::default(), Vec::new()),
            Kind::Integer => Self::Integer(Vec::new(), Vec::new()),
            Kind::Real => Self::Real(Vec::new(), Vec::new()),
            Kind::Date => Self::Day(Vec::new(), Vec::new()),
        }
    }

    fn push(&mut self, cell: Option<Cell<'_>>) {
        let levels = match (self, cell) {
            (Self::Text(values, levels), Some(Cell::Text(text))) => {
                values.push(text.as_bytes());
                return levels.push(1);
            }
            (Self::Integer(values, levels), Some(Cell::Integer(number))) => {
                values.push(number);
                return levels.push(1);
            }
            (Self::Real(values, levels), Some(Cell::Real(number))) => {
                values.push(number);
                return levels.push(1);
            }
            (Self::Day(values, levels), Some(Cell::Text(day))) => {
                if let Some(day) = day.get(..10).and_then(|day| day.parse().ok()) {
                    values.push(day_number(day));
                    return levels.push(1);
                }
                levels
            }
            (Self::Text(_, levels) | Self::Integer(_, levels) | Self::Real(_, levels) | Self::Day(_, levels), _) => levels,
        };
        levels.push(0);
    }
}

fn column<T: parquet::data_type::DataType>(
    group: &mut SerializedRowGroupWriter<'_, File>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<(), ParquetError> {
    let missing = || ParquetError::General("the schema has fewer columns than are written".to_owned());
    let mut writer = group.next_column()?.ok_or_else(missing)?;
    writer.typed::<T>().write_batch(values, levels, None)?;
    writer.close()
}

fn schema() -> Result<TypePtr, ParquetError> {
    let leaf = |name: &str, physical: Physical, logical: Option<LogicalType>, repetition: Repetition| {
        let built = Type::primitive_type_builder(name, physical).with_repetition(repetition).with_logical_type(logical).build();
        built.map(Arc::new)
    };
    let edges = ["xmin", "ymin", "xmax", "ymax"].map(|name| leaf(name, Physical::DOUBLE, None, Repetition::REQUIRED));
    let edges = edges.into_iter().collect::<Result<Vec<_>, _>>()?;
    let bbox = Type::group_type_builder("bbox").with_repetition(Repetition::OPTIONAL).with_fields(edges).build()?;
    let mut columns = vec![
        leaf("id", Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::REQUIRED)?,
        leaf("geometry", Physical::BYTE_ARRAY, None, Repetition::OPTIONAL)?,
        Arc::new(bbox),
    ];
    for field in fields() {
        let (physical, logical) = match field.kind {
            Kind::Text | Kind::Words => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Integer => (Physical::INT64, None),
            Kind::Real => (Physical::DOUBLE, None),
            Kind::Date => (Physical::INT32, Some(LogicalType::Date)),
        };
        columns.push(leaf(field.name, physical, logical, Repetition::OPTIONAL)?);
    }
    Ok(Arc::new(Type::group_type_builder("incidents").with_fields(columns).build()?))
}

/// A point as well-known binary, little endian.
fn wkb(at: LonLat) -> [u8; 21] {
    let mut bytes = [0; 21];
    bytes[..2].copy_from_slice(&[1, 1]);
    bytes[5..13].copy_from_slice(&rounded(at.lon).to_le_bytes());
    bytes[13..].copy_from_slice(&rounded(at.lat).to_le_bytes());
    bytes
}
