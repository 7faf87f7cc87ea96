//! The script of a character and of a word.

use serde::{Deserialize, Serialize};

/// A writing system, as far as the analysis tells them apart (ISO 15924 groups).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Script {
    /// Latin letters.
    Latin,
    /// Cyrillic letters.
    Cyrillic,
    /// Arabic letters, with the Persian, Urdu, Uyghur and Kurdish ones.
    Arabic,
    /// Any other script with letters.
    Other,
    /// No letters at all: digits, punctuation.
    None,
}

impl Script {
    /// The script of one character.
    pub fn of_char(c: char) -> Self {
        match c as u32 {
            0x41..=0x5A | 0x61..=0x7A | 0xAA | 0xBA | 0xC0..=0xD6 | 0xD8..=0xF6 | 0xF8..=0x2AF | 0x1E00..=0x1EFF => Self::Latin,
            0x400..=0x52F | 0x1C80..=0x1C8F | 0x2DE0..=0x2DFF | 0xA640..=0xA69F => Self::Cyrillic,
            0x620..=0x64A
            | 0x66E..=0x6D3
            | 0x6D5
            | 0x6EE..=0x6EF
            | 0x6FA..=0x6FF
            | 0x750..=0x77F
            | 0x8A0..=0x8C9
            | 0xFB50..=0xFDFF
            | 0xFE70..=0xFEFC => Self::Arabic,
            _ if c.is_alphabetic() => Self::Other,
            _ => Self::None,
        }
    }

    /// The script of the first letter of a word; mixed words are named by it.
    pub fn of(word: &str) -> Self {
        word.chars().map(Self::of_char).find(|s| *s != Self::None).unwrap_or(Self::None)
    }
}
