//! Which name is shown to readers of Arabic, Russian and Kazakh, where no source says it.
//!
//! GeoNames aliases carry no language and no date: Almaty is also Алма-Ата and Верный, Makhachkala
//! also Анжи. Of the aliases written in the letters of the language the one is shown that sounds
//! most like the main name, because a stale or foreign name rarely does.

use super::clean;
use super::draft::{DraftName, DraftPlace, Origin};
use crate::gazetteer::NameKind;
use crate::gazetteer::likeness::likeness;
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
fn sound_likeness(place: &DraftPlace, name: &str) -> f64 {
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
    use crate::gazetteer::{Class, Country};

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
}
