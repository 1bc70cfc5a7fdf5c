//! Filing a closed case: the next number of the archive, and a snapshot that nobody changes (归档, HK-5.6.1, HK-5.6.2).

use crate::archive::contents::{Holdings, complete};
use crate::archive::custody::service::Placement;
use crate::archive::custody::service::place;
use crate::archive::{error, search, snapshot};
use crate::calendar::local_day;
use crate::cases::entry::{Detail, FilingDetail, NewEntry};
use crate::cases::policy::{self, CaseAct};
use crate::cases::store;
use crate::platform::db::{AuditRecord, Command, Done, Tx, series};
use crate::platform::digest::sha256_hex;
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::refusal::Refusal;
use crate::platform::text;
use crate::profiles::archive_numbers::{Called, Group};
use crate::profiles::{Category, Profile};
use crate::{cases, profiles, reviews};
use async_graphql::InputObject;
use chrono::Datelike;
use entity::archive_file::ArchiveMedium;
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState};
use entity::case_entry::CaseEntryKind;
use entity::{ArchiveFileId, CaseId, archive_file};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// File a closed case in the archive.
#[derive(InputObject, Serialize)]
#[graphql(name = "ArchiveCaseInput")]
pub struct ArchiveCase {
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    /// Code of one of `PolicyProfile.archiveCategories`; needed where there are any (SG-12.2).
    pub category: Option<String>,
    /// On what the file is kept: electronically, unless something else is said. Each medium has a series of numbers (SG-A9).
    pub medium: Option<ArchiveMedium>,
    /// Where a paper file is kept; needed for one (SG-13.1).
    pub placement: Option<Placement>,
    /// The parts of `PolicyProfile.archiveContents` that the file does not have, each with the reason (HK-5.6.2, SG-12.1).
    #[graphql(default)]
    pub absent_parts: Vec<AbsentPart>,
}

/// A part that an archive file does not have.
#[derive(InputObject, Serialize)]
#[graphql(name = "AbsentPartInput")]
pub struct AbsentPart {
    /// Code of the part.
    pub part: String,
    /// Why there is none: `客户未提供`, for example.
    pub because: String,
}

impl ArchiveCase {
    /// To be filed electronically, with every part that the profile asks for.
    pub fn new(case_id: CaseId, expected_version: i32) -> Self {
        let case_id = Global(case_id);
        Self { case_id, expected_version, category: None, medium: None, placement: None, absent_parts: Vec::new() }
    }

    fn absent(&self) -> Result<Vec<(String, String)>> {
        let checked = |absent: &AbsentPart| {
            let part = text::required("absentParts.part", &absent.part, text::LINE)?;
            Ok((part, text::required("absentParts.because", &absent.because, text::PROSE)?))
        };
        self.absent_parts.iter().map(checked).collect()
    }

    fn category<'a>(&self, profile: &'a Profile) -> Result<Option<&'a Category>, Refusal> {
        match &self.category {
            Some(code) => profile.category(code).map(Some).ok_or_else(error::category_unknown),
            None if profile.archive.categories.is_empty() => Ok(None),
            None => Err(error::category_required()),
        }
    }
}

impl Command for ArchiveCase {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let absent = self.absent()?;
        let case = store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        policy::may_handle(CaseAct::Archive, tx.actor(), &case)?;
        reviews::policy::may_file(&reviews::store::all_of_cases(tx.db(), &[case.id]).await?)?;
        let filed_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people file cases"))?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let medium = self.medium.unwrap_or(ArchiveMedium::Electronic);
        match (medium, &self.placement) {
            (ArchiveMedium::Paper, _) if profile.archive.paper_number.is_none() => {
                return Err(error::no_paper_files().into());
            }
            (ArchiveMedium::Paper, None) => return Err(error::placement_required().into()),
            (ArchiveMedium::Electronic, Some(_)) => return Err(error::placement_not_allowed().into()),
            _ => {}
        }
        let category = self.category(&profile)?;
        let entries = store::entries(tx.db(), &[case.id]).await?;
        let evidence = cases::evidence::store::of_cases(tx.db(), &[case.id]).await?;
        let held = complete(&profile.archive.contents, &Holdings::of(&case, &entries, &evidence), &absent)?;

        let archived = case::ActiveModel { state: Set(CaseState::Archived), ..Default::default() };
        let archived = store::update(tx, &case, archived).await?;
        let year = local_day(tx.now()).year();
        let number = number(tx, &profile, year, &case.severity, category, medium).await?;
        let detail = Detail::Filing(FilingDetail { number: number.clone() });
        store::insert_entry(tx, case.id, NewEntry::new(CaseEntryKind::Archived, detail), tx.now()).await?;

        let key = tx.key_of(case.id).await?;
        let snapshot = snapshot::take(tx, &key, &archived, &number, &held).await?;
        let canonical = snapshot.canonical()?;
        let sha256 = sha256_hex(canonical.as_bytes());
        let id: ArchiveFileId = tx.id();
        archive_file::Entity::insert(archive_file::ActiveModel {
            id: Set(id),
            case_id: Set(case.id),
            number: Set(number.clone()),
            year: Set(year),
            case_number: Set(case.number.clone()),
            channel: Set(case.channel.clone()),
            severity: Set(case.severity.clone()),
            audience: Set(profile.archive_audience()),
            category: Set(category.map(|category| category.code.clone())),
            medium: Set(medium),
            outcome: Set(case.outcome),
            handler_id: Set(case.handler_id),
            completed_at: Set(case.closed_at),
            filed_by: Set(filed_by),
            filed_at: Set(tx.now()),
            snapshot_sealed: Set(key.seal(SNAPSHOT, id, &canonical)?),
            snapshot_sha256: Set(sha256.clone()),
            part_hashes: Set(Some(snapshot.part_hashes()?)),
        })
        .exec_without_returning(tx.db())
        .await?;
        if let Some(placement) = &self.placement {
            place(tx, id, placement).await?;
        }
        search::store::write(tx, id, &search::text_of(&snapshot)).await?;

        let record = AuditRecord::new(AuditAction::CaseArchived, id)
            .of_case(case.id)
            .change("state", case.state, CaseState::Archived)
            .fact("number", number)
            .fact("category", &self.category)
            .fact("medium", medium)
            .fact("snapshotSha256", sha256);
        Ok(Done { output: case.id, record })
    }
}

/// The next number of the series that the file belongs to (SG-13.2, SG-A9, SG-A12).
async fn number(
    tx: &Tx,
    profile: &Profile,
    year: i32,
    severity: &str,
    category: Option<&Category>,
    medium: ArchiveMedium,
) -> Result<String> {
    let rules = &profile.archive;
    let (scheme, series) = match medium {
        ArchiveMedium::Electronic => (&rules.electronic_number, "archive"),
        ArchiveMedium::Paper => (&rules.paper_number, "archive-paper"),
    };
    let Some(scheme) = scheme else {
        let serial = series::next(tx, format!("{series}:{year}")).await?;
        return Ok(profile.numbers.archive.number(year, serial));
    };
    let name = profile.severity(severity).map_or(severity, |severity| &severity.label.zh);
    let category = category.map(|category| Called { code: &category.code, name: &category.label.zh });
    let group = Group { year, level: Called { code: severity, name }, category };
    let serial = series::next(tx, format!("{series}{}", scheme.series(&group))).await?;
    Ok(scheme.number(&group, serial))
}

/// The name of the sealed field, which is part of what is sealed.
pub const SNAPSHOT: &str = "archive_files.snapshot";
