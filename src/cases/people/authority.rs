//! Letters of authority (授权委托书): who may act for the complainant, since when, and how far.

use crate::calendar::local_day;
use crate::cases::{error, sealed};
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::platform::vault::DataKey;
use crate::platform::{instant, text};
use async_graphql::InputObject;
use chrono::NaiveDate;
use entity::authority_letter::{self, AuthorityScope};
use entity::{AuthorityLetterId, CaseId, StaffId};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// A letter by which the complainant lets somebody act. The letter itself belongs to the evidence.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct AuthorityLetterInput {
    /// Who may act.
    pub holder_name: String,
    pub holder_phone: Option<String>,
    pub scope: AuthorityScope,
    /// The day of the letter.
    pub granted_on: NaiveDate,
    /// The last day on which it holds, if it names one.
    pub expires_on: Option<NaiveDate>,
}

impl AuthorityLetterInput {
    /// Checks the input and makes the row of it.
    pub fn row(
        &self,
        tx: &Tx,
        key: &DataKey,
        case: CaseId,
        recorded_by: StaffId,
    ) -> Result<authority_letter::ActiveModel> {
        let name = text::required("holderName", &self.holder_name, text::LINE)?;
        let phone = text::optional("holderPhone", self.holder_phone.as_deref(), text::LINE)?;
        let granted_on = instant::given_day("grantedOn", self.granted_on)?;
        let expires_on = self.expires_on.map(|day| instant::given_day("expiresOn", day)).transpose()?;
        may_be_used(granted_on, expires_on, local_day(tx.now()))?;
        let id: AuthorityLetterId = tx.id();
        let seal = |field, text: &str| key.seal(field, id, text);
        Ok(authority_letter::ActiveModel {
            id: Set(id),
            case_id: Set(case),
            holder_name_sealed: Set(seal(sealed::HOLDER_NAME, &name)?),
            holder_phone_sealed: Set(phone.as_deref().map(|phone| seal(sealed::HOLDER_PHONE, phone)).transpose()?),
            scope: Set(self.scope),
            granted_on: Set(granted_on),
            expires_on: Set(expires_on),
            recorded_by: Set(recorded_by),
            recorded_at: Set(tx.now()),
        })
    }
}

/// Of today or an earlier day, and not expired; the last day counts (G-2).
fn may_be_used(
    granted_on: NaiveDate,
    expires_on: Option<NaiveDate>,
    today: NaiveDate,
) -> crate::cases::policy::Verdict {
    if granted_on > today {
        return Err(vec![error::letter_not_valid("grantedOn")]);
    }
    if expires_on.is_some_and(|last| last < today) {
        return Err(vec![error::letter_not_valid("expiresOn")]);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_holds_from_its_day_to_its_last_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2024-03-04");
        for (granted, expires, allowed) in [
            ("2024-03-04", None, true),
            ("2024-03-05", None, false),
            ("2024-02-29", Some("2024-03-04"), true),
            ("2024-02-29", Some("2024-03-03"), false),
            ("2020-01-01", Some("2030-01-01"), true),
        ] {
            assert_eq!(may_be_used(day(granted), expires.map(day), today).is_ok(), allowed, "{granted} {expires:?}");
        }
    }
}
