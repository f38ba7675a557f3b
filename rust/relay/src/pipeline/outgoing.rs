//! One candidate's request: address, credentials, headers, and the body in the words of its family.
//! First half of an attempt. Bytes of the same family pass through, but for the spliced model.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, USER_AGENT};
use http::{HeaderValue, Method, Request, Uri};
use weirgate_policy::{Candidate, Failure, FailureKind};
use weirgate_wire::canon::{ErrorBody, Question};
use weirgate_wire::translate::{self, TranslateError, Translating};
use weirgate_wire::vendor::{self, Adapted, Adapting, Way};
use weirgate_wire::{Edits, Endpoint, Family};

use super::call::Context;
use super::changes::{changes, edit_headers};
use super::refuse;
use super::tried::{self, Failed, unfit};
use crate::journal::EndReason;
use crate::state::clock;
use crate::upstream::body::RequestBody;
use crate::upstream::target::{Target, Uncallable};

/// What the gateway calls itself towards providers.
pub(crate) const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("weirgate/", env!("CARGO_PKG_VERSION")));
const ORGANIZATION: HeaderName = HeaderName::from_static("openai-organization");

/// A request ready to be sent, and how its answer is to be read.
pub(crate) struct Outgoing {
    /// Boxed, since it is handed through many stations: a waiting call's memory is the sum of their places for it.
    pub(crate) request: Box<Request<RequestBody>>,
    pub(crate) reading: Reading,
}

/// How an answer is to be read.
pub(crate) struct Reading {
    /// The family that the provider answers in; none when it is the client's own.
    pub(crate) from: Option<Family>,
    /// We, not the client, asked for the usage chunk.
    pub(crate) withholds_usage: bool,
    /// What the answer must know of its question, when it is translated.
    pub(crate) question: Option<Box<Question>>,
    /// Fields that the provider's family has no word for and that were left out by rule.
    pub(crate) drops: Vec<&'static str>,
    /// The call's address, for vendors whose answers may have to be asked for again.
    pub(crate) called_at: Option<Uri>,
}

/// Makes the request for a candidate; `form` is what the client's form says, where it is translated, and `deposited` names the
/// files that were put at the vendor for it.
pub(crate) fn outgoing(
    context: &Context<'_>,
    candidate: &Candidate,
    target: &Target,
    form: Option<&Bytes>,
    deposited: &[String],
) -> Result<Outgoing, Box<Failed>> {
    let endpoint = context.received.endpoint;
    let way = target.way(endpoint, &candidate.upstream_model);
    let way = way.ok_or_else(|| unfit("no_way", "the channel does not serve this endpoint"))?;
    let (wire, mut reading) = match way {
        Way::Untouched => untouched(context, candidate, target),
        Way::Translated(family) => translated(context, candidate, target, family, form, deposited)?,
    };
    let adapted = if candidate.channel.settings.pass_through_body {
        Adapted::default()
    } else {
        target.profile().adapt(&Adapting {
            endpoint: wire.endpoint,
            model: &candidate.upstream_model,
            body: &wire.body,
            betas: context.head.betas(),
            setting: candidate.channel.other.as_deref(),
            key: target.key(candidate.key_index),
        })
    };
    reading.drops.extend(&adapted.drops);
    let model = adapted.model.as_deref();
    let model = model.unwrap_or(&candidate.upstream_model);
    let uri = uri(context, candidate, target, wire.endpoint, model)?;
    let body = adapted.body.map_or(wire.body, Bytes::from);
    let changed = changes(context, candidate, target, wire.endpoint, &body)?;
    let body = match wire.form {
        Some(form) => form,
        // No rule of the operator's can change what is no JSON.
        None if wire.kind.is_some() => RequestBody::full(body),
        None => RequestBody::full(changed.body.unwrap_or(body)),
    };
    if reading.from.is_some_and(vendor::may_follow) {
        reading.called_at = Some(uri.clone());
    }
    let mut request = request(context, candidate, target, uri, body)?;
    if form.is_some() || wire.kind.is_some() {
        let kind = wire.kind.and_then(|kind| kind.try_into().ok());
        let kind = kind.unwrap_or(HeaderValue::from_static("application/json"));
        request.headers_mut().insert(CONTENT_TYPE, kind);
    }
    let is_stream = context.received.envelope.stream;
    let headers = target
        .profile()
        .headers_for(wire.endpoint, model, is_stream);
    for (name, value) in headers {
        let (name, value) = (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
        request.headers_mut().insert(name, value);
    }
    context
        .head
        .forward(request.headers_mut(), wire.endpoint.family());
    if !changed.headers.is_empty() {
        edit_headers(request.headers_mut(), changed.headers);
    }
    Ok(Outgoing { request, reading })
}

/// A body in the provider's family, and the endpoint that takes it.
struct Wire {
    endpoint: Endpoint,
    body: Bytes,
    /// A form, or large JSON in pieces, goes out instead of the body.
    form: Option<RequestBody>,
    /// The content type of a body that the translation made no JSON of.
    kind: Option<String>,
}

fn untouched(context: &Context<'_>, candidate: &Candidate, target: &Target) -> (Wire, Reading) {
    let received = context.received;
    let withholds_usage = asks_for_usage(context, target);
    let is_renamed = candidate.upstream_model.as_ref() != received.envelope.model;
    let edits = Edits {
        model: is_renamed.then_some(candidate.upstream_model.as_ref()),
        force_include_usage: withholds_usage,
    };
    let form = received.form_with(&edits);
    let form = form.or_else(|| {
        let stays = stays(candidate, target, received.endpoint);
        stays.then(|| received.large_with(&edits)).flatten()
    });
    let spliced = match form {
        Some(_) => None,
        None => received.envelope.splice(&received.body, &edits),
    };
    let body = spliced.map_or_else(|| received.body.clone(), Bytes::from);
    let settings = &candidate.channel.settings;
    let is_rewritten =
        settings.thinking_to_content || settings.force_format || context.head.wants_array;
    let is_rewritten = is_rewritten && received.endpoint.is_generation();
    let question = Question {
        wraps_thinking: settings.thinking_to_content,
        ..Question::default()
    };
    let reading = Reading {
        from: is_rewritten.then(|| received.endpoint.family()),
        withholds_usage,
        question: is_rewritten.then(|| Box::new(question)),
        drops: Vec::new(),
        called_at: None,
    };
    let endpoint = received.endpoint;
    let wire = Wire {
        endpoint,
        body,
        form,
        kind: None,
    };
    (wire, reading)
}

/// Whether nothing behind the splice reads or rewrites the body.
fn stays(candidate: &Candidate, target: &Target, endpoint: Endpoint) -> bool {
    let adapts = target.profile().adapts(endpoint, &candidate.upstream_model);
    candidate.channel.settings.pass_through_body || (!adapts && matches!(target.rules, Ok(None)))
}

/// Whether we ask for the usage chunk that the client did not ask for.
fn asks_for_usage(context: &Context<'_>, target: &Target) -> bool {
    let envelope = &context.received.envelope;
    !target.passes_body
        && envelope.stream
        && envelope.include_usage != Some(true)
        && target.supports_stream_options
        && context.received.endpoint.family() == Family::OpenaiChat
}

fn translated(
    context: &Context<'_>,
    candidate: &Candidate,
    target: &Target,
    family: Family,
    form: Option<&Bytes>,
    deposited: &[String],
) -> Result<(Wire, Reading), Box<Failed>> {
    let received = context.received;
    let call = Translating {
        endpoint: received.endpoint,
        path_model: context.head.path_model.as_deref(),
        body: form.unwrap_or(&received.body),
        to: family,
        profile: target.profile(),
        model: &candidate.upstream_model,
    };
    let mut question = Box::<Question>::default();
    let wire = translate::request(&call, |request| {
        vendor::place(request, deposited);
        request.stream = received.envelope.stream;
        request.include_usage = (request.stream && target.supports_stream_options).then_some(true);
        *question = request.question();
        question.wraps_thinking = candidate.channel.settings.thinking_to_content;
        question.asked_at = clock::now_ms() / 1000;
    });
    let wire = wire.map_err(|error| unsaid(&error))?;
    if !wire.drops.is_empty() {
        let (channel, drops) = (candidate.channel.id, &wire.drops);
        tracing::debug!(channel, ?drops, "fields were left out in translation");
    }
    let reading = Reading {
        from: Some(family),
        withholds_usage: false,
        question: Some(question),
        drops: wire.drops,
        called_at: None,
    };
    let wire = Wire {
        endpoint: wire.endpoint,
        body: Bytes::from(wire.body),
        form: None,
        kind: wire.kind,
    };
    Ok((wire, reading))
}

/// The candidate's family cannot say the request: the client's fault, unless another can.
pub(super) fn unsaid(error: &TranslateError) -> Box<Failed> {
    let (kind, param) = match error {
        TranslateError::Request(error) => (FailureKind::Local, error.field()),
        TranslateError::Encode(weirgate_wire::canon::EncodeError::Unsupported { field }) => {
            (FailureKind::Unsaid, Some(*field))
        }
        TranslateError::Encode(_) | TranslateError::Decode(_) | TranslateError::NoWay => {
            (FailureKind::Unsaid, None)
        }
    };
    let (own_kind, code) = ("invalid_request_error", "convert_request_failed");
    Box::new(Failed {
        failure: Failure { status: None, kind },
        status: 0,
        code,
        body: ErrorBody {
            param: param.map(str::to_owned),
            ..refuse::own(400, own_kind, code, error.to_string())
        },
        retry_after_s: None,
        reason: EndReason::UpstreamError,
    })
}

fn uri(
    context: &Context<'_>,
    candidate: &Candidate,
    target: &Target,
    endpoint: Endpoint,
    model: &str,
) -> Result<Uri, Box<Failed>> {
    let is_stream = context.received.envelope.stream;
    let uri = target.uri(endpoint, model, candidate.key_index, is_stream);
    uri.map_err(|why| match why {
        Uncallable::Address => tried::bad_address(),
        Uncallable::Forbidden => unfit("forbidden_address", "the channel's address is not allowed"),
    })
}

fn request(
    context: &Context<'_>,
    candidate: &Candidate,
    target: &Target,
    uri: Uri,
    body: RequestBody,
) -> Result<Box<Request<RequestBody>>, Box<Failed>> {
    let credential = target.credential(candidate.key_index);
    let credential = credential.ok_or_else(tried::bad_key)?;
    let mut request = Box::new(Request::new(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri;
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, context.head.kind_of_body(context.received));
    headers.extend(credential.iter().cloned());
    headers.insert(USER_AGENT, AGENT);
    headers.extend(target.fixed_headers());
    if let Some(organization) = &target.organization {
        headers.insert(ORGANIZATION, organization.clone());
    }
    Ok(request)
}
