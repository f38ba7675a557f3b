//! Cohere's rankings, `/v2/rerank`: texts only, results without their documents, and a bill in searches.

use serde_json::{Map, Value, json};

use super::reply::usage;
use crate::canon::{DecodeError, EncodeError, RerankReply, RerankRequest};
use crate::vendor::dialect::Written;
use crate::vendor::media::{copy, documents, query, ranked, rerank_left_out};
use crate::vendor::plain::{put, text_at};

const SAYS: [&str; 2] = ["max_tokens_per_doc", "priority"];

/// Writes a request.
pub(in crate::vendor) fn write(request: &RerankRequest) -> Result<Written, EncodeError> {
    let drops = rerank_left_out(request, &SAYS)?;
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(request.model));
    body.insert("query".to_owned(), json!(query(request)?));
    body.insert("documents".to_owned(), json!(documents(request)?));
    put(&mut body, "top_n", request.top_n.as_ref());
    copy(&request.rest, &SAYS, &mut body);
    Ok((Value::Object(body), drops))
}

/// Reads an answer.
pub(in crate::vendor) fn read(document: &Value) -> Result<RerankReply, DecodeError> {
    let results = ranked(document.get("results"), "index", "relevance_score");
    let missing = || DecodeError::Unreadable("results are missing".to_owned());
    Ok(RerankReply {
        id: text_at(document, "/id").to_owned(),
        results: results.ok_or_else(missing)?,
        usage: usage(document.get("meta")),
        meta: document.get("meta").cloned(),
    })
}
