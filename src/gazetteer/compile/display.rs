//! Which name is shown to readers of Arabic, Russian and Kazakh, where no source says it.
//!
//! GeoNames aliases carry no language and no date: Almaty is also Алма-Ата and Верный, Makhachkala
//! also Анжи. Of the aliases written in the letters of the language the one is shown that sounds
//! most like the main name, because a stale or foreign name rarely does.

use super::clean;
use super::draft::{DraftName, DraftPlace, Origin};
use crate::gazetteer::likeness::likeness;
use crate::gazetteer::{Class, NameKind};
use crate::text::{Lang, Script, name_key};

/// Marks one name a language as the one to show, and takes the mark off all others.
pub(super) fn choose(place: &mut DraftPlace) {
    let mut chosen: Vec<(Lang, usize)> = Vec::new();
    for (number, name) in place.names.iter().enumerate() {
        let (NameKind::Display, Some(lang)) = (name.kind, name.lang) else { continue };
        match chosen.iter_mut().find(|(other, _)| *other == lang) {
            Some((_, best)) if place.names[*best].origin > name.origin => *best = number,
            Some(_) => {}
            None => chosen.push((lang, number)),
        }
    }
    let is_chosen = |number: usize| chosen.iter().any(|(_, best)| *best == number);
    let unmarked: Vec<usize> =
        (0..place.names.len()).filter(|number| place.names[*number].kind == NameKind::Display && !is_chosen(*number)).collect();
    for number in unmarked {
        place.names[number].kind = NameKind::Alternative;
    }
    for (lang, is_letter) in [(Lang::AR, is_arabic as fn(char) -> bool), (Lang::RU, is_russian)] {
        if !chosen.iter().any(|(other, _)| *other == lang) {
            mark_by_sound(place, lang, is_letter);
        }
    }
    if !chosen.iter().any(|(lang, _)| *lang == Lang::KK) {
        mark_kazakh(place);
    }
    if !chosen.iter().any(|(lang, _)| *lang == Lang::EN) {
        mark_english(place);
    }
}

/// Countries whose Latin names are romanised from another script, so that marks on them are those of scholars and
/// not of a language that news would print: Ḩamāh is Hama, while Ñuñoa and Świdnica stay.
const ROMANISED: [&str; 49] = [
    "SA", "YE", "OM", "AE", "QA", "BH", "KW", "IQ", "SY", "JO", "LB", "PS", "IL", "EG", "SD", "LY", "DZ", "MA", "TN", "MR", "EH", "DJ",
    "IR", "AF", "PK", "IN", "BD", "NP", "LK", "JP", "KP", "KR", "ET", "ER", "RU", "UA", "BY", "KZ", "KG", "TJ", "AM", "GE", "MN", "MM",
    "BT", "SO", "SS", "UZ", "CN",
];

/// Words that Uzbek puts behind the name of a town or village, which English news leaves out.
const UZBEK_KINDS: [&str; 4] = [" Shahri", " Shaharchasi", " Qishlog’i", " Qishlog‘i"];

/// Adds the name without scholarly marks for English readers, in the spelling without the silent h of Arabic when
/// the place is known by it. Areas have an English name of Natural Earth now and then, which goes before.
fn mark_english(place: &mut DraftPlace) {
    let main = place.main_name().to_owned();
    let is_of = |country: &str| place.country.is_some_and(|other| other.as_str() == country);
    let uzbek = UZBEK_KINDS.iter().find_map(|kind| main.strip_suffix(kind)).filter(|_| is_of("UZ"));
    let plain = if is_of("CN") { without_tones(&main) } else { without_marks(uzbek.unwrap_or(&main)) };
    if plain == main || !place.country.is_some_and(|country| ROMANISED.contains(&country.as_str())) {
        return;
    }
    let is_plain = |name: &str| Script::of(name) == Script::Latin && without_marks(name) == name;
    let tagged = place.names.iter().find(|name| {
        name.lang == Some(Lang::EN) && name.kind == NameKind::Alternative && name.origin == Origin::NaturalEarth && is_plain(&name.text)
    });
    let shorter = plain.strip_suffix("ah").map(|stem| format!("{stem}a"));
    let known = |wanted: &str| {
        let wanted = without_article(&name_key(wanted)).to_owned();
        place.names.iter().any(|name| name.kind.is_proper() && without_article(&name_key(&name.text)) == wanted)
    };
    let text = match (tagged, shorter) {
        (Some(name), _) if place.class != Class::City => name.text.clone(),
        (_, Some(shorter)) if known(&shorter) => shorter,
        _ => plain,
    };
    place.names.push(DraftName { text, lang: Some(Lang::EN), kind: NameKind::Display, origin: Origin::Derived });
}

fn without_article(key: &str) -> &str {
    let is_article = |word: &str| matches!(word, "al" | "el" | "ad" | "ed" | "an" | "en" | "ar" | "er" | "as" | "es" | "ash" | "at" | "az");
    key.split_once(' ').filter(|(word, _)| is_article(word)).map_or(key, |(_, rest)| rest)
}

/// A romanised name without macrons, dots and cedillas below, and signs for hamza, ayn and soft sign.
fn without_marks(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let is_sign = |c: char| matches!(c, '‘' | '’' | 'ʼ' | 'ʻ' | 'ʿ' | 'ʾ' | '`' | '\'');
    let is_scholarly = |c: char| matches!(c as u32, 0x304 | 0x306 | 0x307 | 0x323..=0x325 | 0x327 | 0x32E | 0x331);
    let chars: Vec<char> = name.nfd().filter(|c| !is_scholarly(*c)).collect();
    // The apostrophe of N'Djamena tells two letters apart and stays.
    let keeps = |i: usize| i > 0 && chars[i - 1].is_uppercase() && chars.get(i + 1).is_some_and(|c| c.is_uppercase());
    let plain = chars.iter().enumerate().filter(|(i, c)| !is_sign(**c) || keeps(*i)).map(|(_, c)| *c);
    plain.nfc().collect()
}

/// Pinyin without the marks for tones; the apostrophe of Xi’an tells syllables apart and stays.
fn without_tones(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.nfd().filter(|c| !matches!(*c as u32, 0x300 | 0x301 | 0x304 | 0x306 | 0x30C)).nfc().collect()
}

/// Marks the name in the letters of the language that is nearest in sound to the main name.
fn mark_by_sound(place: &mut DraftPlace, lang: Lang, is_letter: fn(char) -> bool) {
    let tagged = |name: &DraftName| name.lang == Some(lang) && name.origin <= Origin::NaturalEarth;
    let usable = |name: &DraftName| {
        let right_kind = matches!(name.kind, NameKind::Alternative | NameKind::Official) && name.lang.is_none_or(|other| other == lang);
        right_kind && name.text.chars().all(|c| !c.is_alphabetic() || is_letter(c)) && name.text.chars().any(is_letter)
    };
    let best = place.names.iter().filter(|name| usable(name)).max_by(|a, b| {
        let by_sound = || sound_likeness(place, &a.text).total_cmp(&sound_likeness(place, &b.text));
        let by_letters = || letter_likeness(place, &a.text).total_cmp(&letter_likeness(place, &b.text));
        tagged(a)
            .cmp(&tagged(b))
            .then_with(by_sound)
            .then_with(by_letters)
            .then(care(&a.text).cmp(&care(&b.text)))
            .then(b.text.cmp(&a.text))
    });
    let Some(best) = best.map(|name| name.text.clone()) else { return };
    for name in place.names.iter_mut().filter(|name| name.text == best && usable(name)).take(1) {
        name.kind = NameKind::Display;
        name.lang = Some(lang);
    }
}

/// A name with Kazakh letters is shown in Kazakhstan and wherever CLDR or a table gives one; elsewhere
/// the Russian name serves Kazakh readers.
fn mark_kazakh(place: &mut DraftPlace) {
    if place.country.is_none_or(|country| country.as_str() != "KZ") {
        return;
    }
    let is_kazakh = |name: &&DraftName| {
        let right_kind = name.kind == NameKind::Alternative && name.lang.is_none_or(|lang| lang == Lang::KK);
        right_kind
            && name.text.chars().any(is_kazakh_letter)
            && name.text.chars().all(|c| !c.is_alphabetic() || is_russian(c) || is_kazakh_letter(c))
    };
    let best = place
        .names
        .iter()
        .filter(is_kazakh)
        .max_by(|a, b| sound_likeness(place, &a.text).total_cmp(&sound_likeness(place, &b.text)).then(b.text.cmp(&a.text)));
    let Some(best) = best.map(|name| name.text.clone()) else { return };
    for name in place.names.iter_mut().filter(|name| name.text == best).take(1) {
        name.kind = NameKind::Display;
        name.lang = Some(Lang::KK);
    }
}

/// How much a name sounds like the place's Latin names, 0 to 1; the main name counts most.
pub(super) fn sound_likeness(place: &DraftPlace, name: &str) -> f64 {
    let sound = sound_of(name);
    let main = likeness(&sound, &sound_of(place.main_name()));
    let latin = place.names.iter().filter(|other| other.kind.is_proper() && Script::of(&other.text) == Script::Latin);
    let other = latin.map(|other| likeness(&sound, &sound_of(&other.text))).fold(0.0, f64::max);
    main.max(other * 0.85)
}

/// How alike the letters of a Cyrillic name and the main name are, 0 to 1. It decides between names of one
/// sound that differ in vowels: Almaty is Алматы in Russian, and Алмати in Ukrainian.
fn letter_likeness(place: &DraftPlace, name: &str) -> f64 {
    let letters = |name: &str| name_key(name).chars().collect::<Vec<char>>();
    clean::usual_romanisation(name).map_or(0.0, |latin| likeness(&letters(&latin), &letters(place.main_name())))
}

/// How carefully a name is spelled: hamza, madda and ta marbuta written out.
pub(super) fn care(name: &str) -> usize {
    name.chars().filter(|c| matches!(c, 'أ' | 'إ' | 'آ' | 'ئ' | 'ؤ' | 'ء' | 'ة' | 'ё' | 'Ё')).count() * 2
        + usize::from(!name.contains(['-', '\'', '’', '`']))
        + usize::from(name.chars().next().is_some_and(char::is_uppercase) && name.chars().skip(1).any(|c| !c.is_uppercase()))
}

/// The consonants of a name as rough classes; vowels say little across scripts.
fn sound_of(name: &str) -> Vec<char> {
    let mut sound = Vec::new();
    let lower: Vec<char> = name.to_lowercase().chars().collect();
    for (i, &c) in lower.iter().enumerate() {
        let next = lower.get(i + 1).copied().unwrap_or(' ');
        let class = match c {
            'b' | 'p' | 'б' | 'п' | 'ب' | 'پ' => 'p',
            'f' | 'v' | 'ф' | 'в' | 'ف' => 'f',
            'c' if matches!(next, 'h') => 'x',
            's' if matches!(next, 'h') => 'x',
            'z' if matches!(next, 'h') => 'j',
            'k' if matches!(next, 'h') => 'h',
            'h' if i > 0 && matches!(lower[i - 1], 'c' | 's' | 'z' | 'k' | 'g' | 't' | 'p') => continue,
            't' | 'd' | 'ţ' | 'ḩ' if c != 'ḩ' => 't',
            'т' | 'д' | 'ت' | 'ط' | 'د' | 'ض' | 'ث' | 'ذ' => 't',
            's' | 'z' | 'ş' | 'ц' | 'с' | 'з' | 'س' | 'ص' | 'ز' | 'ظ' => 's',
            'ш' | 'щ' | 'ч' | 'ش' => 'x',
            'j' | 'ж' | 'ج' => 'j',
            'k' | 'q' | 'c' | 'g' | 'к' | 'қ' | 'г' | 'ғ' | 'ك' | 'ق' | 'غ' | 'گ' => 'k',
            'h' | 'ḩ' | 'х' | 'һ' | 'ه' | 'ة' | 'ح' | 'خ' => 'h',
            'l' | 'л' | 'ل' => 'l',
            'm' | 'м' | 'م' => 'm',
            'n' | 'н' | 'ң' | 'ن' => 'n',
            'r' | 'р' | 'ر' => 'r',
            _ => continue,
        };
        if sound.last() != Some(&class) {
            sound.push(class);
        }
    }
    sound
}

fn is_russian(c: char) -> bool {
    matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё')
}

fn is_kazakh_letter(c: char) -> bool {
    matches!(c.to_lowercase().next().unwrap_or(c), 'ә' | 'ғ' | 'қ' | 'ң' | 'ө' | 'ұ' | 'ү' | 'һ' | 'і')
}

/// The letters of Arabic, without those that only Persian, Urdu, Kurdish or Uyghur have.
fn is_arabic(c: char) -> bool {
    matches!(c, 'ء'..='غ' | 'ف'..='ي') && c != 'ػ' && c != 'ؼ'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::Country;

    fn shown(main: &str, aliases: &[&str], lang: Lang) -> Option<String> {
        let mut place = DraftPlace::new(Class::City, "PPL");
        place.country = Country::parse("KZ");
        place.add_name(main, None, NameKind::Main, Origin::GeoNames);
        for alias in aliases {
            place.add_name(alias, None, NameKind::Alternative, Origin::Alternate);
        }
        choose(&mut place);
        place.names.into_iter().find(|name| name.kind == NameKind::Display && name.lang == Some(lang)).map(|name| name.text)
    }

    #[test]
    fn a_stale_or_foreign_name_is_not_shown() {
        let check = |main, aliases: &[&str], lang, want: &str| assert_eq!(shown(main, aliases, lang).as_deref(), Some(want));
        check("Almaty", &["Алма-Ата", "Alma-Ata", "Верный", "Алматы", "Алмати"], Lang::RU, "Алматы");
        check("Almaty", &["Алмати", "Алматы"], Lang::RU, "Алматы");
        check("Makhachkala", &["Анжи", "Anzhi", "Махачкала"], Lang::RU, "Махачкала");
        check("Kyiv", &["Київ", "Киев", "Кијев", "Київ"], Lang::RU, "Киев");
        check("Qaraghandy", &["Караганда", "Қарағанды", "Karaganda"], Lang::KK, "Қарағанды");
        check("Aktau", &["أكتاو", "ئاقتاۋ", "اکتاو"], Lang::AR, "أكتاو");
        check("Cairo", &["القاهرة", "القاهره", "قاهره", "قاھىرە", "Al Qāhirah"], Lang::AR, "القاهرة");
    }

    #[test]
    fn english_readers_see_no_marks_of_scholars() {
        let check = |main, aliases: &[&str], want: Option<&str>| assert_eq!(shown(main, aliases, Lang::EN).as_deref(), want, "{main}");
        check("Ḩamāh", &["Hama", "Hamath"], Some("Hama"));
        check("Al Maḩmūdīyah", &["Mahmudiya"], Some("Al Mahmudiya"));
        check("Al Bayḑā’", &[], Some("Al Bayda"));
        check("Ternopil’", &[], Some("Ternopil"));
        check("N'Djamena", &[], None);
        check("Almaty", &["Alma-Ata"], None);
    }
}
