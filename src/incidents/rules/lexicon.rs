//! The tables of one language, compiled: every term a number, every pattern a row of numbers.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::text::Lang;
use crate::text::normalize::fold;

use super::packs;

/// A set of terms that an element of a pattern accepts.
pub type Atom = u16;

/// The tables of a language folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// Words in classes, some with a number: `words.tsv`.
    Words,
    /// What tells the type of an incident: `triggers.tsv`.
    Triggers,
    /// What tells that it did not happen, or not now: `status.tsv`.
    Status,
    /// Expressions of time: `times.tsv`.
    Times,
    /// What binds numbers to casualties, arrests, participants: `counts.tsv`.
    Counts,
    /// What binds places to incidents, or forbids it: `links.tsv`.
    Links,
    /// Who takes part, who says so: `actors.tsv`.
    Actors,
}

/// How many tables there are.
pub(super) const TABLES: usize = Table::Actors as usize + 1;

/// The number of a label in its lexicon; see [`Lexicon::label`].
pub type Label = u16;

/// One pattern of a table.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub table: Table,
    pub label: Label,
    pub elements: SmallVec<[Element; 4]>,
    /// What must not stand before the first element.
    pub not_before: Option<Atom>,
}

/// One step of a pattern.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element {
    pub atom: Atom,
    /// Words that may stand between the step before and this one.
    pub gap: u8,
    /// Whether the gap may hold commas and the like.
    pub over_commas: bool,
    /// The next word must not be this; nothing is consumed.
    pub negated: bool,
}

/// A rule that may begin at an atom, with another atom that it wants too: told here, because most rules are
/// left at that.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lead {
    pub rule: u32,
    pub wanted: Atom,
}

/// The compiled tables of one language.
#[derive(Debug)]
pub struct Lexicon {
    /// The language.
    pub lang: Lang,
    exact: FxHashMap<Box<str>, SmallVec<[Atom; 4]>>,
    prefixes: FxHashMap<Box<str>, SmallVec<[Atom; 4]>>,
    suffixes: FxHashMap<Box<str>, SmallVec<[Atom; 4]>>,
    longest_prefix: usize,
    longest_suffix: usize,
    /// Classes by name, and atoms by the text of their element.
    atoms: FxHashMap<Box<str>, Atom>,
    /// The number that an atom stands for, with its class: (`month`, 3).
    values: FxHashMap<Atom, (Atom, i64)>,
    pub(super) rules: Vec<Rule>,
    /// Rules of each table by the atom of their first element.
    pub(super) by_first: [Vec<SmallVec<[Lead; 2]>>; TABLES],
    /// Classes that hold terms of several words: their rules mark spans.
    pub(super) spans: Vec<Rule>,
    /// Whether an atom is the first element of such a rule.
    pub(super) begins_span: Vec<bool>,
    labels: Vec<Box<str>>,
    atom_count: Atom,
}

impl Lexicon {
    /// The lexicon of a language, or `None` when it has no folder.
    pub fn of(lang: Lang) -> Option<&'static Self> {
        packs::lexicon(lang)
    }

    /// Compiles the tables of a folder. `Err` names the line that is wrong: the data ships with the
    /// program, so a test reads all of it.
    pub(super) fn compile(lang: Lang, tables: &[(Table, &str)]) -> Result<Self, String> {
        let mut lexicon = Self {
            lang,
            exact: FxHashMap::default(),
            prefixes: FxHashMap::default(),
            suffixes: FxHashMap::default(),
            longest_prefix: 0,
            longest_suffix: 0,
            atoms: FxHashMap::default(),
            values: FxHashMap::default(),
            rules: Vec::new(),
            by_first: std::array::from_fn(|_| Vec::new()),
            spans: Vec::new(),
            begins_span: Vec::new(),
            labels: Vec::new(),
            atom_count: 0,
        };
        for &(table, data) in tables {
            for (number, line) in data.lines().enumerate() {
                let line = line.split('#').next().unwrap_or_default().trim_end();
                if line.trim().is_empty() {
                    continue;
                }
                let read = lexicon.read_line(table, line);
                read.map_err(|why| format!("{lang} {table:?} line {}: {why}: {line}", number + 1))?;
            }
        }
        let atoms = lexicon.atom_count as usize;
        lexicon.by_first = std::array::from_fn(|_| vec![SmallVec::new(); atoms]);
        for (i, rule) in lexicon.rules.iter().enumerate() {
            let first = rule.elements[0].atom;
            let wanted = rule.elements[1..].iter().find(|element| !element.negated).map_or(first, |element| element.atom);
            lexicon.by_first[rule.table as usize][first as usize].push(Lead { rule: i as u32, wanted });
        }
        lexicon.begins_span = vec![false; atoms];
        for rule in &lexicon.spans {
            lexicon.begins_span[rule.elements[0].atom as usize] = true;
        }
        Ok(lexicon)
    }

    /// The text of a label.
    pub fn label(&self, label: Label) -> &str {
        &self.labels[label as usize]
    }

    /// The atom of a class (`police`) or slot (`{place}`), when some pattern or table names it.
    pub fn class(&self, name: &str) -> Option<Atom> {
        self.atoms.get(name).copied()
    }

    /// The number that an atom stands for, with its class.
    pub fn value(&self, atom: Atom) -> Option<(Atom, i64)> {
        self.values.get(&atom).copied()
    }

    fn read_line(&mut self, table: Table, line: &str) -> Result<(), String> {
        let (label, patterns) = line.split_once('\t').ok_or("a label, a tab and patterns are wanted")?;
        let patterns = patterns.split(',').map(str::trim).filter(|p| !p.is_empty());
        if table == Table::Words {
            return self.read_class(label.trim(), patterns);
        }
        let label = self.intern_label(label.trim());
        for pattern in patterns {
            for words in expand(pattern)? {
                let rule = self.rule(table, label, &words)?;
                self.rules.push(rule);
            }
        }
        Ok(())
    }

    /// `class` or `class=5`: single words become terms, several words become spans.
    fn read_class<'p>(&mut self, label: &str, patterns: impl Iterator<Item = &'p str>) -> Result<(), String> {
        let (name, value) = match label.split_once('=') {
            Some((name, value)) => (name, Some(value.parse::<i64>().map_err(|_| "a whole number is wanted after =")?)),
            None => (label, None),
        };
        let class = self.atom(name);
        let mut atoms: SmallVec<[Atom; 4]> = SmallVec::from_slice(&[class]);
        if let Some(value) = value {
            let valued = self.atom(label);
            self.values.insert(valued, (class, value));
            atoms.push(valued);
        }
        for pattern in patterns {
            if pattern.contains([' ', '-']) {
                for &atom in &atoms {
                    for words in expand(pattern)? {
                        let mut rule = self.rule(Table::Words, 0, &words)?;
                        rule.label = atom;
                        self.spans.push(rule);
                    }
                }
            } else {
                for term in pattern.split('|') {
                    for &atom in &atoms {
                        self.term(term, atom)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn rule(&mut self, table: Table, label: Label, words: &[&str]) -> Result<Rule, String> {
        let mut rule = Rule { table, label, elements: SmallVec::new(), not_before: None };
        let (mut gap, mut over_commas) = (0, false);
        for word in words {
            if let Some(dots) = word.strip_prefix("...") {
                gap = if dots.is_empty() { 8 } else { dots.parse().map_err(|_| "a number is wanted after ...")? };
                over_commas = true;
            } else if let Some(dots) = word.strip_prefix("..") {
                gap = if dots.is_empty() { 4 } else { dots.parse().map_err(|_| "a number is wanted after ..")? };
            } else {
                let negated = word.starts_with('!');
                let atom = self.element(word.trim_start_matches('!'))?;
                if negated && rule.elements.is_empty() {
                    rule.not_before = Some(atom);
                } else {
                    rule.elements.push(Element { atom, gap, over_commas, negated });
                }
                (gap, over_commas) = (0, false);
            }
        }
        match rule.elements.first() {
            Some(first) if !first.negated && first.gap == 0 => Ok(rule),
            _ => Err("a pattern begins with a word".into()),
        }
    }

    /// The atom of an element: a class, a slot, or a list of terms.
    fn element(&mut self, word: &str) -> Result<Atom, String> {
        if let Some(class) = word.strip_prefix('@') {
            return self.atoms.get(class).copied().ok_or_else(|| format!("no class {class} in words.tsv"));
        }
        if word.starts_with('{') && !word.contains('|') {
            return Ok(self.atom(word));
        }
        let key = format!("'{word}");
        if let Some(&atom) = self.atoms.get(key.as_str()) {
            return Ok(atom);
        }
        let atom = self.atom(&key);
        for term in word.split('|') {
            if let Some(class) = term.strip_prefix('@') {
                self.include(class, atom)?;
            } else {
                self.term(term, atom)?;
            }
        }
        Ok(atom)
    }

    /// Lets every term of a class also count as `atom`.
    fn include(&mut self, class: &str, atom: Atom) -> Result<(), String> {
        let class = self.atoms.get(class).copied().ok_or_else(|| format!("no class {class} in words.tsv"))?;
        for table in [&mut self.exact, &mut self.prefixes, &mut self.suffixes] {
            for atoms in table.values_mut().filter(|atoms| atoms.contains(&class)) {
                atoms.push(atom);
            }
        }
        Ok(())
    }

    fn term(&mut self, term: &str, atom: Atom) -> Result<(), String> {
        let (table, word, longest) = if let Some(stem) = term.strip_suffix('*') {
            (&mut self.prefixes, stem, Some(&mut self.longest_prefix))
        } else if let Some(ending) = term.strip_prefix('*') {
            (&mut self.suffixes, ending, Some(&mut self.longest_suffix))
        } else {
            (&mut self.exact, term, None)
        };
        let key = fold(word);
        if key.is_empty() {
            return Err(format!("an empty term: {term:?}"));
        }
        if term.contains(['-', '{']) {
            return Err(format!("{term:?} in a list of terms: a hyphen parts words, and a slot stands alone"));
        }
        if let Some(longest) = longest {
            *longest = (*longest).max(key.len());
        }
        let atoms = table.entry(key.into_boxed_str()).or_default();
        if !atoms.contains(&atom) {
            atoms.push(atom);
        }
        Ok(())
    }

    fn atom(&mut self, name: &str) -> Atom {
        if let Some(&atom) = self.atoms.get(name) {
            return atom;
        }
        let atom = self.atom_count;
        self.atom_count += 1;
        self.atoms.insert(name.into(), atom);
        atom
    }

    fn intern_label(&mut self, label: &str) -> Label {
        let found = self.labels.iter().position(|known| &**known == label);
        found.unwrap_or_else(|| {
            self.labels.push(label.into());
            self.labels.len() - 1
        }) as Label
    }

    /// Appends the atoms of one written form.
    pub(super) fn look_up(&self, form: &str, out: &mut SmallVec<[Atom; 8]>) {
        let mut add = |atoms: Option<&SmallVec<[Atom; 4]>>| {
            for &atom in atoms.into_iter().flatten() {
                if !out.contains(&atom) {
                    out.push(atom);
                }
            }
        };
        add(self.exact.get(form));
        for (end, c) in form.char_indices() {
            let end = end + c.len_utf8();
            if end > self.longest_prefix {
                break;
            }
            add(self.prefixes.get(&form[..end]));
        }
        if !self.suffixes.is_empty() {
            for (start, _) in form.char_indices().skip(1) {
                if form.len() - start <= self.longest_suffix {
                    add(self.suffixes.get(&form[start..]));
                }
            }
        }
    }
}

/// All rows of words that a pattern stands for, once `?` and `~` are written out.
fn expand(pattern: &str) -> Result<Vec<Vec<&str>>, String> {
    let mut words: Vec<&str> = Vec::new();
    for word in pattern.split_whitespace() {
        if word.contains('|') {
            // Its hyphens are told as wrong where its terms are read.
            words.push(word);
        } else {
            words.extend(word.split('-').filter(|part| !part.is_empty()));
        }
    }
    let mut rows: Vec<Vec<&str>> = Vec::new();
    if let Some(at) = words.iter().position(|w| *w == "~") {
        let (first, second) = (&words[..at], &words[at + 1..]);
        rows.push([first, &[".."], second].concat());
        rows.push([second, &[".."], first].concat());
    } else {
        rows.push(words);
    }
    let mut done = Vec::new();
    while let Some(row) = rows.pop() {
        match row.iter().position(|w| w.len() > 1 && w.ends_with('?')) {
            None => done.push(row),
            Some(at) => {
                let mut with = row.clone();
                with[at] = row[at].trim_end_matches('?');
                let mut without = row;
                without.remove(at);
                if without.is_empty() {
                    return Err("a pattern of optional words only".into());
                }
                rows.push(with);
                rows.push(without);
            }
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hyphens_part_the_words_of_a_pattern() {
        assert_eq!(expand("stay-away").unwrap(), [["stay", "away"]]);
        assert_eq!(expand("shutter - down strike").unwrap(), [["shutter", "down", "strike"]]);
    }

    #[test]
    fn what_no_word_can_match_in_a_list_of_terms_is_an_error() {
        let compile = |line| Lexicon::compile(Lang::EN, &[(Table::Triggers, line)]).map(drop);
        assert!(compile("strike\twalkout|stoppage ..2 {n}").is_ok());
        for line in ["protest\trally|sit-in", "protest\trally ..2 {place}|square"] {
            assert!(compile(line).is_err_and(|why| why.contains("line 1")), "{line}");
        }
    }
}
