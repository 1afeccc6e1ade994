"""The catalogue as plain text for the terminal: what there is, and one entry with all its numbers and sources."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Literal

from bartizan.ground.errors import UserError, instead
from bartizan.world import catalog
from bartizan.world.numbers import numbers_of
from bartizan.world.schema import System, Threat
from bartizan.world.uncertain import Uncertain

_WIDTH = 100


def contents() -> str:
    """All entries by kind, a line each."""
    lines = []
    for kind in ("systems", "threats"):
        lines.append(f"{kind}:")
        for name in catalog.names(kind):
            entry = _entry(kind, name)
            lines.append(f"  {name:<20} {entry.title}")
        lines.append("")
    return "\n".join([*lines, "bartizan catalog NAME shows one with its sources."])


def entry(name: str) -> str:
    """One system or threat: every number, its spread, grade and sources."""
    for kind in ("systems", "threats"):
        if name in catalog.names(kind):
            return "\n".join(_shown(name, _entry(kind, name)))
    known = (*catalog.names("systems"), *catalog.names("threats"))
    raise UserError(f"nothing named {name!r} in the catalogue{instead(name, known)}")


def _entry(kind: Literal["systems", "threats"], name: str) -> System | Threat:
    return catalog.system(name) if kind == "systems" else catalog.threat(name)


def _shown(name: str, found: System | Threat) -> Iterator[str]:
    yield f"{name}: {found.title}"
    for text in (getattr(found, "role", ""), found.note):
        if text:
            yield textwrap.fill(text, _WIDTH)
    yield ""
    yield f"{'number':<48} {'value':<34} grade  sources"
    stated = [(path, number) for path, number in numbers_of(found) if _is_stated(number)]
    for path, number in stated:
        name, sources = " ".join(path).replace("_", " "), ", ".join(number.sources)
        yield f"{name:<48} {number.described():<34} {number.grade or '-':<5}  {sources}"
        if number.note:
            yield textwrap.fill(number.note, _WIDTH, initial_indent="    ", subsequent_indent="    ")
    yield ""
    yield "sources:"
    cited = dict.fromkeys(s for _, number in stated for s in number.sources)
    known = {**catalog.sources(), **found.sources}
    for key in cited:
        source = known[key]
        parts = ", ".join(p for p in (source.publisher, source.date, source.url) if p)
        yield f"  {key}: {source.title}{f' ({parts})' if parts else ''}"


def _is_stated(number: Uncertain) -> bool:
    return bool(number.sources or number.grade or number.note)
