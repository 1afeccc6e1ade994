"""The uncertain numbers of a scenario: where they stand, and which are drawn once for a world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from bartizan.world import reader
from bartizan.world.uncertain import Uncertain

#: fields that are drawn for each threat of each raid, and so are no unknowns of a world
PER_THREAT = ("speed", "altitude")

#: fields that tell what raids come to once they are over: they bear on nothing that happens in one
_AFTERWARDS = ("price", "worth", "lost_per_hit")

#: Whose a number is that has no named owner.
_OWNERS = {
    "surface": "surface",
    "network": "network",
    "readiness": "readiness",
    "warning": "warning",
    "civil_alert": "civil alert",
    "identify": "identification",
    "weather": "weather",
    "ambient": "noise",
    "fall": "what comes down",
}
_UNSAID = ("sensors", "effectors", "emitters")


def numbers_of(model: BaseModel, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Uncertain]]:
    """Every uncertain number of a model with the path to it, in the order of the schema."""
    for place, number, _ in walk(model, path):
        yield tuple(str(part) for part in place), number


def varies_within_world(key: str) -> bool:
    """Whether the number called `key` is drawn for each threat of each raid, not once per world."""
    kind, _, rest = key.partition("/")
    return kind in ("threats", "raids") and rest.rpartition("/")[2] in PER_THREAT


def bears_on_raids(key: str) -> bool:
    """Whether what happens in a raid may depend on the number called `key`."""
    return not key.startswith("civil_alert/") and key.rpartition("/")[2] not in _AFTERWARDS


def source_of(numbers: Mapping[str, Uncertain], key: str) -> str:
    """The name of the number that the one called `key` is the same as; its own where it has a law of its own."""
    while (number := numbers[key]).law == "same_as":
        key = number.same_as or ""
    return key


def settled(number: Uncertain, numbers: Mapping[str, Uncertain]) -> Uncertain:
    """The number that a chain of same_as ends in; the number itself where it has a law of its own."""
    return number if number.law != "same_as" else numbers[source_of(numbers, number.same_as or "")]


def walk(
    value: Any, path: reader.Path = (), sources: frozenset[str] = frozenset()
) -> Iterator[tuple[reader.Path, Uncertain, frozenset[str]]]:
    """Every number in `value` with its path and the ids of the sources that are listed around it."""
    if isinstance(value, Uncertain):
        yield path, value, sources
    elif isinstance(value, BaseModel):
        sources |= frozenset(getattr(value, "sources", ()))
        for name in type(value).model_fields:
            yield from walk(getattr(value, name), (*path, name), sources)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, (*path, key), sources)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from walk(item, (*path, index), sources)


def key_of(path: Iterable[str | int]) -> str:
    """The name of the number at a path."""
    return "/".join(str(part) for part in path)


def in_words(key: str) -> str:
    """What people call a number: 'systems/pantsir-s1/effectors/57E6/range_max' -> 'pantsir-s1: 57E6 range max'."""
    kind, *parts = key.split("/")
    owner = _OWNERS.get(kind) or parts.pop(0)
    if kind == "raids":
        owner += f", group {int(parts.pop(0)) + 1}"
    if parts[0] == "wrecks":
        parts = [f"{parts[1]} wreck"]
    if parts[:2] == ["heights", "shares"]:
        parts = [f"{('height', 'share of height')[int(parts[3])]} {int(parts[2]) + 1}"]
    return f"{owner}: {' '.join(part for part in parts if part not in _UNSAID).replace('_', ' ')}"
