//! Who was told of what.

use super::World;
use entity::notification::{self, NotificationKind};
use entity::staff;
use redress::platform::access::Actor;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// The logins of those who were told of a matter of a kind, in alphabetical order; once for each notice.
pub async fn told(world: &World, kind: NotificationKind) -> Vec<String> {
    let db = world.db.read(&Actor::system("test"));
    let notices = notification::Entity::find().filter(notification::Column::Kind.eq(kind)).all(db).await.unwrap();
    let people = staff::Entity::find().all(db).await.unwrap();
    let login = |notice: &notification::Model| {
        people.iter().find(|person| person.id == notice.recipient_id).unwrap().login.clone()
    };
    let mut logins: Vec<_> = notices.iter().map(login).collect();
    logins.sort();
    logins
}
