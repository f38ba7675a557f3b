//! Walks `tests/contracts/vendors`: what a chat call becomes in a vendor's form and what its answers become in the chat form.
//! Streams are read whole, cut at every byte and into single bytes, and must say the same each time; every answer is also
//! written for clients of the other families.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use weirgate_wire::translate::{self, TranslateError, Translating};
use weirgate_wire::vendor::{Adapting, Place, profile};
use weirgate_wire::{Endpoint, Family};

use crate::shared::{cases, compare, read_json};
use crate::support::{form, heard_from};

/// A folder of cases, its channel type, and whether the vendor streams and answers whole.
const VENDORS: [(&str, i32, bool); 8] = [
    ("aiproxy", 21, true),
    ("baidu", 15, true),
    ("coze", 49, true),
    ("dify", 37, true),
    ("palm", 11, false),
    ("replicate", 56, true),
    ("tencent", 23, true),
    ("zhipu", 16, true),
];

/// Takes a field that says something of the case, not of the call.
fn take(body: &mut Value, name: &str) -> Option<Value> {
    body.as_object_mut()?.remove(name)
}

fn written(mut chat: Value) -> Result<Value, TranslateError> {
    let channel_type = take(&mut chat, "$type").and_then(|number| number.as_i64());
    let channel_type = channel_type.and_then(|number| i32::try_from(number).ok());
    let row = profile(channel_type.expect("a channel type"));
    let setting = take(&mut chat, "$setting");
    let setting = setting.as_ref().and_then(Value::as_str);
    let model = chat["model"].as_str().expect("a model");
    let body = chat.to_string();
    let wire = translate::request(
        &Translating {
            endpoint: Endpoint::ChatCompletions,
            path_model: None,
            body: body.as_bytes(),
            to: form(row.channel_type, model),
            profile: row,
            model,
        },
        |_| {},
    )?;
    let adapted = row.adapt(&Adapting {
        endpoint: wire.endpoint,
        model: &wire.model,
        body: &wire.body,
        betas: None,
        setting,
        key: "",
    });
    let body = adapted.body.unwrap_or(wire.body);
    let url = row.url(&Place {
        base_url: "",
        endpoint: wire.endpoint,
        model: &wire.model,
        setting,
        key: "",
        is_stream: chat["stream"] == true,
        strips_dots: false,
    });
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    Ok(json!({"url": url.expect("an address"), "body": body, "left_out": wire.drops}))
}

#[test]
fn calls_are_written_as_each_vendor_wants_them() {
    for (vendor, ..) in VENDORS {
        for case in cases(&format!("vendors/{vendor}/requests"), "json") {
            let made = written(read_json(&case));
            let made = made.unwrap_or_else(|error| json!({"refused": error.to_string()}));
            compare(&case, "wire.json", &made);
        }
    }
}

#[test]
fn answers_are_read_as_each_vendor_sends_them() {
    for (vendor, channel_type, _) in VENDORS {
        let from = form(channel_type, "m");
        for case in cases(&format!("vendors/{vendor}/replies"), "json") {
            let body = fs::read(&case).expect("case is readable");
            let made = translate::reply(from, Endpoint::ChatCompletions, "m", &body);
            match made {
                Ok(made) => {
                    let read: Value = serde_json::from_slice(&made.body).expect("JSON");
                    compare(&case, "chat.json", &read);
                    check_other_clients(&case, from, &body);
                }
                Err(error) => compare(&case, "chat.json", &json!({"error": error.to_string()})),
            }
        }
    }
}

fn check_other_clients(case: &Path, from: Family, body: &[u8]) {
    for endpoint in [
        Endpoint::Messages,
        Endpoint::Responses,
        Endpoint::GenerateContent,
    ] {
        let made = translate::reply(from, endpoint, "m", body);
        assert!(made.is_ok(), "{}: {endpoint:?}", case.display());
    }
}

#[test]
fn streams_are_read_however_they_are_cut() {
    for (vendor, channel_type, streams) in VENDORS {
        if !streams {
            continue;
        }
        for case in cases(&format!("vendors/{vendor}/streams"), "txt") {
            let bytes = fs::read(&case).expect("case is readable");
            let heard = heard_from(form(channel_type, "m"), &bytes);
            compare(&case, "heard.json", &heard);
        }
    }
}
