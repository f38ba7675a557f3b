//! What a request says of the conversation that it belongs to: by these words a follow-up goes back to the channel that
//! has the conversation, or its prompt cache. Read in the envelope's one pass; texts beyond the limit count as unsaid.

use super::{Reading, RequestError};
use crate::endpoint::{Endpoint, Family};
use crate::json::{Kind, Scanner};

/// The longest id or key that is looked at.
const MOST_BYTES: usize = 512;

/// The words of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// `previous_response_id`: the answer that the request goes on from.
    pub previous: Option<Box<str>>,
    /// `prompt_cache_key`, or Anthropic's `metadata.user_id`.
    pub key: Option<Box<str>>,
}

impl Reading {
    /// Reads a field of a conversation; false when it is none.
    pub(super) fn session_field(
        &mut self,
        scanner: &mut Scanner<'_>,
        key: &[u8],
        endpoint: Endpoint,
    ) -> Result<bool, RequestError> {
        let is_responses = endpoint.family() == Family::OpenaiResponses;
        match key {
            b"previous_response_id" if is_responses => self.session.previous = short(scanner)?,
            b"prompt_cache_key" if is_responses || endpoint == Endpoint::ChatCompletions => {
                self.session.key = short(scanner)?;
            }
            b"metadata" if endpoint == Endpoint::Messages => {
                self.session.key = user_id(scanner)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn user_id(scanner: &mut Scanner<'_>) -> Result<Option<Box<str>>, RequestError> {
    if scanner.peek()? != Kind::Object {
        scanner.pass()?;
        return Ok(None);
    }
    scanner.enter_object()?;
    let (mut first, mut found) = (true, None);
    while let Some(key) = scanner.next_key(&mut first)? {
        if scanner.key(&key).as_ref() == b"user_id" {
            found = short(scanner)?;
        } else {
            scanner.pass()?;
        }
    }
    Ok(found)
}

fn short(scanner: &mut Scanner<'_>) -> Result<Option<Box<str>>, RequestError> {
    if scanner.peek()? != Kind::String {
        scanner.pass()?;
        return Ok(None);
    }
    let token = scanner.string()?;
    let text = scanner.text(&token);
    let is_usable = !text.is_empty() && text.len() <= MOST_BYTES;
    Ok(is_usable.then(|| text.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Envelope;

    fn session(endpoint: Endpoint, body: &str) -> (Option<String>, Option<String>) {
        let session = Envelope::read(endpoint, body.as_bytes())
            .expect("a request")
            .session;
        (
            session.previous.map(String::from),
            session.key.map(String::from),
        )
    }

    #[test]
    fn a_conversation_is_named_in_the_words_of_its_family() {
        let body = r#"{"model":"m","input":"","previous_response_id":"resp_1","prompt_cache_key":"k\u0031"}"#;
        assert_eq!(
            session(Endpoint::Responses, body),
            (Some("resp_1".to_owned()), Some("k1".to_owned()))
        );
        let body = r#"{"model":"m","messages":[1],"metadata":{"a":[],"user_id":"u"},"previous_response_id":"r"}"#;
        assert_eq!(
            session(Endpoint::Messages, body),
            (None, Some("u".to_owned()))
        );
        assert_eq!(session(Endpoint::ChatCompletions, body), (None, None));
    }

    #[test]
    fn what_is_no_text_or_too_long_counts_as_unsaid() {
        for value in ["null", "7", "\"\"", &format!("\"{}\"", "x".repeat(513))] {
            let body = format!(r#"{{"model":"m","previous_response_id":{value}}}"#);
            assert_eq!(session(Endpoint::Responses, &body), (None, None));
        }
        let body = r#"{"model":"m","messages":[1],"metadata":"u"}"#;
        assert_eq!(session(Endpoint::Messages, body), (None, None));
    }
}
