//! Volcengine's V4 scheme (HMAC-SHA256), with which its visual API wants a submit signed; the key is `access|secret`.

use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};

use super::calendar::compact;
use super::{hex, hmac_sha256, sha256_hex};

const X_DATE: HeaderName = HeaderName::from_static("x-date");
const X_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-content-sha256");
/// Region and service of the visual API.
const REGION: &str = "cn-north-1";
const SERVICE: &str = "cv";

/// Puts Volcengine's signature headers on a POST of JSON (its V4 scheme, HMAC-SHA256).
pub(crate) fn sign(
    headers: &mut HeaderMap,
    uri: &Uri,
    body: &[u8],
    pair: (&str, &str),
    now_s: i64,
) -> Option<()> {
    let (access, secret) = pair;
    let date = compact(now_s);
    let day = date.get(..8)?;
    let digest = sha256_hex(body);
    let host = uri.authority()?.as_str();
    let mut query: Vec<&str> = uri.query().unwrap_or("").split('&').collect();
    query.sort_unstable();
    let signed_headers = "content-type;host;x-content-sha256;x-date";
    let canonical = format!(
        "POST\n{}\n{}\ncontent-type:application/json\nhost:{host}\nx-content-sha256:{digest}\nx-date:{date}\n\n{signed_headers}\n{digest}",
        uri.path(),
        query.join("&"),
    );
    let scope = format!("{day}/{REGION}/{SERVICE}/request");
    let hashed = sha256_hex(canonical.as_bytes());
    let text = format!("HMAC-SHA256\n{date}\n{scope}\n{hashed}");
    let key = [day, REGION, SERVICE, "request"]
        .iter()
        .fold(secret.as_bytes().to_vec(), |key, part| {
            hmac_sha256(&key, part)
        });
    let signature = hex(&hmac_sha256(&key, &text));
    let mut authorization = HeaderValue::from_str(&format!(
        "HMAC-SHA256 Credential={access}/{scope}, SignedHeaders={signed_headers}, Signature={signature}"
    ))
    .ok()?;
    authorization.set_sensitive(true);
    headers.insert(AUTHORIZATION, authorization);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(HOST, HeaderValue::from_str(host).ok()?);
    headers.insert(X_DATE, HeaderValue::from_str(&date).ok()?);
    headers.insert(X_CONTENT_SHA256, HeaderValue::from_str(&digest).ok()?);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_names_its_scope_and_changes_with_the_body() {
        let uri: Uri = "https://h.example/?Action=A&Version=V"
            .parse()
            .expect("a uri");
        let signed = |body: &[u8]| {
            let mut headers = HeaderMap::new();
            sign(&mut headers, &uri, body, ("ak", "sk"), 1_767_323_045).expect("signed");
            headers[AUTHORIZATION].to_str().expect("text").to_owned()
        };
        let first = signed(b"{}");
        let start = "HMAC-SHA256 Credential=ak/20260102/cn-north-1/cv/request, ";
        assert!(first.starts_with(start), "{first}");
        assert_ne!(first, signed(b"{ }"));
    }
}
