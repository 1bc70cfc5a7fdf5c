//! The handler takes back what is needed no more.

use crate::support::help::{self, FINANCE, Help};
use crate::support::notices::told;
use crate::support::road;
use crate::support::scenario;
use crate::support::time::deadlines;
use entity::notification::NotificationKind;
use serde_json::json;

scenario! {
    /// HK-6.1: by the handler, with a reason, until it is returned; the deadline holds no longer and the reading ends.
    async fn taken_back_before_and_after_the_delivery(world) {
        help::departments(world).await;
        let case = road::investigated(world).await;
        let reason = || json!({ "reason": "客户已撤诉。" });
        let mut undelivered = Help::approved(world, &case, FINANCE).await;
        assert_eq!(undelivered.attempt(world, "handler", "withdrawAssistance", json!({ "reason": "" })).await.error_code(), "BAD_USER_INPUT");
        undelivered.step(world, "handler", "withdrawAssistance", reason()).await;
        assert_eq!(told(world, NotificationKind::AssistanceWithdrawn).await, Vec::<String>::new(), "nobody knew of it");

        let mut help = Help::delivered(world, &case, FINANCE, &[]).await;
        let owed = async || deadlines(world, "supervisor", &case).await.into_iter().filter(|deadline| deadline["code"] == "ASSISTANCE").count();
        assert_eq!(owed().await, 1);
        assert_eq!(help.attempt(world, "clerk", "withdrawAssistance", reason()).await.error_code(), "FORBIDDEN");
        assert_eq!(help.attempt(world, "supervisor", "withdrawAssistance", reason()).await.refusals("withdrawAssistance"), ["NOT_THE_HANDLER HK-6.1"]);
        help.step(world, "handler", "withdrawAssistance", reason()).await;
        assert_eq!(owed().await, 0);
        assert_eq!(told(world, NotificationKind::AssistanceWithdrawn).await, ["clerk", "finance-head"]);
        let seen = help.see(world, "clerk").await;
        assert_eq!((&seen["state"], &seen["viewerCan"]["return"]["allowed"]), (&json!("WITHDRAWN"), &json!(false)));
        let late = help.attempt(world, "clerk", "returnAssistance", help::opinion()).await;
        assert_eq!(late.refusals("returnAssistance"), ["STATE_NOT_ALLOWED HK-6.7"]);
        world.set_time("2024-03-12T00:00:00");
        assert!(help.see(world, "clerk").await.is_null());
        let open = world.ask("supervisor", "{ assistances(filter: { states: [WITHDRAWN] }) { totalCount } }", json!({})).await;
        assert_eq!(open.number("/assistances/totalCount"), 2);

        let mut returned = Help::delivered(world, &case, FINANCE, &[]).await;
        returned.step(world, "clerk", "returnAssistance", help::opinion()).await;
        let refused = returned.attempt(world, "handler", "withdrawAssistance", reason()).await;
        assert_eq!(refused.refusals("withdrawAssistance"), ["STATE_NOT_ALLOWED HK-6.1"]);
    }
}
