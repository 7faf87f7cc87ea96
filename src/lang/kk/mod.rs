//! Kazakh.

use super::{Morphology, Pack, Suffixes, cues};
use crate::text::Lang;

const CUES: &str = include_str!("cues.tsv");
const JUDGE: &str = include_str!("judge.tsv");
const GIVEN_NAMES: &str = include_str!("given_names.tsv");
const SUFFIXES: &str = include_str!("suffixes.tsv");

pub(super) fn pack() -> Pack {
    Pack { lang: Lang::KK, cues: cues(Lang::KK, &[CUES, GIVEN_NAMES]), judge: JUDGE, morphology: Morphology::Endings(suffixes()) }
}

/// Plural, possessive, case and the adjective of place follow one another: Жаңаөзен-де-гі.
const CHAIN: usize = 3;

fn suffixes() -> Suffixes {
    Suffixes::parse(SUFFIXES, CHAIN, agrees)
}

/// Vowel harmony: the vowels of an ending are back after back vowels and front after front ones. и,
/// у and the vowels of loans go with both.
fn agrees(stem: &str, ending: &str) -> bool {
    // The instrumental alone has one form.
    if matches!(ending, "мен" | "бен" | "пен") {
        return true;
    }
    match (stem.chars().rev().find_map(harmony), ending.chars().find_map(harmony)) {
        (Some(stem), Some(ending)) => stem == ending,
        _ => true,
    }
}

#[derive(PartialEq)]
enum Harmony {
    Back,
    Front,
}

fn harmony(c: char) -> Option<Harmony> {
    match c {
        'а' | 'о' | 'ұ' | 'ы' | 'я' => Some(Harmony::Back),
        'ә' | 'е' | 'і' | 'ө' | 'ү' | 'э' => Some(Harmony::Front),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Cue;
    use crate::lang::cues::check_file;
    use crate::lang::morphology::forms_of;
    use crate::text::normalize::fold;

    #[test]
    fn the_name_is_among_the_forms_of_the_written_word() {
        let check = |written: &str, name: &str| {
            let forms = forms_of(&pack(), written);
            assert!(forms.contains(&fold(name)), "{written}: {forms:?}");
        };
        check("Жаңаөзендегі", "Жаңаөзен");
        check("Алматыда", "Алматы");
        check("Алматының", "Алматы");
        check("Ақтауға", "Ақтау");
        check("Қазақстанның", "Қазақстан");
        check("Ресейден", "Ресей");
        check("Шымкентте", "Шымкент");
        check("Тараздан", "Тараз");
        check("Теміртаудағы", "Теміртау");
        check("Бішкекке", "Бішкек");
        check("облысында", "облысы");
        check("облысының", "облысы");
        check("облысындағы", "облысы");
        check("ауданына", "ауданы");
        check("ауылынан", "ауылы");
        check("қаласын", "қаласы");
        check("Еуропадағы", "Еуропа");
        check("алматылық", "Алматы");
        check("Қытаймен", "Қытай");
    }

    #[test]
    fn an_ending_of_the_other_harmony_is_not_taken_off() {
        assert!(!forms_of(&pack(), "Алматыде").contains(&"алматы".to_owned()));
    }

    #[test]
    fn cue_files_can_be_read_and_found_in_any_case() {
        [CUES, GIVEN_NAMES].into_iter().for_each(check_file);
        assert!(pack().cue_of("облысында").any(Cue::ADMIN1_AFTER));
        assert!(pack().cue_of("қаласындағы").any(Cue::CITY_AFTER));
    }
}
