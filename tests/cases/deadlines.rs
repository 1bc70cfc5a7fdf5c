//! The time limits of article 8, to the second. Accepted on Monday 2024-03-04.

use crate::support::road::{self, OnTheRoad};
use crate::support::scenario;
use crate::support::time::{deadline, deadlines, end_of};
use chrono::{DateTime, Utc};
use entity::audit_event::AuditAction;
use entity::case_deadline::StartEvent;
use entity::{CaseId, case};
use redress::cases::service::sweep_deadlines::{Swept, sweep_deadlines};
use redress::cases::{deadlines as work, store};
use redress::platform::access::Actor;
use redress::platform::db::{AuditRecord, Command, Done, Tx};
use redress::platform::error::Result;
use redress::platform::ids::parse_global;
use redress::profiles;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use uuid::Uuid;

scenario! {
    /// HK-8.1 HK-8.2 HK-8.3: due dates of the rows.
    async fn due_dates_of_the_rows(world) {
        let ordinary = road::registered(world).await;
        let investigation = deadline(world, &ordinary, "INVESTIGATION").await;
        assert_eq!(investigation["dueAt"], "2024-03-13T15:59:59+00:00");
        assert_eq!(investigation["status"], "RUNNING");
        assert_eq!((&investigation["length"], &investigation["unit"]), (&json!(7), &json!("WORKING_DAY")));
        assert_eq!((&investigation["calendar"], &investigation["calendarVersion"]), (&json!("CHINA"), &json!(1)));
        assert_eq!(investigation["startEvent"], "ACCEPTANCE");
        let reply = deadline(world, &ordinary, "REPLY").await;
        assert_eq!((&reply["dueAt"], &reply["rule"]), (&json!("2024-03-25T15:59:59+00:00"), &json!("HK-8.2")));
        for severity in ["MAJOR", "DIFFICULT"] {
            let grave = road::registered_with(world, json!({ "severity": severity })).await;
            let reply = deadline(world, &grave, "REPLY").await;
            assert_eq!((&reply["dueAt"], &reply["rule"]), (&json!("2024-04-03T15:59:59+00:00"), &json!("HK-8.3")));
        }
    }
}

scenario! {
    /// HK-8.1: investigation and contact both by 03-13 are in time; contact on 03-14 is late.
    async fn investigation_and_contact_share_one_limit(world) {
        for (contact_at, status) in [("2024-03-13T23:59:59", "MET"), ("2024-03-14T00:00:00", "MET_LATE")] {
            world.set_time("2024-03-04T09:30:00");
            let mut case = road::registered(world).await;
            case.allocate(world, "handler").await;
            world.set_time("2024-03-13T10:00:00");
            case.step(world, "handler", "recordFinding", road::fact()).await;
            case.step(world, "handler", "recordFinding", road::responsibility()).await;
            assert_eq!(deadline(world, &case, "INVESTIGATION").await["metAt"], Value::Null, "nobody was contacted yet");
            world.set_time(contact_at);
            case.step(world, "handler", "recordContact", road::contact()).await;
            assert_eq!(deadline(world, &case, "INVESTIGATION").await["status"], status, "{contact_at}");
        }
    }
}

scenario! {
    /// HK-8.1: an attempt that reached nobody is no contact; a statement of a party is one.
    async fn an_attempt_is_no_contact(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        case.step(world, "handler", "recordFinding", road::fact()).await;
        case.step(world, "handler", "recordFinding", road::responsibility()).await;
        let mut attempt = road::contact();
        attempt["reached"] = json!(false);
        case.step(world, "handler", "recordContact", attempt).await;
        assert_eq!(deadline(world, &case, "INVESTIGATION").await["status"], "RUNNING");
        case.step(world, "handler", "recordStatement", road::statement("COMPLAINANT")).await;
        assert_eq!(deadline(world, &case, "INVESTIGATION").await["status"], "MET");
    }
}

scenario! {
    /// HK-8.2 G-2: a reply in the last second of the 25th is in time, at midnight it is late.
    async fn a_reply_in_the_last_second(world) {
        for (at, status) in [("2024-03-25T23:59:59", "MET"), ("2024-03-26T00:00:00", "MET_LATE")] {
            world.set_time("2024-03-04T09:30:00");
            let mut case = road::submitted(world).await;
            case.approve_plan(world).await;
            world.set_time(at);
            case.reply(world).await;
            assert_eq!(deadline(world, &case, "REPLY").await["status"], status, "{at}");
        }
    }
}

scenario! {
    /// HK-8.3: the same for thirty days: 2024-04-03 in time, 04-04 late.
    async fn thirty_days_for_grave_cases(world) {
        for (at, status) in [("2024-04-03T23:59:59", "MET"), ("2024-04-04T00:00:00", "MET_LATE")] {
            world.set_time("2024-03-04T09:30:00");
            let mut case = road::registered_with(world, json!({ "severity": "MAJOR" })).await;
            case.allocate(world, "handler").await;
            case.investigate(world).await;
            case.draft(world).await;
            case.submit(world).await;
            let report = case.escalate(world, "handler").await;
            case.answer(world, "manager", &report).await;
            case.approve_plan(world).await;
            world.set_time(at);
            case.reply(world).await;
            assert_eq!(deadline(world, &case, "REPLY").await["status"], status, "{at}");
        }
    }
}

scenario! {
    /// G-8: what is overdue is marked and found, and the late act is still possible.
    async fn overdue_is_marked_and_found(world) {
        let mut late = road::registered(world).await;
        late.allocate(world, "handler").await;
        let query = "{ cases(filter: { overdue: true }) { totalCount edges { node { id overdue } } } }";
        world.set_time("2024-03-13T23:59:59");
        assert_eq!(world.ask("supervisor", query, json!({})).await.number("/cases/totalCount"), 0);
        world.set_time("2024-03-14T00:00:00");
        road::registered(world).await;
        let found = world.ask("supervisor", query, json!({})).await;
        assert_eq!(found.number("/cases/totalCount"), 1);
        assert_eq!(found.at("/cases/edges/0/node"), &json!({ "id": late.id, "overdue": true }));
        late.investigate(world).await;
        assert_eq!(world.ask("supervisor", query, json!({})).await.number("/cases/totalCount"), 0);
    }
}

scenario! {
    /// G-1: make-up working days count, holidays do not; a year that is not published is said to be provisional.
    async fn the_state_councils_days_count(world) {
        for (received, code, due, provisional) in [
            // 2026: 14 and 28 February are worked, the 15th to the 23rd is the Spring Festival.
            ("2026-02-12T10:00:00", "INVESTIGATION", "2026-02-28T15:59:59+00:00", false),
            ("2026-09-17T10:00:00", "INVESTIGATION", "2026-09-28T15:59:59+00:00", false),
            ("2026-12-15T10:00:00", "REPLY", "2027-01-05T15:59:59+00:00", true),
        ] {
            world.set_time(received);
            let case = road::registered(world).await;
            let found = deadline(world, &case, code).await;
            assert_eq!((&found["dueAt"], &found["provisional"]), (&json!(due), &json!(provisional)), "{received}");
        }
    }
}

fn key(case: &OnTheRoad) -> CaseId {
    parse_global(&case.id).unwrap().1.into()
}

/// What a decision about the severity does to the deadlines, whoever takes it.
struct Reclassify {
    case: CaseId,
    severity: &'static str,
}

impl Command for Reclassify {
    type Output = ();

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let case = case::Entity::find_by_id(self.case).one(tx.db()).await?.unwrap();
        let severity = case::ActiveModel { severity: Set(self.severity.to_owned()), ..Default::default() };
        let updated = store::update(tx, &case, severity).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        work::write(tx, &updated, &profile).await?;
        Ok(Done { output: (), record: AuditRecord::new(AuditAction::CaseAllocated, case.id) })
    }
}

scenario! {
    /// HK-8.4: classified anew, the reply is due from the acceptance; it may be overdue at once.
    async fn classified_anew_the_limit_counts_from_acceptance(world) {
        let case = road::registered(world).await;
        let system = Actor::system("test");
        world.set_time("2024-03-20T10:00:00");
        world.db.run(&system, &Reclassify { case: key(&case), severity: "MAJOR" }).await.unwrap();
        let major = deadline(world, &case, "REPLY").await;
        assert_eq!((&major["dueAt"], &major["rule"]), (&end_of("2024-04-03"), &json!("HK-8.3")));
        world.set_time("2024-03-28T10:00:00");
        assert_eq!(deadline(world, &case, "REPLY").await["status"], "RUNNING");
        world.db.run(&system, &Reclassify { case: key(&case), severity: "ORDINARY" }).await.unwrap();
        let ordinary = deadline(world, &case, "REPLY").await;
        assert_eq!((&ordinary["dueAt"], &ordinary["rule"]), (&end_of("2024-03-25"), &json!("HK-8.2")));
        assert_eq!(ordinary["status"], "OVERDUE");
        assert_eq!(ordinary["id"], major["id"], "the same deadline, counted anew");
    }
}

scenario! {
    /// HK-8.8: a limit met stays met, also when the case is classified anew.
    async fn a_limit_met_stays_met(world) {
        let mut case = road::registered_with(world, json!({ "severity": "MAJOR" })).await;
        case.allocate(world, "handler").await;
        case.investigate(world).await;
        let report = case.escalate(world, "handler").await;
        case.answer(world, "manager", &report).await;
        case.draft(world).await;
        case.submit(world).await;
        case.approve_plan(world).await;
        world.set_time("2024-04-01T10:00:00");
        case.reply(world).await;
        let met = deadlines(world, "supervisor", &case).await;
        world.db.run(&Actor::system("test"), &Reclassify { case: key(&case), severity: "ORDINARY" }).await.unwrap();
        assert_eq!(deadlines(world, "supervisor", &case).await, met);
        assert_eq!(deadline(world, &case, "REPLY").await["status"], "MET");
    }
}

/// What assistance, a meeting or a suspension does with deadlines.
struct Sets {
    case: CaseId,
    about: Uuid,
    event: StartEvent,
    started_at: &'static str,
    owner: work::Owner,
}

fn local(text: &str) -> DateTime<Utc> {
    format!("{text}+08:00").parse().unwrap()
}

impl Command for Sets {
    type Output = ();

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let case = case::Entity::find_by_id(self.case).one(tx.db()).await?.unwrap();
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let opening = work::Opening {
            rule: profile.deadline_from(self.event).unwrap(),
            about: self.about,
            started_at: local(self.started_at),
            owner: self.owner,
            met_at: None,
        };
        work::open(tx, case.id, &profile, opening).await?;
        Ok(Done { output: (), record: AuditRecord::new(AuditAction::CaseAllocated, case.id) })
    }
}

/// How such a deadline ends.
struct Ends {
    case: CaseId,
    about: Uuid,
    event: StartEvent,
    met_at: Option<&'static str>,
}

impl Command for Ends {
    type Output = ();

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        match self.met_at {
            Some(at) => work::meet(tx, self.case, self.event, self.about, local(at)).await?,
            None => work::cease(tx, self.case, self.event, self.about).await?,
        }
        Ok(Done { output: (), record: AuditRecord::new(AuditAction::CaseAllocated, self.case) })
    }
}

scenario! {
    /// HK-8.5 HK-8.6 HK-8.7 TM-4 TM-5 TM-6: deadlines of what is done about a case.
    async fn what_is_done_about_a_case_has_deadlines_of_its_own(world) {
        let system = Actor::system("test");
        for (event, code, started_at, due, in_time, late) in [
            (StartEvent::AssistanceReceived, "ASSISTANCE", "2024-03-04T16:00:00", "2024-03-11", "2024-03-11T23:59:59", "2024-03-12T00:00:00"),
            (StartEvent::AssistanceReceived, "ASSISTANCE", "2024-03-09T10:00:00", "2024-03-15", "2024-03-15T18:00:00", "2024-03-18T09:00:00"),
            (StartEvent::Meeting, "FINAL_OPINION", "2024-03-04T16:00:00", "2024-03-19", "2024-03-19T23:59:59", "2024-03-20T00:00:00"),
            (StartEvent::LastContact, "SUSPENSION", "2024-03-04T16:00:00", "2024-06-04", "2024-06-04T23:59:59", "2024-06-05T00:00:00"),
        ] {
            world.set_time("2024-03-04T09:30:00");
            let case = road::registered(world).await;
            let owner = world.staff_id("co-handler").await;
            let [first, second] = [1, 2].map(Uuid::from_u128);
            for about in [first, second] {
                let sets = Sets { case: key(&case), about, event, started_at, owner: work::Owner::Person(owner) };
                world.db.run(&system, &sets).await.unwrap();
            }
            let of = |found: Vec<Value>| -> Vec<Value> { found.into_iter().filter(|deadline| deadline["code"] == code).collect() };
            let both = of(deadlines(world, "supervisor", &case).await);
            assert_eq!(both.len(), 2, "one for each matter");
            assert_eq!((&both[0]["dueAt"], &both[0]["owner"]["name"]), (&end_of(due), &json!("测试co-handler")));
            world.set_time("2024-07-01T10:00:00");
            world.db.run(&system, &Ends { case: key(&case), about: first, event, met_at: Some(in_time) }).await.unwrap();
            world.db.run(&system, &Ends { case: key(&case), about: second, event, met_at: Some(late) }).await.unwrap();
            let mut ended = of(deadlines(world, "supervisor", &case).await);
            ended.sort_by_key(|deadline| deadline["metAt"].to_string());
            assert_eq!(ended.iter().map(|deadline| &deadline["status"]).collect::<Vec<_>>(), ["MET", "MET_LATE"], "{code}");
            // HK-8.8: none of it moves the limit of the answer.
            assert_eq!(deadline(world, &case, "REPLY").await["dueAt"], end_of("2024-03-25"));
        }
    }
}

scenario! {
    /// What ends without being met holds no longer, and is no longer overdue.
    async fn what_ceased_is_not_asked_for(world) {
        let case = road::replied(world).await;
        let about = Uuid::from_u128(7);
        let system = Actor::system("test");
        let sets = Sets { case: key(&case), about, event: StartEvent::Meeting, started_at: "2024-03-04T10:00:00", owner: work::Owner::Handler };
        world.db.run(&system, &sets).await.unwrap();
        let meeting = deadline(world, &case, "FINAL_OPINION").await;
        assert_eq!(meeting["owner"]["name"], "测试handler", "what nobody else owes, the handler does");
        world.set_time("2024-03-20T10:00:00");
        let overdue = "{ cases(filter: { overdue: true }) { totalCount } }";
        assert_eq!(world.ask("supervisor", overdue, json!({})).await.number("/cases/totalCount"), 1);
        world.db.run(&system, &Ends { case: key(&case), about, event: StartEvent::Meeting, met_at: None }).await.unwrap();
        assert_eq!(world.ask("supervisor", overdue, json!({})).await.number("/cases/totalCount"), 0);
        let codes: Vec<_> = deadlines(world, "supervisor", &case).await.iter().map(|deadline| deadline["code"].clone()).collect();
        assert_eq!(codes, ["INVESTIGATION", "REPLY"]);
        // Set again, it holds again.
        world.db.run(&system, &sets).await.unwrap();
        assert_eq!(deadline(world, &case, "FINAL_OPINION").await["id"], meeting["id"]);
    }
}

scenario! {
    /// G-8: a closed case is not overdue any more; what it missed stays on its record, and what was still ahead is let go.
    async fn a_closed_case_waits_for_nothing(world) {
        let mut case = road::replied(world).await;
        let system = Actor::system("test");
        let about = Uuid::from_u128(7);
        let sets = |event, started_at, about| Sets { case: key(&case), about, event, started_at, owner: work::Owner::Handler };
        world.db.run(&system, &sets(StartEvent::AssistanceReceived, "2024-03-04T10:00:00", about)).await.unwrap();
        world.set_time("2024-03-18T10:00:00");
        world.db.run(&system, &sets(StartEvent::Meeting, "2024-03-18T10:00:00", about)).await.unwrap();
        let overdue = "{ cases(filter: { overdue: true }) { totalCount edges { node { overdue } } } }";
        let before = world.ask("supervisor", overdue, json!({})).await;
        assert_eq!(before.at("/cases"), &json!({ "totalCount": 1, "edges": [{ "node": { "overdue": true } }] }));
        case.close(world).await;
        assert_eq!(world.ask("supervisor", overdue, json!({})).await.number("/cases/totalCount"), 0);
        let left = deadlines(world, "supervisor", &case).await;
        let shown: Vec<_> = left.iter().map(|one| (one["code"].as_str().unwrap(), one["status"].as_str().unwrap())).collect();
        assert_eq!(shown, [("ASSISTANCE", "OVERDUE"), ("INVESTIGATION", "MET"), ("REPLY", "MET")]);
        assert_eq!(left[0]["missedAt"], "2024-03-18T02:00:00+00:00");
        assert_eq!(world.ask("supervisor", "query($id: ID!) { case(id: $id) { overdue } }", json!({ "id": case.id })).await.at("/case/overdue"), &json!(false));
        assert_eq!(sweep_deadlines(&world.db).await.unwrap(), Swept::default());
    }
}

scenario! {
    /// G-1: a person can check how a date was counted.
    async fn a_derivation_names_every_day(world) {
        world.set_time("2026-02-12T10:00:00");
        let case = road::registered(world).await;
        let found = deadline(world, &case, "INVESTIGATION").await;
        let derivation = &found["derivation"];
        assert_eq!(found["dueAt"], end_of("2026-02-28"));
        assert_eq!(derivation["dueAt"], found["dueAt"]);
        let counted = ["2026-02-13", "2026-02-14", "2026-02-24", "2026-02-25", "2026-02-26", "2026-02-27", "2026-02-28"];
        assert_eq!(derivation["countedDays"], json!(counted));
        let skipped = derivation["skippedDays"].as_array().unwrap();
        assert_eq!(skipped.len(), 9);
        assert_eq!((&skipped[0]["date"], &skipped[0]["reason"], &skipped[0]["name"]), (&json!("2026-02-15"), &json!("HOLIDAY"), &json!("春节")));
        assert!(skipped[8]["notice"].as_str().unwrap().contains("国办发明电〔2025〕7号"));
        assert_eq!(found["owner"], Value::Null, "nobody handles it yet");
    }
}
