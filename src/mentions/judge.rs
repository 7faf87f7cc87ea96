//! Whether a name of the gazetteer is meant as a place where it stands.
//!
//! Every second word is a place somewhere. What tells is the context: cue words, capitals, what
//! else the document names, how important the places of the name are, and what the trained tagger
//! thinks. Each sign is a number with a name; the weights of a language stand in its `judge.tsv`,
//! once for texts that a tagger has read and once for those that none can read, and add up to log
//! odds. Fitting them is [`super::learn`].

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use super::matcher::{Match, pack_of};
use super::surroundings::Surroundings;
use super::tagger::{EntityKind, Tagged, TaggedSpan};
use crate::gazetteer::{Class, Country, Gazetteer, NameKind, PlaceId};
use crate::lang::{Cue, FormKind};
use crate::text::{Case, Lang, Script, Text, TokenKind};

macro_rules! signs {
    ($($name:ident),* $(,)?) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Clone, Copy)]
        enum Sign { $($name),* }
        /// The names of the signs, in the order of their values.
        pub(crate) const SIGNS: &[&str] = &[$(stringify!($name)),*];
    };
}

signs! {
    always,
    importance,
    importance_squared,
    is_country,
    is_area,
    is_region_or_physical,
    is_abbreviation,
    is_demonym,
    words_more_than_one,
    words_more_than_two,
    letters_up_to_three,
    letters_more_than_eight,
    common_word,
    cue_word,
    small_elsewhere,
    begins_sentence,
    all_capitals,
    title_line,
    inflected,
    clitic,
    head_before,
    head_after,
    locative_before,
    locative_before_head,
    from_or_to_before,
    distance_before,
    person_before,
    given_name,
    given_name_before,
    capital_before,
    capital_after,
    organization_before,
    organization_after,
    facility_beside,
    street_beside,
    power_beside,
    saying_after,
    route_beside,
    part_beside,
    origin_beside,
    quoted,
    in_title_quotes,
    tag,
    comma_and_area_after,
    area_before_comma,
    in_list,
    repeated,
    near_country_named,
    in_area_named,
    document_country_foreign,
    tagger_odds,
    tagger_same_span,
    tagger_wider_span,
    tagger_organization,
    tagger_person,
    residue,
    post,
}

/// The values of all signs for one name where it stands.
pub(crate) type Signs = [f32; SIGNS.len()];

/// Signs from here to [`LAST_OF_TAGGER`] say what the tagger thinks.
const FIRST_OF_TAGGER: usize = Sign::tagger_odds as usize;
const LAST_OF_TAGGER: usize = Sign::tagger_person as usize;

/// The signs as they are when there is no tagger.
pub(super) fn without_tagger(mut signs: Signs) -> Signs {
    signs[FIRST_OF_TAGGER..=LAST_OF_TAGGER].fill(0.0);
    signs
}

/// What is known of a document before any of its names is judged.
pub(super) struct Whole<'a> {
    /// Countries that are named, by name or adjective.
    countries: HashSet<Country>,
    /// First-level areas that are named.
    areas: Vec<PlaceId>,
    /// How often each folded name stands in the text.
    counts: HashMap<&'a str, u32>,
    /// Words that also stand in small letters.
    small: HashSet<&'a str>,
    /// A post of a social network: has hashtags or user names.
    is_post: bool,
}

impl<'a> Whole<'a> {
    /// Reads all matches of a document.
    pub fn of(text: &'a Text<'_>, gazetteer: &Gazetteer, matches: &[Match]) -> Self {
        let mut whole =
            Self { countries: HashSet::new(), areas: Vec::new(), counts: HashMap::new(), small: HashSet::new(), is_post: is_post(text) };
        for found in matches {
            let Some(lead) = found.bearers.first() else { continue };
            let place = gazetteer.place(lead.place);
            if found.words == 1 {
                *whole.counts.entry(text.folded(&text.tokens[found.tokens.start])).or_default() += 1;
            }
            match place.class() {
                Class::Country => whole.countries.extend(place.country()),
                Class::Admin1 if found.importance > 0.35 => whole.areas.push(lead.place),
                _ => {}
            }
        }
        for token in &text.tokens {
            if token.case == Case::Lower && token.span.len_bytes() < 24 {
                whole.small.insert(text.folded(token));
            }
        }
        whole
    }
}

/// Whether all words of a name are words for kinds or parts of places: "the south west", السوق.
fn is_all_cues(text: &Text<'_>, found: &Match, name_cue: Cue) -> bool {
    let is_cue = |cue: Cue| cue.any(Cue::OF_PLACES) && !cue.any(Cue::COMMON);
    if found.words == 1 {
        return is_cue(name_cue);
    }
    text.tokens[found.tokens.clone()]
        .iter()
        .filter(|t| t.kind == TokenKind::Word)
        .all(|t| is_cue(pack_of(text, t).cues.get(text.folded(t))))
}

/// Whether a text is a post of a social network: short, with hashtags or user names.
pub(super) fn is_post(text: &Text<'_>) -> bool {
    const POST_TOKENS_MAX: usize = 150;
    text.tokens.len() <= POST_TOKENS_MAX && (0..text.tokens.len()).any(|at| matches!(text.word(at), "#" | "@"))
}

/// From this importance on a name of several words is unmistakable.
const UNMISTAKABLE_IMPORTANCE: f32 = 0.55;

/// Whether a name can hardly be anything else: of several words, each with a capital or a small word
/// between, exact, and borne by a town or area that is known. Port-au-Prince, Novi Sad, Ат-Баши.
pub(super) fn is_unmistakable(text: &Text<'_>, found: &Match, around: &Surroundings) -> bool {
    let words = || text.tokens[found.tokens.clone()].iter().filter(|t| t.kind == TokenKind::Word);
    let is_capital = |t: &crate::text::Token| matches!(t.case, Case::Title | Case::Upper | Case::Mixed);
    found.words > 1
        && found.importance >= UNMISTAKABLE_IMPORTANCE
        && found.form != FormKind::Clitic
        && words().next().is_some_and(is_capital)
        && words().next_back().is_some_and(is_capital)
        && !around.capital_before
        && !around.capital_after
        && !around.before.any(Cue::GIVEN_NAME | Cue::PERSON_BEFORE | Cue::ORGANIZATION_BEFORE)
}

/// The signs of one match.
pub(super) fn signs(
    text: &Text<'_>,
    gazetteer: &Gazetteer,
    whole: &Whole<'_>,
    matches: &[Match],
    at: usize,
    around: &Surroundings,
    tagged: Option<&Tagged>,
) -> Signs {
    let found = &matches[at];
    let mut signs = [0.0; SIGNS.len()];
    let mut set = |sign: Sign, value: f32| signs[sign as usize] = value;
    let mut flag = |sign: Sign, is_so: bool| set(sign, f32::from(u8::from(is_so)));
    let lead = gazetteer.place(found.bearers[0].place);
    let first = &text.tokens[found.tokens.start];
    let letters = text.slice(found.span).chars().count();
    let folded = text.folded(first);
    let name_cue = if found.words == 1 { pack_of(text, first).cues.get(folded_name(text, found, folded)) } else { Cue::NONE };
    let is_cased = first.case != Case::None;

    flag(Sign::always, true);
    flag(Sign::is_country, lead.class() == Class::Country);
    flag(Sign::is_area, matches!(lead.class(), Class::Admin1 | Class::Admin2));
    flag(Sign::is_region_or_physical, matches!(lead.class(), Class::Region | Class::Physical));
    flag(Sign::is_abbreviation, found.kind == NameKind::Abbreviation);
    flag(Sign::is_demonym, found.is_demonym());
    flag(Sign::words_more_than_one, found.words > 1);
    flag(Sign::words_more_than_two, found.words > 2);
    flag(Sign::letters_up_to_three, letters <= 3);
    flag(Sign::letters_more_than_eight, letters > 8);
    flag(Sign::common_word, name_cue.any(Cue::COMMON));
    flag(Sign::cue_word, is_all_cues(text, found, name_cue));
    flag(Sign::small_elsewhere, is_cased && found.words == 1 && whole.small.contains(folded));
    flag(Sign::begins_sentence, is_cased && around.begins_sentence && !around.capitals_say_nothing);
    flag(Sign::all_capitals, first.case == Case::Upper && letters > 3);
    flag(Sign::title_line, is_cased && around.capitals_say_nothing);
    flag(Sign::inflected, found.form == FormKind::Inflected);
    flag(Sign::clitic, found.form == FormKind::Clitic);
    flag(Sign::head_before, around.before.any(Cue::HEAD_BEFORE));
    flag(Sign::head_after, around.after.any(Cue::HEAD_AFTER));
    flag(Sign::locative_before, around.before.any(Cue::LOCATIVE));
    flag(Sign::locative_before_head, around.before.any(Cue::HEAD_BEFORE | Cue::PART) && around.before_that.any(Cue::LOCATIVE | Cue::FROM));
    flag(Sign::from_or_to_before, around.before.any(Cue::FROM | Cue::TO) && !around.before.any(Cue::LOCATIVE));
    flag(Sign::distance_before, around.before.any(Cue::DISTANCE));
    flag(Sign::person_before, around.before.any(Cue::PERSON_BEFORE));
    flag(Sign::given_name, name_cue.any(Cue::GIVEN_NAME));
    flag(Sign::given_name_before, around.before.any(Cue::GIVEN_NAME));
    flag(Sign::capital_before, is_cased && around.capital_before && around.before.is_empty() && !around.capitals_say_nothing);
    flag(Sign::capital_after, is_cased && around.capital_after && around.after.is_empty() && !around.capitals_say_nothing);
    flag(Sign::organization_before, around.before.any(Cue::ORGANIZATION_BEFORE));
    flag(
        Sign::organization_after,
        around.after.any(Cue::ORGANIZATION_AFTER) && (around.capital_after || !is_cased || first.script == Script::Cyrillic),
    );
    flag(Sign::facility_beside, around.before.any(Cue::FACILITY_BEFORE) || around.after.any(Cue::FACILITY_AFTER));
    flag(Sign::street_beside, around.before.any(Cue::STREET_BEFORE) || around.after.any(Cue::STREET_AFTER) && around.capital_after);
    flag(Sign::power_beside, around.before.any(Cue::POWER) || around.after.any(Cue::POWER));
    flag(Sign::saying_after, around.after.any(Cue::SAYING) || (around.before.any(Cue::SAYING) && first.script == Script::Arabic));
    flag(Sign::route_beside, around.before.any(Cue::ROUTE) || around.after.any(Cue::ROUTE));
    flag(Sign::part_beside, around.before.any(Cue::PART) || around.after.any(Cue::PART));
    flag(Sign::origin_beside, around.before.any(Cue::ORIGIN) || around.before_that.any(Cue::ORIGIN));
    flag(Sign::quoted, around.is_quoted);
    flag(Sign::in_title_quotes, around.is_in_title);
    flag(Sign::tag, around.is_tag);
    flag(Sign::comma_and_area_after, neighbour(matches, at, Side::After).is_some_and(|area| contains(gazetteer, area, found)));
    flag(Sign::area_before_comma, neighbour(matches, at, Side::Before).is_some_and(|inner| contains(gazetteer, found, inner)));
    flag(Sign::in_list, is_in_list(matches, at));
    flag(Sign::repeated, found.words == 1 && whole.counts.get(folded).is_some_and(|n| *n > 1));
    let is_in_country_named = found.bearers.iter().any(|b| {
        let place = gazetteer.place(b.place);
        place.class() != Class::Country && place.country().is_some_and(|c| whole.countries.contains(&c))
    });
    flag(Sign::near_country_named, is_in_country_named);
    let is_in_area_named = found.bearers.iter().any(|b| gazetteer.place(b.place).admin1().is_some_and(|a| whole.areas.contains(&a)));
    flag(Sign::in_area_named, is_in_area_named);
    flag(Sign::document_country_foreign, !whole.countries.is_empty() && !is_in_country_named && lead.class() != Class::Country);
    let sentence = &text.sentences[text.sentence_of(found.tokens.start)];
    flag(Sign::residue, sentence.role == crate::text::Role::Residue);
    flag(Sign::post, whole.is_post);
    if let Some(tagged) = tagged {
        let over = span_over(tagged, &found.tokens);
        let is = |kind| over.is_some_and(|t| t.kind == kind);
        set(Sign::tagger_odds, tagger_odds(text, tagged, &found.tokens));
        set(Sign::tagger_organization, f32::from(u8::from(is(EntityKind::Organization))));
        set(Sign::tagger_person, f32::from(u8::from(is(EntityKind::Person))));
        let same = is(EntityKind::Place) && over.is_some_and(|t| t.tokens == found.tokens);
        set(Sign::tagger_same_span, f32::from(u8::from(same)));
        let wider = is(EntityKind::Place) && over.is_some_and(|t| t.tokens.len() > found.tokens.len());
        set(Sign::tagger_wider_span, f32::from(u8::from(wider)));
    }
    set(Sign::importance, found.importance);
    set(Sign::importance_squared, found.importance * found.importance);
    signs
}

/// The span of the tagger that shares a token with a range.
pub(super) fn span_over<'t>(tagged: &'t Tagged, tokens: &Range<usize>) -> Option<&'t TaggedSpan> {
    let at = tagged.spans.partition_point(|span| span.tokens.end <= tokens.start);
    tagged.spans.get(at).filter(|span| span.tokens.start < tokens.end)
}

/// The tagger's log odds that the words of a range belong to the name of a place, cut off where
/// more of them says no more.
pub(super) fn tagger_odds(text: &Text<'_>, tagged: &Tagged, tokens: &Range<usize>) -> f32 {
    let words = tokens.clone().filter(|at| text.tokens[*at].kind != TokenKind::Punctuation);
    let (sum, count) = words.fold((0.0, 0.0), |(sum, count), at| (sum + tagged.places[at], count + 1.0));
    log_odds(if count > 0.0 { sum / count } else { 0.0 })
}

/// The log odds of a chance, cut off.
pub(super) fn log_odds(chance: f32) -> f32 {
    const ODDS_MAX: f32 = 3.5;
    (chance / (1.0 - chance).max(1e-6)).max(1e-6).ln().clamp(-ODDS_MAX, ODDS_MAX)
}

/// The weights of one language.
#[derive(Debug, Clone, PartialEq)]
pub struct Judge {
    /// For texts that a tagger has read.
    pub(super) tagged: Signs,
    /// For all others.
    pub(super) plain: Signs,
    /// For names that the gazetteer lacks: see [`UNLISTED`].
    pub(super) unlisted: UnlistedSigns,
}

/// What is known of a name that the gazetteer lacks, in the order of [`UNLISTED`].
pub(super) type UnlistedSigns = [f32; UNLISTED.len()];

/// The rows of a weights file for names that the gazetteer lacks.
pub(super) const UNLISTED: [&str; 12] = [
    "unlisted_always",
    "unlisted_tagger_odds",
    "unlisted_tagger_names_it",
    "unlisted_word_for_place_beside",
    "unlisted_begins_sentence",
    "unlisted_words_more_than_one",
    "unlisted_no_tagger",
    "unlisted_facility_named",
    "unlisted_tag_after_in",
    "unlisted_definite",
    "unlisted_tag",
    "unlisted_locative_before",
];

impl Judge {
    /// Reads weights: a sign, a tab, its weight with a tagger, a tab, its weight without. Lines that
    /// begin with `#` are comments; signs that are not there weigh nothing.
    pub fn parse(table: &str) -> Self {
        let mut judge = Self { tagged: [0.0; SIGNS.len()], plain: [0.0; SIGNS.len()], unlisted: [0.0; UNLISTED.len()] };
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let name = fields.next().unwrap_or_default();
            let mut weight = || fields.next().and_then(|field| field.trim().parse().ok()).unwrap_or(0.0);
            let weights = [weight(), weight()];
            if let Some(at) = SIGNS.iter().position(|sign| *sign == name) {
                [judge.tagged[at], judge.plain[at]] = weights;
            } else if let Some(at) = UNLISTED.iter().position(|sign| *sign == name) {
                judge.unlisted[at] = weights[0];
            }
        }
        judge
    }

    /// The weights as [`Judge::parse`] reads them.
    pub fn to_table(&self) -> String {
        let mut table =
            String::from("# Sign of a gazetteer name, its weight in log odds with a tagger, and without; made by oqiga train.\n");
        for ((sign, tagged), plain) in SIGNS.iter().zip(self.tagged).zip(self.plain) {
            if tagged != 0.0 || plain != 0.0 {
                table.push_str(&format!("{sign}\t{tagged:.2}\t{plain:.2}\n"));
            }
        }
        for (sign, weight) in UNLISTED.iter().zip(self.unlisted).filter(|(_, weight)| *weight != 0.0) {
            table.push_str(&format!("{sign}\t{weight:.2}\n"));
        }
        table
    }

    /// The weights that ship for words of one script in a text of one language.
    pub fn shipped(lang: Lang, script: Script) -> &'static Self {
        static READ: LazyLock<HashMap<Lang, Judge>> =
            LazyLock::new(|| crate::lang::packs().into_iter().map(|pack| (pack.lang, Judge::parse(pack.judge))).collect());
        static NONE: LazyLock<Judge> = LazyLock::new(|| Judge::parse(""));
        READ.get(&crate::lang::pack(lang, script).lang).unwrap_or(&NONE)
    }

    /// The chance that a name of the gazetteer is meant as a place.
    ///
    /// A tagger knows the names of the texts it was fitted to and doubts those of other countries, so
    /// that against an unmistakable name its word counts for half.
    pub(super) fn chance(&self, signs: &Signs, is_tagged: bool, is_unmistakable: bool) -> f32 {
        let odds = |weights: &Signs| -> f32 { signs.iter().zip(weights).map(|(sign, weight)| sign * weight).sum() };
        let plain = odds(&self.plain);
        logistic(match (is_tagged, is_unmistakable) {
            (false, _) => plain,
            (true, false) => odds(&self.tagged),
            (true, true) => odds(&self.tagged).max((odds(&self.tagged) + plain) / 2.0),
        })
    }

    /// The chance that a name which the gazetteer lacks is one.
    pub(super) fn unlisted_chance(&self, signs: &UnlistedSigns) -> f32 {
        logistic(signs.iter().zip(&self.unlisted).map(|(sign, weight)| sign * weight).sum())
    }
}

/// From log odds to a chance.
pub(crate) fn logistic(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The folded form of a one-word name without its clitics.
fn folded_name<'t>(text: &Text<'_>, found: &Match, folded: &'t str) -> &'t str {
    let written = text.tokens[found.tokens.start].span;
    if found.span.start == written.start {
        return folded;
    }
    // Clitics fold letter by letter: what was skipped in front is the same number of letters here.
    let skipped = crate::text::normalize::fold(&text.original[written.start as usize..found.span.start as usize]).chars().count();
    folded.char_indices().nth(skipped).map_or(folded, |(at, _)| &folded[at..])
}

#[derive(Clone, Copy)]
pub(super) enum Side {
    Before,
    After,
}

/// The match on the other side of one comma or opening parenthesis.
pub(super) fn neighbour(matches: &[Match], at: usize, side: Side) -> Option<&Match> {
    let here = &matches[at];
    match side {
        Side::After => matches[at + 1..].iter().take(6).find(|m| m.tokens.start == here.tokens.end + 1),
        Side::Before => matches[..at].iter().rev().take(6).find(|m| m.tokens.end + 1 == here.tokens.start),
    }
}

/// Whether some bearer of `inner` lies in some bearer of `outer`.
pub(super) fn contains(gazetteer: &Gazetteer, outer: &Match, inner: &Match) -> bool {
    let areas = outer.bearers.iter().take(6).filter(|b| matches!(gazetteer.place(b.place).class(), Class::Country | Class::Admin1));
    areas.into_iter().any(|area| inner.bearers.iter().any(|b| b.place != area.place && gazetteer.is_within(b.place, area.place)))
}

/// Whether important places stand on both sides of commas: X, Y and Z.
fn is_in_list(matches: &[Match], at: usize) -> bool {
    const WELL_KNOWN: f32 = 0.5;
    [Side::Before, Side::After]
        .into_iter()
        .any(|side| neighbour(matches, at, side).is_some_and(|m| m.importance > WELL_KNOWN && !m.is_demonym()))
}
