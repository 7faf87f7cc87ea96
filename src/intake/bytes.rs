//! Bytes from a file or a request as text.
//!
//! Any bytes that a person may have meant as text are text: what is not UTF-8 is replaced and told.
//! Only what is plainly another kind of file is refused.

use crate::diagnostic::{Code, Diagnostic};

use super::{IntakeError, Limits};

/// How far we look for signs of a binary file.
const SNIFF_BYTES: usize = 8 * 1024;

/// The text in `bytes`, cut at the limit, with remarks on what was lost.
///
/// # Errors
/// [`IntakeError::Binary`] when the bytes are no text at all.
pub fn decode(bytes: &[u8], limits: Limits) -> Result<(String, Vec<Diagnostic>), IntakeError> {
    let mut diagnostics = Vec::new();
    let text = match utf16(bytes) {
        Some(text) => text,
        None => {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            if let Some(kind) = binary_kind(bytes) {
                return Err(IntakeError::Binary { kind });
            }
            match std::str::from_utf8(bytes) {
                Ok(text) => text.to_owned(),
                Err(error) => {
                    let message = format!(
                        "the text is not valid UTF-8 from byte {} on; what could not be read was replaced by U+FFFD",
                        error.valid_up_to()
                    );
                    diagnostics.push(Diagnostic::new(Code::InvalidUtf8, message));
                    String::from_utf8_lossy(bytes).into_owned()
                }
            }
        }
    };
    Ok((cut(text, limits, &mut diagnostics), diagnostics))
}

fn cut(mut text: String, limits: Limits, diagnostics: &mut Vec<Diagnostic>) -> String {
    if text.len() > limits.text_bytes {
        let mut end = limits.text_bytes;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let message = format!("the text has {} bytes; only the first {end} were read", text.len());
        diagnostics.push(Diagnostic::new(Code::Truncated, message));
        text.truncate(end);
    }
    text
}

/// UTF-16 with a byte order mark, as some editors save it.
fn utf16(bytes: &[u8]) -> Option<String> {
    let (rest, unit): (_, fn([u8; 2]) -> u16) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => (rest, u16::from_be_bytes),
        _ => return None,
    };
    let units = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    Some(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

/// What kind of file this is, when it is no text: known by its first bytes or by NUL bytes.
fn binary_kind(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"%PDF-", "a PDF file"),
        (b"PK\x03\x04", "a ZIP archive or office document"),
        (b"\x89PNG", "a PNG image"),
        (b"\xFF\xD8\xFF", "a JPEG image"),
        (b"GIF8", "a GIF image"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"SQLite format 3\0", "an SQLite database or GeoPackage"),
        (b"\x7FELF", "a program"),
        (b"\x28\xB5\x2F\xFD", "a Zstandard archive"),
    ];
    let known = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, kind)| *kind);
    known.or_else(|| bytes[..bytes.len().min(SNIFF_BYTES)].contains(&0).then_some("binary data"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_any_usual_encoding_is_read() {
        let read = |bytes: &[u8]| decode(bytes, Limits::DEFAULT).map(|(text, _)| text);
        assert_eq!(read("Актау".as_bytes()).unwrap(), "Актау");
        assert_eq!(read(b"\xEF\xBB\xBFAktau").unwrap(), "Aktau");
        assert_eq!(read(&[0xFF, 0xFE, 0x10, 0x04]).unwrap(), "А");
    }

    #[test]
    fn invalid_bytes_are_replaced_and_told() {
        let (text, diagnostics) = decode(b"Akt\xFFau", Limits::DEFAULT).unwrap();
        assert_eq!(text, "Akt\u{FFFD}au");
        assert_eq!(diagnostics[0].code, Code::InvalidUtf8);
    }

    #[test]
    fn a_binary_file_is_refused_by_its_kind() {
        let error = decode(b"%PDF-1.7 ...", Limits::DEFAULT).unwrap_err();
        assert_eq!(error.to_string(), "this is a PDF file, not text; save it as text or HTML first");
    }

    #[test]
    fn a_long_text_is_cut_at_a_character_and_told() {
        let (text, diagnostics) = decode("жжж".as_bytes(), Limits { text_bytes: 3 }).unwrap();
        assert_eq!(text, "ж");
        assert_eq!(diagnostics[0].code, Code::Truncated);
    }
}
