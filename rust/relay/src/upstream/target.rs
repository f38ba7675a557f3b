//! Where each channel's calls go and with which credentials, worked out once a snapshot.
//!
//! A call then only clones ready-made header values and an address; nothing is parsed or joined
//! on the request's path, but for vendors whose address carries the model.

use crate::maps::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use http::{HeaderName, HeaderValue, Uri};
use weirgate_policy::channel::Channel;
use weirgate_policy::snapshot::Snapshot;
use weirgate_wire::Endpoint;
use weirgate_wire::overrides::{HeaderRules, Overrides};
use weirgate_wire::vendor::{self, Place, Profile, Way};

use super::credentials::{self, Headers};
use super::egress::{Reach, is_allowed};
use super::proxy::Proxy;

/// 2025-05-10: deployments of Azure channels made before are named without dots (relay contract §4.8).
const AZURE_KEEPS_DOTS_SINCE: i64 = 1_746_835_200;

/// Why a channel cannot be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Uncallable {
    /// The address cannot be made or is broken.
    Address,
    /// The address may not be dialled.
    Forbidden,
}

/// One channel, ready to be called.
#[derive(Debug)]
pub(crate) struct Target {
    channel: Arc<Channel>,
    profile: &'static Profile,
    uris: Vec<(Endpoint, Result<Uri, Uncallable>)>,
    credentials: Vec<Option<Headers>>,
    pub(crate) organization: Option<HeaderValue>,
    pub(crate) reach: Reach,
    pub(crate) supports_stream_options: bool,
    /// Bodies go as they came, but for the model.
    pub(crate) passes_body: bool,
    /// The way through a proxy; an error when the setting names none that is spoken.
    pub(crate) proxy: Result<Option<Arc<Proxy>>, ()>,
    /// What the channel changes in its calls: none for most; a code when it cannot be read.
    pub(crate) rules: Result<Option<Box<Rules>>, &'static str>,
}

/// What a channel changes in its calls.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(crate) body: Option<Overrides>,
    pub(crate) headers: Option<HeaderRules>,
}

impl Rules {
    fn of(channel: &Channel) -> Result<Option<Box<Self>>, &'static str> {
        let settings = &channel.settings;
        let body = settings.param_override.as_ref().map(Overrides::read);
        let headers = settings.header_override.as_ref().map(HeaderRules::read);
        let rules = Self {
            body: body
                .transpose()
                .map_err(|_bad| "channel:param_override_invalid")?,
            headers: headers
                .transpose()
                .map_err(|_bad| "channel:header_override_invalid")?,
        };
        let is_needed =
            rules.body.is_some() || rules.headers.is_some() || settings.system_prompt.is_some();
        Ok(is_needed.then(|| Box::new(rules)))
    }

    fn reads_headers(&self) -> bool {
        self.body.as_ref().is_some_and(Overrides::reads_headers)
            || self
                .headers
                .as_ref()
                .is_some_and(HeaderRules::reads_headers)
    }
}

/// Whether Azure's names of deployments have their dots left out, as for channels made before it kept them.
pub(crate) const fn strips_dots(created_time: i64) -> bool {
    created_time > 0 && created_time < AZURE_KEEPS_DOTS_SINCE
}

impl Target {
    fn of(channel: &Arc<Channel>, private_for_all: bool) -> Self {
        let profile = vendor::profile(channel.channel_type);
        let is_private = private_for_all || channel.allow_private;
        let reach = if is_private {
            Reach::Private
        } else {
            Reach::Public
        };
        let organization = channel
            .organization
            .as_deref()
            .filter(|name| !name.is_empty());
        let mut target = Self {
            channel: Arc::clone(channel),
            profile,
            uris: Vec::new(),
            credentials: channel
                .keys
                .iter()
                .map(|key| credentials::headers(profile, key.expose()))
                .collect(),
            organization: organization.and_then(|name| HeaderValue::from_str(name).ok()),
            reach,
            supports_stream_options: profile.supports_stream_options,
            passes_body: channel.settings.pass_through_body,
            proxy: proxy_of(channel, reach),
            rules: Rules::of(channel),
        };
        let fixed = Endpoint::ALL.into_iter();
        let fixed = fixed.filter(|endpoint| profile.has_fixed_address(*endpoint));
        target.uris = fixed
            .map(|endpoint| (endpoint, target.make_uri(endpoint, "", 0, false)))
            .collect();
        target
    }

    /// Says how a call goes to this channel's vendor; none when it cannot. `model` is the upstream's name for it.
    pub(crate) fn way(&self, endpoint: Endpoint, model: &str) -> Option<Way> {
        self.profile.way(endpoint, model)
    }

    /// Returns the vendor's row: how calls go to it, and its quirks.
    pub(crate) fn profile(&self) -> &'static Profile {
        self.profile
    }

    /// Returns the address of a call of the endpoint that is called there (a translated call's is its writer's).
    pub(crate) fn uri(
        &self,
        endpoint: Endpoint,
        model: &str,
        key_index: usize,
        is_stream: bool,
    ) -> Result<Uri, Uncallable> {
        match self.uris.iter().find(|(of, _)| *of == endpoint) {
            Some((_, ready)) => ready.clone(),
            None => self.make_uri(endpoint, model, key_index, is_stream),
        }
    }

    /// Returns the headers that carry the channel's key; none when the key is unusable.
    pub(crate) fn credential(&self, key_index: usize) -> Option<&Headers> {
        self.credentials.get(key_index)?.as_ref()
    }

    /// Returns the key itself, for credentials that are made call by call.
    pub(crate) fn key(&self, key_index: usize) -> &str {
        self.channel.key(key_index).unwrap_or("")
    }

    /// Returns the headers that the vendor asks for on every call.
    pub(crate) fn fixed_headers(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let headers = self.profile.headers.iter();
        headers.map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        })
    }

    fn make_uri(
        &self,
        endpoint: Endpoint,
        model: &str,
        key_index: usize,
        is_stream: bool,
    ) -> Result<Uri, Uncallable> {
        let created = self.channel.created_time;
        let text = self.profile.url(&Place {
            base_url: self.channel.base_url.as_deref().unwrap_or(""),
            endpoint,
            model,
            setting: self.channel.other.as_deref(),
            key: self.channel.key(key_index).unwrap_or(""),
            is_stream,
            strips_dots: strips_dots(created),
        });
        let text = text.map_err(|_no_address| Uncallable::Address)?;
        let uri: Uri = text.parse().map_err(|_broken| Uncallable::Address)?;
        check(&uri, self.reach)?;
        Ok(uri)
    }
}

fn proxy_of(channel: &Channel, reach: Reach) -> Result<Option<Arc<Proxy>>, ()> {
    let Some(text) = &channel.settings.proxy else {
        return Ok(None);
    };
    let proxy = Proxy::read(text.expose()).ok_or(())?;
    check(proxy.address(), reach).map_err(|_forbidden| ())?;
    Ok(Some(Arc::new(proxy)))
}

/// All channels of a snapshot by id.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    by_channel: HashMap<i64, Target>,
    /// Some channel's rules, or some price, asks for the client's headers.
    pub(crate) read_headers: bool,
}

impl Targets {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let private_for_all = snapshot.options.allow_private_upstreams;
        let by_channel: HashMap<i64, Target> = snapshot
            .channels()
            .map(|channel| (channel.id, Target::of(channel, private_for_all)))
            .collect();
        let mut rules = by_channel.values().map(|target| target.rules.as_ref());
        let read_headers = snapshot.prices_ask_headers()
            || rules.any(|rules| matches!(rules, Ok(Some(rules)) if rules.reads_headers()));
        Self {
            by_channel,
            read_headers,
        }
    }

    pub(crate) fn get(&self, channel_id: i64) -> Option<&Target> {
        self.by_channel.get(&channel_id)
    }
}

/// Only http and https without user info; literal addresses pass the egress policy here, names
/// when they are resolved.
pub(crate) fn check(uri: &Uri, reach: Reach) -> Result<(), Uncallable> {
    let authority = uri.authority().ok_or(Uncallable::Address)?;
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    if !is_web || authority.as_str().contains('@') {
        return Err(Uncallable::Address);
    }
    let host = authority
        .host()
        .trim_start_matches('[')
        .trim_end_matches(']');
    match host.parse::<IpAddr>() {
        Ok(address) if !is_allowed(address, reach) => Err(Uncallable::Forbidden),
        Ok(_) | Err(_) => Ok(()),
    }
}
