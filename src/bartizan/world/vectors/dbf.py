"""What the text of a Shapefile is encoded in, where nothing beside it says so."""

from __future__ import annotations

import re
from pathlib import Path

#: The byte of a .dbf for its language, and those that say nothing: none, and "ANSI", which every program writes.
_LANGUAGE, _UNSAID = 29, (0x00, 0x57)
_ACCENTED, _IN_ROWS = re.compile(rb"[\x80-\xff]"), re.compile(rb"[\x80-\xff]{2,}")


def guessed(shapefile: Path) -> str | None:
    """The encoding that the text of a Shapefile seems to have; None where its .cpg or its .dbf states one.

    GDAL takes it for Latin then, which is seldom right outside the west of Europe: UTF-8 and Cyrillic come out garbled.
    """
    file = _beside(shapefile, ".dbf")
    if file is None or _beside(shapefile, ".cpg") is not None:
        return None
    table = file.read_bytes()
    if len(table) <= _LANGUAGE or table[_LANGUAGE] not in _UNSAID:
        return None
    rows = table[int.from_bytes(table[8:10], "little") :]
    try:
        rows.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1251" if _is_mostly_beyond_ascii(rows) else "windows-1252"
    return "utf-8"


def _beside(shapefile: Path, ending: str) -> Path | None:
    """A file that belongs to it, by the names under which GDAL looks for it."""
    named = (shapefile.with_suffix(name) for name in (ending, ending.upper()))
    return next((path for path in named if path.is_file()), None)


def _is_mostly_beyond_ascii(rows: bytes) -> bool:
    """Whether letters beyond ASCII stand beside each other, as in Cyrillic, and not alone, as accents of Latin do."""
    return 2 * sum(map(len, _IN_ROWS.findall(rows))) > len(_ACCENTED.findall(rows))
