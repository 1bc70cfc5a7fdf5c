use super::keeping::{RETENTION, filed, hold, keep, kept, propose, publish, with_retention};
use crate::support::{road, scenario};
use redress::profiles;
use serde_json::json;

/// TM-17, T10.2: years, not days, and a value for every severity; the place is named.
#[test]
fn a_profile_says_how_long_in_years() {
    assert!(profiles::check(&with_retention("2024-01-01", RETENTION)).is_ok());
    for (from, to, place) in [
        ("years = 2\n", "days = 730\n", "days"),
        ("years = 2\n", "", "years"),
        ("years = 2\n", "years = 0\n", "retention.rules.ORDINARY.years"),
        ("severity = \"MAJOR\"", "severity = \"HUGE\"", "retention.rules: MAJOR has no years"),
        ("severity = \"MAJOR\"", "severity = \"ORDINARY\"", "retention.rules.ORDINARY: stands there twice"),
        ("approver = \"MANAGER\"", "approver = \"HANDLER\"", "retention.approver"),
        ("proposer = \"ARCHIVIST\"\n", "", "proposer"),
        ("[\"LEGAL_DISPUTE\", ", "[\"BOREDOM\", ", "BOREDOM"),
    ] {
        let problems = profiles::check(&with_retention("2024-01-01", &RETENTION.replacen(from, to, 1))).unwrap_err();
        let all: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert!(all.iter().any(|problem| problem.contains(place)), "{place}: {all:?}");
    }
}

scenario! {
    /// SG-13.4 SG-13.5 SG-13.6 HK-A19: two, five, ten years and for good, as the profile of the acceptance says; the day after it is
    /// listed, and can still be read.
    async fn files_are_kept_as_long_as_the_profile_says(world) {
        let ten_years = RETENTION.replacen("years = 2", "years = 10\npermanent_on = [\"LEGAL_DISPUTE\"]", 1);
        let profiles = [
            ("2024-02-01", RETENTION.to_owned()),
            ("2024-02-02", RETENTION.replacen("years = 2", "years = 5", 1)),
            ("2024-02-05", ten_years),
        ];
        let mut cases = Vec::new();
        world.set_time("2024-01-31T09:00:00");
        cases.push(road::replied(world).await);
        for (day, rules) in &profiles {
            world.set_time(&format!("{day}T09:00:00"));
            publish(world, day, rules).await;
            cases.push(road::replied(world).await);
        }
        world.set_time("2024-03-04T23:59:59");
        let mut files = Vec::new();
        for case in &mut cases {
            files.push(filed(world, case).await);
        }
        let seen = async |file: &str| {
            let retention = kept(world, file).await["retention"].clone();
            (retention["state"].as_str().unwrap().to_owned(), retention["retainUntil"].as_str().map(str::to_owned))
        };
        let until = |state: &str, day: &str| (state.to_owned(), Some(day.to_owned()));
        assert_eq!(seen(&files[0]).await, ("UNLIMITED".to_owned(), None), "accepted before there were such rules");
        assert_eq!(seen(&files[1]).await, until("RUNNING", "2026-03-04"));
        assert_eq!(seen(&files[2]).await, until("RUNNING", "2029-03-04"));
        assert_eq!(seen(&files[3]).await, until("RUNNING", "2034-03-04"));

        let ground = |file: &str| json!({ "archiveFileId": file, "ground": "LEGAL_DISPUTE", "reason": "二审未决。" });
        for file in &files[2..4] {
            keep(world, "archivist", "keepPermanently", ground(file)).await.done("keepPermanently");
        }
        let again = keep(world, "archivist", "keepPermanently", ground(&files[3])).await;
        assert_eq!(again.refusals("keepPermanently"), ["ALREADY_DONE SG-13.5 ground"]);
        assert_eq!(seen(&files[2]).await, until("RUNNING", "2029-03-04"), "the rule lists no ground");
        assert_eq!(seen(&files[3]).await, ("PERMANENT".to_owned(), None));
        assert_eq!(kept(world, &files[3]).await["retention"]["permanentGrounds"][0]["reason"], "二审未决。");
        for who in ["auditor", "handler", "manager", "admin"] {
            assert_eq!(keep(world, who, "keepPermanently", ground(&files[1])).await.error_code(), "FORBIDDEN", "{who}");
        }

        let listed = async || {
            let list = world.ask("archivist", "{ disposableArchiveFiles { totalCount edges { node { id } } } }", json!({})).await;
            let edges = list.at("/disposableArchiveFiles/edges").as_array().unwrap();
            edges.iter().map(|edge| edge["node"]["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        world.set_time("2026-03-04T23:59:59");
        assert_eq!(listed().await, Vec::<String>::new());
        let early = propose(world, "archivist", &files[1..2]).await;
        assert_eq!(early.refusals("proposeDisposal"), ["MUST_BE_KEPT SG-13.4"]);
        world.set_time("2026-03-05T00:00:00");
        assert_eq!(seen(&files[1]).await, until("ELIGIBLE", "2026-03-04"));
        assert_eq!(listed().await, files[1..2]);
        let open = "query($id: ID!) { openArchiveFile(input: { id: $id, purpose: HANDLING }) { opened { intact } refusals { code } } }";
        assert_eq!(world.ask("archivist", open, json!({ "id": files[1] })).await.at("/openArchiveFile/opened/intact"), &json!(true));

        // Several holds at once; each keeps it.
        hold(world, &files[1]).await.done("placeLegalHold");
        hold(world, &files[1]).await.done("placeLegalHold");
        let holds = kept(world, &files[1]).await["retention"]["holds"].clone();
        let release = async |hold: &serde_json::Value| {
            keep(world, "archivist", "releaseLegalHold", json!({ "legalHoldId": hold["id"], "reason": "已结案。" })).await
        };
        release(&holds[0]).await.done("releaseLegalHold");
        assert_eq!(release(&holds[0]).await.refusals("releaseLegalHold"), ["HOLD_RELEASED"]);
        assert_eq!(seen(&files[1]).await.0, "HELD");
        assert_eq!(listed().await, Vec::<String>::new());
        assert_eq!(propose(world, "archivist", &files[1..2]).await.refusals("proposeDisposal"), ["MUST_BE_KEPT SG-13.6"]);
        release(&holds[1]).await.done("releaseLegalHold");
        assert_eq!(kept(world, &files[1]).await["retention"]["holds"][1]["releaseReason"], "已结案。");
        assert_eq!(listed().await, files[1..2]);

        world.set_time("2040-01-01T09:00:00");
        let mut all = listed().await;
        all.sort();
        let mut expected = files[1..3].to_vec();
        expected.sort();
        assert_eq!(all, expected, "what is kept for good, and what nobody set a time for, stays");
        let refused = propose(world, "archivist", &[files[0].clone(), files[3].clone()]).await;
        let mut refused = refused.refusals("proposeDisposal");
        refused.sort();
        assert_eq!(refused, ["MUST_BE_KEPT HK-A19", "MUST_BE_KEPT SG-13.5"]);
    }
}
