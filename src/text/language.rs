//! Which language a text is in.
//!
//! Script and letters decide first, because they are certain where a statistical guess is not:
//! ә, ғ, қ, ң are Kazakh (or a Turkic neighbour), ї and є Ukrainian, پ, چ, گ not Arabic. Only
//! Latin-script text, and Cyrillic without telling letters, is left to `whatlang`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Script;

/// How much of a long text is looked at.
const SAMPLE_BYTES: usize = 8 * 1024;

/// A language as its BCP 47 primary subtag, two or three letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lang([u8; 3]);

impl Lang {
    /// Arabic.
    pub const AR: Self = Self(*b"ar\0");
    /// Russian.
    pub const RU: Self = Self(*b"ru\0");
    /// Kazakh.
    pub const KK: Self = Self(*b"kk\0");
    /// English.
    pub const EN: Self = Self(*b"en\0");
    /// Ukrainian.
    pub const UK: Self = Self(*b"uk\0");
    /// Kyrgyz.
    pub const KY: Self = Self(*b"ky\0");
    /// Persian.
    pub const FA: Self = Self(*b"fa\0");
    /// Urdu.
    pub const UR: Self = Self(*b"ur\0");
    /// Undetermined.
    pub const UND: Self = Self(*b"und");

    /// The language of a BCP 47 tag (`ar`, `ar-EG`, `kaz` is not folded to `kk`), or `None` when
    /// it does not begin with two or three letters.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.to_ascii_lowercase();
        let bytes = primary.as_bytes();
        if !(2..=3).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_lowercase) {
            return None;
        }
        let mut code = [0; 3];
        code[..bytes.len()].copy_from_slice(bytes);
        Some(Self(code))
    }

    /// The tag, such as `ar`.
    pub fn as_str(&self) -> &str {
        let len = if self.0[2] == 0 { 2 } else { 3 };
        // Only ASCII letters are ever stored.
        std::str::from_utf8(&self.0[..len]).unwrap_or("und")
    }

    /// Whether text in it is written from right to left.
    pub fn is_rtl(self) -> bool {
        matches!(self.as_str(), "ar" | "fa" | "ur" | "he" | "ps" | "ug" | "ckb" | "sd" | "yi")
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Lang {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Lang {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tag = String::deserialize(deserializer)?;
        Self::parse(&tag).ok_or_else(|| serde::de::Error::custom(format!("not a BCP 47 language tag: {tag:?}")))
    }
}

/// The most likely language of a text; [`Lang::UND`] when there are no letters to tell by.
pub fn detect(text: &str) -> Lang {
    let sample = sample(text);
    let mut counts = [0usize; 4];
    for c in sample.chars() {
        match Script::of_char(c) {
            Script::Latin => counts[0] += 1,
            Script::Cyrillic => counts[1] += 1,
            Script::Arabic => counts[2] += 1,
            Script::Other => counts[3] += 1,
            Script::None => {}
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    if most == 0 {
        Lang::UND
    } else if counts[2] == most {
        arabic_script(sample)
    } else if counts[1] == most {
        cyrillic(sample)
    } else {
        guess(sample)
    }
}

fn arabic_script(sample: &str) -> Lang {
    let (mut letters, mut persian, mut urdu) = (0usize, 0usize, 0usize);
    for c in sample.chars() {
        letters += usize::from(Script::of_char(c) == Script::Arabic);
        persian += usize::from(matches!(c, 'پ' | 'چ' | 'ژ' | 'گ' | 'ی' | 'ک'));
        urdu += usize::from(matches!(c, 'ٹ' | 'ڈ' | 'ڑ' | 'ں' | 'ے' | 'ھ'));
    }
    // A name such as پاريس in Arabic news has a Persian letter; a Persian text has one in eight.
    if urdu * 40 > letters {
        Lang::UR
    } else if persian * 20 > letters {
        Lang::FA
    } else {
        Lang::AR
    }
}

fn cyrillic(sample: &str) -> Lang {
    let (mut letters, mut kazakh, mut kazakh_only, mut ukrainian) = (0usize, 0usize, 0usize, 0usize);
    for c in sample.chars().flat_map(char::to_lowercase) {
        letters += usize::from(Script::of_char(c) == Script::Cyrillic);
        kazakh += usize::from(matches!(c, 'ң' | 'ө' | 'ү'));
        kazakh_only += usize::from(matches!(c, 'ә' | 'ғ' | 'қ' | 'ұ' | 'һ'));
        ukrainian += usize::from(matches!(c, 'ї' | 'є' | 'ґ'));
    }
    // Kyrgyz shares ң, ө, ү with Kazakh but has none of the others.
    if kazakh_only * 50 > letters {
        Lang::KK
    } else if (kazakh + kazakh_only) * 50 > letters {
        if kazakh_only > 0 { Lang::KK } else { Lang::KY }
    } else if ukrainian * 100 > letters {
        Lang::UK
    } else {
        Lang::RU
    }
}

fn guess(sample: &str) -> Lang {
    if is_kazakh_latin(sample) {
        return Lang::KK;
    }
    let code = whatlang::detect(sample).filter(|info| info.confidence() > 0.4).map(|info| info.lang());
    match code {
        Some(whatlang::Lang::Eng) | None => Lang::EN,
        Some(whatlang::Lang::Fra) => Lang(*b"fr\0"),
        Some(whatlang::Lang::Spa) => Lang(*b"es\0"),
        Some(whatlang::Lang::Deu) => Lang(*b"de\0"),
        Some(whatlang::Lang::Tur) => Lang(*b"tr\0"),
        Some(whatlang::Lang::Uzb) => Lang(*b"uz\0"),
        Some(other) => Lang::parse(other.code()).unwrap_or(Lang::UND),
    }
}

/// Kazakh in Latin letters has q in every third word and letters that Uzbek lacks (ñ, ğ, ş, ü, ö, ä,
/// ı, ū), without the ə of Azerbaijani.
fn is_kazakh_latin(sample: &str) -> bool {
    let (mut letters, mut q, mut telling) = (0usize, 0usize, 0usize);
    for c in sample.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        q += usize::from(matches!(c, 'q' | 'Q'));
        telling += usize::from(matches!(c, 'ñ' | 'ğ' | 'ş' | 'ü' | 'ö' | 'ä' | 'ı' | 'ū' | 'Ü' | 'Ö' | 'Ä' | 'Ş' | 'Ū'));
        if matches!(c, 'ə' | 'Ə') {
            return false;
        }
    }
    q * 80 > letters && telling * 40 > letters
}

fn sample(text: &str) -> &str {
    let mut end = text.len().min(SAMPLE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_and_letters_tell_the_language() {
        let check = |text, want: &str| assert_eq!(detect(text).as_str(), want, "{text}");
        check("Police detained protesters in Almaty on Tuesday.", "en");
        check("Полиция задержала протестующих в Алматы.", "ru");
        check("Алматыда полиция наразылық шарасына қатысушыларды ұстады.", "kk");
        check("اعتقلت الشرطة متظاهرين في ألماتي", "ar");
        check("پلیس معترضان را در تهران بازداشت کرد", "fa");
        check("Поліція затримала протестувальників у Києві, її підтримали є", "uk");
        check("Бишкекте көчөгө чыккан тургундар өкмөткө нааразы болушту", "ky");
        check("12345 !!!", "und");
        check("", "und");
    }
}
