"""Text that somebody else wrote, made fit to be looked at: what would act on a terminal or a page is shown escaped."""

from __future__ import annotations

import re

#: Controls but for ends of lines and tabs; what turns the direction of the text around it, or ends lines unseen; halves
#: of characters and what no XML may hold. A name made of these could clear a screen, or make a number read backwards.
_ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
    "|[\U000e0000-\U000e007f]"
)


def visible(value: object) -> str:
    r"""`value` as text in which nothing acts: an escape character becomes the four characters \x1b."""
    return _ACTING.sub(_escaped, str(value))


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
