//! Thinking, effort and the sampling that goes with them, for one model: the last thing done to an upstream's body.
//! Rules are Anthropic's (what a model refuses) and the new-api family's (what a suffix and an effort word stand for).

use serde_json::{Value, json};

use super::models::Model;
use super::types::RequestBody;
use crate::canon::{Message, PartKind, Request, Role, Thinking, ToolChoice, budget_of, effort_of};

/// The least budget that is taken, in tokens.
const MIN_BUDGET: u64 = 1024;
/// The least output limit of a `-thinking` model, in tokens.
const MIN_OUTPUT: u64 = 1280;

/// How the model is to think.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    Unset,
    Off,
    Adaptive,
    Budget(u64),
}

/// Puts thinking, effort and sampling into the body.
pub(super) fn apply(
    request: &Request,
    messages: &[Message],
    model: &Model,
    wire: &mut RequestBody,
    drops: &mut Vec<&'static str>,
) {
    let mut plan = plan(request, model, wire);
    if !is_possible(plan, request, messages, model) {
        plan = Plan::Unset;
        wire.rest.shift_remove("thinking");
        drops.push("thinking");
    }
    if let Some(word) = effort(request, model).filter(|_| plan != Plan::Off) {
        let config = wire.output_config.get_or_insert_default();
        config.insert("effort".to_owned(), Value::from(word));
    }
    let written = match plan {
        Plan::Unset => None,
        Plan::Off => Some(json!({"type": "disabled"})),
        Plan::Adaptive if model.is_without_knobs() => {
            Some(json!({"type": "adaptive", "display": "summarized"}))
        }
        Plan::Adaptive => Some(json!({"type": "adaptive"})),
        Plan::Budget(budget) => {
            make_room(wire, budget);
            Some(json!({"type": "enabled", "budget_tokens": budget}))
        }
    };
    // What the client itself wrote in this family's words goes before.
    wire.thinking = wire.rest.shift_remove("thinking").or(written);
    sampling(plan, model, wire, drops);
}

fn plan(request: &Request, model: &Model, wire: &RequestBody) -> Plan {
    let said = request.reasoning_effort.as_deref();
    match request.thinking {
        Some(Thinking::Off) => return Plan::Off,
        Some(Thinking::Auto) if model.is_adaptive() => return Plan::Adaptive,
        Some(Thinking::Auto) => {
            let budget = said.and_then(budget_of);
            return Plan::Budget(budget.unwrap_or_else(|| share_of(wire)));
        }
        Some(Thinking::Budget(_)) if model.is_without_knobs() => return Plan::Adaptive,
        Some(Thinking::Budget(budget)) => return Plan::Budget(budget.max(MIN_BUDGET)),
        None => {}
    }
    if model.thinks && model.is_without_knobs() {
        return Plan::Adaptive;
    }
    if model.thinks {
        return Plan::Budget(share_of(wire));
    }
    match said.or(model.effort.as_deref()) {
        Some("none") => Plan::Off,
        Some(_) if model.is_adaptive() => Plan::Adaptive,
        Some(word) => budget_of(word).map_or(Plan::Unset, Plan::Budget),
        None => Plan::Unset,
    }
}

/// Four fifths of the output limit.
fn share_of(wire: &RequestBody) -> u64 {
    let limit = wire.max_tokens.unwrap_or(0).max(MIN_OUTPUT);
    (limit / 5).saturating_mul(4).max(MIN_BUDGET)
}

/// Says whether the model and the conversation allow for it: thoughts and a forced tool exclude each other, and with a
/// budget the last answer's calls must follow signed thoughts; an answer that the client began has none before it.
fn is_possible(plan: Plan, request: &Request, messages: &[Message], model: &Model) -> bool {
    match plan {
        Plan::Unset => true,
        Plan::Off => model.can_think(),
        Plan::Adaptive | Plan::Budget(_) => {
            let is_forced = matches!(
                request.tool_choice,
                Some(ToolChoice::Required | ToolChoice::Function(_))
            );
            let is_unproven = matches!(plan, Plan::Budget(_)) && has_unproven_calls(messages);
            let is_begun = messages
                .last()
                .is_some_and(|last| last.role == Role::Assistant);
            model.can_think() && !is_forced && !is_unproven && !is_begun
        }
    }
}

/// Says whether the turn that is being gone on with calls tools without signed thoughts before the first call.
fn has_unproven_calls(messages: &[Message]) -> bool {
    let turn = messages
        .iter()
        .rev()
        .take_while(|message| message.role != Role::User);
    let mut answers = turn
        .filter(|message| message.role == Role::Assistant)
        .peekable();
    let calls = |message: &&Message| {
        let is_call = |kind: &PartKind| matches!(kind, PartKind::ToolCall { .. });
        message.parts.iter().any(|part| is_call(&part.kind))
    };
    let proven = |message: &Message| {
        message.parts.first().is_some_and(|part| match &part.kind {
            PartKind::Reasoning { signature, .. } => signature.is_some(),
            PartKind::Unknown { value, .. } => {
                value.get("type").and_then(Value::as_str) == Some("redacted_thinking")
            }
            _ => false,
        })
    };
    answers.any(|message| calls(&message) && !proven(message))
}

/// The word for models that take one.
fn effort(request: &Request, model: &Model) -> Option<&'static str> {
    if !model.is_adaptive() {
        return None;
    }
    let said = request
        .reasoning_effort
        .as_deref()
        .or(model.effort.as_deref());
    match (said, request.thinking) {
        (Some("minimal" | "low"), _) => Some("low"),
        (Some("medium"), _) => Some("medium"),
        (Some("high"), _) => Some("high"),
        (Some("xhigh"), _) if model.is_without_knobs() => Some("xhigh"),
        (Some("xhigh" | "max"), _) => Some("max"),
        (None, Some(Thinking::Budget(budget))) if model.is_without_knobs() => {
            Some(effort_of(budget))
        }
        _ => None,
    }
}

/// The budget is part of the output limit; a limit that leaves no room for an answer is put on top.
fn make_room(wire: &mut RequestBody, budget: u64) {
    let limit = wire.max_tokens.unwrap_or(0);
    if limit <= budget {
        wire.max_tokens = Some(budget.saturating_add(limit.max(MIN_OUTPUT - MIN_BUDGET)));
    }
}

/// A thinking model draws at temperature 1 from everything.
fn sampling(plan: Plan, model: &Model, wire: &mut RequestBody, drops: &mut Vec<&'static str>) {
    let thinks = matches!(plan, Plan::Adaptive | Plan::Budget(_)) && wire.thinking.is_some();
    let both = model.takes_one_of_temperature_and_top_p() && wire.temperature.is_some();
    if (both || thinks || model.is_without_knobs()) && wire.top_p.take().is_some() {
        drops.push("top_p");
    }
    if thinks || model.is_without_knobs() {
        let is_other = wire
            .temperature
            .take()
            .is_some_and(|value| value.as_f64() != Some(1.0));
        if is_other {
            drops.push("temperature");
        }
        if wire.top_k.take().is_some() {
            drops.push("top_k");
        }
    }
}
