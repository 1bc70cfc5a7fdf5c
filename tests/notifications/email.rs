//! E-mail, handed over to a real mail server on this machine.

use super::{Reaching, deliveries, set_email};
use crate::support::outside::MailServer;
use crate::support::{World, scenario};
use redress::platform::outlets::{EmailConfig, MailSecurity};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

fn reaching(world: &World, server: &MailServer, change: impl FnOnce(&mut EmailConfig)) -> Reaching {
    let mut email = EmailConfig {
        host: "localhost".to_owned(),
        port: server.port,
        security: MailSecurity::None,
        from: "投诉处理 <redress@company.example>".to_owned(),
        username: None,
        password: None,
        ca_file: None,
    };
    change(&mut email);
    Reaching::new(world, |config| {
        config.email = Some(email);
        config.notifications.case_url = "https://portal.example/cases/{case}".to_owned();
        config.notifications.attempts = 3.try_into().unwrap();
    })
}

scenario! {
    /// A title with the number and a link, under an id that stays; to those who have an address and want it.
    async fn a_mail_holds_a_number_and_a_link(world) {
        let server = MailServer::plain().await;
        let reaching = reaching(world, &server, |_| {});
        let nobody = reaching.allocate(world, "handler").await;
        assert_eq!(deliveries(world, Value::Null).await, json!([]), "no address, no delivery: {}", nobody.number);
        set_email(world, "handler", "wang.fang@company.example").await.done("updateStaff");
        let case = reaching.allocate(world, "handler").await;
        assert_eq!(deliveries(world, Value::Null).await[0]["state"], json!("WAITING"));
        assert!(server.taken().is_empty(), "sending comes later");
        assert_eq!(reaching.deliver(world, 6).await, 1);
        let [mail] = &server.taken()[..] else { panic!("{:?}", server.taken()) };
        assert_eq!((mail.from.as_str(), &mail.to[..]), ("MAIL FROM:<redress@company.example>", &["RCPT TO:<wang.fang@company.example>".to_owned()][..]));
        let sent = &deliveries(world, Value::Null).await[0];
        assert_eq!((&sent["state"], &sent["attempts"], &sent["nextAttemptAt"], &sent["problem"]), (&json!("DELIVERED"), &json!(1), &Value::Null, &Value::Null));
        assert_eq!(sent["deliveredAt"], json!("2024-03-04T01:30:06+00:00"));
        let id = redress::platform::ids::parse_global(sent["id"].as_str().unwrap()).unwrap().1;
        assert_eq!(mail.header("message-id"), format!("<{}@company.example>", id.simple()));
        assert_eq!(mail.header("date"), "Mon, 04 Mar 2024 01:30:00 +0000");
        let text = mail.text();
        assert!(text.starts_with(&format!("案件 {} 已分派给您办理\r\n", case.number)), "{text}");
        assert!(text.contains(&format!("\r\nhttps://portal.example/cases/{}\r\n", case.id)), "{text}");
        for personal in ["李秀英", "13812345678", "138 1234 5678", "HK2019", "测试handler", "全额退保"] {
            assert!(!mail.data.contains(personal) && !text.contains(personal), "{personal} in {text}");
        }
        assert_eq!(reaching.deliver(world, 6).await, 0, "once");
        let choose = "mutation { setNotificationPreferences(input: { preferences: [{ kind: CASE_ALLOCATED, email: false }] }) { refusals { code } } }";
        world.ask("handler", choose, json!({})).await.done("setNotificationPreferences");
        reaching.allocate(world, "handler").await;
        assert_eq!(reaching.deliver(world, 6).await, 0, "who does not want it gets none");
        assert_eq!(world.ask("handler", "{ viewer { counts { unreadNotifications } } }", json!({})).await.number("/viewer/counts/unreadNotifications"), 3);
    }
}

scenario! {
    /// A server that cannot take it now is asked again, later and later, with the same id; what it says is not kept.
    async fn a_refused_mail_is_tried_again(world) {
        let server = MailServer::plain().await;
        let reaching = reaching(world, &server, |_| {});
        set_email(world, "handler", "wang.fang@company.example").await.done("updateStaff");
        server.refuse.store(2, Ordering::SeqCst);
        reaching.allocate(world, "handler").await;
        assert_eq!(reaching.deliver(world, 6).await, 0);
        let waiting = deliveries(world, Value::Null).await[0].clone();
        assert_eq!((&waiting["state"], &waiting["problem"], &waiting["nextAttemptAt"]), (&json!("WAITING"), &json!("SMTP 451"), &json!("2024-03-04T01:30:36+00:00")));
        assert_eq!(reaching.deliver(world, 29).await, 0, "not yet its turn");
        assert_eq!(deliveries(world, Value::Null).await[0]["attempts"], json!(1));
        assert_eq!(reaching.deliver(world, 5).await, 0);
        assert_eq!(deliveries(world, Value::Null).await[0]["attempts"], json!(2));
        assert_eq!(reaching.deliver(world, 61).await, 1);
        assert_eq!(server.taken().len(), 1);
    }
}

scenario! {
    /// Where STARTTLS is asked for, nothing goes out without it; the server's certificate is checked.
    async fn starttls_is_not_optional(world) {
        let (plain, secure) = (MailServer::plain().await, MailServer::starttls().await);
        let folder = tempfile::tempdir().unwrap();
        let ca = folder.path().join("ca.pem");
        std::fs::write(&ca, secure.certificate.clone().unwrap()).unwrap();
        set_email(world, "handler", "wang.fang@company.example").await.done("updateStaff");
        let with = |trusts: bool| {
            let ca = ca.clone();
            move |email: &mut EmailConfig| {
                email.security = MailSecurity::Starttls;
                email.ca_file = trusts.then_some(ca);
                email.username = Some("redress".to_owned());
                email.password = Some("s3cret".to_owned().into());
            }
        };
        let to_plain = reaching(world, &plain, with(true));
        to_plain.allocate(world, "handler").await;
        assert_eq!(to_plain.deliver(world, 6).await, 0);
        assert!(plain.taken().is_empty());
        let stranger = reaching(world, &secure, with(false));
        assert_eq!(stranger.deliver(world, 60).await, 0, "a certificate that nobody vouches for");
        assert!(secure.taken().is_empty());
        assert_eq!(reaching(world, &secure, with(true)).deliver(world, 120).await, 1);
        let [mail] = &secure.taken()[..] else { panic!("{:?}", secure.taken()) };
        let plain_login = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, "\0redress\0s3cret");
        assert_eq!((mail.secure, mail.credentials.as_deref()), (true, Some(plain_login.as_str())));
    }
}

scenario! {
    /// Who has left, or has no address any more, gets nothing; an administrator sees why.
    async fn nothing_is_sent_to_who_has_left(world) {
        let server = MailServer::plain().await;
        let reaching = reaching(world, &server, |_| {});
        for login in ["handler", "handler-2"] {
            set_email(world, login, "somebody@company.example").await.done("updateStaff");
            reaching.allocate(world, login).await;
        }
        world.disable("handler").await;
        set_email(world, "handler-2", "").await.done("updateStaff");
        for seconds in [6, 60, 120] {
            assert_eq!(reaching.deliver(world, seconds).await, 0);
        }
        let dead = deliveries(world, json!({ "states": ["DEAD"], "channels": ["EMAIL"] })).await;
        assert_eq!((&dead[0]["problem"], &dead[1]["problem"]), (&json!("NO_ADDRESS"), &json!("PERSON_DISABLED")));
        assert!(server.taken().is_empty());
    }
}
