use super::{Figure, Unit};
use crate::i18n::{Language, Words};
use base::{Amount, Currency, Fraction, Money};

const MINUS: char = '−';
const MILLIONTHS: u32 = Amount::DECIMALS;

/// How far a compact number is shortened: divided by 10^power and shown with this many decimals while the shown
/// digits, read without their point, stay below the limit.
struct Step {
    power: u32,
    decimals: u32,
    limit: u128,
    unit: &'static str,
}

const fn step(power: u32, decimals: u32, limit: u128, unit: &'static str) -> Step {
    Step { power, decimals, limit, unit }
}

const ENGLISH: &[Step] = &[
    step(0, 0, 10_000, ""),
    step(3, 1, 1_000, "k"),
    step(3, 0, 1_000, "k"),
    step(6, 2, 100_000, "M"),
    step(9, 2, u128::MAX, "bn"),
];
const THAI: &[Step] = &[
    step(0, 0, 10_000, ""),
    step(3, 1, 1_000, "พัน"),
    step(3, 0, 1_000, "พัน"),
    step(6, 2, 100_000_000, "ล้าน"),
    step(12, 2, u128::MAX, "ล้านล้าน"),
];
const JAPANESE: &[Step] = &[
    step(0, 0, 10_000, ""),
    step(4, 2, 1_000, "万"),
    step(4, 1, 1_000, "万"),
    step(4, 0, 10_000, "万"),
    step(4, 0, 100_000_000, "億"), // counted in 万, written 1億2,340万
    step(8, 0, u128::MAX, "兆"),   // counted in 億, written 1兆2,340億
];

impl Words {
    /// For tiles and overviews: money and counts shortened, percent with one decimal.
    pub fn overview(self, value: Amount, unit: Unit) -> Figure {
        match unit {
            Unit::Money(currency) => self.compact(value, Some(currency)),
            Unit::Count if value.abs() >= Amount::from(10_000) => self.compact(value, None),
            _ => self.exact(value, unit),
        }
    }

    /// For tables and drill pages: every digit before the point; of money the minor units are left out.
    pub fn exact(self, value: Amount, unit: Unit) -> Figure {
        match unit {
            Unit::Money(currency) => Figure { currency: Some(currency), ..self.whole(value) },
            Unit::Percent => percent(shown(value, 3, 2)),
            Unit::Count => {
                Figure { digits: grouped(&value.round_to(2).unwrap_or(value).to_text()), ..Figure::default() }
            }
            Unit::Days => self.days(value),
            Unit::Minutes => Figure {
                digits: grouped(&value.round_to(1).unwrap_or(value).to_text()),
                unit: Some(self.t("unit-minutes")),
                ..self.spaced()
            },
            Unit::Times => {
                Figure { digits: fixed(shown(value, 1, 0), 1), unit: Some("×".to_owned()), ..Figure::default() }
            }
            Unit::Index => {
                Figure { digits: grouped(&value.round_to(4).unwrap_or(value).to_text()), ..Figure::default() }
            }
        }
    }

    /// A difference with its sign: `+14.2%` of money would be its change as a fraction; of percents it is in points.
    pub fn difference(self, value: Amount, unit: Unit) -> Figure {
        let figure = match unit {
            Unit::Percent => {
                Figure { digits: fixed(shown(value, 3, 2), 1), unit: Some(self.t("unit-points")), ..self.spaced() }
            }
            Unit::Money(_) => Figure { currency: None, ..self.overview(value, unit) },
            _ => self.overview(value, unit),
        };
        with_plus(figure)
    }

    /// The same with every digit, without what a column's head names.
    pub fn exact_difference(self, value: Amount, unit: Unit) -> Figure {
        match unit {
            Unit::Percent => self.difference(value, unit),
            _ => with_plus(self.exact(value, unit).without_unit(unit)),
        }
    }

    /// A relative change with its sign: 0.142 is `+14.2%`.
    pub fn change(self, fraction: Amount) -> Figure {
        with_plus(self.exact(fraction, Unit::Percent))
    }

    /// A ratio as percent, rounded once from its parts; none when it has no value.
    pub fn percent(self, fraction: Fraction) -> Option<Figure> {
        let thousandths = fraction.value(3)?.parse::<Amount>().ok()?;
        Some(self.exact(thousandths, Unit::Percent))
    }

    /// Shortened, with the currency unless a column head has it: `THB 19.03 M`, `19.03 ล้านบาท`, `THB 1,903万`.
    pub fn compact(self, amount: Amount, currency: Option<Currency>) -> Figure {
        let steps = match self.language {
            Language::En => ENGLISH,
            Language::Th => THAI,
            Language::Ja => JAPANESE,
        };
        let magnitude = amount.millionths().unsigned_abs();
        let fits = |step: &&Step| scaled(magnitude, step) < step.limit;
        let Some(step) = steps.iter().find(fits) else { return self.whole(amount) };
        let number = scaled(magnitude, step);
        let sign = if amount.is_negative() && number > 0 { "-" } else { "" };
        let (digits, unit) = match step.unit {
            "億" => two_units(number, "億", "万"),
            "兆" => two_units(number, "兆", "億"),
            unit => (point(number, step.decimals), unit.to_owned()),
        };
        self.with_currency(grouped(&format!("{sign}{digits}")), unit, currency)
    }

    /// Money with its minor units, for pay and invoices: `THB 53,025.00`, `JPY 1,200`.
    pub fn money(self, money: Money) -> Figure {
        Figure { currency: Some(money.currency), digits: grouped(&money.to_string()), ..Figure::default() }
    }

    /// A number of things: `1,204`.
    pub fn count(self, count: impl TryInto<i64>) -> String {
        grouped(&count.try_into().unwrap_or(i64::MAX).to_string())
    }

    /// A plain number with this many decimals; its unit stands in the head.
    pub fn decimal(self, value: Amount, decimals: u32) -> String {
        fixed(shown(value, decimals, 0), decimals)
    }

    fn days(self, value: Amount) -> Figure {
        let tenths = value.round_to(1).unwrap_or(value);
        let unit = if tenths.abs() == Amount::ONE { self.t("unit-day") } else { self.t("unit-days") };
        Figure { digits: grouped(&tenths.to_text()), unit: Some(unit), ..self.spaced() }
    }

    fn whole(self, value: Amount) -> Figure {
        Figure { digits: self.decimal(value, 0), ..Figure::default() }
    }

    /// Thai and Japanese write their own currency as a unit behind the digits of a short number.
    fn with_currency(self, digits: String, unit: String, currency: Option<Currency>) -> Figure {
        let local = match (self.language, currency) {
            (Language::Th, Some(Currency::THB)) => "บาท",
            (Language::Ja, Some(Currency::JPY)) => "円",
            _ => "",
        };
        let unit = unit + local;
        let currency = currency.filter(|_| local.is_empty());
        Figure { currency, digits, unit: Some(unit).filter(|unit| !unit.is_empty()), ..self.spaced() }
    }

    /// No space stands between Japanese and digits.
    fn spaced(self) -> Figure {
        Figure { spaced: self.language != Language::Ja, ..Figure::default() }
    }
}

/// Groups the digits before the point by three and sets the true minus; the decimals stay. Reads plain decimal text.
pub(crate) fn grouped(plain: &str) -> String {
    let (sign, plain) = plain.strip_prefix('-').map_or(("", plain), |rest| ("−", rest));
    let digits = plain.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(plain.len());
    let (whole, rest) = plain.split_at(digits);
    let mut text = String::from(sign);
    for (place, digit) in whole.char_indices() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    // 億 and 兆 are followed by a second number, which is grouped on its own.
    match rest.chars().next().filter(|mark| !mark.is_ascii()) {
        Some(mark) => format!("{text}{mark}{}", grouped(&rest[mark.len_utf8()..])),
        None => text + rest,
    }
}

/// The value rounded half away from zero to so many decimals, moved up by a power of ten.
fn shown(value: Amount, decimals: u32, power: u32) -> Amount {
    let rounded = value.round_to(decimals).unwrap_or(value);
    let moved = rounded.millionths().checked_mul(10_i128.pow(power));
    moved.and_then(|millionths| Amount::from_millionths(millionths).ok()).unwrap_or(rounded)
}

/// Exactly so many decimals, zeros included.
fn fixed(value: Amount, decimals: u32) -> String {
    let magnitude = value.round_to(decimals).unwrap_or(value).millionths();
    let number = magnitude.unsigned_abs() / 10_u128.pow(MILLIONTHS.saturating_sub(decimals));
    let sign = if magnitude < 0 { "-" } else { "" };
    grouped(&format!("{sign}{}", point(number, decimals)))
}

/// Sets the point before the last digits.
fn point(number: u128, decimals: u32) -> String {
    if decimals == 0 {
        return number.to_string();
    }
    let unit = 10_u128.pow(decimals);
    format!("{}.{:0width$}", number / unit, number % unit, width = decimals as usize)
}

/// The digits a step would show, without their point.
fn scaled(millionths: u128, step: &Step) -> u128 {
    let divisor = 10_u128.pow(MILLIONTHS + step.power - step.decimals);
    millionths / divisor + u128::from(millionths % divisor >= divisor - millionths % divisor)
}

/// `1億2,340` and `万`; a round number needs only the greater unit.
fn two_units(number: u128, greater: &str, lesser: &str) -> (String, String) {
    let (high, low) = (number / 10_000, number % 10_000);
    match low {
        0 => (high.to_string(), greater.to_owned()),
        low => (format!("{high}{greater}{low}"), lesser.to_owned()),
    }
}

fn percent(value: Amount) -> Figure {
    Figure { digits: fixed(value, 1), unit: Some("%".to_owned()), ..Figure::default() }
}

fn with_plus(mut figure: Figure) -> Figure {
    let is_zero = !figure.digits.contains(|letter: char| letter.is_ascii_digit() && letter != '0');
    if !figure.digits.starts_with(MINUS) && !is_zero {
        figure.digits.insert(0, '+');
    }
    figure
}
