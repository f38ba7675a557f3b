//! From a vendor's row and a channel's settings to the address of one call.
//! The last step before a call goes out; must never double a version segment or leave a blank in a path.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::ali::images::is_at_once;
use super::aliases::base_of_alias;
use super::gemini_images::makes_images;
use super::keys::{AwsKey, json_field};
use super::models::{bedrock_id, bedrock_is_claude, vertex_family, wenxin_name};
use super::profile::{Forms, Profile};
use crate::endpoint::{Endpoint, Family};

/// How a vendor's path is made from the base URL and the endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathRule {
    /// Base, this prefix, then the endpoint below its version: `/v1` + `/chat/completions`. A base that already ends with the
    /// prefix (or with a version segment such as `/v1` or `/v4`) does not get it again.
    Prefix(&'static str),
    /// Base, then this path, whatever the endpoint; `{model}` in it is replaced.
    Exact(&'static str),
    /// Base, then the first path for whole answers, the second for streams; `{model}` in them is replaced.
    ByStream(&'static str, &'static str),
    /// The base is the whole URL; `{model}` in it is replaced.
    Whole,
    /// `/openai/deployments/{model}/{task}?api-version=...`
    Azure,
    /// Base with `{account}` in it is required: `/client/v4/accounts/{account}/ai/v1`.
    Cloudflare,
    /// Cloudflare's own form: `/client/v4/accounts/{account}/ai/run/{model}`.
    CloudflareRun,
    /// Gemini's images: `:predict` for Imagen, `:generateContent` for the models that make images among text.
    GeminiImages,
    /// `DashScope`'s images: one path for models that answer at once, one for those that make tasks.
    DashScopeImages,
    /// `/v1/models/{owner}/{name}/predictions`, or `/v1/predictions` for a model named with its version.
    Replicate,
    /// Version segment `/api/v3`; models that start with `bot` go to `/api/v3/bots`.
    VolcEngine,
    /// Baidu's first API: base, `/rpc/2.0/ai_custom/v1/wenxinworkshop/{task}/` and a name of its own for each model.
    Wenxin,
    /// `https://bedrock-runtime.{region}.amazonaws.com/model/{id}/...`
    Bedrock,
    /// `https://{region}-aiplatform.googleapis.com/v1/projects/{project}/locations/{region}/...`
    Vertex,
}

/// Why no address can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// The vendor has no default address and the channel names none.
    #[error("channel has no base URL")]
    NoBaseUrl,
    /// The vendor does not serve this endpoint in a form that is spoken here.
    #[error("channel does not speak {0}")]
    NotSpoken(&'static str),
    /// The vendor's address needs the channel's extra setting (account, region, version).
    #[error("channel needs its {0} setting")]
    NeedsSetting(&'static str),
    /// The vendor's address needs a part of the key that is not there.
    #[error("channel's key names no {0}")]
    NeedsKeyPart(&'static str),
}

/// Where one call goes.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The channel's base URL, or the name of a plan; empty means the vendor's own.
    pub base_url: &'a str,
    /// The endpoint that is called: the client's when bytes pass through, the writer's when the call is translated.
    pub endpoint: Endpoint,
    /// The model as the upstream is to see it, not encoded.
    pub model: &'a str,
    /// The channel's extra setting (`other`): Azure's API version, Cloudflare's account, Vertex's region.
    pub setting: Option<&'a str>,
    /// The key, for vendors whose address depends on it (AWS's region, a Google project).
    pub key: &'a str,
    /// Whether a stream is asked for.
    pub is_stream: bool,
    /// Whether dots are left out of Azure's deployment names, as for channels made before 2025-05-10.
    pub strips_dots: bool,
}

/// The `api-version` that Azure is asked for when a channel names none.
const AZURE_API_VERSION: &str = "2025-04-01-preview";
/// What stays as it is in one segment of a path (RFC 3986, unreserved).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// The same, for names whose slashes divide the path.
const SEGMENTS: &AsciiSet = &SEGMENT.remove(b'/').remove(b'@');

impl Profile {
    /// Says whether the address of an endpoint is the same for every model, key and way of answering.
    pub fn has_fixed_address(&self, endpoint: Endpoint) -> bool {
        let is_plain = matches!(
            self.rule(endpoint),
            PathRule::Prefix(_) | PathRule::Cloudflare
        );
        is_plain && self.forms == Forms::Row && !endpoint.path().contains('{')
    }

    /// Returns the full address of a call.
    pub fn url(&self, place: &Place<'_>) -> Result<String, UrlError> {
        let endpoint = place.endpoint;
        if !self.serves(endpoint, place.model) {
            return Err(UrlError::NotSpoken(endpoint.as_str()));
        }
        let rule = self.rule(endpoint);
        let given = place.base_url.trim();
        let (base, is_for_family) = match base_of_alias(given, endpoint.family()) {
            Some(base) => (base, true),
            None if given.is_empty() => (self.default_base_url, false),
            None => (given, false),
        };
        let base = base.trim_end_matches('/');
        if base.is_empty() && !matches!(rule, PathRule::Bedrock | PathRule::Vertex) {
            return Err(UrlError::NoBaseUrl);
        }
        if is_for_family {
            return Ok(plan(base, endpoint));
        }
        self.by_rule(rule, base, place)
    }

    fn rule(&self, endpoint: Endpoint) -> PathRule {
        let family = endpoint.family();
        let own = self.paths.iter().find(|(of, _)| *of == family);
        own.map_or(self.path, |(_, rule)| *rule)
    }

    fn by_rule(&self, rule: PathRule, base: &str, place: &Place<'_>) -> Result<String, UrlError> {
        let task = task(place);
        match rule {
            PathRule::Prefix(prefix) => Ok(join(base, self.main_prefix(), prefix, &task)),
            PathRule::Exact(path) => Ok(exact(self.root(base), path, place.model)),
            PathRule::DashScopeImages => {
                let path = if is_at_once(place.model) {
                    "/api/v1/services/aigc/multimodal-generation/generation"
                } else {
                    "/api/v1/services/aigc/text2image/image-synthesis"
                };
                Ok(exact(self.root(base), path, place.model))
            }
            PathRule::GeminiImages => {
                let action = image_action(place.model);
                let path = format!("/v1beta/models/{{model}}:{action}");
                Ok(exact(self.root(base), &path, place.model))
            }
            PathRule::Replicate => Ok(replicate(base, place.model)),
            PathRule::ByStream(whole, stream) => {
                let path = if place.is_stream { stream } else { whole };
                Ok(exact(base, path, place.model))
            }
            PathRule::Whole => Ok(base.replace("{model}", &segment(place.model))),
            PathRule::VolcEngine if place.model.starts_with("bot") => {
                Ok(join(base, "/api/v3", "/api/v3/bots", &task))
            }
            PathRule::VolcEngine => Ok(join(base, "/api/v3", "/api/v3", &task)),
            PathRule::Azure => Ok(azure(base, place, &task)),
            PathRule::Cloudflare if base.ends_with("/ai") || has_version(base) => {
                Ok(join(base, "/v1", "/v1", &task))
            }
            PathRule::Cloudflare => {
                let account = setting(place, "account id")?;
                Ok(format!("{base}/client/v4/accounts/{account}/ai/v1{task}"))
            }
            PathRule::CloudflareRun => {
                let model = utf8_percent_encode(place.model, SEGMENTS);
                let root = base.strip_suffix("/v1").unwrap_or(base);
                if root.ends_with("/ai") {
                    return Ok(format!("{root}/run/{model}"));
                }
                let account = setting(place, "account id")?;
                Ok(format!(
                    "{base}/client/v4/accounts/{account}/ai/run/{model}"
                ))
            }
            PathRule::Wenxin => Ok(wenxin(base, place)),
            PathRule::Bedrock => bedrock(base, place),
            PathRule::Vertex => vertex(base, place),
        }
    }

    /// The base without the prefix of the vendor's main paths, which operators may have typed with it.
    fn root<'a>(&self, base: &'a str) -> &'a str {
        base.strip_suffix(self.main_prefix()).unwrap_or(base)
    }

    fn main_prefix(&self) -> &'static str {
        match self.path {
            PathRule::Prefix(prefix) => prefix,
            PathRule::VolcEngine => "/api/v3",
            _ => "",
        }
    }
}

fn setting<'a>(place: &Place<'a>, what: &'static str) -> Result<&'a str, UrlError> {
    let setting = place.setting.map(str::trim);
    setting
        .filter(|setting| !setting.is_empty())
        .ok_or(UrlError::NeedsSetting(what))
}

fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// The endpoint's path below its version, with the model and what a stream needs.
fn task(place: &Place<'_>) -> String {
    let task = place.endpoint.task_path();
    let task = task.replace("{model}", &segment(place.model));
    match place.endpoint {
        // Without this word Gemini streams one JSON array.
        Endpoint::StreamGenerateContent => format!("{task}?alt=sse"),
        _ => task,
    }
}

/// A base that holds the whole path but for the task, or for Claude's version and task.
fn plan(base: &str, endpoint: Endpoint) -> String {
    let task = endpoint.task_path();
    match endpoint.family() {
        Family::AnthropicMessages => format!("{base}/v1{task}"),
        _ => format!("{base}{task}"),
    }
}

fn exact(base: &str, path: &str, model: &str) -> String {
    let path = path.replace("{model}", &segment(model));
    let (head, rest) = path.split_at(path.rfind('/').unwrap_or(0));
    join(base, "", head, rest)
}

fn azure(base: &str, place: &Place<'_>, task: &str) -> String {
    let version = setting(place, "version").unwrap_or(AZURE_API_VERSION);
    match place.endpoint.family() {
        Family::OpenaiResponses => {
            let is_cognitive = base.contains(".cognitiveservices.azure.com");
            let prefix = if is_cognitive { "" } else { "/v1" };
            format!("{base}/openai{prefix}{task}?api-version=preview")
        }
        Family::Realtime => {
            let model = segment(place.model);
            format!("{base}/openai{task}?deployment={model}&api-version={version}")
        }
        Family::AnthropicMessages => format!("{base}/anthropic/v1{task}"),
        _ => {
            let name = if place.strips_dots {
                place.model.replace('.', "")
            } else {
                place.model.to_owned()
            };
            let name = segment(&name);
            format!("{base}/openai/deployments/{name}{task}?api-version={version}")
        }
    }
}

fn replicate(base: &str, model: &str) -> String {
    let base = base.strip_suffix("/v1").unwrap_or(base);
    if model.contains(':') {
        return format!("{base}/v1/predictions");
    }
    let model = utf8_percent_encode(model, SEGMENTS);
    format!("{base}/v1/models/{model}/predictions")
}

fn wenxin(base: &str, place: &Place<'_>) -> String {
    let task = match place.endpoint.family() {
        Family::Embeddings => "embeddings",
        _ => "chat",
    };
    let name = segment(&wenxin_name(place.model));
    format!("{base}/rpc/2.0/ai_custom/v1/wenxinworkshop/{task}/{name}")
}

fn bedrock(base: &str, place: &Place<'_>) -> Result<String, UrlError> {
    let key = AwsKey::read(place.key).ok_or(UrlError::NeedsKeyPart("region"))?;
    let region = key.region();
    let is_name = !region.is_empty()
        && region
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !is_name {
        return Err(UrlError::NeedsKeyPart("region"));
    }
    let id = segment(&bedrock_id(place.model, region));
    let action = match (bedrock_is_claude(place.model), place.is_stream) {
        (true, true) => "invoke-with-response-stream",
        (true, false) => "invoke",
        (false, true) => "converse-stream",
        (false, false) => "converse",
    };
    if base.is_empty() {
        return Ok(format!(
            "https://bedrock-runtime.{region}.amazonaws.com/model/{id}/{action}"
        ));
    }
    Ok(format!("{base}/model/{id}/{action}"))
}

fn vertex(base: &str, place: &Place<'_>) -> Result<String, UrlError> {
    let region = vertex_region(setting(place, "region")?, place.model)?;
    let own_host;
    let host = if !base.is_empty() {
        base
    } else if region == "global" {
        "https://aiplatform.googleapis.com"
    } else {
        own_host = format!("https://{region}-aiplatform.googleapis.com");
        &own_host
    };
    let project = json_field(place.key, "project_id");
    let root = match &project {
        Some(project) => {
            let project = segment(project);
            format!("{host}/v1/projects/{project}/locations/{region}")
        }
        // An API key stands for its project; the address then names no place either.
        None => format!("{host}/v1"),
    };
    let model = segment(place.model.rsplit('/').next().unwrap_or(place.model));
    match vertex_family(place.model) {
        Family::AnthropicMessages => {
            let action = if place.is_stream {
                "streamRawPredict"
            } else {
                "rawPredict"
            };
            Ok(format!(
                "{root}/publishers/anthropic/models/{model}:{action}"
            ))
        }
        Family::Gemini => {
            let action = vertex_action(place);
            Ok(format!("{root}/publishers/google/models/{model}:{action}"))
        }
        _ if project.is_none() => Err(UrlError::NeedsKeyPart("project")),
        _ => Ok(format!("{root}/endpoints/openapi/chat/completions")),
    }
}

fn vertex_action(place: &Place<'_>) -> &'static str {
    match place.endpoint {
        Endpoint::StreamGenerateContent => "streamGenerateContent?alt=sse",
        Endpoint::GeminiCountTokens => "countTokens",
        Endpoint::EmbedContent => "embedContent",
        Endpoint::BatchEmbedContents => "batchEmbedContents",
        Endpoint::ImageGenerations => image_action(place.model),
        _ if place.is_stream => "streamGenerateContent?alt=sse",
        _ => "generateContent",
    }
}

/// What Google's image models are asked to do.
fn image_action(model: &str) -> &'static str {
    if makes_images(model) {
        "generateContent"
    } else {
        "predict"
    }
}

/// A region is written plain, or as a JSON object of regions by model with `default`.
fn vertex_region(setting: &str, model: &str) -> Result<String, UrlError> {
    let region = if setting.starts_with('{') {
        json_field(setting, model).or_else(|| json_field(setting, "default"))
    } else {
        Some(setting.to_owned())
    };
    let is_name = |region: &String| {
        !region.is_empty()
            && region
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    region
        .filter(is_name)
        .ok_or(UrlError::NeedsSetting("region"))
}

/// Joins base, prefix and task. A base that ends with the prefix, with its beginning or with a version segment keeps its
/// own; `main` is the prefix of the vendor's other paths, which a base may end with too.
fn join(base: &str, main: &str, prefix: &str, task: &str) -> String {
    let path = task.split('?').next().unwrap_or(task);
    if base.ends_with(path) {
        return base.to_owned();
    }
    if is_ai_gateway(base) {
        return format!("{base}{task}");
    }
    if let Some(rest) = behind_overlap(base, prefix) {
        return format!("{base}{rest}{task}");
    }
    if prefix == main && has_version(base) && !prefix.is_empty() {
        return format!("{base}{task}");
    }
    let base = if main.is_empty() || prefix == main {
        base
    } else {
        base.strip_suffix(main).unwrap_or(base)
    };
    format!("{base}{prefix}{task}")
}

/// Returns what of the prefix does not stand at the base's end yet; `None` when nothing of it does.
fn behind_overlap<'a>(base: &str, prefix: &'a str) -> Option<&'a str> {
    let ends = prefix
        .match_indices('/')
        .map(|(at, _)| at)
        .filter(|at| *at > 0);
    let mut cuts: Vec<usize> = ends.chain([prefix.len()]).collect();
    cuts.reverse();
    cuts.into_iter().find_map(|at| {
        let (begun, rest) = prefix.split_at(at);
        (!begun.is_empty() && base.ends_with(begun)).then_some(rest)
    })
}

/// Cloudflare's AI gateway carries the vendor's own version in its path.
fn is_ai_gateway(base: &str) -> bool {
    base.starts_with("https://gateway.ai.cloudflare.com")
}

/// Says whether the last path segment is a version: `v1`, `v4`, `v1beta`.
fn has_version(base: &str) -> bool {
    let segment = base.rsplit('/').next().unwrap_or_default();
    let Some(number) = segment.strip_prefix('v') else {
        return false;
    };
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let behind = number.get(digits..).unwrap_or_default();
    digits > 0 && matches!(behind, "" | "beta" | "alpha")
}
