//! A contact after the period is a new case that goes on with the old one.

use crate::support::{road, scenario};
use redress::cases::service::expire_suspensions::expire_suspensions;
use serde_json::json;

scenario! {
    /// HK-5.5.6 T2.2-29: reopening is refused; a new case names the old one: new number, new deadlines, the link on both.
    async fn a_new_case_goes_on_with_the_closed_one(world) {
        let old = road::suspended(world, "2024-03-20T10:00:00").await;
        world.set_time("2024-06-05T09:00:00");
        let input = json!({ "ground": "CONTACT", "reason": "客户来电" });
        assert_eq!(old.attempt(world, "handler", "reopenCase", input).await.refusals("reopenCase"), ["SUSPENSION_EXPIRED HK-5.5.6"]);
        // The period is over, whether or not the job has come round.
        let mut new = road::registered_with(world, json!({ "predecessorId": old.id })).await;
        assert_ne!(new.number, old.number);
        assert_eq!(expire_suspensions(&world.db, 10).await.unwrap(), 1);
        let again = road::registered_with(world, json!({ "predecessorId": old.id })).await;
        let query = "query($id: ID!) { case(id: $id) { number receivedAt predecessor { number state } successors { number } deadlines { startedAt } } }";
        let seen = world.ask("supervisor", query, json!({ "id": new.id })).await;
        assert_eq!(seen.at("/case/predecessor"), &json!({ "number": old.number, "state": "CLOSED" }));
        assert_eq!(seen.text("/case/deadlines/0/startedAt"), "2024-06-05T01:00:00+00:00");
        let seen = world.ask("supervisor", query, json!({ "id": old.id })).await;
        assert_eq!(seen.at("/case/predecessor"), &json!(null));
        assert_eq!(seen.at("/case/successors"), &json!([{ "number": new.number }, { "number": again.number }]));

        // Who handles the new case alone learns nothing of the old one, and the other way round.
        new.allocate(world, "handler-2").await;
        let seen = world.ask("handler-2", query, json!({ "id": new.id })).await;
        assert_eq!(seen.at("/case/predecessor"), &json!(null));
        let seen = world.ask("handler", query, json!({ "id": old.id })).await;
        assert_eq!(seen.at("/case/successors"), &json!([]));
    }
}

scenario! {
    /// HK-5.5.6: only a closed case within reach can be gone on with.
    async fn only_a_closed_case_within_reach(world) {
        let open = road::registered(world).await;
        let suspended = road::suspended(world, "2024-03-04T10:00:00").await;
        for case in [&open, &suspended] {
            let input = road::complaint_with(json!({ "predecessorId": case.id }));
            let refused = road::on_case(world, "registrar", "registerCase", input).await;
            assert_eq!(refused.refusals("registerCase"), ["PREDECESSOR_NOT_CLOSED HK-5.5.6 predecessorId"]);
        }
        let mut closed = road::replied(world).await;
        closed.close(world).await;
        let id = closed.id.clone();
        let input = || road::complaint_with(json!({ "predecessorId": id }));
        let foreign = road::on_case(world, "registrar-2", "registerCase", input()).await;
        assert_eq!(foreign.error_code(), "NOT_FOUND");
        let nothing = road::complaint_with(json!({ "predecessorId": world.id_of("handler").await }));
        assert_eq!(road::on_case(world, "registrar", "registerCase", nothing).await.error_code(), "BAD_USER_INPUT");
        road::on_case(world, "registrar", "registerCase", input()).await.done("registerCase");
        closed.archive(world).await;
        road::on_case(world, "registrar", "registerCase", input()).await.done("registerCase");
    }
}
