//! A company to look around in: data, people who can sign in, a server on this machine alone.

use super::{Context, report, serve};
use access::{Access, PERSON};
use clap::{Args, ValueEnum};
use db::{Change, Db, Filter, ListQuery, Record};
use import::{Mapping, Options};
use miette::{Context as _, IntoDiagnostic};
use rules::{
    log::Origin,
    record::{EXTERNAL_ID, Value},
};
use std::{
    fmt::Write as _,
    fs::{self, OpenOptions},
    io::Write as _,
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// Printed for all to see, hence of no use anywhere else.
const PASSWORD: &str = "clinch-demo-2026";

#[derive(Args)]
pub struct Arguments {
    /// Where the demo's database and logins are kept.
    #[arg(long, default_value = "demo")]
    folder: PathBuf,
    /// Which company.
    #[arg(long, value_enum, default_value_t = Company::Northwind)]
    company: Company,
    /// The folder with the companies' files.
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// The address to listen on, of this machine alone.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Throw the demo's changes away and begin anew.
    #[arg(long)]
    reset: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Company {
    Northwind,
}

impl Company {
    const fn name(self) -> &'static str {
        match self {
            Self::Northwind => "northwind",
        }
    }

    /// Numbers at the source of people who get a login.
    const fn people(self) -> &'static [&'static str] {
        match self {
            Self::Northwind => &["2", "5", "4"],
        }
    }

    fn file(self, folder: &Path, end: &str) -> PathBuf {
        folder.join(format!("{}{end}", self.name()))
    }
}

pub async fn run(arguments: Arguments) -> miette::Result<()> {
    if !arguments.listen.ip().is_loopback() {
        let hint = "its passwords are known to everybody; serve your own data with `clinch serve`";
        return Err(miette::miette!(help = hint, "the demo listens on a loopback address alone"));
    }
    let listener = serve::listen(arguments.listen).await?;
    let (company, folder) = (arguments.company, &arguments.folder);
    fs::create_dir_all(folder).into_diagnostic().wrap_err_with(|| folder.display().to_string())?;
    let logins = company.file(folder, "-logins.txt");
    if arguments.reset || !logins.is_file() {
        // Without its logins an earlier run ended half-way.
        remove(company, folder).into_diagnostic()?;
    }
    let context = Context::open(&company.file(folder, ".db").display().to_string(), None, None).await?;
    let access = context.access()?;
    if !logins.is_file() {
        println!("making the demo company, which takes a moment");
        bring_in(&context.db, &arguments.data.join(company.name())).await?;
        let table = people(&access, company).await?;
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&logins).into_diagnostic()?;
        file.write_all(table.as_bytes()).into_diagnostic()?;
    }
    println!("\n{}", fs::read_to_string(&logins).into_diagnostic()?);
    serve::serve(listener, &context, access).await
}

fn remove(company: Company, folder: &Path) -> std::io::Result<()> {
    for end in [".db", ".db-wal", ".db-shm", ".db.key", "-logins.txt"] {
        let path = company.file(folder, end);
        if path.exists() {
            fs::remove_file(path)?;
        }
    }
    let facts = company.file(folder, ".db-facts");
    if facts.exists() { fs::remove_dir_all(facts) } else { Ok(()) }
}

async fn bring_in(db: &Db, folder: &Path) -> miette::Result<()> {
    let source = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mapping = Mapping::named(source).and_then(|mapping| mapping.check(db.registry()));
    let options = Options {
        checked: mapping.map_err(|error| report(&error, ""))?,
        paths: vec![folder.to_owned()],
        dry_run: false,
        resume: None,
        skip_file: None,
    };
    let done = import::run(db, &options, &mut |_| {}).await.map_err(|error| report(&error, error.hint()))?;
    println!("{} rows imported from {}", done.read, folder.display());
    Ok(())
}

/// Gives some people and one operator a login, and tells them as a table.
async fn people(access: &Access, company: Company) -> miette::Result<String> {
    let failed = |error: access::AccessError| report(&error, error.hint());
    let operator = access::NewPerson {
        name: "Operations",
        email: &format!("operations@{}.example", company.name()),
        role: "ops",
        manager: None,
    };
    let mut table = String::from("role  e-mail                               password\n");
    let mut line = |person: &Record, email: &str| {
        writeln!(table, "{:<5} {email:<36} {PASSWORD}", access::role(person)).unwrap_or_default();
    };
    for external_id in company.people() {
        let person = by_source(access.db(), external_id).await?;
        let email = format!("{}@{}.example", person.title().to_lowercase().replace(' ', "."), company.name());
        let mut tx = access.db().begin(None, Origin::Cli);
        let fields = vec![("email", Value::Text(email.clone()))];
        tx.put(Change::set(&PERSON, person.id, fields)).map_err(|error| report(&error, error.hint()))?;
        tx.commit().await.map_err(|error| report(&error, error.hint()))?;
        access.set_password(person.id, PASSWORD).await.map_err(failed)?;
        line(&person, &email);
    }
    let (id, _) = access.invite(&operator, None, Origin::Cli).await.map_err(failed)?;
    let person = access.db().system().get(&PERSON, id).await.map_err(|error| report(&error, error.hint()))?;
    let person = person.ok_or_else(|| miette::miette!("the operator is gone"))?;
    access.set_password(id, PASSWORD).await.map_err(failed)?;
    let (secret, address) = access.new_factor(company.name(), &person);
    access.set_factor(id, &secret).await.map_err(failed)?;
    line(&person, operator.email);
    writeln!(table, "\nSecond factor of {}: {secret}\n{address}", operator.email).unwrap_or_default();
    Ok(table)
}

async fn by_source(db: &Db, external_id: &str) -> miette::Result<Record> {
    let is_named = Filter::Equals(EXTERNAL_ID, Value::Text(external_id.to_owned()));
    let query = ListQuery { filters: vec![is_named], limit: 1, ..ListQuery::default() };
    let found = db.system().list(&PERSON, &query).await.map_err(|error| report(&error, error.hint()))?;
    found.into_iter().next().ok_or_else(|| miette::miette!("the data has no person {external_id}"))
}
