"""Settings are read by our names and the family's, and judged whole at start."""

from pathlib import Path

import pytest
from pydantic import AliasChoices, ValidationError
from weirgate.family_environment import WITHOUT_EFFECT
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


def test_a_lake_is_named_whole_and_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEIRGATE_USAGE_URL", "ducklake:postgresql://a:hidden@b/c")
    with pytest.raises(ValidationError, match="give both"):
        Settings()
    monkeypatch.setenv("WEIRGATE_USAGE_DATA", "s3://bucket/prefix")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden as well")
    settings = Settings()
    assert settings.lake_url == "postgresql://a:hidden@b/c"
    assert settings.s3_secret.endswith("as well")
    assert "hidden" not in repr(settings)
    monkeypatch.setenv("WEIRGATE_USAGE_URL", "ducklake:")
    with pytest.raises(ValidationError, match="PostgreSQL"):
        Settings()
    assert Settings(database_url="postgres://a@b/c").lake_url == "postgres://a@b/c"
    monkeypatch.setenv("WEIRGATE_USAGE_URL", "mysql://a@b/c")
    with pytest.raises(ValidationError, match="WEIRGATE_USAGE_URL"):
        Settings()
    assert Settings(usage_url="", usage_data="").lake_url == ""


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


DOCUMENT = Path(__file__).resolve().parents[3] / "deploy/docs/environment.md"
# What a container of new-api is started with.
FAMILY = {
    "PORT": "4000",
    "SQL_DSN": "postgresql://house:pw@db:5432/weirgate",
    "SESSION_SECRET": "a secret of the house",
    "REDIS_CONN_STRING": "redis://redis:6379",
    "GLOBAL_API_RATE_LIMIT_ENABLE": "false",
    "CRITICAL_RATE_LIMIT_ENABLE": "false",
    "SYNC_FREQUENCY": "30",
    "STREAMING_TIMEOUT": "120",
    "TZ": "Asia/Shanghai",
    "MEMORY_CACHE_ENABLED": "true",
}


def test_a_container_of_new_api_starts_with_its_own_variables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in FAMILY.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert (settings.port, settings.sync_frequency_s, settings.streaming_timeout_s) == (
        4000,
        30,
        120,
    )
    assert settings.sql_url == "postgresql+psycopg://house:pw@db:5432/weirgate"
    assert settings.session_secret == "a secret of the house"  # noqa: S105 - a test's own
    assert (settings.global_api.enabled, settings.critical.enabled) == (False, False)
    assert settings.time_zone == "Asia/Shanghai"
    assert settings.redis_address == "redis://redis:6379"
    assert set(settings.without_effect) == {"MEMORY_CACHE_ENABLED"}


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        (":Europe/Berlin", "Europe/Berlin"),
        ("/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
        (":/etc/localtime", "UTC"),
        ("", "UTC"),
    ],
)
def test_tz_is_read_as_containers_write_it(text: str, zone: str) -> None:
    assert Settings(time_zone=text).time_zone == zone
    with pytest.raises(ValidationError, match="time zone"):
        Settings(time_zone="Nowhere/Land")


def test_the_sqlite_path_may_carry_the_familys_driver_options(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SQLITE_PATH", "/data/one-api.db?_busy_timeout=30000")
    assert Settings().sql_url == "sqlite+aiosqlite:////data/one-api.db"


def test_every_variable_is_documented() -> None:
    text = DOCUMENT.read_text()
    names = set(WITHOUT_EFFECT)
    for found in Settings.model_fields.values():
        assert isinstance(found.validation_alias, AliasChoices)
        names |= {str(name) for name in found.validation_alias.choices}
    assert [name for name in sorted(names) if f"`{name}`" not in text] == []
