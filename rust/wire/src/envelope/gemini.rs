//! What the pass over a Gemini body looks for: limits in `generationConfig`, and names of the path's model in the body.
//! Part of the envelope's one pass; builds nothing.

use std::ops::Range;

use super::{MAX_CHOICES, MAX_OUTPUT_TOKENS, Reading, RequestError, read_integer};
use crate::endpoint::Endpoint;
use crate::family::reading::{each_element, each_field};
use crate::json::{self, JsonError, Kind, Scanner};

impl Reading {
    /// Gemini's limits stand in an object of their own.
    pub(super) fn generation_config(
        &mut self,
        scanner: &mut Scanner<'_>,
    ) -> Result<(), RequestError> {
        if scanner.peek()? != Kind::Object {
            return Ok(scanner.pass()?);
        }
        scanner.enter_object()?;
        let mut first = true;
        while let Some(key) = scanner.next_key(&mut first)? {
            match scanner.key(&key).as_ref() {
                b"maxOutputTokens" | b"max_output_tokens" => {
                    let field = "maxOutputTokens";
                    self.max_tokens = read_integer(scanner, field, 0, MAX_OUTPUT_TOKENS)?;
                }
                b"candidateCount" | b"candidate_count" => {
                    self.n = read_integer(scanner, "candidateCount", 1, MAX_CHOICES)?;
                }
                _ => scanner.pass()?,
            }
        }
        Ok(())
    }

    /// Bodies that repeat the path's model further down: each of a batch's requests, and a request whose tokens are counted.
    pub(super) fn nested_models(
        &mut self,
        scanner: &mut Scanner<'_>,
        endpoint: Endpoint,
    ) -> Result<(), RequestError> {
        let models = &mut self.models;
        if endpoint == Endpoint::BatchEmbedContents {
            each_element(scanner, |scanner| request_model(scanner, models))?;
        } else {
            request_model(scanner, models)?;
        }
        Ok(())
    }
}

fn request_model(
    scanner: &mut Scanner<'_>,
    models: &mut Vec<Range<usize>>,
) -> Result<(), JsonError> {
    each_field(scanner, |scanner, key| {
        if key == b"model" && scanner.peek()? == Kind::String {
            models.push(scanner.string()?.span);
            return Ok(());
        }
        scanner.pass()
    })
}

/// Returns the JSON text of a model's name as Gemini's bodies have it: `"models/x"`.
pub(super) fn quoted_name(model: &str) -> Vec<u8> {
    if model.contains('/') {
        json::quoted(model)
    } else {
        json::quoted(&format!("models/{model}"))
    }
}
