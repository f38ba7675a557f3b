"""Passwords: ours are argon2id, imported ones bcrypt."""

import bcrypt
import pytest
from weirgate.identity.passwords import Passwords

QUICK = Passwords(time_cost=1, memory_kib=64)


def test_a_hash_is_argon2id_and_salted() -> None:
    first, second = QUICK.hash("correct horse"), QUICK.hash("correct horse")
    assert first.startswith("$argon2id$")
    assert first != second


def test_only_the_right_password_matches() -> None:
    stored = QUICK.hash("correct horse")
    assert QUICK.check("correct horse", stored).matches
    assert not QUICK.check("wrong horse", stored).matches


def test_an_imported_bcrypt_hash_matches_and_asks_to_be_hashed_again() -> None:
    stored = bcrypt.hashpw(b"imported1", bcrypt.gensalt(4)).decode()
    check = QUICK.check("imported1", stored)
    assert check.matches
    assert check.needs_rehash
    assert not QUICK.check("imported2", stored).matches


@pytest.mark.parametrize("stored", ["", "plain", "$2b$broken", "$argon2id$broken"])
def test_no_password_matches_what_is_no_hash(stored: str) -> None:
    assert not QUICK.check(stored, stored).matches


def test_an_outdated_hash_asks_to_be_hashed_again() -> None:
    stored = Passwords(time_cost=1, memory_kib=32).hash("correct horse")
    assert QUICK.check("correct horse", stored).needs_rehash


def test_a_huge_password_is_refused_without_hashing() -> None:
    assert not QUICK.check("x" * 2000, QUICK.hash("y")).matches
