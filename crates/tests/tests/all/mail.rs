//! Reminders and links by mail, received by a server that speaks SMTP and keeps what it gets.

use crate::{
    appraisals::{COLLEAGUE, HR, MANAGER, REP, appraisal, launch, part, rated},
    company::{person, viewer},
    markers::{answer, served},
    scores::acme,
};
use access::Access;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use inbox::{Cause, Inbox, InboxError, Postman, Reminder};
use jiff::SignedDuration;
use outbound::{Mailer, Settings};
use rules::log::Origin;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};
use testkit::{TestApp, on_both};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What a mail server got: recipient and letter, in order.
#[derive(Clone, Default)]
struct Post {
    letters: Arc<Mutex<Vec<(String, String)>>>,
    /// Addresses it has no box for.
    refused: Arc<Mutex<BTreeSet<String>>>,
}

impl Post {
    async fn open() -> (Self, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let post = Self::default();
        let serving = post.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().talk(stream));
            }
        });
        (post, port)
    }

    async fn talk(self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        let (mut line, mut to, mut letter) = (String::new(), String::new(), None::<String>);
        let mut said = "220 here";
        loop {
            if !said.is_empty() && stream.write_all(format!("{said}\r\n").as_bytes()).await.is_err() {
                return;
            }
            line.clear();
            if stream.read_line(&mut line).await.is_ok_and(|read| read == 0) {
                return;
            }
            said = match (&mut letter, line.trim_end()) {
                (Some(text), ".") => {
                    self.letters.lock().expect("free").push((to.clone(), std::mem::take(text)));
                    letter = None;
                    "250 kept"
                }
                (Some(text), _) => {
                    text.push_str(&line);
                    ""
                }
                (None, "DATA") => {
                    letter = Some(String::new());
                    "354 go on"
                }
                (None, "QUIT") => "221 gone",
                (None, other) => {
                    let address = other.strip_prefix("RCPT TO:<").and_then(|rest| rest.split('>').next());
                    to = address.map_or(to, str::to_owned);
                    let is_refused = address.is_some_and(|one| self.refused.lock().expect("free").contains(one));
                    if is_refused { "550 no such box" } else { "250 yes" }
                }
            };
        }
    }

    /// What came since the last time, by recipient.
    fn take(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.letters.lock().expect("free"))
    }
}

fn access(app: &TestApp, port: u16) -> Access {
    let settings = format!(
        "server = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nfrom = \"Clinch <clinch@acme.example>\"\naddress = \"https://clinch.acme.example\"\n"
    );
    let mailer = Mailer::new(Settings::read(&settings).expect("settings")).expect("a mailer");
    Access::new(app.db.clone(), [7; 32], Arc::new(clinch::SystemRandom)).with_mail(Some(mailer))
}

fn postman(app: &TestApp, port: u16) -> Postman {
    Postman::new(access(app, port), app.folder().join("facts")).expect("mail is set up")
}

async fn inbox(app: &TestApp, port: u16, external_id: &str) -> Inbox {
    Inbox::new(access(app, port), viewer(app, external_id).await, app.folder().join("facts"))
}

async fn email(app: &TestApp, external_id: &str) -> String {
    person(app, external_id).await.value("email").as_text().expect("an address").to_owned()
}

fn to(app: &TestApp, moment: &str) {
    app.clock.set(moment.parse().expect("a moment"));
}

/// What a letter says in its parts, quoted-printable or base64.
fn readable(letter: &str) -> String {
    let bytes = letter.replace("=\r\n", "").into_bytes();
    let (mut text, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let code = bytes.get(at + 1..at + 3).and_then(|two| std::str::from_utf8(two).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(|_| bytes[at] == b'=') {
            Some(byte) => (text.push(byte), at += 3).1,
            None => (text.push(bytes[at]), at += 1).1,
        }
    }
    let mut text = String::from_utf8_lossy(&text).into_owned();
    for block in letter.split("\r\n\r\n") {
        let joined: String = block.lines().take_while(|line| !line.starts_with("--")).collect();
        let bytes = BASE64.decode(joined.as_bytes());
        text.extend(bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok()));
    }
    text
}

fn counts(letters: &[Reminder]) -> BTreeMap<&str, (usize, usize)> {
    letters.iter().map(|one| (one.email.as_str(), (one.new, one.all))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_told_by_one_letter_a_day_what_is_new_or_due() {
    on_both(async |app| {
        acme(app).await;
        launch(app, "2025", &["ae"]).await;
        let (post, port) = Post::open().await;
        let mut postman = postman(app, port);
        let rep = email(app, REP).await;

        // A Saturday, and an evening.
        for moment in ["2026-11-28T09:00:00Z", "2026-11-27T22:30:00Z"] {
            to(app, moment);
            assert_eq!(postman.look().await.expect("looked"), None, "{moment}");
        }
        // Monday at nine: everybody has something new, and is told once.
        to(app, "2026-11-30T09:00:00Z");
        let planned = postman.plan().await.expect("planned");
        let round = postman.look().await.expect("looked").expect("a round");
        assert_eq!(round, planned, "what was shown is what went");
        assert!(round.iter().all(|one| one.failed.is_none()));
        let letters = post.take();
        let mut received: Vec<&str> = letters.iter().map(|(to, _)| to.as_str()).collect();
        let mut sent: Vec<&str> = round.iter().map(|one| one.email.as_str()).collect();
        received.sort_unstable();
        sent.sort_unstable();
        assert_eq!(received, sent);
        assert_eq!(received.iter().collect::<BTreeSet<_>>().len(), received.len(), "one each");
        let (_, letter) = letters.iter().find(|(to, _)| *to == rep).expect("a letter to the rep");
        let text = readable(letter);
        let own = inbox(app, port, REP).await.own().await.expect("read");
        assert_eq!(own.len(), 3, "her own part and two courses, by trainings.csv");
        for one in &own {
            assert!(text.contains(&format!("https://clinch.acme.example{}", one.path)), "{one:?} in {text}");
        }
        assert!(text.contains("Self-assessment: Appraisal 2025"), "{text}");

        // Later on the day nothing is new. Her part is due on the 1st; on the 2nd the course of 19 February 2025 is 93 weeks late.
        to(app, "2026-11-30T12:00:00Z");
        assert!(postman.look().await.expect("looked").expect("a round").is_empty());
        for (moment, told) in [("2026-12-01T09:00:00Z", (1, 3)), ("2026-12-02T09:00:00Z", (1, 3))] {
            to(app, moment);
            let round = postman.look().await.expect("looked").expect("a round");
            assert_eq!(counts(&round)[rep.as_str()], told, "{moment}");
            assert_eq!(postman.look().await.expect("looked"), None, "once an hour");
        }
        // She hands in. On the 3rd nothing is to be told; on Monday the 14th the late course again, and the other, three days before the 15th
        // being a Saturday.
        let mine = appraisal(app, REP).await;
        let own_part = part(app, REP, REP).await;
        let seen = mine.version(own_part.id).await.expect("a version");
        let whole = mine.form(own_part.form).await.expect("hers");
        mine.save(own_part.id, seen, &rated(&whole, 4), Origin::Cli).await.expect("saved");
        app.clock.advance(SignedDuration::from_mins(1));
        mine.hand_in(own_part.id, Origin::Cli).await.expect("handed in");
        post.take();
        to(app, "2026-12-03T09:00:00Z");
        let round = postman.look().await.expect("looked").expect("a round");
        assert!(!counts(&round).contains_key(rep.as_str()));
        post.take();
        to(app, "2026-12-14T09:00:00Z");
        let round = postman.look().await.expect("looked").expect("a round");
        assert_eq!(counts(&round)[rep.as_str()], (2, 2));
        let letters = post.take();
        let (_, letter) = letters.iter().find(|(to, _)| *to == rep).expect("a letter to the rep");
        assert!(!readable(letter).contains("Self-assessment"), "what is done waits no more");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_no_mail_gets_none_and_what_failed_goes_later() {
    on_both(async |app| {
        acme(app).await;
        launch(app, "2025", &["ae"]).await;
        let (post, port) = Post::open().await;
        let mut postman = postman(app, port);
        let (rep, colleague) = (email(app, REP).await, email(app, COLLEAGUE).await);
        let own = inbox(app, port, REP).await;
        assert!(own.standing().await.expect("read").expect("mail is set up").by_mail, "on for who said nothing");
        own.want_mail(false).await.expect("said");
        post.refused.lock().expect("free").insert(colleague.clone());

        to(app, "2026-11-30T09:00:00Z");
        let round = postman.look().await.expect("looked").expect("a round");
        let failed: Vec<&Reminder> = round.iter().filter(|one| one.failed.is_some()).collect();
        assert_eq!(failed.iter().map(|one| one.email.as_str()).collect::<Vec<_>>(), [colleague.as_str()]);
        assert!(failed[0].failed.as_ref().is_some_and(|why| why.contains("550")), "{failed:?}");
        assert!(round.len() > 1, "one box that is not there keeps nobody else from theirs");
        assert!(post.take().iter().all(|(to, _)| *to != rep && *to != colleague));
        let troubled = postman.troubled().await.expect("read");
        let names: BTreeSet<&str> = troubled.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, BTreeSet::from([&*person(app, REP).await.title(), &*person(app, COLLEAGUE).await.title()]));

        post.refused.lock().expect("free").clear();
        to(app, "2026-11-30T09:30:00Z");
        assert!(postman.round(Cause::Clock).await.expect("a round").is_empty(), "not at once");
        to(app, "2026-11-30T10:00:00Z");
        let round = postman.look().await.expect("looked").expect("a round");
        assert_eq!(counts(&round).keys().copied().collect::<Vec<_>>(), [colleague.as_str()]);
        assert_eq!(post.take().len(), 1);

        // On again, she is told everything at once.
        own.want_mail(true).await.expect("said");
        to(app, "2026-11-30T11:00:00Z");
        let round = postman.look().await.expect("looked").expect("a round");
        assert_eq!(counts(&round).keys().copied().collect::<Vec<_>>(), [rep.as_str()]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_number_of_machines_send_a_letter_once() {
    on_both(async |app| {
        acme(app).await;
        launch(app, "2025", &["ae"]).await;
        let (post, port) = Post::open().await;
        to(app, "2026-11-30T09:00:00Z");
        let machines = [postman(app, port), postman(app, port), postman(app, port)];
        let [first, second, third] = &machines;
        let rounds = tokio::join!(first.round(Cause::Clock), second.round(Cause::Clock), third.round(Cause::Clock));
        let sent: usize = [rounds.0, rounds.1, rounds.2].into_iter().map(|one| one.expect("a round").len()).sum();
        let received: Vec<String> = post.take().into_iter().map(|(to, _)| to).collect();
        assert_eq!(sent, received.len());
        assert_eq!(received.iter().collect::<BTreeSet<_>>().len(), received.len(), "{received:?}");
        assert!(received.len() > 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hr_reminds_everybody_of_a_cycle_once_a_day_whatever_the_day() {
    on_both(async |app| {
        acme(app).await;
        let (cycle, _) = launch(app, "2025", &["ae"]).await;
        let (post, port) = Post::open().await;
        let mut postman = postman(app, port);
        to(app, "2026-11-27T09:00:00Z");
        postman.look().await.expect("looked").expect("a round");
        post.take();

        to(app, "2026-11-28T15:00:00Z");
        let refused = inbox(app, port, MANAGER).await.remind_cycle(cycle).await;
        assert!(matches!(refused, Err(InboxError::NotYours)));
        inbox(app, port, REP).await.want_mail(false).await.expect("said");
        let people = inbox(app, port, HR).await.remind_cycle(cycle).await.expect("asked");
        let refused = inbox(app, port, HR).await.remind_cycle(cycle).await;
        assert!(matches!(refused, Err(InboxError::RemindedToday)));
        let round = postman.look().await.expect("looked").expect("on a Saturday too");
        assert_eq!(round.len(), people, "all but who wants none");
        assert!(round.iter().all(|one| one.failed.is_none()));
        assert!(people > 5);
        assert!(post.take().iter().all(|(to, _)| to.contains('@')));
        assert_eq!(postman.look().await.expect("looked"), None);
        // The next day a box is full, and the machine that sent is another: who was told is not told again, who was not is, later.
        to(app, "2026-11-29T15:00:00Z");
        let colleague = email(app, COLLEAGUE).await;
        post.refused.lock().expect("free").insert(colleague.clone());
        assert_eq!(inbox(app, port, HR).await.remind_cycle(cycle).await.expect("the next day"), people);
        assert_eq!(postman.look().await.expect("looked").expect("a round").len(), people);
        post.refused.lock().expect("free").clear();
        post.take();
        assert_eq!(postman.look().await.expect("looked"), None, "not at once");
        to(app, "2026-11-29T16:00:00Z");
        let mut other = self::postman(app, port);
        let round = other.look().await.expect("looked").expect("a round");
        assert_eq!(round.iter().map(|one| one.email.as_str()).collect::<Vec<_>>(), [colleague.as_str()]);
        assert_eq!(other.look().await.expect("looked"), None, "everybody is told");
        let missing = inbox(app, port, HR).await.remind_cycle(base::RecordId(1)).await;
        assert!(matches!(missing, Err(InboxError::Appraisal(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_in_two_cycles_is_told_of_each_reminder() {
    on_both(async |app| {
        acme(app).await;
        let (year, _) = launch(app, "2025", &["ae"]).await;
        let (quarter, _) = launch(app, "2025-Q3", &["ae"]).await;
        let (post, port) = Post::open().await;
        let mut postman = postman(app, port);
        to(app, "2026-11-28T15:00:00Z");
        let (rep, colleague) = (email(app, REP).await, email(app, COLLEAGUE).await);
        // The first is not done, for one box is full; the second, later, is no less told.
        post.refused.lock().expect("free").insert(colleague.clone());
        let people = inbox(app, port, HR).await.remind_cycle(year).await.expect("asked");
        assert_eq!(postman.look().await.expect("looked").expect("a round").len(), people);
        assert!(post.take().iter().any(|(to, _)| *to == rep));
        to(app, "2026-11-28T15:10:00Z");
        inbox(app, port, HR).await.remind_cycle(quarter).await.expect("asked");
        postman.look().await.expect("looked").expect("a round");
        assert!(post.take().iter().any(|(to, _)| *to == rep), "of the other cycle too");
        post.refused.lock().expect("free").clear();
        to(app, "2026-11-28T16:05:00Z");
        let round = postman.look().await.expect("looked").expect("a round");
        assert_eq!(counts(&round).keys().copied().collect::<Vec<_>>(), [colleague.as_str()]);
        assert_eq!(postman.look().await.expect("looked"), None, "both are done");
        to(app, "2026-11-28T17:05:00Z");
        assert_eq!(postman.look().await.expect("looked"), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_set_by_a_link_that_only_the_inbox_gets() {
    on_both(async |app| {
        acme(app).await;
        let (post, port) = Post::open().await;
        let access = access(app, port);
        let address = served(app, &access).await;
        let rep = email(app, REP).await;
        access.set_password(person(app, REP).await.id, "the one that is forgotten").await.expect("set");
        access.keep_language(person(app, REP).await.id, "th").await.expect("kept");
        let head = "Content-Type: application/x-www-form-urlencoded";
        let ask = async |who: &str| {
            answer(&address, "POST /forgotten", head, &format!("email={}", who.replace('@', "%40"))).await
        };
        // Who was never invited has no password to forget, and gets no letter.
        let uninvited = email(app, COLLEAGUE).await;
        let (unknown, never) = (ask("nobody@acme.example").await, ask(&uninvited).await);
        let known = ask(&rep).await;
        let body = |told: &str| told.split_once("\r\n\r\n").expect("head and body").1.to_owned();
        assert_eq!(body(&known), body(&unknown), "the page does not tell who is there");
        assert_eq!(body(&known), body(&never));
        let mut letters = Vec::new();
        for _ in 0..200 {
            letters.extend(post.take());
            if !letters.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let [(to, letter)] = &letters[..] else { panic!("one letter: {letters:?}") };
        assert_eq!(*to, rep);
        let text = readable(letter);
        assert!(text.contains("ตั้งรหัสผ่าน"), "in the language they chose: {text}");
        let link = text.split("https://clinch.acme.example/welcome/").nth(1).expect("a link");
        let link: String = link.chars().take_while(|one| one.is_ascii_alphanumeric() || "-_".contains(*one)).collect();
        assert!(access.link_is_good(&link).await.expect("asked"));
        access.use_link(&link, "another long sentence", "test").await.expect("set");
        // A link that is on its way lives until one is used.
        for _ in 0..5 {
            ask(&rep).await;
        }
        assert_eq!(ask(&rep).await.split(' ').nth(1), Some("429"), "no flood");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_holds_nobody_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its address").port();
    let silent = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    let settings = format!(
        "server = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nfrom = \"Clinch <clinch@acme.example>\"\naddress = \"https://clinch.acme.example\"\n"
    );
    let mailer = Mailer::new(Settings::read(&settings).expect("settings")).expect("a mailer");
    let mailer = mailer.with_patience(std::time::Duration::from_millis(300));
    let error = mailer.check().await.expect_err("nobody answers");
    assert!(!error.is_of_the_letter(), "{error}");
    silent.abort();
}
