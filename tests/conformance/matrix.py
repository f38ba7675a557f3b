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
_NO_STORE = "answers are not kept there"

# Cases by (script, provider kind), each with what that kind cannot do.
SKIPS: dict[tuple[str, str], dict[str, str]] = {
    ("openai_chat.py", "anthropic"): {
        "choices_n2": _NO_CHOICES,
        "choices_n2_stream": _NO_CHOICES,
        "logprobs": _NO_LOGPROBS,
    },
    ("openai_chat.py", "gemini"): {"logprobs": _NO_LOGPROBS},
    ("openai_responses.py", "anthropic"): {},
    ("openai_responses.py", "gemini"): {},
    ("anthropic_messages.py", "openai"): {},
    ("anthropic_messages.py", "gemini"): {},
    ("gemini_generate.py", "openai"): {},
    ("gemini_generate.py", "anthropic"): {},
}
