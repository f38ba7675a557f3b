//! Answers that are not done yet: a vendor's task or prediction that must be asked for again.
//! Says only where; the relay asks, waits and bounds. The id comes from outside, so nothing but letters, digits and marks
//! that mean nothing in a path gets through.

use serde_json::Value;

use super::dialect::Dialect;
use super::service::Service;
use super::{ali, replicate};
use crate::endpoint::Family;

/// Where an answer that is not done yet is asked for, by GET with the same credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follow {
    marker: &'static str,
    path: String,
}

impl Follow {
    /// `None` for an id that fits no path.
    pub(super) fn new(marker: &'static str, kind: &str, id: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_fit = !id.is_empty() && id.len() <= 128 && id.bytes().all(is_plain);
        is_fit.then(|| Self {
            marker,
            path: format!("{kind}/{id}"),
        })
    }

    /// Returns the address, made from that of the first call: what stands before its version stays.
    pub fn address(&self, first: &str) -> Option<String> {
        let (root, _) = first.split_once(self.marker)?;
        Some(format!("{root}{}{}", self.marker, self.path))
    }
}

/// Says whether answers of this family may have to be asked for again.
pub fn may_follow(from: Family) -> bool {
    matches!(
        from,
        Family::Vendor(Dialect::Replicate)
            | Family::Service(Service::ReplicateImages | Service::AliImages)
    )
}

/// Says where an answer is asked for again; `None` when it is done.
pub fn follow(from: Family, body: &[u8]) -> Option<Follow> {
    if !may_follow(from) {
        return None;
    }
    let document: Value = serde_json::from_slice(body).ok()?;
    match from {
        Family::Service(Service::AliImages) => ali::images::follow(&document),
        _ => replicate::follow(&document),
    }
}
