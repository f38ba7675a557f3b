"""Constructs VoAPI 2's user API over the services of others; part of the composition root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.accounts.invitations import InvitationService
from weirgate.accounts.service import OwnAccountService
from weirgate.catalog.service import CatalogService
from weirgate.checkins.service import CheckInService
from weirgate.groups.service import GroupService
from weirgate.identity.turnstile import Turnstile
from weirgate.voapi import routes as voapi_routes
from weirgate.voapi.service import VoapiServices

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.composition_people import PeopleParts
    from weirgate.voapi.service import ReadSums
    from weirgate.web.router import Route


def routes(
    people: PeopleParts, completion_rule: Callable[[str], tuple[str, bool]], sums: ReadSums
) -> list[Route]:
    """Constructs the domain and returns its rows."""
    services = VoapiServices(
        options=people.options,
        own=OwnAccountService(people.desk, people.sessions),
        keys=people.keys,
        groups=GroupService(people.options),
        catalog=CatalogService(people.options, completion_rule),
        check_ins=CheckInService(people.ledger, people.options, people.now_ms),
        invitations=InvitationService(people.ledger, people.options),
        sums=sums,
        now_ms=people.now_ms,
    )
    return voapi_routes.routes(services, Turnstile(people.options, people.egress, people.cookies))
