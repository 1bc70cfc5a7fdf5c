//! Finding files by what stands in them, and by somebody's number.

use super::{closed_at_once, file_of, filed};
use crate::support::road;
use crate::support::{Backend, World, scenario};
use entity::ArchiveFileId;
use entity::audit_event::AuditAction;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use redress::archive::search::{self, Needle};
use redress::archive::service::index_archive_file::IndexArchiveFile;
use redress::archive::store::{Filter, visible_to};
use redress::cases::personal_values::PersonalValues;
use redress::platform::access::Actor;
use redress::platform::db::{AuditRecord, Command, Done, Tx, migrate};
use redress::platform::error::Result;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryTrait, Statement, TransactionTrait};
use serde_json::json;
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// How many files hold a text.
async fn holding(world: &World, text: &str) -> i64 {
    let query = "query($text: String!) { archiveFiles(filter: { text: $text }) { totalCount } }";
    world.ask("archivist", query, json!({ "text": text })).await.number("/archiveFiles/totalCount")
}

/// Sets, or forgets, what is searched of a file.
struct Texts<'a>(ArchiveFileId, Option<&'a str>);

impl Command for Texts<'_> {
    type Output = ();

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let Self(file, text) = self;
        search::store::forget(tx, *file).await?;
        if let Some(text) = text {
            let folded = search::text_of_prose(&[text], &PersonalValues::from_iter([] as [(_, &str); 0]));
            search::store::write(tx, *file, &folded).await?;
        }
        Ok(Done { output: (), record: AuditRecord::new(AuditAction::ArchiveFileIndexed, *file) })
    }
}

/// The same folding, written another way.
fn folded(text: &str) -> String {
    let lower: String = text.nfkc().flat_map(char::to_lowercase).collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

scenario! {
    /// Every piece of two characters and more of every text is found, and nothing else is: on both databases, with characters that
    /// both treat in ways of their own.
    async fn every_piece_is_found_and_nothing_else(world) {
        let letters = prop::sample::select("投诉退保客户保险保保ab AB1%_\"'*\\。，　😀𠮷\n-".chars().collect::<Vec<_>>());
        let texts = prop::collection::vec(letters, 0..30);
        let mut runner = TestRunner::deterministic();
        let mut random = || texts.new_tree(&mut runner).unwrap().current().into_iter().collect::<String>();
        let mut files = Vec::new();
        for _ in 0..5 {
            let case = closed_at_once(world, "ORDINARY").await;
            let parts = ["HANDLING_RECORD", "CUSTOMER_EVIDENCE", "INVESTIGATION_MATERIAL"].map(|part| json!({ "part": part, "because": "无" }));
            case.attempt(world, "handler", "archiveCase", json!({ "absentParts": parts })).await.done("archiveCase");
            let (_, key) = redress::platform::ids::parse_global(&file_of(world, &case).await).unwrap();
            files.push(ArchiveFileId(key));
        }
        let actor = world.actor("archivist", &[entity::staff_role::Role::Archivist]).await;
        let db = world.db.read(&actor);
        let mut asked = 0;
        for _ in 0..6 {
            let texts: Vec<String> = files.iter().map(|_| random()).collect();
            for (file, text) in files.iter().zip(&texts) {
                world.db.run(&actor, &Texts(*file, Some(text))).await.unwrap();
            }
            let texts: Vec<String> = texts.iter().map(|text| folded(text)).collect();
            let mut needles = BTreeSet::new();
            for text in &texts {
                let characters: Vec<char> = text.chars().collect();
                for length in [2, 3, 5, 11] {
                    needles.extend(characters.windows(length).map(|piece| piece.iter().collect::<String>()));
                }
                needles.insert(text.clone());
            }
            // Pieces that stand nowhere, or by chance.
            needles.extend((0..20).map(|_| random().chars().take(3).collect::<String>()));
            for needle in needles {
                let Ok(wanted) = Needle::new("text", &needle) else { continue };
                asked += 1;
                let filter = Filter { text: Some(wanted), ..Filter::default() };
                let found = filter.apply(db.get_database_backend(), visible_to(&actor, world.clock.now())).all(db).await.unwrap();
                let found: BTreeSet<_> = found.into_iter().map(|file| file.id).collect();
                let looked_for = folded(&needle);
                let holds = files.iter().zip(&texts).filter(|(_, text)| text.contains(&looked_for));
                assert_eq!(found, holds.map(|(file, _)| *file).collect::<BTreeSet<_>>(), "{looked_for:?} in {texts:?}");
            }
        }
        assert!(asked > 1000, "{asked}");

        // What was forgotten is gone from the index, too.
        for file in &files {
            world.db.run(&actor, &Texts(*file, None)).await.unwrap();
        }
        assert!(entity::archive_text::Entity::find().all(db).await.unwrap().is_empty());
        if world.backend == Backend::Sqlite {
            let writer = crate::archive::writer(world).await;
            writer.execute_unprepared("CREATE VIRTUAL TABLE terms USING fts5vocab(archive_text_pairs, row)").await.unwrap();
            let terms = writer.query_all_raw(Statement::from_string(DbBackend::Sqlite, "SELECT term FROM terms")).await;
            assert!(terms.is_ok_and(|terms| terms.is_empty()));
            writer.close().await.unwrap();
        }
    }
}

scenario! {
    /// HK-5.6.3 SG-4.1 SG-16.3: text is found in Chinese and in whatever width; names, phone and contract numbers are not; by a whole
    /// number files are found, on record, by those who look files up and nobody else; and the index is what finds them.
    async fn files_are_found_by_text_and_by_number(world) {
        let mut case = road::registered_with(world, json!({ "summary": "客户李秀英（电话 138-1234-5678，合同ＨＫ2019 000123）反映 Full REFUND 承诺三年返还。" })).await;
        case.allocate(world, "handler").await;
        case.investigate(world).await;
        case.draft(world).await;
        case.submit(world).await;
        case.approve_plan(world).await;
        case.reply(world).await;
        case.close(world).await;
        assert_eq!(holding(world, "三年返还").await, 0, "not before it is filed");
        case.archive(world).await;
        let (other, _) = filed(world).await;
        for (text, files) in [
            ("三年", 2), ("承诺三年返还", 2), ("反映 full refund 承诺三年返还", 1), ("Ｆｕｌｌ　ｒｅｆｕｎｄ", 1), ("ll re", 1), ("三返", 0), ("年三", 0),
            ("李秀英", 0), ("秀英", 0), ("138", 0), ("5678", 0), ("1381234", 0), ("hk2019", 0), ("000123", 0), ("客户反映", 1),
            ("测试handler", 0),
        ] {
            assert_eq!(holding(world, text).await, files, "{text}");
        }
        for text in ["退", " 退 ", ""] {
            let refused = world.ask("archivist", "query($text: String!) { archiveFiles(filter: { text: $text }) { totalCount } }", json!({ "text": text })).await;
            assert_eq!(refused.error_code(), "BAD_USER_INPUT", "{text}");
        }
        for (filter, files) in [
            ("phone: \"+86 138 1234 5678\"", 2), ("phone: \"13812345679\"", 0), ("phone: \"1381234\"", 0), ("contractNumber: \"hk2019 000123\"", 2),
            ("contractNumber: \"HK2019-000124\"", 0), ("contractNumber: \"HK2019\"", 0), ("outcomes: [UPHELD, PARTLY_UPHELD, NOT_UPHELD]", 2), ("outcomes: [WITHDRAWN]", 0),
            ("filedFrom: \"2024-03-04T01:30:00Z\"", 2), ("filedUntil: \"2024-03-04T01:30:00Z\"", 0), ("media: [ELECTRONIC]", 2), ("media: [PAPER]", 0),
            ("text: \"三年返还\", phone: \"13812345678\", severities: [\"ORDINARY\"], year: 2024", 2),
        ] {
            let found = world.ask("auditor", &format!("{{ archiveFiles(filter: {{ {filter} }}) {{ totalCount }} }}"), json!({})).await;
            assert_eq!(found.number("/archiveFiles/totalCount"), files, "{filter}");
        }
        let handler = json!({ "id": world.id_of("handler").await });
        let by_handler = world.ask("auditor", "query($id: ID!) { archiveFiles(filter: { handlerId: $id }) { totalCount } }", handler).await;
        assert_eq!(by_handler.number("/archiveFiles/totalCount"), 2);
        // Participants find the files of their cases, others nothing: not theirs looks like not there (HK-5.6.3).
        for (who, files) in [("handler", 2), ("supervisor", 2), ("manager", 2), ("registrar", 0), ("handler-2", 0), ("finance", 0)] {
            for filter in ["phone: \"13812345678\"", "text: \"三年\""] {
                let found = world.ask(who, &format!("{{ archiveFiles(filter: {{ {filter} }}) {{ totalCount }} }}"), json!({})).await;
                assert_eq!(found.number("/archiveFiles/totalCount"), files, "{who} {filter}");
            }
        }
        // Each look-up by a number left an event, the number where it is sealed.
        let events = "{ auditEvents(first: 100, filter: { actions: [ARCHIVE_SEARCHED] }) { totalCount edges { node { after reason actor { name } } } } }";
        let recorded = world.ask("auditor", events, json!({})).await;
        assert_eq!(recorded.number("/auditEvents/totalCount"), 13);
        let all = recorded.at("/auditEvents/edges").as_array().unwrap();
        assert_eq!((&all[12]["node"]["after"], &all[12]["node"]["reason"]), (&json!({ "by": ["PHONE"] }), &json!("13812345678")));

        // What is searched holds no personal value in clear.
        let system = Actor::system("test");
        let rows = entity::archive_text::Entity::find().all(world.db.read(&system)).await.unwrap();
        assert_eq!(rows.len(), 2);
        for row in &rows {
            for secret in ["李秀英", "1381234", "hk2019", "000123", "周敏"] {
                assert!(!row.folded.contains(secret), "{secret}: {}", row.folded);
            }
        }
        // Both databases find the pairs by their index.
        let db = world.db.read(&system).begin().await.unwrap();
        let backend = db.get_database_backend();
        let (explain, column, index) = match backend {
            DbBackend::Sqlite => ("EXPLAIN QUERY PLAN", 3, "archive_text_pairs VIRTUAL TABLE INDEX"),
            _ => {
                db.execute_unprepared("SET LOCAL enable_seqscan = off").await.unwrap();
                ("EXPLAIN", 0, "Bitmap Index Scan on archive_texts_pairs")
            }
        };
        let actor = world.actor("archivist", &[entity::staff_role::Role::Archivist]).await;
        let filter = Filter { text: Some(Needle::new("text", "承诺三年").unwrap()), ..Filter::default() };
        let mut query = filter.apply(backend, visible_to(&actor, world.clock.now())).build(backend);
        query.sql = format!("{explain} {}", query.sql);
        let rows = db.query_all_raw(query).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.try_get_by_index(column).unwrap()).collect();
        assert!(plan.join("\n").contains(index), "{}", plan.join("\n"));
        drop(db);

        // What was filed before there was a search is indexed from its snapshot. A migration writes without an event.
        world.tampered_with();
        let status = migrate::status(&world.config.database).await.unwrap();
        let later = status.iter().rev().take_while(|migration| !migration.name.ends_with("archive_filing")).count();
        migrate::down(&world.config.database, later as u32 + 1).await.unwrap();
        migrate::up(&world.config.database).await.unwrap();
        let seen = world.ask("auditor", "query($number: String!) { archiveFiles(filter: { caseNumber: $number }) { edges { node { outcome medium handler { name } completedAt } } } }", json!({ "number": other.number })).await;
        assert_eq!(seen.text("/archiveFiles/edges/0/node/handler/name"), "测试handler", "filled in from the case");
        assert_eq!(seen.text("/archiveFiles/edges/0/node/completedAt"), "2024-03-04T01:30:00+00:00");
        assert_eq!(seen.text("/archiveFiles/edges/0/node/medium"), "ELECTRONIC");
        assert_eq!(holding(world, "三年返还").await, 0);
        for file in search::store::not_indexed(world.db.read(&system), 10).await.unwrap() {
            world.db.run(&system, &IndexArchiveFile(file)).await.unwrap();
        }
        assert_eq!(holding(world, "三年返还").await, 2);
        assert_eq!(holding(world, "李秀英").await, 0);
        assert!(search::store::not_indexed(world.db.read(&system), 10).await.unwrap().is_empty());
    }
}
