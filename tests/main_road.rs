//! The journey: a complaint becomes an approved settlement and an archive file.

use crate::support::road::{self, Item};
use crate::support::scenario;
use serde_json::json;

scenario! {
    /// HK-3.2 HK-3.6 HK-5.3 HK-5.4.1 HK-5.4.2 HK-5.4.3 HK-5.4.4 HK-5.4.5 HK-5.5.1 HK-5.6.1: the whole road.
    async fn a_complaint_becomes_a_settlement_and_an_archive_file(world) {
        // A customer calls. The handler who takes the call registers the complaint.
        let answer = road::on_case(world, "handler", "registerCase", road::complaint()).await;
        let number = answer.done("registerCase").text("/registerCase/case/number");
        assert_eq!(number, "TS2024-000001");
        let mut case = road::OnTheRoad {
            id: answer.text("/registerCase/case/id"),
            number,
            version: 1,
            handler: String::new(),
        };

        // The supervisor allocates it; another handler than the one who took the call.
        case.allocate(world, "handler-2").await;

        // The handler calls back, hears the complainant, finds the facts and who is responsible.
        world.set_time("2024-03-06T10:00:00");
        case.investigate(world).await;
        world.set_time("2024-03-07T10:00:00");
        case.draft(world).await;

        // A settlement of 12 000.01 above the cash value is for the general manager, after the supervisor's review.
        let requested = case.request(world, "30000.00", "42000.01", "60000.00").await;
        let item = Item::of(&requested, "requestApproval");
        assert_eq!(requested.text("/requestApproval/approval/requiredRole"), "GENERAL_MANAGER");
        case.submit(world).await;

        world.set_time("2024-03-08T10:00:00");
        let early = item.approve(world, "general-manager").await;
        assert_eq!(early.refusals("decideApproval"), ["AWAITING_ENDORSEMENT HK-4.11"]);
        let item = Item::of(&item.endorse(world, "supervisor").await, "endorseApproval");
        case.approve_plan(world).await;

        // Nothing is promised to the customer before it is approved.
        let premature = case.attempt(world, "handler-2", "recordReply", road::reply()).await;
        assert_eq!(premature.refusals("recordReply"), ["APPROVALS_OPEN HK-5.5.1"]);
        let decided = item.approve(world, "general-manager").await;
        assert_eq!(decided.done("decideApproval").text("/decideApproval/approval/state"), "APPROVED");

        // The customer gets the answer, in time; the case is closed and filed.
        world.set_time("2024-03-11T10:00:00");
        case.reply(world).await;
        world.set_time("2024-03-13T10:00:00");
        case.close(world).await;
        case.archive(world).await;

        // An auditor looks the file up and opens it, on record.
        let query = "query($case: String!) { archiveFiles(filter: { caseNumber: $case }, first: 5) {
            totalCount edges { node { id number } } } }";
        let found = world.ask("auditor", query, json!({ "case": case.number })).await;
        assert_eq!(found.number("/archiveFiles/totalCount"), 1);
        assert_eq!(found.text("/archiveFiles/edges/0/node/number"), "DA2024-000001");
        let open = "query($id: ID!) { openArchiveFile(input: { id: $id, purpose: COMPLIANCE_CHECK }) {
            refusals { code rule field } opened { intact parts { kind sha256 content } registerEntry { id purpose } } } }";
        let opened = world.ask("auditor", open, json!({ "id": found.text("/archiveFiles/edges/0/node/id") })).await;
        opened.done("openArchiveFile");
        assert_eq!(opened.at("/openArchiveFile/opened/intact"), &json!(true));
        let form = opened.at("/openArchiveFile/opened/parts/0");
        assert_eq!(form["kind"], "ARCHIVE_FORM");
        assert_eq!(form["content"]["complainantName"]["value"], "李**");
        assert_eq!(form["content"]["outcome"], "UPHELD");
        assert!(!opened.body.to_string().contains("13812345678") && !opened.body.to_string().contains("李秀英"));
        let register = world.ask("auditor", "{ accessRegister(first: 1) { edges { node { id purpose reader { id } } } } }", json!({})).await;
        assert_eq!(
            register.text("/accessRegister/edges/0/node/id"),
            opened.text("/openArchiveFile/opened/registerEntry/id")
        );

        // Everything that happened is on record, once.
        let record = "query($id: ID!) { case(id: $id) { state overdue deadlines { code status }
            timeline(first: 100, direction: ASC) { edges { node { kind } } } } }";
        let record = world.ask("supervisor", record, json!({ "id": case.id })).await;
        let kinds: Vec<_> = record.at("/case/timeline/edges").as_array().unwrap().iter().map(|e| e["node"]["kind"].as_str().unwrap().to_owned()).collect();
        assert_eq!(kinds, [
            "REGISTERED", "ALLOCATED", "CONTACT", "STATEMENT", "FINDING", "FINDING", "PLAN_DRAFTED", "APPROVAL_REQUESTED",
            "PLAN_SUBMITTED", "APPROVAL_ENDORSED", "PLAN_REVIEWED", "APPROVAL_DECIDED", "REPLY", "CLOSED", "ARCHIVED",
        ]);
        assert_eq!(record.text("/case/state"), "ARCHIVED");
        let statuses: Vec<_> = record.at("/case/deadlines").as_array().unwrap().iter().map(|d| d["status"].as_str().unwrap()).collect();
        assert_eq!(statuses, ["MET", "MET"]);
        let audit = "query($id: ID!) { auditEvents(filter: { caseId: $id }, first: 100) { totalCount edges { node { action } } } }";
        let audit = world.ask("auditor", audit, json!({ "id": case.id })).await;
        assert_eq!(audit.number("/auditEvents/totalCount"), kinds.len() as i64 + 1);
    }
}
