//! What a file is, by what is in it. The name and the declared type are only held against that.

use super::name::extension;
use super::refused::FileRefused;

/// So much of a file tells what it is.
pub const HEAD: usize = 32 * 1024;

/// A kind of file that an organisation may take.
#[derive(Debug)]
pub struct Kind {
    /// What the configuration calls it; also the extension of a name that has none.
    pub name: &'static str,
    /// How it is served.
    pub media_type: &'static str,
    /// Other names that programs have for it.
    aliases: &'static [&'static str],
    extensions: &'static [&'static str],
    /// Without control characters from beginning to end.
    pub is_text: bool,
}

const fn binary(
    name: &'static str,
    media_type: &'static str,
    aliases: &'static [&'static str],
    extensions: &'static [&'static str],
) -> Kind {
    Kind { name, media_type, aliases, extensions, is_text: false }
}

const fn text(name: &'static str, media_type: &'static str, aliases: &'static [&'static str]) -> Kind {
    Kind { name, media_type, aliases, extensions: &[], is_text: true }
}

/// Every kind that is known. What a browser or an operating system would run is not among them.
const KINDS: [Kind; 31] = [
    binary("pdf", "application/pdf", &["application/x-pdf"], &["pdf"]),
    binary("jpg", "image/jpeg", &["image/jpg", "image/pjpeg"], &["jpg", "jpeg", "jpe", "jfif"]),
    binary("png", "image/png", &["image/x-png"], &["png"]),
    binary("gif", "image/gif", &[], &["gif"]),
    binary("webp", "image/webp", &[], &["webp"]),
    binary("heif", "image/heif", &["image/heic"], &["heif", "heic", "hif"]),
    binary("tif", "image/tiff", &[], &["tif", "tiff"]),
    binary("bmp", "image/bmp", &["image/x-ms-bmp"], &["bmp"]),
    binary("mp3", "audio/mpeg", &["audio/mp3"], &["mp3"]),
    binary("m4a", "audio/m4a", &["audio/mp4", "audio/x-m4a", "video/mp4"], &["m4a", "mp4"]),
    binary("wav", "audio/x-wav", &["audio/wav", "audio/wave", "audio/vnd.wave"], &["wav"]),
    binary("amr", "audio/amr", &["audio/3gpp"], &["amr"]),
    binary("aac", "audio/aac", &["audio/x-aac"], &["aac"]),
    binary("ogg", "audio/ogg", &["application/ogg", "video/ogg"], &["ogg", "oga"]),
    binary("opus", "audio/opus", &["audio/ogg"], &["opus", "ogg"]),
    binary("flac", "audio/x-flac", &["audio/flac"], &["flac"]),
    binary("mp4", "video/mp4", &["video/x-m4v", "audio/mp4"], &["mp4", "m4v", "m4a"]),
    binary("mov", "video/quicktime", &[], &["mov", "qt"]),
    binary("webm", "video/webm", &["audio/webm"], &["webm"]),
    binary("avi", "video/x-msvideo", &["video/avi"], &["avi"]),
    binary(
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &["application/zip"],
        &["docx"],
    ),
    binary(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &["application/zip"],
        &["xlsx"],
    ),
    binary(
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        &["application/zip"],
        &["pptx"],
    ),
    // Word, Excel, PowerPoint and Outlook before 2007, WPS, and installers: one container, told apart only inside it.
    binary(
        "ole",
        "application/x-ole-storage",
        &[
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            "application/vnd.ms-outlook",
        ],
        &["doc", "xls", "ppt", "msg", "wps", "et"],
    ),
    binary("zip", "application/zip", &["application/x-zip-compressed"], &["zip"]),
    binary("rar", "application/vnd.rar", &["application/x-rar-compressed", "application/x-rar"], &["rar"]),
    binary("7z", "application/x-7z-compressed", &[], &["7z"]),
    text("txt", "text/plain", &[]),
    text("csv", "text/csv", &["application/vnd.ms-excel", "text/plain", "application/csv"]),
    text("json", "application/json", &["text/plain"]),
    text("eml", "message/rfc822", &["text/plain"]),
];

/// The kind of a name in the configuration.
pub fn named(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// A file that may be taken.
#[derive(Debug)]
pub struct Recognised {
    pub kind: &'static Kind,
    /// The name, with an extension if it had none.
    pub name: String,
}

/// Finds out from its beginning what a file is, and whether that may be taken under this name and declared type.
pub fn recognise(
    head: &[u8],
    name: &str,
    declared: Option<&str>,
    allowed: &[&'static Kind],
) -> Result<Recognised, FileRefused> {
    let extension = extension(name);
    let kind = kind_of(head, extension.as_deref()).ok_or(FileRefused::KindUnknown)?;
    if !allowed.iter().any(|one| one.name == kind.name) {
        return Err(FileRefused::KindNotAllowed(kind.name));
    }
    let name = match extension {
        None => format!("{name}.{}", kind.name),
        Some(extension) if kind.has(&extension) => name.to_owned(),
        Some(extension) => return Err(FileRefused::NameDiffers { extension, found: kind.media_type }),
    };
    match declared.map(essence) {
        Some(declared) if !kind.is_called(&declared) => {
            Err(FileRefused::TypeDiffers { declared, found: kind.media_type })
        }
        _ => Ok(Recognised { kind, name }),
    }
}

impl Kind {
    fn has(&self, extension: &str) -> bool {
        match self.extensions {
            [] => self.name == extension,
            extensions => extensions.contains(&extension),
        }
    }

    fn is_called(&self, declared: &str) -> bool {
        // What a program says that does not know.
        matches!(declared, "" | "application/octet-stream" | "binary/octet-stream")
            || self.media_type == declared
            || self.aliases.contains(&declared)
    }
}

fn essence(declared: &str) -> String {
    declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn kind_of(head: &[u8], extension: Option<&str>) -> Option<&'static Kind> {
    if head.starts_with(b"%PDF-") {
        return named("pdf");
    }
    if is_text(head) {
        return named(text_kind(head, extension)?);
    }
    // Looked at here, since it takes the whole container to say more.
    if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        return named("ole");
    }
    let found = infer::get(head)?;
    let name = match found.extension() {
        "zip" => office_kind(head, extension).unwrap_or("zip"),
        "m4v" => "mp4",
        other => other,
    };
    named(name)
}

/// An office document whose parts stand in an order of their own: told from an archive by the list that it begins with.
fn office_kind(head: &[u8], extension: Option<&str>) -> Option<&'static str> {
    let has = |part: &[u8]| head.windows(part.len()).any(|window| window == part);
    let office = ["docx", "xlsx", "pptx"].into_iter().find(|name| extension == Some(*name))?;
    has(b"[Content_Types].xml").then_some(office)
}

/// Text that no browser or shell takes for a program. Which kind of text it is, only the name can say.
fn text_kind(head: &[u8], extension: Option<&str>) -> Option<&'static str> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins = |with: &[u8]| text.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with));
    if begins(b"<") || begins(b"#!") || begins(b"{\\rtf") || begins(b"%!") || begins(b"-----BEGIN ") {
        return None;
    }
    match extension {
        Some("csv") => Some("csv"),
        Some("json") => (begins(b"{") || begins(b"[")).then_some("json"),
        Some("eml") => has_mail_header(text).then_some("eml"),
        _ => Some("txt"),
    }
}

fn has_mail_header(text: &[u8]) -> bool {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let Some(colon) = line.iter().position(|byte| *byte == b':') else { return false };
    colon > 0 && line[..colon].iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

/// Free of control characters other than those of text: true of UTF-8 and of GB 18030, not of what machines run.
pub fn is_text(bytes: &[u8]) -> bool {
    !bytes.iter().any(|byte| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1f | 0x7f))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<&'static Kind> {
        KINDS.iter().collect()
    }

    fn take(head: &[u8], name: &str, declared: Option<&str>) -> Result<(&'static str, String), FileRefused> {
        recognise(head, name, declared, &all()).map(|found| (found.kind.name, found.name))
    }

    const EXE: &[u8] = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8\0\0\0";
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    fn elf() -> Vec<u8> {
        [b"\x7fELF\x02\x01\x01".as_slice(), &[0; 60]].concat()
    }

    #[test]
    fn an_executable_is_refused_under_any_name() {
        for name in ["a.exe", "a.pdf", "a.jpg", "a.txt", "a.docx", "a", "setup.pdf.exe"] {
            for content in [EXE, &elf(), b"#!/bin/sh\nrm -rf /\n", b"<script>alert(1)</script>", b"<svg onload=x>"] {
                assert!(take(content, name, None).is_err(), "{name}");
            }
        }
        for text in [b"\xef\xbb\xbf <!DOCTYPE html><html>".as_slice(), b"<?xml version='1.0'?>", b"{\\rtf1"] {
            assert!(matches!(take(text, "a.txt", None), Err(FileRefused::KindUnknown)));
        }
    }

    #[test]
    fn the_name_and_the_declared_type_must_agree_with_the_content() {
        assert_eq!(take(PNG, "照片.PNG", Some("image/png")).unwrap().0, "png");
        assert_eq!(take(PNG, "照片.png", Some("application/octet-stream")).unwrap().0, "png");
        assert_eq!(take(PNG, "照片", None).unwrap(), ("png", "照片.png".to_owned()));
        assert!(matches!(take(PNG, "照片.pdf", None), Err(FileRefused::NameDiffers { .. })));
        assert!(matches!(take(PNG, "照片.png.exe", None), Err(FileRefused::NameDiffers { .. })));
        assert!(matches!(take(PNG, "照片.png", Some("text/html")), Err(FileRefused::TypeDiffers { .. })));
        assert!(matches!(take(b"%PDF-1.7\n", "a.docx", None), Err(FileRefused::NameDiffers { .. })));
    }

    #[test]
    fn text_is_told_by_its_name() {
        let gb18030 = b"\xc4\xe3\xba\xc3";
        for (content, name, kind) in [
            ("您好".as_bytes(), "信.txt", "txt"),
            (gb18030, "信.txt", "txt"),
            (b"BC and MZ begin words too", "a.txt", "txt"),
            (b"a,b\r\n1,2\r\n", "a.csv", "csv"),
            (b"  {\"a\": 1}", "a.json", "json"),
            (b"Received: from mail.example\r\nSubject: x\r\n\r\n", "投诉.eml", "eml"),
        ] {
            assert_eq!(take(content, name, None).unwrap().0, kind, "{name}");
        }
        assert!(take(b"not json", "a.json", None).is_err());
        assert!(take(b"no headers here", "a.eml", None).is_err());
        assert!(take(b"@echo off", "a.bat", None).is_err());
        assert!(take(b"alert(1)", "a.js", None).is_err());
        assert_eq!(take(b"a,b", "a.csv", Some("application/vnd.ms-excel")).unwrap().0, "csv");
    }

    #[test]
    fn what_is_not_configured_is_refused() {
        let allowed = [named("pdf").unwrap()];
        assert!(matches!(recognise(PNG, "a.png", None, &allowed), Err(FileRefused::KindNotAllowed("png"))));
        let zip = b"PK\x03\x04\x14\0\0\0\x08\0";
        assert!(matches!(recognise(zip, "a.docx", None, &allowed), Err(FileRefused::KindNotAllowed("zip"))));
    }

    #[test]
    fn no_beginning_makes_it_panic() {
        let mut bytes: Vec<u8> = Vec::new();
        for first in
            [&b"PK\x03\x04"[..], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xd8\xff", b"\x7fELF", b"RIFF", b"MZ", b""]
        {
            bytes.clear();
            bytes.extend_from_slice(first);
            for i in 0..600_u32 {
                let _ = kind_of(&bytes, Some("docx"));
                bytes.push((i.wrapping_mul(2_654_435_761) >> 13) as u8);
            }
        }
    }
}
