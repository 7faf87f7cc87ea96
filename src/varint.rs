//! Whole numbers in as few bytes as they need: seven bits a byte, the lowest first, the high bit set on
//! all but the last. So protocol buffers write them, and the compact files of this project.

/// Appends a number.
pub(crate) fn push(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// How many bytes a number takes.
pub(crate) fn len(number: u64) -> usize {
    // One bit at least, then seven a byte.
    (70 - (number | 1).leading_zeros() as usize) / 7
}

/// A number with a sign as one without, so that those near zero stay short: 0, -1, 1, -2 become 0, 1, 2, 3.
pub(crate) fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

/// The way back from [`zigzag`].
pub(crate) fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_the_bytes_that_protocol_buffers_give_them() {
        let written = |number| {
            let mut out = Vec::new();
            push(&mut out, number);
            out
        };
        assert_eq!(written(1), [1]);
        assert_eq!(written(300), [0xAC, 0x02]);
        assert_eq!(written(u64::MAX).len(), 10);
        for number in (0..64).flat_map(|bit| [1u64 << bit, (1 << bit) - 1]).chain([u64::MAX]) {
            assert_eq!(len(number), written(number).len(), "{number}");
        }
    }

    #[test]
    fn signs_go_there_and_back() {
        assert_eq!([0, -1, 1, -2].map(zigzag), [0, 1, 2, 3]);
        for number in [0, 7, -7, i64::MIN, i64::MAX] {
            assert_eq!(unzigzag(zigzag(number)), number);
        }
    }
}
