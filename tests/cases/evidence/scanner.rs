use super::{contents, rows};
use crate::support::{World, road, scenario, serve_with_desk};
use redress::app::App;
use redress::platform::ids::global_of;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Speaks as clamd does: finds `EICAR`, and stops listening after a million bytes.
async fn clamd() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut command = [0; 10];
                socket.read_exact(&mut command).await.unwrap();
                assert_eq!(&command, b"zINSTREAM\0");
                let mut all = Vec::new();
                let said: &[u8] = loop {
                    let Ok(length) = socket.read_u32().await else { return };
                    if length == 0 {
                        break if all.windows(5).any(|window| window == b"EICAR") {
                            b"stream: Eicar-Signature FOUND\0"
                        } else {
                            b"stream: OK\0"
                        };
                    }
                    let mut chunk = vec![0; length as usize];
                    socket.read_exact(&mut chunk).await.unwrap();
                    all.append(&mut chunk);
                    if all.len() > 1_000_000 {
                        break b"INSTREAM size limit exceeded. ERROR\0";
                    }
                };
                socket.write_all(said).await.unwrap();
                socket.shutdown().await.unwrap();
                let _ = tokio::io::copy(&mut socket, &mut tokio::io::sink()).await;
            });
        }
    });
    address
}

async fn guarded(world: &World, clamd: SocketAddr) -> SocketAddr {
    let mut config = world.config.clone();
    config.files.clamd = Some(clamd.to_string());
    let app = Arc::new(App::new(&config, world.clock.clone()).unwrap());
    serve_with_desk(world, Arc::clone(&app), app.desk(), &config)
}

async fn bring(world: &World, address: SocketAddr, content: Vec<u8>) -> (u16, Value) {
    let token = world.token("handler").await.unwrap();
    let request = world.client().post(format!("http://{address}/files")).bearer_auth(token).body(content);
    let answer = request.header("content-disposition", "attachment; filename=\"a.txt\"").send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

scenario! {
    /// What the scanner finds is refused, kept apart, nobody's, and counted; what it passes is taken.
    async fn an_infected_file_is_kept_apart(world) {
        let address = guarded(world, clamd().await).await;
        let (status, clean) = bring(world, address, b"nothing to see".repeat(9_000)).await;
        assert_eq!(status, 201, "{clean:#}");
        let (status, refused) = bring(world, address, [vec![b'x'; 200_000], b"EICAR".to_vec()].concat()).await;
        assert_eq!((status, &refused["errors"][0]["extensions"]["reason"]), (422, &json!("INFECTED")));
        let apart: Vec<_> = contents(world).into_iter().filter(|path| path.to_string_lossy().contains("quarantine")).collect();
        assert_eq!((apart.len(), contents(world).len(), rows(world, "uploads").await), (1, 2, 2));

        // Not even the person who brought it can attach it, and it is not forgotten with what nobody attached.
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let key = uuid::Uuid::parse_str(apart[0].file_name().unwrap().to_str().unwrap()).unwrap();
        let added = road::add_evidence(world, "handler", &case.id, &global_of("Upload", key).0, json!({})).await;
        assert_eq!(added.refusals("addEvidence"), ["UPLOAD_UNKNOWN HK-5.4.2 uploadId"]);
        world.set_time("2024-03-08T09:30:00");
        assert_eq!(redress::cases::evidence::forget::forget_uploads(&world.db, &world.app.files).await.unwrap(), 1);
        assert_eq!((contents(world), rows(world, "uploads").await), (apart, 1));
        let metrics = world.client().get(format!("http://{address}/metrics")).send().await.unwrap().text().await.unwrap();
        assert!(metrics.contains("redress_file_transfers_total{direction=\"upload\",outcome=\"INFECTED\"} 1"), "{metrics}");
    }
}

scenario! {
    /// No scanner, no file: what nobody looked at is not taken.
    async fn without_its_scanner_nothing_is_taken(world) {
        let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gone = nobody.local_addr().unwrap();
        drop(nobody);
        let address = guarded(world, gone).await;
        let (status, refused) = bring(world, address, b"x".to_vec()).await;
        assert_eq!((status, &refused["errors"][0]["extensions"]["reason"]), (503, &json!("SCANNER_AWAY")));
        let address = guarded(world, clamd().await).await;
        let (status, refused) = bring(world, address, vec![b'x'; 3_000_000]).await;
        assert_eq!((status, &refused["errors"][0]["extensions"]["reason"]), (413, &json!("TOO_LARGE_TO_SCAN")));
        assert_eq!((contents(world).len(), rows(world, "uploads").await), (0, 0));
    }
}
