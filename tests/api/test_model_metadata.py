"""Model metadata, vendors and prefill groups over HTTP, with what the price list makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from weirgate.channels.egress import Reply

from tests.api.conftest import ADAM, ALICE, ROOT, Plane, running_plane, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BASE = "http://list.example/meta"
MODELS_URL, VENDORS_URL = f"{BASE}/api/newapi/models.json", f"{BASE}/api/newapi/vendors.json"


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plane]:
    is_postgres = request.param == "postgresql"
    url: str | None = request.getfixturevalue("postgres_url") if is_postgres else None
    with running_plane(tmp_path, url) as running:
        yield set_up(running)


def add_channel(site: Plane, models: str, group: str = "default") -> None:
    channel = {"type": 1, "name": "c1", "key": "sk-a", "models": models, "group": group}
    form = {"mode": "single", "channel": channel}
    assert site.as_user(ADAM).post("/api/channel/", json=form).json()["success"]


def post(site: Plane, path: str, **form: Any) -> dict[str, Any]:
    answer: dict[str, Any] = site.as_user(ADAM).post(path, json=form).json()
    assert answer["success"], answer
    data: dict[str, Any] = answer["data"]
    return data


def pricing(site: Plane) -> dict[str, Any]:
    data: dict[str, Any] = site.visitor().get("/api/pricing").json()
    return data


def test_a_row_shows_what_serves_it_and_leaves_out_what_is_empty(either: Plane) -> None:
    add_channel(either, "gpt-4o,dall-e-3", "vip,default")
    admin = either.as_user(ADAM)
    vendor = post(either, "/api/vendors/", name="Acme", icon="A")
    made = post(either, "/api/models/", model_name=" gpt-4o ", vendor_id=vendor["id"], tags="a,b")
    now_s = either.management.clock() // 1000
    assert made == {
        "id": 1, "model_name": "gpt-4o", "tags": "a,b", "vendor_id": 1, "status": 1,
        "sync_official": 1, "created_time": now_s, "updated_time": now_s,
        "bound_channels": [{"name": "c1", "type": 1}], "enable_groups": ["default", "vip"],
        "quota_types": [0], "name_rule": 0,
    }  # fmt: skip
    rule = post(either, "/api/models/", model_name="-e-", name_rule=2)
    assert (rule["matched_models"], rule["matched_count"]) == (["dall-e-3"], 1)
    assert rule["quota_types"] == [1]
    listed = admin.get("/api/models/?p=1&page_size=1").json()["data"]
    assert (listed["items"], listed["total"], listed["vendor_counts"]) == ([rule], 2, {"1": 1})
    assert admin.get("/api/models/1").json()["data"] == made


def test_searching_takes_the_keyword_as_it_is_and_vendors_by_id_or_name(either: Plane) -> None:
    vendor = post(either, "/api/vendors/", name="Acme")
    post(either, "/api/models/", model_name="100%_sure", vendor_id=vendor["id"])
    post(either, "/api/models/", model_name="100-sure", description="says ACME", tags="x")
    admin = either.as_user(ADAM)

    def found(**query: str) -> list[str]:
        items = admin.get("/api/models/search", params=query).json()["data"]["items"]
        return [item["model_name"] for item in items]

    assert found(keyword="%") == ["100%_sure"]
    assert found(keyword="0%_S") == ["100%_sure"]
    assert found(keyword="acme") == ["100-sure"]
    assert found(vendor="1") == found(vendor="Acme") == ["100%_sure"]
    assert found(vendor="nobody") == []
    vendors = admin.get("/api/vendors/search?keyword=_").json()["data"]
    assert (vendors["items"], vendors["total"]) == ([], 0)
    assert admin.get("/api/vendors/search?keyword=cm").json()["data"]["total"] == 1


def test_status_only_changes_the_status_and_hides_the_model(site: Plane) -> None:
    add_channel(site, "gpt-4o")
    made = post(site, "/api/models/", model_name="gpt-4o", description="kept", icon="I")
    priced = pricing(site)["data"][0]
    assert (priced["description"], priced["icon"]) == ("kept", "I")
    form = {"id": made["id"], "status": 0, "model_name": "other"}
    admin = site.as_user(ADAM)
    changed = admin.put("/api/models/?status_only=true", json=form).json()["data"]
    assert (changed["model_name"], changed["status"]) == ("gpt-4o", 0)
    assert pricing(site)["data"] == []
    assert admin.delete("/api/models/1").json() == {"success": True, "message": "", "data": None}
    assert [row["model_name"] for row in pricing(site)["data"]] == ["gpt-4o"]
    assert admin.get("/api/models/1").json()["message"] == "record not found"


def test_a_models_own_vendor_and_endpoints_are_in_the_price_list(site: Plane) -> None:
    add_channel(site, "gpt-4o,claude-x")
    vendor = post(site, "/api/vendors/", name="Acme", icon="A")
    endpoints = {"openai": "/mine", "acme": {"path": "/acme", "method": "PUT"}}
    post(site, "/api/models/", model_name="gpt-4o", vendor_id=vendor["id"],
         endpoints=orjson.dumps(endpoints).decode())  # fmt: skip
    shown = pricing(site)
    claude, gpt = sorted(shown["data"], key=lambda row: str(row["model_name"]))
    assert (gpt["vendor_id"], gpt["supported_endpoint_types"]) == (1, ["openai", "acme"])
    assert claude["vendor_id"] == 2
    assert shown["vendors"][0] == {"id": 1, "name": "Acme", "icon": "A"}
    assert shown["supported_endpoint"]["acme"] == {"path": "/acme", "method": "PUT"}


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"model_name": " "}, "模型名称不能为空"),
        ({"model_name": "m", "vendor_id": 9}, "供应商不存在"),
        ({"model_name": "m", "endpoints": "{"}, "端点必须是 JSON 对象或数组"),
        ({"model_name": "m", "name_rule": 4}, "无效的参数"),
        ({"model_name": "taken"}, "模型名称已存在"),
    ],
)
def test_rows_that_do_not_fit_are_refused(
    site: Plane, form: dict[str, object], message: str
) -> None:
    post(site, "/api/models/", model_name="taken")
    post(site, "/api/models/", model_name="second")
    admin = site.as_user(ADAM)
    assert admin.post("/api/models/", json=form).json()["message"] == message
    assert admin.put("/api/models/", json={"id": 2, **form}).json()["message"] == message
    assert admin.get("/api/models/2").json()["data"]["model_name"] == "second"


def test_a_deleted_vendor_leaves_its_models_without_one(either: Plane) -> None:
    post(either, "/api/vendors/", name="Acme")
    post(either, "/api/models/", model_name="m", vendor_id=1)
    admin = either.as_user(ADAM)
    for form in ({"name": "Acme"}, {"id": 1, "name": ""}):
        call = admin.put if "id" in form else admin.post
        assert not call("/api/vendors/", json=form).json()["success"]
    changed = admin.put("/api/vendors/", json={"id": 1, "name": "Zeta", "status": 0}).json()
    assert (changed["data"]["name"], changed["data"]["status"]) == ("Zeta", 0)
    assert admin.delete("/api/vendors/1").json()["success"]
    assert "vendor_id" not in admin.get("/api/models/1").json()["data"]
    assert admin.get("/api/models/").json()["data"]["vendor_counts"] == {}
    assert admin.get("/api/vendors/1").json()["message"] == "record not found"


def test_prefill_groups_keep_their_items_by_type(either: Plane) -> None:
    models = post(either, "/api/prefill_group/", name="g", type="model", items=["a", "b"])
    post(either, "/api/prefill_group/", name="e", type="endpoint", items='{"x":1}')
    admin = either.as_user(ADAM)
    for form in (
        {"name": "", "type": "model"}, {"name": "x", "type": "other"},
        {"name": "x", "type": "tag", "items": "a"}, {"name": "g", "type": "tag"},
        {"name": "x", "type": "model", "items": [1]},
    ):  # fmt: skip
        assert not admin.post("/api/prefill_group/", json=form).json()["success"]
    changed = admin.put(
        "/api/prefill_group/", json={"id": models["id"], "name": "g2", "type": "tag", "items": []}
    ).json()["data"]
    assert changed["created_time"] == models["created_time"]
    listed = admin.get("/api/prefill_group?type=tag").json()["data"]
    assert [(row["name"], row["items"]) for row in listed] == [("g2", [])]
    by_type = {row["type"]: row["items"] for row in admin.get("/api/prefill_group/").json()["data"]}
    assert by_type == {"tag": [], "endpoint": '{"x":1}'}
    assert admin.delete(f"/api/prefill_group/{models['id']}").json()["success"]
    assert len(admin.get("/api/prefill_group/").json()["data"]) == 1


def script_list(site: Plane, models: object, vendors: object) -> None:
    site.set_option("weirgate.model_metadata_source", BASE + "/")
    for url, rows in ((MODELS_URL, models), (VENDORS_URL, vendors)):
        body = orjson.dumps({"success": True, "data": rows})
        site.egress.answers[url] = Reply(200, body)


PUBLIC = [
    {"model_name": "gpt-4o", "description": "d1", "tags": "t", "vendor_name": "OpenAI",
     "icon": "OpenAI", "endpoints": {"openai": "/v1/x"}, "status": 1, "name_rule": 0},
    {"model_name": "ours", "description": "theirs", "vendor_name": "", "status": 1},
    {"model_name": "locked", "description": "theirs", "status": 1},
    {"model_name": 7}, "odd",
]  # fmt: skip


def test_a_sync_adds_what_is_missing_and_changes_only_what_was_asked(either: Plane) -> None:
    script_list(either, PUBLIC, [{"name": "OpenAI", "icon": "OAI"}])
    add_channel(either, "gpt-4o,nobody-knows,ours")
    post(either, "/api/models/", model_name="ours", description="mine", tags="mine")
    post(either, "/api/models/", model_name="locked", description="mine", sync_official=0)
    admin = either.as_user(ADAM)
    assert admin.get("/api/models/missing").json() == {
        "success": True,
        "data": ["gpt-4o", "nobody-knows"],
    }
    preview = admin.get("/api/models/sync_upstream/preview").json()["data"]
    assert preview["missing"] == ["gpt-4o"]
    (conflict,) = preview["conflicts"]
    assert conflict["model_name"] == "ours"
    assert conflict["fields"] == [
        {"field": "description", "local": "mine", "upstream": "theirs"},
        {"field": "tags", "local": "mine", "upstream": ""},
    ]
    assert preview["source"]["models_url"] == MODELS_URL
    form = {"overwrite": [{"model_name": "ours", "fields": ["description"]},
                          {"model_name": "locked", "fields": ["description"]}]}  # fmt: skip
    done = admin.post("/api/models/sync_upstream", json=form).json()["data"]
    assert (done["created_models"], done["created_vendors"], done["updated_models"]) == (1, 1, 1)
    assert (done["created_list"], done["updated_list"]) == (["gpt-4o"], ["ours"])
    assert done["skipped_models"] == ["nobody-knows"]
    rows = {row["model_name"]: row for row in admin.get("/api/models/").json()["data"]["items"]}
    assert (rows["ours"]["description"], rows["ours"]["tags"]) == ("theirs", "mine")
    assert rows["locked"]["description"] == "mine"
    assert rows["gpt-4o"]["endpoints"] == '{"openai":"/v1/x"}'
    vendor = admin.get(f"/api/vendors/{rows['gpt-4o']['vendor_id']}").json()["data"]
    assert (vendor["name"], vendor["icon"]) == ("OpenAI", "OAI")
    again = admin.post("/api/models/sync_upstream", json={}).json()["data"]
    assert (again["created_models"], again["created_vendors"]) == (0, 0)


@pytest.mark.parametrize("body", [b"no json", b"{}", b'{"data":{}}'])
def test_a_list_that_cannot_be_read_changes_nothing(site: Plane, body: bytes) -> None:
    script_list(site, PUBLIC, [])
    add_channel(site, "gpt-4o")
    site.egress.answers[MODELS_URL] = Reply(200, body)
    admin = site.as_user(ADAM)
    for answer in (
        admin.get("/api/models/sync_upstream/preview?locale=zh-CN"),
        admin.post("/api/models/sync_upstream", json={"locale": "zh-CN"}),
    ):
        said = answer.json()
        assert (said["success"], said["locale"]) == (False, "zh-CN")
        assert said["source_urls"] == {"models_url": MODELS_URL, "vendors_url": VENDORS_URL}
    assert admin.get("/api/models/").json()["data"]["total"] == 0


def test_only_some_languages_have_lists_of_their_own(site: Plane) -> None:
    script_list(site, PUBLIC, [])
    site.as_user(ADAM).get("/api/models/sync_upstream/preview?locale=EN")
    assert site.egress.calls[-1].url == f"{BASE}/api/i18n/en/newapi/models.json"


LAYOUT = {"publicGroupList": [{"name": "g", "monitorList": [{"id": 1, "name": "api"}, 7]}]}
BEATS = {"heartbeatList": {"1": [{"status": 0}, {"status": 1}]}, "uptimeList": {"1_24": 0.99}}


def test_uptime_is_read_from_the_configured_pages_once_in_a_while(site: Plane) -> None:
    assert site.visitor().get("/api/uptime/status").json()["data"] == []
    groups = [
        {"id": 1, "categoryName": "A", "url": "http://up.example/", "slug": "main"},
        {"id": 2, "categoryName": "B", "url": "http://up.example", "slug": "gone"},
        {"url": "file:///etc"}, "odd",
    ]  # fmt: skip
    site.set_option("console_setting.uptime_kuma_groups", orjson.dumps(groups).decode())
    page = "http://up.example/api/status-page"
    site.egress.answers |= {
        f"{page}/main": Reply(200, orjson.dumps(LAYOUT)),
        f"{page}/heartbeat/main": Reply(200, orjson.dumps(BEATS)),
        f"{page}/gone": Reply(500, b""),
        f"{page}/heartbeat/gone": Reply(500, b""),
    }
    shown = site.visitor().get("/api/uptime/status").json()["data"]
    first, second = shown
    assert first["monitors"][0] == {"name": "api", "uptime": 0.99, "status": 1, "group": "g"}
    assert (second["categoryName"], second["monitors"]) == ("B", [])
    calls = len(site.egress.calls)
    assert site.visitor().get("/api/uptime/status").json()["data"] == shown
    assert len(site.egress.calls) == calls
    site.management.clock.advance(31)
    site.visitor().get("/api/uptime/status")
    assert len(site.egress.calls) == 2 * calls
    site.set_option("console_setting.uptime_kuma_enabled", value=False)
    assert site.visitor().get("/api/uptime/status").json()["data"] == []


def test_status_test_says_that_the_server_runs(site: Plane) -> None:
    answer = site.as_user(ADAM).get("/api/status/test").json()
    assert answer["success"]
    assert (answer["message"], answer["http_stats"]) == (
        "Server is running",
        {"active_connections": 7},
    )
    assert not site.as_user(ALICE).get("/api/status/test").json()["success"]


def test_old_console_options_move_to_their_present_names(either: Plane) -> None:
    old = {
        "ApiInfo": '[{"url":"https://a"}]',
        "FAQ": '[{"title":"q","content":"a"}]',
        "Announcements": "not json",
        "UptimeKumaUrl": "http://up.example",
        "UptimeKumaSlug": "main",
    }
    for key, value in old.items():
        either.set_option(key, value)
    root = either.as_user(ROOT)
    for _ in range(2):
        answer = root.post("/api/option/migrate_console_setting", json={}).json()
        assert answer == {"success": True, "message": "migrated"}
    options = {row["key"]: row["value"] for row in root.get("/api/option/").json()["data"]}
    assert "ApiInfo" not in options
    assert options["Announcements"] == "not json"
    status = either.visitor().get("/api/status").json()["data"]
    assert status["api_info"] == [{"url": "https://a"}]
    assert status["faq"] == [{"question": "q", "answer": "a"}]
    groups = orjson.loads(options["console_setting.uptime_kuma_groups"])
    assert (groups[0]["url"], groups[0]["slug"]) == ("http://up.example", "main")
