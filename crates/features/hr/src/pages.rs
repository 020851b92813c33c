//! The board, and the lines behind each of its numbers.

mod retention;

use crate::{Asked, Board, Folder, Hr, HrError, Line, Topic};
use access::{Access, Asker};
use appraisal::AppraisalError;
use axum::{
    Router,
    extract::{FromRequestParts, Query},
    http::request::Parts,
    response::Response,
    routing::{get, post},
};
use base::RecordId;
use maud::{Markup, Render, html};
use web_kit::{
    CSV, WebError, Words, attached,
    components::{
        Cell, Choice, Head, Input, Mood, Panel, Purpose, Row, Table, button, entry, link_button, page_head,
        record_link, tag,
    },
};

const ACTIVE: &str = "appraisal";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route("/hr", get(board))
        .route("/hr/lines", get(lines))
        .route("/hr/lines.csv", get(file))
        .route("/hr/retention", get(retention::page))
        .route("/hr/retention/{kind}", get(retention::kind).post(retention::set))
        .route("/hr/retention/{kind}/erasure", post(retention::erase))
}

/// A signed-in person, and what is told to them.
struct Asking {
    asker: Asker,
    hr: Hr,
}

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let asker = Asker::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        let hr = Hr::new(access.db().clone(), asker.session.viewer.clone(), folder.0);
        Ok(Self { asker, hr })
    }
}

fn failed(error: HrError) -> WebError {
    match error {
        HrError::NotYours => WebError::Forbidden,
        HrError::NoCycle(_) | HrError::NoKind(_) => WebError::NotFound,
        HrError::TooEarly(_) | HrError::Appraisal(AppraisalError::Moved(_)) => WebError::Conflict,
        other => WebError::internal(other),
    }
}

fn address(asked: &Asked) -> String {
    let pairs = [
        ("cycle", asked.cycle.map(|id| id.to_string())),
        ("topic", asked.topic.clone()),
        ("state", asked.state.clone()),
        ("team", asked.team.map(|id| id.to_string())),
    ];
    let pairs = pairs.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?)));
    format!("/hr/lines?{}", pairs.collect::<Vec<_>>().join("&"))
}

fn of(board: &Board, topic: Topic, state: Option<&str>, team: Option<i64>) -> Asked {
    Asked {
        cycle: board.cycle.as_ref().map(|cycle| cycle.id.0),
        topic: Some(topic.name().to_owned()),
        state: state.map(str::to_owned),
        team,
    }
}

/// How many, as a link to them; a dash where there are none.
fn number(words: Words, board: &Board, asked: &Asked) -> Markup {
    match board.count(asked) {
        0 => html! { "–" },
        count => record_link(&address(asked), &words.count(count)),
    }
}

async fn board(Asking { asker, hr }: Asking, Query(asked): Query<Asked>) -> Result<Markup, WebError> {
    let words = asker.words;
    let board = hr.board(asked.cycle.map(RecordId)).await.map_err(failed)?;
    let title = words.t("hr-board");
    let end = html! {
        (link_button(Purpose::Plain, "/appraisals", None, &words.t("appraisal")))
        (link_button(Purpose::Plain, "/hr/retention", None, &words.t("retention")))
        (link_button(Purpose::Plain, &address(&of_cycle(&board)).replace("/hr/lines", "/hr/lines.csv"), Some("download"), "CSV"))
    };
    let content = html! {
        (page_head(&title, Some(&words.t("hr-board-sub")), &end))
        div.stack {
            @if board.cycles.len() > 1 { (choose(words, &board)) }
            (units(words, &board))
            div.cols.st2 { (grades(words, &board)) (moves(words, &board)) }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn of_cycle(board: &Board) -> Asked {
    Asked { cycle: board.cycle.as_ref().map(|cycle| cycle.id.0), ..Asked::default() }
}

fn choose(words: Words, board: &Board) -> Markup {
    let chosen = board.cycle.as_ref().map(|cycle| cycle.id.to_string()).unwrap_or_default();
    let choices =
        board.cycles.iter().map(|one| Choice { value: one.id.to_string(), label: one.name.clone() }).collect();
    html! {
        form.btns method="get" action="/hr" {
            (entry("cycle", &Input::Select { chosen: &chosen, choices }, &words.record("appraisal_cycle")))
            (button(Purpose::Plain, &words.t("hr-show")))
        }
    }
}

/// What stands of each team: forms, training, goals.
fn units(words: Words, board: &Board) -> Markup {
    let row = |team: Option<i64>, name: &str| {
        let cell = |key: &str, topic, state: &str| {
            let asked = of(board, topic, Some(state), team);
            let cell = match board.count(&asked) {
                0 => Cell::number("–").absent(),
                count if state == "overdue" => {
                    Cell::number(html! { a href=(address(&asked)) { (tag(Mood::Bad, &words.count(count))) } })
                }
                count => Cell::number(record_link(&address(&asked), &words.count(count))),
            };
            cell.labelled(words.t(key))
        };
        let (done, all) = (of(board, Topic::Part, Some("done"), team), of(board, Topic::Part, None, team));
        let forms = match board.count(&all) {
            0 => Cell::number("–").absent(),
            count => Cell::number(html! {
                (record_link(&address(&done), &words.count(board.count(&done)))) " / " (record_link(&address(&all), &words.count(count)))
            }),
        };
        let cells = vec![
            forms.labelled(words.t("hr-forms")),
            cell("hr-forms-late", Topic::Part, "overdue"),
            cell("hr-training-open", Topic::Training, "open"),
            cell("hr-training-late", Topic::Training, "overdue"),
            cell("hr-ended", Topic::Training, "expired"),
            cell("hr-ending", Topic::Training, "expiring"),
            cell("hr-goals", Topic::Goal, "open"),
            cell("hr-goals-late", Topic::Goal, "overdue"),
            cell("hr-goals-none", Topic::Goal, "none"),
        ];
        Row::new(html! { (name) }, cells)
    };
    let title = board.cycle.as_ref().map_or_else(|| words.t("hr-by-team"), |cycle| cycle.name.clone());
    let heads = [
        "hr-forms",
        "hr-forms-late",
        "hr-training-open",
        "hr-training-late",
        "hr-ended",
        "hr-ending",
        "hr-goals",
        "hr-goals-late",
        "hr-goals-none",
    ];
    let heads = [Head::text(words.record("team"))].into_iter().chain(heads.map(|key| Head::number(words.t(key))));
    let teams = board.teams();
    let named = |(team, name): &(Option<RecordId>, String)| {
        row(Some(team.map_or(0, |team| team.0)), if team.is_some() { name } else { "–" })
    };
    Table {
        label: &title,
        heads: heads.collect(),
        rows: teams.iter().map(named).collect(),
        foot: vec![row(None, &words.t("total"))],
        is_pinned: true,
        is_lines: true,
        ..Table::default()
    }
    .in_panel("units", (&words.t("hr-none"), &words.t("hr-none-hint")))
}

fn grades(words: Words, board: &Board) -> Markup {
    let row = |(grade, _, guide): &(rules::appraisal::Grade, usize, usize)| {
        let asked = of(board, Topic::Grade, Some(grade.name()), None);
        Row::new(
            html! { (grade.name()) },
            vec![
                Cell::number(number(words, board, &asked)),
                Cell::number(words.count(*guide)).labelled(words.t("hr-guide")),
            ],
        )
    };
    let title = words.t("hr-grades");
    let heads =
        vec![Head::text(words.t("field-grade")), Head::number(words.t("hr-people")), Head::number(words.t("hr-guide"))];
    let open = Row::new(
        html! { (words.t("hr-grade-none")) },
        vec![
            Cell::number(number(words, board, &of(board, Topic::Grade, Some("none"), None))),
            Cell::number("–").absent(),
        ],
    );
    let rows = board.guide.iter().map(row).chain((!board.guide.is_empty()).then_some(open)).collect();
    Table { label: &title, heads, rows, is_lines: true, ..Table::default() }
        .in_panel("grades", (&words.t("hr-none"), &words.t("hr-none-hint")))
}

fn moves(words: Words, board: &Board) -> Markup {
    let title = words.t("hr-moves");
    let rows = ["up", "down", "set"].map(|state| {
        let asked = of(board, Topic::Move, Some(state), None);
        Row::new(html! { (words.t(&format!("hr-move-{state}"))) }, vec![Cell::number(number(words, board, &asked))])
    });
    let heads = vec![Head::text(words.t("hr-move")), Head::number(words.t("hr-people"))];
    let body = Table { label: &title, heads, rows: rows.into(), is_lines: true, ..Table::default() }.render();
    Panel { id: "moves", title: &title, body, is_flush: true, ..Panel::default() }.render()
}

async fn lines(Asking { asker, hr }: Asking, Query(asked): Query<Asked>) -> Result<Markup, WebError> {
    let words = asker.words;
    let board = hr.lines(&asked).await.map_err(failed)?;
    let title = words.t("hr-lines");
    let end = html! {
        (link_button(Purpose::Plain, "/hr", None, &words.t("hr-board")))
        (link_button(Purpose::Plain, &address(&asked).replace("/hr/lines", "/hr/lines.csv"), Some("download"), "CSV"))
    };
    let row = |line: &Line| {
        let what = if line.topic == Topic::Part { words.choice("kind", &line.what) } else { line.what.clone() };
        let cells = vec![
            Cell::text(line.team_name.as_str()),
            Cell::text(words.t(&format!("hr-topic-{}", line.topic.name()))),
            Cell::text(state(words, line)),
            shown(&what),
            shown(&line.by),
            shown(&line.due.map(|due| words.date(due)).unwrap_or_default()),
        ];
        Row::new(record_link(&line.href, &line.name), cells)
    };
    let heads = ["record-person", "record-team", "hr-topic", "state", "hr-what", "hr-by", "hr-day"];
    let found: Vec<&Line> = board.lines.iter().filter(|line| asked.holds(line)).collect();
    let table = Table {
        label: &title,
        heads: heads.map(|key| Head::text(words.t(key))).into(),
        rows: found.into_iter().map(row).collect(),
        is_pinned: true,
        is_lines: true,
        ..Table::default()
    };
    let content = html! {
        (page_head(&title, board.cycle.as_ref().map(|cycle| cycle.name.as_str()), &end))
        (table.in_panel("lines", (&words.t("hr-none"), &words.t("hr-none-hint"))))
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

/// A dash where there is nothing.
fn shown(text: &str) -> Cell {
    if text.is_empty() { Cell::text("–").absent() } else { Cell::text(text) }
}

fn state(words: Words, line: &Line) -> Markup {
    let mood = match line.state {
        "overdue" | "expired" => Mood::Bad,
        "expiring" | "none" | "missed" => Mood::Warn,
        "done" => Mood::Good,
        _ => Mood::Info,
    };
    let text = match line.topic {
        Topic::Grade if line.state != "none" => line.state.to_owned(),
        Topic::Grade => words.t("hr-grade-none"),
        Topic::Move => words.t(&format!("hr-move-{}", line.state)),
        Topic::Goal if line.state == "none" => words.t("hr-goals-none"),
        _ => words.t(&format!("training-{}", line.state)),
    };
    tag(mood, &text)
}

async fn file(Asking { hr, .. }: Asking, Query(asked): Query<Asked>) -> Result<Response, WebError> {
    let board = hr.lines(&asked).await.map_err(failed)?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["topic", "state", "person", "team", "what", "by", "day"]).map_err(WebError::internal)?;
    for line in board.lines.iter().filter(|line| asked.holds(line)) {
        let day = line.due.map(|due| due.to_string()).unwrap_or_default();
        let texts = [&line.name, &line.team_name, &line.what, &line.by].map(|text| rules::export::made_safe(text));
        let [name, team, what, by] = &texts;
        writer
            .write_record([
                line.topic.name(),
                line.state,
                name.as_ref(),
                team.as_ref(),
                what.as_ref(),
                by.as_ref(),
                day.as_str(),
            ])
            .map_err(WebError::internal)?;
    }
    let body = writer.into_inner().map_err(|error| WebError::internal(error.to_string()))?;
    Ok(attached(CSV, "hr.csv", body))
}
