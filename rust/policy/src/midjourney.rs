//! What an operator lets through to Midjourney proxies; read by the relay's submits.

use serde::Deserialize;

/// Settings of Midjourney's submits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct MidjourneySettings {
    /// `accountFilter` goes to the provider.
    pub account_filter: bool,
    /// Speed words are cut out of prompts.
    pub mode_clear: bool,
    /// Buttons of unfinished tasks are refused.
    pub action_check_success: bool,
}

impl Default for MidjourneySettings {
    fn default() -> Self {
        Self {
            account_filter: false,
            mode_clear: false,
            action_check_success: true,
        }
    }
}
