//! simulateAuthority: what a draft would have made of the past.

use crate::support::road::{self, Item};
use crate::support::{Answer, PROFILE, World, scenario};
use serde_json::json;

async fn simulate(world: &World, who: &str, draft: &str, from: &str, to: &str) -> Answer {
    let query = "query($draft: String!, $from: NaiveDate!, $to: NaiveDate!) { simulateAuthority(draftProfile: $draft, from: $from, to: $to) {
        problems items differenceCount withoutDeciderCount withoutDecider
        differences { approval { id } published { tier requiredRole deciders { person { name } } } draft { tier requiredRole deciders { person { name } } } }
        load { role published { decisions endorsements } draft { decisions endorsements } }
        exposure { kind tier published { items amount } draft { items amount } } } }";
    world.ask(who, query, json!({ "draft": draft, "from": from, "to": to })).await
}

/// Three surrenders: one for each tier; the first is decided, the second endorsed.
async fn past(world: &World) -> Vec<Item> {
    let mut items = Vec::new();
    for total in ["11500", "15000", "25000"] {
        let case = road::investigated(world).await;
        items.push(Item::of(&case.request(world, "10000", total, "90000").await, "requestApproval"));
    }
    items[0] = Item::of(&items[0].approve(world, "supervisor").await, "decideApproval");
    items[1] = Item::of(&items[1].endorse(world, "supervisor").await, "endorseApproval");
    items
}

scenario! {
    /// HK-3.8 HK-4.1.1: with the published profile there is no difference; with other bounds it shows who would have decided.
    async fn a_draft_is_tried_on_the_past(world) {
        let items = past(world).await;
        let same = simulate(world, "supervisor", PROFILE, "2024-03-04", "2024-03-04").await;
        assert_eq!((same.number("/simulateAuthority/items"), same.number("/simulateAuthority/differenceCount")), (3, 0));
        assert_eq!(same.number("/simulateAuthority/withoutDeciderCount"), 0);
        for row in same.at("/simulateAuthority/exposure").as_array().unwrap() {
            assert_eq!(row["published"], row["draft"]);
        }
        for (from, to, count) in [("2024-03-01", "2024-03-03", 0), ("2024-03-05", "2024-03-31", 0), ("2024-03-01", "2024-03-31", 3)] {
            assert_eq!(simulate(world, "manager", PROFILE, from, to).await.number("/simulateAuthority/items"), count);
        }

        let lower = PROFILE.replace("\"2000.00\"", "\"1000.00\"");
        let draft = simulate(world, "supervisor", &lower, "2024-03-04", "2024-03-04").await;
        assert_eq!(draft.number("/simulateAuthority/differenceCount"), 1);
        let difference = draft.at("/simulateAuthority/differences/0");
        assert_eq!(difference["approval"]["id"], items[0].id.as_str());
        assert_eq!((&difference["published"]["requiredRole"], &difference["draft"]["requiredRole"]), (&json!("SUPERVISOR"), &json!("MANAGER")));
        let row = |kind: &str, tier: &str| draft.at("/simulateAuthority/exposure").as_array().unwrap().iter().find(|row| row["kind"] == kind && row["tier"] == tier).unwrap().clone();
        assert_eq!(row("NEGOTIATED_SURRENDER", "SURRENDER_1")["published"], json!({ "items": 1, "amount": "1500.00" }));
        assert_eq!(row("NEGOTIATED_SURRENDER", "SURRENDER_1")["draft"], json!({ "items": 0, "amount": "0.00" }));
        assert_eq!(row("NEGOTIATED_SURRENDER", "SURRENDER_2")["draft"], json!({ "items": 2, "amount": "6500.00" }));
        let load = draft.at("/simulateAuthority/load").as_array().unwrap().iter().find(|row| row["role"] == "SUPERVISOR").unwrap().clone();
        assert_eq!(load["published"], json!({ "decisions": 1, "endorsements": 2 }));
        assert_eq!(load["draft"], json!({ "decisions": 0, "endorsements": 3 }));
    }
}

scenario! {
    /// HK-4.8 HK-4.9: items that nobody could have decided under the draft are named; a draft with gaps has problems, no figures.
    async fn what_nobody_could_have_decided(world) {
        let items = past(world).await;
        // Only the named role decides: there is somebody of each.
        let draft = PROFILE.replace("higher_rank_may_decide = true", "higher_rank_may_decide = false");
        let strict = simulate(world, "supervisor", &draft, "2024-03-04", "2024-03-04").await;
        assert_eq!(strict.number("/simulateAuthority/withoutDeciderCount"), 0);
        for login in ["general-manager", "general-manager-2"] {
            world.disable(login).await;
        }
        let without = simulate(world, "supervisor", PROFILE, "2024-03-04", "2024-03-04").await;
        assert_eq!(without.at("/simulateAuthority/withoutDecider"), &json!([items[2].id]), "nobody has acted on it: it counts as things are now");
        let gap = simulate(world, "supervisor", &PROFILE.replace("above = \"2000.00\"", "above = \"3000.00\""), "2024-03-04", "2024-03-04").await;
        assert!(gap.text("/simulateAuthority/problems/0").contains("not exhaustive: excess between SURRENDER_1 and SURRENDER_2"));
        assert_eq!(gap.number("/simulateAuthority/items"), 0);
    }
}

scenario! {
    /// Who may try a draft, and on which period.
    async fn who_tries_a_draft(world) {
        for who in ["handler", "auditor", "finance", "admin", "assistant-manager"] {
            assert_eq!(simulate(world, who, PROFILE, "2024-03-04", "2024-03-04").await.error_code(), "FORBIDDEN", "{who}");
        }
        for (from, to) in [("2024-03-04", "2024-03-03"), ("2024-01-01", "2025-01-01"), ("0001-01-01", "2024-01-01")] {
            assert_eq!(simulate(world, "manager", PROFILE, from, to).await.error_code(), "BAD_USER_INPUT", "{from} {to}");
        }
        assert_eq!(simulate(world, "manager", PROFILE, "2024-01-01", "2024-12-31").await.number("/simulateAuthority/items"), 0);
        assert!(!simulate(world, "manager", "nonsense = [", "2024-01-01", "2024-01-01").await.at("/simulateAuthority/problems").as_array().unwrap().is_empty());
    }
}
