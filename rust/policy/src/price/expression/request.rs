//! What an expression may ask of a request: fields of its body, headers, the time.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::node::{ClockPart, Question};

/// A single value of a request or an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// Not there.
    Nil,
    /// True or false.
    Flag(bool),
    /// A number.
    Number(Decimal),
    /// Text; of a list or an object its JSON text.
    Text(Box<str>),
}

/// Where the values of one request come from.
pub trait RequestFacts {
    /// Returns the body's field at a dotted path.
    fn param(&self, path: &str) -> Scalar;
    /// Returns a header by its lower-case name.
    fn header(&self, name: &str) -> Scalar;
    /// Returns when the request came, in milliseconds of Unix time.
    fn now_ms(&self) -> i64;
}

impl Scalar {
    /// Returns a JSON value; numbers that no decimal holds are text.
    #[must_use]
    pub fn of_json(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Nil,
            serde_json::Value::Bool(flag) => Self::Flag(*flag),
            serde_json::Value::String(text) => Self::Text(text.as_str().into()),
            serde_json::Value::Number(number) => {
                let text = number.to_string();
                Decimal::from_str(&text)
                    .or_else(|_| Decimal::from_scientific(&text))
                    .map_or_else(|_| Self::Text(text.into()), Self::Number)
            }
            other => Self::Text(other.to_string().into()),
        }
    }

    /// Answers a question; what cannot be compared is unequal and neither more nor less.
    pub(super) fn ask(&self, question: Question, other: &Self) -> bool {
        match (question, self, other) {
            (Question::Equal, left, right) => left == right,
            (Question::Unequal, left, right) => left != right,
            (_, Self::Number(left), Self::Number(right)) => ordered(question, left, right),
            (Question::Contains, Self::Text(left), Self::Text(right)) => {
                left.contains(right.as_ref())
            }
            (Question::StartsWith, Self::Text(left), Self::Text(right)) => {
                left.starts_with(right.as_ref())
            }
            (Question::EndsWith, Self::Text(left), Self::Text(right)) => {
                left.ends_with(right.as_ref())
            }
            (_, Self::Text(left), Self::Text(right)) => ordered(question, left, right),
            _ => false,
        }
    }
}

fn ordered<T: PartialOrd>(question: Question, left: &T, right: &T) -> bool {
    match question {
        Question::Less => left < right,
        Question::LessOrEqual => left <= right,
        Question::More => left > right,
        Question::MoreOrEqual => left >= right,
        Question::Equal
        | Question::Unequal
        | Question::Contains
        | Question::StartsWith
        | Question::EndsWith => false,
    }
}

/// Returns a part of the time in a zone; an impossible time counts as the first of 1970.
pub(super) fn clock_part(part: ClockPart, zone: &TimeZone, now_ms: i64) -> i8 {
    let time = Timestamp::from_millisecond(now_ms)
        .unwrap_or_default()
        .to_zoned(zone.clone());
    match part {
        ClockPart::Hour => time.hour(),
        ClockPart::Minute => time.minute(),
        ClockPart::Weekday => time.weekday().to_sunday_zero_offset(),
        ClockPart::Month => time.month(),
        ClockPart::Day => time.day(),
    }
}
