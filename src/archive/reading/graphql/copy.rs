//! What leaves the archive: copies, watermarked, and single values shown whole.

use crate::archive::graphql::{AccessRegisterEntry, ArchiveFile};
use crate::archive::reading::service::export_archive_file::Copied;
use crate::archive::snapshot::masked;
use crate::calendar::ZONE;
use crate::platform::access::inherits;
use crate::platform::error::{Failure, Result};
use askama::Template;
use async_graphql::{Json, SimpleObject};
use serde_json::{Value, json};

/// A copy of an archive file, personal data masked. Who took it and when stands in it.
#[derive(SimpleObject)]
pub struct ArchiveCopy {
    #[graphql(directive = inherits::apply())]
    file: ArchiveFile,
    /// Who took it, when, and the row of the register, as it stands in both forms of the copy.
    #[graphql(directive = inherits::apply())]
    watermark: String,
    /// The watermark and the parts, each with the hash that it had when it was filed.
    #[graphql(directive = inherits::apply())]
    data: Json<Value>,
    /// The same as a page to print, in Chinese; the watermark is on every page. It runs no script and loads nothing.
    #[graphql(directive = inherits::apply())]
    html: String,
    /// The row that the register has of this copy.
    #[graphql(directive = inherits::apply())]
    register_entry: AccessRegisterEntry,
}

#[derive(Template)]
#[template(path = "archive-copy.html")]
struct Page<'a> {
    number: &'a str,
    watermark: &'a str,
    /// Kind, hash and text of each part.
    parts: Vec<(String, &'a str, String)>,
}

impl ArchiveCopy {
    pub fn of(copied: Copied) -> Result<Self> {
        let Copied { file, entry, parts, reader: (name, login) } = copied;
        let at = entry.occurred_at.with_timezone(&ZONE).format("%Y-%m-%d %H:%M:%S").to_string();
        let watermark = format!("仅供 {name}（{login}）{at} 查阅 · 登记号 {}", entry.id.0.simple());
        let parts: Vec<_> = parts
            .into_iter()
            .map(|(kind, sha256, part)| Ok((kind, sha256, masked(kind, part)?)))
            .collect::<Result<_>>()?;
        let data: Vec<_> = parts
            .iter()
            .map(|(kind, sha256, part)| json!({ "kind": kind, "sha256": sha256, "content": part }))
            .collect();
        let text = |part: &Value| serde_json::to_string_pretty(part).map_err(Failure::from);
        let page = Page {
            number: &file.number,
            watermark: &watermark,
            parts: parts
                .iter()
                .map(|(kind, sha256, part)| Ok((kind.title().chinese, sha256.as_str(), text(part)?)))
                .collect::<Result<_>>()?,
        };
        let html = page.render().map_err(|error| Failure::internal(format!("a copy could not be written: {error}")))?;
        let data = Json(json!({ "number": file.number, "watermark": watermark, "parts": data }));
        Ok(Self { data, html, watermark, register_entry: AccessRegisterEntry(entry), file: ArchiveFile(file) })
    }
}

/// One personal value, whole.
#[derive(SimpleObject)]
pub struct RevealedField {
    #[graphql(directive = inherits::apply())]
    pub value: String,
    /// The row that the register has of it.
    #[graphql(directive = inherits::apply())]
    pub register_entry: AccessRegisterEntry,
}
