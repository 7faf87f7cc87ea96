//! Values as PostgreSQL's binary protocol has them: what the driver does not know by itself.

use bytes::{BufMut, BytesMut};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::geo::LonLat;

/// Whatever went wrong with a value.
type Wrong = Box<dyn std::error::Error + Sync + Send>;

/// PostgreSQL counts days and microseconds from here.
const EPOCH: Date = jiff::civil::date(2000, 1, 1);

/// Seconds from 1970 to [`EPOCH`].
const EPOCH_S: i64 = 946_684_800;

/// WGS 84, with the flag of extended well-known binary that says that an identifier follows.
const POINT_WITH_SRID: u32 = 0x2000_0001;
const SRID: u32 = 4326;

/// A text. PostgreSQL keeps no NUL character; it becomes U+FFFD, one code point as before, so that
/// offsets into the text stay what they were.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a>(pub &'a str);

impl ToSql for Text<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Wrong> {
        if self.0.as_bytes().contains(&0) {
            out.put_slice(self.0.replace('\0', "\u{FFFD}").as_bytes());
        } else {
            out.put_slice(self.0.as_bytes());
        }
        Ok(IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::TEXT | Type::VARCHAR | Type::JSON | Type::NAME)
    }

    to_sql_checked!();
}

/// JSON as it was written, byte by byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<'a>(pub &'a str);

impl<'a> FromSql<'a> for Json<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Wrong> {
        Ok(Self(std::str::from_utf8(raw)?))
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::JSON | Type::TEXT)
    }
}

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub Date);

impl Day {
    fn number(self) -> i32 {
        // The calendar spans -9999 to 9999: under four million days.
        (self.0.duration_since(EPOCH).as_hours() / 24) as i32
    }
}

impl ToSql for Day {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Wrong> {
        out.put_i32(self.number());
        Ok(IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::DATE
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Day {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Wrong> {
        let days = i32::from_be_bytes(raw.try_into()?);
        Ok(Self(EPOCH.checked_add(SignedDuration::from_hours(i64::from(days) * 24))?))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::DATE
    }
}

/// A moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub Timestamp);

impl ToSql for Moment {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Wrong> {
        out.put_i64(self.0.as_microsecond() - EPOCH_S * 1_000_000);
        Ok(IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::TIMESTAMPTZ
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Moment {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Wrong> {
        let since = i64::from_be_bytes(raw.try_into()?);
        Ok(Self(Timestamp::from_microsecond(since.saturating_add(EPOCH_S * 1_000_000))?))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::TIMESTAMPTZ
    }
}

/// A position as PostGIS takes it in: extended well-known binary. The type of a column of geometry
/// has another number in every database, so that any type will do; it is only used where the column
/// is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point(pub LonLat);

impl ToSql for Point {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Wrong> {
        out.put_u8(1);
        out.put_u32_le(POINT_WITH_SRID);
        out.put_u32_le(SRID);
        out.put_f64_le(self.0.lon);
        out.put_f64_le(self.0.lat);
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_day_goes_there_and_back(year in -4000i16..=9999, month in 1i8..=12, day in 1i8..=28) {
            let day = Day(jiff::civil::date(year, month, day));
            let mut bytes = BytesMut::new();
            day.to_sql(&Type::DATE, &mut bytes).unwrap();
            prop_assert_eq!(Day::from_sql(&Type::DATE, &bytes).unwrap(), day);
        }

        #[test]
        fn every_moment_goes_there_and_back(microsecond in -10_000_000_000_000_000i64..10_000_000_000_000_000) {
            let moment = Moment(Timestamp::from_microsecond(microsecond).unwrap());
            let mut bytes = BytesMut::new();
            moment.to_sql(&Type::TIMESTAMPTZ, &mut bytes).unwrap();
            prop_assert_eq!(Moment::from_sql(&Type::TIMESTAMPTZ, &bytes).unwrap(), moment);
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(raw in proptest::collection::vec(any::<u8>(), 0..12)) {
            let _ = Day::from_sql(&Type::DATE, &raw);
            let _ = Moment::from_sql(&Type::TIMESTAMPTZ, &raw);
        }
    }

    #[test]
    fn a_nul_becomes_a_replacement_character() {
        let mut bytes = BytesMut::new();
        Text("a\0b").to_sql(&Type::TEXT, &mut bytes).unwrap();
        assert_eq!(bytes, "a\u{FFFD}b".as_bytes());
    }
}
