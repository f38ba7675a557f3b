"""The small parsers at the edge: cookies, credentials, forms, encodings, field types."""

from __future__ import annotations

import gzip as gzip_module
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel
from weirgate.errors import InvalidInputError
from weirgate.web.auth import access_token_hash, bearer
from weirgate.web.endpoint import cookies
from weirgate.web.fields import LenientBool, LenientInt
from weirgate.web.incoming import header_map, query_params, read_form
from weirgate.web.outgoing import accepts_gzip, copy_headers, gzip, to_response
from weirgate.web.robyn_face import Headers


class Lenient(BaseModel):
    number: LenientInt = 5
    flag: LenientBool = False


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", {}),
        ("session=abc", {"session": "abc"}),
        ("a=1; session=x=y; b", {"a": "1", "session": "x=y"}),
        ('session="quoted"', {"session": "quoted"}),
        ("session=first; session=second", {"session": "first"}),
    ],
)
def test_cookies_are_read_and_the_first_of_a_name_counts(
    header: str, found: dict[str, str]
) -> None:
    assert cookies(header) == found


@pytest.mark.parametrize(
    ("header", "credential"),
    [
        ("abc", "abc"),
        ("Bearer abc", "abc"),
        ("bearer  abc ", "abc"),
        ("Bearer", "Bearer"),
        ("", ""),
        ("x" * 513, ""),
    ],
)
def test_a_credential_is_taken_with_or_without_its_scheme(header: str, credential: str) -> None:
    assert bearer(header) == credential


def test_access_tokens_are_stored_as_hashes() -> None:
    assert len(access_token_hash("a")) == 64
    assert access_token_hash("a") != access_token_hash("b")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("-1", -1),
        ("", 0),
        ("abc", 0),
        ("1.5", 0),
        ("9" * 30, 2**63 - 1),
        ("9" * 5000, 0),
    ],
)
def test_lenient_numbers_are_read_as_the_family_reads_them(text: str, number: int) -> None:
    assert Lenient.model_validate({"number": text}).number == number


@pytest.mark.parametrize(
    ("text", "flag"), [("true", True), ("1", True), ("T", True), ("0", False), ("x", False)]
)
def test_lenient_flags_are_read_as_the_family_reads_them(text: str, flag: bool) -> None:
    assert Lenient.model_validate({"flag": text}).flag is flag


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
    ],
)
def test_gzip_is_used_only_where_it_is_taken(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted


@given(st.binary(max_size=5000))
def test_what_is_gzipped_can_be_read_again(body: bytes) -> None:
    assert gzip_module.decompress(gzip(body)) == body


def test_repeated_request_headers_are_joined() -> None:
    items = [("accept", "a"), ("accept", "b"), ("cookie", "x=1"), ("cookie", "y=2")]
    assert header_map(items) == {"accept": "a, b", "cookie": "x=1; y=2"}


def test_copied_headers_are_the_answers_own() -> None:
    shared = Headers({"content-type": "text/plain"})
    shared.append("x-many", "a")
    shared.append("x-many", "b")
    own = copy_headers(shared)
    own.append("x-user", "alice")
    assert sorted(own.multi_items()) == [
        ("content-type", "text/plain"),
        ("x-many", "a"),
        ("x-many", "b"),
        ("x-user", "alice"),
    ]
    assert not shared.contains("x-user")


def test_too_many_query_fields_are_refused() -> None:
    assert len(query_params("&".join(f"a{n}=1" for n in range(256))).keys()) == 256
    with pytest.raises(InvalidInputError):
        query_params("&".join(f"a{n}=1" for n in range(257)))


@pytest.mark.parametrize(
    "body",
    [b"", b"no boundary at all", b"--other\r\n\r\nx\r\n--other--", b"\xff\xfe\x00", b"--b\r\n"],
)
def test_a_malformed_multipart_form_is_refused_or_empty(body: bytes) -> None:
    try:
        form = read_form({"content-type": "multipart/form-data; boundary=b"}, body)
    except InvalidInputError:
        return
    assert (form.fields, form.files) == ({}, {})


@given(st.binary(max_size=300), st.text(max_size=50))
@example(b"", ";0*")
def test_no_form_body_ends_in_anything_but_our_own_error(body: bytes, boundary: str) -> None:
    kinds = (f"multipart/form-data; boundary={boundary}", "application/x-www-form-urlencoded")
    for kind in kinds:
        try:
            read_form({"content-type": kind}, body)
        except InvalidInputError:
            continue


@pytest.mark.parametrize(
    ("value", "content_type"),
    [
        ({"a": 1}, "application/json; charset=utf-8"),
        ([1], "application/json; charset=utf-8"),
        ("text", "text/plain; charset=utf-8"),
        (b"bytes", "application/octet-stream"),
    ],
)
def test_plain_values_of_handlers_become_answers(value: Any, content_type: str) -> None:
    assert to_response(value).headers.get("content-type") == content_type


@pytest.mark.parametrize("value", [None, 7, object()])
def test_what_has_no_http_form_is_an_error(value: object) -> None:
    with pytest.raises(TypeError, match="a handler returned"):
        to_response(value)
