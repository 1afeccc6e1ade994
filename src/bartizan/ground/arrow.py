"""Units and meanings on the schema of an Arrow C stream, which DuckDB fills and any frame library takes.

The structures are those of the Arrow C data and stream interfaces, which promise never to change.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Mapping
from functools import cache
from typing import Any

#: What is told of a column, or of all of them: pairs of text.
Notes = Mapping[str, str]


class _Schema(ctypes.Structure):
    pass


_Schema._fields_ = [
    ("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", ctypes.c_void_p), ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64), ("children", ctypes.POINTER(ctypes.POINTER(_Schema))),
    ("dictionary", ctypes.c_void_p), ("release", ctypes.c_void_p), ("private_data", ctypes.c_void_p),
]  # fmt: skip
_Release = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))
_GetSchema = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(_Schema))


class _Stream(ctypes.Structure):
    _fields_ = (("get_schema", ctypes.c_void_p), ("get_next", ctypes.c_void_p), ("get_last_error", ctypes.c_void_p),
                ("release", ctypes.c_void_p), ("private_data", ctypes.c_void_p))  # fmt: skip


_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype, _pointer.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
#: Functions that streams call, and texts that schemas point to: both may be asked for as long as there is a process.
#: One for each function of DuckDB's and each table, of which there are few.
_KEPT: dict[tuple[int, str, tuple[tuple[str, tuple[tuple[str, str], ...]], ...]], Any] = {}


def described(capsule: object, whole: Notes, columns: Mapping[str, Notes]) -> object:
    """The stream in a capsule, whose schema and columns say of themselves what is told here."""
    stream = _Stream.from_address(_pointer(capsule, b"arrow_array_stream"))
    notes = {"": whole, **columns}
    key = (stream.get_schema, "", tuple((name, tuple(told.items())) for name, told in notes.items()))
    if key not in _KEPT:
        _KEPT[key] = _with_notes(_GetSchema(stream.get_schema), {name: _encoded(told) for name, told in notes.items()})
    stream.get_schema = ctypes.cast(_KEPT[key], ctypes.c_void_p).value
    return capsule


def _with_notes(ask: Any, notes: Mapping[str, Any]) -> Any:
    """A function that asks a stream for its schema, as `ask` does, and puts notes on it."""

    def get_schema(stream: int, schema: Any) -> int:
        failed = int(ask(stream, schema))
        if not failed:
            _put(schema.contents, notes[""])
            for k in range(schema.contents.n_children):
                child = schema.contents.children[k].contents
                _put(child, notes.get((child.name or b"").decode("utf-8", "replace")))
        return failed

    return _GetSchema(get_schema)


def _put(schema: _Schema, text: Any) -> None:
    """What has been said of a column already, such as of what type it is, stays."""
    if text is not None and not schema.metadata:
        schema.metadata = ctypes.addressof(text)
        schema.release = ctypes.cast(_without_notes(schema.release), ctypes.c_void_p).value


@cache
def _without_notes(release: int) -> Any:
    """A function that takes our notes off a schema before it is released: some versions free what they find there."""

    def taken_off(schema: Any) -> None:
        schema.contents.metadata, schema.contents.release = None, release
        _Release(release)(schema)

    return _Release(taken_off)


def _encoded(notes: Notes) -> Any:
    """Pairs as Arrow has them: their number, then each text after its length; kept by whoever keeps the answer."""
    parts = [struct.pack("=i", len(notes))]
    for text in (text for pair in notes.items() for text in pair):
        parts.append(struct.pack("=i", len(text.encode())) + text.encode())
    return ctypes.create_string_buffer(b"".join(parts))
