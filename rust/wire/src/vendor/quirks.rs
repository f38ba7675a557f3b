//! Small changes that single vendors want in a body of a family they otherwise speak.
//! Applied once, to the bytes that would go out, whether they passed through or were translated; a vendor without quirks
//! costs nothing, and fields that no quirk names keep their bytes.

use serde_json::{Value, json};

use super::document::Document;
use super::keys::three_parts;
use super::profile::Profile;
use super::tool_ids::short_tool_ids;
use crate::endpoint::{Endpoint, Family};

/// One change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quirk {
    /// `top_p` of 1 and more is 0.99.
    TopPBelowOne,
    /// `top_p` stays within 0.001 and 0.999.
    TopPWithin,
    /// An effort word at the end of a reasoning model's name becomes `reasoning_effort`, `max_tokens` gets its newer name.
    ReasoningModels,
    /// `usage: {include: true}`, and thinking under `reasoning`.
    OpenRouter,
    /// Ids of tool calls have nine letters and digits.
    ShortToolIds,
    /// `-search` turns live search on; grok-3-mini's effort stands at the end of its name.
    Grok,
    /// `-search` turns the web search on.
    BaiduSearch,
    /// `-thinking` and `-nothinking` become `thinking: {type}`.
    ThinkingSuffix,
    /// Claude at a cloud: no model and no stream in the body, this `anthropic_version`, betas in the body.
    CloudClaude(&'static str),
    /// Ids of function calls and answers are unknown.
    NoFunctionIds,
    /// The channel's setting (a bot, a library) goes into the body under this name.
    Setting(&'static str),
    /// Spark's models by the names of its first API.
    SparkNames,
    /// Cohere's fields of a rerank get Jina's names, or go.
    JinaRerank,
    /// Nothing is stored, everything streams, instructions are there.
    Codex,
    /// The application of the key, and the channel's setting as the patch of the model, stand in the body's `header`.
    XunfeiApp,
}

/// A body that is about to go out.
#[derive(Clone, Copy, Debug)]
pub struct Adapting<'a> {
    /// The endpoint that is called.
    pub endpoint: Endpoint,
    /// The model as the upstream is to see it.
    pub model: &'a str,
    /// The body, in the endpoint's family.
    pub body: &'a [u8],
    /// The client's `anthropic-beta` header.
    pub betas: Option<&'a str>,
    /// The channel's extra setting (`other`).
    pub setting: Option<&'a str>,
    /// The key, for vendors that want a part of it in the body.
    pub key: &'a str,
}

/// What a vendor's quirks made of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adapted {
    /// The model's name for the path, when it changed.
    pub model: Option<String>,
    /// The body, when it changed.
    pub body: Option<Vec<u8>>,
    /// Fields of the body that the vendor does not take and that were left out.
    pub drops: Vec<&'static str>,
}

const EFFORTS: [&str; 6] = ["-minimal", "-xhigh", "-medium", "-high", "-none", "-low"];

impl Profile {
    /// Applies the vendor's quirks to a body. A body that is no JSON object (a form, a dialect of its own) stays as it is.
    pub fn adapt(&self, call: &Adapting<'_>) -> Adapted {
        if !self.adapts(call.endpoint, call.model) {
            return Adapted::default();
        }
        let Some(mut document) = Document::read(call.body) else {
            return Adapted::default();
        };
        let mut model = call.model.to_owned();
        let mut drops = Vec::new();
        for quirk in self.quirks_of(call.endpoint, call.model) {
            drops.extend(quirk.leave_out(&mut document));
            quirk.apply(&mut document, &mut model, call);
        }
        let is_renamed = model != call.model;
        if is_renamed && document.get("model").is_some() {
            document.set("model", &json!(model));
        }
        Adapted {
            model: is_renamed.then_some(model),
            body: document.changed(),
            drops,
        }
    }

    /// Whether a body for this model is looked at; where not, the bytes need not stand in one piece.
    pub fn adapts(&self, endpoint: Endpoint, model: &str) -> bool {
        self.quirks_of(endpoint, model).next().is_some()
    }

    fn quirks_of(&self, endpoint: Endpoint, model: &str) -> impl Iterator<Item = &Quirk> {
        let family = endpoint.family();
        let quirks = self.quirks.iter();
        quirks.filter(move |quirk| quirk.is_for(family) && quirk.knows(model))
    }
}

impl Quirk {
    fn is_for(self, family: Family) -> bool {
        match self {
            Self::ReasoningModels => {
                matches!(family, Family::OpenaiChat | Family::OpenaiResponses)
            }
            Self::CloudClaude(_) => family == Family::AnthropicMessages,
            Self::NoFunctionIds => family == Family::Gemini,
            Self::JinaRerank => family == Family::Rerank,
            Self::Codex => family == Family::OpenaiResponses,
            Self::XunfeiApp => family == Family::Images,
            Self::TopPBelowOne
            | Self::TopPWithin
            | Self::OpenRouter
            | Self::ShortToolIds
            | Self::Grok
            | Self::BaiduSearch
            | Self::Setting(_)
            | Self::SparkNames
            | Self::ThinkingSuffix => family == Family::OpenaiChat,
        }
    }

    /// Whether the quirk can concern a model at all; for the others the body is not even looked at.
    fn knows(self, model: &str) -> bool {
        match self {
            Self::ReasoningModels => is_reasoning(model),
            Self::Grok => model.ends_with("-search") || model.starts_with("grok-3-mini"),
            Self::BaiduSearch => model.ends_with("-search"),
            Self::ThinkingSuffix => model.ends_with("thinking"),
            Self::TopPBelowOne
            | Self::TopPWithin
            | Self::OpenRouter
            | Self::ShortToolIds
            | Self::CloudClaude(_)
            | Self::NoFunctionIds
            | Self::Setting(_)
            | Self::JinaRerank
            | Self::XunfeiApp
            | Self::Codex => true,
            Self::SparkNames => model.starts_with("SparkDesk"),
        }
    }

    /// Takes out the fields that the vendor does not take, and returns their names.
    fn leave_out(self, document: &mut Document<'_>) -> Vec<&'static str> {
        let names: &[&'static str] = match self {
            Self::JinaRerank => &JINA_LACKS,
            Self::Codex => &CODEX_LACKS,
            _ => &[],
        };
        let found = names.iter().copied();
        let found: Vec<_> = found.filter(|name| document.get(name).is_some()).collect();
        for name in names {
            document.remove(name);
        }
        found
    }

    fn apply(self, document: &mut Document<'_>, model: &mut String, call: &Adapting<'_>) {
        match self {
            Self::TopPBelowOne => clamp_top_p(document, None, 0.99),
            Self::TopPWithin => clamp_top_p(document, Some(0.001), 0.999),
            Self::ReasoningModels => reasoning_models(document, model, call.endpoint),
            Self::OpenRouter => open_router(document, model),
            Self::ShortToolIds => short_tool_ids(document),
            Self::Grok => grok(document, model),
            Self::BaiduSearch => baidu_search(document, model),
            Self::ThinkingSuffix => thinking_suffix(document, model),
            Self::CloudClaude(version) => cloud_claude(document, version, call.betas),
            Self::NoFunctionIds => no_function_ids(document),
            Self::Setting(name) => setting(document, name, call.setting),
            Self::SparkNames => spark_names(model),
            Self::JinaRerank => jina_rerank(document),
            Self::Codex => codex(document),
            Self::XunfeiApp => xunfei_app(document, call),
        }
    }
}

/// One and more becomes `most`; zero and less becomes `least`, where a vendor has one.
fn clamp_top_p(document: &mut Document<'_>, least: Option<f64>, most: f64) {
    let Some(top_p) = document.value("top_p").as_ref().and_then(Value::as_f64) else {
        return;
    };
    if top_p >= 1.0 {
        document.set("top_p", &json!(most));
    } else if let Some(least) = least.filter(|_| top_p <= 0.0) {
        document.set("top_p", &json!(least));
    }
}

/// Cuts an effort word off a model's name.
fn take_effort(model: &mut String) -> Option<&'static str> {
    let suffix = EFFORTS.iter().find(|suffix| model.ends_with(**suffix))?;
    model.truncate(model.len() - suffix.len());
    Some(suffix.trim_start_matches('-'))
}

/// Cuts a word off a model's name, if it is there.
fn take_suffix(model: &mut String, suffix: &str) -> bool {
    let is_there = model.len() > suffix.len() && model.ends_with(suffix);
    if is_there {
        model.truncate(model.len() - suffix.len());
    }
    is_there
}

/// `OpenAI`'s o-series and gpt-5, whose servers refuse `max_tokens` in chat.
fn is_reasoning(model: &str) -> bool {
    let starts = ["o1", "o3", "o4", "gpt-5"];
    starts.iter().any(|start| model.starts_with(start))
}

fn reasoning_models(document: &mut Document<'_>, model: &mut String, endpoint: Endpoint) {
    let effort = take_effort(model);
    if endpoint.family() == Family::OpenaiResponses {
        if let Some(effort) = effort {
            let mut reasoning = document.value("reasoning").unwrap_or_else(|| json!({}));
            if let Some(fields) = reasoning.as_object_mut() {
                fields.insert("effort".to_owned(), json!(effort));
            }
            document.set("reasoning", &reasoning);
        }
        return;
    }
    if let Some(effort) = effort {
        document.set("reasoning_effort", &json!(effort));
    }
    if endpoint == Endpoint::ChatCompletions {
        document.rename("max_tokens", "max_completion_tokens");
    }
}

fn open_router(document: &mut Document<'_>, model: &mut String) {
    document.set_default("usage", &json!({"include": true}));
    if take_suffix(model, "-thinking") {
        document.set_default("reasoning", &json!({"enabled": true}));
    }
    let effort = document.value("reasoning_effort");
    if let Some(effort) = effort.filter(Value::is_string) {
        document.set_default("reasoning", &json!({"effort": effort}));
        document.remove("reasoning_effort");
    }
}

fn grok(document: &mut Document<'_>, model: &mut String) {
    if take_suffix(model, "-search") {
        document.set_default("search_parameters", &json!({"mode": "on"}));
    }
    if model.starts_with("grok-3-mini")
        && let Some(effort) = take_effort(model)
    {
        document.set("reasoning_effort", &json!(effort));
    }
}

fn baidu_search(document: &mut Document<'_>, model: &mut String) {
    if take_suffix(model, "-search") {
        let search = json!({"enable": true, "enable_citation": true, "enable_trace": true});
        document.set_default("web_search", &search);
    }
}

fn thinking_suffix(document: &mut Document<'_>, model: &mut String) {
    let kind = if take_suffix(model, "-nothinking") {
        "disabled"
    } else if take_suffix(model, "-thinking") {
        "enabled"
    } else {
        return;
    };
    document.set("thinking", &json!({"type": kind}));
}

fn cloud_claude(document: &mut Document<'_>, version: &str, betas: Option<&str>) {
    document.remove("model");
    document.remove("stream");
    document.set_default("anthropic_version", &json!(version));
    let betas = betas.unwrap_or_default().split(',').map(str::trim);
    let betas: Vec<_> = betas.filter(|beta| !beta.is_empty()).collect();
    if !betas.is_empty() {
        document.set_default("anthropic_beta", &json!(betas));
    }
}

fn no_function_ids(document: &mut Document<'_>) {
    let has_functions = document.get("contents").is_some_and(|bytes| {
        let holds = |word: &[u8]| memchr::memmem::find(bytes, word).is_some();
        holds(b"functionResponse") || holds(b"functionCall")
    });
    let Some(mut contents) = document.value("contents").filter(|_| has_functions) else {
        return;
    };
    let mut is_changed = false;
    for content in contents.as_array_mut().into_iter().flatten() {
        let parts = content.get_mut("parts").and_then(Value::as_array_mut);
        for part in parts.into_iter().flatten() {
            for name in ["functionResponse", "functionCall"] {
                let function = part.get_mut(name).and_then(Value::as_object_mut);
                is_changed |= function.is_some_and(|fields| fields.shift_remove("id").is_some());
            }
        }
    }
    if is_changed {
        document.set("contents", &contents);
    }
}

/// Jina refuses fields that it does not know (api.jina.ai's schema of rerank; not checked against it).
const JINA_LACKS: [&str; 3] = ["max_chunks_per_doc", "rank_fields", "overlap_tokens"];

fn jina_rerank(document: &mut Document<'_>) {
    document.rename("max_tokens_per_doc", "max_doc_length");
}

fn setting(document: &mut Document<'_>, name: &str, setting: Option<&str>) {
    let setting = setting.map(str::trim);
    if let Some(setting) = setting.filter(|setting| !setting.is_empty()) {
        document.set(name, &json!(setting));
    }
}

/// Names of the first API and what its successor calls the same model (www.xfyun.cn/doc/spark, HTTP and Web,
/// read on 2026-11-22).
const SPARK: [(&str, &str); 7] = [
    ("SparkDesk-v1.1", "lite"),
    ("SparkDesk-v3.1", "generalv3"),
    ("SparkDesk-v3.1-128K", "pro-128k"),
    ("SparkDesk-v3.5", "generalv3.5"),
    ("SparkDesk-v3.5-32K", "max-32k"),
    ("SparkDesk-v4.0", "4.0Ultra"),
    ("SparkDesk", "generalv3.5"),
];

fn spark_names(model: &mut String) {
    if let Some((_, now)) = SPARK.iter().find(|(name, _)| name == model) {
        (*now).clone_into(model);
    }
}

/// The backend of the coding client takes no limits and no sampling.
const CODEX_LACKS: [&str; 3] = ["max_output_tokens", "temperature", "top_p"];

fn codex(document: &mut Document<'_>) {
    document.set("store", &json!(false));
    document.set("stream", &json!(true));
    document.set_default("instructions", &json!(""));
}

fn xunfei_app(document: &mut Document<'_>, call: &Adapting<'_>) {
    let Some(mut header) = document.value("header").filter(Value::is_object) else {
        return;
    };
    if let (Some((app, ..)), Some(fields)) = (three_parts(call.key), header.as_object_mut()) {
        fields.insert("app_id".to_owned(), json!(app));
        let setting = call
            .setting
            .map(str::trim)
            .filter(|patch| !patch.is_empty());
        let is_open = fields
            .get("patch_id")
            .is_none_or(|patch| *patch == json!([]));
        if let Some(patch) = setting.filter(|_| is_open) {
            fields.insert("patch_id".to_owned(), json!([patch]));
        }
    }
    document.set("header", &header);
}
