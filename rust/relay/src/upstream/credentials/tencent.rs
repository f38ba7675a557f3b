//! Tencent Cloud's TC3-HMAC-SHA256, after its API documentation; the key is `appid|secretId|secretKey`.

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Request};
use weirgate_wire::vendor::keys::three_parts;

use super::calendar::date;
use super::{Unauthorized, hex, hmac_sha256, host_of, sha256_hex};
use crate::upstream::body::RequestBody;

const ACTION: HeaderName = HeaderName::from_static("x-tc-action");
const VERSION: HeaderName = HeaderName::from_static("x-tc-version");
const TIMESTAMP: HeaderName = HeaderName::from_static("x-tc-timestamp");
const SERVICE: &str = "hunyuan";

/// Adds the call's name and version, the moment and the signature.
pub(super) fn sign(
    request: &mut Request<RequestBody>,
    key: &str,
    body_hash: &str,
    now_s: i64,
) -> Result<(), Unauthorized> {
    let (_, id, secret) = three_parts(key).ok_or(Unauthorized::Key)?;
    let host = host_of(request.uri());
    let text = authorization(id, secret, &host, SERVICE, body_hash, now_s);
    let mut value = HeaderValue::from_str(&text)?;
    value.set_sensitive(true);
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACTION, HeaderValue::from_static("ChatCompletions"));
    headers.insert(VERSION, HeaderValue::from_static("2023-09-01"));
    headers.insert(TIMESTAMP, HeaderValue::from(now_s));
    headers.insert(AUTHORIZATION, value);
    Ok(())
}

fn authorization(
    id: &str,
    secret: &str,
    host: &str,
    service: &str,
    body_hash: &str,
    now_s: i64,
) -> String {
    let names = "content-type;host";
    let canonical =
        format!("POST\n/\n\ncontent-type:application/json\nhost:{host}\n\n{names}\n{body_hash}");
    let day = date(now_s);
    let scope = format!("{day}/{service}/tc3_request");
    let hash = sha256_hex(canonical.as_bytes());
    let text = format!("TC3-HMAC-SHA256\n{now_s}\n{scope}\n{hash}");
    let key = hmac_sha256(format!("TC3{secret}").as_bytes(), &day);
    let key = hmac_sha256(&key, service);
    let key = hmac_sha256(&key, "tc3_request");
    let signature = hex(&hmac_sha256(&key, &text));
    format!("TC3-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_signed_over_its_body_and_day() {
        let hash = sha256_hex(b"{}");
        let made = |secret, hash: &str, now_s| {
            authorization(
                "id",
                secret,
                "hunyuan.tencentcloudapi.com",
                SERVICE,
                hash,
                now_s,
            )
        };
        let text = made("s", &hash, 1_551_113_065);
        let head = "TC3-HMAC-SHA256 Credential=id/2019-02-25/hunyuan/tc3_request, SignedHeaders=content-type;host, Signature=";
        assert_eq!(text.len(), head.len() + 64);
        assert!(text.starts_with(head));
        assert_eq!(text, made("s", &hash, 1_551_113_065));
        for other in [
            made("t", &hash, 1_551_113_065),
            made("s", &sha256_hex(b"[]"), 1_551_113_065),
            made("s", &hash, 1_551_113_066),
        ] {
            assert_ne!(text, other);
        }
    }
}
