//! The id of a response, from the beginning of its reply: a whole one or the first events of a stream. By it later
//! calls name the response. Reads no further than the id, so a cut reply is as good as a whole one.

use crate::json::{Kind, Scanner};

/// Finds the id of the response that `bytes` begin; none when it is not among them.
pub fn reply_id(bytes: &[u8]) -> Option<String> {
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace())?;
    if bytes.get(start) == Some(&b'{') {
        return id_of(bytes.get(start..)?);
    }
    bytes.split(|byte| *byte == b'\n').find_map(|line| {
        let data = line.strip_prefix(b"data:")?;
        id_of(data.trim_ascii_start())
    })
}

/// The `id` of a response, which may stand in the `response` of an event.
fn id_of(json: &[u8]) -> Option<String> {
    let mut scanner = Scanner::new(json);
    scanner.enter_object().ok()?;
    let mut first = true;
    while let Some(key) = scanner.next_key(&mut first).ok()? {
        match (scanner.key(&key).as_ref(), scanner.peek().ok()?) {
            (b"response", Kind::Object) => {
                scanner.enter_object().ok()?;
                first = true;
            }
            (b"id", Kind::String) => {
                let token = scanner.string().ok()?;
                return Some(scanner.text(&token).into_owned());
            }
            _ => scanner.pass().ok()?,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::reply_id;

    #[test]
    fn an_id_is_found_where_a_reply_begins() {
        let id = |text: &str| reply_id(text.as_bytes());
        let whole = r#" {"object":"response","id":"resp_1","output":["#;
        assert_eq!(id(whole).as_deref(), Some("resp_1"));
        let stream = "event: response.created\ndata: {\"type\":\"response.created\",\
            \"sequence_number\":0,\"response\":{\"id\":\"resp_2\",\"instructions\":\"cut";
        assert_eq!(id(stream).as_deref(), Some("resp_2"));
        assert_eq!(id(": ping\n\n"), None);
        assert_eq!(
            id("data: {\"type\":\"error\",\"message\":\"no\"}\n\n"),
            None
        );
        assert_eq!(id("data: {\"response\":{\"id\":\"resp"), None);
        assert_eq!(id(""), None);
    }
}
