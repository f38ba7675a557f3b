//! What a vendor's row says: which families it speaks, in which form calls of others go to it, and how it wants the key.
//! Facts only; `address` makes the URL, `quirks` the small changes in the body, `dialect` the forms of one vendor alone.

use super::address::PathRule;
use super::ali::images::is_at_once;
use super::models::{bedrock_is_claude, maker_family, vertex_family};
use super::quirks::Quirk;
use super::service::Service;
use crate::endpoint::{Endpoint, Family};

/// Names and values of headers.
pub type Headers = &'static [(&'static str, &'static str)];

/// How a vendor wants the key. What is signed or fetched is done by the relay, which has the clock and the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// `Authorization: Bearer <key>`
    Bearer,
    /// The bare key in this header.
    Header(&'static str),
    /// `Authorization: Bearer <key>`, or nothing when the key is empty or a mere filler.
    OptionalBearer,
    /// `key|appid`: the first as bearer, the second, if there, in the header `appid`.
    BearerAndAppId,
    /// `ak|sk|region` signs after AWS Signature Version 4 for this service; `key|region` is a bearer key.
    Aws {
        /// The service's name in the signature's scope.
        service: &'static str,
    },
    /// A service account's JSON is exchanged for a bearer token; any other key goes into the query as `key`.
    Google,
    /// `id.secret` signs a short-lived JSON web token (HS256), sent as bearer.
    ZhipuToken,
    /// `id|secret` is exchanged for a token that goes into the query as `access_token`.
    BaiduToken,
    /// `appid|secretId|secretKey` signs after TC3-HMAC-SHA256.
    Tencent,
    /// `Authorization: Bearer <key>`, and the bare key in the headers of Anthropic and Google too.
    EveryHeader,
    /// A JSON document with `access_token` and `account_id`.
    Codex,
    /// `appid|secret|key` of Spark, whose HTTP form takes `key:secret` as bearer; anything else is its `APIPassword`.
    Spark,
    /// `app|key|secret` signs the host, the date and the request line; the signature goes into the query.
    Xunfei,
    /// A service's JSON (Coze's OAuth by JWT) is exchanged for a bearer token; any other key is one already.
    Coze,
    /// The key in the query under this name.
    Query(&'static str),
}

/// How a call goes to a vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Same family on both ends: bytes pass through.
    Untouched,
    /// The upstream speaks this family.
    Translated(Family),
}

/// What decides which families a vendor speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forms {
    /// The row's `native` and `chat`, whatever the model.
    Row,
    /// Vertex: Gemini's and Claude's models in their makers' forms, all others in the `OpenAI` form.
    Vertex,
    /// `OpenCode` Zen: each model in its maker's form alone, all others in the chat form.
    Maker,
    /// Bedrock: Claude's models in Anthropic's form, all others by Converse.
    Bedrock,
}

/// One vendor.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// The channel type number of the management API.
    pub channel_type: i32,
    /// The vendor's name as shown.
    pub name: &'static str,
    /// The address without path version; empty when a channel must give one.
    pub default_base_url: &'static str,
    /// How the key is sent.
    pub auth: Auth,
    /// Whether `stream_options` may be sent.
    pub supports_stream_options: bool,
    /// Families that the vendor serves in their own form, so that a call's bytes pass through.
    pub native: &'static [Family],
    /// The form that calls of any other generating family are translated into; `None` for vendors without chat.
    pub chat: Option<Family>,
    /// What the vendor has in a form of its own beside chat, by the family of the client's call.
    pub services: &'static [(Family, Service)],
    /// What decides between forms when one vendor has several.
    pub forms: Forms,
    /// How the path is made.
    pub path: PathRule,
    /// Families whose path is made by another rule than `path`.
    pub paths: &'static [(Family, PathRule)],
    /// Small changes in the body.
    pub quirks: &'static [Quirk],
    /// Headers that go with every call unless the client sent them.
    pub headers: Headers,
}

/// Channel types that are `OpenAI`'s own servers.
const OPENAI_TYPES: [i32; 2] = [1, 3];

impl Profile {
    /// Says whether this is `OpenAI`'s own server (or Azure's), whose rules for reasoning models hold.
    pub fn is_openai(&self) -> bool {
        OPENAI_TYPES.contains(&self.channel_type)
    }

    /// Says how a call of this endpoint for this model (as the upstream is to see it) goes to this vendor; `None` when it cannot.
    pub fn way(&self, endpoint: Endpoint, model: &str) -> Option<Way> {
        let family = endpoint.family();
        if self.native_for(model).contains(&family) {
            return Some(Way::Untouched);
        }
        if let Some(service) = self.service(endpoint, model) {
            return Some(Way::Translated(Family::Service(service)));
        }
        let family = if endpoint.is_embedding() {
            let spoken = [Family::Embeddings, Family::Gemini];
            let is_native = |family: &Family| self.native_for(model).contains(family);
            spoken.into_iter().find(is_native)
        } else {
            self.chat_for(model).filter(|_| endpoint.is_generation())
        };
        family.map(Way::Translated)
    }

    /// Returns what the vendor has of its own for an endpoint.
    fn service(&self, endpoint: Endpoint, model: &str) -> Option<Service> {
        let family = match endpoint {
            Endpoint::ImageGenerations
            | Endpoint::ImageEdits
            | Endpoint::Rerank
            | Endpoint::Speech
            | Endpoint::Transcriptions
            | Endpoint::Translations => endpoint.family(),
            _ if endpoint.is_embedding() => Family::Embeddings,
            _ => return None,
        };
        let all = self.services.iter().filter(|(of, _)| *of == family);
        let mut fit = all
            .map(|(_, service)| *service)
            .filter(|service| service.answers(endpoint, model));
        fit.next()
    }

    /// Returns the headers of one call beside those of every call.
    pub fn headers_for(&self, endpoint: Endpoint, model: &str, is_stream: bool) -> Headers {
        match self.service(endpoint, model) {
            // A task, since these models do not answer at once.
            Some(Service::AliImages) if !is_at_once(model) => &[("x-dashscope-async", "enable")],
            // A stream begins before its prediction is done.
            _ if self.path == PathRule::Replicate && !is_stream => &[("prefer", "wait")],
            _ => &[],
        }
    }

    /// Says whether calls of this family's endpoints can pass through to this vendor, for some model.
    pub fn speaks(&self, family: Family) -> bool {
        self.native.contains(&family)
    }

    /// Says whether a call of this endpoint has an address at this vendor.
    pub(super) fn serves(&self, endpoint: Endpoint, model: &str) -> bool {
        let family = endpoint.family();
        self.native_for(model).contains(&family)
            || self.chat_for(model) == Some(family)
            || self.service(endpoint, model).is_some()
            || (endpoint.is_generation() && self.has_own_form(model))
    }

    /// Says whether the vendor's chat has a form of its own, whose calls count as chat completions until they are written.
    fn has_own_form(&self, model: &str) -> bool {
        matches!(
            self.chat_for(model),
            Some(Family::Vendor(_) | Family::Bedrock)
        )
    }

    fn native_for(&self, model: &str) -> &'static [Family] {
        match self.forms {
            Forms::Row => self.native,
            Forms::Vertex => match vertex_family(model) {
                Family::AnthropicMessages => &[Family::AnthropicMessages],
                Family::Gemini => &[Family::Gemini],
                _ => &[Family::OpenaiChat],
            },
            Forms::Maker => match maker_family(model) {
                Family::AnthropicMessages => &[Family::AnthropicMessages],
                Family::Gemini => &[Family::Gemini],
                Family::OpenaiResponses => &[Family::OpenaiResponses],
                _ => &[Family::OpenaiChat],
            },
            Forms::Bedrock if bedrock_is_claude(model) => &[Family::AnthropicMessages],
            Forms::Bedrock => &[],
        }
    }

    fn chat_for(&self, model: &str) -> Option<Family> {
        match self.forms {
            Forms::Row => self.chat,
            Forms::Vertex => Some(vertex_family(model)),
            Forms::Maker => Some(maker_family(model)),
            Forms::Bedrock if bedrock_is_claude(model) => Some(Family::AnthropicMessages),
            Forms::Bedrock => self.chat,
        }
    }
}
