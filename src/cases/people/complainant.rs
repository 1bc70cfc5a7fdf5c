//! Complainants besides the lead complainant (群诉).

use super::policy::{Counted, Identity, group_head_count};
use super::store::Member;
use crate::cases::{personal, sealed};
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::platform::text;
use crate::platform::vault::{DataKey, Vault};
use async_graphql::InputObject;
use entity::case::RelationToPolicyholder;
use entity::{CaseId, ComplainantId, StaffId, case, case_complainant};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Somebody who complains besides the lead complainant.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct ComplainantInput {
    pub name: String,
    pub phone: Option<String>,
    /// How the person relates to the policyholder (与投保人关系).
    pub relation: RelationToPolicyholder,
    /// True for one who speaks for the group; the lead complainant does so anyway and is not counted here.
    #[graphql(default)]
    pub representative: bool,
}

/// A checked [`ComplainantInput`].
#[derive(Debug)]
pub struct NewComplainant {
    pub name: String,
    pub phone: Option<String>,
    pub relation: RelationToPolicyholder,
    pub representative: bool,
}

impl ComplainantInput {
    pub fn check(&self) -> Result<NewComplainant> {
        Ok(NewComplainant {
            name: text::required("name", &self.name, text::LINE)?,
            phone: text::optional("phone", self.phone.as_deref(), text::LINE)?,
            relation: self.relation,
            representative: self.representative,
        })
    }
}

impl NewComplainant {
    pub fn identity(&self) -> Identity {
        identity(&self.name, self.phone.as_deref())
    }

    pub fn row(
        &self,
        tx: &Tx,
        key: &DataKey,
        case: CaseId,
        added_by: StaffId,
    ) -> Result<case_complainant::ActiveModel> {
        let id: ComplainantId = tx.id();
        let seal = |field, text: &str| key.seal(field, id, text);
        let phone = self.phone.as_deref().map(|phone| seal(sealed::FURTHER_COMPLAINANT_PHONE, phone)).transpose()?;
        Ok(case_complainant::ActiveModel {
            id: Set(id),
            case_id: Set(case),
            name_sealed: Set(seal(sealed::FURTHER_COMPLAINANT_NAME, &self.name)?),
            phone_sealed: Set(phone),
            relation: Set(self.relation),
            representative: Set(self.representative),
            added_by: Set(added_by),
            added_at: Set(tx.now()),
        })
    }
}

pub fn identity(name: &str, phone: Option<&str>) -> Identity {
    let phone = phone.map(text::comparable_phone).filter(|phone| !phone.is_empty());
    Identity { name: text::comparable_name(name), phone }
}

/// How many people complain of the matter of these cases, whoever is named on several counting once (HK-A15).
pub fn count(vault: &Vault, group: &[Member]) -> Result<i32> {
    let counted = group
        .iter()
        .map(|(case, others)| Ok(Counted { head_count: case.head_count, named: identities(vault, case, others)? }));
    Ok(group_head_count(&counted.collect::<Result<Vec<_>>>()?))
}

/// Everybody who is named as complainant of a case, the lead complainant first; for comparing only.
pub fn identities(vault: &Vault, case: &case::Model, others: &[case_complainant::Model]) -> Result<Vec<Identity>> {
    // Of a case that was disposed of nobody is named.
    let Some(key) = personal::key_of(vault, case)? else { return Ok(Vec::new()) };
    let open = |field, row: uuid::Uuid, sealed: &Option<String>| {
        sealed.as_deref().map(|sealed| key.open(field, row, sealed)).transpose()
    };
    let name = key.open(sealed::COMPLAINANT_NAME, case.id, &case.complainant_name_sealed)?;
    let phone = open(sealed::PHONE, case.id.into(), &case.phone_sealed)?;
    let mut found = vec![identity(&name, phone.as_deref())];
    for other in others {
        let name = key.open(sealed::FURTHER_COMPLAINANT_NAME, other.id, &other.name_sealed)?;
        let phone = open(sealed::FURTHER_COMPLAINANT_PHONE, other.id.into(), &other.phone_sealed)?;
        found.push(identity(&name, phone.as_deref()));
    }
    Ok(found)
}
