"""What lies where data should, when it was not fetched as it is: nothing, a web page, a pointer of Git LFS."""

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
