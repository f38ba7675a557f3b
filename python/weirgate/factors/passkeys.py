"""Passkeys: registering, logging in and proving oneself by WebAuthn, one passkey a user.

A challenge is random, belongs to one session (or one sealed cookie before login) and one purpose,
lives five minutes and works once. What a passkey may be used for is decided by the configured
relying party and origins, never by a header, unless no public address is configured.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorAttachment,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from weirgate.errors import ConflictError, NotFoundError, RefusedError, Text
from weirgate.factors.repository import FactorRepository, PasskeyRepository
from weirgate.factors.schemas import PasskeyStatus
from weirgate.store.tables import Passkey
from weirgate.system import audit

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.factors.schemas import CredentialIn
    from weirgate.store import UnitOfWork
    from weirgate.system.option_keys import OptionValues
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller
    from weirgate.web.sessions import Sessions
    from weirgate.web.spent_tokens import SpentTokens

# Beside its own errors the library lets those of base64, JSON and missing fields through.
_MALFORMED = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)
CHALLENGE_MS = 300_000
REGISTER = "passkey_register"
VERIFY = "passkey_verify"

_OFF = Text("管理员未启用 Passkey 登录", "passkeys are switched off")
_NONE = Text("用户未绑定 Passkey", "the account has no passkey")
_FAILED = Text("Passkey 验证失败，请重试", "the passkey was not accepted, please try again")
_TAKEN = Text("该 Passkey 已被其他账户使用", "another account has this passkey")
_OVER = Text("Passkey 会话已过期，请重试", "the passkey ceremony is over, please start again")
_RANK = Text(
    "无权操作同级或更高级用户的 Passkey",
    "the passkey of users of the same or a higher role cannot be removed",
)


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """For whom and from where passkeys are used."""

    id: str
    name: str
    origins: list[str]
    verification: UserVerificationRequirement
    attachment: AuthenticatorAttachment | None

    @property
    def needs_verification(self) -> bool:
        """Whether the authenticator must have checked the person."""
        return self.verification is UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True)
class Peer:
    """The request's own address, for servers without a configured one, and its session cookie."""

    scheme: str
    host: str
    cookie: str = field(repr=False)


class PasskeyService:
    """Passkeys of users."""

    def __init__(
        self,
        options: OptionService,
        sessions: Sessions,
        spent: SpentTokens,
        now_ms: Callable[[], int],
    ) -> None:
        self._spent = spent
        self._options = options
        self._sessions = sessions
        self._now_ms = now_ms

    async def has_one(self, uow: UnitOfWork, user_id: int) -> bool:
        """Tells whether a user has a passkey and passkeys are switched on."""
        if not (await self._options.values(uow)).flag("passkey.enabled"):
            return False
        return await PasskeyRepository(uow.session).of_user(user_id) is not None

    async def status(self, uow: UnitOfWork, caller: Caller) -> PasskeyStatus:
        """Returns whether the caller has a passkey, and when it was last used."""
        passkey = await PasskeyRepository(uow.session).of_user(caller.user_id)
        if passkey is None:
            return PasskeyStatus(enabled=False, last_used_at=None)
        used = passkey.last_used_ms
        at = datetime.fromtimestamp(used / 1000, UTC).isoformat() if used else None
        backed_up = passkey.is_backed_up
        return PasskeyStatus(
            enabled=True, last_used_at=at, backup_eligible=backed_up, backup_state=backed_up
        )

    async def begin_registration(
        self, uow: UnitOfWork, caller: Caller, peer: Peer
    ) -> dict[str, Any]:
        """Returns what the browser makes a passkey with.

        Raises:
            RefusedError: passkeys are switched off.
            NotFoundError: the account is gone.
        """
        party = await self._party(uow, peer)
        user = await FactorRepository(uow.session).user(caller.user_id)
        if user is None:
            raise NotFoundError
        options = webauthn.generate_registration_options(
            rp_id=party.id,
            rp_name=party.name,
            user_name=user.username,
            user_id=str(user.id).encode(),
            user_display_name=user.display_name or user.username,
            challenge=await self._challenge(uow, peer, REGISTER),
            authenticator_selection=AuthenticatorSelectionCriteria(
                authenticator_attachment=party.attachment,
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=party.verification,
            ),
        )
        return _shown(options)

    async def finish_registration(
        self, uow: UnitOfWork, caller: Caller, peer: Peer, credential: CredentialIn
    ) -> None:
        """Keeps a new passkey; an older one of the caller's is gone.

        Raises:
            RefusedError: no ceremony, or what the browser sent does not hold.
            ConflictError: another account has this passkey.
        """
        party = await self._party(uow, peer)
        challenge = await self._taken(uow, peer, REGISTER)
        try:
            verified = webauthn.verify_registration_response(
                credential=credential.model_dump(),
                expected_challenge=challenge,
                expected_rp_id=party.id,
                expected_origin=party.origins,
                require_user_verification=party.needs_verification,
            )
        except _MALFORMED as error:
            raise _failure() from error
        passkey = Passkey(
            user_id=caller.user_id,
            credential_id=bytes_to_base64url(verified.credential_id),
            public_key=bytes_to_base64url(verified.credential_public_key),
            sign_count=verified.sign_count,
            is_backed_up=verified.credential_backed_up,
            created_at_ms=self._now_ms(),
        )
        if not await PasskeyRepository(uow.session).replace(passkey):
            raise ConflictError(_TAKEN)
        audit.log(uow, audit.SYSTEM, caller.user_id, caller.username, "passkey registered")

    async def begin_login(self, uow: UnitOfWork, peer: Peer) -> tuple[dict[str, Any], bytes]:
        """Returns what the browser asks any of its passkeys with, and the challenge to keep.

        Raises:
            RefusedError: passkeys are switched off.
        """
        party = await self._party(uow, peer)
        challenge = secrets.token_bytes(32)
        options = webauthn.generate_authentication_options(
            rp_id=party.id, challenge=challenge, user_verification=party.verification
        )
        return _shown(options), challenge

    async def finish_login(
        self, uow: UnitOfWork, peer: Peer, credential: CredentialIn, challenge: bytes
    ) -> int:
        """Returns whose passkey it is; the challenge is used up.

        Raises:
            RefusedError: the challenge was used, the passkey is unknown or does not hold.
        """
        party = await self._party(uow, peer)
        if not await self._spent.spend(uow, "passkey login", challenge.hex()):
            raise RefusedError(_OVER)
        passkey = await PasskeyRepository(uow.session).by_credential(_id_of(credential))
        if passkey is None:
            raise _failure()
        await self._check(uow, party, passkey, credential, challenge)
        return passkey.user_id

    async def begin_verification(
        self, uow: UnitOfWork, caller: Caller, peer: Peer
    ) -> dict[str, Any]:
        """Returns what the browser asks the caller's passkey with.

        Raises:
            RefusedError: passkeys are switched off, or the caller has none.
        """
        party = await self._party(uow, peer)
        passkey = await PasskeyRepository(uow.session).of_user(caller.user_id)
        if passkey is None:
            raise RefusedError(_NONE)
        known = PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential_id))
        options = webauthn.generate_authentication_options(
            rp_id=party.id,
            challenge=await self._challenge(uow, peer, VERIFY),
            allow_credentials=[known],
            user_verification=party.verification,
        )
        return _shown(options)

    async def finish_verification(
        self, uow: UnitOfWork, caller: Caller, peer: Peer, credential: CredentialIn
    ) -> None:
        """Checks the caller's own passkey.

        Raises:
            RefusedError: no ceremony, no such passkey of the caller's, or it does not hold.
        """
        party = await self._party(uow, peer)
        challenge = await self._taken(uow, peer, VERIFY)
        passkey = await PasskeyRepository(uow.session).of_user(caller.user_id)
        if passkey is None or passkey.credential_id != _id_of(credential):
            raise _failure()
        await self._check(uow, party, passkey, credential, challenge)

    async def remove(self, uow: UnitOfWork, caller: Caller) -> None:
        """Removes the caller's passkey.

        Raises:
            RefusedError: there is none.
        """
        if not await PasskeyRepository(uow.session).drop(caller.user_id):
            raise RefusedError(_NONE)
        audit.log(uow, audit.SYSTEM, caller.user_id, caller.username, "passkey removed")

    async def take_away(self, uow: UnitOfWork, caller: Caller, user_id: int) -> None:
        """Removes the passkey of an account below the caller.

        Raises:
            NotFoundError: no such account.
            RefusedError: it stands at or above the caller, or has no passkey.
        """
        user = await FactorRepository(uow.session).user(user_id)
        if user is None:
            raise NotFoundError
        if caller.role <= user.role:
            raise RefusedError(_RANK)
        if not await PasskeyRepository(uow.session).drop(user_id):
            raise RefusedError(_NONE)
        note = f"passkey of user {user_id} removed"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)

    async def _check(
        self,
        uow: UnitOfWork,
        party: RelyingParty,
        passkey: Passkey,
        credential: CredentialIn,
        challenge: bytes,
    ) -> None:
        try:
            verified = webauthn.verify_authentication_response(
                credential=credential.model_dump(),
                expected_challenge=challenge,
                expected_rp_id=party.id,
                expected_origin=party.origins,
                credential_public_key=base64url_to_bytes(passkey.public_key),
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=party.needs_verification,
            )
        except _MALFORMED as error:
            raise _failure() from error
        values = {"sign_count": verified.new_sign_count, "last_used_ms": self._now_ms()}
        repository = PasskeyRepository(uow.session)
        if not await repository.count_use(passkey.id, passkey.sign_count, values):
            raise _failure()

    async def _party(self, uow: UnitOfWork, peer: Peer) -> RelyingParty:
        values = await self._options.values(uow)
        if not values.flag("passkey.enabled"):
            raise RefusedError(_OFF)
        return relying_party(values, peer)

    async def _challenge(self, uow: UnitOfWork, peer: Peer, purpose: str) -> bytes:
        challenge = secrets.token_bytes(32)
        kept = {"challenge": challenge.hex(), "until_ms": self._now_ms() + CHALLENGE_MS}
        await self._sessions.remember(uow, peer.cookie, **{purpose: kept})
        return challenge

    async def _taken(self, uow: UnitOfWork, peer: Peer, purpose: str) -> bytes:
        kept = await self._sessions.take(uow, peer.cookie, purpose)
        if not isinstance(kept, dict) or kept["until_ms"] <= self._now_ms():
            raise RefusedError(_OVER)
        return bytes.fromhex(kept["challenge"])


def relying_party(values: OptionValues, peer: Peer) -> RelyingParty:
    """Returns the relying party that the options name."""
    own = values.text("ServerAddress") or f"{peer.scheme}://{peer.host}"
    listed = values.text("passkey.origins").replace("\n", ",").split(",")
    origins = [_origin(text) for text in listed if text.strip()] or [_origin(own)]
    if not values.flag("passkey.allow_insecure_origin"):
        origins = [each for each in origins if _is_secure(each)]
    verification = values.text("passkey.user_verification")
    attachment = values.text("passkey.attachment_preference")
    known = {each.value for each in UserVerificationRequirement}
    return RelyingParty(
        id=values.text("passkey.rp_id") or urlsplit(_origin(own)).hostname or "",
        name=values.text("passkey.rp_display_name") or values.text("SystemName"),
        origins=origins,
        verification=UserVerificationRequirement(
            verification if verification in known else "preferred"
        ),
        attachment=AuthenticatorAttachment(attachment)
        if attachment in {each.value for each in AuthenticatorAttachment}
        else None,
    )


def _origin(address: str) -> str:
    parts = urlsplit(address.strip())
    return f"{parts.scheme}://{parts.netloc}"


def _is_secure(origin: str) -> bool:
    parts = urlsplit(origin)
    return parts.scheme == "https" or parts.hostname in {"localhost", "127.0.0.1", "::1"}


def _shown(options: Any) -> dict[str, Any]:
    return {"publicKey": orjson.loads(webauthn.options_to_json(options))}


def _id_of(credential: CredentialIn) -> str:
    """Returns the credential's id in the form in which it is kept."""
    return (credential.rawId or credential.id).rstrip("=")


def _failure() -> RefusedError:
    """Returns the refusal of a proof; the challenge that was taken stays taken."""
    error = RefusedError(_FAILED)
    error.keeps_writes = True
    return error
