//! Writes orders with their lines until it is killed: `writer ADDRESS`. Prints a line once it has begun.

use base::RecordId;
use db::{Change, Db};
use rules::{log::Origin, record::Value};
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), db::DbError> {
    let address = std::env::args().nth(1).unwrap_or_default();
    let db =
        Db::open(&address, clinch::registry(), Arc::new(base::SystemClock), Arc::new(clinch::SystemRandom)).await?;
    println!("writing");
    let mut earlier: Option<RecordId> = None;
    for count in 0_i64.. {
        let mut tx = db.begin(None, Origin::Cli);
        let contact = db.new_id().await?;
        let name = Value::Text(format!("Contact {count}"));
        tx.put(Change::create(&crm::CONTACT, contact, vec![("name", name)]))?;
        let account = db.new_id().await?;
        tx.put(Change::create(&crm::ACCOUNT, account, vec![("name", Value::Text(format!("Account {count}")))]))?;
        if let Some(earlier) = earlier.replace(account) {
            tx.put(Change::set(&crm::ACCOUNT, earlier, vec![("city", Value::Text("Bangkok".to_owned()))]))?;
        }
        tx.commit().await?;
    }
    Ok(())
}
