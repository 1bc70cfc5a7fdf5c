//! What is done with an assistance, one use case per file.

pub mod answer_information_request;
pub mod ask_for_information;
pub mod deliver_assistance;
pub mod receive_assistance;
pub mod remind_assistance;
pub mod request_assistance;
pub mod return_assistance;
pub mod withdraw_assistance;

use super::policy::{self, AssistanceAct};
use super::store::{self, Assistance};
use crate::cases::deadlines::{DeadlineStatus, Opening, Owner, status};
use crate::cases::entry::{AssistanceDetail, Detail, NewEntry, TransferredItem};
use crate::cases::{assisting, deadlines, recusal};
use crate::notifications::notify;
use crate::platform::db::{AuditRecord, Tx};
use crate::platform::error::{Failure, Result};
use crate::profiles::Profile;
use crate::{calendar, cases};
use chrono::{DateTime, Utc};
use entity::audit_event::AuditAction;
use entity::case_deadline::StartEvent;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::{AssistanceId, CaseEntryId, StaffId, case, evidence};

/// An assistance and its case, locked, for an act that the person may do.
async fn lock_for(
    tx: &Tx,
    act: AssistanceAct,
    id: AssistanceId,
    expected: i32,
) -> Result<(case::Model, Assistance, StaffId)> {
    let (case, assistance) = store::lock_version(tx, id, expected).await?;
    policy::may(act, tx.actor(), &assistance)??;
    let actor = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people act on assistances"))?;
    if act.is_departments() {
        policy::may_help(act, &recusal::of_person(tx, &case, actor).await?)?;
    }
    Ok((case, assistance, actor))
}

/// HK-6.9, HK-8.5: the department has its time from the receipt, and as long as it has not confirmed that, from the delivery.
/// What lapsed before the receipt stays so (G-8).
async fn start_clock(tx: &Tx, case: &case::Model, assistance: &Assistance, profile: &Profile) -> Result<()> {
    let Some(rule) = profile.deadline_from(StartEvent::AssistanceReceived) else { return Ok(()) };
    let set = store::deadlines(tx.db(), &[assistance.row.id]).await?;
    if set.iter().any(|deadline| status(deadline, tx.now()) == DeadlineStatus::Overdue) {
        return Ok(());
    }
    let owner = Owner::Department(assistance.row.department_id);
    let opening = Opening { rule, about: assistance.row.id.into(), started_at: tx.now(), owner, met_at: None };
    deadlines::open(tx, case.id, profile, opening).await.map(drop)
}

/// The last second in which the department may read what was delivered, when it has nothing more to do.
async fn readable_until(tx: &Tx, profile: &Profile) -> Result<DateTime<Utc>> {
    let Some(grace) = profile.assistance.reading_grace else { return Ok(tx.now()) };
    let calendar = calendar::store::current_to_count(tx, profile.calendar.working_days).await?;
    let due = profile.counting(&calendar).due(tx.now(), grace, &[]).map_err(deadlines::uncountable)?;
    Ok(due.at)
}

/// What the handling record keeps of an act.
#[derive(Default)]
struct Told<'a> {
    text: Option<&'a str>,
    delivered: &'a [&'a evidence::Model],
}

/// Writes the handling record of the case.
async fn tell(tx: &Tx, assistance: &Assistance, kind: CaseEntryKind, told: Told<'_>) -> Result<CaseEntryId> {
    let piece = |piece: &&evidence::Model| TransferredItem {
        evidence_id: Some(piece.id),
        description: piece.description.clone(),
        sha256: Some(piece.sha256.clone()),
    };
    let detail = Detail::Assistance(AssistanceDetail {
        assistance_id: assistance.row.id,
        department_id: assistance.row.department_id,
        number: assistance.row.number.clone(),
        text: told.text.map(str::to_owned),
        evidence: told.delivered.iter().map(piece).collect(),
    });
    cases::store::insert_entry(tx, assistance.row.case_id, NewEntry::new(kind, detail), tx.now()).await
}

/// Tells everybody of the department.
async fn tell_department(tx: &Tx, assistance: &Assistance, kind: NotificationKind, entry: CaseEntryId) -> Result<()> {
    let people = assisting::helpers(tx.db(), assistance.row.department_id).await?;
    notify(tx, kind, assistance.row.case_id, entry, people.into_iter().filter(|person| !tx.actor().is(*person))).await
}

/// Tells the handler of the case, whoever that is now.
async fn tell_handler(tx: &Tx, assistance: &Assistance, kind: NotificationKind, entry: CaseEntryId) -> Result<()> {
    notify(tx, kind, assistance.row.case_id, entry, assistance.handler_id).await
}

fn record(action: AuditAction, assistance: &Assistance) -> AuditRecord {
    AuditRecord::new(action, assistance.row.id)
        .of_case(assistance.row.case_id)
        .fact("number", &assistance.row.number)
        .fact("departmentId", assistance.row.department_id)
}

/// What the audit trail keeps of pieces of evidence: keys and hashes.
fn listed(record: AuditRecord, pieces: &[&evidence::Model]) -> AuditRecord {
    record
        .fact("evidenceIds", pieces.iter().map(|piece| piece.id).collect::<Vec<_>>())
        .fact("sha256", pieces.iter().map(|piece| &piece.sha256).collect::<Vec<_>>())
}
