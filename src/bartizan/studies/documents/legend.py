"""How a document says what its keys are: a meaning and a unit beside each type, and what a reader cannot do without."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple, is_typeddict

from pydantic import Field

#: Numbers within limits; a reader refuses others.
NotNegative = Annotated[float, Field(ge=0)]
AtLeastOne = Annotated[int, Field(ge=1)]
Seed = Annotated[int, Field(le=2**32 - 1)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-360, le=360)]
Metres = Annotated[float, Field(ge=-2e7, le=2e7)]
Line = list[Annotated[list[float], Field(min_length=2)]]


class Says(NamedTuple):
    """What a key means, in which unit; whether a document that lacks it is damaged."""

    meaning: str
    unit: str = ""
    needed: bool = False


def says(meaning: str, unit: str = "") -> Says:
    """Of a key that may be missing or null: another version wrote the document."""
    return Says(meaning, unit)


def must(meaning: str, unit: str = "") -> Says:
    """Of a key without which a document is damaged."""
    return Says(meaning, unit, needed=True)


class Key(NamedTuple):
    """A key of a document."""

    name: str
    type: Any  # with the limits of numbers, without the legend
    always: bool
    says: Says


def keys(document: Any) -> Iterator[Key]:
    """The keys of a TypedDict in its order. Raises TypeError where one does not say what it means."""
    for name, hint in typing.get_type_hints(document, include_extras=True).items():
        kind = _without_presence(hint)
        says = next((m for m in getattr(kind, "__metadata__", ()) if isinstance(m, Says)), None)
        if says is None:
            raise TypeError(f"{document.__name__}.{name} does not say what it means")
        limits = [m for m in kind.__metadata__ if m is not says]
        bare = kind.__origin__
        # Of a class whose annotations are texts, __required_keys__ knows totality alone.
        always = name in document.__required_keys__ and typing.get_origin(hint) is not typing.NotRequired
        yield Key(name, Annotated[(bare, *limits)] if limits else bare, always, says)


def _without_presence(hint: Any) -> Any:
    origin = typing.get_origin(hint)
    return typing.get_args(hint)[0] if origin in (typing.Required, typing.NotRequired) else hint


def documents_in(kind: Any) -> Iterator[Any]:
    """The documents that a type names, those inside lists and choices included."""
    if is_typeddict(kind):
        yield kind
    for part in typing.get_args(kind):
        yield from documents_in(part)


def closure(*roots: Any) -> list[Any]:
    """These documents and all that they bring in, each before those that it brings in."""
    found: list[Any] = []

    def visit(document: Any) -> None:
        if document not in found:
            found.append(document)
            for key in keys(document):
                for inner in documents_in(key.type):
                    visit(inner)

    for root in roots:
        visit(root)
    return found
