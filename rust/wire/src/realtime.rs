//! What is read of a socket's events beside their way through: usage when a response is done, and
//! how much was delivered while it is not. Events themselves pass untouched.

use serde::Deserialize;
use serde_json::json;

use crate::Endpoint;
use crate::canon::{ErrorBody, Usage};

/// What one event of the provider's says of money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SocketEvent {
    /// The response's usage, when this event ends one; zeros when it says none.
    pub done: Option<Usage>,
    /// Bytes of text, transcript or arguments that this event delivers.
    pub text_bytes: u64,
    /// It is an error of the provider's.
    pub is_error: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Event<'a> {
    #[serde(borrow, rename = "type")]
    kind: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    delta: Option<&'a serde_json::value::RawValue>,
    response: Option<Response>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Response {
    usage: Option<Counts>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Counts {
    input_tokens: u64,
    output_tokens: u64,
    #[serde(alias = "input_tokens_details")]
    input_token_details: Option<Details>,
    #[serde(alias = "output_tokens_details")]
    output_token_details: Option<Details>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Details {
    cached_tokens: u64,
    audio_tokens: u64,
    image_tokens: u64,
    reasoning_tokens: u64,
    #[serde(rename = "cached_tokens_details")]
    cached: Option<Cached>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Cached {
    audio_tokens: u64,
    image_tokens: u64,
}

/// Reads one text frame of the provider's; anything unreadable says nothing.
pub fn read_socket_event(frame: &[u8]) -> SocketEvent {
    let Ok(event) = serde_json::from_slice::<Event<'_>>(frame) else {
        return SocketEvent::default();
    };
    let kind = event.kind.as_ref();
    let is_end = matches!(
        kind,
        "response.done" | "response.completed" | "response.incomplete" | "response.failed"
    );
    let is_text = matches!(kind.rsplit_once('.'), Some((of, "delta")) if !of.ends_with("audio"));
    SocketEvent {
        done: is_end.then(|| {
            let usage = event.response.and_then(|response| response.usage);
            usage.map_or_else(Usage::default, Counts::usage)
        }),
        text_bytes: match event.delta {
            Some(delta) if is_text => delta.get().len().saturating_sub(2) as u64,
            _ => 0,
        },
        is_error: kind == "error",
    }
}

impl Counts {
    /// What is cached is priced as cached, be it sound or picture, and is in no other count.
    fn usage(self) -> Usage {
        let input = self.input_token_details.unwrap_or_default();
        let output = self.output_token_details.unwrap_or_default();
        let cached = input.cached.unwrap_or_default();
        Usage {
            prompt: self.input_tokens,
            completion: self.output_tokens,
            cached_read: input.cached_tokens,
            reasoning: output.reasoning_tokens,
            audio_in: input.audio_tokens.saturating_sub(cached.audio_tokens),
            audio_out: output.audio_tokens,
            image_in: input.image_tokens.saturating_sub(cached.image_tokens),
            ..Usage::default()
        }
    }
}

/// Adds a response's usage to the socket's so far.
pub fn add_usage(sum: &mut Usage, more: &Usage) {
    let pairs = [
        (&mut sum.prompt, more.prompt),
        (&mut sum.completion, more.completion),
        (&mut sum.cached_read, more.cached_read),
        (&mut sum.cache_write_5m, more.cache_write_5m),
        (&mut sum.cache_write_1h, more.cache_write_1h),
        (&mut sum.reasoning, more.reasoning),
        (&mut sum.audio_in, more.audio_in),
        (&mut sum.audio_out, more.audio_out),
        (&mut sum.image_in, more.image_in),
    ];
    for (total, tokens) in pairs {
        *total = total.saturating_add(tokens);
    }
}

/// The error event of a socket in its endpoint's own shape.
///
/// `asked` is the client's event that is refused, where there is one: realtime names it, if the client did. A
/// responses socket has the status there, by which its clients tell an error that is worth another try.
pub fn socket_error_event(
    endpoint: Endpoint,
    request_id: &str,
    error: &ErrorBody,
    asked: Option<&[u8]>,
) -> String {
    let asked: Option<Named> = asked.and_then(|asked| serde_json::from_slice(asked).ok());
    let mut said = json!({
        "type": error.kind, "code": error.code, "message": error.message, "param": error.param,
    });
    if let (Some(id), Some(fields)) = (asked.and_then(|asked| asked.event_id), said.as_object_mut())
    {
        fields.insert("event_id".to_owned(), id.into());
    }
    let event_id = format!("evt_{request_id}");
    let event = if endpoint == Endpoint::Responses {
        json!({"type": "error", "event_id": event_id, "status": error.status, "error": said})
    } else {
        json!({"type": "error", "event_id": event_id, "error": said})
    };
    event.to_string()
}

/// A client's event, as far as it has a name.
#[derive(Deserialize)]
struct Named {
    event_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_done_response_says_its_usage_with_sound_and_cache_apart() {
        let frame =
            br#"{"type":"response.done","response":{"usage":{"input_tokens":100,"output_tokens":20,
            "input_token_details":{"cached_tokens":40,"text_tokens":30,"audio_tokens":70,
                "cached_tokens_details":{"text_tokens":10,"audio_tokens":30}},
            "output_token_details":{"text_tokens":5,"audio_tokens":15}}}}"#;
        let usage = read_socket_event(frame).done.expect("a usage");
        assert_eq!((usage.prompt, usage.completion), (100, 20));
        assert_eq!(
            (usage.cached_read, usage.audio_in, usage.audio_out),
            (40, 40, 15)
        );
    }

    #[test]
    fn an_error_has_the_shape_of_its_socket_and_names_the_clients_event() {
        let error = ErrorBody {
            status: 400,
            message: "no".to_owned(),
            kind: "invalid_request_error".into(),
            code: Some("bad".into()),
            param: None,
            wait_s: None,
        };
        let asked: &[u8] = br#"{"type":"response.create","event_id":"mine"}"#;
        let event = socket_error_event(Endpoint::Realtime, "7", &error, Some(asked));
        let event: serde_json::Value = serde_json::from_str(&event).expect("an event");
        let wanted = serde_json::json!({"type": "error", "event_id": "evt_7", "error":
            {"type": "invalid_request_error", "code": "bad", "message": "no", "param": null, "event_id": "mine"}});
        assert_eq!(event, wanted);
        let event = socket_error_event(Endpoint::Responses, "7", &error, None);
        assert!(event.contains(r#""status":400"#), "{event}");
    }

    #[test]
    fn deltas_of_text_count_and_sound_and_nonsense_do_not() {
        let bytes = |frame: &str| read_socket_event(frame.as_bytes()).text_bytes;
        assert_eq!(
            bytes(r#"{"type":"response.output_text.delta","delta":"abcd"}"#),
            4
        );
        assert_eq!(
            bytes(r#"{"type":"response.output_audio.delta","delta":"AAAA"}"#),
            0
        );
        assert_eq!(bytes("nonsense"), 0);
        assert!(read_socket_event(br#"{"type":"error"}"#).is_error);
    }
}
