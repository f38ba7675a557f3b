"""API keys over HTTP: the family's token calls, owners, money, and billing views."""

import pytest
from weirgate.store.tables import Key

from tests.api.conftest import ADAM, ALICE, ROOT, Plane
from tests.support.refusals import Refusal


def create(plane: Plane, user_id: int = ALICE, **fields: object) -> dict[str, object]:
    """Creates a key and returns it as the list shows it."""
    client = plane.as_user(user_id)
    answer = client.post("/api/token/", json={"name": "t1", **fields})
    assert answer.json() == {"success": True, "message": ""}, answer.text
    found: dict[str, object] = client.get("/api/token/").json()["data"]["items"][0]
    return found


def test_a_created_key_is_found_by_listing_and_shown_whole(site: Plane) -> None:
    key = create(site, remain_quota=1_000_000)
    text = str(key["key"])
    assert len(text) == 48
    assert text.isalnum()
    shown = {name: key[name] for name in ("id", "user_id", "status", "name", "expired_time")}
    assert shown == {"id": 1, "user_id": ALICE, "status": 1, "name": "t1", "expired_time": -1}
    assert key["remain_quota"] == 1_000_000
    assert key["DeletedAt"] is None
    assert (key["used_quota"], key["unlimited_quota"], key["group"]) == (0, False, "")


def test_the_database_holds_no_key_in_clear(site: Plane) -> None:
    text = str(create(site)["key"])

    async def read() -> Key:
        async with site.management.store.unit_of_work(write=False) as uow:
            found = await uow.session.get(Key, 1)
            assert found is not None
            return found

    row = site.management.run(read())
    assert text.encode() not in row.key_encrypted
    assert row.key_preview == f"{text[:4]}**********{text[-4:]}"
    assert row.key_hash == site.management.keys.key_hash(text)


def test_a_created_key_is_told_to_the_data_plane_with_its_money(site: Plane) -> None:
    site.changes.clear()
    create(site, remain_quota=5)
    assert [(change.keys, change.entries) for change in site.changes if change.keys] == [
        ({1}, True)
    ]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "名" * 17}, "令牌名称过长"),
        ({"remain_quota": -1}, "额度值不能为负数"),
        ({"allow_ips": "nowhere"}, "allow_ips: not an address or network: nowhere"),
    ],
)
def test_a_key_that_breaks_a_rule_is_refused(
    site: Plane, fields: dict[str, object], message: str
) -> None:
    answer = site.as_user(ALICE).post("/api/token/", json={"name": "t", **fields}).json()
    assert answer == Refusal(message)
    assert site.as_user(ALICE).get("/api/token/").json()["data"]["total"] == 0


def test_a_user_may_own_only_so_many_keys(site: Plane) -> None:
    option = {"key": "token_setting.max_user_tokens", "value": 1}
    assert site.as_user(ROOT).put("/api/option/", json=option).json()["success"]
    create(site)
    assert not site.as_user(ALICE).post("/api/token/", json={"name": "t2"}).json()["success"]
    create(site, ADAM)


def test_a_full_update_overwrites_all_but_the_status(site: Plane) -> None:
    create(site, allow_ips="10.0.0.1", group="vip", remain_quota=10)
    body = {"id": 1, "name": "new", "remain_quota": 25, "status": 2, "expired_time": 99}
    answer = site.as_user(ALICE).put("/api/token/", json=body).json()
    changed = answer["data"]
    assert (changed["name"], changed["remain_quota"], changed["expired_time"]) == ("new", 25, 99)
    assert changed["status"] == 1
    assert changed["allow_ips"] is None
    assert changed["group"] == ""
    assert site.verify().is_sound


def test_an_amount_that_the_body_does_not_name_stays(site: Plane) -> None:
    create(site, remain_quota=10)
    changed = site.as_user(ALICE).put("/api/token/", json={"id": 1, "name": "n"}).json()["data"]
    assert (changed["remain_quota"], changed["expired_time"]) == (10, -1)


def test_the_status_changes_alone_on_request(site: Plane) -> None:
    create(site, allow_ips="10.0.0.1")
    body = {"id": 1, "status": 2, "name": "ignored"}
    changed = site.as_user(ALICE).put("/api/token/?status_only=true", json=body).json()["data"]
    assert (changed["status"], changed["name"], changed["allow_ips"]) == (2, "t1", "10.0.0.1")


@pytest.mark.parametrize(
    ("columns", "word"),
    [({"status": 3, "expired_time": 1}, "过期"), ({"status": 4, "remain_quota": 0}, "用尽")],
)
def test_an_expired_or_exhausted_key_cannot_be_enabled(
    site: Plane, columns: dict[str, int], word: str
) -> None:
    sealed = site.sealer.seal("k" * 48, "token:1")
    site.management.add(Key(user_id=ALICE, key_hash="h", key_encrypted=sealed, **columns))
    answer = site.as_user(ALICE).put("/api/token/?status_only=1", json={"id": 1, "status": 1})
    assert not answer.json()["success"]
    assert word in answer.json()["message"]


def test_a_deleted_key_is_gone_and_the_data_plane_learns_it(site: Plane) -> None:
    create(site)
    client = site.as_user(ALICE)
    assert client.delete("/api/token/1/").json() == {"success": True, "message": ""}
    assert client.get("/api/token/1").json()["message"] == "record not found"
    assert client.delete("/api/token/1").json()["message"] == "record not found"
    assert {1} in [change.deleted_keys for change in site.changes]


def test_several_keys_are_deleted_at_once_and_counted(site: Plane) -> None:
    for _ in range(3):
        create(site)
    client = site.as_user(ALICE)
    assert client.post("/api/token/batch", json={"ids": [1, 3, 99]}).json()["data"] == 2
    assert client.post("/api/token/batch", json={"ids": [99]}).json()["data"] == 0
    assert not client.post("/api/token/batch", json={"ids": []}).json()["success"]
    assert client.get("/api/token/").json()["data"]["total"] == 1


def test_revealed_keys_are_not_to_be_stored(site: Plane) -> None:
    text = create(site)["key"]
    client = site.as_user(ALICE)
    one = client.post("/api/token/1/key", json={})
    assert one.json()["data"] == {"key": text}
    assert "no-store" in one.headers["cache-control"]
    many = client.post("/api/token/batch/keys", json={"ids": [1, 2]})
    assert many.json()["data"] == {"keys": {"1": text}}
    assert not client.post("/api/token/batch/keys", json={"ids": list(range(101))}).json()[
        "success"
    ]


def test_masking_hides_keys_in_lists_but_not_when_revealed(site: Plane) -> None:
    text = str(create(site)["key"])
    option = {"key": "token_setting.mask_keys", "value": True}
    site.as_user(ROOT).put("/api/option/", json=option)
    client = site.as_user(ALICE)
    listed = client.get("/api/token/").json()["data"]["items"][0]["key"]
    assert listed == f"{text[:4]}**********{text[-4:]}"
    assert client.get("/api/token/search?keyword=t1").json()["data"]["items"][0]["key"] == listed
    assert client.post("/api/token/1/key", json={}).json()["data"]["key"] == text


def test_keys_are_searched_by_name_and_by_text(site: Plane) -> None:
    first = str(create(site, name="alpha")["key"])
    create(site, name="beta_1")
    client = site.as_user(ALICE)

    def found(query: str) -> list[str]:
        answer = client.get(f"/api/token/search?{query}").json()
        return [item["name"] for item in answer["data"]["items"]]

    assert found("keyword=alp") == ["alpha"]
    assert found("keyword=a_1") == ["beta_1"]
    assert found(f"token=sk-{first}") == ["alpha"]
    assert found(f"token={first[10:20]}") == ["alpha"]
    assert found(f"keyword=beta&token={first}") == []
    assert not client.get("/api/token/search?keyword=a%25%25").json()["success"]


def test_two_users_never_see_or_change_each_others_keys(site: Plane) -> None:
    text = create(site, ALICE, remain_quota=7)["key"]
    for stranger in (ADAM, ROOT):
        client = site.as_user(stranger)
        assert client.get("/api/token/").json()["data"]["total"] == 0
        assert client.get(f"/api/token/search?token={text}").json()["data"]["items"] == []
        body = {"id": 1, "name": "stolen", "remain_quota": 0, "status": 2}
        refused = [
            client.get("/api/token/1"),
            client.put("/api/token/", json=body),
            client.put("/api/token/?status_only=1", json=body),
            client.delete("/api/token/1"),
            client.post("/api/token/1/key", json={}),
        ]
        assert {answer.json()["message"] for answer in refused} == {"record not found"}
        assert client.post("/api/token/batch", json={"ids": [1]}).json()["data"] == 0
        assert client.post("/api/token/batch/keys", json={"ids": [1]}).json()["data"]["keys"] == {}
    own = site.as_user(ALICE).get("/api/token/1").json()["data"]
    assert (own["name"], own["status"], own["remain_quota"]) == ("t1", 1, 7)


@pytest.mark.parametrize(
    ("query", "page", "size", "first"),
    [
        ("", 1, 10, 25),
        ("p=0", 1, 10, 25),
        ("p=x", 1, 10, 25),
        ("p=-1", -1, 10, 25),
        ("p=2", 2, 10, 15),
        ("p=2&page_size=20", 2, 20, 5),
        ("size=5", 1, 5, 25),
        ("ps=7", 1, 7, 25),
        ("page_size=3&ps=7&size=9", 1, 3, 25),
        ("size=0", 1, 10, 25),
        ("size=1000", 1, 100, 25),
    ],
)
def test_paging_follows_the_familys_edge_table(
    site: Plane, query: str, page: int, size: int, first: int
) -> None:
    site.management.add(
        *(
            Key(
                user_id=ALICE,
                key_hash=f"h{number}",
                key_encrypted=site.sealer.seal("k" * 48, f"token:{number}"),
            )
            for number in range(1, 26)
        )
    )
    for path in ("/api/token/", "/api/token"):
        answer = site.as_user(ALICE).get(f"{path}?{query}", follow_redirects=True).json()["data"]
        assert (answer["page"], answer["page_size"], answer["total"]) == (page, size, 25)
        assert answer["items"][0]["id"] == first
        assert len(answer["items"]) == min(size, first)


def test_a_key_reads_its_own_usage_even_when_expired(site: Plane) -> None:
    text = "k" * 48
    site.management.add(
        Key(
            user_id=ALICE,
            name="n",
            key_hash=site.management.keys.key_hash(text),
            key_encrypted=site.sealer.seal(text, "token:1"),
            remain_quota=300,
            used_quota=200,
            expired_time=5,
            status=3,
            model_limits="a,b",
            model_limits_enabled=True,
        )
    )
    for path in ("/api/usage/token/", "/api/usage/token"):
        answer = site.client(authorization=f"Bearer sk-{text}").get(path, follow_redirects=True)
        assert answer.json() == {
            "code": True,
            "message": "ok",
            "data": {
                "object": "token_usage",
                "name": "n",
                "total_granted": 500,
                "total_used": 200,
                "total_available": 300,
                "unlimited_quota": False,
                "model_limits": {"a": True, "b": True},
                "model_limits_enabled": True,
                "expires_at": 5,
            },
        }
    assert site.visitor().get("/api/usage/token/").status_code == 401
    assert site.client(authorization="sk-unknown").get("/api/usage/token/").status_code == 401


def money_key(site: Plane, **columns: object) -> dict[str, str]:
    text = "m" * 48
    row = Key(
        user_id=ALICE,
        key_hash=site.management.keys.key_hash(text),
        key_encrypted=site.sealer.seal(text, "token:1"),
        **columns,
    )
    site.management.add(row)
    site.management.keys.verdicts[f"sk-{text}"] = {
        "ok": True,
        "user_id": ALICE,
        "key_id": row.id,
    }
    return {"authorization": f"Bearer sk-{text}"}


@pytest.mark.parametrize("prefix", ["/v1", ""])
def test_billing_speaks_of_the_key_in_dollars(site: Plane, prefix: str) -> None:
    client = site.client(**money_key(site, remain_quota=375_000, used_quota=125_000))
    path = f"{prefix}/dashboard/billing"
    assert client.get(f"{path}/subscription").json() == {
        "object": "billing_subscription",
        "has_payment_method": True,
        "soft_limit_usd": 1,
        "hard_limit_usd": 1,
        "system_hard_limit_usd": 1,
        "access_until": 0,
    }
    usage = client.get(f"{path}/usage?start_date=2026-01-01&end_date=2026-02-01").json()
    assert usage == {"object": "list", "total_usage": 25}
    assert client.get(f"{path}/credit_grants").json() == {
        "object": "credit_summary",
        "total_granted": 1,
        "total_used": 0.25,
        "total_available": 0.75,
        "expires_at": 0,
    }


def test_billing_follows_the_display_options(site: Plane) -> None:
    client = site.client(**money_key(site, remain_quota=500_000, unlimited_quota=True))
    subscription = "/v1/dashboard/billing/subscription"
    assert client.get(subscription).json()["hard_limit_usd"] == 100_000_000
    root = site.as_user(ROOT)

    def put(key: str, value: object) -> None:
        assert root.put("/api/option/", json={"key": key, "value": value}).json()["success"]

    put("DisplayTokenStatEnabled", False)
    assert client.get(subscription).json()["hard_limit_usd"] == 2
    put("general_setting.quota_display_type", "CNY")
    assert client.get(subscription).json()["hard_limit_usd"] == 14.6
    put("general_setting.quota_display_type", "TOKENS")
    assert client.get(subscription).json()["hard_limit_usd"] == 1_000_000


def test_billing_refuses_an_unknown_key_in_openais_form(site: Plane) -> None:
    answer = site.client(authorization="sk-nobody").get("/v1/dashboard/billing/usage")
    assert answer.status_code == 401
    assert "无效的令牌" in answer.json()["error"]["message"]
