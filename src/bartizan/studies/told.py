"""study.json and summary.json as they are read: checked against their documents, whoever has edited them."""

from __future__ import annotations

import functools
import typing
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, cast, is_typeddict

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, create_model

from bartizan.ground.errors import ResultsError, shown
from bartizan.studies.documents.legend import Key, keys

#: mistakes of a file that are told
_MOST_TOLD = 3
_LARGEST = 1e15
#: what makes most files of a study anew
AFRESH = "run the study again with --fresh"

Document = TypeVar("Document")


def _text(value: Any) -> Any:
    """A text; halves of surrogate pairs, which JSON may hold, are no mistake."""
    if not isinstance(value, str):
        raise ValueError("should be a text")
    return value


Text = Annotated[Any, AfterValidator(_text)]
_PLAIN: dict[Any, Any] = {
    str: Text,
    float: Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-_LARGEST, le=_LARGEST)],
    int: Annotated[int, Field(strict=True, ge=0, le=10**12)],
    bool: Annotated[bool, Field(strict=True)],
}


@functools.cache
def reader(document: Any) -> type[BaseModel]:
    """What checks a document: keys that are not known are read by nobody, and may be anything; those that are may be
    missing or null, as in what another version wrote, unless nothing can be made of it without them."""
    fields: dict[str, Any] = {key.name: _field(key) for key in keys(document)}
    return create_model(document.__name__, __config__=ConfigDict(extra="ignore"), **fields)


def _field(key: Key) -> tuple[Any, Any]:
    kind = _read(key.type)
    return (kind, ...) if key.says.needed else (kind | None, None)


def _read(kind: Any) -> Any:
    """A type as it is read from JSON: strictly, and within limits."""
    arguments, origin = typing.get_args(kind), typing.get_origin(kind)
    if origin is Annotated:
        return Annotated[(_read(arguments[0]), *arguments[1:])]
    if is_typeddict(kind):
        return reader(kind)
    if origin in (list, dict):
        return origin[tuple(_read(part) for part in arguments)]
    if origin in (typing.Union, UnionType):
        return functools.reduce(lambda one, other: one | other, (_read(part) for part in arguments))
    return _PLAIN.get(kind, kind)


def checked(document: type[Document], content: dict[str, Any], path: Path, cure: str = AFRESH) -> Document:
    """`content` as it is. Raises ResultsError, which names what stood where, and `cure` for what makes the file anew,
    unless it is what `document` has it be."""
    try:
        reader(cast(Any, document)).model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False)
        told = "; ".join(_sentence(one) for one in found[:_MOST_TOLD])
        more = f"; and {len(found) - _MOST_TOLD} more" if len(found) > _MOST_TOLD else ""
        raise ResultsError(f"{path} is damaged: {told}{more}; {cure}") from None
    return cast(Document, content)


def _sentence(error: Any) -> str:
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    if error["type"] == "missing":
        return f"{where} is missing"
    why = error["msg"].removeprefix("Value error, ")
    return f"{where} cannot be read: {why[:1].lower()}{why[1:]} (stood there: {shown(error['input'])})"
