//! Who took part, as written, with the role that the words suggest.

use super::Actor;
use super::rules::{Marks, Table};
use super::scene::Scene;

/// No incident lists more.
const ACTORS_MAX: usize = 8;

/// The actors that some sentences name.
pub fn find<'s>(marks: &Marks<'_>, scenes: impl Iterator<Item = &'s Scene>) -> Vec<Actor> {
    let mut actors: Vec<Actor> = Vec::new();
    for scene in scenes {
        for m in marks.matches(Table::Actors, scene.tokens.clone()) {
            let role = match marks.lexicon.label(m.label) {
                "protester" => "participant",
                "security" => "security_forces",
                "attacker" => "perpetrator",
                "victim" => "victim",
                "authority" => "authority",
                _ => continue,
            };
            let name = marks.text.slice(marks.text.span_over(&m.tokens)).to_owned();
            let known = actors.iter().any(|a| a.name.to_lowercase().contains(&name.to_lowercase()));
            if !known && actors.len() < ACTORS_MAX {
                actors.retain(|a| a.role != role || !name.to_lowercase().contains(&a.name.to_lowercase()));
                actors.push(Actor { name, role: role.to_owned() });
            }
        }
    }
    actors
}
