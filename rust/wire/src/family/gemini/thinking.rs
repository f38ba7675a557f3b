//! How hard a model is to think, in Gemini's two ways: tokens (`thinkingBudget`, generation 2.5) and words (`thinkingLevel`,
//! generation 3). Part of writing a request. A model that does not think refuses both, so neither is sent to it.

use serde_json::Value;

use super::types::ThinkingBody;
use crate::canon::{Request, Thinking};

/// Words of effort and the budget each means, as Google's own `OpenAI` endpoint documents them.
/// <https://ai.google.dev/gemini-api/docs/openai#thinking>
const BUDGETS: [(&str, i64); 7] = [
    ("none", 0),
    ("minimal", 1024),
    ("low", 1024),
    ("medium", 8192),
    ("high", 24_576),
    ("xhigh", 24_576),
    ("max", 24_576),
];

/// What a model's name tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Model<'a> {
    name: &'a str,
    /// The number behind `gemini-`; aliases that always mean the newest count as 3.
    pub(super) generation: Option<u32>,
}

impl<'a> Model<'a> {
    pub(super) fn of(name: &'a str) -> Self {
        let bare = name.rsplit('/').next().unwrap_or(name);
        let behind = bare.strip_prefix("gemini-");
        let number = behind.and_then(|rest| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().ok()
        });
        let is_newest = behind.is_some() && bare.ends_with("-latest");
        Self {
            name: bare,
            generation: number.or(is_newest.then_some(3)),
        }
    }

    /// Says whether the model makes pictures beside its text.
    pub(super) fn paints(&self) -> bool {
        self.name.starts_with("gemini-") && self.name.contains("-image")
    }

    /// Says whether the model takes `thinkingConfig`.
    fn thinks(&self) -> bool {
        match self.generation {
            Some(generation) => {
                let is_25 = self.name.starts_with("gemini-2.5");
                (generation >= 3 || is_25) && !self.paints() && !self.name.contains("-tts")
            }
            // Another name for a model: the operator's, who knows what it can do.
            None => !self.name.starts_with("gemini-") && !self.name.starts_with("gemma-"),
        }
    }

    /// The least and the most tokens of thought (documented), and whether 0 switches it off.
    fn bounds(&self) -> (i64, i64, bool) {
        if self.name.contains("2.5-pro") {
            (128, 32_768, false)
        } else if self.name.contains("2.5-flash-lite") {
            (512, 24_576, true)
        } else if self.name.contains("2.5-flash") {
            (1, 24_576, true)
        } else {
            (1, 32_768, true)
        }
    }

    fn budget(&self, tokens: i64) -> i64 {
        let (least, most, may_be_off) = self.bounds();
        if tokens <= 0 && may_be_off {
            return 0;
        }
        tokens.clamp(least, most)
    }

    /// Levels that the model knows (documented): the large one neither `minimal` nor, in its first version, `medium`.
    fn level(&self, effort: &str) -> &'static str {
        let is_large = self.name.contains("-pro");
        let is_first = self.name.starts_with("gemini-3-pro");
        match effort {
            "none" | "minimal" if !is_large => "minimal",
            "none" | "minimal" | "low" => "low",
            "medium" if !is_first => "medium",
            _ => "high",
        }
    }
}

/// Writes `thinkingConfig`; thoughts are asked for wherever the client asked for thinking and did not say otherwise.
pub(super) fn write(
    request: &Request,
    model: &Model<'_>,
    drops: &mut Vec<&'static str>,
) -> Option<ThinkingBody> {
    let said = request.rest.get("thinkingConfig");
    let include = said
        .and_then(|config| config.get("includeThoughts"))
        .and_then(Value::as_bool);
    let effort = request.reasoning_effort.as_deref();
    if request.thinking.is_none() && effort.is_none() {
        return include.map(|include| ThinkingBody {
            include_thoughts: Some(include),
            ..ThinkingBody::default()
        });
    }
    if !model.thinks() {
        drops.push("thinking");
        return None;
    }
    let is_new = model.generation.is_some_and(|generation| generation >= 3);
    let mut config = ThinkingBody::default();
    match (request.thinking, effort) {
        (_, Some(effort)) if is_new => {
            config.thinking_level = Some(model.level(effort).to_owned());
        }
        (Some(Thinking::Off), _) if is_new => {
            config.thinking_level = Some(model.level("none").to_owned());
        }
        // The new generation decides by itself unless it is told a level.
        (Some(Thinking::Auto), _) if is_new => {}
        (Some(Thinking::Auto), None) => config.thinking_budget = Some(-1),
        (Some(Thinking::Off), None) => config.thinking_budget = Some(model.budget(0)),
        (Some(Thinking::Budget(tokens)), _) => {
            let tokens = i64::try_from(tokens).unwrap_or(i64::MAX);
            config.thinking_budget = Some(model.budget(tokens));
        }
        (_, Some(effort)) => {
            let row = BUDGETS.iter().find(|(word, _)| *word == effort);
            config.thinking_budget = Some(row.map_or(-1, |(_, tokens)| model.budget(*tokens)));
        }
        (None, None) => {}
    }
    let is_off = request.thinking == Some(Thinking::Off) || effort == Some("none");
    config.include_thoughts = include.or((!is_off).then_some(true));
    Some(config)
}
