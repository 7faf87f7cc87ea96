//! Words that tell the type of an incident, and how the types stand to each other.
//!
//! The words are data (`triggers.tsv`). Of matches that share a word the longest wins, then the more
//! special type; a `none` line takes words away ("a storm of criticism"). A label with `?` holds weak
//! words, people or things of an incident ("protesters", "explosion"), that give way to any other; one
//! with `+` an incident of its own that never is a part of another kind ("armed clashes").

use std::ops::Range;

use super::rules::{Marks, Match, Table};
use super::{EventGroup, TAXONOMY};

/// A trigger in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// Identifier of the type.
    pub event_type: &'static str,
    /// The tokens from the first to the last word.
    pub tokens: Range<usize>,
    /// The words themselves.
    pub steps: Vec<usize>,
    /// Tells the type only when no other word does.
    pub weak: bool,
    /// No part of an incident of another group.
    pub own: bool,
}

impl Trigger {
    /// The word that stands for it.
    pub fn at(&self) -> usize {
        self.steps[0]
    }
}

/// All triggers of a sentence, in order.
pub fn find(marks: &Marks<'_>, sentence: Range<usize>) -> Vec<Trigger> {
    let mut matches = marks.matches(Table::Triggers, sentence);
    matches.sort_by_key(|m| {
        let label = marks.lexicon.label(m.label);
        let name = label.trim_end_matches(['?', '+']);
        (std::cmp::Reverse(m.steps.len()), label != "none", label.ends_with('?'), std::cmp::Reverse(dominance(name)), m.tokens.len())
    });
    let mut taken: Vec<u32> = Vec::new();
    let mut triggers: Vec<Trigger> = Vec::new();
    for m in matches {
        if m.steps.iter().any(|step| taken.contains(step)) {
            continue;
        }
        taken.extend_from_slice(&m.steps);
        let Some(found) = trigger(marks, &m) else { continue };
        // Words of one type side by side are one phrase: "the explosion of a device".
        let is_same_phrase = |other: &Trigger| other.event_type == found.event_type && touch(&other.tokens, &found.tokens);
        if !triggers.iter().any(is_same_phrase) {
            triggers.push(found);
        }
    }
    triggers.sort_by_key(Trigger::at);
    triggers
}

/// Whether two runs of tokens stand side by side.
fn touch(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.end == b.start || b.end == a.start
}

fn trigger(marks: &Marks<'_>, m: &Match) -> Option<Trigger> {
    let label = marks.lexicon.label(m.label);
    let event_type = &TAXONOMY.get(label.trim_end_matches(['?', '+']))?.id;
    let steps = m.steps.iter().map(|&s| s as usize).collect();
    Some(Trigger { event_type, tokens: m.tokens.clone(), steps, weak: label.ends_with('?'), own: label.ends_with('+') })
}

/// Which type an incident has when the text uses words of several: the higher one. Weapons decide
/// over wounds, causes over consequences, unrest over what the police do about it.
pub fn dominance(event_type: &str) -> u8 {
    match event_type {
        "abduction" => 95,
        "bombing" => 94,
        "air_strike" => 93,
        "shelling" => 92,
        "earthquake" => 90,
        "storm" => 88,
        "landslide" => 87,
        "flood" => 86,
        "transport_accident" => 84,
        "road_accident" => 83,
        "structure_collapse" => 82,
        "industrial_accident" => 80,
        "protest_dispersed" => 78,
        "mob_violence" => 77,
        "riot" => 79,
        "looting" => 74,
        "strike" => 72,
        "protest" => 70,
        "security_operation" => 62,
        "clash" => 60,
        "attack" => 58,
        "arrest" => 55,
        "weapons_seizure" => 54,
        "deployment" => 48,
        "emergency_measure" => 47,
        "government_change" => 46,
        "agreement" => 45,
        "fire" => 40,
        _ => 0,
    }
}

/// The group of a type.
pub fn group(event_type: &str) -> EventGroup {
    TAXONOMY.get(event_type).map_or(EventGroup::Other, |t| t.group)
}

/// Whether the words of a type are used of sport and markets: "a storm", "a collapse", "an attack".
pub fn is_metaphor(event_type: &str) -> bool {
    matches!(group(event_type), EventGroup::Violence | EventGroup::Disaster | EventGroup::Accident)
        || matches!(event_type, "riot" | "looting")
}

/// Whether words of both types may tell of one incident.
pub fn compatible(a: &str, b: &str) -> bool {
    a == b || same_kind(a, b) || follows(a, b) || follows(b, a)
}

/// Types of one group that are told with each other's words.
fn same_kind(a: &str, b: &str) -> bool {
    const ALONE: [&str; 2] = ["emergency_measure", "deployment"];
    match (group(a), group(b)) {
        (EventGroup::Unrest, EventGroup::Unrest) | (EventGroup::Violence, EventGroup::Violence) => true,
        (EventGroup::Security, EventGroup::Security) => !ALONE.contains(&a) && !ALONE.contains(&b),
        (EventGroup::Disaster, EventGroup::Disaster) => {
            matches!((a, b), ("flood", "landslide" | "storm") | ("landslide" | "storm", "flood"))
        }
        (EventGroup::Accident, EventGroup::Accident) => {
            let vehicles = |t| matches!(t, "road_accident" | "transport_accident");
            vehicles(a) == vehicles(b)
        }
        _ => false,
    }
}

/// Whether `consequence` is told as part of `main`: arrests at a protest, the fire after a strike.
fn follows(main: &str, consequence: &str) -> bool {
    match group(main) {
        EventGroup::Unrest => {
            matches!(consequence, "arrest" | "attack" | "clash" | "fire" | "security_operation")
        }
        EventGroup::Violence => {
            matches!(consequence, "fire" | "industrial_accident" | "structure_collapse" | "security_operation")
                || (main == "clash" && consequence == "arrest")
        }
        EventGroup::Security => main == "security_operation" && matches!(consequence, "clash" | "attack"),
        EventGroup::Disaster => match main {
            "earthquake" => matches!(consequence, "structure_collapse" | "landslide"),
            "storm" => matches!(consequence, "structure_collapse" | "flood" | "landslide"),
            "fire" => consequence == "structure_collapse",
            _ => false,
        },
        EventGroup::Accident => matches!(consequence, "fire"),
        EventGroup::Politics | EventGroup::Other => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incidents::rules::Lexicon;
    use crate::text::{Lang, Text};

    fn check(lang: Lang, text: &str, want: &[&str]) {
        let cut = Text::new(text, Some(lang));
        let marks = Marks::new(&cut, Lexicon::of(lang).expect("has tables"));
        let got: Vec<&str> = cut.sentences.iter().flat_map(|s| find(&marks, s.tokens.clone())).map(|t| t.event_type).collect();
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn nouns_and_verbs_tell_the_type() {
        check(Lang::EN, "Bandits kidnapped twelve farmers", &["abduction"]);
        check(Lang::RU, "Автобус столкнулся с грузовиком", &["road_accident"]);
        check(Lang::KK, "Жұмысшылар ереуілге шықты", &["strike"]);
        check(Lang::AR, "وقتل شخصان في غارة على سيارة", &["air_strike"]);
    }

    #[test]
    fn the_special_beats_the_general() {
        check(Lang::EN, "A gas explosion at a factory", &["industrial_accident"]);
        check(Lang::EN, "A car bomb in the market", &["bombing"]);
        check(Lang::AR, "انفجار عبوة ناسفة", &["bombing"]);
        check(Lang::RU, "дроны атаковали порт", &["air_strike"]);
    }

    #[test]
    fn metaphors_sports_and_markets_are_no_incidents() {
        check(Lang::EN, "The tenge weathers the storm of criticism", &[]);
        check(Lang::EN, "an explosion in consumer lending and an attack on inflation", &[]);
        check(Lang::RU, "Обвал тенге: чего ждать от рынка", &[]);
        check(Lang::RU, "взрыв эмоций", &[]);
        check(Lang::AR, "عاصفة من الرسوم الجمركية", &[]);
        check(Lang::KK, "өрт сөндіру кемелері", &[]);
        check(Lang::RU, "это бомба замедленного действия", &[]);
        check(Lang::RU, "рухнула крыша рынка", &["structure_collapse"]);
        check(Lang::EN, "shelling of the prison", &["shelling"]);
    }
}
