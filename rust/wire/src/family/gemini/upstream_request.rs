//! The hub to an upstream's body, with the vendor's rules applied.
//! What the family cannot say is refused by name or listed as dropped, never lost in silence.

use serde_json::{Map, Value, json};

use super::messages;
use super::schema::to_gemini;
use super::thinking::{self, Model};
use super::tools::{write_tool_config, write_tools};
use super::types::{ConfigBody, RequestBody, ThinkingBody};
use crate::canon::{EncodeError, Input, OutputFormat, Request};
use crate::endpoint::{Endpoint, Family};
use crate::translate::WireRequest;
use crate::vendor::Profile;

/// The most stop texts that are taken (documented).
const MAX_STOPS: usize = 5;
/// Categories whose filters are switched off unless the request says otherwise, as the new-api family does.
const SAFETY_CATEGORIES: [&str; 5] = [
    "HARM_CATEGORY_HARASSMENT",
    "HARM_CATEGORY_HATE_SPEECH",
    "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    "HARM_CATEGORY_DANGEROUS_CONTENT",
    "HARM_CATEGORY_CIVIC_INTEGRITY",
];
/// Fields of the body without a word in the hub.
const OWN_FIELDS: [&str; 4] = ["safetySettings", "cachedContent", "labels", "serviceTier"];
/// Gemini's own fields as its `OpenAI` endpoint takes them: `extra_body.google` (documented), or `google` where a client's
/// library has unfolded it.
const EXTRA: [&str; 2] = ["/extra_body/google", "/google"];

/// Writes a request for a vendor of this family.
pub fn write(request: &Request, _profile: &Profile) -> Result<WireRequest, EncodeError> {
    let model = Model::of(&request.model);
    let Input::Messages(messages) = &request.input else {
        return Err(EncodeError::Unsupported { field: "prompt" });
    };
    let mut drops = drops(request);
    let extra = extra(request);
    let conversation = messages::write(messages, model.generation)?;
    let mut rest = own_fields(&request.rest, &extra);
    let has_safety = rest.contains_key("safetySettings");
    if !has_safety {
        rest.insert("safetySettings".to_owned(), safety());
    }
    let mut thinking = thinking::write(request, &model, &mut drops);
    if let Some(own) = extra.get("thinking_config") {
        thinking = read_extra::<ThinkingBody>(own)?;
    }
    let wire = RequestBody {
        system_instruction: conversation.system,
        contents: Some(conversation.contents),
        tools: write_tools(request)?,
        tool_config: write_tool_config(request)?,
        generation_config: Some(config(request, &model, &extra, thinking)?),
        rest,
    };
    let body = serde_json::to_vec(&wire);
    let endpoint = if request.stream {
        Endpoint::StreamGenerateContent
    } else {
        Endpoint::GenerateContent
    };
    Ok(WireRequest {
        endpoint,
        model: request.model.clone(),
        body: body.map_err(|error| EncodeError::NotWritable(error.to_string()))?,
        kind: None,
        drops,
    })
}

/// Names what this family has no word for and can do without.
fn drops(request: &Request) -> Vec<&'static str> {
    let sampling = &request.sampling;
    let dropped = [
        (request.user.is_some(), "user"),
        (request.parallel_tools == Some(false), "parallel_tool_calls"),
        (request.service_tier.is_some(), "service_tier"),
        (sampling.logit_bias.is_some(), "logit_bias"),
        (sampling.stop.len() > MAX_STOPS, "stop"),
    ];
    let named = dropped.iter().filter(|(is_there, _)| *is_there);
    named.map(|(_, name)| *name).collect()
}

fn extra(request: &Request) -> Map<String, Value> {
    let rest = Value::Object(request.rest.clone());
    let found = EXTRA
        .iter()
        .find_map(|path| rest.pointer(path)?.as_object());
    found.cloned().unwrap_or_default()
}

fn read_extra<T: serde::de::DeserializeOwned>(value: &Value) -> Result<Option<T>, EncodeError> {
    let read = serde_json::from_value(value.clone());
    read.map(Some).map_err(|_wrong| EncodeError::Unsupported {
        field: "extra_body.google",
    })
}

fn own_fields(rest: &Map<String, Value>, extra: &Map<String, Value>) -> Map<String, Value> {
    let mut own = Map::new();
    for name in OWN_FIELDS {
        if let Some(value) = rest.get(name) {
            own.insert(name.to_owned(), value.clone());
        }
    }
    let renamed = [
        ("safety_settings", "safetySettings"),
        ("cached_content", "cachedContent"),
    ];
    for (snake, camel) in renamed {
        if let Some(value) = rest.get(snake).or_else(|| extra.get(snake)) {
            own.insert(camel.to_owned(), value.clone());
        }
    }
    own
}

fn safety() -> Value {
    let settings =
        SAFETY_CATEGORIES.map(|category| json!({"category": category, "threshold": "OFF"}));
    Value::Array(settings.to_vec())
}

fn config(
    request: &Request,
    model: &Model<'_>,
    extra: &Map<String, Value>,
    thinking: Option<ThinkingBody>,
) -> Result<ConfigBody, EncodeError> {
    let sampling = request.sampling.clone();
    let mut stop = sampling.stop;
    stop.truncate(MAX_STOPS);
    let mut config = ConfigBody {
        temperature: sampling.temperature,
        top_p: sampling.top_p,
        top_k: sampling.top_k,
        max_output_tokens: request.max_output_tokens,
        candidate_count: sampling.n.filter(|count| *count > 1),
        stop_sequences: (!stop.is_empty()).then_some(stop),
        presence_penalty: sampling.presence_penalty,
        frequency_penalty: sampling.frequency_penalty,
        seed: sampling.seed.as_ref().map(seed),
        thinking_config: thinking,
        rest: match request.rest.get("generationConfig") {
            Some(Value::Object(rest)) => rest.clone(),
            _ => Map::new(),
        },
        ..ConfigBody::default()
    };
    match sampling.logprobs {
        Some(Value::Bool(true)) => {
            config.response_logprobs = Some(true);
            config.logprobs = sampling.top_logprobs;
        }
        Some(Value::Number(count)) => {
            config.response_logprobs = Some(true);
            config.logprobs = count.as_u64();
        }
        _ => {}
    }
    write_format(&request.output_format, &mut config)?;
    if let Some(modalities) = modalities(request, model) {
        let name = "responseModalities".to_owned();
        config.rest.entry(name).or_insert(modalities);
    }
    if let Some(image) = extra.get("image_config") {
        config.rest.insert("imageConfig".to_owned(), camel(image));
    }
    Ok(config)
}

/// Seeds are 32 bits here; longer ones of other families are folded, so that equal seeds stay equal.
fn seed(seed: &serde_json::Number) -> serde_json::Number {
    let fits = seed.as_i64().filter(|seed| i32::try_from(*seed).is_ok());
    let folded = || {
        let whole = seed.as_u64().or(seed.as_i64().map(i64::unsigned_abs));
        whole.unwrap_or(0) % u64::from(i32::MAX.unsigned_abs())
    };
    fits.map_or_else(|| folded().into(), serde_json::Number::from)
}

fn write_format(format: &OutputFormat, config: &mut ConfigBody) -> Result<(), EncodeError> {
    let json = || Some("application/json".to_owned());
    match format {
        OutputFormat::Unset => {}
        OutputFormat::Text => config.response_mime_type = Some("text/plain".to_owned()),
        OutputFormat::JsonObject => config.response_mime_type = json(),
        OutputFormat::JsonSchema(named) => {
            config.response_mime_type = json();
            config.response_schema = named.get("schema").map(to_gemini);
        }
        OutputFormat::Unknown {
            family: Family::Gemini,
            value,
        } => {
            let word = value.get("responseMimeType").and_then(Value::as_str);
            config.response_mime_type = word.map(str::to_owned);
            let schema = value
                .get("responseSchema")
                .filter(|schema| !schema.is_null());
            config.response_schema = schema.map(to_gemini);
        }
        OutputFormat::Unknown { .. } => {
            return Err(EncodeError::Unsupported {
                field: "response_format",
            });
        }
    }
    Ok(())
}

/// Models that paint must be told that they may; others are told what the client asked for.
fn modalities(request: &Request, model: &Model<'_>) -> Option<Value> {
    let asked = request.rest.get("modalities").and_then(Value::as_array);
    if let Some(asked) = asked {
        let words = asked.iter().filter_map(Value::as_str);
        let words: Vec<String> = words.map(str::to_ascii_uppercase).collect();
        return Some(json!(words));
    }
    model.paints().then(|| json!(["TEXT", "IMAGE"]))
}

/// `{"aspect_ratio":..}` to `{"aspectRatio":..}`.
fn camel(value: &Value) -> Value {
    let Some(fields) = value.as_object() else {
        return value.clone();
    };
    let renamed = fields.iter().map(|(name, value)| {
        let mut words = name.split('_');
        let mut camel = words.next().unwrap_or_default().to_owned();
        for word in words {
            let mut letters = word.chars();
            camel.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
            camel.push_str(letters.as_str());
        }
        (camel, value.clone())
    });
    Value::Object(renamed.collect())
}
