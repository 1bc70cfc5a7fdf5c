//! Names of files as callers send them: kept to be shown, never used as a path.

/// Characters of a name with its extension.
const LONGEST: usize = 120;

/// The last part of what may be a path, without control characters and without marks that change the reading order or are not
/// seen, shortened before its extension. None when nothing is left.
pub fn clean(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen: String = last.chars().filter(|c| !is_unseen(*c)).collect();
    // Dots at the beginning hide a file, and at the end Windows drops them.
    let name = seen.trim_matches(|c: char| c.is_whitespace() || c == '.');
    if name.is_empty() {
        return None;
    }
    let characters = name.chars().count();
    if characters <= LONGEST {
        return Some(name.to_owned());
    }
    Some(match extension(name) {
        Some(extension) => {
            let kept = LONGEST.saturating_sub(extension.chars().count() + 2);
            let stem: String = name.chars().take(kept).collect();
            format!("{stem}….{extension}")
        }
        None => name.chars().take(LONGEST - 1).chain(['…']).collect(),
    })
}

/// What stands behind the last dot, in lower case, if it can be an extension.
pub fn extension(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    let plausible = (1..=10).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    (plausible && !stem.is_empty()).then(|| extension.to_ascii_lowercase())
}

/// Control characters, and those that format without being seen: zero-width, bidirectional, byte order mark, tags.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_paths_and_what_is_not_seen() {
        for (sent, kept) in [
            ("合同.pdf", "合同.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\张三\\录音.mp3", "录音.mp3"),
            ("a\u{0}b.txt", "ab.txt"),
            ("\u{202e}gpj.照片", "gpj.照片"),
            ("in\u{200b}voice\u{feff}.pdf", "invoice.pdf"),
            ("  .hidden.txt.. ", "hidden.txt"),
            ("line\r\nbreak.csv", "linebreak.csv"),
        ] {
            assert_eq!(clean(sent).as_deref(), Some(kept), "{sent:?}");
        }
        for nothing in ["", "..", "../", "/", "\u{0}", " . ", "\u{202e}"] {
            assert_eq!(clean(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let long = clean(&format!("{}.pdf", "长".repeat(300))).unwrap();
        assert_eq!(long.chars().count(), LONGEST);
        assert!(long.starts_with("长长") && long.ends_with("….pdf"));
        assert_eq!(clean(&"长".repeat(300)).unwrap().chars().count(), LONGEST);
    }

    #[test]
    fn an_extension_is_short_and_plain() {
        for (name, found) in [
            ("a.PDF", Some("pdf")),
            ("a.tar.gz", Some("gz")),
            ("第3.2条", None),
            ("a.", None),
            ("pdf", None),
            (".pdf", None),
            ("a.verylongextension", None),
        ] {
            assert_eq!(extension(name).as_deref(), found, "{name}");
        }
    }
}
