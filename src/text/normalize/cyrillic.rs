//! Cyrillic: ё is written е at will; everything else tells words apart.

/// Appends the folded form of one lower-case Cyrillic letter.
pub(super) fn fold_char(c: char, out: &mut String) {
    out.push(match c {
        'ё' | 'ѐ' => 'е',
        'ѝ' => 'и',
        other => other,
    });
}
