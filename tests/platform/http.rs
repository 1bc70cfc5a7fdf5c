//! GraphQL over HTTP.

use crate::support::{World, scenario};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const JSON: &str = "application/json; charset=utf-8";
const GRAPHQL: &str = "application/graphql-response+json; charset=utf-8";

struct Sent {
    status: StatusCode,
    content_type: String,
    body: Value,
}

async fn send(
    world: &World,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<reqwest::Body>,
) -> Sent {
    let mut request = world.client().request(method, world.url(path)).body(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.unwrap();
    let status = response.status();
    let content_type =
        response.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    Sent { status, content_type, body: serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or(Value::Null) }
}

async fn post(world: &World, headers: &[(&str, &str)], body: impl Into<reqwest::Body>) -> Sent {
    let mut all = vec![("content-type", "application/json")];
    all.extend_from_slice(headers);
    send(world, Method::POST, "/graphql", &all, body).await
}

scenario! {
    /// Media types and status codes after the GraphQL-over-HTTP draft.
    async fn media_types_and_status_codes(world) {
        let new = ("accept", "application/graphql-response+json");
        let old = ("accept", "application/json");
        for (body, old_status, new_status) in [
            (r#"{"query":"{ __typename }"}"#, 200, 200),
            (r#"{"query":"{"}"#, 200, 400),
            (r#"{"query":"{ nonsense }"}"#, 200, 400),
            (r#"{"query":"query($id: ID!) { __typename }","variables":{"id":null}}"#, 200, 400),
            (r#"{"query":"{ viewer { roles } }"}"#, 401, 401),
            (r#"{"query":"query A { __typename } query B { __typename }"}"#, 200, 400),
            (r#"{"query":"query A { __typename }","operationName":"B"}"#, 200, 400),
            (r#"{"query":7}"#, 400, 400),
            (r#"{"variables":{}}"#, 400, 400),
            (r#"{"query":"{ __typename }","variables":[1]}"#, 400, 400),
            (r#"[{"query":"{ __typename }"}]"#, 400, 400),
            ("{", 400, 400),
            ("", 400, 400),
            ("\u{feff}{}", 400, 400),
        ] {
            for (accept, status, content_type) in [(old, old_status, JSON), (new, new_status, GRAPHQL)] {
                let sent = post(world, &[accept], body).await;
                assert_eq!((sent.status.as_u16(), sent.content_type.as_str()), (status, content_type), "{body}");
                if sent.body.get("errors").is_some() {
                    assert!(sent.body["errors"][0]["extensions"]["code"].is_string(), "{}", sent.body);
                    assert!(sent.body.get("data").is_none(), "{}", sent.body);
                }
            }
        }
        let nothing_ours = post(world, &[("accept", "text/html")], r#"{"query":"{ __typename }"}"#).await;
        assert_eq!(nothing_ours.status, 406);
        let invalid = post(world, &[], b"{\"query\":\"\xff\"}".to_vec()).await;
        assert_eq!(invalid.status, 400);
    }
}

scenario! {
    /// Queries may come with GET, mutations never; what a form on another site can send is refused.
    async fn methods_and_content_types(world) {
        let get = send(world, Method::GET, "/graphql?query=%7B__typename%7D&variables=%7B%7D", &[], "").await;
        assert_eq!((get.status.as_u16(), &get.body), (200, &json!({ "data": { "__typename": "Query" } })));
        let named = send(world, Method::GET, "/graphql?query=query+A%7B__typename%7D+mutation+B%7B__typename%7D&operationName=A", &[], "").await;
        assert_eq!(named.status, 200);
        for query in ["mutation%7B__typename%7D", "query+A%7B__typename%7D+mutation+B%7B__typename%7D&operationName=B"] {
            assert_eq!(send(world, Method::GET, &format!("/graphql?query={query}"), &[], "").await.status, 405);
        }
        assert_eq!(send(world, Method::GET, "/graphql", &[], "").await.status, 400);
        assert_eq!(send(world, Method::GET, "/graphql?query=%7B__typename%7D&variables=x", &[], "").await.status, 400);
        for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=gbk", ""] {
            let sent = send(world, Method::POST, "/graphql", &[("content-type", content_type)], r#"{"query":"{ __typename }"}"#).await;
            assert_eq!(sent.status, 415, "{content_type}");
        }
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            assert!(send(world, method, "/graphql", &[("content-type", "application/json")], "{}").await.status.is_client_error());
        }
    }
}

scenario! {
    /// Too large, too deep, too wide, going round in circles: refused with a code, and the server goes on.
    async fn too_much_is_refused(world) {
        let large = post(world, &[], vec![b' '; 300_000]).await;
        assert_eq!((large.status.as_u16(), &large.body["errors"][0]["extensions"]["code"]), (413, &json!("LIMITED")));
        let query = |document: String| json!({ "query": document }).to_string();
        let mut fan = "{ __schema { types { ...F0 } } }".to_owned();
        for level in 0..30 {
            fan += &format!(" fragment F{level} on __Type {{ ofType {{ ...F{0} }} a: ofType {{ ...F{0} }} }}", level + 1);
        }
        fan += " fragment F30 on __Type { name }";
        for (document, code) in [
            (fan, "LIMITED"),
            (format!("{{ {} }}", "a: __typename ".repeat(2000)), "LIMITED"),
            (format!("{{ __schema {{ types {{ {} name {} }} }} }}", "ofType { ".repeat(30), "}".repeat(30)), "LIMITED"),
            ("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }".to_owned(), "BAD_USER_INPUT"),
            (format!("{{ cases(first: 100) {{ edges {{ node {{ {} }} }} }} }}", (0..90).map(|i| format!("a{i}: timeline(first: 100) {{ edges {{ node {{ id }} }} }} ")).collect::<String>()), "LIMITED"),
            (format!("{{ __typename }} fragment F on Query {{ {} }}", "__typename ".repeat(1500)), "BAD_USER_INPUT"),
            ("mutation { ...F ...F } fragment F on Mutation { login(input: { login: \"a\", password: \"b\" }) { expiresAt } }".to_owned(), "BAD_USER_INPUT"),
            ("subscription { x }".to_owned(), "BAD_USER_INPUT"),
            ("\u{0}".to_owned(), "BAD_USER_INPUT"),
        ] {
            let sent = post(world, &[], query(document.clone())).await;
            let shown: String = document.chars().take(60).collect();
            assert_eq!(sent.body["errors"][0]["extensions"]["code"], code, "{shown}");
            assert!(sent.body.to_string().len() < 2_000, "{shown}: the answer does not quote the document");
        }
        assert_eq!(post(world, &[], query("{ __typename }".into())).await.status, 200);
    }
}

scenario! {
    /// However deep brackets nest, in whatever place, the parser is not asked; the server lives.
    async fn deep_brackets_are_refused(world) {
        for levels in [100, 200, 1_300, 1_600, 5_000, 20_000, 80_000] {
            for (open, close) in [("[", "]"), ("{a:", "}"), ("{ a ", "}"), ("(a:", ")"), ("{[(", ")]}")] {
                for (before, after) in [("{a(x:", ")}"), ("query($a:X=", "){a}"), ("", ""), ("{a @b(c:", ")}")] {
                    let document = format!("{before}{}1{}{after}", open.repeat(levels), close.repeat(levels));
                    let body = json!({ "query": document }).to_string();
                    if body.len() < 260_000 {
                        let sent = post(world, &[], body).await;
                        assert_eq!(sent.body["errors"][0]["extensions"]["code"], "LIMITED", "{levels} {open} {before}");
                    }
                }
            }
        }
    }
}

scenario! {
    /// Fragments that fan out to nowhere, or that nothing uses, cost nothing; an answer has at most ten errors.
    async fn fragments_cost_what_they_say(world) {
        let fan = |leaf: &str| {
            let levels: String =
                (0..30).map(|level| format!(" fragment F{level} on Query {{ ...F{0} ...F{0} }}", level + 1)).collect();
            format!("{{ ...F0 }}{levels} fragment F30 on Query {{ {leaf} }}")
        };
        let unknown: String = (0..1_000).map(|i| format!("nothing{i} ")).collect();
        for (document, code) in [(fan("...Nope"), "BAD_USER_INPUT"), (fan("__typename"), "LIMITED"), (format!("{{ {unknown} }}"), "LIMITED")] {
            let sent = post(world, &[], json!({ "query": document }).to_string()).await;
            assert_eq!(sent.body["errors"][0]["extensions"]["code"], code);
        }
        let fields: String = (0..30).map(|i| format!("nothing{i} ")).collect();
        let sent = post(world, &[], json!({ "query": format!("{{ viewer {{ {fields} }} }}") }).to_string()).await;
        assert!(sent.body["errors"].as_array().unwrap().len() <= 10, "{}", sent.body);
    }
}

scenario! {
    /// A token that has ended does not stand in the way of signing in again, and of nothing else that is open to all.
    async fn signing_in_again_with_an_old_token(world) {
        let login = json!({ "query": "mutation { login(input: { login: \"handler\", password: \"a password for tests\" }) { expiresAt } }" });
        for token in ["nonsense", "a.b.c"] {
            assert_eq!(world.post(Some(token), &login).await.status, 200);
            assert_eq!(world.post(Some(token), &json!({ "query": "{ viewer { roles } }" })).await.error_code(), "UNAUTHENTICATED");
        }
    }
}

scenario! {
    /// What no database takes is refused as what it is: the caller's mistake.
    async fn odd_values_are_bad_input(world) {
        let token = world.token("supervisor").await.unwrap();
        let many: Vec<_> = (0..20_000).map(|i| i.to_string()).collect();
        for filter in [
            json!({ "number": "\u{0}" }), json!({ "phone": "\u{0}1" }), json!({ "contractNumber": "\u{0}" }), json!({ "channels": ["\u{0}"] }),
            json!({ "channels": many }), json!({ "receivedFrom": "-5000-01-01T00:00:00Z" }), json!({ "receivedUntil": "+12000-01-01T00:00:00Z" }),
        ] {
            let query = "query($filter: CaseFilter) { cases(filter: $filter) { totalCount } }";
            let answer = world.post(Some(&token), &json!({ "query": query, "variables": { "filter": filter } })).await;
            assert_eq!(answer.error_code(), "BAD_USER_INPUT");
        }
        // A cursor of the year -5000.
        let cursor = "_PuG9y5YAAAAAAAAAAAAAAAAAAAAAAAA";
        let answer = world.post(Some(&token), &json!({ "query": format!("{{ cases(after: \"{cursor}\") {{ totalCount }} }}") })).await;
        assert_eq!(answer.error_code(), "BAD_USER_INPUT");
        let login = "mutation { login(input: { login: \"a\\u0000b\", password: \"x\" }) { expiresAt } }";
        assert_eq!(world.post(None, &json!({ "query": login })).await.error_code(), "UNAUTHENTICATED");
    }
}

scenario! {
    /// Nothing internal leaves the server: no SQL, no paths, no type names of the program.
    async fn nothing_internal_leaves(world) {
        let token = world.token("supervisor").await.unwrap();
        for (query, variables) in [
            ("query($id: ID!) { case(id: $id) { id } }", json!({ "id": "x' OR 1=1" })),
            ("query($after: String) { cases(after: $after) { edges { cursor } } }", json!({ "after": "AAAA" })),
            ("query($n: Int) { cases(first: $n) { totalCount } }", json!({ "n": 9_999_999_999_i64 })),
            ("mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { id } } }", json!({ "input": { "channel": 1 } })),
        ] {
            let answer = world.post(Some(&token), &json!({ "query": query, "variables": variables })).await;
            assert_eq!(answer.error_code(), "BAD_USER_INPUT", "{:#}", answer.body);
            let text = answer.body.to_string();
            for internal in ["SELECT", "sqlx", "src/", "::", "panicked"] {
                assert!(!text.contains(internal), "{text}");
            }
        }
    }
}

scenario! {
    /// Health checks, security headers, and no explorer unless it is switched on.
    async fn health_and_headers(world) {
        assert_eq!(send(world, Method::GET, "/healthz", &[], "").await.body["status"], "ok");
        let ready = send(world, Method::GET, "/readyz", &[], "").await;
        assert_eq!((ready.status.as_u16(), &ready.body["database"]), (200, &json!("ok")));
        assert_eq!(send(world, Method::GET, "/", &[], "").await.status, 404);
        assert_eq!(send(world, Method::GET, "/nowhere", &[], "").await.status, 404);
        let response = world.client().get(world.url("/healthz")).send().await.unwrap();
        for (header, value) in [("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("referrer-policy", "no-referrer")] {
            assert_eq!(response.headers()[header], value);
        }
    }
}

scenario! {
    /// A nullable field that fails is null by itself, with its neighbours in the order of the document.
    async fn errors_stay_where_they_happen(world) {
        let query = "query($bad: ID!) { first: viewer { roles } case(id: $bad) { id } last: viewer { roles } }";
        let token = world.token("supervisor").await.unwrap();
        let answer = world.post(Some(&token), &json!({ "query": query, "variables": { "bad": "x" } })).await;
        assert_eq!(answer.error_code(), "BAD_USER_INPUT");
        let two = "mutation($one: CloseCaseInput!) { a: closeCase(input: $one) { refusals { code } } b: __typename }";
        let input = json!({ "caseId": "Q2FzZTowMTkwMDAwMDAwMDA3MDAwODAwMDAwMDAwMDAwMDAwMA", "expectedVersion": 1, "outcome": "UPHELD", "complainantOpinion": "SATISFIED", "result": "x" });
        let answer = world.post(Some(&token), &json!({ "query": two, "variables": { "one": input } })).await;
        assert_eq!(answer.error_code(), "NOT_FOUND");
        assert_eq!(answer.body["data"], json!({ "a": null, "b": "Mutation" }));
        assert_eq!(answer.body["errors"][0]["path"], json!(["a"]));
    }
}
