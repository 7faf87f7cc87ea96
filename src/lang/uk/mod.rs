//! Ukrainian.

use super::{Morphology, Pack, Suffixes, cues};
use crate::text::Lang;

const CUES: &str = include_str!("cues.tsv");
/// No annotated Ukrainian text may be learnt from: the Russian weights without a tagger serve.
const JUDGE: &str = include_str!("../ru/judge.tsv");
const GIVEN_NAMES: &str = include_str!("given_names.tsv");
const SUFFIXES: &str = include_str!("suffixes.tsv");

pub(super) fn pack() -> Pack {
    Pack { lang: Lang::UK, cues: cues(Lang::UK, &[CUES, GIVEN_NAMES]), judge: JUDGE, morphology: Morphology::Endings(suffixes()) }
}

fn suffixes() -> Suffixes {
    Suffixes::parse(SUFFIXES, 1, |_, _| true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::cues::check_file;
    use crate::lang::morphology::forms_of;
    use crate::text::normalize::fold;

    #[test]
    fn the_name_is_among_the_forms_of_the_written_word() {
        let check = |written: &str, name: &str| {
            let forms = forms_of(&pack(), written);
            assert!(forms.contains(&fold(name)), "{written}: {forms:?}");
        };
        check("Києві", "Київ");
        check("Львова", "Львів");
        check("Україні", "Україна");
        check("Німеччиною", "Німеччина");
        check("Великої", "Велика");
        check("Британії", "Британія");
        check("Одесі", "Одеса");
        check("Донецьку", "Донецьк");
        check("Брюсселем", "Брюссель");
    }

    #[test]
    fn cue_files_can_be_read() {
        [CUES, GIVEN_NAMES].into_iter().for_each(check_file);
    }
}
