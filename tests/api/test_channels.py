"""Channels over HTTP: adding in three modes, partial changes, several keys, upstream calls."""

import pytest
from weirgate.channels.probe import ProbeResult
from weirgate.store.tables import Ability, Channel

from tests.api.conftest import ADAM, ALICE, ROOT, Plane
from tests.support.refusals import Refusal

CHANNEL = {
    "type": 1,
    "name": "c1",
    "key": "sk-one",
    "base_url": "http://127.0.0.1:9",
    "models": "gpt-4o,gpt-4o-mini",
    "group": "default,vip",
}


def add(
    plane: Plane,
    mode: str = "single",
    *,
    options: dict[str, object] | None = None,
    **fields: object,
) -> dict[str, object]:
    """Adds channels and returns the newest as the list shows it."""
    client = plane.as_user(ADAM)
    body = {"mode": mode, "channel": {**CHANNEL, **fields}, **(options or {})}
    answer = client.post("/api/channel/", json=body)
    assert answer.json() == {"success": True, "message": ""}, answer.text
    found: dict[str, object] = client.get("/api/channel/?id_sort=true").json()["data"]["items"][0]
    return found


def stored(plane: Plane, channel_id: int) -> Channel:
    async def read() -> Channel:
        async with plane.management.store.unit_of_work(write=False) as uow:
            row = await uow.session.get(Channel, channel_id)
            assert row is not None
            return row

    return plane.management.run(read())


def key_text(plane: Plane, channel_id: int) -> str:
    return plane.sealer.open(stored(plane, channel_id).key_encrypted, f"channel:{channel_id}")


def abilities(plane: Plane) -> dict[tuple[str, str, int], bool]:
    client = plane.as_user(ADAM)
    enabled = client.get("/api/channel/models_enabled").json()["data"]

    async def read() -> dict[tuple[str, str, int], bool]:
        async with plane.management.store.unit_of_work(write=False) as uow:
            rows = await uow.session.run_sync(lambda session: session.query(Ability).all())
            return {(row.group, row.model, row.channel_id): row.enabled for row in rows}

    found = plane.management.run(read())
    assert set(enabled) == {model for (_, model, _), is_on in found.items() if is_on}
    return found


def test_a_channel_is_added_with_its_abilities_and_never_shows_its_key(site: Plane) -> None:
    channel = add(site)
    assert (channel["key"], channel["status"], channel["models"]) == ("", 1, CHANNEL["models"])
    assert channel["channel_info"] == {
        "is_multi_key": False,
        "multi_key_size": 0,
        "multi_key_status_list": None,
        "multi_key_polling_index": 0,
        "multi_key_mode": "",
    }
    assert key_text(site, 1) == "sk-one"
    assert b"sk-one" not in stored(site, 1).key_encrypted
    assert len(abilities(site)) == 4
    assert site.changes[-1].routing
    assert site.as_user(ADAM).get("/api/channel/1").json()["data"] == channel


def test_batch_adds_one_channel_for_each_key(site: Plane) -> None:
    add(site, "batch", key="sk-aaaaaaaaa\nsk-bbbbbbbbb\n",
        options={"batch_add_set_key_prefix_2_name": True})  # fmt: skip
    items = site.as_user(ADAM).get("/api/channel/").json()["data"]["items"]
    assert sorted(item["name"] for item in items) == ["c1 sk-aaaaa", "c1 sk-bbbbb"]
    assert {key_text(site, 1), key_text(site, 2)} == {"sk-aaaaaaaaa", "sk-bbbbbbbbb"}


def test_multi_to_single_keeps_all_keys_in_one_channel(site: Plane) -> None:
    channel = add(site, "multi_to_single", key="k1\nk2\nk3", options={"multi_key_mode": "polling"})
    info = channel["channel_info"]
    assert isinstance(info, dict)
    assert (info["is_multi_key"], info["multi_key_size"]) == (True, 3)
    assert info["multi_key_mode"] == "polling"
    assert key_text(site, 1) == "k1\nk2\nk3"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"channel": CHANNEL}, "不支持的添加模式"),
        ({"mode": "other", "channel": CHANNEL}, "不支持的添加模式"),
        ({"mode": "single"}, "渠道信息不能为空"),
        ({"mode": "single", "channel": {**CHANNEL, "key": " "}}, "密钥不能为空"),
        ({"mode": "single", "channel": {**CHANNEL, "type": 41, "key": "{}"}}, "部署地区不能为空"),
        (
            {"mode": "single", "channel": {**CHANNEL, "model_mapping": "{"}},
            "model_mapping is not valid JSON",
        ),
        (
            {"mode": "single", "channel": {**CHANNEL, "status_code_mapping": '{"429":1}'}},
            "status_code_mapping: not an HTTP status: 1",
        ),
        ({"mode": "single", "channel": {**CHANNEL, "models": "m" * 256}}, "模型名称过长"),
        ({"mode": "single", "channel": {**CHANNEL, "base_url": "file:///x"}}, "base_url must"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    site: Plane, body: dict[str, object], message: str
) -> None:
    answer = site.as_user(ADAM).post("/api/channel/", json=body).json()
    assert not answer["success"]
    assert answer["message"].startswith(message)
    assert site.as_user(ADAM).get("/api/channel/").json()["data"]["total"] == 0


def test_an_update_changes_only_what_it_names(site: Plane) -> None:
    add(site, tag="t", priority=5, weight=2)
    body = {"id": 1, "name": "", "models": "o3", "priority": 0, "tag": "", "key": ""}
    changed = site.as_user(ADAM).put("/api/channel/", json=body).json()["data"]
    assert (changed["name"], changed["models"], changed["priority"]) == ("c1", "o3", 0)
    assert (changed["tag"], changed["weight"], changed["key"]) == ("", 2, "")
    assert key_text(site, 1) == "sk-one"
    assert set(abilities(site)) == {("default", "o3", 1), ("vip", "o3", 1)}


def test_a_status_may_come_alone_or_with_other_fields(site: Plane) -> None:
    add(site)
    client = site.as_user(ADAM)
    assert client.put("/api/channel/", json={"id": 1, "status": 2}).json()["data"]["status"] == 2
    assert not any(abilities(site).values())
    body = {"id": 1, "status": 1, "name": "x"}
    changed = client.put("/api/channel/", json=body).json()["data"]
    assert (changed["status"], changed["name"]) == (1, "x")
    assert all(abilities(site).values())
    assert client.post("/api/channel/1/status", json={"status": 2}).json()["success"]
    many = client.post("/api/channel/status/batch", json={"ids": [1, 9], "status": 1}).json()
    assert many["data"] == 1


def test_keys_of_a_channel_with_several_are_appended_or_replaced(site: Plane) -> None:
    add(site, "multi_to_single", key="k1\nk2")
    client = site.as_user(ADAM)
    body = {"id": 1, "key": "k2\nk3", "key_mode": "append"}
    changed = client.put("/api/channel/", json=body).json()["data"]
    assert changed["channel_info"]["multi_key_size"] == 3
    assert changed["key_mode"] == "append"
    assert key_text(site, 1) == "k1\nk2\nk3"
    client.put("/api/channel/", json={"id": 1, "key": "n1", "key_mode": "replace"})
    assert key_text(site, 1) == "n1"
    changed = client.put("/api/channel/", json={"id": 1, "multi_key_mode": "polling"}).json()
    assert changed["data"]["channel_info"]["multi_key_mode"] == "polling"


def manage(site: Plane, action: str, **fields: object) -> dict[str, object]:
    body = {"channel_id": 1, "action": action, **fields}
    found: dict[str, object] = (
        site.as_user(ADAM).post("/api/channel/multi_key/manage", json=body).json()
    )
    return found


def test_keys_of_a_channel_are_shown_switched_and_removed(site: Plane) -> None:
    add(site, "multi_to_single", key="sk-aaaaaaaaaaaaaaaaaaaaaaaa\nkey-two\nkey-three")
    assert manage(site, "disable_key", key_index=1)["message"] == "密钥已禁用"
    page = manage(site, "get_key_status")["data"]
    assert isinstance(page, dict)
    assert [row["status"] for row in page["keys"]] == [1, 2, 1]
    assert page["keys"][0]["key_preview"] == "sk-aaaaaaa..."
    counts = ("total", "total_pages", "enabled_count", "manual_disabled_count")
    assert [page[name] for name in counts] == [3, 1, 2, 1]
    assert manage(site, "delete_key", key_index=0)["success"]
    assert key_text(site, 1) == "key-two\nkey-three"
    page = manage(site, "get_key_status", status=2)["data"]
    assert isinstance(page, dict)
    assert [row["index"] for row in page["keys"]] == [0]
    assert manage(site, "enable_all_keys")["message"] == "已启用 1 个密钥"
    assert manage(site, "disable_all_keys")["message"] == "已禁用 2 个密钥"
    assert not manage(site, "disable_all_keys")["success"]
    assert site.as_user(ADAM).get("/api/channel/1").json()["data"]["status"] == 1


def test_acts_on_keys_that_make_no_sense_are_refused(site: Plane) -> None:
    add(site, "multi_to_single", key="k1\nk2")
    assert manage(site, "disable_key", key_index=9)["message"] == "密钥索引超出范围"
    assert not manage(site, "disable_key")["success"]
    assert manage(site, "dance")["message"] == "不支持的操作"
    assert not manage(site, "delete_disabled_keys")["success"]
    assert manage(site, "delete_key", key_index=0)["success"]
    assert not manage(site, "delete_key", key_index=0)["success"]
    assert manage(site, "get_key_status", channel_id=9)["message"] == "渠道不存在"
    add(site)
    assert manage(site, "get_key_status", channel_id=2)["message"] == "该渠道不是多密钥模式"


def test_channels_are_filtered_sorted_and_counted_by_type(site: Plane) -> None:
    add(site, name="low", priority=1)
    add(site, name="high", priority=9, type=14, group="vip")
    add(site, name="off", status=2, base_url="http://other.test")
    client = site.as_user(ADAM)

    def names(query: str, path: str = "/api/channel/") -> list[str]:
        return [item["name"] for item in client.get(f"{path}?{query}").json()["data"]["items"]]

    assert names("") == ["high", "low", "off"]
    assert names("id_sort=true") == ["off", "high", "low"]
    assert names("status=enabled") == ["high", "low"]
    assert names("status=0") == ["off"]
    assert names("type=14") == ["high"]
    data = client.get("/api/channel/?type=14&page_size=1").json()["data"]
    assert (data["total"], data["page"], data["page_size"]) == (1, 1, 1)
    assert data["type_counts"] == {"1": 2, "14": 1}
    search = "/api/channel/search"
    assert names("keyword=hig", search) == ["high"]
    assert names("keyword=3", search) == ["off"]
    assert names("keyword=other.test", search) == ["off"]
    assert names("keyword=%25", search) == []
    assert names("group=vip&status=1&id_sort=true", search) == ["high", "low"]
    assert names("model=mini&type=14", search) == ["high"]
    assert set(client.get(search).json()["data"]) == {"items", "total", "type_counts"}


def test_a_channel_is_found_by_its_whole_key_only(site: Plane) -> None:
    add(site, key="sk-long-enough")
    add(site, "multi_to_single", key="sk-first-of-two\nsk-second-of-two")
    client = site.as_user(ADAM)

    def ids(keyword: str) -> list[int]:
        answer = client.get(f"/api/channel/search?keyword={keyword}").json()
        return [item["id"] for item in answer["data"]["items"]]

    assert ids("sk-long-enough") == [1]
    assert ids("sk-second-of-two") == [2]
    assert ids("sk-long-enou") == []


def test_tag_mode_pages_over_tags(site: Plane) -> None:
    add(site, name="a", tag="t1")
    add(site, name="b", tag="t1")
    add(site, name="c", tag="t2")
    add(site, name="d")
    client = site.as_user(ADAM)
    data = client.get("/api/channel/?tag_mode=true&page_size=1").json()["data"]
    assert sorted(item["name"] for item in data["items"]) == ["a", "b"]
    assert data["total"] == 2


def test_acts_on_a_tag_reach_all_its_channels(site: Plane) -> None:
    add(site, name="a", tag="t1")
    add(site, name="b", tag="t1")
    client = site.as_user(ADAM)
    assert client.post("/api/channel/tag/disabled", json={"tag": "t1"}).json()["success"]
    assert not any(abilities(site).values())
    assert client.post("/api/channel/tag/enabled", json={"tag": "t1"}).json()["success"]
    body = {"tag": "t1", "new_tag": "t2", "models": "o3", "groups": "vip", "priority": 4}
    assert client.put("/api/channel/tag", json=body).json()["success"]
    assert set(abilities(site)) == {("vip", "o3", 1), ("vip", "o3", 2)}
    longest = client.get("/api/channel/tag/models?tag=t2").json()
    assert longest["data"] == "o3"
    missing = client.get("/api/channel/tag/models")
    assert (missing.status_code, missing.json()["message"]) == (400, "tag不能为空")
    cleared = client.post("/api/channel/batch/tag", json={"ids": [1, 2, 9], "tag": None}).json()
    assert cleared["data"] == 2
    assert client.get("/api/channel/1").json()["data"]["tag"] is None
    assert not client.put("/api/channel/tag", json={}).json()["success"]


def test_channels_are_deleted_with_their_abilities(site: Plane) -> None:
    for status in (1, 2, 3, 1):
        add(site, status=status)
    client = site.as_user(ADAM)
    assert client.delete("/api/channel/disabled").json()["data"] == 2
    assert client.delete("/api/channel/1").json() == {"success": True, "message": ""}
    assert client.delete("/api/channel/1/").json()["success"]
    assert {channel_id for _, _, channel_id in abilities(site)} == {4}
    assert client.post("/api/channel/batch", json={"ids": [4, 5]}).json()["data"] == 1
    assert abilities(site) == {}


def test_a_copy_has_the_key_and_empty_books(site: Plane) -> None:
    add(site, tag="t")
    site.as_user(ADAM).get("/api/channel/test/1")
    answer = site.as_user(ADAM).post("/api/channel/copy/1?suffix=-2", json={}).json()
    assert answer["data"] == {"id": 2}
    copy = site.as_user(ADAM).get("/api/channel/2").json()["data"]
    assert (copy["name"], copy["tag"], copy["response_time"]) == ("c1-2", "t", 0)
    assert key_text(site, 2) == "sk-one"
    assert site.as_user(ADAM).post("/api/channel/copy/9").json()["message"] == "record not found"


def test_fix_rebuilds_the_abilities(site: Plane) -> None:
    add(site)

    async def lose() -> None:
        async with site.management.store.unit_of_work() as uow:
            await uow.session.run_sync(lambda session: session.query(Ability).delete())

    site.management.run(lose())
    answer = site.as_user(ADAM).post("/api/channel/fix", json={}).json()
    assert answer["data"] == {"success": 1, "fails": 0}
    assert len(abilities(site)) == 4


def test_a_test_call_asks_the_mapped_model_and_keeps_the_duration(site: Plane) -> None:
    add(site, model_mapping='{"gpt-4o":"gpt-4o-2024"}')
    answer = site.as_user(ADAM).get("/api/channel/test/1?stream=true").json()
    assert answer == {"success": True, "message": "", "time": 1.5}
    target, asked = site.probe.asked[0]
    assert (target.key, target.base_url, asked) == (
        "sk-one",
        "http://127.0.0.1:9",
        "gpt-4o-2024 streamed",
    )
    channel = site.as_user(ADAM).get("/api/channel/1").json()["data"]
    assert channel["response_time"] == 1500
    assert channel["test_time"] > 0


def test_a_failed_test_call_says_why_with_200(site: Plane) -> None:
    add(site)
    site.probe.result = ProbeResult(succeeded=False, message="status code 401", elapsed_ms=20)
    answer = site.as_user(ADAM).get("/api/channel/test/1?model=o3")
    assert answer.status_code == 200
    assert answer.json() == {"success": False, "message": "status code 401", "time": 0.02}
    assert site.probe.asked[0][1] == "o3"


def test_a_test_uses_the_first_key_that_is_on(site: Plane) -> None:
    add(site, "multi_to_single", key="k1\nk2")
    manage(site, "disable_key", key_index=0)
    site.as_user(ADAM).get("/api/channel/test/1")
    assert site.probe.asked[0][0].key == "k2"


def test_private_upstreams_can_be_forbidden(site: Plane) -> None:
    add(site)
    client = site.as_user(ADAM)
    for allowed in (True, False):
        body = {"key": "weirgate.allow_private_upstreams", "value": allowed}
        assert site.as_user(ROOT).put("/api/option/", json=body).json()["success"]
        client.get("/api/channel/test/1")
        client.get("/api/channel/fetch_models/1")
        client.post("/api/channel/fetch_models", json={"base_url": "http://x", "key": "k"})
        asked = [target.way.allow_private for target, _ in site.probe.asked[-3:]]
        assert asked == [allowed] * 3


def test_what_has_no_text_cannot_be_tested(site: Plane) -> None:
    add(site, type=36)
    answer = site.as_user(ADAM).get("/api/channel/test/1").json()
    assert not answer["success"]
    assert site.probe.asked == []
    missing = site.as_user(ADAM).get("/api/channel/test/9").json()
    assert missing["message"] == "record not found"


def test_upstream_models_are_fetched_for_saved_and_unsaved_channels(site: Plane) -> None:
    add(site, base_url="")
    client = site.as_user(ADAM)
    assert client.get("/api/channel/fetch_models/1").json()["data"] == ["m1", "m2"]
    assert site.probe.asked[-1][0].base_url == "https://api.openai.com"
    body = {"base_url": "http://up.test", "type": 1, "key": "first\nsecond"}
    assert client.post("/api/channel/fetch_models", json=body).json()["data"] == ["m1", "m2"]
    assert site.probe.asked[-1][0].key == "first"


def test_an_upstream_that_fails_is_200_when_saved_and_500_when_not(site: Plane) -> None:
    add(site)
    site.probe.models = None
    client = site.as_user(ADAM)
    saved = client.get("/api/channel/fetch_models/1")
    assert (saved.status_code, saved.json()["success"]) == (200, False)
    unsaved = client.post("/api/channel/fetch_models", json={"base_url": "http://x", "key": "k"})
    assert (unsaved.status_code, unsaved.json()["success"]) == (500, False)
    broken = client.post("/api/channel/fetch_models", content=b"{")
    assert (broken.status_code, broken.json()["success"]) == (400, False)


def test_model_lists_are_those_of_the_family(site: Plane) -> None:
    add(site, models="my-own-model")
    client = site.as_user(ADAM)
    listed = client.get("/api/channel/models").json()
    assert set(listed) == {"success", "data"}
    by_id = {model["id"]: model for model in listed["data"]}
    assert by_id["gpt-4o"]["owned_by"] == "openai"
    assert by_id["my-own-model"]["object"] == "model"
    assert client.get("/api/channel/models_enabled").json()["data"] == ["my-own-model"]
    assert site.as_user(ALICE).get("/api/user/models").json()["data"] == ["my-own-model"]


def test_a_user_sees_only_models_of_usable_groups(site: Plane) -> None:
    add(site, models="for-all", group="default")
    add(site, models="for-few", group="secret")
    assert site.as_user(ALICE).get("/api/user/models").json()["data"] == ["for-all"]


def test_models_with_and_without_slash_are_two_endpoints(site: Plane) -> None:
    add(site)
    by_type = site.as_user(ALICE).get("/api/models").json()["data"]
    assert "gpt-4o" in by_type["1"]
    refused = site.as_user(ALICE).get("/api/models/")
    assert refused.status_code == 200
    assert refused.json() == Refusal("无权进行此操作，权限不足")
    described = site.as_user(ADAM).get("/api/models/").json()["data"]
    assert (described["items"], described["vendor_counts"]) == ([], {})
