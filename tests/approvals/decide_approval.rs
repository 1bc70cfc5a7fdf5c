use crate::support::road::{self, Item};
use crate::support::scenario;
use entity::staff_role::Role;
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::json;

scenario! {
    /// HK-3.7 HK-4.1.2 HK-4.1.3 HK-4.1.4: what exceeds the authority is refused and stays as it was.
    async fn nobody_decides_above_their_tier(world) {
        let case = road::investigated(world).await;
        for (total, may_not, rule, may) in [
            ("12000.01", &["supervisor"][..], "HK-4.1.2", "manager"),
            ("20000.01", &["supervisor", "manager"], "HK-4.1.3", "general-manager"),
        ] {
            let item = Item::of(&case.request(world, "10000.00", total, "40000.00").await, "requestApproval");
            let item = Item::of(&item.endorse(world, "supervisor").await, "endorseApproval");
            for who in may_not {
                let refused = item.approve(world, who).await;
                assert_eq!(refused.refusals("decideApproval"), [format!("ABOVE_AUTHORITY {rule}")], "{who} {total}");
                assert_eq!(item.see(world, "supervisor").await.text("/approval/state"), "ENDORSED");
            }
            let refused = item.approve(world, "supervisor").await;
            let doers = refused.at("/decideApproval/refusals/0/mayBeDoneBy");
            assert_eq!(doers[0], may.to_uppercase().replace('-', "_"));
            item.approve(world, may).await.done("decideApproval");
            // Make room for the next full surrender of the contract.
            item.now(world).await.amend(world, "handler", road::surrender("1", "1", "100")).await.done("amendApproval");
            item.now(world).await.withdraw(world, "handler").await.done("withdrawApproval");
        }
    }
}

scenario! {
    /// HK-4.8 G-7: whoever asked or handles the case never decides, nor a colleague of the same rank; it goes one rank up.
    async fn nobody_decides_their_own(world) {
        // A supervisor handles a difficult case in person.
        let mut case = road::registered(world).await;
        case.allocate(world, "supervisor").await;
        case.investigate(world).await;
        let item = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        let own = item.approve(world, "supervisor").await;
        assert_eq!(own.refusals("decideApproval"), ["OWN_WORK HK-4.8"]);
        let own = item.see(world, "supervisor").await;
        assert_eq!(own.at("/approval/viewerCan/decide/allowed"), &json!(false));
        assert_eq!(own.text("/approval/viewerCan/decide/refusals/0/rule"), "HK-4.8");
        assert_eq!(own.text("/approval/requiredRole"), "MANAGER");
        let colleague = item.approve(world, "supervisor-2").await;
        assert_eq!(colleague.refusals("decideApproval"), ["ABOVE_AUTHORITY HK-4.8"]);
        let decided = item.approve(world, "manager").await;
        decided.done("decideApproval");
        let step = item.see(world, "manager").await;
        assert_eq!(step.at("/approval/steps/1/aboveTier"), &json!(true));
    }
}

scenario! {
    /// HK-4.8: a second role does not help, and neither does a case that was allocated to somebody else in the meantime.
    async fn a_second_role_does_not_make_it_somebody_elses(world) {
        world.add_person("both", &[Role::Handler, Role::Supervisor]).await;
        world.add_person("more", &[Role::Handler, Role::Supervisor, Role::Manager]).await;
        for who in ["both", "more"] {
            let mut case = road::registered(world).await;
            case.allocate(world, who).await;
            case.investigate(world).await;
            let item = Item::of(&case.request(world, "10000", "20000.01", "90000").await, "requestApproval");
            assert_eq!(item.endorse(world, who).await.refusals("endorseApproval"), ["OWN_WORK HK-4.8"]);
            let item = Item::of(&item.endorse(world, "supervisor").await, "endorseApproval");
            assert_eq!(item.approve(world, who).await.refusals("decideApproval"), ["OWN_WORK HK-4.8"]);
        }
        // A small item of a manager is not for the supervisor, nor for another manager.
        let mut case = road::registered(world).await;
        case.allocate(world, "more").await;
        case.investigate(world).await;
        let item = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        for who in ["supervisor", "manager"] {
            assert_eq!(item.approve(world, who).await.refusals("decideApproval"), ["ABOVE_AUTHORITY HK-4.8"], "{who}");
        }
        item.approve(world, "general-manager").await.done("decideApproval");
    }
}

scenario! {
    /// HK-4.8: the general manager submits nothing, whatever other role they hold; nobody could decide it.
    async fn the_highest_rank_asks_for_nothing(world) {
        world.add_person("top", &[Role::Handler, Role::GeneralManager]).await;
        let mut case = road::registered(world).await;
        case.allocate(world, "top").await;
        case.investigate(world).await;
        let refused = case.request(world, "10000", "11000", "30000").await;
        assert_eq!(refused.refusals("requestApproval"), ["NOBODY_ABOVE HK-4.8"]);
        let none = world.ask("supervisor", "{ approvals { totalCount } }", json!({})).await;
        assert_eq!(none.number("/approvals/totalCount"), 0);
    }
}

scenario! {
    /// HK-4.9: a higher rank may decide where the profile allows it, and the record says so; an assistant manager never.
    async fn a_higher_rank_decides_above_the_tier(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        assert_eq!(item.approve(world, "assistant-manager").await.error_code(), "FORBIDDEN");
        item.approve(world, "general-manager").await.done("decideApproval");
        let seen = item.see(world, "supervisor").await;
        assert_eq!(seen.text("/approval/steps/1/act"), "APPROVED");
        assert_eq!(seen.text("/approval/steps/1/actedAs"), "GENERAL_MANAGER");
        assert_eq!(seen.at("/approval/steps/1/aboveTier"), &json!(true));
        let within = road::investigated(world).await;
        let item = Item::of(&within.request(world, "10000", "11000", "30000").await, "requestApproval");
        item.approve(world, "supervisor").await.done("decideApproval");
        assert_eq!(item.see(world, "supervisor").await.at("/approval/steps/1/aboveTier"), &json!(false));
    }
}

scenario! {
    /// HK-4.9: with `higher_rank_may_decide = false` only the named role decides, but one's own work still goes up (HK-4.8).
    async fn a_profile_may_keep_higher_ranks_out(world) {
        let strict = include_str!("../../profiles/life-insurance.toml")
            .replace("higher_rank_may_decide = true", "higher_rank_may_decide = false")
            .replace("2013-01-01", "2024-03-01");
        world.db.run(&Actor::system("test"), &PublishProfile { content: strict }).await.unwrap();
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        for who in ["manager", "general-manager"] {
            assert_eq!(item.approve(world, who).await.refusals("decideApproval"), ["ABOVE_AUTHORITY HK-4.1.1"], "{who}");
        }
        item.approve(world, "supervisor").await.done("decideApproval");

        let mut own = road::registered(world).await;
        own.allocate(world, "supervisor").await;
        own.investigate(world).await;
        let item = Item::of(&own.request(world, "10000", "11000", "30000").await, "requestApproval");
        item.approve(world, "manager").await.done("decideApproval");
    }
}

scenario! {
    /// HK-4.10: a decision is final; both answers need an opinion in words.
    async fn a_decision_is_final_and_has_an_opinion(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        for decision in ["APPROVE", "REFUSE"] {
            for opinion in ["", "  ", "\u{3000}\n"] {
                let blank = item.act(world, "supervisor", "decideApproval", json!({ "decision": decision, "opinion": opinion })).await;
                assert_eq!(blank.refusals("decideApproval"), ["OPINION_REQUIRED HK-4.10 opinion"], "{decision} {opinion:?}");
            }
        }
        item.refuse(world, "supervisor").await.done("decideApproval");
        assert_eq!(item.approve(world, "manager").await.error_code(), "CONFLICT");
        let current = item.now(world).await;
        assert_eq!(current.approve(world, "manager").await.error_code(), "CONFLICT", "also with the current version");
        let seen = item.see(world, "supervisor").await;
        assert_eq!(seen.text("/approval/state"), "REFUSED");
        assert_eq!(seen.at("/approval/steps").as_array().unwrap().len(), 2);
        assert_eq!(seen.text("/approval/steps/1/opinion"), "依据不足。");
    }
}

scenario! {
    /// A stale version is a conflict that tells both versions; what does not exist looks like what is not yours.
    async fn stale_unknown_and_foreign_items(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "12500", "30000").await, "requestApproval");
        item.endorse(world, "supervisor").await.done("endorseApproval");
        let stale = item.approve(world, "manager").await;
        assert_eq!(stale.error_code(), "CONFLICT");
        assert_eq!(stale.body["errors"][0]["extensions"]["expectedVersion"], 1);
        assert_eq!(stale.body["errors"][0]["extensions"]["currentVersion"], 2);

        let unknown = Item { id: "QXBwcm92YWw6MDE5MDAwMDAwMDAwNzAwMDgwMDAwMDAwMDAwMDAwMDA".into(), version: 1 };
        let (missing, foreign) = (unknown.withdraw(world, "handler-2").await, item.withdraw(world, "handler-2").await);
        assert_eq!(missing.error_code(), "NOT_FOUND");
        assert_eq!(missing.body, foreign.body);
    }
}
