//! What a final record is good for, and what it is not.

use crate::support::meeting::{self, Review, USUAL, ended, filed};
use crate::support::road::{self, Item};
use crate::support::{Answer, World, scenario};
use base64::Engine;
use redress::platform::signing::PublicKeys;
use redress::reviews::pack;
use serde_json::{Value, json};

async fn folder(world: &World, who: &str, filter: Value) -> Answer {
    let query = "query($filter: JointReviewFolderFilter) { jointReviewFolder(filter: $filter, first: 10) { totalCount edges { node { id number state } } } }";
    world.ask(who, query, json!({ "filter": filter })).await
}

scenario! {
    /// HK-7.6: a final record is in the folder, for managers and auditors; one that is not final is not.
    async fn a_final_record_is_in_the_folder(world) {
        let review = ended(world, "DECISION").await;
        assert_eq!(folder(world, "auditor", json!({})).await.number("/jointReviewFolder/totalCount"), 0);
        for (who, _) in USUAL {
            review.sign(world, who).await.done("signMinutes");
        }
        for who in ["auditor", "manager", "supervisor", "general-manager"] {
            let found = folder(world, who, json!({ "caseNumber": review.case.number, "filedFrom": "2024-03-05", "filedUntil": "2024-03-05" })).await;
            assert_eq!((found.number("/jointReviewFolder/totalCount"), found.text("/jointReviewFolder/edges/0/node/number")), (1, "HY2024-000001".to_owned()), "{who}");
        }
        for filter in [json!({ "number": "HY2024-000002" }), json!({ "outcome": "PRELIMINARY" }), json!({ "filedFrom": "2024-03-06" }), json!({ "filedUntil": "2024-03-04" })] {
            assert_eq!(folder(world, "auditor", filter.clone()).await.number("/jointReviewFolder/totalCount"), 0, "{filter}");
        }
        for who in ["handler", "assistant-manager", "co-handler", "archivist", "admin"] {
            assert_eq!(folder(world, who, json!({})).await.error_code(), "FORBIDDEN", "{who}");
        }
        let query = "{ jointReviewFigures(from: \"2024-03-01\", until: \"2024-03-31\") { held preliminary preliminaryShare filed hoursToConvene hoursToSign } }";
        let figures = world.ask("auditor", query, json!({})).await;
        let expected = json!({ "held": 1, "preliminary": 0, "preliminaryShare": 0.0, "filed": 1, "hoursToConvene": 28.5, "hoursToSign": 0.0 });
        assert_eq!(figures.at("/jointReviewFigures"), &expected);
    }
}

scenario! {
    /// HK-5.5.1 HK-7.6: nothing is replied to or closed while a joint review goes on; a case that time closed is filed only with
    /// its record, which its archive file holds.
    async fn the_case_waits_for_its_record(world) {
        let mut review = ended(world, "DECISION").await;
        review.case.draft(world).await;
        review.case.submit(world).await;
        review.case.approve_plan(world).await;
        let early = review.case.attempt(world, "handler", "recordReply", road::reply()).await;
        assert_eq!(early.refusals("recordReply"), ["JOINT_REVIEWS_OPEN HK-5.5.1"]);
        for (who, _) in &USUAL[..3] {
            review.sign(world, who).await.done("signMinutes");
        }
        // As the end of a suspension would close it.
        close_by_time(world, &review).await;
        let unfiled = review.case.attempt(world, "handler", "archiveCase", json!({ "expectedVersion": version(world, &review).await })).await;
        assert_eq!(unfiled.refusals("archiveCase"), ["JOINT_REVIEWS_OPEN HK-7.6"]);
        review.sign(world, "co-handler").await.done("signMinutes");
        review.case.version = version(world, &review).await;
        review.case.archive(world).await;

        let files = world.ask("auditor", "{ archiveFiles { edges { node { id } } } }", json!({})).await;
        let open = "query($id: ID!) { openArchiveFile(input: { id: $id, purpose: COMPLIANCE_CHECK }) { opened { parts { kind content } } refusals { code } } }";
        let opened = world.ask("auditor", open, json!({ "id": files.text("/archiveFiles/edges/0/node/id") })).await;
        let parts = opened.done("openArchiveFile").at("/openArchiveFile/opened/parts").as_array().unwrap();
        let copies = &parts.iter().find(|part| part["kind"] == "JOINT_REVIEWS").unwrap()["content"];
        assert_eq!((&copies[0]["number"], copies[0]["signatures"].as_array().unwrap().len()), (&json!("HY2024-000001"), 4));
        assert_eq!(copies[0]["record"]["outcome"]["text"], "同意协议解约，退还已缴保费的八成。");
    }
}

async fn version(world: &World, review: &Review) -> i64 {
    world
        .ask("supervisor", "query($id: ID!) { case(id: $id) { version } }", json!({ "id": review.case.id }))
        .await
        .number("/case/version")
}

async fn close_by_time(world: &World, review: &Review) {
    use sea_orm::ConnectionTrait;
    let url = secrecy::ExposeSecret::expose_secret(&world.config.database.url);
    let writer = sea_orm::Database::connect(url).await.unwrap();
    let close =
        format!("UPDATE cases SET state = 'CLOSED', version = version + 1 WHERE number = '{}'", review.case.number);
    writer.execute_unprepared(&close).await.unwrap();
    writer.close().await.unwrap();
    world.tampered_with();
}

scenario! {
    /// HK-5.4.7 HK-A11: the plan of a major case is approved after guidance from above, or with the final record of a joint review:
    /// one of the two must be there.
    async fn a_final_record_is_guidance(world) {
        let approve = json!({ "verdict": "APPROVE", "opinion": "同意" });
        let needed = ["GUIDANCE_REQUIRED HK-5.4.7"];
        let mut review = meeting::opened(world).await;
        review.case.classify(world, json!({ "mainstreamMedia": true }), false).await;
        review.case.draft(world).await;
        review.case.submit(world).await;
        let reviewed = async |review: &Review| review.case.attempt(world, "supervisor", "reviewPlan", approve.clone()).await.refusals("reviewPlan");
        assert_eq!(reviewed(&review).await, needed, "a meeting that goes on");
        review.minute(world, "handler-2", "各方陈述。").await.done("recordMinutes");
        review.refresh(world).await;
        review.step(world, "supervisor", "closeJointReview", meeting::ending("DECISION")).await;
        for (who, _) in USUAL {
            assert_eq!(reviewed(&review).await, needed, "before {who} has signed");
            review.sign(world, who).await.done("signMinutes");
        }
        review.case.version = version(world, &review).await;
        review.case.approve_plan(world).await;
    }
}

scenario! {
    /// HK-7.7: a meeting, whatever its rank, replaces no approval of article 4: nothing is paid before the general manager decides.
    async fn a_meeting_approves_nothing(world) {
        let review = filed(world).await;
        let asked = review.case.request(world, "30000.00", "42000.01", "60000.00").await;
        let item = Item::of(&asked, "requestApproval");
        assert_eq!(asked.text("/requestApproval/approval/requiredRole"), "GENERAL_MANAGER");
        let pay = "mutation($id: ID!, $sha256: String!) { recordExecution(input: { idempotencyKey: \"pay\", approvalId: $id, expectedContentSha256: $sha256, voucherNumber: \"V1\", amount: \"42000.01\", executedOn: \"2024-03-05\" }) { refusals { code rule field } } }";
        let paid = async || world.ask("finance", pay, json!({ "id": item.id, "sha256": asked.text("/requestApproval/approval/contentSha256") })).await;
        assert_eq!(paid().await.error_code(), "NOT_FOUND", "finance sees no item that is not approved");
        assert_eq!(item.approve(world, "assistant-manager").await.error_code(), "FORBIDDEN");
        assert_eq!(item.approve(world, "supervisor").await.refusals("decideApproval"), ["ABOVE_AUTHORITY HK-4.1.3"]);
        let item = Item::of(&item.endorse(world, "supervisor").await, "endorseApproval");
        assert_eq!(item.approve(world, "manager").await.refusals("decideApproval"), ["ABOVE_AUTHORITY HK-4.1.3"]);
        item.approve(world, "general-manager").await.done("decideApproval");
        paid().await.done("recordExecution");
    }
}

scenario! {
    /// HK-F.7: the record as the policy's form: number, content, decision, and n signatures for n attendees; also on paper.
    async fn the_form_of_annex_7(world) {
        let review = filed(world).await;
        let query = "query($id: ID!) { jointReview(id: $id) { form { kind title caseNumber printPath fields { code value { value } } entries { person action result } } } }";
        let seen = world.ask("handler", query, json!({ "id": review.id })).await;
        let form = seen.at("/jointReview/form");
        assert_eq!((&form["title"], &form["caseNumber"]), (&json!("投诉案件合议记录表"), &json!(review.case.number)));
        let value = |code: &str| form["fields"].as_array().unwrap().iter().find(|field| field["code"] == code).unwrap()["value"]["value"].clone();
        for (code, expected) in [("number", "HY2024-000001"), ("chair", "测试supervisor"), ("statements", "测试handler：业务员承认未说明退保损失。"), ("decision", "同意协议解约，退还已缴保费的八成。")] {
            assert_eq!(value(code), expected, "{code}");
        }
        let signed: Vec<_> = form["entries"].as_array().unwrap().iter().map(|row| row["person"].as_str().unwrap()).collect();
        assert_eq!(signed, USUAL.map(|(login, _)| format!("测试{login}")));
        let path = form["printPath"].as_str().unwrap();
        for (who, status) in [("handler", 200), ("co-handler", 200), ("auditor", 200), ("legal", 404), ("registrar", 403), ("", 401)] {
            let page = world.get(who, path, &[]).await;
            assert_eq!(page.status(), status, "{who}");
            let body = page.text().await.unwrap();
            assert_eq!(body.contains("投诉案件合议记录表") && body.contains("HY2024-000001") && body.contains("测试co-handler"), status == 200, "{who}");
        }
        let of_case = world.ask("handler", "query($id: ID!) { case(id: $id) { form(kind: JOINT_REVIEW_RECORD) { title } } }", json!({ "id": review.case.id })).await;
        assert_eq!(of_case.error_code(), "BAD_USER_INPUT");
    }
}

scenario! {
    /// HK-7.6: a record of the folder can be taken out as a pack that verifies with the public key alone; each time on record.
    async fn a_record_is_taken_out_as_a_pack(world) {
        let review = ended(world, "DECISION").await;
        let query = "query($id: ID!) { jointReview(id: $id) { exportPack { name mediaType base64 } } }";
        assert_eq!(world.ask("auditor", query, json!({ "id": review.id })).await.at("/jointReview/exportPack"), &Value::Null);
        for (who, _) in USUAL {
            review.sign(world, who).await.done("signMinutes");
        }
        let taken = world.ask("auditor", query, json!({ "id": review.id })).await;
        assert_eq!(taken.text("/jointReview/exportPack/name"), "HY2024-000001.zip");
        let bytes = base64::engine::general_purpose::STANDARD.decode(taken.text("/jointReview/exportPack/base64")).unwrap();
        let keys = world.get("", "/.well-known/jwks.json", &[]).await.text().await.unwrap();
        assert!(pack::verify(&bytes, &PublicKeys::parse(&keys).unwrap()).is_ok());
        let events = world.ask("auditor", "{ auditEvents(filter: { actions: [JOINT_REVIEW_EXPORTED] }) { totalCount } }", json!({})).await;
        assert_eq!(events.number("/auditEvents/totalCount"), 1);
        for who in ["handler", "assistant-manager", "co-handler"] {
            assert_eq!(world.ask(who, query, json!({ "id": review.id })).await.error_code(), "FORBIDDEN", "{who}");
        }
    }
}

scenario! {
    /// HK-7.7: an approval item may cite a joint review of its case whose record is filed; the decision is bound to that, and is
    /// taken all the same.
    async fn an_approval_may_cite_it(world) {
        let cite = async |case: &str, review: &str, premium: &str| {
            let input = json!({ "idempotencyKey": road::key(), "caseId": case, "jointReviewId": review, "reason": "合议意见。",
                "content": { "negotiatedSurrender": { "scope": "PARTIAL", "cashValue": "10000", "agreedTotal": "22000", "totalPremium": premium } } });
            road::on_approval(world, "handler", "requestApproval", input).await
        };
        let review = ended(world, "DECISION").await;
        let refused = ["OBJECT_NOT_FOUND HK-7.7 jointReviewId"];
        assert_eq!(cite(&review.case.id, &review.id, "90000").await.refusals("requestApproval"), refused, "not filed yet");
        for (who, _) in USUAL {
            review.sign(world, who).await.done("signMinutes");
        }
        let other = road::investigated(world).await;
        assert_eq!(cite(&other.id, &review.id, "90000").await.refusals("requestApproval"), refused, "of another case");
        let item = Item::of(&cite(&review.case.id, &review.id, "90000").await, "requestApproval");
        let query = "query($id: ID!) { node(id: $id) { ... on Approval { state requiredRole contentSha256 basis { jointReview { id number } } } } }";
        let seen = world.ask("supervisor", query, json!({ "id": item.id })).await;
        assert_eq!(seen.text("/node/basis/jointReview/id"), review.id);
        assert_eq!((seen.text("/node/state"), seen.text("/node/requiredRole")), ("PENDING".to_owned(), "GENERAL_MANAGER".to_owned()), "it takes the place of nothing");
    }
}
