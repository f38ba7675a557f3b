"""What the conformance runner drives: provider kinds, client scripts, and what is left out and why.

A case is left out only for what a provider of that kind cannot do. Everything else must pass.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of provider: its channel type, the model of its chat cases, further models."""

    name: str
    channel_type: int
    model: str
    more_models: tuple[str, ...] = ()
    key: str = "sk-up"


KINDS = (
    Kind(
        "openai",
        1,
        "gpt-4o",
        (
            "gpt-4o-mini",
            "text-embedding-3-small",
            "gpt-image-1",
            "gpt-realtime",
            "whisper-1",
            "tts-1",
            "omni-moderation-latest",
        ),
    ),
    Kind("anthropic", 14, "claude-sonnet-4-5"),
    Kind("gemini", 24, "gemini-2.5-flash", ("gemini-embedding-001",)),
)
# Vendors that speak one form of OpenAI's alone; only clients of other forms are crossed to them.
CHAT_ALONE = Kind("chat alone", 53, "gpt-4.1")
RESPONSES_ALONE = Kind(
    "responses alone", 57, "gpt-5", key='{"access_token":"sk-up","account_id":"a-1"}'
)
# Serves no chat; its script runs over it alone.
RERANKER = Kind("jina", 38, "rerank-v3.5")

# What clients ask for that is not crossed at all, and why; the gateway refuses it by name.
NOT_CROSSED = {
    "POST /v1/responses/compact": (
        "its answer is sealed for the provider that gave it; channels of OpenAI and Codex alone"
        " have it, and Codex sums up by /v1/responses where its provider is another"
    ),
}

# Client scripts in Python and the kind whose own words they speak.
SCRIPTS = (
    ("openai_chat.py", "openai"),
    ("openai_responses.py", "openai"),
    ("anthropic_messages.py", "anthropic"),
    ("gemini_generate.py", "gemini"),
)
# Scripts of things that one kind alone does, with the model they name.
LONE_SCRIPTS = (
    ("openai_realtime.py", KINDS[0], "gpt-realtime"),
    ("rerank_http.py", RERANKER, RERANKER.model),
)
NODE_SCRIPTS = (
    ("openai.mjs", "openai"),
    ("anthropic.mjs", "anthropic"),
    ("google.mjs", "gemini"),
)
# Clients of ours in Node, by name: the script with its words, the kind whose own words they speak.
# Over their own kind each reading is compared with one got straight from the provider.
NODE_CLIENTS = (
    ("ai chat", ("ai_sdk.mjs", "chat"), "openai"),
    ("ai responses", ("ai_sdk.mjs", "responses"), "openai"),
    ("ai anthropic", ("ai_sdk.mjs", "anthropic"), "anthropic"),
    ("ai google", ("ai_sdk.mjs", "google"), "gemini"),
    ("openai_more", ("openai_more.mjs",), "openai"),
    ("anthropic_more", ("anthropic_more.mjs",), "anthropic"),
    ("google_more", ("google_more.mjs",), "gemini"),
)
# Our cases of the Python packages: the kind, the forms that are tried over it, its own form.
PYTHON_FORMS = (
    (KINDS[0], "openai,anthropic,google", "openai"),
    (KINDS[1], "openai,anthropic,google", "anthropic"),
    (KINDS[2], "openai,anthropic,google", "google"),
    (RESPONSES_ALONE, "anthropic,google", ""),
)
PYTHON_PACKAGES = "python packages"
# The same for what one kind alone does, with the model they name.
LONE_NODE_CLIENTS = (
    ("ai media", ("ai_media.mjs",), KINDS[0], "gpt-image-1"),
    ("openai realtime", ("openai_realtime.mjs",), KINDS[0], "gpt-realtime"),
)
# Clients that are crossed to these vendors, by the names above.
CROSSED = (
    (CHAT_ALONE, ("openai_responses.py", "ai responses")),
    (
        RESPONSES_ALONE,
        (
            "openai_chat.py",
            "anthropic_messages.py",
            "gemini_generate.py",
            "ai chat",
            "ai anthropic",
            "ai google",
            "anthropic_more",
            "google_more",
        ),
    ),
)
# Recordings are read by the client of their own family over a provider of the same.
GOLDENS = (
    ("chat", "openai"),
    ("responses", "openai"),
    ("anthropic", "anthropic"),
    ("gemini", "gemini"),
)

_NO_CHOICES = "Messages and Responses have no field for several answers to one call"
_NO_LOGPROBS = "Claude states no log probabilities"
_NO_JSON_MODE = "Claude has no JSON mode without a schema; with one it is asked for that"
_NO_PROOF = "chat completions give no proof of thinking, and none can be made up"
_NO_LIMITS = "the vendor refuses limits of the output"
_STORES_NOTHING = "stores nothing, so that there is nothing to read back"
_NO_WRITES = "Gemini states no count of cache writes"
_NO_SOUND = "Messages take no sound: a call with one is refused by the field's name"
_NO_PICTURES = "the kind's chat gives text alone"

# Cases by (script, provider kind), each with what that kind cannot do.
SKIPS: dict[tuple[str, str], dict[str, str]] = {
    ("openai_chat.py", "anthropic"): {
        "choices_n2": _NO_CHOICES,
        "choices_n2_stream": _NO_CHOICES,
        "logprobs": _NO_LOGPROBS,
        "json_mode": _NO_JSON_MODE,
    },
    ("openai_responses.py", "anthropic"): {"stored_response_read_back": _STORES_NOTHING},
    ("openai_responses.py", "gemini"): {"stored_response_read_back": _STORES_NOTHING},
    ("anthropic_messages.py", "openai"): {"thinking": _NO_PROOF, "thinking_stream": _NO_PROOF},
    ("anthropic_messages.py", "gemini"): {"cache_usage": _NO_WRITES},
    ("anthropic.mjs", "openai"): {"thinking_stream": _NO_PROOF},
    ("openai_responses.py", "chat alone"): {"stored_response_read_back": _STORES_NOTHING},
    ("openai_chat.py", "responses alone"): {
        "chat_length": _NO_LIMITS,
        "choices_n2": _NO_CHOICES,
        "choices_n2_stream": _NO_CHOICES,
    },
    ("anthropic_messages.py", "responses alone"): {"max_tokens": _NO_LIMITS},
    ("gemini_generate.py", "responses alone"): {
        "max_tokens": _NO_LIMITS,
        "image_output": _NO_PICTURES,
    },
    ("gemini_generate.py", "openai"): {"image_output": _NO_PICTURES},
    ("gemini_generate.py", "anthropic"): {"image_output": _NO_PICTURES},
    ("python packages", "anthropic"): {
        "chat_sound": _NO_SOUND,
        "generated_of_a_sound": _NO_SOUND,
    },
}
