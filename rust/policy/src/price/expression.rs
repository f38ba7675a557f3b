//! A model's price as an expression over token counts, in USD for a million tokens.
//!
//! Read when prices are saved and when a snapshot is compiled, where every fault is refused by name; what
//! was read is bounded in size and depth and always has a value: no division but by a constant, no loops,
//! no text in a sum. What a call asks of its request is put in once, before money is held, so that hold and
//! charge use the same numbers.

mod check;
mod evaluate;
mod lexer;
mod node;
mod parser;
mod request;

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};
use weirgate_wire::canon::Usage;

use node::{Node, Variable};
pub use request::{RequestFacts, Scalar};

/// Bytes of an expression's text at most.
pub const MAX_EXPRESSION_BYTES: usize = 2_048;
/// What stands between a price and the factors of the request.
const RULES: &str = "|||";
/// The language's version, which may stand first.
const VERSION: &str = "v1:";

/// Why a text is no price.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} at character {at}")]
pub struct ExpressionError {
    /// What is wrong.
    pub message: String,
    /// Where, in characters from 1.
    pub at: usize,
}

impl ExpressionError {
    fn new(message: impl Into<String>, at: usize) -> Self {
        Self {
            message: message.into(),
            at,
        }
    }
}

/// A price that was read and found good.
#[derive(Clone, PartialEq, Eq)]
pub struct Expression {
    text: Box<str>,
    price: Node,
    /// Factors of the request, after the price.
    factors: Vec<Node>,
    variables: Variables,
    asks: Asks,
}

/// Which kinds of tokens have a price of their own; those of other kinds stay with prompt and completion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Variables(u16);

impl Variables {
    fn add(&mut self, variable: Variable) {
        self.0 |= 1 << variable as u16;
    }

    const fn has(self, variable: Variable) -> bool {
        self.0 & (1 << variable as u16) != 0
    }
}

/// What an expression wants to know of the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asks {
    /// Fields of the body.
    pub body: bool,
    /// Headers.
    pub headers: bool,
    /// The time.
    pub clock: bool,
}

impl Asks {
    /// Tells whether anything of the request is wanted.
    #[must_use]
    pub const fn any(self) -> bool {
        self.body || self.headers || self.clock
    }
}

/// A price worked out: USD for a million tokens' unit, and the tier that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost<'a> {
    /// Millionths of a USD; never negative, none when it leaves what decimals hold.
    pub micro_usd: Option<Decimal>,
    /// The name of the last tier that was worked out.
    pub tier: Option<&'a str>,
}

impl Expression {
    /// Reads a price.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        if text.len() > MAX_EXPRESSION_BYTES {
            let message = format!("more than {MAX_EXPRESSION_BYTES} bytes");
            return Err(ExpressionError::new(message, 1));
        }
        let body = text.trim_start();
        let body = body.strip_prefix(VERSION).unwrap_or(body);
        let mut offset = text.chars().count() - body.chars().count();
        let mut parts = Vec::new();
        for part in body.split(RULES) {
            let node = parser::parse(part)
                .and_then(|node| check::number(node, check::Strictness::Lax))
                .map_err(|error| ExpressionError::new(error.message, error.at + offset))?;
            parts.push(node);
            offset += part.chars().count() + RULES.len();
        }
        let mut parts = parts.into_iter();
        let price = parts
            .next()
            .ok_or_else(|| ExpressionError::new("no price", 1))?;
        Ok(Self::of(text, price, parts.collect()))
    }

    fn of(text: &str, price: Node, factors: Vec<Node>) -> Self {
        let mut variables = Variables::default();
        let mut asks = Asks::default();
        for node in std::iter::once(&price).chain(&factors) {
            node.walk(&mut |part| match part {
                Node::Variable(variable) => variables.add(*variable),
                Node::Param(_) => asks.body = true,
                Node::Header(_) => asks.headers = true,
                Node::Clock(..) => asks.clock = true,
                _ => {}
            });
        }
        Self {
            text: text.into(),
            price,
            factors,
            variables,
            asks,
        }
    }

    /// Returns the text as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns what must be known of a request before its price can be worked out.
    #[must_use]
    pub const fn asks(&self) -> Asks {
        self.asks
    }

    /// Returns the expression with the request's own values in it; refused where one is no number that has
    /// to be one.
    pub fn for_request(&self, facts: &dyn RequestFacts) -> Result<Self, ExpressionError> {
        let put = |node: &Node| check::number(node.put_in(facts), check::Strictness::Strict);
        let factors = self.factors.iter().map(put).collect::<Result<_, _>>()?;
        let mut made = Self::of(&self.text, put(&self.price)?, factors);
        // A branch that this request does not take still names the kinds of tokens that are priced apart.
        made.variables = self.variables;
        Ok(made)
    }

    /// Returns what this usage costs.
    #[must_use]
    pub fn cost(&self, usage: &Usage) -> Cost<'_> {
        let counts = evaluate::Counts::of(usage, self.variables);
        let mut tier = None;
        let mut cost = evaluate::number(&self.price, &counts, &mut tier);
        let mut ignored = None;
        for factor in &self.factors {
            let factor = evaluate::number(factor, &counts, &mut ignored);
            cost = cost.and_then(|cost| cost.checked_mul(factor?.max(Decimal::ZERO)));
        }
        Cost {
            micro_usd: cost.map(|cost| cost.max(Decimal::ZERO)),
            tier,
        }
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Expression({})", self.text)
    }
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}
