//! What the gazetteer says about a token, in the few bits that the tagger learns from.
//!
//! The caller matches names against the gazetteer once and tells the tagger here what it found, so
//! that the tagger itself knows no gazetteer: it can be trained and tested without one.

use crate::gazetteer::Class;

/// Steps of importance that a hint tells apart.
pub const IMPORTANCE_STEPS: u8 = 8;

/// What the longest gazetteer name over a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GazetteerHint {
    /// Where in that name the token stands.
    pub part: NamePart,
    /// How many tokens the name covers; 0 when there is none.
    pub tokens: u8,
    /// Importance of the most important bearer, in [`IMPORTANCE_STEPS`] steps.
    pub importance: u8,
    /// The classes of the bearers, one bit each: see [`GazetteerHint::class_bit`].
    pub classes: u8,
    /// How the written form leads to the name.
    pub form: HintForm,
}

/// Where a token stands in a gazetteer name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum NamePart {
    /// In none.
    #[default]
    Outside,
    /// It begins one.
    First,
    /// It goes on with one.
    Inside,
}

/// How a written form leads to a gazetteer name, as far as the tagger cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum HintForm {
    /// Equal after folding.
    #[default]
    Exact,
    /// Equal once a suffix or clitic is taken off.
    Inflected,
    /// The name is an adjective or a word for the people.
    Demonym,
    /// The name is an abbreviation or code.
    Abbreviation,
}

impl GazetteerHint {
    /// The bit of a class in [`GazetteerHint::classes`].
    pub fn class_bit(class: Class) -> u8 {
        1 << match class {
            Class::Country => 0,
            Class::Admin1 => 1,
            Class::Admin2 => 2,
            Class::City => 3,
            Class::Region => 4,
            Class::Physical => 5,
            Class::Facility => 6,
        }
    }

    /// The step of an importance between 0 and 1.
    pub fn importance_step(importance: f32) -> u8 {
        ((importance.clamp(0.0, 1.0) * f32::from(IMPORTANCE_STEPS)) as u8).min(IMPORTANCE_STEPS - 1)
    }

    /// Writes the hint of one matched name over its tokens, unless a longer name is there already.
    /// Of two names of one length the more important one stays.
    pub fn mark(hints: &mut [Self], name: std::ops::Range<usize>, importance: f32, classes: u8, form: HintForm) {
        let tokens = name.len().min(usize::from(u8::MAX)) as u8;
        let importance = Self::importance_step(importance);
        let Some(covered) = hints.get_mut(name) else { return };
        let rank = |hint: &Self| (hint.tokens, hint.importance);
        if covered.iter().any(|hint| rank(hint) >= (tokens, importance) && hint.part != NamePart::Outside) {
            return;
        }
        for (i, hint) in covered.iter_mut().enumerate() {
            let part = if i == 0 { NamePart::First } else { NamePart::Inside };
            *hint = Self { part, tokens, importance, classes, form };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_over_a_token_wins_and_then_the_most_important() {
        let mut hints = vec![GazetteerHint::default(); 4];
        GazetteerHint::mark(&mut hints, 1..2, 0.9, 1, HintForm::Exact);
        GazetteerHint::mark(&mut hints, 0..2, 0.2, 2, HintForm::Exact);
        GazetteerHint::mark(&mut hints, 1..2, 0.9, 1, HintForm::Exact);
        let parts: Vec<_> = hints.iter().map(|h| (h.part, h.classes)).collect();
        assert_eq!(parts, [(NamePart::First, 2), (NamePart::Inside, 2), (NamePart::Outside, 0), (NamePart::Outside, 0)]);
        GazetteerHint::mark(&mut hints, 2..3, 0.2, 4, HintForm::Exact);
        GazetteerHint::mark(&mut hints, 2..3, 0.8, 8, HintForm::Inflected);
        assert_eq!((hints[2].classes, hints[2].importance, hints[2].form), (8, 6, HintForm::Inflected));
        GazetteerHint::mark(&mut hints, 3..9, 1.0, 8, HintForm::Exact);
        assert_eq!(hints[3], GazetteerHint::default(), "a name past the end marks nothing");
    }
}
