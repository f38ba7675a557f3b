//! The wire structs of Gemini's `generateContent`, as documented on 2026-08-18. Both spellings of a name are read,
//! `camelCase` is written. Only this family's files know them; what they do not list is kept in `rest`.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Number, Value};

/// A request body.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct RequestBody {
    #[serde(alias = "system_instruction", skip_serializing_if = "Option::is_none")]
    pub(super) system_instruction: Option<SystemBody>,
    #[serde(
        deserialize_with = "one_or_many",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) contents: Option<Vec<ContentBody>>,
    #[serde(
        deserialize_with = "one_or_many",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) tools: Option<Vec<ToolBody>>,
    #[serde(alias = "tool_config", skip_serializing_if = "Option::is_none")]
    pub(super) tool_config: Option<ToolConfigBody>,
    #[serde(alias = "generation_config", skip_serializing_if = "Option::is_none")]
    pub(super) generation_config: Option<ConfigBody>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

/// A system instruction: a content, or a bare text.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum SystemBody {
    Text(String),
    Content(ContentBody),
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ContentBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<String>,
    #[serde(
        deserialize_with = "one_or_many",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) parts: Option<Vec<PartBody>>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PartBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thought: Option<bool>,
    #[serde(alias = "inline_data", skip_serializing_if = "Option::is_none")]
    pub(super) inline_data: Option<BlobBody>,
    #[serde(alias = "file_data", skip_serializing_if = "Option::is_none")]
    pub(super) file_data: Option<FileBody>,
    #[serde(alias = "function_call", skip_serializing_if = "Option::is_none")]
    pub(super) function_call: Option<CallBody>,
    #[serde(alias = "function_response", skip_serializing_if = "Option::is_none")]
    pub(super) function_response: Option<ResultBody>,
    #[serde(alias = "thought_signature", skip_serializing_if = "Option::is_none")]
    pub(super) thought_signature: Option<String>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct BlobBody {
    #[serde(alias = "mime_type")]
    pub(super) mime_type: String,
    pub(super) data: String,
    #[serde(alias = "display_name", skip_serializing_if = "Option::is_none")]
    pub(super) display_name: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct FileBody {
    #[serde(alias = "mime_type", skip_serializing_if = "Option::is_none")]
    pub(super) mime_type: Option<String>,
    #[serde(alias = "file_uri")]
    pub(super) file_uri: String,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct CallBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) args: Option<Value>,
    #[serde(alias = "partial_args", skip_serializing_if = "Option::is_none")]
    pub(super) partial_args: Option<Vec<PartialBody>>,
    #[serde(alias = "will_continue", skip_serializing_if = "Option::is_none")]
    pub(super) will_continue: Option<bool>,
}

/// A piece of one argument, at a path such as `$.items[0].name`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PartialBody {
    #[serde(alias = "json_path")]
    pub(super) json_path: String,
    #[serde(alias = "string_value", skip_serializing_if = "Option::is_none")]
    pub(super) string_value: Option<String>,
    #[serde(alias = "number_value", skip_serializing_if = "Option::is_none")]
    pub(super) number_value: Option<Number>,
    #[serde(alias = "bool_value", skip_serializing_if = "Option::is_none")]
    pub(super) bool_value: Option<bool>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ResultBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response: Option<Value>,
    #[serde(
        deserialize_with = "one_or_many",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) parts: Option<Vec<PartBody>>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ToolBody {
    #[serde(
        alias = "function_declarations",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) function_declarations: Option<Vec<DeclarationBody>>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct DeclarationBody {
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parameters: Option<Value>,
    #[serde(
        alias = "parameters_json_schema",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) parameters_json_schema: Option<Value>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ToolConfigBody {
    #[serde(
        alias = "function_calling_config",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) function_calling_config: Option<CallingBody>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct CallingBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mode: Option<String>,
    #[serde(
        alias = "allowed_function_names",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) allowed_function_names: Option<Vec<String>>,
}

/// `generationConfig`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ConfigBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) temperature: Option<Number>,
    #[serde(alias = "top_p", skip_serializing_if = "Option::is_none")]
    pub(super) top_p: Option<Number>,
    #[serde(alias = "top_k", skip_serializing_if = "Option::is_none")]
    pub(super) top_k: Option<Number>,
    #[serde(alias = "max_output_tokens", skip_serializing_if = "Option::is_none")]
    pub(super) max_output_tokens: Option<u64>,
    #[serde(alias = "candidate_count", skip_serializing_if = "Option::is_none")]
    pub(super) candidate_count: Option<u64>,
    #[serde(alias = "stop_sequences", skip_serializing_if = "Option::is_none")]
    pub(super) stop_sequences: Option<Vec<String>>,
    #[serde(alias = "presence_penalty", skip_serializing_if = "Option::is_none")]
    pub(super) presence_penalty: Option<Number>,
    #[serde(alias = "frequency_penalty", skip_serializing_if = "Option::is_none")]
    pub(super) frequency_penalty: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<Number>,
    #[serde(alias = "response_logprobs", skip_serializing_if = "Option::is_none")]
    pub(super) response_logprobs: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) logprobs: Option<u64>,
    #[serde(alias = "response_mime_type", skip_serializing_if = "Option::is_none")]
    pub(super) response_mime_type: Option<String>,
    #[serde(alias = "response_schema", skip_serializing_if = "Option::is_none")]
    pub(super) response_schema: Option<Value>,
    #[serde(
        alias = "response_json_schema",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) response_json_schema: Option<Value>,
    #[serde(alias = "thinking_config", skip_serializing_if = "Option::is_none")]
    pub(super) thinking_config: Option<ThinkingBody>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ThinkingBody {
    #[serde(alias = "include_thoughts", skip_serializing_if = "Option::is_none")]
    pub(super) include_thoughts: Option<bool>,
    #[serde(alias = "thinking_budget", skip_serializing_if = "Option::is_none")]
    pub(super) thinking_budget: Option<i64>,
    #[serde(alias = "thinking_level", skip_serializing_if = "Option::is_none")]
    pub(super) thinking_level: Option<String>,
}

/// A whole reply, or one event of a stream.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ReplyBody {
    pub(super) candidates: Option<Vec<CandidateBody>>,
    #[serde(alias = "prompt_feedback")]
    pub(super) prompt_feedback: Option<FeedbackBody>,
    #[serde(alias = "model_version")]
    pub(super) model_version: Option<String>,
    #[serde(alias = "response_id")]
    pub(super) response_id: Option<String>,
    #[serde(alias = "usage_metadata")]
    pub(super) usage_metadata: Option<Value>,
    pub(super) error: Option<Value>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct FeedbackBody {
    #[serde(alias = "block_reason")]
    pub(super) block_reason: Option<String>,
    #[serde(alias = "block_reason_message")]
    pub(super) block_reason_message: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct CandidateBody {
    pub(super) content: Option<ContentBody>,
    #[serde(alias = "finish_reason")]
    pub(super) finish_reason: Option<String>,
    pub(super) index: Option<u32>,
    #[serde(alias = "logprobs_result")]
    pub(super) logprobs_result: Option<Value>,
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

/// Reads a list, or one lone element of it, as Google's servers do.
fn one_or_many<'de, D, T>(reader: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany<T> {
        Many(Vec<T>),
        One(T),
    }
    let read = Option::<OneOrMany<T>>::deserialize(reader)?;
    Ok(read.map(|read| match read {
        OneOrMany::Many(list) => list,
        OneOrMany::One(one) => vec![one],
    }))
}
