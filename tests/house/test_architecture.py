"""Where things may stand: SQL in repositories, commits in the unit of work, pure crates pure."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "python" / "weirgate"
QUERY_PLACES = ("store", "dataplane", "analytics")
QUERY_CALLS = {"select", "insert", "update", "delete"}
PURE = {"tokio", "hyper", "hyper-util", "reqwest", "socket2", "rustix", "libc"}
DIRECTION = ["wire", "policy", "relay", "bridge"]


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every Python module of the package with its path below it."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield str(path.relative_to(PACKAGE)), ast.parse(path.read_text())


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(module, name) of every `from module import name`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.module, alias.name


def test_only_the_unit_of_work_commits() -> None:
    allowed = ("store/", "dataplane/", "analytics/")
    wrong = [
        name
        for name, tree in modules()
        if not name.startswith(allowed)
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    ]
    assert not wrong


def test_queries_stand_in_repositories_only() -> None:
    wrong = [
        f"{name}: {symbol}"
        for name, tree in modules()
        if not name.startswith(QUERY_PLACES) and not name.endswith("repository.py")
        for module, symbol in imported(tree)
        if module.startswith("sqlalchemy") and symbol in QUERY_CALLS
    ]
    assert not wrong


def test_domains_do_not_use_each_others_repositories() -> None:
    wrong = []
    for name, tree in modules():
        domain = name.partition("/")[0]
        for module, _ in imported(tree):
            parts = module.split(".")
            foreign = parts[0] == "weirgate" and parts[-1] == "repository" and parts[1] != domain
            if foreign and name != "app.py" and not name.startswith("composition"):
                wrong.append(f"{name} imports {module}")
    assert not wrong


def test_every_python_module_has_a_header() -> None:
    wrong = [name for name, tree in modules() if not ast.get_docstring(tree)]
    assert not wrong


def test_every_rust_file_has_a_header() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for folder in ("rust", "benches", "loadtests")
        for path in sorted((ROOT / folder).rglob("*.rs"))
        if "target" not in path.parts
        and not path.read_text().startswith("//!")
        and not re.match(r"#!\[[^\]]*\]\s*//!", path.read_text())
    ]
    assert not wrong


@pytest.mark.parametrize("crate", DIRECTION)
def test_crates_depend_downwards_only(crate: str) -> None:
    manifest = tomllib.loads((ROOT / "rust" / crate / "Cargo.toml").read_text())
    dependencies = set(manifest.get("dependencies", {}))
    above = {f"weirgate-{name}" for name in DIRECTION[DIRECTION.index(crate) + 1 :]}
    assert not dependencies & above
    if crate in {"wire", "policy"}:
        assert not dependencies & PURE
    if crate != "bridge":
        assert "pyo3" not in dependencies
