//! What a completion token costs in prompt tokens when no option says so.
//!
//! The family's rules by model name, read 2026-11-21. A locked rule wins over the option map. Rules
//! stand in order of specificity, so the ones for `gpt-3.5` are reached before `gpt-`.

use crate::units::Ratio;

/// A completion ratio by rule, and whether the option map may change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompletionDefault {
    /// Price of a completion token in prompt tokens.
    pub ratio: Ratio,
    /// True when the option map is not asked.
    pub locked: bool,
}

const fn locked(thousandths: u32) -> CompletionDefault {
    CompletionDefault {
        ratio: Ratio::from_thousandths(thousandths),
        locked: true,
    }
}

const fn open(thousandths: u32) -> CompletionDefault {
    CompletionDefault {
        ratio: Ratio::from_thousandths(thousandths),
        locked: false,
    }
}

/// Returns the ratio by rule of a model; 1, not locked, when no rule knows the name.
#[must_use]
pub fn default_completion_ratio(model: &str) -> CompletionDefault {
    if model.ends_with("-all") || model.ends_with("-gizmo-*") {
        return open(2_000);
    }
    for family in [
        openai_chat,
        openai_reasoning,
        anthropic,
        google,
        cohere,
        others,
    ] {
        if let Some(found) = family(model) {
            return found;
        }
    }
    open(1_000)
}

fn openai_chat(model: &str) -> Option<CompletionDefault> {
    if model == "chatgpt-4o-latest" {
        return Some(locked(3_000));
    }
    if model.starts_with("gpt-4o") {
        return Some(gpt_4o(model));
    }
    if model.starts_with("gpt-5") {
        return Some(gpt_5(model));
    }
    if model.starts_with("gpt-3.5") {
        return Some(gpt_3_5(model));
    }
    if model.starts_with("gpt-4.5-preview") {
        return Some(locked(2_000));
    }
    let is_turbo = model.starts_with("gpt-4-turbo")
        || model.ends_with("gpt-4-1106")
        || model.ends_with("gpt-4-1105");
    if is_turbo {
        return Some(locked(3_000));
    }
    model.starts_with("gpt-").then(|| open(2_000))
}

fn gpt_4o(model: &str) -> CompletionDefault {
    if model == "gpt-4o-2024-05-13" {
        locked(3_000)
    } else if model.starts_with("gpt-4o-mini-tts") {
        open(20_000)
    } else {
        open(4_000)
    }
}

fn gpt_5(model: &str) -> CompletionDefault {
    if !model.contains('.') {
        locked(8_000)
    } else if model.starts_with("gpt-5.4-nano") {
        locked(6_250)
    } else if model.starts_with("gpt-5.4") {
        locked(6_000)
    } else {
        open(6_000)
    }
}

fn gpt_3_5(model: &str) -> CompletionDefault {
    if model == "gpt-3.5-turbo" || model.ends_with("0125") {
        locked(3_000)
    } else if model.ends_with("1106") {
        locked(2_000)
    } else {
        locked(1_333)
    }
}

fn openai_reasoning(model: &str) -> Option<CompletionDefault> {
    (model.starts_with("o1") || model.starts_with("o3")).then(|| locked(4_000))
}

fn anthropic(model: &str) -> Option<CompletionDefault> {
    [
        "claude-3",
        "claude-sonnet-4",
        "claude-opus-4",
        "claude-haiku-4",
    ]
    .iter()
    .any(|part| model.contains(part))
    .then(|| locked(5_000))
}

fn google(model: &str) -> Option<CompletionDefault> {
    let rest = model.strip_prefix("gemini-")?;
    let found = if rest.starts_with("1.5") || rest.starts_with("2.0") {
        locked(4_000)
    } else if rest.starts_with("2.5-pro") {
        open(8_000)
    } else if rest.starts_with("2.5-flash-preview") {
        if model.ends_with("-nothinking") {
            open(4_000)
        } else {
            open(23_330)
        }
    } else if rest.starts_with("2.5-flash-lite") {
        open(4_000)
    } else if rest.starts_with("2.5-flash") || rest.starts_with("robotics-er-1.5") {
        open(8_333)
    } else if rest.starts_with("3-pro-image") {
        open(60_000)
    } else if rest.starts_with("3-pro") {
        open(6_000)
    } else {
        open(4_000)
    };
    Some(found)
}

fn cohere(model: &str) -> Option<CompletionDefault> {
    let found = match model {
        "command-r" => locked(3_000),
        "command-r-plus" => locked(5_000),
        "command-r-08-2024" | "command-r-plus-08-2024" => locked(4_000),
        _ if model.starts_with("command") => open(4_000),
        _ => return None,
    };
    Some(found)
}

fn others(model: &str) -> Option<CompletionDefault> {
    if model.starts_with("mistral-") {
        return Some(locked(3_000));
    }
    let is_small_ernie = [
        "ERNIE-Speed-",
        "ERNIE-Lite-",
        "ERNIE-Character",
        "ERNIE-Functions",
    ]
    .iter()
    .any(|prefix| model.starts_with(prefix));
    match model {
        _ if is_small_ernie => Some(locked(2_000)),
        "llama2-70b-4096" => Some(locked(1_250)),
        "llama3-8b-8192" => Some(locked(2_000)),
        "llama3-70b-8192" => Some(locked(1_339)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_rule_table_holds() {
        let rows = [
            ("gpt-4-all", "2", false),
            ("gpt-4o-gizmo-*", "2", false),
            ("gpt-4o-2024-05-13", "3", true),
            ("gpt-4o-mini-tts", "20", false),
            ("gpt-4o", "4", false),
            ("gpt-4o-mini", "4", false),
            ("gpt-5", "8", true),
            ("gpt-5-mini", "8", true),
            ("gpt-5.4", "6", true),
            ("gpt-5.4-nano", "6.25", true),
            ("gpt-5.1", "6", false),
            ("gpt-4.5-preview", "2", true),
            ("gpt-4-turbo", "3", true),
            ("gpt-4-1106", "3", true),
            ("gpt-4.1", "2", false),
            ("gpt-4", "2", false),
            ("gpt-3.5-turbo", "3", true),
            ("gpt-3.5-turbo-0125", "3", true),
            ("gpt-3.5-turbo-1106", "2", true),
            ("gpt-3.5-turbo-16k", "1.333", true),
            ("o1-mini", "4", true),
            ("o3", "4", true),
            ("o4-mini", "1", false),
            ("chatgpt-4o-latest", "3", true),
            ("claude-3-5-sonnet-20241022", "5", true),
            ("claude-opus-4-1-20250805", "5", true),
            ("mistral-large", "3", true),
            ("gemini-1.5-pro", "4", true),
            ("gemini-2.0-flash", "4", true),
            ("gemini-2.5-pro", "8", false),
            ("gemini-2.5-flash-preview-05-20", "23.33", false),
            ("gemini-2.5-flash-preview-05-20-nothinking", "4", false),
            ("gemini-2.5-flash-lite", "4", false),
            ("gemini-2.5-flash", "8.333", false),
            ("gemini-robotics-er-1.5-preview", "8.333", false),
            ("gemini-3-pro-preview", "6", false),
            ("gemini-3-pro-image-preview", "60", false),
            ("gemini-exp", "4", false),
            ("command-r", "3", true),
            ("command-r-plus", "5", true),
            ("command-r-08-2024", "4", true),
            ("command-light", "4", false),
            ("ERNIE-Speed-8K", "2", true),
            ("ERNIE-4.0-8K", "1", false),
            ("llama2-70b-4096", "1.25", true),
            ("llama3-8b-8192", "2", true),
            ("llama3-70b-8192", "1.339", true),
            ("deepseek-chat", "1", false),
        ];
        for (model, ratio, locked) in rows {
            let found = default_completion_ratio(model);
            assert_eq!(
                (found.ratio.to_string().as_str(), found.locked),
                (ratio, locked),
                "{model}"
            );
        }
    }
}
