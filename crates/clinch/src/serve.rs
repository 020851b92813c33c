//! The server: every feature's pages and API behind the same layers.

use access::Access;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, header},
    middleware,
    routing::get,
};
use inbox::{Postman, Reminder};
use rules::record::Registry;
use serde_json::Value;
use std::{future::Future, io, net::SocketAddr, path::PathBuf, time::Duration};
use tokio::net::TcpListener;
use tower_http::{compression::CompressionLayer, set_header::SetResponseHeaderLayer};
use web_kit::{error::render, openapi, page::CONTENT_SECURITY_POLICY};

/// No form of ours is larger; files come by command.
const LARGEST_BODY_BYTES: usize = 1024 * 1024;
/// How soon a change that was dated ahead shows in the tables.
const BETWEEN_CATCH_UPS: Duration = Duration::from_mins(1);

/// On every answer; what sets its own, such as an asset its caching, keeps it.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CACHE_CONTROL, "no-store"),
];

/// Where the API describes itself.
pub const DESCRIPTION: &str = "/api/v1/openapi.json";

/// What the whole API offers, as OpenAPI 3.1.
pub fn description() -> Value {
    let mut own = openapi::Description::default();
    let text = openapi::object(&[]);
    own.operation(DESCRIPTION, "get", openapi::operation("This description", &[], None, &text, false));
    openapi::document(
        env!("CARGO_PKG_VERSION"),
        vec![
            own,
            access::description(),
            kpi::description(),
            pay::description(),
            appraisal::description(),
            attachments::description(),
            coaching::description(),
            goals::description(),
            inbox::description(),
            territories::description(),
            training::description(),
            compensation::description(),
            hr::description(),
            recruiting::description(),
            records::api::description(crate::EDITABLE),
        ],
    )
}

/// The whole product as one service. `folder` is where fact files are kept.
pub fn app(access: Access, folder: PathBuf, registry: &Registry) -> Router {
    let files = crate::takes_files(access.db(), &folder);
    let routes = access::routes()
        .merge(records::routes(registry.iter(), crate::EDITABLE))
        .merge(kpi::routes(folder.clone()))
        .merge(pay::routes(folder.clone()))
        .merge(appraisal::routes(folder.clone()))
        .merge(coaching::routes(folder.clone()))
        .merge(goals::routes(folder.clone()))
        .merge(inbox::routes(folder.clone()))
        .merge(territories::routes(folder.clone()))
        .merge(training::routes(folder.clone()))
        .merge(compensation::routes(folder.clone()))
        .merge(hr::routes(folder.clone()))
        .merge(recruiting::routes(folder))
        .merge(attachments::routes(files))
        .merge(web_kit::assets::routes())
        .route(
            DESCRIPTION,
            get(async || ([(header::CONTENT_TYPE, "application/json")], format!("{:#}\n", description()))),
        )
        .route("/healthz", get(async || "ok"))
        .fallback(async || web_kit::WebError::NotFound)
        .layer(middleware::from_fn(render))
        .layer(middleware::from_fn_with_state(access.clone(), access::identify))
        .layer(middleware::from_fn(render)) // what `identify` itself refuses
        .layer(DefaultBodyLimit::max(LARGEST_BODY_BYTES))
        .with_state(access);
    let with_headers = HEADERS.into_iter().fold(routes, |routes, (name, value)| {
        routes.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)))
    });
    with_headers.layer(CompressionLayer::new())
}

/// Serves until `stop` is done, then answers what has begun.
pub async fn serve(
    listener: TcpListener,
    access: Access,
    folder: PathBuf,
    registry: &Registry,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let db = access.db().clone();
    let catching_up = tokio::spawn(async move {
        loop {
            tokio::time::sleep(BETWEEN_CATCH_UPS).await;
            if let Err(error) = db.catch_up().await {
                tracing::error!(cause = %error, "changes that have come due could not be put into the tables");
            }
        }
    });
    let postman = Postman::new(access.clone(), folder.clone()).map(|postman| tokio::spawn(remind(postman)));
    let app = app(access, folder, registry).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, app).with_graceful_shutdown(stop).await;
    catching_up.abort();
    postman.inspect(tokio::task::JoinHandle::abort);
    served
}

/// Tells people by mail what waits for them, as long as the server runs.
async fn remind(mut postman: Postman) {
    loop {
        tokio::time::sleep(BETWEEN_CATCH_UPS).await;
        match postman.look().await {
            Ok(round) => round.into_iter().for_each(|round| report(&round)),
            Err(error) => tracing::error!(cause = %error, "nobody could be reminded by mail"),
        }
    }
}

/// What a round of reminders did, for whoever runs the product.
fn report(round: &[Reminder]) {
    let failed: Vec<_> = round.iter().filter_map(|one| Some((one, one.failed.as_ref()?))).collect();
    for (letter, why) in &failed {
        tracing::warn!(person = %letter.person, cause = %why, "a reminder could not be mailed");
    }
    tracing::info!(sent = round.len() - failed.len(), failed = failed.len(), "reminders by mail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_of_the_api_is_described_and_every_reference_leads_somewhere() {
        let document = description();
        for (path, method) in [
            (DESCRIPTION, "get"),
            ("/api/v1/kpis", "get"),
            ("/api/v1/kpis/query", "get"),
            ("/api/v1/kpis/rows", "get"),
            ("/api/v1/kpis/why", "get"),
            ("/api/v1/metrics", "get"),
            ("/api/v1/scores", "post"),
            ("/api/v1/scorecards/{role}", "put"),
            ("/api/v1/cascade", "put"),
            ("/api/v1/periods", "get"),
            ("/api/v1/periods/{period}/closing", "post"),
            ("/api/v1/pay/runs/{period}", "post"),
            ("/api/v1/pay/statements/{id}/file", "get"),
            ("/api/v1/roles/{role}", "put"),
            ("/api/v1/territories/proposal", "post"),
            ("/api/v1/job-descriptions/{id}", "post"),
            ("/api/v1/teams", "post"),
            ("/api/v1/teams/{id}/place", "delete"),
            ("/api/v1/deals", "get"),
            ("/api/v1/deals/{id}", "get"),
            ("/api/v1/deals/{id}", "patch"),
            ("/api/v1/deals/{id}/undo", "post"),
        ] {
            assert!(document["paths"][path][method].is_object(), "{method} {path}");
        }
        assert_eq!(document["paths"].as_object().map(serde_json::Map::len), Some(165));
        let text = document.to_string();
        for name in text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(document["components"]["schemas"][name].is_object(), "{name}");
        }
    }
}
