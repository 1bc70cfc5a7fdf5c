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

/// A text that a filter looks for.
pub fn wanted(field: &'static str, text: Option<String>) -> Result<Option<String>> {
    optional(field, text.as_deref(), LINE)
}

/// The values of which a filter takes any: not so many that a database refuses the statement.
pub fn any_wanted<T>(field: &'static str, values: Option<Vec<T>>) -> Result<Option<Vec<T>>> {
    const MOST: usize = 100;
    if values.as_ref().is_some_and(|values| values.len() > MOST) {
        return Err(Failure::bad_input(field, format!("Give at most {MOST} values.")));
    }
    Ok(values)
}

/// Codes of which a filter takes any.
pub fn any_code_wanted(field: &'static str, codes: Option<Vec<String>>) -> Result<Option<Vec<String>>> {
    let Some(codes) = any_wanted(field, codes)? else { return Ok(None) };
    codes.into_iter().map(|code| required(field, &code, LINE)).collect::<Result<_>>().map(Some)
}

/// Control characters other than a line break or tab, and the marks that reverse the reading order of what follows.
fn is_forbidden(character: char) -> bool {
    (character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A phone number as it is compared: full-width digits folded, separators removed, and without the Chinese country code: a
/// mobile number as it is, a landline with the 0 of its area code.
pub fn comparable_phone(phone: &str) -> String {
    let folded: String = phone.nfkc().collect();
    let international = folded.trim_start().starts_with('+');
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    let is_mobile = |number: &str| number.len() == 11 && number.starts_with('1');
    let national = match digits.strip_prefix("0086") {
        Some(rest) => Some(rest),
        None => digits.strip_prefix("86").filter(|rest| international || is_mobile(rest)),
    };
    match national {
        Some(rest) if is_mobile(rest) || rest.starts_with('0') || rest.is_empty() => rest.to_owned(),
        Some(landline) => format!("0{landline}"),
        None => digits,
    }
}

/// A contract number as it is compared: full-width forms folded, separators removed, upper case.
pub fn comparable_contract_number(number: &str) -> String {
    number.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// A name as it is compared: full-width forms folded, separators and spaces removed, upper case.
pub fn comparable_name(name: &str) -> String {
    comparable_contract_number(name)
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
        for written in ["021-58881234", "+86 21 5888 1234", "0086-21-58881234", "+86 (021) 58881234"] {
            assert_eq!(comparable_phone(written), "02158881234", "{written}");
        }
        // A landline without an area code may begin with 86.
        assert_eq!(comparable_phone("8658 1234"), "86581234");
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
