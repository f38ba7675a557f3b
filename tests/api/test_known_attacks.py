"""Attacks that servers of the family were open to, by their CVE: each fails here.

Elsewhere: step-up (CVE-2026-32879) in test_step_up, foreign pages (CVE-2026-44342) in
test_foreign_pages, the redemption race (CVE-2026-11465) in test_at_once, unsigned webhooks
(CVE-2026-41432) in topup/, private addresses (CVE-2025-59146 and its kin) in test_private_reach.
"""

from __future__ import annotations

import pytest

from tests.api.conftest import ADAM, ALICE, ROOT, Plane


def test_a_profile_update_sets_no_quota_role_or_group(site: Plane) -> None:
    """CVE-2026-64865."""
    client = site.as_user(ALICE)
    before = client.get("/api/user/self").json()["data"]
    grab = {"quota": 10**12, "used_quota": 0, "role": 100, "status": 1, "group": "vip", "id": ROOT}
    assert client.put("/api/user/self", json={"display_name": "Alice", **grab}).json()["success"]
    after = client.get("/api/user/self").json()["data"]
    assert after == before | {"display_name": "Alice"}
    assert site.verify().is_sound


@pytest.mark.parametrize("path", ["/api/user/", "/api/user/search?keyword=root", "/api/user/self"])
def test_no_answer_about_users_holds_an_access_token(site: Plane, path: str) -> None:
    """CVE-2026-64859."""
    tokens = [
        site.as_user(user_id).get("/api/user/token").json()["data"]
        for user_id in (ROOT, ADAM, ALICE)
    ]
    for user_id in (ROOT, ADAM):
        text = site.as_user(user_id).get(path).text
        assert all(token not in text for token in tokens)


def test_an_administrator_resets_no_factor_of_a_peer_or_of_root(site: Plane) -> None:
    """CVE-2026-64866."""
    peer = site.add_user("peer", role=10)
    client = site.as_user(ADAM)
    for user_id in (ROOT, peer):
        for path in (f"/api/user/{user_id}/2fa", f"/api/user/{user_id}/reset_passkey"):
            answer = client.delete(path).json()
            assert answer["success"] is False, path
            assert answer["error"] in {"refused", "role_too_low"}, answer


@pytest.mark.parametrize("keyword", ["%%%%%%%%%%", "_%_%_%_%", "%a%b%c%d%"])
def test_wildcards_in_a_key_search_are_plain_text_or_refused(site: Plane, keyword: str) -> None:
    """CVE-2026-25591."""
    client = site.as_user(ALICE)
    client.post("/api/token/", json={"name": "abcd"})
    answer = client.get("/api/token/search", params={"keyword": keyword}).json()
    assert not answer["success"] or answer["data"]["total"] == 0
