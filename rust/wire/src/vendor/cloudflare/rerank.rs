//! Workers AI's rerankers: `contexts` in, ids and scores out. Nothing is said of tokens.

use serde_json::{Map, Value, json};

use super::result;
use crate::canon::{DecodeError, EncodeError, RerankReply, RerankRequest};
use crate::vendor::dialect::Written;
use crate::vendor::media::{documents, query, ranked, rerank_left_out};
use crate::vendor::plain::put;

/// Writes a request.
pub(in crate::vendor) fn write(request: &RerankRequest) -> Result<Written, EncodeError> {
    let drops = rerank_left_out(request, &[])?;
    let contexts = documents(request)?.into_iter();
    let contexts: Vec<Value> = contexts.map(|text| json!({"text": text})).collect();
    let mut body = Map::new();
    body.insert("query".to_owned(), json!(query(request)?));
    body.insert("contexts".to_owned(), Value::Array(contexts));
    put(&mut body, "top_k", request.top_n.as_ref());
    Ok((Value::Object(body), drops))
}

/// Reads an answer.
pub(in crate::vendor) fn read(document: &Value) -> Result<RerankReply, DecodeError> {
    let results = ranked(result(document)?.get("response"), "id", "score");
    let missing = || DecodeError::Unreadable("response is missing".to_owned());
    Ok(RerankReply {
        results: results.ok_or_else(missing)?,
        ..RerankReply::default()
    })
}
