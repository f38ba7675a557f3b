//! Conversations stay on their channel: a follow-up of a stored response goes where the response is, nowhere else, and
//! calls with the same cache key go where the prompt is cached, if they can. Between `receive` and `plan`, and after
//! an answer; calls that name no conversation pass by for nothing.

use bytes::Bytes;
use weirgate_policy::{Candidate, Kept};
use weirgate_wire::canon::ErrorBody;
use weirgate_wire::family::openai_responses::reply_id;
use weirgate_wire::vendor::Way;
use weirgate_wire::{Endpoint, Envelope, Family};

use super::attempt::{Answer, Answered};
use super::call::Context;
use super::identify::Identified;
use super::refuse;
use crate::error::{Error, ErrorKind};
use crate::state::affinity::{Name, Place};
use crate::state::clock;
use crate::worker::Worker;

/// How long a response is looked for where it was made; `OpenAI` keeps them for as long.
const RESPONSE_MS: i64 = 30 * 24 * 3600 * 1000;
/// Responses remembered at most, beside the conversations that the options allow.
const MOST: usize = 100_000;

/// Where an answer's id stands at the latest.
const BEGINNING: usize = 4096;

/// The family's rules: calls of an endpoint, for models of these names, stay together by their key.
const RULES: [(&str, &[Endpoint]); 3] = [
    ("gpt-", &[Endpoint::Responses]),
    ("claude-", &[Endpoint::Messages]),
    ("grok-", &[Endpoint::Responses, Endpoint::ChatCompletions]),
];

/// Returns where a call should go, or must; an error when it goes on from what is not there for this caller.
pub(crate) fn find(
    worker: &Worker,
    identified: &Identified,
    endpoint: Endpoint,
    envelope: &Envelope,
    now_ms: i64,
) -> Result<Option<Kept>, Error> {
    let session = &envelope.session;
    let affinity = &worker.shared.affinity;
    if let Some(previous) = &session.previous
        && let Some(place) = affinity.find(&of_response(previous), now_ms)
    {
        if place.user_id != identified.caller.user_id {
            return Err(gone(previous));
        }
        return Ok(Some(kept(place, true)));
    }
    let name = of_session(identified, endpoint, envelope);
    let place = name.and_then(|name| affinity.find(&name, now_ms));
    Ok(place.map(|place| kept(place, false)))
}

fn kept(place: Place, is_bound: bool) -> Kept {
    Kept {
        channel_id: place.channel_id,
        key_index: usize::try_from(place.key_index).unwrap_or(usize::MAX),
        is_bound,
    }
}

/// Where a response is, if it is the caller's.
pub(crate) fn response(worker: &Worker, user_id: i64, id: &str) -> Option<Place> {
    let now_ms = clock::now_ms();
    let place = worker.shared.affinity.find(&of_response(id), now_ms)?;
    (place.user_id == user_id).then_some(place)
}

/// Forgets a response that was deleted.
pub(crate) fn forget(worker: &Worker, id: &str) {
    worker.shared.affinity.forget(&of_response(id));
}

/// `OpenAI`'s words for a response that is not there; agents send the whole conversation again when they hear them.
pub(crate) fn gone(id: &str) -> Error {
    let message = format!("Previous response with id '{id}' not found.");
    let code = "previous_response_not_found";
    let body = ErrorBody {
        param: Some("previous_response_id".to_owned()),
        ..refuse::own(400, "invalid_request_error", code, message)
    };
    Error::client(ErrorKind::Said(Box::new(body)))
}

/// Remembers who answered.
#[inline]
pub(crate) fn keep(context: &Context<'_>, candidate: &Candidate, answered: &Answered) {
    let received = context.received;
    let endpoint = received.endpoint;
    if received.envelope.session.key.is_none() && endpoint.family() != Family::OpenaiResponses {
        return;
    }
    keep_session(
        context.worker,
        context.identified,
        endpoint,
        &received.envelope,
        candidate,
    );
    let target = context.identified.routing.targets.get(candidate.channel.id);
    let is_own = target.is_some_and(|target| {
        target.way(endpoint, &candidate.upstream_model) == Some(Way::Untouched)
    });
    if endpoint.family() != Family::OpenaiResponses || !is_own {
        return;
    }
    let id = match &answered.body {
        Answer::Whole { body, .. } => reply_id(body),
        Answer::Flowing { source, .. } => reply_id(&beginning(&source.waiting)),
    };
    if let Some(id) = id {
        keep_response(context.worker, context.identified, candidate, &id);
    }
}

/// The first bytes of an answer that came in pieces.
fn beginning(pieces: &[Bytes]) -> Vec<u8> {
    let bytes = pieces.iter().flat_map(|piece| piece.iter().copied());
    bytes.take(BEGINNING).collect()
}

/// Remembers who serves a conversation.
pub(crate) fn keep_session(
    worker: &Worker,
    identified: &Identified,
    endpoint: Endpoint,
    envelope: &Envelope,
    candidate: &Candidate,
) {
    let settings = identified.routing.snapshot.options.affinity;
    let Some(name) = of_session(identified, endpoint, envelope) else {
        return;
    };
    let until_ms = clock::now_ms() + i64::from(settings.ttl_s) * 1000;
    let most = settings.max_entries.saturating_add(MOST);
    let place = place(identified, candidate);
    worker.shared.affinity.keep(name, place, until_ms, most);
}

/// Remembers who made a response.
pub(crate) fn keep_response(
    worker: &Worker,
    identified: &Identified,
    candidate: &Candidate,
    id: &str,
) {
    let settings = identified.routing.snapshot.options.affinity;
    let until_ms = clock::now_ms() + RESPONSE_MS;
    let most = settings.max_entries.saturating_add(MOST);
    let place = place(identified, candidate);
    let affinity = &worker.shared.affinity;
    affinity.keep(of_response(id), place, until_ms, most);
}

fn place(identified: &Identified, candidate: &Candidate) -> Place {
    Place {
        user_id: identified.caller.user_id,
        channel_id: candidate.channel.id,
        key_index: u32::try_from(candidate.key_index).unwrap_or(u32::MAX),
    }
}

fn of_response(id: &str) -> Name {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"response\0").update(id.as_bytes());
    *hasher.finalize().as_bytes()
}

/// A conversation is one of a user in a group under one of the rules; none when no rule is for the call.
fn of_session(identified: &Identified, endpoint: Endpoint, envelope: &Envelope) -> Option<Name> {
    let key = envelope.session.key.as_deref()?;
    if !identified.routing.snapshot.options.affinity.enabled {
        return None;
    }
    let (prefix, _) = RULES.iter().find(|(prefix, endpoints)| {
        envelope.model.starts_with(prefix) && endpoints.contains(&endpoint)
    })?;
    let caller = &identified.caller;
    let mut hasher = blake3::Hasher::new();
    hasher
        .update(prefix.as_bytes())
        .update(&caller.user_id.to_be_bytes())
        .update(caller.group.name().as_bytes())
        .update(b"\0")
        .update(key.as_bytes());
    Some(*hasher.finalize().as_bytes())
}
