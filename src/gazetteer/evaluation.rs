//! A benchmark of look-up across scripts that is made from the gazetteer itself: the names of a town in one
//! script are hidden, and one of them is looked up among the Latin names.
//!
//! The samples are drawn by a fixed rule, so that every run asks the same questions.
//!
//! An answer is right only when it is the very town that the name was hidden of. Of towns that share their main name
//! inside one country a name alone cannot say which is meant, and the most populous one is answered. So two figures
//! are told: of all queries, and of those that a name can answer, which leave out towns with a more populous namesake
//! in their country.

use std::collections::HashMap;

use super::likeness::likeness;
use super::{Class, Country, Gazetteer, LIKENESS_MIN, PlaceId, SoundModel, SoundSearch, Within};
use crate::text::{Script, name_key};

/// A group of queries of the benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuerySet {
    /// Arabic names of towns anywhere.
    ArabicWorld,
    /// Arabic names of towns of 50,000 inhabitants and more.
    ArabicLarge,
    /// Arabic names of towns of the five Central Asian states.
    ArabicCentralAsia,
    /// Arabic names of towns of Syria, Lebanon, Jordan, Palestine, Israel and Iraq.
    ArabicLevant,
    /// Cyrillic names of towns anywhere.
    CyrillicWorld,
    /// Cyrillic names of towns of the five Central Asian states.
    CyrillicCentralAsia,
    /// Cyrillic names of towns of the Levant.
    CyrillicLevant,
}

/// A hidden name and its town.
#[derive(Debug, Clone, Copy)]
pub struct HiddenName<'g> {
    /// The name that is looked up.
    pub name: &'g str,
    /// The town that it should find.
    pub place: PlaceId,
    /// The country of the town.
    pub country: Country,
    /// Whether a more populous town of the country has the same main name.
    pub has_namesake: bool,
}

/// Towns asked for in each set.
const QUERIES: usize = 800;
const CENTRAL_ASIA: [&str; 5] = ["KZ", "KG", "UZ", "TJ", "TM"];
const LEVANT: [&str; 6] = ["SY", "LB", "JO", "PS", "IL", "IQ"];

impl QuerySet {
    /// All sets.
    pub const ALL: [Self; 7] = [
        Self::ArabicWorld,
        Self::ArabicLarge,
        Self::ArabicCentralAsia,
        Self::ArabicLevant,
        Self::CyrillicWorld,
        Self::CyrillicCentralAsia,
        Self::CyrillicLevant,
    ];

    /// The words for it.
    pub fn title(self) -> &'static str {
        match self {
            Self::ArabicWorld => "Arabic, world",
            Self::ArabicLarge => "Arabic, 50,000 inhabitants",
            Self::ArabicCentralAsia => "Arabic, Central Asia",
            Self::ArabicLevant => "Arabic, Levant",
            Self::CyrillicWorld => "Cyrillic, world",
            Self::CyrillicCentralAsia => "Cyrillic, Central Asia",
            Self::CyrillicLevant => "Cyrillic, Levant",
        }
    }

    fn wants(self, country: Country, population: u64) -> bool {
        let country = country.as_str();
        match self {
            Self::ArabicWorld | Self::CyrillicWorld => true,
            Self::ArabicLarge => population >= 50_000,
            Self::ArabicCentralAsia | Self::CyrillicCentralAsia => CENTRAL_ASIA.contains(&country),
            Self::ArabicLevant | Self::CyrillicLevant => LEVANT.contains(&country),
        }
    }

    /// Whether a name is one that an Arab or Russian newspaper could print: in the letters of the script,
    /// without those that only other languages have.
    fn is_query(self, name: &str) -> bool {
        match self {
            Self::ArabicWorld | Self::ArabicLarge | Self::ArabicCentralAsia | Self::ArabicLevant => {
                // With a comma it is a title with the country after the name.
                Script::of(name) == Script::Arabic
                    && !name.contains('،')
                    && !name.contains(|c: char| "پچژگکیھہےۆۇۈۋېەڭٱںئڤڨۀټډړښڼۍٹڈڑڕڵ".contains(c))
            }
            _ => Script::of(name) == Script::Cyrillic,
        }
    }

    /// The queries of the set: one name each of towns drawn by a fixed rule.
    pub fn queries(self, gazetteer: &Gazetteer) -> Vec<HiddenName<'_>> {
        let mut drawn: Vec<(u64, HiddenName<'_>)> = Vec::new();
        let main_bearers = main_bearers(gazetteer);
        for place in gazetteer.places().filter(|place| place.class() == Class::City) {
            let Some(country) = place.country().filter(|country| self.wants(*country, place.population())) else { continue };
            let names: Vec<&str> =
                place.names().filter(|name| name.kind.is_proper() && self.is_query(name.text)).map(|name| name.text).collect();
            if !names.is_empty() {
                let lot = scatter(place.geonameid().unwrap_or(0));
                let name = names[(lot >> 32) as usize % names.len()];
                let has_namesake = main_bearers.get(&(country, name_key(place.name()))) != Some(&place.id());
                drawn.push((lot, HiddenName { name, place: place.id(), country, has_namesake }));
            }
        }
        drawn.sort_by_key(|(lot, query)| (*lot, query.place));
        drawn.truncate(QUERIES);
        drawn.into_iter().map(|(_, query)| query).collect()
    }
}

/// The most populous town of each main name in each country.
fn main_bearers(gazetteer: &Gazetteer) -> HashMap<(Country, String), PlaceId> {
    let mut bearers: HashMap<(Country, String), PlaceId> = HashMap::new();
    for place in gazetteer.places().filter(|place| place.class() == Class::City) {
        let Some(country) = place.country() else { continue };
        let bearer = bearers.entry((country, name_key(place.name()))).or_insert(place.id());
        if gazetteer.place(*bearer).population() < place.population() {
            *bearer = place.id();
        }
    }
    bearers
}

/// A number that looks random and is always the same (splitmix64).
fn scatter(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Which part of the countries one belongs to, when they are learned from in turn.
pub fn fold_of(country: Option<Country>, folds: usize) -> usize {
    let [a, b] = country.map_or([0, 0], Country::to_bytes);
    (scatter(u64::from(a) * 256 + u64::from(b)) % folds.max(1) as u64) as usize
}

/// How many queries found their town.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Recall {
    queries: usize,
    first: usize,
    among_5: usize,
    clear: usize,
    clear_first: usize,
    clear_among_5: usize,
    answers: usize,
    right: usize,
}

impl Recall {
    /// Share of queries whose town came first.
    pub fn at_1(&self) -> f64 {
        share(self.first, self.queries)
    }

    /// Share of queries whose town was among the first five.
    pub fn at_5(&self) -> f64 {
        share(self.among_5, self.queries)
    }

    /// How many queries are of a town without a more populous namesake in its country.
    pub fn clear(&self) -> usize {
        self.clear
    }

    /// Share of these queries whose town came first.
    pub fn clear_at_1(&self) -> f64 {
        share(self.clear_first, self.clear)
    }

    /// Share of these queries whose town was among the first five.
    pub fn clear_at_5(&self) -> f64 {
        share(self.clear_among_5, self.clear)
    }

    /// Share of queries whose best answer was believable.
    pub fn answered(&self) -> f64 {
        share(self.answers, self.queries)
    }

    /// Share of believable answers that were right.
    pub fn precision(&self) -> f64 {
        share(self.right, self.answers)
    }

    fn add(&mut self, query: &HiddenName<'_>, answers: &[(PlaceId, f32)]) {
        let place = query.place;
        let is_first = answers.first().is_some_and(|(best, _)| *best == place);
        let is_answer = answers.first().is_some_and(|(_, likeness)| *likeness >= LIKENESS_MIN);
        let is_among_5 = answers.iter().any(|(other, _)| *other == place);
        self.queries += 1;
        self.first += usize::from(is_first);
        self.among_5 += usize::from(is_among_5);
        if !query.has_namesake {
            self.clear += 1;
            self.clear_first += usize::from(is_first);
            self.clear_among_5 += usize::from(is_among_5);
        }
        self.answers += usize::from(is_answer);
        self.right += usize::from(is_answer && is_first);
    }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// Looks all queries up among the towns of their countries, or of the world, with the costs that are given for the country.
pub fn recall<'m>(
    gazetteer: &Gazetteer,
    queries: &[HiddenName<'_>],
    world: bool,
    model: impl Fn(Option<Country>) -> &'m SoundModel,
) -> Recall {
    let mut recall = Recall::default();
    for query in queries {
        let within = if world { Within::World } else { Within::Country(query.country) };
        let is_town = |place| gazetteer.place(place).class() == Class::City;
        let search = SoundSearch { model: model(Some(query.country)), ..SoundSearch::within(within, 5) };
        let hits = gazetteer.sounding_like_where(query.name, &search, is_town);
        let answers: Vec<(PlaceId, f32)> = hits.iter().map(|hit| (hit.hit.place, hit.likeness)).collect();
        recall.add(query, &answers);
    }
    recall
}

/// Frequent words of Arabic and Russian that are no name of a place, of four letters and more.
pub fn common_words(gazetteer: &Gazetteer) -> [(&'static str, Vec<&'static str>); 2] {
    let is_asked = |word: &&str| word.chars().count() >= 4 && gazetteer.named(&name_key(word)).len() == 0;
    let words = |text: &'static str| -> Vec<&'static str> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let mut words: Vec<&str> = lines.flat_map(str::split_whitespace).filter(is_asked).collect();
        words.sort_unstable();
        words.dedup();
        words
    };
    [("Arabic", words(include_str!("words/ar.txt"))), ("Russian", words(include_str!("words/ru.txt")))]
}

/// For countries of all sizes, the share of words that find some place in it by sound.
pub fn false_answers(gazetteer: &Gazetteer, model: &SoundModel, words: &[&str]) -> Vec<(Country, f64)> {
    let countries = ["KZ", "SY", "UA", "RU", "IR", "TR", "FR", "US"];
    let share_of = |country: Country| {
        let finds = |word: &&&str| {
            let search = SoundSearch { model, likeness_min: LIKENESS_MIN, ..SoundSearch::within(Within::Country(country), 1) };
            !gazetteer.sounding_like_where(word, &search, |_| true).is_empty()
        };
        share(words.iter().filter(finds).count(), words.len())
    };
    countries.into_iter().filter_map(Country::parse).map(|country| (country, share_of(country))).collect()
}

/// The yardstick: letters romanised by a table made by hand, and compared by weighted edit distance.
#[derive(Debug, Default)]
pub struct HandMade {
    by_country: HashMap<Country, Vec<(Vec<u8>, PlaceId)>>,
}

impl HandMade {
    /// Looks all queries up among the towns of their countries.
    pub fn recall(&mut self, gazetteer: &Gazetteer, queries: &[HiddenName<'_>]) -> Recall {
        let mut recall = Recall::default();
        for query in queries {
            let names = self.by_country.entry(query.country).or_insert_with(|| {
                let towns = gazetteer.places_in(query.country).map(|id| gazetteer.place(id)).filter(|place| place.class() == Class::City);
                let latin = towns.flat_map(|town| {
                    town.names()
                        .filter(|name| name.kind.is_proper() && name.script() == Script::Latin)
                        .map(move |name| (name.text, town.id()))
                });
                latin.map(|(name, place)| (features(&romanise(name)), place)).filter(|(features, _)| !features.is_empty()).collect()
            });
            let wanted = features(&romanise(query.name));
            let mut best: HashMap<PlaceId, f64> = HashMap::new();
            for (features, place) in names.iter() {
                let likeness = likeness(&wanted, features);
                let entry = best.entry(*place).or_insert(likeness);
                *entry = entry.max(likeness);
            }
            let mut answers: Vec<(PlaceId, f64)> = best.into_iter().collect();
            let population = |place: PlaceId| gazetteer.place(place).population();
            answers.sort_by(|a, b| b.1.total_cmp(&a.1).then(population(b.0).cmp(&population(a.0))).then(a.0.cmp(&b.0)));
            answers.truncate(5);
            // A likeness of 0.8 was found to be believable for this measure.
            let answers: Vec<(PlaceId, f32)> = answers.into_iter().map(|(place, likeness)| (place, (likeness - 0.3) as f32)).collect();
            recall.add(query, &answers);
        }
        recall
    }
}

/// A name in Latin letters, by a table of the usual English equivalents; without articles and spaces.
fn romanise(name: &str) -> String {
    let words: Vec<String> = name.split([' ', '-']).map(romanise_word).collect();
    let is_article = |word: &str| matches!(word, "al" | "el" | "ad" | "ar" | "as" | "at" | "az" | "an" | "ash" | "ed" | "es" | "et" | "ez");
    let many = words.len() > 1;
    words.into_iter().filter(|word| !(many && is_article(word))).collect()
}

fn romanise_word(word: &str) -> String {
    let is_arabic = Script::of(word) == Script::Arabic;
    let bare = word.strip_prefix("ال").filter(|rest| rest.chars().count() >= 3).unwrap_or(word);
    let letters = if is_arabic { bare.to_owned() } else { name_key(bare) };
    letters
        .chars()
        .map(|c| {
            match c {
                'ا' | 'أ' | 'إ' | 'آ' | 'ى' | 'ة' | 'а' | 'ә' => "a",
                'ب' | 'б' => "b",
                'ت' | 'ط' | 'т' => "t",
                'ث' => "th",
                'ج' => "j",
                'ح' | 'ه' | 'һ' | 'ҳ' => "h",
                'خ' | 'х' => "kh",
                'د' | 'ض' | 'д' => "d",
                'ذ' => "dh",
                'ر' | 'р' => "r",
                'ز' | 'ظ' | 'з' => "z",
                'س' | 'ص' | 'с' => "s",
                'ش' | 'ш' => "sh",
                'غ' | 'ғ' => "gh",
                'ف' | 'ф' => "f",
                'ق' | 'қ' => "q",
                'ك' | 'к' => "k",
                'ل' | 'л' | 'љ' => "l",
                'م' | 'м' => "m",
                'ن' | 'н' | 'њ' => "n",
                'و' | 'у' | 'ұ' | 'ү' | 'ў' => "u",
                'ي' | 'и' | 'і' | 'ї' | 'й' | 'ј' => "i",
                'в' => "v",
                'г' | 'ґ' => "g",
                'е' | 'ё' | 'є' | 'э' => "e",
                'ж' => "zh",
                'о' | 'ө' => "o",
                'п' => "p",
                'ц' => "ts",
                'ч' => "ch",
                'щ' => "sch",
                'ң' => "ng",
                'ы' => "y",
                'ю' => "yu",
                'я' => "ya",
                'ҷ' | 'џ' => "j",
                'ћ' => "c",
                'ђ' => "d",
                c if c.is_ascii_lowercase() => return c.to_string(),
                _ => "",
            }
            .to_owned()
        })
        .collect()
}

/// Consonants as two letters of their class and one of their own, vowels as one, so that like consonants differ
/// by one edit and unlike ones by three.
fn features(latin: &str) -> Vec<u8> {
    const GROUPS: [(&str, &str); 15] = [
        ("tsch", "CXs"),
        ("sch", "SXs"),
        ("tch", "CXs"),
        ("dzh", "JJj"),
        ("dj", "JJj"),
        ("zh", "JJz"),
        ("sh", "SXs"),
        ("ch", "CXs"),
        ("kh", "HKh"),
        ("gh", "KKy"),
        ("ph", "FFf"),
        ("th", "TTt"),
        ("dh", "TTd"),
        ("ck", "KKk"),
        ("ng", "NNn"),
    ];
    let mut out: Vec<u8> = Vec::new();
    let mut rest = latin;
    let mut last = "";
    while let Some(c) = rest.chars().next() {
        let (group, code) = GROUPS.into_iter().find(|(group, _)| rest.starts_with(group)).unwrap_or((
            &rest[..c.len_utf8()],
            match c {
                'b' => "PPb",
                'p' => "PPp",
                'f' => "FFf",
                'v' => "FFv",
                't' => "TTt",
                'd' => "TTd",
                'k' | 'c' => "KKk",
                'q' => "KKq",
                'g' => "KKg",
                'j' => "JJj",
                's' => "SSs",
                'z' => "SSz",
                'h' => "Hh",
                'r' => "RRr",
                'l' => "LLl",
                'm' => "MMm",
                'n' => "NNn",
                'a' | 'e' => "a",
                'i' | 'y' => "i",
                'o' | 'u' | 'w' => "u",
                'x' => "KKkSSs",
                _ => "",
            },
        ));
        if code != last {
            out.extend_from_slice(code.as_bytes());
            last = code;
        }
        rest = &rest[group.len()..];
    }
    if out.len() > 3 && out.ends_with(b"Hh") {
        out.truncate(out.len() - 2);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_up_across_scripts_does_not_get_worse() {
        let gazetteer = Gazetteer::bundled().unwrap();
        let check = |set: QuerySet, count: usize, at_1: f64, at_5: f64| {
            let queries = set.queries(&gazetteer);
            let recall = recall(&gazetteer, &queries[..count.min(queries.len())], false, |_| SoundModel::bundled());
            assert!(recall.at_1() >= at_1 && recall.at_5() >= at_5, "{}: {:.3} {:.3}", set.title(), recall.at_1(), recall.at_5());
        };
        check(QuerySet::ArabicWorld, 200, 0.78, 0.92);
        check(QuerySet::ArabicCentralAsia, 240, 0.93, 0.97);
        check(QuerySet::ArabicLevant, 200, 0.93, 0.97);
        check(QuerySet::CyrillicCentralAsia, 200, 0.90, 0.98);
        // What a name alone can tell, and, for Arabic, over the whole world.
        let clear = |set: QuerySet, count: usize, at_1: f64, at_5: f64| {
            let queries = set.queries(&gazetteer);
            let recall = recall(&gazetteer, &queries[..count], false, |_| SoundModel::bundled());
            let (one, five) = (recall.clear_at_1(), recall.clear_at_5());
            assert!(one >= at_1 && five >= at_5, "{}, clear: {one:.3} {five:.3}", set.title());
        };
        clear(QuerySet::ArabicWorld, 400, 0.90, 0.95);
        clear(QuerySet::CyrillicWorld, 400, 0.94, 0.98);
        let world = recall(&gazetteer, &QuerySet::ArabicWorld.queries(&gazetteer)[..100], true, |_| SoundModel::bundled());
        assert!(world.at_1() >= 0.56 && world.at_5() >= 0.80, "Arabic in the whole world: {:.3} {:.3}", world.at_1(), world.at_5());
    }

    #[test]
    fn common_words_are_not_taken_for_places_of_a_country() {
        let gazetteer = Gazetteer::bundled().unwrap();
        for (language, words) in common_words(&gazetteer) {
            assert!(words.len() > 300, "{language}: {}", words.len());
            for (country, share) in false_answers(&gazetteer, SoundModel::bundled(), &words) {
                assert!(share <= 0.02, "{language} in {country}: {share:.3}");
            }
        }
    }

    #[test]
    fn the_same_queries_are_drawn_every_time_and_all_countries_have_a_part() {
        let gazetteer = Gazetteer::bundled().unwrap();
        let names = |set: QuerySet| set.queries(&gazetteer).iter().map(|query| query.name).collect::<Vec<_>>();
        assert_eq!(names(QuerySet::ArabicLevant), names(QuerySet::ArabicLevant));
        assert!(gazetteer.countries().all(|(country, _)| fold_of(Some(country), 5) < 5));
    }
}
