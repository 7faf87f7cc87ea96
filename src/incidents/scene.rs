//! One sentence read in full: its clauses, times, places, triggers with their status, counts.

use std::ops::Range;

use jiff::civil::Date;

use crate::text::{Role, Text};

use super::counts::{self, Bound};
use super::link::{self, Places};
use super::numbers::{self, Number};
use super::rules::{Lexicon, Marks, Table};
use super::site::Site;
use super::status::{self, Cues};
use super::time::{self, TimeExpr, When};
use super::triggers::{self, Trigger};
use super::{CountField, Status, clauses};

/// A document read with the tables of its language.
pub struct Reading<'t> {
    /// What the tables see.
    pub marks: Marks<'t>,
    /// The sentences, in order.
    pub scenes: Vec<Scene>,
}

/// A sentence with everything that later steps ask about it.
#[derive(Debug)]
pub struct Scene {
    /// Its number in the text.
    pub sentence: usize,
    /// What part of the page it is.
    pub role: Role,
    /// The paragraph it stands in.
    pub paragraph: usize,
    /// Its tokens.
    pub tokens: Range<usize>,
    /// Its clauses.
    pub cuts: Vec<Range<usize>>,
    /// Its expressions of time.
    pub times: Vec<TimeExpr>,
    /// Its places.
    pub places: Places,
    /// Its triggers.
    pub told: Vec<Told>,
    /// Its counts of people, those that are told as true.
    pub counts: Vec<Bound>,
    /// Numbers told town by town: "Aktobe – nine, Shymkent – five", with the site.
    pub shares: Vec<(usize, Bound)>,
    /// "the country", the ministry that speaks for it.
    pub whole_country: bool,
    /// "across the country": what is told happened in no one town.
    pub nationwide: bool,
    /// "the capital", without its name.
    pub capital: bool,
}

/// A trigger with how it is told.
#[derive(Debug, Clone)]
pub struct Told {
    /// The words.
    pub trigger: Trigger,
    /// Whether it happened.
    pub status: Status,
    /// The words that say that it did not, or not now.
    pub cue: Option<Range<usize>>,
    /// The expression of time that belongs to it, by number in the scene.
    pub time: Option<usize>,
    /// That time may as well belong to something told later in the sentence.
    pub loose_time: bool,
    /// "had said earlier".
    pub earlier: bool,
}

impl Told {
    /// Whether it is told as having happened, and is news.
    pub fn is_live(&self) -> bool {
        matches!(self.status, Status::Reported | Status::Claimed)
    }
}

impl<'t> Reading<'t> {
    /// Reads a document; `None` when its language has no tables.
    pub fn new(text: &'t Text<'t>, sites: &[Site], published: Option<Date>) -> Option<Self> {
        let mut marks = Marks::new(text, Lexicon::of(text.lang)?);
        for site in sites {
            marks.add_slot("{place}", site.tokens.clone());
        }
        let numbers = numbers::find(&marks);
        let times = time::find(&mut marks, &numbers, published);
        let scenes = (0..text.sentences.len()).map(|i| scene(&marks, i, sites, &numbers, &times, published)).collect();
        Some(Self { marks, scenes })
    }
}

fn scene(marks: &Marks<'_>, number: usize, sites: &[Site], numbers: &[Number], times: &[TimeExpr], published: Option<Date>) -> Scene {
    let sentence = &marks.text.sentences[number];
    let tokens = sentence.tokens.clone();
    let from = |token: usize| times.partition_point(|t| t.tokens.start < token);
    let all_times: Vec<TimeExpr> = times[from(tokens.start)..from(tokens.end)].to_vec();
    let mut times = all_times.clone();
    let cuts = clauses::split(marks, &tokens);
    let links = marks.matches(Table::Links, tokens.clone());
    let mut places = link::places(marks, &links, sites, &tokens, &cuts);
    leave_out_dateline(marks, &places, sites, &tokens, &mut times);
    let cues = Cues::find(marks, &tokens, &cuts);
    let mut told: Vec<Told> = triggers::find(marks, tokens.clone())
        .into_iter()
        .filter(|trigger| !times.iter().any(|t| t.tokens.contains(&trigger.at())))
        .map(|trigger| {
            let time = status::time_of(&times, &cuts, trigger.at());
            let (status, cue) = cues.status(marks, trigger.at(), time.map(|t| t.0), published);
            let loose_time = time.is_some_and(|t| !t.1);
            let time = time.map(|t| t.0).filter(|t| matches!(t.when, When::On(_))).and_then(|t| times.iter().position(|o| o == t));
            let earlier = cues.is_earlier(trigger.at());
            Told { trigger, status, cue, time, loose_time, earlier }
        })
        .collect();
    let counts: Vec<Bound> = counts::find(marks, numbers, &tokens, &cuts, &all_times)
        .into_iter()
        .filter(|bound| {
            let told = |at: usize| cues.status(marks, at, status::time_of(&times, &cuts, at).map(|t| t.0), published).0;
            let live = |status: Status| match status {
                Status::Reported | Status::Claimed => true,
                // People under rubble are told as "may be", "not found yet".
                Status::Hypothetical | Status::Negated => bound.field == CountField::Missing,
                _ => false,
            };
            // "First put at 50 dead, the toll rose to 59": the new toll, whatever the old one was.
            (bound.update || live(told(bound.cue))) && live(told(bound.at))
        })
        .collect();
    // Sport and markets speak in the words of violence and disaster.
    let casualties = counts.iter().any(|c| !matches!(c.field, CountField::Participants | CountField::Missing));
    if cues.is_figurative() && !casualties {
        told.retain(|t| !triggers::is_metaphor(t.trigger.event_type));
    }
    let says = |label: &str| links.iter().any(|m| marks.lexicon.label(m.label) == label);
    let (whole_country, nationwide, capital) = (says("country"), says("nationwide"), says("capital"));
    for group in &mut places.groups {
        // A place of which something planned, denied or past is told is none for what happened.
        let at = group.tokens.start;
        let clause = &cuts[clauses::of(&cuts, at)];
        let time = times.iter().find(|t| clause.contains(&t.tokens.start));
        let (told, _) = cues.status(marks, at, time, published);
        let sure_background = told == Status::Background && time.is_some();
        group.live = !(sure_background || matches!(told, Status::Denied | Status::Planned | Status::Hypothetical));
    }
    let shares = shares(marks, numbers, sites, &tokens, &counts);
    let (role, paragraph) = (sentence.role, sentence.paragraph);
    Scene { sentence: number, role, paragraph, tokens, cuts, times, places, told, counts, shares, whole_country, nationwide, capital }
}

/// "مأرب، الجمعة ٨ ربيع الآخر - سقط صاروخ مساء الخميس": the day of a dateline is that of the report, when the
/// sentence tells another.
fn leave_out_dateline(marks: &Marks<'_>, places: &Places, sites: &[Site], tokens: &Range<usize>, times: &mut Vec<TimeExpr>) {
    const REACH_TOKENS: usize = 16;
    let Some(town) = places.dateline else { return };
    let reach = sites[town].tokens.end..(sites[town].tokens.end + REACH_TOKENS).min(tokens.end);
    let dash = reach.into_iter().find(|&at| marks.is_dash(at));
    if let Some(dash) = dash
        && times.iter().any(|t| t.tokens.start > dash && matches!(t.when, When::On(_)))
    {
        times.retain(|t| t.tokens.start > dash);
    }
}

/// "Ақтөбеде – тоғыз, Шымкентте – бес": a number after a place and a dash is that place's share of what
/// the sentence counts.
fn shares(marks: &Marks<'_>, numbers: &[Number], sites: &[Site], tokens: &Range<usize>, counts: &[Bound]) -> Vec<(usize, Bound)> {
    let Some(counted) = counts.first() else { return Vec::new() };
    let text = marks.text;
    let from = |token: usize| numbers.partition_point(|n| n.core.start < token);
    let inside = numbers[from(tokens.start)..from(tokens.end)].iter().filter(|n| n.tokens.start > 0);
    let shares = inside.filter_map(|n| {
        let site = link::within(sites, tokens)
            .find(|&s| sites[s].tokens.end + 1 == n.tokens.start && marks.is_dash_or_colon(sites[s].tokens.end))?;
        let first = text.tokens[n.tokens.start].span;
        let span = first.cover(text.tokens[n.tokens.end - 1].span);
        let bound = Bound { value: n.count()?, qualifier: n.qualifier, span, at: n.core.start, update: false, ..counted.clone() };
        Some((site, bound))
    });
    // One alone is a dateline or an aside: "NAIROBI, Kenya — Two people were shot".
    let shares: Vec<(usize, Bound)> = shares.collect();
    if shares.len() > 1 { shares } else { Vec::new() }
}

/// The types of incident that a text tells by its words, with how each is told; places and days
/// are not asked for. Empty when its language has no tables.
pub fn told(text: &Text<'_>) -> Vec<(&'static str, Status)> {
    let reading = Reading::new(text, &[], None);
    let scenes = reading.iter().flat_map(|r| &r.scenes);
    scenes.flat_map(|s| &s.told).map(|t| (t.trigger.event_type, t.status)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incidents::cases;

    #[test]
    fn types_are_told_as_the_cases_of_each_language_say() {
        cases::check(cases::TRIGGERS, |case| {
            let text = Text::new(&case.text, Some(case.lang));
            let live = told(&text).into_iter().filter(|(_, status)| matches!(status, Status::Reported | Status::Claimed));
            let mut types: Vec<String> = Vec::new();
            for (event_type, _) in live {
                if !types.iter().any(|known| known == event_type) {
                    types.push(event_type.to_owned());
                }
            }
            // The order is that of the case where it names the same types.
            let mut wanted = case.want.clone();
            wanted.sort();
            let mut sorted = types.clone();
            sorted.sort();
            if sorted == wanted { case.want.clone() } else { types }
        });
    }
}
