//! The administrator's test of a channel, as a call of the relay would be made and read, without making it.
//!
//! Used by management, which sends it by its own guarded exchange. Address, words, quirks and credentials are the
//! relay's own; nothing here touches a snapshot, an account or the journal.

use std::sync::Arc;
use std::time::Duration;

use http::{Method, Request, Uri};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use weirgate_wire::canon::Question;
use weirgate_wire::translate::{self, StreamGatherer, Translating};
use weirgate_wire::vendor::{self, Adapting, Place, Profile, Way};
use weirgate_wire::{Endpoint, Family, reply_facts, upstream_error};

use crate::upstream::body::RequestBody;
use crate::upstream::credentials::{self, Means, Tokens};
use crate::upstream::egress::Reach;
use crate::upstream::pool::{Pool, tls_config};
use crate::upstream::proxy::Proxy;
use crate::upstream::target;

/// How long a token server may take to be connected to.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a signature or a token may take in all.
const AUTHORIZE: Duration = Duration::from_secs(20);

/// What is tested.
#[derive(Debug, Deserialize)]
struct Tested<'a> {
    channel_type: i32,
    #[serde(default)]
    base_url: String,
    #[serde(default)]
    setting: Option<String>,
    #[serde(default)]
    key: String,
    /// When the channel was made, in seconds.
    #[serde(default)]
    created_time: i64,
    /// The client's endpoint, by its public path.
    path: String,
    model: String,
    #[serde(default)]
    stream: bool,
    #[serde(default)]
    allow_private: bool,
    /// The channel's proxy, through which its tokens are fetched.
    #[serde(default)]
    proxy: String,
    #[serde(borrow, default)]
    body: Option<&'a RawValue>,
}

/// The call to make.
#[derive(Debug, Serialize)]
struct Call {
    url: String,
    headers: Vec<(String, String)>,
    body: String,
}

/// What an answer says.
#[derive(Debug, Default, Serialize)]
struct Answer {
    error: Option<String>,
    prompt_tokens: u64,
    completion_tokens: u64,
}

/// Returns the call of a test, JSON in and out: `channel_type`, `base_url`, `setting`, `key`, `created_time`, `path`,
/// `model`, `stream`, `allow_private`, `proxy` and `body` in; `url`, `headers` and `body` out.
///
/// May wait for a vendor's token server. The error says what is wrong with the channel and names no key.
pub fn probe_call(document: &[u8]) -> Result<Vec<u8>, String> {
    let tested: Tested<'_> = serde_json::from_slice(document).map_err(|error| error.to_string())?;
    let profile = vendor::profile(tested.channel_type);
    let (endpoint, way) = found(&tested, profile)?;
    let body = tested.body.map_or("{}", RawValue::get).as_bytes();
    let (endpoint, body) = match way {
        Way::Untouched => (endpoint, asking_for_usage(&tested, profile, endpoint, body)),
        Way::Translated(family) => {
            let call = Translating {
                endpoint,
                path_model: endpoint
                    .path()
                    .contains("{model}")
                    .then_some(&*tested.model),
                body,
                to: family,
                profile,
                model: &tested.model,
            };
            let wire = translate::request(&call, |request| request.stream = tested.stream);
            let wire = wire.map_err(|error| error.to_string())?;
            (wire.endpoint, wire.body)
        }
    };
    let adapted = profile.adapt(&Adapting {
        endpoint,
        model: &tested.model,
        body: &body,
        betas: None,
        setting: tested.setting.as_deref(),
        key: &tested.key,
    });
    let model = adapted.model.as_deref().unwrap_or(&tested.model);
    let place = Place {
        base_url: &tested.base_url,
        endpoint,
        model,
        setting: tested.setting.as_deref(),
        key: &tested.key,
        is_stream: tested.stream,
        strips_dots: target::strips_dots(tested.created_time),
    };
    let url = profile.url(&place).map_err(|error| error.to_string())?;
    let body = adapted.body.unwrap_or(body);
    let request = authorized(&tested, profile, &url, &body)?;
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| {
        let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), text)
    });
    let call = Call {
        url: request.uri().to_string(),
        headers: headers.collect(),
        body: String::from_utf8(body).map_err(|error| error.to_string())?,
    };
    serde_json::to_vec(&call).map_err(|error| error.to_string())
}

/// Reads the answer to a test: `error` (none when it is a good one), `prompt_tokens` and `completion_tokens`.
pub fn probe_answer(document: &[u8], status: u16, body: &[u8]) -> Result<Vec<u8>, String> {
    let tested: Tested<'_> = serde_json::from_slice(document).map_err(|error| error.to_string())?;
    let (endpoint, way) = found(&tested, vendor::profile(tested.channel_type))?;
    let answer = if (200..300).contains(&status) {
        read(&tested, endpoint, way, body)
    } else {
        Answer {
            error: Some(upstream_error(status, body).message),
            ..Answer::default()
        }
    };
    serde_json::to_vec(&answer).map_err(|error| error.to_string())
}

/// Streams of chat state their usage only when asked for it.
fn asking_for_usage(
    tested: &Tested<'_>,
    profile: &Profile,
    endpoint: Endpoint,
    body: &[u8],
) -> Vec<u8> {
    let is_asked =
        tested.stream && profile.supports_stream_options && endpoint == Endpoint::ChatCompletions;
    let document = serde_json::from_slice::<Map<String, Value>>(body).ok();
    let Some(mut fields) = document.filter(|_| is_asked) else {
        return body.to_vec();
    };
    fields.insert("stream_options".to_owned(), json!({"include_usage": true}));
    Value::Object(fields).to_string().into_bytes()
}

fn found(tested: &Tested<'_>, profile: &Profile) -> Result<(Endpoint, Way), String> {
    let endpoint = Endpoint::from_path(&tested.path).ok_or("there is no such endpoint")?;
    let way = profile.way(endpoint, &tested.model);
    let way = way.ok_or("the channel does not serve this endpoint")?;
    Ok((endpoint, way))
}

fn read(tested: &Tested<'_>, endpoint: Endpoint, way: Way, body: &[u8]) -> Answer {
    let from = match way {
        Way::Translated(family) => Some(family),
        // Read as if it were translated, so that a broken answer of the own family shows too.
        Way::Untouched if endpoint.is_generation() => Some(endpoint.family()),
        Way::Untouched => None,
    };
    let Some(from) = from else {
        return plain(endpoint, body);
    };
    let question = Question::default();
    let reply = if tested.stream {
        streamed(from, &question, endpoint, &tested.model, body)
    } else {
        translate::reply_to(&question, from, endpoint, &tested.model, body)
            .map_err(|error| error.to_string())
    };
    match reply {
        Ok(reply) => {
            let usage = reply.usage.unwrap_or_default();
            Answer {
                error: None,
                prompt_tokens: usage.prompt,
                completion_tokens: usage.completion,
            }
        }
        Err(error) => Answer {
            error: Some(error),
            ..Answer::default()
        },
    }
}

fn streamed(
    from: Family,
    question: &Question,
    endpoint: Endpoint,
    model: &str,
    body: &[u8],
) -> Result<translate::TranslatedReply, String> {
    let mut gatherer = StreamGatherer::new(from).ok_or("the channel has no streams")?;
    gatherer.push(body);
    let reply = gatherer.finish(question, endpoint, model);
    reply.map_err(|error| error.to_string())
}

/// An answer that is no text: it must be JSON and hold no error.
fn plain(endpoint: Endpoint, body: &[u8]) -> Answer {
    if serde_json::from_slice::<serde::de::IgnoredAny>(body).is_err() {
        let error = Some("the upstream did not answer with JSON".to_owned());
        return Answer {
            error,
            ..Answer::default()
        };
    }
    let facts = reply_facts(endpoint, body);
    let usage = facts.usage.unwrap_or_default();
    Answer {
        error: facts.error.map(|error| error.message),
        prompt_tokens: usage.prompt,
        completion_tokens: usage.completion,
    }
}

/// Returns a request with the vendor's headers and credentials.
fn authorized(
    tested: &Tested<'_>,
    profile: &'static Profile,
    url: &str,
    body: &[u8],
) -> Result<Request<RequestBody>, String> {
    let uri: Uri = url
        .parse()
        .map_err(|_bad| "the channel has no usable address")?;
    let mut request = Request::new(RequestBody::full(body.to_vec()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri;
    let ready =
        credentials::headers(profile, &tested.key).ok_or("the channel's key is not usable")?;
    let headers = request.headers_mut();
    headers.insert(
        http::header::CONTENT_TYPE,
        http::HeaderValue::from_static("application/json"),
    );
    headers.extend(ready);
    for (name, value) in profile.headers {
        headers.insert(*name, http::HeaderValue::from_static(value));
    }
    if credentials::is_needed(profile) {
        signed(tested, profile, &mut request)?;
    }
    Ok(request)
}

/// Signs the request or fetches its token, on a runtime of its own: management's threads have none.
fn signed(
    tested: &Tested<'_>,
    profile: &Profile,
    request: &mut Request<RequestBody>,
) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let reach = if tested.allow_private {
        Reach::Private
    } else {
        Reach::Public
    };
    let proxy = match tested.proxy.trim() {
        "" => None,
        text => Some(Arc::new(
            Proxy::read(text).ok_or("the channel's proxy is not usable")?,
        )),
    };
    let tls = tls_config(None).map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let pool = Pool::new(&tls, CONNECT);
        let tokens = Tokens::default();
        let means = Means {
            tokens: &tokens,
            pool: &pool,
            reach,
            proxy: proxy.as_ref(),
        };
        let done = credentials::authorize(&means, profile, &tested.key, request);
        match tokio::time::timeout(AUTHORIZE, done).await {
            Ok(outcome) => outcome.map_err(|error| error.to_string()),
            Err(_late) => Err("the vendor's token server did not answer in time".to_owned()),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tested(fields: &Value) -> Vec<u8> {
        let mut document = json!({
            "channel_type": 1,
            "base_url": "http://up.test",
            "key": "sk-1",
            "path": "/v1/chat/completions",
            "model": "m",
            "body": {"model": "m", "max_tokens": 16, "messages": [{"role": "user", "content": "hi"}]},
        });
        if let (Some(all), Some(more)) = (document.as_object_mut(), fields.as_object()) {
            all.extend(more.clone());
        }
        document.to_string().into_bytes()
    }

    fn call(fields: &Value) -> Value {
        let made = probe_call(&tested(fields)).expect("a call");
        serde_json::from_slice(&made).expect("JSON")
    }

    fn header<'a>(call: &'a Value, name: &str) -> Option<&'a str> {
        let headers = call["headers"].as_array()?;
        headers.iter().find(|pair| pair[0] == name)?[1].as_str()
    }

    fn answer(fields: &Value, status: u16, body: &str) -> Value {
        let read = probe_answer(&tested(fields), status, body.as_bytes()).expect("an answer");
        serde_json::from_slice(&read).expect("JSON")
    }

    #[test]
    fn a_call_has_the_vendors_address_words_and_credentials() {
        let own = call(&json!({}));
        assert_eq!(own["url"], "http://up.test/v1/chat/completions");
        assert_eq!(header(&own, "authorization"), Some("Bearer sk-1"));
        let claude = call(&json!({"channel_type": 14}));
        assert_eq!(claude["url"], "http://up.test/v1/messages");
        assert_eq!(header(&claude, "x-api-key"), Some("sk-1"));
        assert!(
            claude["body"]
                .as_str()
                .expect("text")
                .contains("max_tokens")
        );
        let zhipu = call(&json!({"channel_type": 26, "base_url": ""}));
        let address = "https://open.bigmodel.cn/api/paas/v4/chat/completions";
        assert_eq!(zhipu["url"], address);
    }

    #[test]
    fn a_key_that_signs_does() {
        let aws = json!({
            "channel_type": 33, "base_url": "", "key": "AK|secret|us-east-1",
            "model": "amazon.nova-lite-v1:0",
        });
        let signed = call(&aws);
        let credential = header(&signed, "authorization").expect("a signature");
        assert!(credential.starts_with("AWS4-HMAC-SHA256 Credential=AK/"));
    }

    #[test]
    fn what_cannot_be_called_says_why_without_the_key() {
        let made = probe_call(&tested(&json!({"channel_type": 33, "key": "sk-wrong"})));
        let why = made.expect_err("no call");
        assert!(!why.contains("sk-wrong"), "{why}");
        let made = probe_call(&tested(&json!({"path": "/v1/nothing"})));
        assert!(made.is_err());
    }

    #[test]
    fn answers_are_read_with_their_usage() {
        let whole = r#"{"id":"x","object":"chat.completion","model":"m","choices":[{"index":0,
            "message":{"role":"assistant","content":"hey"},"finish_reason":"stop"}],
            "usage":{"prompt_tokens":8,"completion_tokens":3,"total_tokens":11}}"#;
        let read = answer(&json!({}), 200, whole);
        assert_eq!(
            read,
            json!({"error": null, "prompt_tokens": 8, "completion_tokens": 3})
        );
        let claude = r#"{"id":"m","type":"message","role":"assistant","model":"m",
            "content":[{"type":"text","text":"hey"}],"stop_reason":"end_turn",
            "usage":{"input_tokens":5,"output_tokens":2}}"#;
        let read = answer(&json!({"channel_type": 14}), 200, claude);
        assert_eq!(read["prompt_tokens"], 5);
        let vectors = json!({"path": "/v1/embeddings"});
        let read = answer(&vectors, 200, r#"{"data":[],"usage":{"prompt_tokens":4}}"#);
        assert_eq!(
            (&read["error"], &read["prompt_tokens"]),
            (&json!(null), &json!(4))
        );
    }

    #[test]
    fn failures_say_why() {
        let refused = answer(&json!({}), 401, r#"{"error":{"message":"no money"}}"#);
        assert_eq!(refused["error"], "no money");
        for body in ["", "<html>", r#"{"error":{"message":"no money"}}"#] {
            assert!(answer(&json!({}), 200, body)["error"].is_string(), "{body}");
        }
        let cut = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";
        let stream = json!({"stream": true});
        assert!(answer(&stream, 200, cut)["error"].is_string());
    }
}
