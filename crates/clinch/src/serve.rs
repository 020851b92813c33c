//! The server: every feature's pages and API behind the same layers.

use access::Access;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, header},
    middleware,
    routing::get,
};
use rules::record::Registry;
use std::{future::Future, io, net::SocketAddr, path::PathBuf, time::Duration};
use tokio::net::TcpListener;
use tower_http::{compression::CompressionLayer, set_header::SetResponseHeaderLayer};
use web_kit::{error::render, page::CONTENT_SECURITY_POLICY};

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

/// The whole product as one service. `folder` is where fact files are kept.
pub fn app(access: Access, folder: PathBuf, registry: &Registry) -> Router {
    let routes = access::routes()
        .merge(records::routes(registry.iter(), crate::EDITABLE))
        .merge(kpi::routes(folder))
        .merge(web_kit::assets::routes())
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
    let app = app(access, folder, registry).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, app).with_graceful_shutdown(stop).await;
    catching_up.abort();
    served
}
