//! A pack is checked by whoever has it, with the program and a public key.

use super::command_line::{Keys, program};
use chrono::{DateTime, Utc};
use redress::platform::signing::ServerKeys;
use redress::reviews::pack::{
    Attendance, Capacity, Minutes, Outcome, OutcomeKind, PackSource, Person, SignatureStatement, build,
};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;
use uuid::Uuid;

fn server() -> Keys {
    Keys::new("sqlite::memory:")
}

fn signing_keys(server: &Keys) -> ServerKeys {
    let (_, path) = server.settings.iter().find(|(name, _)| name.ends_with("SIGNING_KEY_FILE")).unwrap();
    ServerKeys::parse(&fs::read_to_string(path).unwrap().into()).unwrap()
}

fn pack(keys: &ServerKeys) -> Vec<u8> {
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let person = |id, name: &str| Person { id: Uuid::from_u128(id).into(), name: name.to_owned() };
    let attends = |id, name: &str, capacity| Attendance {
        person: person(id, name),
        capacity,
        arrived_at: at("2024-03-04T01:00:00Z"),
        left_at: None,
        signs: true,
    };
    let minutes = Minutes {
        joint_review: Uuid::from_u128(9),
        number: "HY2024-000001".to_owned(),
        version: 1,
        organisation: "恒康天安人寿".to_owned(),
        held_at: at("2024-03-04T01:00:00Z"),
        place: "三楼会议室".to_owned(),
        chair: person(2, "王芳"),
        recorder: person(3, "周敏"),
        attendance: vec![
            attends(1, "陈静", Capacity::Management),
            attends(2, "王芳", Capacity::Supervisor),
            attends(3, "周敏", Capacity::Handler),
        ],
        agenda: Vec::new(),
        statements: Vec::new(),
        dissents: Vec::new(),
        outcome: Outcome { kind: OutcomeKind::Decision, text: "同意协商退保。".to_owned() },
        final_opinion: None,
    };
    let sign = |signer: &Attendance| {
        let statement = SignatureStatement {
            joint_review: minutes.joint_review,
            minutes_version: 1,
            minutes_sha256: minutes.sha256().unwrap(),
            person: signer.person.id,
            capacity: signer.capacity,
            dissent: (signer.capacity == Capacity::Handler).then(|| "数额偏高".to_owned()),
            signed_at: at("2024-03-04T03:00:00Z"),
        };
        statement.sign(keys).unwrap()
    };
    let signatures = minutes.signers().map(sign).collect();
    build(&PackSource { signatures, minutes, evidence: Vec::new(), made_at: at("2024-03-05T00:00:00Z") }, keys).unwrap()
}

/// A folder with files, and the program that is given two of them and no settings.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn verify(&self, pack: &Path, keys: &Path) -> Output {
        program(&[]).args(["review", "verify"]).arg(pack).arg("--keys").arg(keys).output().unwrap()
    }
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// HK-7.5.6
#[test]
fn a_pack_is_checked_with_the_program_and_the_public_key_alone() {
    let (server, desk) = (server(), Desk::new());
    let pack = desk.put("HY2024-000001.zip", pack(&signing_keys(&server)));
    for form in [vec!["keys", "public"], vec!["keys", "public", "--pem"]] {
        let printed = server.program().args(&form).output().unwrap();
        assert!(printed.status.success());
        assert!(!out(&printed).contains("PRIVATE"));
        let verified = desk.verify(&pack, &desk.put("keys", &printed.stdout));
        assert_eq!(verified.status.code(), Some(0), "{verified:?}");
        let said = out(&verified);
        for shown in [
            "HY2024-000001.zip holds",
            "HY2024-000001 of 恒康天安人寿",
            "2024-03-04T09:00:00+08:00 at 三楼会议室",
            "outcome       decision\n",
            "signatures    3, of all who sign",
            "陈静 (客服部经理助理以上人员) 2024-03-04T11:00:00+08:00\n",
            "周敏 (经办人员) 2024-03-04T11:00:00+08:00, with dissent\n",
            signing_keys(&server).first_id(),
        ] {
            assert!(said.contains(shown), "{shown} in {said}");
        }
    }
}

#[test]
fn what_does_not_hold_is_named_and_the_exit_code_is_one() {
    let (server, desk) = (server(), Desk::new());
    let keys = signing_keys(&server);
    let good = pack(&keys);
    let mut changed = good.clone();
    let text = "同意协商退保。".as_bytes();
    let at = changed.windows(text.len()).position(|window| window == text).unwrap();
    changed[at] ^= 1;
    let trusted = desk.put("jwks.json", keys.public().key_set());
    let others = desk.put("others.json", signing_keys(&self::server()).public().key_set());
    let private = server.settings.iter().find(|(name, _)| name.ends_with("SIGNING_KEY_FILE")).unwrap().1.clone();
    let (pack, good_length) = (desk.put("pack.zip", &good), good.len());
    for (pack, keys, complaint) in [
        (desk.put("changed.zip", changed), trusted.clone(), "changed.zip: minutes.json is damaged"),
        (desk.put("cut.zip", &good[..good_length / 2]), trusted.clone(), "cut.zip: the file is no pack"),
        (desk.put("empty.zip", ""), trusted.clone(), "empty.zip: the file is no pack"),
        (pack.clone(), others, "no key with this id is trusted"),
        (pack.clone(), private.into(), "holds a private key"),
        (pack.clone(), desk.put("none.pem", "no keys"), "none.pem: holds neither"),
        (pack.clone(), desk.put("bytes", [0xff, 0xfe]), "bytes: is no text"),
        (pack, desk.0.path().join("absent"), "absent: "),
        (desk.0.path().join("absent.zip"), trusted, "absent.zip: "),
    ] {
        let refused = desk.verify(&pack, &keys);
        assert_eq!(refused.status.code(), Some(1), "{complaint}");
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(said.starts_with("redress: ") && said.contains(complaint), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(refused.stdout.is_empty());
    }
}

#[test]
fn the_help_says_where_the_keys_come_from() {
    let help = program(&[]).args(["review", "verify", "--help"]).output().unwrap();
    assert!(help.status.success());
    for said in ["--keys <KEYS>", "redress keys public", "/.well-known/jwks.json", "PEM"] {
        assert!(out(&help).contains(said), "{}", out(&help));
    }
    let without = program(&[]).args(["review", "verify", "x.zip"]).output().unwrap();
    assert_eq!(without.status.code(), Some(2));
}
