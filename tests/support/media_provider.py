"""A scripted provider of pictures, sound, moderations and reranks, in the forms of the originals.

Its answers depend on the request alone and say what arrived: how many bytes a file had, which
fields a form had. Used behind a `FakeUpstream`; counts and times that are charged stand as names.
"""

import base64
import hashlib
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import orjson

from tests.support.fake_upstream import Reply, Request, document, failure

Json = dict[str, Any]
# What an answer with tokens states: text and pictures of the prompt, and the picture made.
TEXT_TOKENS, PICTURE_TOKENS, MADE_TOKENS = 10, 40, 272
HEARD_S = 30
HEARD_TOKENS, WRITTEN_TOKENS = 14, 4
MODERATED_TOKENS, RANKED_TOKENS = 6, 21
PICTURE = base64.b64encode(hashlib.sha256(b"picture").digest()).decode()
SOUND = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(256))


def behave(request: Request) -> Reply:
    """Answers as a provider of everything but chat."""
    path = request.path.removeprefix("/v1/")
    if path.startswith("images/"):
        return _images(path, _fields(request))
    if path == "audio/speech":
        return _speech(request.document)
    if path.startswith("audio/"):
        return _heard(path, _fields(request))
    if path == "moderations":
        return _moderations(request.document)
    if path == "rerank":
        return _rerank(request.document)
    return failure(404, f"no such path {request.path}")


def form_of(request: Request) -> dict[str, list[bytes]]:
    """Returns the fields of a form, files included, by name."""
    head = f"content-type: {request.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    fields: dict[str, list[bytes]] = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        value = part.get_payload(decode=True)
        assert isinstance(value, bytes)
        fields.setdefault(name, []).append(value)
    return fields


def _fields(request: Request) -> Json:
    """Returns a JSON body, or a form with texts as texts and files as their sizes."""
    if not request.headers["content-type"].startswith("multipart/"):
        return request.document
    files = ("file", "image", "image[]", "mask")
    return {
        name: [len(value) for value in values] if name in files else values[0].decode()
        for name, values in form_of(request).items()
    }


def _stream(*events: Json) -> Reply:
    chunks = [
        b"event: " + event["type"].encode() + b"\ndata: " + orjson.dumps(event) + b"\n\n"
        for event in events
    ]
    return Reply(content_type="text/event-stream", chunks=tuple(chunks))


def _images(path: str, asked: Json) -> Reply:
    seen = asked.get("image") or asked.get("image[]") or []
    pictures = PICTURE_TOKENS * len(seen)
    usage = {
        "input_tokens": TEXT_TOKENS + pictures,
        "input_tokens_details": {"text_tokens": TEXT_TOKENS, "image_tokens": pictures},
        "output_tokens": MADE_TOKENS,
        "total_tokens": TEXT_TOKENS + pictures + MADE_TOKENS,
    }
    if str(asked.get("stream", "")).lower() == "true":
        kind = "image_edit" if path.endswith("edits") else "image_generation"
        said = {"b64_json": PICTURE, "created_at": 1, "size": "1024x1024", "quality": "low"}
        said |= {"background": "opaque", "output_format": "png"}
        partial = {"type": f"{kind}.partial_image", "partial_image_index": 0, **said}
        return _stream(partial, {"type": f"{kind}.completed", "usage": usage, **said})
    one: Json = {"b64_json": PICTURE, "revised_prompt": f"{asked.get('prompt')} {seen}"}
    made: Json = {"created": 1_795_262_400, "data": [one] * int(asked.get("n") or 1)}
    return document(200, {**made, "usage": usage} if "gpt" in asked["model"] else made)


def _speech(asked: Json) -> Reply:
    if asked.get("stream_format") == "sse":
        pieces = (SOUND[:4000], SOUND[4000:])
        deltas = [
            {"type": "speech.audio.delta", "audio": base64.b64encode(piece).decode()}
            for piece in pieces
        ]
        usage = {"input_tokens": TEXT_TOKENS, "output_tokens": 50, "total_tokens": TEXT_TOKENS + 50}
        return _stream(*deltas, {"type": "speech.audio.done", "usage": usage})
    return Reply(content_type="audio/mpeg", chunks=(SOUND[:5000], SOUND[5000:]))


def _heard(path: str, asked: Json) -> Reply:
    text = f"{path}: {asked['file']} bytes in {asked.get('language', 'some language')}"
    match asked.get("response_format", "json"):
        case "text":
            return Reply(content_type="text/plain; charset=utf-8", body=f"{text}\n".encode())
        case "verbose_json":
            whole = {"task": "transcribe", "language": "german", "duration": HEARD_S, "text": text}
            return document(200, whole)
        case _:
            usage: Json = {"type": "duration", "seconds": HEARD_S}
    if "gpt" in asked["model"]:
        total = HEARD_TOKENS + WRITTEN_TOKENS
        details = {"text_tokens": 0, "audio_tokens": HEARD_TOKENS}
        usage = {"type": "tokens", "input_tokens": HEARD_TOKENS, "input_token_details": details}
        usage |= {"output_tokens": WRITTEN_TOKENS, "total_tokens": total}
    if str(asked.get("stream", "")).lower() == "true":
        deltas = [{"type": "transcript.text.delta", "delta": half} for half in (text[:9], text[9:])]
        return _stream(*deltas, {"type": "transcript.text.done", "text": text, "usage": usage})
    return document(200, {"text": text, "usage": usage})


def _moderations(asked: Json) -> Reply:
    names = ("harassment", "hate", "self-harm", "sexual", "violence")
    texts = asked["input"] if isinstance(asked["input"], list) else [asked["input"]]
    results = [
        {
            "flagged": "kill" in text,
            "categories": {name: name == "violence" and "kill" in text for name in names},
            "category_scores": dict.fromkeys(names, 0.25),
            "category_applied_input_types": {name: ["text"] for name in names},
        }
        for text in texts
    ]
    usage = {"prompt_tokens": MODERATED_TOKENS, "total_tokens": MODERATED_TOKENS}
    whole = {"id": "modr-1", "model": asked["model"], "results": results, "usage": usage}
    return document(200, whole)


def _rerank(asked: Json) -> Reply:
    """Jina's form; the order is that of how often the query's letters occur."""
    scores = [
        (sum(map(text.count, asked["query"])), -at) for at, text in enumerate(asked["documents"])
    ]
    best = sorted(scores, reverse=True)[: asked.get("top_n")]
    rows = [{"index": -at, "relevance_score": score / 100} for score, at in best]
    usage = {"prompt_tokens": RANKED_TOKENS, "total_tokens": RANKED_TOKENS}
    return document(200, {"model": asked["model"], "results": rows, "usage": usage})
