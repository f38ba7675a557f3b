//! Family `bedrock`: AWS Bedrock's Converse and `ConverseStream`, spoken towards upstreams only.
//! Claude's models go by `InvokeModel` in Anthropic's own form instead; see the vendor's row.

pub mod upstream_reply;
pub mod upstream_request;
