//! The archive: filing, looking up, opening on record, adding, keeping, finding, disposing of.

mod archive_case;
mod custody;
mod disposal;
mod keeping;
mod open_archive_file;
mod reading;
mod retention;
mod search;
mod supplements;
mod verification;

use crate::support::road::{self, OnTheRoad};
use crate::support::{PROFILE, World};
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::json;

/// The shipped profile from 2024 on with the archive of the SG rules.
pub fn graded() -> String {
    let from = PROFILE.find("[archive]\n").unwrap();
    let until = PROFILE.find("# SG-16.4: a confidentiality pledge").unwrap();
    let mut profile = PROFILE.to_owned();
    profile.replace_range(from..until, GRADED);
    let profile = profile.replace("\"2013-01-01\"", "\"2024-01-01\"");
    let levels =
        [("zh = \"一般\"", "zh = \"一级\""), ("zh = \"疑难\"", "zh = \"二级\""), ("zh = \"重大\"", "zh = \"三级\"")];
    levels.iter().fold(profile, |profile, (from, to)| profile.replace(from, to))
}

const GRADED: &str = r#"[archive]
electronic_number = "{year}-{level}-{category}-{serial:3}"
paper_number = "纸{year}-{level}-{category}-{serial:3}"
paper_check = "MONTH"
electronic_check = "QUARTER"
supplemented_by = ["ARCHIVIST"]
categories = [
  { code = "SCRIPT", label = { zh = "剧本相关", en = "Script" } },
  { code = "SERVICE", label = { zh = "服务", en = "Service" } },
]
contents = [
  { code = "VOUCHER", rule = "SG-12.1", label = { zh = "登记凭证", en = "Voucher" }, made_of = ["VOUCHER"] },
  { code = "VERIFICATION", rule = "SG-12.1", label = { zh = "核实证据", en = "Verification evidence" }, made_of = ["COMPLAINANT_EVIDENCE", "OTHER_EVIDENCE"] },
  { code = "GRADING", rule = "SG-12.1", label = { zh = "分类分级认定表", en = "Grading form" }, made_of = ["GRADING"] },
  { code = "ROUTING", rule = "SG-12.1", label = { zh = "审核流转单", en = "Review and routing slips" }, made_of = ["REVIEW", "ROUTING"] },
  { code = "TRACKING", rule = "SG-12.1", label = { zh = "跟踪沟通记录", en = "Tracking records" }, made_of = ["CONTACT"] },
  { code = "RESULT", rule = "SG-12.1", label = { zh = "处理结果与客户意见", en = "Result and opinion" }, made_of = ["RESULT"] },
]

"#;

pub async fn publish(world: &World, profile: &str) {
    world.db.run(&Actor::system("test"), &PublishProfile { content: profile.to_owned() }).await.unwrap();
}

/// A connection that writes past the program.
pub async fn writer(world: &World) -> DatabaseConnection {
    world.tampered_with();
    let url = secrecy::ExposeSecret::expose_secret(&world.config.database.url);
    sea_orm::Database::connect(url).await.unwrap()
}

/// A case of `handler` that is closed with nothing done about it.
pub async fn closed_at_once(world: &World, severity: &str) -> OnTheRoad {
    let mut case = road::registered_with(world, json!({ "severity": severity })).await;
    let close = format!(
        "UPDATE cases SET state = 'CLOSED', handler_id = (SELECT id FROM staff WHERE login = 'handler'), closed_at = registered_at
         WHERE number = '{}'",
        case.number
    );
    let writer = writer(world).await;
    writer.execute_unprepared(&close).await.unwrap();
    writer.close().await.unwrap();
    case.handler = "handler".to_owned();
    case
}

/// A case with evidence that went the whole way, and the id of its file.
pub async fn filed(world: &World) -> (OnTheRoad, String) {
    let mut case = road::investigated(world).await;
    case.add_evidence(world).await;
    case.draft(world).await;
    case.submit(world).await;
    case.approve_plan(world).await;
    case.reply(world).await;
    case.close(world).await;
    case.archive(world).await;
    let file = file_of(world, &case).await;
    (case, file)
}

pub async fn file_of(world: &World, case: &OnTheRoad) -> String {
    let query = "query($number: String!) { archiveFiles(filter: { caseNumber: $number }) { edges { node { id } } } }";
    world.ask("auditor", query, json!({ "number": case.number })).await.text("/archiveFiles/edges/0/node/id")
}
