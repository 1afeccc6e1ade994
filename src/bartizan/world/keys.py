"""The keys that a model knows at some place of what it reads, to name them to whoever wrote another."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Union

from pydantic import BaseModel

#: Keys that are all listed; of more only the nearest is named.
_LISTED = 12


def hint(model: type[BaseModel], where: Sequence[str | int]) -> str:
    """What to write instead of the key that `where`, from the outermost on, ends with; empty where nothing is near."""
    near = difflib.get_close_matches(str(where[-1])[:80], _known(model, where[:-1]), 1)
    return f"; did you mean {near[0]!r}?" if near else listed(model, where[:-1])


def listed(model: type[BaseModel], where: Sequence[str | int]) -> str:
    """The keys that may stand in what `where` leads to; empty where there are many, or any."""
    known = _known(model, where)
    return f"; known: {', '.join(known)}" if 0 < len(known) <= _LISTED else ""


def _known(model: type[BaseModel], where: Sequence[str | int]) -> list[str]:
    kinds = set(_plain(model))
    for part in where:
        kinds = {kind for each in kinds for kind in _within(each, part)} or kinds  # a union's branch has a part, too
    return sorted({name for kind in kinds if isinstance(kind, type) for name in getattr(kind, "model_fields", ())})


def _within(kind: Any, part: str | int) -> Iterator[Any]:
    """What may stand at a part of what is of this kind."""
    inner = typing.get_args(kind)
    if isinstance(part, int):
        for each in inner if typing.get_origin(kind) in (list, tuple) else ():
            yield from _plain(each)
    elif typing.get_origin(kind) is dict:
        yield from _plain(inner[1])
    elif isinstance(kind, type) and issubclass(kind, BaseModel) and part in kind.model_fields:
        yield from _plain(kind.model_fields[part].annotation)


def _plain(kind: Any) -> Iterator[Any]:
    """The kinds that an annotation allows: each branch of a union, without what is said beside it."""
    origin = typing.get_origin(kind)
    if origin is Annotated:
        yield from _plain(typing.get_args(kind)[0])
    elif origin in (Union, types.UnionType):
        for each in typing.get_args(kind):
            yield from _plain(each)
    else:
        yield kind
