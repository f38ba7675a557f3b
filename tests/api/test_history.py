"""The history of edits: what was changed by whom, what going back touches, and the way back."""

from __future__ import annotations

from typing import Any

import pytest
from weirgate.store.tables import Ability, Channel, Edit

from tests.api.conftest import ADAM, ALICE, ROOT, Plane, set_up
from tests.api.test_at_once import either

__all__ = ["either"]
HISTORY = "/api/weirgate/history"
CANARY, NEWER = "sk-canary-first", "sk-canary-second"


@pytest.fixture
def house(either: Plane) -> Plane:
    """A set-up plane on each database with one channel of adam's."""
    site = set_up(either)
    channel = {"type": 1, "name": "c", "key": CANARY, "models": "m1,m2", "group": "default"}
    body = {"mode": "single", "channel": channel}
    assert site.as_user(ADAM).post("/api/channel/", json=body).json()["success"]
    return site


def edits(site: Plane, query: str = "?kind=channel", user_id: int = ROOT) -> list[dict[str, Any]]:
    answer = site.as_user(user_id).get(f"{HISTORY}{query}")
    assert answer.status_code == 200, answer.text
    for secret in (CANARY, NEWER):
        assert secret not in answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def detail(site: Plane, edit_id: int) -> dict[str, Any]:
    found: dict[str, Any] = site.as_user(ROOT).get(f"{HISTORY}/{edit_id}").json()
    return found


def revert(site: Plane, edit_id: int, query: str = "", user_id: int = ROOT) -> Any:
    return site.as_user(user_id).post(f"{HISTORY}/{edit_id}/revert{query}")


def put_channel(site: Plane, **values: object) -> None:
    answer = site.as_user(ADAM).put("/api/channel/", json={"id": 1, **values}).json()
    assert answer["success"], answer


def served(site: Plane) -> set[str]:
    async def read() -> set[str]:
        async with site.management.store.unit_of_work(write=False) as uow:
            rows = await uow.session.execute(Ability.__table__.select())
            return {row.model for row in rows}

    return site.management.run(read())


def key_of(site: Plane) -> str:
    (channel,) = site.rows(Channel)
    return site.sealer.open(channel.key_encrypted, "channel:1")


def test_an_edit_of_a_channel_shows_its_difference_and_its_models(house: Plane) -> None:
    put_channel(house, models="m2,m3", priority=4, key=NEWER)
    changed, created = edits(house)
    assert (created["action"], created["username"], created["target"]) == ("created", "adam", "1")
    assert changed["action"] == "changed"
    assert changed["changes"] == [
        {"field": "key", "before": "***", "after": "***"},
        {"field": "models", "before": "m1,m2", "after": "m2,m3"},
        {"field": "priority", "before": 0, "after": 4},
    ]
    shown = detail(house, changed["id"])
    assert (shown["models"], shown["groups"]) == (["m1", "m2", "m3"], ["default"])
    assert shown["is_present"] is True
    assert [change["field"] for change in shown["revert"]] == ["key", "models", "priority"]


def test_one_click_brings_a_channel_back_with_its_key_and_abilities(house: Plane) -> None:
    put_channel(house, models="m3", key=NEWER)
    assert served(house) == {"m3"}
    house.changes.clear()
    answer = revert(house, edits(house)[0]["id"])
    assert answer.status_code == 200, answer.text
    assert answer.json()["is_present"] is False
    assert (served(house), key_of(house)) == ({"m1", "m2"}, CANARY)
    assert any(change.routing for change in house.changes)
    newest = edits(house)[0]
    assert (newest["username"], newest["action"]) == ("root", "changed")
    # Going back is an edit too, and can be gone back on.
    assert revert(house, newest["id"]).status_code == 200
    assert (served(house), key_of(house)) == ({"m3"}, NEWER)


def test_a_deleted_channel_comes_back_under_its_id(house: Plane) -> None:
    assert house.as_user(ADAM).delete("/api/channel/1").json()["success"]
    assert (house.rows(Channel), served(house)) == ([], set())
    deleted = edits(house)[0]
    assert (deleted["action"], detail(house, deleted["id"])["models"]) == ("deleted", ["m1", "m2"])
    assert revert(house, deleted["id"]).status_code == 200
    (channel,) = house.rows(Channel)
    assert (channel.id, channel.name, served(house)) == (1, "c", {"m1", "m2"})
    assert key_of(house) == CANARY
    # And a created one goes.
    assert revert(house, edits(house)[-1]["id"], "?force=true").status_code == 200
    assert house.rows(Channel) == []


def test_what_was_edited_since_needs_force(house: Plane) -> None:
    put_channel(house, name="second")
    put_channel(house, name="third")
    older = edits(house)[1]["id"]
    refused = revert(house, older)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert house.rows(Channel)[0].name == "third"
    assert revert(house, older, "?force=true").status_code == 200
    assert house.rows(Channel)[0].name == "c"


def test_prices_and_groups_show_what_they_touch_and_go_back(house: Plane) -> None:
    house.set_option("ModelRatio", '{"m1": 2, "m9": 1}')
    house.set_option("ModelRatio", '{"m1": 3, "m8": 1}')
    price = edits(house, "?kind=option&target=ModelRatio")[0]
    assert price["changes"] == [
        {"field": "m1", "before": 2, "after": 3},
        {"field": "m8", "before": None, "after": 1},
        {"field": "m9", "before": 1, "after": None},
    ]
    assert detail(house, price["id"])["models"] == ["m1", "m8", "m9"]
    assert revert(house, price["id"]).status_code == 200
    options = house.as_user(ROOT).get("/api/option/").json()["data"]
    assert {"key": "ModelRatio", "value": '{"m1": 2, "m9": 1}'} in options
    house.set_option("GroupRatio", '{"default": 1, "vip": 1}')
    house.set_option("GroupRatio", '{"default": 2, "vip": 1}')
    group = detail(house, edits(house, "?target=GroupRatio")[0]["id"])
    assert (group["groups"], group["models"]) == (["default"], ["m1", "m2"])
    # The first edit had the default before it.
    first = edits(house, "?target=GroupRatio")[1]["id"]
    assert revert(house, first, "?force=true").status_code == 200
    newest = edits(house, "?target=GroupRatio")[0]
    assert newest["action"] == "deleted"


def test_secret_options_keep_no_value_and_do_not_go_back(house: Plane) -> None:
    for secret in (CANARY, NEWER):
        house.set_option("SMTPToken", secret)
    for row in house.rows(Edit):
        assert CANARY not in f"{row.before} {row.after}"
        assert NEWER not in f"{row.before} {row.after}"
    (only,) = edits(house, "?target=SMTPToken")
    assert revert(house, only["id"], "?force=true").json()["code"] == "refused"


def test_options_are_roots_and_going_back_is_roots(house: Plane) -> None:
    house.set_option("Price", "8")
    price = edits(house, "?target=Price")[0]["id"]
    assert {edit["kind"] for edit in edits(house, "", ADAM)} == {"channel"}
    assert house.as_user(ADAM).get(f"{HISTORY}/{price}").status_code == 404
    channel = edits(house)[0]["id"]
    for user_id in (ADAM, ALICE):
        assert revert(house, channel, user_id=user_id).status_code == 403
    assert house.as_user(ALICE).get(HISTORY).status_code == 403
    assert house.as_user(ROOT).get(f"{HISTORY}/999").status_code == 404


def test_every_way_of_editing_channels_is_kept(house: Plane) -> None:
    client = house.as_user(ADAM)
    for method, path, body in (
        ("POST", "/api/channel/copy/1", {}),
        ("POST", "/api/channel/1/status", {"status": 2}),
        ("POST", "/api/channel/batch/tag", {"ids": [1, 2], "tag": "t"}),
        ("PUT", "/api/channel/tag", {"tag": "t", "priority": 9}),
        ("POST", "/api/channel/tag/disabled", {"tag": "t"}),
        ("POST", "/api/channel/batch", {"ids": [1]}),
        ("DELETE", "/api/channel/disabled", None),
    ):
        before = len(edits(house))
        answer = client.request(method, path, json=body).json()
        assert answer["success"], (path, answer)
        assert len(edits(house)) > before, path
    assert house.rows(Channel) == []


def test_old_edits_go_after_their_days(house: Plane) -> None:
    house.set_option("weirgate.history_days", "0")
    put_channel(house, name="later")
    assert [edit["changes"][0]["field"] for edit in edits(house, "")] == ["name"]


def preview(site: Plane, user_id: int = ADAM, **wanted: object) -> Any:
    return site.as_user(user_id).post(f"{HISTORY}/preview", json=wanted)


def test_a_proposed_change_of_a_channel_is_shown_and_not_made(house: Plane) -> None:
    other = {"type": 1, "name": "o", "key": "sk-o", "models": "m2", "group": "vip"}
    form = {"mode": "single", "channel": other}
    assert house.as_user(ADAM).post("/api/channel/", json=form).json()["success"]
    before = edits(house)
    channel = {"id": 1, "models": "m2,m3", "group": "default,svip", "priority": 9, "key": NEWER}
    shown = preview(house, channel=channel).json()
    assert [(change["field"], change["after"]) for change in shown["changes"]] == [
        ("group", "default,svip"), ("key", "***"), ("models", "m2,m3"), ("priority", 9),
    ]  # fmt: skip
    assert (shown["models"], shown["groups"]) == (["m1", "m2", "m3"], ["default", "svip"])
    assert shown["unserved"] == ["m1"]
    gone = preview(house, deleted_channel=1).json()
    assert (gone["models"], gone["unserved"]) == (["m1", "m2"], ["m1"])
    assert {(change["kind"], change["target"]) for change in gone["changes"]} == {("channel", "1")}
    assert NEWER not in str(shown)
    assert CANARY not in str(gone)
    assert (edits(house), served(house), key_of_first(house)) == (before, {"m1", "m2"}, CANARY)


def key_of_first(site: Plane) -> str:
    return site.sealer.open(site.rows(Channel)[0].key_encrypted, "channel:1")


def test_proposed_prices_and_groups_are_shown_with_their_models(house: Plane) -> None:
    house.set_option("ModelRatio", '{"m1":1,"m2":2}')
    house.set_option("GroupRatio", '{"default":1,"vip":2}')
    before = house.rows(Edit)
    wanted = [
        {"key": "ModelRatio", "value": '{"m1":1,"m2":3,"m9":4}'},
        {"key": "GroupRatio", "value": '{"default":1.5,"vip":2}'},
    ]
    prices = preview(house, ROOT, options=wanted[:1]).json()
    assert (prices["models"], prices["groups"]) == (["m2", "m9"], [])
    assert prices["changes"][0] == {"field": "m2", "before": 2, "after": 3, "kind": "option",
                                    "target": "ModelRatio"}  # fmt: skip
    both = preview(house, ROOT, options=wanted).json()
    assert (both["models"], both["groups"]) == (["m1", "m2", "m9"], ["default"])
    assert len(house.rows(Edit)) == len(before)


def test_a_preview_refuses_what_the_edit_would_be_refused_for(house: Plane) -> None:
    options = [{"key": "ModelRatio", "value": "{}"}]
    assert preview(house, ADAM, options=options).status_code == 403
    assert preview(house, ALICE, deleted_channel=1).status_code == 403
    assert preview(house, ADAM, deleted_channel=99).status_code == 404
    bad = [{"key": "ModelRatio", "value": '{"m":-1}'}]
    assert preview(house, ROOT, options=bad).status_code == 400
    assert preview(house, ADAM, channel={"id": 1, "model_mapping": "x"}).status_code == 400
    for wanted in ({}, {"deleted_channel": 1, "options": options}, {"odd": 1}):
        assert preview(house, ROOT, **wanted).status_code == 400
    secret = [{"key": "SMTPToken", "value": NEWER}]
    shown = preview(house, ROOT, options=secret)
    assert (shown.json()["changes"], NEWER in shown.text) == ([], False)
