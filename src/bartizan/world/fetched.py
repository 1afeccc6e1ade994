"""What lies where data or a table should: nothing, a web page, a pointer of Git LFS, what is packed, a workbook."""

from __future__ import annotations

from pathlib import Path

_PAGE = (b"<!doctype html", b"<html")
_POINTER = b"version https://git-lfs.github.com/"
_HEAD_BYTES = 512


def fetched_instead(path: Path) -> str:
    """What a file is in place of data, and the cure, to follow its name; nothing of any other file."""
    if not path.is_file():
        return ""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if path.stat().st_size == 0:
            return "is empty (0 bytes); fetch it anew"
    except OSError:  # whoever reads it tells
        return ""
    if head.startswith(_PAGE):
        return "is a web page, such as one that asks to sign in, and not the data; fetch it anew"
    if head.startswith(_POINTER):
        return "is a pointer of Git LFS, and not the data; fetch that: git lfs pull"
    return ""


#: How files begin that tables are kept in, or packed in, and that are no text; and what to do with them.
_NO_TABLES = {
    b"PK\x03\x04": "is a workbook or packed; save the sheet as CSV, or unpack it",
    b"\xd0\xcf\x11\xe0": "is a workbook; save the sheet as CSV",
    b"\x1f\x8b": "is packed with gzip; unpack it first",
    b"PAR1": "is Parquet, but not called so; its name must end in .parquet",
    b"{": "is JSON; write it as CSV, with a heading and a line for each row",
    b"[": "is JSON; write it as CSV, with a heading and a line for each row",
}


def no_table(path: Path) -> str:
    """What a file is in place of a table as text, and the cure, to follow its name; nothing of any other file."""
    if path.is_dir():
        return "is a folder; name a file in it"
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES).lstrip(b"\xef\xbb\xbf \t\r\n")
    except OSError:  # whoever reads it tells
        return ""
    others = (what for begins, what in _NO_TABLES.items() if head.startswith(begins))
    return next(others, "") or (fetched_instead(path) if head else "")
