use crate::support::road::{self, OnTheRoad};
use crate::support::{Answer, World, scenario};
use futures_util::future::join_all;
use serde_json::{Value, json};

const ADD: &str = "mutation($input: AddLibraryEntryInput!) { addLibraryEntry(input: $input) {
    entry { id caseNumber summary lesson tags addedBy { name } addedAt case { number } } refusals { code rule field message } } }";

fn input(case: &OnTheRoad) -> Value {
    json!({ "caseId": case.id, "summary": "业务员口头承诺返还，与条款不符。", "lesson": "承保回访须核对收益说明。", "tags": ["误导销售", "回访", "回访"] })
}

async fn add(world: &World, who: &str, input: Value) -> Answer {
    world.ask(who, ADD, json!({ "input": input })).await
}

async fn closed(world: &World) -> OnTheRoad {
    let mut case = road::replied(world).await;
    case.close(world).await;
    case
}

scenario! {
    /// HK-3.12: the supervisor adds a closed case; an open one is refused, and so is a second entry; a handler may not.
    async fn the_supervisor_adds_a_closed_case(world) {
        let mut case = road::replied(world).await;
        let open = add(world, "supervisor", input(&case)).await;
        assert_eq!(open.refusals("addLibraryEntry"), ["STATE_NOT_ALLOWED HK-3.12"]);
        case.close(world).await;
        for who in ["handler", "registrar", "manager", "general-manager", "auditor", "archivist"] {
            assert_eq!(add(world, who, input(&case)).await.error_code(), "FORBIDDEN", "{who}");
        }
        let added = add(world, "supervisor", input(&case)).await;
        added.done("addLibraryEntry");
        let entry = added.at("/addLibraryEntry/entry");
        assert_eq!((&entry["caseNumber"], &entry["case"]["number"], &entry["tags"]), (&json!(case.number), &json!(case.number), &json!(["回访", "误导销售"])));
        assert_eq!((&entry["addedBy"]["name"], &entry["addedAt"]), (&json!("测试supervisor"), &json!("2024-03-04T01:30:00+00:00")));
        let again = add(world, "supervisor-2", input(&case)).await;
        assert_eq!(again.refusals("addLibraryEntry"), ["ALREADY_DONE HK-3.12"]);
        let mut archived = closed(world).await;
        archived.archive(world).await;
        add(world, "supervisor", input(&archived)).await.done("addLibraryEntry");
    }
}

scenario! {
    /// HK-3.12: names, phone and contract numbers of the case are refused, however they are written, naming the field.
    async fn personal_data_is_refused(world) {
        let case = closed(world).await;
        for (field, text) in [
            ("summary", json!("客户李秀英要求退保")),
            ("summary", json!("客户李 秀英要求退保")),
            ("lesson", json!("应及时致电138-1234-5678")),
            ("lesson", json!("应及时致电１３８１２３４５６７８")),
            ("summary", json!("合同HK2019 000123")),
            ("tags", json!(["退保", "李秀英"])),
        ] {
            let mut personal = input(&case);
            personal[field] = text.clone();
            let refused = add(world, "supervisor", personal).await;
            assert_eq!(refused.refusals("addLibraryEntry"), [format!("PERSONAL_DATA HK-3.12 {field}")], "{text}");
            assert!(!refused.body.to_string().contains("李秀英"));
        }
        let mut both = input(&case);
        both["summary"] = json!("李秀英");
        both["lesson"] = json!("13812345678");
        assert_eq!(add(world, "supervisor", both).await.refusals("addLibraryEntry").len(), 2);
        let listed = world.ask("supervisor", "{ libraryEntries { totalCount } }", json!({})).await;
        assert_eq!(listed.number("/libraryEntries/totalCount"), 0);
        add(world, "supervisor", input(&case)).await.done("addLibraryEntry");
    }
}

scenario! {
    /// HK-3.12: everybody whom the case names is kept out: others who complain, who acts for them, who is complained about.
    async fn everybody_of_the_case_is_kept_out(world) {
        let further = json!([{ "name": "王建军", "phone": "139 0000 0001", "relation": "SPOUSE" }]);
        let respondents = json!([
            { "kind": "AGENT", "name": "赵业务", "agentCode": "A-1001" },
            { "kind": "STAFF", "staffId": world.id_of("registrar").await },
        ]);
        let call = json!({ "callerNumber": "010-66554433", "receiver": "周敏" });
        let more = json!({ "furtherComplainants": further, "respondents": respondents, "callForm": call });
        let mut case = road::registered_with(world, more).await;
        case.allocate(world, "handler").await;
        let letter = json!({ "holderName": "钱律师", "holderPhone": "13700001111", "scope": "SPECIAL", "grantedOn": "2024-03-01" });
        case.step(world, "handler", "recordAuthorityLetter", json!({ "letter": letter })).await;
        case.investigate(world).await;
        case.draft(world).await;
        case.submit(world).await;
        case.approve_plan(world).await;
        case.reply(world).await;
        case.close(world).await;
        for text in ["王建军", "13900000001", "钱律师", "137 0000 1111", "赵业务", "测试registrar", "010 6655 4433"] {
            let mut personal = input(&case);
            personal["lesson"] = json!(format!("应当联系{text}核实"));
            let refused = add(world, "supervisor", personal).await;
            assert_eq!(refused.refusals("addLibraryEntry"), ["PERSONAL_DATA HK-3.12 lesson"], "{text}");
        }
        add(world, "supervisor", input(&case)).await.done("addLibraryEntry");
    }
}

scenario! {
    /// HK-3.12: staff read and search the library; the case itself only those who may see it.
    async fn the_library_is_read_and_searched(world) {
        for (summary, lesson, tags) in [
            ("业务员误导销售", "核对收益说明", json!(["误导", "回访"])),
            ("Mis-selling by 100%_sure agents", "Check the call back", json!(["误导"])),
            ("理赔延误", "按期告知进展", json!([])),
        ] {
            let case = closed(world).await;
            let input = json!({ "caseId": case.id, "summary": summary, "lesson": lesson, "tags": tags });
            add(world, "supervisor", input).await.done("addLibraryEntry");
        }
        let find = "query($filter: LibraryFilter) { libraryEntries(filter: $filter) { totalCount edges { node { summary tags } } } }";
        for (filter, found) in [
            (json!({}), 3),
            (json!({ "text": "误导" }), 1),
            (json!({ "text": "mis-SELLING call" }), 1),
            (json!({ "text": "100%_s" }), 1),
            (json!({ "text": "1%0" }), 0),
            (json!({ "text": "_" }), 1),
            (json!({ "text": "告知 理赔" }), 1),
            (json!({ "tags": ["误导"] }), 2),
            (json!({ "tags": ["误导", "回访"] }), 1),
            (json!({ "tags": ["回访"], "text": "理赔" }), 0),
        ] {
            for who in ["handler-2", "registrar", "auditor", "legal"] {
                let listed = world.ask(who, find, json!({ "filter": filter })).await;
                assert_eq!(listed.number("/libraryEntries/totalCount"), found, "{who} {filter}");
            }
        }
        for who in ["archivist", "admin"] {
            assert_eq!(world.ask(who, find, json!({})).await.error_code(), "FORBIDDEN", "{who}");
        }
        let many = world.ask("handler", find, json!({ "filter": { "text": "一 二 三 四 五 六 七 八 九 十 百" } })).await;
        assert_eq!(many.error_code(), "BAD_USER_INPUT");
        let cases = "{ libraryEntries { edges { node { caseNumber case { number } } } } }";
        let stranger = world.ask("handler-2", cases, json!({})).await;
        assert_eq!(stranger.at("/libraryEntries/edges/0/node/case"), &json!(null));
        let handler = world.ask("handler", cases, json!({})).await;
        assert_eq!(handler.at("/libraryEntries/edges/0/node/case/number"), handler.at("/libraryEntries/edges/0/node/caseNumber"));
    }
}

scenario! {
    /// Many at once add one entry.
    async fn many_at_once_add_one_entry(world) {
        let case = closed(world).await;
        world.token("supervisor").await;
        let answers = join_all((0..8).map(|_| add(world, "supervisor", input(&case)))).await;
        let done = answers.iter().filter(|answer| answer.refusals("addLibraryEntry").is_empty()).count();
        assert_eq!(done, 1);
        let too_many: Vec<_> = (0..21).map(|serial| serial.to_string()).collect();
        let mut wrong = input(&case);
        wrong["tags"] = json!(too_many);
        assert_eq!(add(world, "supervisor", wrong).await.error_code(), "BAD_USER_INPUT");
    }
}
