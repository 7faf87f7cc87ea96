//! The 29 types of incident in 7 groups, as data (`taxonomy.json`, shared with the browser map).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// The taxonomy that ships with the program.
pub static TAXONOMY: LazyLock<Taxonomy> = LazyLock::new(|| {
    let types = serde_json::from_str(include_str!("taxonomy.json")).expect("taxonomy.json is checked by a test");
    Taxonomy { types }
});

/// All types of incident, in the order of the data file.
#[derive(Debug, Clone)]
pub struct Taxonomy {
    /// The types.
    pub types: Vec<EventType>,
}

/// One type of incident with its labels and its counterparts in other codebooks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EventType {
    /// Identifier, such as `road_accident`.
    pub id: String,
    /// The group it belongs to.
    pub group: EventGroup,
    /// Colour of the group, `#RRGGBB` (Okabe-Ito palette).
    pub colour: String,
    /// ACLED event type, when it has a counterpart.
    pub acled_event_type: Option<String>,
    /// ACLED sub-event type, when it has a counterpart.
    pub acled_sub_event_type: Option<String>,
    /// PLOVER event category, when it has a counterpart.
    pub plover: Option<String>,
    /// Labels by language code.
    pub label: BTreeMap<String, String>,
}

/// The seven groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventGroup {
    /// Protests, riots, strikes.
    Unrest,
    /// Clashes, attacks, bombings, shelling, abductions.
    Violence,
    /// Operations, arrests, seizures, emergency measures, deployments.
    Security,
    /// Changes of government, agreements. Off the map by default.
    Politics,
    /// Earthquakes, floods, storms, landslides, fires.
    Disaster,
    /// Industrial, road, transport accidents and collapses.
    Accident,
    /// Anything else.
    Other,
}

impl Taxonomy {
    /// The type with this identifier.
    pub fn get(&self, id: &str) -> Option<&EventType> {
        self.types.iter().find(|t| t.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_taxonomy_holds_29_types_in_7_groups_labelled_in_four_languages() {
        assert_eq!(TAXONOMY.types.len(), 29);
        let groups: std::collections::BTreeSet<_> = TAXONOMY.types.iter().map(|t| t.group).collect();
        assert_eq!(groups.len(), 7);
        for event_type in &TAXONOMY.types {
            for lang in ["en", "ar", "ru", "kk"] {
                assert!(event_type.label.contains_key(lang), "{} lacks a label in {lang}", event_type.id);
            }
        }
    }
}
