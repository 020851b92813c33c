//! The style sheet, scripts, fonts and icons of `web/dist`, embedded and served under one versioned folder, so that a
//! browser keeps each file until the next version.

use crate::mistakes;
use axum::{
    Router,
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::{
    borrow::Cow,
    fmt::Write,
    hash::{DefaultHasher, Hash, Hasher},
    sync::LazyLock,
};

#[derive(RustEmbed)]
#[folder = "../../../web/dist/"]
struct Dist;

const FOLDER: &str = "/assets";
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Changes when any file does; the same on every machine that runs the same build.
pub fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let mut names: Vec<_> = Dist::iter().collect();
        names.sort();
        let mut hasher = DefaultHasher::new();
        for name in names {
            name.hash(&mut hasher);
            Dist::get(&name).map(|file| file.metadata.sha256_hash()).hash(&mut hasher);
        }
        format!("{:012x}", hasher.finish() >> 16)
    });
    &VERSION
}

/// The address of a file of `web/dist`.
///
/// # Panics
/// When there is no such file and mistakes are fatal ([`be_strict`](crate::be_strict)).
pub fn href(name: &str) -> String {
    mistakes::expect(|| Dist::get(name).is_some(), || format!("web/dist has no {name}; build the folder web again"));
    format!("{FOLDER}/{}/{name}", version())
}

/// The address of a picture in the sprite, for `use`.
///
/// # Panics
/// When there is no such picture and mistakes are fatal ([`be_strict`](crate::be_strict)).
pub fn icon_href(name: &str) -> String {
    mistakes::expect(|| has_icon(name), || format!("no icon {name}; add it to web/src/icons.txt"));
    format!("{}#{name}", href("icons.svg"))
}

/// Every file of letters by its name, for whoever sets type elsewhere than in a browser.
pub fn fonts() -> impl Iterator<Item = (String, Cow<'static, [u8]>)> {
    Dist::iter().filter_map(|name| {
        let file = Dist::get(&name)?;
        Some((name.strip_prefix("fonts/")?.to_owned(), file.data))
    })
}

fn has_icon(name: &str) -> bool {
    let sprite = Dist::get("icons.svg").map(|file| file.data).unwrap_or_default();
    String::from_utf8_lossy(&sprite).contains(&format!("id=\"{name}\""))
}

/// Serves the files. Without state, to be merged into any router.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{version}/{*name}", get(serve))
}

async fn serve(Path((version, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    answer(&version, &name, headers.get(header::IF_NONE_MATCH))
}

/// A page of an earlier version still finds its files, but does not keep them.
fn answer(asked: &str, name: &str, known: Option<&HeaderValue>) -> Response {
    let Some(file) = Dist::get(name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = entity_tag(&file);
    let cache = if asked == version() { FOR_EVER } else { ASK_AGAIN };
    let headers = [
        (header::CACHE_CONTROL, cache),
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type(name))),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    let is_known = known.and_then(|known| known.to_str().ok()).is_some_and(|known| known.contains(&tag));
    let tag = [(header::ETAG, tag)];
    if is_known {
        return (StatusCode::NOT_MODIFIED, headers, tag).into_response();
    }
    (headers, tag, Body::from(file.data)).into_response()
}

/// Quoted; half of the hash is plenty to tell files apart.
fn entity_tag(file: &EmbeddedFile) -> String {
    let mut tag = String::from("\"");
    for byte in &file.metadata.sha256_hash()[..16] {
        write!(tag, "{byte:02x}").unwrap_or_default(); // a String takes everything
    }
    tag + "\""
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, end)| end) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;

    #[tokio::test]
    async fn a_file_of_this_version_is_kept_for_ever() {
        let response = answer(version(), "clinch.css", None);

        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CACHE_CONTROL], FOR_EVER);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        assert!(body.starts_with(b"@") || body.starts_with(b"/*"), "a style sheet");
    }

    #[test]
    fn a_file_that_is_known_is_not_sent_again() {
        let first = answer(version(), "favicon.svg", None);
        let tag = &first.headers()[header::ETAG];

        let second = answer(version(), "favicon.svg", Some(tag));

        assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(second.headers()[header::ETAG], tag);
        assert_eq!(answer(version(), "app.js", Some(tag)).status(), StatusCode::OK);
    }

    #[test]
    fn an_earlier_version_is_served_but_not_kept() {
        assert_eq!(answer("older", "app.js", None).headers()[header::CACHE_CONTROL], ASK_AGAIN);
        for name in ["", "nothing.css", "../Cargo.toml", "fonts/../../package.json"] {
            assert_eq!(answer(version(), name, None).status(), StatusCode::NOT_FOUND, "{name}");
        }
    }

    #[test]
    #[should_panic(expected = "no icon no-such-icon")]
    fn an_icon_that_is_not_in_the_sprite_fails_a_test() {
        icon_href("no-such-icon");
    }

    #[test]
    fn every_file_that_is_embedded_has_a_type() {
        for name in Dist::iter() {
            assert_ne!(content_type(&name), "application/octet-stream", "{name}");
        }
        assert!(href("app.js").starts_with("/assets/"));
    }
}
