//! Arabic.

mod clitics;
pub(crate) mod names;

use super::{Morphology, Pack, cues};
use crate::text::Lang;

const CUES: &str = include_str!("cues.tsv");
const JUDGE: &str = include_str!("judge.tsv");
const GIVEN_NAMES: &str = include_str!("given_names.tsv");

pub(super) fn pack() -> Pack {
    Pack {
        lang: Lang::AR,
        cues: cues(Lang::AR, &[CUES, GIVEN_NAMES]),
        judge: JUDGE,
        morphology: Morphology::Proclitics(clitics::split, clitics::stems),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Cue;
    use crate::lang::cues::check_file;

    #[test]
    fn cue_files_can_be_read_and_found_behind_clitics() {
        [CUES, GIVEN_NAMES].into_iter().for_each(check_file);
        assert!(pack().cue_of("ومدينه").any(Cue::CITY_BEFORE));
        assert!(pack().cue_of("بمحافظه").any(Cue::ADMIN1_BEFORE));
    }

    #[test]
    fn a_word_for_a_place_is_known_with_a_possessive_and_in_the_accusative() {
        assert!(pack().cue_of("مدينتهم").any(Cue::CITY_BEFORE));
        assert!(pack().cue_of("وبلدتنا").any(Cue::CITY_BEFORE));
        assert!(pack().cue_of("مطارا").any(Cue::FACILITY_BEFORE));
        assert!(pack().cue_of("شوارعها").any(Cue::STREET_BEFORE));
        // "On her" and "her sight" are neither a man nor a town.
        assert!(!pack().cue_of("عليها").any(Cue::GIVEN_NAME));
        assert!(!pack().cue_of("محمدا").any(Cue::GIVEN_NAME));
        assert!(!pack().cue_of("طريقه").any(Cue::STREET_BEFORE));
    }
}
