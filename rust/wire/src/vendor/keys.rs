//! Keys that hold several parts: what part says what.
//! Read when an address or a header is made; a part never shows in an error.

use serde_json::Value;

/// What an AWS channel's key says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwsKey<'a> {
    /// `access key|secret key|region`
    Signing {
        /// The access key's id.
        access: &'a str,
        /// The secret.
        secret: &'a str,
        /// The region, such as `us-east-1`.
        region: &'a str,
    },
    /// `key|region`
    Bearer {
        /// The API key.
        key: &'a str,
        /// The region.
        region: &'a str,
    },
}

impl<'a> AwsKey<'a> {
    /// Reads a key; `None` when it has neither two nor three parts, or an empty one.
    pub fn read(key: &'a str) -> Option<Self> {
        let parts: Vec<&str> = key.split('|').map(str::trim).collect();
        if parts.iter().any(|part| part.is_empty()) {
            return None;
        }
        match *parts.as_slice() {
            [access, secret, region] => Some(Self::Signing {
                access,
                secret,
                region,
            }),
            [key, region] => Some(Self::Bearer { key, region }),
            _ => None,
        }
    }

    /// Returns the region.
    pub fn region(&self) -> &'a str {
        match self {
            Self::Signing { region, .. } | Self::Bearer { region, .. } => region,
        }
    }
}

/// Returns both parts of `first|second`; the second is `None` when it is missing or empty.
pub fn two_parts(key: &str) -> (&str, Option<&str>) {
    match key.split_once('|') {
        Some((first, second)) => (
            first.trim(),
            Some(second.trim()).filter(|part| !part.is_empty()),
        ),
        None => (key.trim(), None),
    }
}

/// Returns all three parts of `first|second|third`.
pub fn three_parts(key: &str) -> Option<(&str, &str, &str)> {
    let mut parts = key.splitn(3, '|').map(str::trim);
    Some((parts.next()?, parts.next()?, parts.next()?))
}

/// Returns a text field of a key that is a JSON document.
pub fn json_field(key: &str, name: &str) -> Option<String> {
    let document: Value = serde_json::from_str(key).ok()?;
    document.get(name)?.as_str().map(str::to_owned)
}
