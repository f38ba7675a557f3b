//! Tree and counts → number. Checked arithmetic; what leaves 28 digits is no number, which the caller caps.

use rust_decimal::Decimal;
use weirgate_wire::canon::Usage;

use super::Variables;
use super::node::{Node, Rounding, Sum, Variable};
use super::request::Scalar;

/// The variables of one call.
#[derive(Debug)]
pub(super) struct Counts {
    usage: Usage,
    prompt: u64,
    completion: u64,
}

impl Counts {
    /// Takes the kinds of tokens that are priced apart out of prompt and completion.
    pub(super) fn of(usage: &Usage, variables: Variables) -> Self {
        let apart = |variable: Variable| {
            if variables.has(variable) {
                count(usage, variable)
            } else {
                0
            }
        };
        let take = |all: u64, kinds: &[Variable]| {
            kinds
                .iter()
                .fold(all, |rest, kind| rest.saturating_sub(apart(*kind)))
        };
        let inputs = [
            Variable::CacheRead,
            Variable::CacheWrite,
            Variable::CacheWriteHour,
            Variable::ImageIn,
            Variable::AudioIn,
        ];
        Self {
            usage: *usage,
            prompt: take(usage.prompt, &inputs),
            completion: take(usage.completion, &[Variable::ImageOut, Variable::AudioOut]),
        }
    }

    fn get(&self, variable: Variable) -> Decimal {
        let count = match variable {
            Variable::Prompt => self.prompt,
            Variable::Completion => self.completion,
            other => count(&self.usage, other),
        };
        Decimal::from(count)
    }
}

/// Returns a kind's tokens as the provider states them.
const fn count(usage: &Usage, variable: Variable) -> u64 {
    match variable {
        Variable::Prompt | Variable::Length => usage.prompt,
        Variable::Completion => usage.completion,
        Variable::CacheRead => usage.cached_read,
        Variable::CacheWrite => usage.cache_write_5m,
        Variable::CacheWriteHour => usage.cache_write_1h,
        Variable::ImageIn => usage.image_in,
        Variable::AudioIn => usage.audio_in,
        Variable::ImageOut => usage.image_out,
        Variable::AudioOut => usage.audio_out,
    }
}

/// Returns a number's value, and notes the tier that was last worked out.
pub(super) fn number<'a>(
    node: &'a Node,
    counts: &Counts,
    tier: &mut Option<&'a str>,
) -> Option<Decimal> {
    match node {
        Node::Value(Scalar::Number(number)) => Some(*number),
        Node::Variable(variable) => Some(counts.get(*variable)),
        Node::Sum(sum, pair) => {
            let left = number(&pair.0, counts, tier)?;
            let right = number(&pair.1, counts, tier)?;
            calculate(*sum, left, right)
        }
        Node::Round(rounding, below) => {
            let below = number(below, counts, tier)?;
            Some(match rounding {
                Rounding::Absolute => below.abs(),
                Rounding::Up => below.ceil(),
                Rounding::Down => below.floor(),
                Rounding::Negated => -below,
            })
        }
        Node::Choice(three) => {
            let (condition, then, otherwise) = three.as_ref();
            let branch = if flag(condition, counts, tier)? {
                then
            } else {
                otherwise
            };
            number(branch, counts, tier)
        }
        Node::Tier(name, cost) => {
            let cost = number(cost, counts, tier);
            *tier = Some(name);
            cost
        }
        Node::Else(pair) => number(&pair.0, counts, tier).or_else(|| number(&pair.1, counts, tier)),
        // The check lets no other kind stand here, and what the request gives was put in before.
        Node::Value(_)
        | Node::Ask(..)
        | Node::Both(_)
        | Node::Either(_)
        | Node::Not(_)
        | Node::Param(_)
        | Node::Header(_)
        | Node::Clock(..) => None,
    }
}

fn calculate(sum: Sum, left: Decimal, right: Decimal) -> Option<Decimal> {
    match sum {
        Sum::Add => left.checked_add(right),
        Sum::Subtract => left.checked_sub(right),
        Sum::Multiply => left.checked_mul(right),
        Sum::Divide => left.checked_div(right),
        Sum::Remainder => left.checked_rem(right),
        Sum::Least => Some(left.min(right)),
        Sum::Most => Some(left.max(right)),
    }
}

fn flag<'a>(node: &'a Node, counts: &Counts, tier: &mut Option<&'a str>) -> Option<bool> {
    match node {
        Node::Value(Scalar::Flag(flag)) => Some(*flag),
        Node::Ask(question, pair) => {
            let left = scalar(&pair.0, counts, tier)?;
            let right = scalar(&pair.1, counts, tier)?;
            Some(left.ask(*question, &right))
        }
        Node::Both(pair) => Some(flag(&pair.0, counts, tier)? && flag(&pair.1, counts, tier)?),
        Node::Either(pair) => Some(flag(&pair.0, counts, tier)? || flag(&pair.1, counts, tier)?),
        Node::Not(below) => Some(!flag(below, counts, tier)?),
        Node::Choice(three) => {
            let (condition, then, otherwise) = three.as_ref();
            let branch = if flag(condition, counts, tier)? {
                then
            } else {
                otherwise
            };
            flag(branch, counts, tier)
        }
        Node::Else(pair) => flag(&pair.0, counts, tier).or_else(|| flag(&pair.1, counts, tier)),
        Node::Value(_)
        | Node::Variable(_)
        | Node::Sum(..)
        | Node::Round(..)
        | Node::Tier(..)
        | Node::Param(_)
        | Node::Header(_)
        | Node::Clock(..) => None,
    }
}

fn scalar<'a>(node: &'a Node, counts: &Counts, tier: &mut Option<&'a str>) -> Option<Scalar> {
    match node {
        Node::Value(value) => Some(value.clone()),
        Node::Ask(..) | Node::Both(_) | Node::Either(_) | Node::Not(_) => {
            flag(node, counts, tier).map(Scalar::Flag)
        }
        other => number(other, counts, tier).map(Scalar::Number),
    }
}
