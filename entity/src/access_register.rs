//! The reading register (档案查阅登记台账): who looked at what confidential material, when and what for, and who tried to in vain. The
//! database refuses to change a row.

use crate::{AccessRegisterId, ArchiveFileId, ArchiveReadingId, CaseId, EvidenceId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

value_enum! {
    /// What confidential material is read for (SG-14.9).
    ReadingPurpose {
        /// Handling a complaint.
        Handling,
        /// Holding somebody to account.
        Accountability,
        /// Making the service better.
        ServiceImprovement,
        /// Training staff.
        Training,
        /// Checking that rules are kept.
        ComplianceCheck,
    }
}

value_enum! {
    /// In which way confidential material was turned to.
    ReadingAct {
        /// An archive file was opened.
        OpenFile,
        /// An archive file was taken out as a copy.
        ExportFile,
        /// The file of an evidence item was read.
        ReadEvidence,
        /// One personal value was shown whole.
        RevealField,
        /// Cases were looked for by a phone number.
        FindByPhone,
    }
}

value_enum! {
    /// What came of it.
    ReadingOutcome {
        /// It was shown.
        Read,
        /// Nothing was shown.
        Denied,
    }
}

value_enum! {
    /// Why nothing was shown.
    ReadingDenial {
        /// The reader has no part in the case, and no reading of the file.
        NoWayIn,
        /// The period of the reading has not begun.
        BeforePeriod,
        /// The period of the reading is over.
        AfterPeriod,
        /// The reading waits for approval or for its release.
        NotReleased,
        /// The reading was refused, withdrawn, revoked or signed off.
        Ended,
        /// It was read for another purpose than was agreed to.
        OtherPurpose,
        /// Nobody sits with the external reader.
        NoEscort,
        /// The reader may not take copies.
        NoExportRight,
        /// The reader may not see this value whole.
        NoRevealRight,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "access_register")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccessRegisterId,
    pub occurred_at: DateTimeUtc,
    pub reader_id: StaffId,
    /// The roles that the reader held at that moment, comma-separated.
    pub reader_roles: String,
    pub act: ReadingAct,
    pub outcome: ReadingOutcome,
    pub denial: Option<ReadingDenial>,
    /// What it was about, as far as it is one thing; no case for who was found by a phone number.
    pub case_id: Option<CaseId>,
    pub archive_file_id: Option<ArchiveFileId>,
    pub evidence_id: Option<EvidenceId>,
    /// What let the reader in, if it was a reading that somebody agreed to.
    pub reading_id: Option<ArchiveReadingId>,
    /// Names of the parts of the file that were shown, as a list.
    pub sections: Option<Json>,
    /// Name of the personal value that was asked for.
    pub field: Option<String>,
    /// Why, in the words of the reader; sealed.
    pub reason_sealed: Option<String>,
    /// None where nothing but one's work can be meant.
    pub purpose: Option<ReadingPurpose>,
    pub request_id: String,
}

impl ActiveModelBehavior for ActiveModel {}
