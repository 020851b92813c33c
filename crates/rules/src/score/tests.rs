use super::*;
use crate::kpi;

fn amount(text: &str) -> Amount {
    text.parse().expect("a number")
}

fn catalogue() -> Catalogue {
    Catalogue::read(&kpi::SHIPPED).expect("the catalogue reads")
}

/// The example of E1: revenue, retention, CSAT, training.
fn example(csat: Result<i64, NoScore>) -> [(Option<Amount>, Result<Amount, NoScore>); 4] {
    let part = |weight: i64, score: Result<i64, NoScore>| (Some(Amount::from(weight)), score.map(Amount::from));
    [part(40, Ok(110)), part(25, Ok(80)), part(20, csat), part(15, Ok(0))]
}

fn whole(missing: Missing, csat: Result<i64, NoScore>) -> Option<String> {
    score(missing, &example(csat)).expect("small").whole.map(Amount::to_text)
}

#[test]
fn the_weighted_example_of_e1() {
    assert_eq!(whole(Missing::Renormalise, Ok(100)).as_deref(), Some("84"));
    let none = Err(NoScore::Value(NullReason::NoSource));
    assert_eq!(whole(Missing::Renormalise, none).as_deref(), Some("80"));
    assert_eq!(whole(Missing::Neutral, none).as_deref(), Some("84"));
    assert_eq!(whole(Missing::Zero, none).as_deref(), Some("64"));
}

#[test]
fn the_parts_sum_to_the_whole() {
    let scored = score(Missing::Renormalise, &example(Err(NoScore::NoTarget))).expect("small");
    let adds: Vec<String> = scored.parts.iter().map(|part| part.adds.to_text()).collect();
    assert_eq!(adds, ["55", "25", "0", "0"]);
    assert_eq!(Amount::sum(scored.parts.iter().map(|part| part.adds)).ok(), scored.whole);
}

#[test]
fn with_less_than_half_of_the_weight_there_is_no_score() {
    let half = [(Some(Amount::from(50)), Ok(Amount::from(90))), (Some(Amount::from(50)), Err(NoScore::NoTarget))];
    assert_eq!(score(Missing::Renormalise, &half).expect("small").whole, Some(Amount::from(90)));
    let less = [(Some(amount("49.99")), Ok(Amount::from(90))), (Some(amount("50.01")), Err(NoScore::NoTarget))];
    let scored = score(Missing::Renormalise, &less).expect("small");
    assert_eq!((scored.whole, scored.weight_present), (None, amount("49.99")));
}

#[test]
fn what_has_no_weight_is_shown_and_adds_nothing() {
    let parts = [(Some(Amount::from(100)), Ok(Amount::from(90))), (None, Ok(Amount::from(10)))];
    let scored = score(Missing::Renormalise, &parts).expect("small");
    assert_eq!((scored.whole, scored.parts[1].adds), (Some(Amount::from(90)), Amount::ZERO));
}

#[test]
fn one_kpi_is_set_against_the_days_that_have_come() {
    let half = Some(Fraction::new(Amount::from(90), Amount::from(180)));
    let linear = Curve::default();
    let of = |value: &str, target: Option<&str>, elapsed| {
        score_one(&linear, Ok(amount(value)), target.map(amount), elapsed).expect("small").map(Amount::to_text)
    };
    assert_eq!(of("50", Some("100"), half), Ok("100".to_owned()));
    assert_eq!(of("50", Some("100"), None), Ok("0".to_owned()));
    assert_eq!(of("50", None, None), Err(NoScore::NoTarget));
    assert_eq!(of("50", Some("0"), None), Err(NoScore::Value(NullReason::Undefined)));
    let missing = score_one(&linear, Err(NullReason::NoSource), Some(amount("1")), None);
    assert_eq!(missing.expect("small"), Err(NoScore::Value(NullReason::NoSource)));
}

#[test]
fn every_scorecard_that_ships_reads_and_is_whole() {
    let catalogue = catalogue();
    let groups = SHIPPED.map(|(role, text)| {
        let scorecard = Scorecard::read(text, &catalogue).unwrap_or_else(|error| panic!("{role}: {error}"));
        assert_eq!(scorecard.role, role);
        for group in &scorecard.groups {
            assert!(["en", "th", "ja"].iter().all(|code| group.names.contains_key(*code)), "{role}: {group:?}");
        }
        let again = scorecard.to_text().expect("it is written");
        assert_eq!(Scorecard::read(&again, &catalogue).as_ref(), Ok(&scorecard), "{role} reads back");
        (role, scorecard.groups.len())
    });
    assert_eq!(groups, [("sdr", 4), ("ae", 5), ("aem", 10), ("esd", 14), ("hos", 15), ("kam", 6)]);
}

#[test]
fn the_names_of_the_source_documents_are_all_there() {
    // Reference B11, sections 000, 001 and 002.
    let named = [
        (
            "aem",
            "revenue_growth quota_attainment avg_deal_size deal_frequency csat qualified_leads prospect_to_qualified_rate \
             stage_conversion_rate pipeline_velocity pipeline_growth customer_churn_rate upsell_success_rate \
             cross_sell_success_rate new_business_from_existing account_expansion_rate time_to_close sales_cycle_length \
             sales_cycle_efficiency accounts_touched geographic_distribution leader_feedback_frequency \
             leader_feedback_quality issue_resolution_rate training_completion_rate skill_assessment_score \
             lead_quality_rate lead_to_opportunity_rate lead_to_opportunity_days",
        ),
        (
            "esd",
            "revenue pipeline_velocity closed_value_velocity opportunity_conversion_rate avg_deal_size \
             customer_acquisition_cost sales_cycle_length customer_retention_rate nps sales_cycle_efficiency \
             territory_coverage account_growth new_customers quota_attainment sales_generated_revenue_share",
        ),
        (
            "hos",
            "revenue_growth avg_deal_size deals_won_count sales_cycle_length prospect_to_qualified_rate pipeline_velocity \
             lead_to_opportunity_days revenue_per_rep revenue_per_customer activity_volume customer_acquisition_cost \
             customer_retention_rate average_order_value forecast_accuracy lead_volume cost_per_lead stage_duration csat \
             repeat_business_rate time_to_close training_effectiveness content_engagement_rate",
        ),
    ];
    let catalogue = catalogue();
    for (role, ids) in named {
        let (_, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == role).expect("it ships");
        let scorecard = Scorecard::read(text, &catalogue).expect("it reads");
        for id in ids.split_whitespace() {
            assert!(scorecard.items().any(|item| item.id == id), "{role} has no {id}");
        }
    }
}

#[test]
fn what_is_wrong_with_a_scorecard_is_said() {
    let catalogue = catalogue();
    let group = "[[group]]\nnames = { en = \"All\" }\n";
    let error = |role: &str, kpis: &[&str]| {
        let kpis = kpis.iter().map(|kpi| format!("[[group.kpi]]\n{kpi}\n")).collect::<Vec<_>>().concat();
        let text = format!("role = \"{role}\"\nwhose = \"person\"\n{group}{kpis}");
        Scorecard::read(&text, &catalogue).expect_err("it is wrong").to_string()
    };
    let revenue = "id = \"revenue\"\nweight = \"60\"";
    assert_eq!(error("ae", &[revenue]), "the weights make 60, and not 100");
    assert_eq!(error("ae", &[revenue, revenue]), "revenue stands in it twice");
    assert_eq!(error("ae", &["id = \"revenu\""]), "there is no KPI revenu");
    assert!(
        error("kam", &["id = \"visit_plan_adherence\""]).starts_with("visit_plan_adherence is not for key account")
    );
    assert!(error("ae", &["id = \"revenue\"\nweight = \"33.333\""]).contains("at most two decimals"));
    assert!(error("ae", &["id = \"revenue\"\nweight = \"-5\""]).contains("above 0"));
    assert!(error("ae", &["id = \"revenue\"\ncurve = \"inverse\""]).contains("more is better"));
    assert!(error("ae", &["id = \"sales_cycle_length\""]).contains("less is better"));
    assert!(error("ae", &["id = \"revenue\"\ntarget = \"0\""]).contains("above zero"));
    assert!(error("ae", &["id = \"revenue\"\ncurve = \"linear 80:60 100:100\""]).contains("shares of the target"));
    assert!(error("ae", &["id = \"customer_acquisition_cost\""]).contains("only of the company"));
    assert!(error("ae", &["id = \"revenue\"\ncurve = \"linear 80%\""]).contains("write it like 80%:60"));
    assert!(error("ae", &["id = \"revenue\"\nwieght = \"60\""]).contains("wieght"));
}

#[test]
fn some_parts_have_a_score_by_their_own_weight() {
    let part = |weight: i64, score: Result<i64, NoScore>| Part {
        weight: Some(Amount::from(weight)),
        score: score.map(Amount::from),
        adds: Amount::ZERO,
    };
    let parts = [part(10, Ok(90)), part(30, Err(NoScore::NoTarget))];
    let of = |missing| together(missing, &parts.iter().collect::<Vec<_>>()).expect("small");
    let (weight, score) = of(Missing::Renormalise);
    assert_eq!((weight, score), (Amount::from(40), Some(Amount::from(90))));
    assert_eq!(of(Missing::Zero).1, Some(amount("22.5")));
    assert_eq!(of(Missing::Neutral).1, Some(amount("97.5")));
    assert_eq!(together(Missing::Renormalise, &[&parts[1]]).expect("small").1, None);
}

#[test]
fn ninety_in_every_part_is_ninety_in_all_and_the_parts_make_it() {
    let amount = |number: i64| Amount::from(number);
    let part = |weight: i64| (Some(amount(weight)), Ok(amount(90)));
    let missing = (Some(amount(45)), Err(NoScore::NoTarget));
    let found = score(Missing::Renormalise, &[part(5), part(10), part(40), missing]).expect("small");
    assert_eq!(found.whole, Some(amount(90)));
    assert_eq!(Amount::sum(found.parts.iter().map(|part| part.adds)), Ok(amount(90)));
    let parts: Vec<&Part> = found.parts.iter().collect();
    assert_eq!(together(Missing::Renormalise, &parts), Ok((amount(100), Some(amount(90)))));
}

#[test]
fn the_scorecards_of_two_roles_are_one_by_their_days() {
    let kpi =
        |id: &str, weight: Option<&str>, score: Option<&str>| (id.to_owned(), weight.map(amount), score.map(amount));
    let late =
        vec![kpi("revenue", Some("60"), Some("90")), kpi("churn", Some("40"), None), kpi("shown", None, Some("7"))];
    let early = vec![kpi("revenue", Some("20"), Some("60")), kpi("calls", Some("80"), Some("100"))];
    let found = weighed_by_days(&[(270, late), (90, early)]).expect("small");
    // Revenue: 45 of the one and 5 of the other.
    let expected = [
        kpi("revenue", Some("50"), Some("87")),
        kpi("churn", Some("30"), None),
        kpi("shown", None, Some("7")),
        kpi("calls", Some("20"), Some("100")),
    ];
    assert_eq!(found, expected);
    // Thirds sum to a hundred all the same.
    let thirds = |ids: [&str; 3]| {
        let weights = ["33.333333", "33.333333", "33.333334"];
        ids.iter().zip(weights).map(|(id, weight)| kpi(id, Some(weight), Some("90"))).collect::<Vec<_>>()
    };
    let found = weighed_by_days(&[(184, thirds(["a", "b", "c"])), (181, thirds(["c", "d", "e"]))]).expect("small");
    let weights = Amount::sum(found.iter().filter_map(|(_, weight, _)| *weight)).expect("small");
    assert_eq!(weights, amount("100"));
    assert!(found.iter().all(|(.., score)| *score == Some(amount("90"))), "a millionth less would be another grade");
    assert_eq!(weighed_by_days(&[]).expect("nothing"), []);
}
