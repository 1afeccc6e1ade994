"""What was played of a placement, kept in its folder as it comes: the same command goes on after an interrupt."""

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
from bartizan.studies.placing.rules import Layout
from bartizan.studies.placing.search import Play

IDENTITY, ANSWER, PARTS = "place.json", "placement.json", "played"
#: Worlds under a layout that an interrupt may lose, about.
_A_PART = 512
_DAMAGE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True)
class Recorded:
    """A folder for one placement, which `identity` names."""

    path: Path
    identity: Mapping[str, Any]

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
                (self.path / ANSWER).unlink(missing_ok=True)
            writing.write_json(self.path / IDENTITY, dict(self.identity))
            yield

    def _refuse_others(self, fresh: bool) -> None:
        before = _read(self.path / IDENTITY)
        if before is None:
            foreign = [path.name for path in self.path.iterdir() if not path.name.startswith(".")]
            if foreign and not (self.path / IDENTITY).exists():
                raise ResultsError(f"{self.path} is not empty and holds no placement; name another folder with --out")
        elif not fresh and before != json.loads(json.dumps(dict(self.identity))):
            different = ", ".join(sorted(key for key in self.identity if before.get(key) != self.identity[key]))
            raise ResultsError(
                f"{self.path} holds another placement (different: {different}); name another folder with --out, or "
                "replace it with --fresh"
            )

    def answer(self) -> Any:
        """The answer of this very placement, where it was finished; else None."""
        if _read(self.path / IDENTITY) != json.loads(json.dumps(dict(self.identity))):
            return None
        return _read(self.path / ANSWER)

    def finish(self, answer: Mapping[str, Any]) -> None:
        """Keep the answer, and what it rests on no longer."""
        writing.write_json(self.path / ANSWER, answer)
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

        def kept(layouts: Sequence[Layout], first: int, count: int) -> np.ndarray:
            step = max(8, _A_PART // max(1, len(layouts)))
            pieces = [(at, min(step, first + count - at)) for at in range(first, first + count, step)]
            return np.concatenate([self._one(play, layouts, *piece, skipped) for piece in pieces], axis=1)

        return kept

    def _one(
        self, play: Play, layouts: Sequence[Layout], first: int, count: int, skipped: Callable[[int], None]
    ) -> np.ndarray:
        named = hashlib.sha256(json.dumps([dict(self.identity), layouts, first, count], sort_keys=True).encode())
        path = self.path / PARTS / f"{named.hexdigest()[:32]}.npz"
        if (found := _values(path, len(layouts), count)) is not None:
            skipped(len(layouts) * count)
            return found
        found = play(layouts, first, count)
        writing.make_folder(path.parent)
        writing.write_arrays(path, {"values": found, "seal": np.array(_seal(found))}, compressed=False)
        return found


def _values(path: Path, layouts: int, count: int) -> np.ndarray | None:
    """What a part holds; None where there is none, or it is not whole."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            values, seal = data["values"], str(data["seal"])
    except _DAMAGE:
        return None
    return values if values.shape[:2] == (layouts, count) and seal == _seal(values) else None


def _seal(values: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()


def _read(path: Path) -> Any:
    """A file of JSON; None where there is none, or it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
