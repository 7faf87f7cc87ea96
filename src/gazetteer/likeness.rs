//! How alike two sequences are: one minus their edit distance over the longer length (Levenshtein).

/// 1 for equal sequences, 0 for those with nothing in common and for two empty ones.
pub(super) fn likeness<T: PartialEq>(a: &[T], b: &[T]) -> f64 {
    let longest = a.len().max(b.len());
    if longest == 0 {
        return 0.0;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cell = (corner + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = row[j + 1];
            row[j + 1] = cell;
        }
    }
    1.0 - row[b.len()] as f64 / longest as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_letter_that_differs_costs_its_share_of_the_longer_one() {
        let check = |a: &str, b: &str, want: f64| assert!((likeness(a.as_bytes(), b.as_bytes()) - want).abs() < 1e-9, "{a} {b}");
        check("aktau", "aktau", 1.0);
        check("aktau", "aqtau", 0.8);
        check("aktau", "akta", 0.8);
        check("", "aktau", 0.0);
        check("", "", 0.0);
    }
}
