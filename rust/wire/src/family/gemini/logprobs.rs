//! Log probabilities both ways. The hub has them as chat does: `{"content":[{token,logprob,bytes,top_logprobs}]}`.

use serde_json::{Value, json};

/// Returns `logprobsResult` as the hub has it; `None` when no token was chosen.
pub(super) fn to_chat(result: &Value) -> Option<Value> {
    let named = |camel: &str, snake: &str| result.get(camel).or_else(|| result.get(snake));
    let chosen = named("chosenCandidates", "chosen_candidates")?.as_array()?;
    let top = named("topCandidates", "top_candidates").and_then(Value::as_array);
    let tokens = chosen.iter().enumerate().map(|(at, candidate)| {
        let others = top
            .and_then(|top| top.get(at)?.get("candidates")?.as_array())
            .into_iter()
            .flatten();
        let mut token = chat_token(candidate);
        if let Some(fields) = token.as_object_mut() {
            let others: Vec<Value> = others.map(chat_token).collect();
            fields.insert("top_logprobs".to_owned(), Value::Array(others));
        }
        token
    });
    let tokens: Vec<Value> = tokens.collect();
    (!tokens.is_empty()).then(|| json!({"content": tokens, "refusal": null}))
}

fn chat_token(candidate: &Value) -> Value {
    let token = candidate.get("token").and_then(Value::as_str);
    let token = token.unwrap_or_default();
    let probability = candidate
        .get("logProbability")
        .or_else(|| candidate.get("log_probability"))
        .filter(|value| value.is_number());
    // A probability of one is left out on this wire, since its logarithm is 0.
    let probability = probability.cloned().unwrap_or_else(|| json!(0.0));
    json!({"token": token, "logprob": probability, "bytes": token.as_bytes()})
}

/// Returns the tokens of chat's form as `logprobsResult`.
pub(super) fn to_gemini(tokens: &[Value]) -> Value {
    let chosen: Vec<Value> = tokens.iter().map(candidate).collect();
    let top: Vec<Value> = tokens
        .iter()
        .map(|token| {
            let others = token.get("top_logprobs").and_then(Value::as_array);
            let others: Vec<Value> = others.into_iter().flatten().map(candidate).collect();
            json!({"candidates": others})
        })
        .collect();
    json!({"chosenCandidates": chosen, "topCandidates": top})
}

fn candidate(token: &Value) -> Value {
    json!({"token": token.get("token"), "logProbability": token.get("logprob")})
}

/// Returns the tokens of a value in chat's form.
pub(super) fn chat_tokens(value: &Value) -> Vec<Value> {
    let content = value.get("content").and_then(Value::as_array);
    content.cloned().unwrap_or_default()
}
