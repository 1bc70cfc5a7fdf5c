//! Publishing the organisation's rules (HK-3.8).

use crate::support::scenario;
use redress::platform::access::Actor;
use redress::platform::error::Failure;
use redress::profiles::service::publish::PublishProfile;
use serde_json::json;

const SHIPPED: &str = include_str!("../../profiles/life-insurance.toml");

scenario! {
    /// HK-3.8: published versions are numbered, effective from a day and immutable; what is wrong is refused by name.
    async fn versions_follow_each_other(world) {
        let system = Actor::system("test");
        let publish = async |content: String| world.db.run(&system, &PublishProfile { content }).await;
        let refused = |outcome: Result<_, Failure>| match outcome {
            Err(Failure::BadInput { message, .. }) => message.into_owned(),
            Err(other) => panic!("{other:?}"),
            Ok(_) => panic!("published"),
        };
        let same_day = refused(publish(SHIPPED.to_owned()).await.map(drop));
        assert!(same_day.contains("later than 2013-01-01"), "{same_day}");
        let later = SHIPPED.replace("2013-01-01", "2025-01-01");
        let gap = refused(publish(later.replace("above = \"2000.00\"", "above = \"2500.00\"")).await.map(drop));
        assert!(gap.contains("approvals.NEGOTIATED_SURRENDER.tiers: not exhaustive"), "{gap}");
        let other = refused(publish(later.replace("code = \"life-insurance\"", "code = \"hotel\"")).await.map(drop));
        assert!(other.contains("life-insurance"), "{other}");
        let rubbish = refused(publish("投诉".to_owned()).await.map(drop));
        assert!(rubbish.starts_with("profile:"), "{rubbish}");
        publish(later).await.unwrap();
    }
}

scenario! {
    /// A portal reads channels, severities, deadlines and tiers from the profile in force.
    async fn a_portal_reads_the_rules(world) {
        let query = "{ profile { code organisation effectiveFrom channels { code labelZh } severities { code }
            deadlines { code rule length unit severities }
            authorityTiers(kind: NEGOTIATED_SURRENDER) { name role rule excess { above atMost } ratio { above atMost } } } }";
        let profile = world.ask("handler", query, json!({})).await;
        assert_eq!(profile.at("/profile/channels/1"), &json!({ "code": "LETTER", "labelZh": "来信" }));
        assert_eq!(profile.at("/profile/deadlines/2"), &json!({ "code": "REPLY", "rule": "HK-8.3", "length": 30, "unit": "CALENDAR_DAY", "severities": ["DIFFICULT", "MAJOR"] }));
        assert_eq!(
            profile.at("/profile/authorityTiers/1"),
            &json!({ "name": "SURRENDER_2", "role": "MANAGER", "rule": "HK-4.1.2", "excess": { "above": "2000.00", "atMost": "10000.00" }, "ratio": { "above": 70, "atMost": null } })
        );
        assert_eq!(world.ask("", query, json!({})).await.error_code(), "UNAUTHENTICATED");
    }
}
