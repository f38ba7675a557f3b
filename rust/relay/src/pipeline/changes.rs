//! What a channel's settings change in a call that is about to go out: system prompt, body, headers.
//! Behind the translation; a channel without such settings never comes here.

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue};
use weirgate_policy::Candidate;
use weirgate_wire::overrides::{CallFacts, HeaderEdit, Stop};
use weirgate_wire::{Endpoint, with_system_prompt};

use super::call::Context;
use super::tried::{Failed, local, unfit};
use crate::upstream::target::Target;

/// Headers that belong to our own connection.
const OURS: [HeaderName; 4] = [CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING];

/// A changed call.
#[derive(Default)]
pub(crate) struct Changed {
    /// The body, when it changed.
    pub(crate) body: Option<Bytes>,
    /// Changes of the headers, in order.
    pub(crate) headers: Vec<HeaderEdit>,
}

/// Applies a channel's settings to a body in the provider's family.
pub(crate) fn changes(
    context: &Context<'_>,
    candidate: &Candidate,
    target: &Target,
    endpoint: Endpoint,
    body: &Bytes,
) -> Result<Changed, Box<Failed>> {
    let rules = match &target.rules {
        Ok(None) => return Ok(Changed::default()),
        Ok(Some(rules)) => rules,
        Err(code) => return Err(unfit(code, "the channel's overrides are not usable")),
    };
    let settings = &candidate.channel.settings;
    let mut changed = Changed::default();
    if settings.pass_through_body {
        changed.headers = header_rules(context, candidate, target);
        return Ok(changed);
    }
    if let Some(prompt) = &settings.system_prompt {
        let with_prompt = with_system_prompt(endpoint, body, &prompt.text, prompt.goes_first);
        changed.body = with_prompt.map(Bytes::from);
    }
    if let Some(overrides) = &rules.body {
        let facts = CallFacts {
            model: candidate.upstream_model.as_ref().to_owned(),
            original_model: context.received.envelope.model.clone(),
            retry_index: context.attempt,
            request_headers: context.head.client_headers.clone(),
        };
        let overridden = overrides.apply(changed.body.as_ref().unwrap_or(body), &facts);
        let overridden = overridden.map_err(stopped)?;
        changed.body = overridden.body.map(Bytes::from).or(changed.body);
        changed.headers = overridden.headers;
    }
    changed
        .headers
        .extend(header_rules(context, candidate, target));
    Ok(changed)
}

fn header_rules(context: &Context<'_>, candidate: &Candidate, target: &Target) -> Vec<HeaderEdit> {
    let rules = target.rules.as_ref().ok().and_then(Option::as_ref);
    let Some(rules) = rules.and_then(|rules| rules.headers.as_ref()) else {
        return Vec::new();
    };
    let key = candidate.channel.key(candidate.key_index).unwrap_or("");
    rules.edits(key, &context.head.client_headers)
}

/// Applies changes to the headers of a call; names and values that fit no header are left out.
pub(crate) fn edit_headers(headers: &mut HeaderMap, edits: Vec<HeaderEdit>) {
    for edit in edits {
        let (name, value, keeps_origin) = match edit {
            HeaderEdit::Set(name, value) => (name, Some(value), false),
            HeaderEdit::SetDefault(name, value) => (name, Some(value), true),
            HeaderEdit::Delete(name) => (name, None, false),
        };
        let Ok(name) = HeaderName::try_from(name.as_str()) else {
            continue;
        };
        if OURS.contains(&name) {
            continue;
        }
        match value.map(HeaderValue::try_from) {
            None => drop(headers.remove(name)),
            Some(Ok(_)) if keeps_origin && headers.contains_key(&name) => {}
            Some(Ok(mut value)) => {
                value.set_sensitive(true);
                headers.insert(name, value);
            }
            Some(Err(_)) => {}
        }
    }
}

fn stopped(stop: Stop) -> Box<Failed> {
    match stop {
        Stop::Broken(_) => unfit(
            "channel:param_override_invalid",
            "the channel's param override does not fit the request",
        ),
        Stop::Answer(body) => local(body, "return_error", None),
    }
}
