//! Kinds of values: a sum takes numbers, a condition takes true or false, and the whole is a number.
//!
//! What a request gives is of any kind until it is there; then it is checked again.

use super::ExpressionError;
use super::node::{Node, Question};
use super::request::Scalar;

/// Whether a value of the request may still be of any kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    /// The request is not known yet.
    Lax,
    /// Every value is there.
    Strict,
}

/// The kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    Flag,
    Text,
    Nil,
    /// The request decides.
    Any,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Flag => "true or false",
            Self::Text => "a text",
            Self::Nil => "nil",
            Self::Any => "a value of the request",
        }
    }
}

/// Returns the expression if it is a number whatever is counted.
pub(super) fn number(node: Node, strictness: Strictness) -> Result<Node, ExpressionError> {
    match kind(&node) {
        Ok(Kind::Number) => Ok(node),
        Ok(Kind::Any) if strictness == Strictness::Lax => Ok(node),
        Ok(found) => Err(fault(format!(
            "the price is {}, not a number",
            found.name()
        ))),
        Err(message) => Err(fault(message)),
    }
}

fn fault(message: String) -> ExpressionError {
    ExpressionError::new(message, 1)
}

fn kind(node: &Node) -> Result<Kind, String> {
    match node {
        Node::Value(Scalar::Nil) => Ok(Kind::Nil),
        Node::Value(Scalar::Flag(_)) => Ok(Kind::Flag),
        Node::Value(Scalar::Number(_)) | Node::Variable(_) | Node::Clock(..) => Ok(Kind::Number),
        Node::Value(Scalar::Text(_)) => Ok(Kind::Text),
        Node::Param(_) | Node::Header(_) => Ok(Kind::Any),
        Node::Sum(_, pair) => {
            want(&pair.0, Kind::Number, "a sum")?;
            want(&pair.1, Kind::Number, "a sum")?;
            Ok(Kind::Number)
        }
        Node::Round(_, below) => want(below, Kind::Number, "a sign or a rounding"),
        Node::Tier(name, cost) => want(cost, Kind::Number, &format!("tier \"{name}\"")),
        Node::Ask(question, pair) => {
            ask(*question, kind(&pair.0)?, kind(&pair.1)?)?;
            Ok(Kind::Flag)
        }
        Node::Both(pair) | Node::Either(pair) => {
            want(&pair.0, Kind::Flag, "a condition")?;
            want(&pair.1, Kind::Flag, "a condition")
        }
        Node::Not(below) => want(below, Kind::Flag, "a condition"),
        Node::Else(pair) => match (kind(&pair.0)?, kind(&pair.1)?) {
            (Kind::Nil, right) => Ok(right),
            (left, right) if left == right => Ok(left),
            (Kind::Any, _) => Ok(Kind::Any),
            (left, _) => Ok(left),
        },
        Node::Choice(three) => {
            want(&three.0, Kind::Flag, "a condition")?;
            match (kind(&three.1)?, kind(&three.2)?) {
                (then, otherwise) if then == otherwise => Ok(then),
                (Kind::Any, _) | (_, Kind::Any) => Ok(Kind::Any),
                (then, otherwise) => Err(format!(
                    "a choice is {} or {}",
                    then.name(),
                    otherwise.name()
                )),
            }
        }
    }
}

fn want(node: &Node, wanted: Kind, place: &str) -> Result<Kind, String> {
    let found = kind(node)?;
    if found == wanted || found == Kind::Any {
        return Ok(wanted);
    }
    Err(format!(
        "{place} takes {}, not {}",
        wanted.name(),
        found.name()
    ))
}

fn ask(question: Question, left: Kind, right: Kind) -> Result<(), String> {
    let is_order = !matches!(question, Question::Equal | Question::Unequal);
    let is_mixed = left != right && left != Kind::Any && right != Kind::Any;
    let has_nil = left == Kind::Nil || right == Kind::Nil;
    if is_mixed && is_order && !has_nil {
        return Err(format!(
            "{} cannot be compared with {}",
            left.name(),
            right.name()
        ));
    }
    Ok(())
}
