//! The table with a second line of tags of the Humanitarian Exchange Language (HXL 1.1), so that
//! humanitarian tools know the columns by meaning.

use std::borrow::Cow;

use crate::index::RowRef;
use crate::layers::fields::fields;

use super::Format;
use super::csv::{Csv, line};

/// Writer of the table with tags.
pub struct Hxl;

impl Format for Hxl {
    fn head(&mut self, out: &mut Vec<u8>) {
        Csv.head(out);
        let fixed = ["#event+id", "#geo+lon", "#geo+lat"];
        line(fixed.into_iter().chain(fields().map(|field| field.hxl)).map(Cow::Borrowed), out);
    }

    fn row(&mut self, row: RowRef<'_>, out: &mut Vec<u8>) {
        Csv.row(row, out);
    }

    fn tail(&mut self, _out: &mut Vec<u8>) {}
}
