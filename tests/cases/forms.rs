//! The policy's forms, as documents and on paper.

use crate::support::road::{self, OnTheRoad};
use crate::support::{World, scenario};
use serde_json::{Value, json};

async fn form(world: &World, who: &str, case: &OnTheRoad, kind: &str) -> Value {
    let query = format!(
        "query($id: ID!) {{ case(id: $id) {{ form(kind: {kind}) {{ kind title organisation caseNumber archiveNumber printPath
            fields {{ code label value {{ value visibility }} }} entries {{ occurredAt person action result }} }} }} }}"
    );
    world.ask(who, &query, json!({ "id": case.id })).await.at("/case/form").clone()
}

fn field<'a>(form: &'a Value, code: &str) -> &'a Value {
    &form["fields"].as_array().unwrap().iter().find(|field| field["code"] == code).unwrap()["value"]
}

async fn page(world: &World, who: &str, path: &str) -> (u16, reqwest::header::HeaderMap, String) {
    let mut request = world.client().get(world.url(path));
    if let Some(token) = world.token(who).await {
        request = request.bearer_auth(token);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.headers().clone(), response.text().await.unwrap())
}

async fn archived(world: &World) -> OnTheRoad {
    let mut case = road::replied(world).await;
    case.close(world).await;
    case.archive(world).await;
    case
}

scenario! {
    /// HK-F.2 HK-F.3: company, title and the fields of the slip, filled in from the case; what is not known is a blank.
    async fn intake_forms_are_filled_in(world) {
        let visit = json!({ "signature": "王<b>小明</b>", "signedOn": "2024-03-03", "receiver": "前台张敏" });
        let more = json!({ "channel": "VISIT", "relation": "SPOUSE", "complainantName": "王<b>小明</b>", "visitForm": visit });
        let mut case = road::registered_with(world, more).await;
        case.allocate(world, "handler").await;
        for (kind, title) in [("CALL_INTAKE", "来电投诉受理表"), ("VISIT_SLIP", "来访投诉受理单")] {
            let form = form(world, "handler", &case, kind).await;
            assert_eq!((&form["title"], &form["organisation"]), (&json!(title), &json!("恒康天安人寿保险股份有限公司")));
            assert_eq!((&form["caseNumber"], &form["archiveNumber"], &form["entries"]), (&json!(case.number), &json!(null), &json!([])));
            for (code, value) in [
                ("channel", "亲访"), ("contractNumber", "HK2019-000123"), ("policyholderName", "李秀英"), ("insuredName", "李秀英"),
                ("complainantName", "王<b>小明</b>"), ("relation", "配偶"), ("phone", "138 1234 5678"),
                ("summary", "客户反映投保时业务员承诺三年返还，要求全额退保。"), ("receivedAt", "2024-03-04 09:30:00"), ("registeredBy", "测试registrar"),
            ] {
                assert_eq!(field(&form, code)["value"], value, "{code}");
            }
            // The case came with a visit slip: what only the call intake form asks for is a blank on that.
            let visited = kind == "VISIT_SLIP";
            assert_eq!(field(&form, "receiver"), &if visited { json!({ "value": "前台张敏", "visibility": "SHOWN" }) } else { json!(null) });
            if visited {
                assert_eq!((&field(&form, "signature")["value"], &field(&form, "signedOn")["value"]), (&json!("王<b>小明</b>"), &json!("2024-03-03")));
            } else {
                assert_eq!((field(&form, "callerNumber"), field(&form, "calledAt")), (&json!(null), &json!(null)));
            }
            let (status, _, page) = page(world, "handler", form["printPath"].as_str().unwrap()).await;
            assert_eq!(status, 200);
            for text in [title, "恒康天安人寿保险股份有限公司", &case.number, "保险合同编号", "HK2019-000123", "配偶", "138 1234 5678", "王&#60;b&#62;小明"] {
                assert!(page.contains(text), "{text} is not in {page}");
            }
        }
    }
}

scenario! {
    /// HK-F.2: caller number, time of the call and who took it stand on the call intake form, the number masked for others.
    async fn the_call_intake_form_names_the_call(world) {
        let call = json!({ "callerNumber": "010-6655 4433", "calledAt": "2024-03-04T09:12:00+08:00", "receiver": "话务员8号" });
        let mut case = road::registered_with(world, json!({ "callForm": call })).await;
        case.allocate(world, "handler").await;
        let shown = form(world, "handler", &case, "CALL_INTAKE").await;
        for (code, value) in [("callerNumber", "010-6655 4433"), ("calledAt", "2024-03-04 09:12:00"), ("receiver", "话务员8号")] {
            assert_eq!(field(&shown, code)["value"], value, "{code}");
        }
        let (_, _, own) = page(world, "handler", shown["printPath"].as_str().unwrap()).await;
        assert!(own.contains("来电号码") && own.contains("010-6655 4433") && own.contains("话务员8号"));
        let (_, _, masked) = page(world, "supervisor", shown["printPath"].as_str().unwrap()).await;
        assert!(!masked.contains("6655 4433") && masked.contains("话务员8号"));
    }
}

scenario! {
    /// HK-F.4: the archive form shows channel and archive number equal to the case, in Chinese and English.
    async fn the_archive_form_shows_channel_and_number(world) {
        let case = archived(world).await;
        let filed = world.ask("archivist", "{ archiveFiles { edges { node { number caseNumber channel } } } }", json!({})).await;
        let number = filed.text("/archiveFiles/edges/0/node/number");
        let shown = form(world, "handler", &case, "ARCHIVE").await;
        assert_eq!((&shown["archiveNumber"], &field(&shown, "archiveNumber")["value"]), (&json!(number), &json!(number)));
        for (code, value) in [("channel", "来电"), ("severity", "一般"), ("outcome", "投诉成立"), ("complainantOpinion", "满意"), ("closureReason", "处理完毕"), ("handler", "测试handler"), ("closedAt", "2024-03-04 09:30:00")] {
            assert_eq!(field(&shown, code)["value"], value, "{code}");
        }
        let (_, _, page) = page(world, "handler", shown["printPath"].as_str().unwrap()).await;
        assert!(page.contains("投诉档案表") && page.contains(&number) && page.contains("来电"));

        let token = world.token("handler").await.unwrap();
        let query = "query($id: ID!) { case(id: $id) { form(kind: ARCHIVE) { title fields { code label value { value } } } } }";
        let request = world.client().post(world.url("/graphql")).bearer_auth(token).header("accept-language", "en");
        let answer: Value = request.json(&json!({ "query": query, "variables": { "id": case.id } })).send().await.unwrap().json().await.unwrap();
        let english = &answer["data"]["case"]["form"];
        assert_eq!((&english["title"], &field(english, "channel")["value"]), (&json!("Archive form"), &json!("Phone")));
    }
}

scenario! {
    /// HK-F.5: time, person, action and result of every entry, in the order in which it happened, under the archive number.
    async fn the_handling_record_is_in_order(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        world.set_time("2024-03-06T18:00:00");
        for (content, at) in [("第二", "2024-03-06T11:00:00+08:00"), ("第一", "2024-03-05T09:00:00+08:00"), ("第三", "2024-03-06T18:00:00+08:00")] {
            let more = json!({ "direction": "INBOUND", "means": "EMAIL", "content": content, "occurredAt": at });
            case.step(world, "handler", "recordContact", more).await;
        }
        case.step(world, "handler", "recordStatement", road::statement("COMPLAINANT")).await;
        case.step(world, "handler", "recordFinding", road::fact()).await;
        case.step(world, "handler", "recordFinding", road::responsibility()).await;
        case.draft(world).await;
        case.submit(world).await;
        case.approve_plan(world).await;
        case.reply(world).await;
        case.close(world).await;
        case.archive(world).await;
        let shown = form(world, "handler", &case, "HANDLING_RECORD").await;
        assert_eq!(shown["archiveNumber"], "DA2024-000001");
        let entries = shown["entries"].as_array().unwrap();
        let times: Vec<_> = entries.iter().map(|entry| entry["occurredAt"].as_str().unwrap()).collect();
        assert!(times.is_sorted(), "{times:?}");
        let contacts: Vec<_> = entries.iter().filter(|entry| entry["action"] == "联系客户").map(|entry| entry["result"].as_str().unwrap()).collect();
        assert_eq!(contacts, ["客户来联系，电子邮件：第一", "客户来联系，电子邮件：第二", "客户来联系，电子邮件：第三"]);
        assert_eq!(entries[1], json!({ "occurredAt": "2024-03-04T01:30:00+00:00", "person": "测试supervisor", "action": "分配", "result": "经办人：测试handler" }));
        let last: Vec<_> = entries.iter().rev().take(3).map(|entry| entry["result"].as_str().unwrap()).collect();
        assert_eq!(last, ["档案编号：DA2024-000001", "投诉成立，客户意见：满意：客户接受协议解约。", "电话：已告知客户处理方案。"]);
        let (_, _, page) = page(world, "handler", shown["printPath"].as_str().unwrap()).await;
        let places: Vec<_> = ["第一", "第二", "第三", "投诉成立，客户意见：满意"].map(|text| page.find(text).unwrap()).to_vec();
        assert!(places.is_sorted() && page.contains("DA2024-000001") && page.contains("2024-03-05 09:00:00"));
    }
}

scenario! {
    /// HK-5.6.3 T1.2: a page is for whom the API shows the case, with the same masking; everything else is not there.
    async fn pages_follow_the_rules_of_the_case(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let path = format!("/forms/{}/VISIT_SLIP", case.id);
        let (status, headers, own) = page(world, "handler", &path).await;
        assert_eq!(status, 200);
        assert!(own.contains("李秀英") && own.contains("138 1234 5678"));
        assert_eq!(headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(headers["cache-control"], "no-store");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("script-src"), "{policy}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        for who in ["supervisor", "registrar", "auditor"] {
            let (status, _, masked) = page(world, who, &path).await;
            assert_eq!(status, 200, "{who}");
            assert!(masked.contains("李**") && masked.contains("138") && !masked.contains("李秀英") && !masked.contains("1234 5678"), "{who}");
        }
        for (who, expected) in [("handler-2", 404), ("registrar-2", 404), ("general-manager", 404), ("archivist", 403), ("admin", 403), ("", 401)] {
            let (status, headers, body) = page(world, who, &path).await;
            assert_eq!(status, expected, "{who}");
            assert_eq!(headers["content-type"], "application/json; charset=utf-8");
            assert!(!body.contains('李') && !body.contains("TS2024"), "{body}");
        }
        let denied = "{ auditEvents(filter: { actions: [ACCESS_DENIED] }) { totalCount } }";
        assert_eq!(world.ask("auditor", denied, json!({})).await.number("/auditEvents/totalCount"), 2);
        let staff = world.id_of("handler").await;
        for wrong in [
            format!("/forms/{}/visit_slip", case.id),
            format!("/forms/{}/NOTHING", case.id),
            format!("/forms/{staff}/VISIT_SLIP"),
            "/forms/x/VISIT_SLIP".to_owned(),
            "/forms/%00%2e%2e/VISIT_SLIP".to_owned(),
            format!("/forms/{}/VISIT_SLIP", "投诉".repeat(300)),
        ] {
            assert_eq!(page(world, "handler", &wrong).await.0, 404, "{wrong}");
        }
        let closed = archived(world).await;
        let shown = form(world, "handler", &closed, "ARCHIVE").await;
        assert_eq!(field(&shown, "complainantName"), &json!({ "value": "李**", "visibility": "PARTIAL" }));
    }
}

scenario! {
    /// T1.2: what was said in approvals is not on the paper of who may not read approvals.
    async fn approvals_are_for_who_may_read_them(world) {
        let case = road::investigated(world).await;
        case.request(world, "10000", "11000", "30000").await.done("requestApproval");
        let path = format!("/forms/{}/HANDLING_RECORD", case.id);
        for (who, reads) in [("handler", true), ("supervisor", true), ("registrar", false)] {
            let (_, _, page) = page(world, who, &path).await;
            assert!(page.contains("提请审批"), "{who}");
            assert_eq!(page.contains("销售过程存在瑕疵"), reads, "{who}");
        }
    }
}

scenario! {
    /// HK-F.5: a suspended case tells its road, up to what the system did.
    async fn the_record_of_a_suspended_case(world) {
        let case = road::suspended(world, "2024-03-20T10:00:00").await;
        world.set_time("2024-06-05T00:00:00");
        redress::cases::service::expire_suspensions::expire_suspensions(&world.db, 10).await.unwrap();
        let shown = form(world, "handler", &case, "HANDLING_RECORD").await;
        let entries = shown["entries"].as_array().unwrap();
        let (expired, suspended) = (&entries[entries.len() - 1], &entries[entries.len() - 2]);
        assert_eq!(suspended["result"], "长期无法联系客户，至 2024-06-04 23:59:59：多次调解未果，暂结案。");
        assert_eq!((&expired["person"], &expired["action"]), (&json!(null), &json!("暂结案到期结案")));
        let (_, _, page) = page(world, "handler", shown["printPath"].as_str().unwrap()).await;
        assert!(page.contains("系统"));
    }
}
