//! What a file holds at least, each part or why there is none (HK-5.6.2, SG-12.1): pure decisions.

use super::error;
use crate::platform::error::{Failure, Result};
use crate::platform::refusal::Refusal;
use crate::profiles::{ContentsPart, Material};
use entity::case;
use entity::case_entry::{self, CaseEntryKind};
use entity::evidence::{self, EvidenceSource};
use serde::Serialize;
use std::collections::BTreeSet;

/// What a case has.
pub struct Holdings {
    entries: BTreeSet<CaseEntryKind>,
    evidence: BTreeSet<EvidenceSource>,
    result: bool,
}

impl Holdings {
    pub fn of(case: &case::Model, entries: &[case_entry::Model], evidence: &[evidence::Model]) -> Self {
        Self {
            entries: entries.iter().map(|entry| entry.kind).collect(),
            evidence: evidence.iter().map(|item| item.source).collect(),
            result: case.outcome.is_some() && case.complainant_opinion.is_some(),
        }
    }

    fn have(&self, material: Material) -> bool {
        use CaseEntryKind as Kind;
        let any = |kinds: &[Kind]| kinds.iter().any(|kind| self.entries.contains(kind));
        match material {
            Material::Voucher => true,
            Material::HandlingRecord => any(&[Kind::Contact, Kind::Statement, Kind::Finding]),
            Material::ComplainantEvidence => self.evidence.contains(&EvidenceSource::Complainant),
            Material::OtherEvidence => self.evidence.iter().any(|source| *source != EvidenceSource::Complainant),
            Material::Finding => any(&[Kind::Finding]),
            Material::Grading => any(&[Kind::Classified]),
            Material::Review => any(&[Kind::PlanReviewed, Kind::ApprovalDecided]),
            Material::Routing => any(&[Kind::Allocated, Kind::Reassigned, Kind::Routed, Kind::AssistanceDelivered]),
            Material::Contact => any(&[Kind::Contact]),
            Material::Result => self.result,
        }
    }
}

/// A part of the contents as the file keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    pub part: String,
    pub present: bool,
    /// Why there is none, in the words of who filed the case.
    pub none_because: Option<String>,
}

/// What the file holds; refused while a part is neither there nor explained, all of them listed.
pub fn complete(parts: &[ContentsPart], holdings: &Holdings, absent: &[(String, String)]) -> Result<Vec<Held>> {
    let unknown = absent.iter().find(|(code, _)| parts.iter().all(|part| part.code != *code));
    if let Some((code, _)) = unknown {
        return Err(Failure::bad_input("absentParts", format!("The profile knows no part {code}.")));
    }
    let mut held = Vec::with_capacity(parts.len());
    let mut refusals: Vec<Refusal> = Vec::new();
    for part in parts {
        let present = part.made_of.iter().any(|material| holdings.have(*material));
        let because = absent.iter().find(|(code, _)| *code == part.code).map(|(_, because)| because.clone());
        match (present, &because) {
            (false, None) => refusals.push(error::part_missing(part)),
            (true, Some(_)) => refusals.push(error::part_there(part)),
            _ => held.push(Held { part: part.code.clone(), present, none_because: because }),
        }
    }
    if refusals.is_empty() { Ok(held) } else { Err(refusals.into()) }
}
