"""Walks every recording of a provider, and checks what clients would get of it.

`python -m tests.conformance.schemas FOLDER` takes a folder with `golden/`, `data/` and `specs/`.
The crate's own walk reads every recording, cuts and frames it anew, passes it through and crosses
it into every family; what it wrote is then held against the providers' descriptions. Prints one
`PASS name` or `FAIL name why` line for each form of the walk and each family of clients, and what
is left out, with the reasons.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import orjson

from tests.conformance import answers

WALK = ["cargo", "test", "--quiet", "-p", "weirgate-wire", "--test", "recordings"]
SHOWN = ["--", "--nocapture"]
# The client's endpoint and the answer's form; the file of the description, and the schema in it.
SCHEMAS = {
    ("chat_completions", "whole"): ("openai", "CreateChatCompletionResponse"),
    ("chat_completions", "stream"): ("openai", "CreateChatCompletionStreamResponse"),
    ("responses", "whole"): ("openai", "Response"),
    ("responses", "stream"): ("openai", "ResponseStreamEvent"),
    ("messages", "whole"): ("anthropic", "BetaMessage"),
    ("messages", "stream"): ("anthropic", "BetaRawMessageStreamEvent"),
    ("generate_content", "whole"): ("gemini", "GenerateContentResponse"),
    ("stream_generate_content", "stream"): ("gemini", "GenerateContentResponse"),
}

# Fields that the real services send as null though their descriptions do not allow for it.
NULLED = {"usage", "user"}


def schema_of(specs: Path, family: str, name: str) -> dict[str, Any]:
    """Returns a schema with everything that it refers to."""
    if family == "openai":
        document = orjson.loads((specs / "openai.openapi.json").read_bytes())
        components = with_null(document["components"])
        return {"$ref": f"#/components/schemas/{name}", "components": components}
    document = orjson.loads((specs / f"{family}.schemas.json").read_bytes())
    found: dict[str, Any] = document["schemas"][name]
    return found


def with_null(schema: Any) -> Any:
    """Returns the schema with `nullable`, which validators do not know, as one more type."""
    if isinstance(schema, list):
        return [with_null(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: with_null(item) for name, item in schema.items()}
    if found.get("nullable") is True and isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
    return found


def documents(line: dict[str, str]) -> Iterator[Any]:
    """Returns the JSON documents of an answer: the body, or each event but pings and errors."""
    if line["kind"] == "whole":
        yield orjson.loads(line["text"])
        return
    for row in line["text"].splitlines():
        if row.startswith("data: {"):
            event = orjson.loads(row.removeprefix("data: "))
            if event.get("type") != "ping" and "error" not in event:
                yield event


def tolerated(value: Any) -> Any:
    """Takes out what the real services send although their descriptions do not allow for it."""
    if isinstance(value, list):
        return [tolerated(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {name: tolerated(item) for name, item in value.items()}
    if "delta" in kept and kept.get("finish_reason", "") is None:
        kept["finish_reason"] = "stop"
    if "delta" in kept and kept.get("logprobs", "") is None:
        del kept["logprobs"]
    return {name: item for name, item in kept.items() if item is not None or name not in NULLED}


def check(lines: list[dict[str, str]], schema: dict[str, Any]) -> list[str]:
    """Returns one text for each document that is not as described."""
    validator = jsonschema.Draft202012Validator(schema)
    wrong = []
    for line in lines:
        for document in documents(line):
            error = jsonschema.exceptions.best_match(validator.iter_errors(tolerated(document)))
            if error:
                place = "/".join(map(str, error.absolute_path))
                wrong.append(f"{line['name']} {place}: {error.message[:160]}")
    return wrong


def main() -> int:
    """Crosses, checks, prints."""
    shared = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as out:
        found = answers.sort(shared, Path(out))
        print(f"{found.kept.total()} answers in {len(found.kept)} forms", flush=True)
        for reason, count in sorted(found.left_out.items()):
            print(f"{reason} ({count})", flush=True)
        settings = [f"RECORDINGS={shared}", f"ANSWERS={out}", f"RECORDINGS_OUT={out}"]
        walked = subprocess.run(["env", *settings, *WALK, *SHOWN], check=False).returncode
        text = (Path(out) / "crossed.jsonl").read_text()
    lines = [orjson.loads(line) for line in text.splitlines()]
    failed = int(walked != 0)
    for (client, kind), (family, name) in SCHEMAS.items():
        own = [line for line in lines if (line["client"], line["kind"]) == (client, kind)]
        if not own:
            continue
        wrong = check(own, schema_of(shared / "specs", family, name))
        failed += bool(wrong)
        title = f"recordings_as_{client}_{kind} ({len(own)} answers)"
        print(f"FAIL {title} {'; '.join(wrong[:5])}" if wrong else f"PASS {title}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
