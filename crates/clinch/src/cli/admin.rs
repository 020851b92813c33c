use super::{
    Context,
    output::{self, figures, text},
    report,
};
use access::{AccessError, NewLeave, NewPerson, PlaceError, ROLES, TEAM};
use base::Amount;
use clap::{Subcommand, builder::PossibleValuesParser};
use db::{DbError, Filter, Record};
use jiff::civil::Date;
use rules::{
    log::{Fields, Origin},
    record::Value,
};

#[derive(Subcommand)]
pub enum Command {
    /// Make a person who may sign in; the first is the one who invites the others.
    Create {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        #[arg(long, default_value = "ops", value_parser = PossibleValuesParser::new(ROLES))]
        role: String,
    },
    /// A new one-use link for somebody who forgot the password.
    Link {
        #[arg(long)]
        email: String,
    },
    /// Take away a second factor that was lost: the person signs in with the password and sets up another.
    Factor {
        #[arg(long)]
        email: String,
    },
    /// Say where somebody stands from a day on; what is not named stays, and "" is nobody.
    Move {
        /// By e-mail, # and number, or external id.
        person: String,
        /// The first day; today if left out.
        #[arg(long)]
        from: Option<Date>,
        #[arg(long, value_parser = PossibleValuesParser::new(ROLES))]
        role: Option<String>,
        #[arg(long)]
        title: Option<String>,
        /// By # and number, external id or name.
        #[arg(long)]
        team: Option<String>,
        #[arg(long)]
        manager: Option<String>,
        #[arg(long)]
        matrix_manager: Option<String>,
        /// Shares of the quota by month since they were hired, like "25% 50% 75%"; "": none.
        #[arg(long)]
        ramp: Option<String>,
        /// The day from which they are gone, alone; "": they stay.
        #[arg(long, conflicts_with_all = ["from", "role", "title", "team", "manager", "matrix_manager", "ramp"])]
        left_on: Option<String>,
    },
    /// Teams as they stood on a day, with how many people are in each.
    Teams {
        /// Today if left out.
        #[arg(long)]
        on: Option<Date>,
    },
    /// Make a team.
    NewTeam {
        name: String,
        /// The team above it, by # and number, external id or name.
        #[arg(long)]
        under: Option<String>,
    },
    /// Rename a team or put it below another from a day on, or give it up.
    MoveTeam {
        /// By # and number, external id or name.
        team: String,
        /// The first day; today if left out.
        #[arg(long)]
        from: Option<Date>,
        #[arg(long)]
        name: Option<String>,
        /// The team above it; "": none.
        #[arg(long)]
        under: Option<String>,
        /// Nobody and no other team is in it, and it is chosen no more.
        #[arg(long, conflicts_with_all = ["from", "name", "under"])]
        give_up: bool,
    },
    /// Say when somebody is away, and who is credited meanwhile.
    Leave {
        /// By e-mail, # and number, or external id.
        person: String,
        /// The first day away.
        #[arg(long)]
        from: Date,
        /// The first day back.
        #[arg(long)]
        back: Date,
        #[arg(long)]
        substitute: Option<String>,
        /// How much of a credit the substitute gets, per cent.
        #[arg(long, default_value = "100")]
        share: Amount,
    },
    /// A token for a program that asks on somebody's behalf; shown once.
    Token {
        #[arg(long)]
        email: String,
        /// What it is for.
        #[arg(long, default_value = "command line")]
        label: String,
        #[arg(long, default_value_t = 90)]
        days: i64,
    },
}

pub async fn run(context: &Context, command: Command) -> miette::Result<()> {
    let access = context.access()?;
    let refused = |error: PlaceError| report(&error, error.hint());
    match command {
        Command::Create { email, name, role } => {
            let new = NewPerson { name: &name, email: &email, role: &role, team: None, manager: None };
            let (id, link) = access.invite(&new, None, Origin::Cli).await.map_err(failed)?;
            println!("{name} is person #{id}");
            print_link(&link);
        }
        Command::Link { email } => {
            let person = find(access.person_by_email(&email).await, &email)?;
            print_link(&access.link(person.id).await.map_err(failed)?);
        }
        Command::Factor { email } => {
            let person = find(access.person_by_email(&email).await, &email)?;
            access.drop_factor(person.id).await.map_err(failed)?;
            println!("{email} has no second factor now and is signed out everywhere.");
        }
        Command::Move { person, from, role, title, team: in_team, manager, matrix_manager, ramp, left_on } => {
            let id = context.person(&person).await?.id;
            let place = access.place(id, from).await.map_err(refused)?;
            if let Some(left) = left_on {
                let day = (!left.is_empty()).then(|| left.parse::<Date>()).transpose();
                let day = day.map_err(|_| miette::miette!(help = "write it like 2026-12-31", "{left:?} is no day"))?;
                access.leave(None, &place, day, Origin::Cli).await.map_err(refused)?;
                println!("{} {}", place.of.title(), if day.is_some() { "leaves" } else { "stays" });
                return Ok(());
            }
            let mut fields: Fields = Vec::new();
            fields.extend(role.map(|role| ("role", Value::Text(role))));
            let text = |said: String| if said.is_empty() { Value::Null } else { Value::Text(said) };
            fields.extend(title.map(|title| ("title", text(title))));
            fields.extend(ramp.map(|ramp| ("ramp", text(ramp))));
            if let Some(said) = &in_team {
                fields.push(("team", team(context, said).await?));
            }
            for (field, said) in [("manager", &manager), ("matrix_manager", &matrix_manager)] {
                if let Some(said) = said {
                    fields.push((field, named(context, said).await?));
                }
            }
            access.move_person(None, &place, fields, Origin::Cli).await.map_err(refused)?;
            println!("{} from {} on", place.of.title(), place.on);
        }
        Command::Teams { on } => {
            let day = on.unwrap_or(access.today().await.map_err(|error| report(&error, error.hint()))?);
            let rows = access.teams_on(day).await.map_err(refused)?.into_iter().map(|node| {
                let name = format!("{}{}", "  ".repeat(node.depth), node.name);
                vec![format!("#{}", node.team), name, node.people.to_string(), node.with_below.to_string()]
            });
            let heads = [text("number"), text("team"), figures("people"), figures("with teams below")];
            output::print_table(&heads, rows.collect());
        }
        Command::NewTeam { name, under } => {
            let parent = team(context, under.as_deref().unwrap_or_default()).await?.as_reference();
            let made = access.new_team(None, &name, parent, Origin::Cli).await.map_err(refused)?;
            println!("#{made} {}", name.trim());
        }
        Command::MoveTeam { team: said, from, name, under, give_up } => {
            let id = team(context, &said).await?.as_reference();
            let id = id.ok_or_else(|| miette::miette!(help = "name a team", "there is no team {said:?}"))?;
            let place = access.team_place(id, from).await.map_err(refused)?;
            if give_up {
                access.give_up_team(None, &place, Origin::Cli).await.map_err(refused)?;
                println!("{} is chosen no more", place.of.title());
                return Ok(());
            }
            let mut fields: Fields = Vec::new();
            fields.extend(name.map(|name| ("name", Value::Text(name))));
            if let Some(under) = &under {
                fields.push(("parent", team(context, under).await?));
            }
            access.move_team(None, &place, fields, Origin::Cli).await.map_err(refused)?;
            println!("{} from {} on", place.of.title(), place.on);
        }
        Command::Leave { person, from, back, substitute, share } => {
            let person = context.person(&person).await?;
            let substitute = match substitute {
                Some(said) => Some(context.person(&said).await?.id),
                None => None,
            };
            let new = NewLeave { from, back, substitute, share };
            access.add_leave(None, person.id, new, Origin::Cli).await.map_err(refused)?;
            println!("{} is away from {from} and back on {back}", person.title());
        }
        Command::Token { email, label, days } => {
            let person = find(access.person_by_email(&email).await, &email)?;
            println!("{}", access.new_token(person.id, &label, days).await.map_err(failed)?);
        }
    }
    Ok(())
}

/// Somebody, or nobody where nothing is written.
async fn named(context: &Context, said: &str) -> miette::Result<Value> {
    if said.is_empty() { Ok(Value::Null) } else { Ok(Value::Reference(context.person(said).await?.id)) }
}

async fn team(context: &Context, said: &str) -> miette::Result<Value> {
    if said.is_empty() {
        return Ok(Value::Null);
    }
    let failed = |error: DbError| report(&error, error.hint());
    let mut found = context.db.system().named(&TEAM, said).await.map_err(failed)?;
    if found.is_empty() {
        let called = vec![Filter("name", Value::Text(said.to_owned()))];
        found = context.db.system().some(&TEAM, called, &[]).await.map_err(failed)?;
    }
    let one = found.pop().filter(|_| found.is_empty());
    let hint = "name a team by # and number, external id or name";
    one.map(|team| Value::Reference(team.id)).ok_or_else(|| miette::miette!(help = hint, "there is no team {said}"))
}

fn find(found: Result<Option<Record>, AccessError>, email: &str) -> miette::Result<Record> {
    found.map_err(failed)?.ok_or_else(|| {
        let hint = "people who left or whose address differs are not found; see the list of people";
        miette::miette!(help = hint, "nobody here has the e-mail address {email}")
    })
}

fn print_link(link: &str) {
    println!("/welcome/{link}");
    println!("Put it behind the server's address (`clinch serve`) and open it: there the password is set.");
    println!("The link works once, for 30 minutes; `clinch admin link` makes another.");
}

fn failed(error: AccessError) -> miette::Report {
    let hint = error.hint();
    report(&error, hint)
}
