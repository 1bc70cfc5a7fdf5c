//! Finding the personal data of a case in a text: pure functions. It is found however it is written: full-width or not, with
//! or without spaces and hyphens.

use crate::platform::text::{comparable_contract_number, comparable_phone};
use unicode_normalization::UnicodeNormalization;

/// Which personal value of a case was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    ComplainantName,
    PolicyholderName,
    InsuredName,
    RespondentName,
    HolderName,
    Phone,
    ContractNumber,
}

/// The first of these values that stands in a text.
pub fn found<'a>(text: &str, values: impl IntoIterator<Item = (Whose, &'a str)>) -> Option<Whose> {
    let text = Folded::of(text);
    let stands = |(whose, value): &(Whose, &str)| match whose {
        Whose::Phone => text.has_number(&comparable_phone(value)),
        Whose::ContractNumber => text.has_number(&comparable_contract_number(value).to_lowercase()),
        Whose::ComplainantName
        | Whose::PolicyholderName
        | Whose::InsuredName
        | Whose::RespondentName
        | Whose::HolderName => text.has_name(value),
    };
    values.into_iter().find(stands).map(|(whose, _)| whose)
}

/// A text as it is searched.
struct Folded {
    /// Its words in lower case, one space around each.
    words: String,
    /// Its letters and digits alone.
    letters: String,
}

impl Folded {
    fn of(text: &str) -> Self {
        let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
        let mut words = " ".to_owned();
        for word in folded.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()) {
            words += word;
            words.push(' ');
        }
        let letters = folded.chars().filter(|character| character.is_alphanumeric()).collect();
        Self { words, letters }
    }

    /// A name in Chinese stands anywhere, one in an alphabet as words of its own: Li is no part of policy.
    fn has_name(&self, name: &str) -> bool {
        let name = Self::of(name);
        if name.letters.is_empty() {
            return false;
        }
        match name.letters.chars().any(is_ideograph) {
            true => self.letters.contains(&name.letters),
            false => self.words.contains(&name.words),
        }
    }

    fn has_number(&self, number: &str) -> bool {
        !number.is_empty() && self.letters.contains(number)
    }
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_text(text: &str) -> Option<Whose> {
        found(
            text,
            [
                (Whose::ComplainantName, "李秀英"),
                (Whose::PolicyholderName, "Li Wei"),
                (Whose::Phone, "+86 138-1234-5678"),
                (Whose::ContractNumber, "HK2019-000123"),
            ],
        )
    }

    /// HK-3.12
    #[test]
    fn names_and_numbers_are_found_however_they_are_written() {
        for (text, whose) in [
            ("客户李秀英要求退保", Whose::ComplainantName),
            ("客户李 秀 英要求退保", Whose::ComplainantName),
            ("The policyholder LI WEI complained", Whose::PolicyholderName),
            ("li\u{3000}wei", Whose::PolicyholderName),
            ("电话13812345678", Whose::Phone),
            ("电话１３８ １２３４ ５６７８", Whose::Phone),
            ("138-1234-5678", Whose::Phone),
            ("合同 hk2019 000123 项下", Whose::ContractNumber),
        ] {
            assert_eq!(in_text(text), Some(whose), "{text}");
        }
        for text in ["", "客户李女士要求退保", "the policy was weighed", "13812345", "Li and Wei", "秀英李"]
        {
            assert_eq!(in_text(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_empty_is_nowhere() {
        assert_eq!(
            found("任何文字", [(Whose::Phone, ""), (Whose::ComplainantName, "—"), (Whose::InsuredName, "")]),
            None
        );
    }
}
