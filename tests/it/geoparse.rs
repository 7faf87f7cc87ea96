//! Place names in texts, through the whole analysis: what must hold of any text, cases that were
//! once wrong, and figures that must not fall.

use std::path::PathBuf;
use std::sync::LazyLock;

use oqiga::gazetteer::{Class, Gazetteer};
use oqiga::intake::Document;
use oqiga::mentions::Usage;
use oqiga::pipeline::{Analyst, Report};
use oqiga::text::offsets::CodePoints;
use oqiga::text::{Lang, Span};
use proptest::prelude::*;

static ANALYST: LazyLock<Analyst> = LazyLock::new(|| Analyst::new(Gazetteer::bundled().expect("the gazetteer opens")));

fn read(text: &str, lang: Option<&str>) -> Report {
    let lang = lang.and_then(Lang::parse);
    ANALYST.geoparse(&Document { text: text.to_owned(), lang, ..Document::default() })
}

/// What is read in a text: the written name, and main name and country of its place.
fn places(text: &str, lang: &str) -> Vec<String> {
    let report = read(text, Some(lang));
    let of_places = report.toponyms.iter().filter(|t| t.is_place_reference());
    of_places
        .map(|toponym| {
            let place = toponym.resolution.place.map(|id| ANALYST.gazetteer().place(id));
            let country = place.and_then(|p| p.country()).map_or("-".to_owned(), |c| c.as_str().to_owned());
            format!("{} = {} {country}", &text[toponym.mention.span.range()], place.map_or("?", |p| p.name()))
        })
        .collect()
}

#[track_caller]
fn check(lang: &str, text: &str, want: &[&str]) {
    assert_eq!(places(text, lang), want, "{text}");
}

#[test]
fn the_words_of_a_hashtag_are_read_as_a_name() {
    check("ar", "سيول في #حفر_الباطن اليوم", &["حفر_الباطن = Hafar Al-Batin SA"]);
}

#[test]
fn the_preposition_on_is_not_the_given_name_ali() {
    check("ar", "شنت الطائرات غارات على نابلس", &["نابلس = Nablus PS"]);
    check("ar", "هجوم بالصواريخ على حلب أمس", &["حلب = Aleppo SY"]);
    check("ar", "وصل الرئيس إلي القاهرة، والهجوم علي نابلس مستمر", &["القاهرة = Cairo EG", "نابلس = Nablus PS"]);
    let usage = |text: &str| read(text, Some("ar")).toponyms.iter().map(|t| t.mention.usage).collect::<Vec<_>>();
    assert!(!usage("قال علي نابلس إنه سيعود").contains(&Usage::Literal));
}

#[test]
fn a_word_of_a_hashtag_tells_the_topic_and_a_repeated_hashtag_labels_the_post() {
    check("ar", "سيول في الفروانية الآن #أمطار_الكويت", &["الفروانية = Al Farwānīyah KW"]);
    check("ar", "أمطار غزيرة على الرياض #الرياض", &["الرياض = Riyadh SA"]);
    // The topic is kept all the same, for incidents of posts that say no more.
    let report = read("دمار هائل وجرحى في الشوارع #انفجار_بيروت", Some("ar"));
    assert!(report.toponyms.iter().any(|t| t.mention.usage == Usage::Topic && t.resolution.place.is_some()));
}

#[test]
fn a_virus_is_no_town() {
    check("ar", "تسجيل إصابات جديدة بفيروس كورونا في الرياض", &["الرياض = Riyadh SA"]);
}

#[test]
fn a_state_code_behind_its_town_is_the_state() {
    let report = read("The storm reached Nashville, TN on Sunday, police said.", Some("en"));
    let levels: Vec<_> = report.toponyms.iter().map(|t| t.resolution.level).collect();
    assert_eq!(levels, [Some(Class::City), Some(Class::Admin1)]);
}

#[test]
fn a_word_for_a_people_is_no_place_even_where_a_list_has_it_as_a_name() {
    check("en", "Syrian forces entered Aleppo on Friday.", &["Aleppo = Aleppo SY"]);
}

#[test]
fn a_capital_that_speaks_is_the_city_and_not_the_state_of_its_name() {
    let report = read("The sanctions would stay, Washington said on Tuesday.", Some("en"));
    let toponym = &report.toponyms[0];
    assert_eq!((toponym.mention.usage, toponym.resolution.level), (Usage::Metonym, Some(Class::City)));
}

#[test]
fn a_body_of_states_is_no_place_where_something_happens() {
    let report = read("The Collective Security Treaty Organization will send troops to Kazakhstan.", Some("en"));
    let literal = report.toponyms.iter().filter(|t| t.mention.usage == Usage::Literal);
    let levels: Vec<_> = literal.map(|t| t.resolution.level).collect();
    assert_eq!(levels, [Some(Class::Country)]);
}

#[test]
fn kazakh_is_read_in_both_alphabets() {
    let cyrillic = places("Қызылордада сауда үйі құлады.", "kk");
    assert_eq!(cyrillic.len(), 1, "{cyrillic:?}");
    let latin = places("Qyzylordada salynyp jatqan sauda üiı qūlady.", "kk");
    let place = |found: &[String]| found[0].split(" = ").nth(1).map(str::to_owned);
    assert_eq!(place(&cyrillic), place(&latin));
}

#[test]
fn nothing_that_can_be_pasted_stops_the_analysis() {
    let joiner = "\u{200D}";
    let bidi = "\u{202E}London\u{202C} and \u{200F}القاهرة\u{200E}";
    for text in [
        "",
        " ",
        "\0",
        "💥🔥",
        joiner,
        bidi,
        "<p>Paris</p><script>1</script>",
        "Ä\u{308}\u{308}\u{308}Berlin",
        "A.B.C.D.E.F",
        ",,,,((((",
        "#_#_#_",
    ] {
        for lang in [None, Some("ar"), Some("kk"), Some("ru"), Some("xx")] {
            read(text, lang);
        }
    }
    let line = "Пожар в Актау, مدينة ".repeat(20_000);
    assert!(read(&line, None).toponyms.len() > 1_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn spans_lie_on_characters_of_the_original_in_order_and_apart(
        words in proptest::collection::vec(
            prop_oneof![
                Just("London".to_owned()), Just("في".to_owned()), Just("وبالقاهرة".to_owned()), Just("Алматыдағы".to_owned()),
                Just("Усть-Каменогорске".to_owned()), Just("#".to_owned()), Just("_".to_owned()), Just("\u{200F}".to_owned()),
                Just("12 km north of".to_owned()), Just("43.65, 51.2".to_owned()), Just("е\u{301}".to_owned()), "\\PC{0,6}",
            ],
            0..24,
        ),
        glue in prop_oneof![Just(" "), Just(""), Just("\n"), Just(", ")],
        lang in prop_oneof![Just(None), Just(Some("ar")), Just(Some("en")), Just(Some("kk")), Just(Some("ru")), Just(Some("uk"))],
    ) {
        let text = words.join(glue);
        let report = read(&text, lang);
        let points = CodePoints::new(&text);
        let mut last = Span::new(0, 0);
        for toponym in &report.toponyms {
            let span = toponym.mention.span;
            prop_assert!(text.get(span.range()).is_some_and(|name| !name.is_empty()), "{span:?} of {text:?}");
            prop_assert!(span.start >= last.end, "{span:?} after {last:?} in {text:?}");
            let [start, end] = points.span(span);
            prop_assert!(start < end && end <= text.chars().count());
            prop_assert!((0.0..=1.0).contains(&toponym.resolution.confidence));
            last = span;
        }
    }
}

/// The folder of the evaluation data, or `None` when it is not there.
fn evaluation_data() -> Option<PathBuf> {
    let folder = std::env::var_os("OQIGA_EVAL_DATA").map_or_else(|| PathBuf::from("../shared"), PathBuf::from).join("corpora/geoparse");
    if !folder.is_dir() {
        println!("skipped: the evaluation data is not at {}; set OQIGA_EVAL_DATA", folder.display());
        return None;
    }
    Some(folder)
}

/// Overlap F1 on every tenth text of a corpus that no weights were fitted to.
fn overlap_f1(corpus: &PathBuf) -> f64 {
    let lines = std::fs::read_to_string(corpus).expect("a readable corpus");
    let (mut right, mut found, mut gold) = (0usize, 0usize, 0usize);
    for line in lines.lines().step_by(10) {
        let document: serde_json::Value = serde_json::from_str(line).expect("a document a line");
        let text = document["text"].as_str().expect("a text");
        let names = document["toponyms"].as_array().expect("names");
        let span = |name: &serde_json::Value| name["start"].as_u64().zip(name["end"].as_u64()).map(|(a, b)| (a as usize, b as usize));
        let (ignored, wanted): (Vec<_>, Vec<_>) = names.iter().partition(|name| name["ignore"] == true);
        let [ignored, wanted] = [ignored, wanted].map(|list| list.into_iter().filter_map(span).collect::<Vec<_>>());
        let points = CodePoints::new(text);
        let report = read(text, document["lang"].as_str());
        let overlaps = |a: (usize, usize), b: (usize, usize)| a.0 < b.1 && b.0 < a.1;
        let mut free = wanted.clone();
        gold += wanted.len();
        for toponym in report.toponyms.iter().filter(|t| t.is_place_reference()) {
            let [start, end] = points.span(toponym.mention.span);
            match free.iter().position(|name| overlaps(*name, (start, end))) {
                Some(at) => {
                    free.remove(at);
                    right += 1;
                    found += 1;
                }
                None => found += usize::from(!ignored.iter().any(|name| overlaps(*name, (start, end)))),
            }
        }
    }
    2.0 * right as f64 / (found + gold) as f64
}

#[test]
fn the_figures_on_texts_not_learnt_from_do_not_fall() {
    let Some(folder) = evaluation_data() else { return };
    // What was reached, less what a tenth of a corpus wavers.
    for (corpus, least) in [("geocorpora", 0.74), ("nerel", 0.89), ("bsnlp_ru", 0.84), ("bsnlp_uk", 0.72), ("anercorp", 0.77)] {
        let f1 = overlap_f1(&folder.join(format!("{corpus}.jsonl")));
        println!("{corpus}: overlap F1 {f1:.3}");
        assert!(f1 >= least, "overlap F1 on {corpus} fell to {f1:.3}, below {least}");
    }
}
