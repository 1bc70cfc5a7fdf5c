use super::{contents, rows};
use crate::support::road::{self, OnTheRoad};
use crate::support::{World, scenario};
use serde_json::{Value, json};

fn content() -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    pdf.extend((pdf.len()..200_000).map(|i| (i % 249) as u8));
    pdf
}

/// A case with evidence; gives where the file is.
async fn evidence(world: &World) -> (OnTheRoad, String) {
    let mut case = road::registered(world).await;
    case.allocate(world, "handler").await;
    let upload =
        world.bring("handler", "李秀英 \"录音\" 100%.pdf", "", content()).await.body["id"].as_str().unwrap().to_owned();
    let added = road::add_evidence(world, "handler", &case.id, &upload, json!({})).await;
    let path = added.done("addEvidence").text("/addEvidence/evidence/path");
    (case, path)
}

scenario! {
    /// HK-5.6.3: who works on the case, supervises, decides or audits it reads; to everybody else it is not there.
    async fn who_reads(world) {
        let (mut case, path) = evidence(world).await;
        for who in ["handler", "supervisor", "manager"] {
            assert_eq!(world.get(who, &path, &[]).await.bytes().await.unwrap(), content(), "{who}");
        }
        for who in ["registrar", "handler-2", "registrar-2", "general-manager", "department-head", "archivist", "admin", "co-handler", "legal", "assistant-manager"] {
            assert_eq!(world.get(who, &path, &[]).await.status(), 404, "{who}");
        }
        assert_eq!(world.get("", &path, &[]).await.status(), 401);
        for nothing in ["/files/x", "/files/RXZpZGVuY2U6MDE5MDAwMDAwMDAwNzAwMDgwMDAwMDAwMDAwMDAwMDA", &format!("/files/{}", case.id)] {
            assert_eq!(world.get("handler", nothing, &[]).await.status(), 404, "{nothing}");
        }
        // A plan under review opens the case to the general manager.
        case.investigate(world).await;
        case.draft(world).await;
        case.submit(world).await;
        assert_eq!(world.get("general-manager", &path, &[]).await.status(), 200);

        // Who took the case in reads until somebody handles it.
        let registered = road::register(world, "registrar", json!({ "channel": "LETTER" })).await.text("/registerCase/case/id");
        let query = "query($id: ID!) { case(id: $id) { version evidence { id path } } }";
        let seen = world.ask("registrar", query, json!({ "id": registered })).await;
        let letter = seen.text("/case/evidence/0/path");
        assert_eq!(world.get("registrar", &letter, &[]).await.text().await.unwrap(), "本人要求全额退保。");
        let mut case = OnTheRoad { id: registered.clone(), number: String::new(), version: 1, handler: String::new() };
        case.allocate(world, "handler").await;
        assert_eq!(world.get("registrar", &letter, &[]).await.status(), 404);
        let after = world.ask("registrar", query, json!({ "id": registered })).await;
        assert_eq!(after.at("/case/evidence"), &json!([]));
        let node = world.ask("registrar", "query($id: ID!) { node(id: $id) { id } }", json!({ "id": seen.text("/case/evidence/0/id") })).await;
        assert_eq!(node.at("/node"), &Value::Null);
        assert_eq!(world.get("handler", &letter, &[]).await.status(), 200);
    }
}

scenario! {
    /// HK-5.6.3 SG-14.9: every reading is a row of the register before the first byte, with its purpose; a refused one is none.
    async fn each_reading_is_a_row(world) {
        let (case, path) = evidence(world).await;
        world.get("handler", &path, &[]).await;
        world.get("supervisor", &path, &[("range", "bytes=0-9")]).await;
        let refused = world.get("auditor", &path, &[]).await;
        assert_eq!(refused.status(), 400);
        assert_eq!(refused.json::<Value>().await.unwrap()["errors"][0]["extensions"]["field"], "purpose");
        assert_eq!(world.get("auditor", &format!("{path}?purpose=CURIOSITY"), &[]).await.status(), 400);
        assert_eq!(world.get("handler-2", &path, &[]).await.status(), 404);
        assert_eq!(world.get("handler", &path, &[("range", "bytes=999999-")]).await.status(), 416);
        assert_eq!(rows(world, "access_register").await, 2);
        let read = world.get("auditor", &format!("{path}?purpose=COMPLIANCE_CHECK"), &[]).await;
        let request = read.headers()["x-request-id"].to_str().unwrap().to_owned();
        let query = "{ accessRegister(first: 9) { edges { node { purpose evidenceId archiveFileId requestId reader { name } } } }
            auditEvents(first: 1) { edges { node { action caseId } } } }";
        let register = world.ask("auditor", query, json!({})).await;
        let edges = register.at("/accessRegister/edges").as_array().unwrap();
        let readings: Vec<_> = edges.iter().map(|edge| (edge["node"]["reader"]["name"].as_str().unwrap(), edge["node"]["purpose"].as_str().unwrap())).collect();
        assert_eq!(readings, [("测试auditor", "COMPLIANCE_CHECK"), ("测试supervisor", "HANDLING"), ("测试handler", "HANDLING")]);
        assert_eq!(edges[0]["node"]["requestId"], request);
        assert_eq!(format!("/files/{}", edges[0]["node"]["evidenceId"].as_str().unwrap()), path);
        assert_eq!(edges[0]["node"]["archiveFileId"], Value::Null);
        assert_eq!(register.at("/auditEvents/edges/0/node"), &json!({ "action": "EVIDENCE_READ", "caseId": case.id }));
    }
}

scenario! {
    /// A browser saves what it is given, and never shows or runs it; nothing on the way keeps it.
    async fn a_browser_never_runs_it(world) {
        let (_, path) = evidence(world).await;
        let answer = world.get("handler", &path, &[("accept-encoding", "gzip"), ("origin", "https://elsewhere.example")]).await;
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        let disposition = header("content-disposition");
        assert!(disposition.starts_with("attachment; filename=\"") && disposition.contains("filename*=UTF-8''%E6%9D%8E"), "{disposition}");
        assert!(disposition.is_ascii() && disposition.ends_with("100%25.pdf"), "{disposition}");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("content-type"), "application/pdf");
        assert_eq!(header("content-length"), content().len().to_string());
        assert_eq!(header("accept-ranges"), "bytes");
        assert_eq!(header("access-control-allow-origin"), "");
        assert_ne!(header("content-encoding"), "gzip");
    }
}

scenario! {
    /// Any one range, across the sealed chunks; what is not there is 416.
    async fn ranges(world) {
        let (_, path) = evidence(world).await;
        let whole = content();
        let size = whole.len();
        for (range, first, last) in [
            ("bytes=0-0", 0, 0),
            ("bytes=65535-65536", 65_535, 65_536),
            ("bytes=65536-131071", 65_536, 131_071),
            ("bytes=1000-150000", 1_000, 150_000),
            ("bytes=199999-", size - 1, size - 1),
            ("bytes=-5", size - 5, size - 1),
            ("bytes=-999999", 0, size - 1),
            ("bytes=190000-999999", 190_000, size - 1),
        ] {
            let answer = world.get("handler", &path, &[("range", range)]).await;
            assert_eq!(answer.status(), 206, "{range}");
            assert_eq!(answer.headers()["content-range"], format!("bytes {first}-{last}/{size}"));
            assert_eq!(answer.bytes().await.unwrap(), whole[first..=last], "{range}");
        }
        for nothing in ["bytes=200000-", "bytes=-0"] {
            let answer = world.get("handler", &path, &[("range", nothing)]).await;
            assert_eq!((answer.status().as_u16(), answer.headers()["content-range"].to_str().unwrap()), (416, "bytes */200000"), "{nothing}");
        }
        for ignored in ["bytes=0-1,5-6", "lines=1-2", "rubbish"] {
            let answer = world.get("handler", &path, &[("range", ignored)]).await;
            assert_eq!((answer.status().as_u16(), answer.content_length()), (200, Some(size as u64)), "{ignored}");
        }
        let tag = world.get("handler", &path, &[]).await.headers()["etag"].to_str().unwrap().to_owned();
        assert_eq!(world.get("handler", &path, &[("range", "bytes=0-9"), ("if-range", &tag)]).await.status(), 206);
        assert_eq!(world.get("handler", &path, &[("range", "bytes=0-9"), ("if-range", "\"other\"")]).await.status(), 200);
    }
}

scenario! {
    /// What was changed, cut or swapped in the store is not given out.
    async fn tampering_is_noticed(world) {
        let (_, path) = evidence(world).await;
        let [file] = &contents(world)[..] else { panic!("one file") };
        let kept = std::fs::read(file).unwrap();
        let mut changed = kept.clone();
        changed[100_000] ^= 1;
        let swapped = [&kept[65_552..131_104], &kept[..65_552], &kept[131_104..]].concat();
        for broken in [changed, swapped] {
            std::fs::write(file, broken).unwrap();
            assert_eq!(world.get("handler", &path, &[]).await.status(), 500);
            let untouched = world.get("handler", &path, &[("range", "bytes=199000-199999")]).await;
            assert_eq!(untouched.bytes().await.unwrap(), content()[199_000..]);
        }
        std::fs::write(file, &kept[..kept.len() - 1]).unwrap();
        assert_eq!(world.get("handler", &path, &[]).await.status(), 500);
        std::fs::remove_file(file).unwrap();
        let gone = world.get("handler", &path, &[]).await;
        assert_eq!(gone.status(), 500);
        assert!(!gone.text().await.unwrap().contains("files/"), "no paths");
    }
}
