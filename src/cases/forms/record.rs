//! The last column of the handling record: what came of each act, in words (HK-F.5).

use super::words::Worded;
use super::{Sources, labelled, local_time};
use crate::cases::entry::Detail;
use crate::platform::language::Message;
use entity::plan::PlanVerdict;

impl Sources<'_> {
    /// What came of an act.
    pub(super) fn result(&self, detail: &Detail) -> Message {
        match detail {
            Detail::Registration(registration) => {
                labelled(&registration.channel, self.profile.channel(&registration.channel).map(|one| &one.label))
            }
            Detail::Allocation(allocation) => {
                let handler = self.name(allocation.handler_id);
                Message::new(format!("经办人：{handler}"), format!("Handler: {handler}"))
            }
            Detail::Acknowledgement(told) => {
                let by = told.promised_by.map(|day| day.to_string()).unwrap_or_default();
                said(&told.means.words(), &by)
            }
            Detail::Reassignment(given) => {
                let (from, to) = (self.name(given.from_id), self.name(given.handler_id));
                said(&Message::new(format!("{from} → {to}"), format!("{from} → {to}")), &given.reason)
            }
            Detail::Routing(routed) => {
                let answerer = self.name(routed.answerer_id);
                Message::new(format!("答复人：{answerer}"), format!("To answer: {answerer}"))
            }
            Detail::Complainants(group) => said(
                &Message::new(format!("投诉人数：{}", group.head_count), format!("Complainants: {}", group.head_count)),
                group.reason.as_deref().unwrap_or_default(),
            ),
            Detail::Respondent(respondent) => respondent.kind.words(),
            Detail::Authority(letter) => said(&letter.scope.words(), &letter.granted_on.to_string()),
            Detail::Link(link) => {
                let kind = link.kind.words();
                let other = Message::new(
                    format!("{} {}", kind.chinese, link.other_number),
                    format!("{} {}", kind.english, link.other_number),
                );
                said(&other, &link.reason)
            }
            Detail::Recusal(recusal) => Message::new(&recusal.reason, &recusal.reason),
            Detail::Classification(classified) => {
                let severity = classified.severity.as_ref().unwrap_or(&classified.suggested_severity);
                said(&labelled(severity, self.profile.severity(severity).map(|one| &one.label)), &classified.reason)
            }
            Detail::Progress(progress) => Message::new(&progress.text, &progress.text),
            Detail::Coordination(note) => {
                let department = note.department.as_deref().unwrap_or_default();
                match department.is_empty() {
                    true => Message::new(&note.text, &note.text),
                    false => said(&Message::new(department, department), &note.text),
                }
            }
            Detail::Escalation(report) => Message::new(&report.report, &report.report),
            Detail::EscalationAnswer(answer) => Message::new(&answer.answer, &answer.answer),
            Detail::AgentFault(fault) => {
                let settled = match fault.at_fault {
                    true => Message::new("代理人存在过错", "The agent is at fault"),
                    false => Message::new("代理人无过错", "The agent is not at fault"),
                };
                said(&settled, &fault.reason)
            }
            Detail::Misappropriation(found) => {
                let settled = match found.misappropriated {
                    true => Message::new("认定挪用保费", "Premium was misappropriated"),
                    false => Message::new("未认定挪用保费", "No premium was misappropriated"),
                };
                said(&settled, &found.reason)
            }
            Detail::EvidenceTransfer(transfer) => {
                let (department, pieces) = (&transfer.department, transfer.evidence.len());
                Message::new(
                    format!("移交{department}，{pieces} 件，接收人：{}", transfer.receiver),
                    format!("To {department}, {pieces} pieces, received by {}", transfer.receiver),
                )
            }
            Detail::Evidence(evidence) => evidence.kind.words(),
            Detail::Deadline(deadline) => {
                let due = local_time(deadline.due_at);
                let name = labelled(&deadline.code, self.profile.deadline_label(&deadline.code));
                let until = Message::new(format!("{}：{due}", name.chinese), format!("{}: {due}", name.english));
                said(&until, deadline.reason.as_deref().unwrap_or_default())
            }
            Detail::Contact(contact) => {
                let (direction, means) = (contact.direction.words(), contact.means.words());
                let reached = match contact.reached {
                    true => Message::new("", ""),
                    false => Message::new("（未联系上）", " (not reached)"),
                };
                Message::new(
                    format!("{}，{}{}：{}", direction.chinese, means.chinese, reached.chinese, contact.content),
                    format!("{}, {}{}: {}", direction.english, means.english, reached.english, contact.content),
                )
            }
            Detail::Statement(statement) => said(&statement.party.words(), &statement.text),
            Detail::Finding(finding) => {
                let settled = finding.finding.words();
                let settled = match finding.responsible_party.map(Worded::words) {
                    Some(party) => Message::new(
                        format!("{}（{}）", settled.chinese, party.chinese),
                        format!("{} ({})", settled.english, party.english),
                    ),
                    None => settled,
                };
                said(&settled, &finding.text)
            }
            Detail::Plan(plan) => {
                let number = plan.number;
                let draft = Message::new(format!("第 {number} 稿"), format!("Draft {number}"));
                let opinion = plan.opinion.as_deref().unwrap_or_default();
                match plan.verdict.map(PlanVerdict::words) {
                    Some(verdict) => said(
                        &Message::new(
                            format!("{}，{}", draft.chinese, verdict.chinese),
                            format!("{}, {}", draft.english, verdict.english),
                        ),
                        opinion,
                    ),
                    None => draft,
                }
            }
            // The API shows these to who may read approvals, and to nobody else.
            Detail::Approval(_) if !self.reads_approvals() => Message::new("", ""),
            Detail::Approval(approval) => match approval.approved {
                Some(true) => said(&Message::new("同意", "Approved"), &approval.opinion),
                Some(false) => said(&Message::new("不同意", "Refused"), &approval.opinion),
                None => Message::new(&approval.opinion, &approval.opinion),
            },
            Detail::Assistance(_) if !self.reads_assistances() => Message::new("", ""),
            Detail::Assistance(assistance) => {
                let number = &assistance.number;
                let delivered = match assistance.evidence.len() {
                    0 => Message::new(number, number),
                    pieces => Message::new(
                        format!("{number}，证据 {pieces} 件"),
                        format!("{number}, {pieces} pieces of evidence"),
                    ),
                };
                said(&delivered, assistance.text.as_deref().unwrap_or_default())
            }
            Detail::Reply(reply) => said(&reply.means.words(), &reply.text),
            Detail::Closure(closure) => {
                let (outcome, opinion) = (closure.outcome.words(), closure.complainant_opinion.words());
                let both = Message::new(
                    format!("{}，客户意见：{}", outcome.chinese, opinion.chinese),
                    format!("{}, complainant: {}", outcome.english, opinion.english),
                );
                said(&both, &closure.result)
            }
            Detail::Filing(filing) => {
                Message::new(format!("档案编号：{}", filing.number), format!("Archive number: {}", filing.number))
            }
            Detail::Suspension(suspension) => {
                let (ground, end) = (suspension.ground.words(), local_time(suspension.ends_at));
                let until =
                    Message::new(format!("{}，至 {end}", ground.chinese), format!("{}, until {end}", ground.english));
                said(&until, &suspension.reason)
            }
            Detail::Reopening(reopening) => {
                said(&reopening.ground.words(), reopening.reason.as_deref().unwrap_or_default())
            }
            Detail::Expiry(expiry) => {
                let end = local_time(expiry.ended_at);
                Message::new(format!("暂结案期限 {end} 届满，结案"), format!("Closed; the suspension ended {end}"))
            }
            Detail::JointReview(review) => {
                let number = review.number.as_deref().unwrap_or_default();
                let number = Message::new(number, number);
                let text = review.text.as_deref().unwrap_or_default();
                match review.outcome.map(Worded::words) {
                    Some(outcome) => said(
                        &Message::new(
                            format!("{}，{}", number.chinese, outcome.chinese),
                            format!("{}, {}", number.english, outcome.english),
                        ),
                        text,
                    ),
                    None => said(&number, text),
                }
            }
            Detail::Voiding(voiding) => {
                let reason = voiding.reason.as_deref().unwrap_or_default();
                Message::new(reason, reason)
            }
        }
    }
}

/// Words of ours before words of a person.
fn said(before: &Message, text: &str) -> Message {
    if text.is_empty() {
        return before.clone();
    }
    Message::new(format!("{}：{text}", before.chinese), format!("{}: {text}", before.english))
}
