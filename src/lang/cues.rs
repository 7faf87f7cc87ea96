//! Words beside a name that say what it is: "city of", область, محافظة, University, Mr.
//!
//! A cue file has one role a line, then a tab and the words or short phrases, separated by `|`. The
//! roles are the same in every language; sister files look like sisters.

use rustc_hash::FxHashMap;

use crate::gazetteer::Class;

/// What a word says about a name beside it: a set of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cue(u64);

/// The longest phrase of a cue file, in words.
pub(crate) const PHRASE_WORDS_MAX: usize = 3;

macro_rules! roles {
    ($($(#[$doc:meta])* $constant:ident = $bit:literal, $name:literal;)*) => {
        impl Cue {
            $($(#[$doc])* pub const $constant: Self = Self(1 << $bit);)*

            /// The role that a cue file calls `name`.
            pub fn role(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$constant),)*
                    _ => None,
                }
            }
        }
    };
}

roles! {
    /// Before the name of a city, town or village: "city of", город, مدينة.
    CITY_BEFORE = 0, "city before";
    /// After one: қаласы, ауылы.
    CITY_AFTER = 1, "city after";
    /// Before the name of a first-level area: "state of", محافظة.
    ADMIN1_BEFORE = 2, "admin1 before";
    /// After one: Province, область, облысы.
    ADMIN1_AFTER = 3, "admin1 after";
    /// Before the name of a second-level area: "district of", قضاء.
    ADMIN2_BEFORE = 4, "admin2 before";
    /// After one: County, район, ауданы.
    ADMIN2_AFTER = 5, "admin2 after";
    /// Before the name of a country: "Republic of", جمهورية.
    COUNTRY_BEFORE = 6, "country before";
    /// After one: Республикасы.
    COUNTRY_AFTER = 7, "country after";
    /// Before the name of a river, lake, sea or mountain: "Lake", озеро, نهر.
    PHYSICAL_BEFORE = 8, "physical before";
    /// After one: River, өзені.
    PHYSICAL_AFTER = 9, "physical after";
    /// Before the name of a site: مطار, аэропорт.
    FACILITY_BEFORE = 10, "facility before";
    /// After one: Airport, Stadium, әуежайы.
    FACILITY_AFTER = 11, "facility after";
    /// Before the name of a street: улица, شارع.
    STREET_BEFORE = 12, "street before";
    /// After one: Street, көшесі.
    STREET_AFTER = 13, "street after";
    /// Before the name that an organisation bears: "University of", جامعة.
    ORGANIZATION_BEFORE = 14, "organization before";
    /// After one: University, United, Times, Airlines.
    ORGANIZATION_AFTER = 15, "organization after";
    /// Title or office before the name of a person: Mr, президент, الرئيس.
    PERSON_BEFORE = 16, "person before";
    /// A given name.
    GIVEN_NAME = 17, "given name";
    /// Preposition before a place: in, near, в, في.
    LOCATIVE = 18, "locative";
    /// From: of people and things that come.
    FROM = 19, "from";
    /// To.
    TO = 20, "to";
    /// Verbs of speaking and deciding, of which a capital can be the subject.
    SAYING = 21, "saying";
    /// A word for a road or line between places: highway, трасса, طريق.
    ROUTE = 22, "route";
    /// A part of a place: northern, центр, шығысы.
    PART = 23, "part";
    /// A word that is a place name and yet almost never meant as one.
    COMMON = 24, "common";
    /// A government, army or the like of what follows or precedes: "the government of".
    POWER = 25, "power";
    /// "km from", "north of".
    DISTANCE = 26, "distance";
    /// And.
    AND = 27, "and";
    /// A general noun for a place that may begin or end its name: City, Island.
    NOUN = 28, "noun";
    /// Before a name that belongs to somebody who comes from there: native, born in, уроженец.
    ORIGIN = 29, "origin";
    /// A word for a thing that a town somewhere is called like: a place only behind a word for places.
    THING = 30, "thing";
    /// Before the name of one building, street or quarter, with which it is a name: مستشفى, شارع.
    SITE_BEFORE = 31, "site before";
}

impl Cue {
    /// No role at all.
    pub const NONE: Self = Self(0);
    /// All roles before a name that tell the kind of place.
    pub const HEAD_BEFORE: Self =
        Self(Self::CITY_BEFORE.0 | Self::ADMIN1_BEFORE.0 | Self::ADMIN2_BEFORE.0 | Self::COUNTRY_BEFORE.0 | Self::PHYSICAL_BEFORE.0);
    /// All roles after a name that tell the kind of place.
    pub const HEAD_AFTER: Self =
        Self(Self::CITY_AFTER.0 | Self::ADMIN1_AFTER.0 | Self::ADMIN2_AFTER.0 | Self::COUNTRY_AFTER.0 | Self::PHYSICAL_AFTER.0);

    /// All roles of words for kinds or parts of places, which are seldom a name by themselves.
    pub const OF_PLACES: Self = Self(
        Self::HEAD_BEFORE.0
            | Self::HEAD_AFTER.0
            | Self::FACILITY_BEFORE.0
            | Self::STREET_BEFORE.0
            | Self::PART.0
            | Self::NOUN.0
            | Self::LOCATIVE.0,
    );

    /// The roles of common nouns for places.
    pub(crate) const NOUNS: Self = Self(Self::HEAD_BEFORE.0 | Self::FACILITY_BEFORE.0 | Self::STREET_BEFORE.0 | Self::PART.0);

    /// The roles as bits.
    pub(crate) fn bits(self) -> u64 {
        self.0
    }

    /// Whether there is no role.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether one of the roles of `other` is among these.
    pub fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Those of these roles that are among `other`.
    pub fn only(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// These roles but for those of `other`.
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The class of place that a word before a name demands.
    pub fn class_before(self) -> Option<Class> {
        const TABLE: [(Cue, Class); 5] = [
            (Cue::CITY_BEFORE, Class::City),
            (Cue::ADMIN1_BEFORE, Class::Admin1),
            (Cue::ADMIN2_BEFORE, Class::Admin2),
            (Cue::COUNTRY_BEFORE, Class::Country),
            (Cue::PHYSICAL_BEFORE, Class::Physical),
        ];
        TABLE.iter().find(|(cue, _)| self.any(*cue)).map(|(_, class)| *class)
    }

    /// The class of place that a word after a name demands.
    pub fn class_after(self) -> Option<Class> {
        const TABLE: [(Cue, Class); 5] = [
            (Cue::CITY_AFTER, Class::City),
            (Cue::ADMIN1_AFTER, Class::Admin1),
            (Cue::ADMIN2_AFTER, Class::Admin2),
            (Cue::COUNTRY_AFTER, Class::Country),
            (Cue::PHYSICAL_AFTER, Class::Physical),
        ];
        TABLE.iter().find(|(cue, _)| self.any(*cue)).map(|(_, class)| *class)
    }
}

impl std::ops::BitOr for Cue {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl std::ops::BitOrAssign for Cue {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// The cues of a language by folded word or phrase.
#[derive(Debug, Clone, Default)]
pub struct Cues {
    by_phrase: FxHashMap<String, Cue>,
}

impl Cues {
    /// Reads cue files. A line whose role is unknown is a mistake of ours: the test of each pack
    /// finds it.
    pub fn parse(files: &[&str]) -> Self {
        let mut cues = Self::default();
        for (role, words) in files.iter().flat_map(|file| entries(file)) {
            let Some(role) = Cue::role(role) else { continue };
            for phrase in words.split('|') {
                let key = crate::text::name_key(phrase);
                if !key.is_empty() {
                    *cues.by_phrase.entry(key).or_default() |= role;
                }
            }
        }
        cues
    }

    /// Gives the words of a language in the gazetteer's table of common words the role
    /// [`Cue::COMMON`]: a table with the columns language, word and reason.
    pub fn with_common_words(mut self, table: &str, lang: &str) -> Self {
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            if let (Some(of), Some(word)) = (columns.next(), columns.next())
                && of == lang
            {
                *self.by_phrase.entry(crate::text::name_key(word)).or_default() |= Cue::COMMON;
            }
        }
        self
    }

    /// Adds the words of a language in the gazetteer's table of words for kinds of place: columns
    /// language, word, class and position.
    pub fn with_kinds_of_place(mut self, table: &str, lang: &str) -> Self {
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            let &[of, word, class, position, ..] = columns.as_slice() else { continue };
            if of == lang && word.split(' ').count() <= PHRASE_WORDS_MAX {
                *self.by_phrase.entry(crate::text::name_key(word)).or_default() |= kind_of_place(class, position);
            }
        }
        self
    }

    /// The roles of a folded word, or of words joined by single spaces.
    pub fn get(&self, phrase: &str) -> Cue {
        self.by_phrase.get(phrase).copied().unwrap_or_default()
    }
}

/// The role of a word for a kind of place, by where it stands.
fn kind_of_place(class: &str, position: &str) -> Cue {
    let (before, after) = match class {
        "country" => (Cue::COUNTRY_BEFORE, Cue::COUNTRY_AFTER),
        "admin1" => (Cue::ADMIN1_BEFORE, Cue::ADMIN1_AFTER),
        "admin2" => (Cue::ADMIN2_BEFORE, Cue::ADMIN2_AFTER),
        "city" | "village" => (Cue::CITY_BEFORE, Cue::CITY_AFTER),
        "street" => (Cue::STREET_BEFORE, Cue::STREET_AFTER),
        "river" | "lake" | "sea" | "mountain" | "island" => (Cue::PHYSICAL_BEFORE, Cue::PHYSICAL_AFTER),
        _ => (Cue::FACILITY_BEFORE, Cue::FACILITY_AFTER),
    };
    match position {
        "before" => before,
        "after" => after,
        _ => before | after,
    }
}

/// Role and words of each line.
fn entries(file: &str) -> impl Iterator<Item = (&str, &str)> {
    file.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| line.split_once('\t').unwrap_or((line, "")))
}

/// Fails when a line of a cue file cannot be understood: every pack calls it in its tests.
#[cfg(test)]
pub(super) fn check_file(file: &str) {
    for (role, words) in entries(file) {
        assert!(Cue::role(role).is_some(), "unknown role {role:?}");
        for phrase in words.split('|') {
            let words = crate::text::name_key(phrase).split(' ').filter(|w| !w.is_empty()).count();
            assert!((1..=PHRASE_WORDS_MAX).contains(&words), "{role}: {phrase:?} has {words} words");
        }
    }
}
