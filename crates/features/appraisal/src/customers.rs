//! Customers' views (APPR-1): asked for by name and address, given by a link, read by nobody. What is told is the mean of three and more.

use crate::{APPRAISAL, APPRAISAL_PART, Answers, Appraisal, AppraisalError, CycleState, Part, PartState, Rating, Seat};
use access::{Access, PERSON, is_email};
use base::RecordId;
use db::{Change, Filter, Kept, ListQuery};
use jiff::ToSpan;
use rules::{
    appraisal::RaterKind,
    log::Origin,
    record::Value,
    role::{Library, Profile},
};
use std::collections::BTreeMap;

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
}

impl Appraisal {
    /// Those above ask a customer for a view. The link is made once: whoever has it answers.
    pub async fn ask_customer(
        &self,
        access: &Access,
        form: RecordId,
        (name, email): (&str, &str),
        origin: Origin,
    ) -> Result<(RecordId, String), AppraisalError> {
        let found = self.form(form).await?;
        if found.seat != Seat::Above || found.cycle.state != CycleState::Open {
            return Err(AppraisalError::NotThere);
        }
        let (name, email) = (name.trim(), email.trim().to_lowercase());
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
        let mut asked = self.db.system().some(&APPRAISAL_PART, of_form, &["state", "customer_email"]).await?;
        asked.retain(|one| one.value("state").as_text() != Some(PartState::Declined.name()));
        if asked.iter().any(|one| one.value("customer_email").as_text() == Some(&email)) {
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
            ("key", Value::Text(format!("{form} customer {id}"))),
        ];
        let mut tx = self.db.begin(self.viewer.person, origin);
        tx.put(Change::create(&APPRAISAL_PART, id, fields))?;
        self.written(tx, name).await?;
        Ok((id, self.new_link(access, id).await?))
    }

    /// Another link for a customer who was asked, with whom it is for; the one before ends. Of one who has answered it is as good for
    /// nothing as theirs: whoever asks does not learn which.
    pub async fn customer_link(
        &self,
        access: &Access,
        id: RecordId,
    ) -> Result<(String, String, String), AppraisalError> {
        let part = self.customer_part(id).await?;
        self.is_open(&part).await?;
        if part.state == PartState::Declined {
            return Err(AppraisalError::NotThere);
        }
        let record = self.db.system().get(&APPRAISAL_PART, part.id).await?.ok_or(AppraisalError::NotThere)?;
        let email = record.value("customer_email").as_text().unwrap_or_default().to_owned();
        Ok((part.customer.unwrap_or_default(), email, self.new_link(access, id).await?))
    }

    /// HR asks a customer no more, and the link ends. What was answered already stays: taking it back would tell what it said.
    pub async fn withdraw_customer(&self, id: RecordId, origin: Origin) -> Result<(), AppraisalError> {
        self.only_who_runs().await?;
        let seen = self.version(id).await?;
        let part = self.customer_part(id).await?;
        self.is_open(&part).await?;
        if part.state != PartState::Open {
            return Err(AppraisalError::LinkGone);
        }
        self.set_part(&part, vec![PartState::Declined.field()], seen, origin).await?;
        Ok(self.db.drop_kept_of(LINK, id).await?)
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
        self.db.drop_kept_of(LINK, part).await?;
        let expires_at = self.db.now().checked_add((LINK_DAYS * 24).hours()).ok();
        let kept = Kept { kind: LINK, key: digest, owner: Some(part), content: String::new(), expires_at };
        self.db.keep(&kept).await?;
        Ok(secret)
    }

    /// What stands behind a link; asked as the system, for whoever has it.
    pub async fn view(&self, link: &str) -> Result<View, AppraisalError> {
        let kept = self.db.kept(LINK, &Access::digest(link)).await?.ok_or(AppraisalError::LinkGone)?;
        let part = self.part(kept.owner.ok_or(AppraisalError::LinkGone)?).await?;
        if part.state != PartState::Open || self.cycle(part.cycle).await?.state != CycleState::Open {
            return Err(AppraisalError::LinkGone);
        }
        let form = self.db.system().get(&APPRAISAL, part.form).await?.ok_or(AppraisalError::NotThere)?;
        let person = form.value("person").as_reference().ok_or(AppraisalError::NotThere)?;
        let library = self.library(form.value("as_of").as_date().ok_or(AppraisalError::NotThere)?).await?;
        let profile = Profile::read(form.value("definition").as_text().unwrap_or_default(), &library)?;
        let person = self.names([person]).await?.remove(&person).unwrap_or_default();
        Ok(View { part, person, profile, library })
    }

    /// A customer's levels, once; what they cannot tell they leave out.
    pub async fn give_view(&self, link: &str, levels: BTreeMap<String, u8>) -> Result<(), AppraisalError> {
        let view = self.view(link).await?;
        let seen = self.version(view.part.id).await?;
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
        self.set_part(&view.part, done, seen, Origin::Ui).await?;
        Ok(self.db.drop_kept_of(LINK, view.part.id).await?)
    }
}
