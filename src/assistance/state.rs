//! Where an assistance stands: read from its approval item and from what was done since, and kept nowhere.

use async_graphql::Enum;
use entity::approval::ApprovalState;
use entity::assistance;

/// Where an assistance stands (requirements T2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum AssistanceState {
    /// Waits for the supervisor (HK-6.6).
    Requested,
    /// The supervisor agreed; waits for the handler to deliver the material.
    Approved,
    /// The supervisor did not agree, or sent the request back: it is asked for anew.
    Refused,
    /// Delivered; waits for the department to confirm the receipt.
    Delivered,
    /// The department has it.
    Received,
    /// The department returned its opinion or result.
    Returned,
    /// The handler took it back.
    Withdrawn,
}

impl AssistanceState {
    /// The states in which it keeps the case from being closed, beyond what the approval item says.
    pub const OPEN: [Self; 3] = [Self::Approved, Self::Delivered, Self::Received];

    pub fn of(item: ApprovalState, row: &assistance::Model) -> Self {
        if row.withdrawn_at.is_some() {
            return Self::Withdrawn;
        }
        if row.returned_at.is_some() {
            return Self::Returned;
        }
        match item {
            ApprovalState::Pending | ApprovalState::Endorsed => Self::Requested,
            // What it begins is taken back as an assistance, not as an approval, and does not lapse.
            ApprovalState::Refused | ApprovalState::Returned | ApprovalState::Reversed | ApprovalState::Lapsed => {
                Self::Refused
            }
            ApprovalState::Withdrawn => Self::Withdrawn,
            ApprovalState::Approved if row.received_at.is_some() => Self::Received,
            ApprovalState::Approved if row.delivered_at.is_some() => Self::Delivered,
            ApprovalState::Approved => Self::Approved,
        }
    }
}

impl std::fmt::Display for AssistanceState {
    /// The name that the schema shows.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&async_graphql::resolver_utils::enum_value(*self).to_string())
    }
}
