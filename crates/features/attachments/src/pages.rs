//! The files of a record on its page: named, opened, attached, taken out.

use crate::{Attachment, AttachmentError, Attachments, Holders, LARGEST_BYTES, MOST_FILES};
use access::{Access, Asker};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequestParts, Multipart, Path, multipart::Field},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base::{Amount, Fraction, RecordId};
use jiff::tz::TimeZone;
use maud::{Markup, Render, html};
use rules::log::Origin;
use web_kit::{
    BINARY, WebError, Words, attached,
    components::{Message, Mood, Panel, Purpose, button, link_button, message, page_head},
};

/// So much is read, so that what is too large can be answered with a page.
const MOST_READ_BYTES: usize = 10 * LARGEST_BYTES;
const FILE: &str = "file";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route("/attachments/{type}/{id}", post(add).layer(DefaultBodyLimit::max(MOST_READ_BYTES)))
        .route("/attachments/{id}", get(open))
        .route("/attachments/{id}/removal", post(remove))
}

/// A signed-in person, and the files that they may reach.
struct Asking {
    asker: Asker,
    files: Attachments,
}

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let asker = Asker::from_request_parts(parts, access).await?;
        let holders = parts.extensions.get::<Holders>().cloned().ok_or(WebError::Unavailable)?;
        let files = Attachments::new(access.db().clone(), asker.session.viewer.clone(), holders);
        Ok(Self { asker, files })
    }
}

/// What somebody reads in place of an error's own text; none where there is nothing to go back to.
const fn key(error: &AttachmentError) -> Option<&'static str> {
    Some(match error {
        AttachmentError::NotThere | AttachmentError::Web(_) | AttachmentError::Db(_) => return None,
        AttachmentError::ReadOnly => "attachment-error-read-only",
        AttachmentError::NoFile | AttachmentError::NoName => "attachment-error-none",
        AttachmentError::TooLarge(_) => "attachment-error-large",
        AttachmentError::Enough => "attachment-error-enough",
        AttachmentError::Sealed => "attachment-error-sealed",
    })
}

fn failed(error: AttachmentError) -> WebError {
    match (key(&error), error) {
        (Some(hint_key), _) => WebError::Refused { hint_key },
        (None, AttachmentError::Web(error)) => error,
        (None, AttachmentError::Db(error)) => WebError::internal(error),
        (None, _) => WebError::NotFound,
    }
}

async fn add(
    Asking { asker, files }: Asking,
    Path((entity, id)): Path<(String, i64)>,
    sent: Multipart,
) -> Result<Response, WebError> {
    let id = RecordId(id);
    let (may, _) = files.list(&entity, id).await.map_err(failed)?;
    let done = receive(&files, (&entity, id), sent).await;
    match done {
        Ok(()) => Ok(Redirect::to(&may.page).into_response()),
        Err(error) => match key(&error) {
            Some(key) => Ok((StatusCode::UNPROCESSABLE_ENTITY, refused(&asker, key, &may.page)).into_response()),
            None => Err(failed(error)),
        },
    }
}

async fn receive(files: &Attachments, to: (&str, RecordId), mut sent: Multipart) -> Result<(), AttachmentError> {
    while let Some(field) = sent.next_field().await.map_err(|_| AttachmentError::NoFile)? {
        if field.name() == Some(FILE) {
            let name = field.file_name().unwrap_or_default().to_owned();
            return files.add(to, &name, content(field).await?, Origin::Ui).await.map(drop);
        }
    }
    Err(AttachmentError::NoFile)
}

/// Why nothing was attached, and the way back to where it was to be.
fn refused(asker: &Asker, key: &str, page: &str) -> Markup {
    let words = asker.words;
    let (title, what) = (words.t("attachments"), words.t(key));
    let buttons = Some(link_button(Purpose::Plain, page, None, &words.t("attachment-back")));
    let content = html! {
        (page_head(&title, None, &html! {}))
        (message(words, &Message { mood: Mood::Bad, what: &what, hint: None, buttons, reference: None }))
    };
    asker.document(&title, None, None, &content)
}

/// What is too large is read to its end, or the browser would say that the connection broke, and not kept.
async fn content(mut field: Field<'_>) -> Result<Vec<u8>, AttachmentError> {
    let (mut content, mut length) = (Vec::new(), 0);
    let name = field.file_name().unwrap_or_default().to_owned();
    loop {
        match field.chunk().await {
            Ok(Some(chunk)) => {
                length += chunk.len();
                if length <= LARGEST_BYTES {
                    content.extend_from_slice(&chunk);
                } else {
                    content = Vec::new();
                }
            }
            Ok(None) if length <= LARGEST_BYTES => return Ok(content),
            // Cut off, or more than is ever read.
            Err(_) if length <= LARGEST_BYTES => return Err(AttachmentError::NoFile),
            Ok(None) | Err(_) => return Err(AttachmentError::TooLarge(name)),
        }
    }
}

async fn open(Asking { files, .. }: Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let (file, content) = files.open(RecordId(id)).await.map_err(failed)?;
    Ok(attached(BINARY, &file.name, content))
}

async fn remove(Asking { files, .. }: Asking, Path(id): Path<i64>) -> Result<Redirect, WebError> {
    let page = files.remove(RecordId(id), Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&page))
}

/// What is shown of one record's files.
pub struct Attaching<'a> {
    pub entity: &'a str,
    pub id: RecordId,
    /// Whose they are, where several have files on a page.
    pub of: Option<&'a str>,
    pub files: &'a [Attachment],
    pub may_add: bool,
}

/// The files of a page's records; nothing where there is none and none may be added.
pub fn panel(words: Words, zone: &TimeZone, shown: &[Attaching<'_>]) -> Option<Markup> {
    let is_empty = |one: &Attaching<'_>| one.files.is_empty() && !one.may_add;
    if shown.iter().all(is_empty) {
        return None;
    }
    let title = words.t("attachments");
    let body = html! {
        @for one in shown.iter().filter(|one| !is_empty(one)) {
            @if let Some(of) = one.of { h3.sub { (of) } }
            (list(words, zone, one))
        }
    };
    let note = words.t_with("attachments-note", &[("megabytes", words.count(LARGEST_BYTES / 1_000_000).into())]);
    let note = shown.iter().any(|one| one.may_add).then_some(note);
    Some(Panel { id: "attachments", title: &title, note: note.as_deref(), body, ..Panel::default() }.render())
}

/// The files of one record, where its page shows it among others.
pub fn list(words: Words, zone: &TimeZone, one: &Attaching<'_>) -> Markup {
    html! {
        @if !one.files.is_empty() { ul.rows.files { @for file in one.files { (row(words, zone, file, one.may_add)) } } }
        @if one.may_add && one.files.len() < MOST_FILES { (add_form(words, one)) }
    }
}

fn row(words: Words, zone: &TimeZone, file: &Attachment, may_remove: bool) -> Markup {
    let address = format!("/attachments/{}", file.id);
    html! {
        li {
            div.grow { div.split {
                a.ttl href=(address) download { (file.name) }
                span.mut.small { (size(words, file.bytes)) " · " (words.moment(file.at.to_zoned(zone.clone()).datetime())) }
            } }
            @if may_remove {
                form method="post" action={ (address) "/removal" } {
                    button.btn.btn-quiet aria-label={ (words.t("attachment-remove")) ": " (file.name) } { (words.t("attachment-remove")) }
                }
            }
        }
    }
}

fn add_form(words: Words, one: &Attaching<'_>) -> Markup {
    html! {
        form.btns method="post" enctype="multipart/form-data" action={ "/attachments/" (one.entity) "/" (one.id) } {
            input.input.grow type="file" name=(FILE) required aria-label=(words.t("attachment-file"));
            (button(Purpose::Plain, &words.t("attachment-add")))
        }
    }
}

/// In the unit that tells it best.
fn size(words: Words, bytes: i64) -> String {
    let amount = |unit: i64| {
        let part = Fraction::new(Amount::ONE, Amount::from(unit));
        Amount::from(bytes).mul_fraction(part).unwrap_or(Amount::ZERO)
    };
    match bytes {
        0..1_000 => format!("{} B", words.count(bytes)),
        1_000..1_000_000 => format!("{} kB", words.decimal(amount(1_000), 0)),
        _ => format!("{} MB", words.decimal(amount(1_000_000), 1)),
    }
}
