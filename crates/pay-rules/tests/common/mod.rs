//! Statements told in short.

use pay_rules::{Files, Inputs, Plan, Statement, calculate};

pub const HEAD: &str = "id = \"p\"\nname = \"P\"\ncurrency = \"THB\"\nfrom = 2026-01-01\n";
pub const TEN_PERCENT: &str = "[[commission]]\nid = \"c\"\nrate = \"10%\"\n";

pub fn statement(bodies: &[&str], files: &Files<'_>, period: &str) -> Statement {
    let plan = |(place, body): (usize, &&str)| {
        let head = if place == 0 { HEAD.to_owned() } else { HEAD.replace("\"p\"", &format!("\"p{place}\"")) };
        Plan::read(&format!("{head}{body}")).expect("a plan")
    };
    let plans: Vec<Plan> = bodies.iter().enumerate().map(plan).collect();
    let inputs = Inputs::read(files, &plans[0]).expect("inputs");
    calculate(&plans, &inputs, period).expect("a statement")
}

/// Payee, component and amount; of a payee the total; balances; exceptions.
pub fn told(statement: &Statement) -> Vec<String> {
    let mut told = Vec::new();
    for payee in &statement.payees {
        told.push(format!("{} {}", payee.id, payee.total));
        told.extend(payee.components.iter().map(|component| format!("{} {}", component.id, component.amount)));
        told.extend(payee.balances.iter().map(|(kind, amount)| format!("owes {} {amount}", kind.name())));
    }
    told.extend(statement.exceptions.iter().map(|found| format!("! {} {}{}", found.kind(), found.payee, found.fact)));
    told
}

pub fn check(body: &str, files: &Files<'_>, period: &str, expected: &[&str]) {
    assert_eq!(told(&statement(&[body], files, period)), expected, "{body}");
}

pub const ONE: &str = "fact,date,amount,payee\nD1,2026-01-10,100000,A";
