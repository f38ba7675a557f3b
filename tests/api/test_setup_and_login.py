"""Setting up, logging in and out, access tokens, and the rule of New-Api-User."""

import pytest

from tests.api.conftest import ALICE, PASSWORD, ROOT, SETUP_TOKEN, Plane
from tests.support.refusals import Refusal

FORM = {"username": "root", "password": PASSWORD, "confirmPassword": PASSWORD}


def test_a_fresh_server_says_that_it_is_not_set_up(plane: Plane) -> None:
    answer = plane.visitor().get("/api/setup").json()
    assert answer == {
        "success": True,
        "data": {
            "status": False,
            "initialized": False,
            "root_init": False,
            "database_type": "sqlite",
        },
    }
    assert plane.visitor().get("/api/status").json()["data"]["setup"] is False


def test_setting_up_from_this_machine_makes_root_with_its_credit(plane: Plane) -> None:
    answer = plane.visitor().post("/api/setup", json={**FORM, "SelfUseModeEnabled": True}).json()
    assert answer == {"success": True, "message": "系统初始化成功"}
    state = plane.visitor().get("/api/setup").json()["data"]
    done = {"status": True, "initialized": True, "root_init": False, "database_type": ""}
    assert state == done
    own = plane.as_user(ROOT).get("/api/user/self").json()["data"]
    assert (own["role"], own["quota"], own["display_name"]) == (100, 100_000_000, "Root User")
    status = plane.visitor().get("/api/status").json()["data"]
    assert status["self_use_mode_enabled"] is True
    assert plane.verify().is_sound


def test_a_name_and_a_password_alone_set_the_server_up(plane: Plane) -> None:
    form = {"username": "root", "password": PASSWORD}
    assert plane.visitor().post("/api/setup", json=form).json()["success"]
    assert plane.visitor().post("/api/user/login", json=form).json()["data"]["role"] == 100


def test_a_second_setup_is_refused_and_changes_nothing(site: Plane) -> None:
    answer = site.visitor().post("/api/setup", json={**FORM, "username": "other"}).json()
    assert answer == Refusal("系统已经初始化完成")
    assert site.as_user(ROOT).get("/api/user/self").json()["data"]["username"] == "root"


@pytest.mark.parametrize(
    ("headers", "query"),
    [({"x-setup-token": SETUP_TOKEN}, ""), ({}, f"?setup_token={SETUP_TOKEN}")],
)
def test_setting_up_from_afar_needs_the_one_time_token(
    plane: Plane, headers: dict[str, str], query: str
) -> None:
    afar = plane.visitor("203.0.113.7")
    for wrong in ({}, {"x-setup-token": "guess"}, {"x-forwarded-for": "127.0.0.1"}):
        assert not afar.post("/api/setup", json=FORM, headers=wrong).json()["success"]
    assert afar.post(f"/api/setup{query}", json=FORM, headers=headers).json()["success"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"confirmPassword": "another one"},
        {"username": "sixteen-letters-"},
        {"username": ""},
        {"password": "short", "confirmPassword": "short"},
    ],
)
def test_a_form_that_does_not_fit_sets_nothing_up(plane: Plane, wrong: dict[str, str]) -> None:
    assert not plane.visitor().post("/api/setup", json={**FORM, **wrong}).json()["success"]
    assert plane.visitor().get("/api/setup").json()["data"]["status"] is False


def test_login_gives_the_account_and_a_strict_cookie(site: Plane) -> None:
    answer = site.visitor().post("/api/user/login", json={"username": "root", "password": PASSWORD})
    assert answer.json()["data"] == {
        "id": 1,
        "username": "root",
        "display_name": "Root User",
        "role": 100,
        "status": 1,
        "group": "default",
    }
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_a_wrong_password_an_unknown_name_and_a_banned_user_read_alike(site: Plane) -> None:
    site.add_user("banned", status=2, password_hash="")
    tries = (("root", "wrong password"), ("nobody", PASSWORD), ("banned", PASSWORD))
    for username, password in tries:
        answer = site.visitor().post(
            "/api/user/login", json={"username": username, "password": password}
        )
        assert answer.status_code == 200
        assert answer.json() == Refusal("用户名或密码错误，或用户已被封禁")
        assert "set-cookie" not in answer.headers


def test_empty_fields_are_invalid_parameters(site: Plane) -> None:
    answer = site.visitor().post("/api/user/login", json={"username": "root"}).json()
    assert answer == Refusal("无效的参数")


def test_logout_ends_the_session_on_the_server(site: Plane) -> None:
    headers = site.management.login(ROOT)
    client = site.client(**headers)
    assert client.get("/api/user/self").status_code == 200
    assert client.get("/api/user/logout").json() == {"success": True, "message": ""}
    assert site.client(**headers).get("/api/user/self").status_code == 401


def test_the_matrix_of_new_api_user_holds_for_sessions_and_access_tokens(site: Plane) -> None:
    token = site.as_user(ALICE).get("/api/user/token").json()["data"]
    assert len(token) == 32
    session = {"cookie": site.management.login(ALICE)["cookie"]}
    for credential in (session, {"authorization": token}, {"authorization": f"Bearer {token}"}):
        cases: tuple[tuple[dict[str, str], int, str], ...] = (
            ({}, 401, "无权进行此操作，未提供 New-Api-User"),
            ({"new-api-user": "alice"}, 401, "无权进行此操作，New-Api-User 格式错误"),
            ({"new-api-user": "1"}, 401, "无权进行此操作，New-Api-User 与登录用户不匹配"),
        )
        for header, status, message in cases:
            answer = site.client(**credential, **header).get("/api/user/self")
            assert (answer.status_code, answer.json()["message"]) == (status, message)
        found = site.client(**credential, **{"new-api-user": "2"}).get("/api/user/self")
        assert found.json()["data"]["username"] == "alice"


def test_without_credentials_the_answer_is_401_and_with_a_wrong_token_200(site: Plane) -> None:
    nobody = site.visitor().get("/api/user/self")
    assert (nobody.status_code, nobody.json()["success"]) == (401, False)
    wrong = site.client(authorization="wrong").get("/api/user/self")
    assert wrong.status_code == 200
    assert wrong.json() == Refusal("无权进行此操作，access token 无效")


def test_a_new_access_token_kills_the_old_one(site: Plane) -> None:
    client = site.as_user(ALICE)
    old = client.get("/api/user/token").json()["data"]
    new = client.get("/api/user/token").json()["data"]
    by_old = site.client(authorization=old, **{"new-api-user": "2"}).get("/api/user/self")
    by_new = site.client(authorization=new, **{"new-api-user": "2"}).get("/api/user/self")
    assert not by_old.json()["success"]
    assert by_new.json()["success"]


@pytest.mark.parametrize("name", ["strict", "exempt"])
def test_root_may_spare_access_tokens_the_user_header_but_never_a_cookie(
    site: Plane, name: str
) -> None:
    token = site.as_user(ALICE).get("/api/user/token").json()["data"]
    site.set_option("auth.user_header", name)
    bare = site.client(authorization=token).get("/api/user/self")
    assert bare.status_code == (200 if name == "exempt" else 401)
    if name == "strict":
        assert "New-Api-User" in bare.json()["message"]
    wrong = site.client(authorization=token, **{"new-api-user": str(ROOT)}).get("/api/user/self")
    assert wrong.status_code == 401
    cookie = site.management.login(ALICE)["cookie"]
    assert site.client(cookie=cookie).get("/api/user/self").status_code == 401


def test_the_user_header_option_knows_two_words(site: Plane) -> None:
    body = {"key": "auth.user_header", "value": "off"}
    refused = site.as_user(ROOT).put("/api/option/", json=body).json()
    assert refused == Refusal("auth.user_header must be one of strict, exempt")
