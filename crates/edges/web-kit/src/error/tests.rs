use super::*;
use axum::body::{Body, to_bytes};

fn every_error() -> Vec<(WebError, u16)> {
    vec![
        (WebError::NotFound, 404),
        (WebError::Forbidden, 403),
        (WebError::SignIn { to: "/sign-in".to_owned() }, 401),
        (WebError::Refused { hint_key: "hint-check-address" }, 400),
        (WebError::Conflict, 409),
        (WebError::TooMany { retry_after_seconds: 30 }, 429),
        (WebError::Unavailable, 503),
        (WebError::internal("the inner text with a password"), 500),
    ]
}

fn asker(path: &str, wish: &str) -> Asker {
    Asker::of(&Request::builder().uri(path).header(header::ACCEPT_LANGUAGE, wish).body(Body::empty()).unwrap())
}

fn answer(asker: &Asker, error: &WebError) -> Response {
    asker.answer(error, error.status_code())
}

async fn read(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn people_get_a_page_in_their_language_with_what_to_do() {
    for language in Language::EVERY {
        for (error, status) in every_error().into_iter().filter(|(error, _)| !matches!(error, WebError::SignIn { .. }))
        {
            let (found, page) = read(answer(&asker("/deals/7", language.code()), &error)).await;

            assert_eq!(found, status, "{error}");
            assert!(page.starts_with("<!DOCTYPE html>") && page.contains(&format!("lang=\"{language}\"")));
            assert!(page.contains(&error.hint(Words::new(language))), "{error}: {page}");
            assert!(!page.contains("password"), "the inner text stays inside");
        }
    }
}

#[tokio::test]
async fn programs_get_problem_details() {
    for (error, status) in every_error() {
        let response = answer(&asker("/api/v1/deals", "en"), &error);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");

        let (found, body) = read(response).await;

        let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!((found, problem["status"].as_u64()), (status, Some(u64::from(status))), "{error}");
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
        assert_eq!(problem["reference"].is_string(), status == 500);
        assert!(!body.contains("password"), "the inner text stays inside");
    }
}

#[test]
fn who_is_not_signed_in_is_sent_there_and_who_asks_too_often_is_told_when() {
    let sign_in = WebError::SignIn { to: "/sign-in?next=/deals".to_owned() };
    let redirect = answer(&asker("/deals", "en"), &sign_in);
    assert_eq!(redirect.status(), StatusCode::SEE_OTHER);
    assert_eq!(redirect.headers()[header::LOCATION], "/sign-in?next=/deals");

    let later = answer(&asker("/", "en"), &WebError::TooMany { retry_after_seconds: 30 });
    assert_eq!(later.headers()[header::RETRY_AFTER], "30");
}

#[tokio::test]
async fn the_shell_of_a_session_is_put_around_the_page() {
    let mut known = asker("/deals/7", "en");
    known.frame = Some(Frame(Arc::new(|title, content| maud::html! { header { (title) } (content) })));

    let (_, page) = read(answer(&known, &WebError::NotFound)).await;

    assert!(page.starts_with("<header>"), "{page}");
}

#[test]
fn each_fault_has_its_own_reference() {
    let (first, second) = (reference("disk full"), reference("disk full"));
    assert_ne!(first, second);
    assert_eq!(first.len(), 9);
}

#[test]
fn an_answer_without_the_layer_tells_nothing_but_its_status() {
    let response = WebError::internal("secret").into_response();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(response.extensions().get::<WebError>().is_some());
}

#[test]
fn the_text_of_a_bare_rejection_is_replaced() {
    for (response, found) in [
        ((StatusCode::NOT_FOUND, "").into_response(), Some("not found")),
        (StatusCode::METHOD_NOT_ALLOWED.into_response(), Some("refused: hint-check-address")),
        (
            (StatusCode::UNPROCESSABLE_ENTITY, "missing field `x` of struct Y").into_response(),
            Some("refused: hint-check-address"),
        ),
        (StatusCode::PAYLOAD_TOO_LARGE.into_response(), Some("refused: hint-too-large")),
        (StatusCode::UNAUTHORIZED.into_response(), Some("forbidden")),
        (
            (StatusCode::BAD_GATEWAY, "secret").into_response(),
            Some("internal: an answer of 502 Bad Gateway without a cause"),
        ),
        ((StatusCode::UNPROCESSABLE_ENTITY, maud::html! { form {} }).into_response(), None),
        ((StatusCode::BAD_REQUEST, axum::Json("told")).into_response(), None),
        ("fine".into_response(), None),
        (StatusCode::NOT_MODIFIED.into_response(), None),
    ] {
        assert_eq!(rejection(&response).map(|error| error.to_string()).as_deref(), found);
    }
}
