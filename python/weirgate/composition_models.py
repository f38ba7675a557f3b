"""Constructs the domains of models and what is said of them; part of the composition root.

Takes what `composition` has; opens nothing itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weirgate.catalog import hub_routes as catalog_hub_routes
from weirgate.catalog import metadata_routes
from weirgate.catalog import routes as catalog_routes
from weirgate.catalog.hub_prices import HubPriceService
from weirgate.catalog.metadata import MetadataService
from weirgate.catalog.metadata_sync import MetadataSync
from weirgate.catalog.service import CatalogService
from weirgate.catalog.vendors import VendorService
from weirgate.groups import hub_routes
from weirgate.groups import routes as group_routes
from weirgate.groups.service import GroupService
from weirgate.groups.user_groups import UserGroupService
from weirgate.prefill import routes as prefill_routes
from weirgate.prefill.service import PrefillService
from weirgate.system import routes as system_routes
from weirgate.system.uptime import UptimeService

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.channels.egress import Egress
    from weirgate.system.service import OptionService
    from weirgate.web.router import Route


def routes(
    options: OptionService,
    egress: Egress,
    completion_rule: Callable[[str], tuple[str, bool]],
    connections: Callable[[], int],
    now_ms: Callable[[], int],
) -> list[Route]:
    """Constructs the domains and returns their rows."""
    catalog = CatalogService(options, completion_rule)
    metadata = MetadataService(catalog, now_ms)
    sync = MetadataSync(metadata, options, egress, now_ms)
    return [
        *catalog_routes.routes(catalog),
        *catalog_hub_routes.routes(catalog, HubPriceService(options, completion_rule)),
        *metadata_routes.routes(metadata, sync, VendorService(now_ms)),
        *group_routes.routes(GroupService(options)),
        *hub_routes.routes(UserGroupService(options)),
        *prefill_routes.routes(PrefillService(now_ms)),
        *system_routes.health_routes(UptimeService(options, egress, now_ms), connections),
    ]
