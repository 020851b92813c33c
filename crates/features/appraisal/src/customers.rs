//! Customers' views (APPR-1): asked for by name and address, given by a link, read by nobody. What is told is the mean of as many as the cycle asks for.

use crate::{
    APPRAISAL, APPRAISAL_CYCLE, APPRAISAL_PART, Answers, Appraisal, AppraisalError, CycleState, Part, PartState,
    Rating, Seat,
};
use access::{Access, COMPANY, PERSON, is_email};
use base::RecordId;
use db::{Change, DbError, Filter, Kept, ListQuery, Record};
use jiff::ToSpan;
use rules::{
    appraisal::RaterKind,
    log::Origin,
    record::Value,
    role::{Library, Profile},
};
use std::collections::BTreeMap;
use web_kit::{Words, mail};

/// So many customers are enough to be heard, and few enough to be asked.
pub const MOST_CUSTOMERS: usize = 8;
const LONGEST_NAME: usize = 200;
const LINK: &str = "customer_view";
/// A restored backup still knows the links that customers have.
pub const KEPT_IN_BACKUPS: [&str; 1] = [LINK];
/// No cycle is open for longer.
const LINK_DAYS: i64 = 366;

/// What a customer finds behind a link.
#[derive(Debug, Clone)]
pub struct View {
    pub(crate) part: Part,
    /// Whom it is about.
    pub person: String,
    pub profile: Profile,
    pub library: Library,
    /// From so many customers on their mean is told.
    pub least: usize,
}

/// A customer who is asked.
#[derive(Debug, Clone, Copy)]
pub struct Customer<'a> {
    pub name: &'a str,
    pub email: &'a str,
    /// Of the letter and of the page behind it.
    pub words: Words,
}

/// What became of asking: the link, where no letter took it.
#[derive(Debug, Clone)]
pub struct Asked {
    pub part: RecordId,
    pub name: String,
    pub email: String,
    pub link: Option<String>,
}

impl Appraisal {
    /// Those above ask a customer for a view. The link goes by mail; where there is none HR asks, and hands it over.
    pub async fn ask_customer(
        &self,
        access: &Access,
        form: RecordId,
        customer: &Customer<'_>,
        origin: Origin,
    ) -> Result<Asked, AppraisalError> {
        let seq = self.db.system().last_seq().await?;
        let found = self.form(form).await?;
        if found.seat != Seat::Above || found.cycle.state != CycleState::Open {
            return Err(AppraisalError::NotThere);
        }
        self.may_hand_over(access).await?;
        let (name, email) = (customer.name.trim(), customer.email.trim().to_lowercase());
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(AppraisalError::NoText("the customer's name"));
        }
        if !is_email(&email) {
            return Err(AppraisalError::NotAnEmail(email));
        }
        let has_it = Filter("email", Value::Text(email.clone()));
        let colleagues = ListQuery { filters: vec![has_it], ..ListQuery::default() };
        if self.db.system().count(&PERSON, &colleagues).await? > 0 {
            return Err(AppraisalError::Colleague(email));
        }
        let of_form = vec![
            Filter("appraisal", Value::Reference(form)),
            Filter("kind", Value::Text(RaterKind::Customer.name().to_owned())),
        ];
        let asked = self.db.system().some(&APPRAISAL_PART, of_form, &["customer_email"]).await?;
        let is_it = |one: &Record| one.value("customer_email").as_text() == Some(&email);
        // One who was asked no more may have answered: asked again they would be two.
        if asked.iter().any(is_it) {
            return Err(AppraisalError::AskedAlready(email));
        }
        if asked.len() >= MOST_CUSTOMERS {
            return Err(AppraisalError::EnoughCustomers);
        }
        let id = self.db.new_id().await?;
        let text = |text: &str| Value::Text(text.to_owned());
        let fields = vec![
            ("customer_name", text(name)),
            ("customer_email", text(&email)),
            ("appraisal", Value::Reference(form)),
            ("cycle", Value::Reference(found.cycle.id)),
            ("kind", text(RaterKind::Customer.name())),
            PartState::Open.field(),
            ("due", Value::Date(found.cycle.others_due)),
            // Of two who ask at once one comes second, and looks again.
            ("key", Value::Text(format!("{form} customer {}", asked.len() + 1))),
        ];
        let mut tx = self.db.begin(self.viewer.person, origin).resting_on(seq, &[&APPRAISAL_CYCLE]);
        tx.put(Change::create(&APPRAISAL_PART, id, fields))?;
        match tx.commit().await {
            Err(DbError::Moved | DbError::Conflict { .. }) => return Err(AppraisalError::Moved(name.to_owned())),
            done => done?,
        };
        self.hand_over(access, id, (name, &email), customer.words).await
    }

    /// Another link for a customer who was asked; those before end. Of one who has answered it is as good for nothing as theirs: whoever
    /// asks does not learn which.
    pub async fn customer_link(&self, access: &Access, id: RecordId, words: Words) -> Result<Asked, AppraisalError> {
        let part = self.customer_part(id).await?;
        self.is_open(&part).await?;
        if part.is_withdrawn {
            return Err(AppraisalError::NotThere);
        }
        self.may_hand_over(access).await?;
        let record = self.db.system().get(&APPRAISAL_PART, part.id).await?.ok_or(AppraisalError::NotThere)?;
        let text = |field: &str| record.value(field).as_text().unwrap_or_default().to_owned();
        let (name, email) = (text("customer_name"), text("customer_email"));
        self.hand_over(access, id, (&name, &email), words).await
    }

    /// HR asks a customer no more: the link ends. What was answered stays, and whether anything was is not told.
    pub async fn withdraw_customer(&self, id: RecordId, origin: Origin) -> Result<(), AppraisalError> {
        self.only_who_runs().await?;
        let seen = self.version(id).await?;
        let part = self.customer_part(id).await?;
        self.is_open(&part).await?;
        let today = ("withdrawn_on", Value::Date(self.today().await?));
        self.set_part(&part, vec![today], seen, origin).await?;
        self.end_links(id, None).await
    }

    /// Who holds a link can see whether it was used, and use it: without mail that is HR's to do.
    async fn may_hand_over(&self, access: &Access) -> Result<(), AppraisalError> {
        let is_safe = access.mail().is_some() || self.runs_appraisals().await?;
        if is_safe { Ok(()) } else { Err(AppraisalError::ByHand) }
    }

    async fn hand_over(
        &self,
        access: &Access,
        part: RecordId,
        (name, email): (&str, &str),
        words: Words,
    ) -> Result<Asked, AppraisalError> {
        let link = self.new_link(access, part).await?;
        let asked = Asked { part, name: name.to_owned(), email: email.to_owned(), link: None };
        let Some(mailer) = access.mail() else {
            self.end_links(part, Some(&link)).await?;
            return Ok(Asked { link: Some(link), ..asked });
        };
        let form = self.form(self.part(part).await?.form).await?;
        let (person, least) = (form.name, form.cycle.measure.least());
        let rule = words.t_with("customer-view-rule", &[("count", words.count(least).into())]);
        let company = self.db.system().all(&COMPANY).await?.first().map(Record::title).unwrap_or_default();
        let about = [("name", person.into()), ("company", company.clone().into())];
        let title = words.t_with("customer-mail-title", &about);
        let address = format!("{}/view/{link}?lang={}", mailer.settings().address, words.language.code());
        let letter = mail::Letter {
            words,
            from: &company,
            title: &title,
            paragraphs: vec![words.t_with("customer-mail", &about), rule],
            groups: Vec::new(),
            way: Some((words.t("customer-view-give"), address)),
            foot: words.t_with("customer-mail-foot", &about),
        };
        match access.send_to(mailer, name, email, &letter).await {
            Ok(()) => {
                self.end_links(part, Some(&link)).await?;
                Ok(asked)
            }
            // The one before still works; HR may hand the new one over too.
            Err(error) => {
                tracing::error!(cause = %error.kind(), "a customer could not be asked by mail");
                if self.runs_appraisals().await? {
                    return Ok(Asked { link: Some(link), ..asked });
                }
                self.db.take_kept(LINK, &Access::digest(&link)).await?;
                Err(AppraisalError::NotMailed)
            }
        }
    }

    /// The form that a customer's part belongs to, for those above who see it.
    pub async fn form_of_customer(&self, id: RecordId) -> Result<RecordId, AppraisalError> {
        Ok(self.customer_part(id).await?.form)
    }

    async fn customer_part(&self, id: RecordId) -> Result<Part, AppraisalError> {
        let part = self.part(id).await?;
        let form = self.form(part.form).await?;
        let is_theirs = part.kind == RaterKind::Customer && form.seat == Seat::Above;
        if is_theirs { Ok(part) } else { Err(AppraisalError::NotThere) }
    }

    async fn new_link(&self, access: &Access, part: RecordId) -> Result<String, AppraisalError> {
        let (secret, digest) = access.new_secret();
        let expires_at = self.db.now().checked_add((LINK_DAYS * 24).hours()).ok();
        let kept = Kept { kind: LINK, key: digest, owner: Some(part), content: String::new(), expires_at };
        self.db.keep(&kept).await?;
        Ok(secret)
    }

    /// All links of a part end, but this one.
    async fn end_links(&self, part: RecordId, but: Option<&str>) -> Result<(), AppraisalError> {
        let stays = but.map(Access::digest);
        for kept in self.db.kept_of(LINK, part).await? {
            if Some(&kept.key) != stays.as_ref() {
                self.db.take_kept(LINK, &kept.key).await?;
            }
        }
        Ok(())
    }

    /// What stands behind a link; asked as the system, for whoever has it.
    pub async fn view(&self, link: &str) -> Result<View, AppraisalError> {
        let kept = self.db.kept(LINK, &Access::digest(link)).await?.ok_or(AppraisalError::LinkGone)?;
        let part = self.part(kept.owner.ok_or(AppraisalError::LinkGone)?).await?;
        let cycle = self.cycle(part.cycle).await?;
        if part.is_withdrawn || part.state != PartState::Open || cycle.state != CycleState::Open {
            return Err(AppraisalError::LinkGone);
        }
        let form = self.db.system().get(&APPRAISAL, part.form).await?.ok_or(AppraisalError::NotThere)?;
        let person = form.value("person").as_reference().ok_or(AppraisalError::NotThere)?;
        let library = self.library(form.value("as_of").as_date().ok_or(AppraisalError::NotThere)?).await?;
        let profile = Profile::read(form.value("definition").as_text().unwrap_or_default(), &library)?;
        let person = self.names([person]).await?.remove(&person).unwrap_or_default();
        Ok(View { part, person, profile, library, least: cycle.measure.least() })
    }

    /// A customer's levels, once; what they cannot tell they leave out.
    pub async fn give_view(&self, link: &str, levels: BTreeMap<String, u8>) -> Result<(), AppraisalError> {
        let kept = self.db.kept(LINK, &Access::digest(link)).await?.ok_or(AppraisalError::LinkGone)?;
        // Before it is read: what is written meanwhile is not written over.
        let seen = self.version(kept.owner.ok_or(AppraisalError::LinkGone)?).await?;
        let view = self.view(link).await?;
        if levels.is_empty() {
            return Err(AppraisalError::NoText("a level of one thing at least"));
        }
        let rating = |(id, level)| (id, Rating { level: Some(level), example: String::new() });
        let answers = Answers { ratings: levels.into_iter().map(rating).collect(), ..Answers::default() };
        answers.check(&view.profile, &crate::Frozen::default(), false)?;
        let done = vec![
            PartState::Done.field(),
            ("done_on", Value::Date(self.today().await?)),
            ("answers", Value::Text(serde_json::to_string(&answers)?)),
        ];
        match self.set_part(&view.part, done, seen, Origin::Ui).await {
            // The release took it meanwhile.
            Err(AppraisalError::Db(DbError::Erased { .. }) | AppraisalError::Over(_)) => {
                return Err(AppraisalError::LinkGone);
            }
            done => done?,
        }
        self.end_links(view.part.id, None).await
    }
}
