//! The only file that queries the people of cases, by the key of a case that was found; and finds cases again.

use crate::cases::recusal::{Involved, InvolvedStaff, heads_a_department};
use crate::identity;
use crate::platform::db::{Tx, any_of};
use crate::platform::error::Result;
use crate::platform::text::comparable_contract_number;
use chrono::{DateTime, Utc};
use entity::case::CaseState;
use entity::case_identifier::IdentifierKind;
use entity::case_link::CaseLinkKind;
use entity::{
    CaseId, authority_letter, case, case_complainant, case_identifier, case_link, case_recusal, case_respondent,
    intake_form,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query, SelectStatement, WindowStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DerivePartialModel, EntityTrait, FromQueryResult, JoinType, Order,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Complainants besides the lead complainants, in the order in which they were named.
pub async fn complainants<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<case_complainant::Model>> {
    let own = any_of(db.get_database_backend(), case_complainant::Column::CaseId, cases);
    Ok(case_complainant::Entity::find().filter(own).order_by_asc(case_complainant::Column::Id).all(db).await?)
}

pub async fn respondents<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<case_respondent::Model>> {
    let own = any_of(db.get_database_backend(), case_respondent::Column::CaseId, cases);
    Ok(case_respondent::Entity::find().filter(own).order_by_asc(case_respondent::Column::Id).all(db).await?)
}

pub async fn authority_letters<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<authority_letter::Model>> {
    let own = any_of(db.get_database_backend(), authority_letter::Column::CaseId, cases);
    Ok(authority_letter::Entity::find().filter(own).order_by_asc(authority_letter::Column::Id).all(db).await?)
}

pub async fn intake_forms<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<intake_form::Model>> {
    let own = any_of(db.get_database_backend(), intake_form::Column::CaseId, cases);
    Ok(intake_form::Entity::find().filter(own).all(db).await?)
}

/// Writes by what a case is found again; what stands there already stays.
pub async fn insert_identifiers(tx: &Tx, case: CaseId, found: Vec<(IdentifierKind, String)>) -> Result<()> {
    use case_identifier::Column::{BlindIndex, CaseId, Kind};
    if found.is_empty() {
        return Ok(());
    }
    let rows = found.into_iter().map(|(kind, blind_index)| case_identifier::ActiveModel {
        kind: Set(kind),
        blind_index: Set(blind_index),
        case_id: Set(case),
    });
    case_identifier::Entity::insert_many(rows)
        .on_conflict(OnConflict::columns([Kind, BlindIndex, CaseId]).do_nothing().to_owned())
        .exec_without_returning(tx.db())
        .await?;
    Ok(())
}

/// The keys of the cases that name something.
pub fn naming(kind: IdentifierKind, blind_index: &str) -> SelectStatement {
    case_identifier::Entity::find()
        .select_only()
        .column(case_identifier::Column::CaseId)
        .filter(case_identifier::COLUMN.kind.eq(kind))
        .filter(case_identifier::COLUMN.blind_index.eq(blind_index))
        .into_query()
}

/// A case as those see it who may not look into it: that it is there, and where it stands.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "case::Entity")]
pub struct CaseHead {
    pub id: CaseId,
    pub number: String,
    pub state: CaseState,
    pub received_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
}

pub async fn heads<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<CaseHead>> {
    let query = case::Entity::find().filter(any_of(db.get_database_backend(), case::Column::Id, cases));
    Ok(query.into_partial_model().all(db).await?)
}

/// Another case, and what it has in common.
#[derive(Clone, Debug)]
pub struct Similar {
    pub case: CaseHead,
    pub in_common: Vec<IdentifierKind>,
}

/// So many of the latest are enough to decide by.
const MOST_SIMILAR: u64 = 20;

/// The latest cases that name any of these.
pub async fn similar<C: ConnectionTrait>(db: &C, wanted: &[(IdentifierKind, String)]) -> Result<Vec<Similar>> {
    use case_identifier::Column::{BlindIndex, CaseId as Case, Kind};
    let any = wanted.iter().fold(Condition::any(), |any, (kind, blind_index)| {
        any.add(Condition::all().add(Kind.eq(*kind)).add(BlindIndex.eq(blind_index)))
    });
    if any.is_empty() {
        return Ok(Vec::new());
    }
    let latest = case_identifier::Entity::find()
        .select_only()
        .column(Case)
        .filter(any.clone())
        .group_by(Case)
        .order_by_desc(Case)
        .limit(MOST_SIMILAR)
        .into_query();
    let found: Vec<(CaseId, IdentifierKind)> = case_identifier::Entity::find()
        .select_only()
        .columns([Case, Kind])
        .filter(any)
        .filter(Case.in_subquery(latest))
        .into_tuple()
        .all(db)
        .await?;
    let mut in_common: BTreeMap<CaseId, BTreeSet<IdentifierKind>> = BTreeMap::new();
    for (case, kind) in found {
        in_common.entry(case).or_default().insert(kind);
    }
    let ids: Vec<_> = in_common.keys().copied().collect();
    let mut heads: HashMap<_, _> = heads(db, &ids).await?.into_iter().map(|head| (head.id, head)).collect();
    let similar = |(case, kinds): (CaseId, BTreeSet<_>)| {
        Some(Similar { case: heads.remove(&case)?, in_common: kinds.into_iter().collect() })
    };
    Ok(in_common.into_iter().rev().filter_map(similar).collect())
}

#[derive(FromQueryResult)]
struct Pair {
    this: CaseId,
    earlier: CaseId,
    kind: IdentifierKind,
}

/// For each of several cases, the latest that were registered before it and name the same.
pub async fn earlier<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<HashMap<CaseId, Vec<Similar>>> {
    use case_identifier::Column::{BlindIndex, CaseId as Case, Kind};
    use case_identifier::Entity as This;
    let other = Alias::new("earlier");
    let same = |column| Expr::col((This, column)).eq(Expr::col((other.clone(), column)));
    // Keys are in the order of registration.
    let before = Expr::col((other.clone(), Case)).lt(Expr::col((This, Case)));
    let window = WindowStatement::partition_by((This, Case)).order_by((other.clone(), Case), Order::Desc).take();
    let numbered = Query::select()
        .expr_as(Expr::col((This, Case)), "this")
        .expr_as(Expr::col((other.clone(), Case)), "earlier")
        .expr_as(Expr::col((This, Kind)), "kind")
        .expr_window_as(Expr::cust("dense_rank()"), window, "position")
        .from(This)
        .join_as(JoinType::InnerJoin, This, other.clone(), same(Kind).and(same(BlindIndex)).and(before))
        .and_where(any_of(db.get_database_backend(), Case, cases))
        .take();
    let first = Query::select()
        .columns(["this", "earlier", "kind"])
        .from_subquery(numbered, "numbered")
        .and_where(Expr::col("position").lte(i64::try_from(MOST_SIMILAR).unwrap_or(i64::MAX)))
        .take();
    let rows = db.query_all(&first).await?;
    let pairs = rows.iter().map(|row| Pair::from_query_result(row, "")).collect::<Result<Vec<_>, _>>()?;
    let mut found: BTreeMap<(CaseId, CaseId), BTreeSet<IdentifierKind>> = BTreeMap::new();
    for Pair { this, earlier, kind } in pairs {
        found.entry((this, earlier)).or_default().insert(kind);
    }
    let mut ids: Vec<_> = found.keys().map(|(_, earlier)| *earlier).collect();
    ids.sort();
    ids.dedup();
    let heads: HashMap<_, _> = heads(db, &ids).await?.into_iter().map(|head| (head.id, head)).collect();
    let mut earlier: HashMap<CaseId, Vec<Similar>> = HashMap::new();
    for ((this, other), kinds) in found.into_iter().rev() {
        if let Some(head) = heads.get(&other) {
            let similar = Similar { case: head.clone(), in_common: kinds.into_iter().collect() };
            earlier.entry(this).or_default().push(similar);
        }
    }
    Ok(earlier)
}

/// A case by its number, whoever may look into it.
pub async fn head_of_number<C: ConnectionTrait>(db: &C, number: &str) -> Result<Option<CaseHead>> {
    Ok(case::Entity::find().filter(case::COLUMN.number.eq(number)).into_partial_model().one(db).await?)
}

/// Whether two cases name the same phone, contract or person.
pub async fn have_something_in_common<C: ConnectionTrait>(db: &C, one: CaseId, other: CaseId) -> Result<bool> {
    let found = case_identifier::Entity::find()
        .filter(any_of(db.get_database_backend(), case_identifier::Column::CaseId, &[one, other]))
        .all(db)
        .await?;
    let (of_one, of_other): (Vec<_>, Vec<_>) = found.into_iter().partition(|row| row.case_id == one);
    let named: BTreeSet<_> = of_one.into_iter().map(|row| (row.kind, row.blind_index)).collect();
    Ok(of_other.into_iter().any(|row| named.contains(&(row.kind, row.blind_index))))
}

/// The links of several cases, on whichever of the two they were decided, the first one first.
pub async fn links<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<case_link::Model>> {
    let backend = db.get_database_backend();
    let touching = Condition::any().add(any_of(backend, case_link::Column::CaseId, cases)).add(any_of(
        backend,
        case_link::Column::OtherCaseId,
        cases,
    ));
    Ok(case_link::Entity::find().filter(touching).order_by_asc(case_link::Column::Id).all(db).await?)
}

/// Every case that was merged with one of these, directly or by way of others; each case with its group, itself included.
pub async fn merged<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<HashMap<CaseId, BTreeSet<CaseId>>> {
    let mut merges: BTreeSet<(CaseId, CaseId)> = BTreeSet::new();
    let mut seen: BTreeSet<CaseId> = BTreeSet::new();
    let mut next: Vec<CaseId> = cases.to_vec();
    while !next.is_empty() {
        seen.extend(&next);
        let links = links(db, &next).await?.into_iter().filter(|link| link.kind == CaseLinkKind::Merged);
        let found: Vec<_> = links.map(|link| (link.case_id, link.other_case_id)).collect();
        next = found.iter().flat_map(|(one, other)| [*one, *other]).filter(|case| !seen.contains(case)).collect();
        next.sort();
        next.dedup();
        merges.extend(found);
    }
    Ok(cases.iter().map(|case| (*case, group(*case, &merges))).collect())
}

fn group(case: CaseId, merges: &BTreeSet<(CaseId, CaseId)>) -> BTreeSet<CaseId> {
    let mut group = BTreeSet::from([case]);
    loop {
        let near = |(one, other): &&(CaseId, CaseId)| group.contains(one) != group.contains(other);
        let joined: Vec<_> = merges.iter().filter(near).flat_map(|(one, other)| [*one, *other]).collect();
        if joined.is_empty() {
            return group;
        }
        group.extend(joined);
    }
}

/// A case of a group, with its further complainants.
pub type Member = (case::Model, Vec<case_complainant::Model>);

/// The cases that are one matter with each of these, itself included. Their people are counted and shown to nobody.
pub async fn groups<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<HashMap<CaseId, Vec<Member>>> {
    let groups = merged(db, cases).await?;
    let members: BTreeSet<_> = groups.values().flatten().copied().collect();
    let members: Vec<_> = members.into_iter().collect();
    let rows =
        case::Entity::find().filter(any_of(db.get_database_backend(), case::Column::Id, &members)).all(db).await?;
    let mut people: HashMap<CaseId, Vec<case_complainant::Model>> = HashMap::new();
    for complainant in complainants(db, &members).await? {
        people.entry(complainant.case_id).or_default().push(complainant);
    }
    let mut member = |row: case::Model| {
        let others = people.remove(&row.id).unwrap_or_default();
        (row.id, (row, others))
    };
    let members: HashMap<CaseId, Member> = rows.into_iter().map(&mut member).collect();
    let of = |group: BTreeSet<CaseId>| group.iter().filter_map(|case| members.get(case).cloned()).collect();
    Ok(groups.into_iter().map(|(case, group)| (case, of(group))).collect())
}

/// What keeps people from taking part in each of several cases.
pub async fn involved<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<HashMap<CaseId, Involved>> {
    let mut found: HashMap<CaseId, Involved> = HashMap::new();
    let declared = any_of(db.get_database_backend(), case_recusal::Column::CaseId, cases);
    let query = case_recusal::Entity::find().filter(declared).order_by_asc(case_recusal::Column::Id);
    for recusal in query.all(db).await? {
        found.entry(recusal.case_id).or_default().declared.push(recusal);
    }
    let respondents = respondents(db, cases).await?;
    let mut staff: Vec<_> = respondents.iter().filter_map(|respondent| respondent.staff_id).collect();
    staff.sort();
    staff.dedup();
    let (mut cards, mut roles) = (HashMap::new(), HashMap::new());
    if !staff.is_empty() {
        cards.extend(identity::store::cards(db, &staff).await?.into_iter().map(|card| (card.id, card)));
        roles = identity::store::roles(db, &staff).await?;
    }
    for respondent in respondents {
        let involved = found.entry(respondent.case_id).or_default();
        if let Some(code) = &respondent.agent_code {
            involved.agent_codes.push(comparable_contract_number(code));
        }
        if let Some(card) = respondent.staff_id.and_then(|staff| cards.get(&staff)) {
            involved.staff.push(InvolvedStaff {
                id: card.id,
                department_id: card.department_id,
                heads_a_department: heads_a_department(roles.get(&card.id).map_or(&[][..], Vec::as_slice)),
            });
        }
    }
    Ok(found)
}
