//! Latin names as graphemes: groups of letters that stand for one sound, with what decides how they sound.
//!
//! A vowel at the beginning of a name is written in Arabic and one in the middle often is not, so they are
//! different graphemes; c and g before e, i and y are others than before a, o and u.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Groups of letters, longest first, then single letters. What is not here loses its accent, and what is then
/// not here is left out.
const CONSONANTS: &[&str] = &[
    "shch", "tsch", "dsch", "sch", "tch", "dzh", "sh", "ch", "kh", "gh", "zh", "dh", "th", "ph", "ck", "qu", "ts", "tz", "dz", "dj", "ng",
    "cz", "sz", "rz", "cs", "gy", "nh", "lh", "gn", "b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "q", "r", "s", "t", "v",
    "w", "x", "z", "ç", "ş", "ğ", "š", "ž", "č", "ć", "ñ", "ḩ", "ţ", "ḑ", "ł", "ń", "ś", "ř", "ż", "ź", "ß", "þ", "ð", "đ",
];
const VOWELS: &[&str] = &[
    "ou", "oo", "oe", "ee", "ai", "ay", "ei", "ey", "au", "aw", "ya", "ye", "yo", "yu", "ia", "ie", "iy", "a", "e", "i", "o", "u", "y",
    "ı", "ö", "ü", "ã", "õ", "å", "ø", "ä", "é", "è", "á", "í", "ó", "ú", "ō", "ū", "ā", "ī", "ē", "ə",
];
/// Consonants that sound otherwise before e, i and y.
const SOFTENED: [&str; 4] = ["c", "g", "ch", "j"];

/// The number of a grapheme.
pub(super) type Grapheme = u8;

/// All graphemes by number, as they are written in the file of costs: `sh`, `^a`, `a`, `a$`, `c+`.
pub(super) fn graphemes() -> &'static [String] {
    &inventory().names
}

/// The letters of a group, the group, and whether it is a vowel.
type Spelled = (Vec<char>, &'static str, bool);

struct Inventory {
    names: Vec<String>,
    numbers: HashMap<String, Grapheme>,
    /// For each first letter the groups that begin with it, longest first, and whether they are vowels.
    by_letter: HashMap<char, Vec<Spelled>>,
}

fn inventory() -> &'static Inventory {
    static INVENTORY: OnceLock<Inventory> = OnceLock::new();
    INVENTORY.get_or_init(|| {
        let plain = CONSONANTS.iter().map(|name| (*name).to_owned());
        let softened = SOFTENED.iter().map(|name| format!("{name}+"));
        let last_h = ["h$".to_owned()];
        let vowels = VOWELS.iter().flat_map(|name| [format!("^{name}"), (*name).to_owned(), format!("{name}$")]);
        let names: Vec<String> = plain.chain(softened).chain(last_h).chain(vowels).collect();
        let numbers = names.iter().enumerate().map(|(number, name)| (name.clone(), number as Grapheme)).collect();
        let mut by_letter: HashMap<char, Vec<Spelled>> = HashMap::new();
        for (group, is_vowel) in CONSONANTS.iter().map(|name| (*name, false)).chain(VOWELS.iter().map(|name| (*name, true))) {
            let letters: Vec<char> = group.chars().collect();
            by_letter.entry(letters[0]).or_default().push((letters, group, is_vowel));
        }
        for groups in by_letter.values_mut() {
            groups.sort_by_key(|(letters, _, _)| std::cmp::Reverse(letters.len()));
        }
        Inventory { names, numbers, by_letter }
    })
}

/// The number of a grapheme by the way it is written in the file of costs.
pub(super) fn number(name: &str) -> Option<Grapheme> {
    inventory().numbers.get(name).copied()
}

/// Articles of romanised Arabic, which texts set and leave out at will.
const ARTICLES: [&str; 20] =
    ["al", "el", "ad", "ar", "as", "at", "az", "an", "ash", "adh", "ath", "ed", "er", "es", "et", "ez", "en", "esh", "aţ", "aş"];

/// The graphemes of a Latin name: words joined, articles off, doubled letters once. Empty when there are none.
pub(super) fn graphemes_of(name: &str) -> Vec<Grapheme> {
    let (letters, word_starts) = letters_of(name);
    let inventory = inventory();
    let mut out = Vec::with_capacity(letters.len());
    let mut at = 0;
    let mut key = String::with_capacity(8);
    while at < letters.len() {
        let groups = inventory.by_letter.get(&letters[at]).map_or(&[][..], Vec::as_slice);
        let Some((group, name, is_vowel)) = groups.iter().find(|(group, _, _)| {
            // "az-Zawr" after "Dayr" is r and z, not the Polish rz.
            letters[at..].starts_with(group) && !word_starts.iter().any(|start| at < *start && *start < at + group.len())
        }) else {
            at += 1;
            continue;
        };
        let end = at + group.len();
        key.clear();
        if *is_vowel && at == 0 {
            key.push('^');
        }
        key.push_str(name);
        if end == letters.len() && (*is_vowel && at > 0 || *name == "h") {
            key.push('$');
        } else if SOFTENED.contains(name) && matches!(letters.get(end), Some('e' | 'i' | 'y' | 'é' | 'í')) {
            key.push('+');
        }
        out.extend(inventory.numbers.get(&key));
        at = end;
    }
    out
}

/// The letters of a name that graphemes are made of, and where its words begin.
fn letters_of(name: &str) -> (Vec<char>, Vec<usize>) {
    let mut letters: Vec<char> = Vec::with_capacity(name.len());
    let mut word_start = 0;
    let mut word_starts = Vec::new();
    let known = &inventory().by_letter;
    for c in name.chars().flat_map(char::to_lowercase) {
        if c == ' ' || c == '-' {
            let is_article = letters.len() > word_start && letters.len() - word_start <= 3 && {
                let word: String = letters[word_start..].iter().collect();
                ARTICLES.contains(&word.as_str())
            };
            if is_article {
                letters.truncate(word_start);
            }
            word_start = letters.len();
            word_starts.push(word_start);
            continue;
        }
        let mut push = |c: char| {
            let is_doubled = letters.len() > word_start && letters.last() == Some(&c) && !matches!(c, 'e' | 'o');
            if known.contains_key(&c) && !is_doubled {
                letters.push(c);
            }
        };
        if known.contains_key(&c) {
            push(c);
        } else if c.is_alphabetic() {
            crate::text::normalize::fold(c.encode_utf8(&mut [0; 4])).chars().for_each(push);
        }
    }
    (letters, word_starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(name: &str) -> String {
        graphemes_of(name).iter().map(|number| graphemes()[usize::from(*number)].as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_name_is_cut_into_what_sounds_as_one() {
        assert_eq!(spelled("Zhanaozen"), "zh a n a o z e n");
        assert_eq!(spelled("Shymkent"), "sh y m k e n t");
        assert_eq!(spelled("Alma-Ata"), "^a l m a a t a$");
        assert_eq!(spelled("Cincinnati"), "c+ i n c+ i n a t i$");
        assert_eq!(spelled("Al Qāhirah"), "q ā h i r a h$");
        assert_eq!(spelled("Dayr az Zawr"), "d ay r z aw r");
        assert_eq!(spelled("Şırnak"), "ş ı r n a k");
        assert_eq!(spelled("Đà Nẵng"), "đ a n a ng");
        assert_eq!(spelled("?"), "");
    }

    #[test]
    fn there_are_fewer_graphemes_than_numbers() {
        assert!(graphemes().len() < 255, "{}", graphemes().len());
        assert!(graphemes().iter().enumerate().all(|(n, name)| number(name) == Some(n as u8)));
    }
}
