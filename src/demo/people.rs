//! Who works in the demonstration.

use crate::identity::passwords;
use crate::identity::permissions::permissions_of;
use crate::identity::service::add_staff::{AddStaff, InDepartment};
use crate::identity::store;
use crate::platform::access::{Actor, Who};
use crate::platform::db::Database;
use crate::platform::error::{Failure, Result};
use crate::platform::ids::new_id;
use entity::StaffId;
use entity::staff_role::Role;
use std::collections::HashMap;
use std::sync::Arc;

/// The password of everybody in the demonstration.
pub const PASSWORD: &str = "redress-demo-2026";

pub struct Person {
    pub login: &'static str,
    pub name: &'static str,
    pub title: &'static str,
    pub department: &'static str,
    pub role: Role,
}

const fn person(
    login: &'static str,
    name: &'static str,
    title: &'static str,
    department: &'static str,
    role: Role,
) -> Person {
    Person { login, name, title, department, role }
}

pub const PEOPLE: [Person; 15] = [
    person("registrar", "周敏", "投诉登记岗", "客服部", Role::Registrar),
    person("handler", "李文博", "咨诉岗", "客服部", Role::Handler),
    person("handler-2", "王佳怡", "咨诉岗", "客服部", Role::Handler),
    person("handler-3", "陈志强", "咨诉岗", "客服部", Role::Handler),
    person("supervisor", "赵丽华", "咨诉主管", "客服部", Role::Supervisor),
    person("assistant-manager", "孙晓东", "客服部经理助理", "客服部", Role::AssistantManager),
    person("manager", "刘建国", "客服部经理", "客服部", Role::Manager),
    person("general-manager", "张伟民", "总经理", "总经理室", Role::GeneralManager),
    person("department-head", "吴志刚", "部门负责人", "个险管理部", Role::DepartmentHead),
    person("co-handler", "郑海燕", "协办岗", "财务部", Role::CoHandler),
    person("legal", "冯雪", "法规岗", "法规部", Role::Legal),
    person("finance", "许明", "出纳岗", "财务部", Role::Finance),
    person("archivist", "何静", "档案管理员", "客服部", Role::Archivist),
    person("auditor", "高翔", "内部审计", "审计部", Role::Auditor),
    person("admin", "马超", "系统管理员", "信息技术部", Role::Admin),
];

/// The people as actors, by login.
pub struct Cast(HashMap<&'static str, Actor>);

impl Cast {
    pub fn actor(&self, login: &str) -> Result<&Actor> {
        self.0.get(login).ok_or_else(|| Failure::internal("nobody of this login is in the demonstration"))
    }

    pub fn id(&self, login: &str) -> Result<StaffId> {
        self.actor(login)?.staff_id().ok_or_else(|| Failure::internal("an actor of the demonstration is nobody"))
    }
}

pub async fn add(db: &Database) -> Result<Cast> {
    let system = Actor::system("demonstration");
    let password_hash = passwords::hash(&PASSWORD.to_owned().into())?;
    let mut cast = HashMap::new();
    for person in &PEOPLE {
        let id = db
            .run(
                &system,
                &AddStaff {
                    employee_number: None,
                    login: person.login.to_owned(),
                    name: person.name.to_owned(),
                    title: Some(person.title.to_owned()),
                    department: InDepartment::Named(person.department.to_owned()),
                    email: None,
                    roles: vec![person.role],
                    password_hash: password_hash.clone(),
                    password_temporary: false,
                },
            )
            .await?;
        let card = store::card(db.read(&system), id).await?.ok_or_else(|| Failure::internal("a person vanished"))?;
        let who = Who::Staff { id, department_id: card.department_id, session_id: new_id(db.now()) };
        let request_id = Arc::from("demonstration");
        let actor = Actor {
            who,
            roles: Arc::from([person.role]),
            permissions: permissions_of(person.role),
            ..Actor::nobody(request_id)
        };
        cast.insert(person.login, actor);
    }
    Ok(Cast(cast))
}
