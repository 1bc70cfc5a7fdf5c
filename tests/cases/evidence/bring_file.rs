use super::{contents, rows};
use crate::support::{World, scenario};
use redress::platform::digest::sha256_hex;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06";

fn pdf(size: usize) -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    pdf.extend((pdf.len()..size).map(|i| (i % 251) as u8));
    pdf
}

fn reason(body: &Value) -> &str {
    body["errors"][0]["extensions"]["reason"].as_str().unwrap_or_else(|| panic!("{body:#}"))
}

scenario! {
    /// HK-5.4.2: what comes is measured, hashed and recognised; what lies in the store is not what came.
    async fn a_file_is_hashed_and_sealed(world) {
        for (serial, size) in [10, 64 * 1024, 64 * 1024 + 1, 3_000_000].into_iter().enumerate() {
            let content = pdf(size);
            let answer = world.bring("handler", "合同.pdf", "application/pdf", content.clone()).await;
            assert_eq!(answer.status, 201, "{:#}", answer.body);
            assert_eq!((&answer.body["name"], &answer.body["type"]), (&json!("合同.pdf"), &json!("application/pdf")));
            assert_eq!((answer.body["size"].as_u64(), &answer.body["sha256"]), (Some(size as u64), &json!(sha256_hex(&content))));
            assert_eq!(answer.body["attachUntil"], "2024-03-05T01:30:00Z");
            assert_eq!(contents(world).len(), serial + 1);
        }
        for path in contents(world) {
            let kept = std::fs::read(&path).unwrap();
            assert!(!kept.windows(8).any(|window| window == b"%PDF-1.7"), "{path:?}");
            assert!(!path.display().to_string().contains("合同"));
        }
        assert_eq!(rows(world, "uploads").await, 4);
    }
}

scenario! {
    /// T1.2: who registers or handles cases brings files; nobody else, and nobody without a token.
    async fn who_brings_files(world) {
        for who in ["registrar", "handler", "supervisor", "manager", "department-head", "archivist"] {
            assert_eq!(world.bring(who, "a.txt", "text/plain", "x").await.status, 201, "{who}");
        }
        let kept = contents(world).len();
        for who in ["general-manager", "assistant-manager", "co-handler", "legal", "auditor", "admin"] {
            let refused = world.bring(who, "a.txt", "text/plain", "x").await;
            assert_eq!((refused.status, refused.error_code()), (403, "FORBIDDEN"), "{who}");
        }
        assert_eq!(world.bring("", "a.txt", "text/plain", "x").await.status, 401);
        assert_eq!((contents(world).len(), rows(world, "uploads").await), (kept, 6));
        let denied = world.ask("auditor", "{ auditEvents(first: 100) { edges { node { action } } } }", json!({})).await;
        let denials = denied.at("/auditEvents/edges").as_array().unwrap().iter().filter(|edge| edge["node"]["action"] == "ACCESS_DENIED").count();
        assert_eq!(denials, 6);
    }
}

scenario! {
    /// What a file is, its content says: a renamed executable is refused under any name, and so is what no one has to bring.
    async fn what_is_refused(world) {
        let exe = [b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff".as_slice(), &[0; 200]].concat();
        let elf = [b"\x7fELF\x02\x01\x01".as_slice(), &[0; 200]].concat();
        let html = b"<!DOCTYPE html><html><script>alert(1)</script></html>".to_vec();
        let zip = [b"PK\x03\x04\x14\0\0\0\x08\0".as_slice(), &[1; 200]].concat();
        let late = [vec![b'a'; 100_000], vec![0, 1, 2]].concat();
        for (content, name, media_type, status, why) in [
            (exe.clone(), "合同.pdf", "application/pdf", 415, "KIND_NOT_ALLOWED"),
            (exe.clone(), "照片.jpg", "image/jpeg", 415, "KIND_NOT_ALLOWED"),
            (exe, "setup.exe", "application/octet-stream", 415, "KIND_NOT_ALLOWED"),
            (elf, "录音.mp3", "audio/mpeg", 415, "KIND_NOT_ALLOWED"),
            (html.clone(), "信.txt", "text/plain", 415, "KIND_NOT_ALLOWED"),
            (html, "信.html", "text/html", 415, "KIND_NOT_ALLOWED"),
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>".to_vec(), "图.svg", "image/svg+xml", 415, "KIND_NOT_ALLOWED"),
            (b"#!/bin/sh\nrm -rf /\n".to_vec(), "读我.txt", "text/plain", 415, "KIND_NOT_ALLOWED"),
            (zip, "资料.zip", "application/zip", 415, "KIND_NOT_ALLOWED"),
            (late, "信.txt", "text/plain", 415, "KIND_NOT_ALLOWED"),
            (PNG.to_vec(), "照片.pdf", "application/pdf", 415, "NAME_DIFFERS"),
            (PNG.to_vec(), "照片.png.exe", "image/png", 415, "NAME_DIFFERS"),
            (PNG.to_vec(), "照片.png", "application/pdf", 415, "TYPE_DIFFERS"),
            (Vec::new(), "空.txt", "text/plain", 400, "EMPTY"),
            (b"x".to_vec(), "../", "text/plain", 400, "NAME_MISSING"),
            ([b"%PDF-1.7".to_vec(), vec![b'x'; 100 << 20]].concat(), "大.pdf", "application/pdf", 413, "TOO_LARGE"),
        ] {
            let refused = world.bring("handler", name, media_type, content).await;
            assert_eq!((refused.status, reason(&refused.body)), (status, why), "{name}: {:#}", refused.body);
        }
        let token = world.token("handler").await.unwrap();
        let nameless = world.client().post(world.url("/files")).bearer_auth(&token).body("x").send().await.unwrap();
        assert_eq!(nameless.status(), 400);
        assert_eq!(reason(&nameless.json().await.unwrap()), "NAME_MISSING");
        assert_eq!((contents(world).len(), rows(world, "uploads").await), (0, 0));
    }
}

scenario! {
    /// Larger than is taken, told only as it comes: nothing is left of it.
    async fn too_large_without_saying_so(world) {
        let parts = (0..101).map(|i| Ok::<_, std::io::Error>(if i == 0 { pdf(1 << 20) } else { vec![b'x'; 1 << 20] }));
        let body = reqwest::Body::wrap_stream(futures_util::stream::iter(parts));
        let refused = world.bring("handler", "大.pdf", "application/pdf", body).await;
        assert_eq!((refused.status, reason(&refused.body)), (413, "TOO_LARGE"));
        assert_eq!((contents(world).len(), rows(world, "uploads").await), (0, 0));
    }
}

scenario! {
    /// Names are shown and never used as paths.
    async fn hostile_names(world) {
        let long = "长".repeat(300);
        for (name, kept) in [
            ("../../../etc/passwd", "passwd.txt"),
            ("..\\..\\windows\\system.txt", "system.txt"),
            ("a\u{0}b.txt", "ab.txt"),
            ("\u{202e}txt.读我.txt", "txt.读我.txt"),
            (&format!("{long}.txt"), &format!("{}….txt", "长".repeat(115))),
            ("'; DROP TABLE uploads; --.txt", "'; DROP TABLE uploads; --.txt"),
        ] {
            let answer = world.bring("handler", name, "text/plain", "内容").await;
            assert_eq!((answer.status, answer.body["name"].as_str()), (201, Some(kept)), "{:#}", answer.body);
        }
        for path in contents(world) {
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(name.len() == 32 && name.bytes().all(|b| b.is_ascii_hexdigit()), "{name}");
        }
    }
}

/// Sends the beginning of a file and gives the connection.
async fn begin(world: &World, announced: usize, sent: &[u8]) -> TcpStream {
    let token = world.token("handler").await.unwrap();
    let mut connection = TcpStream::connect(world.address).await.unwrap();
    let head = format!(
        "POST /files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/pdf\r\n\
         Content-Disposition: attachment; filename=\"a.pdf\"\r\nContent-Length: {announced}\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(sent).await.unwrap();
    connection.flush().await.unwrap();
    connection
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

scenario! {
    /// A cut connection leaves no file and no row, wherever it is cut.
    async fn a_cut_connection_leaves_nothing(world) {
        for sent in [0, 100, 40_000, 3_000_000] {
            let connection = begin(world, 5_000_000, &pdf(sent)).await;
            if sent > 1 << 20 {
                until("it is being written", || !contents(world).is_empty()).await;
            }
            drop(connection);
            until("it is gone", || contents(world).is_empty()).await;
            assert_eq!(rows(world, "uploads").await, 0);
        }
    }
}

scenario! {
    /// Fifty at once: each is kept, none is mixed up with another.
    async fn many_at_once(world) {
        world.token("handler").await;
        let one = async |i: usize| {
            let content = format!("第{i}份").repeat(20_000);
            loop {
                let answer = world.bring("handler", &format!("{i}.txt"), "text/plain", content.clone()).await;
                // The places of a worker may be taken.
                if answer.status != 503 {
                    assert_eq!(answer.body["sha256"], sha256_hex(content.as_bytes()));
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        futures_util::future::join_all((0..50).map(one)).await;
        assert_eq!((contents(world).len(), rows(world, "uploads").await), (50, 50));
    }
}
