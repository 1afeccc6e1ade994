"""From a path to what is answered: the page and its files, documents, tiles, and the list of what can be opened."""

from __future__ import annotations

import json
import math
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl

from bartizan.faces.server import pages
from bartizan.faces.server.guard import Refused
from bartizan.faces.server.pages import HTML, Choice
from bartizan.faces.server.tiles import Tiles
from bartizan.ground.errors import UserError, shown
from bartizan.studies.documents import viewer as documents
from bartizan.studies.documents.sent import Beside, PlacingStep


class Bench(Protocol):
    """What the server asks for documents; studies.workbench has one."""

    @property
    def beside(self) -> Bench | None:
        """Of the layout that is served beside this one."""
        ...

    def view(self) -> documents.View: ...
    def coverage(self, what: str, altitude_m: float, unit: str | None, threat: str | None) -> documents.Grid: ...
    def fall(self, case: str, kind: str) -> documents.Grid: ...
    def buildings(self) -> documents.Buildings: ...
    def terrain(self) -> documents.Terrain: ...
    def raids(self, case: str) -> documents.Raids: ...
    def replay(self, case: str, world: int, raid: int) -> documents.Replay: ...
    def changed_replay(
        self, case: str, world: int, raid: int, changes: Sequence[Mapping[str, Any]]
    ) -> documents.ReplayOf: ...
    def changed_coverage(
        self,
        what: str,
        altitude_m: float,
        unit: str | None,
        threat: str | None,
        changes: Sequence[Mapping[str, Any]],
    ) -> documents.Grid: ...
    def scenario(self, name: str, changes: Sequence[Mapping[str, Any]]) -> documents.Written: ...
    def answers(
        self, case: str, changes: Sequence[Mapping[str, Any]], answered: Sequence[str]
    ) -> Iterator[documents.Answer]: ...
    def other_raid(self, case: str, world: int, raid: int) -> documents.ReplayOf: ...
    def compared(self, case: str, changes: Sequence[Mapping[str, Any]], other: bool) -> Iterator[Beside]: ...
    def placed(self, changes: Sequence[Mapping[str, Any]], placement: Mapping[str, Any]) -> Iterator[PlacingStep]: ...
    def question(self, changes: Sequence[Mapping[str, Any]], placement: Mapping[str, Any]) -> documents.Written: ...
    def close(self) -> None: ...


class Answer(NamedTuple):
    """What is sent: a whole body, or lines as they come."""

    body: bytes | Iterator[bytes]
    media: str
    headers: Mapping[str, str] = {}
    status: HTTPStatus = HTTPStatus.OK


JSON, LINES = "application/json", "application/x-ndjson"


def as_json(content: Any) -> bytes:
    """`content` as JSON, all of it in ASCII."""
    return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")


class Site(Protocol):
    """What a server serves."""

    def answer(self, method: str, parts: tuple[str, ...], query: str, body: Any) -> Answer:
        """The answer to an admitted request for the path of these parts. Raises Refused and UserError."""
        ...

    def close(self) -> None:
        """End what is still being worked on."""
        ...


class Viewer:
    """The page of one bench: its files, its documents and, where the user has some, tiles."""

    def __init__(self, bench: Bench, tiles: Tiles | None = None) -> None:
        self.bench, self.tiles = bench, tiles

    def close(self) -> None:
        self.bench.close()

    def answer(self, method: str, parts: tuple[str, ...], query: str, body: Any) -> Answer:
        if parts[:1] == ("api",):
            return self._document(method, "/".join(parts[1:]), query, body)
        _allow(method, "GET")
        if parts[:1] == ("tiles",):
            return self._tile(parts[1:])
        return Answer(pages.index(), HTML) if parts == ("",) else _file(parts)

    def _document(self, method: str, name: str, query: str, body: Any) -> Answer:
        if name in _POSTED:
            _allow(method, "POST")
            return _POSTED[name](self.bench, Given(body))
        bench, of = self._of(name)
        if of not in _DOCUMENTS:
            raise Refused(HTTPStatus.NOT_FOUND, f"no document {shown(name)}: {', '.join((*_DOCUMENTS, *_POSTED))}")
        _allow(method, "GET")
        content = _DOCUMENTS[of](bench, Given(dict(parse_qsl(query, keep_blank_values=True))))
        if name == "view" and self.tiles is not None:
            content = {**content, "tiles": self.tiles.described}
        return Answer(as_json(content), JSON)

    def _of(self, name: str) -> tuple[Bench, str]:
        """Whose document is asked for, and which: those of the layout beside this one are called other/NAME."""
        if not name.startswith("other/"):
            return self.bench, name
        if self.bench.beside is None:
            raise Refused(HTTPStatus.NOT_FOUND, "one layout is served: bartizan serve A B serves two")
        return self.bench.beside, name.removeprefix("other/")

    def _tile(self, parts: tuple[str, ...]) -> Answer:
        place = [int(part) for part in parts if re.fullmatch(r"[0-9]{1,9}", part)]
        if self.tiles is None or len(parts) != 3 or len(place) != 3:
            raise Refused(HTTPStatus.NOT_FOUND, "no tiles here: start with --tiles FILE, and ask for tiles/Z/X/Y")
        found = self.tiles.tile(*place)
        if found is None:
            return Answer(b"", "application/octet-stream", status=HTTPStatus.NO_CONTENT)
        data, headers = found
        return Answer(data, headers["Content-Type"], headers)


class Listing:
    """A list of what `offers` names under headings, with a viewer for each under of/NUMBER/, whose bench `open_` makes
    when it is asked for."""

    def __init__(
        self,
        offers: Callable[[], Mapping[str, Sequence[Choice]]],
        open_: Callable[[str], Bench],
        tiles: Tiles | None = None,
    ) -> None:
        self.offers, self.open, self.tiles = offers, open_, tiles
        self._numbers: dict[str, int] = {}
        self._viewers: dict[str, Viewer] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        for viewer in self._viewers.values():
            viewer.close()

    def answer(self, method: str, parts: tuple[str, ...], query: str, body: Any) -> Answer:
        if parts[:1] == ("of",):
            return self._viewer(parts[1:2]).answer(method, parts[2:], query, body)
        _allow(method, "GET")
        return Answer(self._page(), HTML) if parts == ("",) else _file(parts)

    def _viewer(self, number: tuple[str, ...]) -> Viewer:
        with self._lock:
            source = next((s for s, of_it in self._numbers.items() if number == (str(of_it),)), None)
            if source is None:
                raise Refused(HTTPStatus.NOT_FOUND, "nothing is listed under this number; go back to the list")
            if source not in self._viewers:
                self._viewers[source] = Viewer(self.open(source), self.tiles)
            return self._viewers[source]

    def _page(self) -> bytes:
        offers = self.offers()
        with self._lock:
            for choices in offers.values():
                for choice in choices:
                    self._numbers.setdefault(choice.source, len(self._numbers))
        return pages.listing(offers, self._numbers)


def _file(parts: tuple[str, ...]) -> Answer:
    found = pages.file(parts)
    if found is None:
        raise Refused(HTTPStatus.NOT_FOUND, f"no file {shown('/'.join(parts))}")
    return Answer(*found)


def _allow(method: str, allowed: str) -> None:
    if method != allowed:
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, f"only {allowed} is answered here", Allow=allowed)


class Given:
    """What a request says, by name: text of a query, or the object that was posted. Raises UserError."""

    def __init__(self, content: Any) -> None:
        if not isinstance(content, dict):
            raise UserError(f"the body must be a JSON object, not {shown(content)}")
        self.content = content

    def text(self, name: str) -> str:
        found = self.content.get(name)
        if not isinstance(found, str):
            raise UserError(f"{name} is missing, or no text")
        return found

    def number(self, name: str) -> float:
        try:
            found = float(self.text(name))
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            raise UserError(f"{name} must be a number, not {shown(self.content[name])}")
        return found

    def whole(self, name: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", self.text(name)):
            raise UserError(f"{name} must be a whole number of 0 or more, not {shown(self.content[name])}")
        return int(self.content[name])

    def optional(self, name: str) -> str | None:
        """Text, or None where there is none."""
        return None if self.content.get(name) is None else self.text(name)

    def texts(self, name: str) -> list[str]:
        """Texts in a list; none where there is no such list."""
        found = self.content.get(name, [])
        if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
            raise UserError(f"{name} must be a list of texts")
        return found

    def flag(self, name: str) -> bool:
        if not isinstance(found := self.content.get(name), bool):
            raise UserError(f"{name} must be true or false")
        return found

    def mapping(self, name: str) -> dict[str, Any]:
        if not isinstance(found := self.content.get(name), dict):
            raise UserError(f"{name} must be a JSON object")
        return found

    def changes(self) -> list[dict[str, Any]]:
        found = self.content.get("changes")
        if not isinstance(found, list) or not all(isinstance(change, dict) for change in found):
            raise UserError("changes must be a list of objects")
        return found


def _streamed(lines: Iterator[Any]) -> Answer:
    """Lines as they come. The first is waited for, so that a wrong question has an error's status."""
    first = next(lines, None)

    def all_lines() -> Iterator[bytes]:
        try:
            if first is not None:
                yield as_json(first) + b"\n"
            for line in lines:
                yield as_json(line) + b"\n"
        except UserError as error:
            yield as_json({"error": str(error)}) + b"\n"
        finally:
            lines.close()  # type: ignore[attr-defined]

    return Answer(all_lines(), LINES)


_DOCUMENTS: Mapping[str, Callable[[Bench, Given], Mapping[str, Any]]] = {
    "view": lambda bench, _: bench.view(),
    "coverage": lambda bench, q: bench.coverage(
        q.text("what"), q.number("altitude"), q.optional("unit"), q.optional("threat")
    ),
    "fall": lambda bench, q: bench.fall(q.text("case"), q.text("kind")),
    "buildings": lambda bench, _: bench.buildings(),
    "terrain": lambda bench, _: bench.terrain(),
    "raids": lambda bench, q: bench.raids(q.text("case")),
    "replay": lambda bench, q: bench.replay(q.text("case"), q.whole("world"), q.whole("raid")),
    "other-raid": lambda bench, q: bench.other_raid(q.text("case"), q.whole("world"), q.whole("raid")),
}
_POSTED: Mapping[str, Callable[[Bench, Given], Answer]] = {
    "changed-replay": lambda bench, b: Answer(
        as_json(bench.changed_replay(b.text("case"), b.whole("world"), b.whole("raid"), b.changes())), JSON
    ),
    "changed-coverage": lambda bench, b: Answer(
        as_json(
            bench.changed_coverage(
                b.text("what"), b.number("altitude"), b.optional("unit"), b.optional("threat"), b.changes()
            )
        ),
        JSON,
    ),
    "scenario": lambda bench, b: Answer(as_json(bench.scenario(b.text("name"), b.changes())), JSON),
    "whatif": lambda bench, b: _streamed(bench.answers(b.text("case"), b.changes(), b.texts("given"))),
    "compared": lambda bench, b: _streamed(bench.compared(b.text("case"), b.changes(), b.flag("other"))),
    "placed": lambda bench, b: _streamed(bench.placed(b.changes(), b.mapping("placement"))),
    "question": lambda bench, b: Answer(as_json(bench.question(b.changes(), b.mapping("placement"))), JSON),
}
