//! Russian.

use super::{Morphology, Pack, Suffixes, cues};
use crate::text::Lang;

const CUES: &str = include_str!("cues.tsv");
const JUDGE: &str = include_str!("judge.tsv");
const GIVEN_NAMES: &str = include_str!("given_names.tsv");
const SUFFIXES: &str = include_str!("suffixes.tsv");

pub(super) fn pack() -> Pack {
    Pack { lang: Lang::RU, cues: cues(Lang::RU, &[CUES, GIVEN_NAMES]), judge: JUDGE, morphology: Morphology::Endings(suffixes()) }
}

fn suffixes() -> Suffixes {
    Suffixes::parse(SUFFIXES, 1, |_, _| true)
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
        check("Жанаозене", "Жанаозен");
        check("Москвой", "Москва");
        check("Казани", "Казань");
        check("Казанью", "Казань");
        check("России", "Россия");
        check("Россией", "Россия");
        check("Ярославлем", "Ярославль");
        check("Иванове", "Иваново");
        check("Ханоя", "Ханой");
        check("Череповца", "Череповец");
        check("Ельца", "Елец");
        check("Орла", "Орёл");
        check("Торжке", "Торжок");
        check("Мангистауской", "Мангистауская");
        check("Грозного", "Грозный");
        check("Афинах", "Афины");
        check("Афин", "Афины");
        check("Черкасс", "Черкассы");
        check("Штатов", "Штаты");
        check("Набережных", "Набережные");
        check("Челнах", "Челны");
        check("Сирию", "Сирия");
        check("Алжиром", "Алжир");
        check("Уфе", "Уфа");
        check("Нижнем", "Нижний");
        check("области", "область");
        check("Саратовом", "Саратов");
        check("Пушкиным", "Пушкин");
        check("Минеральных", "Минеральные");
        check("Таразе", "Тараз");
    }

    #[test]
    fn a_name_that_does_not_change_stays_a_form_of_itself() {
        ["Алматы", "Актау", "Сочи", "Баку"].iter().for_each(|name| assert!(forms_of(&pack(), name).contains(&fold(name))));
    }

    #[test]
    fn cue_files_can_be_read_and_found_in_any_case() {
        [CUES, GIVEN_NAMES].into_iter().for_each(check_file);
        assert!(pack().cue_of("области").any(Cue::ADMIN1_AFTER));
        assert!(pack().cue_of("городе").any(Cue::CITY_BEFORE));
        assert!(pack().cue_of("району").any(Cue::ADMIN2_AFTER));
    }
}
