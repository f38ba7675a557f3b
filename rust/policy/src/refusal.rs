//! Every reason of our own to turn a request away, with its status, code and message.
//!
//! Other stations return a `Refusal`; only the relay's refuse station turns it into bytes. Messages
//! never hold a key, an address or a prompt.

use std::borrow::Cow;
use std::sync::Arc;

use weirgate_wire::canon::ErrorBody;

use crate::limits::Limited;

/// The `type` that the family writes for errors of the gateway itself.
pub const ERROR_KIND: &str = "new_api_error";

/// The same words for every unusable key, so that a caller cannot probe which keys exist.
const INVALID_KEY: &str = "invalid token";

/// Why a request goes no further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No key came with the request.
    KeyMissing,
    /// No such key, or its owner is gone.
    KeyUnknown,
    /// The key is switched off.
    KeyDisabled,
    /// The key's time is over.
    KeyExpired,
    /// Nothing is left on the key.
    KeyExhausted,
    /// The client's address is not in the key's list.
    AddressNotAllowed,
    /// The key has an address list and the client's address is not known.
    AddressUnknown,
    /// The key's owner is switched off.
    UserDisabled,
    /// The key's group is not open to its owner; holds the groups that are, sorted.
    GroupNotUsable {
        /// The group that was asked for.
        group: Arc<str>,
        /// The groups that the owner may use.
        usable: Vec<Arc<str>>,
    },
    /// The key's group has no ratio any more.
    GroupDeprecated {
        /// The group's name.
        group: Arc<str>,
    },
    /// A channel pin by somebody who is not an admin.
    PinNotAdmin,
    /// The pinned channel does not exist.
    PinUnknown,
    /// The pinned channel is not enabled.
    PinDisabled,
    /// The request names no model.
    ModelMissing,
    /// The key is limited to models and its list is empty.
    ModelLimitsEmpty,
    /// The key may not use this model.
    ModelNotAllowed {
        /// The model as asked for.
        model: String,
    },
    /// No channel of the group serves the model.
    NoChannel {
        /// The group, or `auto`.
        group: Arc<str>,
        /// The model as asked for.
        model: String,
    },
    /// Channels serve the model, but breakers hold all of them open.
    AllChannelsOpen {
        /// The group, or `auto`.
        group: Arc<str>,
        /// The model as asked for.
        model: String,
    },
    /// Channels have the model, but none of their vendors has a way for calls of this endpoint.
    EndpointNotServed {
        /// The group, or `auto`.
        group: Arc<str>,
        /// The model as asked for.
        model: String,
    },
    /// Every key of the channels that serve the model is switched off.
    NoChannelKey,
    /// A channel's model mapping runs in a circle.
    ModelMapping {
        /// The model as asked for.
        model: String,
    },
    /// The model has neither ratio nor price.
    PriceUnset {
        /// The model as asked for.
        model: String,
    },
    /// The wallet cannot cover the hold.
    WalletTooSmall,
    /// The key's remainder cannot cover the hold.
    KeyTooSmall,
    /// The body is larger than the limit.
    BodyTooLarge,
    /// The body is not what the endpoint takes.
    RequestInvalid {
        /// What is wrong with it.
        message: String,
        /// The field that is wrong, when one is.
        param: Option<String>,
    },
    /// The prompt holds one of the operator's words.
    SensitiveWords,
    /// The hold could not be written down, so nothing may be spent.
    LedgerUnavailable,
    /// The gateway is stopping.
    Draining,
    /// A limit of the caller's, the group's or the model's stands in the way.
    Limited(Limited),
    /// Channels serve the model, but the limits of all of them are used up.
    ChannelsFull {
        /// The group, or `auto`.
        group: Arc<str>,
        /// The model as asked for.
        model: String,
    },
}

impl Refusal {
    /// Returns the HTTP status of the answer.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::KeyMissing
            | Self::KeyUnknown
            | Self::KeyDisabled
            | Self::KeyExpired
            | Self::KeyExhausted => 401,
            Self::AddressNotAllowed
            | Self::AddressUnknown
            | Self::UserDisabled
            | Self::GroupNotUsable { .. }
            | Self::GroupDeprecated { .. }
            | Self::PinNotAdmin
            | Self::PinDisabled
            | Self::ModelLimitsEmpty
            | Self::ModelNotAllowed { .. }
            | Self::WalletTooSmall
            | Self::KeyTooSmall => 403,
            Self::PinUnknown
            | Self::ModelMissing
            | Self::PriceUnset { .. }
            | Self::EndpointNotServed { .. }
            | Self::SensitiveWords
            | Self::RequestInvalid { .. } => 400,
            Self::BodyTooLarge => 413,
            Self::Limited(_) | Self::ChannelsFull { .. } => 429,
            Self::NoChannelKey | Self::ModelMapping { .. } => 500,
            Self::NoChannel { .. }
            | Self::AllChannelsOpen { .. }
            | Self::LedgerUnavailable
            | Self::Draining => 503,
        }
    }

    /// Returns the family's error code; empty where the family leaves it empty.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::AddressNotAllowed | Self::AddressUnknown => "access_denied",
            Self::NoChannel { .. } | Self::AllChannelsOpen { .. } => "model_not_found",
            Self::EndpointNotServed { .. } => "convert_request_failed",
            Self::NoChannelKey => "channel:no_available_key",
            Self::ModelMapping { .. } => "channel:model_mapped_error",
            Self::PriceUnset { .. } => "model_price_error",
            Self::WalletTooSmall => "insufficient_user_quota",
            Self::KeyTooSmall => "pre_consume_token_quota_failed",
            Self::BodyTooLarge => "read_request_body_failed",
            Self::SensitiveWords => "sensitive_words_detected",
            Self::RequestInvalid { .. } => "invalid_request",
            Self::LedgerUnavailable => "ledger_unavailable",
            Self::Draining => "gateway_draining",
            Self::Limited(limited) if limited.exceeded.kind.is_spend() => "budget_exceeded",
            Self::Limited(_) | Self::ChannelsFull { .. } => "rate_limit_exceeded",
            Self::KeyMissing
            | Self::KeyUnknown
            | Self::KeyDisabled
            | Self::KeyExpired
            | Self::KeyExhausted
            | Self::UserDisabled
            | Self::GroupNotUsable { .. }
            | Self::GroupDeprecated { .. }
            | Self::PinNotAdmin
            | Self::PinUnknown
            | Self::PinDisabled
            | Self::ModelMissing
            | Self::ModelLimitsEmpty
            | Self::ModelNotAllowed { .. } => "",
        }
    }

    /// Returns a word of a fixed set, fit for a metric label.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::KeyMissing => "key_missing",
            Self::KeyUnknown => "key_unknown",
            Self::KeyDisabled => "key_disabled",
            Self::KeyExpired => "key_expired",
            Self::KeyExhausted => "key_exhausted",
            Self::AddressNotAllowed => "address_not_allowed",
            Self::AddressUnknown => "address_unknown",
            Self::UserDisabled => "user_disabled",
            Self::GroupNotUsable { .. } => "group_not_usable",
            Self::GroupDeprecated { .. } => "group_deprecated",
            Self::PinNotAdmin => "pin_not_admin",
            Self::PinUnknown => "pin_unknown",
            Self::PinDisabled => "pin_disabled",
            Self::ModelMissing => "model_missing",
            Self::ModelLimitsEmpty => "model_limits_empty",
            Self::ModelNotAllowed { .. } => "model_not_allowed",
            Self::NoChannel { .. } => "no_channel",
            Self::AllChannelsOpen { .. } => "all_channels_open",
            Self::EndpointNotServed { .. } => "endpoint_not_served",
            Self::NoChannelKey => "no_channel_key",
            Self::ModelMapping { .. } => "model_mapping",
            Self::PriceUnset { .. } => "price_unset",
            Self::WalletTooSmall => "wallet_too_small",
            Self::KeyTooSmall => "key_too_small",
            Self::BodyTooLarge => "body_too_large",
            Self::SensitiveWords => "sensitive_words",
            Self::RequestInvalid { .. } => "request_invalid",
            Self::LedgerUnavailable => "ledger_unavailable",
            Self::Draining => "draining",
            Self::Limited(_) => "limited",
            Self::ChannelsFull { .. } => "channels_full",
        }
    }

    /// Tells whether this is said before the relay stage, whose error body has no `param` key.
    #[must_use]
    pub fn is_before_relay(&self) -> bool {
        match self {
            Self::KeyMissing
            | Self::KeyUnknown
            | Self::KeyDisabled
            | Self::KeyExpired
            | Self::KeyExhausted
            | Self::AddressNotAllowed
            | Self::AddressUnknown
            | Self::UserDisabled
            | Self::GroupNotUsable { .. }
            | Self::GroupDeprecated { .. }
            | Self::PinNotAdmin
            | Self::PinUnknown
            | Self::PinDisabled
            | Self::ModelMissing
            | Self::ModelLimitsEmpty
            | Self::ModelNotAllowed { .. }
            | Self::NoChannel { .. }
            | Self::AllChannelsOpen { .. } => true,
            Self::NoChannelKey
            | Self::EndpointNotServed { .. }
            | Self::ModelMapping { .. }
            | Self::PriceUnset { .. }
            | Self::WalletTooSmall
            | Self::KeyTooSmall
            | Self::BodyTooLarge
            | Self::RequestInvalid { .. }
            | Self::SensitiveWords
            | Self::LedgerUnavailable
            | Self::Draining
            | Self::Limited(_)
            | Self::ChannelsFull { .. } => false,
        }
    }

    /// Returns the seconds after which trying again may help; `None` where it will not.
    #[must_use]
    pub fn retry_after_s(&self) -> Option<u32> {
        match self {
            Self::AllChannelsOpen { .. } => Some(5),
            Self::LedgerUnavailable | Self::Draining | Self::ChannelsFull { .. } => Some(1),
            Self::Limited(limited) => Some(limited.exceeded.wait_s()),
            _ => None,
        }
    }

    /// Returns the error for the client, without the request id that the relay appends.
    #[must_use]
    pub fn body(&self) -> ErrorBody {
        let param = match self {
            Self::RequestInvalid { param, .. } => param.clone(),
            Self::ModelMissing => Some("model".to_owned()),
            _ => None,
        };
        ErrorBody {
            status: self.status(),
            message: self.message(),
            kind: Cow::Borrowed(ERROR_KIND),
            code: Some(Cow::Borrowed(self.code())),
            wait_s: None,
            param,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::KeyMissing => "no API key was provided".to_owned(),
            Self::KeyUnknown | Self::KeyDisabled | Self::KeyExpired | Self::KeyExhausted => {
                INVALID_KEY.to_owned()
            }
            Self::AddressNotAllowed => "your address is not in the key's allow list".to_owned(),
            Self::AddressUnknown => "the client address could not be determined".to_owned(),
            Self::UserDisabled => "the user is disabled".to_owned(),
            Self::GroupNotUsable { group, usable } => format!(
                "group {group} is not available to you, available groups: {}",
                usable.join(", ")
            ),
            Self::GroupDeprecated { group } => format!("group {group} is deprecated"),
            Self::PinNotAdmin => "only admins may name a channel".to_owned(),
            Self::PinUnknown => "invalid channel id".to_owned(),
            Self::PinDisabled => "the channel is disabled".to_owned(),
            Self::ModelMissing => "model is required".to_owned(),
            Self::ModelLimitsEmpty => "the key may not use any model".to_owned(),
            Self::ModelNotAllowed { model } => format!("the key may not use model {model}"),
            Self::NoChannel { group, model } => {
                format!("no available channel for model {model} under group {group}")
            }
            Self::AllChannelsOpen { group, model } => format!(
                "all channels for model {model} under group {group} are cooling down after failures"
            ),
            Self::EndpointNotServed { group, model } => {
                format!("no channel for model {model} under group {group} serves this endpoint")
            }
            Self::NoChannelKey => "no enabled key on any channel for this model".to_owned(),
            Self::ModelMapping { model } => format!("the mapping of model {model} has a cycle"),
            Self::PriceUnset { model } => {
                format!("model {model} has no ratio or price, ask the administrator to set one")
            }
            Self::WalletTooSmall => "user quota is not enough".to_owned(),
            Self::KeyTooSmall => "token quota is not enough".to_owned(),
            Self::BodyTooLarge => "the request body is too large".to_owned(),
            Self::SensitiveWords => "the prompt holds words that are not allowed here".to_owned(),
            Self::RequestInvalid { message, .. } => message.clone(),
            Self::LedgerUnavailable => "the ledger cannot take new requests".to_owned(),
            Self::Draining => "the gateway is stopping".to_owned(),
            Self::Limited(limited) => {
                let (scope, exceeded) = (limited.scope.as_str(), &limited.exceeded);
                let kind = exceeded.kind.as_str();
                let (limit, wait_s) = (exceeded.limit, exceeded.wait_s());
                format!("limit {kind} of the {scope} ({limit}) is reached, try again in {wait_s} s")
            }
            Self::ChannelsFull { group, model } => {
                format!("all channels for model {model} under group {group} are at their limits")
            }
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message())
    }
}

impl std::error::Error for Refusal {}
