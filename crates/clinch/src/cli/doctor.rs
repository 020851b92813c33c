use super::report;
use db::Db;

pub async fn run(db: &Db) -> miette::Result<()> {
    let found = db::check(db).await.map_err(|error| report(&error, error.hint()))?;
    println!("{} log rows, {} records in the log", found.log_rows, found.records);
    if found.problems.is_empty() {
        println!("sound: the chain is unbroken and the tables are the log's fold");
        return Ok(());
    }
    for problem in &found.problems {
        println!("  {problem}");
    }
    Err(miette::miette!(help = "restore the last backup made before the damage", "the database is not sound"))
}
