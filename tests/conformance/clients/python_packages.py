"""The Python packages of OpenAI, Anthropic and Google: what their scripts elsewhere leave out.

`python python_packages.py FORM,… --base URL --key KEY --model NAME [--own FORM --straight URL]
[--skip a,b]` runs the cases of these forms, one `PASS name` or `FAIL name why` line each. A case
returns what its client read; in the provider's own form the same is asked of the provider itself,
at the address behind `--straight`, and both readings must be equal but for ids and times.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import anthropic
import openai
import orjson
from google import genai
from google.genai import types
from pydantic import BaseModel

# A PDF's first letters, and a wave file without a sound, both in base64.
PDF = "JVBERi0xLjQK"
WAVE = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAgD4AAAB9AAACABAAZGF0YQAAAAA="
CALLS = [{"name": "get_weather", "args": {"city": city}} for city in ("Graz", "東京")]
CITY = {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}
# What every gateway may write anew, and what tells of the connection alone.
LOOSE = {"id", "created", "created_at", "completed_at", "item_id", "call_id", "response_id"}
LOOSE |= {"sdk_http_response", "automatic_function_calling_history", "obfuscation"}
PATIENCE_S = 60


@dataclass(frozen=True)
class Target:
    """Whom a case asks."""

    base: str
    key: str
    model: str


Case = Callable[[Target], Any]
CASES: dict[str, list[Case]] = {}


def case(form: str) -> Callable[[Case], Case]:
    """Adds a case to those of a form."""

    def add(run: Case) -> Case:
        CASES.setdefault(form, []).append(run)
        return run

    return add


class Weather(BaseModel):
    """What an answer in a form is read as."""

    city: str
    degrees: int


def order(**what: Any) -> str:
    """Tells the scripted provider what to say; plain text, so that it survives a translation."""
    return "MOCK" + orjson.dumps(what).decode()


def same(got: object, wanted: object) -> None:
    if got != wanted:
        raise AssertionError(f"{got!r} is not {wanted!r}")


def tidy(value: Any) -> Any:
    """Returns a reading without what differs from call to call."""
    if isinstance(value, BaseModel):
        return tidy(value.model_dump(mode="json", exclude_none=True))
    if isinstance(value, dict):
        return {name: tidy(field) for name, field in value.items() if name not in LOOSE}
    if isinstance(value, (list, tuple)):
        return [tidy(item) for item in value]
    return value


# --- OpenAI ---------------------------------------------------------------------------------------


def open_ai(t: Target) -> Any:
    return openai.OpenAI(base_url=f"{t.base}/v1", api_key=t.key, max_retries=0, timeout=PATIENCE_S)


def chat(t: Target, content: Any, **rest: Any) -> Any:
    messages = [{"role": "user", "content": content}]
    return open_ai(t).chat.completions.create(model=t.model, messages=messages, **rest)


@case("openai")
def chat_whole(t: Target) -> Any:
    made = chat(t, order(text="plain", usage={"input": 12, "output": 4, "cached": 5}))
    same((made.choices[0].message.content, made.usage.total_tokens), ("plain", 16))
    return made


@case("openai")
def chat_stream(t: Target) -> Any:
    chunks = list(chat(t, order(text="in pieces"), stream=True))
    text = "".join(one.delta.content or "" for chunk in chunks for one in chunk.choices)
    same(text, "in pieces")
    return chunks


@case("openai")
def chat_tools_and_results(t: Target) -> Any:
    tools = [{"type": "function", "function": {"name": "get_weather", "parameters": CITY}}]
    asked = {"role": "user", "content": order(calls=CALLS)}
    api = open_ai(t).chat.completions
    first = api.create(model=t.model, tools=tools, messages=[asked])
    calls = first.choices[0].message.tool_calls
    same([orjson.loads(call.function.arguments)["city"] for call in calls], ["Graz", "東京"])
    results = [
        {"role": "tool", "tool_call_id": call.id, "content": f"{20 + place} degrees"}
        for place, call in enumerate(calls)
    ]
    messages = [asked, first.choices[0].message, *results]
    second = api.create(model=t.model, tools=tools, messages=messages)
    same(second.choices[0].message.content, "Tool said: 20 degrees | 21 degrees")
    return first, second


@case("openai")
def chat_file(t: Target) -> Any:
    file = {"filename": "a.pdf", "file_data": f"data:application/pdf;base64,{PDF}"}
    words = {"type": "text", "text": order(text="read")}
    made = chat(t, [{"type": "file", "file": file}, words])
    same(made.choices[0].message.content, "read")
    return made


@case("openai")
def chat_sound(t: Target) -> Any:
    sound = {"type": "input_audio", "input_audio": {"data": WAVE, "format": "wav"}}
    made = chat(t, [sound, {"type": "text", "text": order(text="heard")}])
    same(made.choices[0].message.content, "heard")
    return made


@case("openai")
def responses_object(t: Target) -> Any:
    made = open_ai(t).responses.parse(
        model=t.model, input="weather?", text_format=Weather, store=False
    )
    same(type(made.output_parsed), Weather)
    return made.output_parsed, made.usage


@case("openai")
def responses_thinking(t: Target) -> Any:
    made = open_ai(t).responses.create(
        model=t.model,
        input=order(text="done", reasoning="because"),
        reasoning={"effort": "low", "summary": "auto"},
        include=["reasoning.encrypted_content"],
        store=False,
    )
    (thought,) = [item for item in made.output if item.type == "reasoning"]
    same((thought.summary[0].text, made.output_text), ("because", "done"))
    return made.output, made.usage


@case("openai")
def responses_count_tokens(t: Target) -> Any:
    made = open_ai(t).responses.input_tokens.count(model=t.model, input="one two three")
    same(made.input_tokens > 0, True)
    return made


# --- Anthropic ------------------------------------------------------------------------------------


def claude(t: Target) -> Any:
    return anthropic.Anthropic(
        base_url=t.base, api_key=t.key, max_retries=0, timeout=PATIENCE_S
    ).messages


def ask(t: Target, content: Any, **rest: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": content}]
    return {"model": t.model, "max_tokens": 2048, "messages": messages, **rest}


@case("anthropic")
def message(t: Target) -> Any:
    usage = {"input": 12, "output": 4, "cached": 5}
    made = claude(t).create(**ask(t, order(text="plain", usage=usage)))
    same((made.content[0].text, made.usage.cache_read_input_tokens), ("plain", 5))
    return made


@case("anthropic")
def message_events(t: Target) -> Any:
    made = claude(t).create(**ask(t, order(text="in pieces"), stream=True))
    events = [event for event in made if event.type != "ping"]
    same((events[0].type, events[-1].type), ("message_start", "message_stop"))
    return events


@case("anthropic")
def tools_and_results(t: Target) -> Any:
    tools = [{"name": "get_weather", "input_schema": CITY}]
    asked = ask(t, order(calls=CALLS), tools=tools)
    first = claude(t).create(**asked)
    calls = [block for block in first.content if block.type == "tool_use"]
    same([call.input["city"] for call in calls], ["Graz", "東京"])
    results = [
        {"type": "tool_result", "tool_use_id": call.id, "content": f"{20 + place} degrees"}
        for place, call in enumerate(calls)
    ]
    said = {"role": "assistant", "content": first.content}
    history = [*asked["messages"], said, {"role": "user", "content": results}]
    second = claude(t).create(**(asked | {"messages": history}))
    same(second.content[0].text, "Tool said: 20 degrees | 21 degrees")
    return first, second


@case("anthropic")
def parsed_object(t: Target) -> Any:
    made = claude(t).parse(**ask(t, "weather?"), output_format=Weather)
    same(type(made.parsed_output), Weather)
    return made.parsed_output, made.usage


@case("anthropic")
def thought(t: Target) -> Any:
    thinking = {"type": "enabled", "budget_tokens": 1024}
    made = claude(t).create(**ask(t, order(text="done", reasoning="because"), thinking=thinking))
    same([made.content[0].thinking, made.content[1].text], ["because", "done"])
    return made


@case("anthropic")
def document(t: Target) -> Any:
    source = {"type": "base64", "media_type": "application/pdf", "data": PDF}
    words = {"type": "text", "text": order(text="read")}
    made = claude(t).create(**ask(t, [{"type": "document", "source": source}, words]))
    same(made.content[0].text, "read")
    return made


@case("anthropic")
def counted_tokens(t: Target) -> Any:
    tools = [{"name": "get_weather", "input_schema": CITY}]
    messages = [{"role": "user", "content": "one two three"}]
    made = claude(t).count_tokens(model=t.model, messages=messages, tools=tools, system="Be brief.")
    same(made.input_tokens > 0, True)
    return made


# --- Google ---------------------------------------------------------------------------------------


def google(t: Target, contents: Any, **config: Any) -> Any:
    options = types.HttpOptions(base_url=t.base, timeout=PATIENCE_S * 1000)
    # A client that is collected closes its connections.
    client = genai.Client(api_key=t.key, http_options=options)
    return client.models.generate_content(
        model=t.model, contents=contents, config=types.GenerateContentConfig(**config)
    )


def read(made: Any) -> Any:
    return made.candidates, made.usage_metadata


@case("google")
def generated(t: Target) -> Any:
    made = google(t, order(text="plain", usage={"input": 12, "output": 4, "cached": 5}))
    same((made.text, made.usage_metadata.cached_content_token_count), ("plain", 5))
    return read(made)


@case("google")
def generated_calls(t: Target) -> Any:
    tool = types.FunctionDeclaration(name="get_weather", parameters_json_schema=CITY)
    tools = [types.Tool(function_declarations=[tool])]
    asked = types.Content(role="user", parts=[types.Part(text=order(calls=CALLS))])
    first = google(t, [asked], tools=tools)
    same([call.args["city"] for call in first.function_calls], ["Graz", "東京"])
    results = [
        types.FunctionResponse(
            id=call.id, name=call.name, response={"output": f"{20 + place} degrees"}
        )
        for place, call in enumerate(first.function_calls)
    ]
    told = [types.Part(function_response=result) for result in results]
    history = [asked, first.candidates[0].content, types.Content(role="user", parts=told)]
    second = google(t, history, tools=tools)
    same(second.text, "Tool said: 20 degrees | 21 degrees")
    return read(first), read(second)


@case("google")
def generated_object(t: Target) -> Any:
    form = {"response_mime_type": "application/json", "response_schema": Weather}
    made = google(t, "weather?", **form)
    same(type(made.parsed), Weather)
    return read(made)


@case("google")
def generated_of_a_file(t: Target) -> Any:
    file = types.Part(inline_data=types.Blob(mime_type="application/pdf", data=PDF.encode()))
    made = google(t, [file, order(text="read")])
    same(made.text, "read")
    return read(made)


@case("google")
def generated_of_a_sound(t: Target) -> Any:
    sound = types.Part(inline_data=types.Blob(mime_type="audio/wav", data=WAVE.encode()))
    made = google(t, [sound, order(text="heard")])
    same(made.text, "heard")
    return read(made)


def judge(run: Case, target: Target, straight: str) -> None:
    """Runs a case, and again at the provider itself."""
    got = tidy(run(target))
    if straight:
        same(got, tidy(run(replace(target, base=straight, key="sk-straight"))))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("forms")
    for name in ("base", "key", "model", "own", "straight", "skip"):
        parser.add_argument(f"--{name}", default="")
    given = parser.parse_args()
    target = Target(given.base, given.key, given.model)
    failed = 0
    cases = [(form, run) for form in given.forms.split(",") for run in CASES[form]]
    for form, run in cases:
        if run.__name__ in given.skip.split(","):
            continue
        try:
            judge(run, target, given.straight if form == given.own else "")
        except Exception as error:  # noqa: BLE001
            # Whatever a package raises is this case's failure, and the next one is run.
            failed += 1
            why = " ".join(f"{type(error).__name__}: {error}".split())[:600]
            print(f"FAIL {run.__name__} {why}", flush=True)
        else:
            print(f"PASS {run.__name__}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
