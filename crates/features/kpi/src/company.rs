//! The company's settings and exchange rates, which every answer rests on.

use crate::{KpiError, organisation};
use base::{Currency, FiscalCalendar, Grain, Period, RecordId, Seq};
use db::Db;
use jiff::{civil::Date, tz::TimeZone};
use kpi_engine::Rate;
use rules::{
    kpi::Basis,
    log::{Imports, Timeline},
    record::Value,
};
use std::collections::BTreeMap;

#[derive(PartialEq)]
pub struct Company {
    pub name: String,
    pub id: RecordId,
    pub external_id: Option<String>,
    pub currency: Currency,
    pub basis: Basis,
    pub calendar: FiscalCalendar,
    pub zone: TimeZone,
}

impl Company {
    pub async fn load(db: &Db) -> Result<Self, KpiError> {
        let records = db.system().all(&access::COMPANY).await?;
        let record = records.first().ok_or(KpiError::NoCompany)?;
        let text = |field: &'static str| record.value(field).as_text().unwrap_or_default().to_owned();
        let setting = |field: &'static str| KpiError::Setting { field, value: text(field) };
        let month = record.value("fiscal_start_month").as_integer().unwrap_or(1);
        let zone = match text("time_zone").as_str() {
            "" => TimeZone::UTC,
            name => TimeZone::get(name).map_err(|_| setting("time_zone"))?,
        };
        Ok(Self {
            name: record.title(),
            id: record.id,
            external_id: record.external_id().map(str::to_owned),
            currency: text("currency").parse().map_err(|_| setting("currency"))?,
            basis: Basis::from_name(&text("revenue_basis")).ok_or_else(|| setting("revenue_basis"))?,
            calendar: FiscalCalendar::starting_in(i8::try_from(month).unwrap_or(0))?,
            zone,
        })
    }

    /// A period by its label; the year of a day when none is said.
    pub fn period(&self, label: &str, day: Date) -> Result<Period, KpiError> {
        if label.is_empty() {
            Ok(self.calendar.period_of(day, Grain::Year)?)
        } else {
            Ok(self.calendar.parse_label(label)?)
        }
    }

    /// The rates into the company's currency as known, each until the next one of its pair and kind.
    pub async fn rates(&self, db: &Db, imports: &Imports, known_at: Seq) -> Result<Vec<Rate>, KpiError> {
        let mut by_pair: BTreeMap<(Currency, bool), BTreeMap<Date, base::Amount>> = BTreeMap::new();
        for rows in organisation::histories(db, &access::EXCHANGE_RATE).await?.values() {
            let Some(known) = Timeline::known(rows, imports, known_at).filter(|known| !known.archived) else {
                continue;
            };
            let last = |field: &str| known.steps(field).last().map(|step| &step.value);
            if last("to_currency").and_then(Value::as_text) != Some(self.currency.code()) {
                continue;
            }
            let currency = last("from_currency").and_then(Value::as_text).and_then(|code| code.parse().ok());
            let (Some(currency), Some(from), Some(rate)) =
                (currency, last("starts_on").and_then(Value::as_date), last("rate").and_then(Value::as_decimal))
            else {
                continue;
            };
            let is_spot = last("rate_kind").and_then(Value::as_text) == Some("spot");
            by_pair.entry((currency, is_spot)).or_default().insert(from, rate);
        }
        let mut rates = Vec::new();
        for ((currency, is_spot), dated) in by_pair {
            let ends = dated.keys().skip(1).copied().map(Some).chain([None]).collect::<Vec<_>>();
            rates.extend(dated.into_iter().zip(ends).map(|((from, rate), to)| Rate {
                currency,
                is_spot,
                from,
                to,
                rate,
            }));
        }
        Ok(rates)
    }
}
