"""Tables of proof: e-mailed codes, second factors, backup codes, passkeys, and what is used up.

No secret can be read back from them: codes are keyed hashes, the TOTP secret is sealed (associated
data `second_factor:<user id>`), a passkey is a public key.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from weirgate.store.tables.base import NEVER_AGAIN, Base, Id, LongText


class EmailCode(Base):
    """The newest code sent to an address for a purpose; a new one takes its place."""

    __tablename__ = "email_codes"
    __table_args__ = (Index("ix_email_codes_expires_at_ms", "expires_at_ms"),)

    purpose: Mapped[str] = mapped_column(String(16), primary_key=True)
    address: Mapped[str] = mapped_column(String(255), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    failed_attempts: Mapped[int] = mapped_column(Integer, default=0)
    expires_at_ms: Mapped[int] = mapped_column(BigInteger)


class LoginFailure(Base):
    """Wrong passwords for a login name (a keyed hash of it), and until when it is locked."""

    __tablename__ = "login_failures"
    __table_args__ = (Index("ix_login_failures_last_at_ms", "last_at_ms"),)

    name_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    last_at_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    locked_until_ms: Mapped[int] = mapped_column(BigInteger, default=0)


class SecondFactor(Base):
    """A user's TOTP secret; `last_step` is the newest time step that was used up."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    secret_encrypted: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    is_enabled: Mapped[bool] = mapped_column(Boolean, default=False)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    failed_attempts: Mapped[int] = mapped_column(Integer, default=0)
    locked_until_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at_ms: Mapped[int] = mapped_column(BigInteger, default=0)


class BackupCode(Base):
    """One unused backup code; using it deletes the row."""

    __tablename__ = "backup_codes"

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)


class Passkey(Base):
    """A user's passkey, at most one a user; ids and keys in base64url."""

    __tablename__ = "passkeys"
    __table_args__ = NEVER_AGAIN

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    credential_id: Mapped[str] = mapped_column(String(512), unique=True)
    public_key: Mapped[str] = mapped_column(LongText)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    transports: Mapped[str] = mapped_column(String(255), default="")
    is_backed_up: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    last_used_ms: Mapped[int] = mapped_column(BigInteger, default=0)


class SpentToken(Base):
    """Something that works once (an OAuth state, a challenge), remembered until it is over."""

    __tablename__ = "spent_tokens"
    __table_args__ = (Index("ix_spent_tokens_expires_at_ms", "expires_at_ms"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at_ms: Mapped[int] = mapped_column(BigInteger)
