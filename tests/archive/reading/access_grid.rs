use super::{Filed, Leave, filed, publish, reads, register, request, request_external};
use crate::support::{Answer, World, scenario};
use futures_util::future::join_all;
use serde_json::{Value, json};

const READERS: [&str; 8] =
    ["handler", "handler-2", "department-head", "manager", "general-manager", "archivist", "auditor", "external"];

/// Who agrees, in the order of T7.1.
const APPROVALS: [&[&str]; 4] = [&[], &["department-head"], &["department-head", "manager"], &["general-manager"]];

/// T7.1, with SG-14.10: who is the approver is agreed to by the next rank.
fn expected(reader: &str, level: usize, approvals: usize) -> bool {
    match reader {
        "handler" | "archivist" | "auditor" => true,
        "handler-2" => {
            if level == 0 {
                approvals == 1 || approvals == 2
            } else {
                approvals == 2
            }
        }
        "department-head" => approvals == 2,
        "manager" | "external" => approvals == 3,
        _ => false,
    }
}

async fn tried(world: &World, reader: &str, file: &Filed, approvers: &[&str]) -> bool {
    let mutation = if reader == "external" { "requestExternalReading" } else { "requestArchiveReading" };
    let asked: Option<Answer> = match reader {
        // The auditor holds no mutation, and neither needs leave.
        "auditor" | "archivist" | "handler" => None,
        "external" => Some(request_external(world, &[file], json!({})).await),
        reader => Some(request(world, reader, &[file], json!({})).await),
    };
    if reader == "general-manager" {
        assert_eq!(asked.unwrap().refusals(mutation), ["NOBODY_ABOVE SG-14.10"]);
        return reads(world, reader, file).await;
    }
    let mut leave = asked.as_ref().map(|asked| Leave::of(asked, mutation));
    if let Some(leave) = &mut leave {
        for who in approvers {
            leave.approve(world, who).await;
        }
        let done = leave.release(world).await;
        if done.body.pointer("/data/releaseArchiveReading/reading/state") == Some(&json!("RELEASED"))
            && reader == "external"
        {
            leave.act(world, "registrar", "openEscortSession", json!({})).await.done("openEscortSession");
        }
    }
    let read = reads(world, reader, file).await;
    if let Some(leave) = &mut leave {
        // So that this leave does not serve the next cell.
        let ended = leave.act(world, "archivist", "revokeArchiveReading", json!({ "reason": "演练结束。" })).await;
        assert!(ended.body.get("errors").is_none(), "{:#}", ended.body);
    }
    read
}

scenario! {
    /// T7.1 SG-14.1 SG-14.2 SG-14.3 SG-14.4 SG-14.10: every reader, level and approval; each allowed reading is one row, and each
    /// refused one is a denied row.
    async fn every_cell_of_the_grid(world) {
        publish(world).await;
        let mut files = Vec::new();
        for severity in ["ORDINARY", "DIFFICULT", "MAJOR"] {
            files.push(filed(world, severity).await);
        }
        let of_reader = async |reader: &'static str| {
            let mut wrong = Vec::new();
            for (level, file) in files.iter().enumerate() {
                for (column, approvers) in APPROVALS.iter().enumerate() {
                    let read = tried(world, reader, file, approvers).await;
                    if read != expected(reader, level, column) {
                        wrong.push(format!("{reader} level {} {approvers:?}: {read}", level + 1));
                    }
                }
            }
            wrong
        };
        let wrong: Vec<_> = join_all(READERS.into_iter().map(of_reader)).await.concat();
        assert!(wrong.is_empty(), "{wrong:#?}");
        let rows = register(world, "auditor", "acts: [OPEN_FILE]").await;
        assert_eq!(rows.len(), 96);
        for reader in READERS {
            let outcomes = |outcome: &str| {
                let own = rows.iter().filter(|row| row["reader"]["name"] == format!("测试{reader}"));
                own.filter(|row| row["outcome"] == outcome).count()
            };
            let allowed = (0..12).filter(|cell| expected(reader, cell / 4, cell % 4)).count();
            assert_eq!((outcomes("READ"), outcomes("DENIED")), (allowed, 12 - allowed), "{reader}");
        }
        // By leave or not, it says so; a row that denies shows no part.
        for row in &rows {
            let denied = row["outcome"] == "DENIED";
            assert_eq!((row["denial"].is_string(), row["sections"].is_array()), (denied, !denied), "{row}");
            let by_leave = ["测试handler-2", "测试department-head", "测试manager", "测试external"].iter().any(|name| row["reader"]["name"] == **name);
            assert_eq!(row["readingId"] != Value::Null, by_leave && !denied, "{row}");
        }
    }
}
