//! AWS Signature Version 4, after AWS's description of it; checked against its published test suite.
//! Signs the host, the date and the content type, and the body by its hash.

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::calendar::compact;
use super::{Unauthorized, hex, hmac_sha256, host_of, sha256_hex};
use crate::upstream::body::RequestBody;

/// What stays as it is in a canonical path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');
const DATE: HeaderName = HeaderName::from_static("x-amz-date");

/// Who signs, for what.
pub(super) struct Key<'a> {
    pub(super) access: &'a str,
    pub(super) secret: &'a str,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
}

/// What is signed. Headers are lower-case and sorted.
struct Signed<'a> {
    method: &'a str,
    /// The path as it is sent; services other than S3 encode it once more.
    path: &'a str,
    /// Sorted and encoded.
    query: &'a str,
    headers: &'a [(&'a str, &'a str)],
    body_hash: &'a str,
}

/// Adds date and signature to a request.
pub(super) fn sign(
    request: &mut Request<RequestBody>,
    key: &Key<'_>,
    body_hash: &str,
    now_s: i64,
) -> Result<(), Unauthorized> {
    let date = compact(now_s);
    let host = host_of(request.uri());
    let content_type = request.headers().get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let mut headers = Vec::with_capacity(3);
    headers.extend(content_type.map(|kind| ("content-type", kind)));
    headers.push(("host", host.as_str()));
    headers.push(("x-amz-date", date.as_str()));
    let signed = Signed {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or_default(),
        headers: &headers,
        body_hash,
    };
    let mut value = HeaderValue::from_str(&authorization(&signed, key, &date))?;
    value.set_sensitive(true);
    let date = HeaderValue::from_str(&date)?;
    request.headers_mut().insert(DATE, date);
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(())
}

fn authorization(signed: &Signed<'_>, key: &Key<'_>, date: &str) -> String {
    let names: Vec<_> = signed.headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let mut lines = String::new();
    for (name, value) in signed.headers {
        lines.extend([name, ":", value.trim(), "\n"]);
    }
    let canonical = format!(
        "{}\n{}\n{}\n{lines}\n{names}\n{}",
        signed.method,
        utf8_percent_encode(signed.path, PATH),
        signed.query,
        signed.body_hash,
    );
    let day = date.get(..8).unwrap_or(date);
    let scope = format!("{day}/{}/{}/aws4_request", key.region, key.service);
    let hash = sha256_hex(canonical.as_bytes());
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{hash}");
    let signature = hex(&hmac_sha256(&signing_key(key, day), &text));
    let access = key.access;
    format!(
        "AWS4-HMAC-SHA256 Credential={access}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
}

fn signing_key(key: &Key<'_>, day: &str) -> Vec<u8> {
    let first = hmac_sha256(format!("AWS4{}", key.secret).as_bytes(), day);
    let second = hmac_sha256(&first, key.region);
    let third = hmac_sha256(&second, key.service);
    hmac_sha256(&third, "aws4_request")
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    const KEY: Key<'_> = Key {
        access: "AKIDEXAMPLE",
        secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        region: "us-east-1",
        service: "service",
    };
    const DATE: &str = "20150830T123600Z";
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// The suite's `get-vanilla` and `post-vanilla`.
    #[test]
    fn the_published_suite_is_met() {
        for (method, wanted) in [
            (
                "GET",
                "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            ),
            (
                "POST",
                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            ),
        ] {
            let signed = Signed {
                method,
                path: "/",
                query: "",
                headers: &[("host", "example.amazonaws.com"), ("x-amz-date", DATE)],
                body_hash: EMPTY,
            };
            let text = authorization(&signed, &KEY, DATE);
            let head = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=";
            assert_eq!(text, format!("{head}{wanted}"));
        }
    }

    /// The worked example of AWS's guide: `ListUsers` of IAM.
    #[test]
    fn the_guides_example_is_met() {
        let key = Key {
            service: "iam",
            ..KEY
        };
        let signed = Signed {
            method: "GET",
            path: "/",
            query: "Action=ListUsers&Version=2010-05-08",
            headers: &[
                (
                    "content-type",
                    "application/x-www-form-urlencoded; charset=utf-8",
                ),
                ("host", "iam.amazonaws.com"),
                ("x-amz-date", DATE),
            ],
            body_hash: EMPTY,
        };
        let text = authorization(&signed, &key, DATE);
        let wanted = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
        assert!(text.ends_with(wanted), "{text}");
    }

    #[test]
    fn a_request_is_signed_as_it_is_sent() {
        let mut request = Request::new(RequestBody::full(Bytes::from_static(b"{}")));
        *request.uri_mut() =
            http::Uri::from_static("http://127.0.0.1:8080/model/a.b-v1%3A0/invoke");
        sign(&mut request, &KEY, &sha256_hex(b"{}"), 1_440_938_160).expect("a signature");
        assert_eq!(request.headers()["x-amz-date"], DATE);
        let text = request.headers()["authorization"].to_str().expect("text");
        assert!(
            text.contains("SignedHeaders=host;x-amz-date, Signature="),
            "{text}"
        );
    }
}
