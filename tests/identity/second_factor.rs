//! A second factor beside the password.

use super::PASSWORD;
use crate::support::dump::dump;
use crate::support::{Answer, PROFILE, World, road, scenario};
use entity::StaffId;
use entity::audit_event::AuditAction;
use entity::staff_role::Role;
use redress::identity::second_factor::proof::{Proof, prove};
use redress::platform::access::Actor;
use redress::platform::db::{AuditRecord, Command, Done, Tx};
use redress::platform::error::{Failure, Result};
use redress::profiles::service::publish::PublishProfile;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::time::Duration;
use totp_rs::{Builder, Secret, Totp};

const LOGIN: &str = "mutation($input: LoginInput!) { login(input: $input) {
    accessToken expiresAt refreshToken refreshExpiresAt mustChangePassword staff { name } refusals { code rule field message } } }";
const CONFIRM: &str = "mutation($code: String!) { confirmSecondFactor(input: { code: $code }) { recovery { codes } refusals { code rule field } } }";
const VIEWER: &str =
    "{ viewer { roles permissions secondFactor { enrolledAt recoveryCodesLeft required proved missing }
    notifications { totalCount } counts { unreadNotifications } } }";

async fn sign_in(world: &World, login: &str, password: &str, code: Option<&str>) -> Answer {
    world.ask("", LOGIN, json!({ "input": { "login": login, "password": password, "code": code } })).await
}

async fn with(world: &World, token: &str, query: &str, variables: Value) -> Answer {
    world.post(Some(token), &json!({ "query": query, "variables": variables })).await
}

async fn enrol(world: &World, token: &str, password: &str, code: Option<&str>) -> Answer {
    let query = "mutation($input: EnrolSecondFactorInput!) { enrolSecondFactor(input: $input) {
        enrolment { secret uri confirmBefore } refusals { code rule field } } }";
    with(world, token, query, json!({ "input": { "password": password, "code": code } })).await
}

/// A mutation on one's own second factor that takes a password and a code.
async fn change(world: &World, token: &str, mutation: &str, result: &str, code: &str) -> Answer {
    let name = mutation[..1].to_uppercase() + &mutation[1..];
    let query = format!(
        "mutation($input: {name}Input!) {{ {mutation}(input: $input) {{ {result} refusals {{ code rule field }} }} }}"
    );
    with(world, token, &query, json!({ "input": { "password": PASSWORD, "code": code } })).await
}

async fn confirm_identity(world: &World, token: &str, code: Option<&str>) -> Answer {
    let query = "mutation($input: ConfirmIdentityInput!) { confirmIdentity(input: $input) { proof { token } refusals { code rule field } } }";
    with(world, token, query, json!({ "input": { "password": PASSWORD, "code": code, "action": "SIGN_MINUTES" } }))
        .await
}

/// An authenticator application, and what else the person has in hand.
struct Factor {
    totp: Totp,
    recovery_codes: Vec<String>,
    /// Of the session in which it was confirmed.
    token: String,
}

impl Factor {
    /// What the application shows so many steps from now.
    fn code(&self, world: &World, steps: i64) -> String {
        code(&self.totp, world, steps)
    }
}

fn code(totp: &Totp, world: &World, steps: i64) -> String {
    let seconds = world.clock.now().timestamp() + 30 * steps;
    totp.generate(u64::try_from(seconds).unwrap()).to_string()
}

fn application(enrolled: &Answer) -> Totp {
    let secret = Secret::try_from_base32(enrolled.text("/enrolSecondFactor/enrolment/secret")).unwrap();
    Builder::new().with_secret(secret).build().unwrap()
}

fn recovery_codes(confirmed: &Answer) -> Vec<String> {
    serde_json::from_value(confirmed.at("/confirmSecondFactor/recovery/codes").clone()).unwrap()
}

/// A person with a second factor: the code of the step before now is used up.
async fn enrolled(world: &World, login: &str) -> Factor {
    let token = sign_in(world, login, PASSWORD, None).await.text("/login/accessToken");
    let begun = enrol(world, &token, PASSWORD, None).await;
    let totp = application(begun.done("enrolSecondFactor"));
    let confirmed = with(world, &token, CONFIRM, json!({ "code": code(&totp, world, -1) })).await;
    let recovery_codes = recovery_codes(confirmed.done("confirmSecondFactor"));
    Factor { totp, recovery_codes, token }
}

/// For so long a server may take what it knew for true.
async fn until_every_server_knows() {
    tokio::time::sleep(Duration::from_millis(1_900)).await;
}

const REQUIRED: [&str; 1] = ["SECOND_FACTOR_REQUIRED ASVS 6.3.3 code"];
const WRONG: [&str; 1] = ["SECOND_FACTOR_WRONG ASVS 6.5.1 code"];
const MISSING: [&str; 1] = ["SECOND_FACTOR_MISSING"];

scenario! {
    /// ASVS 6.3.3: a second factor holds from its first code on; then the right password alone is refused, and gives nothing away.
    async fn from_enrolment_to_sign_in(world) {
        let token = sign_in(world, "supervisor", PASSWORD, None).await.text("/login/accessToken");
        let before = with(world, &token, VIEWER, json!({})).await;
        assert_eq!(before.at("/viewer/secondFactor"), &json!({ "enrolledAt": null, "recoveryCodesLeft": 0, "required": false, "proved": false, "missing": false }));
        assert_eq!(with(world, &token, CONFIRM, json!({ "code": "123456" })).await.refusals("confirmSecondFactor"), MISSING);
        assert_eq!(enrol(world, &token, "not the password", None).await.refusals("enrolSecondFactor"), ["PASSWORD_WRONG NIST SP 800-63B 3.1.1 password"]);
        let begun = enrol(world, &token, PASSWORD, None).await;
        let (secret, uri) = (begun.text("/enrolSecondFactor/enrolment/secret"), begun.text("/enrolSecondFactor/enrolment/uri"));
        assert_eq!(secret.len(), 32, "160 bits in base32");
        let read = Totp::from_url(&uri).unwrap();
        assert_eq!((read.issuer(), read.account_name(), read.secret().to_base32()), (Some("恒康天安人寿保险股份有限公司"), "supervisor", secret.clone()));
        assert_eq!(begun.text("/enrolSecondFactor/enrolment/confirmBefore"), "2024-03-04T01:45:00+00:00");
        sign_in(world, "supervisor", PASSWORD, None).await.done("login").text("/login/accessToken");
        let totp = application(&begun);
        assert_eq!(with(world, &token, CONFIRM, json!({ "code": code(&totp, world, 2) })).await.refusals("confirmSecondFactor"), WRONG);
        let first = code(&totp, world, 0);
        let confirmed = with(world, &token, CONFIRM, json!({ "code": first })).await;
        let recovery = recovery_codes(confirmed.done("confirmSecondFactor"));
        assert_eq!(recovery.len(), 10);
        assert_eq!(with(world, &token, CONFIRM, json!({ "code": code(&totp, world, 1) })).await.refusals("confirmSecondFactor"), MISSING, "once");
        let after = with(world, &token, VIEWER, json!({})).await;
        assert_eq!(after.at("/viewer/secondFactor"), &json!({ "enrolledAt": "2024-03-04T01:30:00+00:00", "recoveryCodesLeft": 10, "required": false, "proved": true, "missing": false }));

        let alone = sign_in(world, "supervisor", PASSWORD, None).await;
        assert_eq!(alone.refusals("login"), REQUIRED);
        for field in ["accessToken", "expiresAt", "refreshToken", "refreshExpiresAt", "mustChangePassword", "staff"] {
            assert_eq!(alone.at(&format!("/login/{field}")), &Value::Null, "{field}");
        }
        for nothing in ["", " - ", "\u{3000}"] {
            assert_eq!(sign_in(world, "supervisor", PASSWORD, Some(nothing)).await.refusals("login"), REQUIRED, "{nothing:?}");
        }
        assert_eq!(sign_in(world, "supervisor", PASSWORD, Some(&first)).await.refusals("login"), WRONG, "the code that confirmed it");
        // A wrong password with the right code says what a wrong password says, and leaves the code as it was.
        let next = code(&totp, world, 1);
        let wrong = sign_in(world, "supervisor", "not the password", None).await;
        assert_eq!(wrong.error_code(), "UNAUTHENTICATED");
        for (who, code) in [("supervisor", Some(next.as_str())), ("nobody-at-all", Some(&next)), ("nobody-at-all", None)] {
            assert_eq!(sign_in(world, who, "not the password", code).await.body, wrong.body, "{who}");
        }
        let signed_in = sign_in(world, "supervisor", PASSWORD, Some(&next)).await;
        signed_in.done("login");
        assert_eq!(with(world, &signed_in.text("/login/accessToken"), VIEWER, json!({})).await.at("/viewer/secondFactor/proved"), &json!(true));
        assert_eq!(sign_in(world, "supervisor", PASSWORD, Some(&next)).await.refusals("login"), WRONG, "a code is good once (RFC 6238 5.2)");
        let refresh = "mutation($token: String!) { refresh(input: { refreshToken: $token }) { accessToken } }";
        let refreshed = world.ask("", refresh, json!({ "token": signed_in.text("/login/refreshToken") })).await;
        assert_eq!(with(world, &refreshed.text("/refresh/accessToken"), VIEWER, json!({})).await.at("/viewer/secondFactor/proved"), &json!(true), "a refresh is the same session");

        let events = "query($who: ID!) { auditEvents(first: 2, filter: { actions: [SECOND_FACTOR_CONFIRMED, SIGNED_IN], actorId: $who }) { edges { node { action after } } } }";
        let trail = world.ask("auditor", events, json!({ "who": id_of(world, "supervisor").await })).await;
        let (last, confirmed) = (trail.at("/auditEvents/edges/0/node"), trail.at("/auditEvents/edges/1/node"));
        assert_eq!((&last["action"], &last["after"]["secondFactor"]), (&json!("SIGNED_IN"), &json!("APPLICATION")));
        assert_eq!((&confirmed["action"], confirmed["after"]["endedSessions"].as_array().unwrap().len()), (&json!("SECOND_FACTOR_CONFIRMED"), 1));
        for (table, row) in dump(world).await {
            let row = row.to_uppercase().replace('-', "");
            for kept in recovery.iter().chain([&secret, &first, &next]) {
                // Six digits may stand anywhere.
                let of_a_code = kept.len() == 6 && table != "audit_events";
                assert!(of_a_code || !row.contains(&kept.replace('-', "")), "{table}: {kept}");
            }
        }
    }
}

/// The opaque id of a person who does not sign in with a password alone.
async fn id_of(world: &World, login: &str) -> String {
    redress::platform::ids::NodeKey::global(world.staff_id(login).await).0
}

scenario! {
    /// RFC 6238 5.2: clocks may differ by a step, not by two; and no step is taken that lies before one that was.
    async fn clocks_may_differ_by_a_step(world) {
        let factor = enrolled(world, "handler").await;
        let mut minute = 30;
        for (drift, good) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            minute += 5;
            world.set_time(&format!("2024-03-04T09:{minute}:00"));
            let answer = sign_in(world, "handler", PASSWORD, Some(&factor.code(world, drift))).await;
            assert_eq!(answer.refusals("login").is_empty(), good, "{drift}");
        }
        // The last second of a step and the first of the next: the same code for ninety seconds.
        world.set_time("2024-03-04T10:00:00");
        let code = factor.code(world, 0);
        for (time, good) in [("09:59:29", false), ("10:01:00", false), ("10:00:59", true), ("09:59:30", false)] {
            world.set_time(&format!("2024-03-04T{time}"));
            let answer = sign_in(world, "handler", PASSWORD, Some(&code)).await;
            assert_eq!(answer.refusals("login").is_empty(), good, "{time}");
        }
        world.set_time("2024-03-04T10:30:00");
        sign_in(world, "handler", PASSWORD, Some(&factor.code(world, 1))).await.done("login");
        for earlier in [0, -1, 1] {
            let answer = sign_in(world, "handler", PASSWORD, Some(&factor.code(world, earlier))).await;
            assert_eq!(answer.refusals("login"), WRONG, "{earlier}: a later step was taken");
        }
    }
}

/// A transaction that takes a code and does nothing else.
struct Take {
    person: StaffId,
    code: SecretString,
}

impl Command for Take {
    type Output = Option<Proof>;

    async fn execute(&self, tx: &Tx) -> Result<Done<Self::Output>> {
        let proof = prove(tx, self.person, Some(&self.code)).await?;
        Ok(Done { output: proof, record: AuditRecord::new(AuditAction::IdentityConfirmed, self.person) })
    }
}

scenario! {
    /// Sent fifty times at once, a code of either kind signs in once; and of fifty transactions at once, one takes it.
    async fn fifty_at_once(world) {
        let factor = enrolled(world, "handler").await;
        let person = world.staff_id("handler").await;
        let at_once = async |code: &str| {
            let answers = futures_util::future::join_all((0..50).map(|_| sign_in(world, "handler", PASSWORD, Some(code)))).await;
            let good = answers.iter().filter(|answer| answer.body["data"]["login"]["accessToken"].is_string()).count();
            let other = |answer: &&Answer| answer.body.get("errors").is_some() && answer.error_code() != "LIMITED";
            assert_eq!(answers.iter().filter(other).count(), 0);
            good
        };
        assert_eq!(at_once(&factor.code(world, 0)).await, 1);
        world.set_time("2024-03-04T11:00:00");
        assert_eq!(at_once(&factor.recovery_codes[0]).await, 1);
        for code in [factor.code(world, 0), factor.recovery_codes[1].clone()] {
            let system = Actor::system("test");
            let takes = (0..50).map(|_| async {
                world.db.run(&system, &Take { person, code: code.as_str().into() }).await
            });
            let (mut taken, mut refused) = (0, 0);
            for outcome in futures_util::future::join_all(takes).await {
                match outcome {
                    Ok(Some(_)) => taken += 1,
                    Err(Failure::Refused(_)) => refused += 1,
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!((taken, refused), (1, 49));
        }
    }
}

scenario! {
    /// ASVS 6.5.1: a recovery code stands once for a code, however it is typed, for its owner alone; new ones end the earlier ones.
    async fn recovery_codes_are_good_once(world) {
        let factor = enrolled(world, "handler").await;
        let other = enrolled(world, "handler-2").await;
        let codes = &factor.recovery_codes;
        assert_eq!(sign_in(world, "handler", PASSWORD, Some(&other.recovery_codes[0])).await.refusals("login"), WRONG, "somebody else's");
        let full_width: String = codes[3].chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
        for typed in [codes[0].clone(), codes[1].to_lowercase(), codes[2].replace('-', " "), full_width, codes[4].replace('-', "")] {
            sign_in(world, "handler", PASSWORD, Some(&typed)).await.done("login");
            assert_eq!(sign_in(world, "handler", PASSWORD, Some(&typed)).await.refusals("login"), WRONG, "{typed} again");
        }
        let viewer = with(world, &factor.token, VIEWER, json!({})).await;
        assert_eq!(viewer.number("/viewer/secondFactor/recoveryCodesLeft"), 5);
        assert_eq!(confirm_identity(world, &factor.token, Some(&codes[5])).await.refusals("confirmIdentity"), Vec::<String>::new());
        let renew = async |token: &str, code: &str| change(world, token, "renewRecoveryCodes", "recovery { codes }", code).await;
        assert_eq!(renew(&factor.token, &codes[0]).await.refusals("renewRecoveryCodes"), WRONG);
        let renewed = renew(&factor.token, &codes[6]).await;
        let fresh: Vec<String> = serde_json::from_value(renewed.done("renewRecoveryCodes").at("/renewRecoveryCodes/recovery/codes").clone()).unwrap();
        assert_eq!((fresh.len(), fresh.iter().filter(|code| codes.contains(code)).count()), (10, 0));
        assert_eq!(sign_in(world, "handler", PASSWORD, Some(&codes[9])).await.refusals("login"), WRONG, "of the earlier ones");
        sign_in(world, "handler", PASSWORD, Some(&fresh[9])).await.done("login");
        sign_in(world, "handler-2", PASSWORD, Some(&other.recovery_codes[9])).await.done("login");
        let nobody = sign_in(world, "registrar", PASSWORD, None).await.text("/login/accessToken");
        assert_eq!(renew(&nobody, "123456").await.refusals("renewRecoveryCodes"), MISSING);
        let renewals = "{ auditEvents(filter: { actions: [RECOVERY_CODES_RENEWED] }) { edges { node { after } } } }";
        let renewals = world.ask("auditor", renewals, json!({})).await;
        assert_eq!(renewals.at("/auditEvents/edges/0/node/after"), &json!({ "secondFactor": "RECOVERY_CODE" }));
    }
}

scenario! {
    /// NIST SP 800-63B 3.2.2: wrong codes count as wrong passwords do, wherever they are given; a missing one does not.
    async fn wrong_codes_slow_down(world) {
        let factor = enrolled(world, "handler").await;
        for _ in 0..8 {
            assert_eq!(sign_in(world, "handler", PASSWORD, None).await.refusals("login"), REQUIRED);
        }
        for wrong in ["000000", "验证码", &*"9".repeat(100_000), &factor.code(world, 2), "ABCD-EFGH-JKLM-NPQR-STUV-WXYZ"] {
            assert_eq!(sign_in(world, "handler", PASSWORD, Some(wrong)).await.refusals("login"), WRONG, "{:.40}", wrong);
        }
        let slowed = sign_in(world, "handler", PASSWORD, Some(&factor.code(world, 0))).await;
        assert_eq!((slowed.error_code(), slowed.body["errors"][0]["extensions"]["retryAfterSeconds"].as_i64()), ("LIMITED", Some(1)));
        assert_eq!(confirm_identity(world, &factor.token, Some(&factor.code(world, 0))).await.error_code(), "LIMITED");
        assert_eq!(enrol(world, &factor.token, PASSWORD, Some(&factor.code(world, 0))).await.error_code(), "LIMITED");
        assert_eq!(with(world, &factor.token, CONFIRM, json!({ "code": "123456" })).await.error_code(), "LIMITED");
        world.set_time("2024-03-04T09:30:01");
        assert_eq!(confirm_identity(world, &factor.token, Some("000000")).await.refusals("confirmIdentity"), WRONG);
        let slowed = sign_in(world, "handler", PASSWORD, Some(&factor.code(world, 0))).await;
        assert_eq!(slowed.body["errors"][0]["extensions"]["retryAfterSeconds"].as_i64(), Some(2), "one count for all doors");
        world.set_time("2024-03-04T09:30:03");
        sign_in(world, "handler", PASSWORD, Some(&factor.code(world, 0))).await.done("login");
    }
}

scenario! {
    /// A proof of who one is asks for what signing in asks for; a code that signed in does not prove, nor the reverse.
    async fn confirming_who_one_is_asks_for_a_code(world) {
        let factor = enrolled(world, "supervisor").await;
        assert_eq!(confirm_identity(world, &factor.token, None).await.refusals("confirmIdentity"), REQUIRED);
        let code = factor.code(world, 0);
        confirm_identity(world, &factor.token, Some(&code)).await.text("/confirmIdentity/proof/token");
        assert_eq!(confirm_identity(world, &factor.token, Some(&code)).await.refusals("confirmIdentity"), WRONG);
        assert_eq!(sign_in(world, "supervisor", PASSWORD, Some(&code)).await.refusals("login"), WRONG);
        let next = factor.code(world, 1);
        sign_in(world, "supervisor", PASSWORD, Some(&next)).await.done("login");
        assert_eq!(confirm_identity(world, &factor.token, Some(&next)).await.refusals("confirmIdentity"), WRONG);
        let without = sign_in(world, "handler", PASSWORD, Some("123456")).await.text("/login/accessToken");
        confirm_identity(world, &without, Some("123456")).await.text("/confirmIdentity/proof/token");
    }
}

scenario! {
    /// A secret waits a quarter of an hour for its first code; another enrolment takes its place.
    async fn an_enrolment_lapses(world) {
        let token = sign_in(world, "handler", PASSWORD, None).await.text("/login/accessToken");
        let earlier = application(&enrol(world, &token, PASSWORD, None).await);
        let later = application(&enrol(world, &token, PASSWORD, None).await);
        let confirm = async |totp: &Totp| with(world, &token, CONFIRM, json!({ "code": code(totp, world, 0) })).await;
        assert_eq!(confirm(&earlier).await.refusals("confirmSecondFactor"), WRONG);
        world.set_time("2024-03-04T09:45:00");
        assert_eq!(confirm(&later).await.refusals("confirmSecondFactor"), MISSING);
        world.set_time("2024-03-04T09:44:59");
        confirm(&later).await.done("confirmSecondFactor");
        assert_eq!(sign_in(world, "handler", PASSWORD, None).await.refusals("login"), REQUIRED);
    }
}

async fn require_of(world: &World, roles: &str) {
    let section = format!("[second_factor]\nrequired_of = {roles}\n\n[calendar]\n");
    let content = PROFILE.replacen("[calendar]\n", &section, 1).replacen("\"2013-01-01\"", "\"2024-03-04\"", 1);
    world.db.run(&Actor::system("test"), &PublishProfile { content }).await.unwrap();
    until_every_server_knows().await;
}

scenario! {
    /// ASVS 6.3.3: a role of which the rules require a second factor holds in sessions that proved one, and in no other; who only reads
    /// can enrol one, too. Changing the device needs the old one; doing without is refused.
    async fn a_role_may_require_it(world) {
        let case = road::investigated(world).await;
        case.request(world, "10000", "12500", "30000").await.done("requestApproval");
        let old = sign_in(world, "supervisor", PASSWORD, None).await.text("/login/accessToken");
        let here = sign_in(world, "supervisor", PASSWORD, None).await.text("/login/accessToken");
        let cases = "{ cases { totalCount } }";
        with(world, &here, cases, json!({})).await.at("/cases");
        let told = with(world, &here, VIEWER, json!({})).await.number("/viewer/notifications/totalCount");
        assert!(told > 0);
        require_of(world, "[\"SUPERVISOR\", \"AUDITOR\"]").await;
        for token in [&old, &here, &sign_in(world, "auditor", PASSWORD, None).await.text("/login/accessToken")] {
            let me = with(world, token, VIEWER, json!({})).await;
            assert_eq!((me.at("/viewer/roles"), me.at("/viewer/permissions")), (&json!([]), &json!([])));
            assert_eq!(me.at("/viewer/secondFactor"), &json!({ "enrolledAt": null, "recoveryCodesLeft": 0, "required": true, "proved": false, "missing": true }));
            assert_eq!((me.number("/viewer/notifications/totalCount"), me.number("/viewer/counts/unreadNotifications")), (0, 0));
            let refused = with(world, token, cases, json!({})).await;
            assert_eq!(refused.error_code(), "FORBIDDEN");
            let message = refused.body["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains("ASVS 6.3.3") && message.contains("enrolSecondFactor"), "{message}");
        }
        assert_eq!(world.bring("supervisor", "来信.txt", "text/plain", "x").await.status, 403);
        world.ask("handler", cases, json!({})).await.at("/cases");
        assert_eq!(world.ask("handler", "{ profile { secondFactorRequiredOf } }", json!({})).await.at("/profile/secondFactorRequiredOf"), &json!(["SUPERVISOR", "AUDITOR"]));

        let begun = enrol(world, &here, PASSWORD, None).await;
        let totp = application(begun.done("enrolSecondFactor"));
        assert_eq!(with(world, &here, cases, json!({})).await.error_code(), "FORBIDDEN", "not confirmed yet");
        let confirmed = with(world, &here, CONFIRM, json!({ "code": code(&totp, world, -1) })).await;
        let recovery = recovery_codes(confirmed.done("confirmSecondFactor"));
        let auditor = enrolled(world, "auditor").await;
        until_every_server_knows().await;
        with(world, &here, cases, json!({})).await.at("/cases");
        assert_eq!(with(world, &here, VIEWER, json!({})).await.number("/viewer/notifications/totalCount"), told);
        with(world, &auditor.token, cases, json!({})).await.at("/cases");
        assert_eq!(with(world, &old, VIEWER, json!({})).await.error_code(), "UNAUTHENTICATED", "other sessions ended");
        let again = sign_in(world, "supervisor", PASSWORD, Some(&code(&totp, world, 0))).await;
        with(world, &again.text("/login/accessToken"), cases, json!({})).await.at("/cases");

        let remove = change(world, &here, "removeSecondFactor", "secondFactor { missing }", &recovery[0]).await;
        assert_eq!(remove.refusals("removeSecondFactor"), ["NOT_ALLOWED_BY_PROFILE ASVS 6.3.3"]);
        assert_eq!(enrol(world, &here, PASSWORD, None).await.refusals("enrolSecondFactor"), REQUIRED, "who has one gives its code");
        let another = application(enrol(world, &here, PASSWORD, Some(&recovery[0])).await.done("enrolSecondFactor"));
        sign_in(world, "supervisor", PASSWORD, Some(&code(&totp, world, 1))).await.done("login");
        with(world, &here, CONFIRM, json!({ "code": code(&another, world, 0) })).await.done("confirmSecondFactor");
        world.set_time("2024-03-04T09:35:00");
        for gone in [&code(&totp, world, 0), &recovery[1]] {
            assert_eq!(sign_in(world, "supervisor", PASSWORD, Some(gone)).await.refusals("login"), WRONG, "of the old device");
        }
        sign_in(world, "supervisor", PASSWORD, Some(&code(&another, world, 0))).await.done("login");

        let denied = "{ auditEvents(filter: { actions: [ACCESS_DENIED] }, first: 1) { edges { node { after } } } }";
        let denied = with(world, &auditor.token, denied, json!({})).await;
        assert_eq!(denied.at("/auditEvents/edges/0/node/after/rule"), "ASVS 6.3.3");
    }
}

scenario! {
    /// One's own second factor goes with a password and a code; other sessions end, and the password alone signs in again.
    async fn removing_ones_own(world) {
        let factor = enrolled(world, "handler").await;
        let other = sign_in(world, "handler", PASSWORD, Some(&factor.recovery_codes[0])).await.text("/login/accessToken");
        let remove = async |code: &str| change(world, &factor.token, "removeSecondFactor", "secondFactor { enrolledAt proved recoveryCodesLeft }", code).await;
        assert_eq!(remove("000000").await.refusals("removeSecondFactor"), WRONG);
        assert_eq!(remove("").await.refusals("removeSecondFactor"), REQUIRED);
        let removed = remove(&factor.code(world, 0)).await;
        assert_eq!(removed.done("removeSecondFactor").at("/removeSecondFactor/secondFactor"), &json!({ "enrolledAt": null, "proved": false, "recoveryCodesLeft": 0 }));
        assert_eq!(remove(&factor.code(world, 1)).await.refusals("removeSecondFactor"), MISSING);
        until_every_server_knows().await;
        assert_eq!(with(world, &other, VIEWER, json!({})).await.error_code(), "UNAUTHENTICATED");
        with(world, &factor.token, VIEWER, json!({})).await.at("/viewer");
        sign_in(world, "handler", PASSWORD, None).await.done("login");
        enrolled(world, "handler").await;
    }
}

scenario! {
    /// ASVS 6.4.4: an administrator removes the second factor of a person who lost it, on record; nobody their own.
    async fn resetting_somebody_elses(world) {
        let factor = enrolled(world, "handler").await;
        let id = id_of(world, "handler").await;
        let reset = async |who: &str, id: &str, version: i32| {
            let query = "mutation($input: ResetSecondFactorInput!) { resetSecondFactor(input: $input) { staff { version secondFactorSince } refusals { code rule field } } }";
            world.ask(who, query, json!({ "input": { "staffId": id, "expectedVersion": version } })).await
        };
        for who in ["supervisor", "manager", "general-manager", "auditor", "registrar"] {
            assert_eq!(reset(who, &id, 1).await.error_code(), "FORBIDDEN", "{who}");
        }
        let since = "{ staff(role: HANDLER, first: 10) { edges { node { id secondFactorSince } } } }";
        assert_eq!(world.ask("supervisor", since, json!({})).await.error_code(), "FORBIDDEN", "not whose is missing");
        let listed = world.ask("admin", since, json!({})).await;
        let has: Vec<_> = listed.at("/staff/edges").as_array().unwrap().iter().filter(|edge| edge["node"]["secondFactorSince"].is_string()).map(|edge| edge["node"]["id"].clone()).collect();
        assert_eq!(has, [json!(id)]);
        let own = world.id_of("admin").await;
        assert_eq!(reset("admin", &own, 1).await.refusals("resetSecondFactor"), ["OWN_ACCOUNT ASVS 6.4.4 staffId"]);
        assert_eq!(reset("admin", &id, 7).await.error_code(), "CONFLICT");
        let done = reset("admin", &id, 1).await;
        assert_eq!(done.done("resetSecondFactor").at("/resetSecondFactor/staff"), &json!({ "version": 2, "secondFactorSince": null }));
        assert_eq!(reset("admin", &id, 2).await.refusals("resetSecondFactor"), MISSING);
        until_every_server_knows().await;
        assert_eq!(with(world, &factor.token, VIEWER, json!({})).await.error_code(), "UNAUTHENTICATED");
        let again = sign_in(world, "handler", PASSWORD, Some(&factor.code(world, 0))).await;
        assert_eq!(with(world, &again.text("/login/accessToken"), VIEWER, json!({})).await.at("/viewer/secondFactor/proved"), &json!(false));
        let event = "{ auditEvents(filter: { actions: [SECOND_FACTOR_RESET] }) { edges { node { actor { name } subjectId after } } } }";
        let event = world.ask("auditor", event, json!({})).await;
        assert_eq!(event.at("/auditEvents/edges"), &json!([{ "node": { "actor": { "name": "测试admin" }, "subjectId": id, "after": {} } }]));
    }
}

scenario! {
    /// A password from the administrator does not stand for the second factor (ASVS 6.4.3).
    async fn a_new_password_leaves_the_second_factor(world) {
        world.add_person("forgetful", &[Role::Handler]).await;
        let factor = enrolled(world, "forgetful").await;
        let id = id_of(world, "forgetful").await;
        let reset = "mutation($id: ID!) { resetPassword(input: { staffId: $id, expectedVersion: 1 }) { reset { temporaryPassword } refusals { code } } }";
        let temporary = world.ask("admin", reset, json!({ "id": id })).await.text("/resetPassword/reset/temporaryPassword");
        assert_eq!(sign_in(world, "forgetful", &temporary, None).await.refusals("login"), REQUIRED);
        let signed_in = sign_in(world, "forgetful", &temporary, Some(&factor.code(world, 0))).await;
        assert_eq!(signed_in.at("/login/mustChangePassword"), &json!(true));
    }
}
