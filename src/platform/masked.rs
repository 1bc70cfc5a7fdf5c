//! Personal data by type: shown, partly shown or withheld, always visibly so.

use crate::platform::access::inherits;
use async_graphql::{Enum, SimpleObject};
use serde::Serialize;

/// How much of a personal value the reader gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Visibility {
    /// The whole value.
    Shown,
    /// A part of it, the rest replaced by `*`.
    Partial,
    /// Nothing of it.
    Withheld,
}

/// A personal value as this reader may see it. A masked value can never be written back: inputs take plain text only.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject, Serialize)]
pub struct Masked {
    /// How much of the value is given.
    #[graphql(directive = inherits::apply())]
    visibility: Visibility,
    /// The value, whole or with `*` in it; null when it is withheld.
    #[graphql(directive = inherits::apply())]
    value: Option<String>,
    /// Why it is not shown whole: a rule or requirement id.
    #[graphql(directive = inherits::apply())]
    reason: Option<&'static str>,
}

/// What kind of personal value it is decides which part of it may be shown.
#[derive(Clone, Copy, Debug)]
pub enum Personal {
    Name,
    Phone,
    FileName,
}

impl Masked {
    /// The whole value.
    pub fn shown(value: String) -> Self {
        Self { visibility: Visibility::Shown, value: Some(value), reason: None }
    }

    /// What there is to read of it.
    pub fn text(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// Nothing of the value.
    pub fn withheld(reason: &'static str) -> Self {
        Self { visibility: Visibility::Withheld, value: None, reason: Some(reason) }
    }

    /// The part of the value that tells people apart without telling who they are.
    pub fn partial(kind: Personal, value: &str, reason: &'static str) -> Self {
        let value = match kind {
            Personal::Name => mask_name(value),
            Personal::Phone => mask_phone(value),
            Personal::FileName => mask_file_name(value),
        };
        Self { visibility: Visibility::Partial, value: Some(value), reason: Some(reason) }
    }
}

/// 李秀英 → 李**; the first character stays.
fn mask_name(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(String::from).unwrap_or_default();
    first + &"*".repeat(characters.count().clamp(1, 3))
}

/// 李秀英身份证.jpg → ***.jpg; what kind of file it is stays.
fn mask_file_name(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((_, extension)) => format!("***.{extension}"),
        None => "***".to_owned(),
    }
}

/// 13812345678 → 138****5678; numbers of fewer than 8 characters show their last two only.
fn mask_phone(phone: &str) -> String {
    let characters: Vec<char> = phone.chars().collect();
    let (head, tail) = if characters.len() >= 8 { (characters.len() - 8, 4) } else { (0, 2.min(characters.len() / 2)) };
    let head = head.min(3);
    let shown_head: String = characters.iter().take(head).collect();
    let shown_tail: String = characters.iter().skip(characters.len() - tail).collect();
    format!("{shown_head}{}{shown_tail}", "*".repeat(characters.len() - head - tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SG-16.3
    #[test]
    fn names_and_phones_show_only_a_part() {
        assert_eq!(mask_name("李秀英"), "李**");
        assert_eq!(mask_name("李"), "李*");
        assert_eq!(mask_name("欧阳娜娜·买买提"), "欧***");
        assert_eq!(mask_name(""), "*");
        assert_eq!(mask_phone("13812345678"), "138****5678");
        assert_eq!(mask_phone("02158881234"), "021****1234");
        assert_eq!(mask_phone("58881234"), "****1234");
        assert_eq!(mask_phone("12345"), "***45");
        assert_eq!(mask_phone("1"), "*");
        assert_eq!(mask_phone(""), "");
    }
}
