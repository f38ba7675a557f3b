"""The family's paging: `p` (or `page`) from 1, the size is the first of `page_size`, `ps`, `size`.

Odd input never fails: it becomes the first page or the default size, as clients rely on it.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

DEFAULT_SIZE = 10
MAX_SIZE = 100
# Deeper pages than this would only scan: the offset stays a small integer for any input.
MAX_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `number` is echoed as the client sent it, rows start at `offset`."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        """Returns the rows to pass over; page -1 shows the rows of page 1."""
        return max(self.number - 1, 0) * self.size

    @property
    def limit(self) -> int:
        """Returns the most rows of this page."""
        return self.size


def _integer(text: str | None) -> int:
    """Returns the number in the text, 0 when there is none."""
    if text is None:
        return 0
    try:
        return int(text.strip())
    except ValueError:
        return 0


class PageQuery(BaseModel):
    """The paging part of a query; filters inherit from it and add their fields."""

    model_config = ConfigDict(extra="ignore")

    p: str | None = None
    page_number: str | None = Field(None, alias="page")
    page_size: str | None = None
    ps: str | None = None
    size: str | None = None
    order: str = Field("", max_length=256, description="Columns, `-` before the largest first.")

    def order_by(self) -> list[tuple[str, bool]]:
        """Returns column and "largest first" of each part; only columns that the list knows."""
        parts = [part for part in self.order.split(",") if part]
        return [(part.removeprefix("-"), part.startswith("-")) for part in parts]

    def page(self, default_size: int = DEFAULT_SIZE) -> Page:
        """Returns the page that was asked for, within the family's limits."""
        number = min(_integer(self.p if self.p else self.page_number), MAX_PAGE)
        if number == 0:
            number = 1
        elif number < -1:
            number = -1
        sizes = (self.page_size, self.ps, self.size)
        size = _integer(next((text for text in sizes if text), None))
        if size <= 0:
            size = default_size
        return Page(number=number, size=min(size, MAX_SIZE))
