"""Every query of model metadata and vendors."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from weirgate.errors import ConflictError
from weirgate.store.tables import ModelMetadata, ModelVendor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import InstrumentedAttribute

Row = TypeVar("Row", ModelMetadata, ModelVendor)


def _holds(columns: Sequence[InstrumentedAttribute[str]], keyword: str) -> ColumnElement[bool]:
    escaped = keyword.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return or_(*(column.ilike(f"%{escaped}%", escape="\\") for column in columns))


class MetadataRepository:
    """Rows of models and vendors over one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def model_page(
        self, keyword: str, vendor_id: int | None, offset: int, limit: int
    ) -> tuple[Sequence[ModelMetadata], int]:
        """Returns one page of models, newest first, and the total; None: of every vendor."""
        query = select(ModelMetadata)
        if keyword:
            columns = (ModelMetadata.model_name, ModelMetadata.description, ModelMetadata.tags)
            query = query.where(_holds(columns, keyword))
        if vendor_id is not None:
            query = query.where(ModelMetadata.vendor_id == vendor_id)
        return await self._page(query.order_by(ModelMetadata.id.desc()), offset, limit)

    async def vendor_page(
        self, keyword: str, offset: int, limit: int
    ) -> tuple[Sequence[ModelVendor], int]:
        """Returns one page of vendors, newest first, and the total."""
        query = select(ModelVendor)
        if keyword:
            query = query.where(_holds((ModelVendor.name, ModelVendor.description), keyword))
        return await self._page(query.order_by(ModelVendor.id.desc()), offset, limit)

    async def _page(self, query: Select[Row], offset: int, limit: int) -> tuple[Sequence[Row], int]:
        rows = (await self._session.scalars(query.offset(offset).limit(limit))).all()
        counted = select(func.count()).select_from(query.order_by(None).subquery())
        return rows, (await self._session.execute(counted)).scalar_one()

    async def models(self) -> Sequence[ModelMetadata]:
        """Returns every model's row; exact names first, then by rule and id."""
        order = (ModelMetadata.name_rule, ModelMetadata.id)
        return (await self._session.scalars(select(ModelMetadata).order_by(*order))).all()

    async def vendors(self) -> Sequence[ModelVendor]:
        """Returns every vendor by id."""
        return (await self._session.scalars(select(ModelVendor).order_by(ModelVendor.id))).all()

    async def vendor_counts(self) -> dict[int, int]:
        """Returns how many models each vendor has; those of none are left out."""
        query = (
            select(ModelMetadata.vendor_id, func.count(ModelMetadata.id))
            .where(ModelMetadata.vendor_id != 0)
            .group_by(ModelMetadata.vendor_id)
        )
        return {row[0]: row[1] for row in await self._session.execute(query)}

    async def get(self, table: type[Row], row_id: int, *, lock: bool = False) -> Row | None:
        """Returns one row."""
        return await self._session.get(table, row_id, with_for_update=lock or None)

    async def model_named(self, name: str) -> ModelMetadata | None:
        """Returns the model with this name."""
        query = select(ModelMetadata).where(ModelMetadata.model_name == name)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def vendor_named(self, name: str) -> ModelVendor | None:
        """Returns the vendor with this name."""
        query = select(ModelVendor).where(ModelVendor.name == name)
        return (await self._session.execute(query)).scalar_one_or_none()

    async def add(self, row: ModelMetadata | ModelVendor) -> None:
        """Writes a new row, which then has its id.

        Raises:
            ConflictError: another wrote the same name meanwhile.
        """
        self._session.add(row)
        await self.flush()

    async def flush(self) -> None:
        """Writes what was changed on rows.

        Raises:
            ConflictError: another wrote the same name meanwhile.
        """
        try:
            await self._session.flush()
        except IntegrityError as error:
            raise ConflictError from error

    async def delete(self, row: ModelMetadata | ModelVendor) -> None:
        """Deletes a row; a vendor's models then have none."""
        if isinstance(row, ModelVendor):
            orphaned = update(ModelMetadata).where(ModelMetadata.vendor_id == row.id)
            await self._session.execute(orphaned.values(vendor_id=0))
            await self._session.execute(delete(ModelVendor).where(ModelVendor.id == row.id))
        else:
            await self._session.execute(delete(ModelMetadata).where(ModelMetadata.id == row.id))
