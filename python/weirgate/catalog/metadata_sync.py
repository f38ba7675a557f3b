"""Takes model descriptions over from a public list: what it would change, and the change itself.

Reads two documents (models, vendors) at the address in the options, before anything is written.
Rows whose `sync_official` is 0 are never touched, others only in the fields that were asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from weirgate.catalog.metadata_repository import MetadataRepository
from weirgate.catalog.metadata_schemas import (
    FieldConflict,
    ModelConflict,
    SyncPreview,
    SyncResult,
    SyncSource,
)
from weirgate.channels.egress import Call, EgressError, Way
from weirgate.errors import RefusedError, Text
from weirgate.store.tables import ModelMetadata, ModelVendor
from weirgate.system import audit

if TYPE_CHECKING:
    from collections.abc import Callable

    from weirgate.catalog.metadata import MetadataService
    from weirgate.catalog.metadata_schemas import Overwrite, SyncIn
    from weirgate.channels.egress import Egress
    from weirgate.store import UnitOfWork
    from weirgate.system.service import OptionService
    from weirgate.web.auth import Caller

SOURCE_OPTION = "weirgate.model_metadata_source"
LOCALES = ("en", "ja")
MAX_BYTES = 8 << 20
MAX_ROWS = 10_000
TIMEOUT_S = 15.0
_LONGEST = {"model_name": 128, "description": 65_536, "icon": 128, "tags": 255, "endpoints": 65_536}
FIELDS = ("description", "icon", "tags", "vendor", "name_rule", "status")
"""What of a row the list may change, by the names that the contract gives the fields."""


@dataclass(frozen=True, slots=True)
class PublicModel:
    """One model as the public list has it."""

    name: str
    description: str
    icon: str
    tags: str
    endpoints: str
    vendor: str
    name_rule: int
    status: int

    def value(self, field: str) -> str | int:
        """Returns one of `FIELDS`."""
        value: str | int = getattr(self, field)
        return value


@dataclass(frozen=True, slots=True)
class PublicList:
    """The whole public list and where it was read."""

    models: dict[str, PublicModel]
    vendor_icons: dict[str, str]
    source: SyncSource


class SyncFailedError(RefusedError):
    """The public list could not be read."""

    code = "sync_source_unreadable"


class MetadataSync:
    """Compares and takes over."""

    def __init__(
        self,
        metadata: MetadataService,
        options: OptionService,
        egress: Egress,
        now_ms: Callable[[], int],
    ) -> None:
        self._metadata = metadata
        self._options = options
        self._egress = egress
        self._now_ms = now_ms

    async def preview(self, uow: UnitOfWork, locale: str) -> SyncPreview:
        """Returns what is missing and what differs.

        Raises:
            SyncFailedError: the list cannot be read.
        """
        public = await self._read(uow, locale)
        missing = await self._metadata.missing(uow)
        return SyncPreview(
            missing=[name for name in missing if name in public.models],
            conflicts=await _conflicts(uow, public),
            source=public.source,
        )

    async def sync(self, uow: UnitOfWork, caller: Caller, form: SyncIn) -> SyncResult:
        """Adds the missing rows and writes the fields that were asked for.

        Raises:
            SyncFailedError: the list cannot be read.
        """
        public = await self._read(uow, form.locale)
        await uow.begin_write()
        now_s = self._now_ms() // 1000
        vendors = _Vendors(uow, public, now_s)
        await vendors.load()
        created, skipped = [], []
        for name in await self._metadata.missing(uow):
            found = public.models.get(name)
            if found is None:
                skipped.append(name)
                continue
            row = ModelMetadata(model_name=name, endpoints=found.endpoints, created_time=now_s)
            await _take(row, found, FIELDS, vendors, now_s)
            await MetadataRepository(uow.session).add(row)
            created.append(name)
        updated = [
            wanted.model_name
            for wanted in form.overwrite
            if await _overwrite(uow, wanted, public, vendors, now_s)
        ]
        note = f"model descriptions synced: {len(created)} added, {len(updated)} changed"
        audit.log(uow, audit.MANAGE, caller.user_id, caller.username, note)
        return SyncResult(
            created_models=len(created),
            created_vendors=vendors.created,
            updated_models=len(updated),
            skipped_models=skipped,
            created_list=created,
            updated_list=updated,
            source=public.source,
        )

    async def _read(self, uow: UnitOfWork, locale: str) -> PublicList:
        values = await self._options.values(uow)
        source = source_of(values.text(SOURCE_OPTION), locale)
        way = Way(allow_private=values.flag("fetch_setting.allow_private_ip"))
        # Nothing of the database is held while another server is asked.
        await uow.pause()
        try:
            models = await self._rows(source.models_url, way)
            vendors = await self._rows(source.vendors_url, way)
        except EgressError as error:
            text = Text(f"获取上游模型失败: {error}", f"the public list is not readable: {error}")
            urls = {"models_url": source.models_url, "vendors_url": source.vendors_url}
            raise SyncFailedError(text, extra={"locale": locale, "source_urls": urls}) from error
        found = [_public_model(row) for row in models]
        return PublicList(
            models={model.name: model for model in found if model is not None},
            vendor_icons={_text(row, "name"): _text(row, "icon") for row in vendors},
            source=source,
        )

    async def _rows(self, url: str, way: Way) -> list[dict[str, Any]]:
        call = Call(method="GET", url=url, way=way, timeout_s=TIMEOUT_S, most_bytes=MAX_BYTES)
        reply = await self._egress.send(call)
        if not reply.is_good:
            raise EgressError(f"{url}: status {reply.status}")
        try:
            value = orjson.loads(reply.body)
        except orjson.JSONDecodeError as error:
            raise EgressError(f"{url}: no JSON") from error
        rows = value.get("data") if isinstance(value, dict) else value
        if not isinstance(rows, list) or len(rows) > MAX_ROWS:
            raise EgressError(f"{url}: no list of at most {MAX_ROWS} rows")
        return [row for row in rows if isinstance(row, dict)]


def source_of(base: str, locale: str) -> SyncSource:
    """Returns the two addresses; only `LOCALES` have lists of their own."""
    known = locale.strip().lower()
    folder = f"{base.rstrip('/')}/api/"
    folder += f"i18n/{known}/newapi" if known in LOCALES else "newapi"
    return SyncSource(
        locale=known if known in LOCALES else "",
        models_url=f"{folder}/models.json",
        vendors_url=f"{folder}/vendors.json",
    )


class _Vendors:
    """Vendors by name, added when the list first names them."""

    def __init__(self, uow: UnitOfWork, public: PublicList, now_s: int) -> None:
        self._repository = MetadataRepository(uow.session)
        self._public = public
        self._now_s = now_s
        self._ids: dict[str, int] = {}
        self.created = 0

    async def load(self) -> None:
        self._ids = {row.name: row.id for row in await self._repository.vendors()}

    async def id_of(self, name: str) -> int:
        if not name:
            return 0
        if name not in self._ids:
            row = ModelVendor(
                name=name,
                icon=self._public.vendor_icons.get(name, ""),
                created_time=self._now_s,
                updated_time=self._now_s,
            )
            await self._repository.add(row)
            self._ids[name] = row.id
            self.created += 1
        return self._ids[name]


async def _conflicts(uow: UnitOfWork, public: PublicList) -> list[ModelConflict]:
    repository = MetadataRepository(uow.session)
    names = {row.id: row.name for row in await repository.vendors()}
    conflicts = []
    for row in await repository.models():
        theirs = public.models.get(row.model_name)
        if theirs is None or not row.sync_official:
            continue
        ours = {field: getattr(row, field) for field in FIELDS if field != "vendor"}
        ours["vendor"] = names.get(row.vendor_id, "")
        fields = [
            FieldConflict(field=field, local=ours[field], upstream=theirs.value(field))
            for field in FIELDS
            if ours[field] != theirs.value(field)
        ]
        if fields:
            conflicts.append(ModelConflict(model_name=row.model_name, fields=fields))
    return conflicts


async def _overwrite(
    uow: UnitOfWork, wanted: Overwrite, public: PublicList, vendors: _Vendors, now_s: int
) -> bool:
    row = await MetadataRepository(uow.session).model_named(wanted.model_name)
    theirs = public.models.get(wanted.model_name)
    fields = tuple(field for field in FIELDS if field in wanted.fields)
    if row is None or theirs is None or not row.sync_official or not fields:
        return False
    await _take(row, theirs, fields, vendors, now_s)
    await MetadataRepository(uow.session).flush()
    return True


async def _take(
    row: ModelMetadata,
    theirs: PublicModel,
    fields: tuple[str, ...],
    vendors: _Vendors,
    now_s: int,
) -> None:
    for field in fields:
        if field == "vendor":
            row.vendor_id = await vendors.id_of(theirs.vendor)
        else:
            setattr(row, field, theirs.value(field))
    row.updated_time = now_s


def _public_model(row: dict[str, Any]) -> PublicModel | None:
    name = _text(row, "model_name").strip()
    if not name:
        return None
    endpoints = row.get("endpoints")
    text = orjson.dumps(endpoints).decode() if isinstance(endpoints, dict | list) else ""
    rule = row.get("name_rule")
    return PublicModel(
        name=name,
        description=_text(row, "description"),
        icon=_text(row, "icon"),
        tags=_text(row, "tags"),
        endpoints=text[: _LONGEST["endpoints"]],
        vendor=_text(row, "vendor_name")[:128],
        name_rule=rule if isinstance(rule, int) and 0 <= rule <= 3 else 0,
        status=0 if row.get("status") == 0 else 1,
    )


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    text = value.replace("\x00", "") if isinstance(value, str) else ""
    return text[: _LONGEST.get(name, 128)]
