//! `DashScope`'s rankings: the question under `input`, its tuning under `parameters`.

use serde_json::{Map, Value, json};

use crate::canon::{DecodeError, EncodeError, RerankReply, RerankRequest, Usage};
use crate::vendor::dialect::Written;
use crate::vendor::media::{copy, documents, query, ranked, rerank_left_out};
use crate::vendor::plain::{put, text_at};

const SAYS: [&str; 1] = ["instruct"];

/// Writes a request.
pub(in crate::vendor) fn write(request: &RerankRequest) -> Result<Written, EncodeError> {
    let drops = rerank_left_out(request, &SAYS)?;
    let mut parameters = Map::new();
    put(&mut parameters, "top_n", request.top_n.as_ref());
    put(
        &mut parameters,
        "return_documents",
        request.return_documents.as_ref(),
    );
    copy(&request.rest, &SAYS, &mut parameters);
    let input = json!({"query": query(request)?, "documents": documents(request)?});
    let body = json!({"model": request.model, "input": input, "parameters": parameters});
    Ok((body, drops))
}

/// Reads an answer.
pub(in crate::vendor) fn read(document: &Value) -> Result<RerankReply, DecodeError> {
    let results = document.pointer("/output/results");
    let results = ranked(results, "index", "relevance_score");
    let missing = || DecodeError::Unreadable("results are missing".to_owned());
    let total = document.pointer("/usage/total_tokens");
    let usage = total.and_then(Value::as_u64).map(|prompt| Usage {
        prompt,
        ..Usage::default()
    });
    Ok(RerankReply {
        id: text_at(document, "/request_id").to_owned(),
        results: results.ok_or_else(missing)?,
        usage,
        meta: None,
    })
}
