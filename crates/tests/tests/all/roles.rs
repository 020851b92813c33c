//! Roles and job descriptions: what holds from when, and who stands behind an appointment.

use crate::{
    appraisals::{CHIEF, COLLEAGUE, FINANCE, HEAD, HR, MANAGER, OPERATIONS, REP, appraisal, told},
    company::person,
    scores::acme,
};
use ::appraisal::AppraisalError;
use jiff::civil::{Date, date};
use rules::{
    log::Origin,
    role::{Profile, SHIPPED, library},
};
use testkit::on_both;

#[tokio::test(flavor = "multi_thread")]
async fn a_role_holds_from_its_day_on_and_what_is_wrong_with_one_is_named() {
    on_both(async |app| {
        acme(app).await;
        let library = library().expect("reads");
        for (_, text) in SHIPPED {
            let profile = Profile::read(text, &library).expect("sound");
            let named = profile.reports_to.iter().chain(&profile.grows_into);
            assert!(named.into_iter().all(|role| access::ROLES.contains(&role.as_str())), "{}", profile.role);
        }
        let hr = appraisal(app, HR).await;
        let (before, from) = (date(2026, 12, 31), date(2027, 1, 1));
        let mut own = hr.role("ae", from).await.expect("ships").what;
        own.competencies[0].expected = 5;
        hr.set_role("ae", &own.to_text().expect("text"), from, Origin::Cli).await.expect("set");
        let at = async |day: Date| {
            let held = hr.role("ae", day).await.expect("held");
            (held.what.competencies[0].expected, held.since, held.later)
        };
        assert_eq!(at(before).await, (4, None, Some(from)));
        assert_eq!(at(from).await, (5, Some(from), None));
        own.competencies[0].weight += 1;
        let refused = hr.set_role("ae", &own.to_text().expect("text"), from, Origin::Cli).await.expect_err("no whole");
        assert_eq!(told(&refused), "the weights make 101, and not 100");
        let text = hr.role("ae", before).await.expect("held").what.to_text().expect("text");
        for outsider in [REP, MANAGER, FINANCE, OPERATIONS] {
            let refused = appraisal(app, outsider).await.set_role("ae", &text, from, Origin::Cli).await;
            assert!(matches!(refused, Err(AppraisalError::RunsNone)), "{outsider}");
        }
        let refused = hr.set_role("sdr", &text, from, Origin::Cli).await.expect_err("another role");
        assert_eq!(told(&refused), "ae is the id of another than sdr");
        let mut one = hr.competencies(from).await.expect("held").remove("negotiation").expect("there").what;
        one.anchors.pop();
        let refused = hr.set_competency("negotiation", &one.to_text().expect("text"), from, Origin::Cli).await;
        assert_eq!(
            told(&refused.expect_err("too few")),
            "negotiation: it has 4 anchors, one for each level from 1 to 5 is needed"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_stand_behind_an_appointment_and_its_holder_acknowledges_it() {
    on_both(async |app| {
        acme(app).await;
        let (head, chief) = (appraisal(app, HEAD).await, appraisal(app, CHIEF).await);
        let (hr, holder) = (appraisal(app, HR).await, appraisal(app, REP).await);
        let from = date(2026, 7, 1);
        let id = head.issue(REP, "ae", from, "17/2026", Origin::Cli).await.expect("issued");
        assert!(matches!(head.approve_description(id, Origin::Cli).await, Err(AppraisalError::OwnDescription)));
        assert!(matches!(hr.approve_description(id, Origin::Cli).await, Err(AppraisalError::AppointsNobody)));
        let early = holder.acknowledge_description(id, Origin::Cli).await.expect_err("not approved");
        assert_eq!(told(&early), "it is issued and cannot be acknowledged");
        chief.approve_description(id, Origin::Cli).await.expect("approved");
        assert!(matches!(hr.acknowledge_description(id, Origin::Cli).await, Err(AppraisalError::OnlyHolder(_))));
        holder.acknowledge_description(id, Origin::Cli).await.expect("acknowledged");
        // The role changes; what somebody acknowledged stays.
        let mut role = hr.role("ae", from).await.expect("held").what;
        let was = role.clone();
        role.parts[1].items.pop();
        hr.set_role("ae", &role.to_text().expect("text"), from, Origin::Cli).await.expect("set");
        let found = holder.description(id).await.expect("one's own");
        assert_eq!(found.profile, was);
        assert_eq!(found.acknowledged_on, Some(date(2026, 11, 24)));
        assert_eq!(found.approved.map(|(name, _)| name), Some(person(app, CHIEF).await.title()));
        let again = hr.issue(REP, "ae", from, "18/2026", Origin::Cli).await;
        assert!(matches!(again, Err(AppraisalError::Described { .. })));
        let stranger = appraisal(app, COLLEAGUE).await.description(id).await;
        assert!(matches!(stranger, Err(AppraisalError::NotThere)));
        assert!(appraisal(app, MANAGER).await.description(id).await.is_ok(), "those above read it");
    })
    .await;
}
