//! The small interpreter behind the word lists of a language: patterns over tokens, as data.
//!
//! A language folder (`src/lang/<language>/`) holds tables of two columns, a label and patterns.
//! What a label means is told by the reader of the table (triggers, status, time …); how a pattern
//! matches is told here, once for all tables and languages:
//!
//! ```text
//! word          the folded word itself
//! stem*         a word that begins with it        *ending      a word that ends with it
//! a|b|c         one of these                      word?        may be missing
//! @class        a word of a class (words.tsv)     {slot}       what the code has marked: {place}, {n}
//! x y           next to each other (hyphens and quotation marks between do not count); so also x-y
//! x .. y        up to four words between, inside the clause; x ..9 y up to nine
//! x ... y       up to eight words between, over commas too
//! x ~ y         either order, up to four words between
//! !x            not before or after this
//! ```
//!
//! Arabic words are compared with and without their clitics (و ف ب ل ك س ال), Kazakh in the Latin
//! alphabet is read as Cyrillic.

mod lexicon;
mod marks;
mod packs;

pub use lexicon::{Lexicon, Table};
pub use marks::{Marks, Match};
