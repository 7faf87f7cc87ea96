//! Which way of writing Latin letters the names of a country follow: j is another sound in Spanish, in
//! Turkish and in the romanised Russian of Kazakhstan.

use super::source::SourceScript;
use crate::gazetteer::Country;

/// A family of spellings with letter costs of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Spelling {
    /// Romanised Arabic after English habits.
    Arabic,
    /// Romanised Arabic after French habits.
    Maghreb,
    /// Romanised Persian, Pashto, Dari.
    Persian,
    /// Romanised Russian and the languages of the former Soviet Union in Cyrillic.
    Cyrillic,
    /// Turkish and Azerbaijani.
    Turkish,
    /// Romanised languages of South Asia and Burma.
    SouthAsian,
    /// Pinyin, Hepburn and Korean romanisation.
    EastAsian,
    /// Malay, Vietnamese, romanised Thai, Khmer and Lao.
    SoutheastAsian,
    /// Spanish.
    Spanish,
    /// Portuguese.
    Portuguese,
    /// French.
    French,
    /// English.
    English,
    /// German, Dutch, the Nordic and Baltic languages.
    Germanic,
    /// Polish, Czech, Croatian, Hungarian, Romanian and neighbours.
    CentralEuropean,
    /// Italian, Maltese, romanised Greek.
    Mediterranean,
    /// Everything else.
    Other,
}

impl Spelling {
    /// All spellings, in the order of their numbers.
    pub(super) const ALL: [Self; 16] = [
        Self::Arabic,
        Self::Maghreb,
        Self::Persian,
        Self::Cyrillic,
        Self::Turkish,
        Self::SouthAsian,
        Self::EastAsian,
        Self::SoutheastAsian,
        Self::Spanish,
        Self::Portuguese,
        Self::French,
        Self::English,
        Self::Germanic,
        Self::CentralEuropean,
        Self::Mediterranean,
        Self::Other,
    ];

    /// The spelling of the names of a country.
    pub(super) fn of(country: Option<Country>) -> Self {
        let Some(country) = country else { return Self::Other };
        match country.as_str() {
            "SA" | "YE" | "OM" | "AE" | "QA" | "BH" | "KW" | "IQ" | "SY" | "JO" | "LB" | "PS" | "IL" | "EG" | "SD" | "LY" => Self::Arabic,
            "DZ" | "MA" | "TN" | "MR" | "EH" | "TD" | "DJ" | "KM" => Self::Maghreb,
            "IR" | "AF" => Self::Persian,
            "RU" | "BY" | "UA" | "KZ" | "KG" | "UZ" | "TJ" | "TM" | "MN" | "BG" | "GE" | "AM" => Self::Cyrillic,
            "TR" | "AZ" | "CY" => Self::Turkish,
            "IN" | "PK" | "BD" | "NP" | "LK" | "BT" | "MV" | "MM" => Self::SouthAsian,
            "CN" | "TW" | "HK" | "MO" | "JP" | "KR" | "KP" => Self::EastAsian,
            "VN" | "TH" | "LA" | "KH" | "ID" | "MY" | "SG" | "BN" | "TL" => Self::SoutheastAsian,
            "ES" | "MX" | "GT" | "SV" | "HN" | "NI" | "CR" | "PA" | "CU" | "DO" | "PR" | "CO" | "VE" | "EC" | "PE" | "BO" | "CL" | "AR"
            | "UY" | "PY" | "GQ" | "PH" => Self::Spanish,
            "PT" | "BR" | "AO" | "MZ" | "CV" | "GW" | "ST" => Self::Portuguese,
            "FR" | "BE" | "LU" | "CH" | "MC" | "SN" | "ML" | "CI" | "BF" | "NE" | "BJ" | "TG" | "GN" | "CM" | "GA" | "CG" | "CD" | "CF"
            | "MG" | "BI" | "RW" | "HT" | "GP" | "MQ" | "RE" | "GF" | "NC" | "PF" => Self::French,
            "US" | "GB" | "IE" | "CA" | "AU" | "NZ" | "ZA" | "NG" | "GH" | "KE" | "UG" | "TZ" | "ZM" | "ZW" | "MW" | "SL" | "LR" | "GM"
            | "JM" | "TT" | "GY" | "BW" | "NA" | "LS" | "SZ" | "SS" | "PG" | "FJ" => Self::English,
            "DE" | "AT" | "LI" | "NL" | "SE" | "NO" | "DK" | "IS" | "FI" | "EE" | "LV" | "LT" | "SR" => Self::Germanic,
            "PL" | "CZ" | "SK" | "HR" | "SI" | "BA" | "ME" | "RS" | "MK" | "HU" | "RO" | "MD" | "AL" | "XK" => Self::CentralEuropean,
            "IT" | "SM" | "MT" | "VA" | "GR" => Self::Mediterranean,
            _ => Self::Other,
        }
    }

    /// Whether the names are mostly words of languages that are written in the script.
    pub(super) fn is_home_of(self, script: SourceScript) -> bool {
        match script {
            SourceScript::Arabic => matches!(self, Self::Arabic | Self::Maghreb | Self::Persian | Self::Turkish),
            SourceScript::Cyrillic => self == Self::Cyrillic,
        }
    }
}
