use super::*;
use crate::i18n::Words;
use base::{Amount, Fraction};

fn points(values: &[Option<i64>]) -> Vec<Option<Amount>> {
    values.iter().map(|value| value.map(Amount::from)).collect()
}

fn spark(values: &[Option<i64>], target: Option<i64>) -> String {
    sparkline("s", &points(values), target.map(Amount::from)).into_string()
}

#[test]
fn a_sparkline_spans_its_room() {
    let drawn = spark(&[Some(0), Some(50), Some(100)], None);
    assert!(drawn.contains(r#"d="M2 21L42 12L82 3""#), "{drawn}");
    assert!(drawn.contains(r#"<circle cx="82" cy="3" r="2">"#), "{drawn}");
}

#[test]
fn a_sparkline_leaves_gaps_and_holds_its_target() {
    let drawn = spark(&[Some(10), None, Some(20), Some(15), None], Some(30));
    assert!(drawn.contains(r#"<path class="t" d="M0 3H84">"#), "{drawn}");
    assert!(drawn.contains(r#"d="M2 21M42 12L62 16.5""#), "{drawn}");
    assert!(drawn.contains(r#"<circle cx="62" cy="16.5""#), "{drawn}");
}

#[test]
fn a_sparkline_of_one_value_is_a_point_and_of_none_is_nothing() {
    assert!(spark(&[Some(7)], None).contains(r#"<circle cx="2" cy="12""#));
    assert!(spark(&[Some(7), Some(7)], None).contains(r#"d="M2 12L82 12""#));
    assert_eq!(spark(&[None, None], None), r#"<span class="spark"></span>"#);
    assert_eq!(spark(&[], None), r#"<span class="spark"></span>"#);
}

#[test]
fn a_sparkline_takes_the_largest_and_smallest_numbers() {
    let least = Amount::from_millionths(1).unwrap();
    for (low, high) in [(-Amount::MAX, Amount::MAX), (Amount::ZERO, least), (Amount::ZERO, Amount::MAX)] {
        let drawn = sparkline("s", &[Some(low), Some(high)], None).into_string();
        assert!(drawn.contains(r#"d="M2 21L82 3""#), "{drawn}");
    }
}

#[test]
fn a_bar_reaches_its_tick_at_the_whole_target() {
    let width = |numerator: i64, denominator: i64| {
        let attainment = Fraction::new(Amount::from(numerator), Amount::from(denominator));
        let text = bar("b", attainment, Light::OnTarget, false).into_string();
        text.split("width=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    for (numerator, denominator, expected) in [
        (935, 1000, "74.8%"),
        (1, 1, "80%"),
        (125, 100, "100%"),
        (9_000_000, 1, "100%"),
        (-5, 10, "0%"),
        (0, 10, "0%"),
        (5, 0, "0%"),
    ] {
        assert_eq!(width(numerator, denominator), expected, "{numerator} / {denominator}");
    }
}

#[test]
fn work_is_done_in_whole_percents() {
    for (done, total, percent) in [(0, 0, "0"), (2, 3, "66"), (3, 3, "100"), (9, 3, "100")] {
        let text = progress("p", done, total).into_string();
        assert!(text.contains(&format!("aria-valuenow=\"{percent}\"")), "{text}");
    }
}

#[test]
fn initials_fit_each_script() {
    for (name, letters) in [
        ("Nancy Davolio", "ND"),
        ("Madonna", "M"),
        ("jean-luc van damme", "JD"),
        ("ณัฐยา พงศ์ไพศาล", "ณ"),
        ("เกษม ใจดี", "ก"),
        ("佐藤 健一", "佐"),
        ("", ""),
    ] {
        assert_eq!(initials(name), letters, "{name}");
    }
    assert!(person("佐藤 健一").into_string().contains(r#"<span lang="ja">"#));
    assert!(person("ณัฐยา").into_string().contains(r#"<span lang="th">"#));
    assert!(!person("Nancy").into_string().contains("lang="));
}

#[test]
fn only_harmless_addresses_become_links() {
    for address in ["https://acme.example", "HTTP://acme.example", "mailto:a@b.example", "tel:+6621234567"] {
        assert!(outside_link(address, "x").into_string().starts_with("<a "), "{address}");
    }
    for address in
        ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "acme.example", "//acme.example", ""]
    {
        assert_eq!(outside_link(address, "x").into_string(), "x", "{address}");
    }
}

#[test]
fn a_form_keeps_what_was_typed_and_ties_errors_to_fields() {
    let words = Words::default();
    let amount = Field {
        error: Some(words.t("error-not-a-number")),
        hint: Some("In baht".to_owned()),
        ..Field::new("amount", "Amount", Input::Decimal("12 apples"))
    };
    let text = field(words, &amount).into_string();
    for part in [
        r#"<label for="amount">"#,
        r#"value="12 apples""#,
        r#"inputmode="decimal""#,
        r#"aria-invalid="true""#,
        r#"aria-describedby="amount-e amount-h""#,
        r#"<span class="err" id="amount-e">"#,
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let good = field(words, &Field::new("name", "Name", Input::Text("Acme"))).into_string();
    assert!(!good.contains("aria-invalid") && !good.contains("aria-describedby"), "{good}");

    let choices = ["a", "b"].map(|value| Choice { value: value.into(), label: value.to_uppercase() }).to_vec();
    let select = field(words, &Field::new("kind", "Kind", Input::Select { chosen: "b", choices })).into_string();
    assert!(select.contains(r#"<option value="b" selected>B</option>"#), "{select}");
    let password = field(words, &Field::new("password", "Password", Input::Password)).into_string();
    assert!(!password.contains("value="), "a password is never sent back");
}

#[test]
fn a_chart_is_its_table() {
    let row = Row::new(
        "Revenue",
        vec![Cell::number("11.87").drawn(Some("11.87".parse().unwrap())), Cell::number("–").drawn(None)],
    );
    let table = Table {
        label: "Revenue by month",
        heads: vec![Head::text("Series"), Head::number("Oct"), Head::number("Nov").partial()],
        rows: vec![row.series(Kind::Bar, Tone::Series(1))],
        foot: vec![],
        ..Table::default()
    };
    let words = Words::default();
    let panel = ChartPanel {
        words,
        id: "rev",
        title: "Revenue by month",
        end: None,
        table,
        unit: "THB M",
        is_by_column: false,
        is_stacked: false,
        starts_as_table: false,
        footer: None,
    };
    let text = panel.render().into_string();
    for part in [
        r#"data-chart="""#,
        r#"data-unit="THB M""#,
        r#"<th scope="col" class="num" data-part data-label="Nov">Nov*</th>"#,
        r#"<tr data-kind="bar" data-tone="1">"#,
        r#"<td class="num" data-v="11.87">11.87</td>"#,
        r#"<td class="num">–</td>"#,
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn sums_stand_in_the_foot_and_hidden_rows_in_one_line() {
    let words = Words::default();
    let table = Table {
        label: "Rows",
        heads: vec![Head::text("Person").sortable("/x?sort=name", Some(Sort::Descending)), Head::number("Credit, THB")],
        rows: vec![Row::hidden(words, 14, vec![Cell::number("2,100,000")])],
        foot: vec![Row::new("Asia Team", vec![Cell::number("10,016,000")])],
        ..Table::default()
    };
    let text = table.render().into_string();
    assert!(
        text.contains(r#"<th scope="col" aria-sort="descending"><a href="/x?sort=name">Person</a></th>"#),
        "{text}"
    );
    assert!(
        text.contains(r#"<tr class="hidden-rows"><th scope="row">14 more rows that you may not open</th>"#),
        "{text}"
    );
    assert!(text.contains("<tfoot><tr>"), "{text}");
}

#[test]
fn a_table_of_lines_keeps_its_roles_labels_what_has_no_head_and_marks_what_is_not_there() {
    let cells = vec![Cell::number("7,980.00").labelled("Amount"), Cell::number("–").absent(), Cell::text("Commit")];
    let rows = vec![Row::new("Lathe", cells)];
    let heads = ["Name", "Amount", "Cost", "Stage"].map(Head::text).into();
    let text = Table { label: "Deals", heads, rows, is_lines: true, ..Table::default() }.render().into_string();
    for part in [
        r#"<table class="t lines flow" role="table">"#,
        r#"<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Name</th>"#,
        r#"<tbody role="rowgroup"><tr role="row"><th scope="row" role="rowheader">Lathe</th>"#,
        r#"<td role="cell" class="num" data-head="Amount">7,980.00</td>"#,
        r#"<td role="cell" class="num nil">–</td><td role="cell">Commit</td>"#,
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn a_missing_value_says_why() {
    let words = Words::default();
    let dash = null(words, NullReason::NoSource).into_string();
    let sentence = NullReason::NoSource.sentence(words);
    assert_eq!(dash.matches(&sentence).count(), 2, "on hover and for readers: {dash}");
    assert!(reading(words, &Reading::Null(NullReason::Undefined), Some("/x")).into_string().contains("abbr"));
}
