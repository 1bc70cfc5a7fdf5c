//! `/`: GraphiQL from this binary. The page may load nothing from anywhere else.

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use std::io::Read;

/// The page, gzipped: GraphiQL when npm was there at build time, else a small page of ours (build.rs).
const PAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/explorer.html.gz"));

/// Everything is in the page itself, so everything else is forbidden.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; \
     style-src 'unsafe-inline'; worker-src blob:; img-src data: blob:; font-src data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub async fn page(http: HttpRequest) -> HttpResponse {
    let gzip = http
        .headers()
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accepted| accepted.contains("gzip"));
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")))
        .insert_header((header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-cache")))
        .insert_header((header::VARY, HeaderValue::from_static("Accept-Encoding")));
    if gzip {
        return response.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))).body(PAGE);
    }
    let mut page = Vec::new();
    match flate2::read::GzDecoder::new(PAGE).read_to_end(&mut page) {
        Ok(_) => response.body(page),
        Err(error) => {
            tracing::error!(%error, "the explorer cannot be unpacked");
            HttpResponse::InternalServerError().finish()
        }
    }
}
