//! Xunfei's signature in the query (HMAC-SHA256 over host, date and request line), for a key of `app|key|secret`.
//! The body is not covered by it.

use std::time::{Duration, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use weirgate_wire::vendor::keys::three_parts;

use super::{Unauthorized, hmac_sha256, host_of, put_in_query};
use crate::upstream::body::RequestBody;

/// Signs a request.
pub(super) fn sign(
    request: &mut Request<RequestBody>,
    key: &str,
    now_s: i64,
) -> Result<(), Unauthorized> {
    let (_, key, secret) = three_parts(key).ok_or(Unauthorized::Key)?;
    let now = Duration::from_secs(u64::try_from(now_s).unwrap_or(0));
    let date = httpdate::fmt_http_date(UNIX_EPOCH + now);
    let host = host_of(request.uri());
    let path = request.uri().path();
    let signed = format!("host: {host}\ndate: {date}\nPOST {path} HTTP/1.1");
    let signature = STANDARD.encode(hmac_sha256(secret.as_bytes(), &signed));
    let authorization = format!(
        "api_key=\"{key}\", algorithm=\"hmac-sha256\", headers=\"host date request-line\", signature=\"{signature}\""
    );
    put_in_query(request, "authorization", &STANDARD.encode(authorization))?;
    put_in_query(request, "date", &date)?;
    put_in_query(request, "host", &host)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn host_date_and_line_are_signed() {
        let mut request = Request::new(RequestBody::full(Bytes::new()));
        *request.uri_mut() = http::Uri::from_static("https://h.example/v2.1/tti");
        sign(&mut request, "app|key|secret", 1_792_567_680).expect("signed");
        let query = request.uri().query().expect("a query");
        let fields: Vec<(&str, String)> = query
            .split('&')
            .filter_map(|field| {
                let (name, value) = field.split_once('=')?;
                let value = percent_encoding::percent_decode_str(value);
                Some((name, value.decode_utf8().ok()?.into_owned()))
            })
            .collect();
        let [("authorization", given), ("date", date), ("host", host)] = fields.as_slice() else {
            panic!("{query}");
        };
        assert_eq!(date, "Wed, 21 Oct 2026 07:28:00 GMT");
        assert_eq!(host, "h.example");
        let given = STANDARD.decode(given).expect("base64");
        let line = format!("host: h.example\ndate: {date}\nPOST /v2.1/tti HTTP/1.1");
        let mark = STANDARD.encode(hmac_sha256(b"secret", &line));
        let wanted = format!(
            "api_key=\"key\", algorithm=\"hmac-sha256\", headers=\"host date request-line\", signature=\"{mark}\""
        );
        assert_eq!(String::from_utf8(given).expect("text"), wanted);
        assert_eq!(sign(&mut request, "app|key", 0), Err(Unauthorized::Key));
    }
}
