//! The pages: their policy, their files.

use crate::bench::Bench;
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use tower::ServiceExt;

async fn get(bench: &Bench, path: &str, header: (&str, &str)) -> (u16, http::HeaderMap, String) {
    let request = Request::get(path)
        .header(header.0, header.1)
        .body(Body::empty())
        .unwrap();
    let response = bench.router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (
        parts.status.as_u16(),
        parts.headers,
        String::from_utf8_lossy(&body).into_owned(),
    )
}

#[tokio::test]
async fn the_pages_come_in_the_readers_language_under_a_strict_policy() {
    let bench = Bench::new().await;
    for path in ["/", "/phone", "/phone/48600000000", "/control"] {
        let (status, headers, html) = get(&bench, path, ("accept-language", "pl-PL,en;q=0.5")).await;
        assert_eq!(status, 200, "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(
            !html.contains("<script>") && !html.contains("<style") && !html.contains("style="),
            "{path}"
        );
        if path.starts_with("/phone") {
            assert!(
                policy.contains("img-src 'self' http://other.test http://shop.test;"),
                "{policy}"
            );
            assert!(html.contains("<html lang=\"pl\">"));
        }
    }
}

#[tokio::test]
async fn every_file_that_a_page_names_is_there_and_is_sent_once() {
    let bench = Bench::new().await;
    for page in ["/", "/phone", "/control"] {
        let (_, _, html) = get(&bench, page, ("accept", "text/html")).await;
        let named = html
            .split("=\"/")
            .skip(1)
            .filter_map(|part| part.split_once('"'))
            .map(|(path, _)| path);
        for path in named.filter(|path| path.contains("assets/")) {
            let (status, headers, _) = get(&bench, &format!("/{path}"), ("accept", "*/*")).await;
            assert_eq!(status, 200, "{path}");
            let tag = headers["etag"].to_str().unwrap();
            let (status, _, body) = get(&bench, &format!("/{path}"), ("if-none-match", tag)).await;
            assert_eq!((status, body.as_str()), (304, ""), "{path}");
        }
    }
    assert_eq!(
        get(&bench, "/phone/assets/nothing.js", ("accept", "*/*")).await.0,
        404
    );
    assert_eq!(
        get(&bench, "/phone/assets/..%2f..%2fCargo.toml", ("accept", "*/*"))
            .await
            .0,
        404
    );
}
