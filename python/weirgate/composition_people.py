"""Constructs the domains of people: accounts, sign-in, registration; part of the composition root.

Takes what `composition` has; opens nothing itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from weirgate.accounts import routes as account_routes
from weirgate.accounts.invitations import InvitationService
from weirgate.accounts.newcomers import Newcomers
from weirgate.accounts.preferences import PreferenceService
from weirgate.accounts.service import AccountService, OwnAccountService
from weirgate.channels.key_reveal import channel_key_route
from weirgate.factors import routes as factor_routes
from weirgate.factors.passkeys import PasskeyService
from weirgate.factors.service import SecondFactorService
from weirgate.factors.step_up import StepUp
from weirgate.identity import routes as identity_routes
from weirgate.identity.lockout import LoginLockout
from weirgate.identity.service import IdentityService
from weirgate.identity.turnstile import Turnstile
from weirgate.oauth import routes as oauth_routes
from weirgate.oauth.arrivals import Arrivals
from weirgate.oauth.custom import CustomProviders
from weirgate.oauth.exchange import ProviderExchange
from weirgate.oauth.service import OAuthParts, OAuthService, OtherSignIn
from weirgate.registration import routes as registration_routes
from weirgate.registration.codes import EmailCodes
from weirgate.registration.service import PasswordResetService, RegistrationService
from weirgate.system.service import SiteService
from weirgate.web.spent_tokens import SpentTokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.channels.egress import Egress
    from weirgate.channels.service import ChannelService
    from weirgate.identity.service import PasswordDesk
    from weirgate.keys.service import KeyService
    from weirgate.ledger.service import LedgerService
    from weirgate.mail.postman import Postman
    from weirgate.mail.sender import Mailer
    from weirgate.store.crypto import KeyedHash, Sealer
    from weirgate.system.service import OptionService
    from weirgate.web.router import Route
    from weirgate.web.sessions import Sessions
    from weirgate.web.short_cookies import ShortCookies


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleParts:
    """What the domains of people stand on."""

    ledger: LedgerService
    options: OptionService
    keys: KeyService
    channels: ChannelService
    desk: PasswordDesk
    sessions: Sessions
    cookies: ShortCookies
    sealer: Sealer
    keyed_hash: KeyedHash
    egress: Egress
    mailer: Mailer
    postman: Postman
    now_ms: Callable[[], int]
    with_first_key: bool = False


def routes(parts: PeopleParts) -> list[Route]:
    """Constructs the domains and returns their rows."""
    turnstile = Turnstile(parts.options, parts.egress, parts.cookies)
    newcomers = Newcomers(
        parts.ledger, parts.options, parts.keys, with_first_key=parts.with_first_key
    )
    spent = SpentTokens(parts.now_ms)
    factors = SecondFactorService(parts.options, parts.sealer, parts.keyed_hash, parts.now_ms)
    lockout = LoginLockout(parts.keyed_hash, parts.now_ms)
    identity = IdentityService(
        parts.sessions, parts.desk, parts.options, factors, lockout, parts.now_ms
    )
    passkeys = PasskeyService(parts.options, parts.sessions, spent, parts.now_ms)
    step_up = StepUp(parts.sessions, factors, passkeys, parts.now_ms)
    return [
        *identity_routes.routes(identity, turnstile),
        *account_routes.routes(_accounts(parts, newcomers)),
        *registration_routes.routes(_registration(parts, newcomers, turnstile)),
        *factor_routes.routes(
            factor_routes.FactorServices(
                factors, passkeys, step_up, identity, parts.sessions, parts.cookies, parts.now_ms
            )
        ),
        *oauth_routes.routes(_oauth(parts, newcomers, identity, spent)),
        channel_key_route(parts.channels, step_up),
    ]


def site(parts: PeopleParts, version: str) -> SiteService:
    """Returns the site's status and texts, the OAuth providers that root has added included."""
    return SiteService(
        parts.options,
        version=version,
        start_time=parts.now_ms() // 1000,
        providers=CustomProviders(ProviderExchange(parts.egress), parts.sealer).public,
    )


def _oauth(
    parts: PeopleParts, newcomers: Newcomers, identity: IdentityService, spent: SpentTokens
) -> oauth_routes.OAuthServices:
    exchange = ProviderExchange(parts.egress)
    arrivals = Arrivals(parts.options, newcomers, identity)
    custom = CustomProviders(exchange, parts.sealer)
    return oauth_routes.OAuthServices(
        oauth=OAuthService(
            OAuthParts(
                options=parts.options,
                exchange=exchange,
                arrivals=arrivals,
                sessions=parts.sessions,
                spent=spent,
                custom=custom,
                now_ms=parts.now_ms,
            )
        ),
        others=OtherSignIn(parts.options, exchange, arrivals, spent),
        custom=custom,
        cookies=parts.cookies,
        now_ms=parts.now_ms,
    )


def _accounts(parts: PeopleParts, newcomers: Newcomers) -> account_routes.AccountServices:
    return account_routes.AccountServices(
        own=OwnAccountService(parts.desk, parts.sessions),
        accounts=AccountService(parts.ledger, newcomers, parts.desk, parts.sessions),
        invitations=InvitationService(parts.ledger, parts.options),
        preferences=PreferenceService(parts.sealer),
    )


def _registration(
    parts: PeopleParts, newcomers: Newcomers, turnstile: Turnstile
) -> registration_routes.RegistrationServices:
    codes = EmailCodes(parts.keyed_hash, parts.now_ms)
    return registration_routes.RegistrationServices(
        registration=RegistrationService(parts.options, newcomers, parts.desk, codes, parts.mailer),
        resets=PasswordResetService(
            parts.options, parts.desk, codes, parts.postman, parts.sessions
        ),
        turnstile=turnstile,
    )
