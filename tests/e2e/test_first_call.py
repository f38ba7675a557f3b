"""From an empty folder to a paid call with the official client: what it sees and what it costs."""

import time
from typing import Any

import duckdb
import httpx
import orjson
from openai import OpenAI

from tests.e2e.conftest import Stage
from tests.support.clock import until

TOOL: Any = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}},
}
MESSAGES: Any = [{"role": "user", "content": "Wie ist das Wetter?"}]
# (11 prompt + 7 completion x 4) x 1.25, rounded half away from zero.
CALL_QUOTA = 49
CALL_TOKENS = 18


def ask(client: OpenAI, *, tools: bool = False) -> Any:
    more: Any = {"tools": [TOOL]} if tools else {}
    return client.chat.completions.create(model="gpt-4o", messages=MESSAGES, **more)


def stream(client: OpenAI, *, tools: bool = False, with_usage: bool = False) -> list[Any]:
    more: Any = {"tools": [TOOL]} if tools else {}
    if with_usage:
        more["stream_options"] = {"include_usage": True}
    chunks: list[Any] = list(
        client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True, **more)
    )
    return chunks


def test_a_call_through_the_gateway_reads_as_the_upstreams_own(stage: Stage) -> None:
    for tools in (False, True):
        assert ask(stage.sdk(), tools=tools) == ask(stage.straight(), tools=tools)


def test_a_stream_through_the_gateway_reads_as_the_upstreams_own(stage: Stage) -> None:
    for tools in (False, True):
        for with_usage in (False, True):
            ours = stream(stage.sdk(), tools=tools, with_usage=with_usage)
            theirs = stream(stage.straight(), tools=tools, with_usage=with_usage)
            assert ours == theirs


def test_streamed_bytes_are_the_upstreams_own(stage: Stage) -> None:
    body = orjson.dumps(
        {
            "model": "gpt-4o",
            "messages": MESSAGES,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    )
    answers = [
        httpx.post(
            f"{base}/v1/chat/completions",
            content=body,
            headers={"authorization": f"Bearer {key}", "content-type": "application/json"},
        )
        for base, key in ((stage.server.url, stage.key), (stage.upstream.base_url, "sk-up"))
    ]
    assert answers[0].content == answers[1].content
    assert answers[0].headers["content-type"] == "text/event-stream"
    assert stage.upstream.requests[-2].body == body


def test_the_upstream_gets_its_own_key_and_never_the_clients(stage: Stage) -> None:
    ask(stage.sdk())
    assert stage.upstream.requests[-1].key == "sk-up"


def test_embeddings_pass_and_are_charged(stage: Stage) -> None:
    key = stage.admin.add_key(name="embeddings")
    made = stage.sdk(key).embeddings.create(
        model="text-embedding-3-small", input="hello", encoding_format="float"
    )
    assert made.data[0].embedding == [0.25, -0.5, 1.0]
    rows = until(lambda: key_logs(stage, "embeddings"), lambda rows: len(rows) == 1, 2)
    assert (rows[0]["prompt_tokens"], rows[0]["quota"] > 0) == (5, True)


def test_models_are_listed_by_the_gateway(stage: Stage) -> None:
    listed = [model.id for model in stage.sdk().models.list()]
    assert listed == ["gpt-4o", "text-embedding-3-small"]


def named(name: str) -> dict[str, str | int]:
    """Returns the filter of calls made with a key of this name."""
    return {"type": 2, "token_name": name}


def key_logs(stage: Stage, name: str) -> list[dict[str, Any]]:
    page = stage.admin.call("GET", "/api/log/self", page_size=100, **named(name))
    items: list[dict[str, Any]] = page["items"]
    return items


def test_every_place_that_shows_money_agrees_within_two_seconds(stage: Stage) -> None:
    admin = stage.admin
    key = admin.add_key(name="counted", unlimited_quota=False, remain_quota=10_000)
    stage.server.drain()
    before = admin.me()
    started = int(time.time())
    client = stage.sdk(key)
    ask(client)
    stream(client, tools=True)
    stream(client, with_usage=True)
    answered = time.monotonic()

    rows = until(lambda: key_logs(stage, "counted"), lambda rows: len(rows) == 3, 2)
    after = until(admin.me, lambda me: bool(me["request_count"] == before["request_count"] + 3), 2)
    shown = admin.call("GET", "/api/token/", p=1, page_size=100)["items"]
    (token,) = [item for item in shown if item["name"] == "counted"]
    stat = admin.call("GET", "/api/log/stat", **named("counted"))
    own_stat = admin.call("GET", "/api/log/self/stat", **named("counted"))
    assert time.monotonic() - answered < 2

    spent = 3 * CALL_QUOTA
    assert [row["quota"] for row in rows] == [CALL_QUOTA] * 3
    assert [row["is_stream"] for row in rows] == [True, True, False]
    assert stat["quota"] == own_stat["quota"] == spent
    assert (stat["rpm"], stat["tpm"]) == (3, 3 * CALL_TOKENS)
    assert before["quota"] - after["quota"] == spent
    assert after["used_quota"] - before["used_quota"] == spent
    assert (token["remain_quota"], token["used_quota"]) == (10_000 - spent, spent)
    hour = started - started % 3600
    buckets = admin.call("GET", "/api/data/self", start_timestamp=hour, end_timestamp=started)
    (bucket,) = [item for item in buckets if item["model_name"] == "gpt-4o"]
    everything = admin.call("GET", "/api/log/self", type=2, model_name="gpt-4o", page_size=100)
    assert bucket["quota"] == sum(row["quota"] for row in everything["items"])
    assert bucket["count"] == everything["total"]
    account = httpx.get(
        f"{stage.server.url}/api/usage/token/", headers={"authorization": f"Bearer {key}"}
    ).json()["data"]
    assert (account["total_used"], account["total_available"]) == (spent, 10_000 - spent)


def test_a_row_tells_what_was_paid_and_why(stage: Stage) -> None:
    key = stage.admin.add_key(name="told")
    stream(stage.sdk(key))
    (row,) = until(lambda: key_logs(stage, "told"), lambda rows: len(rows) == 1, 2)
    other = orjson.loads(row["other"])
    assert (other["model_ratio"], other["completion_ratio"], other["group_ratio"]) == (1.25, 4, 1)
    assert other["request_path"] == "/v1/chat/completions"
    assert other["frt"] >= 0
    assert "admin_info" not in other
    full = stage.admin.call("GET", "/api/log/", type=2, model_name="gpt-4o", page_size=1)["items"][
        0
    ]
    assert orjson.loads(full["other"])["admin_info"]["use_channel"] == ["1"]
    assert full["channel_name"] == "up"
    assert row["request_id"] == full["request_id"]


def test_the_overview_counts_the_same_calls(stage: Stage) -> None:
    stage.server.drain()
    shown = stage.admin.client.get("/api/weirgate/overview").json()
    rows = stage.admin.call("GET", "/api/log/", type=2, page_size=100)
    assert shown["calls"] == rows["total"]
    assert shown["quota"] == sum(row["quota"] for row in rows["items"])
    assert sum(hour["calls"] for hour in shown["hours"]) == shown["calls"]


def test_after_a_clean_stop_the_files_alone_tell_the_same(stage: Stage) -> None:
    ask(stage.sdk())
    server = stage.server
    assert server.stop() == 0
    connection = duckdb.connect(str(server.folder / "usage.duckdb"), read_only=True)
    rows = connection.execute("SELECT count(*), sum(quota) FROM usage").fetchall()[0]
    hourly = connection.execute("SELECT sum(calls), sum(quota) FROM usage_hourly").fetchall()[0]
    connection.close()
    report = orjson.loads(server.run("ledger", "verify").stdout)
    server.start()
    assert rows == hourly
    assert report["is_sound"] is True
    assert report["stores_agree"] is True
    assert report["sql_charged"] == rows[1]
    stage.admin.client.base_url = server.url
    me = stage.admin.me()
    assert (me["used_quota"], me["request_count"]) == (rows[1], rows[0])
