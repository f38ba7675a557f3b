"""The OAuth providers that root adds: rows of a table instead of entries of the built-in one.

Made, changed and removed here, each act noted in the log without the secret, which is sealed and
never shown. `client` turns a row into what the sign-in knows; who somebody is stands at dotted
paths of the provider's answer that root names.
"""

from __future__ import annotations

import re
import time
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from weirgate.errors import ConflictError, InvalidInputError, NotFoundError, Text
from weirgate.oauth.providers import (
    PROVIDERS,
    Addresses,
    Identity,
    Provider,
    ProviderClient,
    text_of,
)
from weirgate.oauth.repository import OAuthRepository
from weirgate.oauth.schemas import (
    BindingOut,
    CustomProviderIn,
    CustomProviderOut,
    DiscoveryOut,
    PublicProvider,
)
from weirgate.store.tables import CustomOAuthProvider
from weirgate.system import audit

if TYPE_CHECKING:
    from weirgate.oauth.exchange import ProviderExchange
    from weirgate.store import UnitOfWork
    from weirgate.store.crypto import Sealer
    from weirgate.web.auth import Caller

BY_HEADER = 2
"""`auth_style`: id and secret go as Basic authentication; else in the form."""
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
_TAKEN = frozenset({*PROVIDERS, "state", "wechat", "telegram", "email"})
_URLS = ("authorization_endpoint", "token_endpoint", "user_info_endpoint", "well_known")
_MAX_DEPTH = 8

BAD_SLUG = Text("标识只能包含小写字母、数字和连字符", "a slug has small letters, digits, hyphens")
SLUG_TAKEN = Text("该标识已被使用", "the slug is taken")
BAD_URL = Text("{name} 不是有效的 HTTP 地址", "{name} is no http address")
INCOMPLETE = Text(
    "请填写名称、Client ID、Client Secret、用户 ID 字段，以及端点或 well_known",
    "name, client id, client secret, the user id's field, and endpoints or well_known are needed",
)


class CustomProviders:
    """Providers that root adds."""

    def __init__(self, exchange: ProviderExchange, sealer: Sealer) -> None:
        self._exchange = exchange
        self._sealer = sealer

    async def listed(self, uow: UnitOfWork) -> list[CustomProviderOut]:
        """Returns all providers, without their secrets."""
        rows = await OAuthRepository(uow.session).custom_providers()
        return [_out(row) for row in rows]

    async def public(self, uow: UnitOfWork) -> list[dict[str, Any]]:
        """Returns what sign-in pages show of those that are on."""
        rows = await OAuthRepository(uow.session).custom_providers()
        return [PublicProvider.model_validate(row).model_dump() for row in rows if row.enabled]

    async def get(self, uow: UnitOfWork, custom_id: int) -> CustomProviderOut:
        """Returns one provider.

        Raises:
            NotFoundError: there is none.
        """
        return _out(await self._existing(uow, custom_id))

    async def create(
        self, uow: UnitOfWork, caller: Caller, form: CustomProviderIn
    ) -> CustomProviderOut:
        """Adds a provider.

        Raises:
            InvalidInputError: a field is missing or does not fit.
            ConflictError: the slug is taken.
        """
        _check(form, has_secret=bool(form.client_secret))
        now = int(time.time())
        values = form.model_dump(exclude={"client_secret"})
        row = CustomOAuthProvider(**values, created_at=now, updated_at=now)
        row.client_secret_encrypted = b""
        repository = OAuthRepository(uow.session)
        if not await repository.add_custom(row):
            raise ConflictError(SLUG_TAKEN)
        self._seal(row, form.client_secret)
        _note(uow, caller, row, "added")
        return _out(row)

    async def update(
        self, uow: UnitOfWork, caller: Caller, custom_id: int, form: CustomProviderIn
    ) -> CustomProviderOut:
        """Changes a provider; an empty secret keeps the old one.

        Raises:
            NotFoundError: there is none.
            InvalidInputError: a field is missing or does not fit.
            ConflictError: the slug is taken.
        """
        row = await self._existing(uow, custom_id)
        _check(form, has_secret=bool(form.client_secret or row.client_secret_encrypted))
        for name, value in form.model_dump(exclude={"client_secret"}).items():
            setattr(row, name, value)
        row.updated_at = int(time.time())
        if form.client_secret:
            self._seal(row, form.client_secret)
        if not await OAuthRepository(uow.session).flushed():
            raise ConflictError(SLUG_TAKEN)
        _note(uow, caller, row, "changed")
        return _out(row)

    async def delete(self, uow: UnitOfWork, caller: Caller, custom_id: int) -> None:
        """Deletes a provider and all bindings to it.

        Raises:
            NotFoundError: there is none.
        """
        row = await self._existing(uow, custom_id)
        await OAuthRepository(uow.session).delete_custom(row)
        _note(uow, caller, row, "deleted")

    async def discover(self, uow: UnitOfWork, well_known: str) -> DiscoveryOut:
        """Returns the addresses that a discovery document names.

        Raises:
            InvalidInputError: it is no address.
            RefusedError: it is not reached, or holds none.
        """
        _check_url("well_known", well_known)
        if not well_known:
            raise InvalidInputError
        await uow.pause()
        found = await self._exchange.discover("OIDC", well_known)
        return DiscoveryOut(
            authorization_endpoint=found.authorize,
            token_endpoint=found.token,
            user_info_endpoint=found.user,
        )

    async def bindings(self, uow: UnitOfWork, caller: Caller) -> list[BindingOut]:
        """Returns the caller's ids at these providers."""
        found = await OAuthRepository(uow.session).bindings_of(caller.user_id)
        return [
            BindingOut(
                provider_id=row.id,
                provider_name=row.name,
                provider_slug=row.slug,
                provider_icon=row.icon,
                provider_user_id=binding.provider_user_id,
            )
            for binding, row in found
        ]

    async def unbind(self, uow: UnitOfWork, caller: Caller, custom_id: int) -> None:
        """Takes the caller's id at a provider away.

        Raises:
            NotFoundError: the caller has none there.
        """
        if not await OAuthRepository(uow.session).unbind(caller.user_id, custom_id):
            raise NotFoundError
        note = f"account at custom OAuth provider {custom_id} unbound"
        audit.log(uow, audit.SYSTEM, caller.user_id, caller.username, note)

    async def knows(self, uow: UnitOfWork, slug: str) -> bool:
        """Tells whether there is a provider of this slug."""
        return await OAuthRepository(uow.session).custom_by_slug(slug) is not None

    async def client(self, uow: UnitOfWork, slug: str) -> ProviderClient | None:
        """Returns what the sign-in knows of a provider; None when there is none."""
        row = await OAuthRepository(uow.session).custom_by_slug(slug)
        if row is None:
            return None
        is_on, where = row.enabled, _addresses(row)
        provider = Provider(
            name=row.slug,
            title=row.name,
            column="",
            is_on=lambda _values: is_on,
            client_id="",
            client_secret="",
            addresses=lambda _values: where,
            identity=partial(identity_of, _fields(row)),
            scope=row.scopes,
            by_basic=row.auth_style == BY_HEADER,
            redirect_path=f"/oauth/{row.slug}",
        )
        secret = self._sealer.open(row.client_secret_encrypted, _binding(row.id))
        return ProviderClient(provider, row.client_id, secret, where, row.id)

    def _seal(self, row: CustomOAuthProvider, secret: str) -> None:
        row.client_secret_encrypted = self._sealer.seal(secret, _binding(row.id))

    async def _existing(self, uow: UnitOfWork, custom_id: int) -> CustomOAuthProvider:
        row = await OAuthRepository(uow.session).custom(custom_id)
        if row is None:
            raise NotFoundError
        return row


def identity_of(fields: dict[str, str], user: dict[str, Any]) -> Identity:
    """Returns who somebody is, by the paths of id, username, display_name and email."""
    shown = text_of(at_path(user, fields["display_name"]))
    # An address that the provider does not call proven could be anybody's.
    is_proven = user.get("email_verified") is True
    return Identity(
        provider_id=text_of(at_path(user, fields["id"])),
        display_name=shown or text_of(at_path(user, fields["username"])),
        email=text_of(at_path(user, fields["email"])) if is_proven else "",
    )


def at_path(value: object, path: str) -> object:
    """Returns what stands at a dotted path (`data.user.0.id`), None for nothing."""
    parts = path.split(".") if path else []
    if not parts or len(parts) > _MAX_DEPTH:
        return None
    for part in parts:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isascii() and part.isdigit():
            place = int(part[:6])
            value = value[place] if place < len(value) else None
        else:
            return None
    return value


def _fields(row: CustomOAuthProvider) -> dict[str, str]:
    return {
        "id": row.user_id_field,
        "username": row.username_field,
        "display_name": row.display_name_field,
        "email": row.email_field,
    }


def _addresses(row: CustomOAuthProvider) -> Addresses:
    return Addresses(
        authorize=row.authorization_endpoint,
        token=row.token_endpoint,
        user=row.user_info_endpoint,
        discovery=row.well_known,
    )


def _check(form: CustomProviderIn, *, has_secret: bool) -> None:
    if not _SLUG.fullmatch(form.slug):
        raise InvalidInputError(BAD_SLUG)
    if form.slug in _TAKEN:
        raise ConflictError(SLUG_TAKEN)
    for name in _URLS:
        _check_url(name, getattr(form, name))
    has_places = form.well_known or (form.token_endpoint and form.user_info_endpoint)
    if not (form.name and form.client_id and has_secret and form.user_id_field and has_places):
        raise InvalidInputError(INCOMPLETE)


def _check_url(name: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        is_good = not url or (parts.scheme in {"http", "https"} and bool(parts.hostname))
    except ValueError:
        is_good = False
    if not is_good or not url.isprintable():
        raise InvalidInputError(BAD_URL.format(name=name))


def _note(uow: UnitOfWork, caller: Caller, row: CustomOAuthProvider, what: str) -> None:
    note = f"custom OAuth provider {row.id} ({row.slug}) {what}"
    audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)


def _out(row: CustomOAuthProvider) -> CustomProviderOut:
    return CustomProviderOut.model_validate(row)


def _binding(custom_id: int) -> str:
    return f"oauth_provider:{custom_id}"
