"""The settings of one process, typed, frozen and validated whole at start.

This is the only reader of the environment and of the secret file. Own names begin with WEIRGATE_;
the family's names (SQL_DSN, PORT, SESSION_SECRET ...) are understood beside them, ours first. What
can change at run time is an option in SQL, not a setting.
"""

import os
import secrets as randomness
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import NoDecode, SettingsConfigDict

from weirgate.dialects import DialectTable
from weirgate.family_environment import WITHOUT_EFFECT
from weirgate.redis_link import with_password
from weirgate.usage_settings import UsageSettings

KIB = 1024
MIB = 1024 * KIB
MAX_NODE = 1023
NODE_FILE = "node.json"


def _names(*names: str) -> AliasChoices:
    """Returns the names a setting is read from, ours first."""
    return AliasChoices(*names)


class StartError(Exception):
    """The process cannot start; the text is the one line that an operator reads."""


class KeptNode(BaseModel):
    """Who a data folder is among the nodes of one database; written at its first start."""

    model_config = ConfigDict(frozen=True)

    name: str
    number: int = Field(ge=0, le=MAX_NODE)
    identity: str

    @classmethod
    def of(cls, folder: Path) -> "KeptNode | None":
        """Returns what the folder says, None before its first start; unreadable: StartError."""
        path = folder / NODE_FILE
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise StartError(f"{path} cannot be read: put it back from a backup") from error


def number_in(name: str) -> int | None:
    """Returns the number that a node's name is, None when it is a word; too large: StartError."""
    if not name.isdecimal():
        return None
    if int(name) > MAX_NODE:
        raise StartError(f"a node's number is at most {MAX_NODE}")
    return int(name)


class RateLimit(BaseModel):
    """So many calls in so many seconds; disabled means never refused."""

    model_config = ConfigDict(frozen=True)

    enabled: bool
    count: int
    window_s: int


class Secrets(BaseModel):
    """The keys derived from the one master secret; never printed."""

    model_config = ConfigDict(frozen=True)

    key_hash: Annotated[bytes, Field(repr=False, description="Keyed hash of API keys, 32 bytes.")]
    encryption: Annotated[
        bytes, Field(repr=False, description="AES-GCM of stored secrets, 32 bytes.")
    ]
    session: Annotated[bytes, Field(repr=False, description="Signs short-lived cookies, 32 bytes.")]


class Settings(UsageSettings):
    """Everything an operator decides before the process starts."""

    model_config = SettingsConfigDict(
        frozen=True, populate_by_name=True, extra="ignore", env_file=None
    )

    # listeners
    host: str = Field(
        "0.0.0.0",  # noqa: S104 - a server that nobody can reach serves nobody
        validation_alias=_names("WEIRGATE_HOST"),
        description="Address of the public listener.",
    )
    port: int = Field(
        3000,
        ge=0,
        le=65535,
        validation_alias=_names("WEIRGATE_PORT", "PORT"),
        description="Public port; 0 takes a free one.",
    )
    admin_host: str = Field(
        "127.0.0.1",
        validation_alias=_names("WEIRGATE_ADMIN_HOST"),
        description="Address of the admin listener.",
    )
    admin_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        validation_alias=_names("WEIRGATE_ADMIN_PORT"),
        description="Port of /health, /ready, /metrics; unset: public port + 1, else a free one.",
    )
    workers: int = Field(
        0,
        ge=0,
        le=256,
        validation_alias=_names("WEIRGATE_WORKERS"),
        description="Relay worker threads; 0 means one a core.",
    )
    dialects: str = Field(
        "",
        validation_alias=_names("WEIRGATE_DIALECTS"),
        description="Dialects by Host or listener: `*=newapi, one.example.com=oneapi`.",
    )
    trusted_proxies: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        validation_alias=_names("WEIRGATE_TRUSTED_PROXIES"),
        description="CIDRs that may name the client's address, comma separated.",
    )
    tls_cert: Path | None = Field(
        None,
        validation_alias=_names("WEIRGATE_TLS_CERT"),
        description="PEM file of the public port's certificate and those behind it; unset: HTTP.",
    )
    tls_key: Path | None = Field(
        None,
        validation_alias=_names("WEIRGATE_TLS_KEY"),
        description="PEM file of that certificate's private key.",
    )
    upstream_ca: Path | None = Field(
        None,
        validation_alias=_names("WEIRGATE_UPSTREAM_CA"),
        description="PEM file of roots that providers' certificates may have, besides the web's.",
    )
    max_connections: int = Field(
        20_000,
        ge=1,
        validation_alias=_names("WEIRGATE_MAX_CONNECTIONS"),
        description="Open connections of the public listener.",
    )
    max_request_body_mb: int = Field(
        128,
        ge=1,
        le=4096,
        validation_alias=_names("WEIRGATE_MAX_REQUEST_BODY_MB", "MAX_REQUEST_BODY_MB"),
        description="Largest request body in MiB.",
    )
    spool_dir: Path | None = Field(
        None,
        validation_alias=_names("WEIRGATE_SPOOL_DIR"),
        description="Folder in which large uploads wait; unset: spool in the data folder.",
    )
    spool_above_kb: int = Field(
        1024,
        ge=1,
        le=1024 * 1024,
        validation_alias=_names("WEIRGATE_SPOOL_ABOVE_KB"),
        description="Uploads above so many KiB wait on disk.",
    )
    spool_cap_mb: int = Field(
        8192,
        ge=1,
        validation_alias=_names("WEIRGATE_SPOOL_CAP_MB"),
        description="All uploads on disk together, in MiB; at the cap new ones get 503.",
    )
    body_memory_mb: int = Field(
        1024,
        ge=1,
        validation_alias=_names("WEIRGATE_BODY_MEMORY_MB"),
        description="All large JSON in memory together, in MiB; at the cap new ones get 503.",
    )
    drain_timeout_s: int = Field(
        30,
        ge=0,
        le=3600,
        validation_alias=_names("WEIRGATE_DRAIN_TIMEOUT"),
        description="How long running streams may go on after a stop signal.",
    )

    # stores
    data_dir: Path = Field(
        Path("data"),
        validation_alias=_names("WEIRGATE_DATA"),
        description="Folder of the databases, journal, sockets and secret.",
    )
    database_url: str = Field(
        "",
        validation_alias=_names("WEIRGATE_DATABASE_URL", "SQL_DSN"),
        description="postgresql://...; empty or `local`: SQLite in the data folder.",
    )
    sqlite_path: str = Field(
        "",
        validation_alias=_names("WEIRGATE_SQLITE_PATH", "SQLITE_PATH"),
        description="SQLite file when no database URL is given.",
    )
    redis_url: str = Field(
        "",
        repr=False,
        validation_alias=_names("WEIRGATE_REDIS_URL", "REDIS_CONN_STRING"),
        description="redis[s]://[:password@]host[:port][/db]; what several nodes count together.",
    )
    redis_password: str = Field(
        "",
        repr=False,
        validation_alias=_names("WEIRGATE_REDIS_PASSWORD", "REDIS_PASSWORD"),
        description="Password of Redis where the address names none.",
    )
    journal_segment_mb: int = Field(
        64,
        ge=1,
        le=1024,
        validation_alias=_names("WEIRGATE_JOURNAL_SEGMENT_MB"),
        description="Size of one journal segment.",
    )
    journal_cap_mb: int = Field(
        8192,
        ge=2,
        validation_alias=_names("WEIRGATE_JOURNAL_CAP_MB"),
        description="Largest journal; at the cap new calls are refused.",
    )
    journal_keep_s: int = Field(
        259_200,
        ge=0,
        validation_alias=_names("WEIRGATE_JOURNAL_KEEP"),
        description="How long drained segments stay, in seconds.",
    )
    node_name: str = Field(
        "",
        pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,63})?$",
        validation_alias=_names("WEIRGATE_NODE"),
        description="Name of this node; on PostgreSQL a named node is one of several.",
    )

    # secrets
    secret: str = Field(
        "",
        repr=False,
        validation_alias=_names("WEIRGATE_SECRET", "CRYPTO_SECRET"),
        description="Master secret; empty: data/secret.key, made at first start.",
    )
    session_secret: str = Field(
        "",
        repr=False,
        validation_alias=_names("WEIRGATE_SESSION_SECRET", "SESSION_SECRET"),
        description="Signs cookies; empty: derived from the master secret.",
    )
    setup_token: str = Field(
        "",
        repr=False,
        validation_alias=_names("WEIRGATE_SETUP_TOKEN"),
        description="One-time token for setting up from afar; empty: made and printed.",
    )
    session_cookie_secure: bool = Field(
        default=False,
        validation_alias=_names("WEIRGATE_SESSION_COOKIE_SECURE", "SESSION_COOKIE_SECURE"),
        description="Session cookie over TLS only.",
    )

    # habits
    sync_frequency_s: int = Field(
        60,
        ge=1,
        validation_alias=_names("WEIRGATE_SYNC_FREQUENCY", "SYNC_FREQUENCY"),
        description="How often options are read again from SQL, in seconds.",
    )
    channel_test_minutes: int = Field(
        0,
        ge=0,
        validation_alias=_names("WEIRGATE_CHANNEL_TEST_FREQUENCY", "CHANNEL_TEST_FREQUENCY"),
        description="Minutes between tests of all channels; 0: as the options say.",
    )
    channel_update_minutes: int = Field(
        0,
        ge=0,
        validation_alias=_names("WEIRGATE_CHANNEL_UPDATE_FREQUENCY", "CHANNEL_UPDATE_FREQUENCY"),
        description="Minutes between readings of all channels' balances; 0: only when asked.",
    )
    streaming_timeout_s: int = Field(
        300,
        ge=1,
        validation_alias=_names("WEIRGATE_STREAMING_TIMEOUT", "STREAMING_TIMEOUT"),
        description="Longest silence within an upstream answer.",
    )
    relay_timeout_s: int = Field(
        0,
        ge=0,
        validation_alias=_names("WEIRGATE_RELAY_TIMEOUT", "RELAY_TIMEOUT"),
        description="Longest upstream call; 0: one hour.",
    )
    log_level: Literal["error", "warn", "info", "debug"] = Field(
        "info",
        validation_alias=_names("WEIRGATE_LOG_LEVEL"),
        description="Least severe line that is logged.",
    )
    log_format: Literal["text", "json"] = Field(
        "text", validation_alias=_names("WEIRGATE_LOG_FORMAT"), description="Form of the log lines."
    )

    # rate limits of the management plane (the family's names)
    global_api_rate_limit_enable: bool = Field(
        default=True, validation_alias=_names("GLOBAL_API_RATE_LIMIT_ENABLE")
    )
    global_api_rate_limit: int = Field(360, ge=1, validation_alias=_names("GLOBAL_API_RATE_LIMIT"))
    global_api_rate_limit_duration: int = Field(
        180, ge=1, validation_alias=_names("GLOBAL_API_RATE_LIMIT_DURATION")
    )
    global_web_rate_limit_enable: bool = Field(
        default=True, validation_alias=_names("GLOBAL_WEB_RATE_LIMIT_ENABLE")
    )
    global_web_rate_limit: int = Field(120, ge=1, validation_alias=_names("GLOBAL_WEB_RATE_LIMIT"))
    global_web_rate_limit_duration: int = Field(
        180, ge=1, validation_alias=_names("GLOBAL_WEB_RATE_LIMIT_DURATION")
    )
    critical_rate_limit_enable: bool = Field(
        default=True, validation_alias=_names("CRITICAL_RATE_LIMIT_ENABLE")
    )
    critical_rate_limit: int = Field(20, ge=1, validation_alias=_names("CRITICAL_RATE_LIMIT"))
    critical_rate_limit_duration: int = Field(
        1200, ge=1, validation_alias=_names("CRITICAL_RATE_LIMIT_DURATION")
    )
    search_rate_limit_enable: bool = Field(
        default=True, validation_alias=_names("SEARCH_RATE_LIMIT_ENABLE")
    )
    search_rate_limit: int = Field(10, ge=1, validation_alias=_names("SEARCH_RATE_LIMIT"))
    search_rate_limit_duration: int = Field(
        60, ge=1, validation_alias=_names("SEARCH_RATE_LIMIT_DURATION")
    )

    email_rate_limit_enable: bool = Field(
        default=True, validation_alias=_names("EMAIL_VERIFICATION_RATE_LIMIT_ENABLE")
    )
    email_rate_limit: int = Field(2, ge=1, validation_alias=_names("EMAIL_VERIFICATION_RATE_LIMIT"))
    email_rate_limit_duration: int = Field(
        30, ge=1, validation_alias=_names("EMAIL_VERIFICATION_RATE_LIMIT_DURATION")
    )

    # The family has no variable for these: its numbers are fixed.
    download_rate_limit_enable: bool = Field(
        default=True, validation_alias=_names("DOWNLOAD_RATE_LIMIT_ENABLE")
    )
    download_rate_limit: int = Field(10, ge=1, validation_alias=_names("DOWNLOAD_RATE_LIMIT"))
    download_rate_limit_duration: int = Field(
        60, ge=1, validation_alias=_names("DOWNLOAD_RATE_LIMIT_DURATION")
    )

    # accounts
    generate_default_token: bool = Field(
        default=False,
        validation_alias=_names("WEIRGATE_GENERATE_DEFAULT_TOKEN", "GENERATE_DEFAULT_TOKEN"),
        description="Give each newly registered user a first key.",
    )

    time_zone: str = Field(
        "UTC",
        validation_alias=_names("WEIRGATE_TIME_ZONE", "TZ"),
        description="Zone whose days count where the option weirgate.time_zone says none.",
    )

    @field_validator("time_zone")
    @classmethod
    def _zone_is_known(cls, value: str) -> str:
        """Returns the zone; containers also say TZ as a file or with a leading colon."""
        name = value.removeprefix(":").rpartition("zoneinfo/")[2]
        if not name or name.startswith("/"):
            return "UTC"
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            message = f"no such time zone: {name[:40]}"
            raise ValueError(message) from error
        return name

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_proxies(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies_are_networks(cls, value: list[str]) -> list[str]:
        return [str(ip_network(part, strict=False)) for part in value]

    @field_validator("redis_url")
    @classmethod
    def _redis_is_one_server(cls, value: str) -> str:
        return value and with_password(value, "")

    @field_validator("dialects")
    @classmethod
    def _dialects_are_known(cls, value: str) -> str:
        DialectTable.parse(value)
        return value

    @model_validator(mode="after")
    def _certificate_has_its_key(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            message = "tls_cert and tls_key: give both or neither"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _known_secret_is_no_secret(self) -> Self:
        if self.session_secret == "random_string":  # noqa: S105 - the family's documentation example
            message = "SESSION_SECRET is the example text random_string; choose another"
            raise ValueError(message)
        return self

    @property
    def without_effect(self) -> dict[str, str]:
        """The family's variables that are set but decide nothing here, and why."""
        environment = os.environ  # noqa: TID251 - this module is the place
        return {name: reason for name, reason in WITHOUT_EFFECT.items() if environment.get(name)}

    @property
    def sql_url(self) -> str:
        """The SQLAlchemy URL of the ledger database."""
        url = self.database_url
        if url in ("", "local"):
            # The family's documentation puts its driver's options behind the path.
            named = self.sqlite_path.partition("?")[0]
            path = Path(named) if named else self.data_dir / "weirgate.db"
            return f"sqlite+aiosqlite:///{path.absolute()}"
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        return url

    @property
    def redis_address(self) -> str:
        """The address of Redis with its password; empty: there is none."""
        return self.redis_url and with_password(self.redis_url, self.redis_password)

    @property
    def scheme(self) -> str:
        """How the public port is spoken to: http or https."""
        return "https" if self.tls_cert else "http"

    @property
    def node(self) -> int:
        """The number of this node, part of every log id; 0 before its first start."""
        kept = KeptNode.of(self.data_dir)
        return kept.number if kept else number_in(self.node_name) or 0

    @property
    def is_one_of_several(self) -> bool:
        """Whether this node shares its database: a named one does, on PostgreSQL."""
        return bool(self.node_name) and self.sql_url.startswith("postgresql")

    @property
    def usage_path(self) -> Path:
        """The DuckDB file of the usage store."""
        return self.data_dir / "usage.duckdb"

    @property
    def management_socket(self) -> Path:
        """Where the management plane listens for the data plane."""
        return self.data_dir / "management.sock"

    @property
    def control_socket(self) -> Path:
        """Where command-line tools reach the running server."""
        return self.data_dir / "control.sock"

    @property
    def global_api(self) -> RateLimit:
        """Limit of all /api and /dashboard calls of one client address."""
        return RateLimit(
            enabled=self.global_api_rate_limit_enable,
            count=self.global_api_rate_limit,
            window_s=self.global_api_rate_limit_duration,
        )

    @property
    def global_web(self) -> RateLimit:
        """Limit of page loads of one client address."""
        return RateLimit(
            enabled=self.global_web_rate_limit_enable,
            count=self.global_web_rate_limit,
            window_s=self.global_web_rate_limit_duration,
        )

    @property
    def critical(self) -> RateLimit:
        """Limit of login, registration and key-revealing calls of one client address."""
        return RateLimit(
            enabled=self.critical_rate_limit_enable,
            count=self.critical_rate_limit,
            window_s=self.critical_rate_limit_duration,
        )

    @property
    def search(self) -> RateLimit:
        """Limit of searches of one user."""
        return RateLimit(
            enabled=self.search_rate_limit_enable,
            count=self.search_rate_limit,
            window_s=self.search_rate_limit_duration,
        )

    @property
    def email(self) -> RateLimit:
        """Limit of calls that send a mail, of one client address."""
        return RateLimit(
            enabled=self.email_rate_limit_enable,
            count=self.email_rate_limit,
            window_s=self.email_rate_limit_duration,
        )

    @property
    def download(self) -> RateLimit:
        """Limit of exports of one client address."""
        return RateLimit(
            enabled=self.download_rate_limit_enable,
            count=self.download_rate_limit,
            window_s=self.download_rate_limit_duration,
        )

    def load_secrets(self) -> Secrets:
        """Derives the secrets from the master secret, which is made at first start."""
        master = self.secret.encode() if self.secret else _master_of(self.data_dir / "secret.key")
        session = self.session_secret.encode() if self.session_secret else master
        return Secrets(
            key_hash=_derive(master, b"weirgate key hash 1"),
            encryption=_derive(master, b"weirgate encryption 1"),
            session=_derive(session, b"weirgate session 1"),
        )


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(master)


def _master_of(path: Path) -> bytes:
    """Returns the kept master secret, or makes one that only this user can read."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(randomness.token_hex(32) + "\n")
        # A link instead of a rename: whoever comes second keeps the first one's secret.
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    kept = path.read_text().strip()
    if len(kept) < 32:
        message = f"secret file {path} holds fewer than 32 characters"
        raise StartError(message)
    return kept.encode()
