//! Proofs of thinking: `thoughtSignature` on the wire, a marked text in the hub.
//! The mark tells our own proofs from other families', which Google's servers refuse; clients of other families give it back
//! as they got it. Clients of chat get it where Google's own `OpenAI` endpoint puts it: `extra_content.google` of a call.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::canon::is_marked;
use crate::vendor::base64_decode;

/// What our proofs begin with outside this family.
pub(crate) const MARK: &str = "gemini:";

/// What stands for a missing proof, as documented: servers skip the check of that call.
/// <https://ai.google.dev/gemini-api/docs/thought-signatures>
pub(super) const BYPASS: &str = "skip_thought_signature_validator";

/// Returns a wire proof as the hub has it.
pub(super) fn mark(proof: &str) -> String {
    format!("{MARK}{proof}")
}

/// Returns the wire form of a proof in the hub, if it is one of ours.
pub(crate) fn ours(signature: &str) -> Option<&str> {
    signature.strip_prefix(MARK)
}

/// Returns what a client of this family gets for any proof: ours bare, others' as base64 of all of it, since the field holds
/// bytes, which clients decode and write again.
pub(super) fn bare(signature: &str) -> Cow<'_, str> {
    match ours(signature) {
        Some(own) => Cow::Borrowed(own),
        None if is_marked(signature) => Cow::Owned(STANDARD.encode(signature)),
        None => Cow::Borrowed(signature),
    }
}

/// Returns a proof of another family that a client of this one kept, as it was before [`bare`]. Google's Python package
/// writes bytes in the alphabet for URLs.
pub(super) fn foreign(proof: &str) -> Option<String> {
    let plain = proof.replace('-', "+").replace('_', "/");
    let text = String::from_utf8(base64_decode(&plain)?).ok()?;
    is_marked(&text).then_some(text)
}

/// Returns the fields that carry one of our proofs beside a call of chat.
pub(crate) fn extra_content(proof: &str) -> Value {
    json!({"google": {"thought_signature": proof}})
}

/// Takes a proof out of the fields beside a call of chat, as the hub has it.
pub(crate) fn take_extra_content(fields: &mut Map<String, Value>) -> Option<String> {
    let proof = fields
        .get("extra_content")?
        .pointer("/google/thought_signature")?
        .as_str()?;
    let proof = mark(proof);
    fields.shift_remove("extra_content");
    Some(proof)
}
