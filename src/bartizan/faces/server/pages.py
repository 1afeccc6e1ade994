"""The files of the viewer's page, and the page that lists what can be opened."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Protocol

from bartizan.faces.markup import Html, bullets, filled, join, name, tag
from bartizan.faces.vendored import libraries

HTML = "text/html; charset=utf-8"
MEDIA = {
    ".html": HTML, ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8", ".json": "application/json", ".geojson": "application/json",
    ".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".woff2": "font/woff2",
    ".pbf": "application/x-protobuf", ".bin": "application/octet-stream",
}  # fmt: skip
_VIEWER = Path(str(files("bartizan.faces") / "viewer"))
_HERE = Path(__file__).parent
#: A part of a file's path: no dot in front, no slash, no colon.
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")


class Choice(Protocol):
    """Something that can be opened."""

    @property
    def source(self) -> str: ...
    @property
    def title(self) -> str: ...


def index() -> bytes:
    """The viewer's page."""
    return (_VIEWER / "index.html").read_bytes()


def file(parts: Sequence[str]) -> tuple[bytes, str] | None:
    """A file of the viewer's page, or the list's style, with its media type; None if there is no such file."""
    if tuple(parts) == ("list.css",):
        return (_HERE / "list.css").read_bytes(), MEDIA[".css"]
    if parts[:1] != ("viewer",) or not all(_PART.fullmatch(part) for part in parts):
        return None
    path = _VIEWER.joinpath(*parts[1:])
    media = MEDIA.get(path.suffix)
    if tuple(parts[1:-1]) == ("vendor",) and media and parts[-1] in libraries():
        return libraries()[parts[-1]], media
    return (path.read_bytes(), media) if media and path.is_file() else None


def listing(offers: Mapping[str, Sequence[Choice]], numbers: Mapping[str, int]) -> bytes:
    """The page that says what can be opened; each source has a number, by which its viewer goes."""
    page = (_HERE / "list.html").read_text(encoding="utf-8")
    lists = join((_list(title, choices, numbers) for title, choices in offers.items()), "\n")
    return filled(page, {"lists": lists}).encode()


def _list(title: str, choices: Sequence[Choice], numbers: Mapping[str, int]) -> Html:
    items = [
        join((
            tag("a", name(choice.title), href=f"of/{numbers[choice.source]}/"), " ",
            tag("span", name(choice.source), class_="source"),
        ))
        for choice in choices
    ]  # fmt: skip
    return join((tag("h2", title), bullets(items) if items else tag("p", "None found.", class_="none")))
