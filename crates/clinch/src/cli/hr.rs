//! The board of HR at the command line.

use super::{
    Context,
    output::{self, Format, figures, text},
    report,
};
use ::hr::{Asked, Hr, HrError, Kind, Retention, json, kept_json};
use base::RecordId;
use clap::{Args, Subcommand};
use rules::{access::Viewer, export::made_safe, log::Origin};

#[derive(Subcommand)]
pub enum Command {
    /// How far a cycle is, training and development goals, by team, as JSON.
    Board {
        /// The number of a cycle; the last one if left out.
        #[arg(long)]
        cycle: Option<i64>,
    },
    /// The lines behind the numbers of the board.
    Lines(Lines),
    /// How long words about people are kept, and what is older.
    Retention,
    /// Erase what was kept for long enough; without --commit, what would go.
    Erase {
        /// appraisals, development or coaching; all three if left out.
        kind: Option<String>,
        #[arg(long)]
        commit: bool,
    },
}

#[derive(Args)]
pub struct Lines {
    #[arg(long)]
    cycle: Option<i64>,
    /// part, grade, move, training or goal.
    #[arg(long)]
    topic: Option<String>,
    /// open, overdue, done, none, expiring, expired; a grade; up or down.
    #[arg(long)]
    state: Option<String>,
    /// The number of a team; 0 for who has none.
    #[arg(long)]
    team: Option<i64>,
}

fn failed(error: HrError) -> miette::Report {
    report(&error, error.hint())
}

pub async fn run(context: &Context, command: Command, format: Format, viewer: Viewer) -> miette::Result<()> {
    let hr = Hr::new(context.db.clone(), viewer, context.folder.clone());
    match command {
        Command::Board { cycle } => {
            output::print_json(&json(&hr.board(cycle.map(RecordId)).await.map_err(failed)?));
        }
        Command::Retention => print_kept(&hr.retention().await.map_err(failed)?, format),
        Command::Erase { kind, commit } => {
            let kind = kind.as_deref().map(Kind::read).transpose().map_err(failed)?;
            let mut kept = hr.retention().await.map_err(failed)?;
            kept.retain(|one| kind.is_none_or(|kind| kind == one.kind));
            print_kept(&kept, format);
            for one in kept.iter().filter(|one| commit && !one.due.is_empty()) {
                let count = hr.erase(one.kind, one.before, Origin::Cli).await.map_err(failed)?;
                eprintln!("{}: the words of {count} from before {} erased", one.kind.name(), one.before);
            }
            if !commit {
                eprintln!("nothing was erased; --commit does so");
            }
        }
        Command::Lines(lines) => {
            let asked = Asked { cycle: lines.cycle, topic: lines.topic, state: lines.state, team: lines.team };
            let board = hr.board(asked.cycle.map(RecordId)).await.map_err(failed)?;
            let rows = board.lines.iter().filter(|line| asked.holds(line)).map(|line| {
                let day = line.due.map(|due| due.to_string()).unwrap_or_default();
                let (topic, state) = (line.topic.name().to_owned(), line.state.to_owned());
                vec![topic, state, line.name.clone(), line.team_name.clone(), line.what.clone(), line.by.clone(), day]
            });
            let heads = ["topic", "state", "person", "team", "what", "by", "day"];
            if format == Format::Csv {
                return output::print_csv(
                    &heads,
                    rows.map(|row| row.iter().map(|cell| made_safe(cell)).collect()).collect(),
                );
            }
            output::print_table(&heads.map(text), rows.collect());
        }
    }
    Ok(())
}

fn print_kept(kept: &[Retention], format: Format) {
    if format == Format::Json {
        return output::print_json(&kept.iter().map(kept_json).collect());
    }
    let row = |one: &Retention| {
        let reason = one.set.as_ref().map(|(_, reason)| reason.clone()).unwrap_or_default();
        let (months, due, people) = (one.months.to_string(), one.due.len().to_string(), one.people().to_string());
        vec![one.kind.name().to_owned(), months, reason, one.before.to_string(), due, people]
    };
    let heads = [text("kind"), figures("months"), text("reason"), text("before"), figures("due"), figures("people")];
    output::print_table(&heads, kept.iter().map(row).collect());
}
