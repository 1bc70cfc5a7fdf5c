//! What is major is urgent, and the people above know it at once (HK-2.7).

use crate::identity::store::holders;
use crate::notifications::notify;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::profiles::Profile;
use entity::notification::NotificationKind;
use entity::{CaseEntryId, case};

/// Tells the supervisors and the managers of a case that became urgent, in this transaction.
pub async fn tell(tx: &Tx, was_urgent: bool, case: &case::Model, entry: CaseEntryId, profile: &Profile) -> Result<()> {
    if was_urgent || !case.urgent {
        return Ok(());
    }
    let mut recipients = holders(tx.db(), profile.plan_review.reviewer).await?;
    if let Some(escalation) = &profile.escalation {
        recipients.extend(holders(tx.db(), escalation.to).await?);
    }
    recipients.sort();
    recipients.dedup();
    notify(tx, NotificationKind::CaseUrgent, case.id, entry, recipients).await
}
