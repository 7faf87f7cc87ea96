//! Points in the binary form of GeoPackage: a short header, then well-known binary
//! (OGC 12-128r18, clause 2.1.3).

use crate::geo::LonLat;

/// EPSG:4326, in which GeoPackage keeps x as longitude and y as latitude whatever the authority says.
pub const SRS_ID: i32 = 4326;

/// Length of a point with the shortest header: magic 2, version 1, flags 1, srs 4, byte order 1,
/// type 4, coordinates 16.
const POINT_BYTES: usize = 29;

/// Header flag: little endian.
const LITTLE_ENDIAN: u8 = 0b0000_0001;
/// Header flags: what the envelope holds, three bits.
const ENVELOPE: u8 = 0b0000_1110;
/// Header flag: an empty geometry.
const EMPTY: u8 = 0b0001_0000;

/// A position as a GeoPackage blob: little endian, without envelope, as points have it.
pub fn encode(at: LonLat) -> Vec<u8> {
    let mut blob = Vec::with_capacity(POINT_BYTES);
    blob.extend_from_slice(b"GP");
    blob.extend_from_slice(&[0, LITTLE_ENDIAN]);
    blob.extend_from_slice(&SRS_ID.to_le_bytes());
    blob.push(1);
    blob.extend_from_slice(&1u32.to_le_bytes());
    blob.extend_from_slice(&at.lon.to_le_bytes());
    blob.extend_from_slice(&at.lat.to_le_bytes());
    blob
}

/// The position in a GeoPackage blob, whichever byte order and envelope another program wrote;
/// `None` when it is empty, no point, or out of range.
pub fn decode(blob: &[u8]) -> Option<LonLat> {
    let [b'G', b'P', _version, flags, ..] = *blob else { return None };
    if flags & EMPTY != 0 {
        return None;
    }
    let envelope_bytes = match (flags & ENVELOPE) >> 1 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return None,
    };
    let wkb = blob.get(8 + envelope_bytes..)?;
    let little = *wkb.first()? == 1;
    let word = |at: usize| <[u8; 4]>::try_from(wkb.get(at..at + 4)?).ok();
    let double = |at: usize| <[u8; 8]>::try_from(wkb.get(at..at + 8)?).ok();
    let kind = word(1).map(|b| if little { u32::from_le_bytes(b) } else { u32::from_be_bytes(b) })?;
    // 1 point, 1001 with z, 2001 with m, 3001 with both: the first two numbers are x and y in each.
    if !matches!(kind, 1 | 1001 | 2001 | 3001) {
        return None;
    }
    let number = |at: usize| double(at).map(|b| if little { f64::from_le_bytes(b) } else { f64::from_be_bytes(b) });
    LonLat::new(number(5)?, number(13)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_position_goes_there_and_back(lon in -180.0..=180.0f64, lat in -90.0..=90.0f64) {
            let at = LonLat { lon, lat };
            prop_assert_eq!(decode(&encode(at)), Some(at));
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(blob in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = decode(&blob);
        }

        #[test]
        fn bytes_after_a_right_header_are_read_without_a_panic(rest in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = decode(&[b"GP\0".as_slice(), &rest].concat());
        }
    }

    #[test]
    fn a_point_is_29_bytes_with_its_longitude_first() {
        let blob = encode(LonLat { lon: 76.9115, lat: 43.25249 });
        assert_eq!(blob.len(), POINT_BYTES);
        assert_eq!(&blob[..8], b"GP\0\x01\xe6\x10\0\0");
        assert_eq!(blob[13..21], 76.9115f64.to_le_bytes());
    }

    #[test]
    fn a_big_endian_point_with_an_envelope_is_read_too() {
        let mut blob = b"GP\0\x02\0\0\x10\xe6".to_vec();
        blob.extend([0; 32]);
        blob.push(0);
        blob.extend(1u32.to_be_bytes());
        blob.extend(51.2f64.to_be_bytes());
        blob.extend(43.65f64.to_be_bytes());
        assert_eq!(decode(&blob), Some(LonLat { lon: 51.2, lat: 43.65 }));
    }

    #[test]
    fn an_empty_geometry_and_a_line_have_no_position() {
        let mut empty = encode(LonLat { lon: 0.0, lat: 0.0 });
        empty[3] |= EMPTY;
        assert_eq!(decode(&empty), None);
        let mut line = encode(LonLat { lon: 0.0, lat: 0.0 });
        line[9] = 2;
        assert_eq!(decode(&line), None);
    }
}
