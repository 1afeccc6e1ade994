"""The text of a report as it lies in a file, or comes from standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from bartizan.ground.errors import UserError

#: A report is some pages; this is a thick book.
MOST_BYTES = 4_000_000


def text_of(path: Path) -> str:
    """Of a file in UTF-8, or of standard input for "-". Raises UserError for what is no text."""
    try:
        content = sys.stdin.buffer.read(MOST_BYTES + 1) if str(path) == "-" else _bytes(path)
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None
    if len(content) > MOST_BYTES:
        raise UserError(f"{path}: more than {MOST_BYTES // 1_000_000} MB; give one report at a time")
    if content[:5] in (b"%PDF-", b"PK\x03\x04"):
        raise UserError(f"{path}: this is no text; save the report as plain text first")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = content[error.start]
        raise UserError(f"{path}, line {line}: byte 0x{found:02x} is no UTF-8; save the report as UTF-8") from None
    if "\0" in text or not text.strip():
        raise UserError(f"{path}: there is no text in it")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
