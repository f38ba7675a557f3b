//! The prices that were used, copied onto a row so that old rows stay explained.
//!
//! Written once a request; management shows its fields in the family's `other` object.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::units::Ratio;

/// Where the group's fields begin in the JSON text.
const GROUP_FIELD: &str = "\"group_ratio\":";

/// Bytes of an expression that a row has room for.
const MAX_ROW_EXPRESSION: usize = 512;

/// How a model is priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaType {
    /// By token.
    Token,
    /// By call.
    Call,
    /// By an expression over token counts.
    Expression,
}

/// The prices of one call. Ratios are decimal text in JSON; the whole text stays below 1 KiB.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceStamp {
    /// By token or by call.
    pub quota_type: QuotaType,
    /// Quota a prompt token; zero for calls priced as a whole.
    pub model_ratio: Ratio,
    /// USD a call; left out for calls priced by token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_price: Option<Ratio>,
    /// Completion token in prompt tokens.
    pub completion_ratio: Ratio,
    /// Cache read in prompt tokens.
    pub cache_ratio: Ratio,
    /// Five-minute cache write in prompt tokens.
    pub cache_creation_ratio: Ratio,
    /// One-hour cache write in prompt tokens.
    pub cache_creation_ratio_1h: Ratio,
    /// Audio input in prompt tokens; left out where the model has no own price for audio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio_ratio: Option<Ratio>,
    /// Audio output in audio input tokens; left out like `audio_ratio`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio_completion_ratio: Option<Ratio>,
    /// Image input in prompt tokens.
    pub image_ratio: Ratio,
    /// What size and quality made of the price of a call; left out where they made nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_factor: Option<Ratio>,
    /// The expression that the price is, or `#` and its hash where it is too long for a row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<Box<str>>,
    /// True when the model had no price and the fallback ratio was taken.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unset_price: bool,
    /// The ratio of the group that served the call.
    pub group_ratio: Ratio,
    /// The same, when it is special to the user's own group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_group_ratio: Option<Ratio>,
    /// How often the price of a call was charged, where that is not once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<u64>,
    /// The tier that the usage was charged by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched_tier: Option<Box<str>>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands the field by reference"
)]
fn is_false(flag: &bool) -> bool {
    !*flag
}

impl PriceStamp {
    /// Returns the stamp as JSON text, as it is kept on a row.
    #[must_use]
    pub fn to_json(&self) -> String {
        // A struct of text and flags always serialises; an empty text marks the impossible.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Returns the JSON text without the group's fields, which come last, and without the end.
    pub(crate) fn head(&self) -> Box<str> {
        let text = self.to_json();
        text.split_once(GROUP_FIELD)
            .map_or("{", |(head, _)| head)
            .into()
    }
}

/// Adds to a stamp's JSON text how many images were charged.
pub fn add_images(stamp: &mut String, images: u64) {
    add_field(stamp, "images", &images.into());
}

/// Adds a field to a stamp's JSON text; an empty text stays empty.
pub fn add_field(stamp: &mut String, name: &str, value: &Value) {
    if stamp.ends_with('}') {
        stamp.pop();
        // Writing to a String cannot fail.
        let _written = write!(stamp, ",\"{name}\":{value}}}");
    }
}

/// Returns an expression as a row keeps it.
pub(crate) fn expression_of(text: &str) -> Box<str> {
    if text.len() <= MAX_ROW_EXPRESSION {
        return text.into();
    }
    format!("#{}", blake3::hash(text.as_bytes()).to_hex()).into()
}

/// Returns a stamp's JSON text from its head and the group's fields.
pub(crate) fn json_of(head: &str, group_ratio: Ratio, user_group_ratio: Option<Ratio>) -> String {
    let mut text = String::with_capacity(head.len() + 80);
    text.push_str(head);
    // Writing to a String cannot fail.
    let _written = write!(text, "{GROUP_FIELD}\"{group_ratio}\"");
    if let Some(ratio) = user_group_ratio {
        let _written = write!(text, ",\"user_group_ratio\":\"{ratio}\"");
    }
    text.push('}');
    text
}
