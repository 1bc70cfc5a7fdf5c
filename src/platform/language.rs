//! The language of messages: Chinese or English, by `Accept-Language`.

/// What language a caller reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    Chinese,
    English,
}

impl Language {
    /// The first of the caller's languages that we speak; Chinese when none is.
    pub fn preferred<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        tags.into_iter()
            .find_map(|tag| match tag.split('-').next()?.to_ascii_lowercase().as_str() {
                "zh" => Some(Self::Chinese),
                "en" => Some(Self::English),
                _ => None,
            })
            .unwrap_or_default()
    }
}

/// A message in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub chinese: String,
    pub english: String,
}

impl Message {
    pub fn new(chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Self { chinese: chinese.into(), english: english.into() }
    }

    pub fn r#in(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.chinese,
            Language::English => &self.english,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_we_speak_wins() {
        assert_eq!(Language::preferred(["fr", "en-GB", "zh"]), Language::English);
        assert_eq!(Language::preferred(["zh-CN", "en"]), Language::Chinese);
        assert_eq!(Language::preferred(["fr"]), Language::Chinese);
    }
}
