//! What a text does with a place name: the place as such, a government that speaks, part of the
//! name of a company, the end of a road.
//!
//! A mention keeps its place whatever its use; whether an incident can stand there is for
//! [`crate::incidents`].

use std::ops::Range;

use super::Usage;
use super::matcher::Match;
use super::surroundings::Surroundings;
use crate::gazetteer::{Class, Gazetteer};
use crate::lang::Cue;
use crate::text::{Case, Role, Script, Text, TokenKind};

/// The use of a name. The order of the questions is their precedence.
pub(super) fn usage(text: &Text<'_>, gazetteer: &Gazetteer, found: &Match, around: &Surroundings) -> Usage {
    let lead = found.bearers.first().map(|b| gazetteer.place(b.place));
    let class = lead.map(|p| p.class());
    let is_state = class == Some(Class::Country) || lead.is_some_and(|p| p.is_capital());
    if found.is_demonym() {
        return Usage::Adjective;
    }
    if lead.is_some_and(|p| p.class() == Class::Region && is_organization(p.name())) {
        return Usage::Organization;
    }
    if is_person(text, found, around, class) {
        return Usage::Person;
    }
    if is_dateline(text, found) {
        return Usage::Dateline;
    }
    if is_route(text, found, around) {
        return Usage::Route;
    }
    if is_street(text, found, around) {
        return Usage::Street;
    }
    if around.is_quoted
        || around.before.any(Cue::ORGANIZATION_BEFORE)
        || (around.after.any(Cue::ORGANIZATION_AFTER) && named_after(text, found, around))
    {
        return Usage::Organization;
    }
    if around.before.any(Cue::FACILITY_BEFORE) || (around.after.any(Cue::FACILITY_AFTER) && named_after(text, found, around)) {
        return Usage::Facility;
    }
    if around.before.any(Cue::ORIGIN) || around.before_that.any(Cue::ORIGIN) {
        return Usage::Origin;
    }
    if around.before.any(Cue::POWER) || around.after.any(Cue::POWER) {
        return Usage::Organization;
    }
    if is_state && speaks(text, found, around) {
        return Usage::Metonym;
    }
    Usage::Literal
}

/// The use of a name that the gazetteer lacks, from the words around it and in it: "площадь Республики",
/// "Темирлановское шоссе", "Sariab Road".
pub(super) fn of_unlisted(text: &Text<'_>, tokens: &Range<usize>, around: &Surroundings) -> Usage {
    let head = |at: usize| {
        let word = &text.tokens[at];
        super::matcher::pack_of(text, word).cue_of(text.folded(word))
    };
    let (first, last) = if tokens.len() > 1 { (head(tokens.start), head(tokens.end - 1)) } else { (Cue::NONE, Cue::NONE) };
    let says = |before: Cue, after: Cue| {
        around.before.any(before) || first.any(before) || last.any(after) || (around.after.any(after) && around.capital_after)
    };
    if says(Cue::STREET_BEFORE, Cue::STREET_AFTER) {
        Usage::Street
    } else if around.is_quoted || says(Cue::ORGANIZATION_BEFORE, Cue::ORGANIZATION_AFTER) {
        Usage::Organization
    } else if says(Cue::FACILITY_BEFORE, Cue::FACILITY_AFTER) {
        Usage::Facility
    } else {
        Usage::Literal
    }
}

/// Whether a region is a body of states rather than the ground under them: a treaty has members, and
/// nothing happens "in" it. The European Union and the Commonwealth are spoken of as places.
fn is_organization(name: &str) -> bool {
    const WORDS: [&str; 9] =
        ["Organization", "Organisation", "Treaty", "League", "Council", "Community", "Cooperation", "Association", "Nations"];
    name.split_whitespace().any(|word| WORDS.contains(&word)) || matches!(name, "NATO" | "OPEC" | "BRICS" | "G7" | "G20" | "ASEAN" | "OSCE")
}

/// In scripts with capitals the word that makes a name of an organisation has one too; in Kazakh
/// and Arabic its possessive or its place tells.
fn named_after(text: &Text<'_>, found: &Match, around: &Surroundings) -> bool {
    text.tokens[found.tokens.start].script != Script::Latin || around.capital_after
}

fn is_person(text: &Text<'_>, found: &Match, around: &Surroundings, class: Option<Class>) -> bool {
    if class == Some(Class::Country) || around.before.any(Cue::HEAD_BEFORE) {
        return false;
    }
    let is_latin = text.tokens[found.tokens.start].script == Script::Latin;
    around.before.any(Cue::GIVEN_NAME) && around.capital_before | !is_latin && found.words == 1
        || around.before.any(Cue::PERSON_BEFORE) && is_latin && !around.before.any(Cue::POWER)
}

/// "АКТАУ, 8 января —", "ZHEZKAZGAN, Kazakhstan —", "ЖАҢАӨЗЕН. 16 қазан.": a name at the head of the
/// first paragraphs, with nothing but areas, dates and the agency up to a dash or a full stop. In a
/// bulletin each paragraph has one; further down a dash alone says so only where the language has no
/// capitals, because "Астана — столица" is a sentence.
fn is_dateline(text: &Text<'_>, found: &Match) -> bool {
    const REACH: usize = 14;
    const PARAGRAPHS: usize = 3;
    let sentence = &text.sentences[text.sentence_of(found.tokens.start)];
    if sentence.role != Role::Body {
        return false;
    }
    let is_far = sentence.paragraph >= PARAGRAPHS;
    let heads_paragraph = || {
        let number = text.sentence_of(found.tokens.start);
        number.checked_sub(1).is_none_or(|last| text.sentences[last].paragraph != sentence.paragraph)
    };
    if is_far && !heads_paragraph() {
        return false;
    }
    let line_start = text.tokens[..found.tokens.start].iter().rev().take(8);
    let begins_line = line_start
        .clone()
        .all(|t| t.kind == TokenKind::Punctuation || matches!(t.case, Case::Title | Case::Upper) || t.script == Script::Arabic)
        && (found.tokens.start == 0 || text.sentences[text.sentence_of(found.tokens.start)].tokens.start + 6 >= found.tokens.start);
    let begins = text.tokens[sentence.tokens.start..found.tokens.start].iter().all(|t| t.kind == TokenKind::Punctuation);
    if !begins && !begins_line {
        return false;
    }
    let begins_here = begins && (!is_far || text.tokens[found.tokens.start].script == Script::Arabic);
    let is_loud = text.tokens[found.tokens.clone()].iter().all(|t| t.kind != TokenKind::Word || t.case == Case::Upper);
    let mut dates = false;
    for at in found.tokens.end..(found.tokens.end + REACH).min(text.tokens.len()) {
        let token = &text.tokens[at];
        match token.kind {
            TokenKind::Punctuation => match text.word(at) {
                "—" | "–" | "--" | "―" => return begins_here || is_loud,
                "-" => {
                    let spaced = text.tokens.get(at + 1).is_some_and(|next| next.span.start > token.span.end);
                    if spaced && token.span.start > text.tokens[at - 1].span.end {
                        return begins_here || is_loud;
                    }
                }
                "." if is_loud && begins => return at == found.tokens.end || dates,
                ":" if is_loud && begins => return true,
                "," | "،" | "(" | ")" | "." | "/" | "ـ" => {}
                _ => return false,
            },
            TokenKind::Number => dates = true,
            // Months are written small in Russian and Kazakh; they follow the day.
            TokenKind::Word if token.case == Case::Lower && !dates => return false,
            TokenKind::Word => {}
        }
    }
    false
}

/// The road, train or line between two places: "Алматы – Талдықорған тас жолы", "the Almaty–Bishkek
/// highway", "طريق أكتاو – جاناوزين".
fn is_route(text: &Text<'_>, found: &Match, around: &Surroundings) -> bool {
    const REACH: usize = 5;
    let is_dash = |at: usize| text.tokens.get(at).is_some_and(|t| matches!(text.slice(t.span), "-" | "–" | "—" | "−"));
    let joins_next = is_dash(found.tokens.end) && is_name_like(text, found.tokens.end + 1);
    let joins_last = found.tokens.start >= 2 && is_dash(found.tokens.start - 1) && is_name_like(text, found.tokens.start - 2);
    if !joins_next && !joins_last {
        return around.after.any(Cue::ROUTE) && !around.after.any(Cue::STREET_AFTER)
            || around.before.any(Cue::ROUTE) && !around.before.any(Cue::STREET_BEFORE | Cue::FROM);
    }
    let from = found.tokens.start.saturating_sub(REACH);
    let to = (found.tokens.end + REACH).min(text.tokens.len());
    (from..to).filter(|at| text.tokens[*at].kind == TokenKind::Word).any(|at| {
        let word = &text.tokens[at];
        super::matcher::pack_of(text, word).cue_of(text.folded(word)).any(Cue::ROUTE)
    })
}

fn is_name_like(text: &Text<'_>, token: usize) -> bool {
    text.tokens.get(token).is_some_and(|t| t.kind == TokenKind::Word && t.case != Case::Lower)
}

fn is_street(text: &Text<'_>, found: &Match, around: &Surroundings) -> bool {
    // طريق is street and road at once: with two ends it is a route, asked before.
    around.before.any(Cue::STREET_BEFORE) || (around.after.any(Cue::STREET_AFTER) && named_after(text, found, around))
}

/// Whether a state is the subject of a verb of speaking or deciding. Arabic puts the verb first,
/// Kazakh last.
fn speaks(text: &Text<'_>, found: &Match, around: &Surroundings) -> bool {
    let script = text.tokens[found.tokens.start].script;
    if around.before.any(Cue::LOCATIVE | Cue::FROM | Cue::TO) && script != Script::Arabic {
        return false;
    }
    if script == Script::Arabic {
        return around.before.any(Cue::SAYING);
    }
    if around.after.any(Cue::SAYING) {
        return true;
    }
    let is_bare = found.form == crate::lang::FormKind::Exact;
    let sentence = &text.sentences[text.sentence_of(found.tokens.start)];
    text.lang == crate::text::Lang::KK
        && is_bare
        && (found.tokens.end..sentence.tokens.end).any(|at| {
            let word = &text.tokens[at];
            word.kind == TokenKind::Word && super::matcher::pack_of(text, word).cues.get(text.folded(word)).any(Cue::SAYING)
        })
        && !around.after.any(Cue::HEAD_AFTER)
}
