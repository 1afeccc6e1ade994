"""What is stated over something else: over parts of a system, or over an entry of the catalogue that one is like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bartizan.ground import errors
from bartizan.ground.errors import Mistake, ScenarioError
from bartizan.world import catalog, reader
from bartizan.world.uncertain import KEYS

KINDS: tuple[catalog.Kind, ...] = ("systems", "threats")
#: what a system has by name
_PARTS = ("sensors", "effectors", "emitters")


def overlaid(base: Any, over: Mapping[str, Any]) -> Any:
    """`base` with the keys of `over` put over it; an uncertain number is replaced whole, never mixed."""
    if not isinstance(base, Mapping) or _is_number(base) or _is_number(over):
        return over
    merged = dict(base)
    for key, value in over.items():
        merged[key] = overlaid(base[key], value) if key in base and isinstance(value, Mapping) else value
    return merged


def _is_number(written: Mapping[str, Any]) -> bool:
    """Whether a mapping is an uncertain number, and not, say, the sensors of a system, one of them called `low`."""
    values = [value for key, value in written.items() if key != "either"]
    return bool(written) and set(written) <= KEYS and not any(isinstance(value, Mapping) for value in values)


def filled_in(document: reader.Document) -> reader.Document:
    """The document with every system and threat that says `like` made whole. Raises ScenarioError where one is like
    nothing that the catalogue has."""
    content, mistakes = document.content, []
    for path, kind, written in _alike(content):
        known = catalog.names(kind)
        if written["like"] not in known:
            problem = f"must be one of the catalogue's {kind}: {', '.join(known)}"
            mistakes.append(document.mistake((*path, "like"), problem))
            continue
        own = {key: value for key, value in written.items() if key != "like"}
        content = _put(content, path, overlaid(catalog.document(kind, written["like"]).content, own))
    if mistakes:
        raise ScenarioError(document.file, mistakes)
    return replace(document, content=content)


def of_types_like(mistakes: Sequence[Mistake], document: reader.Document) -> list[Mistake]:
    """Mistakes of a file, as `of_unknown_parts` has them for its systems that are like one of the catalogue."""
    found = list(mistakes)
    for path, kind, written in _alike(document.content):
        if kind == "systems":
            base = catalog.document(kind, written["like"]).content
            found = of_unknown_parts(found, base, written, path, document)
    return found


def of_unknown_parts(
    mistakes: Sequence[Mistake], base: Mapping[str, Any], over: Mapping[str, Any], at: reader.Path, doc: reader.Document
) -> list[Mistake]:
    """Mistakes of what is stated at a path over a system: of a part that the system has not got they are one, which
    says so first."""
    found = list(mistakes)
    for kind in _PARTS:
        known, stated = base.get(kind) or {}, over.get(kind)
        for name in [name for name in stated if name not in known] if isinstance(stated, Mapping) else ():
            start = reader.dotted((*at, kind, name))
            of_it = [m for m in found if m.field == start or m.field.startswith(f"{start}.")]
            new = ", ".join(f"{m.field.removeprefix(start).removeprefix('.')} {m.problem}".strip() for m in of_it)
            if of_it:
                hint = errors.instead(str(name), known)
                said = f"the system has no {kind[:-1]} {errors.shown(name)}{hint}; in a new one: {new}"
                found = [*(m for m in found if m not in of_it), doc.mistake((*at, kind, name), said)]
    return found


def _alike(content: Any) -> Iterator[tuple[reader.Path, catalog.Kind, Mapping[str, Any]]]:
    """The systems and threats of a file that say `like`, with their paths."""
    for kind in KINDS:
        types = content.get(kind) if isinstance(content, Mapping) else None
        for name, written in types.items() if isinstance(types, Mapping) else ():
            if isinstance(written, Mapping) and isinstance(written.get("like"), str):
                yield (kind, name), kind, written


def _put(content: Any, path: reader.Path, value: Any) -> Any:
    """A copy of `content` with a value at a path."""
    if not path:
        return value
    return {**content, path[0]: _put(content[path[0]], path[1:], value)}
