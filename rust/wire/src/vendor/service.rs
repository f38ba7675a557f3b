//! What single vendors have in a form of their own beside chat: vectors, rankings, images and sound. Who writes and reads each.
//! Stands where a family's `upstream_request` and `upstream_reply` stand; whole answers only.

use serde_json::{Map, Value};

use super::dialect::Written;
use super::{
    ali, baidu, cloudflare, cohere, gemini_images, imagen, replicate, siliconflow, xunfei,
};
use crate::canon::{
    DecodeError, EmbeddingsReply, EmbeddingsRequest, EncodeError, ImagesReply, ImagesRequest,
    RerankReply, RerankRequest,
};
use crate::endpoint::Endpoint;

/// A service of one vendor alone.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
pub enum Service {
    /// Cohere's `/v2/embed`.
    CohereEmbed,
    /// Cohere's `/v2/rerank`.
    CohereRerank,
    /// Baidu's `wenxinworkshop/embeddings`.
    BaiduEmbed,
    /// `DashScope`'s text rerank.
    AliRerank,
    /// `DashScope`'s image synthesis, at once or as a task.
    AliImages,
    /// Gemini's `:generateContent` of image models, at Gemini's API and at Vertex.
    GeminiImages,
    /// Imagen's `:predict`, at Gemini's API and at Vertex.
    Imagen,
    /// Replicate's predictions that are images.
    ReplicateImages,
    /// Workers AI's `/ai/run` of rerankers.
    CloudflareRerank,
    /// Workers AI's `/ai/run` of image models.
    CloudflareImages,
    /// Workers AI's `/ai/run` of voices.
    CloudflareSpeech,
    /// Workers AI's `/ai/run` of Whisper.
    CloudflareTranscripts,
    /// `SiliconFlow`'s `/v1/images/generations`.
    SiliconFlowImages,
    /// Xunfei's `/v2.1/tti`.
    XunfeiImages,
}

impl Service {
    /// Whether the service has this model at all.
    fn has(self, model: &str) -> bool {
        match self {
            Self::Imagen => model.contains("imagen"),
            Self::GeminiImages => gemini_images::makes_images(model),
            Self::CloudflareTranscripts => cloudflare::transcripts::hears(model),
            _ => true,
        }
    }

    /// Whether the service answers an endpoint of its family with this model.
    pub(super) fn answers(self, endpoint: Endpoint, model: &str) -> bool {
        let fits = match endpoint {
            Endpoint::ImageEdits => self.edits(model),
            Endpoint::Speech => self == Self::CloudflareSpeech,
            Endpoint::Transcriptions => self == Self::CloudflareTranscripts,
            Endpoint::Translations => {
                self == Self::CloudflareTranscripts && cloudflare::transcripts::is_told(model)
            }
            _ => true,
        };
        fits && self.has(model)
    }

    /// Whether images can be changed by this model, not only made.
    fn edits(self, model: &str) -> bool {
        match self {
            Self::GeminiImages | Self::SiliconFlowImages | Self::ReplicateImages => true,
            Self::AliImages => ali::images::edits(model),
            Self::Imagen => imagen::edits(model),
            Self::CloudflareImages => cloudflare::images::edits(model),
            _ => false,
        }
    }
}

/// How a written body goes to a service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Carriage {
    /// As the JSON that it is.
    Json,
    /// As a form of its fields.
    Form,
    /// As the bytes whose base64 stands in this field.
    Bytes(&'static str),
}

impl Service {
    /// Says how a call of this model goes.
    pub(crate) fn carriage(self, model: &str) -> Carriage {
        match self {
            Self::CloudflareTranscripts if !cloudflare::transcripts::is_told(model) => {
                Carriage::Bytes("audio")
            }
            Self::CloudflareImages if cloudflare::images::takes_forms(model) => Carriage::Form,
            _ => Carriage::Json,
        }
    }
}

fn unknown<T>() -> Result<T, EncodeError> {
    Err(EncodeError::Unsupported { field: "endpoint" })
}

fn unread<T>() -> Result<T, DecodeError> {
    Err(DecodeError::Unreadable(
        "it is of another service".to_owned(),
    ))
}

/// Writes a request for vectors.
pub(crate) fn write_embeddings(
    service: Service,
    request: &EmbeddingsRequest,
) -> Result<Written, EncodeError> {
    match service {
        Service::CohereEmbed => cohere::embed::write(request),
        Service::BaiduEmbed => baidu::embed::write(request),
        _ => unknown(),
    }
}

/// Reads vectors.
pub(crate) fn read_embeddings(
    service: Service,
    body: &[u8],
) -> Result<EmbeddingsReply, DecodeError> {
    match service {
        Service::CohereEmbed => cohere::embed::read(&document(body)?),
        Service::BaiduEmbed => baidu::embed::read(body),
        _ => unread(),
    }
}

/// Writes a request to rank documents.
pub(crate) fn write_rerank(
    service: Service,
    request: &RerankRequest,
) -> Result<Written, EncodeError> {
    match service {
        Service::CohereRerank => cohere::rerank::write(request),
        Service::AliRerank => ali::rerank::write(request),
        Service::CloudflareRerank => cloudflare::rerank::write(request),
        _ => unknown(),
    }
}

/// Reads a ranking.
pub(crate) fn read_rerank(service: Service, body: &[u8]) -> Result<RerankReply, DecodeError> {
    let document = document(body)?;
    match service {
        Service::CohereRerank => cohere::rerank::read(&document),
        Service::AliRerank => ali::rerank::read(&document),
        Service::CloudflareRerank => cloudflare::rerank::read(&document),
        _ => unread(),
    }
}

/// Writes a request for images.
pub(crate) fn write_images(
    service: Service,
    request: &ImagesRequest,
) -> Result<Written, EncodeError> {
    match service {
        Service::AliImages => ali::images::write(request),
        Service::Imagen => imagen::write(request),
        Service::GeminiImages => gemini_images::write(request),
        Service::ReplicateImages => replicate::images::write(request),
        Service::CloudflareImages => cloudflare::images::write(request),
        Service::SiliconFlowImages => siliconflow::write(request),
        Service::XunfeiImages => xunfei::write(request),
        _ => unknown(),
    }
}

/// Reads made images.
pub(crate) fn read_images(service: Service, body: &[u8]) -> Result<ImagesReply, DecodeError> {
    match service {
        Service::AliImages => ali::images::read(&document(body)?),
        Service::Imagen => imagen::read(&document(body)?),
        Service::GeminiImages => gemini_images::read(&document(body)?),
        Service::ReplicateImages => replicate::images::read(&document(body)?),
        Service::CloudflareImages => cloudflare::images::read(body),
        Service::SiliconFlowImages => siliconflow::read(&document(body)?),
        Service::XunfeiImages => xunfei::read(body),
        _ => unread(),
    }
}

/// Writes a request for speech or for a transcript, of a body whose files are `data:` addresses.
pub(crate) fn write_sound(
    service: Service,
    endpoint: Endpoint,
    model: &str,
    fields: &Map<String, Value>,
) -> Result<Written, EncodeError> {
    match service {
        Service::CloudflareSpeech => cloudflare::speech::write(model, fields),
        Service::CloudflareTranscripts => {
            cloudflare::transcripts::write(model, fields, endpoint == Endpoint::Translations)
        }
        _ => unknown(),
    }
}

/// Reads made sound, or what was heard, as the client is to get it.
pub(crate) fn read_sound(
    service: Service,
    body: &[u8],
    is_verbose: bool,
) -> Result<Vec<u8>, DecodeError> {
    match service {
        Service::CloudflareSpeech => cloudflare::speech::read(body),
        Service::CloudflareTranscripts => cloudflare::transcripts::read(body, is_verbose),
        _ => unread(),
    }
}

/// Reads a JSON answer; one with an `error` is that error.
pub(super) fn document(body: &[u8]) -> Result<Value, DecodeError> {
    let document: Value =
        serde_json::from_slice(body).map_err(|error| DecodeError::Unreadable(error.to_string()))?;
    match super::dialect::error_under(&document) {
        Some(error) => Err(DecodeError::Upstream(error)),
        None => Ok(document),
    }
}
