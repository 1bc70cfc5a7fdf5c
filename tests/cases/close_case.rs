use crate::support::road;
use crate::support::scenario;
use serde_json::json;

scenario! {
    /// HK-5.5.1: the handler closes, the supervisor does not; before the reply nobody does.
    async fn the_handler_closes(world) {
        let early = road::submitted(world).await;
        let refused = early.attempt(world, "handler", "closeCase", road::closure()).await;
        assert_eq!(refused.refusals("closeCase"), ["STATE_NOT_ALLOWED HK-5.5.1"]);

        let mut case = road::replied(world).await;
        let supervisor = case.attempt(world, "supervisor", "closeCase", road::closure()).await;
        assert_eq!(supervisor.refusals("closeCase"), ["NOT_THE_HANDLER HK-5.5.1"]);
        assert_eq!(case.attempt(world, "handler-2", "closeCase", road::closure()).await.error_code(), "NOT_FOUND");
        for who in ["manager", "general-manager", "auditor", "registrar", "archivist"] {
            assert_eq!(case.attempt(world, who, "closeCase", road::closure()).await.error_code(), "FORBIDDEN", "{who}");
        }
        let mut empty = road::closure();
        empty["result"] = json!("");
        assert_eq!(case.attempt(world, "handler", "closeCase", empty).await.error_code(), "BAD_USER_INPUT");
        let closed = case.step(world, "handler", "closeCase", road::closure()).await;
        assert_eq!(closed.text("/closeCase/case/state"), "CLOSED");
        let query = "query($id: ID!) { case(id: $id) { outcome complainantOpinion closedAt } }";
        let seen = world.ask("handler", query, json!({ "id": case.id })).await;
        let expected = json!({ "outcome": "UPHELD", "complainantOpinion": "SATISFIED", "closedAt": "2024-03-04T01:30:00+00:00" });
        assert_eq!(seen.at("/case"), &expected);
    }
}
