//! Words → tree, by precedence; size and depth are bounded here.

use jiff::tz::TimeZone;

use super::ExpressionError;
use super::lexer::{Placed, Word, words};
use super::node::{ClockPart, Node, Question, Rounding, Sum, VARIABLES};
use super::request::Scalar;

/// Words of one expression at most.
const MAX_WORDS: usize = 512;
/// How deep brackets, functions and signs may stand in each other.
const MAX_DEPTH: usize = 24;

/// Reads one expression.
pub(super) fn parse(text: &str) -> Result<Node, ExpressionError> {
    let words = words(text)?;
    if words.len() > MAX_WORDS {
        return Err(ExpressionError::new(
            format!("more than {MAX_WORDS} words"),
            1,
        ));
    }
    let end = text.chars().count() + 1;
    let mut parser = Parser {
        words,
        next: 0,
        end,
        depth: 0,
    };
    let node = parser.choice()?;
    match parser.peek() {
        None => Ok(node),
        Some(_) => Err(parser.unexpected()),
    }
}

struct Parser {
    words: Vec<Placed>,
    next: usize,
    end: usize,
    depth: usize,
}

type Parsed = Result<Node, ExpressionError>;

impl Parser {
    fn peek(&self) -> Option<&Word> {
        self.words.get(self.next).map(|placed| &placed.word)
    }

    fn at(&self) -> usize {
        self.words
            .get(self.next)
            .map_or(self.end, |placed| placed.at)
    }

    fn fault(&self, message: impl Into<String>) -> ExpressionError {
        ExpressionError::new(message, self.at())
    }

    fn unexpected(&self) -> ExpressionError {
        match self.peek() {
            None => self.fault("the expression ends too early"),
            Some(Word::Number(number)) => self.fault(format!("{number} is not expected")),
            Some(Word::Text(text)) => self.fault(format!("\"{text}\" is not expected")),
            Some(Word::Name(name)) => self.fault(format!("`{name}` is not expected")),
            Some(Word::Sign(sign)) => self.fault(format!("`{sign}` is not expected")),
        }
    }

    /// Takes the next word if it is this sign.
    fn takes(&mut self, sign: &str) -> bool {
        let is_it = matches!(self.peek(), Some(Word::Sign(found)) if *found == sign);
        self.next += usize::from(is_it);
        is_it
    }

    /// Takes the next word if it is this name.
    fn takes_name(&mut self, name: &str) -> bool {
        let is_it = matches!(self.peek(), Some(Word::Name(found)) if found.as_ref() == name);
        self.next += usize::from(is_it);
        is_it
    }

    fn wants(&mut self, sign: &str) -> Result<(), ExpressionError> {
        if self.takes(sign) {
            return Ok(());
        }
        Err(self.fault(format!("`{sign}` is missing")))
    }

    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.fault(format!("deeper than {MAX_DEPTH}")));
        }
        let node = read(self);
        self.depth -= 1;
        node
    }

    fn choice(&mut self) -> Parsed {
        let condition = self.either()?;
        if !self.takes("?") {
            return Ok(condition);
        }
        let then = self.deeper(Self::choice)?;
        self.wants(":")?;
        let otherwise = self.deeper(Self::choice)?;
        Ok(Node::Choice(Box::new((condition, then, otherwise))))
    }

    fn either(&mut self) -> Parsed {
        let mut left = self.both()?;
        while self.takes("||") || self.takes_name("or") {
            left = self.deeper_pair(left, Self::both, Node::Either)?;
        }
        Ok(left)
    }

    fn both(&mut self) -> Parsed {
        let mut left = self.question()?;
        while self.takes("&&") || self.takes_name("and") {
            left = self.deeper_pair(left, Self::question, Node::Both)?;
        }
        Ok(left)
    }

    /// Puts a further operand on the right; a chain grows the tree to the left, so it counts as depth.
    fn deeper_pair(
        &mut self,
        left: Node,
        read: fn(&mut Self) -> Parsed,
        make: fn(Box<(Node, Node)>) -> Node,
    ) -> Parsed {
        let right = read(self)?;
        Ok(make(Box::new((left, right))))
    }

    fn question(&mut self) -> Parsed {
        const SIGNS: [(&str, Question); 6] = [
            ("==", Question::Equal),
            ("!=", Question::Unequal),
            ("<=", Question::LessOrEqual),
            (">=", Question::MoreOrEqual),
            ("<", Question::Less),
            (">", Question::More),
        ];
        const NAMES: [(&str, Question); 3] = [
            ("contains", Question::Contains),
            ("startsWith", Question::StartsWith),
            ("endsWith", Question::EndsWith),
        ];
        let left = self.otherwise()?;
        for (sign, question) in SIGNS {
            if self.takes(sign) {
                return Ok(Node::Ask(question, Box::new((left, self.otherwise()?))));
            }
        }
        for (name, question) in NAMES {
            if self.takes_name(name) {
                return Ok(Node::Ask(question, Box::new((left, self.otherwise()?))));
            }
        }
        if self.takes_name("in") {
            return self.listed(&left);
        }
        Ok(left)
    }

    /// `in [..]`: one of the listed values.
    fn listed(&mut self, left: &Node) -> Parsed {
        // The value is asked once for each of the list, so it must be a small one.
        let is_small = matches!(
            left,
            Node::Param(_) | Node::Header(_) | Node::Variable(_) | Node::Clock(..) | Node::Value(_)
        );
        if !is_small {
            return Err(self.fault("`in` takes a variable, a parameter or a header"));
        }
        self.wants("[")?;
        let mut found = Node::Value(Scalar::Flag(false));
        loop {
            let value = self.deeper(Self::sum)?;
            let is_it = Node::Ask(Question::Equal, Box::new((left.clone(), value)));
            found = Node::Either(Box::new((found, is_it)));
            if self.takes("]") {
                return Ok(found);
            }
            self.wants(",")?;
        }
    }

    fn otherwise(&mut self) -> Parsed {
        let mut left = self.sum()?;
        while self.takes("??") {
            left = Node::Else(Box::new((left, self.sum()?)));
        }
        Ok(left)
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        loop {
            let sum = match () {
                () if self.takes("+") => Sum::Add,
                () if self.takes("-") => Sum::Subtract,
                () => return Ok(left),
            };
            left = Node::Sum(sum, Box::new((left, self.product()?)));
        }
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.signed()?;
        loop {
            let at = self.at();
            let sum = match () {
                () if self.takes("*") => Sum::Multiply,
                () if self.takes("/") => Sum::Divide,
                () if self.takes("%") => Sum::Remainder,
                () => return Ok(left),
            };
            let right = self.signed()?;
            let divides = sum != Sum::Multiply;
            let is_constant = matches!(&right, Node::Value(Scalar::Number(by)) if !by.is_zero());
            if divides && !is_constant {
                return Err(ExpressionError::new(
                    "only a number that is not 0 may divide",
                    at,
                ));
            }
            left = Node::Sum(sum, Box::new((left, right)));
        }
    }

    fn signed(&mut self) -> Parsed {
        if self.takes("-") {
            let below = self.deeper(Self::signed)?;
            return Ok(Node::Round(Rounding::Negated, Box::new(below)));
        }
        if self.takes("+") {
            return self.deeper(Self::signed);
        }
        if self.takes("!") || self.takes_name("not") {
            let below = self.deeper(Self::signed)?;
            return Ok(Node::Not(Box::new(below)));
        }
        self.value()
    }

    fn value(&mut self) -> Parsed {
        let Some(word) = self.peek().cloned() else {
            return Err(self.unexpected());
        };
        match word {
            Word::Number(number) => {
                self.next += 1;
                Ok(Node::number(number))
            }
            Word::Text(text) => {
                self.next += 1;
                Ok(Node::Value(Scalar::Text(text)))
            }
            Word::Sign("(") => {
                self.next += 1;
                let inner = self.deeper(Self::choice)?;
                self.wants(")")?;
                Ok(inner)
            }
            Word::Name(name) => self.named(&name),
            Word::Sign(_) => Err(self.unexpected()),
        }
    }

    fn named(&mut self, name: &str) -> Parsed {
        let constant = match name {
            "true" => Some(Scalar::Flag(true)),
            "false" => Some(Scalar::Flag(false)),
            "nil" | "null" => Some(Scalar::Nil),
            _ => None,
        };
        let variable = VARIABLES.iter().find(|(known, _)| *known == name);
        let at = self.at();
        self.next += 1;
        if let Some(constant) = constant {
            return Ok(Node::Value(constant));
        }
        if let Some((_, variable)) = variable {
            return Ok(Node::Variable(*variable));
        }
        if !self.takes("(") {
            return Err(ExpressionError::new(format!("`{name}` is not known"), at));
        }
        let arguments = self.arguments()?;
        call(name, arguments).map_err(|message| ExpressionError::new(message, at))
    }

    fn arguments(&mut self) -> Result<Vec<Node>, ExpressionError> {
        let mut found = Vec::new();
        if self.takes(")") {
            return Ok(found);
        }
        loop {
            found.push(self.deeper(Self::choice)?);
            if self.takes(")") {
                return Ok(found);
            }
            self.wants(",")?;
        }
    }
}

/// Returns a function's node.
fn call(name: &str, arguments: Vec<Node>) -> Result<Node, String> {
    let count = arguments.len();
    let mut arguments = arguments.into_iter();
    let found = match (name, count) {
        ("max" | "min", 1..) => {
            let sum = if name == "max" { Sum::Most } else { Sum::Least };
            arguments.reduce(|left, right| Node::Sum(sum, Box::new((left, right))))
        }
        ("abs" | "ceil" | "floor", 1) => {
            let rounding = match name {
                "abs" => Rounding::Absolute,
                "ceil" => Rounding::Up,
                _ => Rounding::Down,
            };
            arguments
                .next()
                .map(|below| Node::Round(rounding, Box::new(below)))
        }
        ("tier", 2) => {
            let name = text(arguments.next(), "tier", "name")?;
            arguments
                .next()
                .map(|cost| Node::Tier(name, Box::new(cost)))
        }
        ("has", 2) => arguments
            .next()
            .zip(arguments.next())
            .map(|pair| Node::Ask(Question::Contains, Box::new(pair))),
        ("param", 1) => Some(Node::Param(text(arguments.next(), "param", "path")?)),
        ("header", 1) => {
            let name = text(arguments.next(), "header", "name")?;
            Some(Node::Header(name.to_ascii_lowercase().into()))
        }
        ("hour" | "minute" | "weekday" | "month" | "day", 0 | 1) => {
            let zone = match arguments.next() {
                None => TimeZone::UTC,
                zone => zone_of(&text(zone, name, "time zone")?)?,
            };
            Some(Node::Clock(clock_part(name), zone))
        }
        (
            "max" | "min" | "abs" | "ceil" | "floor" | "tier" | "has" | "param" | "header" | "hour"
            | "minute" | "weekday" | "month" | "day",
            _,
        ) => return Err(format!("{name}() does not take {count} values")),
        _ => None,
    };
    found.ok_or_else(|| format!("{name}() is not known"))
}

fn clock_part(name: &str) -> ClockPart {
    match name {
        "hour" => ClockPart::Hour,
        "minute" => ClockPart::Minute,
        "weekday" => ClockPart::Weekday,
        "month" => ClockPart::Month,
        _ => ClockPart::Day,
    }
}

fn zone_of(name: &str) -> Result<TimeZone, String> {
    jiff::tz::TimeZoneDatabase::bundled()
        .get(name)
        .map_err(|_| format!("`{name}` is no time zone"))
}

/// Returns a text that is written out: names, paths and zones are known when a price is saved.
fn text(argument: Option<Node>, function: &str, what: &str) -> Result<Box<str>, String> {
    match argument {
        Some(Node::Value(Scalar::Text(text))) if !text.is_empty() => Ok(text),
        _ => Err(format!("the {what} of {function}() must be a text")),
    }
}
