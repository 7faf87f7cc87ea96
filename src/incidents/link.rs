//! Which place of a sentence an incident is bound to, and which places never bind.
//!
//! Names that stand together are one group: "Birnin Gwari, in Nigeria's Kaduna State" is one place,
//! the finest; "Nakuru and Mombasa" are two. A capital that speaks, a hospital, the ends of a route,
//! senders of troops and the like are left out, with the reason kept for `--explain`.

use std::ops::Range;

use crate::gazetteer::Class;
use crate::mentions::Usage;
use crate::text::Role;

use super::clauses;
use super::rules::{Marks, Match};
use super::site::Site;

/// How many words may stand between names of one group.
const GAP_WORDS: usize = 5;

/// Places of a sentence that stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The finest of each chain, by number; several for a list.
    pub sites: Vec<usize>,
    /// All sites of the group.
    pub all: Vec<usize>,
    /// Tokens from the first to the last name.
    pub tokens: Range<usize>,
    /// "near", "40 km from".
    pub near: bool,
    /// A preposition or case binds the group to what happens.
    pub inside: bool,
    /// Finest level in the group, see [`Site::fineness`].
    pub fineness: u8,
    /// All its names are such that the gazetteer lacks: its country is all that is known.
    pub unresolved: bool,
    /// What is told there happened, as far as its own clause goes.
    pub live: bool,
}

/// The places of a sentence: groups that may bind, and names that may not, with the reason.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Groups in order.
    pub groups: Vec<Group>,
    /// Sites left out.
    pub rejected: Vec<(usize, String)>,
    /// Ends of a road: a place for an accident on it when there is no better.
    pub routes: Vec<usize>,
    /// The town at the head of an agency report.
    pub dateline: Option<usize>,
    /// The clauses of the sentence.
    cuts: Vec<Range<usize>>,
}

/// Reads the places of a sentence. `sites` are those of the document, by number.
/// `matches` are those of the table of links in the sentence.
pub fn places(marks: &Marks<'_>, matches: &[Match], sites: &[Site], sentence: &Range<usize>, cuts: &[Range<usize>]) -> Places {
    let here: Vec<usize> = within(sites, sentence).collect();
    let label = |m: &Match| marks.lexicon.label(m.label);
    let holds = |m: &Match, i: usize| m.steps.iter().any(|&s| s as usize == sites[i].tokens.start);
    let says = |wanted: &str, i: usize| matches.iter().any(|m| label(m) == wanted && holds(m, i));
    let is_near = |i: usize| sites[i].offset || says("near", i);
    let mut places = Places { cuts: cuts.to_vec(), ..Places::default() };
    let mut kept = Vec::new();
    let mut reasons: Vec<Option<String>> = Vec::new();
    for &i in &here {
        let site = &sites[i];
        let mut reason = match site.usage {
            Usage::Literal | Usage::Dateline | Usage::Facility | Usage::Topic => None,
            Usage::Adjective => (site.level == Class::Country).then(|| "adjective".to_owned()),
            Usage::Metonym => Some("speaks or decides".to_owned()),
            Usage::Organization => Some("part of an organisation's name".to_owned()),
            Usage::Route => Some("end of a route".to_owned()),
            Usage::Origin => Some("origin".to_owned()),
            Usage::Street => Some("street".to_owned()),
            Usage::Person => Some("person".to_owned()),
        };
        if reason.is_none() && !is_near(i) {
            reason = matches
                .iter()
                .find(|m| label(m).starts_with("exclude") && holds(m, i))
                .map(|m| label(m)["exclude".len()..].trim().to_owned());
        }
        if reason.is_none() && is_dateline(marks, site, sentence) {
            places.dateline.get_or_insert(i);
            reason = Some("dateline".to_owned());
        } else if reason.is_none() && ends_dateline(marks, site, sentence) {
            // "ALMATY, Kazakhstan — ": the area after the town is the dateline's too.
            reason = Some("dateline".to_owned());
        }
        reasons.push(reason);
    }
    spread(marks, sites, &here, &mut reasons);
    leave_out_quarters(marks, sites, &here, &mut reasons);
    for (&i, reason) in here.iter().zip(reasons) {
        match reason {
            Some(reason) => {
                if reason.contains("route") {
                    places.routes.push(i);
                }
                places.rejected.push((i, reason));
            }
            None => kept.push(i),
        }
    }
    for &i in &kept {
        let near = is_near(i);
        let inside = near || says("in", i) || has_locative(marks, &sites[i]);
        let joined = places.groups.last_mut().filter(|g| stands_with(marks, g.tokens.end, sites[i].tokens.start));
        match joined {
            Some(group) => extend(marks, group, sites, i, near, inside),
            None => places.groups.push(Group {
                sites: vec![i],
                all: vec![i],
                tokens: sites[i].tokens.clone(),
                near,
                inside,
                fineness: sites[i].fineness(),
                unresolved: sites[i].unresolved,
                live: true,
            }),
        }
    }
    // "The dam on the Ural burst in Orsk": of a town and a river the town is the place.
    let is_water = |g: &Group| g.sites.iter().all(|&s| sites[s].level == Class::Physical);
    if places.groups.iter().any(|g| g.fineness > 0 && !is_water(g)) {
        places.groups.retain(|g| !is_water(g));
    }
    // Beside a place that is known, or in "the city", what nobody knows is a quarter or a village of it.
    if places.groups.iter().any(|g| g.fineness > 0) || matches.iter().any(|m| label(m) == "city") {
        places.groups.retain(|g| !g.unresolved);
    }
    places
}

/// The sites of some tokens, by number: they are in the order of the text.
pub fn within(sites: &[Site], tokens: &Range<usize>) -> Range<usize> {
    let from = |token: usize| sites.partition_point(|site| site.tokens.start < token);
    from(tokens.start)..from(tokens.end)
}

/// "حي الروضة بمدينة مأرب", "the Bab al-Tabbaneh district of Tripoli": a quarter beside its town, whose
/// name is mostly that of another town elsewhere.
fn leave_out_quarters(marks: &Marks<'_>, sites: &[Site], here: &[usize], reasons: &mut [Option<String>]) {
    let is_quarter = |site: &Site| {
        let before = site.tokens.start.checked_sub(1);
        before.is_some_and(|at| marks.is(at, "quarter_of"))
            || marks.is(site.tokens.start, "quarter_of")
            || marks.is(site.tokens.end, "quarter")
    };
    let quarters: Vec<bool> = here.iter().map(|&i| is_quarter(&sites[i])).collect();
    let has_town = (0..here.len()).any(|k| !quarters[k] && reasons[k].is_none() && sites[here[k]].fineness() == 3);
    for k in 0..here.len() {
        if has_town && quarters[k] && sites[here[k]].fineness() == 3 && reasons[k].is_none() {
            reasons[k] = Some("a quarter of the town named beside it".to_owned());
        }
    }
}

/// "troops from Russia, Kyrgyzstan and Armenia": what is said of the first of a list is said of all.
fn spread(marks: &Marks<'_>, sites: &[Site], here: &[usize], reasons: &mut [Option<String>]) {
    const SPREADING: [&str; 7] = ["origin", "route", "felt", "hospital", "border", "seat", "speaks"];
    for k in 1..here.len() {
        let (a, b) = (&sites[here[k - 1]], &sites[here[k]]);
        let listed = a.fineness() == b.fineness() && is_list(marks, a, b) && stands_with(marks, a.tokens.end, b.tokens.start);
        let spreads = |r: &Option<String>| r.as_ref().is_some_and(|r| SPREADING.iter().any(|s| r.contains(s)));
        if listed && reasons[k].is_none() && spreads(&reasons[k - 1]) {
            reasons[k] = reasons[k - 1].clone();
        }
    }
}

/// Whether a comma or a conjunction parts two names, as against "X near Y", "X, қарасты Y".
fn is_list(marks: &Marks<'_>, a: &Site, b: &Site) -> bool {
    let between = a.tokens.end.min(b.tokens.start)..b.tokens.start;
    // Arabic writes the conjunction on the name: the token begins before the name does.
    let attached = marks.text.tokens[b.tokens.start].span.start < b.span.start;
    attached || between.into_iter().any(|at| marks.is_comma(at) || marks.is(at, "list_and"))
}

/// The town at the head of a report: "ALMATY, Kazakhstan (Agency) — ", "БІШКЕК. 25 сәуір."
fn is_dateline(marks: &Marks<'_>, site: &Site, sentence: &Range<usize>) -> bool {
    if site.usage == Usage::Dateline {
        return true;
    }
    let text = marks.text;
    if site.tokens.start != sentence.start || site.fineness() < 2 {
        return false;
    }
    let mark = |at: usize| text.tokens.get(at).map(|t| text.slice(t.span));
    // "Норильск." heads a paragraph of a bulletin.
    let closes = |at: usize| matches!(mark(at), Some("." | ":")) && at + 1 >= sentence.end;
    if closes(site.tokens.end) && text.sentences[text.sentence_of(sentence.start)].role == Role::Body {
        return true;
    }
    let dashed = (site.tokens.end..(site.tokens.end + 9).min(sentence.end))
        .any(|at| matches!(mark(at), Some("—" | "–")) || (mark(at) == Some("-") && mark(at - 1) == Some(")")));
    let capitals = text.tokens[site.tokens.start].case == crate::text::Case::Upper;
    let closed = matches!(mark(site.tokens.end), Some("," | "." | "(" | "—" | "–"));
    site.fineness() > 2 && closed && (capitals || (dashed && marks.text.sentence_of(sentence.start) <= 2))
}

/// Whether an area ends a dateline: "ALMATY, Kazakhstan (Agency) — ".
fn ends_dateline(marks: &Marks<'_>, area: &Site, sentence: &Range<usize>) -> bool {
    let text = marks.text;
    let mark = |at: usize| text.tokens.get(at).map(|t| text.slice(t.span));
    let capitals = |at: usize| !marks.is_word(at) || text.tokens[at].case == crate::text::Case::Upper;
    let comma = area.tokens.start.checked_sub(1).filter(|&c| c > sentence.start && mark(c) == Some(","));
    comma.is_some_and(|comma| (sentence.start..comma).all(capitals))
        && area.fineness() < 3
        && matches!(mark(area.tokens.end), Some("—" | "–" | "-" | "("))
}

/// Adds a site to a group: one of its chain when one holds the other, else one more of a list.
fn extend(marks: &Marks<'_>, group: &mut Group, sites: &[Site], i: usize, near: bool, inside: bool) {
    group.all.push(i);
    group.tokens.end = sites[i].tokens.end;
    group.inside |= inside;
    let last = group.sites.last().copied().expect("a group has a site");
    if sites[i].unresolved != sites[last].unresolved {
        // A village that nobody knows, and the district or town that it lies in: somewhere there.
        if sites[last].unresolved {
            group.sites.pop();
            group.sites.push(i);
            group.fineness = sites[i].fineness();
        }
        group.unresolved &= group.fineness == 0;
        group.near = true;
        return;
    }
    // "Қарағанды облысының Сәтбаев қаласы", "Никополь Днепропетровской области": names side by side
    // are a chain even where the gazetteer has redrawn the areas since.
    let side_by_side = !is_list(marks, &sites[last], &sites[i]);
    let holds = |a: &Site, b: &Site| a.may_hold(b) || (side_by_side && a.fineness() < b.fineness());
    if sites[last].fineness() == sites[i].fineness() && !sites[last].same(&sites[i]) && !is_list(marks, &sites[last], &sites[i]) {
        // "X near Y"; Kazakh puts the finer name last: "Теміртау қаласына қарасты Ақтау".
        if marks.text.lang == crate::text::Lang::KK {
            group.sites.pop();
            group.sites.push(i);
            group.near = near;
        }
        return;
    }
    if sites[last].same(&sites[i]) {
        group.near |= near;
        return;
    }
    if holds(&sites[i], &sites[last]) {
        return;
    }
    if holds(&sites[last], &sites[i]) {
        // "Kaduna State, Birnin Gwari": the finer one replaces its container.
        group.sites.pop();
        if group.sites.iter().any(|&s| sites[s].same(&sites[i])) {
            return;
        }
        group.near = near;
    } else {
        group.near |= near;
    }
    group.sites.push(i);
    group.fineness = group.sites.iter().map(|&s| sites[s].fineness()).max().unwrap_or(0);
}

/// Whether only small words, commas and words for kinds of places stand between two names.
fn stands_with(marks: &Marks<'_>, end: usize, start: usize) -> bool {
    let between = end.min(start)..start;
    let words = between.clone().filter(|&at| marks.is_word(at)).count();
    words <= GAP_WORDS
        && between.into_iter().all(|at| {
            let mark = marks.text.slice(marks.text.tokens[at].span);
            if marks.is_word(at) {
                marks.is(at, "place_gap") || marks.is(at, "list_and")
            } else {
                !matches!(mark, ";" | ":" | "؛" | "—" | "–" | "." | "?" | "!")
            }
        })
}

/// Kazakh says "in" by an ending: Ақтауда, Ақтаудағы, or on the word after the name: ауданында.
fn has_locative(marks: &Marks<'_>, site: &Site) -> bool {
    if marks.text.lang != crate::text::Lang::KK {
        return false;
    }
    let text = marks.text;
    let locative = |at: usize| {
        let word = text.folded(&text.tokens[at]);
        ["да", "де", "та", "те", "дағы", "дегі", "тағы", "тегі", "нда", "нде", "da", "de", "ta", "te", "dagy", "degi", "tagy", "tegi"]
            .iter()
            .any(|ending| word.ends_with(ending))
    };
    let last = site.tokens.end - 1;
    locative(last) || (site.tokens.end < text.tokens.len() && marks.is(site.tokens.end, "place_gap") && locative(site.tokens.end))
}

/// The group nearest to a word of the sentence; for what happened, among those where it may have.
pub fn nearest<'p>(places: &'p Places, marks: &Marks<'_>, at: usize, blockers: &[usize], live: bool) -> Option<&'p Group> {
    places
        .groups
        .iter()
        .filter(|g| g.live || !live)
        .min_by_key(|g| distance(marks, g, at, blockers) + elsewhere(&places.cuts, g, at, blockers))
}

/// The group that a number belongs to: one of its own clause before all others, so that in "two were
/// killed in X, and three hurt in Y" the three are those of Y.
pub fn nearest_to_number<'p>(places: &'p Places, marks: &Marks<'_>, at: usize) -> Option<&'p Group> {
    const ELSEWHERE: i32 = 8;
    let clause = |token: usize| clauses::of(&places.cuts, token);
    let live = || places.groups.iter().filter(|g| g.live);
    let here = live().any(|g| clause(g.tokens.start) == clause(at));
    let far = |g: &Group| if here && clause(g.tokens.start) != clause(at) { ELSEWHERE } else { 0 };
    live().min_by_key(|g| distance(marks, g, at, &[]) + far(g))
}

/// A place in another clause that tells an incident of its own is mostly the place of that one.
fn elsewhere(cuts: &[Range<usize>], group: &Group, at: usize, triggers: &[usize]) -> i32 {
    const TAKEN: i32 = 20;
    let clause = |token: usize| clauses::of(cuts, token);
    let theirs = clause(group.tokens.start);
    let taken = theirs != clause(at) && triggers.iter().any(|&t| t != at && clause(t) == theirs);
    if taken { TAKEN } else { 0 }
}

/// How far a group is from a word: words between, more over commas and other incidents' words;
/// a country is a poorer place than a town, and a bound name a better one.
pub fn distance(marks: &Marks<'_>, group: &Group, at: usize, blockers: &[usize]) -> i32 {
    let between = if at < group.tokens.start { at + 1..group.tokens.start } else { group.tokens.end.min(at)..at };
    let words = between.clone().filter(|&t| marks.is_word(t)).count() as i32;
    let commas = between.clone().filter(|&t| marks.is_comma(t)).count() as i32;
    let hard = between
        .clone()
        .filter(|&t| marks.is_comma(t) && matches!(marks.text.slice(marks.text.tokens[t].span), ";" | "؛" | ":" | "—" | "–"))
        .count() as i32;
    let others = blockers.iter().filter(|b| between.contains(b)).count() as i32;
    let level = match group.fineness {
        0 if group.unresolved => 0,
        0 => 12,
        1 => 2,
        _ => 0,
    };
    // The place mostly follows its verb or noun; Kazakh puts it before.
    let before = if group.tokens.end <= at && marks.text.lang != crate::text::Lang::KK { 2 } else { 0 };
    words + 4 * commas + 6 * hard + 3 * others + level + before - if group.inside { 4 } else { 0 }
}
