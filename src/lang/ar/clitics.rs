//! The words that Arabic writes together with the one that follows: و and, ف so, ب in, ل to, ك as,
//! and the article ال.
//!
//! They come in a fixed order: one conjunction, one preposition, the article. ل and the article melt
//! into لل. Whether a first letter is a clitic or part of the name (وارسو, باريس, لبنان, كندا, فرنسا)
//! no rule of spelling can tell; the gazetteer does, because all forms are proposed.

use crate::lang::{Form, FormKind};

/// A rest shorter than this is a particle, not a name.
const REST_CHARS_MIN: usize = 2;

const CONJUNCTIONS: [char; 2] = ['و', 'ف'];
const PREPOSITIONS: [char; 3] = ['ب', 'ل', 'ك'];
const ARTICLE: &str = "ال";

/// Proposes the forms of a folded word without its proclitics.
pub(super) fn split(word: &str, emit: &mut dyn FnMut(Form<'_>)) {
    take_preposition(word, 0, emit);
    if let Some(rest) = word.strip_prefix(CONJUNCTIONS)
        && is_long_enough(rest)
    {
        emit(Form { text: rest, skipped: 1, kind: FormKind::Clitic });
        take_preposition(rest, 1, emit);
    }
}

/// Proposes the nouns that a folded word may be with a possessive or in the accusative: مدينتهم "their
/// city", مطارا. Before a possessive the feminine ending is a plain ت. The short possessives are left: once
/// folded, طريقه "his way" is طريقة "a method".
pub(super) fn stems(word: &str, emit: &mut dyn FnMut(&str)) {
    const STEM_CHARS_MIN: usize = 3;
    let is_stem = |stem: &str| stem.chars().nth(STEM_CHARS_MIN - 1).is_some();
    for ending in ["هما", "كما", "ها", "هم", "هن", "نا", "كم", "ا"] {
        let Some(stem) = word.strip_suffix(ending).filter(|stem| is_stem(stem)) else { continue };
        emit(stem);
        if let Some(feminine) = stem.strip_suffix('ت').filter(|_| ending != "ا") {
            emit(&format!("{feminine}ه"));
        }
    }
}

fn take_preposition(word: &str, skipped: usize, emit: &mut dyn FnMut(Form<'_>)) {
    let Some(rest) = word.strip_prefix(PREPOSITIONS) else { return };
    if !is_long_enough(rest) {
        return;
    }
    emit(Form { text: rest, skipped: skipped + 1, kind: FormKind::Clitic });
    // للعراق is ل + العراق: the alef of the article is not written.
    if word.starts_with('ل')
        && let Some(noun) = rest.strip_prefix('ل')
        && is_long_enough(noun)
    {
        emit(Form { text: &format!("{ARTICLE}{noun}"), skipped: skipped + 1, kind: FormKind::Clitic });
        emit(Form { text: noun, skipped: skipped + 2, kind: FormKind::Clitic });
    }
}

fn is_long_enough(rest: &str) -> bool {
    rest.chars().nth(REST_CHARS_MIN - 1).is_some()
}

#[cfg(test)]
mod tests {
    use crate::lang::morphology::forms_of;
    use crate::lang::pack;
    use crate::text::normalize::fold;
    use crate::text::{Lang, Script};

    #[test]
    fn the_name_is_among_the_forms_of_the_written_word() {
        let check = |written: &str, name: &str| {
            let forms = forms_of(pack(Lang::AR, Script::Arabic), written);
            assert!(forms.contains(&fold(name)), "{written}: {forms:?}");
        };
        check("وأكتاو", "أكتاو");
        check("بلبنان", "لبنان");
        check("وبالقاهرة", "القاهرة");
        check("للعراق", "العراق");
        check("وللعراق", "العراق");
        check("لبيروت", "بيروت");
        check("فالسودان", "السودان");
        check("كالصين", "الصين");
        check("وارسو", "وارسو");
    }

    #[test]
    fn a_name_is_never_cut_down_to_one_letter() {
        assert_eq!(forms_of(pack(Lang::AR, Script::Arabic), "وب"), ["وب"]);
    }
}
