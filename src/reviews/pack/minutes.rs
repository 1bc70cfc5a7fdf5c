//! The minutes of a joint review (合议记录) in the form that is hashed and signed: canonical JSON (RFC 8785).

use crate::platform::digest::{canonical_json, sha256_hex};
use crate::platform::error::Result;
use crate::platform::instant::is_storable;
use chrono::{DateTime, Utc};
use entity::StaffId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One version of the minutes. Whatever of it changes, the hash is another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Minutes {
    pub joint_review: Uuid,
    /// The number in the joint-review folder.
    pub number: String,
    pub version: u32,
    pub organisation: String,
    pub held_at: DateTime<Utc>,
    pub place: String,
    pub chair: Person,
    pub recorder: Person,
    /// Everyone who was there, each once.
    pub attendance: Vec<Attendance>,
    pub agenda: Vec<AgendaItem>,
    pub statements: Vec<Statement>,
    /// Dissent that was spoken; one who signs with dissent says so in the signature.
    pub dissents: Vec<Dissent>,
    pub outcome: Outcome,
    /// After a preliminary outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_opinion: Option<FinalOpinion>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Person {
    pub id: StaffId,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attendance {
    pub person: Person,
    pub capacity: Capacity,
    pub arrived_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<DateTime<Utc>>,
    /// Whether the record is final only with the signature of this person.
    pub signs: bool,
}

/// As what somebody attends (HK-7.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Capacity {
    /// 客服部经理助理以上人员
    Management,
    /// 咨诉主管
    Supervisor,
    /// 经办人员
    Handler,
    /// 协办部门人员
    Department,
}

impl Capacity {
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Management => "客服部经理助理以上人员",
            Self::Supervisor => "咨诉主管",
            Self::Handler => "经办人员",
            Self::Department => "协办部门人员",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgendaItem {
    pub case_number: String,
    pub question: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Statement {
    pub person: Person,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Dissent {
    pub person: Person,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Outcome {
    pub kind: OutcomeKind,
    pub text: String,
}

/// HK-7.5.4
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OutcomeKind {
    /// 合议决定
    Decision,
    /// 倾向性意见
    Preliminary,
}

impl OutcomeKind {
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Decision => "合议决定",
            Self::Preliminary => "倾向性意见",
        }
    }
}

/// HK-8.6
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FinalOpinion {
    pub text: String,
    pub given_at: DateTime<Utc>,
}

impl Minutes {
    pub fn canonical(&self) -> Result<String> {
        Ok(canonical_json(self)?)
    }

    /// What is signed stands for this hash of the whole.
    pub fn sha256(&self) -> Result<String> {
        Ok(sha256_hex(self.canonical()?.as_bytes()))
    }

    /// Those without whose signatures the record is not final.
    pub fn signers(&self) -> impl Iterator<Item = &Attendance> {
        self.attendance.iter().filter(|attendance| attendance.signs)
    }

    /// Where a person stands in the attendance; after everybody who does.
    pub(super) fn place_of(&self, person: StaffId) -> usize {
        let place = self.attendance.iter().position(|attendance| attendance.person.id == person);
        place.unwrap_or(self.attendance.len())
    }

    /// Whether every time in it can be stored, and printed.
    pub(super) fn has_sound_times(&self) -> bool {
        let attended = self.attendance.iter().flat_map(|one| [Some(one.arrived_at), one.left_at]).flatten();
        let given = self.final_opinion.iter().map(|opinion| opinion.given_at);
        attended.chain(given).chain([self.held_at]).all(is_storable)
    }
}
