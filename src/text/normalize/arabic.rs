//! Arabic script: one form for the letters that writers and keyboards vary.
//!
//! Alef with hamza or madda is alef, final ya and alef maqsura are ya, ta marbuta is ha, hamza
//! carriers lose the hamza and a free hamza goes (newspapers drop all of these at will). Persian,
//! Urdu, Uyghur and Kurdish letters become the Arabic letter an Arab newspaper would print: gaf is
//! ghain, peh is beh, cheh is jeem. Vowel signs and tatweel go.

/// Appends the folded form of one Arabic letter.
pub(super) fn fold_char(c: char, out: &mut String) {
    let folded = match c {
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ئ' | 'ی' | 'ې' | 'ے' | 'ۓ' => 'ي',
        'ؤ' | 'ۆ' | 'ۇ' | 'ۈ' | 'ۋ' | 'ۏ' => 'و',
        'ة' | 'ھ' | 'ہ' | 'ۀ' | 'ە' | 'ۃ' => 'ه',
        'ک' | 'ڪ' => 'ك',
        'گ' => 'غ',
        'پ' => 'ب',
        'چ' => 'ج',
        'ژ' => 'ز',
        'ڤ' => 'ف',
        'ڭ' => 'ك',
        'ټ' | 'ٹ' => 'ت',
        'ډ' | 'ڈ' => 'د',
        'ړ' | 'ڑ' | 'ڕ' => 'ر',
        'ښ' => 'ش',
        'ڵ' => 'ل',
        'ں' => 'ن',
        'ء' => return,
        other if is_mark(other) => return,
        other => other,
    };
    out.push(folded);
}

/// Harakat, Quranic marks, superscript alef and tatweel.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c as u32, 0x610..=0x61A | 0x640 | 0x64B..=0x65F | 0x670 | 0x6D6..=0x6DC | 0x6DF..=0x6E8 | 0x6EA..=0x6ED)
}
