//! A smoke run of the fuzz targets on stable Rust: every file of their corpora, and mutations of
//! them that are the same on every machine. `OQIGA_FUZZ_SECONDS=600 cargo test --release fuzz` gives
//! each target that long; cargo-fuzz (tests/fuzz) looks at coverage too.

#[path = "../fuzz/targets.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use targets::TARGETS;

/// Mutations of each target in the short form.
const MUTATIONS: u64 = 120;

/// Longest input that a mutation makes.
const BYTES_MAX: usize = 400_000;

/// Pieces that mean something to one reader or another.
const PIECES: &[&[u8]] = &[
    b"<",
    b">",
    b"&",
    b"\"",
    b"'",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\n",
    b"\r\n",
    b"\0",
    b"\xff",
    b"\xe2\x80\xae",
    b"<![CDATA[",
    b"<!DOCTYPE x [<!ENTITY a \"b\">]>",
    b"&a;",
    b"&#x110000;",
    b"null",
    b"1e999",
    b"-0",
    b"18446744073709551616",
    b"9999-12-31",
    b"0000-00-00",
    b"features",
    b"\"features\":[",
    "Актау".as_bytes(),
    "أكتاو".as_bytes(),
    "\u{0301}".as_bytes(),
    b"NaN",
    b"../",
    b"%00",
];

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

fn mutate(input: &mut Vec<u8>, others: &[Vec<u8>], random: &mut Random) {
    for _ in 0..=random.below(4) {
        let at = random.below(input.len() + 1);
        let end = (at + random.below(64)).min(input.len());
        match random.below(7) {
            0 if at < input.len() => input[at] ^= 1 << random.below(8),
            1 if at < input.len() => input[at] = random.next() as u8,
            2 => drop(input.drain(at..end)),
            3 => {
                let copy = input[at..end].to_vec();
                input.splice(at..at, copy);
            }
            4 => {
                let piece = PIECES[random.below(PIECES.len())];
                let times = if random.below(20) == 0 { 2000 } else { 1 };
                input.splice(at..at, piece.repeat(times));
            }
            5 => {
                let other = &others[random.below(others.len())];
                let from = random.below(other.len() + 1);
                let piece = other[from..(from + random.below(256)).min(other.len())].to_vec();
                input.splice(at..at, piece);
            }
            _ => input.truncate(at.max(input.len() / 4)),
        }
        input.truncate(BYTES_MAX);
    }
}

#[test]
fn fuzz_targets_take_their_corpora_and_mutations_of_them_without_a_panic() {
    let long: Option<u64> = std::env::var("OQIGA_FUZZ_SECONDS").ok().and_then(|n| n.parse().ok());
    let seed = std::env::var("OQIGA_FUZZ_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    for (name, target) in TARGETS {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(name);
        let mut files: Vec<_> = std::fs::read_dir(&folder).expect("a corpus").flatten().map(|entry| entry.path()).collect();
        files.sort();
        let corpus: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).expect("a file")).collect();
        assert!(!corpus.is_empty(), "{name} has no corpus");
        let mut random = Random(seed);
        let (started, mut inputs, mut longest) = (Instant::now(), 0u64, Duration::ZERO);
        // A panic of a target is a failure; its own message is enough.
        loop {
            let mut input = corpus[inputs as usize % corpus.len()].clone();
            if inputs >= corpus.len() as u64 {
                mutate(&mut input, &corpus, &mut random);
            }
            let began = Instant::now();
            if catch_unwind(AssertUnwindSafe(|| target(&input))).is_err() {
                let kept = std::env::temp_dir().join(format!("oqiga-fuzz-{name}-{inputs}"));
                std::fs::write(&kept, &input).expect("a file");
                panic!("{name} broke on the input kept at {}; put it into {}", kept.display(), folder.display());
            }
            longest = longest.max(began.elapsed());
            inputs += 1;
            let done = long.map_or(inputs >= MUTATIONS, |seconds| started.elapsed().as_secs() >= seconds);
            if done {
                break;
            }
        }
        println!("{name}: {inputs} inputs in {:.1} s, the longest took {} ms", started.elapsed().as_secs_f64(), longest.as_millis());
    }
}
