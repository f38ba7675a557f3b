"""Sealed secrets open with the right key for the right row only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from weirgate.store.crypto import Sealer, SealError

KEY = bytes(range(32))


@given(text=st.text(max_size=2000))
def test_what_was_sealed_opens_again(text: str) -> None:
    sealer = Sealer(KEY)
    assert sealer.open(sealer.seal(text, "token:1"), "token:1") == text


def test_a_sealed_value_does_not_hold_the_text_and_never_looks_the_same() -> None:
    sealer = Sealer(KEY)
    first, second = (sealer.seal("sk-secret", "token:1") for _ in range(2))
    assert b"secret" not in first
    assert first != second


def test_another_rows_value_does_not_open() -> None:
    sealer = Sealer(KEY)
    with pytest.raises(SealError, match="token:2"):
        sealer.open(sealer.seal("x", "token:1"), "token:2")


def test_another_key_does_not_open() -> None:
    with pytest.raises(SealError):
        Sealer(bytes(32)).open(Sealer(KEY).seal("x", "token:1"), "token:1")


def test_a_changed_byte_anywhere_does_not_open() -> None:
    sealer = Sealer(KEY)
    sealed = sealer.seal("a secret", "token:1")
    for place in range(len(sealed)):
        damaged = bytearray(sealed)
        damaged[place] ^= 1
        with pytest.raises(SealError):
            sealer.open(bytes(damaged), "token:1")
    for length in range(len(sealed)):
        with pytest.raises(SealError):
            sealer.open(sealed[:length], "token:1")


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Sealer(bytes(16))


def test_a_sealer_does_not_print_its_key() -> None:
    assert repr(Sealer(KEY)) == "Sealer(***)"
