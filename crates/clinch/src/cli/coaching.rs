//! Coaching at the command line, in a person's own name: what is read and written is between people, so it takes one's token.

use super::{
    Context,
    output::{self, Format, figures, text},
    read, report,
};
use ::coaching::{
    Added, Coaching, CoachingError, EffectAsk, NewCheck, NewPattern, NewReview, NoteKind, Readers, TalkState,
    TaskWords, USUAL_LEAST, json, style,
};
use base::RecordId;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use miette::{Context as _, IntoDiagnostic};
use rules::{access::Viewer, coaching::Answers, log::Origin};
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum Command {
    /// Direct reports, with their last and next 1:1, open actions, feedback and tasks that need something.
    People,
    /// One's own talks, actions and feedback that waits, as JSON.
    Overview,
    /// Somebody's coaching as one may read it, as JSON.
    Person { person: String },
    /// Plan a 1:1 with somebody below.
    Plan {
        person: String,
        #[arg(long)]
        day: Date,
        #[arg(long, default_value = "")]
        topic: String,
    },
    /// A 1:1 with its notes and who reads them, as JSON.
    Show { one_on_one: i64 },
    /// Say that a 1:1 was held, is cancelled, or is planned for another day.
    Move {
        one_on_one: i64,
        /// held, cancelled or planned.
        state: String,
        #[arg(long)]
        day: Option<Date>,
    },
    /// Add to a 1:1.
    Add {
        one_on_one: i64,
        /// agenda, note or action.
        kind: String,
        text: String,
        /// own, both or line.
        #[arg(long, default_value = "both")]
        readers: String,
        /// Of an action: the leader does it.
        #[arg(long)]
        by_leader: bool,
        #[arg(long)]
        due: Option<Date>,
    },
    /// An action is done.
    Done { note: i64 },
    /// Begin a task of somebody: they stand at D1 in it.
    Task(Task),
    /// Say where somebody stands in a task, and how they were led.
    Check(Check),
    /// Give feedback to somebody below.
    Feedback {
        person: String,
        text: String,
        /// both or line.
        #[arg(long, default_value = "both")]
        readers: String,
    },
    /// Ask somebody above for feedback.
    Ask { leader: String, text: String },
    /// Rate feedback one received, 1 to 5.
    Rate { feedback: i64, rating: i64 },
    /// Rubrics as they hold today, as JSON.
    Rubrics,
    /// Put a rubric's file in place from a day on.
    SetRubric {
        id: String,
        file: PathBuf,
        #[arg(long)]
        from: Date,
    },
    /// Review somebody by a rubric; FILE holds the answers as JSON, by criterion.
    Review(Review),
    /// Patterns of rejections and complaints, the open and most met first.
    Patterns,
    /// Report a pattern.
    Report {
        name: String,
        /// rejection or complaint.
        #[arg(long)]
        kind: String,
        /// management, marketing, product, logistics, finance or service.
        #[arg(long)]
        department: String,
        #[arg(long, default_value = "")]
        detail: String,
    },
    /// Answer a pattern.
    Answer { pattern: i64, text: String },
    /// Whether coaching works, as JSON: a KPI of the coached beside people like them, with an interval.
    Effect {
        #[arg(long)]
        kpi: String,
        /// Over, and coached in: 2026-Q3.
        #[arg(long)]
        period: String,
        /// So many talks and reviews make somebody coached.
        #[arg(long, default_value_t = USUAL_LEAST)]
        least: usize,
    },
}

#[derive(Args)]
pub struct Task {
    person: String,
    name: String,
    #[arg(long)]
    goal: Option<String>,
    #[arg(long)]
    plan: Option<String>,
    /// In the company's currency.
    #[arg(long)]
    budget: Option<String>,
}

#[derive(Args)]
pub struct Check {
    task: i64,
    /// 1 to 4.
    #[arg(long)]
    competence: u8,
    /// 1 to 4.
    #[arg(long)]
    commitment: u8,
    /// directing, coaching, supporting or delegating.
    #[arg(long)]
    style: String,
    /// Today if left out.
    #[arg(long)]
    day: Option<Date>,
    #[arg(long, default_value = "")]
    note: String,
}

#[derive(Args)]
pub struct Review {
    person: String,
    rubric: String,
    file: PathBuf,
    /// Today if left out.
    #[arg(long)]
    day: Option<Date>,
    #[arg(long, default_value = "")]
    comment: String,
}

pub async fn run(context: &Context, command: Command, format: Format, viewer: Option<Viewer>) -> miette::Result<()> {
    let viewer = viewer.ok_or_else(|| failed(CoachingError::Unnamed))?;
    let coaching = Coaching::new(context.db.clone(), viewer, context.folder.clone());
    let person = async |named: &str| coaching.person(named).await.map_err(failed);
    let readers = |word: &str| Readers::read(word).map_err(failed);
    match command {
        Command::People => people(&coaching, format).await?,
        Command::Overview => output::print_json(&json::overview(&coaching.overview().await.map_err(failed)?)),
        Command::Person { person: named } => {
            output::print_json(&json::person(&coaching.coached(person(&named).await?).await.map_err(failed)?));
        }
        Command::Plan { person: named, day, topic } => {
            let id = coaching.plan_talk(person(&named).await?, day, &topic, Origin::Cli).await.map_err(failed)?;
            println!("1:1 {id} is planned");
        }
        Command::Show { one_on_one } => {
            output::print_json(&json::open(&coaching.open_talk(RecordId(one_on_one)).await.map_err(failed)?));
        }
        Command::Move { one_on_one, state, day } => {
            let to = TalkState::ALL.into_iter().find(|one| one.name() == state);
            let to =
                to.ok_or_else(|| miette::miette!(help = "write held, cancelled or planned", "{state:?} is no state"))?;
            coaching.move_talk(RecordId(one_on_one), to, day, Origin::Cli).await.map_err(failed)?;
            println!("1:1 {one_on_one} is {state}");
        }
        Command::Add { one_on_one, kind, text, readers: word, by_leader, due } => {
            let kind = NoteKind::TALK.into_iter().find(|one| one.name() == kind);
            let kind = kind.ok_or_else(|| failed(CoachingError::Kind))?;
            let added = Added { kind, readers: readers(&word)?, text, by_leader, due };
            let id = coaching.add(RecordId(one_on_one), &added, Origin::Cli).await.map_err(failed)?;
            println!("{} {id} is added", kind.name());
        }
        Command::Done { note } => {
            coaching.tick(RecordId(note), true, Origin::Cli).await.map_err(failed)?;
            println!("action {note} is done");
        }
        Command::Task(new) => {
            let words = TaskWords { name: Some(new.name), goal: new.goal, plan: new.plan, budget: new.budget };
            let id =
                coaching.begin_task(person(&new.person).await?, None, &words, Origin::Cli).await.map_err(failed)?;
            println!("task {id} begins at D1");
        }
        Command::Check(new) => check(&coaching, new).await?,
        Command::Feedback { person: named, text, readers: word } => {
            let given = coaching.give(person(&named).await?, &text, readers(&word)?, None, Origin::Cli).await;
            println!("feedback {} is given", given.map_err(failed)?);
        }
        Command::Ask { leader, text } => {
            coaching.request(person(&leader).await?, &text, Origin::Cli).await.map_err(failed)?;
            println!("{leader} is asked");
        }
        Command::Rate { feedback, rating } => {
            coaching.rate(RecordId(feedback), rating, Origin::Cli).await.map_err(failed)?;
            println!("feedback {feedback} is rated {rating}");
        }
        Command::Rubrics => {
            output::print_json(&serde_json::json!({ "rubrics": coaching.rubrics().await.map_err(failed)? }));
        }
        Command::SetRubric { id, file, from } => {
            coaching.set_rubric(&id, &read(&file)?, from, Origin::Cli).await.map_err(failed)?;
            println!("rubric {id} holds from {from} on");
        }
        Command::Review(new) => review(&coaching, new).await?,
        Command::Patterns => patterns(&coaching, format).await?,
        Command::Report { name, kind, department, detail } => {
            let new = NewPattern { name, kind, department, detail, product: None };
            println!("pattern {} is reported", coaching.report(&new, Origin::Cli).await.map_err(failed)?);
        }
        Command::Answer { pattern, text } => {
            let seen = coaching.version().await.map_err(failed)?;
            coaching.answer(RecordId(pattern), &text, seen, Origin::Cli).await.map_err(failed)?;
            println!("pattern {pattern} is answered");
        }
        Command::Effect { kpi, period, least } => {
            let ask = EffectAsk { kpi, period, least };
            output::print_json(&json::tried(&coaching.effect(&ask).await.map_err(failed)?));
        }
    }
    Ok(())
}

async fn people(coaching: &Coaching, format: Format) -> miette::Result<()> {
    let team = coaching.overview().await.map_err(failed)?.team;
    if format == Format::Json {
        output::print_json(&team.iter().map(json::led).collect());
        return Ok(());
    }
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let rows = team.into_iter().map(|one| {
        let next = day(one.next_talk.map(|(_, day)| day));
        let numbers = [one.open_actions, one.feedback, one.needs, one.new_accounts].map(|number| number.to_string());
        [vec![one.person.to_string(), one.name, day(one.last_talk), next], numbers.into()].concat()
    });
    let heads = [
        figures("id"),
        text("name"),
        text("last 1:1"),
        text("next 1:1"),
        figures("open actions"),
        figures("feedback in 30 days"),
        figures("tasks to look at"),
        figures("key accounts to begin"),
    ];
    output::print_table(&heads, rows.collect());
    Ok(())
}

async fn check(coaching: &Coaching, new: Check) -> miette::Result<()> {
    let today = coaching.today().await.map_err(failed)?;
    let check = NewCheck {
        day: new.day.unwrap_or(today),
        competence: new.competence,
        commitment: new.commitment,
        style: style(&new.style).map_err(failed)?,
        note: new.note,
    };
    coaching.check_task(RecordId(new.task), &check, Origin::Cli).await.map_err(failed)?;
    let (task, name) = coaching.task(RecordId(new.task)).await.map_err(failed)?;
    println!("{name} stands at {} in {}", task.level().name().to_uppercase(), task.name);
    for need in task.needs(today) {
        println!("  needs: {}", need.name());
    }
    Ok(())
}

async fn review(coaching: &Coaching, new: Review) -> miette::Result<()> {
    let answers: Answers = serde_json::from_str(&read(&new.file)?)
        .into_diagnostic()
        .wrap_err_with(|| format!("{}: answers are numbers by criterion, as JSON", new.file.display()))?;
    let day = match new.day {
        Some(day) => day,
        None => coaching.today().await.map_err(failed)?,
    };
    let person = coaching.person(&new.person).await.map_err(failed)?;
    let review = NewReview { person, rubric: new.rubric, day, activity: None, answers, comment: new.comment };
    let id = coaching.add_review(&review, Origin::Cli).await.map_err(failed)?;
    output::print_json(&json::review(&coaching.review(id).await.map_err(failed)?));
    Ok(())
}

async fn patterns(coaching: &Coaching, format: Format) -> miette::Result<()> {
    let found = coaching.patterns().await.map_err(failed)?;
    if format == Format::Json {
        output::print_json(&found.iter().map(json::pattern).collect());
        return Ok(());
    }
    let rows = found.into_iter().map(|one| {
        let (id, met) = (one.id.to_string(), one.met.to_string());
        vec![id, one.name, one.kind, one.department, met, one.last_met.to_string(), one.state.name().to_owned()]
    });
    let heads =
        [figures("id"), text("name"), text("kind"), text("put to"), figures("met"), text("last met"), text("state")];
    output::print_table(&heads, rows.collect());
    Ok(())
}

fn failed(error: CoachingError) -> miette::Report {
    report(&error, error.hint())
}
