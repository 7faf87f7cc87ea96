//! English.

use super::{Morphology, Pack, cues};
use crate::text::Lang;

const CUES: &str = include_str!("cues.tsv");
const JUDGE: &str = include_str!("judge.tsv");
const GIVEN_NAMES: &str = include_str!("given_names.tsv");

pub(super) fn pack() -> Pack {
    Pack { lang: Lang::EN, cues: cues(Lang::EN, &[CUES, GIVEN_NAMES]), judge: JUDGE, morphology: Morphology::None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Cue;
    use crate::lang::cues::check_file;

    #[test]
    fn cue_files_can_be_read_and_found() {
        [CUES, GIVEN_NAMES].into_iter().for_each(check_file);
        assert!(pack().cue_of("city of").any(Cue::CITY_BEFORE));
        assert!(pack().cue_of("county").any(Cue::ADMIN2_AFTER));
    }
}
