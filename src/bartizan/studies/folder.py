"""A results folder while a study fills it: locked, begun, filled part by part, finished; safe to end at any moment.

Only what Bartizan writes there is ever removed, by name. A part carries a seal, which says what it belongs to and that
it is whole; a study is finished when all files that its summary names are there and have the content that it names.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bartizan.ground import lock, writing
from bartizan.ground.errors import ResultsError
from bartizan.studies.results import CALIBRATION, SUMMARY, TABLES, read_study, read_summary

if TYPE_CHECKING:
    from bartizan.studies.replicate import Part

Identity = Mapping[str, Any]

#: Of what identifies a study, that which may change while its parts still hold: nothing that is played depends on it,
#: and worlds are nested.
MAY_CHANGE = frozenset({"digest", "worlds", "until"})
_DAMAGE = (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile, zipfile.LargeZipFile)
_WHY_DIFFERENT = {
    "plays": "the scenario, the catalogue or a file that they name",
    "digest": "the scenario, or a file that it names",
    "bartizan": "the version of Bartizan",
}


@dataclass(frozen=True)
class Folder:
    """A folder that a study writes into. `say` is told what a user should know, sentence by sentence."""

    path: Path
    identity: Identity
    say: Callable[[str], None] = lambda _: None

    # ---------------------------------------------------------------------------------------- beginning

    def holds_it(self) -> bool:
        """Whether it holds this very study, finished and whole."""
        try:
            before = read_study(self.path)
        except ResultsError:
            return False
        return before is not None and not self._different(before) and self._is_whole()

    @contextlib.contextmanager
    def begun(self, scenario: Mapping[str, Any], *, fresh: bool) -> Iterator[lock.Lock]:
        """The folder made ready for this study and locked. Raises UserError where it is another's, or being written."""
        if self.path.exists() and not self.path.is_dir():
            raise ResultsError(f"{self.path} is a file; name a folder for the results")
        self._refuse_others(scenario, fresh)
        writing.make_folder(self.path)
        with lock.locked(self.path) as held:
            self._refuse_others(scenario, fresh)
            writing.drop_abandoned(self.path)
            if fresh:
                self._clear()
            writing.write_json(self.path / "study.json", self.identity)
            writing.write_json(self.path / "scenario.json", scenario)
            yield held

    def _refuse_others(self, scenario: Mapping[str, Any], fresh: bool) -> None:
        if not self.path.is_dir():
            return
        try:
            before = read_study(self.path)
        except ResultsError:
            if fresh:
                return
            raise
        if before is None:
            self._refuse_foreign(scenario)
        elif not fresh:
            self._refuse_another(before)

    def _refuse_foreign(self, scenario: Mapping[str, Any]) -> None:
        """A folder without study.json is ours where nothing is in it but what a run that was killed has left."""
        there = {path.name for path in self.path.iterdir() if not path.name.startswith(writing.ASIDE)} - {lock.NAME}
        ours = {"scenario.json", "parts", SUMMARY, *TABLES}
        if there and not (there <= ours and self._is_this_scenario(scenario)):
            raise ResultsError(f"{self.path} is not empty and holds no results; name another folder with --out")

    def _is_this_scenario(self, scenario: Mapping[str, Any]) -> bool:
        try:
            found = json.loads((self.path / "scenario.json").read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return False
        return bool(found == json.loads(json.dumps(scenario)))

    def _refuse_another(self, before: Identity) -> None:
        different = self._different(before) - (MAY_CHANGE if self._may_go_on(before) else frozenset())
        if different:
            told = ", ".join(_WHY_DIFFERENT.get(key, key) for key in sorted(different))
            raise ResultsError(
                f"{self.path} holds another study (different: {told}); "
                "name another folder with --out, or replace it with --fresh"
            )
        if self._different(before):
            self.say(f"{self.path}: what was played is kept: it does not depend on what has changed since.")

    def _may_go_on(self, before: Identity) -> bool:
        """Whether it was not finished: its parts are there still."""
        return not self._says_finished() and before.get("plays") == self.identity["plays"]

    def _different(self, before: Identity) -> frozenset[str]:
        return frozenset(key for key in self.identity if before.get(key) != self.identity[key])

    def _clear(self) -> None:
        """Remove what a study has written, by name, and its parts; all else stays and is told."""
        for name in (SUMMARY, CALIBRATION, *TABLES):
            (self.path / name).unlink(missing_ok=True)
        self.drop_parts()
        kept = sorted(
            path.name + "/" * path.is_dir()
            for path in self.path.iterdir()
            if not path.name.startswith(writing.ASIDE) and path.name not in (lock.NAME, "study.json", "scenario.json")
        )
        if kept:
            more = f" and {len(kept) - 5} more" if len(kept) > 5 else ""
            self.say(f"{self.path}: not of this study, and kept: {', '.join(kept[:5])}{more}.")

    # ---------------------------------------------------------------------------------------- finishing

    def _says_finished(self) -> bool:
        try:
            return bool(read_summary(self.path)["run"].get("finished"))
        except (ResultsError, KeyError, AttributeError):
            return False

    def _is_whole(self) -> bool:
        """Whether the summary says finished, and all files that it names are as it names them."""
        if not self._says_finished():
            return False
        named = read_summary(self.path).get("files") or {}
        damaged = [name for name, content in named.items() if digest_of(self.path / name) != content]
        if damaged or not named:
            self.say(
                f"{self.path}: {', '.join(damaged) or 'a table'} is missing or damaged; the study is played again."
            )
        return not damaged and bool(named)

    def files(self) -> dict[str, str]:
        """SHA-256 of each table that is there, by name."""
        return {name: found for name in TABLES if (found := digest_of(self.path / name))}

    # ---------------------------------------------------------------------------------------- parts

    def _part(self, case: str, first_world: int) -> Path:
        return self.path / "parts" / case / f"{first_world:07d}.npz"

    def has_part(self, case: str, first_world: int) -> bool:
        return self._part(case, first_world).is_file()

    def save_part(self, case: str, part: Part) -> None:
        """Keep the outcomes of some worlds."""
        path = self._part(case, part.first_world)
        writing.make_folder(path.parent)
        arrays = {"sums": part.sums, "squares": part.squares} | {
            f"threats_{n}": a for n, a in (part.threats or {}).items()
        }
        if part.landed is not None:
            arrays |= {f"landed_{n}": a for n, a in part.landed._asdict().items()}
        seal = np.array(self._seal(case, part.first_world, arrays))
        writing.write_arrays(path, {**arrays, "seal": seal}, compressed=False)

    def _seal(self, case: str, first_world: int, arrays: Mapping[str, np.ndarray]) -> str:
        """SHA-256 of what a part holds and of what it belongs to."""
        belongs = {key: value for key, value in self.identity.items() if key not in MAY_CHANGE}
        digest = hashlib.sha256(json.dumps([belongs, case, first_world], sort_keys=True).encode())
        for name in sorted(arrays):
            array = np.ascontiguousarray(arrays[name])
            digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
            digest.update(array.reshape(-1).view(np.uint8).data)
        return digest.hexdigest()

    def _parts(self, case: str) -> list[Path]:
        return sorted((self.path / "parts" / case).glob("[0-9]*.npz"))

    def _read(self, case: str, path: Path) -> dict[str, np.ndarray]:
        """The arrays of a part. Raises ResultsError where it is not whole, or of another study."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
                arrays = {name: data[name] for name in data.files}
            seal = str(arrays.pop("seal"))
            sound = seal == self._seal(case, first := int(path.stem), arrays) and self._fits(first, len(arrays["sums"]))
        except _DAMAGE as error:
            raise ResultsError(f"{path} is damaged: {error}; run the study again to go on") from None
        if not sound:
            raise ResultsError(f"{path} is damaged, or of another study; run the study again to go on")
        return arrays

    def _fits(self, first_world: int, worlds: int) -> bool:
        """Whether a part ends where this study's parts do: the last one of a smaller study may be short."""
        return worlds == self._length(first_world)

    def _length(self, first_world: int) -> int:
        """Worlds of the part that begins with this one."""
        return int(min(self.identity["worlds_a_part"], self.identity["worlds"] - first_world))

    def drop_beyond(self, cases: Sequence[str], worlds: int) -> None:
        """Remove the parts of worlds from this number on, which a larger study has left."""
        for path in (path for case in cases for path in self._parts(case) if int(path.stem) >= worlds):
            path.unlink(missing_ok=True)

    def drop_damaged(self, cases: Sequence[str]) -> int:
        """Remove parts that are not whole, and tell; how many there were."""
        dropped = 0
        for case in cases:
            for path in self._parts(case):
                try:
                    self._read(case, path)
                except ResultsError:
                    path.unlink(missing_ok=True)
                    dropped += 1
                    self.say(f"{path} was damaged; its worlds are played again.")
        return dropped

    def read_parts(self, case: str) -> list[Part]:
        """The sums of all kept parts of a case in the order of worlds."""
        from bartizan.studies.falls import Landed  # these import the compiler, which reading results can do without
        from bartizan.studies.replicate import Part

        found = []
        for path in self._parts(case):
            data = self._read(case, path)
            landed = Landed(*(data[f"landed_{n}"] for n in Landed._fields)) if "landed_cells" in data else None
            found.append(Part(int(path.stem), data["sums"], data["squares"], None, None, None, landed))
        return found

    def worlds_kept(self, case: str, first: int) -> int:
        """How many of the first worlds of a case are in parts, once `drop_damaged` has left whole ones alone."""
        return sum(self._length(int(path.stem)) for path in self._parts(case) if int(path.stem) < first)

    def threats(self, case: str) -> Iterator[dict[str, np.ndarray]]:
        """The rows of threats of a case, part by part."""
        for path in self._parts(case):
            data = self._read(case, path)
            yield {n.removeprefix("threats_"): a for n, a in data.items() if n.startswith("threats_")}

    def drop_parts(self) -> None:
        """Remove the parts, and the folders that are empty then."""
        parts = self.path / "parts"
        for path in parts.glob("*/*.npz"):
            if path.stem.isdecimal() or path.name.startswith(writing.ASIDE):
                path.unlink(missing_ok=True)
        for folder in (*parts.glob("*/"), parts):
            writing.drop_abandoned(folder)
            with contextlib.suppress(OSError):  # something of somebody else's lies in it
                folder.rmdir()


def digest_of(path: Path) -> str | None:
    """SHA-256 of a file; None where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
