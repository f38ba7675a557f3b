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

    /// The same, one step further.
    pub(super) fn then(mut self, step: &str) -> Self {
        self.path.push('/');
        self.path.push_str(step);
        self
    }

    /// Returns the address, made from that of the first call: what stands before its version stays.
    pub fn address(&self, first: &str) -> Option<String> {
        let (root, _) = first.split_once(self.marker)?;
        Some(format!("{root}{}{}", self.marker, self.path))
    }
}

/// Where a vendor's answer goes on as a stream, by GET.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The address, as the vendor says it.
    pub address: String,
    /// The domain that it must lie in when it is not the called host.
    pub domain: &'static str,
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

/// Says where an answer that was asked for as a stream is read; `None` when it has none.
pub fn stream(from: Family, body: &[u8]) -> Option<Elsewhere> {
    let document = prediction(from, body)?;
    replicate::stream(&document)
}

/// Says where the making of an answer is ended, by POST with the same credentials; `None` when it is done or has no end.
pub fn cancel(from: Family, body: &[u8]) -> Option<Follow> {
    let document = prediction(from, body)?;
    replicate::cancel(&document)
}

/// Tasks of `DashScope` are left out: they can be ended only before they begin.
fn prediction(from: Family, body: &[u8]) -> Option<Value> {
    let is_prediction = matches!(
        from,
        Family::Vendor(Dialect::Replicate) | Family::Service(Service::ReplicateImages)
    );
    is_prediction.then(|| serde_json::from_slice(body).ok())?
}
