//! How long a provider of Google's form wants to be left alone: `google.rpc.RetryInfo` among an error's details.
//! Read beside the `Retry-After` header, which such providers do not send; a delay that cannot be read counts as none.

use serde_json::{Map, Value};

use super::MAX_ERROR_BYTES;

/// The end of the detail's `@type`; before it stands a host that says nothing.
const RETRY_INFO: &str = "google.rpc.RetryInfo";

/// Returns the seconds of an error body's `retryDelay` (`"37.5s"`, a protobuf duration in JSON), rounded up.
pub fn retry_delay_s(body: &[u8]) -> Option<u32> {
    let body = body.get(..MAX_ERROR_BYTES).unwrap_or(body);
    memchr::memmem::find(body, RETRY_INFO.as_bytes())?;
    let document: Value = serde_json::from_slice(body).ok()?;
    let document = match &document {
        // A stream that fails before it begins is a list of one.
        Value::Array(items) => items.first()?,
        other => other,
    };
    of_error(document.get("error")?.as_object()?)
}

/// The same of an error's own fields.
pub(super) fn of_error(fields: &Map<String, Value>) -> Option<u32> {
    let details = fields.get("details")?.as_array()?;
    details.iter().find_map(delay)
}

fn delay(detail: &Value) -> Option<u32> {
    let kind = detail.get("@type")?.as_str()?;
    if !kind.ends_with(RETRY_INFO) {
        return None;
    }
    match detail.get("retryDelay")? {
        Value::String(text) => seconds(text),
        // What a proxy makes of it that does not know protobuf's JSON.
        Value::Object(fields) => match fields.get("seconds")? {
            Value::String(text) => text.parse().ok(),
            value => u32::try_from(value.as_u64()?).ok(),
        },
        _ => None,
    }
}

fn seconds(text: &str) -> Option<u32> {
    let number = text.trim().strip_suffix('s')?;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let is_number = part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_more = part.bytes().any(|byte| byte != b'0');
    let whole: u32 = whole.parse().ok().filter(|_| is_number)?;
    Some(whole.saturating_add(is_more.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(delay: &str) -> Option<u32> {
        let kind = "type.googleapis.com/google.rpc.RetryInfo";
        let body = format!(
            r#"{{"error":{{"code":429,"details":[{{"@type":"x/google.rpc.Help"}},{{"@type":"{kind}","retryDelay":{delay}}}]}}}}"#
        );
        let listed = format!("[{body}]");
        assert_eq!(
            retry_delay_s(listed.as_bytes()),
            retry_delay_s(body.as_bytes())
        );
        retry_delay_s(body.as_bytes())
    }

    #[test]
    fn a_delay_is_read_in_whole_seconds() {
        let rows = [
            (r#""37s""#, Some(37)),
            (r#""37.000s""#, Some(37)),
            (r#""36.2s""#, Some(37)),
            (r#""0.5s""#, Some(1)),
            (r#""0s""#, Some(0)),
            (r#"{"seconds":"9"}"#, Some(9)),
            (r#"{"seconds":9}"#, Some(9)),
            (r#""-1s""#, None),
            (r#""5m""#, None),
            (r#""5.x s""#, None),
            (r#""99999999999s""#, None),
            ("7", None),
        ];
        for (delay, wanted) in rows {
            assert_eq!(of(delay), wanted, "{delay}");
        }
        assert_eq!(retry_delay_s(b"{"), None);
        assert_eq!(
            retry_delay_s(br#"{"error":{"message":"google.rpc.RetryInfo"}}"#),
            None
        );
    }
}
