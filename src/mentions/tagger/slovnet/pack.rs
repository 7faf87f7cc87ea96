//! The weights of slovnet in one file: words with their quantised vectors, and the network.
//!
//! The file is made from two archives inside the Python package `natasha` (MIT): the navec
//! embedding (250,000 words, each a hundred one-byte codes) and the slovnet NER model. Only the
//! most frequent words are kept, and the network's numbers are halved to sixteen bits; docs/DATA.md
//! has the figures of what that costs. The same archives give the same file, byte for byte.

use std::collections::HashMap;
use std::io::Read;

use serde::Deserialize;

use crate::mentions::tagger::WeightsError;

/// First bytes of the file, with the version of its form.
const MAGIC: &[u8; 8] = b"oqslov01";

/// The file unpacks to this many bytes at most.
const UNPACKED_BYTES_MAX: usize = 128 << 20;

/// All that is needed to run the network.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pack {
    /// Words, sorted by their bytes.
    pub words: Vec<String>,
    /// For each word, and then for the unknown word, one code byte a part of its vector.
    pub codes: Vec<u8>,
    /// Names of the word shapes.
    pub shapes: Vec<String>,
    /// Names of the labels.
    pub tags: Vec<String>,
    /// The arrays of the network, in the order of [`ARRAYS`].
    pub arrays: Vec<Array>,
}

/// A block of numbers with its shape.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Array {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

/// How many arrays the network has: the vectors of the codes, those of the shapes, six for each of
/// three layers (weight, bias, and scale, shift, mean and deviation of the norm), weight and bias
/// of the head, and the transitions.
pub(super) const ARRAYS: usize = 2 + 3 * 6 + 3;

impl Pack {
    /// Makes the pack from the two archives, keeping the `words` most frequent words.
    pub fn from_archives(navec: &[u8], slovnet: &[u8], words: usize) -> Result<Self, WeightsError> {
        let navec = untar(navec)?;
        let slovnet = untar(slovnet)?;
        let vocabulary = gunzip(find(&navec, "vocab.bin")?)?;
        let mut rest = vocabulary.as_slice();
        let count = take_u32(&mut rest)? as usize;
        let counts: Vec<u32> = (0..count).map(|_| take_u32(&mut rest)).collect::<Result<_, _>>()?;
        let all: Vec<&str> = text(rest)?.lines().collect();
        let codes = find(&navec, "pq.bin")?;
        let mut rest = codes;
        let (vectors, dimensions) = (take_u32(&mut rest)? as usize, take_u32(&mut rest)? as usize);
        let (parts, centroids) = (take_u32(&mut rest)? as usize, take_u32(&mut rest)? as usize);
        if vectors != count || all.len() != count || parts == 0 || rest.len() < vectors * parts {
            return Err(WeightsError::Form("the embedding's words and vectors do not match"));
        }
        let (indexes, centres) = rest.split_at(vectors * parts);
        let known = gunzip(find(&slovnet, "vocabs/word.gz")?)?;
        if text(&known)?.lines().ne(all.iter().copied()) {
            return Err(WeightsError::Form("the model was made for another embedding"));
        }

        let mut order: Vec<usize> = (0..count).filter(|&i| !all[i].starts_with('<')).collect();
        order.sort_by_key(|&i| (std::cmp::Reverse(counts[i]), i));
        order.truncate(words);
        order.sort_by_key(|&i| all[i]);
        let unknown = all.iter().position(|word| *word == "<unk>").ok_or(WeightsError::Form("no unknown word"))?;
        let row = |i: usize| &indexes[i * parts..(i + 1) * parts];

        let model: Model = serde_json::from_slice(find(&slovnet, "model.json")?).map_err(|_| WeightsError::Form("model.json"))?;
        let mut arrays = vec![Array { shape: vec![parts, centroids, dimensions / parts], values: floats(centres) }];
        for number in 0..ARRAYS - 1 {
            let name = format!("arrays/{number}.bin");
            let shape = model.shape_of(number).ok_or(WeightsError::Form("the model lacks an array"))?;
            arrays.push(Array { shape, values: floats(find(&slovnet, &name)?) });
        }
        let names = |file: &str| -> Result<Vec<String>, WeightsError> {
            Ok(text(&gunzip(find(&slovnet, file)?)?)?.lines().map(str::to_owned).collect())
        };
        let mut pack = Self {
            words: order.iter().map(|&i| all[i].to_owned()).collect(),
            codes: order.iter().chain([&unknown]).flat_map(|&i| row(i).iter().copied()).collect(),
            shapes: names("vocabs/shape.gz")?,
            tags: names("vocabs/tag.gz")?,
            arrays,
        };
        pack.arrays.iter_mut().flat_map(|array| &mut array.values).for_each(|value| *value = from_half(to_half(*value)));
        pack.check()?;
        Ok(pack)
    }

    /// The pack as a file.
    pub fn encode(&self) -> Result<Vec<u8>, WeightsError> {
        let mut raw = MAGIC.to_vec();
        for list in [&self.shapes, &self.tags] {
            push_text(&list.join("\n"), &mut raw);
        }
        // Sorted words share beginnings: each is stored as a number of bytes shared with the one
        // before and the rest.
        let (mut shared, mut rests) = (Vec::new(), String::new());
        let mut last = "";
        for word in &self.words {
            let mut same = last.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count().min(255);
            while !word.is_char_boundary(same) {
                same -= 1;
            }
            shared.push(same as u8);
            rests.push_str(&word[same..]);
            rests.push('\n');
            last = word;
        }
        raw.extend((self.words.len() as u32).to_le_bytes());
        raw.extend(shared);
        push_text(&rests, &mut raw);
        for array in &self.arrays {
            raw.push(array.shape.len() as u8);
            raw.extend(array.shape.iter().flat_map(|&size| (size as u32).to_le_bytes()));
            raw.extend(array.values.iter().flat_map(|&value| to_half(value).to_le_bytes()));
        }
        raw.extend(&self.codes);
        Ok(zstd::bulk::compress(&raw, 19)?)
    }

    /// The pack in a file.
    pub fn decode(file: &[u8]) -> Result<Self, WeightsError> {
        let raw = zstd::bulk::decompress(file, UNPACKED_BYTES_MAX)?;
        let mut rest = raw.strip_prefix(MAGIC.as_slice()).ok_or(WeightsError::Form("wrong first bytes"))?;
        let shapes = take_text(&mut rest)?.lines().map(str::to_owned).collect();
        let tags = take_text(&mut rest)?.lines().map(str::to_owned).collect();
        let count = take_u32(&mut rest)? as usize;
        let shared = take(&mut rest, count)?;
        let mut words: Vec<String> = Vec::new();
        for (&same, tail) in shared.iter().zip(take_text(&mut rest)?.split('\n')) {
            let head = words.last().map_or(Some(""), |last: &String| last.get(..usize::from(same)));
            words.push(format!("{}{tail}", head.ok_or(WeightsError::Form("words"))?));
        }
        let mut arrays = Vec::new();
        for _ in 0..ARRAYS {
            let [axes] = *take(&mut rest, 1)? else { return Err(WeightsError::Form("cut off")) };
            let shape: Vec<usize> = (0..axes).map(|_| take_u32(&mut rest).map(|n| n as usize)).collect::<Result<_, _>>()?;
            let size = shape.iter().try_fold(1usize, |all, &n| all.checked_mul(n)).and_then(|n| n.checked_mul(2));
            let bytes = take(&mut rest, size.ok_or(WeightsError::Form("an array too large"))?)?;
            let values = bytes.as_chunks::<2>().0.iter().map(|&pair| from_half(u16::from_le_bytes(pair))).collect();
            arrays.push(Array { shape, values });
        }
        let pack = Self { words, codes: rest.to_vec(), shapes, tags, arrays };
        pack.check()?;
        Ok(pack)
    }

    /// Whether all sizes fit together, so that the network need not look again.
    fn check(&self) -> Result<(), WeightsError> {
        let fits = |fits: bool| if fits { Ok(()) } else { Err(WeightsError::Form("sizes that do not fit together")) };
        fits(self.arrays.len() == ARRAYS)?;
        fits(self.arrays.iter().all(|array| array.values.len() == array.shape.iter().product::<usize>()))?;
        let shape = |i: usize| self.arrays[i].shape.as_slice();
        let [parts, centroids, width] = *shape(0) else { return Err(WeightsError::Form("codes")) };
        let [shapes, shape_width] = *shape(1) else { return Err(WeightsError::Form("shapes")) };
        fits(centroids == 256 && shapes == self.shapes.len() && self.codes.len() == (self.words.len() + 1) * parts)?;
        fits(self.words.is_sorted())?;
        let mut inputs = parts * width + shape_width;
        for layer in 0..3 {
            let at = 2 + 6 * layer;
            let [outputs, from, 3] = *shape(at) else { return Err(WeightsError::Form("a layer")) };
            fits(from == inputs && (1..6).all(|k| *shape(at + k) == [outputs]))?;
            inputs = outputs;
        }
        let tags = self.tags.len();
        fits(*shape(20) == [inputs, tags] && *shape(21) == [tags] && *shape(22) == [tags, tags])
    }
}

/// `model.json`: a tree in which some nodes have a shape and the number of an array.
#[derive(Deserialize)]
struct Model(serde_json::Value);

impl Model {
    fn shape_of(&self, number: usize) -> Option<Vec<usize>> {
        fn find(node: &serde_json::Value, number: usize) -> Option<Vec<usize>> {
            if node.get("array").and_then(serde_json::Value::as_u64) == Some(number as u64) {
                return node.get("shape")?.as_array()?.iter().map(|n| n.as_u64().map(|n| n as usize)).collect();
            }
            match node {
                serde_json::Value::Array(nodes) => nodes.iter().find_map(|node| find(node, number)),
                serde_json::Value::Object(nodes) => nodes.values().find_map(|node| find(node, number)),
                _ => None,
            }
        }
        find(&self.0, number)
    }
}

type Files<'a> = HashMap<String, &'a [u8]>;

/// The plain files in a tar archive.
fn untar(archive: &[u8]) -> Result<Files<'_>, WeightsError> {
    const BLOCK: usize = 512;
    let mut files = HashMap::new();
    let mut at = 0;
    while let Some(header) = archive.get(at..at + BLOCK).filter(|header| header[0] != 0) {
        let field = |range: std::ops::Range<usize>| {
            let bytes = &header[range];
            let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
            std::str::from_utf8(&bytes[..end]).map(str::trim).unwrap_or_default()
        };
        let size = usize::from_str_radix(field(124..136), 8).map_err(|_| WeightsError::Form("no tar archive"))?;
        let content = archive.get(at + BLOCK..at + BLOCK + size).ok_or(WeightsError::Form("a tar archive cut off"))?;
        files.insert(field(0..100).trim_start_matches("./").to_owned(), content);
        at += BLOCK + size.div_ceil(BLOCK) * BLOCK;
    }
    Ok(files)
}

fn find<'a>(files: &Files<'a>, name: &str) -> Result<&'a [u8], WeightsError> {
    files.get(name).copied().ok_or(WeightsError::Form("an archive lacks a file"))
}

fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, WeightsError> {
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(bytes).take(UNPACKED_BYTES_MAX as u64).read_to_end(&mut out)?;
    Ok(out)
}

fn text(bytes: &[u8]) -> Result<&str, WeightsError> {
    std::str::from_utf8(bytes).map_err(|_| WeightsError::Form("no UTF-8"))
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|&four| f32::from_le_bytes(four)).collect()
}

fn push_text(text: &str, out: &mut Vec<u8>) {
    out.extend((text.len() as u32).to_le_bytes());
    out.extend(text.as_bytes());
}

fn take<'a>(rest: &mut &'a [u8], len: usize) -> Result<&'a [u8], WeightsError> {
    let (head, tail) = rest.split_at_checked(len).ok_or(WeightsError::Form("cut off"))?;
    *rest = tail;
    Ok(head)
}

fn take_u32(rest: &mut &[u8]) -> Result<u32, WeightsError> {
    let (head, tail) = rest.split_first_chunk::<4>().ok_or(WeightsError::Form("cut off"))?;
    *rest = tail;
    Ok(u32::from_le_bytes(*head))
}

fn take_text<'a>(rest: &mut &'a [u8]) -> Result<&'a str, WeightsError> {
    let len = take_u32(rest)? as usize;
    text(take(rest, len)?)
}

/// A number as IEEE 754 half precision, rounded to the nearest; what is too small becomes zero and
/// what is too large the largest.
fn to_half(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = (bits >> 16 & 0x8000) as u16;
    let rounded = (bits & 0x7FFF_FFFF) + 0x1000;
    let exponent = (rounded >> 23) as i32 - 127 + 15;
    if exponent <= 0 {
        sign
    } else if exponent >= 31 {
        sign | 0x7BFF
    } else {
        sign | (exponent as u16) << 10 | (rounded >> 13 & 0x3FF) as u16
    }
}

fn from_half(half: u16) -> f32 {
    let exponent = u32::from(half >> 10 & 0x1F);
    if exponent == 0 {
        return 0.0;
    }
    f32::from_bits(u32::from(half & 0x8000) << 16 | (exponent + 127 - 15) << 23 | u32::from(half & 0x3FF) << 13)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision_keeps_three_digits() {
        for value in [0.0, 1.0, -0.333_333, 1234.5, 6.2e-5, -7.77, 0.999_9] {
            let back = from_half(to_half(value));
            assert!((back - value).abs() <= value.abs() / 2000.0, "{value} {back}");
            assert_eq!(to_half(back), to_half(value), "halving twice is halving once");
        }
        assert_eq!(from_half(to_half(1e-9)), 0.0);
        assert_eq!(from_half(to_half(1e9)), 65504.0);
    }

    #[test]
    fn broken_files_are_errors() {
        assert!(Pack::decode(b"").is_err());
        let cut = zstd::bulk::compress(b"oqslov01\x05\0\0\0RU_X", 1).unwrap();
        assert!(Pack::decode(&cut).is_err());
        assert!(Pack::from_archives(b"", b"", 10).is_err());
    }
}
