//! A look at a document before it is parsed: how many tokens it has and how deep its brackets nest. The parser calls itself
//! for every bracket, so that depth must be bounded before it runs.

use super::document::{DocumentError, DocumentLimits};
use std::iter::Peekable;
use std::str::Bytes;

/// Counts the tokens; refuses a text with too many or too deep brackets. What is no GraphQL is left to the parser.
pub fn scan(text: &str, limits: &DocumentLimits) -> Result<u32, DocumentError> {
    let mut bytes = text.bytes().peekable();
    let (mut tokens, mut depth) = (0_u32, 0_u32);
    while let Some(byte) = bytes.next() {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => continue,
            b'#' => {
                while bytes.next_if(|byte| !matches!(byte, b'\n' | b'\r')).is_some() {}
                continue;
            }
            b'"' => skip_string(&mut bytes),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'.' => while bytes.next_if_eq(&b'.').is_some() {},
            _ if is_of_word(byte) => {
                let number = byte.is_ascii_digit() || byte == b'-';
                while bytes.next_if(|next| is_of_word(*next) || (number && *next == b'.')).is_some() {}
            }
            _ => {}
        }
        tokens += 1;
        if tokens > limits.tokens {
            return Err(DocumentError::limit("tokens", limits.tokens));
        }
        if depth > limits.brackets {
            return Err(DocumentError::limit("nested brackets", limits.brackets));
        }
    }
    Ok(tokens)
}

/// Names and numbers; whatever is not ASCII can only stand in strings and comments, or is an error anyway.
const fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+') || !byte.is_ascii()
}

/// Goes on behind a string whose first quotation mark was read.
fn skip_string(bytes: &mut Peekable<Bytes<'_>>) {
    if bytes.next_if_eq(&b'"').is_none() {
        let mut escaped = false;
        while let Some(byte) = bytes.next_if(|byte| !matches!(byte, b'\n' | b'\r')) {
            match byte {
                b'"' if !escaped => return,
                _ => escaped = byte == b'\\' && !escaped,
            }
        }
        return;
    }
    if bytes.next_if_eq(&b'"').is_none() {
        return; // the empty string
    }
    let (mut quotes, mut escaped) = (0, false);
    for byte in bytes {
        quotes = if byte == b'"' && !escaped { quotes + 1 } else { 0 };
        escaped = byte == b'\\';
        if quotes == 3 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: DocumentLimits = DocumentLimits { tokens: 30, brackets: 4, ..DocumentLimits::NONE };

    #[test]
    fn tokens_are_counted_as_the_specification_does() {
        for (text, tokens) in [
            ("{ a }", 3),
            ("{a(x:1,y:\"a b } {\")#{{{{{{\n}", 11),
            ("query Q($v: [Int!]! = [1, -2.5e3]) { a @skip(if: true) }", 27),
            ("{ ...F ... { a } }", 8),
            ("\"\"\" one \\\"\"\" {{{{{{ \"\" two \"\"\" x \"\" \"\\\"\"", 4),
            ("", 0),
            ("  #only", 0),
            ("\"open {{{{{{{", 1),
            ("\"\"\"open {{{{{{{", 1),
        ] {
            assert_eq!(scan(text, &LIMITS).ok(), Some(tokens), "{text}");
        }
    }

    #[test]
    fn brackets_and_tokens_are_bounded() {
        for shape in ["[", "{", "(", "{a(x:[", "[[]["] {
            assert!(scan(&shape.repeat(5), &LIMITS).is_err(), "{shape}");
        }
        assert!(scan(&"a ".repeat(31), &LIMITS).is_err());
        assert!(scan(&"{}".repeat(10), &LIMITS).is_ok());
    }
}
