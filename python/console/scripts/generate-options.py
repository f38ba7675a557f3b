"""Writes src/features/settings/options.ts from the server's table of settings.

Run by hand with the repository's Python after a change of that table; a unit test compares.
"""

import re
from pathlib import Path

from weirgate.system import option_table
from weirgate.system.option_keys import is_secret_key

TARGET = Path(__file__).resolve().parents[1] / "src/features/settings/options.ts"
HEAD = """/*
 * Every setting of the server by section; written by scripts/generate-options.py, do not edit.
 */

export type OptionKind = "text" | "bool" | "int" | "decimal" | "json";
export type OptionSpec = { key: string; kind: OptionKind; secret?: true };

export const OPTIONS = {
"""
JSON_KINDS = {"JSON_OBJECT", "JSON_ARRAY", "RATIO_MAP"}


def kind_of(name: str) -> str:
    """Returns the console's kind of a setting."""
    return "json" if name in JSON_KINDS else name.lower()


def quoted(text: str) -> str:
    """Returns a name as a string of TypeScript."""
    return f'"{text}"'


def line(key: str, kind: str) -> str:
    """Returns one entry of the table."""
    secret = ", secret: true" if is_secret_key(key) else ""
    return f"    {{ key: {quoted(key)}, kind: {quoted(kind)}{secret} }},\n"


def generated() -> str:
    """Returns the whole module."""
    parts = [HEAD]
    for section, rows in option_table.SECTIONS.items():
        lines = "".join(line(key, kind_of(kind.name)) for key, kind, *_ in rows)
        if section == "own":
            lines += line(option_table.TIME_ZONE, "text")
        if section == "prices":
            lines += "".join(line(key, "json") for key in option_table.PRICE_OPTIONS)
        parts.append(f"  {section}: [\n{lines}  ],\n")
    parts.append("} as const satisfies Record<string, readonly OptionSpec[]>;\n")
    return re.sub(r"\n\n+", "\n\n", "".join(parts))


if __name__ == "__main__":
    TARGET.write_text(generated(), encoding="utf-8")
