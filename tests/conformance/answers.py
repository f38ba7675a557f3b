"""Sorts the open recordings of providers: which are answers of endpoints that the gateway has.

Every answer becomes one file `answers/FORM/NAME`, as the provider sent it; the name's ending says
what it is: `.json` a whole answer, `.error.json` a refusal, anything else a stream. What is no
such answer is counted under its reason. Nothing is written beside the recordings.
"""

import base64
import gzip
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import orjson

Json = dict[str, Any]
GZIP = b"\x1f\x8b"
# Some services refuse with the status of a good answer.
ERROR = b'{"error":{'
# A site whose answers are wrong on purpose.
NO_PROVIDER = "demo-endpoints.pydantic.workers.dev"

# Paths of providers and the form that is answered there; the first that fits counts.
PATHS = (
    (r"/realtime/", "left out: opens a call over WebRTC, which the gateway has not"),
    (r"/chat/completions$", "chat"),
    (r"/v1/completions$", "completions"),
    (r"/v1/messages$", "messages"),
    (r"/v1/messages/count_tokens$", "count_tokens"),
    (r"/v1/complete$", "left out: Anthropic's text completions, which were taken out of service"),
    (r"/responses$", "responses"),
    (r"/responses/resp_\w+$", "responses"),
    (r"/responses/compact$", "compact"),
    (r"/responses/input_tokens$", "input_tokens"),
    (r":(streamG|g)enerateContent$", "gemini"),
    (r":countTokens$", "gemini_count"),
    (r":(batchE|e)mbedContents?$", "gemini_embeddings"),
    (r"/model/[^/]+/converse(-stream)?$", "bedrock"),
    (r"/model/[^/]*anthropic[^/]*/invoke(-with-response-stream)?$", "messages"),
    (r"/model/", "left out: InvokeModel of models that are called with Converse"),
    (r"^/v2/chat$", "cohere"),
    (r"^/v2/embed$", "cohere_embeddings"),
    (r"^/v[12]/rerank$", "rerank"),
    (r"^/v1/(chat|generate)$", "left out: Cohere's first version; channels speak the second"),
    (r"^/api/chat$", "ollama"),
    (r"^/api/generate$", "left out: Ollama's text completions; channels speak /api/chat"),
    (r"/embeddings$", "embeddings"),
    (r"/audio/trans(criptions|lations)$", "audio"),
    (r"/images/(generations|edits)$", "images"),
    (
        r"^/v1/(assistants|threads|files|vector_stores|conversations)",
        "left out: files, threads, assistants, stores and conversations, which are no endpoints",
    ),
    (r"ileSearchStores|cachedContents", "left out: files and caches of Gemini, no endpoints"),
    (r"", "left out: no provider's answer (a document, a picture, a token of access)"),
)

# Files that are no answers, by a piece of their path.
FILES = (
    ("helicone/", "left out: stubs"),
    ("/requests/", "left out: requests"),
    ("/realtime/cassettes/", "left out: sockets, tried by the realtime scripts"),
    ("speech-translation/", "left out: sockets, tried by the realtime scripts"),
    ("-xai_.xai", "left out: xAI's gRPC interface"),
    ("test_xai/", "left out: xAI's gRPC interface"),
    ("google/src/interactions/", "left out: Gemini's interactions, no endpoint of the gateway"),
    ("anthropic/src/skills/", "left out: Anthropic's skills, no endpoint of the gateway"),
    ("response/detect/", "left out: damaged on purpose, or made to be guessed at"),
    ("response/bedrock-", "left out: InvokeModel of models that are called with Converse"),
    ("response/bedrock/rerank", "left out: Bedrock's rerank, no endpoint"),
    (
        "response/vertex/",
        "left out: Vertex's predictions and ranking, no endpoints",
    ),
)

# Fields that tell a form where no path is recorded; the first row of which all are there counts.
FIELDS = (
    ("chat", {"choices", "object"}),
    ("chat", {"choices", "usage"}),
    ("chat", {"choices"}),
    ("responses", {"output", "status"}),
    ("messages", {"content", "role", "type"}),
    ("count_tokens", {"input_tokens"}),
    ("gemini", {"candidates"}),
    ("bedrock", {"output", "stopReason"}),
    ("cohere", {"finish_reason", "message"}),
    ("embeddings", {"data", "object"}),
    ("images", {"data", "created"}),
    ("rerank", {"results"}),
    ("audio", {"text"}),
    ("error", {"error"}),
)

# The first event's `type`, where a stream stands alone.
STREAMS = (
    ("message_start", "messages"),
    ("response.", "responses"),
    ("message-start", "cohere"),
    ("image_generation.", "left out: streamed pictures, passed and not converted"),
)
CONVERSE = ("messageStart", "contentBlockStart", "contentBlockDelta")


@dataclass(slots=True)
class Sorted:
    """What became of all recordings."""

    folder: Path
    kept: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    seen: set[bytes] = field(default_factory=set)

    def put(self, form: str, name: str, ending: str, data: bytes) -> None:
        """Writes an answer, or counts why it is none."""
        if form.startswith("left out"):
            self.left_out[form] += 1
            return
        mark = hashlib.sha256(form.encode() + ending.encode() + data).digest()
        if not data.strip() or mark in self.seen:
            empty = "left out: empty" if not data.strip() else "left out: the same once more"
            self.left_out[empty] += 1
            return
        self.seen.add(mark)
        self.kept[form] += 1
        place = self.folder / "answers" / form
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{name}{ending}").write_bytes(data)


def sort(shared: Path, folder: Path) -> Sorted:
    """Sorts everything that the catalogue names."""
    done = Sorted(folder)
    for row in (shared / "data" / "catalog.jsonl").read_text().splitlines():
        file = orjson.loads(row)["file"]
        reason = next((why for piece, why in FILES if piece in file), "")
        if reason:
            done.left_out[reason] += 1
            continue
        data = (shared / "data" / file).read_bytes()
        for number, (form, ending, answer) in enumerate(answers(file, data)):
            done.put(form, f"{name_of(file)}-{number}", ending, answer)
    return done


def name_of(file: str) -> str:
    """Returns a short name that no other recording has."""
    path = Path(file)
    mark = hashlib.sha256(file.encode()).hexdigest()[:6]
    words = re.sub(r"[^\w-]+", "_", f"{path.parts[0]}-{path.name}")
    return f"{words[:90]}-{mark}"


def answers(file: str, data: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Yields form, ending and bytes of each answer in a file."""
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError:
        yield from streams(file, data)
        return
    if isinstance(document, list) and document and "request" in document[0]:
        document = {"exchanges": document}
    if isinstance(document, dict) and "exchanges" in document:
        for exchange in document["exchanges"]:
            yield of_exchange(exchange)
    elif isinstance(document, dict) and {"status", "headers", "body"} == set(document):
        yield "left out: a transcript as plain text", ".txt", data
    else:
        form = form_of(document)
        yield form, ".error.json" if form == "error" else ".json", data


def form_of(document: Any) -> str:
    """Returns the form of a whole answer."""
    names = set(document) if isinstance(document, dict) else set()
    found = (form for form, fields in FIELDS if fields <= names)
    return next(found, "left out: no form that is known")


def of_exchange(exchange: Json) -> tuple[str, str, bytes]:
    """Returns form, ending and bytes of a recorded exchange's answer."""
    request, response = exchange["request"], exchange["response"]
    address = urlparse(request.get("uri") or request["url"])
    form = next(form for pattern, form in PATHS if re.search(pattern, address.path))
    if address.netloc == NO_PROVIDER:
        form = "left out: made to be no provider's answer"
    if request["method"].upper() in {"DELETE", "HEAD"}:
        form = "left out: says only that something was deleted or is there"
    status = response.get("status") or response["status_code"]
    kind = next((v for k, v in response["headers"].items() if k.lower() == "content-type"), "")
    data = bytes_of(response.get("body"))
    if not form.startswith("left out") and (status >= 400 or data.startswith(ERROR)):
        return "error", f".{form}.{status}.error.json", data
    return form, ending_of(data, str(kind)), data


def bytes_of(body: Any) -> bytes:
    """Returns a recorded body as it was sent."""
    if isinstance(body, dict) and "$base64" in body:
        data = base64.b64decode(body["$base64"])
        return as_events(gzip.decompress(data) if data.startswith(GZIP) else data)
    if isinstance(body, str):
        return body.encode()
    return b"" if body is None else orjson.dumps(body)


def as_events(data: bytes) -> bytes:
    """Returns a stream that came as one JSON array as events, which is what channels ask for."""
    if not data.lstrip().startswith(b"["):
        return data
    return b"".join(b"data: " + orjson.dumps(event) + b"\n\n" for event in orjson.loads(data))


def ending_of(data: bytes, kind: str) -> str:
    """Returns the ending that says how an answer is framed."""
    if "amazon.eventstream" in kind:
        return ".bin"
    if "ndjson" in kind:
        return ".ndjson"
    return ".json" if data.lstrip().startswith(b"{") else ".sse"


def streams(file: str, data: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Yields the stream that a file holds: framed, or one event a line."""
    if file.endswith(".bin") and not data.startswith((b"data:", b"event:")):
        yield "bedrock", ".bin", data
        return
    text = data.decode()
    lines = [line for line in text.splitlines() if line.strip()]
    is_framed = lines[0].startswith(("data:", "event:", ":", "id:"))
    events = [line.removeprefix("data:").strip() for line in lines if line.startswith("data:")]
    if not is_framed:
        events = lines
    first = next((event for event in events if event.startswith("{")), "{}")
    try:
        document = orjson.loads(first)
    except orjson.JSONDecodeError:
        yield "left out: no form that is known", "", data
        return
    form = stream_form(document)
    if form == "bedrock":
        # The events' payloads alone are recorded; the decoder has them by name.
        yield form, ".sse", b"".join(converse_event(line) for line in lines)
    else:
        yield form, ".sse", data if is_framed else framed(lines, form)


def stream_form(document: Json) -> str:
    """Returns the form of a stream after its first event."""
    kind = str(document.get("type", ""))
    found = next((form for start, form in STREAMS if kind.startswith(start)), "")
    if found or not any(name in document for name in CONVERSE):
        is_text = document.get("object") == "text_completion"
        return found or ("completions" if is_text else form_of(document))
    return "bedrock"


def framed(lines: list[str], form: str) -> bytes:
    """Frames events as the provider does."""
    out = []
    for line in lines:
        document = orjson.loads(line) if line.startswith("{") else {}
        name = f"event: {document['type']}\n" if "type" in document else ""
        out.append(f"{name}data: {line}\n\n")
    if form in {"chat", "completions"} and lines[-1] != "[DONE]":
        out.append("data: [DONE]\n\n")
    return "".join(out).encode()


def converse_event(line: str) -> bytes:
    """Returns one event of Converse under its name."""
    (name, payload), *_ = orjson.loads(line).items()
    return f"event: {name}\ndata: ".encode() + orjson.dumps(payload) + b"\n\n"
