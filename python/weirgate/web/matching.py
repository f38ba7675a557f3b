"""Finds the handler of a method and path: literals before parameters, both slash forms.

A path is looked up as it was sent; only when that finds nothing, with its trailing slash added or
taken away. So `/api/models` and `/api/models/` stay two endpoints where both are registered, and
everything else answers in both forms without a redirect.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(slots=True)
class _Leaf(Generic[Value]):
    value: Value
    names: tuple[str, ...]


@dataclass(slots=True)
class _Node(Generic[Value]):
    literals: dict[str, _Node[Value]] = field(default_factory=dict)
    parameter: _Node[Value] | None = None
    leaf: _Leaf[Value] | None = None
    # A `*rest` pattern that begins at this node.
    tail: _Leaf[Value] | None = None


@dataclass(slots=True)
class _MethodTable(Generic[Value]):
    exact: dict[str, Value] = field(default_factory=dict)
    root: _Node[Value] = field(default_factory=_Node)


class RouteTable(Generic[Value]):
    """A tree of path segments for each method."""

    def __init__(self) -> None:
        self._methods: dict[str, _MethodTable[Value]] = {}

    def add(self, method: str, pattern: str, value: Value) -> None:
        """Adds a pattern such as `/api/user/:id` or `/files/*rest`.

        Raises:
            ValueError: the same method and pattern stand there already.
        """
        table = self._methods.setdefault(method, _MethodTable())
        names: list[str] = []
        node = table.root
        for segment in pattern.split("/")[1:]:
            if segment.startswith("*"):
                names.append(segment[1:] or "tail")
                node.tail = self._new_leaf(node.tail, value, names, f"{method} {pattern}")
                return
            if segment.startswith(":"):
                names.append(segment[1:])
                if node.parameter is None:
                    node.parameter = _Node()
                node = node.parameter
            else:
                node = node.literals.setdefault(segment, _Node())
        node.leaf = self._new_leaf(node.leaf, value, names, f"{method} {pattern}")
        if not names:
            table.exact[pattern] = value

    @staticmethod
    def _new_leaf(
        present: _Leaf[Value] | None, value: Value, names: list[str], where: str
    ) -> _Leaf[Value]:
        if present is not None:
            raise ValueError(f"route {where} is registered twice")
        return _Leaf(value, tuple(names))

    def find(self, method: str, path: str) -> tuple[Value, dict[str, str]] | None:
        """Returns the handler and the path's parameters, or None."""
        table = self._methods.get(method)
        if table is None:
            return None
        found = self._find_as_sent(table, path)
        if found is None and len(path) > 1:
            other = path[:-1] if path.endswith("/") else path + "/"
            found = self._find_as_sent(table, other)
        return found

    def methods(self, path: str) -> list[str]:
        """Returns the methods that this path knows, sorted."""
        return sorted(method for method in self._methods if self.find(method, path) is not None)

    @staticmethod
    def _find_as_sent(table: _MethodTable[Value], path: str) -> tuple[Value, dict[str, str]] | None:
        exact = table.exact.get(path)
        if exact is not None:
            return exact, {}
        segments = path.split("/")[1:]
        values: list[str] = []
        leaf = _walk(table.root, segments, 0, values)
        if leaf is None:
            return None
        return leaf.value, dict(zip(leaf.names, values, strict=True))


def _walk(
    node: _Node[Value], segments: list[str], at: int, values: list[str]
) -> _Leaf[Value] | None:
    """Returns the best leaf below the node; `values` then holds the parameters in order.

    The depth is bounded by the registered patterns, not by the path.
    """
    if at == len(segments):
        return node.leaf
    literal = node.literals.get(segments[at])
    if literal is not None:
        leaf = _walk(literal, segments, at + 1, values)
        if leaf is not None:
            return leaf
    if node.parameter is not None and segments[at]:
        values.append(segments[at])
        leaf = _walk(node.parameter, segments, at + 1, values)
        if leaf is not None:
            return leaf
        values.pop()
    if node.tail is not None:
        rest = "/".join(segments[at:])
        if rest:
            values.append(rest)
            return node.tail
    return None
