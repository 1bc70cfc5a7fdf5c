use super::keeping::{
    RETENTION, agreed, approve, carried_out, file_of, hold, kept, on_disposal, propose, publish, replied_with, seen,
};
use crate::support::dump::{dump, raw_bytes};
use crate::support::help::{self, Help};
use crate::support::meeting;
use crate::support::road::OnTheRoad;
use crate::support::{Backend, World, scenario};
use entity::disposal_item::DisposalOutcome;
use futures_util::future::join_all;
use redress::archive::disposal::certificate::DOMAIN;
use redress::archive::disposal::service::dispose_file::DisposeFile;
use redress::platform::access::Actor;
use redress::platform::digest::sha256_hex;
use redress::platform::ids::parse_global;
use redress::platform::signing::ServerSignature;
use serde_json::{Value, json};

const CANARY: &str = "金丝雀";
/// Two years and a day after the handling was completed.
const AFTERWARDS: &str = "2026-03-05T09:00:00";

/// Filed cases that can be disposed of, with their files.
async fn canaries(world: &World, count: usize) -> Vec<(OnTheRoad, String)> {
    publish(world, "2024-01-01", RETENTION).await;
    let mut found = Vec::new();
    for serial in 0..count {
        let mut case = replied_with(world, CANARY, serial).await;
        case.archive(world).await;
        let file = file_of(world, &case).await;
        found.push((case, file));
    }
    world.set_time(AFTERWARDS);
    found
}

fn ids(canaries: &[(OnTheRoad, String)]) -> Vec<String> {
    canaries.iter().map(|(_, file)| file.clone()).collect()
}

const FIGURES: &str = "{ caseFigures(from: \"2024-03-01\", until: \"2024-03-31\") { received closed openAtEnd
    receivedBySeverity { code count } closedByOutcome { outcome count } closedByOpinion { opinion count } deadlines { code met metLate notMet } } }";

fn stored(world: &World) -> usize {
    fn count(folder: &std::path::Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
        entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
    }
    count(world.files.path())
}

scenario! {
    /// SG-13.6 SG-16.1: of what is disposed of nothing is left in any table, the bytes of the database or the file store; numbers,
    /// hashes, audit events and figures are as they were, and everything still answers.
    async fn nothing_is_left_of_what_is_disposed_of(world) {
        let count = std::env::var("REDRESS_TEST_DISPOSALS").ok().and_then(|count| count.parse().ok()).unwrap_or(8);
        let canaries = canaries(world, count).await;
        let bystander = {
            world.set_time("2024-03-04T09:30:00");
            let mut case = replied_with(world, "信天翁", 99_999).await;
            case.archive(world).await;
            let file = file_of(world, &case).await;
            world.set_time(AFTERWARDS);
            (case, file)
        };
        let before = dump(world).await;
        assert!(before.iter().any(|(_, row)| row.contains(CANARY)));
        for secret in ["1397000", "1396000", "1395000", "CANARY-0", "金丝雀甲", "金丝雀丁", "金丝雀.txt"] {
            let clear: Vec<_> = before.iter().filter(|(_, row)| row.contains(secret)).collect();
            assert!(clear.is_empty(), "SG-16.1: {secret} stands in clear: {clear:#?}");
        }
        let figures = world.ask("supervisor", FIGURES, json!({})).await.at("/caseFigures").clone();
        let numbers: Vec<_> = join_all(canaries.iter().map(async |(_, file)| kept(world, file).await)).await;
        let events = |rows: &[(String, String)]| rows.iter().filter(|(table, _)| table == "audit_events").count();
        assert_eq!(stored(world), count + 1);

        let disposal = agreed(world, &ids(&canaries)).await;
        while seen(world, &disposal).await["state"] != "COMPLETED" {
            assert!(carried_out(world).await > 0);
        }
        assert_eq!(carried_out(world).await, 0, "done twice it does nothing");

        let after = dump(world).await;
        for secret in [CANARY, "1397000", "CANARY-0", "CANARY0"] {
            let left: Vec<_> = after.iter().filter(|(_, row)| row.contains(secret)).collect();
            assert!(left.is_empty(), "{secret} is left: {left:#?}");
        }
        if world.backend == Backend::Sqlite {
            let bytes = raw_bytes(world).await;
            for secret in [CANARY, "CANARY0"] {
                assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret} is in the file");
            }
        }
        assert!(after.iter().any(|(_, row)| row.contains("信天翁")), "nothing else goes");
        assert_eq!(stored(world), 1);
        // One event for proposing, two for confirming who one is and deciding, two for each file, one for the certificate; and
        // nothing that was there has changed.
        assert!(events(&after) >= events(&before) + 2 * count + 3);
        for (table, row) in before.iter().filter(|(table, _)| table == "audit_events") {
            assert!(after.iter().any(|(other, now)| other == table && now == row), "{row}");
        }
        assert_eq!(world.ask("supervisor", FIGURES, json!({})).await.at("/caseFigures"), &figures);
        for ((_, file), before) in canaries.iter().zip(&numbers) {
            let now = kept(world, file).await;
            assert_eq!((&now["number"], &now["sha256"]), (&before["number"], &before["sha256"]));
            assert_eq!(now["retention"]["state"], "DISPOSED");
            assert_eq!(now["retention"]["disposalId"], disposal);
        }
        answers_everywhere(world, &canaries[0]).await;
        certified(world, &disposal, count).await;
        // The one beside it opens as ever.
        let name = "query($id: ID!) { case(id: $id) { complainantName { value } summary } }";
        assert_eq!(world.ask("supervisor", name, json!({ "id": bystander.0.id })).await.text("/case/complainantName/value"), "信***");
    }
}

/// What was disposed of is shown by its figures, and asked for more it is refused; nothing fails.
async fn answers_everywhere(world: &World, (case, file): &(OnTheRoad, String)) {
    let open = "query($id: ID!) { openArchiveFile(input: { id: $id, purpose: HANDLING }) { opened { intact } refusals { code rule } } }";
    for who in ["archivist", "auditor"] {
        let refused = world.ask(who, open, json!({ "id": file })).await;
        assert_eq!(refused.refusals("openArchiveFile"), ["DISPOSED_OF SG-13.6"]);
    }
    assert_eq!(hold(world, file).await.refusals("placeLegalHold"), ["DISPOSED_OF SG-13.6"]);
    let whole = "query($id: ID!) { case(id: $id) { state number severity { code } closedAt outcome summary contractNumber
        complainantName { visibility value reason } phone { visibility value } policyholderName { value }
        complainants { name { visibility value } phone { value } } respondents { kind name { value } agentCode }
        authorityLetters { holderName { visibility } } groupHeadCount intakeForm { ... on CallForm { callerNumber { value } receiver } }
        evidence { sha256 name { visibility value } description } plans { basis proposal verdict } deadlines { code status }
        approvals { kind state content { __typename } reason steps { act opinion } }
        timeline(first: 100) { edges { node { kind detail { __typename ... on ContactDetail { means reached content outcome } ... on ClosureDetail { outcome result } } } } } } }";
    for who in ["supervisor", "manager", "handler"] {
        let seen = world.ask(who, whole, json!({ "id": case.id })).await;
        let seen = seen.at("/case");
        assert_eq!(
            seen["complainantName"],
            json!({ "visibility": "WITHHELD", "value": null, "reason": "SG-13.6" }),
            "{who}"
        );
        assert_eq!(seen["outcome"], "UPHELD");
        assert_eq!(seen["summary"], "");
        assert_eq!(seen["contractNumber"], Value::Null);
        assert!(seen["timeline"]["edges"].as_array().unwrap().len() > 8);
        assert!(!seen.to_string().contains(CANARY));
    }
    let evidence = world
        .ask("supervisor", "query($id: ID!) { case(id: $id) { evidence { path } } }", json!({ "id": case.id }))
        .await;
    let path = evidence.text("/case/evidence/0/path");
    assert_eq!(world.get("auditor", &format!("{path}?purpose=COMPLIANCE_CHECK"), &[]).await.status(), 404);
    let found =
        world.ask("supervisor", "{ cases(filter: { phone: \"13970000000\" }) { totalCount } }", json!({})).await;
    assert_eq!(found.number("/cases/totalCount"), 0, "what it was found by is gone");
    let events = "query($id: ID!) { auditEvents(first: 100, filter: { caseId: $id }) { edges { node { action reason after } } } }";
    let events = world.ask("auditor", events, json!({ "id": case.id })).await;
    assert!(events.at("/auditEvents/edges").as_array().unwrap().iter().all(|edge| edge["node"]["reason"].is_null()));
    for form in ["HANDLING_RECORD", "CALL_INTAKE", "ARCHIVE"] {
        let printed = world.get("supervisor", &format!("/forms/{}/{form}", case.id), &[]).await;
        assert_eq!(printed.status(), 200, "{form}");
        assert!(!printed.text().await.unwrap().contains(CANARY), "{form}");
    }
}

/// SG-13.6: who, when and on which basis, signed.
async fn certified(world: &World, disposal: &str, count: usize) {
    let seen = seen(world, disposal).await;
    let certificate = &seen["certificate"];
    let content = certificate["content"].as_str().unwrap();
    assert_eq!(certificate["sha256"], sha256_hex(content.as_bytes()));
    let text = |name: &str| certificate[name].as_str().unwrap().to_owned();
    let signature = ServerSignature { key_id: text("keyId"), value: text("signature") };
    let keys = world.app.keys.public();
    keys.verify(DOMAIN, content.as_bytes(), &signature).unwrap();
    keys.verify(DOMAIN, content.replace("SG-13.4", "SG-13.5").as_bytes(), &signature).unwrap_err();
    let certificate: Value = serde_json::from_str(content).unwrap();
    assert_eq!(certificate["proposedBy"]["name"], "测试archivist");
    assert_eq!(certificate["approvedBy"]["name"], "测试manager");
    assert_eq!(certificate["files"].as_array().unwrap().len(), count);
    assert!(
        certificate["files"]
            .as_array()
            .unwrap()
            .iter()
            .all(|file| file["outcome"] == "DISPOSED" && file["evidenceSha256"][0].is_string())
    );
}

scenario! {
    /// SG-13.6: proposed by one, decided by another in the role that the profile names, who says again who they are.
    async fn two_people_dispose_of_a_file(world) {
        let canaries = canaries(world, 2).await;
        let files = ids(&canaries);
        for who in ["manager", "handler", "auditor", "admin"] {
            assert_eq!(propose(world, who, &files).await.error_code(), "FORBIDDEN", "{who}");
        }
        world.add_person("both", &[entity::staff_role::Role::Archivist, entity::staff_role::Role::Manager]).await;
        let own = propose(world, "both", &files[..1]).await.done("proposeDisposal").text("/proposeDisposal/disposal/id");
        assert_eq!(propose(world, "archivist", &files).await.refusals("proposeDisposal"), ["IN_ANOTHER_DISPOSAL SG-13.6"]);
        assert_eq!(approve(world, "both", &own, 1).await.refusals("approveDisposal"), ["OWN_PROPOSAL SG-13.6"]);
        assert_eq!(approve(world, "general-manager", &own, 1).await.refusals("approveDisposal"), ["PERMISSION_MISSING SG-13.6"]);
        let unproved = json!({ "disposalId": own, "expectedVersion": 1, "proof": "x" });
        assert_eq!(on_disposal(world, "manager", "approveDisposal", unproved).await.refusals("approveDisposal"), ["IDENTITY_NOT_CONFIRMED SG-13.6 proof"]);
        assert_eq!(approve(world, "manager", &own, 9).await.error_code(), "CONFLICT");
        let no = json!({ "disposalId": own, "expectedVersion": 1, "opinion": "仍需保留。" });
        on_disposal(world, "manager", "rejectDisposal", no.clone()).await.done("rejectDisposal");
        assert_eq!(carried_out(world).await, 0);
        let again = json!({ "disposalId": own, "expectedVersion": 2, "opinion": "仍需保留。" });
        assert_eq!(on_disposal(world, "manager", "rejectDisposal", again).await.refusals("rejectDisposal"), ["STATE_NOT_ALLOWED SG-13.6"]);
        for who in ["handler", "supervisor", "admin", "registrar"] {
            let asked = world.ask(who, "{ disposals { totalCount } }", json!({})).await;
            assert_eq!(asked.error_code(), "FORBIDDEN", "{who}");
        }

        // Rejected, it may be proposed again. A crash after the first half goes on afterwards.
        let disposal = agreed(world, &files).await;
        let key = |id: &str| parse_global(id).unwrap().1;
        let half = DisposeFile { disposal: key(&disposal).into(), file: key(&files[0]).into(), erasures: world.app.disposing.erasures };
        let system = Actor::system("test");
        assert_eq!(world.db.run(&system, &half).await.unwrap(), DisposalOutcome::Erased);
        assert!(world.db.run(&system, &half).await.is_err(), "once only");
        assert_eq!(stored(world), 2);
        let both = join_all([carried_out(world), carried_out(world)]).await;
        assert!(both.iter().sum::<u64>() >= 2);
        assert_eq!(stored(world), 0);
        let seen = seen(world, &disposal).await;
        assert_eq!(seen["state"], "COMPLETED");
        assert!(seen["files"].as_array().unwrap().iter().all(|file| file["outcome"] == "DISPOSED"));
    }
}

scenario! {
    /// SG-13.6: a hold that is placed while a disposal runs wins, file by file: what is held can be read, what is gone cannot be held.
    async fn a_hold_wins_against_a_disposal_that_runs(world) {
        let canaries = canaries(world, 6).await;
        let files = ids(&canaries);
        let disposal = agreed(world, &files).await;
        hold(world, &files[0]).await.done("placeLegalHold");
        let holding = join_all(files[1..].iter().map(|file| hold(world, file)));
        let (_, answers) = tokio::join!(carried_out(world), holding);
        let open = "query($id: ID!) { openArchiveFile(input: { id: $id, purpose: HANDLING }) { opened { intact } refusals { code rule } } }";
        let outcomes = seen(world, &disposal).await;
        assert_eq!(outcomes["state"], "COMPLETED");
        let mut held = 1;
        for (file, answer) in files[1..].iter().zip(answers) {
            let opened = world.ask("archivist", open, json!({ "id": file })).await;
            let retention = kept(world, file).await["retention"].clone();
            if retention["disposedAt"].is_null() {
                answer.done("placeLegalHold");
                opened.done("openArchiveFile");
                assert_eq!(retention["state"], "HELD");
                held += 1;
            } else {
                assert_eq!(opened.refusals("openArchiveFile"), ["DISPOSED_OF SG-13.6"]);
            }
        }
        assert_eq!(world.ask("archivist", open, json!({ "id": files[0] })).await.at("/openArchiveFile/opened/intact"), &json!(true));
        let retained = outcomes["files"].as_array().unwrap().iter().filter(|file| file["outcome"] == "RETAINED").count();
        assert_eq!(retained, held);
    }
}

scenario! {
    /// SG-13.6: what a joint review and another department said of a case goes with it; hashes and signatures of the record stay.
    async fn what_others_said_goes_too(world) {
        publish(world, "2024-01-01", RETENTION).await;
        help::departments(world).await;
        let review = meeting::filed(world).await;
        let mut case = review.case.clone();
        let evidence = world.ask("handler", "query($id: ID!) { case(id: $id) { evidence { id } } }", json!({ "id": case.id })).await;
        let evidence = evidence.text("/case/evidence/0/id");
        let mut help = Help::delivered(world, &case, help::FINANCE, &[&evidence]).await;
        help.step(world, "clerk", "receiveAssistance", json!({})).await;
        help.step(world, "clerk", "askForInformation", json!({ "question": "请补充收据。" })).await;
        help.step(world, "clerk", "returnAssistance", help::opinion()).await;
        let version = world.ask("handler", "query($id: ID!) { case(id: $id) { version } }", json!({ "id": case.id })).await;
        case.version = version.number("/case/version");
        case.draft(world).await;
        case.submit(world).await;
        case.approve_plan(world).await;
        case.reply(world).await;
        case.close(world).await;
        case.archive(world).await;
        let file = file_of(world, &case).await;
        let said = ["未说明退保损失", "保费的八成", "是否属于销售误导", "各方陈述不一", "历年缴费", "需财务数据", "请补充收据", "收益演示与条款不符"];
        let left = async |what: &str| dump(world).await.iter().any(|(_, row)| row.contains(what));
        for what in said {
            assert!(left(what).await, "{what}");
        }
        world.set_time("2026-03-06T09:00:00");
        agreed(world, &[file]).await;
        carried_out(world).await;
        for what in said {
            assert!(!left(what).await, "{what}");
        }
        let seen = review.see(world, "auditor").await;
        assert_eq!(seen.at("/jointReview/minutes/content"), &Value::Null);
        assert_eq!(seen.at("/jointReview/minutes/statements/0/text"), "");
        assert_eq!(seen.at("/jointReview/signatures").as_array().unwrap().len(), 4);
        assert_eq!(help.see(world, "auditor").await["opinion"], Value::Null);
        let approvals = "query($id: ID!) { case(id: $id) { approvals { kind state reason content { __typename } } } }";
        let approvals = world.ask("supervisor", approvals, json!({ "id": case.id })).await;
        assert!(approvals.at("/case/approvals").as_array().unwrap().iter().all(|item| item["content"].is_null()));
    }
}

scenario! {
    /// The database lets the facts of a case be erased only once it is disposed of, and only the declared columns.
    async fn facts_of_other_cases_cannot_be_erased(world) {
        let canaries = canaries(world, 1).await;
        let url = secrecy::ExposeSecret::expose_secret(&world.config.database.url);
        let raw = sea_orm::Database::connect(url).await.unwrap();
        let refused = async |statement: &str| {
            let error = sea_orm::ConnectionTrait::execute_unprepared(&raw, statement).await.unwrap_err().to_string();
            assert!(error.contains("append-only"), "{statement}: {error}");
        };
        let tried = [
            "UPDATE case_entries SET detail = detail", "UPDATE evidence SET description = NULL", "DELETE FROM case_identifiers",
            "UPDATE archive_files SET snapshot_sealed = ''",
        ];
        for statement in tried {
            refused(statement).await;
        }
        agreed(world, &ids(&canaries)).await;
        carried_out(world).await;
        for statement in ["UPDATE case_entries SET kind = 'CONTACT'", "UPDATE evidence SET sha256 = ''", "DELETE FROM evidence",
            "UPDATE archive_files SET number = ''", "DELETE FROM case_entries"] {
            refused(statement).await;
        }
        raw.close().await.unwrap();
    }
}
