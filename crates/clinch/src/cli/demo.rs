//! A company to look around in: data, people who can sign in, a server on this machine alone.

mod coaching;
mod compensation;
mod quotas;
mod recruiting;
mod territories;
mod training;

use super::{Context, report, serve};
use ::appraisal::{Answers, Appraisal, AppraisalError, NewCareerTalk, NewWish, Rating, Setup};
use access::{Access, PERSON};
use clap::{Args, ValueEnum};
use db::{Change, Db, Filter, ListQuery, Record};
use import::{Mapping, Options};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use kpi::{Kpi, KpiError, Setting};
use miette::{Context as _, IntoDiagnostic};
use pay::{Pay, RunError};
use rules::{
    access::{Viewer, administers},
    appraisal::{Measure, RaterKind, Strictness},
    log::Origin,
    record::{EXTERNAL_ID, Value},
    role::SHIPPED,
    score::Scorecard,
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

/// Since when the sample company has scorecards of its own: the first day of its data.
const SCORECARDS_FROM: Date = date(2025, 1, 1);

#[derive(Args)]
pub struct Arguments {
    /// Where the demo's database and logins are kept.
    #[arg(long, default_value = "demo")]
    folder: PathBuf,
    /// Which company to serve.
    #[arg(long, value_enum, default_value_t = Company::Acme)]
    company: Company,
    /// Make only the company that is served; otherwise all three are made.
    #[arg(long)]
    alone: bool,
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
    Acme,
    Northwind,
    Salesforce,
}

impl Company {
    const EVERY: [Self; 3] = [Self::Acme, Self::Northwind, Self::Salesforce];

    const fn name(self) -> &'static str {
        match self {
            Self::Acme => "acme",
            Self::Northwind => "northwind",
            Self::Salesforce => "salesforce",
        }
    }

    /// What is imported, in this order: source, and its folder below the companies' files.
    const fn imports(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Acme => &[("acme", "acme"), ("acme-late", "acme/late")],
            Self::Northwind => &[("northwind", "northwind")],
            Self::Salesforce => &[("salesforce", "salesforce")],
        }
    }

    /// Numbers at the source of people who get a login: one for each role there is.
    const fn people(self) -> &'static [&'static str] {
        match self {
            Self::Acme => &["P01", "P02", "P03", "P04", "P09", "P25", "P26", "P34", "P35", "P37", "P39", "P38", "P40"],
            Self::Northwind => &["2", "5", "4"],
            Self::Salesforce => &["005f4000000VrDDAA0"],
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
    let folder = &arguments.folder;
    fs::create_dir_all(folder).into_diagnostic().wrap_err_with(|| folder.display().to_string())?;
    for company in Company::EVERY.into_iter().filter(|company| !arguments.alone || *company == arguments.company) {
        make(company, &arguments).await?;
    }
    let company = arguments.company;
    let context = Context::open(&company.file(folder, ".db").display().to_string(), None, None, None).await?;
    let access = context.access()?;
    println!("\n{}", fs::read_to_string(company.file(folder, "-logins.txt")).into_diagnostic()?);
    serve::serve(listener, &context, access).await
}

/// A company with its data and logins, unless it is there.
async fn make(company: Company, arguments: &Arguments) -> miette::Result<()> {
    let folder = &arguments.folder;
    let logins = company.file(folder, "-logins.txt");
    if logins.is_file() && !arguments.reset {
        return Ok(());
    }
    // Without its logins an earlier run ended half-way.
    remove(company, folder).into_diagnostic()?;
    println!("making the company {}, which takes a moment", company.name());
    let context = Context::open(&company.file(folder, ".db").display().to_string(), None, None, None).await?;
    for (source, below) in company.imports() {
        bring_in(&context.db, source, &arguments.data.join(below)).await?;
    }
    scorecards(&context.db, &arguments.data.join(company.name()).join("scorecards")).await?;
    runs(&context, &arguments.data.join(company.name()).join("plans")).await?;
    if company == Company::Acme {
        appraisals(&context).await?;
        coaching::coaching(&context).await?;
        training::training(&context).await?;
        let salaries = arguments.data.join(company.name()).join("pay/salaries.csv");
        compensation::compensation(&context, &salaries).await?;
        let candidates = arguments.data.join(company.name()).join("recruiting/candidates.csv");
        recruiting::recruiting(&context, &candidates).await?;
        let rules = arguments.data.join(company.name()).join("territories/rules.csv");
        territories::territories(&context, &rules).await?;
        quotas::quotas(&context).await?;
    }
    let table = people(&context.access()?, company).await?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&logins).into_diagnostic()?;
    file.write_all(table.as_bytes()).into_diagnostic()
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

async fn bring_in(db: &Db, source: &str, folder: &Path) -> miette::Result<()> {
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

/// The company's own scorecards, where its data has some.
async fn scorecards(db: &Db, folder: &Path) -> miette::Result<()> {
    let told = |error: KpiError| report(&error, error.hint());
    let kpi = Kpi::new(db.clone(), Viewer::system()).await.map_err(told)?;
    let Ok(files) = fs::read_dir(folder) else { return Ok(()) };
    let mut files: Vec<PathBuf> = files.filter_map(|file| Some(file.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "toml"));
    files.sort();
    for file in files {
        let text = fs::read_to_string(&file).into_diagnostic().wrap_err_with(|| file.display().to_string())?;
        let card = Scorecard::read(&text, kpi.catalogue()).map_err(|error| told(error.into()));
        let card = card.wrap_err_with(|| file.display().to_string())?;
        kpi.set_scorecard(&card, Setting::new(SCORECARDS_FROM, Origin::Cli)).await.map_err(told)?;
    }
    Ok(())
}

/// Who keeps the plans, who looks through runs, and who approves them, by their number at the source.
const PAYERS: [&str; 3] = ["P40", "P02", "P01"];
/// The runs that are paid; the next one is calculated and waits.
const PAID: [&str; 9] =
    ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09"];
const WAITING: &str = "2026-10";

/// The company's pay plans and runs, where its data has plans.
async fn runs(context: &Context, folder: &Path) -> miette::Result<()> {
    let Ok(files) = fs::read_dir(folder) else { return Ok(()) };
    let mut files: Vec<PathBuf> = files.filter_map(|file| Some(file.ok()?.path())).collect();
    files.sort();
    let mut payers = Vec::new();
    for payer in PAYERS {
        let viewer = context.viewer(Some(payer)).await?;
        payers.push(Pay::new(context.db.clone(), viewer, context.folder.clone()));
    }
    let [finance, head, chief] = payers.as_slice() else { return Ok(()) };
    let told = |error: RunError| report(&error, error.hint());
    for file in files {
        let text = fs::read_to_string(&file).into_diagnostic().wrap_err_with(|| file.display().to_string())?;
        let plan = finance.set_plan(&text, Origin::Cli).await.map_err(told);
        let plan = plan.wrap_err_with(|| file.display().to_string())?;
        finance.issue_letters(plan, Origin::Cli).await.map_err(told)?;
    }
    for period in PAID {
        let run = finance.calculate(period, Origin::Cli).await.map_err(told)?;
        for one in run.open() {
            head.waive(period, &one.key(), "Not on a plan", Origin::Cli).await.map_err(told)?;
        }
        head.review(period, None, Origin::Cli).await.map_err(told)?;
        chief.approve(period, None, Origin::Cli).await.map_err(told)?;
        finance.pay(period, Origin::Cli).await.map_err(told)?;
    }
    finance.calculate(WAITING, Origin::Cli).await.map_err(told)?;
    Ok(())
}

/// HR, who issues job descriptions and opens the cycle, and the chief executive, who approves them.
const HR: &str = "P39";
const CHIEF: &str = "P01";
const HEAD_OF_SALES: &str = "P02";
/// Who has a job description, with its role; the last has yet to acknowledge it.
const DESCRIBED: [(&str, &str); 4] = [("P04", "aem"), ("P09", "ae"), ("P25", "kam"), ("P34", "sdr")];
/// Who has handed in their self review.
const HANDED_IN: [&str; 3] = ["P04", "P09", "P25"];
/// Who says what they want to become, and with whom they talk about it.
const SELLER: &str = "P09";
const SELLERS_MANAGER: &str = "P04";
const DAYS_OPEN: i64 = 30;

/// Job descriptions, and an appraisal cycle that is under way.
async fn appraisals(context: &Context) -> miette::Result<()> {
    let told = |error: AppraisalError| report(&error, error.hint());
    let on_behalf = async |external_id: &str| {
        let viewer = context.viewer(Some(external_id)).await?;
        Ok::<_, miette::Report>(Appraisal::new(context.db.clone(), viewer, context.folder.clone()))
    };
    let (hr, chief) = (on_behalf(HR).await?, on_behalf(CHIEF).await?);
    for (place, (person, role)) in (1..).zip(DESCRIBED) {
        let order = format!("HR-2026/{place:03}");
        let id = hr.issue(person, role, date(2026, 1, 5), &order, Origin::Cli).await.map_err(told)?;
        chief.approve_description(id, Origin::Cli).await.map_err(told)?;
        if place < DESCRIBED.len() {
            on_behalf(person).await?.acknowledge_description(id, Origin::Cli).await.map_err(told)?;
        }
    }
    let due = hr.today().await.map_err(told)?.saturating_add(DAYS_OPEN.days());
    let setup = Setup {
        name: "Appraisal 2026".to_owned(),
        period: "2026".to_owned(),
        roles: SHIPPED.map(|(role, _)| role.to_owned()).into(),
        kpi_weight: 70,
        upward: true,
        guide: Strictness::Advisory,
        leniency: false,
        measure: Measure::default(),
        own_due: due,
        others_due: due,
        manager_due: due,
    };
    let plan = hr.plan(&setup).await.map_err(told)?;
    hr.launch(&plan, Origin::Cli).await.map_err(told)?;
    careers(context).await?;
    for person in HANDED_IN {
        let own = on_behalf(person).await?;
        let inbox = own.inbox().await.map_err(told)?;
        let Some(task) = inbox.into_iter().find(|task| task.part.kind == RaterKind::Own) else { continue };
        let form = own.form(task.part.form).await.map_err(told)?;
        let ratings = form
            .profile
            .competencies
            .iter()
            .map(|one| (one.id.clone(), Rating { level: Some(one.expected), example: String::new() }));
        let answers = Answers { ratings: ratings.collect(), ..Answers::default() };
        let seen = own.version(task.part.id).await.map_err(told)?;
        own.save(task.part.id, seen, &answers, Origin::Cli).await.map_err(told)?;
        own.hand_in(task.part.id, Origin::Cli).await.map_err(told)?;
    }
    Ok(())
}

/// What a seller wants to become, and the talk about it.
async fn careers(context: &Context) -> miette::Result<()> {
    let told = |error: AppraisalError| report(&error, error.hint());
    let on_behalf = async |external_id: &str| {
        let viewer = context.viewer(Some(external_id)).await?;
        Ok::<_, miette::Report>(Appraisal::new(context.db.clone(), viewer, context.folder.clone()))
    };
    let (own, above) = (on_behalf(SELLER).await?, on_behalf(SELLERS_MANAGER).await?);
    let today = above.today().await.map_err(told)?;
    let wish = NewWish {
        wish: "Look after a handful of large accounts for years instead of closing many small ones.".to_owned(),
        role: Some("kam".to_owned()),
        by: Some(today.saturating_add(2.years())),
    };
    own.state_wish(&wish, Origin::Cli).await.map_err(told)?;
    let talk = NewCareerTalk {
        day: today,
        agreed: "Joins two reviews of key accounts each quarter; writes the account plan of one of them in spring."
            .to_owned(),
        follow_up: Some(today.saturating_add(6.months())),
    };
    let person = by_source(&context.db, SELLER).await?;
    above.keep_career_talk(person.id, &talk, Origin::Cli).await.map_err(told)?;
    Ok(())
}

/// Gives some people and one operator a login, and tells them as a table.
async fn people(access: &Access, company: Company) -> miette::Result<String> {
    let mut people = Vec::new();
    for external_id in company.people() {
        people.push(by_source(access.db(), external_id).await?);
    }
    if !people.iter().any(|person| access::role(person) == "ops") {
        people.push(operator(access, company).await?);
    }
    let mut table = String::from("role     e-mail                               password\n");
    let mut secrets = String::new();
    for person in people {
        let email = with_email(access, &person, company).await?;
        access.set_password(person.id, PASSWORD).await.map_err(failed)?;
        writeln!(table, "{:<8} {email:<36} {PASSWORD}", access::role(&person)).unwrap_or_default();
        if administers(access::role(&person)) {
            let secret = access.new_factor();
            let address = access::factor_address(company.name(), &person, &secret).unwrap_or_default();
            access.set_factor(person.id, &secret).await.map_err(failed)?;
            writeln!(secrets, "\nSecond factor of {email}: {secret}\n{address}").unwrap_or_default();
        }
    }
    Ok(table + &secrets)
}

/// Somebody who runs the product, where the data names nobody.
async fn operator(access: &Access, company: Company) -> miette::Result<Record> {
    let email = format!("operations@{}.example", company.name());
    let operator = access::NewPerson { name: "Operations", email: &email, role: "ops", team: None, manager: None };
    let (id, _) = access.invite(&operator, None, Origin::Cli).await.map_err(failed)?;
    let person = access.db().system().get(&PERSON, id).await.map_err(|error| report(&error, error.hint()))?;
    person.ok_or_else(|| miette::miette!("the operator is gone"))
}

/// A person's address; who has none at the source gets one.
async fn with_email(access: &Access, person: &Record, company: Company) -> miette::Result<String> {
    if let Some(email) = person.value("email").as_text() {
        return Ok(email.to_owned());
    }
    let email = format!("{}@{}.example", person.title().to_lowercase().replace(' ', "."), company.name());
    let mut tx = access.db().begin(None, Origin::Cli);
    let fields = vec![("email", Value::Text(email.clone()))];
    tx.put(Change::set(&PERSON, person.id, fields)).map_err(|error| report(&error, error.hint()))?;
    tx.commit().await.map_err(|error| report(&error, error.hint()))?;
    Ok(email)
}

fn failed(error: access::AccessError) -> miette::Report {
    report(&error, error.hint())
}

async fn by_source(db: &Db, external_id: &str) -> miette::Result<Record> {
    let is_named = Filter(EXTERNAL_ID, Value::Text(external_id.to_owned()));
    let query = ListQuery { filters: vec![is_named], limit: 1, ..ListQuery::default() };
    let found = db.system().list(&PERSON, &query).await.map_err(|error| report(&error, error.hint()))?;
    found.into_iter().next().ok_or_else(|| miette::miette!("the data has no person {external_id}"))
}
