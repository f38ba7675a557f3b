//! Addresses made from a vendor's row and a channel's settings, and the changes that single vendors want in a body.

use serde_json::{Value, json};
use weirgate_wire::vendor::{Adapting, Auth, Place, UrlError, Way, profile, profiles};
use weirgate_wire::{Endpoint, Family};

const fn place<'a>(base_url: &'a str, endpoint: Endpoint, model: &'a str) -> Place<'a> {
    Place {
        base_url,
        endpoint,
        model,
        setting: None,
        key: "sk-1",
        is_stream: false,
        strips_dots: false,
    }
}

fn url(channel_type: i32, base: &str, endpoint: Endpoint, model: &str) -> Result<String, UrlError> {
    profile(channel_type).url(&place(base, endpoint, model))
}

fn chat(channel_type: i32, base: &str) -> Result<String, UrlError> {
    url(channel_type, base, Endpoint::ChatCompletions, "m")
}

/// Channel type, the channel's base URL, and the address of a chat call.
const ADDRESSES: [(i32, &str, &str); 31] = [
    (1, "", "https://api.openai.com/v1/chat/completions"),
    (
        1,
        "http://127.0.0.1:9000/",
        "http://127.0.0.1:9000/v1/chat/completions",
    ),
    (1, "http://h/v1", "http://h/v1/chat/completions"),
    (1, "http://h/v1/", "http://h/v1/chat/completions"),
    (
        1,
        "http://h/openai/v1beta",
        "http://h/openai/v1beta/chat/completions",
    ),
    (
        1,
        "http://h/v1/chat/completions",
        "http://h/v1/chat/completions",
    ),
    (
        1,
        "https://gateway.ai.cloudflare.com/v1/a/b/openai",
        "https://gateway.ai.cloudflare.com/v1/a/b/openai/chat/completions",
    ),
    (1, "http://h/v1x", "http://h/v1x/v1/chat/completions"),
    (8, "http://h/{model}/x", "http://h/m/x"),
    (
        17,
        "",
        "https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions",
    ),
    (
        17,
        "https://h/compatible-mode/v1",
        "https://h/compatible-mode/v1/chat/completions",
    ),
    (
        17,
        "https://h/compatible-mode",
        "https://h/compatible-mode/v1/chat/completions",
    ),
    (20, "", "https://openrouter.ai/api/v1/chat/completions"),
    (
        26,
        "",
        "https://open.bigmodel.cn/api/paas/v4/chat/completions",
    ),
    (
        26,
        "https://open.bigmodel.cn/api/paas/v4",
        "https://open.bigmodel.cn/api/paas/v4/chat/completions",
    ),
    (
        26,
        "glm-coding-plan",
        "https://open.bigmodel.cn/api/coding/paas/v4/chat/completions",
    ),
    (
        26,
        "glm-coding-plan-international",
        "https://api.z.ai/api/coding/paas/v4/chat/completions",
    ),
    (
        25,
        "kimi-coding-plan",
        "https://api.kimi.com/coding/v1/chat/completions",
    ),
    (
        45,
        "doubao-coding-plan",
        "https://ark.cn-beijing.volces.com/api/coding/v3/chat/completions",
    ),
    (
        45,
        "doubao-agent-plan",
        "https://ark.cn-beijing.volces.com/api/plan/v3/chat/completions",
    ),
    (27, "", "https://api.perplexity.ai/chat/completions"),
    (35, "", "https://api.minimaxi.com/v1/text/chatcompletion_v2"),
    (35, "http://h/v1", "http://h/v1/text/chatcompletion_v2"),
    (43, "", "https://api.deepseek.com/v1/chat/completions"),
    (
        45,
        "",
        "https://ark.cn-beijing.volces.com/api/v3/chat/completions",
    ),
    (46, "", "https://qianfan.baidubce.com/v2/chat/completions"),
    (48, "", "https://api.x.ai/v1/chat/completions"),
    (59, "", "https://api.poe.com/v1/chat/completions"),
    (64, "", "https://zenmux.ai/api/v1/chat/completions"),
    (68, "", "https://api.cerebras.ai/v1/chat/completions"),
    (9999, "http://own", "http://own/v1/chat/completions"),
];

/// Where Claude's clients go at vendors that serve their form too.
const CLAUDE_ADDRESSES: [(i32, &str, &str); 17] = [
    (
        45,
        "",
        "https://ark.cn-beijing.volces.com/api/compatible/v1/messages",
    ),
    (45, "http://h/api/v3", "http://h/api/compatible/v1/messages"),
    (14, "", "https://api.anthropic.com/v1/messages"),
    (14, "http://h/v1", "http://h/v1/messages"),
    (43, "", "https://api.deepseek.com/anthropic/v1/messages"),
    (43, "http://h/v1", "http://h/anthropic/v1/messages"),
    (43, "http://h/anthropic", "http://h/anthropic/v1/messages"),
    (25, "", "https://api.moonshot.cn/anthropic/v1/messages"),
    (26, "", "https://open.bigmodel.cn/api/anthropic/v1/messages"),
    (
        26,
        "http://h/api/paas/v4",
        "http://h/api/anthropic/v1/messages",
    ),
    (
        26,
        "glm-coding-plan",
        "https://open.bigmodel.cn/api/anthropic/v1/messages",
    ),
    (35, "", "https://api.minimaxi.com/anthropic/v1/messages"),
    (
        17,
        "",
        "https://dashscope.aliyuncs.com/apps/anthropic/v1/messages",
    ),
    (20, "", "https://openrouter.ai/api/v1/messages"),
    (
        25,
        "kimi-coding-plan",
        "https://api.kimi.com/coding/v1/messages",
    ),
    (
        45,
        "doubao-agent-plan",
        "https://ark.cn-beijing.volces.com/api/plan/v1/messages",
    ),
    (64, "", "https://zenmux.ai/api/anthropic/v1/messages"),
];

#[test]
fn every_vendor_has_its_own_path() {
    for (channel_type, base, wanted) in ADDRESSES {
        assert_eq!(
            chat(channel_type, base).as_deref(),
            Ok(wanted),
            "type {channel_type}"
        );
    }
}

#[test]
fn claude_clients_go_to_the_vendors_own_messages() {
    for (channel_type, base, wanted) in CLAUDE_ADDRESSES {
        let row = profile(channel_type);
        assert_eq!(row.way(Endpoint::Messages, "m"), Some(Way::Untouched));
        let made = url(channel_type, base, Endpoint::Messages, "m");
        assert_eq!(made.as_deref(), Ok(wanted), "type {channel_type}");
    }
}

#[test]
fn settings_of_a_channel_go_into_the_address() {
    let azure = profile(3);
    assert_eq!(azure.auth, Auth::Header("api-key"));
    let base = "https://r.openai.azure.com";
    let mut call = place(base, Endpoint::Embeddings, "ada.2");
    call.setting = Some("2024-10-21");
    let wanted =
        "https://r.openai.azure.com/openai/deployments/ada.2/embeddings?api-version=2024-10-21";
    assert_eq!(azure.url(&call).as_deref(), Ok(wanted));
    call.strips_dots = true;
    let wanted =
        "https://r.openai.azure.com/openai/deployments/ada2/embeddings?api-version=2024-10-21";
    assert_eq!(azure.url(&call).as_deref(), Ok(wanted));
    let responses = azure.url(&place(base, Endpoint::Responses, "m"));
    let wanted = "https://r.openai.azure.com/openai/v1/responses?api-version=preview";
    assert_eq!(responses.as_deref(), Ok(wanted));
    let mut cloud = place("", Endpoint::ChatCompletions, "m");
    assert_eq!(
        profile(39).url(&cloud),
        Err(UrlError::NeedsSetting("account id"))
    );
    cloud.setting = Some(" acc ");
    let wanted = "https://api.cloudflare.com/client/v4/accounts/acc/ai/v1/chat/completions";
    assert_eq!(profile(39).url(&cloud).as_deref(), Ok(wanted));
    let bot = url(45, "", Endpoint::ChatCompletions, "bot-1");
    let wanted = "https://ark.cn-beijing.volces.com/api/v3/bots/chat/completions";
    assert_eq!(bot.as_deref(), Ok(wanted));
}

#[test]
fn gemini_has_the_model_in_its_path() {
    let whole = url(24, "", Endpoint::GenerateContent, "gemini-2.5-pro");
    let wanted =
        "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:generateContent";
    assert_eq!(whole.as_deref(), Ok(wanted));
    let stream = url(24, "http://h/v1", Endpoint::StreamGenerateContent, "a b");
    let wanted = "http://h/v1/models/a%20b:streamGenerateContent?alt=sse";
    assert_eq!(stream.as_deref(), Ok(wanted));
}

#[test]
fn bedrock_reads_its_region_from_the_key() {
    let mut call = place("", Endpoint::Messages, "claude-sonnet-4-20250514");
    call.key = "AKIA|secret|eu-west-1";
    let wanted = "https://bedrock-runtime.eu-west-1.amazonaws.com/model/eu.anthropic.claude-sonnet-4-20250514-v1%3A0/invoke";
    assert_eq!(profile(33).url(&call).as_deref(), Ok(wanted));
    call.is_stream = true;
    call.model = "anthropic.claude-3-haiku-20240307-v1:0";
    call.key = "key|us-east-1";
    let wanted = "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1%3A0/invoke-with-response-stream";
    assert_eq!(profile(33).url(&call).as_deref(), Ok(wanted));
    for key in ["key", "key|", "a|b|c|d", "a|b|evil.example/#"] {
        call.key = key;
        assert_eq!(
            profile(33).url(&call),
            Err(UrlError::NeedsKeyPart("region")),
            "{key}"
        );
    }
}

#[test]
fn vertex_reads_region_and_project() {
    let key = r#"{"project_id":"p-1","client_email":"a@b","private_key":"x"}"#;
    let mut call = place("", Endpoint::Messages, "claude-opus-4@20250514");
    call.key = key;
    call.setting = Some(r#"{"default":"us-central1","claude-opus-4@20250514":"europe-west1"}"#);
    call.is_stream = true;
    let row = profile(41);
    let wanted = "https://europe-west1-aiplatform.googleapis.com/v1/projects/p-1/locations/europe-west1/publishers/anthropic/models/claude-opus-4%4020250514:streamRawPredict";
    assert_eq!(row.url(&call).as_deref(), Ok(wanted));
    assert_eq!(
        row.way(Endpoint::Messages, call.model),
        Some(Way::Untouched)
    );
    let translated = row.way(Endpoint::Messages, "gemini-2.5-pro");
    assert_eq!(translated, Some(Way::Translated(Family::Gemini)));
    call.endpoint = Endpoint::GenerateContent;
    call.model = "gemini-2.5-pro";
    call.setting = Some("global");
    call.is_stream = false;
    let wanted = "https://aiplatform.googleapis.com/v1/projects/p-1/locations/global/publishers/google/models/gemini-2.5-pro:generateContent";
    assert_eq!(row.url(&call).as_deref(), Ok(wanted));
    call.key = "AIza";
    let wanted = "https://aiplatform.googleapis.com/v1/publishers/google/models/gemini-2.5-pro:generateContent";
    assert_eq!(row.url(&call).as_deref(), Ok(wanted));
    call.key = key;
    call.endpoint = Endpoint::ChatCompletions;
    call.model = "meta/llama-4-maverick";
    let wanted = "https://aiplatform.googleapis.com/v1/projects/p-1/locations/global/endpoints/openapi/chat/completions";
    assert_eq!(row.url(&call).as_deref(), Ok(wanted));
    call.setting = Some("a/../b");
    assert_eq!(row.url(&call), Err(UrlError::NeedsSetting("region")));
}

/// Channel type, model, further fields, model after, further fields after.
const QUIRKS: [(i32, &str, &str, &str, &str); 12] = [
    (26, "glm", r#""top_p":1"#, "glm", r#""top_p":0.99"#),
    (27, "s", r#""top_p":0.5"#, "s", r#""top_p":0.5"#),
    (17, "q", r#""top_p":0"#, "q", r#""top_p":0.001"#),
    (17, "q", r#""top_p":1.0"#, "q", r#""top_p":0.999"#),
    (
        20,
        "a/b-thinking",
        r#""x":1"#,
        "a/b",
        r#""x":1,"usage":{"include":true},"reasoning":{"enabled":true}"#,
    ),
    (
        20,
        "a/b",
        r#""reasoning_effort":"low""#,
        "a/b",
        r#""usage":{"include":true},"reasoning":{"effort":"low"}"#,
    ),
    (
        48,
        "grok-4-search",
        r#""x":1"#,
        "grok-4",
        r#""x":1,"search_parameters":{"mode":"on"}"#,
    ),
    (
        48,
        "grok-3-mini-high",
        r#""x":1"#,
        "grok-3-mini",
        r#""x":1,"reasoning_effort":"high""#,
    ),
    (
        46,
        "ernie-search",
        r#""x":1"#,
        "ernie",
        r#""x":1,"web_search":{"enable":true,"enable_citation":true,"enable_trace":true}"#,
    ),
    (
        45,
        "doubao-nothinking",
        r#""x":1"#,
        "doubao",
        r#""x":1,"thinking":{"type":"disabled"}"#,
    ),
    (
        1,
        "gpt-5-high",
        r#""max_tokens":5"#,
        "gpt-5",
        r#""max_completion_tokens":5,"reasoning_effort":"high""#,
    ),
    (
        1,
        "gpt-4o",
        r#""max_tokens":5"#,
        "gpt-4o",
        r#""max_tokens":5"#,
    ),
];

#[test]
fn single_vendors_get_their_changes() {
    for (channel_type, model, before, model_after, after) in QUIRKS {
        let body = format!(r#"{{"model":"{model}",{before}}}"#);
        let wanted = format!(r#"{{"model":"{model_after}",{after}}}"#);
        let adapted = profile(channel_type).adapt(&Adapting {
            endpoint: Endpoint::ChatCompletions,
            model,
            body: body.as_bytes(),
            betas: None,
            setting: None,
            key: "",
        });
        let body = adapted.body.unwrap_or_else(|| body.into_bytes());
        let read: Value = serde_json::from_slice(&body).expect("JSON");
        let wanted: Value = serde_json::from_str(&wanted).expect("JSON");
        assert_eq!(read, wanted, "type {channel_type}");
        assert_eq!(adapted.model.as_deref().unwrap_or(model), model_after);
    }
}

#[test]
fn fields_that_no_quirk_names_keep_their_bytes() {
    let body = br#"{"messages": [ {"role":"user" , "content":"\u00e9"} ], "top_p":1 ,"n":1.0}"#;
    let adapted = profile(26).adapt(&Adapting {
        endpoint: Endpoint::ChatCompletions,
        model: "glm",
        body,
        betas: None,
        setting: None,
        key: "",
    });
    let wanted = br#"{"messages":[ {"role":"user" , "content":"\u00e9"} ],"top_p":0.99,"n":1.0}"#;
    assert_eq!(adapted.body.as_deref(), Some(&wanted[..]));
}

#[test]
fn mistral_gets_short_tool_ids() {
    let body = json!({"model": "m", "messages": [
        {"role": "assistant", "tool_calls": [{"id": "call_abcdefghijkl", "function": {}}, {"id": "Abc123456"}]},
        {"role": "tool", "tool_call_id": "call_abcdefghijkl", "content": "x"},
    ]});
    let adapted = profile(42).adapt(&Adapting {
        endpoint: Endpoint::ChatCompletions,
        model: "m",
        body: body.to_string().as_bytes(),
        betas: None,
        setting: None,
        key: "",
    });
    let read: Value = serde_json::from_slice(&adapted.body.expect("a new body")).expect("JSON");
    let id = read["messages"][0]["tool_calls"][0]["id"]
        .as_str()
        .expect("an id");
    assert!(id.len() == 9 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert_eq!(read["messages"][1]["tool_call_id"], id);
    assert_eq!(read["messages"][0]["tool_calls"][1]["id"], "Abc123456");
}

#[test]
fn claude_at_a_cloud_loses_model_and_stream() {
    let body = br#"{"model":"claude-3-haiku-20240307","stream":true,"max_tokens":5,"messages":[]}"#;
    for (channel_type, version) in [(33, "bedrock-2023-05-31"), (41, "vertex-2023-10-16")] {
        let adapted = profile(channel_type).adapt(&Adapting {
            endpoint: Endpoint::Messages,
            model: "claude-3-haiku-20240307",
            body,
            betas: Some("a-1, b-2"),
            setting: None,
            key: "",
        });
        let read: Value = serde_json::from_slice(&adapted.body.expect("a new body")).expect("JSON");
        let wanted = json!({"max_tokens": 5, "messages": [], "anthropic_version": version, "anthropic_beta": ["a-1", "b-2"]});
        assert_eq!(read, wanted);
    }
}

#[test]
fn vertex_takes_no_function_ids() {
    let body = br#"{"contents":[{"parts":[{"functionResponse":{"id":"1","name":"f","response":{"id":2}}}]}]}"#;
    let adapted = profile(41).adapt(&Adapting {
        endpoint: Endpoint::GenerateContent,
        model: "gemini-2.5-pro",
        body,
        betas: None,
        setting: None,
        key: "",
    });
    let wanted =
        br#"{"contents":[{"parts":[{"functionResponse":{"name":"f","response":{"id":2}}}]}]}"#;
    assert_eq!(adapted.body.as_deref(), Some(&wanted[..]));
}

#[test]
fn vendors_of_other_families_are_told_apart() {
    for channel_type in [14, 24] {
        let row = profile(channel_type);
        assert!(!row.speaks(Family::OpenaiChat), "type {channel_type}");
        assert_eq!(
            chat(channel_type, "http://h"),
            Err(UrlError::NotSpoken("chat_completions"))
        );
        let way = row.way(Endpoint::ChatCompletions, "m");
        assert!(
            matches!(way, Some(Way::Translated(_))),
            "type {channel_type}"
        );
    }
    assert!(profile(38).speaks(Family::Embeddings) && !profile(38).speaks(Family::OpenaiChat));
    assert_eq!(profile(38).way(Endpoint::ChatCompletions, "m"), None);
    assert_eq!(chat(3, ""), Err(UrlError::NoBaseUrl));
}

#[test]
fn every_channel_type_has_one_row() {
    let mut types: Vec<_> = profiles().iter().map(|row| row.channel_type).collect();
    let count = types.len();
    types.sort_unstable();
    types.dedup();
    assert_eq!(types.len(), count);
    for row in profiles() {
        assert_eq!(profile(row.channel_type).name, row.name);
        assert!(!row.default_base_url.ends_with('/'), "{}", row.name);
    }
}

#[test]
fn anthropic_is_called_at_its_own_path_with_its_own_headers() {
    let row = profile(14);
    for (endpoint, task) in [
        (Endpoint::Messages, "messages"),
        (Endpoint::MessagesCountTokens, "messages/count_tokens"),
    ] {
        assert_eq!(row.way(endpoint, "m"), Some(Way::Untouched));
        for base in [
            "",
            "https://api.anthropic.com/",
            "https://api.anthropic.com/v1",
        ] {
            let made = url(14, base, endpoint, "m");
            assert_eq!(made, Ok(format!("https://api.anthropic.com/v1/{task}")));
        }
    }
    let translated = Some(Way::Translated(Family::AnthropicMessages));
    assert_eq!(row.way(Endpoint::ChatCompletions, "m"), translated);
    assert_eq!(row.way(Endpoint::Embeddings, "m"), None);
    assert_eq!(row.auth, Auth::Header("x-api-key"));
    assert_eq!(row.headers, [("anthropic-version", "2023-06-01")]);
}

#[test]
fn vectors_go_to_whoever_makes_them() {
    let ways = [
        (24, Endpoint::EmbedContent, Some(Way::Untouched)),
        (
            24,
            Endpoint::Embeddings,
            Some(Way::Translated(Family::Gemini)),
        ),
        (1, Endpoint::Embeddings, Some(Way::Untouched)),
        (
            1,
            Endpoint::BatchEmbedContents,
            Some(Way::Translated(Family::Embeddings)),
        ),
        (
            24,
            Endpoint::ChatCompletions,
            Some(Way::Translated(Family::Gemini)),
        ),
        (24, Endpoint::GeminiCountTokens, Some(Way::Untouched)),
        (14, Endpoint::Embeddings, None),
    ];
    for (channel_type, endpoint, way) in ways {
        let found = profile(channel_type).way(endpoint, "m");
        assert_eq!(found, way, "{endpoint:?} of {channel_type}");
    }
}

#[test]
fn zen_serves_each_model_in_its_makers_form() {
    let row = profile(65);
    for (model, endpoint, address) in [
        ("claude-opus-4-5", Endpoint::Messages, "messages"),
        ("gpt-5.1", Endpoint::Responses, "responses"),
        ("kimi-k2", Endpoint::ChatCompletions, "chat/completions"),
    ] {
        assert_eq!(row.way(endpoint, model), Some(Way::Untouched), "{model}");
        let wanted = format!("https://opencode.ai/zen/v1/{address}");
        assert_eq!(url(65, "", endpoint, model), Ok(wanted));
    }
    let way = row.way(Endpoint::Messages, "gpt-5.1");
    assert_eq!(way, Some(Way::Translated(Family::OpenaiResponses)));
    assert_eq!(row.way(Endpoint::Embeddings, "m"), None);
}

#[test]
fn jina_gets_no_field_of_coheres() {
    let adapted = profile(38).adapt(&Adapting {
        endpoint: Endpoint::Rerank,
        model: "m",
        body: br#"{"model":"m","query":"q","documents":["a"],"max_tokens_per_doc":9,"max_chunks_per_doc":2}"#,
        betas: None,
        setting: None,
        key: "",
    });
    let wanted = br#"{"model":"m","query":"q","documents":["a"],"max_doc_length":9}"#;
    assert_eq!(adapted.body.as_deref(), Some(&wanted[..]));
}

#[test]
fn sparks_old_names_still_work() {
    let adapted = profile(18).adapt(&Adapting {
        endpoint: Endpoint::ChatCompletions,
        model: "SparkDesk-v4.0",
        body: br#"{"model":"SparkDesk-v4.0"}"#,
        betas: None,
        setting: None,
        key: "",
    });
    assert_eq!(adapted.model.as_deref(), Some("4.0Ultra"));
}

#[test]
fn the_coding_backend_stores_nothing_and_streams() {
    let made = url(57, "", Endpoint::Responses, "gpt-5-codex");
    let wanted = "https://chatgpt.com/backend-api/codex/responses";
    assert_eq!(made.as_deref(), Ok(wanted));
    let adapted = profile(57).adapt(&Adapting {
        endpoint: Endpoint::Responses,
        model: "gpt-5-codex",
        body: br#"{"model":"gpt-5-codex","input":"hi","temperature":1,"max_output_tokens":5}"#,
        betas: None,
        setting: None,
        key: "",
    });
    let read: Value = serde_json::from_slice(&adapted.body.expect("a new body")).expect("JSON");
    let wanted = json!({"model": "gpt-5-codex", "input": "hi", "store": false, "stream": true, "instructions": ""});
    assert_eq!(read, wanted);
}
