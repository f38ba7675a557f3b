//! JSON web tokens that vendors want signed with the channel's key: HS256 for Zhipu and Kling, RS256 for Google's service
//! accounts and Coze's services.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};

use super::{Unauthorized, hex, hmac_sha256};
use crate::state::clock;

/// How long a token that we sign is good for, in seconds.
pub(super) const LIFETIME_S: i64 = 3600;

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// How long Kling's token is good for, and how far back its beginning lies for clocks that differ.
const KLING_LIFETIME_S: i64 = 1_800;
const KLING_SLACK_S: i64 = 5;

/// Returns Kling's token of a key pair.
pub(crate) fn kling(access: &str, secret: &str, now_s: i64) -> String {
    let head = part(&json!({"alg": "HS256", "typ": "JWT"}));
    let claims = part(&json!({
        "iss": access, "exp": now_s + KLING_LIFETIME_S, "nbf": now_s - KLING_SLACK_S,
    }));
    hs256(&format!("{head}.{claims}"), secret)
}

fn hs256(signed: &str, secret: &str) -> String {
    let signature = URL_SAFE_NO_PAD.encode(hmac_sha256(secret.as_bytes(), signed));
    format!("{signed}.{signature}")
}

/// Returns the token of a Zhipu key, `id.secret`.
pub(super) fn zhipu(key: &str, now_s: i64) -> Result<String, Unauthorized> {
    let (id, secret) = key.trim().split_once('.').ok_or(Unauthorized::Key)?;
    let head = part(&json!({"alg": "HS256", "sign_type": "SIGN"}));
    let now_ms = now_s.saturating_mul(1000);
    let until_ms = now_ms.saturating_add(LIFETIME_S * 1000);
    let claims = part(&json!({"api_key": id, "exp": until_ms, "timestamp": now_ms}));
    Ok(hs256(&format!("{head}.{claims}"), secret))
}

/// Returns what a Google service account shows its token server.
pub(super) fn google(
    email: &str,
    private_key: &str,
    token_server: &str,
    now_s: i64,
) -> Result<String, Unauthorized> {
    let head = json!({"alg": "RS256", "typ": "JWT"});
    let claims = json!({
        "iss": email,
        "scope": "https://www.googleapis.com/auth/cloud-platform",
        "aud": token_server,
        "iat": now_s,
        "exp": now_s.saturating_add(LIFETIME_S),
    });
    rs256(&head, &claims, private_key)
}

/// Returns what a service shows Coze's token server: application, the key's fingerprint, the API's host, and a word that
/// no other token has (www.coze.cn/open/docs, OAuth by JWT; not checked against the page).
pub(super) fn coze(
    application: &str,
    key_id: &str,
    private_key: &str,
    host: &str,
    now_s: i64,
) -> Result<String, Unauthorized> {
    let head = json!({"alg": "RS256", "typ": "JWT", "kid": key_id});
    let claims = json!({
        "iss": application,
        "aud": host,
        "iat": now_s,
        "exp": now_s.saturating_add(LIFETIME_S),
        "jti": hex(&clock::random_id()),
    });
    rs256(&head, &claims, private_key)
}

fn rs256(head: &Value, claims: &Value, private_key: &str) -> Result<String, Unauthorized> {
    let der = PrivatePkcs8KeyDer::from_pem_slice(private_key.as_bytes());
    let der = der.map_err(|_no_key| Unauthorized::Key)?;
    let pair = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der());
    let pair = pair.map_err(|_no_key| Unauthorized::Key)?;
    let signed = format!("{}.{}", part(head), part(claims));
    let mut signature = vec![0; pair.public().modulus_len()];
    let random = SystemRandom::new();
    pair.sign(
        &RSA_PKCS1_SHA256,
        &random,
        signed.as_bytes(),
        &mut signature,
    )
    .map_err(|_unsigned| Unauthorized::Key)?;
    let signature = URL_SAFE_NO_PAD.encode(signature);
    Ok(format!("{signed}.{signature}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zhipu_key_signs_its_claims() {
        let token = zhipu("id.secret", 1_700_000_000).expect("a token");
        let parts: Vec<&str> = token.split('.').collect();
        let claims = URL_SAFE_NO_PAD.decode(parts[1]).expect("base64");
        let claims: Value = serde_json::from_slice(&claims).expect("JSON");
        let wanted = json!({"api_key": "id", "exp": 1_700_003_600_000_i64, "timestamp": 1_700_000_000_000_i64});
        assert_eq!(claims, wanted);
        let signature = hmac_sha256(b"secret", &format!("{}.{}", parts[0], parts[1]));
        assert_eq!(parts[2], URL_SAFE_NO_PAD.encode(signature));
        assert_eq!(zhipu("no dot", 0), Err(Unauthorized::Key));
    }

    #[test]
    fn a_kling_token_has_three_parts_and_names_its_key() {
        let token = kling("ak", "sk", 1_000);
        let parts: Vec<&str> = token.split('.').collect();
        let [_, claims, mark] = parts.as_slice() else {
            panic!("not three parts: {token}");
        };
        let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64");
        assert_eq!(claims, br#"{"iss":"ak","exp":2800,"nbf":995}"#);
        assert_eq!(mark.len(), 43);
    }

    #[test]
    fn a_broken_private_key_is_refused() {
        let made = google(
            "a@b",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
            "https://t",
            0,
        );
        assert_eq!(made, Err(Unauthorized::Key));
    }
}
