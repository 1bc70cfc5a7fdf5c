//! Finding archive files by what stands in them (docs/adr/0012-archive-search.md): pure functions.
//!
//! Chinese has no spaces to cut words at, so what is indexed is every pair of characters that follow each other. A text is searched as
//! it is folded: full-width forms and capitals are gone, and white space of any length is one space. The personal values of the case
//! are cut out before, and leave a line break, which nobody can search for.

pub mod service;
pub mod store;

use super::snapshot::Snapshot;
use crate::cases::personal_values::{PersonalValues, folded};
use crate::platform::error::{Failure, Result};
use crate::platform::text;

/// What is searched of a file as it was filed.
pub fn text_of(snapshot: &Snapshot) -> String {
    text_of_prose(&snapshot.prose(), &snapshot.personal_values())
}

/// The same of what was written in these texts, a line for each.
pub fn text_of_prose(prose: &[&str], personal: &PersonalValues) -> String {
    let lines: Vec<_> = prose.iter().map(|text| personal.cut_out_of(&spaced(text))).collect();
    lines.join("\n")
}

/// Folded, with one space where there was white space.
fn spaced(text: &str) -> String {
    folded(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What somebody looks for: two characters or more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle(String);

impl Needle {
    pub fn new(field: &'static str, text: &str) -> Result<Self> {
        let needle = spaced(&text::required(field, text, text::LINE)?);
        match needle.chars().nth(1) {
            Some(_) => Ok(Self(needle)),
            None => Err(Failure::bad_input(field, "Give two characters or more.")),
        }
    }
}

/// Every two characters that follow each other.
fn pairs(text: &str) -> impl Iterator<Item = (char, char)> {
    text.chars().zip(text.chars().skip(1))
}

/// The pairs of a text as words of an ASCII tokenizer, in their order: a phrase of them is a piece of the text.
fn words(text: &str) -> String {
    let words: Vec<_> = pairs(text).map(|(one, other)| format!("{:x}g{:x}", one as u32, other as u32)).collect();
    words.join(" ")
}

/// The different pairs of a text that somebody could look for.
fn distinct(text: &str) -> Vec<String> {
    let within_lines = pairs(text).filter(|(one, other)| *one != '\n' && *other != '\n');
    let mut distinct: Vec<String> = within_lines.map(|(one, other)| String::from_iter([one, other])).collect();
    distinct.sort_unstable();
    distinct.dedup();
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::personal_values::Whose;

    #[test]
    fn texts_are_folded_and_hold_no_personal_value() {
        let personal = PersonalValues::from_iter([(Whose::ComplainantName, "李秀英"), (Whose::Phone, "13812345678")]);
        let text = text_of_prose(&["客户李秀英\n来电１３８ 1234-5678，ＡＢＣ　退保", "续页"], &personal);
        assert_eq!(text, "客户\n 来电\n,abc 退保\n续页");
    }

    #[test]
    fn a_needle_has_two_characters() {
        for (text, needle) in [
            ("退保", Some("退保")),
            (" 退  保 ", Some("退 保")),
            ("ＡＢ", Some("ab")),
            ("退", None),
            ("  ", None),
            ("㎏", Some("kg")),
        ] {
            assert_eq!(Needle::new("text", text).ok().map(|needle| needle.0).as_deref(), needle, "{text}");
        }
    }

    #[test]
    fn pairs_follow_each_other() {
        assert_eq!(words("退保😀"), "9000g4fdd 4fddg1f600");
        assert_eq!(words("退"), "");
        assert_eq!(distinct("aba\nab"), ["ab", "ba"]);
    }
}
