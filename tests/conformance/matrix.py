"""What the conformance runner drives: provider kinds, client scripts, and what is left out and why.

A case is left out only for what a provider of that kind cannot do; everything else must pass.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of provider: its channel type, the model of its chat cases, further models."""

    name: str
    channel_type: int
    model: str
    more_models: tuple[str, ...] = ()


KINDS = (
    Kind(
        "openai",
        1,
        "gpt-4o",
        (
            "gpt-4o-mini",
            "text-embedding-3-small",
            "gpt-image-1",
            "whisper-1",
            "tts-1",
            "omni-moderation-latest",
        ),
    ),
    Kind("anthropic", 14, "claude-sonnet-4-5"),
    Kind("gemini", 24, "gemini-2.5-flash", ("gemini-embedding-001",)),
)

# Client scripts in Python and the kind whose own words they speak.
SCRIPTS = (
    ("openai_chat.py", "openai"),
    ("openai_responses.py", "openai"),
    ("anthropic_messages.py", "anthropic"),
    ("gemini_generate.py", "gemini"),
)
NODE_SCRIPTS = (
    ("openai.mjs", "openai"),
    ("anthropic.mjs", "anthropic"),
    ("google.mjs", "gemini"),
)
# Recordings are read by the client of their own family over a provider of the same.
GOLDENS = (
    ("chat", "openai"),
    ("responses", "openai"),
    ("anthropic", "anthropic"),
    ("gemini", "gemini"),
)

_NO_CHOICES = "one answer a call"
_NO_LOGPROBS = "no log probabilities"
_NO_STORE = "answers are not kept by the gateway, and their paths are not relayed"
_NO_REASONING_COUNT = "states no count of reasoning tokens"
_NO_JSON_MODE = "has no JSON mode without a schema"
_NO_PROOF = "gives no proof of thinking"
_NO_WRITES = "states no count of cache writes"
_NO_PICTURES = "makes no pictures in chat"

# Cases by (script, provider kind), each with what that kind cannot do.
SKIPS: dict[tuple[str, str], dict[str, str]] = {
    ("openai_chat.py", "anthropic"): {
        "choices_n2": _NO_CHOICES,
        "choices_n2_stream": _NO_CHOICES,
        "logprobs": _NO_LOGPROBS,
        "chat_usage_details": _NO_REASONING_COUNT,
        "json_mode": _NO_JSON_MODE,
    },
    ("openai_chat.py", "gemini"): {"logprobs": _NO_LOGPROBS},
    ("openai_responses.py", "openai"): {"stored_response_read_back": _NO_STORE},
    ("openai_responses.py", "anthropic"): {
        "stored_response_read_back": _NO_STORE,
        "response": _NO_REASONING_COUNT,
    },
    ("openai_responses.py", "gemini"): {"stored_response_read_back": _NO_STORE},
    ("anthropic_messages.py", "openai"): {"thinking": _NO_PROOF, "thinking_stream": _NO_PROOF},
    ("anthropic_messages.py", "gemini"): {
        "thinking": _NO_PROOF,
        "thinking_stream": _NO_PROOF,
        "cache_usage": _NO_WRITES,
    },
    ("gemini_generate.py", "openai"): {"image_output": _NO_PICTURES},
    ("gemini_generate.py", "anthropic"): {"image_output": _NO_PICTURES},
}
