//! The forms of adjectives and words for peoples, from a lemma and its paradigm.
//!
//! The paradigms are described at the head of `gazetteer/curated/demonyms.tsv`. Arabic forms come
//! with and without the article; other clitics are for the reader of texts to cut.

/// All forms of a row of the table, or `None` when the paradigm is not known.
pub(super) fn forms(paradigm: &str, adjective: &str, demonym: &str) -> Option<Vec<String>> {
    let adjectives = adjective.split('|').filter(|word| !word.is_empty());
    let demonyms = demonym.split('|').filter(|word| !word.is_empty());
    let mut forms: Vec<String> = match paradigm {
        "s" => adjectives.map(str::to_owned).chain(demonyms.flat_map(english_noun)).collect(),
        "nisba" | "nisba_last" => adjectives.flat_map(nisba).chain(demonyms.flat_map(with_article)).collect(),
        "nisba2" => adjectives.flat_map(nisba_twice).chain(demonyms.flat_map(with_article)).collect(),
        "adj:ский" => adjectives.flat_map(russian_adjective).collect(),
        "kk:hard" => adjectives.flat_map(|word| kazakh(word, &HARD)).collect(),
        "kk:soft" => adjectives.flat_map(|word| kazakh(word, &SOFT)).collect(),
        _ => {
            let class = paradigm.strip_prefix("n:")?.split('/').next()?;
            demonyms.map(|pair| russian_noun(class, pair)).collect::<Option<Vec<_>>>()?.concat()
        }
    };
    forms.sort();
    forms.dedup();
    Some(forms)
}

fn english_noun(pair: &str) -> Vec<String> {
    let (singular, plural) =
        pair.split_once('/').map_or_else(|| (pair, format!("{pair}s")), |(singular, plural)| (singular, plural.to_owned()));
    vec![singular.to_owned(), plural]
}

const NISBA_ENDINGS: [&str; 7] = ["ي", "ية", "يون", "يين", "يات", "يتين", "يان"];

fn nisba(words: &str) -> Vec<String> {
    let stem = words.strip_suffix('ي').unwrap_or(words);
    NISBA_ENDINGS.iter().flat_map(|ending| with_article(&format!("{stem}{ending}"))).collect()
}

/// Both words agree, and both take the article: كوري شمالي, الكورية الشمالية.
fn nisba_twice(words: &str) -> Vec<String> {
    let stems: Vec<&str> = words.split(' ').map(|word| word.strip_suffix('ي').unwrap_or(word)).collect();
    let joined = |article: &str, ending: &str| stems.iter().map(|stem| format!("{article}{stem}{ending}")).collect::<Vec<_>>().join(" ");
    NISBA_ENDINGS.iter().flat_map(|ending| [joined("", ending), joined("ال", ending)]).collect()
}

fn with_article(word: &str) -> [String; 2] {
    [word.to_owned(), format!("ال{word}")]
}

/// казахстанский: all cases, and казахстанско- and (по-)казахстански.
fn russian_adjective(word: &str) -> Vec<String> {
    let stem = word.strip_suffix("ий").unwrap_or(word);
    with_endings(stem, &["ий", "ого", "ому", "им", "ом", "ая", "ой", "ую", "ое", "ие", "их", "ими", "и", "о"])
}

/// Masculine by its class, and after a slash the feminine in -ка.
fn russian_noun(class: &str, pair: &str) -> Option<Vec<String>> {
    let (man, woman) = pair.split_once('/').map_or((pair, None), |(man, woman)| (man, Some(woman)));
    let mut forms = match class {
        "ец" => {
            let stem = man.strip_suffix("ец")?;
            let link = match stem.chars().last()? {
                'л' => "ь",
                'а' | 'е' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я' => "й",
                _ => "",
            };
            let oblique = format!("{stem}{link}ц");
            let mut forms = with_endings(&oblique, &["а", "у", "ем", "ом", "е", "ы", "ев", "ов", "ам", "ами", "ах"]);
            forms.push(man.to_owned());
            forms
        }
        "анин" => {
            let plural = man.strip_suffix("ин")?;
            let mut forms = with_endings(man, &["", "а", "у", "ом", "е"]);
            forms.extend(with_endings(plural, &["е", "", "ам", "ами", "ах"]));
            forms
        }
        "ин" => {
            let plural = man.strip_suffix("ин")?;
            let mut forms = with_endings(man, &["", "а", "у", "ом", "е"]);
            forms.extend(with_endings(plural, &["ы", "", "ам", "ами", "ах"]));
            forms
        }
        "0" => with_endings(man, &["", "а", "у", "ом", "е", "ы", "ам", "ами", "ах"]),
        "ок" => {
            let stem = man.strip_suffix("ок")?;
            let mut forms = with_endings(&format!("{stem}к"), &["а", "у", "ом", "е", "и", "ам", "ами", "ах"]);
            forms.push(man.to_owned());
            forms
        }
        "ш" => with_endings(man, &["", "а", "у", "ом", "е", "и", "ей", "ам", "ами", "ах"]),
        "hard" => {
            let plural = if man.ends_with(['к', 'г', 'х']) { "и" } else { "ы" };
            with_endings(man, &["", "а", "у", "ом", "е", plural, "ов", "ам", "ами", "ах"])
        }
        _ => return None,
    };
    forms.extend(woman.map(russian_woman).unwrap_or_default());
    Some(forms)
}

/// казашка: the vowel of the genitive plural comes and goes (казашек, эстонок, австриек).
fn russian_woman(word: &str) -> Vec<String> {
    let Some(stem) = word.strip_suffix("ка") else { return vec![word.to_owned()] };
    let mut forms = with_endings(stem, &["ка", "ки", "ке", "ку", "кой", "кою", "кам", "ками", "ках"]);
    forms.push(match stem.chars().last() {
        Some('й' | 'ь') => format!("{}ек", &stem[..stem.len() - 2]),
        Some('ш' | 'ж' | 'ч') => format!("{stem}ек"),
        _ => format!("{stem}ок"),
    });
    forms
}

/// Endings of Kazakh after a voiceless consonant, after a vowel or a voiced one, and of the plural.
struct KazakhEndings {
    voiceless: [&'static str; 7],
    voiced: [&'static str; 7],
    after_plural: [&'static str; 6],
}

const HARD: KazakhEndings = KazakhEndings {
    voiceless: ["тың", "қа", "ты", "та", "тан", "пен", "тар"],
    voiced: ["ның", "ға", "ны", "да", "дан", "мен", "лар"],
    after_plural: ["дың", "ға", "ды", "да", "дан", "мен"],
};
const SOFT: KazakhEndings = KazakhEndings {
    voiceless: ["тің", "ке", "ті", "те", "тен", "пен", "тер"],
    voiced: ["нің", "ге", "ні", "де", "ден", "мен", "лер"],
    after_plural: ["дің", "ге", "ді", "де", "ден", "мен"],
};

fn kazakh(word: &str, endings: &KazakhEndings) -> Vec<String> {
    let is_voiceless = word.ends_with(['к', 'қ', 'п', 'т', 'с', 'ш', 'щ', 'ч', 'ф', 'х', 'ц', 'б', 'в', 'г', 'д']);
    let own = if is_voiceless { &endings.voiceless } else { &endings.voiced };
    let mut own = own.to_vec();
    // After м, н, ң and р, л, й, у the accusative, genitive and plural begin with д, but not after vowels.
    if word.ends_with(['м', 'н', 'ң', 'л', 'р', 'й', 'у', 'ж', 'з']) {
        let plural_with_l = word.ends_with(['р', 'й', 'у']);
        own = own
            .iter()
            .map(|ending| match *ending {
                "ның" if !word.ends_with(['м', 'н', 'ң']) => "дың",
                "нің" if !word.ends_with(['м', 'н', 'ң']) => "дің",
                "ны" => "ды",
                "ні" => "ді",
                "лар" if !plural_with_l => "дар",
                "лер" if !plural_with_l => "дер",
                "мен" if word.ends_with(['ж', 'з']) => "бен",
                "дан" if word.ends_with(['м', 'н', 'ң']) => "нан",
                "ден" if word.ends_with(['м', 'н', 'ң']) => "нен",
                other => other,
            })
            .collect();
    }
    let plural = format!("{word}{}", own[6]);
    let mut forms = with_endings(word, &own);
    forms.extend(with_endings(&plural, &endings.after_plural));
    forms.push(word.to_owned());
    forms
}

fn with_endings(stem: &str, endings: &[&str]) -> Vec<String> {
    endings.iter().map(|ending| format!("{stem}{ending}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lemma_gives_the_forms_that_texts_use() {
        let check = |paradigm: &str, adjective: &str, demonym: &str, wanted: &[&str]| {
            let forms = forms(paradigm, adjective, demonym).unwrap();
            for form in wanted {
                assert!(forms.iter().any(|f| f == form), "{paradigm}: {form} is not in {forms:?}");
            }
        };
        check("s", "French", "Frenchman/Frenchmen", &["French", "Frenchmen"]);
        check("s", "Kazakh|Kazakhstani", "Kazakh", &["Kazakh", "Kazakhs", "Kazakhstani"]);
        check("nisba", "كازاخي", "", &["كازاخي", "الكازاخية", "الكازاخيين"]);
        check("nisba", "روسي", "روس", &["الروس", "روسية"]);
        check("nisba2", "كوري شمالي", "", &["كوري شمالي", "الكورية الشمالية"]);
        check("nisba_last", "جنوب أفريقي", "", &["الجنوب أفريقية"]);
        check("adj:ский", "казахстанский", "", &["казахстанского", "казахстанские", "казахстанско"]);
        check("n:ец/ка", "", "андоррец/андоррка", &["андоррцев", "андоррок"]);
        check("n:ец", "", "итальянец|чилиец|бразилец", &["итальянцы", "чилийцев", "бразильцам"]);
        check("n:анин/ка", "", "россиянин/россиянка", &["россиян", "россияне", "россиянок"]);
        check("n:0/ка", "", "грузин/грузинка", &["грузин", "грузины"]);
        check("n:ок/ка", "", "турок/турчанка", &["турки", "турок", "турчанок"]);
        check("n:hard/ка", "", "казах/казашка", &["казахи", "казахов", "казашек"]);
        check("kk:hard", "қазақстандық", "", &["қазақстандықтар", "қазақстандықтардың", "қазақстандыққа"]);
        check("kk:soft", "түрік|өзбек", "", &["түріктер", "өзбектің"]);
        check("kk:hard", "орыс", "", &["орыстар", "орыспен"]);
    }

    #[test]
    fn an_unknown_paradigm_is_an_error_not_a_guess() {
        assert_eq!(forms("n:xx", "", "a"), None);
    }
}
