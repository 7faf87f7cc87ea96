//! The nouns of the gazetteer: a place, its class, its names.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The number of a place in this version of the gazetteer. It is not stable over versions: keep
/// the GeoNames id instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlaceId(pub u32);

/// A country or dependency by its ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country([u8; 2]);

impl Country {
    /// The country of a two-letter code in either case, or `None` when it is no two letters.
    pub fn parse(code: &str) -> Option<Self> {
        match code.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => Some(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()])),
            _ => None,
        }
    }

    /// The country of two stored bytes, `None` when they are zeros.
    pub(super) fn from_bytes(code: [u8; 2]) -> Option<Self> {
        code.iter().all(u8::is_ascii_uppercase).then_some(Self(code))
    }

    /// The code as stored.
    pub(super) fn to_bytes(self) -> [u8; 2] {
        self.0
    }

    /// The code in capitals.
    pub fn as_str(&self) -> &str {
        // Only ASCII letters are ever stored.
        std::str::from_utf8(&self.0).unwrap_or("ZZ")
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Country {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom(format!("not an ISO 3166-1 alpha-2 code: {code:?}")))
    }
}

/// What kind of thing a place is, coarser than GeoNames feature codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// A country or dependency (GeoNames PCLI and kin).
    Country,
    /// A first-level area: region, state, governorate (ADM1).
    Admin1,
    /// A second-level area: district, county (ADM2).
    Admin2,
    /// A populated place (P).
    City,
    /// A continent, world region or union.
    Region,
    /// A sea, lake, river, mountain or desert.
    Physical,
    /// An airport or other facility.
    Facility,
}

impl Class {
    /// All classes, in the order of their stored numbers.
    pub const ALL: [Self; 7] = [Self::Country, Self::Admin1, Self::Admin2, Self::City, Self::Region, Self::Physical, Self::Facility];

    /// The class of a stored number.
    pub(super) fn from_u8(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or(Self::City)
    }

    /// The word for it on the wire: `country`, `admin1`, ...
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Admin1 => "admin1",
            Self::Admin2 => "admin2",
            Self::City => "city",
            Self::Region => "region",
            Self::Physical => "physical",
            Self::Facility => "facility",
        }
    }
}

/// What is known about a name of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NameKind {
    /// The main name in the source.
    Main,
    /// The name to show in its language.
    Display,
    /// An official or formal name.
    Official,
    /// Another name or spelling in use.
    Alternative,
    /// A name no longer official that texts still use.
    Historical,
    /// ВКО, UAE, Ky.
    Abbreviation,
    /// An IATA, ICAO or ISO code.
    Code,
    /// An adjective or a word for the people: Kazakh, казахстанский, كازاخستاني.
    Demonym,
}

impl NameKind {
    /// All kinds, in the order of their stored numbers.
    pub const ALL: [Self; 8] =
        [Self::Main, Self::Display, Self::Official, Self::Alternative, Self::Historical, Self::Abbreviation, Self::Code, Self::Demonym];

    /// The kind of a stored number.
    pub(super) fn from_u8(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or(Self::Alternative)
    }

    /// Whether it names the place by a word, not by a code, an abbreviation or an adjective.
    pub fn is_proper(self) -> bool {
        matches!(self, Self::Main | Self::Display | Self::Official | Self::Alternative | Self::Historical)
    }
}
