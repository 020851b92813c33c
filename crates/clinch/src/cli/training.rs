//! Training at the command line: courses, assignments, completions from a file, and learning tools.

use super::{
    Context,
    output::{self, Format, figures, text},
    read, report,
};
use ::training::{Assignment, Completion, CompletionRow, CourseWords, Training, TrainingError, Which, json};
use base::{Amount, RecordId};
use clap::{Args, Subcommand};
use import::{Table, TableOptions};
use jiff::civil::Date;
use miette::{Context as _, IntoDiagnostic};
use rules::{access::Viewer, log::Origin};
use serde_json::json;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

#[derive(Subcommand)]
pub enum Command {
    /// Every course.
    Courses,
    /// A course with its assignments and who needs it, as JSON.
    Course { course: i64 },
    /// Write a course from a TOML file (docs/training.md): a new one, or another wording.
    SetCourse {
        file: PathBuf,
        /// The course that is worded anew.
        #[arg(long)]
        course: Option<i64>,
    },
    /// Assign a course.
    Assign(Assign),
    /// Assignments one may see.
    List {
        /// Of this person alone.
        #[arg(long)]
        person: Option<String>,
    },
    /// Say that an assignment is done.
    Done(Done),
    /// Rate a course one took, 1 to 5.
    Rate { assignment: i64, rating: i64 },
    /// Take an assignment back.
    Withdraw { assignment: i64 },
    /// Completions from a CSV file or spreadsheet: what each row does; with --commit it is written.
    Completions {
        file: PathBuf,
        #[arg(long)]
        commit: bool,
    },
    /// Learning tools that report by xAPI.
    Sources,
    /// Another learning tool: its key and secret.
    AddSource { name: String },
    /// A learning tool reports no more.
    EndSource { source: i64 },
}

impl Command {
    /// Somebody stands behind it in person.
    pub const fn is_personal(&self) -> bool {
        matches!(self, Self::Rate { .. })
    }
}

#[derive(Args)]
pub struct Assign {
    course: i64,
    /// To this person: more than once for several.
    #[arg(long = "person")]
    people: Vec<String>,
    /// To everybody who needs it: by role, by a development goal, or as their certificate ends.
    #[arg(long)]
    needed: bool,
    /// As the course has it, if left out.
    #[arg(long)]
    due: Option<Date>,
}

#[derive(Args)]
pub struct Done {
    assignment: i64,
    /// Today, if left out.
    #[arg(long)]
    day: Option<Date>,
    #[arg(long)]
    before: Option<Amount>,
    #[arg(long)]
    after: Option<Amount>,
    #[arg(long, default_value = "")]
    certificate: String,
}

fn failed(error: TrainingError) -> miette::Report {
    report(&error, error.hint())
}

pub async fn run(context: &Context, command: Command, format: Format, viewer: Viewer) -> miette::Result<()> {
    let training = Training::new(context.db.clone(), viewer, context.folder.clone());
    match command {
        Command::Courses => {
            let courses = training.courses().await.map_err(failed)?;
            if format == Format::Json {
                output::print_json(&json!(courses.iter().map(json::course).collect::<Vec<_>>()));
                return Ok(());
            }
            let rows = courses.iter().map(|one| {
                let ended = one.ended_on.map(|day| day.to_string()).unwrap_or_default();
                vec![one.id.to_string(), one.name.clone(), one.kind.name().to_owned(), one.roles.join(" "), ended]
            });
            output::print_table(&["number", "name", "delivery", "roles", "ended"].map(text), rows.collect());
        }
        Command::Course { course } => {
            let id = RecordId(course);
            let course = training.course(id).await.map_err(failed)?;
            let assignments = training.seen_of(id).await.map_err(failed)?;
            let wanting = training.wanting(id).await.map_err(failed)?;
            let today = training.today().await.map_err(failed)?;
            output::print_json(&json::open(&course, &assignments, &wanting, today));
        }
        Command::SetCourse { file, course } => {
            let words: CourseWords =
                toml::from_str(&read(&file)?).into_diagnostic().wrap_err_with(|| file.display().to_string())?;
            let id = training
                .set_course(course.map(|id| (RecordId(id), None)), &words, Origin::Cli)
                .await
                .map_err(failed)?;
            println!("{} is course {id}", words.name.trim());
        }
        Command::Assign(asked) => assign(&training, asked).await?,
        Command::List { person } => {
            let which = match person {
                Some(person) => Which::Of(training.named(&person).await.map_err(failed)?),
                None => Which::Everybody,
            };
            list(&training.assignments(which).await.map_err(failed)?, format);
        }
        Command::Done(done) => {
            let how =
                Completion { day: done.day, before: done.before, after: done.after, certificate: done.certificate };
            training.complete(RecordId(done.assignment), &how, Origin::Cli).await.map_err(failed)?;
            println!("assignment {} is done", done.assignment);
        }
        Command::Rate { assignment, rating } => {
            training.rate(RecordId(assignment), rating, Origin::Cli).await.map_err(failed)?;
            println!("assignment {assignment} is rated {rating}");
        }
        Command::Withdraw { assignment } => {
            training.withdraw(RecordId(assignment), Origin::Cli).await.map_err(failed)?;
            println!("assignment {assignment} is taken back");
        }
        Command::Completions { file, commit } => completions(&training, &file, commit, format).await?,
        Command::Sources => {
            let sources = training.sources().await.map_err(failed)?;
            let rows = sources.iter().map(|one| {
                let ended = one.ended_on.map(|day| day.to_string()).unwrap_or_default();
                let made = one.made_on.to_string();
                vec![one.id.to_string(), one.name.clone(), one.key.clone(), made, one.statements.to_string(), ended]
            });
            let heads = [text("number"), text("name"), text("key"), text("made"), figures("statements"), text("ended")];
            output::print_table(&heads, rows.collect());
        }
        Command::AddSource { name } => {
            let (id, key, secret) =
                training.add_source(&context.access()?, &name, Origin::Cli).await.map_err(failed)?;
            println!("source {id}\nkey {key}\nsecret {secret}\nThe secret is told this once.");
        }
        Command::EndSource { source } => {
            training.end_source(RecordId(source), Origin::Cli).await.map_err(failed)?;
            println!("source {source} reports no more");
        }
    }
    Ok(())
}

async fn assign(training: &Training, asked: Assign) -> miette::Result<()> {
    let course = RecordId(asked.course);
    let mut people = BTreeSet::new();
    for person in &asked.people {
        people.insert(training.named(person).await.map_err(failed)?);
    }
    if asked.needed {
        let wanting = training.wanting(course).await.map_err(failed)?;
        people.extend(wanting.iter().filter(|one| one.need.is_some()).map(|one| one.person));
    }
    let count = training.assign(course, &people, asked.due, Origin::Cli).await.map_err(failed)?;
    println!("assigned to {count}");
    Ok(())
}

fn list(assignments: &[Assignment], format: Format) {
    if format == Format::Json {
        output::print_json(&json!(assignments.iter().map(json::assignment).collect::<Vec<_>>()));
        return;
    }
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let rows = assignments.iter().map(|one| {
        vec![
            one.id.to_string(),
            one.name.clone(),
            one.course.clone(),
            one.days.due.to_string(),
            day(one.days.completed),
            one.standing.name().to_owned(),
            one.rating.map(|rating| rating.to_string()).unwrap_or_default(),
        ]
    });
    let heads = ["number", "person", "course", "due", "done", "standing"].map(text);
    output::print_table(&heads.into_iter().chain([figures("rating")]).collect::<Vec<_>>(), rows.collect());
}

/// Reads the file's rows; a column it does not know is refused rather than passed over.
fn rows(file: &Path) -> miette::Result<Vec<(u64, CompletionRow)>> {
    let name = file.display();
    let mut table = Table::open(file, &TableOptions::default()).into_diagnostic()?;
    let columns: Vec<String> = table.columns().to_vec();
    if let Some(other) = columns.iter().find(|one| !CompletionRow::COLUMNS.contains(&one.as_str())) {
        let help = format!("columns are {}", CompletionRow::COLUMNS.join(", "));
        return Err(miette::miette!(help = help, "{name}: {other:?} is no column"));
    }
    if let Some(needed) =
        ["person", "course", "completed_on"].into_iter().find(|one| !columns.iter().any(|column| column == one))
    {
        return Err(miette::miette!(
            help = "each row says who finished what, and when",
            "{name} has no column {needed}"
        ));
    }
    let mut rows = Vec::new();
    while let Some(row) = table.next_row() {
        let row = row.into_diagnostic().wrap_err_with(|| name.to_string())?;
        let cell = |column: &str| {
            columns.iter().position(|one| one == column).map(|at| row.get(at).to_owned()).unwrap_or_default()
        };
        let read = CompletionRow {
            person: cell("person"),
            course: cell("course"),
            completed_on: cell("completed_on"),
            score_before: cell("score_before"),
            score_after: cell("score_after"),
            rating: cell("rating"),
            certificate: cell("certificate"),
        };
        rows.push((row.line, read));
    }
    Ok(rows)
}

async fn completions(training: &Training, file: &Path, commit: bool, format: Format) -> miette::Result<()> {
    let plan = training.plan_completions(&rows(file)?).await.map_err(failed)?;
    if format == Format::Json {
        output::print_json(&json::plan(&plan));
    } else {
        let rows = plan.rows.iter();
        let rows = rows.map(|row| {
            vec![row.line.to_string(), row.person.clone(), row.course.clone(), row.effect.name().to_owned()]
        });
        output::print_table(&[figures("row"), text("person"), text("course"), text("effect")], rows.collect());
    }
    if !plan.problems.is_empty() {
        let told: Vec<String> =
            plan.problems.iter().map(|(line, problem)| format!("{}, row {line}, {problem}", file.display())).collect();
        return Err(miette::miette!(help = "correct the rows; nothing was written", "{}", told.join("\n")));
    }
    if commit {
        let count = training.commit_completions(plan, Origin::Cli).await.map_err(failed)?;
        println!("{count} assignments are done with it");
    }
    Ok(())
}
