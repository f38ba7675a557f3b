//! The tree of an expression. Built by the parser only, so its size and depth are bounded.

use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::request::{RequestFacts, Scalar, clock_part};

/// A count of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Variable {
    /// `p`: the prompt without the kinds that the expression prices apart.
    Prompt,
    /// `c`: the completion, likewise.
    Completion,
    /// `len`: the whole prompt.
    Length,
    /// `cr`.
    CacheRead,
    /// `cc`.
    CacheWrite,
    /// `cc1h`.
    CacheWriteHour,
    /// `img`.
    ImageIn,
    /// `ai`.
    AudioIn,
    /// `img_o`.
    ImageOut,
    /// `ao`.
    AudioOut,
}

/// The variables by name.
pub(super) const VARIABLES: [(&str, Variable); 10] = [
    ("p", Variable::Prompt),
    ("c", Variable::Completion),
    ("len", Variable::Length),
    ("cr", Variable::CacheRead),
    ("cc", Variable::CacheWrite),
    ("cc1h", Variable::CacheWriteHour),
    ("img", Variable::ImageIn),
    ("ai", Variable::AudioIn),
    ("img_o", Variable::ImageOut),
    ("ao", Variable::AudioOut),
];

/// A calculation with two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sum {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Least,
    Most,
}

/// A question about two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
    Contains,
    StartsWith,
    EndsWith,
}

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rounding {
    Absolute,
    Up,
    Down,
    Negated,
}

/// A part of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClockPart {
    Hour,
    Minute,
    /// Sunday is 0.
    Weekday,
    Month,
    Day,
}

/// One place of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Value(Scalar),
    Variable(Variable),
    Sum(Sum, Box<(Self, Self)>),
    Round(Rounding, Box<Self>),
    Ask(Question, Box<(Self, Self)>),
    Both(Box<(Self, Self)>),
    Either(Box<(Self, Self)>),
    Not(Box<Self>),
    /// The left value, or the right one where the left is nil.
    Else(Box<(Self, Self)>),
    Choice(Box<(Self, Self, Self)>),
    Tier(Box<str>, Box<Self>),
    /// A field of the body, by its path.
    Param(Box<str>),
    /// A header, by its name in lower case.
    Header(Box<str>),
    Clock(ClockPart, TimeZone),
}

impl Node {
    pub(super) const fn number(number: Decimal) -> Self {
        Self::Value(Scalar::Number(number))
    }

    /// Calls `see` with this node and all below it.
    pub(super) fn walk(&self, see: &mut dyn FnMut(&Self)) {
        see(self);
        match self {
            Self::Value(_)
            | Self::Variable(_)
            | Self::Param(_)
            | Self::Header(_)
            | Self::Clock(..) => {}
            Self::Round(_, below) | Self::Not(below) | Self::Tier(_, below) => below.walk(see),
            Self::Sum(_, pair)
            | Self::Ask(_, pair)
            | Self::Both(pair)
            | Self::Either(pair)
            | Self::Else(pair) => {
                pair.0.walk(see);
                pair.1.walk(see);
            }
            Self::Choice(three) => {
                three.0.walk(see);
                three.1.walk(see);
                three.2.walk(see);
            }
        }
    }

    /// Returns the tree with the request's values in it; branches that they decide are taken.
    pub(super) fn put_in(&self, facts: &dyn RequestFacts) -> Self {
        let pair = |pair: &(Self, Self)| Box::new((pair.0.put_in(facts), pair.1.put_in(facts)));
        let made = match self {
            Self::Param(path) => Self::Value(facts.param(path)),
            Self::Header(name) => Self::Value(facts.header(name)),
            Self::Clock(part, zone) => Self::number(clock_part(*part, zone, facts.now_ms()).into()),
            Self::Value(_) | Self::Variable(_) => self.clone(),
            Self::Sum(sum, below) => Self::Sum(*sum, pair(below)),
            Self::Ask(question, below) => Self::Ask(*question, pair(below)),
            Self::Both(below) => Self::Both(pair(below)),
            Self::Either(below) => Self::Either(pair(below)),
            Self::Else(below) => Self::Else(pair(below)),
            Self::Round(rounding, below) => Self::Round(*rounding, Box::new(below.put_in(facts))),
            Self::Not(below) => Self::Not(Box::new(below.put_in(facts))),
            Self::Tier(name, below) => Self::Tier(name.clone(), Box::new(below.put_in(facts))),
            Self::Choice(three) => {
                let (condition, then, otherwise) = three.as_ref();
                return match condition.put_in(facts) {
                    Self::Value(Scalar::Flag(true)) => then.put_in(facts),
                    Self::Value(Scalar::Flag(false)) => otherwise.put_in(facts),
                    open => Self::Choice(Box::new((
                        open,
                        then.put_in(facts),
                        otherwise.put_in(facts),
                    ))),
                };
            }
        };
        made.folded()
    }

    /// Returns the value of a question whose answer is known.
    fn folded(self) -> Self {
        let known = match &self {
            Self::Ask(question, pair) => match pair.as_ref() {
                (Self::Value(left), Self::Value(right)) => Some(left.ask(*question, right)),
                _ => None,
            },
            Self::Not(below) => match below.as_ref() {
                Self::Value(Scalar::Flag(flag)) => Some(!flag),
                _ => None,
            },
            Self::Both(pair) => known_pair(pair, false),
            Self::Either(pair) => known_pair(pair, true),
            _ => None,
        };
        if let Some(flag) = known {
            return Self::Value(Scalar::Flag(flag));
        }
        match self {
            Self::Else(pair) => match *pair {
                (Self::Value(Scalar::Nil), right) => right,
                (Self::Value(left), _) => Self::Value(left),
                open => Self::Else(Box::new(open)),
            },
            other => other,
        }
    }
}

/// Returns the answer of `and` (decided by false) or `or` (decided by true) once it is known.
fn known_pair(pair: &(Node, Node), decides: bool) -> Option<bool> {
    let flag = |node: &Node| match node {
        Node::Value(Scalar::Flag(flag)) => Some(*flag),
        _ => None,
    };
    match (flag(&pair.0), flag(&pair.1)) {
        (Some(left), _) if left == decides => Some(decides),
        (Some(_), Some(right)) => Some(right),
        _ => None,
    }
}
