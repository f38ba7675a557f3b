//! One call of one candidate, up to the moment at which its answer may begin to go out.
//!
//! A stream counts as answered when its first event is there, so that a provider that hangs after
//! its headers, or begins with an error, is still passed over.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::CONTENT_ENCODING;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use weirgate_policy::{Candidate, FailureKind};
use weirgate_wire::canon::{DecodeError, Usage};
use weirgate_wire::family::audio;
use weirgate_wire::family::gemini::StreamForm;
use weirgate_wire::translate::{
    self, Spreading, StreamGatherer, StreamTranslator, TranslateError, TranslatedReply,
};
use weirgate_wire::{Endpoint, Family, StreamTap, vendor};

use super::call::Context;
use super::collect::{CollectError, Collected, ERROR_WAIT, collect, error_body};
use super::deposit;
use super::estimate;
use super::follow::{self, Streaming};
use super::headers::ReplyHead;
use super::outgoing::{self, Outgoing, Reading};
use super::reader::Source;
use super::refuse;
use super::tried::{self, Failed, said, unfit, unreachable};
use super::uploaded;
use crate::journal::EndReason;
use crate::upstream::answer::UpstreamBody;
use crate::upstream::body::RequestBody;
use crate::upstream::credentials::{self, Means, Unauthorized};
use crate::upstream::pool::SendError;
use crate::upstream::target::Target;

/// Answers up to this size are read whole before they go out.
const WHOLE_BYTES: usize = 1024 * 1024;
const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";
/// How long the first event of a stream is waited for once anything of it (a comment) has come.
const FIRST_EVENT: Duration = Duration::from_secs(10);

/// A provider's good answer.
pub(crate) struct Answered {
    pub(crate) head: ReplyHead,
    pub(crate) body: Answer,
    /// Fields of the request that the provider was not told.
    pub(crate) drops: Vec<&'static str>,
}

/// The body of a good answer.
pub(crate) enum Answer {
    /// All of it, in the client's family, and the usage it states.
    Whole {
        body: Bytes,
        usage: Option<Usage>,
        images: u64,
        /// The provider says that it is incomplete.
        is_incomplete: bool,
    },
    /// A body that goes out as it comes, with its beginning unless a keep-alive comment must go
    /// out before it.
    Flowing { source: Source, has_begun: bool },
}

/// Calls a candidate.
pub(crate) async fn attempt(
    context: &Context<'_>,
    candidate: &Candidate,
) -> Result<Answered, Box<Failed>> {
    let target = context.identified.routing.targets.get(candidate.channel.id);
    let target = target.ok_or_else(|| unfit("channel_gone", "the channel is gone"))?;
    let endpoint = context.received.endpoint;
    if endpoint.is_count()
        && let Some(counted) = Box::pin(counted(context, candidate, target)).await
    {
        return Ok(counted);
    }
    let form = match &context.received.form {
        Some(_) => Box::pin(uploaded::as_json(context, candidate, target)).await?,
        None => None,
    };
    let form = form.as_ref();
    let deposited = if target.profile().chat.is_some_and(vendor::takes_deposits) {
        Box::pin(deposit::deposit(context, candidate, target)).await?
    } else {
        Vec::new()
    };
    let Outgoing { request, reading } =
        outgoing::outgoing(context, candidate, target, form, &deposited)?;
    let response = send(context, candidate, target, request).await?;
    open(context, candidate, response, reading).await
}

/// Sends a request with its last credentials; an answer that is no good one is what the candidate failed by.
pub(super) async fn send(
    context: &Context<'_>,
    candidate: &Candidate,
    target: &Target,
    mut request: Box<Request<RequestBody>>,
) -> Result<Response<UpstreamBody>, Box<Failed>> {
    let proxy = tried::proxy_of(target)?;
    if credentials::is_needed(target.profile()) {
        Box::pin(authorize(context, candidate, target, &mut request)).await?;
    }
    let wait = left(context, context.limits.header);
    let pool = &context.worker.pool;
    let sent = tokio::time::timeout(wait, pool.send(request, target.reach, proxy)).await;
    let response = match sent {
        Ok(Ok(response)) => response,
        Ok(Err(SendError::Connect)) => {
            return Err(unreachable(
                FailureKind::Connect,
                "connect_failed",
                "the upstream could not be reached",
            ));
        }
        Ok(Err(SendError::Broken)) => {
            return Err(unreachable(
                FailureKind::Connect,
                "connection_broken",
                "the connection to the upstream broke off",
            ));
        }
        Err(_elapsed) => return Err(late(EndReason::FirstTokenTimeout, "header_timeout")),
    };
    if !response.status().is_success() {
        return Err(Box::pin(refused(context, candidate, response)).await);
    }
    Ok(response)
}

/// Signs the request, or gives it a token; the last change of it.
async fn authorize(
    context: &Context<'_>,
    candidate: &Candidate,
    target: &Target,
    request: &mut Request<RequestBody>,
) -> Result<(), Box<Failed>> {
    let means = Means {
        tokens: &context.worker.shared.tokens,
        pool: &context.worker.pool,
        reach: target.reach,
        proxy: target.proxy.as_ref().ok().and_then(Option::as_ref),
    };
    let key = target.key(candidate.key_index);
    let authorized = credentials::authorize(&means, target.profile(), key, request).await;
    authorized.map_err(unauthorized)
}

fn unauthorized(why: Unauthorized) -> Box<Failed> {
    match why {
        Unauthorized::Key | Unauthorized::Refused => tried::bad_key(),
        Unauthorized::Unreachable => unreachable(
            FailureKind::Connect,
            "token_fetch_failed",
            "the upstream's token server could not be reached",
        ),
    }
}

/// Counts a request's tokens here, for a channel that cannot count them itself.
async fn counted(
    context: &Context<'_>,
    candidate: &Candidate,
    target: &Target,
) -> Option<Answered> {
    let received = context.received;
    let (endpoint, model) = (received.endpoint, candidate.upstream_model.to_string());
    if target.way(endpoint, &model).is_some() {
        return None;
    }
    let tokens = estimate::prompt_tokens(endpoint, received.body.clone(), model).await;
    let body = weirgate_wire::count_reply(endpoint, tokens)?;
    Some(Answered {
        head: ReplyHead::json(),
        body: Answer::Whole {
            body: body.into(),
            usage: Some(Usage::default()),
            images: 0,
            is_incomplete: false,
        },
        drops: Vec::new(),
    })
}

/// Reads a good answer as far as it must be known before anything goes out.
async fn open(
    context: &Context<'_>,
    candidate: &Candidate,
    response: Response<UpstreamBody>,
    mut reading: Reading,
) -> Result<Answered, Box<Failed>> {
    let (parts, body) = response.into_parts();
    let mut head = ReplyHead::of(&parts, reading.from.is_none());
    if reading.from.is_some() {
        // What the vendor created for it is nothing to the client.
        head.status = StatusCode::OK;
    }
    drop(parts);
    let drops = std::mem::take(&mut reading.drops);
    let endpoint = context.received.endpoint;
    let wants_events = context.received.envelope.stream || !endpoint.is_generation();
    let is_framed = head.is_aws_stream();
    if is_framed || head.is_line_stream() {
        head.becomes(EVENTS);
    }
    // Converse's own decoder reads the framing; around Claude's events it is taken off.
    let unframes = is_framed && reading.from != Some(Family::Bedrock);
    let body = match (head.is_event_stream(), wants_events) {
        (true, false) if reading.from.is_some() => {
            head.becomes(JSON);
            Box::pin(gathered(context, candidate, body, reading)).await?
        }
        // A stream of the client's own family that nobody asked for streams: clients rely on it (relay contract §3.13).
        (true, _) => {
            if context.head.wants_array {
                head.becomes(JSON);
            }
            events(context, candidate, body, reading, unframes).await?
        }
        (false, true) if endpoint.is_generation() => {
            head.becomes(EVENTS);
            Box::pin(spread(context, candidate, body, reading)).await?
        }
        (false, _) => {
            // Sound is played as it comes.
            let is_sound = endpoint == Endpoint::Speech && !head.is_json();
            let how = Plain {
                whole_bytes: if is_sound { 0 } else { WHOLE_BYTES },
                is_encoded: head.headers.contains_key(CONTENT_ENCODING),
            };
            let is_made = reading.from.is_some();
            let answer = plain(context, candidate, body, reading, how).await?;
            if is_made {
                head.becomes(kind_of(endpoint, &answer));
            }
            answer
        }
    };
    Ok(Answered { head, body, drops })
}

/// The content type of a translated answer.
fn kind_of(endpoint: Endpoint, answer: &Answer) -> &'static str {
    match answer {
        Answer::Whole { body, .. } if endpoint == Endpoint::Speech => audio::kind_of(body),
        _ => JSON,
    }
}

/// Opens an event stream up to its first event.
async fn events(
    context: &Context<'_>,
    candidate: &Candidate,
    body: UpstreamBody,
    reading: Reading,
    unframes: bool,
) -> Result<Answer, Box<Failed>> {
    let received = context.received;
    let model = &received.envelope.model;
    let mut source = match reading.from {
        None => {
            let tap = StreamTap::new(received.endpoint, reading.withholds_usage).for_model(model);
            Source::events(tap, body)
        }
        Some(family) => {
            let includes_usage = received.envelope.include_usage == Some(true);
            let endpoint = received.endpoint;
            let translator = StreamTranslator::new(family, endpoint, model, includes_usage);
            let translator = translator.ok_or_else(|| unreadable("no such translation"))?;
            let question = reading.question.map(|question| *question);
            let translator = translator.answering(question.unwrap_or_default());
            let translator = translator.sharing_long_texts();
            let is_array = context.head.wants_array;
            let form = if is_array {
                StreamForm::Array
            } else {
                StreamForm::Events
            };
            Source::translated(translator.in_form(form), body, is_array)
        }
    };
    if unframes {
        source.unframe();
    }
    let has_begun = first_event(context, &mut source).await?;
    match source.first_error() {
        Some(error) => Err(said(candidate, error.clone(), "error_in_stream")),
        None => Ok(Answer::Flowing { source, has_begun }),
    }
}

/// Collects a stream for a client that asked for none.
async fn gathered(
    context: &Context<'_>,
    candidate: &Candidate,
    mut body: UpstreamBody,
    reading: Reading,
) -> Result<Answer, Box<Failed>> {
    let endpoint = context.received.endpoint;
    let from = reading.from.unwrap_or(endpoint.family());
    let gatherer = StreamGatherer::new(from);
    let mut gatherer = gatherer.ok_or_else(|| unreadable("no such translation"))?;
    let mut room = context.worker.shared.config.limits.body_bytes;
    loop {
        let silence = left(context, context.limits.first_token);
        let next = super::collect::next_data(&mut body, silence).await;
        let Some(data) = next.map_err(broken)? else {
            break;
        };
        room = room
            .checked_sub(data.len())
            .ok_or_else(|| unreadable("it is too large"))?;
        gatherer.push(&data);
    }
    let question = reading.question.unwrap_or_default();
    let model = &context.received.envelope.model;
    read_whole(candidate, gatherer.finish(&question, endpoint, model))
}

/// Writes a whole answer as a stream for a client that asked for one; an answer that only names a stream is that stream.
async fn spread(
    context: &Context<'_>,
    candidate: &Candidate,
    mut body: UpstreamBody,
    reading: Reading,
) -> Result<Answer, Box<Failed>> {
    let received = context.received;
    let from = reading.from.unwrap_or(received.endpoint.family());
    let limit = context.worker.shared.config.limits.body_bytes;
    let whole = match read(context, &mut body, limit).await? {
        Collected::Whole(whole) => whole,
        Collected::Begun(_) => return Err(unreadable("it is too large")),
    };
    let streaming = follow::to_the_stream(context, candidate, &reading, &whole);
    if let Some(Streaming { body, underway }) = Box::pin(streaming).await? {
        let mut answer = Box::pin(events(context, candidate, body, reading, false)).await?;
        if let Answer::Flowing { source, .. } = &mut answer {
            source.goes_on(underway);
        }
        return Ok(answer);
    }
    let whole = Box::pin(follow::to_the_end(context, candidate, &reading, whole)).await?;
    let how = Spreading {
        to: received.endpoint,
        model: &received.envelope.model,
        includes_usage: received.envelope.include_usage == Some(true),
    };
    let question = reading.question.map(|question| *question);
    let spread = translate::spread(&how, question.unwrap_or_default(), from, &whole);
    read_whole(candidate, spread)
}

/// How an answer that is no event stream is read.
#[derive(Clone, Copy)]
struct Plain {
    /// The size up to which it is read whole before it goes out.
    whole_bytes: usize,
    /// It is compressed, and passes as it is.
    is_encoded: bool,
}

/// Reads an answer that is no event stream: whole, or its beginning when it is large.
async fn plain(
    context: &Context<'_>,
    candidate: &Candidate,
    mut body: UpstreamBody,
    reading: Reading,
    how: Plain,
) -> Result<Answer, Box<Failed>> {
    let Some(family) = reading.from else {
        return match read(context, &mut body, how.whole_bytes).await? {
            Collected::Whole(whole) => untouched(context, candidate, how.is_encoded, whole),
            Collected::Begun(begun) => {
                let mut source = Source::large(body, context.received.endpoint);
                source.read(begun);
                let has_begun = true;
                Ok(Answer::Flowing { source, has_begun })
            }
        };
    };
    let limit = context.worker.shared.config.limits.body_bytes;
    let Collected::Whole(whole) = read(context, &mut body, limit).await? else {
        return Err(unreadable("it is too large"));
    };
    let whole = Box::pin(follow::to_the_end(context, candidate, &reading, whole)).await?;
    let received = context.received;
    let (endpoint, model) = (received.endpoint, &received.envelope.model);
    let question = reading.question.unwrap_or_default();
    let reply = translate::reply_to(&question, family, endpoint, model, &whole);
    read_whole(candidate, reply)
}

pub(super) async fn read(
    context: &Context<'_>,
    body: &mut UpstreamBody,
    limit: usize,
) -> Result<Collected, Box<Failed>> {
    let silence = left(context, context.limits.first_token);
    collect(body, limit, silence).await.map_err(broken)
}

/// The answer did not come whole.
fn broken(why: CollectError) -> Box<Failed> {
    match why {
        CollectError::Silent => late(EndReason::FirstTokenTimeout, "body_timeout"),
        CollectError::Broken => unreachable(
            FailureKind::Connect,
            "body_broken",
            "the upstream's answer broke off",
        ),
    }
}

fn untouched(
    context: &Context<'_>,
    candidate: &Candidate,
    is_encoded: bool,
    body: Bytes,
) -> Result<Answer, Box<Failed>> {
    let endpoint = context.received.endpoint;
    if !looks_right(endpoint, is_encoded, &body) {
        return Err(unreadable("it is not JSON"));
    }
    let facts = weirgate_wire::reply_facts(endpoint, &body);
    match facts.error {
        Some(error) => Err(said(candidate, error, "error_in_answer")),
        None => Ok(Answer::Whole {
            body,
            // Counting tokens costs nothing and reports no usage.
            usage: if endpoint.is_count() {
                Some(Usage::default())
            } else {
                facts.usage
            },
            images: facts.images,
            is_incomplete: facts.incomplete,
        }),
    }
}

/// Whether a whole body can be an answer of the endpoint at all: a page of a proxy's, or nothing, is none.
fn looks_right(endpoint: Endpoint, is_encoded: bool, body: &[u8]) -> bool {
    let first = body.trim_ascii_start().first();
    match endpoint.family() {
        // Sound, subtitles, plain transcripts.
        Family::Audio => !body.is_empty(),
        _ => is_encoded || matches!(first, Some(b'{' | b'[')),
    }
}

/// Takes a translated answer, or says what stands in its way.
fn read_whole(
    candidate: &Candidate,
    reply: Result<TranslatedReply, TranslateError>,
) -> Result<Answer, Box<Failed>> {
    match reply {
        Ok(reply) => Ok(Answer::Whole {
            body: reply.body.into(),
            usage: reply.usage,
            images: reply.images,
            is_incomplete: reply.is_incomplete,
        }),
        Err(TranslateError::Decode(DecodeError::Upstream(error))) => {
            Err(said(candidate, error, "error_in_answer"))
        }
        Err(error) => Err(unreadable(&error.to_string())),
    }
}

/// Reads a stream up to its first event; false when a keep-alive comment is due before it came.
async fn first_event(context: &Context<'_>, source: &mut Source) -> Result<bool, Box<Failed>> {
    let ping = context.limits.ping;
    let limit = left(context, context.limits.first_token);
    let is_ping_first = !ping.is_zero() && ping < limit;
    let start = Instant::now();
    let mut until = start + if is_ping_first { ping } else { limit };
    let mut has_begun = false;
    loop {
        let next = next_data(source.upstream.as_mut());
        match tokio::time::timeout_at(until.into(), next).await {
            Ok(Some(data)) => {
                source.read(data);
                has_begun = true;
            }
            Ok(None) if has_begun => return Ok(true),
            Ok(None) => {
                return Err(unreachable(
                    FailureKind::Connect,
                    "empty_stream",
                    "the upstream ended its stream before it began",
                ));
            }
            Err(_elapsed) if has_begun => return Ok(true),
            Err(_elapsed) if is_ping_first => return Ok(false),
            Err(_elapsed) => {
                return Err(late(EndReason::FirstTokenTimeout, "first_token_timeout"));
            }
        }
        if source.outcome().is_none_or(|outcome| outcome.events > 0) {
            return Ok(true);
        }
        until = until.min(Instant::now() + FIRST_EVENT);
    }
}

/// Returns the next piece of data; none at the end, be it a good one or not.
async fn next_data(body: Option<&mut UpstreamBody>) -> Option<Bytes> {
    let body = body?;
    loop {
        match body.frame().await {
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) if !data.is_empty() => return Some(data),
                Ok(_) | Err(_) => {}
            },
            Some(Err(_)) | None => return None,
        }
    }
}

/// Reads an error answer and says it in the family's words, under the channel's status mapping.
async fn refused(
    context: &Context<'_>,
    candidate: &Candidate,
    response: Response<UpstreamBody>,
) -> Box<Failed> {
    let (head, mut body) = response.into_parts();
    let silence = left(context, ERROR_WAIT);
    let bytes = error_body(&mut body, silence).await;
    tried::refused(candidate, &head, &bytes)
}

/// The answer is none that this gateway can read.
pub(super) fn unreadable(why: &str) -> Box<Failed> {
    tracing::debug!(why, "an upstream's answer could not be read");
    let message = "the upstream's answer could not be read";
    let failed = unreachable(FailureKind::BadBody, "bad_response_body", message);
    Box::new(Failed {
        body: refuse::upstream(502, "bad_response_body", message),
        ..*failed
    })
}

pub(super) fn left(context: &Context<'_>, limit: Duration) -> Duration {
    limit.min(
        context
            .limits
            .total
            .saturating_duration_since(Instant::now()),
    )
}

pub(super) fn late(reason: EndReason, code: &'static str) -> Box<Failed> {
    let message = "the upstream did not answer in time";
    Box::new(Failed {
        reason,
        ..*unreachable(FailureKind::Timeout, code, message)
    })
}
