//! Files attached to parts of appraisals, candidates and disputes: who reads and adds them, how they are kept, and that they go.

use crate::{
    appraisals::{
        CHIEF, COLLEAGUE, FINANCE, HEAD, HR, MANAGER, OPERATIONS, REP, appraisal, form, launch, part, rated, write,
    },
    company::viewer,
    disputes::statement,
    markers::{answer, served},
    pay_runs::{approve, pay},
    recruiting, scores,
};
use ::appraisal::CycleState;
use access::Access;
use attachments::{ATTACHMENT, Attachment, AttachmentError as E, Attachments, LARGEST_BYTES, MOST_FILES};
use base::RecordId;
use db::{backup, restore};
use jiff::{SignedDuration, civil::date};
use rules::{access::Viewer, log::Origin, recruiting::Stage};
use std::{io::BufReader, sync::Arc};
use testkit::{TestApp, on_both};

const SECRET: &[u8] = b"%PDF what a customer wrote";

async fn files(app: &TestApp, external_id: &str) -> Attachments {
    files_of(app, viewer(app, external_id).await)
}

fn files_of(app: &TestApp, viewer: Viewer) -> Attachments {
    Attachments::new(app.db.clone(), viewer, clinch::takes_files(&app.db, &app.folder().join("facts")))
}

async fn add(app: &TestApp, by: &str, to: (&str, RecordId), name: &str) -> Result<Attachment, E> {
    files(app, by).await.add(to, name, SECRET.to_vec(), Origin::Ui).await
}

async fn saved(app: &TestApp) -> (Vec<u8>, Vec<u8>) {
    let (mut log, mut keys) = (Vec::new(), Vec::new());
    backup(&app.db, &mut log, &mut keys, &[]).await.expect("a backup");
    (log, keys)
}

fn holds(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_takes_files_while_it_is_written_and_shows_them_to_its_readers() {
    on_both(async |app| {
        scores::acme(app).await;
        let (cycle, _) = launch(app, "2025", &["ae"]).await;
        let own = ("appraisal_part", part(app, REP, REP).await.id);
        // Whose part it is adds, as the part is open; nobody else reads what is not handed in.
        for other in [COLLEAGUE, MANAGER, HR, HEAD, CHIEF] {
            let refused = add(app, other, own, "a.pdf").await;
            assert!(matches!(refused, Err(E::NotThere)), "{other}: {refused:?}");
        }
        assert!(matches!(files_of(app, Viewer::system()).list(own.0, own.1).await, Err(E::NotThere)), "the operator");
        assert!(matches!(add(app, REP, ("deal", own.1), "a.pdf").await, Err(E::NotThere)), "deals take none");
        let file = add(app, REP, own, "C:\\visits\\ผลงาน.pdf").await.expect("attached");
        assert_eq!((file.name.as_str(), file.bytes), ("ผลงาน.pdf", 26));
        let empty = files(app, REP).await.add(own, "a.pdf", Vec::new(), Origin::Ui).await;
        assert!(matches!(empty, Err(E::NoFile)));
        assert!(matches!(add(app, REP, own, "a/").await, Err(E::NoName)));
        let large = files(app, REP).await.add(own, "a.bin", vec![7; LARGEST_BYTES + 1], Origin::Ui).await;
        assert!(matches!(large, Err(E::TooLarge(_))));
        let largest = files(app, REP).await.add(own, "a.bin", vec![7; LARGEST_BYTES], Origin::Ui).await.expect("taken");
        let (_, read) = files(app, REP).await.open(largest.id).await.expect("read");
        assert!(read.len() == LARGEST_BYTES && read.iter().all(|byte| *byte == 7));
        // One less, and ten at most.
        files(app, REP).await.remove(largest.id, Origin::Ui).await.expect("taken out");
        assert!(matches!(files(app, REP).await.open(largest.id).await, Err(E::NotThere)));
        for count in 1..MOST_FILES {
            add(app, REP, own, &format!("{count}.txt")).await.expect("attached");
        }
        assert!(matches!(add(app, REP, own, "11.txt").await, Err(E::Enough)));

        // Handed in, those above read it and its writer changes nothing; colleagues read nothing.
        let whole = form(app, REP, REP).await.expect("hers");
        write(app, REP, REP, &rated(&whole, 3)).await.expect("handed in");
        assert!(matches!(add(app, REP, own, "late.txt").await, Err(E::ReadOnly)));
        assert!(matches!(files(app, REP).await.remove(file.id, Origin::Ui).await, Err(E::ReadOnly)));
        for reader in [REP, MANAGER, HR] {
            let (_, content) = files(app, reader).await.open(file.id).await.expect(reader);
            assert_eq!(content, SECRET, "{reader}");
        }
        for other in [COLLEAGUE, OPERATIONS, FINANCE] {
            assert!(matches!(files(app, other).await.open(file.id).await, Err(E::NotThere)), "{other}");
        }
        // The manager's own file is told with the manager's part, after the release.
        let theirs = ("appraisal_part", part(app, MANAGER, REP).await.id);
        let note = add(app, MANAGER, theirs, "note.txt").await.expect("attached");
        assert!(matches!(files(app, REP).await.open(note.id).await, Err(E::NotThere)));
        let whole = form(app, MANAGER, REP).await.expect("the manager");
        write(app, MANAGER, REP, &rated(&whole, 4)).await.expect("handed in");
        assert!(matches!(files(app, REP).await.open(note.id).await, Err(E::NotThere)), "not before the release");
        let hr = appraisal(app, HR).await;
        hr.move_on(cycle, CycleState::Released, Origin::Ui).await.expect("released");
        assert_eq!(files(app, REP).await.open(note.id).await.expect("released").0.name, "note.txt");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_writer_attached_does_not_pass_to_the_next_and_anonymous_parts_take_none() {
    on_both(async |app| {
        scores::acme(app).await;
        launch(app, "2025", &["ae"]).await;
        let hr = appraisal(app, HR).await;
        let id = part(app, MANAGER, REP).await.id;
        let first = add(app, MANAGER, ("appraisal_part", id), "mine.txt").await.expect("attached");
        let head = crate::company::person(app, HEAD).await.id;
        hr.rearrange(id, None, Some(head), Origin::Ui).await.expect("delegated");
        assert!(matches!(files(app, HEAD).await.open(first.id).await, Err(E::NotThere)));
        assert!(matches!(files(app, MANAGER).await.open(first.id).await, Err(E::NotThere)));
        let (may, none) = files(app, HEAD).await.list("appraisal_part", id).await.expect("read");
        assert!(may.add && none.is_empty());
        // A colleague's view is told without a name: a file would tell it.
        let of = crate::appraisals::form_id(app, REP).await;
        appraisal(app, MANAGER).await.nominate(of, COLLEAGUE, Origin::Ui).await.expect("asked");
        let view = part(app, COLLEAGUE, REP).await.id;
        let refused = add(app, COLLEAGUE, ("appraisal_part", view), "a.txt").await;
        assert!(matches!(refused, Err(E::NotThere)), "{refused:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_candidates_files_go_with_the_candidate() {
    use recruiting::{COLLEAGUE, HEAD, HR, MANAGER, OTHER_MANAGER, REP};
    on_both(async |app| {
        let opening = recruiting::open(app, 2).await;
        let (anna, bea) = (recruiting::add(app, opening, "Anna").await, recruiting::add(app, opening, "Bea").await);
        recruiting::scored(app, anna, REP, None).await;
        let cv = add(app, HR, ("candidate", anna), "anna.pdf").await.expect("attached");
        let old = add(app, MANAGER, ("candidate", anna), "old.pdf").await.expect("attached");
        let other = add(app, HR, ("candidate", bea), "bea.pdf").await.expect("attached");
        files(app, HR).await.remove(old.id, Origin::Ui).await.expect("taken out");
        // An interviewer reads whom they are asked about, and attaches nothing.
        assert_eq!(files(app, REP).await.open(cv.id).await.expect("asked").1, SECRET);
        assert!(matches!(add(app, REP, ("candidate", anna), "x.pdf").await, Err(E::ReadOnly)));
        assert!(matches!(files(app, REP).await.open(other.id).await, Err(E::NotThere)));
        for nobody in [COLLEAGUE, OTHER_MANAGER, HEAD] {
            assert!(matches!(files(app, nobody).await.open(cv.id).await, Err(E::NotThere)), "{nobody}");
        }
        recruiting::step(app, anna, Stage::Rejected, "experience").await.expect("rejected");
        app.clock.advance(SignedDuration::from_hours(24 * 182));
        let plan = recruiting::operator(app).plan_erasure(Some(date(2026, 7, 6))).await.expect("planned");
        assert_eq!(recruiting::operator(app).commit_erasure(plan, Origin::Cli).await.expect("erased"), 1);
        assert!(matches!(files(app, HR).await.open(cv.id).await, Err(E::NotThere)));
        assert_eq!(files(app, HR).await.open(other.id).await.expect("hers stays").1, SECRET);
        // Neither file of hers is left, the one that was taken out included, and nothing opens what a copy may hold.
        let (log, keys) = saved(app).await;
        let lines = String::from_utf8(log).expect("text");
        assert_eq!(lines.lines().filter(|line| line.starts_with(r#"{"content":["#)).count(), 1);
        for erased in [cv.id, old.id] {
            assert!(!String::from_utf8_lossy(&keys).contains(&format!(r#"["attachment",{erased},"#)));
            let history = app.db.system().history(&ATTACHMENT, erased).await.expect("read");
            assert!(!format!("{history:?}").contains(".pdf"), "{history:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disputes_files_are_for_pays_readers() {
    on_both(async |app| {
        crate::pay_runs::acme(app).await;
        approve(app, "2025-01").await;
        let of = statement(app, REP).await;
        let question = ::pay::Question { claim: "half, not a third".to_owned(), ..::pay::Question::default() };
        let id = pay(app, REP).await.dispute(of, &question, Origin::Ui).await.expect("asked");
        let file = add(app, REP, ("pay_dispute", id), "mail.eml").await.expect("attached");
        assert_eq!(files(app, FINANCE).await.open(file.id).await.expect("finance").1, SECRET);
        assert!(matches!(add(app, FINANCE, ("pay_dispute", id), "x").await, Err(E::ReadOnly)));
        for nobody in [MANAGER, COLLEAGUE, OPERATIONS, HR] {
            assert!(matches!(files(app, nobody).await.open(file.id).await, Err(E::NotThere)), "{nobody}");
        }
        pay(app, FINANCE).await.decline(id, "it was a third", Origin::Ui).await.expect("declined");
        assert!(matches!(files(app, REP).await.remove(file.id, Origin::Ui).await, Err(E::ReadOnly)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_sealed_and_move_between_the_databases_by_backup() {
    for (from, to) in
        [(TestApp::sqlite().await, TestApp::postgres().await), (TestApp::postgres().await, TestApp::sqlite().await)]
    {
        to.clock.advance(SignedDuration::from_hours(24));
        let opening = recruiting::open(&from, 1).await;
        let anna = recruiting::add(&from, opening, "Anna").await;
        let file = add(&from, recruiting::HR, ("candidate", anna), "anna.pdf").await.expect("attached");
        let (log, keys) = saved(&from).await;
        assert!(!holds(&log, SECRET) && !holds(&log, b"anna.pdf"), "sealed");
        let done = restore(&to.db, &mut BufReader::new(&log[..]), Some(&mut BufReader::new(&keys[..]))).await;
        assert_eq!(done.expect("restored").contents, 1);
        to.assert_sound().await;
        let (found, content) = files(&to, recruiting::HR).await.open(file.id).await.expect("read");
        assert_eq!((found.name.as_str(), content.as_slice()), ("anna.pdf", SECRET));

        // Without its keys nothing opens.
        let sealed = TestApp::sqlite().await;
        restore(&sealed.db, &mut BufReader::new(&log[..]), None).await.expect("restored");
        let record = sealed.db.system().get(&ATTACHMENT, file.id).await.expect("read").expect("there");
        assert_eq!(sealed.db.system().content(&record).await.expect("read"), None);
        // A changed one is refused where it stands.
        let text = String::from_utf8(log).expect("text");
        let line = text.lines().position(|line| line.starts_with(r#"{"content":["#)).expect("one");
        let changed: Vec<String> = text
            .lines()
            .enumerate()
            .map(|(place, one)| if place == line { one.replace(",\"", ",\"AAAA") } else { one.to_owned() })
            .collect();
        let other = TestApp::sqlite().await;
        let changed = changed.join("\n") + "\n";
        let refused = restore(&other.db, &mut BufReader::new(changed.as_bytes()), None).await.expect_err("changed");
        assert!(refused.to_string().contains(&format!("line {}", line + 1)), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_and_go_by_api_as_they_are() {
    on_both(async |app| {
        let opening = recruiting::open(app, 1).await;
        let anna = recruiting::add(app, opening, "Anna").await;
        let access = Access::new(app.db.clone(), [7; 32], Arc::new(clinch::SystemRandom));
        let hr = crate::company::person(app, recruiting::HR).await.id;
        let token = access.new_token(hr, "test", 1).await.expect("a token");
        let address = served(app, &access).await;
        let head = format!("Authorization: Bearer {token}");
        let of = format!("/api/v1/attachments/candidate/{anna}");
        let added = answer(&address, &format!("POST {of}?name=%E0%B8%9C%22.html"), &head, "<script>1</script>").await;
        assert!(added.starts_with("HTTP/1.0 200"), "{added}");
        let listed = answer(&address, &format!("GET {of}"), &head, "").await;
        assert!(listed.contains(r#""may_add": true"#) || listed.contains(r#""may_add":true"#), "{listed}");
        let (_, found) = files(app, recruiting::HR).await.list("candidate", anna).await.expect("read");
        let one = format!("/api/v1/attachments/{}", found[0].id);
        let got = answer(&address, &format!("GET {one}"), &head, "").await;
        let (heads, body) = got.split_once("\r\n\r\n").expect("heads");
        assert_eq!(body, "<script>1</script>");
        let heads = heads.to_lowercase();
        for wanted in [
            "content-type: application/octet-stream",
            "x-content-type-options: nosniff",
            "content-disposition: attachment; filename*=utf-8''%e0%b8%9c%22.html",
        ] {
            assert!(heads.contains(wanted), "{wanted}: {heads}");
        }
        for (asked, status) in [
            (format!("POST {of}?name=empty.txt"), "400"),
            (format!("POST {of}?name=."), "400"),
            ("GET /api/v1/attachments/deal/1".to_owned(), "404"),
            (format!("DELETE {one}"), "204"),
            (format!("GET {one}"), "404"),
        ] {
            let told = answer(&address, &asked, &head, "").await;
            assert!(told.starts_with(&format!("HTTP/1.0 {status}")), "{asked}: {told}");
        }
    })
    .await;
}
