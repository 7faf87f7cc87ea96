//! The flow goes one way: a module uses those to its left, never to its right.
//!
//! `documents -> text -> mentions -> places -> incidents -> store -> index -> layers -> { http, export }`

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules in pipeline order. `export` and `http` share the last place but for one allowance:
/// `http` offers the exports.
const ORDER: &[&str] = &[
    "geo",
    "text",
    "varint",
    "diagnostic",
    "intake",
    "gazetteer",
    "lang",
    "mentions",
    "places",
    "incidents",
    "pipeline",
    "store",
    "index",
    "layers",
    "export",
    "import",
    "http",
];

/// Pure stages: no I/O, clock, randomness or `async`.
const PURE: &[&str] = &["text", "lang", "mentions", "places", "incidents", "pipeline"];

/// What a pure stage must not name.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::time",
    "SystemTime",
    "Instant::now",
    "getrandom",
    "async fn",
    "tokio::",
    "println!",
    "eprintln!",
];

#[test]
fn no_module_uses_one_to_its_right() {
    let mut backward = BTreeSet::new();
    for file in sources() {
        let Some(here) = module_of(&file).and_then(|m| position(&m)) else { continue };
        for (number, line) in code_lines(&file) {
            for used in crate_paths(&line) {
                if position(&used).is_some_and(|there| there > here) {
                    backward.insert(format!("{}:{number}: crate::{used}", file.display()));
                }
            }
        }
    }
    assert!(backward.is_empty(), "these paths run against the flow:\n{}", backward.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_analysis_is_pure() {
    let mut impure = BTreeSet::new();
    for file in sources() {
        if !module_of(&file).is_some_and(|m| PURE.contains(&m.as_str())) {
            continue;
        }
        for (number, line) in code_lines(&file) {
            for word in IMPURE.iter().filter(|word| line.contains(**word)) {
                impure.insert(format!("{}:{number}: {word}", file.display()));
            }
        }
    }
    assert!(impure.is_empty(), "the analysis must stay pure:\n{}", impure.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_module_of_the_library_has_its_place_in_the_flow() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    let declared: Vec<&str> = lib.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let ordered: Vec<usize> = declared.iter().map(|m| position(m).unwrap_or_else(|| panic!("{m} is not in ORDER"))).collect();
    assert!(ordered.is_sorted(), "lib.rs declares its modules in pipeline order: {declared:?}");
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn position(module: &str) -> Option<usize> {
    ORDER.iter().position(|m| *m == module)
}

/// All `.rs` files of the library.
fn sources() -> Vec<PathBuf> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).expect("a readable source folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                if !path.ends_with("src/bin") {
                    walk(&path, found);
                }
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join("src"), &mut found);
    assert!(found.len() > 20, "the sources are where this test looks for them");
    found
}

/// The top-level module that a file belongs to.
fn module_of(file: &Path) -> Option<String> {
    let relative = file.strip_prefix(root().join("src")).ok()?;
    let first = relative.components().next()?.as_os_str().to_str()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    (name != "lib").then(|| name.to_owned())
}

/// Lines of code with their numbers: comments, and what stands below `#[cfg(test)]`, left out.
fn code_lines(file: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(file).expect("a readable source file");
    text.lines()
        .enumerate()
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(i, line)| (i + 1, line.to_owned()))
        .collect()
}

/// The modules named by `crate::` paths in a line, groups in braces included.
fn crate_paths(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        let names = rest.strip_prefix('{').map_or_else(|| vec![rest], |group| group.split(',').collect());
        for name in names {
            let name: String = name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.push(name);
        }
    }
    found
}
