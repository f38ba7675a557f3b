"""Starts the scripted provider that stands beside the checkout, and adds what it leaves out.

Run in its folder: `python PROVIDER --port P`. A vendor that serves responses and nothing else has
them under a path of its own; the answers there are those of `/v1/responses`. All else that is added
is a fact of the real services, so that no client's case is left out for the script's sake: counts
and proofs of thinking, log probabilities, answers in enough pieces to break off amid them.
"""

import argparse
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

RESPONSES = "/v1/responses"
RESPONSES_ALONE = "/backend-api/codex/responses"
Json = dict[str, Any]
# Letters in one piece of a Gemini answer.
PIECE = 3
PROOF = "c2NyaXB0ZWQgcHJvb2Y="


def app_of(folder: Path) -> web.Application:
    """Returns the provider's application, with the further path in front of its routes."""
    sys.path.insert(0, str(folder))
    app: web.Application = importlib.import_module("mockllm.app").make_app()
    for add in (claude_counts_thinking, gemini_says_more, responses_say_more):
        add()
    (answer,) = [route.handler for route in app.router.routes() if _is_responses(route)]

    @web.middleware
    async def further(request: web.Request, handler: Any) -> Any:
        return await (answer if request.path == RESPONSES_ALONE else handler)(request)

    app.middlewares.append(further)
    return app


def _is_responses(route: web.AbstractRoute) -> bool:
    at = route.resource.canonical if route.resource else ""
    return (route.method, at) == ("POST", RESPONSES)


def _around(module: Any, name: str, further: Callable[..., Any]) -> None:
    """Puts a function around one of a module's; it gets that one first."""
    inner = getattr(module, name)
    setattr(module, name, lambda *given: further(inner, *given))


def claude_counts_thinking() -> None:
    """Claude states how much of its output was thinking."""

    def usage(inner: Callable[..., Json], plan: Any) -> Json:
        thought = {"thinking_tokens": plan.usage.reasoning}
        return {**inner(plan), "output_tokens_details": thought}

    _around(importlib.import_module("mockllm.anthropic_api"), "usage_of", usage)


def gemini_says_more() -> None:
    """Gemini gives a proof with its thoughts and, if asked, the probability of each token."""
    api = importlib.import_module("mockllm.gemini_api")

    def read(inner: Callable[..., Any], model: str, body: Json) -> Any:
        ask = inner(model, body)
        config = api.pick(body, "generationConfig") or {}
        ask.wants_logprobs = bool(api.pick(config, "responseLogprobs"))
        return ask

    def plan(inner: Callable[..., Any], ask: Any, seed: str) -> Any:
        made = inner(ask, seed)
        made.chunk = min(made.chunk, PIECE)
        made.wants_logprobs = ask.wants_logprobs
        made.unproven = made.reasoning
        return made

    def envelope(inner: Callable[..., Json], plan: Any, parts: list[Json], end: str | None) -> Json:
        answer = inner(plan, [_proven(plan, part) for part in parts], end)
        if plan.wants_logprobs:
            for candidate in answer["candidates"]:
                candidate["logprobsResult"] = _gemini_logprobs(plan.text)
        return answer

    for name, further in (("read", read), ("make_plan", plan), ("envelope", envelope)):
        _around(api, name, further)


def _proven(plan: Any, part: Json) -> Json:
    """Returns a part, with the proof of all thoughts if it is the last of them."""
    if not part.get("thought"):
        return part
    plan.unproven = plan.unproven.removeprefix(part["text"])
    return part if plan.unproven else part | {"thoughtSignature": PROOF}


def _gemini_logprobs(text: str) -> Json:
    chosen = [
        {"token": token, "tokenId": number, "logProbability": -0.25}
        for number, token in enumerate(text.split(" "))
    ]
    return {
        "chosenCandidates": chosen,
        "topCandidates": [{"candidates": [token]} for token in chosen],
    }


def responses_say_more() -> None:
    """Responses give, if they are asked to, sealed thinking and the probability of each token."""
    api = importlib.import_module("mockllm.openai_responses")
    chat = importlib.import_module("mockllm.openai_chat")

    def finished(inner: Callable[..., Json], body: Json, plan: Any) -> Json:
        full = inner(body, plan)
        wanted = body.get("include") or []
        for item in full["output"]:
            if item["type"] == "reasoning" and "reasoning.encrypted_content" in wanted:
                item["encrypted_content"] = PROOF
            if item["type"] == "message" and "message.output_text.logprobs" in wanted:
                item["content"][0]["logprobs"] = chat.logprob_items(plan.text)
        return full

    async def emit_item(inner: Any, emit: Any, plan: Any, index: int, item: Json) -> None:
        part = (item.get("content") or [{}])[0]

        async def emit_more(kind: str, **fields: Any) -> None:
            if kind == "response.content_part.added":
                fields["part"] |= {"logprobs": []}
            if kind == "response.output_text.delta" and part["logprobs"]:
                fields["logprobs"] = chat.logprob_items(fields["delta"])
            if kind == "response.output_text.done":
                fields["logprobs"] = part["logprobs"]
            await emit(kind, **fields)

        await inner(emit_more, plan, index, item)

    _around(api, "finished", finished)
    _around(api, "emit_item", emit_item)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    app = app_of(Path.cwd())
    web.run_app(
        app, host="127.0.0.1", port=port, print=None, access_log=None, handler_cancellation=True
    )


if __name__ == "__main__":
    main()
