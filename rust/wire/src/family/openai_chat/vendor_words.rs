//! Words that vendors of this family have for what the hub says once: thinking, the operator's role, the search of the web.
//! Reader and writer use it at crossings; calls that stay in the family keep the client's own words. Facts of the vendors'
//! documentation, read on 2026-08-18.

use serde_json::{Map, Value, json};

use super::types::{MessageBody, RequestBody};
use crate::canon::{Request, Thinking};
use crate::vendor::Profile;

/// How a vendor wants to be told whether and how long to think.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Words {
    /// `reasoning: {enabled | max_tokens}`
    Reasoning,
    /// `enable_thinking`, `thinking_budget`
    Enable,
    /// `thinking: {type: enabled | disabled}`
    Typed,
}

/// Vendors with words for thinking, by channel type.
const THINKING: [(i32, Words); 8] = [
    (17, Words::Enable),
    (20, Words::Reasoning),
    (25, Words::Typed),
    (26, Words::Typed),
    (40, Words::Enable),
    (43, Words::Typed),
    (45, Words::Typed),
    (62, Words::Typed),
];

/// Vendors that pass the developer's role on, beside `OpenAI` itself: `OpenRouter`.
const KNOW_DEVELOPER: [i32; 1] = [20];

/// Vendors whose models all search when told so, beside `OpenAI`'s search models: `OpenRouter`, Perplexity.
const SEARCH: [i32; 2] = [20, 27];

/// Says to a vendor, in its own words, what the client of another family asked.
pub(super) fn say(
    request: &Request,
    profile: &Profile,
    wire: &mut RequestBody,
    drops: &mut Vec<&'static str>,
) {
    if !profile.is_openai() {
        think(request, profile, wire, drops);
    }
    if !profile.is_openai() && !KNOW_DEVELOPER.contains(&profile.channel_type) {
        wire.messages.iter_mut().flatten().for_each(operator);
    }
    if wire.tools.is_none() {
        // Servers refuse a choice among no tools.
        wire.tool_choice = None;
        wire.parallel_tool_calls = None;
    }
    let searches = wire.model.contains("search") || SEARCH.contains(&profile.channel_type);
    if wire.web_search_options.is_some() && !searches {
        wire.web_search_options = None;
        if !drops.contains(&"web_search") {
            drops.push("web_search");
        }
    }
}

/// Servers that tell only one role of the operator apart know it as `system`.
fn operator(message: &mut MessageBody) {
    if message.role.as_deref() == Some("developer") {
        message.role = Some("system".to_owned());
    }
}

fn think(
    request: &Request,
    profile: &Profile,
    wire: &mut RequestBody,
    drops: &mut Vec<&'static str>,
) {
    let is_told_not_to = wire.reasoning_effort.as_deref() == Some("none");
    let thinking = request.thinking.or(is_told_not_to.then_some(Thinking::Off));
    let Some(thinking) = thinking else {
        return;
    };
    let row = THINKING
        .iter()
        .find(|(channel_type, _)| *channel_type == profile.channel_type);
    let Some((_, words)) = row else {
        if request.thinking.is_some() {
            drops.push("thinking");
        }
        return;
    };
    if is_told_not_to {
        wire.reasoning_effort = None;
    }
    for (name, value) in thinking_fields(*words, thinking) {
        wire.rest.insert(name.to_owned(), value);
    }
}

fn thinking_fields(words: Words, thinking: Thinking) -> Vec<(&'static str, Value)> {
    let is_on = thinking != Thinking::Off;
    let budget = match thinking {
        Thinking::Budget(tokens) => Some(tokens),
        Thinking::Off | Thinking::Auto => None,
    };
    match words {
        Words::Reasoning => {
            let value = budget.map_or(
                json!({"enabled": is_on}),
                |tokens| json!({"max_tokens": tokens}),
            );
            vec![("reasoning", value)]
        }
        Words::Enable => {
            let budget = budget.map(|tokens| ("thinking_budget", json!(tokens)));
            let on = ("enable_thinking", json!(is_on));
            [on].into_iter().chain(budget).collect()
        }
        Words::Typed => {
            let kind = if is_on { "enabled" } else { "disabled" };
            vec![("thinking", json!({"type": kind}))]
        }
    }
}

/// Reads whether and how hard to think out of fields that clients say for one vendor or another. They stay where they are,
/// for a vendor of this family.
pub(super) fn thinking_of(rest: &Map<String, Value>) -> (Option<Thinking>, Option<String>) {
    let reasoning = rest.get("reasoning").and_then(Value::as_object);
    let effort = reasoning.and_then(|fields| fields.get("effort"));
    let effort = effort.and_then(Value::as_str).map(str::to_owned);
    let budget = |fields: Option<&Map<String, Value>>, name: &str| {
        let tokens = fields?.get(name)?.as_u64()?;
        Some(Thinking::Budget(tokens))
    };
    let switch = |on: bool| if on { Thinking::Auto } else { Thinking::Off };
    let typed = rest.get("thinking").and_then(Value::as_object);
    let kind = typed
        .and_then(|fields| fields.get("type"))
        .and_then(Value::as_str);
    let by_type = || match kind? {
        "disabled" => Some(Thinking::Off),
        "enabled" => budget(typed, "budget_tokens").or(Some(Thinking::Auto)),
        "auto" | "adaptive" => Some(Thinking::Auto),
        _ => None,
    };
    let by_switch = || {
        let is_on = rest.get("enable_thinking")?.as_bool()?;
        let budget = budget(Some(rest), "thinking_budget").filter(|_| is_on);
        Some(budget.unwrap_or(switch(is_on)))
    };
    let by_reasoning = || {
        let on = || reasoning?.get("enabled")?.as_bool().map(switch);
        budget(reasoning, "max_tokens").or_else(on)
    };
    let thinking = by_type().or_else(by_switch).or_else(by_reasoning);
    (thinking, effort)
}
