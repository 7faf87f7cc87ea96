//! Bytes to code points and back: inside we point with bytes, on the wire with code points.

use super::Span;

/// How many code points lie between two kept positions.
const STEP_BYTES: usize = 256;

/// A table that turns byte offsets of one text into code-point offsets and back.
///
/// ```
/// use oqiga::text::{Span, offsets::CodePoints};
/// let points = CodePoints::new("в Актау");
/// assert_eq!(points.span("в Актау".find("Актау").map(|b| Span::new(b, b + 10)).unwrap()), [2, 7]);
/// ```
#[derive(Debug, Clone)]
pub struct CodePoints<'a> {
    text: &'a str,
    /// Code points before byte `i * STEP_BYTES`, rounded down to a character boundary.
    before: Vec<(u32, u32)>,
}

impl<'a> CodePoints<'a> {
    /// Reads the text once.
    pub fn new(text: &'a str) -> Self {
        let mut before = Vec::with_capacity(text.len() / STEP_BYTES + 1);
        let mut next = 0;
        for (count, (byte, _)) in text.char_indices().enumerate() {
            if byte >= next {
                before.push((byte as u32, count as u32));
                next = byte + STEP_BYTES;
            }
        }
        if before.is_empty() {
            before.push((0, 0));
        }
        Self { text, before }
    }

    /// Code points before byte `byte`, which must be a character boundary of the text.
    pub fn at(&self, byte: usize) -> usize {
        let i = self.before.partition_point(|&(b, _)| b as usize <= byte).saturating_sub(1);
        let (b, count) = self.before[i];
        count as usize + self.text[b as usize..byte].chars().count()
    }

    /// A byte span as `[start, end]` in code points.
    pub fn span(&self, span: Span) -> [usize; 2] {
        [self.at(span.start as usize), self.at(span.end as usize)]
    }

    /// The byte offset of a code point, or the length of the text when there are not so many.
    pub fn byte(&self, point: usize) -> usize {
        let i = self.before.partition_point(|&(_, c)| c as usize <= point).saturating_sub(1);
        let (b, count) = self.before[i];
        let rest = &self.text[b as usize..];
        rest.char_indices().nth(point - count as usize).map_or(self.text.len(), |(at, _)| b as usize + at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_boundary_goes_there_and_back(text in "\\PC{0,900}") {
            let points = CodePoints::new(&text);
            for (count, (byte, _)) in text.char_indices().enumerate() {
                prop_assert_eq!(points.at(byte), count);
                prop_assert_eq!(points.byte(count), byte);
            }
            prop_assert_eq!(points.at(text.len()), text.chars().count());
        }
    }
}
