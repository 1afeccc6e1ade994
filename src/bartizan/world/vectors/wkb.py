"""Well-known binary, as GeoParquet and the libraries of formats hand it over: what can be read of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

DEEPEST = 500  # collections in one geometry; 20,000 in one another end the process
#: How a collection begins, in either order of bytes and with the marks of further dimensions.
_COLLECTION = re.compile(
    rb"\x01[\x07\xef\xd7\xbf][\x00\x03\x07\x0b]\x00[\x00\x20\x40\x60\x80\xa0\xc0\xe0]"
    rb"|\x00[\x00\x20\x40\x60\x80\xa0\xc0\xe0]\x00[\x00\x03\x07\x0b][\x07\xef\xd7\xbf]"
)


def geometries(written: Sequence[Any]) -> tuple[np.ndarray, dict[int, str], dict[int, str]]:
    """Object (N,): geometries; why some have none, and what was mended to read others, by row."""
    import shapely

    binary = np.array([_sound(w) for w in written], object)
    found = shapely.from_wkb(binary, on_invalid="ignore")
    ill = [i for i in np.flatnonzero(shapely.is_missing(found)).tolist() if binary[i]]
    found[ill] = shapely.from_wkb(binary[ill], on_invalid="fix")  # which closes rings
    mended = {i: "with an open ring, closed" for i in ill if found[i] is not None}
    faults = {i: _fault(binary[i], written[i]) for i in np.flatnonzero(shapely.is_missing(found)).tolist()}
    return found, faults, mended


def _sound(written: Any) -> Any:
    """What may be given to the library, which goes down with collections that are nested without end; else None."""
    if isinstance(written, bytearray | memoryview):
        written = bytes(written)
    if written and _COLLECTION.match(written) and len(_COLLECTION.findall(written)) > DEEPEST:
        return None
    return written


def _fault(binary: Any, written: Any) -> str:
    if not written:
        return "without a geometry"
    return "unreadable: no well-known binary" if binary else f"unreadable: more than {DEEPEST} collections in one"
