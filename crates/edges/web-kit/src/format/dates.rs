use crate::i18n::{Language, Words};
use base::{Grain, Period};
use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};

const BUDDHIST_ERA: i16 = 543;
/// Days a listed calendar may drift from whole months before a fiscal year would be taken for its neighbour.
const DRIFT_DAYS: i32 = 15;

const MONTHS_EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTHS_TH: [&str; 12] =
    ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."];

impl Words {
    /// `21 Nov 2026`, `21 พ.ย. 2569`, `2026年11月21日`.
    pub fn date(self, date: Date) -> String {
        let (day, year) = (date.day(), self.year(date.year()));
        match self.language {
            Language::En | Language::Th => format!("{day} {} {year}", self.month_name(date.month())),
            Language::Ja => format!("{year}年{}月{day}日", date.month()),
        }
    }

    /// Without the year, where a heading has it: `21 Nov`, `21 พ.ย.`, `11月21日`.
    pub fn day_and_month(self, date: Date) -> String {
        match self.language {
            Language::En | Language::Th => format!("{} {}", date.day(), self.month_name(date.month())),
            Language::Ja => format!("{}月{}日", date.month(), date.day()),
        }
    }

    /// Date and time of day, in the zone the caller has converted to: `21 Nov 2026, 18:02`.
    pub fn moment(self, moment: DateTime) -> String {
        let (date, time) = (self.date(moment.date()), self.time(moment));
        match self.language {
            Language::En => format!("{date}, {time}"),
            Language::Th | Language::Ja => format!("{date} {time}"),
        }
    }

    /// `18:02`, `18:02 น.`.
    pub fn time(self, moment: DateTime) -> String {
        let mark = if self.language == Language::Th { " น." } else { "" };
        format!("{:02}:{:02}{mark}", moment.hour(), moment.minute())
    }

    /// A period by its full name: `Q4 2026`, `ไตรมาส 4/2569`, `2026年第4四半期`.
    pub fn period(self, period: &Period) -> String {
        if period.grain == Grain::All {
            return self.t("grain-all");
        }
        if period.grain == Grain::Day {
            return self.date(period.start);
        }
        match Label::read(period) {
            Some(label) => self.label(&label, period),
            None => period.label.clone(),
        }
    }

    /// A period as the head of a column whose page names the year: `Nov`, `Q4`, `W47`, `P07`.
    pub fn period_short(self, period: &Period) -> String {
        let number = Label::read(period).map_or(0, |label| label.number);
        match (period.grain, self.language) {
            (Grain::All | Grain::Year, _) => self.period(period),
            (Grain::Day, _) => self.day_and_month(period.start),
            (Grain::Week, Language::En) => format!("W{number}"),
            (Grain::Week, Language::Th) => format!("สัปดาห์ {number}"),
            (Grain::Week, Language::Ja) => format!("第{number}週"),
            (Grain::Quarter, Language::En) => format!("Q{number}"),
            (Grain::Quarter, Language::Th) => format!("ไตรมาส {number}"),
            (Grain::Quarter, Language::Ja) => format!("第{number}四半期"),
            (Grain::Month, language) if period.label.contains("-P") => match language {
                Language::En => format!("P{number:02}"),
                Language::Th => format!("งวด {number}"),
                Language::Ja => format!("第{number}期"),
            },
            (Grain::Month, Language::En | Language::Th) => self.month_name(period.start.month()).to_owned(),
            (Grain::Month, Language::Ja) => format!("{}月", period.start.month()),
        }
    }

    fn label(self, label: &Label, period: &Period) -> String {
        let part = if period.grain == Grain::Year { String::new() } else { self.period_short(period) };
        let year = match self.language {
            Language::Ja if label.is_fiscal => format!("{}年度", fiscal_start(label, period).year()),
            Language::Ja => format!("{}年", label.year),
            Language::En if label.is_fiscal => format!("FY{}", label.year),
            Language::Th if label.is_fiscal => format!("รอบปีบัญชี {}", self.year(label.year)),
            Language::Th if part.is_empty() => format!("ปี {}", self.year(label.year)),
            Language::En | Language::Th => self.year(label.year).to_string(),
        };
        match (self.language, period.grain) {
            (_, Grain::Year) => year,
            (Language::Ja, _) => year + &part,
            (Language::Th, Grain::Quarter | Grain::Week) if !label.is_fiscal => format!("{part}/{year}"),
            (Language::Th | Language::En, _) => format!("{part} {year}"),
        }
    }

    const fn month_name(self, month: i8) -> &'static str {
        let index = month.unsigned_abs() as usize - 1;
        match self.language {
            Language::Th => MONTHS_TH[index],
            Language::En | Language::Ja => MONTHS_EN[index],
        }
    }

    /// Thai counts years in the Buddhist era, on screen alone.
    const fn year(self, year: i16) -> i16 {
        match self.language {
            Language::Th => year + BUDDHIST_ERA,
            Language::En | Language::Ja => year,
        }
    }
}

/// The parts of `1996`, `FY1996-Q3`, `1996-W27`, `1996-07` or `FY1996-P07`.
struct Label {
    is_fiscal: bool,
    year: i16,
    /// Of the quarter, week, month or period in its year; 0 for a year.
    number: i32,
}

impl Label {
    fn read(period: &Period) -> Option<Self> {
        let plain = period.label.strip_prefix("FY");
        let (year, part) =
            plain.unwrap_or(&period.label).split_once('-').unwrap_or((plain.unwrap_or(&period.label), "0"));
        let number = part.trim_start_matches(['Q', 'W', 'P']).parse().ok()?;
        Some(Label { is_fiscal: plain.is_some(), year: year.parse().ok()?, number })
    }
}

/// A day in the month in which the fiscal year starts. The label names the year in which it ends, Japanese names it
/// by its start.
fn fiscal_start(label: &Label, period: &Period) -> Date {
    let days_per_part = match period.grain {
        Grain::Quarter => 91,
        Grain::Month => 29, // between 13 periods of 28 days and 12 months
        _ => 0,
    };
    let days_into_year = days_per_part * (label.number - 1).max(0);
    period.start.saturating_sub((days_into_year - DRIFT_DAYS).days())
}
