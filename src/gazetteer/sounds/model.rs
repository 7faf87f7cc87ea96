//! What it costs to write a sound of a Latin name with letters of another script.
//!
//! A name is written grapheme by grapheme: each gives no letter, one letter or a pair, with a probability that
//! was learned ([`super::learn`]); letters that belong to no grapheme are put in between. Costs are negative
//! natural logarithms of these probabilities. They depend on the script and on the [`Spelling`] of the country.
//!
//! The file `costs.tsv` holds what was learned from all countries, a grapheme a line: script, spelling, grapheme,
//! then letters with their costs in hundredths, `*` standing for all that are not named. Lines of the spelling
//! `common` hold for all; those of a spelling say what differs there. Lines of the `background` tell how likely a text of the script has a letter after
//! another, which is what a name must beat to be believed.

use std::fmt::Write as _;
use std::sync::OnceLock;

use super::source::{SourceScript, SourceWord};
use super::spelling::Spelling;
use super::target;

/// What was learned from all countries.
static BUNDLED: &str = include_str!("costs.tsv");

/// Cost of anything that was never seen.
pub(super) const UNSEEN: f32 = 9.0;
/// Costs of a spelling that differ from the common ones by less, in hundredths, are not written to the file.
const DIFFERENCE_MIN: i32 = 25;
/// Nor are those by which something rare is only more or less rare.
const RARE_FROM: i32 = 600;
/// A cost that is below the one of what was never seen by less is written as that.
const SEEN_MIN: i32 = 50;
/// Cost of an Arabic article that the Latin name lacks.
pub(super) const ARTICLE: f32 = 1.0;

/// Costs of letters for names in other scripts.
#[derive(Debug, Clone)]
pub struct SoundModel {
    scripts: Vec<ScriptCosts>,
}

/// The costs of one script.
#[derive(Debug, Clone)]
pub(super) struct ScriptCosts {
    /// Of all spellings together.
    pub(super) common: Costs,
    /// By [`Spelling`].
    pub(super) spellings: Vec<Costs>,
    pub(super) background: Background,
}

/// The costs of one script and spelling.
#[derive(Debug, Clone)]
pub(super) struct Costs {
    letters: usize,
    pairs: usize,
    /// Of each grapheme and letter, grapheme after grapheme.
    pub(super) one: Vec<f32>,
    /// Of each grapheme and pair.
    pub(super) pair: Vec<f32>,
    /// Of each grapheme when nothing is written for it.
    pub(super) none: Vec<f32>,
    /// Of each letter that no grapheme stands for.
    pub(super) insert: Vec<f32>,
}

/// How likely a letter follows another in names of the script.
#[derive(Debug, Clone)]
pub(super) struct Background {
    letters: usize,
    /// Of each letter after each letter; the row after the last letter is the beginning of a name, and the last
    /// column its end.
    pub(super) costs: Vec<f32>,
}

impl Costs {
    /// Costs of things never seen.
    pub(super) fn unseen(script: SourceScript) -> Self {
        let (graphemes, letters, pairs) = (target::graphemes().len(), script.letters().len(), script.pairs().len());
        Self {
            letters,
            pairs,
            one: vec![UNSEEN; graphemes * letters],
            pair: vec![UNSEEN; graphemes * pairs],
            none: vec![UNSEEN; graphemes],
            insert: vec![UNSEEN; letters],
        }
    }

    pub(super) fn one(&self, grapheme: usize, letter: u8) -> f32 {
        self.one[grapheme * self.letters + usize::from(letter)]
    }

    pub(super) fn pair(&self, grapheme: usize, pair: u8) -> f32 {
        self.pair[grapheme * self.pairs + usize::from(pair)]
    }
}

impl Background {
    pub(super) fn unseen(script: SourceScript) -> Self {
        let letters = script.letters().len();
        Self { letters, costs: vec![UNSEEN; (letters + 1) * (letters + 1)] }
    }

    /// The cost of a word as a text of its script, without knowing any place.
    pub(super) fn cost(&self, word: &SourceWord) -> f32 {
        self.steps(word).sum()
    }

    /// The cost of each letter after the one before it, and of the end after the last.
    pub(super) fn steps<'a>(&'a self, word: &'a SourceWord) -> impl Iterator<Item = f32> + 'a {
        let numbers = || word.letters.iter().map(|letter| usize::from(*letter));
        let before = std::iter::once(self.letters).chain(numbers());
        let after = numbers().chain(std::iter::once(self.letters));
        before.zip(after).map(|(before, after)| self.costs[before * (self.letters + 1) + after])
    }
}

impl SoundModel {
    /// What was learned from all countries and ships with the program.
    pub fn bundled() -> &'static Self {
        static MODEL: OnceLock<SoundModel> = OnceLock::new();
        MODEL.get_or_init(|| Self::parse(BUNDLED))
    }

    pub(super) fn new(scripts: Vec<ScriptCosts>) -> Self {
        Self { scripts }
    }

    pub(super) fn of(&self, script: SourceScript) -> &ScriptCosts {
        &self.scripts[script as usize]
    }

    /// Reads a file of costs; what is not understood is left out.
    pub fn parse(text: &str) -> Self {
        let mut scripts: Vec<ScriptCosts> = SourceScript::ALL.iter().map(|script| ScriptCosts::unseen(*script)).collect();
        let rows = || text.lines().filter(|line| !line.starts_with('#')).filter_map(Row::read);
        for row in rows().filter(|row| row.spelling == COMMON) {
            row.put(&mut scripts[row.script as usize].common);
        }
        for costs in &mut scripts {
            costs.spellings = vec![costs.common.clone(); Spelling::ALL.len()];
        }
        for row in rows() {
            let costs = &mut scripts[row.script as usize];
            if row.spelling == BACKGROUND {
                row.put_background(&mut costs.background);
            } else if let Some(spelling) = Spelling::ALL.into_iter().find(|spelling| spelling_name(*spelling) == row.spelling) {
                row.put(&mut costs.spellings[spelling as usize]);
            }
        }
        Self { scripts }
    }

    /// The file of costs.
    pub fn to_text(&self) -> String {
        let mut out = String::from(
            "# Costs of letters for names in other scripts, in hundredths of a negative natural logarithm. Made by `oqiga gazetteer learn`; see model.rs.\n",
        );
        for (script, costs) in SourceScript::ALL.into_iter().zip(&self.scripts) {
            costs.write(script, &mut out);
        }
        out
    }
}

/// What stands for nothing in the file of costs.
const NOTHING: &str = "-";
/// What stands for all letters and pairs that are not named.
const ALL_OTHERS: &str = "*";
const COMMON: &str = "common";
const BACKGROUND: &str = "background";

/// One line of the file of costs.
struct Row<'t> {
    script: SourceScript,
    spelling: &'t str,
    first: &'t str,
    costs: Vec<(&'t str, f32)>,
}

impl<'t> Row<'t> {
    fn read(line: &'t str) -> Option<Self> {
        let mut fields = line.split('\t');
        let (script, spelling, first, costs) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        let script = SourceScript::ALL.into_iter().find(|other| other.as_str() == script)?;
        let cost = |text: &'t str| {
            let (second, cost) = text.split_once(':')?;
            Some((second, cost.parse::<f32>().ok()? / 100.0))
        };
        Some(Self { script, spelling, first, costs: costs.split(' ').filter_map(cost).collect() })
    }

    fn put(&self, costs: &mut Costs) {
        let letters = self.script.letters();
        let grapheme = target::number(self.first).map(usize::from);
        if let (Some(grapheme), Some((_, cost))) = (grapheme, self.costs.iter().find(|(second, _)| *second == ALL_OTHERS)) {
            costs.fill(grapheme, *cost);
        }
        for (second, cost) in &self.costs {
            let letter = letters.iter().position(|letter| second.chars().eq([*letter]));
            let pair = self.script.pairs().iter().position(|pair| pair == second);
            match (grapheme, letter, pair) {
                (Some(grapheme), _, _) if *second == NOTHING => costs.none[grapheme] = *cost,
                (Some(grapheme), Some(letter), _) => costs.one[grapheme * costs.letters + letter] = *cost,
                (Some(grapheme), _, Some(pair)) => costs.pair[grapheme * costs.pairs + pair] = *cost,
                (None, Some(letter), _) if self.first == NOTHING => costs.insert[letter] = *cost,
                _ => {}
            }
        }
    }

    fn put_background(&self, background: &mut Background) {
        let letters = self.script.letters();
        let number =
            |text: &str| if text == NOTHING { Some(letters.len()) } else { letters.iter().position(|letter| text.chars().eq([*letter])) };
        let Some(before) = number(self.first) else { return };
        for (second, cost) in &self.costs {
            if let Some(after) = number(second) {
                background.costs[before * (letters.len() + 1) + after] = *cost;
            }
        }
    }
}

impl ScriptCosts {
    fn unseen(script: SourceScript) -> Self {
        let common = Costs::unseen(script);
        Self { spellings: vec![common.clone(); Spelling::ALL.len()], common, background: Background::unseen(script) }
    }

    fn write(&self, script: SourceScript, out: &mut String) {
        let mut line = |spelling: &str, first: &str, costs: Vec<(String, f32)>| {
            if !costs.is_empty() {
                let costs: Vec<String> = costs.iter().map(|(second, cost)| format!("{second}:{}", hundredths(*cost))).collect();
                // Writing to a string does not fail.
                let _ = writeln!(out, "{}\t{spelling}\t{first}\t{}", script.as_str(), costs.join(" "));
            }
        };
        let names = || target::graphemes().iter().map(String::as_str).chain([NOTHING]).enumerate();
        // What a reader of the lines so far knows, so that a spelling is compared with that.
        let mut common = Costs::unseen(script);
        for (grapheme, name) in names() {
            let costs = self.common.told_apart(script, grapheme);
            let told = costs.iter().map(|(second, cost)| (second.as_str(), hundredths(*cost) as f32 / 100.0)).collect();
            Row { script, spelling: COMMON, first: name, costs: told }.put(&mut common);
            line(COMMON, name, costs);
        }
        for (spelling, costs) in Spelling::ALL.into_iter().zip(&self.spellings) {
            for (grapheme, name) in names() {
                line(spelling_name(spelling), name, costs.differing(&common, script, grapheme));
            }
        }
        let ends: Vec<String> = script.letters().iter().map(char::to_string).chain([NOTHING.to_owned()]).collect();
        for (before, row) in ends.iter().zip(self.background.costs.chunks(ends.len())) {
            let costs = ends.iter().zip(row).filter(|(_, cost)| **cost < UNSEEN).map(|(after, cost)| (after.clone(), *cost)).collect();
            line(BACKGROUND, before, costs);
        }
    }
}

impl Costs {
    /// Gives all letters and pairs of a grapheme, and nothing, one cost.
    fn fill(&mut self, grapheme: usize, cost: f32) {
        self.one[grapheme * self.letters..][..self.letters].fill(cost);
        self.pair[grapheme * self.pairs..][..self.pairs].fill(cost);
        self.none[grapheme] = cost;
    }

    /// The costs of a grapheme by letter, or, past the last one, of letters in between.
    fn by_letter(&self, script: SourceScript, grapheme: usize) -> Vec<(String, f32)> {
        let letters = script.letters();
        if grapheme == self.none.len() {
            return letters.iter().zip(&self.insert).map(|(letter, cost)| (letter.to_string(), *cost)).collect();
        }
        let one = letters.iter().zip(&self.one[grapheme * self.letters..]).map(|(letter, cost)| (letter.to_string(), *cost));
        let pairs = script.pairs().iter().zip(&self.pair[grapheme * self.pairs..]).map(|(pair, cost)| ((*pair).to_owned(), *cost));
        [(NOTHING.to_owned(), self.none[grapheme])].into_iter().chain(one).chain(pairs).collect()
    }

    /// The cost of what was never seen, and the costs that are clearly below it.
    fn told_apart(&self, script: SourceScript, grapheme: usize) -> Vec<(String, f32)> {
        let costs = self.by_letter(script, grapheme);
        if grapheme == self.none.len() {
            return costs;
        }
        let unseen = costs.iter().map(|(_, cost)| *cost).fold(0.0, f32::max);
        let seen = costs.into_iter().filter(|(_, cost)| hundredths(unseen) - hundredths(*cost) > SEEN_MIN);
        [(ALL_OTHERS.to_owned(), unseen)].into_iter().chain(seen).collect()
    }

    /// The costs of a grapheme that differ from others.
    fn differing(&self, from: &Self, script: SourceScript, grapheme: usize) -> Vec<(String, f32)> {
        let others = from.by_letter(script, grapheme);
        let pairs = self.by_letter(script, grapheme).into_iter().zip(others);
        let differs = |a: i32, b: i32| (a - b).abs() > DIFFERENCE_MIN && a.min(b) < RARE_FROM;
        pairs.filter(|((_, cost), (_, other))| differs(hundredths(*cost), hundredths(*other))).map(|(own, _)| own).collect()
    }
}

/// A cost as it is written.
fn hundredths(cost: f32) -> i32 {
    (cost * 100.0).round() as i32
}

/// The word for a spelling in the file of costs.
fn spelling_name(spelling: Spelling) -> &'static str {
    const NAMES: [&str; 16] = [
        "arabic",
        "maghreb",
        "persian",
        "cyrillic",
        "turkish",
        "south-asian",
        "east-asian",
        "southeast-asian",
        "spanish",
        "portuguese",
        "french",
        "english",
        "germanic",
        "central-european",
        "mediterranean",
        "other",
    ];
    NAMES[spelling as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let text = SoundModel::bundled().to_text();
        let again = SoundModel::parse(&text).to_text();
        assert!(text.lines().count() > 1_000, "{}", text.lines().count());
        assert!(text == again);
    }

    #[test]
    fn damaged_lines_are_left_out() {
        let model =
            SoundModel::parse("arabic\tcommon\tzh\tج:88 ج x:y ::\nrunic\tcommon\ta\tb:1\narabic\n\t\t\t\narabic\tcommon\t??\tج:1\n");
        let costs = &model.of(SourceScript::Arabic).common;
        let letter = SourceScript::Arabic.letters().iter().position(|letter| *letter == 'ج').unwrap() as u8;
        assert_eq!(costs.one(usize::from(target::number("zh").unwrap()), letter), 0.88);
    }
}
