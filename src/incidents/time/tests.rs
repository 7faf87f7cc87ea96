//! What expressions of time mean, in four languages.

use crate::text::Lang;

use super::*;
use crate::incidents::numbers;
use crate::incidents::rules::Lexicon;
use crate::text::Text;

fn times(lang: Lang, published: Option<&str>, text: &str) -> Vec<(String, When)> {
    let cut = Text::new(text, Some(lang));
    let mut marks = Marks::new(&cut, Lexicon::of(lang).expect("has tables"));
    let numbers = numbers::find(&marks);
    let published = published.map(|p| p.parse().expect("a date"));
    find(&mut marks, &numbers, published).into_iter().map(|t| (cut.slice(t.span).to_owned(), t.when)).collect()
}

fn check(lang: Lang, published: &str, text: &str, start: &str, end: &str) {
    let got = times(lang, Some(published), text);
    let days = got.iter().find_map(|(_, when)| match when {
        When::On(i) => Some((i.start.to_string(), i.end.to_string())),
        _ => None,
    });
    assert_eq!(days, Some((start.into(), end.into())), "{text}: {got:?}");
}

#[test]
fn weekdays_are_the_latest_on_or_before_publication() {
    check(Lang::EN, "2023-11-27", "overturned early on Monday", "2023-11-27", "2023-11-27");
    check(Lang::EN, "2024-08-06", "on Monday night", "2024-08-05", "2024-08-05");
    check(Lang::AR, "2024-05-02", "بدأ يوم الاثنين الماضي", "2024-04-29", "2024-04-29");
    check(Lang::RU, "2024-07-10", "в минувшую пятницу", "2024-07-05", "2024-07-05");
    check(Lang::KK, "2024-03-18", "Жексенбі күні Ақтауда", "2024-03-17", "2024-03-17");
    check(Lang::KK, "2025-04-08", "Qyzylordada jeksenbı künı tüste", "2025-04-06", "2025-04-06");
}

#[test]
fn nights_days_and_weeks_are_intervals() {
    check(Lang::RU, "2023-06-13", "в ночь на вторник сгорел дом", "2023-06-12", "2023-06-13");
    check(Lang::RU, "2023-06-13", "На прошлой неделе", "2023-06-05", "2023-06-11");
    check(Lang::RU, "2025-04-16", "Прошедшей ночью", "2025-04-15", "2025-04-16");
    check(Lang::KK, "2024-04-25", "бейсенбіге қараған түні", "2024-04-24", "2024-04-25");
    check(Lang::EN, "2024-10-17", "for a third day on Thursday", "2024-10-15", "2024-10-17");
    check(Lang::EN, "2024-10-17", "It happened over the weekend.", "2024-10-12", "2024-10-13");
    check(Lang::AR, "2026-04-23", "لليوم الثاني على التوالي", "2026-04-22", "2026-04-23");
    check(Lang::RU, "2025-01-08", "со вторника не выходят", "2025-01-07", "2025-01-08");
    check(Lang::KK, "2024-10-16", "дүйсенбіден бері", "2024-10-14", "2024-10-16");
}

#[test]
fn neighbours_that_tell_one_day_are_joined() {
    check(Lang::AR, "2024-07-22", "مساء أمس الأحد", "2024-07-21", "2024-07-21");
    check(Lang::AR, "2025-08-05", "أمس الاثنين 4 أوت", "2025-08-04", "2025-08-04");
    check(Lang::AR, "2026-02-12", "أول أمس الثلاثاء", "2026-02-10", "2026-02-10");
    check(Lang::RU, "2024-11-05", "В субботу, 2 ноября", "2024-11-02", "2024-11-02");
    check(Lang::RU, "2023-09-25", "Тремя днями раньше, 21 сентября", "2023-09-21", "2023-09-21");
    let got = times(Lang::AR, Some("2024-07-22"), "قتل أربعة مساء أمس الأحد في البصرة");
    assert_eq!(got.len(), 1);
    assert_eq!(got[0].0, "مساء أمس الأحد");
}

#[test]
fn what_points_back_counts_from_the_day_told_before() {
    let last = |lang, published, text: &str| match times(lang, Some(published), text).last() {
        Some((_, When::On(i))) => i.start.to_string(),
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(last(Lang::RU, "2025-05-27", "ЧП произошло в воскресенье. Спустя день взорвался котёл."), "2025-05-26");
    assert_eq!(last(Lang::KK, "2025-05-14", "Сейсенбі күні шабуыл болды. Келесі күні таңертең бомба жарылды."), "2025-05-14");
    assert_eq!(last(Lang::AR, "2025-08-05", "اندلع أمس الاثنين. تم مساء اليوم نفسه إجلاء"), "2025-08-04");
    assert_eq!(last(Lang::EN, "2023-12-05", "It struck on Tuesday. Three hours later an aftershock came."), "2023-12-05");
}

#[test]
fn months_have_all_their_arab_names_and_hijri_ones() {
    check(Lang::AR, "2025-08-20", "في 4 أوت", "2025-08-04", "2025-08-04");
    check(Lang::AR, "2025-08-20", "في ٤ آب", "2025-08-04", "2025-08-04");
    check(Lang::AR, "2025-08-20", "يوم 4 غشت", "2025-08-04", "2025-08-04");
    check(Lang::AR, "2025-01-20", "في 4 كانون الثاني", "2025-01-04", "2025-01-04");
    check(Lang::AR, "2022-01-10", "منذ مطلع شهر يناير الحالي", "2022-01-01", "2022-01-10");
    check(Lang::AR, "2025-08-14", "منذ مطلع الأسبوع الجاري", "2025-08-10", "2025-08-14");
    check(Lang::AR, "2025-03-20", "في 10 رمضان 1446", "2025-03-10", "2025-03-10");
}

#[test]
fn without_a_day_of_publication_only_a_full_date_is_a_day() {
    let got = times(Lang::AR, None, "اليوم الاثنين ومنذ مطلع شهر يناير الحالي");
    assert!(got.iter().all(|(_, when)| !matches!(when, When::On(_))), "{got:?}");
    let got = times(Lang::EN, None, "on Monday, 10 January 2022");
    assert!(matches!(got[0].1, When::On(_)), "{got:?}");
}

#[test]
fn history_statistics_and_plans_are_told_apart() {
    let kinds = |lang, text: &str| times(lang, Some("2024-10-17"), text).into_iter().map(|t| t.1).collect::<Vec<_>>();
    assert!(matches!(kinds(Lang::EN, "two years ago")[..], [When::Background]));
    assert!(matches!(kinds(Lang::RU, "в ноябре прошлого года")[..], [When::Background]));
    assert!(matches!(kinds(Lang::EN, "since the start of the year")[..], [When::Statistic]));
    assert!(matches!(kinds(Lang::RU, "с января погибли")[..], [When::Statistic]));
    assert!(matches!(kinds(Lang::AR, "يوم الجمعة المقبل")[..], [When::Future]));
    assert!(matches!(kinds(Lang::AR, "كل صيف")[..], [When::Habitual]));
}

#[test]
fn pairs_and_ranges_of_days_are_intervals() {
    check(Lang::AR, "2023-11-18", "يومي الأربعاء والخميس", "2023-11-15", "2023-11-16");
    check(Lang::AR, "2025-09-12", "ليل الخميس الجمعة", "2025-09-11", "2025-09-12");
    check(Lang::EN, "2024-05-20", "It rained from 10 to 12 May.", "2024-05-10", "2024-05-12");
    check(Lang::EN, "2024-05-20", "Strikes on May 10-12 were called off.", "2024-05-10", "2024-05-12");
    check(Lang::RU, "2024-05-20", "С 10 по 12 мая шли дожди", "2024-05-10", "2024-05-12");
    check(Lang::RU, "2024-05-16", "в понедельник и вторник", "2024-05-13", "2024-05-14");
    check(Lang::KK, "2024-05-20", "10-12 мамыр аралығында", "2024-05-10", "2024-05-12");
}

#[test]
fn dates_are_read_in_figures_and_as_ordinals() {
    check(Lang::RU, "2024-05-20", "Это случилось 10.05.2024 утром", "2024-05-10", "2024-05-10");
    check(Lang::EN, "2024-05-20", "The file is dated 2024-05-10.", "2024-05-10", "2024-05-10");
    check(Lang::AR, "2024-05-20", "بتاريخ ١٠/٥/٢٠٢٤", "2024-05-10", "2024-05-10");
    check(Lang::RU, "2024-05-20", "двенадцатого мая", "2024-05-12", "2024-05-12");
    check(Lang::AR, "2024-05-20", "في الثاني عشر من مايو", "2024-05-12", "2024-05-12");
    check(Lang::EN, "2024-05-20", "on the 12th of May", "2024-05-12", "2024-05-12");
    // Both orders are possible in English: nothing is told.
    assert!(times(Lang::EN, Some("2024-05-20"), "dated 10/05/2024").iter().all(|(_, when)| !matches!(when, When::On(_))));
}

#[test]
fn the_past_days_and_parts_of_months_are_intervals() {
    check(Lang::EN, "2024-05-20", "over the past three days", "2024-05-17", "2024-05-20");
    check(Lang::RU, "2024-05-20", "за минувшие сутки", "2024-05-19", "2024-05-20");
    check(Lang::AR, "2024-05-20", "خلال اليومين الماضيين", "2024-05-18", "2024-05-20");
    check(Lang::KK, "2024-05-20", "соңғы тәулікте", "2024-05-19", "2024-05-20");
    check(Lang::EN, "2024-05-20", "in mid-May", "2024-05-11", "2024-05-20");
    check(Lang::RU, "2024-05-20", "в начале мая", "2024-05-01", "2024-05-10");
}
