//! The only file that queries what keeps archive files.

use super::policy::{Facts, completed_until};
use crate::archive;
use crate::calendar::{day_start, local_day};
use crate::platform::access::Actor;
use crate::platform::db::{Tx, any_of};
use crate::platform::error::{Failure, Result};
use crate::profiles;
use chrono::{DateTime, Days, NaiveDate, Utc};
use entity::disposal::DisposalState;
use entity::permanent_retention::PermanentGround;
use entity::{
    ArchiveFileId, CaseId, DisposalId, LegalHoldId, ProfileVersionId, archive_file, case, disposal, disposal_item,
    legal_hold, legal_hold_release, permanent_retention,
};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};
use std::collections::{BTreeMap, HashMap};

/// A legal hold, and how it ended.
pub type Hold = (legal_hold::Model, Option<legal_hold_release::Model>);

/// An archive file with everything that bears on how long it is kept.
#[derive(Clone, Debug)]
pub struct Keeping {
    pub file: ArchiveFileId,
    pub case: CaseId,
    pub severity: String,
    pub profile_version: ProfileVersionId,
    pub completed_on: Option<NaiveDate>,
    pub disposed_at: Option<DateTime<Utc>>,
    pub permanent: Vec<permanent_retention::Model>,
    pub grounds: Vec<PermanentGround>,
    /// The earliest first.
    pub holds: Vec<Hold>,
    /// The disposal that waits or goes on, or by which the file went.
    pub disposal: Option<DisposalId>,
}

impl Keeping {
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            severity: &self.severity,
            completed_on: self.completed_on,
            grounds: &self.grounds,
            held: self.holds.iter().any(|(_, release)| release.is_none()),
            disposed: self.disposed_at.is_some(),
        }
    }
}

#[derive(FromQueryResult)]
struct Head {
    id: ArchiveFileId,
    case_id: CaseId,
    severity: String,
    profile_version_id: ProfileVersionId,
    closed_at: Option<DateTime<Utc>>,
    disposed_at: Option<DateTime<Utc>>,
}

/// What keeps each of several files, which were found within somebody's scope: four statements for any number.
pub async fn keeping<C: ConnectionTrait>(db: &C, files: &[ArchiveFileId]) -> Result<HashMap<ArchiveFileId, Keeping>> {
    let backend = db.get_database_backend();
    let heads = archive_file::Entity::find()
        .select_only()
        .columns([archive_file::Column::Id, archive_file::Column::CaseId, archive_file::Column::Severity])
        .columns([case::Column::ProfileVersionId, case::Column::ClosedAt, case::Column::DisposedAt])
        .join(sea_orm::JoinType::InnerJoin, to_case())
        .filter(any_of(backend, archive_file::Column::Id, files))
        .into_model::<Head>()
        .all(db)
        .await?;
    let permanent = permanent_retention::Entity::find()
        .filter(any_of(backend, permanent_retention::Column::ArchiveFileId, files))
        .order_by_asc(permanent_retention::Column::SetAt)
        .all(db)
        .await?;
    let to_release = legal_hold::Entity::belongs_to(legal_hold_release::Entity)
        .from(legal_hold::Column::Id)
        .to(legal_hold_release::Column::LegalHoldId)
        .into();
    let holds: Vec<Hold> = legal_hold::Entity::find()
        .join(sea_orm::JoinType::LeftJoin, to_release)
        .select_also(legal_hold_release::Entity)
        .filter(any_of(backend, legal_hold::Column::ArchiveFileId, files))
        .order_by_asc(legal_hold::Column::PlacedAt)
        .order_by_asc(legal_hold::Column::Id)
        .all(db)
        .await?;
    let disposals: HashMap<ArchiveFileId, DisposalId> = in_disposal()
        .columns([disposal_item::Column::ArchiveFileId, disposal_item::Column::DisposalId])
        .filter(any_of(backend, disposal_item::Column::ArchiveFileId, files))
        .into_tuple::<(ArchiveFileId, DisposalId)>()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let one = |head: Head| {
        let permanent: Vec<_> = permanent.iter().filter(|row| row.archive_file_id == head.id).cloned().collect();
        let keeping = Keeping {
            file: head.id,
            case: head.case_id,
            severity: head.severity,
            profile_version: head.profile_version_id,
            completed_on: head.closed_at.map(local_day),
            disposed_at: head.disposed_at,
            grounds: permanent.iter().map(|row| row.ground).collect(),
            permanent,
            holds: holds.iter().filter(|(hold, _)| hold.archive_file_id == head.id).cloned().collect(),
            disposal: disposals.get(&head.id).copied(),
        };
        (head.id, keeping)
    };
    Ok(heads.into_iter().map(one).collect())
}

/// The file, locked until the transaction ends: what is said of it and what is done to it come one after the other.
pub async fn lock(tx: &Tx, id: ArchiveFileId) -> Result<archive_file::Model> {
    let query =
        archive::store::visible_to(tx.actor(), tx.now()).filter(archive_file::Column::Id.eq(id)).lock_exclusive();
    query.one(tx.db()).await?.ok_or(Failure::NotFound)
}

/// What keeps a file that was locked.
pub async fn keeping_of(tx: &Tx, file: ArchiveFileId) -> Result<Keeping> {
    keeping(tx.db(), &[file]).await?.remove(&file).ok_or(Failure::NotFound)
}

/// A hold of a file that the person may look up.
pub async fn hold(tx: &Tx, id: LegalHoldId) -> Result<legal_hold::Model> {
    let hold = legal_hold::Entity::find_by_id(id).one(tx.db()).await?.ok_or(Failure::NotFound)?;
    lock(tx, hold.archive_file_id).await?;
    Ok(hold)
}

pub async fn released<C: ConnectionTrait>(db: &C, id: LegalHoldId) -> Result<bool> {
    Ok(legal_hold_release::Entity::find_by_id(id).one(db).await?.is_some())
}

/// Files that may be proposed for disposal at an instant, of those that a person may look up (SG-13.6).
pub async fn eligible<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Select<archive_file::Entity>> {
    use archive_file::Column;
    let today = local_day(now);
    let mut over = Condition::any();
    // In one order, so that the same statement is found again.
    let versions: BTreeMap<_, _> = profiles::store::all_profiles(db).await?.into_iter().collect();
    for (version, profile) in versions {
        for rule in profile.retention.iter().flat_map(|retention| &retention.rules) {
            let Some(last) = completed_until(today, rule.years).and_then(|day| day.checked_add_days(Days::new(1)))
            else {
                continue;
            };
            let mut of_rule = Condition::all()
                .add(Column::Severity.eq(&rule.severity))
                .add(case::Column::ProfileVersionId.eq(version))
                .add(case::Column::ClosedAt.lt(day_start(last)));
            if !rule.permanent_on.is_empty() {
                let permanent = permanent_retention::Entity::find()
                    .select_only()
                    .column(permanent_retention::Column::ArchiveFileId)
                    .filter(permanent_retention::Column::Ground.is_in(rule.permanent_on.iter().copied()))
                    .into_query();
                of_rule = of_rule.add(Column::Id.not_in_subquery(permanent));
            }
            over = over.add(of_rule);
        }
    }
    if over.is_empty() {
        over = over.add(Expr::val(1).eq(0));
    }
    Ok(archive::store::visible_to(actor, now)
        .join(sea_orm::JoinType::InnerJoin, to_case())
        .filter(case::Column::DisposedAt.is_null())
        .filter(over)
        .filter(Column::Id.not_in_subquery(held()))
        .filter(Column::Id.not_in_subquery(in_disposal().column(disposal_item::Column::ArchiveFileId).into_query())))
}

fn to_case() -> sea_orm::RelationDef {
    archive_file::Entity::belongs_to(case::Entity).from(archive_file::Column::CaseId).to(case::Column::Id).into()
}

fn held() -> SelectStatement {
    let released =
        legal_hold_release::Entity::find().select_only().column(legal_hold_release::Column::LegalHoldId).into_query();
    legal_hold::Entity::find()
        .select_only()
        .column(legal_hold::Column::ArchiveFileId)
        .filter(legal_hold::Column::Id.not_in_subquery(released))
        .into_query()
}

/// Files of disposals that wait or go on, or by which they went.
fn in_disposal() -> Select<disposal_item::Entity> {
    use entity::disposal_item::DisposalOutcome;
    let with = disposal_item::Entity::belongs_to(disposal::Entity)
        .from(disposal_item::Column::DisposalId)
        .to(disposal::Column::Id)
        .into();
    disposal_item::Entity::find()
        .select_only()
        .join(sea_orm::JoinType::InnerJoin, with)
        .filter(disposal::Column::State.ne(DisposalState::Rejected))
        .filter(disposal_item::Column::State.ne(DisposalOutcome::Retained))
}
