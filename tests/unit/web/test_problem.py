"""Errors as bodies, in each form."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from weirgate import errors
from weirgate.errors import Text, WeirgateError
from weirgate.web import problem
from weirgate.web.router import Form, form_of

from tests.support.refusals import Refusal, codes


def said(
    error: WeirgateError, form: Form = Form.FAMILY, language: str = "zh"
) -> tuple[int, object]:
    answer = problem.answer(error, form, language, "r-1")
    return answer.status, orjson.loads(answer.body)


def test_the_family_says_a_refusal_with_200() -> None:
    assert said(errors.RefusedError(Text("不行", "no"))) == (
        200,
        Refusal("不行"),
    )


def test_every_code_is_documented() -> None:
    text = (Path(__file__).resolve().parents[3] / "deploy/docs/errors.md").read_text()
    listed = {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}
    # A class of a domain may say more than its base; no code is without a line.
    assert codes() == listed


def test_a_refused_payment_carries_the_code_too() -> None:
    assert said(errors.ConflictError(Text("不行", "no")), Form.PAYMENT) == (
        200,
        {"message": "error", "data": "不行", "error": "conflict"},
    )


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (errors.UnauthorizedError(), 401, "无权进行此操作，未登录且未提供 access token"),
        (errors.AccessTokenUnknownError(), 200, "无权进行此操作，access token 无效"),
        (errors.RoleTooLowError(), 200, "无权进行此操作，权限不足"),
        (errors.MalformedBodyError(), 400, "无效的参数"),
        (errors.NotFoundError(), 200, "record not found"),
        (errors.UnavailableError(), 503, "服务暂不可用"),
    ],
)
def test_family_statuses_are_the_contracts(error: WeirgateError, status: int, message: str) -> None:
    assert said(error) == (status, Refusal(message))


def test_a_missing_verification_carries_the_familys_code() -> None:
    assert said(errors.VerificationRequiredError()) == (
        403,
        Refusal("需要安全验证", code="VERIFICATION_REQUIRED"),
    )


def test_a_rate_limit_has_no_body() -> None:
    answer = problem.answer(errors.TooManyRequestsError(), Form.FAMILY, "zh", "r-1")
    assert (answer.status, answer.body) == (429, b"")


def test_an_unknown_path_is_said_in_openais_form_everywhere() -> None:
    assert said(problem.unknown_path("GET", "/api/nope")) == (
        404,
        {
            "error": {
                "message": "Invalid URL (GET /api/nope)",
                "type": "invalid_request_error",
                "param": "",
                "code": "",
            }
        },
    )


def test_a_refused_key_is_said_as_the_gateway_said_it() -> None:
    error = errors.KeyRefusedError(403, "access_denied", Text("禁止", "forbidden"))
    assert said(error, Form.OPENAI) == (
        403,
        {
            "error": {
                "message": "禁止 (request id: r-1)",
                "type": "new_api_error",
                "param": "",
                "code": "access_denied",
            }
        },
    )


def test_our_own_paths_answer_a_problem_document() -> None:
    error = errors.ConflictError("name is taken", extra={"errors": [{"path": "name"}]})
    assert said(error, Form.OWN, "en") == (
        409,
        {
            "type": "about:blank",
            "title": "conflict",
            "status": 409,
            "detail": "name is taken",
            "code": "conflict",
            "request_id": "r-1",
            "errors": [{"path": "name"}],
        },
    )


def test_a_fault_of_ours_says_only_the_request_id() -> None:
    answer = problem.internal(Form.FAMILY, "r-9")
    assert answer.status == 500
    assert orjson.loads(answer.body) == Refusal("internal server error (request id: r-9)")


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/api/token/", Form.FAMILY),
        ("/api/weirgate/explore", Form.OWN),
        ("/v1/dashboard/billing/usage", Form.OPENAI),
        ("/dashboard/billing/usage", Form.OPENAI),
        ("/", Form.FAMILY),
    ],
)
def test_the_path_decides_the_form(path: str, form: Form) -> None:
    assert form_of(path) is form
