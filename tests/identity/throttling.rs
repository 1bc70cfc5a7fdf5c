//! Failed sign-ins slow further ones down, and never lock anybody out for good.

use super::{PASSWORD, login};
use crate::support::{Answer, World, scenario};
use entity::staff_role::Role;
use serde_json::json;

fn retry_after(answer: &Answer) -> Option<i64> {
    answer.body["errors"][0]["extensions"]["retryAfterSeconds"].as_i64()
}

async fn fail(world: &World, who: &str) -> Answer {
    login(world, who, "not the password").await
}

scenario! {
    /// NIST SP 800-63B 3.2.2: five failures are free, then the wait doubles; an unknown login looks the same; time heals.
    async fn failures_of_a_login_slow_it_down(world) {
        world.add_person("forgetful", &[Role::Handler]).await;
        world.add_person("forgetful-2", &[Role::Handler]).await;
        for who in ["forgetful", "nobody-at-all"] {
            for _ in 0..5 {
                assert_eq!(fail(world, who).await.error_code(), "UNAUTHENTICATED", "{who}");
            }
            let slowed = fail(world, who).await;
            assert_eq!((slowed.error_code(), retry_after(&slowed)), ("LIMITED", Some(1)), "{who}");
            assert_eq!(login(world, who, PASSWORD).await.error_code(), "LIMITED", "the right password has to wait, too");
        }
        world.set_time("2024-03-04T09:30:01");
        assert_eq!(fail(world, "forgetful").await.error_code(), "UNAUTHENTICATED");
        let slowed = login(world, "forgetful", PASSWORD).await;
        assert_eq!(retry_after(&slowed), Some(2));
        world.set_time("2024-03-04T09:30:03");
        login(world, "forgetful", PASSWORD).await.at("/login");
        login(world, "forgetful-2", PASSWORD).await.at("/login");
        // A success forgets the failures.
        for _ in 0..5 {
            assert_eq!(fail(world, "forgetful").await.error_code(), "UNAUTHENTICATED");
        }
        // An hour forgets them as well.
        world.set_time("2024-03-04T10:30:04");
        login(world, "forgetful", PASSWORD).await.at("/login");
    }
}

scenario! {
    /// The header says it as well, with 503 for callers who do not read the body.
    async fn the_header_says_when(world) {
        for _ in 0..5 {
            fail(world, "unknown").await;
        }
        let query = "mutation { login(input: { login: \"unknown\", password: \"x\" }) { expiresAt } }";
        let response = world.client().post(world.url("/graphql")).json(&json!({ "query": query })).send().await.unwrap();
        assert_eq!(response.headers()["retry-after"], "1");
    }
}

scenario! {
    /// One address that tries many logins is slowed down, whichever it tries next.
    async fn failures_of_an_address_slow_it_down(world) {
        for serial in 0..50 {
            assert_eq!(fail(world, &format!("guess-{serial}")).await.error_code(), "UNAUTHENTICATED", "{serial}");
        }
        assert_eq!(fail(world, "guess-next").await.error_code(), "LIMITED");
        assert_eq!(login(world, "handler", PASSWORD).await.error_code(), "LIMITED");
        world.set_time("2024-03-04T09:30:02");
        login(world, "handler", PASSWORD).await.at("/login");
    }
}
