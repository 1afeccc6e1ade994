"""What is stated over something else: over parts of a system, or over an entry of the catalogue that one is like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bartizan.ground.errors import ScenarioError
from bartizan.world import catalog, reader
from bartizan.world.uncertain import KEYS

KINDS: tuple[catalog.Kind, ...] = ("systems", "threats")


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
