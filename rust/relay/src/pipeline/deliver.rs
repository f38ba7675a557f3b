//! A candidate's answer → the client's: allowed headers only, whole bodies settled before they go
//! out, streams handed to `stream`.

use http::header::{CACHE_CONTROL, HeaderName};
use http::{HeaderValue, Response};

use super::attempt::{Answer, Answered};
use super::call::Context;
use super::estimate;
use super::headers::ReplyHead;
use super::settle::{End, Running, Verdict, verdict};
use super::stream::AnswerStream;
use crate::body::AnswerBody;
use crate::journal::{EndReason, UsageSource};
use weirgate_wire::Endpoint;
use weirgate_wire::canon::Usage;
use weirgate_wire::family::audio;

const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Names the fields of the request that the provider's family has no word for.
const DROPPED: HeaderName = HeaderName::from_static("x-weirgate-dropped");

/// Turns an answer into the client's response.
pub(crate) async fn deliver(
    context: &Context<'_>,
    answered: Answered,
    mut running: Box<Running>,
) -> Response<AnswerBody> {
    let Answered { head, body, drops } = answered;
    running.first_byte(head.status.as_u16());
    let mut answer = match body {
        Answer::Whole {
            body,
            usage,
            images,
            is_incomplete,
        } => {
            running.images = images;
            let reason = if is_incomplete {
                EndReason::UpstreamIncomplete
            } else {
                EndReason::Completed
            };
            running.is_pcm = is_pcm(context);
            settle_whole(&mut running, &body, reason, usage).await;
            response(head, AnswerBody::ready(body))
        }
        Answer::Flowing { source, has_begun } => {
            running.is_pcm = is_pcm(context);
            let is_events = source.is_events();
            let mut stream = AnswerStream::new(running, source, context.limits);
            if has_begun {
                stream.begin();
            }
            let mut answer = response(head, AnswerBody::stream(stream));
            if is_events {
                let headers = answer.headers_mut();
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
                headers.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
            }
            answer
        }
    };
    if !drops.is_empty()
        && let Ok(names) = HeaderValue::try_from(drops.join(", "))
    {
        answer.headers_mut().insert(DROPPED, names);
    }
    answer
}

/// Whether speech was asked for as bare samples.
fn is_pcm(context: &Context<'_>) -> bool {
    let media = context.received.envelope.media.as_ref();
    media.is_some_and(|media| media.is_pcm)
}

/// Settles an answer that is all there.
async fn settle_whole(running: &mut Running, body: &[u8], reason: EndReason, usage: Option<Usage>) {
    let end = match verdict(reason, usage, true) {
        Verdict::Known(end) => end,
        Verdict::Count(reason) => {
            let model = running.model().to_owned();
            let endpoint = running.endpoint;
            // Speech comes whole only where a vendor's own form was read.
            let is_sound = endpoint == Endpoint::Speech && !body.starts_with(b"{");
            let audio_out = if is_sound {
                audio::speech_tokens(body, body.len() as u64, running.is_pcm)
            } else {
                0
            };
            let text = weirgate_wire::reply_output_tokens_estimate(endpoint, body, &model);
            let prompt = estimate::prompt_tokens(endpoint, running.body.clone(), model).await;
            let usage = Usage {
                prompt,
                completion: text.saturating_add(audio_out),
                audio_out,
                ..Usage::default()
            };
            End {
                reason,
                usage,
                source: UsageSource::Estimate,
            }
        }
    };
    running.close_gathered(&end).await;
}

fn response(head: ReplyHead, body: AnswerBody) -> Response<AnswerBody> {
    let mut answer = Response::new(body);
    *answer.status_mut() = head.status;
    *answer.headers_mut() = head.headers;
    answer
}
