//! The price sheet that a whole call is held and charged by, with what it asks of the request put in.
//!
//! Part of station 3. Costs a look-up where the price asks nothing, which is the rule.

use std::sync::Arc;

use serde_json::{Map, Value};
use weirgate_policy::Refusal;
use weirgate_policy::price::{RequestFacts, Scalar, Sheet};
use weirgate_wire::overrides::field_at;

use super::identify::Identified;
use crate::error::Error;

/// What a price may ask of a call.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    /// JSON as it came.
    pub(crate) body: &'a [u8],
    /// The client's headers, lower-case names; no credentials among them.
    pub(crate) headers: Option<&'a Map<String, Value>>,
    pub(crate) started_ms: i64,
}

impl RequestFacts for Asked<'_> {
    fn param(&self, path: &str) -> Scalar {
        field_at(self.body, path).map_or(Scalar::Nil, |value| Scalar::of_json(&value))
    }

    fn header(&self, name: &str) -> Scalar {
        let found = self.headers.and_then(|headers| headers.get(name));
        found.map_or(Scalar::Nil, Scalar::of_json)
    }

    fn now_ms(&self) -> i64 {
        self.started_ms
    }
}

/// Returns a model's sheet.
pub(crate) fn sheet(
    identified: &Identified,
    model: &str,
    asked: &Asked<'_>,
) -> Result<Arc<Sheet>, Error> {
    let snapshot = &identified.routing.snapshot;
    let accepts_unset = identified.caller.accept_unset_price;
    let sheet = snapshot.sheet_or_fallback(model, accepts_unset)?;
    match sheet.for_request(asked) {
        Ok(None) => Ok(sheet),
        Ok(Some(own)) => Ok(Arc::new(own)),
        Err(error) => {
            tracing::warn!(model, %error, "a price cannot be worked out for this request");
            let model = model.to_owned();
            Err(Refusal::PriceUnset { model }.into())
        }
    }
}
