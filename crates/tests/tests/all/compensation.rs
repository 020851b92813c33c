//! Reviews of pay (APPR-5): from grades and salaries to raises within a budget, with two people behind each, read by whose it is.

use crate::{
    appraisals::{CHIEF, COLLEAGUE, FINANCE, HEAD, HR, MANAGER, OPERATIONS, REP, appraisal, form_id, launch},
    company::{data, person, viewer},
    scores::acme,
};
use ::compensation::{Compensation, CompensationError, PAY_REVIEW, PayReview, SALARY, SalaryRow, Setup, Why};
use base::{Amount, RecordId, Seq};
use db::{Change, ListQuery};
use jiff::civil::{Date, date};
use rules::{
    appraisal::{Grade, ReviewRules},
    log::Origin,
    record::Value,
};
use std::collections::BTreeMap;
use testkit::{TestApp, on_both};

const FROM: Date = date(2027, 1, 1);
/// Hired on 1 September 2025, in the cycle's year.
const NEWCOMER: &str = "P22";
/// Whom calibration gave a grade.
const GRADED: [(&str, Grade); 4] = [(REP, Grade::B), (COLLEAGUE, Grade::C), (MANAGER, Grade::A), (NEWCOMER, Grade::C)];
const HEADS: &str = "person,starts_on,range,monthly,midpoint,currency,target_months";

async fn compensation(app: &TestApp, external_id: &str) -> Compensation {
    Compensation::new(app.db.clone(), viewer(app, external_id).await, app.folder().join("facts"))
}

fn file() -> String {
    std::fs::read_to_string(data("acme/pay/salaries.csv")).expect("read")
}

/// Monthly salary, midpoint and months of a bonus, as the file has them.
fn of_file(external_id: &str) -> (f64, f64, f64) {
    let text = file();
    let line = text.lines().find(|line| line.starts_with(&format!("{external_id},"))).expect("a line");
    let cells: Vec<&str> = line.split(',').collect();
    let number = |place: usize| cells[place].parse().expect("a number");
    (number(3), number(4), number(6))
}

async fn salaries(app: &TestApp, text: &str) -> Result<usize, CompensationError> {
    let finance = compensation(app, FINANCE).await;
    let plan = finance.plan_salaries(&SalaryRow::read(text)?).await?;
    finance.commit_salaries(plan, Origin::Cli).await
}

async fn review(app: &TestApp, id: RecordId) -> PayReview {
    compensation(app, HEAD).await.review(id).await.expect("read")
}

/// As it is looked at now.
async fn approve(app: &TestApp, who: &str, id: RecordId) -> Result<(), CompensationError> {
    let seen = review(app, id).await.version;
    compensation(app, who).await.approve(id, seen, Origin::Ui).await
}

/// A released cycle in which some people have grades; and salaries of a file.
async fn graded(app: &TestApp, text: &str) -> RecordId {
    acme(app).await;
    let (cycle, _) = launch(app, "2025", &["ae", "aem"]).await;
    let hr = appraisal(app, HR).await;
    for (who, grade) in GRADED {
        hr.calibrate(form_id(app, who).await, grade, "agreed", Origin::Ui).await.expect("moved");
    }
    let head = compensation(app, HEAD).await;
    let refused = head.begin(&setup(cycle, "3"), Origin::Ui).await.expect_err("grades may still move");
    assert!(refused.to_string().contains("open"), "{refused}");
    hr.release(cycle, Origin::Ui).await.expect("released");
    salaries(app, text).await.expect("written");
    cycle
}

fn setup(cycle: RecordId, budget: &str) -> Setup {
    let budget = budget.parse().expect("a number");
    Setup { cycle, starts_on: FROM, budget, company_factor: Amount::ONE, rules: String::new(), seen: None }
}

/// E6's matrix, apart: the middle of the range by grade and compa-ratio.
fn middle(grade: Grade, compa: f64) -> f64 {
    let place = if compa < 90.0 { 0 } else { usize::from(compa > 110.0) + 1 };
    let ranges = match grade {
        Grade::A => [(6.0, 8.0), (4.0, 6.0), (3.0, 4.0)],
        Grade::B => [(4.0, 6.0), (3.0, 4.0), (2.0, 3.0)],
        _ => [(3.0, 4.0), (2.0, 3.0), (1.0, 2.0)],
    };
    f64::midpoint(ranges[place].0, ranges[place].1)
}

async fn raises(app: &TestApp, review: &PayReview) -> BTreeMap<&'static str, i64> {
    let mut found = BTreeMap::new();
    for (who, _) in GRADED {
        let id = person(app, who).await.id;
        let line = review.lines.iter().find(|line| line.person == id).expect("in it");
        found.insert(who, line.offer.raise.minor);
    }
    found
}

/// What docs/compensation.md shows is the matrix that holds where none is written.
#[test]
fn the_matrix_of_the_document_is_that_of_the_reference() {
    let text = std::fs::read_to_string(data("../docs/compensation.md")).expect("read");
    let shown = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a matrix");
    assert_eq!(toml::from_str::<ReviewRules>(shown).expect("a matrix"), ReviewRules::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn raises_follow_from_grade_and_compa_ratio_within_the_budget() {
    on_both(async |app| {
        let cycle = graded(app, &file()).await;
        for (who, sees_pay) in [(HR, false), (REP, false), (OPERATIONS, false), (FINANCE, true)] {
            let refused = compensation(app, who).await.begin(&setup(cycle, "3"), Origin::Ui).await;
            let is_so = match refused {
                Err(CompensationError::SeesNoPay) => !sees_pay,
                Err(CompensationError::SeesNoGrades) => sees_pay,
                _ => false,
            };
            assert!(is_so, "{who}");
        }
        let head = compensation(app, HEAD).await;
        let id = head.begin(&setup(cycle, "99"), Origin::Ui).await.expect("begun");
        let review = head.review(id).await.expect("read");
        assert_eq!(review.lines.len(), GRADED.len(), "who has no grade is not in it");
        let told = raises(app, &review).await;
        let mut proposed = 0.0;
        let mut payroll = 0.0;
        for (who, grade) in GRADED {
            let (monthly, midpoint, months) = of_file(who);
            let compa = monthly / midpoint * 100.0;
            let raise = monthly * middle(grade, compa) / 100.0;
            proposed += raise;
            payroll += monthly;
            // Whole amounts of a few per cent: nothing to round.
            #[expect(clippy::cast_possible_truncation, reason = "a raise of some thousands")]
            let minor = (raise * 100.0).round() as i64;
            assert_eq!(told[who], minor, "{who}");
            let id = person(app, who).await.id;
            let line = review.lines.iter().find(|line| line.person == id).expect("in it");
            let factor = match grade {
                Grade::A => 1.5,
                Grade::B => 1.2,
                _ => 1.0,
            };
            // From 1 September to 31 December 2025.
            let served = if who == NEWCOMER { 122.0 / 365.0 } else { 1.0 };
            let bonus: f64 = line.offer.bonus.to_string().parse().expect("a number");
            assert!((bonus - monthly * months * factor * served).abs() < 0.01, "{who}: {bonus}");
        }
        // A budget of half of what was proposed halves each raise, down to the satang.
        let half = format!("{:.6}", proposed / payroll * 50.0);
        head.begin(&setup(cycle, &half), Origin::Ui).await.expect("again");
        let scaled = raises(app, &head.review(id).await.expect("read")).await;
        for (who, raise) in &told {
            assert!((scaled[who] * 2 - raise).abs() <= 2, "{who}: {} of {raise}", scaled[who]);
        }
        assert!(scaled.values().sum::<i64>() * 2 <= told.values().sum::<i64>());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_stand_behind_every_raise_and_it_is_read_by_whose_it_is() {
    on_both(async |app| {
        let cycle = graded(app, &file()).await;
        let (head, finance) = (compensation(app, HEAD).await, compensation(app, FINANCE).await);
        let id = head.begin(&setup(cycle, "5"), Origin::Ui).await.expect("begun");
        let rep = person(app, REP).await.id;
        let ninety = "90".parse().expect("a number");
        let refused = finance.choose(id, rep, Some(ninety), "she is the best", Origin::Ui).await;
        assert!(matches!(refused, Err(CompensationError::OutOfRange { .. })));
        let of = |review: &PayReview| review.lines.iter().find(|line| line.person == rep).expect("in it").clone();
        let range = of(&review(app, id).await).offer.range;
        let refused = finance.choose(id, rep, Some(range.most), " ", Origin::Ui).await;
        assert!(matches!(refused, Err(CompensationError::NoReason)));
        finance.choose(id, rep, Some(range.most), "carried the team", Origin::Ui).await.expect("chosen");
        // Until it is approved it is nobody's to read.
        for who in [REP, MANAGER, HR, OPERATIONS] {
            let asker = compensation(app, who).await;
            assert!(matches!(asker.approve(id, Seq(0), Origin::Ui).await, Err(CompensationError::SeesNoPay)), "{who}");
            assert!(matches!(asker.review(id).await, Err(CompensationError::SeesNoPay)), "{who}");
            let reader = viewer(app, who).await;
            let listed =
                app.db.reader(&reader).list(&PAY_REVIEW, &ListQuery { limit: 9, ..ListQuery::default() }).await;
            assert!(listed.expect("read").is_empty(), "{who}");
            assert!(asker.outcomes(None).await.expect("read").is_empty(), "{who}");
        }
        // Another salary since: what was looked at is not what would be paid.
        let (monthly, midpoint, _) = of_file(REP);
        let more = format!("{HEADS}\n{REP},2026-06-01,AE 2,{:.2},{midpoint:.2},THB,2\n", monthly + 1000.0);
        salaries(app, &more).await.expect("written");
        assert!(matches!(approve(app, CHIEF, id).await, Err(CompensationError::Stale)));
        let before = review(app, id).await.version;
        head.begin(&setup(cycle, "5"), Origin::Ui).await.expect("again");
        let refused = head.begin(&Setup { seen: Some(before), ..setup(cycle, "9") }, Origin::Ui).await;
        assert!(matches!(refused, Err(CompensationError::Stale)), "by who looked at an earlier one");
        let chief = compensation(app, CHIEF).await;
        assert!(matches!(chief.approve(id, before, Origin::Ui).await, Err(CompensationError::Stale)));
        let line = of(&review(app, id).await);
        assert_eq!(line.reason.as_deref(), Some("carried the team"), "what was chosen stays");
        assert!(matches!(finance.payroll(id).await, Err(CompensationError::NotApproved)));
        approve(app, CHIEF, id).await.expect("approved");
        assert!(matches!(approve(app, CHIEF, id).await, Err(CompensationError::Approved)));
        assert!(matches!(head.begin(&setup(cycle, "5"), Origin::Ui).await, Err(CompensationError::Approved)));
        // Hers to read, and nobody else's below those who see pay.
        let own = compensation(app, REP).await.outcomes(None).await.expect("read");
        assert_eq!(own.iter().map(|one| (one.person, one.raise)).collect::<Vec<_>>(), [(rep, line.offer.raise)]);
        for who in [HR, OPERATIONS] {
            assert!(compensation(app, who).await.outcomes(None).await.expect("read").is_empty(), "{who}");
        }
        let refused = compensation(app, MANAGER).await.outcome(own[0].id).await;
        assert!(matches!(refused, Err(CompensationError::NoOutcome(_))));
        // The raise is a salary from the day on; what was before stands.
        let salaries = compensation(app, REP).await.salaries().await.expect("read");
        assert_eq!(salaries.len(), 3);
        let last = salaries.last().expect("the new one");
        assert_eq!((last.starts_on, last.monthly), (FROM, line.offer.salary));
        assert_eq!(line.offer.salary.minor, line.monthly.minor + line.offer.raise.minor);
        // What payroll is told sums to its control total.
        let csv = finance.payroll(id).await.expect("told").to_csv().expect("written");
        let amount = |row: &str| row.rsplit(',').next().expect("an amount").parse::<f64>().expect("a number");
        let amounts: Vec<f64> = csv.lines().skip(1).map(amount).collect();
        let (total, rows) = amounts.split_last().expect("rows");
        assert!(rows.len() >= GRADED.len() && (rows.iter().sum::<f64>() - total).abs() < 0.005, "{csv}");
    })
    .await;
}

/// Whoever had a hand in it, however it was taken back, does not approve it.
#[tokio::test(flavor = "multi_thread")]
async fn a_hand_that_was_taken_back_is_still_a_hand() {
    on_both(async |app| {
        let cycle = graded(app, &file()).await;
        let (head, chief) = (compensation(app, HEAD).await, compensation(app, CHIEF).await);
        let id = head.begin(&setup(cycle, "5"), Origin::Ui).await.expect("begun");
        // Finance wrote the salaries.
        for who in [HEAD, FINANCE] {
            assert!(matches!(approve(app, who, id).await, Err(CompensationError::OwnReview)), "{who}");
        }
        let rep = person(app, REP).await.id;
        let line = review(app, id).await.lines.into_iter().find(|line| line.person == rep).expect("in it");
        chief.choose(id, rep, Some(line.offer.range.most), "carried the team", Origin::Ui).await.expect("chosen");
        chief.choose(id, rep, None, "", Origin::Ui).await.expect("taken back");
        assert!(matches!(approve(app, CHIEF, id).await, Err(CompensationError::OwnReview)));
        chief.begin(&setup(cycle, "5"), Origin::Ui).await.expect("calculated by another");
        assert!(matches!(approve(app, HEAD, id).await, Err(CompensationError::OwnReview)), "who began it first");
    })
    .await;
}

/// Who approved a review may approve the next one: behind the salaries that it gave stood two people.
#[tokio::test(flavor = "multi_thread")]
async fn a_salary_that_a_review_gave_is_nobodys_hand() {
    on_both(async |app| {
        let cycle = graded(app, &file()).await;
        let head = compensation(app, HEAD).await;
        let first = head.begin(&setup(cycle, "5"), Origin::Ui).await.expect("begun");
        approve(app, CHIEF, first).await.expect("approved");
        let hr = appraisal(app, HR).await;
        let (next, _) = launch(app, "2026-Q1", &["ae"]).await;
        let raised = person(app, COLLEAGUE).await.id;
        let standings = hr.standings(&hr.cycle(next).await.expect("read")).await.expect("read");
        let form = standings.iter().find(|one| one.person == raised).expect("in it").form;
        hr.calibrate(form, Grade::C, "agreed", Origin::Ui).await.expect("moved");
        hr.release(next, Origin::Ui).await.expect("released");
        let later = Setup { starts_on: date(2027, 4, 1), ..setup(next, "5") };
        let second = head.begin(&later, Origin::Ui).await.expect("begun");
        assert_eq!(review(app, second).await.lines.iter().map(|line| line.person).collect::<Vec<_>>(), [raised]);
        approve(app, CHIEF, second).await.expect("approved again");
        assert_eq!(compensation(app, COLLEAGUE).await.salaries().await.expect("read").len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_reviewed_is_named_with_why_and_an_appeal_is_waited_for() {
    on_both(async |app| {
        // Without a salary of one, and with one of another that begins with the raise.
        let all = file();
        let text = all.lines().filter(|line| !line.starts_with(COLLEAGUE)).collect::<Vec<_>>().join("\n");
        let cycle = graded(app, &format!("{text}\n{MANAGER},2027-01-01,AEM 2,90000.00,100000.00,THB,3\n")).await;
        let mut tx = app.db.begin(None, Origin::Cli);
        let left = vec![("left_on", Value::Date(date(2026, 12, 31)))];
        tx.put(Change::set(&access::PERSON, person(app, NEWCOMER).await.id, left)).expect("sound");
        tx.commit().await.expect("written");
        let head = compensation(app, HEAD).await;
        let id = head.begin(&setup(cycle, "5"), Origin::Ui).await.expect("begun");
        let found = review(app, id).await;
        let mut told = Vec::new();
        for (who, why) in [(COLLEAGUE, Why::NoSalary), (MANAGER, Why::LaterSalary), (NEWCOMER, Why::Left)] {
            told.push((person(app, who).await.id, why));
        }
        told.sort();
        let mut left_out: Vec<_> = found.left_out.iter().map(|one| (one.person, one.why)).collect();
        left_out.sort();
        assert_eq!(left_out, told);
        assert_eq!(found.lines.iter().map(|line| line.person).collect::<Vec<_>>(), [person(app, REP).await.id]);
        appraisal(app, REP)
            .await
            .appeal(form_id(app, REP).await, "a deal is missing", Origin::Ui)
            .await
            .expect("appealed");
        assert!(matches!(approve(app, CHIEF, id).await, Err(CompensationError::Appealed(1))));
        let hr = appraisal(app, HR).await;
        hr.decide_appeal(form_id(app, REP).await, "it was there", None, Origin::Ui).await.expect("decided");
        approve(app, CHIEF, id).await.expect("approved");
    })
    .await;
}

/// A company's own matrix is kept whole; one that cannot be calculated is refused before anything is written.
#[tokio::test(flavor = "multi_thread")]
async fn a_matrix_of_ones_own_holds_and_a_wrong_one_writes_nothing() {
    on_both(async |app| {
        let cycle = graded(app, &file()).await;
        let head = compensation(app, HEAD).await;
        let own = toml::to_string(&ReviewRules::default()).expect("written");
        for wrong in [
            own.replacen("A = \"1.5\"", "A = \"-1\"", 1),
            own.replacen("low = \"90\"", "low = \"130\"", 1),
            "[merit]\nlow = 1".to_owned(),
        ] {
            assert_ne!(wrong, own);
            assert!(head.begin(&Setup { rules: wrong, ..setup(cycle, "5") }, Origin::Ui).await.is_err());
        }
        let factor = Setup { company_factor: "1000000".parse().expect("a number"), ..setup(cycle, "5") };
        assert!(matches!(head.begin(&factor, Origin::Ui).await, Err(CompensationError::Field { .. })));
        assert!(head.reviews().await.expect("read").is_empty());
        let generous = own.replacen("low = \"90\"", "low = \"118\"", 1).replacen("high = \"110\"", "high = \"119\"", 1);
        let id = head.begin(&Setup { rules: generous, ..setup(cycle, "99") }, Origin::Ui).await.expect("begun");
        let rep = person(app, REP).await.id;
        let line = review(app, id).await.lines.into_iter().find(|line| line.person == rep).expect("in it");
        // 70,500 of 60,000 is 117.5 %: now in the first column, where B has 4 to 6.
        assert_eq!(line.offer.percent, Amount::from(5));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_salaries_is_written_whole_or_not_at_all() {
    on_both(async |app| {
        acme(app).await;
        let heads = SalaryRow::COLUMNS.join(",");
        assert_eq!(heads, HEADS);
        let wrong = format!(
            "{heads}\n{REP},2025-01-01,AE 1,52000.00,60000.00,THB,2\nP99,2025-01-01,AE 1,1.00,1.00,THB,\n{COLLEAGUE},soon,AE 1,1.00,1.00,THB,\n\
             {MANAGER},2025-01-01,AE 1,-5,1.00,THB,\n{MANAGER},2025-01-01,AE 1,5.00,1.00,baht,\n"
        );
        let finance = compensation(app, FINANCE).await;
        let plan = finance.plan_salaries(&SalaryRow::read(&wrong.replace('\n', "\r\n")).expect("read")).await.expect("planned");
        let told: Vec<(u64, String)> = plan.problems.iter().map(|(line, problem)| (*line, problem.to_string())).collect();
        let named: Vec<(u64, &str)> = vec![(3, "person"), (4, "starts_on"), (5, "monthly"), (6, "currency")];
        assert_eq!(told.len(), named.len(), "{told:?}");
        for ((line, text), (wanted, field)) in told.iter().zip(named) {
            assert!(*line == wanted && text.starts_with(field), "{line}: {text}");
        }
        assert!(finance.commit_salaries(plan, Origin::Cli).await.is_err());
        assert!(app.db.system().all(&SALARY).await.expect("read").is_empty());
        assert!(matches!(SalaryRow::read("person,wage\n"), Err(CompensationError::Field { field: "column", .. })));
        let rows = file().lines().count() - 1;
        assert_eq!(salaries(app, &file()).await.expect("written"), rows);
        assert_eq!(salaries(app, &file()).await.expect("nothing new"), 0);
        let (monthly, midpoint, _) = of_file(REP);
        let other = format!("{heads}\n{REP},2025-01-01,AE 1,{:.2},{midpoint:.2},THB,2\n", monthly + 1.0);
        assert!(matches!(salaries(app, &other).await, Err(CompensationError::Known { .. })));
        // Nobody writes their own.
        let own = format!("{heads}\n{FINANCE},2025-01-01,FIN 1,90000.00,90000.00,THB,1\n");
        assert!(matches!(salaries(app, &own).await, Err(CompensationError::OwnRaise)));
        // Nobody else reads or writes them; a payee reads their own.
        let rows = SalaryRow::read(&file()).expect("read");
        for who in [REP, HR, OPERATIONS] {
            let asker = compensation(app, who).await;
            assert!(matches!(asker.plan_salaries(&rows).await, Err(CompensationError::SeesNoPay)), "{who}");
            assert_eq!(asker.salaries().await.expect("read").len(), usize::from(who == REP), "{who}");
        }
    })
    .await;
}
