"""The smallest calls that show that a model answers, in the words of each endpoint (pure)."""

from __future__ import annotations

from typing import Any

CHAT = "/v1/chat/completions"
EMBEDDINGS = "/v1/embeddings"
IMAGES = "/v1/images/generations"
MESSAGES = "/v1/messages"
RERANK = "/v1/rerank"
RESPONSES = "/v1/responses"
GEMINI = "/v1beta/models/{model}:generateContent"
GEMINI_STREAM = "/v1beta/models/{model}:streamGenerateContent"
PATHS = {
    "openai": CHAT,
    "openai-response": RESPONSES,
    "anthropic": MESSAGES,
    "gemini": GEMINI,
    "jina-rerank": RERANK,
    "image-generation": IMAGES,
    "embeddings": EMBEDDINGS,
}
"""The family's `endpoint_type` and the path that it stands for."""

_EMBEDDING_MARKS = ("embedding", "embed", "bge-", "m3e")
_ASK = "hi"


def path_of(endpoint: str, model: str, *, stream: bool) -> str:
    """Returns the client path of a test; by the model's name when no endpoint is named."""
    path = PATHS.get(endpoint) or _path_of_model(model.lower())
    return GEMINI_STREAM if stream and path == GEMINI else path


def _path_of_model(name: str) -> str:
    if "rerank" in name:
        return RERANK
    if any(mark in name for mark in _EMBEDDING_MARKS):
        return EMBEDDINGS
    if name.startswith(("dall-e", "gpt-image")):
        return IMAGES
    if "codex" in name or (name.endswith("-pro") and name.startswith(("o1", "o3", "gpt-5"))):
        return RESPONSES
    return CHAT


def body(path: str, model: str, *, stream: bool) -> dict[str, Any]:
    """Returns the body of a test on a path."""
    messages = [{"role": "user", "content": _ASK}]
    if path in {GEMINI, GEMINI_STREAM}:
        contents = [{"role": "user", "parts": [{"text": _ASK}]}]
        return {"contents": contents, "generationConfig": {"maxOutputTokens": 3000}}
    bodies: dict[str, dict[str, Any]] = {
        EMBEDDINGS: {"input": ["hello world"]},
        RERANK: {"query": _ASK, "documents": ["hello", "world"], "top_n": 1},
        IMAGES: {"prompt": "a cute cat", "n": 1, "size": "1024x1024"},
        RESPONSES: {"input": [{"role": "user", "content": _ASK}]},
        MESSAGES: {"messages": messages, "max_tokens": 16},
        CHAT: {"messages": messages, **_limit(model.lower())},
    }
    streams = {"stream": True} if stream and path in {CHAT, MESSAGES, RESPONSES} else {}
    return {"model": model, **bodies[path], **streams}


def _limit(name: str) -> dict[str, int]:
    if name.startswith(("o1", "o3", "o4", "gpt-5")):
        return {"max_completion_tokens": 16}
    if "thinking" in name and "claude" not in name:
        return {"max_tokens": 50}
    return {"max_tokens": 3000 if "gemini" in name else 16}
