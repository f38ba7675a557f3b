//! `embedContent` and `batchEmbedContents` both ways: the one crossing of Gemini's that is no conversation.
//! One content is one text to embed; vectors are numbers here, never base64.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::types::{ContentBody, PartBody};
use crate::canon::{
    DecodeError, Embedding, EmbeddingInput, EmbeddingsReply, EmbeddingsRequest, EncodeError,
};
use crate::endpoint::Endpoint;
use crate::envelope::{Envelope, RequestError};
use crate::reply::reply_facts;
use crate::translate::WireRequest;

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
struct RequestBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    content: Option<ContentBody>,
    #[serde(
        alias = "output_dimensionality",
        skip_serializing_if = "Option::is_none"
    )]
    output_dimensionality: Option<u64>,
    /// The newer place of the fields beside the content.
    #[serde(
        alias = "embed_content_config",
        skip_serializing_if = "Option::is_none"
    )]
    embed_content_config: Option<ConfigBody>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
struct ConfigBody {
    #[serde(
        alias = "output_dimensionality",
        skip_serializing_if = "Option::is_none"
    )]
    output_dimensionality: Option<u64>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct BatchBody {
    requests: Vec<RequestBody>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct ReplyBody {
    embedding: Option<VectorBody>,
    embeddings: Option<Vec<VectorBody>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct VectorBody {
    values: Value,
}

/// Fields that say what the vectors are for; clients of other families may say them too, in either spelling.
const OWN_FIELDS: [(&str, &str); 2] = [("taskType", "task_type"), ("title", "title")];

/// Reads a client's body.
pub(crate) fn read_request(
    endpoint: Endpoint,
    path_model: Option<&str>,
    body: &[u8],
) -> Result<EmbeddingsRequest, RequestError> {
    let envelope = Envelope::read_with(endpoint, path_model, body)?;
    let unreadable = |error: serde_json::Error| RequestError::Unreadable(error.to_string());
    let fields = serde_json::from_slice::<Value>(body).map_err(unreadable)?;
    let requests = if endpoint == Endpoint::BatchEmbedContents {
        let batch = serde_json::from_value::<BatchBody>(fields).map_err(unreadable)?;
        batch.requests
    } else {
        vec![serde_json::from_value::<RequestBody>(fields).map_err(unreadable)?]
    };
    let mut dimensions = None;
    let mut rest = Map::new();
    let mut inputs = Vec::new();
    for request in requests {
        let config = request.embed_content_config.unwrap_or_default();
        let size = request
            .output_dimensionality
            .or(config.output_dimensionality);
        if !inputs.is_empty() && size != dimensions {
            return Err(RequestError::WrongType {
                field: "outputDimensionality",
                expected: "the same number in every request of a batch",
            });
        }
        dimensions = size;
        rest.extend(request.rest);
        rest.extend(config.rest);
        inputs.push(EmbeddingInput::Text(text_of(request.content)?));
    }
    if inputs.is_empty() {
        return Err(RequestError::MissingField("requests"));
    }
    Ok(EmbeddingsRequest {
        model: envelope.model,
        inputs,
        encoding: None,
        dimensions,
        user: None,
        rest,
    })
}

fn text_of(content: Option<ContentBody>) -> Result<String, RequestError> {
    let parts = content.and_then(|content| content.parts);
    let parts = parts.ok_or(RequestError::MissingField("content"))?;
    let texts: Option<Vec<String>> = parts.into_iter().map(|part| part.text).collect();
    let wrong = RequestError::WrongType {
        field: "content",
        expected: "texts only, for this upstream",
    };
    Ok(texts.ok_or(wrong)?.concat())
}

/// Writes a body for an upstream: one text alone, several as a batch.
pub(crate) fn write_request(request: &EmbeddingsRequest) -> Result<WireRequest, EncodeError> {
    let texts = request.inputs.iter().map(|input| match input {
        EmbeddingInput::Text(text) => Ok(text),
        EmbeddingInput::Tokens(_) => Err(EncodeError::Unsupported { field: "input" }),
    });
    let texts = texts.collect::<Result<Vec<_>, _>>()?;
    let bodies = texts.iter().map(|text| one_request(request, text));
    let mut bodies: Vec<RequestBody> = bodies.collect();
    let (endpoint, body) = match bodies.len() {
        0 => return Err(EncodeError::Unsupported { field: "input" }),
        1 => (Endpoint::EmbedContent, serde_json::to_vec(&bodies.pop())),
        _ => {
            let batch = BatchBody { requests: bodies };
            (Endpoint::BatchEmbedContents, serde_json::to_vec(&batch))
        }
    };
    Ok(WireRequest {
        endpoint,
        model: request.model.clone(),
        body: body.map_err(|error| EncodeError::NotWritable(error.to_string()))?,
        kind: None,
        drops: request.user.iter().map(|_| "user").collect(),
    })
}

fn one_request(request: &EmbeddingsRequest, text: &str) -> RequestBody {
    let part = PartBody {
        text: Some(text.to_owned()),
        ..PartBody::default()
    };
    let mut rest = Map::new();
    for (camel, snake) in OWN_FIELDS {
        let said = request.rest.get(camel).or_else(|| request.rest.get(snake));
        rest.extend(said.map(|value| (camel.to_owned(), value.clone())));
    }
    RequestBody {
        model: Some(full_name(&request.model)),
        content: Some(ContentBody {
            parts: Some(vec![part]),
            ..ContentBody::default()
        }),
        output_dimensionality: request.dimensions,
        embed_content_config: None,
        rest,
    }
}

fn full_name(model: &str) -> String {
    if model.contains('/') {
        model.to_owned()
    } else {
        format!("models/{model}")
    }
}

/// Reads a whole reply of either call.
pub(crate) fn read_reply(body: &[u8]) -> Result<EmbeddingsReply, DecodeError> {
    let facts = reply_facts(Endpoint::EmbedContent, body);
    if let Some(error) = facts.error {
        return Err(DecodeError::Upstream(error));
    }
    let wire = serde_json::from_slice::<ReplyBody>(body)
        .map_err(|error| DecodeError::Unreadable(error.to_string()))?;
    let vectors = wire.embeddings.or(wire.embedding.map(|one| vec![one]));
    let vectors =
        vectors.ok_or_else(|| DecodeError::Unreadable("vectors are missing".to_owned()))?;
    let embeddings = vectors.into_iter().enumerate().map(|(at, body)| Embedding {
        index: at as u32,
        vector: body.values,
    });
    Ok(EmbeddingsReply {
        model: String::new(),
        embeddings: embeddings.collect(),
        usage: facts.usage,
        rest: Map::new(),
    })
}

/// Writes a whole reply; the vectors must be numbers.
pub(crate) fn write_reply(endpoint: Endpoint, reply: &EmbeddingsReply) -> Vec<u8> {
    let vectors = reply.embeddings.iter();
    let mut vectors: Vec<Value> = vectors.map(|one| json!({"values": one.vector})).collect();
    let mut body = Map::new();
    if endpoint == Endpoint::BatchEmbedContents {
        body.insert("embeddings".to_owned(), Value::Array(vectors));
    } else {
        let one = vectors.drain(..).next().unwrap_or_default();
        body.insert("embedding".to_owned(), one);
    }
    if let Some(usage) = &reply.usage {
        let count = json!({"promptTokenCount": usage.prompt});
        body.insert("usageMetadata".to_owned(), count);
    }
    Value::Object(body).to_string().into_bytes()
}
