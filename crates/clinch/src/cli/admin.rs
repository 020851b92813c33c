use super::{Context, report};
use access::{AccessError, NewPerson, ROLES};
use clap::{Subcommand, builder::PossibleValuesParser};
use db::Record;
use rules::log::Origin;

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
        Command::Token { email, label, days } => {
            let person = find(access.person_by_email(&email).await, &email)?;
            println!("{}", access.new_token(person.id, &label, days).await.map_err(failed)?);
        }
    }
    Ok(())
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
