use super::{filed, publish, register};
use crate::archive::writer;
use crate::support::{Backend, World, scenario};
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

/// How many read at once; `REDRESS_TEST_READERS` says otherwise.
fn readers() -> usize {
    std::env::var("REDRESS_TEST_READERS").ok().and_then(|number| number.parse().ok()).unwrap_or(40)
}

/// How many rows the register has, by the id of the request.
async fn rows(world: &World) -> HashMap<String, i64> {
    let writer = writer(world).await;
    let backend = writer.get_database_backend();
    let query = "SELECT request_id, count(*) AS rows FROM access_register WHERE act = 'REVEAL_FIELD' AND outcome = 'READ' GROUP BY request_id";
    let found = writer.query_all_raw(Statement::from_string(backend, query)).await.unwrap();
    writer.close().await.unwrap();
    found.iter().map(|row| (row.try_get("", "request_id").unwrap(), row.try_get("", "rows").unwrap())).collect()
}

scenario! {
    /// Issue 7: many readers at once with aliases, fragments, nested paths and cancelled requests: every revealed value has its row,
    /// and no row is of a value that was not read.
    async fn every_value_has_its_row(world) {
        publish(world).await;
        let file = filed(world, "ORDINARY").await;
        let one = |field: &str| {
            format!("revealField(input: {{ archiveFileId: \"{}\", field: {field}, purpose: TRAINING, reason: \"x\" }}) {{ revealed {{ value registerEntry {{ id }} }} }}", file.id)
        };
        let (name, phone) = (one("COMPLAINANT_NAME"), one("PHONE"));
        // Each with how many values it reveals.
        let shapes = [
            (format!("{{ a: {name} b: {phone} c: {phone} }}"), 3),
            (format!("query {{ ...F a: {name} }} fragment F on Query {{ b: {phone} ...G }} fragment G on Query {{ c: {name} b: {phone} }}"), 3),
            (format!("{{ ... on Query {{ ... on Query {{ a: {phone} }} }} files: archiveFiles(first: 1) {{ edges {{ node {{ number }} }} }} }}"), 1),
            (format!("query($no: Boolean = false) {{ a: {name} b: {phone} @include(if: $no) }}"), 1),
        ];
        let mut people = Vec::new();
        for who in ["archivist", "archivist-2"] {
            people.push(world.token(who).await.unwrap());
        }
        let client = world.client();
        let ask = async |serial: usize| {
            let (query, values) = &shapes[serial % shapes.len()];
            let id = format!("reader-{serial:04}");
            let sent = client
                .post(world.url("/graphql"))
                .bearer_auth(&people[serial % people.len()])
                .header("x-request-id", &id)
                .json(&json!({ "query": query }))
                .send();
            // Every fifth hangs up, each after another while.
            let patience = if serial % 5 == 4 { Duration::from_millis((serial % 40) as u64) } else { Duration::from_secs(60) };
            let answer = match tokio::time::timeout(patience, sent).await {
                Ok(Ok(response)) => response.json::<Value>().await.ok(),
                _ => None,
            };
            (id, *values, answer)
        };
        let answers = join_all((0..readers()).map(ask)).await;
        // What was hung up on runs to its end.
        let mut before = HashMap::new();
        let rows = loop {
            let now = rows(world).await;
            if now == before {
                break now;
            }
            before = now;
            tokio::time::sleep(Duration::from_millis(400)).await;
        };
        let (mut shown, mut accounted) = (0, 0);
        for (id, values, answer) in &answers {
            let written = rows.get(id).copied().unwrap_or_default();
            accounted += written;
            match answer {
                Some(answer) => {
                    let read = answer["data"].as_object().map_or(0, |data| {
                        data.values().filter(|value| value["revealed"]["value"].is_string()).count() as i64
                    });
                    assert!(read == *values || answer.get("errors").is_some(), "{answer:#}");
                    assert_eq!(written, read, "{id}: {answer:#}");
                    shown += read;
                }
                // All of it or nothing: whether it had begun nobody knows.
                None => assert!(written == 0 || written == *values, "{id}: {written}"),
            }
        }
        assert!(shown > 0);
        assert_eq!(accounted, rows.values().sum::<i64>(), "no row of anybody else");
        if readers() <= 40 && world.backend == Backend::Postgres {
            assert_eq!(register(world, "auditor", "acts: [REVEAL_FIELD], outcome: DENIED").await.len(), 0);
        }
    }
}
