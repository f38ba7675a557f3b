//! The hub to a client's bytes, for made images: `{"created","data":[{"url"|"b64_json"}]}`.
//! A client that wants addresses gets an inline image as a `data:` address.

use serde_json::{Map, Value, json};

use crate::canon::{ImagesReply, Made};

/// Writes the images; `created` is in Unix seconds, `wants_urls` says that the client asked for addresses.
pub fn write_reply(reply: &ImagesReply, created: i64, wants_urls: bool) -> Vec<u8> {
    let data = reply.images.iter().map(|image| match image {
        Made::Url(url) => json!({"url": url}),
        Made::Base64 { mime, data } if wants_urls => {
            json!({"url": format!("data:{mime};base64,{data}")})
        }
        Made::Base64 { data, .. } => json!({"b64_json": data}),
    });
    let mut body = Map::new();
    body.insert("created".to_owned(), json!(created));
    body.insert("data".to_owned(), data.collect());
    if let Some(usage) = &reply.usage {
        let total = usage.prompt.saturating_add(usage.completion);
        let usage = json!({"input_tokens": usage.prompt, "output_tokens": usage.completion, "total_tokens": total});
        body.insert("usage".to_owned(), usage);
    }
    Value::Object(body).to_string().into_bytes()
}
