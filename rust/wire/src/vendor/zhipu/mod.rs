//! Zhipu's third chat API, `/api/paas/v3/model-api/{model}/invoke` and `sse-invoke`.
//! After the relay contract §4.8 and Zhipu's v3 SDK: its stream looks like events but is none, since a space behind `data:`
//! is text and what it took stands in a field of its own.

pub(super) mod reply;
pub(super) mod request;
