use super::{contents, rows};
use crate::support::{road, scenario};
use redress::cases::evidence::forget::forget_uploads;
use serde_json::json;

scenario! {
    /// An upload that nobody attaches is removed after a day; evidence stays.
    async fn what_nobody_attached_is_removed(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        case.add_evidence(world).await;
        let upload = road::brought(world, "handler").await;
        assert_eq!(forget_uploads(&world.db, &world.app.files).await.unwrap(), 0);
        world.set_time("2024-03-05T09:29:59");
        let last_second = road::add_evidence(world, "handler", &case.id, &upload, json!({})).await;
        last_second.done("addEvidence");
        world.set_time("2024-03-04T09:30:00");
        let upload = road::brought(world, "handler").await;
        world.set_time("2024-03-05T09:30:00");
        let late = road::add_evidence(world, "handler", &case.id, &upload, json!({})).await;
        assert_eq!(late.refusals("addEvidence"), ["UPLOAD_UNKNOWN HK-5.4.2 uploadId"]);
        assert_eq!(forget_uploads(&world.db, &world.app.files).await.unwrap(), 0, "an hour of grace");
        world.set_time("2024-03-05T10:30:01");
        let both = futures_util::future::join(forget_uploads(&world.db, &world.app.files), forget_uploads(&world.db, &world.app.files)).await;
        assert_eq!(both.0.unwrap() + both.1.unwrap(), 1, "two servers at once");
        assert_eq!((rows(world, "uploads").await, rows(world, "evidence").await, contents(world).len()), (0, 2, 2));
        assert_eq!(forget_uploads(&world.db, &world.app.files).await.unwrap(), 0);
    }
}
