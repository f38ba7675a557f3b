//! A candidate's answer → the client's: allowed headers only, whole bodies settled before they go
//! out, streams handed to `stream`.

use http::header::{CACHE_CONTROL, HeaderName};
use http::{HeaderValue, Response};

use super::attempt::Answered;
use super::call::Context;
use super::estimate;
use super::headers::ReplyHead;
use super::settle::{End, Running, Verdict, verdict};
use super::stream::{AnswerStream, Source};
use crate::body::AnswerBody;
use crate::journal::{EndReason, UsageSource};
use weirgate_wire::canon::Usage;

const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Turns an answer into the client's response.
pub(crate) async fn deliver(
    context: &Context<'_>,
    answered: Answered,
    mut running: Box<Running>,
) -> Response<AnswerBody> {
    running.first_byte(answered.status());
    match answered {
        Answered::Whole { head, body } => {
            settle_whole(&mut running, &body).await;
            response(head, AnswerBody::ready(body))
        }
        Answered::Events {
            head,
            first,
            body,
            withholds_usage,
        } => {
            let source = Source::events(&running, body, withholds_usage);
            let mut stream = AnswerStream::new(running, source, context.limits);
            if let Some(first) = first {
                stream.begin_with(first);
            }
            let mut answer = response(head, AnswerBody::stream(stream));
            let headers = answer.headers_mut();
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
            headers.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
            answer
        }
        Answered::Large { head, begun, body } => {
            let source = Source::large(body);
            let mut stream = AnswerStream::new(running, source, context.limits);
            stream.begin_with(begun);
            response(head, AnswerBody::stream(stream))
        }
    }
}

/// Settles an answer that is all there.
async fn settle_whole(running: &mut Running, body: &[u8]) {
    let facts = weirgate_wire::reply_facts(running.endpoint, body);
    let reason = match facts.error {
        Some(_) => EndReason::UpstreamErrorMidstream,
        None => EndReason::Completed,
    };
    let end = match verdict(reason, facts.usage, false) {
        Verdict::Known(end) => end,
        Verdict::Count(reason) => {
            let model = running.model().to_owned();
            let endpoint = running.endpoint;
            let completion = weirgate_wire::reply_output_tokens_estimate(endpoint, body, &model);
            let prompt = estimate::prompt_tokens(endpoint, running.body.clone(), model).await;
            let usage = Usage {
                prompt,
                completion,
                ..Usage::default()
            };
            End {
                reason,
                usage,
                source: UsageSource::Estimate,
            }
        }
    };
    running.close(&end);
}

fn response(head: ReplyHead, body: AnswerBody) -> Response<AnswerBody> {
    let mut answer = Response::new(body);
    *answer.status_mut() = head.status;
    *answer.headers_mut() = head.headers;
    answer
}
