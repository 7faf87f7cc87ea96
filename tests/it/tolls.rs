//! How many were killed, injured and arrested, in passages that were written without sight of the rules.

use std::collections::BTreeMap;

use oqiga::gazetteer::Gazetteer;
use oqiga::incidents::{CountField, Status};
use oqiga::intake::Document;
use oqiga::pipeline::Analyst;
use oqiga::text::Lang;

/// Those killed, injured and arrested of every incident told as news, by field.
fn tolls(analyst: &Analyst, lang: &str, text: &str) -> BTreeMap<&'static str, Vec<u64>> {
    let document = Document {
        text: text.to_owned(),
        lang: Lang::parse(lang),
        published: Some("2024-10-17".parse().expect("a day")),
        ..Document::default()
    };
    let mut tolls: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for incident in analyst.extract(&document).incidents {
        let counts = incident.counts.iter().filter(|_| matches!(incident.status, Status::Reported | Status::Claimed));
        for count in counts.filter(|c| matches!(c.field, CountField::Killed | CountField::Injured | CountField::Arrested)) {
            tolls.entry(count.field.as_str()).or_default().push(count.value);
        }
    }
    tolls
}

fn analyst() -> Analyst {
    Analyst::new(Gazetteer::bundled().expect("the gazetteer opens"))
}

/// Whether each field has one number that is wanted, and no other field has any.
fn is_right(found: &BTreeMap<&str, Vec<u64>>, wanted: &str) -> bool {
    let wanted: BTreeMap<&str, Vec<Option<u64>>> = wanted
        .split("; ")
        .filter_map(|count| count.split_once(' '))
        .map(|(field, values)| (field, values.split('|').map(|value| value.parse().ok()).collect()))
        .collect();
    let of_field = |field: &&str, values: &Vec<Option<u64>>| match found.get(*field).map_or(&[][..], Vec::as_slice) {
        [] => values.contains(&None),
        [one] => values.contains(&Some(*one)),
        _ => false,
    };
    wanted.iter().all(|(field, values)| of_field(field, values)) && found.keys().all(|field| wanted.contains_key(field))
}

#[test]
fn the_tolls_of_most_passages_are_right_in_every_language() {
    let analyst = analyst();
    let mut tally: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for row in include_str!("tolls.tsv").lines().filter(|row| !row.starts_with('#')) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [lang, text, wanted] = cells[..] else { panic!("three columns are wanted: {row}") };
        let (right, all) = tally.entry(lang).or_default();
        *right += usize::from(is_right(&tolls(&analyst, lang, text), wanted));
        *all += 1;
    }
    println!("tolls right: {tally:?}");
    for (lang, (right, all)) in tally {
        assert!(right * 100 >= all * 78, "{lang}: {right} of {all}");
    }
}

#[test]
fn those_who_die_later_are_added_and_a_new_toll_replaces_the_old() {
    let analyst = analyst();
    let check = |lang: &str, text: &str, wanted: &str| {
        let found = tolls(&analyst, lang, text);
        assert!(is_right(&found, wanted), "{text}: {found:?}");
    };
    check("en", "A wall collapsed in Navi Mumbai on Tuesday. Two workers died on the spot. A third succumbed to his injuries.", "killed 3");
    check("en", "A bomb in Quetta on Monday killed five people. Another two died in hospital.", "killed 7");
    check("en", "A bomb in Quetta on Monday killed five people. The toll later rose to nine.", "killed 9");
    check("en", "Clashes in Quetta on Monday left dozens of people injured. Doctors said 34 people were hurt.", "injured 34");
    check("ru", "Стена рухнула в Актау во вторник. Двое рабочих погибли на месте, третий умер в больнице.", "killed 3");
    check("ar", "انهار جدار في حلوان الثلاثاء، فقتل اثنان على الفور وتوفي ثالث في المستشفى متأثرا بجراحه.", "killed 3");
}
