//! Joint reviews, for tests that begin somewhere on their road.

use super::road::{self, Item, OnTheRoad, key};
use super::{Answer, PASSWORD, World};
use serde_json::{Value, json};

const REVIEW: &str = "jointReview { id number state version invitations minutesVersion approval { id version }
        attendees { id invited response capacity present signs arrivedAt leftAt person { id name } substituteFor }
        minutes { version sha256 content statements { text person { name } } dissents { text } } }
    refusals { code rule field message mayBeDoneBy }";

/// Who usually attends; the chair first.
pub const USUAL: [(&str, &str); 4] = [
    ("supervisor", "SUPERVISOR"),
    ("handler", "HANDLER"),
    ("assistant-manager", "MANAGEMENT"),
    ("co-handler", "DEPARTMENT"),
];

/// Runs a mutation on joint reviews. Of a reader who may not read approvals, the item is left out.
pub async fn on_review(world: &World, who: &str, mutation: &str, input: Value) -> Answer {
    let input_type = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let reads_approvals = ["handler", "handler-2", "supervisor", "supervisor-2", "manager", "general-manager"];
    let fields = match reads_approvals.contains(&who) {
        true => REVIEW.to_owned(),
        false => REVIEW.replace("approval { id version }", ""),
    };
    let query = format!("mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ {fields} }} }}");
    world.ask(who, &query, json!({ "input": input })).await
}

/// A joint review somewhere on its road.
#[derive(Clone, Debug)]
pub struct Review {
    pub id: String,
    pub version: i64,
    pub case: OnTheRoad,
    pub item: Item,
}

/// Asks for a joint review of a case with all its evidence.
pub async fn request(world: &World, who: &str, case: &OnTheRoad, evidence: &[String], more: Value) -> Answer {
    let mut input = json!({
        "idempotencyKey": key(), "caseId": case.id, "ground": "HANDLER_REQUEST", "evidenceIds": evidence,
        "question": "是否属于销售误导，如何处理？", "reason": "各方陈述不一，需合议。",
    });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    on_review(world, who, "requestJointReview", input).await
}

/// A case with one piece of evidence.
pub async fn with_evidence(world: &World) -> (OnTheRoad, String) {
    let mut case = road::investigated(world).await;
    let evidence = case.add_evidence(world).await;
    (case, evidence)
}

pub async fn requested(world: &World) -> Review {
    let (case, evidence) = with_evidence(world).await;
    requested_of(world, case, &evidence).await
}

pub async fn requested_of(world: &World, case: OnTheRoad, evidence: &str) -> Review {
    let answer = request(world, &case.handler, &case, &[evidence.to_owned()], json!({})).await;
    answer.done("requestJointReview");
    let at = |field: &str| format!("/requestJointReview/jointReview/{field}");
    let item = Item { id: answer.text(&at("approval/id")), version: answer.number(&at("approval/version")) };
    Review { id: answer.text(&at("id")), version: 1, case, item }
}

pub async fn agreed(world: &World) -> Review {
    let review = requested(world).await;
    review.item.approve(world, "supervisor").await.done("decideApproval");
    review
}

/// Convened for Tuesday, two in the afternoon, with the usual people; the second handler minutes.
pub async fn convened(world: &World) -> Review {
    let mut review = agreed(world).await;
    let plan = meeting(world, &USUAL).await;
    review.step(world, "supervisor", "conveneJointReview", plan).await;
    review
}

/// It is Tuesday, and everybody has come.
pub async fn assembled(world: &World) -> Review {
    let mut review = convened(world).await;
    world.set_time("2024-03-05T14:00:00");
    review.arrive(world, &USUAL.map(|(login, _)| login)).await.done("recordAttendance");
    review.refresh(world).await;
    review
}

pub async fn opened(world: &World) -> Review {
    let mut review = assembled(world).await;
    review.step(world, "supervisor", "openJointReview", json!({})).await;
    review
}

/// Minuted and ended with an outcome, an hour later.
pub async fn ended(world: &World, outcome: &str) -> Review {
    let mut review = opened(world).await;
    review.minute(world, "handler-2", "业务员承认未说明退保损失。").await.done("recordMinutes");
    world.set_time("2024-03-05T15:00:00");
    review.refresh(world).await;
    review.step(world, "supervisor", "closeJointReview", ending(outcome)).await;
    review
}

/// Signed by all.
pub async fn filed(world: &World) -> Review {
    let mut review = ended(world, "DECISION").await;
    for (login, _) in USUAL {
        review.sign(world, login).await.done("signMinutes");
    }
    review.refresh(world).await;
    review
}

pub fn ending(outcome: &str) -> Value {
    json!({ "outcome": outcome, "text": "同意协议解约，退还已缴保费的八成。" })
}

/// What a meeting with these people is convened with; the first of them chairs.
pub async fn meeting(world: &World, people: &[(&str, &str)]) -> Value {
    let mut attendees = Vec::new();
    for (login, capacity) in people {
        attendees.push(json!({ "personId": world.id_of(login).await, "capacity": capacity }));
    }
    json!({
        "meetsAt": "2024-03-05T14:00:00+08:00", "place": "三楼会议室", "brief": "客户称业务员承诺三年返本。",
        "chairId": attendees[0]["personId"], "recorderId": world.id_of("handler-2").await, "attendees": attendees,
    })
}

impl Review {
    /// Runs a mutation that takes the version, and keeps the version that it answers with.
    pub async fn step(&mut self, world: &World, who: &str, mutation: &str, more: Value) -> Answer {
        let answer = self.attempt(world, who, mutation, more).await;
        self.version = answer.done(mutation).number(&format!("/{mutation}/jointReview/version"));
        answer
    }

    /// The same without expecting that it is done.
    pub async fn attempt(&self, world: &World, who: &str, mutation: &str, more: Value) -> Answer {
        let mut input = json!({ "jointReviewId": self.id });
        if !["recordMinutes", "recordAttendance", "respondToInvitation", "signMinutes", "refuseToSign"]
            .contains(&mutation)
        {
            input["expectedVersion"] = json!(self.version);
        }
        if ["closeJointReview", "recordFinalOpinion", "signMinutes", "refuseToSign"].contains(&mutation) {
            input["idempotencyKey"] = json!(key());
        }
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        on_review(world, who, mutation, input).await
    }

    pub async fn refresh(&mut self, world: &World) {
        self.version = self.see(world, "auditor").await.number("/jointReview/version");
    }

    /// The joint review as somebody sees it.
    pub async fn see(&self, world: &World, who: &str) -> Answer {
        world.ask(who, SEEN, json!({ "id": self.id })).await
    }

    pub async fn state(&self, world: &World) -> String {
        self.see(world, "auditor").await.text("/jointReview/state")
    }

    /// The ids of attendees.
    pub async fn attendees(&self, world: &World, logins: &[&str]) -> Vec<String> {
        let seen = self.see(world, "auditor").await;
        let rows = seen.at("/jointReview/attendees").as_array().unwrap();
        let of = |login: &&str| {
            let name = format!("测试{login}");
            let row = rows.iter().find(|row| row["person"]["name"] == name);
            row.unwrap_or_else(|| panic!("{login} is not invited"))["id"].as_str().unwrap().to_owned()
        };
        logins.iter().map(of).collect()
    }

    pub async fn arrive(&self, world: &World, logins: &[&str]) -> Answer {
        self.presence(world, "ARRIVED", logins).await
    }

    pub async fn leave(&self, world: &World, logins: &[&str]) -> Answer {
        self.presence(world, "LEFT", logins).await
    }

    async fn presence(&self, world: &World, presence: &str, logins: &[&str]) -> Answer {
        let ids = self.attendees(world, logins).await;
        self.attempt(world, "supervisor", "recordAttendance", json!({ "presence": presence, "attendeeIds": ids })).await
    }

    /// Writes the next version of the minutes.
    pub async fn minute(&self, world: &World, who: &str, text: &str) -> Answer {
        let version = self.see(world, "auditor").await.number("/jointReview/minutesVersion");
        let statements = json!([{ "personId": world.id_of("handler").await, "text": text }]);
        let more = json!({ "expectedMinutesVersion": version, "statements": statements });
        self.attempt(world, who, "recordMinutes", more).await
    }

    /// The hash of the minutes that hold.
    pub async fn sha256(&self, world: &World) -> String {
        self.see(world, "auditor").await.text("/jointReview/minutes/sha256")
    }

    /// Confirms who they are and signs the minutes that hold.
    pub async fn sign(&self, world: &World, who: &str) -> Answer {
        let more = json!({ "expectedMinutesSha256": self.sha256(world).await, "proof": proof(world, who).await });
        self.attempt(world, who, "signMinutes", more).await
    }

    pub async fn refuse(&self, world: &World, who: &str, reason: &str, dissent: &str) -> Answer {
        let sha256 = self.sha256(world).await;
        let more = json!({ "expectedMinutesSha256": sha256, "reason": reason, "dissent": dissent });
        self.attempt(world, who, "refuseToSign", more).await
    }
}

/// A proof that somebody said who they are again, to sign.
pub async fn proof(world: &World, who: &str) -> String {
    confirm(world, who, PASSWORD).await.text("/confirmIdentity/proof/token")
}

pub async fn confirm(world: &World, who: &str, password: &str) -> Answer {
    let query = "mutation($password: String!) { confirmIdentity(input: { password: $password, action: SIGN_MINUTES }) {
        proof { token } refusals { code rule field } } }";
    world.ask(who, query, json!({ "password": password })).await
}

const SEEN: &str = "query($id: ID!) { jointReview(id: $id) { id number state version ground invitations minutesVersion meetsAt place brief
    requestedAt answeredAt openedAt closedAt outcome outcomeText finalOpinion filedAt cancelledAt invitation
    agenda { caseNumber question } evidence { evidenceId sha256 path name { visibility value } }
    chair { name } recorder { name }
    attendees { id invited response responseReason capacity present signs arrivedAt leftAt person { id name } substituteFor }
    minutes { version sha256 content statements { text person { name } } dissents { text } writtenBy { name } }
    minutesVersions { version sha256 }
    signatures { person { name } capacity minutesVersion minutesSha256 void dissent signedAt keyId value }
    signingRefusals { person { name } minutesVersion reason dissent }
    viewerCan { convene { allowed refusals { code rule } } respond { allowed } open { allowed } close { allowed } recordMinutes { allowed }
        signMinutes { allowed refusals { code rule } } refuseToSign { allowed } recordFinalOpinion { allowed } cancel { allowed } } } }";

/// Somebody says that they must not take part in the case.
pub async fn step_back(world: &World, who: &str, case: &OnTheRoad) {
    let query = "mutation($id: ID!) { declareRecusal(input: { caseId: $id, reason: \"与客户系亲属。\" }) { refusals { code rule field } } }";
    world.ask(who, query, json!({ "id": case.id })).await.done("declareRecusal");
}
