//! Credentials that are made a call: Kling's short-lived JWT and Volcengine's signature.
//!
//! Both start from a key of the form `access|secret`. Times come from the caller.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use ring::{digest, hmac};

const X_DATE: HeaderName = HeaderName::from_static("x-date");
const X_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-content-sha256");
/// How long a JWT is good for, and how far back its beginning lies for clocks that differ.
const JWT_LIFETIME_S: i64 = 1_800;
const JWT_SLACK_S: i64 = 5;
/// Volcengine's region and service of its visual API.
const REGION: &str = "cn-north-1";
const SERVICE: &str = "cv";

/// Splits `access|secret`; other separators that operators use are a comma and a colon.
pub(crate) fn pair(key: &str) -> Option<(&str, &str)> {
    let (access, secret) = key.split_once(['|', ',', ':'])?;
    let (access, secret) = (access.trim(), secret.trim());
    (!access.is_empty() && !secret.is_empty()).then_some((access, secret))
}

/// Returns Kling's JWT (HS256).
pub(crate) fn kling_jwt(access: &str, secret: &str, now_s: i64) -> String {
    let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = serde_json::json!({
        "iss": access, "exp": now_s + JWT_LIFETIME_S, "nbf": now_s - JWT_SLACK_S,
    });
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    let signed = format!("{head}.{claims}");
    let mark = mac(secret.as_bytes(), &signed);
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mark))
}

/// Puts Volcengine's signature headers on a POST of JSON (its V4 scheme, HMAC-SHA256).
pub(crate) fn volc_sign(
    headers: &mut HeaderMap,
    uri: &Uri,
    body: &[u8],
    pair: (&str, &str),
    now_s: i64,
) -> Option<()> {
    let (access, secret) = pair;
    let date = basic_date(now_s);
    let day = date.get(..8)?;
    let digest = hex(digest::digest(&digest::SHA256, body).as_ref());
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
    let hashed = hex(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
    let text = format!("HMAC-SHA256\n{date}\n{scope}\n{hashed}");
    let key = [day, REGION, SERVICE, "request"]
        .iter()
        .fold(secret.as_bytes().to_vec(), |key, part| mac(&key, part));
    let signature = hex(&mac(&key, &text));
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

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _written = write!(text, "{byte:02x}");
        text
    })
}

/// Returns `20260102T030405Z` for a Unix time (civil-from-days by Howard Hinnant's arithmetic).
fn basic_date(unix_s: i64) -> String {
    let (days, rest) = (unix_s.div_euclid(86_400), unix_s.rem_euclid(86_400));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!(
        "{year:04}{month:02}{day:02}T{:02}{:02}{:02}Z",
        rest / 3_600,
        rest / 60 % 60,
        rest % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_in_the_basic_form() {
        assert_eq!(basic_date(0), "19700101T000000Z");
        assert_eq!(basic_date(951_782_400), "20000229T000000Z");
        assert_eq!(basic_date(1_767_323_045), "20260102T030405Z");
    }

    #[test]
    fn a_jwt_has_three_parts_and_names_its_key() {
        let token = kling_jwt("ak", "sk", 1_000);
        let parts: Vec<&str> = token.split('.').collect();
        let [_, claims, mark] = parts.as_slice() else {
            panic!("not three parts: {token}");
        };
        let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64");
        assert_eq!(claims, br#"{"iss":"ak","exp":2800,"nbf":995}"#);
        assert_eq!(mark.len(), 43);
    }

    #[test]
    fn a_signature_names_its_scope_and_changes_with_the_body() {
        let uri: Uri = "https://h.example/?Action=A&Version=V"
            .parse()
            .expect("a uri");
        let sign = |body: &[u8]| {
            let mut headers = HeaderMap::new();
            volc_sign(&mut headers, &uri, body, ("ak", "sk"), 1_767_323_045).expect("signed");
            headers[AUTHORIZATION].to_str().expect("text").to_owned()
        };
        let first = sign(b"{}");
        let start = "HMAC-SHA256 Credential=ak/20260102/cn-north-1/cv/request, ";
        assert!(first.starts_with(start), "{first}");
        assert_ne!(first, sign(b"{ }"));
    }

    #[test]
    fn a_key_is_a_pair_only_with_both_halves() {
        assert_eq!(pair("a|b"), Some(("a", "b")));
        assert_eq!(pair("a|"), None);
        assert_eq!(pair("sk-plain"), None);
    }
}
