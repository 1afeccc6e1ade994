"""A replay as one page that opens from disk: the viewer with its libraries and the documents that it would ask for.

Nothing is fetched: modules are `data:` addresses in the page's import map, and the page's own policy forbids all else.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from bartizan.faces.exports import Documents, telling
from bartizan.faces.markup import text
from bartizan.faces.server import pages
from bartizan.faces.server.guard import IMPORT_MAP, digest
from bartizan.faces.vendored import libraries
from bartizan.ground.writing import write_text
from bartizan.studies.documents.cases import Case
from bartizan.studies.documents.viewer import CoverageOffered, FallOffered, Replay, View

#: Altitudes above the ground whose coverage the page carries, m, of those that there are.
ALTITUDES_M = (50.0, 100.0, 300.0, 1000.0)
#: Documents of so many bytes are packed.
LARGE = 50_000

_STYLESHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
_MAIN = re.compile(r'<script type="module" src="([^"]+)"></script>')
_TITLE, _START, _END = (re.compile(p) for p in (r"<title>.*?</title>", '<meta charset="utf-8">', "</body>"))
#: What may stand in a `data:` address as it is. Line ends would be dropped, and `<` could end the script around it.
_PLAIN = "".join(chr(c) for c in range(32, 127) if chr(c) not in '%#<"\\')


def write(documents: Documents, path: Path) -> list[Path]:
    """The page at `path`; the files written."""
    view, replay = documents["view"](), documents["replay"]()
    write_text(path, page(telling.title(view, replay), saved(view, replay, documents)))
    return [path]


# ------------------------------------------------------------------------------------------------- documents


def saved(view: View, replay: Replay, documents: Documents) -> dict[str, Any]:
    """Answers to all that the page may ask, by request (viewer/api.js): as they are, or packed where they are large."""
    shown, case = _reduced(view, replay["case"]), replay["case"]
    world = {"world": json.loads(libraries()["natural-earth.json"])} if view["real"] else {}
    answers = {
        "view": shown, "replay": replay, "buildings": documents["buildings"](),
        "terrain": documents["terrain"](), **world,
        **_raids(view["cases"], case, documents), **_coverage(shown["coverage"], documents),
        **_falls(shown["fall"], case, documents),
    }  # fmt: skip
    return {request: _packed(content) for request, content in answers.items()}


def _raids(cases: Sequence[Case], of: str, documents: Documents) -> dict[str, Any]:
    """The raids of each case: one of the case that is replayed, none of the others."""
    found = documents["raids"]()
    return {_request("raids", case=c["name"]): found if c["name"] == of else {**found, "worth": []} for c in cases}


def _reduced(view: View, case: str) -> dict[str, Any]:
    """The view with its case first, which the page then begins with, and offering no more coverage than is saved."""
    coverage = view["coverage"]
    offered = coverage["altitudes_m"]
    altitudes = [z for z in offered if z in ALTITUDES_M] or offered
    cases = sorted(view["cases"], key=lambda one: one["name"] != case)
    less = {"altitudes_m": altitudes, "units": [], "threats": coverage["threats"][:1]}
    return {**view, "cases": cases, "coverage": {**coverage, **less}}


def _coverage(offered: CoverageOffered, documents: Documents) -> dict[str, Any]:
    return {
        _request("coverage", what=what, altitude=_number(altitude)): documents["coverage"](what, altitude, None)
        for altitude in offered["altitudes_m"]
        for what in offered["what"]
    }


def _falls(offered: FallOffered | None, case: str, documents: Documents) -> dict[str, Any]:
    kinds = offered["kinds"] if offered else []
    return {_request("fall", case=case, kind=kind): documents["fall"](kind) for kind in kinds}


def _request(name: str, **query: str) -> str:
    """As the page writes it, with URLSearchParams."""
    told = "&".join(f"{key}={quote_plus(value, safe='*').replace('~', '%7E')}" for key, value in query.items())
    return f"{name}?{told}"


def _number(value: float) -> str:
    """As the page writes a number."""
    return str(int(value)) if value.is_integer() else repr(value)


def _packed(content: Any) -> Any:
    """A document as it is; a large one as the page unpacks it: JSON, by gzip, in base64."""
    plain = _json(content).encode("utf-8", "replace")
    return content if len(plain) < LARGE else base64.b64encode(gzip.compress(plain, mtime=0)).decode()


# ------------------------------------------------------------------------------------------------- the page


def page(title: str, documents: Mapping[str, Any]) -> str:
    """The viewer's page with everything in it."""
    index = pages.index().decode()
    addresses = _json({"imports": _modules(json.loads(IMPORT_MAP.findall(index)[0])["imports"])})
    start = f"import {json.dumps(_MAIN.findall(index)[0])};"
    styles = [_content(address).decode() for address in _STYLESHEET.findall(index)]
    parts = [
        (_TITLE, f"<title>{text(title)}</title>"),
        (_END, f'<script type="application/json" id="documents">{_json(documents)}</script>\n</body>'),
        (_MAIN, f'<script type="module">{start}</script>'),
        *((_STYLESHEET, f"<style>{style}</style>") for style in styles),
        (IMPORT_MAP, f'<script type="importmap">{addresses}</script>'),
        (_START, f'<meta charset="utf-8">\n{_policy([addresses, start], styles)}'),
    ]
    for place, part in parts:
        index = place.sub(lambda _, part=part: part, index, count=1)  # type: ignore[misc]
    return index


def _json(content: Any) -> str:
    """JSON that nothing in it can end the script around it."""
    plain = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return plain.replace("<", "\\u003c")


def _content(address: str) -> bytes:
    """A file of the viewer by its address in the page."""
    found = pages.file(tuple(address.removeprefix("./").split("/")))
    assert found is not None, address
    return found[0]


def _modules(imports: Mapping[str, str]) -> dict[str, str]:
    """The page's import map with an address that holds the module for each name; a folder's are named one by one."""
    named: dict[str, str] = {}
    for name, address in imports.items():
        inside = _scripts() if name.endswith("/") else [""]
        named |= {name + file: _data(_content(address + file)) for file in inside}
    return named


def _scripts() -> list[str]:
    """The names of the viewer's own modules."""
    return sorted(path.name for path in (files("bartizan.faces") / "viewer").iterdir() if path.name.endswith(".js"))


def _data(script: bytes) -> str:
    return f"data:text/javascript;charset=utf-8,{quote(script, safe=_PLAIN)}"


def _policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """The page's own content-security policy: its inline parts by their digests, and modules that it carries.

    MapLibre fetches its worker's address, which is a `data:` address as well.
    """
    own, dressed = (" ".join(map(digest, parts)) for parts in (scripts, styles))
    rules = "; ".join((
        "default-src 'none'", f"script-src {own} data:", f"style-src {dressed}",
        "img-src data: blob:", "worker-src data: blob:", "connect-src data:", "base-uri 'none'", "form-action 'none'",
    ))  # fmt: skip
    return f'<meta http-equiv="Content-Security-Policy" content="{rules}">'
