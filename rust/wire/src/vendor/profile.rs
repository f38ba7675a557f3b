//! What a vendor's row says, and how an address is made from it.
//! The last step before a call goes out; must never double a version segment or leave a blank in a path.

use crate::endpoint::{Endpoint, Family};

/// How a vendor wants the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// `Authorization: Bearer <key>`
    Bearer,
    /// The bare key in this header.
    Header(&'static str),
}

/// How a vendor's path is made from the base URL and the endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathRule {
    /// Base, this prefix, then the endpoint below its version: `/v1` + `/chat/completions`. A base that already ends with the
    /// prefix (or with a version segment such as `/v1` or `/v4`) does not get it again.
    Prefix(&'static str),
    /// The base is the whole URL; `{model}` in it is replaced.
    Whole,
    /// `/openai/deployments/{model}/{task}?api-version=...`
    Azure,
    /// Base with `{account}` in it is required: `/client/v4/accounts/{account}/ai/v1`.
    Cloudflare,
    /// Version segment `/api/v3`; models that start with `bot` go to `/api/v3/bots`.
    VolcEngine,
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
}

/// How a call goes to a vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Same family on both ends: bytes pass through.
    Untouched,
    /// The upstream speaks this family.
    Translated(Family),
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
    /// Whether `top_p` must stay below 1.
    pub top_p_below_one: bool,
    /// How the path is made.
    pub path: PathRule,
    /// Headers (lower-case names) that the vendor asks for; the client's own of the same name goes before.
    pub headers: &'static [(&'static str, &'static str)],
}

/// The `api-version` that Azure is asked for when a channel names none.
const AZURE_API_VERSION: &str = "2025-04-01-preview";

/// Channel types that are `OpenAI`'s own servers.
const OPENAI_TYPES: [i32; 2] = [1, 3];

impl Profile {
    /// Says whether this is `OpenAI`'s own server (or Azure's), whose rules for reasoning models hold.
    pub fn is_openai(&self) -> bool {
        OPENAI_TYPES.contains(&self.channel_type)
    }

    /// Says how a call of this endpoint goes to this vendor; `None` when it cannot.
    pub fn way(&self, endpoint: Endpoint) -> Option<Way> {
        if self.native.contains(&endpoint.family()) {
            return Some(Way::Untouched);
        }
        let chat = self.chat.filter(|_| endpoint.is_generation())?;
        Some(Way::Translated(chat))
    }

    /// Says whether calls of this family's endpoints pass through to this vendor.
    pub fn speaks(&self, family: Family) -> bool {
        self.native.contains(&family)
    }

    /// Returns the full address of a call. `base_url` empty means the default; `setting` is the channel's extra setting
    /// (Azure: API version, Cloudflare: account id).
    pub fn url(
        &self,
        base_url: &str,
        endpoint: Endpoint,
        model: &str,
        setting: Option<&str>,
    ) -> Result<String, UrlError> {
        let is_chat_form = self.chat == Some(endpoint.family());
        if !is_chat_form && !self.speaks(endpoint.family()) {
            return Err(UrlError::NotSpoken(endpoint.as_str()));
        }
        let base = if base_url.trim().is_empty() {
            self.default_base_url
        } else {
            base_url.trim()
        };
        let base = base.trim_end_matches('/');
        if base.is_empty() {
            return Err(UrlError::NoBaseUrl);
        }
        let task = endpoint.task_path();
        let setting = setting.map(str::trim).filter(|setting| !setting.is_empty());
        match self.path {
            PathRule::Prefix(prefix) => Ok(join(base, prefix, task)),
            PathRule::Whole => Ok(base.replace("{model}", model)),
            PathRule::VolcEngine if model.starts_with("bot") => {
                Ok(join(base, "/api/v3/bots", task))
            }
            PathRule::VolcEngine => Ok(join(base, "/api/v3", task)),
            PathRule::Azure => {
                let version = setting.unwrap_or(AZURE_API_VERSION);
                Ok(format!(
                    "{base}/openai/deployments/{model}{task}?api-version={version}"
                ))
            }
            PathRule::Cloudflare if base.ends_with("/ai") || has_version(base) => {
                Ok(join(base, "/v1", task))
            }
            PathRule::Cloudflare => {
                let account = setting.ok_or(UrlError::NeedsSetting("account id"))?;
                Ok(format!("{base}/client/v4/accounts/{account}/ai/v1{task}"))
            }
        }
    }
}

/// Joins base, prefix and task; a base that ends with the prefix or with a version segment keeps its own.
fn join(base: &str, prefix: &str, task: &str) -> String {
    if base.ends_with(task) {
        return base.to_owned();
    }
    if is_ai_gateway(base) || (!prefix.is_empty() && (base.ends_with(prefix) || has_version(base)))
    {
        return format!("{base}{task}");
    }
    format!("{base}{prefix}{task}")
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
