//! Kazakh in Latin letters, as the alphabets of 2019 and 2021 write it, in the Cyrillic letters that
//! names, endings and cue words are kept in.
//!
//! Each letter has its counterpart; only i is two, и after a consonant and й after a vowel, and ia
//! is ия.

/// Appends a word in Cyrillic letters to `out`.
pub(crate) fn to_cyrillic(word: &str, out: &mut String) {
    let mut last = ' ';
    let mut chars = word.chars().flat_map(char::to_lowercase).peekable();
    while let Some(c) = chars.next() {
        // İ comes apart into i and a dot above.
        if c == '\u{307}' {
            continue;
        }
        let next = chars.peek().copied();
        let letter = match (c, next) {
            ('s', Some('h')) => {
                chars.next();
                'ш'
            }
            ('c', Some('h')) => {
                chars.next();
                'ч'
            }
            ('i', _) if is_vowel(last) => 'й',
            ('a', _) if last == 'и' => 'я',
            _ => counterpart(c),
        };
        out.push(letter);
        last = letter;
    }
}

fn counterpart(c: char) -> char {
    match c {
        'a' => 'а',
        'ä' | 'á' => 'ә',
        'b' => 'б',
        'c' => 'ц',
        'd' => 'д',
        'e' => 'е',
        'f' => 'ф',
        'g' => 'г',
        'ğ' | 'ǵ' => 'ғ',
        'h' => 'х',
        'ı' => 'і',
        'i' => 'и',
        'j' => 'ж',
        'k' => 'к',
        'l' => 'л',
        'm' => 'м',
        'n' => 'н',
        'ñ' | 'ń' | 'ŋ' => 'ң',
        'o' => 'о',
        'ö' | 'ó' => 'ө',
        'p' => 'п',
        'q' => 'қ',
        'r' => 'р',
        's' => 'с',
        'ş' | 'š' => 'ш',
        't' => 'т',
        'u' | 'w' | 'ý' => 'у',
        'ū' => 'ұ',
        'ü' | 'ú' => 'ү',
        'v' => 'в',
        'x' => 'х',
        'y' => 'ы',
        'z' => 'з',
        other => other,
    }
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'а' | 'ә' | 'е' | 'і' | 'и' | 'о' | 'ө' | 'у' | 'ұ' | 'ү' | 'ы' | 'я')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_names_come_out_as_they_are_written_in_cyrillic() {
        let check = |latin: &str, want: &str| {
            let mut out = String::new();
            to_cyrillic(latin, &mut out);
            assert_eq!(out, want, "{latin}");
        };
        check("Qyzylordadağy", "қызылордадағы");
        check("Baiqoñyr", "байқоңыр");
        check("Temırtau", "теміртау");
        check("Şymkenttegı", "шымкенттегі");
        check("Mañğystau", "маңғыстау");
        check("Germania", "германия");
        check("jūmysşy", "жұмысшы");
        check("Ūlytau", "ұлытау");
    }
}
