use super::{Filed, filed, finds, open, publish, register};
use crate::archive::writer;
use crate::support::help::{self, Help};
use crate::support::road;
use crate::support::{Backend, scenario};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

scenario! {
    /// SG-14.3 HK-5.6.3: when the row cannot be written nothing is shown.
    async fn nothing_is_shown_without_its_row(world) {
        publish(world).await;
        let file = filed(world, "ORDINARY").await;
        let writer = writer(world).await;
        let (full, free) = match world.backend {
            Backend::Sqlite => (
                "CREATE TRIGGER full BEFORE INSERT ON access_register BEGIN SELECT RAISE(ABORT, 'full'); END",
                "DROP TRIGGER full",
            ),
            Backend::Postgres => (
                "CREATE FUNCTION full_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'full'; END $$;
                 CREATE TRIGGER full_up BEFORE INSERT ON access_register FOR EACH ROW EXECUTE FUNCTION full_up()",
                "DROP FUNCTION full_up() CASCADE",
            ),
        };
        writer.execute_unprepared(full).await.unwrap();
        let of_file = format!("archiveFileId: \"{}\"", file.id);
        for query in [
            format!("{{ openArchiveFile(input: {{ id: \"{}\", purpose: TRAINING }}) {{ opened {{ parts {{ content }} }} }} }}", file.id),
            format!("{{ exportArchiveFile(input: {{ id: \"{}\", purpose: TRAINING }}) {{ exported {{ html }} }} }}", file.id),
            format!("{{ revealField(input: {{ {of_file}, field: PHONE, purpose: TRAINING, reason: \"x\" }}) {{ revealed {{ value }} }} }}"),
        ] {
            let answer = world.ask("archivist", &query, json!({})).await;
            assert_eq!(answer.error_code(), "INTERNAL", "{query}");
            assert!(answer.body["data"].as_object().is_none_or(|data| data.values().all(Value::is_null)), "{:#}", answer.body);
        }
        writer.execute_unprepared(free).await.unwrap();
        writer.close().await.unwrap();
        open(world, "archivist", &file, "TRAINING").await.done("openArchiveFile");
        assert_eq!(register(world, "auditor", "").await.len(), 1);
    }
}

scenario! {
    /// HK-5.6.3 SG-14.3: who audits reads an archived case in the archive, on record, and nowhere else.
    async fn archived_cases_are_audited_on_record_only(world) {
        let mut case = road::submitted(world).await;
        let item = road::Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        item.approve(world, "supervisor").await.done("decideApproval");
        case.approve_plan(world).await;
        case.reply(world).await;
        case.close(world).await;
        let query = "query($id: ID!, $item: ID!, $number: String!) { case(id: $id) { summary } node(id: $id) { id } cases(filter: { number: $number }) { totalCount }
            item: node(id: $item) { ... on Approval { state case { summary } viewerCan { decide { allowed } } } } }";
        let variables = json!({ "id": case.id, "item": item.id, "number": case.number });
        let form = format!("/forms/{}/HANDLING_RECORD", case.id);
        let before = world.ask("auditor", query, variables.clone()).await;
        assert!(before.at("/case/summary").is_string() && before.at("/item/case/summary").is_string());
        assert_eq!(world.get("auditor", &form, &[]).await.status(), 200);
        case.archive(world).await;
        let after = world.ask("auditor", query, variables.clone()).await;
        assert_eq!((after.at("/case"), after.at("/node"), after.number("/cases/totalCount")), (&Value::Null, &Value::Null, 0));
        assert_eq!((after.text("/item/state"), after.at("/item/case")), ("APPROVED".to_owned(), &Value::Null));
        assert_eq!(world.get("auditor", &form, &[]).await.status(), 404);
        // Who took part reads on.
        assert!(world.ask("handler", query, variables.clone()).await.at("/case/summary").is_string());
        assert!(world.ask("supervisor", query, variables).await.at("/item/case/summary").is_string());
    }
}

scenario! {
    /// HK-6.3 HK-5.6.3: who helped with a case reads of its file what was delivered, as long as that may still be read.
    async fn who_helped_reads_what_was_delivered(world) {
        help::departments(world).await;
        let mut case = road::investigated(world).await;
        let evidence = case.add_evidence(world).await;
        let mut ours = Help::delivered(world, &case, help::FINANCE, &[&evidence]).await;
        let mut theirs = Help::delivered(world, &case, help::LAW, &[&evidence]).await;
        for (help, who) in [(&mut ours, "clerk"), (&mut theirs, "counsel")] {
            help.step(world, who, "receiveAssistance", json!({})).await;
            help.step(world, who, "returnAssistance", json!({ "opinion": "与收益演示不符。" })).await;
        }
        let now = world.ask("handler", "query($id: ID!) { case(id: $id) { version } }", json!({ "id": case.id })).await;
        case.version = now.number("/case/version");
        case.draft(world).await;
        case.submit(world).await;
        case.approve_plan(world).await;
        case.reply(world).await;
        case.close(world).await;
        case.archive(world).await;
        let found = world.ask("clerk", "{ archiveFiles { edges { node { id number } } } }", json!({})).await;
        let text = |name: &str| found.text(&format!("/archiveFiles/edges/0/node/{name}"));
        let file = Filed { id: text("id"), number: text("number"), case };
        // Who reads a part does not search the rest.
        for (filter, clerk) in [("", 1), ("text: \"三年返还\"", 0), ("phone: \"13812345678\"", 0), ("contractNumber: \"HK2019-000123\"", 0)] {
            assert_eq!((finds(world, "clerk", filter).await, finds(world, "archivist", filter).await), (clerk, 1), "{filter}");
        }
        let opened = open(world, "clerk", &file, "HANDLING").await;
        let parts = opened.done("openArchiveFile").at("/openArchiveFile/opened/parts").as_array().unwrap();
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0]["kind"], "ASSISTANCES");
        let numbers: Vec<_> = parts[0]["content"].as_array().unwrap().iter().map(|one| one["number"].clone()).collect();
        assert_eq!(numbers, [json!(ours.number)]);
        assert_eq!(register(world, "auditor", "acts: [OPEN_FILE]").await[0]["sections"], json!(["ASSISTANCES"]));
        world.set_time("2024-04-01T09:30:00");
        assert_eq!(open(world, "clerk", &file, "HANDLING").await.error_code(), "NOT_FOUND");
    }
}
