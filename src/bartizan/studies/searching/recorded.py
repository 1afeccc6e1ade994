"""What was played of a search, kept in its folder as it comes: the same command goes on after an interrupt."""

from __future__ import annotations

import contextlib
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bartizan.ground import writing
from bartizan.ground.errors import ResultsError
from bartizan.ground.lock import locked
from bartizan.studies.searching.search import Choice, Play

PARTS = "played"
#: Worlds of a choice that an interrupt may lose, about.
_A_PART = 512
_DAMAGE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True)
class Recorded:
    """A folder for one search, such as a "placement", whose answer is placement.json; `identity` names it."""

    path: Path
    what: str
    identity: Mapping[str, Any]

    @property
    def _asked(self) -> Path:
        return self.path / f"{self.what}-asked.json"

    @property
    def _answer(self) -> Path:
        return self.path / f"{self.what}.json"

    @contextlib.contextmanager
    def begun(self, *, fresh: bool) -> Iterator[None]:
        """The folder made ready and locked. Raises ResultsError where something else is in it."""
        if self.path.exists() and not self.path.is_dir():
            raise ResultsError(f"{self.path} is a file; name a folder with --out")
        writing.make_folder(self.path)
        with locked(self.path):
            self._refuse_others(fresh)
            if fresh:
                self.drop()
                self._answer.unlink(missing_ok=True)
            writing.write_json(self._asked, dict(self.identity))
            yield

    def _refuse_others(self, fresh: bool) -> None:
        before = _read(self._asked)
        if before is None:
            foreign = [path.name for path in self.path.iterdir() if not path.name.startswith(".")]
            if foreign and not self._asked.exists():
                raise ResultsError(f"{self.path} is not empty and holds no {self.what}; name another folder with --out")
        elif not fresh and before != json.loads(json.dumps(dict(self.identity))):
            different = ", ".join(sorted(key for key in self.identity if before.get(key) != self.identity[key]))
            raise ResultsError(
                f"{self.path} holds another {self.what} (different: {different}); name another folder with --out, or "
                "replace it with --fresh"
            )

    def settled(self, play: Callable[[], Any], beside: Callable[[Any], tuple[str, str]], *, fresh: bool) -> Any:
        """The answer: read where this very search was finished, else played and kept; `beside` names and writes the
        scenario that lies beside it."""
        if not fresh and (before := self.answer()) is not None:
            name, text = beside(before)
            if not (self.path / name).exists():
                writing.write_text(self.path / name, text)
            return before
        with self.begun(fresh=fresh):
            found = play()
            name, text = beside(found)
            writing.write_text(self.path / name, text)
            self.finish(found)
        return found

    def answer(self) -> Any:
        """The answer of this very search, where it was finished; else None."""
        if _read(self._asked) != json.loads(json.dumps(dict(self.identity))):
            return None
        return _read(self._answer)

    def finish(self, answer: Mapping[str, Any]) -> None:
        """Keep the answer, and what it rests on no longer."""
        writing.write_json(self._answer, answer)
        self.drop()

    def drop(self) -> None:
        """Remove what was played."""
        parts = self.path / PARTS
        for path in parts.glob("*.npz"):
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            parts.rmdir()

    def playing(self, play: Play, skipped: Callable[[int], None]) -> Play:
        """`play`, of which what was done is read and what is done is kept; `skipped` is told how much was read."""

        def kept(choices: Sequence[Choice], first: int, count: int) -> np.ndarray:
            step = max(8, _A_PART // max(1, len(choices)))
            pieces = [(at, min(step, first + count - at)) for at in range(first, first + count, step)]
            return np.concatenate([self._one(play, choices, *piece, skipped) for piece in pieces], axis=1)

        return kept

    def _one(
        self, play: Play, choices: Sequence[Choice], first: int, count: int, skipped: Callable[[int], None]
    ) -> np.ndarray:
        named = hashlib.sha256(json.dumps([dict(self.identity), choices, first, count], sort_keys=True).encode())
        path = self.path / PARTS / f"{named.hexdigest()[:32]}.npz"
        if (found := _values(path, len(choices), count)) is not None:
            skipped(len(choices) * count)
            return found
        found = play(choices, first, count)
        writing.make_folder(path.parent)
        writing.write_arrays(path, {"values": found, "seal": np.array(_seal(found))}, compressed=False)
        return found


def _values(path: Path, choices: int, count: int) -> np.ndarray | None:
    """What a part holds; None where there is none, or it is not whole."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            values, seal = data["values"], str(data["seal"])
    except _DAMAGE:
        return None
    return values if values.shape[:2] == (choices, count) and seal == _seal(values) else None


def _seal(values: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()


def _read(path: Path) -> Any:
    """A file of JSON; None where there is none, or it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
