//! Number schemes of archives that are arranged by year, level and category, such as `{year}-{level}-{category}-{serial:3}`.

use serde::{Deserialize, Deserializer};
use std::fmt::Write;

/// How an archive number is made. The serial counts within the other values that the scheme names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveScheme(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Year,
    Level,
    Category,
    Serial { width: usize },
}

/// A code of the profile and what it is called.
#[derive(Clone, Copy, Debug)]
pub struct Called<'a> {
    pub code: &'a str,
    pub name: &'a str,
}

/// What a file is arranged by.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    pub year: i32,
    pub level: Called<'a>,
    pub category: Option<Called<'a>>,
}

#[derive(Debug, thiserror::Error)]
#[error(
    "an archive number scheme holds {{serial:WIDTH}} once, with a width of 1 to 12, and any of {{year}}, {{level}} and {{category}}, \
     such as {{year}}-{{level}}-{{category}}-{{serial:3}}"
)]
pub struct NotAnArchiveScheme;

impl ArchiveScheme {
    pub fn parse(text: &str) -> Result<Self, NotAnArchiveScheme> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (literal, from_brace) = rest.split_at(rest.find('{').unwrap_or(rest.len()));
            if literal.contains('}') {
                return Err(NotAnArchiveScheme);
            }
            if !literal.is_empty() {
                pieces.push(Piece::Text(literal.to_owned()));
            }
            let Some(inside) = from_brace.strip_prefix('{') else { break };
            let (name, after) = inside.split_once('}').ok_or(NotAnArchiveScheme)?;
            pieces.push(match name {
                "year" => Piece::Year,
                "level" => Piece::Level,
                "category" => Piece::Category,
                other => {
                    let width = other.strip_prefix("serial:").and_then(|width| width.parse().ok());
                    let width = width.filter(|width| (1..=12).contains(width)).ok_or(NotAnArchiveScheme)?;
                    Piece::Serial { width }
                }
            });
            rest = after;
        }
        let serials = pieces.iter().filter(|piece| matches!(piece, Piece::Serial { .. })).count();
        if serials == 1 { Ok(Self(pieces)) } else { Err(NotAnArchiveScheme) }
    }

    pub fn names_category(&self) -> bool {
        self.0.contains(&Piece::Category)
    }

    /// The number; a serial that outgrows the width simply gets longer.
    pub fn number(&self, group: &Group<'_>, serial: i64) -> String {
        self.0.iter().fold(String::new(), |mut number, piece| {
            let _ = match piece {
                Piece::Text(text) => write!(number, "{text}"),
                Piece::Year => write!(number, "{}", group.year),
                Piece::Level => write!(number, "{}", group.level.name),
                Piece::Category => write!(number, "{}", group.category.map_or("", |category| category.name)),
                Piece::Serial { width } => write!(number, "{serial:0width$}"),
            };
            number
        })
    }

    /// The values within which the serial counts, always in this order.
    pub fn series(&self, group: &Group<'_>) -> String {
        let mut series = String::new();
        if self.0.contains(&Piece::Year) {
            let _ = write!(series, ":{}", group.year);
        }
        if self.0.contains(&Piece::Level) {
            let _ = write!(series, ":{}", group.level.code);
        }
        if self.names_category() {
            let _ = write!(series, ":{}", group.category.map_or("", |category| category.code));
        }
        series
    }
}

impl<'de> Deserialize<'de> for ArchiveScheme {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: Group<'static> = Group {
        year: 2026,
        level: Called { code: "LEVEL_1", name: "一级" },
        category: Some(Called { code: "SCRIPT", name: "剧本相关" }),
    };

    /// SG-13.2 SG-A12
    #[test]
    fn numbers_name_their_group_and_outgrow_their_width() {
        let scheme = ArchiveScheme::parse("{year}-{level}-{category}-{serial:3}").unwrap();
        assert_eq!(scheme.number(&GROUP, 1), "2026-一级-剧本相关-001");
        assert_eq!(scheme.number(&GROUP, 999), "2026-一级-剧本相关-999");
        assert_eq!(scheme.number(&GROUP, 1000), "2026-一级-剧本相关-1000");
        assert_eq!(scheme.series(&GROUP), ":2026:LEVEL_1:SCRIPT");
        let by_year = ArchiveScheme::parse("DA{year}-{serial:6}").unwrap();
        assert_eq!(
            (by_year.number(&GROUP, 7), by_year.series(&GROUP)),
            ("DA2026-000007".to_owned(), ":2026".to_owned())
        );
        assert!(scheme.names_category() && !by_year.names_category());
        assert_eq!(ArchiveScheme::parse("档{serial:1}").unwrap().series(&GROUP), "");
    }

    #[test]
    fn what_is_no_scheme_is_refused() {
        for text in [
            "",
            "{year}",
            "{serial}",
            "{serial:0}",
            "{serial:13}",
            "{serial:3}{serial:3}",
            "{serial:3}{x}",
            "{serial:3",
            "a}{serial:3}",
        ] {
            assert!(ArchiveScheme::parse(text).is_err(), "{text}");
        }
    }
}
