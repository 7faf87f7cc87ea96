//! `COPY … FROM STDIN BINARY`: rows into a table, in large pieces. The driver's own writer sends
//! every 4 kB, which is two or three incidents, and wakes two threads and a process for each piece;
//! the format is small enough to write it here.

use std::pin::Pin;

use bytes::{BufMut, Bytes, BytesMut};
use deadpool_postgres::Transaction;
use futures_util::SinkExt;
use tokio_postgres::CopyInSink;
use tokio_postgres::types::{IsNull, ToSql, Type};

use super::link::Trouble;

/// How much is collected before it is sent.
const PIECE_BYTES: usize = 256 * 1024;

/// What every stream begins with: a signature, no flags, no extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// A writer of rows into a table.
pub struct CopyIn {
    sink: Pin<Box<CopyInSink<Bytes>>>,
    types: Vec<Type>,
    buffer: BytesMut,
}

impl CopyIn {
    /// Begins to write; `types` are those of the columns that the statement names.
    pub async fn start(transaction: &Transaction<'_>, statement: &str, types: &[Type]) -> Result<Self, Trouble> {
        let statement = transaction.prepare_cached(statement).await?;
        let sink = Box::pin(transaction.copy_in(&statement).await?);
        let mut buffer = BytesMut::with_capacity(PIECE_BYTES + PIECE_BYTES / 4);
        buffer.put_slice(HEADER);
        Ok(Self { sink, types: types.to_vec(), buffer })
    }

    /// Writes a row: a value for each column.
    pub async fn row(&mut self, values: &[&(dyn ToSql + Sync)]) -> Result<(), Trouble> {
        debug_assert_eq!(values.len(), self.types.len());
        self.buffer.put_i16(i16::try_from(values.len()).map_err(|_| Trouble::Value("too many columns".into()))?);
        for (value, kind) in values.iter().zip(&self.types) {
            let at = self.buffer.len();
            self.buffer.put_i32(-1);
            if let IsNull::No = value.to_sql_checked(kind, &mut self.buffer).map_err(Trouble::Value)? {
                let length = i32::try_from(self.buffer.len() - at - 4).map_err(|error| Trouble::Value(error.into()))?;
                self.buffer[at..at + 4].copy_from_slice(&length.to_be_bytes());
            }
        }
        if self.buffer.len() >= PIECE_BYTES {
            self.sink.send(self.buffer.split().freeze()).await?;
            self.buffer.reserve(PIECE_BYTES + PIECE_BYTES / 4);
        }
        Ok(())
    }

    /// Ends, and hears whether the database took it all.
    pub async fn finish(mut self) -> Result<(), Trouble> {
        self.buffer.put_i16(-1);
        self.sink.send(self.buffer.split().freeze()).await?;
        self.sink.as_mut().finish().await?;
        Ok(())
    }
}
