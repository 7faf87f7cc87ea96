//! The letters of a query in Arabic or Cyrillic script, as numbers by which costs are looked up.

use unicode_normalization::UnicodeNormalization;

use crate::text::Script;

/// A script that names are sought from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum SourceScript {
    /// Arabic letters, with those of Persian, Urdu, Kurdish and Uyghur.
    Arabic,
    /// Cyrillic letters of all languages.
    Cyrillic,
}

/// The letters of each script that are told apart. What is not here is written with one that is.
const ARABIC: &str = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىئؤءپچژگڭۋۆۇۈېەڤ";
const CYRILLIC: &str = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһіїєґўјљњћђџҳҷӣӯҫҙѓќѕ";

/// Pairs of letters that stand for one sound.
const ARABIC_PAIRS: [&str; 14] = ["تش", "دج", "دز", "تس", "كس", "او", "اي", "وي", "يا", "يو", "نغ", "نج", "تز", "ئي"];
const CYRILLIC_PAIRS: [&str; 20] =
    ["дж", "дз", "кс", "йо", "ьо", "ий", "ый", "нг", "тс", "тц", "йе", "тч", "шч", "ау", "уа", "оу", "ой", "ей", "ай", "уй"];

impl SourceScript {
    /// Both scripts.
    pub(super) const ALL: [Self; 2] = [Self::Arabic, Self::Cyrillic];

    /// The script of a name, when it is one of these.
    pub(super) fn of(name: &str) -> Option<Self> {
        match Script::of(name) {
            Script::Arabic => Some(Self::Arabic),
            Script::Cyrillic => Some(Self::Cyrillic),
            _ => None,
        }
    }

    /// The word for it in the file of costs.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Arabic => "arabic",
            Self::Cyrillic => "cyrillic",
        }
    }

    /// The letters in the order of their numbers.
    pub(super) fn letters(self) -> Vec<char> {
        match self {
            Self::Arabic => ARABIC.chars().collect(),
            Self::Cyrillic => CYRILLIC.chars().collect(),
        }
    }

    /// The pairs in the order of their numbers.
    pub(super) fn pairs(self) -> &'static [&'static str] {
        match self {
            Self::Arabic => &ARABIC_PAIRS,
            Self::Cyrillic => &CYRILLIC_PAIRS,
        }
    }

    fn canonical(self, c: char) -> Option<char> {
        let known = match self {
            Self::Arabic => ARABIC.contains(c),
            Self::Cyrillic => CYRILLIC.contains(c),
        };
        if known {
            return Some(c);
        }
        match (self, c) {
            (Self::Arabic, 'أ' | 'إ' | 'آ' | 'ٱ') => Some('ا'),
            (Self::Arabic, 'ی' | 'ے' | 'ۓ') => Some('ي'),
            (Self::Arabic, 'ک' | 'ڪ') => Some('ك'),
            (Self::Arabic, 'ھ' | 'ہ' | 'ۀ') => Some('ه'),
            (Self::Arabic, 'ۃ') => Some('ة'),
            (Self::Arabic, 'ټ' | 'ٹ') => Some('ت'),
            (Self::Arabic, 'ډ' | 'ڈ') => Some('د'),
            (Self::Arabic, 'ړ' | 'ڑ' | 'ڕ') => Some('ر'),
            (Self::Arabic, 'ښ') => Some('ش'),
            (Self::Arabic, 'ڵ') => Some('ل'),
            (Self::Arabic, 'ں') => Some('ن'),
            (Self::Arabic, 'ڨ') => Some('گ'),
            (Self::Cyrillic, 'ѐ') => Some('е'),
            (Self::Cyrillic, 'ѝ') => Some('и'),
            (Self::Cyrillic, 'ҡ' | 'ҝ' | 'ӄ') => Some('қ'),
            (Self::Cyrillic, 'ҥ' | 'ӈ') => Some('ң'),
            (Self::Cyrillic, 'ӑ' | 'ӓ') => Some('ә'),
            (Self::Cyrillic, 'ӗ') => Some('е'),
            (Self::Cyrillic, 'ӧ') => Some('ө'),
            (Self::Cyrillic, 'ӱ' | 'ӳ') => Some('ү'),
            (Self::Cyrillic, 'җ' | 'ӂ') => Some('ж'),
            (Self::Cyrillic, 'ҕ' | 'ӷ') => Some('ғ'),
            (Self::Cyrillic, 'ҹ') => Some('ҷ'),
            (Self::Cyrillic, 'ы' | 'ӹ') => Some('ы'),
            _ => None,
        }
    }
}

/// A query as numbers of letters, the numbers of the pairs that end at each of them, and the places where an
/// Arabic article may be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SourceWord {
    pub(super) script: SourceScript,
    /// Numbers of letters in [`SourceScript::letters`]; doubled letters once, words joined.
    pub(super) letters: Vec<u8>,
    /// For each letter, the number of the pair that it ends, if any.
    pub(super) pairs: Vec<Option<u8>>,
    /// From which letter to which an article reaches.
    pub(super) articles: Vec<(usize, usize)>,
}

/// Longer queries are not tried: no name is so long, and the work grows with them.
const LETTERS_MAX: usize = 48;

impl SourceWord {
    /// The letters of a name in Arabic or Cyrillic script; `None` in another script, or when there are no
    /// letters, or too many.
    pub(super) fn new(name: &str) -> Option<Self> {
        let script = SourceScript::of(name)?;
        let alphabet = script.letters();
        let mut letters: Vec<u8> = Vec::new();
        let mut word_starts = vec![0];
        for c in name.nfkc().flat_map(char::to_lowercase) {
            if let Some(letter) = script.canonical(c) {
                let number = alphabet.iter().position(|other| *other == letter)? as u8;
                let begins_word = word_starts.last() == Some(&letters.len());
                if begins_word || letters.last() != Some(&number) {
                    letters.push(number);
                }
            } else if (c.is_whitespace() || matches!(c, '-' | '–' | '_' | '/' | 'ـ')) && word_starts.last() != Some(&letters.len()) {
                word_starts.push(letters.len());
            }
        }
        if letters.is_empty() || letters.len() > LETTERS_MAX {
            return None;
        }
        let text: Vec<char> = letters.iter().map(|number| alphabet[usize::from(*number)]).collect();
        let pair_at = |i: usize| {
            let pair = i.checked_sub(1).map(|before| [text[before], text[i]])?;
            script.pairs().iter().position(|known| known.chars().eq(pair)).map(|number| number as u8)
        };
        let pairs = (0..text.len()).map(pair_at).collect();
        let is_article = |start: &usize| {
            script == SourceScript::Arabic && text.get(*start) == Some(&'ا') && text.get(start + 1) == Some(&'ل') && text.len() >= start + 4
        };
        let articles = word_starts.iter().filter(|start| is_article(start)).map(|start| (*start, start + 2)).collect();
        Some(Self { script, letters, pairs, articles })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(name: &str) -> String {
        let word = SourceWord::new(name).unwrap();
        word.letters.iter().map(|number| word.script.letters()[usize::from(*number)]).collect()
    }

    #[test]
    fn letters_that_sound_alike_are_one_and_words_are_joined() {
        assert_eq!(spelled("آلما أتا"), "المااتا");
        assert_eq!(spelled("Алма-Ата"), "алмаата");
        assert_eq!(spelled("Одесса"), "одеса");
        assert_eq!(spelled("تهران"), "تهران");
        assert_eq!(SourceWord::new("Almaty"), None);
        assert_eq!(SourceWord::new(""), None);
        assert_eq!(SourceWord::new(&"а б".repeat(100)), None);
    }

    #[test]
    fn pairs_and_articles_are_known() {
        let word = SourceWord::new("دير الزور").unwrap();
        assert_eq!(word.articles, [(3, 5)]);
        let chad = SourceWord::new("تشاد").unwrap();
        assert_eq!(chad.pairs[1], Some(0));
    }
}
