//! Who may do what, by trying it: every role × every root field × what the field is asked about, over HTTP. The outcome is
//! `tests/snapshots/access_matrix.txt`, for people to read and for every change to be seen in.
//!
//! After an intended change: `REDRESS_TEST_WRITE_SNAPSHOTS=1 cargo test access_matrix`.

use crate::support::help::Help;
use crate::support::meeting;
use crate::support::program::Program;
use crate::support::road;
use crate::support::time::deadline;
use crate::support::{World, scenario};
use entity::staff_role::Role;
use redress::identity::passwords;
use redress::identity::permissions::permissions_of;
use redress::identity::service::add_staff::{AddStaff, InDepartment};
use redress::platform::access::{Actor, Permission, PermissionSet, Rule};
use redress::schema;
use sea_orm::{ConnectionTrait, Iterable};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What a root field is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Nothing,
    Case,
    Approval,
    Evidence,
    Assistance,
    ArchiveFile,
    ArchiveReading,
    LegalHold,
    Disposal,
    Staff,
    Department,
    Session,
    Deadline,
    JointReview,
    ServiceAccount,
}

/// Whose it is, seen from the person who asks.
const RELATIONS: [&str; 5] = ["own", "own department", "other", "nonexistent", "none"];

/// Every root field, what it is asked about, and how: `{id}` stands for the object, and writes that need a version send a
/// stale one, so that nothing changes.
pub const PROBES: &[(&str, About, &str)] = &[
    ("Query.viewer", About::Nothing, "{ viewer { roles } }"),
    ("Query.viewer", About::Nothing, "{ viewer { tasks { totalCount } } }"),
    ("Query.teamLoad", About::Nothing, "{ teamLoad { open } }"),
    ("Query.permissionMatrix", About::Nothing, "{ permissionMatrix { permission } }"),
    ("Query.profile", About::Nothing, "{ profile { code } }"),
    ("Query.sessions", About::Nothing, "{ sessions { totalCount } }"),
    ("Query.staff", About::Nothing, "{ staff { totalCount } }"),
    ("Query.departments", About::Nothing, "{ departments { totalCount } }"),
    ("Query.cases", About::Nothing, "{ cases { totalCount } }"),
    ("Query.similarCases", About::Nothing, "{ similarCases(phone: \"13812345678\") { inCommon } }"),
    ("Query.approvals", About::Nothing, "{ approvals { totalCount } }"),
    ("Query.assistances", About::Nothing, "{ assistances { totalCount } }"),
    ("Query.archiveFiles", About::Nothing, "{ archiveFiles { totalCount } }"),
    ("Query.archiveTree", About::Nothing, "{ archiveTree { year files } }"),
    ("Query.changeMark", About::Nothing, "{ changeMark }"),
    (
        "Subscription.caseChanged",
        About::Case,
        "subscription { caseChanged(id: {id}, since: \"0\") { case { state } } }",
    ),
    (
        "Subscription.approvalChanged",
        About::Approval,
        "subscription { approvalChanged(id: {id}, since: \"0\") { approval { state } } }",
    ),
    (
        "Subscription.meetingChanged",
        About::JointReview,
        "subscription { meetingChanged(id: {id}, since: \"0\") { jointReview { state } } }",
    ),
    ("Subscription.tasksChanged", About::Nothing, "subscription { tasksChanged(since: \"0\") { mark } }"),
    // Who was told of nothing would hear nothing; a mark that was never given is refused to whoever may ask.
    (
        "Subscription.notificationAdded",
        About::Nothing,
        "subscription { notificationAdded(since: \"999999999\") { mark } }",
    ),
    ("Query.archiveChecks", About::Nothing, "{ archiveChecks { totalCount } }"),
    ("Query.archiveChecksDue", About::Nothing, "{ archiveChecksDue { overdue } }"),
    ("Query.archiveDamages", About::Nothing, "{ archiveDamages { totalCount } }"),
    ("Query.archiveBackups", About::Nothing, "{ archiveBackups { totalCount } }"),
    ("Query.verifyArchiveFile", About::ArchiveFile, "{ verifyArchiveFile(id: {id}) { intact } }"),
    (
        "Mutation.moveArchiveFile",
        About::ArchiveFile,
        "mutation { moveArchiveFile(input: { archiveFileId: {id}, placement: { cabinet: \"x\", place: \"x\", keyHolderId: {handler} } }) { refusals { code } } }",
    ),
    (
        "Mutation.recordArchiveCheck",
        About::ArchiveFile,
        "mutation { recordArchiveCheck(input: { idempotencyKey: {key}, medium: PAPER, findings: [{ archiveFileId: {id}, kind: DAMP }] }) { refusals { code } } }",
    ),
    (
        "Mutation.treatArchiveDamage",
        About::Nothing,
        "mutation { treatArchiveDamage(input: { damageId: \"QXJjaGl2ZURhbWFnZTowMTkwMDAwMDAwMDA3MDAwODAwMDAwMDAwMDAwMDAwMA\", measure: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.recordArchiveBackup",
        About::Nothing,
        "mutation { recordArchiveBackup(input: { idempotencyKey: {key}, madeAt: \"2999-01-01T00:00:00Z\", place: \"x\", succeeded: true }) { refusals { code } } }",
    ),
    (
        "Mutation.addArchiveSupplement",
        About::Case,
        "mutation { addArchiveSupplement(input: { idempotencyKey: {key}, caseId: {id}, kind: OTHER, text: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.addArchiveSupplement",
        About::ArchiveFile,
        "mutation { addArchiveSupplement(input: { idempotencyKey: {key}, archiveFileId: {id}, kind: OTHER, text: \"x\" }) { refusals { code } } }",
    ),
    ("Query.serviceAccounts", About::Nothing, "{ serviceAccounts { totalCount } }"),
    ("Query.node", About::ServiceAccount, "{ node(id: {id}) { id } }"),
    (
        "Mutation.addServiceAccount",
        About::Department,
        "mutation { addServiceAccount(input: { name: \" \", departmentId: {id}, responsibleId: {handler}, role: AUDITOR, scopes: [CASE_READ] }) { refusals { code } } }",
    ),
    (
        "Mutation.updateServiceAccount",
        About::ServiceAccount,
        "mutation { updateServiceAccount(input: { serviceAccountId: {id}, expectedVersion: 999, name: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.changeServiceAccountScopes",
        About::ServiceAccount,
        "mutation { changeServiceAccountScopes(input: { serviceAccountId: {id}, expectedVersion: 999, scopes: [CASE_READ] }) { refusals { code } } }",
    ),
    (
        "Mutation.addServiceAccountKey",
        About::ServiceAccount,
        "mutation { addServiceAccountKey(input: { serviceAccountId: {id}, expectedVersion: 999, publicKey: \"{\\\"kty\\\":\\\"OKP\\\",\\\"crv\\\":\\\"Ed25519\\\",\\\"x\\\":\\\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\\\"}\" }) { refusals { code } } }",
    ),
    (
        "Mutation.revokeServiceAccountKey",
        About::Nothing,
        "mutation { revokeServiceAccountKey(input: { keyId: \"U2VydmljZUFjY291bnRLZXk6MDE5MDAwMDAwMDAwNzAwMDgwMDAwMDAwMDAwMDAwMDA\", expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.disableServiceAccount",
        About::ServiceAccount,
        "mutation { disableServiceAccount(input: { serviceAccountId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.enableServiceAccount",
        About::ServiceAccount,
        "mutation { enableServiceAccount(input: { serviceAccountId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    ("Query.incidents", About::Nothing, "{ incidents { totalCount } }"),
    (
        "Mutation.recordIncident",
        About::Nothing,
        "mutation { recordIncident(input: { idempotencyKey: {key}, kind: LEAK, occurredAt: \"2999-01-01T00:00:00Z\", account: \"x\", persons: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.followUpIncident",
        About::Nothing,
        "mutation { followUpIncident(input: { idempotencyKey: {key}, incidentId: \"SW5jaWRlbnQ6MDE5MDAwMDAwMDAwNzAwMDgwMDAwMDAwMDAwMDAwMDA\", text: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.signConfidentialityPledge",
        About::Nothing,
        "mutation { signConfidentialityPledge(input: { version: \"x\" }) { refusals { code } } }",
    ),
    ("Query.disposableArchiveFiles", About::Nothing, "{ disposableArchiveFiles { totalCount } }"),
    ("Query.disposals", About::Nothing, "{ disposals { totalCount } }"),
    ("Query.disposal", About::Disposal, "{ disposal(id: {id}) { state } }"),
    ("Query.node", About::Disposal, "{ node(id: {id}) { id } }"),
    ("Query.libraryEntries", About::Nothing, "{ libraryEntries { totalCount } }"),
    ("Query.suggestions", About::Nothing, "{ suggestions { totalCount } }"),
    ("Query.archiveReadings", About::Nothing, "{ archiveReadings { totalCount } }"),
    ("Query.node", About::ArchiveReading, "{ node(id: {id}) { id } }"),
    (
        "Query.exportArchiveFile",
        About::ArchiveFile,
        "{ exportArchiveFile(input: { id: {id}, purpose: TRAINING }) { refusals { code } } }",
    ),
    (
        "Query.revealField",
        About::Case,
        "{ revealField(input: { caseId: {id}, field: PHONE, purpose: HANDLING, reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.requestArchiveReading",
        About::Nothing,
        "mutation { requestArchiveReading(input: { idempotencyKey: {key}, archiveNumbers: [\"x\"], purpose: TRAINING, reason: \"x\", firstDay: \"2024-03-04\", lastDay: \"2024-03-04\" }) { refusals { code } } }",
    ),
    (
        "Mutation.requestExternalReading",
        About::Nothing,
        "mutation { requestExternalReading(input: { idempotencyKey: {key}, readerId: {handler}, unit: \"x\", certificateUploadId: {upload}, escortId: {handler}, archiveNumbers: [\"x\"], purpose: TRAINING, reason: \"x\", firstDay: \"2024-03-04\", lastDay: \"2024-03-04\" }) { refusals { code } } }",
    ),
    (
        "Mutation.decideArchiveReading",
        About::ArchiveReading,
        "mutation { decideArchiveReading(input: { idempotencyKey: {key}, readingId: {id}, expectedVersion: 999, decision: APPROVE, opinion: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.releaseArchiveReading",
        About::ArchiveReading,
        "mutation { releaseArchiveReading(input: { readingId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.returnArchiveReading",
        About::ArchiveReading,
        "mutation { returnArchiveReading(input: { readingId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.confirmArchiveReading",
        About::ArchiveReading,
        "mutation { confirmArchiveReading(input: { readingId: {id}, expectedVersion: 999, intact: true }) { refusals { code } } }",
    ),
    (
        "Mutation.withdrawArchiveReading",
        About::ArchiveReading,
        "mutation { withdrawArchiveReading(input: { readingId: {id}, expectedVersion: 999, reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.revokeArchiveReading",
        About::ArchiveReading,
        "mutation { revokeArchiveReading(input: { readingId: {id}, expectedVersion: 999, reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.openEscortSession",
        About::ArchiveReading,
        "mutation { openEscortSession(input: { readingId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.closeEscortSession",
        About::ArchiveReading,
        "mutation { closeEscortSession(input: { readingId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    ("Query.accessRegister", About::Nothing, "{ accessRegister { edges { cursor } } }"),
    ("Query.auditTreeHead", About::Nothing, "{ auditTreeHead { size } }"),
    ("Query.auditConsistency", About::Nothing, "{ auditConsistency(from: 1) { path } }"),
    (
        "Query.auditProof",
        About::Nothing,
        "{ auditProof(eventId: \"QXVkaXRFdmVudDowMTkwMDAwMDAwMDA3MDAwODAwMDAwMDAwMDAwMDAwMA\") { path } }",
    ),
    ("Query.auditEvents", About::Nothing, "{ auditEvents { edges { cursor } } }"),
    ("Query.monthlyReports", About::Nothing, "{ monthlyReports { totalCount } }"),
    ("Query.caseFigures", About::Nothing, "{ caseFigures(from: \"2024-03-01\", until: \"2024-03-31\") { received } }"),
    (
        "Mutation.generateMonthlyReport",
        About::Nothing,
        "mutation { generateMonthlyReport(input: { year: 9000, month: 1 }) { refusals { code } } }",
    ),
    ("Query.case", About::Case, "{ case(id: {id}) { number } }"),
    ("Query.node", About::Case, "{ node(id: {id}) { id } }"),
    ("Query.node", About::Approval, "{ node(id: {id}) { id } }"),
    ("Query.node", About::JointReview, "{ node(id: {id}) { id } }"),
    ("Query.jointReview", About::JointReview, "{ jointReview(id: {id}) { number } }"),
    ("Query.jointReviews", About::Nothing, "{ jointReviews { totalCount } }"),
    ("Query.jointReviewFolder", About::Nothing, "{ jointReviewFolder { totalCount } }"),
    ("Query.jointReviewFigures", About::Nothing, "{ jointReviewFigures(from: \"2024-03-01\") { held } }"),
    (
        "Mutation.requestJointReview",
        About::Case,
        "mutation { requestJointReview(input: { idempotencyKey: {key}, caseId: {id}, ground: HANDLER_REQUEST, question: \"x\", evidenceIds: [], reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.conveneJointReview",
        About::JointReview,
        "mutation { conveneJointReview(input: { jointReviewId: {id}, expectedVersion: 999, meetsAt: \"2999-01-01T00:00:00Z\", place: \"x\", chairId: {handler}, recorderId: {handler}, attendees: [] }) { refusals { code } } }",
    ),
    (
        "Mutation.respondToInvitation",
        About::JointReview,
        "mutation { respondToInvitation(input: { jointReviewId: {id}, expectedInvitations: 999, answer: ACCEPT }) { refusals { code } } }",
    ),
    (
        "Mutation.recordAttendance",
        About::JointReview,
        "mutation { recordAttendance(input: { jointReviewId: {id}, presence: ARRIVED, attendeeIds: [] }) { refusals { code } } }",
    ),
    (
        "Mutation.openJointReview",
        About::JointReview,
        "mutation { openJointReview(input: { jointReviewId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.recordMinutes",
        About::JointReview,
        "mutation { recordMinutes(input: { jointReviewId: {id}, expectedMinutesVersion: 999, statements: [] }) { refusals { code } } }",
    ),
    (
        "Mutation.closeJointReview",
        About::JointReview,
        "mutation { closeJointReview(input: { idempotencyKey: {key}, jointReviewId: {id}, expectedVersion: 999, outcome: DECISION, text: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.recordFinalOpinion",
        About::JointReview,
        "mutation { recordFinalOpinion(input: { idempotencyKey: {key}, jointReviewId: {id}, expectedVersion: 999, text: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.signMinutes",
        About::JointReview,
        "mutation { signMinutes(input: { idempotencyKey: {key}, jointReviewId: {id}, expectedMinutesSha256: \"x\", proof: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.refuseToSign",
        About::JointReview,
        "mutation { refuseToSign(input: { idempotencyKey: {key}, jointReviewId: {id}, expectedMinutesSha256: \"x\", reason: \"x\", dissent: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.cancelJointReview",
        About::JointReview,
        "mutation { cancelJointReview(input: { jointReviewId: {id}, expectedVersion: 999, reason: \"x\" }) { refusals { code } } }",
    ),
    ("Query.node", About::Evidence, "{ node(id: {id}) { id } }"),
    ("Query.node", About::Assistance, "{ node(id: {id}) { id } }"),
    ("Query.node", About::ArchiveFile, "{ node(id: {id}) { id } }"),
    ("Query.node", About::Staff, "{ node(id: {id}) { id } }"),
    ("Query.node", About::Department, "{ node(id: {id}) { id } }"),
    ("Query.node", About::Session, "{ node(id: {id}) { id } }"),
    ("Query.nodes", About::Case, "{ nodes(ids: [{id}]) { id } }"),
    ("Query.nodes", About::Approval, "{ nodes(ids: [{id}]) { id } }"),
    ("Query.nodes", About::ArchiveFile, "{ nodes(ids: [{id}]) { id } }"),
    (
        "Query.openArchiveFile",
        About::ArchiveFile,
        "{ openArchiveFile(input: { id: {id}, purpose: TRAINING }) { refusals { code } } }",
    ),
    (
        "Mutation.login",
        About::Nothing,
        "mutation { login(input: { login: \"handler\", password: \"a password for tests\" }) { expiresAt } }",
    ),
    ("Mutation.refresh", About::Nothing, "mutation { refresh(input: { refreshToken: \"x\" }) { expiresAt } }"),
    (
        "Mutation.changePassword",
        About::Nothing,
        "mutation { changePassword(input: { currentPassword: \"x\", newPassword: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.confirmIdentity",
        About::Nothing,
        "mutation { confirmIdentity(input: { password: \"a password for tests\", action: SIGN_MINUTES }) { refusals { code } } }",
    ),
    ("Query.viewer", About::Nothing, "{ viewer { secondFactor { required missing } } }"),
    (
        "Mutation.confirmSecondFactor",
        About::Nothing,
        "mutation { confirmSecondFactor(input: { code: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.renewRecoveryCodes",
        About::Nothing,
        "mutation { renewRecoveryCodes(input: { password: \"a password for tests\", code: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.removeSecondFactor",
        About::Nothing,
        "mutation { removeSecondFactor(input: { password: \"a password for tests\", code: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.enrolSecondFactor",
        About::Nothing,
        "mutation { enrolSecondFactor(input: { password: \"a password for tests\" }) { refusals { code } } }",
    ),
    (
        "Mutation.endSession",
        About::Session,
        "mutation { endSession(input: { sessionId: {id} }) { refusals { code } } }",
    ),
    (
        "Mutation.addStaff",
        About::Department,
        "mutation { addStaff(input: { login: \"handler\", name: \"x\", departmentId: {id}, roles: [HANDLER] }) { refusals { code } } }",
    ),
    (
        "Mutation.updateStaff",
        About::Staff,
        "mutation { updateStaff(input: { staffId: {id}, expectedVersion: 999, name: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.changeStaffRoles",
        About::Staff,
        "mutation { changeStaffRoles(input: { staffId: {id}, expectedVersion: 999, roles: [LEGAL] }) { refusals { code } } }",
    ),
    (
        "Mutation.disableStaff",
        About::Staff,
        "mutation { disableStaff(input: { staffId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.enableStaff",
        About::Staff,
        "mutation { enableStaff(input: { staffId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.resetPassword",
        About::Staff,
        "mutation { resetPassword(input: { staffId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.resetSecondFactor",
        About::Staff,
        "mutation { resetSecondFactor(input: { staffId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.addDepartment",
        About::Nothing,
        "mutation { addDepartment(input: { name: \"客服部\" }) { refusals { code } } }",
    ),
    (
        "Mutation.renameDepartment",
        About::Department,
        "mutation { renameDepartment(input: { departmentId: {id}, expectedVersion: 999, name: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.registerCase",
        About::Nothing,
        "mutation { registerCase(input: { idempotencyKey: {key}, channel: \"NOWHERE\", relation: ONESELF, summary: \"x\", complainantName: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.addComplainant",
        About::Case,
        "mutation { addComplainant(input: { caseId: {id}, complainant: { name: \"李秀英\", phone: \"13812345678\", relation: OTHER } }) { refusals { code } } }",
    ),
    (
        "Mutation.updateHeadCount",
        About::Case,
        "mutation { updateHeadCount(input: { caseId: {id}, expectedVersion: 999, headCount: 7, reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.addRespondent",
        About::Case,
        "mutation { addRespondent(input: { caseId: {id}, respondent: { kind: AGENT } }) { refusals { code } } }",
    ),
    (
        "Mutation.recordAuthorityLetter",
        About::Case,
        "mutation { recordAuthorityLetter(input: { caseId: {id}, letter: { holderName: \"x\", scope: GENERAL, grantedOn: \"2999-01-01\" } }) { refusals { code } } }",
    ),
    (
        "Mutation.linkCases",
        About::Case,
        "mutation { linkCases(input: { caseId: {id}, otherNumber: \"TS1999-000001\", kind: RELATED, reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.declareRecusal",
        About::Case,
        "mutation { declareRecusal(input: { caseId: {id}, reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.allocateCase",
        About::Case,
        "mutation { allocateCase(input: { caseId: {id}, handlerId: {handler}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.allocateCases",
        About::Case,
        "mutation { allocateCases(input: { idempotencyKey: {key}, cases: [{ caseId: {id}, handlerId: {handler}, expectedVersion: 999 }] }) { refusals { code } } }",
    ),
    (
        "Mutation.reassignCase",
        About::Case,
        "mutation { reassignCase(input: { caseId: {id}, handlerId: {handler}, expectedVersion: 999, reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.routeToDepartment",
        About::Case,
        "mutation { routeToDepartment(input: { caseId: {id}, respondentId: {handler}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.recordContact",
        About::Case,
        "mutation { recordContact(input: { caseId: {id}, direction: INBOUND, means: PHONE, content: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.recordStatement",
        About::Case,
        "mutation { recordStatement(input: { caseId: {id}, party: OTHER, text: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.recordFinding",
        About::Case,
        "mutation { recordFinding(input: { caseId: {id}, finding: FACT, text: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.acknowledgeCase",
        About::Case,
        "mutation { acknowledgeCase(input: { caseId: {id}, expectedVersion: 999, means: PHONE }) { refusals { code } } }",
    ),
    (
        "Mutation.reportProgress",
        About::Case,
        "mutation { reportProgress(input: { caseId: {id}, text: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.addCoordinationNote",
        About::Case,
        "mutation { addCoordinationNote(input: { caseId: {id}, text: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.proposeClassification",
        About::Case,
        "mutation { proposeClassification(input: { caseId: {id}, facts: {}, reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.classifyCase",
        About::Case,
        "mutation { classifyCase(input: { idempotencyKey: {key}, caseId: {id}, expectedVersion: 999, facts: {}, reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.escalateCase",
        About::Case,
        "mutation { escalateCase(input: { caseId: {id}, report: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.answerEscalation",
        About::Nothing,
        "mutation { answerEscalation(input: { idempotencyKey: {key}, escalationId: \"VGltZWxpbmVFbnRyeTowMTkwMDAwMDAwMDA3MDAwODAwMDAwMDAwMDAwMDAwMA\", answer: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.recordAgentFault",
        About::Case,
        "mutation { recordAgentFault(input: { caseId: {id}, expectedVersion: 999, atFault: true, reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.recordMisappropriation",
        About::Case,
        "mutation { recordMisappropriation(input: { caseId: {id}, expectedVersion: 999, misappropriated: true, reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.returnApproval",
        About::Approval,
        "mutation { returnApproval(input: { idempotencyKey: {key}, approvalId: {id}, expectedVersion: 999, opinion: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.remindApproval",
        About::Approval,
        "mutation { remindApproval(input: { approvalId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.recordExecution",
        About::Approval,
        "mutation { recordExecution(input: { idempotencyKey: {key}, approvalId: {id}, expectedContentSha256: \"x\", voucherNumber: \"x\", amount: \"1.00\", executedOn: \"2024-03-04\" }) { refusals { code } } }",
    ),
    (
        "Mutation.decideApprovals",
        About::Approval,
        "mutation { decideApprovals(input: { decisions: [{ idempotencyKey: {key}, approvalId: {id}, expectedVersion: 999, decision: APPROVE, opinion: \"x\" }] }) { refusals { code } results { refusals { code } } } }",
    ),
    ("Query.whyCannot", About::Approval, "{ whyCannot(approvalId: {id}, action: DECIDE) { code } }"),
    ("Query.approvalMatrix", About::Nothing, "{ approvalMatrix { kind conditionEn } }"),
    ("Query.unassignableApprovals", About::Nothing, "{ unassignableApprovals { id } }"),
    (
        "Mutation.reverseApproval",
        About::Approval,
        "mutation { reverseApproval(input: { idempotencyKey: {key}, approvalId: {id}, expectedVersion: 999, opinion: \"x\" }) { refusals { code } } }",
    ),
    ("Query.delegations", About::Nothing, "{ delegations { totalCount } }"),
    (
        "Mutation.delegateAuthority",
        About::Staff,
        "mutation { delegateAuthority(input: { idempotencyKey: {key}, delegateId: {id}, firstDay: \"2024-03-04\", lastDay: \"2024-03-04\", reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.revokeDelegation",
        About::Nothing,
        "mutation { revokeDelegation(input: { delegationId: \"RGVsZWdhdGlvbjowMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDA=\", expectedVersion: 1, reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Query.simulateAuthority",
        About::Nothing,
        "{ simulateAuthority(draftProfile: \"\", from: \"2024-03-04\", to: \"2024-03-04\") { items } }",
    ),
    (
        "Mutation.transferEvidence",
        About::Case,
        "mutation { transferEvidence(input: { caseId: {id}, receiver: \"x\", evidence: [] }) { refusals { code } } }",
    ),
    (
        "Mutation.addLibraryEntry",
        About::Case,
        "mutation { addLibraryEntry(input: { caseId: {id}, summary: \"x\", lesson: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.recordSuggestion",
        About::Case,
        "mutation { recordSuggestion(input: { caseId: {id}, kind: ISSUE, text: \"x\", reportedTo: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.addEvidence",
        About::Case,
        "mutation { addEvidence(input: { caseId: {id}, uploadId: {upload}, kind: OTHER, source: STAFF }) { refusals { code } } }",
    ),
    (
        "Mutation.draftPlan",
        About::Case,
        "mutation { draftPlan(input: { caseId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.submitPlan",
        About::Case,
        "mutation { submitPlan(input: { caseId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.reviewPlan",
        About::Case,
        "mutation { reviewPlan(input: { idempotencyKey: {key}, caseId: {id}, expectedVersion: 999, verdict: APPROVE, opinion: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.recordReply",
        About::Case,
        "mutation { recordReply(input: { caseId: {id}, expectedVersion: 999, means: PHONE, text: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.closeCase",
        About::Case,
        "mutation { closeCase(input: { caseId: {id}, expectedVersion: 999, outcome: UPHELD, complainantOpinion: SATISFIED, result: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.suspendCase",
        About::Case,
        "mutation { suspendCase(input: { caseId: {id}, expectedVersion: 999, ground: PLAN_REFUSED, reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.reopenCase",
        About::Case,
        "mutation { reopenCase(input: { caseId: {id}, expectedVersion: 999, ground: CONTACT, reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.voidVoucher",
        About::Case,
        "mutation { voidVoucher(input: { caseId: {id}, expectedVersion: 999, reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.agreeToVoid",
        About::Case,
        "mutation { agreeToVoid(input: { caseId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.archiveCase",
        About::Case,
        "mutation { archiveCase(input: { caseId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.placeLegalHold",
        About::ArchiveFile,
        "mutation { placeLegalHold(input: { archiveFileId: {id}, reason: \" \" }) { refusals { code } } }",
    ),
    (
        "Mutation.keepPermanently",
        About::ArchiveFile,
        "mutation { keepPermanently(input: { archiveFileId: {id}, ground: LEGAL_DISPUTE, reason: \" \" }) { refusals { code } } }",
    ),
    (
        "Mutation.releaseLegalHold",
        About::LegalHold,
        "mutation { releaseLegalHold(input: { legalHoldId: {id}, reason: \" \" }) { refusals { code } } }",
    ),
    (
        "Mutation.proposeDisposal",
        About::ArchiveFile,
        "mutation { proposeDisposal(input: { idempotencyKey: {key}, archiveFileIds: [{id}], reason: \"x\", legalBasis: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.approveDisposal",
        About::Disposal,
        "mutation { approveDisposal(input: { idempotencyKey: {key}, disposalId: {id}, expectedVersion: 999, proof: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.rejectDisposal",
        About::Disposal,
        "mutation { rejectDisposal(input: { idempotencyKey: {key}, disposalId: {id}, expectedVersion: 999, opinion: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.requestApproval",
        About::Case,
        "mutation { requestApproval(input: { idempotencyKey: {key}, caseId: {id}, reason: \"x\", content: { negotiatedSurrender: { scope: PARTIAL, cashValue: \"2.00\", agreedTotal: \"1.00\", totalPremium: \"9.00\" } } }) { refusals { code } } }",
    ),
    (
        "Mutation.amendApproval",
        About::Approval,
        "mutation { amendApproval(input: { idempotencyKey: {key}, approvalId: {id}, expectedVersion: 999, reason: \"x\", content: { negotiatedSurrender: { scope: PARTIAL, cashValue: \"1.00\", agreedTotal: \"1.00\", totalPremium: \"9.00\" } } }) { refusals { code } } }",
    ),
    (
        "Mutation.withdrawApproval",
        About::Approval,
        "mutation { withdrawApproval(input: { idempotencyKey: {key}, approvalId: {id}, expectedVersion: 999, reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.endorseApproval",
        About::Approval,
        "mutation { endorseApproval(input: { idempotencyKey: {key}, approvalId: {id}, expectedVersion: 999, opinion: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.decideApproval",
        About::Approval,
        "mutation { decideApproval(input: { idempotencyKey: {key}, approvalId: {id}, expectedVersion: 999, decision: REFUSE, opinion: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.requestAssistance",
        About::Case,
        "mutation { requestAssistance(input: { idempotencyKey: {key}, caseId: {id}, departmentId: {department}, ground: GUIDANCE, question: \"\", reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.deliverAssistance",
        About::Assistance,
        "mutation { deliverAssistance(input: { idempotencyKey: {key}, assistanceId: {id}, expectedVersion: 999, evidenceIds: [] }) { refusals { code } } }",
    ),
    (
        "Mutation.receiveAssistance",
        About::Assistance,
        "mutation { receiveAssistance(input: { assistanceId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.askForInformation",
        About::Assistance,
        "mutation { askForInformation(input: { assistanceId: {id}, expectedVersion: 999, question: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.answerInformationRequest",
        About::Nothing,
        "mutation { answerInformationRequest(input: { informationRequestId: \"SW5mb3JtYXRpb25SZXF1ZXN0OjAxOTAwMDAwMDAwMDcwMDA4MDAwMDAwMDAwMDAwMDAw\", expectedVersion: 999, answer: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.remindAssistance",
        About::Assistance,
        "mutation { remindAssistance(input: { assistanceId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.returnAssistance",
        About::Assistance,
        "mutation { returnAssistance(input: { idempotencyKey: {key}, assistanceId: {id}, expectedVersion: 999, opinion: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.withdrawAssistance",
        About::Assistance,
        "mutation { withdrawAssistance(input: { idempotencyKey: {key}, assistanceId: {id}, expectedVersion: 999, reason: \"x\" }) { refusals { code } } }",
    ),
    ("Query.calendar", About::Nothing, "{ calendar(name: CHINA) { version } }"),
    (
        "Query.previewDueDate",
        About::Nothing,
        "{ previewDueDate(start: \"2024-03-04T09:30:00+08:00\", length: 7, unit: WORKING_DAY) { dueAt } }",
    ),
    (
        "Query.previewCalendar",
        About::Nothing,
        "{ previewCalendar(input: { calendar: CHINA, content: { csv: \"\" } }) { settled } }",
    ),
    (
        "Mutation.publishCalendar",
        About::Nothing,
        "mutation { publishCalendar(input: { calendar: CHINA, expectedVersion: 999, reason: \"x\", content: { csv: \"\" } }) { refusals { code } } }",
    ),
    (
        "Mutation.pauseDeadline",
        About::Deadline,
        "mutation { pauseDeadline(input: { deadlineId: {id}, expectedVersion: 999, reason: \"x\" }) { refusals { code } } }",
    ),
    (
        "Mutation.resumeDeadline",
        About::Deadline,
        "mutation { resumeDeadline(input: { deadlineId: {id}, expectedVersion: 999 }) { refusals { code } } }",
    ),
    (
        "Mutation.extendDeadline",
        About::Deadline,
        "mutation { extendDeadline(input: { idempotencyKey: {key}, deadlineId: {id}, expectedVersion: 999, length: 1, reason: \"x\", complainantToldAt: \"2024-03-04T09:30:00+08:00\", complainantToldBy: PHONE }) { refusals { code } } }",
    ),
    ("Query.staff", About::Nothing, "{ staff(role: ADMIN) { totalCount } }"),
    ("Query.cases", About::Nothing, "{ cases(filter: { phone: \"13812345678\" }) { totalCount } }"),
    ("Query.cases", About::Nothing, "{ cases(filter: { mine: true }) { totalCount } }"),
    ("Query.deliveries", About::Nothing, "{ deliveries { totalCount } }"),
    (
        "Mutation.markNotificationsRead",
        About::Nothing,
        "mutation { markNotificationsRead(input: { until: \"2024-01-01T00:00:00Z\" }) { refusals { code } } }",
    ),
    (
        "Mutation.setNotificationPreferences",
        About::Nothing,
        "mutation { setNotificationPreferences(input: { preferences: [{ kind: CASE_ALLOCATED, email: true }] }) { refusals { code } } }",
    ),
    (
        "Mutation.retryDelivery",
        About::Nothing,
        "mutation { retryDelivery(input: { deliveryId: \"RGVsaXZlcnk6MDE5MDAwMDAwMDAwNzAwMDgwMDAwMDAwMDAwMDAwMDA\", expectedVersion: 999 }) { refusals { code } } }",
    ),
    ("Mutation.logout", About::Nothing, "mutation { logout { refusals { code } } }"),
    ("Mutation.logoutEverywhere", About::Nothing, "mutation { logoutEverywhere { refusals { code } } }"),
];

#[test]
fn every_root_field_is_tried() {
    let rules = schema::rules(&schema::builder().finish()).unwrap();
    let fields = rules.fields();
    let roots: BTreeSet<_> = fields.iter().map(|(field, _)| *field).filter(|field| is_root(field)).collect();
    let tried: BTreeSet<_> = PROBES.iter().map(|(field, ..)| *field).collect();
    assert_eq!(roots.difference(&tried).collect::<Vec<_>>(), Vec::<&&str>::new(), "without a row in the matrix");
    assert_eq!(tried.difference(&roots).collect::<Vec<_>>(), Vec::<&&str>::new(), "no such root field");
}

fn is_root(field: &str) -> bool {
    ["Query.", "Mutation.", "Subscription."].iter().any(|root| field.starts_with(root))
}

/// SEC-10: a role that only reads may run no mutation of the whole schema, beyond those on one's own session and on what one
/// was told of. Roles of other departments answer what they are asked, invitations and sign, and write nothing else (HK-6.3).
#[test]
fn read_only_roles_may_run_no_mutation() {
    let rules = schema::rules(&schema::builder().finish()).unwrap();
    for role in [Role::Auditor, Role::External, Role::AssistantManager, Role::CoHandler, Role::Legal] {
        let works_here = !matches!(role, Role::Auditor | Role::External);
        let answers = matches!(role, Role::CoHandler | Role::Legal);
        for (field, rule) in rules.fields().into_iter().filter(|(field, _)| field.starts_with("Mutation.")) {
            match rule {
                Rule::Requires(_) if answers && ANSWERS.contains(&field) => {}
                Rule::Requires(_) if works_here && READS.contains(&field) => {}
                Rule::Requires(permissions) if !permissions.is_empty() => {
                    let attends = permissions == PermissionSet::of(&[Permission::JointReviewAttend]);
                    assert!(
                        attends && works_here || !permissions.without(permissions_of(role)).is_empty(),
                        "{role} may run {field}"
                    );
                }
                _ => assert!(ONES_OWN.contains(&field), "{field} asks for no permission"),
            }
        }
    }
}

/// Whoever works here may ask to read archive files.
const READS: [&str; 5] = [
    "Mutation.requestArchiveReading",
    "Mutation.returnArchiveReading",
    "Mutation.withdrawArchiveReading",
    "Mutation.openEscortSession",
    "Mutation.closeEscortSession",
];

const ANSWERS: [&str; 3] = ["Mutation.receiveAssistance", "Mutation.askForInformation", "Mutation.returnAssistance"];

const ONES_OWN: [&str; 14] = [
    "Mutation.login",
    "Mutation.refresh",
    "Mutation.logout",
    "Mutation.logoutEverywhere",
    "Mutation.endSession",
    "Mutation.changePassword",
    "Mutation.confirmIdentity",
    "Mutation.enrolSecondFactor",
    "Mutation.confirmSecondFactor",
    "Mutation.renewRecoveryCodes",
    "Mutation.removeSecondFactor",
    "Mutation.signConfidentialityPledge",
    "Mutation.markNotificationsRead",
    "Mutation.setNotificationPreferences",
];

const NOBODY: &str = "nobody";
const COLLEAGUE: &str = "colleague";
const ELSEWHERE: &str = "elsewhere";

struct Subjects {
    /// By login: the case that the person registered and handles, its approval item, its evidence and its assistance, which was
    /// delivered to the person's department.
    cases: Vec<(String, String, String, String, String)>,
    /// By login: a deadline of that case.
    deadlines: Vec<(String, String)>,
    /// By login: a joint review that was asked for on it.
    reviews: Vec<(String, String)>,
    archive_file: String,
    /// By login: a reading of that file that the person asked for.
    readings: Vec<(String, String)>,
    legal_hold: String,
    service_account: String,
    departments: [String; 2],
}

impl Subjects {
    fn case(&self, login: &str) -> Option<&(String, String, String, String, String)> {
        self.cases.iter().find(|(owner, ..)| owner == login)
    }
}

async fn token(world: &World, login: &str) -> String {
    let query = format!(
        "mutation {{ login(input: {{ login: \"{login}\", password: \"a password for tests\" }}) {{ accessToken }} }}"
    );
    world.post(None, &json!({ "query": query })).await.text("/login/accessToken")
}

/// A case of everybody, whatever their role: what they may do must not depend on how they came to it.
async fn prepare(world: &World, logins: &[String]) -> Subjects {
    let elsewhere = AddStaff {
        employee_number: None,
        login: ELSEWHERE.to_owned(),
        name: "别处".to_owned(),
        title: None,
        department: InDepartment::Named("理赔部".to_owned()),
        email: None,
        roles: vec![Role::Handler],
        password_hash: passwords::hash(&"a password for tests".to_owned().into()).unwrap(),
        password_temporary: false,
    };
    world.db.run(&Actor::system("test"), &elsewhere).await.unwrap();
    world.add_person(COLLEAGUE, &[Role::Handler]).await;
    world.add_person_in("理赔部", "assessor", &[Role::CoHandler]).await;
    let url = secrecy::ExposeSecret::expose_secret(&world.config.database.url);
    let writer = sea_orm::Database::connect(url).await.unwrap();
    let (mut cases, mut deadlines, mut reviews) = (Vec::new(), Vec::new(), Vec::new());
    for login in logins.iter().map(String::as_str).chain([COLLEAGUE, ELSEWHERE]) {
        let mut case = road::investigated(world).await;
        let evidence = case.add_evidence(world).await;
        let item = case.request(world, "10000", "11000", "30000").await;
        let help = Help::delivered(world, &case, "理赔部", &[&evidence]).await;
        let review = meeting::requested_of(world, case.clone(), &evidence).await;
        reviews.push((login.to_owned(), review.id));
        let number = &case.number;
        for set in ["registered_by", "handler_id"] {
            let owner = format!(
                "UPDATE cases SET {set} = (SELECT id FROM staff WHERE login = '{login}') WHERE number = '{number}'"
            );
            writer.execute_unprepared(&owner).await.unwrap();
        }
        let asked = format!(
            "UPDATE approvals SET requested_by = (SELECT id FROM staff WHERE login = '{login}')
             WHERE case_id = (SELECT id FROM cases WHERE number = '{number}')"
        );
        writer.execute_unprepared(&asked).await.unwrap();
        let delivered = format!(
            "UPDATE assistances SET department_id = (SELECT department_id FROM staff WHERE login = '{login}') WHERE number = '{}'",
            help.number
        );
        writer.execute_unprepared(&delivered).await.unwrap();
        let reply = deadline(world, &case, "REPLY").await;
        deadlines.push((login.to_owned(), reply["id"].as_str().unwrap().to_owned()));
        cases.push((login.to_owned(), case.id.clone(), item.text("/requestApproval/approval/id"), evidence, help.id));
    }
    let mut filed = road::replied(world).await;
    filed.close(world).await;
    filed.archive(world).await;
    let archived = world.ask("auditor", "{ archiveFiles { edges { node { id } } } }", json!({})).await;
    let mut readings = Vec::new();
    for (serial, login) in logins.iter().map(String::as_str).chain([COLLEAGUE, ELSEWHERE]).enumerate() {
        let key = uuid::Uuid::from_u128(0x0190_0000_0000_7000_9000_0000_0000_0000 + serial as u128);
        let literal = match world.backend {
            crate::support::Backend::Postgres => format!("'{key}'::uuid"),
            crate::support::Backend::Sqlite => format!("X'{}'", key.simple()),
        };
        let asked = format!(
            "INSERT INTO archive_readings (id, reader_id, requested_by, department_id, purpose, reason, first_day, last_day, state,
                chain, approvals, waits_for, version, requested_at, updated_at)
             SELECT {literal}, id, id, department_id, 'TRAINING', 'x', '2024-03-04', '2024-03-06', 'REQUESTED',
                '[\"DEPARTMENT_HEAD\"]', 0, 'DEPARTMENT_HEAD', 1, '2024-03-04 01:30:00+00:00', '2024-03-04 01:30:00+00:00'
             FROM staff WHERE login = '{login}'"
        );
        writer.execute_unprepared(&asked).await.unwrap();
        readings.push((login.to_owned(), redress::platform::ids::global_of("ArchiveReading", key).0));
    }
    writer.close().await.unwrap();
    world.tampered_with();
    let found = world.ask("admin", "{ departments { edges { node { id name } } } }", json!({})).await;
    let department = |name: &str| {
        let edges = found.at("/departments/edges").as_array().unwrap();
        let edge = edges.iter().find(|edge| edge["node"]["name"] == name).unwrap();
        edge["node"]["id"].as_str().unwrap().to_owned()
    };
    let archive_file = archived.text("/archiveFiles/edges/0/node/id");
    let hold = "mutation($id: ID!) { placeLegalHold(input: { archiveFileId: $id, reason: \"x\" }) { archiveFile { retention { holds { id } } } } }";
    let held = world.ask("archivist", hold, json!({ "id": archive_file })).await;
    Subjects {
        cases,
        deadlines,
        reviews,
        readings,
        archive_file,
        service_account: Program::added(world, "门户后端", "AUDITOR", &["CASE_READ"]).await.id,
        legal_hold: held.text("/placeLegalHold/archiveFile/retention/holds/0/id"),
        departments: [department("客服部"), department("理赔部")],
    }
}

/// The object of a relation; none where there can be no such object.
async fn subject(world: &World, subjects: &Subjects, about: About, relation: &str, login: &str) -> Option<String> {
    let whose = match relation {
        "own" => login,
        "own department" => COLLEAGUE,
        "other" => ELSEWHERE,
        "nonexistent" => return Some(nonexistent(about)),
        _ => return Some(String::new()),
    };
    match about {
        About::Nothing => None,
        About::Case => subjects.case(whose).map(|(_, case, ..)| case.clone()),
        About::Approval => subjects.case(whose).map(|(_, _, item, ..)| item.clone()),
        About::Evidence => subjects.case(whose).map(|(.., evidence, _)| evidence.clone()),
        About::Assistance => subjects.case(whose).map(|(.., help)| help.clone()),
        About::ArchiveFile => (relation == "other").then(|| subjects.archive_file.clone()),
        About::ArchiveReading => subjects.readings.iter().find(|(owner, _)| owner == whose).map(|(_, id)| id.clone()),
        About::LegalHold => (relation == "other").then(|| subjects.legal_hold.clone()),
        About::Disposal => None,
        About::ServiceAccount => (relation == "other").then(|| subjects.service_account.clone()),
        About::Staff if whose == NOBODY => None,
        About::Staff => Some(redress::platform::ids::NodeKey::global(world.staff_id(whose).await).0),
        About::Department if relation == "other" => Some(subjects.departments[1].clone()),
        About::Department => Some(subjects.departments[0].clone()),
        About::Deadline => subjects.deadlines.iter().find(|(owner, _)| owner == whose).map(|(_, id)| id.clone()),
        About::JointReview => subjects.reviews.iter().find(|(owner, _)| owner == whose).map(|(_, id)| id.clone()),
        About::Session if whose == NOBODY => None,
        About::Session => {
            let token = token(world, whose).await;
            let found =
                world.post(Some(&token), &json!({ "query": "{ sessions(first: 1) { edges { node { id } } } }" })).await;
            Some(found.text("/sessions/edges/0/node/id"))
        }
    }
}

pub fn nonexistent(about: About) -> String {
    let name = match about {
        About::Nothing => "",
        About::Case => "Case",
        About::Approval => "Approval",
        About::Evidence => "Evidence",
        About::Assistance => "Assistance",
        About::ArchiveFile => "ArchiveFile",
        About::ArchiveReading => "ArchiveReading",
        About::LegalHold => "LegalHold",
        About::Disposal => "Disposal",
        About::Staff => "Staff",
        About::Department => "Department",
        About::Session => "Session",
        About::Deadline => "Deadline",
        About::JointReview => "JointReview",
        About::ServiceAccount => "ServiceAccount",
    };
    redress::platform::ids::global_of(name, uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000)).0
}

/// What a subscription tells first.
async fn first_event(world: &World, token: Option<&str>, body: &Value) -> Value {
    let mut request = world.client().post(world.url("/graphql")).header("accept", "text/event-stream").json(body);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let mut response = request.send().await.unwrap();
    let mut text = String::new();
    loop {
        text.push_str(std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap());
        if let Some(json) = text.split("event: next\ndata: ").nth(1).and_then(|rest| rest.split_once("\n\n")) {
            return serde_json::from_str(json.0).unwrap();
        }
    }
}

/// What came of it, in a word.
fn outcome(answer: &Value) -> String {
    if let Some(code) = answer["errors"][0]["extensions"]["code"].as_str() {
        return code.to_owned();
    }
    let data = answer["data"].as_object().unwrap().values().next().unwrap();
    if data.is_null() || data == &json!([null]) {
        return "not there".to_owned();
    }
    if let Some(total) = data.get("totalCount") {
        return format!("{total} rows");
    }
    match data["refusals"].as_array().map(Vec::as_slice) {
        Some([refusal, ..]) => refusal["code"].as_str().unwrap().to_owned(),
        _ => "yes".to_owned(),
    }
}

scenario! {
    /// T1.2 SEC-11: every cell of the matrix is what the snapshot says.
    async fn the_matrix_is_as_it_was_read(world) {
        let roles: Vec<(String, String)> =
            Role::iter().map(|role| (role.to_string().to_lowercase().replace('_', "-"), role.to_string())).collect();
        let logins: Vec<String> = roles.iter().map(|(login, _)| login.clone()).collect();
        let subjects = prepare(world, &logins).await;
        let handler = world.id_of(COLLEAGUE).await;
        let upload = redress::platform::ids::global_of("Upload", uuid::Uuid::from_u128(7)).0;
        let mut everybody = vec![(NOBODY.to_owned(), NOBODY.to_owned())];
        everybody.extend(roles);
        let mut rows: Vec<Vec<String>> = PROBES.iter().map(|_| Vec::new()).collect();
        let mut serial = 0;
        for (login, role) in &everybody {
            let signed_in = async || if login == NOBODY { None } else { Some(token(world, login).await) };
            let mut bearer = signed_in().await;
            for ((field, about, query), lines) in PROBES.iter().zip(&mut rows) {
                let mut cells = Vec::new();
                for relation in RELATIONS {
                    if *about == About::Nothing && relation != "none" {
                        continue;
                    }
                    let Some(id) = subject(world, &subjects, *about, relation, login).await else {
                        cells.push("·".to_owned());
                        continue;
                    };
                    serial += 1;
                    let query = query.replace("{id}", &json!(id).to_string()).replace("{handler}", &json!(handler).to_string());
                    let query = query.replace("{upload}", &json!(upload).to_string());
                    let query = query.replace("{department}", &json!(subjects.departments[0]).to_string());
                    let query = query.replace("{key}", &format!("\"{serial}\""));
                    let body = json!({ "query": query });
                    let answer = match field.starts_with("Subscription.") {
                        true => first_event(world, bearer.as_deref(), &body).await,
                        false => world.post(bearer.as_deref(), &body).await.body,
                    };
                    assert_ne!(outcome(&answer), "INTERNAL", "{role} {field}");
                    cells.push(outcome(&answer));
                }
                let cells: String = cells.iter().map(|cell| format!("{cell:<20}")).collect();
                lines.push(format!("  {role:<20}{}", cells.trim_end()));
                if *field == "Mutation.logout" {
                    bearer = signed_in().await;
                }
            }
        }
        let mut matrix = LEGEND.to_owned();
        for ((field, about, query), lines) in PROBES.iter().zip(rows) {
            let columns: String = match about {
                About::Nothing => String::new(),
                _ => RELATIONS.iter().map(|relation| format!("{relation:<20}")).collect(),
            };
            let _ = writeln!(matrix, "\n{field}{}", if *about == About::Nothing { String::new() } else { format!(" · {about:?}") });
            let _ = writeln!(matrix, "  {query}");
            let _ = writeln!(matrix, "{}", format!("  {:<20}{columns}", "").trim_end());
            matrix += &lines.join("\n");
            matrix.push('\n');
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots/access_matrix.txt");
        if std::env::var_os("REDRESS_TEST_WRITE_SNAPSHOTS").is_some() {
            std::fs::write(path, &matrix).unwrap();
        }
        let expected = std::fs::read_to_string(path).unwrap_or_default();
        for (line, (now, then)) in matrix.lines().zip(expected.lines()).enumerate() {
            assert_eq!(now, then, "line {} of the matrix", line + 1);
        }
        assert_eq!(matrix.lines().count(), expected.lines().count());
    }
}

const LEGEND: &str = "Who may do what, tried over HTTP: for every root field, one line for each role, one column for each relation between the person and the object.

  own              registered and handled by the person (or the person, their department, their other session)
  own department   a colleague's
  other            somebody's in another department
  nonexistent      an id of nothing
  none             no id at all

  yes              done                        n rows       that many are seen
  CONFLICT         allowed to try: the test sends a stale version on purpose
  FORBIDDEN        the role lacks the permission; nothing ran
  NOT_FOUND        outside what the person sees, or not there: it looks the same
  not there        the same, for a look-up
  other capitals   a rule says no, or the input is refused
  ·                there can be no such object
";
