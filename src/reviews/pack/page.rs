//! The printed record (投诉案件合议记录表, HK-F.7): templates/joint-review-v1.html, which escapes every value.
//!
//! It says what the minutes and the signatures say and nothing else, so that whoever has those can print it again, byte for
//! byte. That makes the template a part of the format of packs: it is not changed, another one is put beside it.

use super::minutes::Minutes;
use super::signature::Signed;
use crate::cases::forms::local_time;
use crate::platform::error::{Failure, Result};
use askama::Template;

#[derive(Template)]
#[template(path = "joint-review-v1.html")]
struct Page<'a> {
    minutes: &'a Minutes,
    sha256: String,
    held_at: String,
    /// Name, capacity, arrival, leaving.
    attendance: Vec<[String; 4]>,
    final_opinion: Option<[String; 2]>,
    /// Name, capacity, time, dissent, key; the last three empty for who has not signed yet.
    signatures: Vec<[String; 5]>,
}

/// The record as a page to print; before the last signature, with room for those that are missing.
pub fn page(minutes: &Minutes, signatures: &[Signed]) -> Result<String> {
    let attendance = minutes.attendance.iter().map(|one| {
        let left = one.left_at.map(local_time).unwrap_or_default();
        [one.person.name.clone(), one.capacity.chinese().to_owned(), local_time(one.arrived_at), left]
    });
    let rows = minutes.signers().map(|signer| {
        let signed = signatures.iter().find(|signed| signed.statement.person == signer.person.id);
        let [time, dissent, key] = signed.map_or_else(Default::default, |Signed { statement, signature }| {
            [local_time(statement.signed_at), statement.dissent.clone().unwrap_or_default(), signature.key_id.clone()]
        });
        [signer.person.name.clone(), signer.capacity.chinese().to_owned(), time, dissent, key]
    });
    let page = Page {
        minutes,
        sha256: minutes.sha256()?,
        held_at: local_time(minutes.held_at),
        attendance: attendance.collect(),
        final_opinion: minutes.final_opinion.as_ref().map(|given| [local_time(given.given_at), given.text.clone()]),
        signatures: rows.collect(),
    };
    page.render().map_err(|error| Failure::internal(format!("a joint-review record could not be written: {error}")))
}
