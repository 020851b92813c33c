//! Who looked at an appraisal, or at the results of its cycle. Of those asked for their view nothing is kept: that somebody opened the
//! form would tell who has answered.

use crate::{Appraisal, AppraisalError, Form, Seat};
use access::looks::{self, Look};
use base::RecordId;

const KIND: &str = "appraisal_look";

impl Appraisal {
    /// Remembers that somebody above opened a form.
    pub async fn look(&self, form: &Form) -> Result<(), AppraisalError> {
        match self.viewer.person.filter(|_| form.seat == Seat::Above) {
            Some(me) => Ok(looks::note(&self.db, KIND, me, form.id, "").await?),
            None => Ok(()),
        }
    }

    /// Remembers that somebody looked at everybody's results of a cycle.
    pub async fn look_at_results(&self, cycle: RecordId) -> Result<(), AppraisalError> {
        match self.viewer.person {
            Some(me) => Ok(looks::note(&self.db, KIND, me, cycle, "").await?),
            None => Ok(()),
        }
    }

    /// Looks of others at a form and at the results it is among: for its person, and for who runs appraisals; none for others.
    pub async fn looks(&self, form: &Form) -> Result<Option<Vec<Look>>, AppraisalError> {
        if form.seat != Seat::Own && !(form.seat == Seat::Above && self.runs_appraisals().await?) {
            return Ok(None);
        }
        Ok(Some(looks::of(&self.db, KIND, [form.id, form.cycle.id], "", form.person).await?))
    }
}
