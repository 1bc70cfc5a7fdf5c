//! Text that callers send: trimmed, bounded, free of what no database or log should meet.

use crate::platform::error::{Failure, Result};
use unicode_normalization::UnicodeNormalization;

/// A line: names, numbers, titles.
pub const LINE: usize = 200;
/// A longer text: summaries, statements, opinions.
pub const PROSE: usize = 10_000;

/// The trimmed text, which must not be empty and not longer than `most` characters.
pub fn required(field: &'static str, text: &str, most: usize) -> Result<String> {
    optional(field, Some(text), most)?.ok_or_else(|| Failure::bad_input(field, "This text must not be empty."))
}

/// The trimmed text, or none when there is nothing in it.
pub fn optional(field: &'static str, text: Option<&str>, most: usize) -> Result<Option<String>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.chars().count() > most {
        return Err(Failure::bad_input(field, format!("This text is longer than {most} characters.")));
    }
    if text.chars().any(is_forbidden) {
        return Err(Failure::bad_input(field, "This text contains a control character."));
    }
    Ok(Some(text.to_owned()))
}

/// Control characters other than a line break or tab, and the marks that reverse the reading order of what follows.
fn is_forbidden(character: char) -> bool {
    (character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A phone number as it is compared: full-width digits folded, separators and the Chinese country code removed.
pub fn comparable_phone(phone: &str) -> String {
    let digits: String = phone.nfkc().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86")) {
        Some(national) if national.len() == 11 => national.to_owned(),
        _ => digits,
    }
}

/// A contract number as it is compared: full-width forms folded, separators removed, upper case.
pub fn comparable_contract_number(number: &str) -> String {
    number.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_compare_however_they_are_written() {
        for written in
            ["13812345678", "138 1234 5678", "+86 138-1234-5678", "0086 13812345678", "１３８１２３４５６７８"]
        {
            assert_eq!(comparable_phone(written), "13812345678", "{written}");
        }
        assert_eq!(comparable_phone("021-58881234"), "02158881234");
    }

    #[test]
    fn contract_numbers_compare_however_they_are_written() {
        assert_eq!(comparable_contract_number(" hk-2019 000123 "), "HK2019000123");
        assert_eq!(comparable_contract_number("ＨＫ２０１９０００１２３"), "HK2019000123");
    }

    #[test]
    fn dangerous_characters_are_refused_and_chinese_text_is_not() {
        assert!(required("summary", "要求全额退保。\n客户情绪激动", PROSE).is_ok());
        assert!(required("summary", "a\0b", PROSE).is_err());
        assert!(required("summary", "a\u{1b}[31mb", PROSE).is_err());
        assert!(required("summary", "abc\u{202e}cba", PROSE).is_err());
        assert!(required("summary", "  \u{3000} ", PROSE).is_err());
        assert!(required("name", &"张".repeat(LINE + 1), LINE).is_err());
    }
}
