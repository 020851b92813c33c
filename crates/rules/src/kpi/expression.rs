//! A KPI computed from other KPIs: `pipeline_coverage.open / left(pipeline_coverage.quota, revenue)`.

use super::{Definition, Formula, NullReason, unit::Dimension};
use base::Amount;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::sync::Arc;

/// Of all formulas together, names and numbers and signs.
const MOST_NODES: usize = 200;

/// A formula over KPIs as text and read. `parts` are the KPIs it names, once each.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Expression {
    pub text: String,
    root: Node,
    pub parts: Vec<Arc<Definition>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Number(Decimal),
    Kpi(String),
    /// With the character its sign stands at.
    Of(Function, usize, Box<[Node; 2]>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Add,
    Subtract,
    Multiply,
    Divide,
    /// The larger of two.
    Max,
    /// What is left of the first after the second; null `met` when nothing is, and `undefined` where there was nothing at first.
    Left,
}

impl Function {
    const fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Max => "max",
            Self::Left => "left",
        }
    }
}

/// What is wrong with a formula over KPIs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionError {
    #[error("`{text}`: {wanted} at character {at}")]
    Unread { text: String, wanted: &'static str, at: usize },
    #[error("there is no KPI {0}")]
    NoKpi(String),
    /// The way round.
    #[error("it would be computed from itself: {}", .0.join(" → "))]
    Cycle(Vec<String>),
    #[error("more than {MOST_NODES} names, numbers and signs")]
    TooLarge,
    #[error("`{sign}` of {left} and {right}: both must be told in one unit, at character {at}")]
    Units { sign: &'static str, left: Dimension, right: Dimension, at: usize },
}

impl ExpressionError {
    /// Where in the formula's text it stands.
    pub const fn at(&self) -> Option<usize> {
        match self {
            Self::Unread { at, .. } | Self::Units { at, .. } => Some(*at),
            Self::NoKpi(_) | Self::Cycle(_) | Self::TooLarge => None,
        }
    }
}

impl TryFrom<String> for Expression {
    type Error = ExpressionError;

    fn try_from(text: String) -> Result<Self, ExpressionError> {
        let mut reader = Reader { text: &text, at: 0, nodes: 0 };
        let root = reader.sum()?;
        if !reader.rest().is_empty() {
            return Err(reader.wanted("a sign or the end"));
        }
        Ok(Self { root, parts: Vec::new(), text })
    }
}

impl Expression {
    /// Puts in formulas that are named for their names, and keeps the definitions of the other KPIs that are.
    pub(super) fn resolve(&mut self, own: &str, all: &[Arc<Definition>]) -> Result<(), ExpressionError> {
        let mut nodes = 0;
        self.parts.clear();
        self.root = self.root.resolved(&mut vec![own.to_owned()], all, &mut self.parts, &mut nodes)?;
        Ok(())
    }

    /// True when a longer period makes it larger: sums of what grows, and so many times of it.
    pub(super) fn grows(&self) -> bool {
        self.root.grows(&self.parts)
    }

    /// What it is told in; an error where unlike things are added.
    pub(super) fn dimension(&self, all: &[Arc<Definition>]) -> Result<Dimension, ExpressionError> {
        self.root.dimension(all)
    }

    /// Its value, each name's told by `of`; null for the reason of the first that is.
    pub fn value(&self, of: &impl Fn(&str) -> Result<Decimal, NullReason>) -> Result<Amount, NullReason> {
        Amount::from_decimal_rounded(self.root.value(of)?).map_err(|_| NullReason::Undefined)
    }
}

impl Node {
    fn resolved(
        &self,
        within: &mut Vec<String>,
        all: &[Arc<Definition>],
        parts: &mut Vec<Arc<Definition>>,
        nodes: &mut usize,
    ) -> Result<Self, ExpressionError> {
        *nodes += 1;
        if *nodes > MOST_NODES {
            return Err(ExpressionError::TooLarge);
        }
        match self {
            Self::Number(number) => Ok(Self::Number(*number)),
            Self::Of(function, at, both) => {
                let [left, right] = both.as_ref();
                let left = left.resolved(within, all, parts, nodes)?;
                let right = right.resolved(within, all, parts, nodes)?;
                Ok(Self::Of(*function, *at, Box::new([left, right])))
            }
            Self::Kpi(id) if within.contains(id) => {
                Err(ExpressionError::Cycle([within.as_slice(), std::slice::from_ref(id)].concat()))
            }
            Self::Kpi(id) => {
                let definition = found(all, id)?;
                if let Formula::Of(inner) = &definition.formula {
                    within.push(id.clone());
                    let root = inner.root.resolved(within, all, parts, nodes);
                    within.pop();
                    return root;
                }
                if !parts.iter().any(|part| part.id == *id) {
                    parts.push(definition.clone());
                }
                Ok(self.clone())
            }
        }
    }

    fn grows(&self, parts: &[Arc<Definition>]) -> bool {
        match self {
            Self::Number(_) => false,
            Self::Kpi(id) => parts.iter().any(|part| part.id == *id && part.grows()),
            Self::Of(function, _, both) => match (function, &both[0], &both[1]) {
                (Function::Multiply, Self::Number(_), of)
                | (Function::Multiply | Function::Divide, of, Self::Number(_)) => of.grows(parts),
                (Function::Add | Function::Subtract, left, right) => left.grows(parts) && right.grows(parts),
                _ => false,
            },
        }
    }

    fn dimension(&self, all: &[Arc<Definition>]) -> Result<Dimension, ExpressionError> {
        let (function, at, both) = match self {
            Self::Number(number) => return Ok(Dimension::of_number(number.is_zero())),
            Self::Kpi(id) => return Ok(Dimension::of(found(all, id)?.unit)),
            Self::Of(function, at, both) => (*function, *at, both),
        };
        let (left, right) = (both[0].dimension(all)?, both[1].dimension(all)?);
        match function {
            Function::Multiply => Ok(left.times(right)),
            Function::Divide => Ok(left.over(right)),
            Function::Add | Function::Subtract | Function::Max | Function::Left => {
                left.with(right).ok_or(ExpressionError::Units { sign: function.sign(), left, right, at })
            }
        }
    }

    fn value(&self, of: &impl Fn(&str) -> Result<Decimal, NullReason>) -> Result<Decimal, NullReason> {
        let (function, left, right) = match self {
            Self::Number(number) => return Ok(*number),
            Self::Kpi(id) => return of(id),
            Self::Of(function, _, both) => (*function, both[0].value(of)?, both[1].value(of)?),
        };
        let value = match function {
            Function::Add => left.checked_add(right),
            Function::Left if left <= Decimal::ZERO => return Err(NullReason::Undefined),
            Function::Left if left <= right => return Err(NullReason::Met),
            Function::Subtract | Function::Left => left.checked_sub(right),
            Function::Multiply => left.checked_mul(right),
            Function::Divide => left.checked_div(right),
            Function::Max => Some(left.max(right)),
        };
        value.ok_or(NullReason::Undefined)
    }
}

fn found<'a>(all: &'a [Arc<Definition>], id: &str) -> Result<&'a Arc<Definition>, ExpressionError> {
    all.iter().find(|definition| definition.id == id).ok_or_else(|| ExpressionError::NoKpi(id.to_owned()))
}

/// Reads a formula from left to right, what binds closer first.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    nodes: usize,
}

impl<'a> Reader<'a> {
    fn rest(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        &self.text[self.at..]
    }

    /// The character that comes next, counted from one.
    fn character(&self) -> usize {
        self.text[..self.at].chars().count() + 1
    }

    fn wanted(&self, wanted: &'static str) -> ExpressionError {
        ExpressionError::Unread { text: self.text.to_owned(), wanted, at: self.character() }
    }

    fn take(&mut self, sign: char) -> bool {
        let is_there = self.rest().starts_with(sign);
        self.at += if is_there { sign.len_utf8() } else { 0 };
        is_there
    }

    /// A sign that is there, and where.
    fn sign(&mut self, signs: [(char, Function); 2]) -> Option<(Function, usize)> {
        self.rest();
        let at = self.character();
        signs.into_iter().find(|(sign, _)| self.take(*sign)).map(|(_, function)| (function, at))
    }

    /// Counted while it is read: brackets in brackets could otherwise be deeper than the stack.
    fn count(&mut self) -> Result<(), ExpressionError> {
        self.nodes += 1;
        if self.nodes > MOST_NODES { Err(ExpressionError::TooLarge) } else { Ok(()) }
    }

    fn sum(&mut self) -> Result<Node, ExpressionError> {
        let mut node = self.product()?;
        while let Some((function, at)) = self.sign([('+', Function::Add), ('-', Function::Subtract)]) {
            node = Node::Of(function, at, Box::new([node, self.product()?]));
        }
        Ok(node)
    }

    fn product(&mut self) -> Result<Node, ExpressionError> {
        let mut node = self.one()?;
        while let Some((function, at)) = self.sign([('*', Function::Multiply), ('/', Function::Divide)]) {
            node = Node::Of(function, at, Box::new([node, self.one()?]));
        }
        Ok(node)
    }

    fn one(&mut self) -> Result<Node, ExpressionError> {
        self.count()?;
        if self.take('(') {
            let node = self.sum()?;
            return if self.take(')') { Ok(node) } else { Err(self.wanted("`)`")) };
        }
        let rest = self.rest();
        let word: &str =
            rest.split(|letter: char| !(letter.is_ascii_alphanumeric() || "_.".contains(letter))).next().unwrap_or("");
        if word.is_empty() {
            return Err(self.wanted("a KPI, a number or `(`"));
        }
        if word.starts_with(|letter: char| letter.is_ascii_digit()) {
            let number = word.parse().map_err(|_| self.wanted("a number"))?;
            self.at += word.len();
            return Ok(Node::Number(number));
        }
        let at = self.character();
        self.at += word.len();
        let function = match word {
            "max" => Function::Max,
            "left" => Function::Left,
            _ => return Ok(Node::Kpi(word.to_owned())),
        };
        if !self.take('(') {
            return Err(self.wanted("`(`"));
        }
        let left = self.sum()?;
        if !self.take(',') {
            return Err(self.wanted("`,`"));
        }
        let right = self.sum()?;
        if !self.take(')') {
            return Err(self.wanted("`)`"));
        }
        Ok(Node::Of(function, at, Box::new([left, right])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Result<String, NullReason> {
        let expression = Expression::try_from(text.to_owned()).expect("a formula");
        let of = |id: &str| match id {
            "open" => Ok(Decimal::from(900)),
            "quota" => Ok(Decimal::from(750)),
            "won" => Ok(Decimal::from(450)),
            _ => Err(NullReason::NoSource),
        };
        expression.value(&of).map(Amount::to_text)
    }

    #[test]
    fn signs_bind_as_in_arithmetic() {
        assert_eq!(value("open / left(quota, won)"), Ok("3".to_owned()));
        assert_eq!(value("1 - 2 - 3 * 4 / 6"), Ok("-3".to_owned()));
        assert_eq!(value("(open + 100) * 0.5"), Ok("500".to_owned()));
        assert_eq!(value("max(won - quota, 0)"), Ok("0".to_owned()));
        assert_eq!(value("1 / 3"), Ok("0.333333".to_owned()));
    }

    #[test]
    fn a_value_is_null_for_its_first_part_that_is() {
        assert_eq!(value("open / (won - won)"), Err(NullReason::Undefined));
        assert_eq!(value("open / left(won, quota)"), Err(NullReason::Met));
        assert_eq!(value("open / left(won, won)"), Err(NullReason::Met));
        assert_eq!(value("open / left(0, won)"), Err(NullReason::Undefined));
        assert_eq!(value("open + nothing"), Err(NullReason::NoSource));
    }

    #[test]
    fn what_does_not_read_is_told_with_its_place() {
        let told = |text: &str| Expression::try_from(text.to_owned()).expect_err("no formula").to_string();
        assert_eq!(told("open /"), "`open /`: a KPI, a number or `(` at character 7");
        assert_eq!(told("(open"), "`(open`: `)` at character 6");
        assert_eq!(told("open won"), "`open won`: a sign or the end at character 6");
        assert_eq!(told("left(open)"), "`left(open)`: `,` at character 10");
        assert_eq!(told("1.2.3"), "`1.2.3`: a number at character 1");
        assert_eq!(told(&"(".repeat(10_000)), ExpressionError::TooLarge.to_string());
        assert_eq!(told(&vec!["open"; 10_000].join("+")), ExpressionError::TooLarge.to_string());
    }
}
