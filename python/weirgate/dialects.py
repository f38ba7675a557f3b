"""Which dialect a request speaks: by its Host, else by the listener, else the default.

Clients send the headers of several members at once, so only configuration can tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Dialect(StrEnum):
    """The members whose shapes are spoken; `superapi` is an other name of newapi."""

    NEWAPI = "newapi"
    ONEAPI = "oneapi"
    VELOERA = "veloera"
    ONEHUB = "onehub"
    DONEHUB = "donehub"
    VOAPI = "voapi"


HUBS = frozenset({Dialect.ONEHUB, Dialect.DONEHUB})
_ALIASES = {"superapi": Dialect.NEWAPI}
_LISTENER = "listener:"


class DialectError(ValueError):
    """The configured text does not say which dialects are spoken where."""


@dataclass(frozen=True, slots=True)
class DialectTable:
    """What an operator configured."""

    default: Dialect = Dialect.NEWAPI
    listeners: Mapping[str, Dialect] = field(default_factory=dict)
    hosts: Mapping[str, Dialect] = field(default_factory=dict)

    def of(self, listener: str, host: str) -> Dialect:
        """Returns the dialect of a request; a host counts with its port, then without."""
        if self.hosts:
            name = host.lower()
            found = self.hosts.get(name) or self.hosts.get(_without_port(name))
            if found is not None:
                return found
        return self.listeners.get(listener, self.default)

    @classmethod
    def parse(cls, text: str) -> DialectTable:
        """Reads `*=newapi, one.example.com=oneapi, listener:public=veloera`.

        Raises:
            DialectError: an entry has no place or names an unknown dialect.
        """
        default, listeners, hosts = Dialect.NEWAPI, {}, {}
        for entry in filter(None, (part.strip() for part in text.split(","))):
            place, separator, name = (part.strip() for part in entry.partition("="))
            if not separator:
                place, name = "*", place
            if not place:
                raise DialectError(f"no host or listener in {entry!r}")
            dialect = _named(name)
            if place == "*":
                default = dialect
            elif place.startswith(_LISTENER):
                listeners[place.removeprefix(_LISTENER)] = dialect
            else:
                hosts[place.lower()] = dialect
        return cls(default, listeners, hosts)


def _named(name: str) -> Dialect:
    word = name.lower().replace("-", "").replace("_", "")
    try:
        return _ALIASES.get(word) or Dialect(word)
    except ValueError as error:
        known = ", ".join((*Dialect, *_ALIASES))
        raise DialectError(f"unknown dialect {name!r}; known: {known}") from error


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
