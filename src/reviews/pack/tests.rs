//! HK-7.5.6, HK-7.6, HK-F.7: what a pack proves, and that nothing in it can be changed without being named.

use super::container;
use super::*;
use crate::platform::digest::sha256_hex;
use crate::platform::signing::{NotSigned, PublicKeys};
use aws_lc_rs::signature::Ed25519KeyPair;
use entity::StaffId;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;
use uuid::Uuid;

fn new_keys() -> ServerKeys {
    let pair = Ed25519KeyPair::generate().unwrap();
    ServerKeys::parse(&pem::encode(&pem::Pem::new("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref())).into()).unwrap()
}

/// The same in every run, so that packs are the same bytes.
static KEYS: LazyLock<ServerKeys> = LazyLock::new(|| {
    // PKCS#8 of an Ed25519 key: a fixed beginning and the 32 bytes of the seed.
    let begins = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    let der = [begins.as_slice(), &[7; 32]].concat();
    ServerKeys::parse(&pem::encode(&pem::Pem::new("PRIVATE KEY", der)).into()).unwrap()
});

fn at(time: &str) -> DateTime<Utc> {
    format!("2024-03-04T{time}+08:00").parse().unwrap()
}

fn staff(id: u128) -> StaffId {
    Uuid::from_u128(id).into()
}

fn person(id: u128, name: &str) -> Person {
    Person { id: staff(id), name: name.to_owned() }
}

fn attends(id: u128, name: &str, capacity: Capacity, signs: bool) -> Attendance {
    let left_at = (!signs).then(|| at("10:00:00"));
    Attendance { person: person(id, name), capacity, arrived_at: at("09:00:00"), left_at, signs }
}

fn minutes() -> Minutes {
    Minutes {
        joint_review: Uuid::from_u128(900),
        number: "HY2024-000001".to_owned(),
        version: 2,
        organisation: "恒康天安人寿".to_owned(),
        held_at: at("09:00:00"),
        place: "三楼会议室".to_owned(),
        chair: person(2, "王芳"),
        recorder: person(3, "周敏"),
        attendance: vec![
            attends(1, "陈静", Capacity::Management, true),
            attends(2, "王芳", Capacity::Supervisor, true),
            attends(3, "周敏", Capacity::Handler, true),
            attends(4, "何雪莲", Capacity::Department, false),
        ],
        agenda: vec![AgendaItem { case_number: "TS2024-000001".to_owned(), question: "是否协议退保".to_owned() }],
        statements: vec![Statement { person: person(3, "周敏"), text: "客户坚持全额退保。".to_owned() }],
        dissents: vec![Dissent { person: person(4, "何雪莲"), text: "应先补充证据。".to_owned() }],
        outcome: Outcome { kind: OutcomeKind::Preliminary, text: "倾向于协商退保。".to_owned() },
        final_opinion: Some(FinalOpinion { text: "同意协商退保。".to_owned(), given_at: at("15:00:00.123456") }),
    }
}

fn statement(minutes: &Minutes, signer: &Attendance) -> SignatureStatement {
    SignatureStatement {
        joint_review: minutes.joint_review,
        minutes_version: minutes.version,
        minutes_sha256: minutes.sha256().unwrap(),
        person: signer.person.id,
        capacity: signer.capacity,
        dissent: (signer.person.id == staff(1)).then(|| "数额偏高".to_owned()),
        signed_at: at("16:00:00"),
    }
}

fn signed_by_all(minutes: &Minutes, keys: &ServerKeys) -> Vec<Signed> {
    minutes.signers().map(|signer| statement(minutes, signer).sign(keys).unwrap()).collect()
}

fn evidence() -> Vec<EvidenceItem> {
    let item = |id, name: Option<&str>| EvidenceItem {
        id: Uuid::from_u128(id).into(),
        name: name.map(str::to_owned),
        sha256: sha256_hex(b"file"),
        size: 4,
    };
    vec![item(501, Some("保单复印件.pdf")), item(502, None)]
}

fn source() -> PackSource {
    let minutes = minutes();
    PackSource { signatures: signed_by_all(&minutes, &KEYS), evidence: evidence(), made_at: at("17:00:00"), minutes }
}

fn good() -> Vec<u8> {
    static GOOD: LazyLock<Vec<u8>> = LazyLock::new(|| build(&source(), &KEYS).unwrap());
    GOOD.clone()
}

fn fault(pack: &[u8]) -> Fault {
    verify(pack, KEYS.public()).unwrap_err()
}

/// The texts of a pack's parts.
fn texts() -> BTreeMap<Part, String> {
    let pack = good();
    let parts = container::read(&pack).unwrap();
    parts.into_iter().map(|(part, bytes)| (part, String::from_utf8(bytes.to_vec()).unwrap())).collect()
}

fn packed(texts: &BTreeMap<Part, String>) -> Vec<u8> {
    container::write(&texts.iter().map(|(part, text)| (*part, text.as_bytes())).collect())
}

fn signed_manifest(texts: &mut BTreeMap<Part, String>, manifest: String, keys: &ServerKeys) {
    let signature = canonical_json(&keys.sign(DOMAIN, manifest.as_bytes())).unwrap();
    texts.extend([(Part::Manifest, manifest), (Part::ManifestSignature, signature)]);
}

/// What a server says that signs anything: the parts as they were changed, under a manifest that fits them.
fn forged(change: impl FnOnce(&mut BTreeMap<Part, String>)) -> Fault {
    let mut texts = texts();
    change(&mut texts);
    let listed = texts.clone().into_iter().filter(|(part, _)| *part < Part::Manifest).collect();
    let manifest = canonical_json(&Manifest::of(&minutes(), &listed, source().made_at).unwrap()).unwrap();
    signed_manifest(&mut texts, manifest, &KEYS);
    fault(&packed(&texts))
}

/// The same for a source that [`build`] would not take.
fn forged_source(change: impl FnOnce(&mut PackSource)) -> Fault {
    let mut source = source();
    change(&mut source);
    forged(|texts| {
        let PackSource { minutes, evidence, signatures, .. } = &source;
        texts.insert(Part::Minutes, minutes.canonical().unwrap());
        texts.insert(Part::Attendees, canonical_json(&minutes.attendance).unwrap());
        texts.insert(Part::Evidence, canonical_json(evidence).unwrap());
        texts.insert(Part::Signatures, canonical_json(signatures).unwrap());
        texts.insert(Part::Page, page(minutes, signatures).unwrap());
    })
}

/// HK-7.5.6
#[test]
fn a_pack_is_verified_with_the_public_key_alone() {
    let public = PublicKeys::parse(&KEYS.public().key_set()).unwrap();
    let verified = verify(&good(), &public).unwrap();
    assert_eq!(verified.minutes, minutes());
    assert_eq!(verified.minutes_sha256, minutes().sha256().unwrap());
    assert_eq!(verified.evidence, evidence());
    assert_eq!(verified.signatures, source().signatures);
    assert_eq!(verified.sealed_by, KEYS.first_id());
    assert_eq!(verified.manifest.made_at, at("17:00:00"));
}

/// The format stands still: packs that are kept for ten years are checked by later versions of this program. When this
/// test fails, make a format v2 beside v1.
#[test]
fn the_bytes_of_a_pack_are_those_of_its_first_day() {
    assert_eq!(sha256_hex(&good()), "d29c7dca1d7baeea75031d7c5cce468e9e3ed82bb1a7b2f6fe708bec02a75bd9");
    let mut shuffled = source();
    shuffled.signatures.reverse();
    assert_eq!(build(&shuffled, &KEYS).unwrap(), good(), "whatever order the signatures come in");
}

#[test]
fn every_changed_byte_of_every_part_is_named() {
    let pack = good();
    for part in Part::ALL {
        let text = &texts()[&part];
        let written = [part.name(), text].concat();
        let start = pack.windows(written.len()).position(|window| window == written.as_bytes()).unwrap();
        let start = start + part.name().len();
        for step in 0..20 {
            let at = step * (text.len() - 1) / 19;
            let mut changed = pack.clone();
            changed[start + at] ^= 1;
            assert_eq!(fault(&changed), Fault::Damaged(part), "byte {at}");
            // The same by somebody who knows what a zip is.
            let mut content = text.clone().into_bytes();
            content[at] ^= 1;
            let parts = container::read(&pack).unwrap().into_iter();
            let parts =
                parts.map(|(other, bytes)| if other == part { (part, content.as_slice()) } else { (other, bytes) });
            let fault = fault(&container::write(&parts.collect()));
            match part {
                Part::Manifest | Part::ManifestSignature => assert!(
                    matches!(
                        fault,
                        Fault::ManifestNotSigned { .. }
                            | Fault::OtherFormat(_)
                            | Fault::Unreadable(_)
                            | Fault::NotCanonical(_)
                    ),
                    "{fault}"
                ),
                _ => assert_eq!(fault, Fault::OtherHash(part), "byte {at}"),
            }
        }
    }
}

/// Headers, directory and end of the zip too.
#[test]
fn every_changed_byte_of_the_whole_file_is_found() {
    let pack = good();
    for at in 0..pack.len() {
        for bits in [0x01, 0x80] {
            let mut changed = pack.clone();
            changed[at] ^= bits;
            assert!(verify(&changed, KEYS.public()).is_err(), "byte {at}");
        }
    }
}

#[test]
fn a_pack_that_was_cut_or_that_goes_on_is_found() {
    let pack = good();
    for length in 0..pack.len() {
        assert_eq!(fault(&pack[..length]), Fault::NotAPack, "{length} bytes");
    }
    for (before, after) in [(b"x".as_slice(), b"".as_slice()), (b"", b"x"), (b"", &pack[..]), (&pack[..], b"")] {
        let longer = [before, &pack, after].concat();
        assert!(verify(&longer, KEYS.public()).is_err());
    }
}

#[test]
fn only_trusted_keys_count() {
    let others = new_keys();
    let untrusted = verify(&good(), others.public()).unwrap_err();
    let key = KEYS.first_id().to_owned();
    assert_eq!(untrusted, Fault::ManifestNotSigned { key: key.clone(), why: NotSigned::UnknownKey });
    // Somebody else's pack under the name of our key, and one of theirs with keys.json saying that it is trusted.
    let mut texts = texts();
    let (manifest, sealed) = (texts[&Part::Manifest].clone(), others.sign(DOMAIN, b"").key_id);
    signed_manifest(&mut texts, manifest.clone(), &others);
    assert_eq!(fault(&packed(&texts)), Fault::ManifestNotSigned { key: sealed.clone(), why: NotSigned::UnknownKey },);
    let renamed = texts[&Part::ManifestSignature].replace(&sealed, &key);
    texts.insert(Part::ManifestSignature, renamed);
    assert_eq!(fault(&packed(&texts)), Fault::ManifestNotSigned { key: key.clone(), why: NotSigned::DoesNotFit });
    // A signature of one domain is none in another.
    let elsewhere = canonical_json(&KEYS.sign(c"redress/joint-review-signature/v1", manifest.as_bytes())).unwrap();
    texts.insert(Part::ManifestSignature, elsewhere);
    assert_eq!(fault(&packed(&texts)), Fault::ManifestNotSigned { key: key.clone(), why: NotSigned::DoesNotFit });
    // Under a manifest of ours, a signature by a key that is not.
    let signed = forged_source(|source| {
        let [.., last] = source.signatures.as_mut_slice() else { unreachable!() };
        *last = last.statement.clone().sign(&others).unwrap();
    });
    assert_eq!(
        signed,
        Fault::NotSigned { signer: "周敏".into(), key: others.first_id().into(), why: NotSigned::UnknownKey }
    );
}

/// Signatures stay good when the key that signs is another one by now.
#[test]
fn keys_are_rotated_without_losing_signatures() {
    let minutes = minutes();
    let pem = |seed: u8| {
        let begins = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
        pem::encode(&pem::Pem::new("PRIVATE KEY", [begins.as_slice(), &[seed; 32]].concat()))
    };
    let both = ServerKeys::parse(&format!("{}{}", pem(8), pem(7)).into()).unwrap();
    let source = PackSource { signatures: signed_by_all(&minutes, &KEYS), ..source() };
    let pack = build(&source, &both).unwrap();
    assert_ne!(verify(&pack, both.public()).unwrap().sealed_by, KEYS.first_id());
    // A server that lost the old key can no longer say that the signatures are its own, and gives no pack.
    assert!(build(&source, &ServerKeys::parse(&pem(8).into()).unwrap()).is_err());
    // The keys of the pack must be all that signed in it.
    let mut texts = texts();
    texts.insert(Part::Keys, new_keys().public().key_set());
    assert_eq!(forged(|forged| *forged = texts), Fault::KeyNotIncluded(KEYS.first_id().to_owned()));
}

/// HK-7.5.6: 4 of 5 signed is not signed.
#[test]
fn everyone_who_signs_has_signed_once_and_nobody_else() {
    for (at, name) in [(0, "陈静"), (1, "王芳"), (2, "周敏")] {
        let missing = forged_source(|source| drop(source.signatures.remove(at)));
        assert_eq!(missing, Fault::SignatureMissing(name.to_owned()));
    }
    assert_eq!(forged_source(|source| source.signatures.clear()), Fault::SignatureMissing("陈静".to_owned()));
    let twice = forged_source(|source| source.signatures.push(source.signatures[0].clone()));
    assert_eq!(twice, Fault::SignedTwice("陈静".to_owned()));
    let turned = forged_source(|source| source.signatures.reverse());
    assert_eq!(turned, Fault::OtherOrder);
    // Somebody who left before the outcome, and somebody who was not there.
    let with = |change: fn(&mut SignatureStatement)| {
        forged_source(|source| {
            let mut statement = source.signatures[0].statement.clone();
            change(&mut statement);
            source.signatures.push(statement.sign(&KEYS).unwrap());
        })
    };
    assert_eq!(with(|statement| statement.person = staff(4)), Fault::NotASigner("何雪莲".to_owned()));
    let stranger = with(|statement| statement.person = staff(99));
    assert_eq!(stranger, Fault::NotASigner(Uuid::from_u128(99).to_string()));
    let nobody = forged_source(|source| {
        source.minutes.attendance.iter_mut().for_each(|attendance| attendance.signs = false);
        source.signatures.clear();
    });
    assert_eq!(nobody, Fault::NobodySigns);
    let doubled = forged_source(|source| source.minutes.attendance.push(source.minutes.attendance[0].clone()));
    assert_eq!(doubled, Fault::AttendsTwice("陈静".to_owned()));
}

/// A signature is under one text of one version of one review, in one capacity, at one time.
#[test]
fn a_signature_from_elsewhere_is_none_here() {
    let with = |change: &dyn Fn(&mut SignatureStatement)| {
        forged_source(|source| {
            let mut statement = source.signatures[1].statement.clone();
            change(&mut statement);
            source.signatures[1] = statement.sign(&KEYS).unwrap();
        })
    };
    let name = || "王芳".to_owned();
    let earlier = Minutes { version: 1, ..minutes() };
    let replayed = forged_source(|source| source.signatures[1] = signed_by_all(&earlier, &KEYS).remove(1));
    assert_eq!(replayed, Fault::OtherVersionSigned(name()));
    assert_eq!(with(&|of| of.joint_review = Uuid::from_u128(901)), Fault::OtherReviewSigned(name()));
    assert_eq!(with(&|of| of.minutes_sha256 = earlier.sha256().unwrap()), Fault::OtherTextSigned(name()));
    assert_eq!(with(&|of| of.capacity = Capacity::Management), Fault::OtherCapacitySigned(name()));
    for (time, good) in [("08:59:59.999999", false), ("09:00:00", true), ("17:00:00", true), ("17:00:00.000001", false)]
    {
        let mut source = source();
        let mut statement = source.signatures[1].statement.clone();
        statement.signed_at = at(time);
        source.signatures[1] = statement.sign(&KEYS).unwrap();
        assert_eq!(build(&source, &KEYS).is_ok(), good, "{time}");
        if !good {
            assert_eq!(with(&|of| of.signed_at = at(time)), Fault::SignedOutOfTime(name()));
        }
    }
    // What was stated is changed afterwards: the dissent, or the version of a replayed one.
    let changed =
        |change: fn(&mut SignatureStatement)| forged_source(|source| change(&mut source.signatures[0].statement));
    for change in [(|of| of.dissent = None) as fn(&mut SignatureStatement), |of| of.signed_at = at("16:00:01")] {
        let expected =
            Fault::NotSigned { signer: "陈静".into(), key: KEYS.first_id().into(), why: NotSigned::DoesNotFit };
        assert_eq!(changed(change), expected);
    }
}

#[test]
fn a_pack_that_does_not_hold_is_not_given_out() {
    let mut source = source();
    source.signatures.pop();
    assert!(build(&source, &KEYS).is_err());
}

#[test]
fn parts_that_do_not_belong_together_are_named() {
    let changed = |part: Part, text: &str| forged(|texts| drop(texts.insert(part, text.to_owned())));
    assert_eq!(changed(Part::Attendees, "[]"), Fault::OtherAttendees);
    assert_eq!(changed(Part::Page, "<!doctype html>"), Fault::OtherPage);
    assert_eq!(changed(Part::Keys, r#"{"keys":[]}"#), Fault::NoKeys);
    assert_eq!(changed(Part::Keys, &KEYS.public().pem()), Fault::NotCanonical(Part::Keys));
    let printed = forged(|texts| {
        let altered = texts[&Part::Page].replace("倾向于协商退保。", "同意全额退保。");
        texts.insert(Part::Page, altered);
    });
    assert_eq!(printed, Fault::OtherPage);
    let twice = forged_source(|source| source.evidence.push(source.evidence[0].clone()));
    assert_eq!(twice, Fault::EvidenceTwice);
    for change in [
        (|of| of.version = 3) as fn(&mut Minutes),
        |of| of.number = "HY2024-000002".to_owned(),
        |of| of.joint_review = Uuid::from_u128(901),
    ] {
        assert_eq!(forged_source(|source| change(&mut source.minutes)), Fault::OtherMinutes);
    }
    for time in ["1800-01-01T00:00:00Z", "+262142-12-31T23:59:59Z"] {
        let strange = forged_source(|source| source.minutes.attendance[0].arrived_at = time.parse().unwrap());
        assert_eq!(strange, Fault::Unreadable(Part::Minutes));
    }
}

#[test]
fn json_of_another_form_is_named() {
    for part in [Part::Minutes, Part::Evidence, Part::Signatures] {
        let changed = |change: &dyn Fn(&str) -> String| {
            forged(|texts| {
                let text = change(&texts[&part]);
                texts.insert(part, text);
            })
        };
        let unreadable = Fault::Unreadable(part);
        assert_eq!(changed(&|text| text[..text.len() - 1].to_owned()), unreadable);
        assert_eq!(changed(&|_| String::new()), unreadable);
        assert_eq!(changed(&|_| "[".repeat(100_000)), unreadable);
        // Another member, and another way to write the same.
        assert_eq!(changed(&|text| text.replacen('{', r#"{"x":1,"#, 1)), unreadable);
        assert_eq!(changed(&|text| format!("{text} ")), Fault::NotCanonical(part));
        assert_eq!(changed(&|text| text.replacen(':', ": ", 1)), Fault::NotCanonical(part));
    }
}

#[test]
fn a_manifest_of_another_form_is_named() {
    let signed = |change: fn(&mut Value)| {
        let mut texts = texts();
        let mut manifest: Value = serde_json::from_str(&texts[&Part::Manifest]).unwrap();
        change(&mut manifest);
        signed_manifest(&mut texts, canonical_json(&manifest).unwrap(), &KEYS);
        fault(&packed(&texts))
    };
    assert_eq!(
        signed(|of| of["format"] = json!("redress/v9\u{1b}[31m")),
        Fault::OtherFormat("redress/v9\\u{1b}[31m".into())
    );
    assert_eq!(signed(|of| of["more"] = json!(1)), Fault::Unreadable(Part::Manifest));
    assert_eq!(signed(|of| of["madeAt"] = json!("1800-01-01T00:00:00Z")), Fault::Unreadable(Part::Manifest));
    assert_eq!(signed(|of| drop(of["parts"].as_array_mut().unwrap().pop())), Fault::OtherParts);
    assert_eq!(signed(|of| of["parts"].as_array_mut().unwrap().reverse()), Fault::OtherParts);
    assert_eq!(signed(|of| of["parts"][0]["name"] = json!("minutes.xml")), Fault::OtherParts);
    assert_eq!(signed(|of| of["parts"][0]["size"] = json!(1)), Fault::OtherSize(Part::Minutes));
    assert_eq!(signed(|of| of["parts"][5]["sha256"] = json!(sha256_hex(b""))), Fault::OtherHash(Part::Keys));
    assert_eq!(signed(|of| of["minutesVersion"] = json!(1)), Fault::OtherMinutes);
    let mut texts = texts();
    let doubled = texts[&Part::Manifest].replacen("\"format\"", "\"number\":\"x\",\"format\"", 1);
    signed_manifest(&mut texts, doubled, &KEYS);
    assert_eq!(fault(&packed(&texts)), Fault::Unreadable(Part::Manifest), "a member twice");
}

/// A zip of files with these names, as other programs write them.
fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = rawzip::ZipArchiveWriter::new(Vec::new());
    for (name, content) in files {
        let path = rawzip::path::EntryPath::verbatim(name.as_bytes());
        let (mut entry, config) = writer.new_file(path).start().unwrap();
        let mut data = config.wrap(&mut entry);
        std::io::Write::write_all(&mut data, content).unwrap();
        let (_, described) = data.finish().unwrap();
        entry.finish(described).unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn names_that_no_part_has_are_named_and_cannot_lead_out() {
    for name in ["../minutes.json", "a/../../x", "/etc/passwd", "..\\x", "C:\\x", "\\x", "a\u{0}.json"] {
        assert!(matches!(fault(&zip_of(&[(name, b"x")])), Fault::UnsafeName(_)), "{name}");
    }
    for name in ["", "x", "Minutes.json", "minutes.json/", "minutes.json ", "a/minutes.json", "..json", "字"] {
        assert!(matches!(fault(&zip_of(&[(name, b"x")])), Fault::Unexpected(_)), "{name}");
    }
    let shown = fault(&zip_of(&[(&format!("\u{1b}[2J\n\u{202e}{}", "x".repeat(1000)), b"x")])).to_string();
    assert!(shown.len() < 200 && shown.is_ascii() && !shown.contains(char::is_control), "{shown}");
}

#[test]
fn missing_double_and_additional_parts_are_named() {
    let texts = texts();
    for missing in Part::ALL {
        let mut fewer = texts.clone();
        fewer.remove(&missing);
        assert_eq!(fault(&packed(&fewer)), Fault::Missing(missing));
        let files: Vec<_> = texts.iter().map(|(part, text)| (part.name(), text.as_bytes())).collect();
        let twice = [files.clone(), vec![(missing.name(), b"other".as_slice())]].concat();
        assert_eq!(fault(&zip_of(&twice)), Fault::Twice(missing));
        let more = [files, vec![("extra.txt", b"x".as_slice())]].concat();
        assert_eq!(fault(&zip_of(&more)), Fault::Unexpected("extra.txt".to_owned()));
    }
    assert_eq!(fault(&zip_of(&[])), Fault::Missing(Part::Minutes));
    // All the right parts, but written by another program: with room for what is not signed.
    let files: Vec<_> = texts.iter().map(|(part, text)| (part.name(), text.as_bytes())).collect();
    assert_eq!(fault(&zip_of(&files)), Fault::OtherContainer);
}

#[test]
fn nothing_is_unpacked_and_nothing_large_is_read() {
    assert_eq!(fault(&vec![0; MAX_BYTES + 1]), Fault::TooLarge);
    assert_eq!(fault(&vec![0; MAX_BYTES]), Fault::NotAPack);
    // A megabyte that would become a gigabyte is never unpacked: a pack says that nothing in it is compressed.
    let mut packed = zip_of(&[("minutes.json", &[0; 1000])]);
    let directory = packed.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    packed[directory + 10] = 8;
    packed[directory + 24..directory + 28].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(fault(&packed), Fault::Packed(Part::Minutes));
    // Nor is a size believed that is not there.
    packed[directory + 10] = 0;
    assert_eq!(fault(&packed), Fault::Damaged(Part::Minutes));
    packed[directory + 20..directory + 24].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(fault(&packed), Fault::Damaged(Part::Minutes));
    let mut encrypted = zip_of(&[("minutes.json", b"x")]);
    let directory = encrypted.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    encrypted[directory + 8] |= 1;
    assert_eq!(fault(&encrypted), Fault::Packed(Part::Minutes));
}

/// HK-F.7
#[test]
fn the_record_shows_number_content_decision_and_a_signature_for_each_who_signs() {
    let minutes = minutes();
    let page = page(&minutes, &signed_by_all(&minutes, &KEYS)).unwrap();
    for shown in [
        "投诉案件合议记录表",
        "HY2024-000001",
        "第 2 版",
        "恒康天安人寿",
        "2024-03-04 09:00:00",
        "三楼会议室",
        "TS2024-000001",
        "是否协议退保",
        "客户坚持全额退保。",
        "应先补充证据。",
        "倾向性意见",
        "倾向于协商退保。",
        "同意协商退保。",
        "数额偏高",
        &minutes.sha256().unwrap(),
    ] {
        assert!(page.contains(shown), "{shown} in {page}");
    }
    assert_eq!(page.matches(KEYS.first_id()).count(), 3);
    assert_eq!(page.matches("2024-03-04 16:00:00").count(), 3);
    let unsigned = super::page(&minutes, &[]).unwrap();
    assert_eq!(unsigned.matches(KEYS.first_id()).count(), 0);
}

#[test]
fn nothing_that_somebody_wrote_becomes_markup() {
    let hostile = "</td><script>alert('1')</script><img src=x onerror=\"x\">&";
    let mut minutes = minutes();
    minutes.place = hostile.to_owned();
    minutes.statements[0].text = hostile.to_owned();
    minutes.attendance[0].person.name = hostile.to_owned();
    let page = page(&minutes, &[]).unwrap();
    assert!(!page.contains("<script") && !page.contains("<img") && page.matches("alert(").count() == 4, "{page}");
}

/// HK-7.5.6†: whatever of the minutes changes, it is another text.
#[test]
fn every_member_of_the_minutes_is_in_the_hash() {
    let minutes = minutes();
    let changes: [fn(&mut Minutes); 14] = [
        |of| of.joint_review = Uuid::from_u128(1),
        |of| of.number.push('1'),
        |of| of.version = 3,
        |of| of.organisation.push('1'),
        |of| of.held_at = at("09:00:00.000001"),
        |of| of.place.push(' '),
        |of| of.chair.id = staff(1),
        |of| of.recorder.name.push('1'),
        |of| of.attendance[0].left_at = Some(at("10:00:00")),
        |of| of.agenda.clear(),
        |of| of.statements[0].text.push('。'),
        |of| of.dissents.clear(),
        |of| of.outcome.kind = OutcomeKind::Decision,
        |of| of.final_opinion = None,
    ];
    let mut hashes = std::collections::HashSet::from([minutes.sha256().unwrap()]);
    for change in changes {
        let mut changed = minutes.clone();
        change(&mut changed);
        assert!(hashes.insert(changed.sha256().unwrap()));
    }
    let kept: Minutes = serde_json::from_str(&minutes.canonical().unwrap()).unwrap();
    assert_eq!(kept, minutes);
}

/// Two bytes of a record: mostly small, so that they point into the file.
fn record() -> impl Strategy<Value = u16> {
    prop_oneof![6 => Just(0_u16), 4 => 0..300_u16, 1 => any::<u16>(), 1 => Just(u16::MAX)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_make_the_verifier_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(verify(&bytes, KEYS.public()).is_err());
    }

    /// Records of a zip, also of one for large files, that point anywhere.
    #[test]
    fn no_zip_makes_the_verifier_panic(
        content in proptest::collection::vec(any::<u8>(), 0..80),
        local in proptest::collection::vec(record(), 13),
        listed in proptest::collection::vec(record(), 21),
        large in proptest::option::of((proptest::collection::vec(record(), 26), proptest::collection::vec(record(), 8))),
        end in proptest::collection::vec(record(), 9),
    ) {
        let bytes = |signature: &[u8], fields: &[u16]| {
            [signature, &fields.iter().flat_map(|field| field.to_le_bytes()).collect::<Vec<_>>()].concat()
        };
        let name = b"minutes.json";
        let mut zip = [bytes(b"PK\x03\x04", &local), name.to_vec(), content].concat();
        zip.extend([bytes(b"PK\x01\x02", &listed), name.to_vec()].concat());
        if let Some((record, locator)) = &large {
            zip.extend([bytes(b"PK\x06\x06", record), bytes(b"PK\x06\x07", locator)].concat());
        }
        zip.extend(bytes(b"PK\x05\x06", &end));
        prop_assert!(verify(&zip, KEYS.public()).is_err());
    }

    /// A pack with several pieces overwritten, taken out or put in.
    #[test]
    fn no_mutilated_pack_is_verified(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0..3u8, proptest::collection::vec(any::<u8>(), 1..9)), 1..6),
    ) {
        let pack = good();
        let mut changed = pack.clone();
        for (index, how, bytes) in edits {
            let at = index.index(changed.len());
            let end = (at + bytes.len()).min(changed.len());
            match how {
                0 => changed[at..end].copy_from_slice(&bytes[..end - at]),
                1 => drop(changed.drain(at..end)),
                _ => drop(changed.splice(at..at, bytes)),
            }
        }
        prop_assume!(changed != pack);
        prop_assert!(verify(&changed, KEYS.public()).is_err());
    }

    /// A part of any text, under a manifest that fits it.
    #[test]
    fn no_signed_part_makes_the_verifier_panic(part in 0..6usize, text in "\\PC{0,80}") {
        forged(|texts| drop(texts.insert(Part::ALL[part], text)));
    }
}
