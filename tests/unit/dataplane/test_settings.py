"""Settings are read by our names and the family's, and judged whole at start."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from weirgate.settings import Settings, StartError


def test_our_names_win_over_the_familys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "4000")
    assert Settings().port == 4000
    monkeypatch.setenv("WEIRGATE_PORT", "5000")
    assert Settings().port == 5000
    assert Settings(port=6000).port == 6000


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", "sqlite+aiosqlite:////srv/data/weirgate.db"),
        ("local", "sqlite+aiosqlite:////srv/data/weirgate.db"),
        ("postgres://a@b/c", "postgresql+psycopg://a@b/c"),
        ("postgresql://a@b/c", "postgresql+psycopg://a@b/c"),
    ],
)
def test_the_database_url_follows_the_familys_rules(url: str, expected: str) -> None:
    assert Settings(database_url=url, data_dir=Path("/srv/data")).sql_url == expected


def test_proxies_are_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEIRGATE_TRUSTED_PROXIES", "10.0.0.1/8, ::1")
    assert Settings().trusted_proxies == ["10.0.0.0/8", "::1/128"]
    with pytest.raises(ValidationError, match="everybody"):
        Settings(trusted_proxies=["everybody"])


def test_secrets_are_made_once_and_kept_for_this_user_only(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    first = settings.load_secrets()
    assert settings.load_secrets() == first
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert len({first.key_hash, first.encryption, first.session}) == 3
    for secret in (first.key_hash, first.encryption, first.session):
        assert len(secret) == 32
        assert secret.hex() not in repr(first)


def test_a_secret_from_the_environment_needs_no_file(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret="x" * 32)
    assert settings.load_secrets() == settings.load_secrets()
    assert list(tmp_path.iterdir()) == []


def test_a_cut_secret_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("short")
    with pytest.raises(StartError, match=r"secret\.key"):
        Settings(data_dir=tmp_path).load_secrets()
