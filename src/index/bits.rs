//! A set of row numbers, one bit a row.

/// A set of whole numbers below a length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// An empty set for numbers below `len`.
    pub fn new(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)] }
    }

    /// Puts a number in.
    #[inline]
    pub fn set(&mut self, at: u32) {
        self.words[at as usize / 64] |= 1 << (at % 64);
    }

    /// Whether a number is in.
    #[inline]
    pub fn has(&self, at: u32) -> bool {
        self.words[at as usize / 64] >> (at % 64) & 1 == 1
    }

    /// How many are in.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The least number in the set that is not below `from`.
    pub fn next(&self, from: u32) -> Option<u32> {
        let mut at = from as usize / 64;
        let mut word = self.words.get(at)? & (!0 << (from % 64));
        while word == 0 {
            at += 1;
            word = *self.words.get(at)?;
        }
        Some(at as u32 * 64 + word.trailing_zeros())
    }

    /// The number at which `skip` members of the set, those not below `from`, have been passed.
    pub fn skip(&self, from: u32, skip: usize) -> Option<u32> {
        let mut at = from as usize / 64;
        let mut word = self.words.get(at)? & (!0 << (from % 64));
        let mut left = skip;
        while word.count_ones() as usize <= left {
            left -= word.count_ones() as usize;
            at += 1;
            word = *self.words.get(at)?;
        }
        for _ in 0..left {
            word &= word - 1;
        }
        Some(at as u32 * 64 + word.trailing_zeros())
    }

    /// Keeps what the other set has too.
    pub fn intersect(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine &= theirs;
        }
    }

    /// The members in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let mut from = Some(0);
        std::iter::from_fn(move || {
            let found = self.next(from?)?;
            from = found.checked_add(1);
            Some(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_back_in_order_and_can_be_skipped() {
        let mut bits = Bits::new(300);
        let members = [0, 1, 63, 64, 65, 200, 299];
        members.iter().for_each(|at| bits.set(*at));
        assert_eq!(bits.iter().collect::<Vec<_>>(), members);
        assert_eq!(bits.count(), members.len());
        for from in 0..300 {
            for skip in 0..9 {
                let want = members.iter().copied().filter(|m| *m >= from).nth(skip);
                assert_eq!(bits.skip(from, skip), want, "{from} {skip}");
            }
        }
        assert_eq!(Bits::new(0).next(0), None);
    }
}
