//! How hard a model is to think, in words and in tokens: some families say the one, some the other.
//! Used by writers whose family lacks the client's way of saying it. The figures are those of the new-api family.

use super::request::{Request, Thinking};

/// Words, weakest first, and the tokens that each stands for.
const BUDGETS: [(&str, u64); 6] = [
    ("minimal", 1024),
    ("low", 1280),
    ("medium", 2048),
    ("high", 4096),
    ("xhigh", 8192),
    ("max", 16_384),
];

/// Returns the tokens that a word stands for; `None` for `none` and unknown words.
pub fn budget_of(effort: &str) -> Option<u64> {
    let row = BUDGETS.iter().find(|(word, _)| *word == effort);
    row.map(|(_, budget)| *budget)
}

/// Returns the word that fits a budget; never more than `high`, which every family knows.
pub fn effort_of(budget: u64) -> &'static str {
    match budget {
        0..=1535 => "low",
        1536..=3071 => "medium",
        _ => "high",
    }
}

impl Request {
    /// Returns how hard the model is to think, as a word: the client's own, else what its budget stands for.
    pub fn effort(&self) -> Option<&str> {
        let said = self.reasoning_effort.as_deref();
        said.or(match self.thinking {
            Some(Thinking::Budget(budget)) => Some(effort_of(budget)),
            Some(Thinking::Off) => Some("none"),
            Some(Thinking::Auto) | None => None,
        })
    }
}
