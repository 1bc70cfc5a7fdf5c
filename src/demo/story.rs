//! How the cases of the demonstration went.

use super::complaints::{COMPLAINTS, Complaint, NAMES};
use super::meeting;
use super::people::Cast;
use crate::app::open_works;
use crate::approvals;
use crate::approvals::kinds::ContentInput;
use crate::approvals::kinds::surrender::SurrenderInput;
use crate::approvals::service::decide_approval::{ApprovalDecision, DecideApproval};
use crate::approvals::service::endorse_approval::EndorseApproval;
use crate::approvals::service::request_approval::RequestApproval;
use crate::approvals::service::review_plan::ReviewPlan;
use crate::approvals::service::submit_plan::SubmitPlan;
use crate::archive::service::archive_case::{AbsentPart, ArchiveCase};
use crate::assistance;
use crate::assistance::service::deliver_assistance::DeliverAssistance;
use crate::assistance::service::receive_assistance::ReceiveAssistance;
use crate::assistance::service::request_assistance::RequestAssistance;
use crate::assistance::service::return_assistance::ReturnAssistance;
use crate::cases::evidence;
use crate::cases::evidence::desk::EvidenceDesk;
use crate::cases::evidence::service::add_evidence::AddEvidence;
use crate::cases::intake_form::{CallFormInput, VisitFormInput};
use crate::cases::oversight::classification::ClassificationFactsInput;
use crate::cases::oversight::service::answer_escalation::AnswerEscalation;
use crate::cases::oversight::service::classify_case::ClassifyCase;
use crate::cases::oversight::service::escalate_case::EscalateCase;
use crate::cases::oversight::service::transfer_evidence::{TransferEvidence, TransferredItemInput};
use crate::cases::service::acknowledge_case::AcknowledgeCase;
use crate::cases::service::allocate_case::AllocateCase;
use crate::cases::service::close_case::{CloseCase, CloseCaseInput};
use crate::cases::service::draft_plan::DraftPlan;
use crate::cases::service::record_contact::RecordContact;
use crate::cases::service::record_finding::RecordFinding;
use crate::cases::service::record_reply::{RecordReply, RecordReplyInput};
use crate::cases::service::record_statement::RecordStatement;
use crate::cases::service::register_case::RegisterCase;
use crate::cases::store::{self, Shape};
use crate::lessons::service::add_library_entry::AddLibraryEntry;
use crate::lessons::service::record_suggestion::RecordSuggestion;
use crate::platform::clock::Clock;
use crate::platform::db::{Command, Database};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::money::Money;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use entity::approval::{AssistanceGround, LegalGround, SurrenderScope};
use entity::case::{CaseOutcome, CaseState, ComplainantOpinion, RelationToPolicyholder};
use entity::case_entry::{
    CaseEntryKind, ContactDirection, ContactMeans, FindingKind, ResponsibleParty, StatementParty,
};
use entity::evidence::{EvidenceKind, EvidenceSource};
use entity::plan::PlanVerdict;
use entity::suggestion::SuggestionKind;
use entity::{ApprovalId, CaseId, UploadId};
use std::sync::Arc;

/// How far a case has come, and what money is at stake.
pub struct Story {
    days_ago: i64,
    channel: &'static str,
    severity: &'static str,
    reaches: CaseState,
    settlement: Option<Settlement>,
}

/// A negotiated surrender in yuan, and how far its approval has come.
struct Settlement {
    cash_value: i64,
    agreed_total: i64,
    total_premium: i64,
    approval: Progress,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Asked,
    Endorsed,
    Approved,
    Refused,
}

const fn plain(days_ago: i64, channel: &'static str, severity: &'static str, reaches: CaseState) -> Story {
    Story { days_ago, channel, severity, reaches, settlement: None }
}

const fn settled(
    days_ago: i64,
    channel: &'static str,
    reaches: CaseState,
    (cash_value, agreed_total, total_premium): (i64, i64, i64),
    approval: Progress,
) -> Story {
    let settlement = Some(Settlement { cash_value, agreed_total, total_premium, approval });
    Story { days_ago, channel, severity: "ORDINARY", reaches, settlement }
}

impl Story {
    fn is_grave(&self) -> bool {
        self.severity != "ORDINARY"
    }
}

use CaseState::{Allocated, Archived, Closed, Investigating, PlanApproved, PlanDraft, PlanReview, Registered, Replied};
use Progress::{Approved, Asked, Endorsed, Refused};

/// Old cases first, as they would have come in.
pub const STORIES: [Story; 46] = [
    plain(300, "PHONE", "ORDINARY", Archived),
    settled(270, "PHONE", Archived, (10_000, 12_000, 20_000), Approved),
    plain(240, "LETTER", "MAJOR", Archived),
    settled(215, "VISIT", Archived, (32_000, 38_500, 60_000), Approved),
    plain(190, "REGULATOR", "DIFFICULT", Archived),
    settled(165, "PHONE", Archived, (48_000, 61_000, 90_000), Approved),
    plain(150, "EMAIL", "ORDINARY", Archived),
    settled(130, "PHONE", Archived, (8_000, 9_500, 24_000), Refused),
    plain(110, "PHONE", "ORDINARY", Archived),
    plain(96, "VISIT", "ORDINARY", Closed),
    settled(90, "PHONE", Closed, (15_000, 16_800, 40_000), Approved),
    plain(84, "LETTER", "DIFFICULT", Closed),
    plain(77, "PHONE", "ORDINARY", Closed),
    plain(70, "PHONE", "ORDINARY", Allocated),
    plain(64, "REGULATOR", "MAJOR", Investigating),
    settled(60, "PHONE", Replied, (21_000, 22_900, 50_000), Approved),
    plain(55, "EMAIL", "ORDINARY", Replied),
    settled(52, "PHONE", PlanApproved, (27_000, 33_000, 54_000), Endorsed),
    plain(48, "PHONE", "ORDINARY", Investigating),
    plain(45, "VISIT", "DIFFICULT", PlanDraft),
    settled(42, "LETTER", PlanReview, (40_000, 55_000, 80_000), Asked),
    plain(40, "PHONE", "ORDINARY", Replied),
    plain(36, "PHONE", "ORDINARY", Investigating),
    settled(33, "PHONE", PlanApproved, (12_500, 14_500, 26_000), Asked),
    plain(30, "REGULATOR", "MAJOR", PlanReview),
    plain(28, "EMAIL", "ORDINARY", Allocated),
    settled(26, "PHONE", PlanApproved, (36_000, 49_000, 70_000), Endorsed),
    plain(24, "PHONE", "DIFFICULT", Investigating),
    plain(22, "VISIT", "ORDINARY", Replied),
    settled(20, "PHONE", PlanApproved, (18_000, 19_200, 32_000), Approved),
    plain(18, "LETTER", "ORDINARY", PlanDraft),
    plain(17, "PHONE", "ORDINARY", PlanReview),
    settled(16, "PHONE", PlanReview, (9_000, 10_900, 15_000), Asked),
    plain(15, "PHONE", "MAJOR", Investigating),
    plain(14, "EMAIL", "ORDINARY", PlanApproved),
    plain(12, "PHONE", "ORDINARY", PlanDraft),
    plain(11, "VISIT", "ORDINARY", Investigating),
    plain(9, "PHONE", "ORDINARY", PlanDraft),
    plain(8, "REGULATOR", "DIFFICULT", Investigating),
    plain(6, "PHONE", "ORDINARY", Allocated),
    plain(5, "PHONE", "ORDINARY", Allocated),
    plain(4, "LETTER", "ORDINARY", Registered),
    plain(3, "PHONE", "ORDINARY", Registered),
    plain(2, "PHONE", "MAJOR", Registered),
    plain(1, "EMAIL", "ORDINARY", Registered),
    plain(1, "PHONE", "ORDINARY", Registered),
];

/// Plays one case through the same commands that portals send.
pub async fn tell(db: &Database, desk: &Arc<EvidenceDesk>, cast: &Cast, position: usize, story: &Story) -> Result<()> {
    let handler = ["handler", "handler-2", "handler-3"][position % 3];
    let received_at = db.now() - TimeDelta::days(story.days_ago) - TimeDelta::minutes(7 * position as i64);
    let teller = Teller { db, desk, cast, handler, began: received_at, position };
    let complaint = &COMPLAINTS[position % COMPLAINTS.len()];
    let case = teller.register(story, complaint).await?;
    // A few complainants wait to be told that their complaint is taken up.
    if story.reaches != Registered || position.is_multiple_of(2) {
        teller.acknowledge(case).await?;
    }
    if story.reaches == Registered {
        return Ok(());
    }
    teller.allocate(case).await?;
    if story.is_grave() {
        teller.classify(case, story).await?;
    }
    if story.reaches == Allocated {
        return Ok(());
    }
    teller.investigate(case, complaint).await?;
    if story.is_grave() {
        teller.ask_for_help(case, story).await?;
    }
    if story.reaches == Investigating {
        if story.severity == "MAJOR" && story.days_ago < 30 {
            meeting::convene(db, cast, handler, case).await?;
        }
        return Ok(());
    }
    teller.plan(case, complaint, story).await?;
    if story.reaches == PlanDraft {
        return Ok(());
    }
    if story.is_grave() {
        teller.escalate(case, story).await?;
    }
    if story.reaches == PlanReview {
        return Ok(());
    }
    teller.review(case).await?;
    if story.reaches == PlanApproved {
        return Ok(());
    }
    teller.conclude(case, complaint, story).await
}

struct Teller<'a> {
    db: &'a Database,
    desk: &'a Arc<EvidenceDesk>,
    cast: &'a Cast,
    handler: &'static str,
    began: DateTime<Utc>,
    position: usize,
}

impl Teller<'_> {
    const fn responsible(&self) -> ResponsibleParty {
        [ResponsibleParty::Agent, ResponsibleParty::Company, ResponsibleParty::Nobody][self.position % 3]
    }

    async fn acknowledge(&self, case: CaseId) -> Result<()> {
        let acknowledgement = AcknowledgeCase {
            case_id: Global(case),
            expected_version: self.version(case).await?,
            means: ContactMeans::Phone,
            occurred_at: None,
        };
        self.act("registrar", 1, &acknowledgement).await.map(drop)
    }

    async fn classify(&self, case: CaseId, story: &Story) -> Result<()> {
        let is_major = story.severity == "MAJOR";
        let classification = ClassifyCase {
            idempotency_key: format!("demo-classify-{}", self.position),
            case_id: Global(case),
            expected_version: self.version(case).await?,
            facts: ClassificationFactsInput {
                complainants: is_major.then_some(6),
                mainstream_media: is_major,
                petition: false,
                serious_company_fault: false,
                serious_injury: false,
                other_serious_effect: false,
                other_reason: None,
            },
            difficult: !is_major,
            severity: None,
            reason: if is_major {
                "多名客户联名投诉，已有媒体联系采访。"
            } else {
                "诉求与条款差距大，多次沟通未果。"
            }
            .to_owned(),
        };
        self.act("supervisor", 4, &classification).await.map(drop)
    }

    /// Reports the case up. Where its plan still waits for review, so does the answer.
    async fn escalate(&self, case: CaseId, story: &Story) -> Result<()> {
        let report = EscalateCase {
            idempotency_key: None,
            case_id: Global(case),
            report: "事实已查明，拟按方案答复客户，请批示。".to_owned(),
        };
        self.act("supervisor", 77, &report).await?;
        if story.reaches == PlanReview {
            return Ok(());
        }
        let supervisor = self.cast.actor("supervisor")?;
        let entries = store::entries(self.db.read(supervisor), &[case]).await?;
        let escalation = entries.iter().find(|entry| entry.kind == CaseEntryKind::Escalated);
        let answer = AnswerEscalation {
            idempotency_key: format!("demo-answer-{}", self.position),
            escalation_id: Global(escalation.ok_or(Failure::NotFound)?.id),
            answer: "同意，注意做好客户安抚，及时反馈进展。".to_owned(),
        };
        self.act("manager", 90, &answer).await.map(drop)
    }

    /// The file of the case; who complains by phone or in person brings nothing (HK-5.6.2).
    async fn filing(&self, case: CaseId, story: &Story) -> Result<ArchiveCase> {
        let mut filing = ArchiveCase::new(case, self.version(case).await?);
        if !matches!(story.channel, "LETTER" | "EMAIL") {
            let because = "客户未提供证据材料。".to_owned();
            filing.absent_parts.push(AbsentPart { part: "CUSTOMER_EVIDENCE".to_owned(), because });
        }
        Ok(filing)
    }

    /// Hands over the evidence against an agent who is at fault.
    async fn transfer(&self, case: CaseId) -> Result<()> {
        let piece = |description: &str| TransferredItemInput::Description(description.to_owned());
        let transfer = TransferEvidence {
            idempotency_key: None,
            case_id: Global(case),
            department: None,
            receiver: "吴志刚".to_owned(),
            evidence: vec![piece("客户书面陈述"), piece("通话录音"), piece("业务员手写的收益说明")],
            occurred_at: None,
        };
        self.act(self.handler, 130, &transfer).await.map(drop)
    }

    /// Some cases teach others something.
    async fn learn(&self, case: CaseId) -> Result<()> {
        let entry = AddLibraryEntry {
            idempotency_key: None,
            case_id: Global(case),
            summary: "客户反映销售时的口头承诺与条款不符，经调查取证后协商解决。".to_owned(),
            lesson: "承保回访应逐项核对收益说明；销售过程的书面材料须随案留存。".to_owned(),
            tags: vec!["误导销售".to_owned(), "承保回访".to_owned()],
        };
        self.act("supervisor", 200, &entry).await?;
        let suggestion = RecordSuggestion {
            idempotency_key: None,
            case_id: Global(case),
            kind: SuggestionKind::Suggestion,
            text: "建议在回访话术中增加收益不确定性的提示。".to_owned(),
            reported_to: "总经理室".to_owned(),
            reported_at: None,
        };
        self.act("supervisor", 201, &suggestion).await.map(drop)
    }

    /// Does something so many hours after the complaint came in.
    async fn act<C: Command>(&self, login: &str, hours: i64, command: &C) -> Result<C::Output> {
        let then = Clock::standing_at(self.began + TimeDelta::hours(hours));
        self.db.at(then).run(self.cast.actor(login)?, command).await
    }

    async fn version(&self, case: CaseId) -> Result<i32> {
        let supervisor = self.cast.actor("supervisor")?;
        let read = store::by_ids(self.db.read(supervisor), supervisor, &[case], Shape::default()).await?;
        read.first().map(|read| read.case.version).ok_or(Failure::NotFound)
    }

    async fn register(&self, story: &Story, complaint: &Complaint) -> Result<CaseId> {
        let name = NAMES[self.position % NAMES.len()];
        let relation = match self.position % 5 {
            3 => RelationToPolicyholder::Child,
            4 => RelationToPolicyholder::Spouse,
            _ => RelationToPolicyholder::Oneself,
        };
        let policyholder = match relation {
            RelationToPolicyholder::Oneself => name,
            _ => NAMES[(self.position + 7) % NAMES.len()],
        };
        let phone = format!("139{:08}", 10_024_680 + self.position * 73_471);
        let registration = RegisterCase {
            idempotency_key: format!("demo-register-{}", self.position),
            channel: story.channel.to_owned(),
            severity: Some(story.severity.to_owned()),
            received_at: Some(self.began),
            summary: complaint.summary.to_owned(),
            complainant_name: name.to_owned(),
            relation,
            phone: Some(phone.clone()),
            contract_number: Some(format!("HK{}{:06}", 2012 + self.position % 12, 100_200 + self.position * 137)),
            policyholder_name: Some(policyholder.to_owned()),
            insured_name: Some(policyholder.to_owned()),
            predecessor_id: None,
            further_complainants: None,
            head_count: None,
            respondents: None,
            selling_agent_code: None,
            authority_letter: None,
            call_form: (story.channel == "PHONE").then(|| CallFormInput {
                caller_number: Some(phone.clone()),
                called_at: None,
                receiver: Some("周敏".to_owned()),
            }),
            visit_form: (story.channel == "VISIT").then(|| VisitFormInput {
                signature: Some(name.to_owned()),
                signed_on: None,
                receiver: Some("周敏".to_owned()),
            }),
            attachments: self.writing(story, complaint).await?,
        };
        self.act("registrar", 0, &registration).await
    }

    /// What came in writing, for a channel that asks for it.
    async fn writing(&self, story: &Story, complaint: &Complaint) -> Result<Vec<Global<UploadId>>> {
        let name = match story.channel {
            "LETTER" => "来信.txt",
            "EMAIL" => "投诉邮件.txt",
            "REGULATOR" => "监管转办件.txt",
            _ => return Ok(Vec::new()),
        };
        Ok(vec![self.bring("registrar", 0, name, complaint.summary).await?])
    }

    /// Brings a file as a portal would.
    async fn bring(&self, login: &str, hours: i64, name: &str, content: &str) -> Result<Global<UploadId>> {
        let then = self.db.at(Clock::standing_at(self.began + TimeDelta::hours(hours)));
        let upload = self.desk.bring(&then, self.cast.actor(login)?, name, Bytes::from(content.to_owned())).await?;
        Ok(Global(upload))
    }

    async fn allocate(&self, case: CaseId) -> Result<()> {
        let handler_id = Global(self.cast.id(self.handler)?);
        let allocation = AllocateCase {
            case_id: Global(case),
            expected_version: self.version(case).await?,
            handler_id,
            severity: None,
        };
        self.act("supervisor", 2, &allocation).await.map(drop)
    }

    async fn investigate(&self, case: CaseId, complaint: &Complaint) -> Result<()> {
        let case_id = Global(case);
        let contact = RecordContact {
            idempotency_key: None,
            case_id,
            direction: ContactDirection::Outbound,
            means: ContactMeans::Phone,
            reached: true,
            content: "安抚情绪，了解诉求，约定补充资料的时间。".to_owned(),
            outcome: Some("客户同意补充资料。".to_owned()),
            occurred_at: None,
        };
        self.act(self.handler, 5, &contact).await?;
        let statement = RecordStatement {
            idempotency_key: None,
            case_id,
            party: StatementParty::Complainant,
            text: complaint.statement.to_owned(),
            occurred_at: None,
        };
        self.act(self.handler, 6, &statement).await?;
        let evidence = AddEvidence {
            idempotency_key: None,
            case_id,
            upload_id: self.bring(self.handler, 7, "回访记录.txt", complaint.fact).await?,
            kind: EvidenceKind::InvestigationMaterial,
            source: EvidenceSource::OwnInquiry,
            collector_id: None,
            collected_at: None,
            description: Some("调取的回访与业务记录摘录。".to_owned()),
        };
        self.act(self.handler, 7, &evidence).await?;
        Ok(())
    }

    /// Asks the legal department. Where the case is still investigated, its opinion is waited for.
    async fn ask_for_help(&self, case: CaseId, story: &Story) -> Result<()> {
        let legal = self.cast.actor("legal")?.department_id();
        let request = RequestAssistance {
            idempotency_key: format!("demo-help-{}", self.position),
            case_id: Global(case),
            department_id: Global(legal.ok_or_else(|| Failure::internal("nobody of the demonstration is a lawyer"))?),
            ground: AssistanceGround::Guidance,
            legal_ground: Some(LegalGround::MajorOrDifficult),
            question: "合同条款与销售时的口头说明不一致，公司应承担何种责任？".to_owned(),
            reason: "案情重大疑难，答复客户之前需要法律意见。".to_owned(),
        };
        let id = self.act(self.handler, 8, &request).await?;
        let supervisor = self.cast.actor("supervisor")?;
        let asked = assistance::store::by_ids(self.db.read(supervisor), supervisor, &[id], self.db.now()).await?;
        let approval = asked.first().ok_or(Failure::NotFound)?.row.approval_id;
        let decision = DecideApproval {
            expected_content_sha256: None,
            idempotency_key: format!("demo-help-decide-{}", self.position),
            approval_id: Global(approval),
            expected_version: self.item(approval).await?.1,
            decision: ApprovalDecision::Approve,
            opinion: "同意请法规部出具意见。".to_owned(),
        };
        self.act("supervisor", 9, &decision).await?;
        let evidence = evidence::store::of_cases(self.db.read(supervisor), &[case]).await?;
        let assistance_id = Global(id);
        let delivery = DeliverAssistance {
            idempotency_key: format!("demo-help-deliver-{}", self.position),
            assistance_id,
            expected_version: 1,
            evidence_ids: evidence.iter().map(|item| Global(item.id)).collect(),
            brief: Some("回访记录已附，客户要求全额退保。".to_owned()),
        };
        self.act(self.handler, 10, &delivery).await?;
        self.act("legal", 26, &ReceiveAssistance { assistance_id, expected_version: 2 }).await?;
        if story.reaches == Investigating {
            return Ok(());
        }
        let answer = ReturnAssistance {
            idempotency_key: format!("demo-help-return-{}", self.position),
            assistance_id,
            expected_version: 3,
            opinion: "条款本身无歧义；销售说明不当，建议在协商范围内适当补偿，并请客户书面确认。".to_owned(),
        };
        self.act("legal", 46, &answer).await.map(drop)
    }

    async fn plan(&self, case: CaseId, complaint: &Complaint, story: &Story) -> Result<()> {
        let case_id = Global(case);
        let finding = |finding, responsible_party, text: &str| RecordFinding {
            idempotency_key: None,
            case_id,
            finding,
            responsible_party,
            text: text.to_owned(),
            occurred_at: None,
        };
        self.act(self.handler, 48, &finding(FindingKind::Fact, None, complaint.fact)).await?;
        let responsibility =
            finding(FindingKind::Responsibility, Some(self.responsible()), "经调查取证并听取当事各方陈述后认定。");
        self.act(self.handler, 52, &responsibility).await?;
        let draft = DraftPlan {
            case_id,
            expected_version: self.version(case).await?,
            basis: Some("保险合同条款、《保险法》及公司投诉管理办法。".to_owned()),
            proposal: Some(complaint.proposal.to_owned()),
        };
        self.act(self.handler, 72, &draft).await?;
        if let Some(settlement) = &story.settlement {
            self.settle(case, settlement).await?;
        }
        if story.reaches != PlanDraft {
            let submission = SubmitPlan { case_id, expected_version: self.version(case).await? };
            self.act(self.handler, 76, &submission).await?;
        }
        Ok(())
    }

    async fn settle(&self, case: CaseId, settlement: &Settlement) -> Result<()> {
        let yuan = |amount: i64| Money::fen(amount * 100);
        let request = RequestApproval {
            idempotency_key: format!("demo-request-{}", self.position),
            case_id: Global(case),
            evidence_ids: None,
            joint_review_id: None,
            content: ContentInput::NegotiatedSurrender(SurrenderInput {
                scope: SurrenderScope::Full,
                contract_number: None,
                cash_value: yuan(settlement.cash_value),
                agreed_total: yuan(settlement.agreed_total),
                total_premium: yuan(settlement.total_premium),
            }),
            reason: "销售过程存在瑕疵，客户同意以此金额协议解约，不再主张其他权利。".to_owned(),
        };
        let approval = self.act(self.handler, 74, &request).await?;
        if settlement.approval == Asked {
            return Ok(());
        }
        let (required_role, version) = self.item(approval).await?;
        let decider = match required_role.as_str() {
            "SUPERVISOR" => "supervisor",
            "MANAGER" => "manager",
            _ => "general-manager",
        };
        let approval_id = Global(approval);
        if decider != "supervisor" {
            let endorsement = EndorseApproval {
                expected_content_sha256: None,
                idempotency_key: format!("demo-endorse-{}", self.position),
                approval_id,
                expected_version: version,
                opinion: "情况属实，金额在合理范围内，建议同意。".to_owned(),
            };
            self.act("supervisor", 80, &endorsement).await?;
        }
        if settlement.approval == Endorsed {
            return Ok(());
        }
        let (decision, opinion) = match settlement.approval {
            Refused => (ApprovalDecision::Refuse, "销售过程没有瑕疵，不同意在现金价值之外另行补偿。"),
            _ => (ApprovalDecision::Approve, "同意。"),
        };
        let (_, expected_version) = self.item(approval).await?;
        let decision = DecideApproval {
            expected_content_sha256: None,
            idempotency_key: format!("demo-decide-{}", self.position),
            approval_id,
            expected_version,
            decision,
            opinion: opinion.to_owned(),
        };
        self.act(decider, 96, &decision).await.map(drop)
    }

    async fn item(&self, approval: ApprovalId) -> Result<(String, i32)> {
        let supervisor = self.cast.actor("supervisor")?;
        let found = approvals::store::by_ids(self.db.read(supervisor), supervisor, &[approval]).await?;
        let item = found.first().ok_or(Failure::NotFound)?;
        Ok((item.required_role.to_string(), item.version))
    }

    async fn review(&self, case: CaseId) -> Result<()> {
        let review = ReviewPlan {
            idempotency_key: format!("demo-review-{}", self.position),
            case_id: Global(case),
            expected_version: self.version(case).await?,
            verdict: PlanVerdict::Approve,
            opinion: "事实清楚，责任明确，方案可行。".to_owned(),
        };
        self.act("supervisor", 98, &review).await.map(drop)
    }

    async fn conclude(&self, case: CaseId, complaint: &Complaint, story: &Story) -> Result<()> {
        let open_works = open_works();
        let case_id = Global(case);
        let input = RecordReplyInput {
            case_id,
            expected_version: self.version(case).await?,
            means: ContactMeans::Phone,
            text: format!("已电话答复客户：{}", complaint.proposal),
            occurred_at: None,
        };
        self.act(self.handler, 120, &RecordReply { input, open_works: open_works.clone() }).await?;
        if story.reaches == Replied {
            return Ok(());
        }
        if self.responsible() == ResponsibleParty::Agent {
            self.transfer(case).await?;
        }
        let opinions = [ComplainantOpinion::Satisfied, ComplainantOpinion::Accepting, ComplainantOpinion::NotStated];
        let outcomes = [CaseOutcome::Upheld, CaseOutcome::PartlyUpheld, CaseOutcome::NotUpheld];
        let input = CloseCaseInput {
            case_id,
            expected_version: self.version(case).await?,
            outcome: outcomes[self.position % 3],
            complainant_opinion: opinions[self.position % 3],
            result: "客户接受处理结果，不再提出其他要求。".to_owned(),
        };
        self.act(self.handler, 144, &CloseCase { input, open_works }).await?;
        if story.reaches == Closed {
            return Ok(());
        }
        let filing = self.filing(case_id.0, story).await?;
        self.act(self.handler, 168, &filing).await?;
        if self.position.is_multiple_of(3) { self.learn(case).await } else { Ok(()) }
    }
}
