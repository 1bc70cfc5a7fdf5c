//! The personal values of a case (names, phone and contract numbers of everybody whom it names), and finding them in a text. They
//! are found however they are written: full-width or not, with or without spaces and hyphens.

use super::{people, sealed};
use crate::identity;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::platform::text::{comparable_contract_number, comparable_phone};
use crate::platform::vault::DataKey;
use entity::case;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

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

/// What must not be read where anybody reads.
pub struct PersonalValues(Vec<Value>);

struct Value {
    whose: Whose,
    /// Its letters and digits, as [`Letters`] has them.
    letters: Vec<char>,
    /// A name in an alphabet stands as words of its own: Li is no part of policy. Everything else stands anywhere.
    in_words: bool,
}

impl PersonalValues {
    /// Those of everybody whom the case names.
    pub async fn of(tx: &Tx, case: &case::Model) -> Result<Self> {
        let only = [case.id];
        let mut values = Opened { key: tx.key_of(case.id).await?, found: Vec::new() };
        values.open(Whose::ComplainantName, sealed::COMPLAINANT_NAME, case.id, Some(&case.complainant_name_sealed))?;
        values.open(
            Whose::PolicyholderName,
            sealed::POLICYHOLDER_NAME,
            case.id,
            case.policyholder_name_sealed.as_ref(),
        )?;
        values.open(Whose::InsuredName, sealed::INSURED_NAME, case.id, case.insured_name_sealed.as_ref())?;
        values.open(Whose::Phone, sealed::PHONE, case.id, case.phone_sealed.as_ref())?;
        values.open(Whose::ContractNumber, sealed::CONTRACT_NUMBER, case.id, case.contract_number_sealed.as_ref())?;
        for other in people::store::complainants(tx.db(), &only).await? {
            values.open(
                Whose::ComplainantName,
                sealed::FURTHER_COMPLAINANT_NAME,
                other.id,
                Some(&other.name_sealed),
            )?;
            values.open(Whose::Phone, sealed::FURTHER_COMPLAINANT_PHONE, other.id, other.phone_sealed.as_ref())?;
        }
        for letter in people::store::authority_letters(tx.db(), &only).await? {
            values.open(Whose::HolderName, sealed::HOLDER_NAME, letter.id, Some(&letter.holder_name_sealed))?;
            values.open(Whose::Phone, sealed::HOLDER_PHONE, letter.id, letter.holder_phone_sealed.as_ref())?;
        }
        for form in people::store::intake_forms(tx.db(), &only).await? {
            values.open(Whose::Phone, sealed::CALLER_NUMBER, case.id, form.caller_number_sealed.as_ref())?;
            values.open(Whose::ComplainantName, sealed::SIGNATURE, case.id, form.signature_sealed.as_ref())?;
        }
        let respondents = people::store::respondents(tx.db(), &only).await?;
        for respondent in &respondents {
            values.open(
                Whose::RespondentName,
                sealed::RESPONDENT_NAME,
                respondent.id,
                respondent.name_sealed.as_ref(),
            )?;
        }
        let staff: Vec<_> = respondents.iter().filter_map(|respondent| respondent.staff_id).collect();
        let cards = identity::store::cards(tx.db(), &staff).await?;
        values.found.extend(cards.into_iter().map(|card| (Whose::RespondentName, card.name)));
        Ok(Self::from_iter(values.found))
    }

    /// The first of these values that stands in a text.
    pub fn found_in(&self, text: &str) -> Option<Whose> {
        let letters = Letters::of(&folded(text));
        self.0.iter().find(|value| letters.places(value).next().is_some()).map(|value| value.whose)
    }

    /// The text, folded, with a line break in the place of every value.
    pub fn cut_out_of(&self, text: &str) -> String {
        let text = folded(text);
        let letters = Letters::of(&text);
        let mut cuts: Vec<Range<usize>> = self.0.iter().flat_map(|value| letters.places(value)).collect();
        cuts.sort_by_key(|cut| cut.start);
        let mut left = String::with_capacity(text.len());
        let mut from = 0;
        for cut in cuts {
            if cut.start > from {
                left += &text[from..cut.start];
            }
            if cut.end > from {
                left.push('\n');
                from = cut.end;
            }
        }
        left + &text[from..]
    }
}

impl<T: AsRef<str>> FromIterator<(Whose, T)> for PersonalValues {
    fn from_iter<I: IntoIterator<Item = (Whose, T)>>(values: I) -> Self {
        let value = |(whose, text): (Whose, T)| {
            let comparable = match whose {
                Whose::Phone => comparable_phone(text.as_ref()),
                Whose::ContractNumber => comparable_contract_number(text.as_ref()),
                _ => text.as_ref().to_owned(),
            };
            let letters: Vec<char> = folded(&comparable).chars().filter(|letter| letter.is_alphanumeric()).collect();
            let is_name = !matches!(whose, Whose::Phone | Whose::ContractNumber);
            let in_words = is_name && !letters.iter().copied().any(is_ideograph);
            Value { whose, letters, in_words }
        };
        Self(values.into_iter().map(value).filter(|value| !value.letters.is_empty()).collect())
    }
}

struct Opened {
    key: DataKey,
    found: Vec<(Whose, String)>,
}

impl Opened {
    fn open(&mut self, whose: Whose, field: &'static str, row: impl Into<Uuid>, sealed: Option<&String>) -> Result<()> {
        if let Some(sealed) = sealed {
            self.found.push((whose, self.key.open(field, row, sealed)?));
        }
        Ok(())
    }
}

/// A text as it is searched: full-width forms and capitals are gone.
pub fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// The letters and digits of a folded text, each with its place.
struct Letters {
    letters: Vec<char>,
    places: Vec<Range<usize>>,
}

impl Letters {
    fn of(text: &str) -> Self {
        let letters = text.char_indices().filter(|(_, letter)| letter.is_alphanumeric());
        let (letters, places) = letters.map(|(at, letter)| (letter, at..at + letter.len_utf8())).unzip();
        Self { letters, places }
    }

    /// Where a value stands in the text.
    fn places(&self, value: &Value) -> impl Iterator<Item = Range<usize>> {
        let length = value.letters.len();
        let stands = move |(first, letters): (usize, &[char])| {
            let last = first + length - 1;
            let whole = !value.in_words || (self.begins_word(first) && self.begins_word(last + 1));
            (letters == value.letters && whole).then(|| self.places[first].start..self.places[last].end)
        };
        self.letters.windows(length).enumerate().filter_map(stands)
    }

    /// Whether something stands between a letter and the one before it.
    fn begins_word(&self, position: usize) -> bool {
        match (position.checked_sub(1).map(|before| &self.places[before]), self.places.get(position)) {
            (Some(before), Some(letter)) => before.end < letter.start,
            _ => true,
        }
    }
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_text(text: &str) -> Option<Whose> {
        values().found_in(text)
    }

    fn values() -> PersonalValues {
        PersonalValues::from_iter([
            (Whose::ComplainantName, "李秀英"),
            (Whose::PolicyholderName, "Li Wei"),
            (Whose::Phone, "+86 138-1234-5678"),
            (Whose::ContractNumber, "HK2019-000123"),
        ])
    }

    #[test]
    fn what_is_cut_out_leaves_a_gap() {
        for (text, left) in [
            ("客户李秀英（电话１３８-1234 5678）要求退保", "客户\n(电话\n)要求退保"),
            ("李秀英李秀英", "\n\n"),
            ("Mr LI  WEI, hk2019-000123; policy", "mr \n, \n; policy"),
            ("没有", "没有"),
            ("", ""),
        ] {
            assert_eq!(values().cut_out_of(text), left, "{text}");
        }
        // One value within another.
        let nested = PersonalValues::from_iter([(Whose::InsuredName, "秀英"), (Whose::ComplainantName, "李秀英")]);
        assert_eq!(nested.cut_out_of("见李秀英。"), "见\n。");
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
        let empty = [(Whose::Phone, ""), (Whose::ComplainantName, "—"), (Whose::InsuredName, "")];
        assert_eq!(PersonalValues::from_iter(empty).found_in("任何文字"), None);
    }
}
