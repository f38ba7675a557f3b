"""Keys: how they are made, shown and checked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from weirgate.errors import InvalidInputError
from weirgate.keys import rules


def test_a_new_key_has_48_alphanumerics_and_is_never_the_same() -> None:
    made = {rules.new_key_text() for _ in range(200)}
    assert len(made) == 200
    assert all(len(text) == 48 and text.isascii() and text.isalnum() for text in made)


@pytest.mark.parametrize(
    ("text", "masked"),
    [("", ""), ("abc", "***"), ("abcdef", "ab****ef"), ("abcdefghijkl", "abcd**********ijkl")],
)
def test_a_key_is_masked_as_the_family_masks_it(text: str, masked: str) -> None:
    assert rules.mask_key(text) == masked


@given(st.text(alphabet="abcXYZ019", min_size=20, max_size=60))
def test_a_masked_key_tells_eight_characters_at_most(text: str) -> None:
    assert len(rules.mask_key(text).replace("*", "")) <= 8


def test_a_name_of_fifty_bytes_fits_and_one_more_does_not() -> None:
    rules.check_name("名" * 16 + "ab")
    with pytest.raises(InvalidInputError):
        rules.check_name("名" * 17)


@pytest.mark.parametrize(
    "text", ["10.0.0.0/8\n1.2.3.4", "::1", "", None, "10.1.2.3/8,2001:db8::/32"]
)
def test_addresses_and_networks_are_accepted(text: str | None) -> None:
    rules.check_allow_ips(text)


@pytest.mark.parametrize("text", ["300.1.1.1", "example.com", "10.0.0.0/40"])
def test_what_is_no_address_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidInputError, match="allow_ips"):
        rules.check_allow_ips(text)


def test_two_wildcards_in_a_row_are_refused() -> None:
    with pytest.raises(InvalidInputError):
        rules.search_pattern("a%%b")


def test_an_underscore_in_a_search_is_no_wildcard() -> None:
    assert rules.search_pattern("a_b") == "%a\\_b%"
