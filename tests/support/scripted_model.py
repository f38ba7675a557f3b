"""A model that works through a fixed list of tool calls, spoken in four providers' forms.

It reads from a request how many tool results it already holds and answers with the next call, or,
after the last one, with a text that repeats the last result. It keeps no state, so turns may come
again; a request without tools gets a short text.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from tests.support.fake_upstream import Behaviour, Reply, Request, document, failure

Json = dict[str, Any]
# What every answer states: all of the prompt, the part of it that came from the cache, the output.
PROMPT, CACHED, OUTPUT = 1000, 600, 50
THOUGHT = "Zuerst schreiben, dann lesen."
SIGNATURE = "c2lnbmF0dXJlLW9mLXRoZS10aG91Z2h0"
ENCRYPTED = "ZW5jcnlwdGVkLXRob3VnaHQ="


@dataclass(frozen=True)
class Call:
    """One tool call; `text` is what a free-text tool takes instead of arguments."""

    tool: str
    arguments: Json
    text: str = ""


@dataclass(frozen=True)
class Turn:
    """What the model says: one call, or the final text."""

    number: int
    call: Call | None
    text: str

    @property
    def call_id(self) -> str:
        return f"call_{self.number}"


def scripted(calls: list[Call]) -> Behaviour:
    """Returns the behaviour of an upstream that serves this model in every form."""

    def behave(request: Request) -> Reply:
        path = request.path.partition("?")[0]
        if request.method != "POST":
            return failure(404, f"no such path {path}")
        asked = request.document
        if path.endswith("/count_tokens"):
            return document(200, {"input_tokens": PROMPT})
        if path.endswith(":countTokens"):
            return document(200, {"totalTokens": PROMPT})
        form = next((form for form in FORMS if form.is_at(path)), None)
        if form is None:
            return failure(404, f"no such path {path}")
        turn = next_turn(calls, asked, list(form.results(asked)))
        return form.answer(asked, path, turn)

    return behave


def next_turn(calls: list[Call], asked: Json, results: list[str]) -> Turn:
    """Returns what the model says after these results."""
    if not asked.get("tools"):
        return Turn(0, None, "Eine kurze Aufgabe")
    number = len(results)
    if number < len(calls):
        return Turn(number, calls[number], "")
    return Turn(number, None, f"Fertig: {results[-1]}")


@dataclass(frozen=True)
class Form:
    """A provider's form: its paths, where its requests hold tool results, how it answers."""

    is_at: Callable[[str], bool]
    results: Callable[[Json], Iterator[str]]
    answer: Callable[[Json, str, Turn], Reply]


def proves(path: str, asked: Json) -> bool:
    """Says whether an answer with a call holds a proof of its thinking."""
    if path.endswith("/chat/completions"):
        return False
    return not path.partition("?")[0].endswith("/messages") or _thinks(asked)


def _thinks(asked: Json) -> bool:
    return bool((asked.get("thinking") or {}).get("type", "disabled") != "disabled")


def text_of(content: Any) -> str:
    """Returns the text of a content that is a string, parts with texts, or any document."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(text_of(part) for part in content)
    if isinstance(content, dict) and isinstance(content.get("text"), str):
        return str(content["text"])
    return orjson.dumps(content).decode()


def events(*made: Json, named: bool = False, done: bool = False) -> Reply:
    """Returns an event stream; `named` events carry their type as the event's name."""
    chunks = []
    for event in made:
        name = b"event: " + str(event["type"]).encode() + b"\n" if named else b""
        chunks.append(name + b"data: " + orjson.dumps(event) + b"\n\n")
    if done:
        chunks.append(b"data: [DONE]\n\n")
    return Reply(content_type="text/event-stream", chunks=tuple(chunks))


def halves(text: str) -> tuple[str, str]:
    """Returns a text in two parts, as a stream would bring it."""
    return text[: len(text) // 2], text[len(text) // 2 :]


# --- chat completions ---------------------------------------------------------------------------


def _chat_results(asked: Json) -> Iterator[str]:
    for message in asked["messages"]:
        if message["role"] == "tool":
            yield text_of(message["content"])


def _chat_answer(asked: Json, _path: str, turn: Turn) -> Reply:
    usage = {
        "prompt_tokens": PROMPT,
        "completion_tokens": OUTPUT,
        "total_tokens": PROMPT + OUTPUT,
        "prompt_tokens_details": {"cached_tokens": CACHED},
    }
    head = {"id": f"chatcmpl-{turn.number}", "created": 1_795_262_400, "model": asked["model"]}
    finish = "tool_calls" if turn.call else "stop"
    if not asked.get("stream"):
        message: Json = {"role": "assistant", "content": turn.text or None}
        if turn.call:
            message["tool_calls"] = [_chat_call(turn)]
        choice = {"index": 0, "message": message, "finish_reason": finish}
        whole = {**head, "object": "chat.completion", "choices": [choice], "usage": usage}
        return document(200, whole)

    def chunk(delta: Json, finish: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {**head, "object": "chat.completion.chunk", "choices": [choice]}

    made = [chunk({"role": "assistant", "content": ""})]
    if turn.call:
        call = _chat_call(turn)
        function = call["function"]
        begun = {**call, "index": 0, "function": {**function, "arguments": ""}}
        made.append(chunk({"tool_calls": [begun]}))
        made += [
            chunk({"tool_calls": [{"index": 0, "function": {"arguments": part}}]})
            for part in halves(function["arguments"])
        ]
    else:
        made += [chunk({"content": part}) for part in halves(turn.text)]
    made.append(chunk({}, finish))
    if (asked.get("stream_options") or {}).get("include_usage"):
        made.append({**head, "object": "chat.completion.chunk", "choices": [], "usage": usage})
    return events(*made, done=True)


def _chat_call(turn: Turn) -> Json:
    assert turn.call is not None
    arguments = orjson.dumps(turn.call.arguments).decode()
    function = {"name": turn.call.tool, "arguments": arguments}
    return {"id": turn.call_id, "type": "function", "function": function}


# --- messages -----------------------------------------------------------------------------------


def _claude_results(asked: Json) -> Iterator[str]:
    for message in asked["messages"]:
        blocks = message["content"] if isinstance(message["content"], list) else []
        for block in blocks:
            if block["type"] == "tool_result":
                yield text_of(block.get("content", ""))


def _claude_answer(asked: Json, _path: str, turn: Turn) -> Reply:
    usage = {
        "input_tokens": PROMPT - CACHED,
        "cache_read_input_tokens": CACHED,
        "cache_creation_input_tokens": 0,
        "output_tokens": OUTPUT,
    }
    blocks: list[Json] = []
    if _thinks(asked):
        blocks.append({"type": "thinking", "thinking": THOUGHT, "signature": SIGNATURE})
    if turn.call:
        name, given = turn.call.tool, turn.call.arguments
        blocks.append(
            {"type": "tool_use", "id": f"tool{turn.call_id}", "name": name, "input": given}
        )
    else:
        blocks.append({"type": "text", "text": turn.text})
    stop = "tool_use" if turn.call else "end_turn"
    head = {
        "id": f"msg_{turn.number}",
        "type": "message",
        "role": "assistant",
        "model": asked["model"],
        "stop_sequence": None,
    }
    if not asked.get("stream"):
        return document(200, {**head, "content": blocks, "stop_reason": stop, "usage": usage})
    begun = {**head, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
    made: list[Json] = [{"type": "message_start", "message": begun}]
    for index, block in enumerate(blocks):
        made += _claude_block(index, block)
    delta = {"stop_reason": stop, "stop_sequence": None}
    made.append({"type": "message_delta", "delta": delta, "usage": {"output_tokens": OUTPUT}})
    return events(*made, {"type": "message_stop"}, named=True)


def _claude_block(index: int, block: Json) -> Iterator[Json]:
    deltas: list[Json]
    if block["type"] == "thinking":
        empty = {**block, "thinking": "", "signature": ""}
        deltas = [{"type": "thinking_delta", "thinking": part} for part in halves(THOUGHT)]
        deltas.append({"type": "signature_delta", "signature": SIGNATURE})
    elif block["type"] == "tool_use":
        empty = {**block, "input": {}}
        parts = halves(orjson.dumps(block["input"]).decode())
        deltas = [{"type": "input_json_delta", "partial_json": part} for part in parts]
    else:
        empty = {**block, "text": ""}
        deltas = [{"type": "text_delta", "text": part} for part in halves(block["text"])]
    yield {"type": "content_block_start", "index": index, "content_block": empty}
    for delta in deltas:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


# --- responses ----------------------------------------------------------------------------------


def responses_results(asked: Json) -> Iterator[str]:
    """Returns the results of tools among a request's items."""
    items = asked["input"] if isinstance(asked["input"], list) else []
    for item in items:
        if item.get("type") in {"function_call_output", "custom_tool_call_output"}:
            yield text_of(item["output"])


def responses_events(asked: Json, turn: Turn) -> list[Json]:
    """Returns the events of a streamed response, numbered."""
    items = _response_items(turn)
    response = {
        "id": f"resp_{turn.number}",
        "object": "response",
        "created_at": 1_795_262_400,
        "model": asked["model"],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "error": None,
        "incomplete_details": None,
    }
    begun = {**response, "status": "in_progress", "output": []}
    made: list[Json] = [{"type": "response.created", "response": begun}]
    for index, item in enumerate(items):
        made += _response_item_events(index, item)
    usage = {
        "input_tokens": PROMPT,
        "input_tokens_details": {"cached_tokens": CACHED},
        "output_tokens": OUTPUT,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": PROMPT + OUTPUT,
    }
    ended = {**response, "status": "completed", "output": items, "usage": usage}
    made.append({"type": "response.completed", "response": ended})
    return [{**event, "sequence_number": number} for number, event in enumerate(made)]


def _response_items(turn: Turn) -> list[Json]:
    reasoning = {
        "type": "reasoning",
        "id": f"rs_{turn.number}",
        "summary": [{"type": "summary_text", "text": THOUGHT}],
        "encrypted_content": ENCRYPTED,
    }
    if turn.call is None:
        part = {"type": "output_text", "text": turn.text, "annotations": [], "logprobs": []}
        message = {"type": "message", "id": f"msg_{turn.number}", "role": "assistant"}
        return [reasoning, {**message, "status": "completed", "content": [part]}]
    call: Json = {"call_id": turn.call_id, "name": turn.call.tool, "status": "completed"}
    if turn.call.text:
        call |= {"type": "custom_tool_call", "id": f"ctc_{turn.number}", "input": turn.call.text}
    else:
        arguments = orjson.dumps(turn.call.arguments).decode()
        call |= {"type": "function_call", "id": f"fc_{turn.number}", "arguments": arguments}
    return [reasoning, call]


def _response_item_events(index: int, item: Json) -> Iterator[Json]:
    place = {"item_id": item["id"], "output_index": index}
    added = {**item, "status": "in_progress"}
    match item["type"]:
        case "message":
            added["content"] = []
            part, text = item["content"][0], item["content"][0]["text"]
            parted = {**place, "content_index": 0}
            name = "response.output_text"
            inner = [{"type": "response.content_part.added", "part": {**part, "text": ""}}]
            inner += [{"type": f"{name}.delta", "delta": half} for half in halves(text)]
            inner.append({"type": f"{name}.done", "text": text})
            inner.append({"type": "response.content_part.done", "part": part})
            inner = [{**event, **parted} for event in inner]
        case "function_call" | "custom_tool_call" as kind:
            field = "arguments" if kind == "function_call" else "input"
            name = f"response.{kind}_{field}"
            added[field] = ""
            inner = [
                {**place, "type": f"{name}.delta", "delta": half} for half in halves(item[field])
            ]
            inner.append({**place, "type": f"{name}.done", field: item[field]})
        case _:
            inner = []
    yield {"type": "response.output_item.added", "output_index": index, "item": added}
    yield from inner
    yield {"type": "response.output_item.done", "output_index": index, "item": item}


def _responses_answer(asked: Json, _path: str, turn: Turn) -> Reply:
    made = responses_events(asked, turn)
    if asked.get("stream"):
        return events(*made, named=True)
    return document(200, made[-1]["response"])


# --- Gemini -------------------------------------------------------------------------------------


def _gemini_results(asked: Json) -> Iterator[str]:
    for content in asked["contents"]:
        for part in content["parts"]:
            if "functionResponse" in part:
                yield text_of(part["functionResponse"]["response"])


def _gemini_answer(_asked: Json, path: str, turn: Turn) -> Reply:
    usage = {
        "promptTokenCount": PROMPT,
        "cachedContentTokenCount": CACHED,
        "candidatesTokenCount": OUTPUT,
        "totalTokenCount": PROMPT + OUTPUT,
    }
    parts: list[Json] = [{"text": part} for part in halves(turn.text)]
    if turn.call:
        call = {"name": turn.call.tool, "args": turn.call.arguments}
        thought = {"text": THOUGHT, "thought": True}
        parts = [thought, {"functionCall": call, "thoughtSignature": SIGNATURE}]

    def chunk(parts: list[Json], **more: Any) -> Json:
        candidate = {"index": 0, "content": {"role": "model", "parts": parts}, **more}
        model, _, _ = path.rpartition("/")[2].partition(":")
        named = {"modelVersion": model, "responseId": f"r{turn.number}"}
        return {"candidates": [candidate], **named, "usageMetadata": usage}

    if not path.endswith(":streamGenerateContent"):
        return document(200, chunk(parts, finishReason="STOP"))
    last = chunk(parts[-1:], finishReason="STOP")
    return events(*[chunk([part]) for part in parts[:-1]], last)


FORMS = (
    Form(lambda path: path.endswith("/chat/completions"), _chat_results, _chat_answer),
    Form(lambda path: path.endswith("/messages"), _claude_results, _claude_answer),
    Form(lambda path: path.endswith("/responses"), responses_results, _responses_answer),
    Form(lambda path: "enerateContent" in path, _gemini_results, _gemini_answer),
)
