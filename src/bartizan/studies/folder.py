"""A results folder while a study fills it: locked, begun, filled part by part, finished; safe to end at any moment.

Only what Bartizan writes there is ever removed, by name. A study is finished when all files that its summary names are
there and have the content that it names.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bartizan.ground import lock, writing
from bartizan.ground.errors import ResultsError
from bartizan.studies.parts import MAY_CHANGE, Identity, Parts
from bartizan.studies.results import CALIBRATION, OWN, STUDY, SUMMARY, TABLES, read_study, read_summary

_WHY_DIFFERENT = {
    **dict.fromkeys(("plays", "digest"), "the scenario, the catalogue, or a file that they name"),
    "bartizan": "the version of Bartizan",
}


@dataclass(frozen=True)
class Folder:
    """A folder that a study writes into. `say` is told what a user should know, sentence by sentence."""

    path: Path
    identity: Identity
    say: Callable[[str], None] = lambda _: None

    @cached_property
    def parts(self) -> Parts:
        """What is done of it."""
        return Parts(self.path / "parts", self.identity, self.say)

    # ---------------------------------------------------------------------------------------- beginning

    def holds_it(self) -> bool:
        """Whether it holds this very study, finished and whole."""
        try:
            before = read_study(self.path)
        except ResultsError:
            return False
        return before is not None and not self.different(before) and self._is_whole()

    @contextlib.contextmanager
    def begun(self, scenario: Mapping[str, Any], *, fresh: bool = False, shared: bool = False) -> Iterator[lock.Lock]:
        """The folder made ready for this study and locked, if `shared` together with others who play shares of the very
        same study. Raises UserError where it is another's, or being written."""
        if self.path.exists() and not self.path.is_dir():
            raise ResultsError(f"{self.path} is a file; name a folder for the results")
        self._refuse_others(scenario, fresh, shared)
        writing.make_folder(self.path)
        with lock.locked(self.path, shared=shared) as held:
            self._refuse_others(scenario, fresh, shared)
            if not shared:  # else somebody is writing: on another machine, where the number of a process tells nothing
                writing.drop_abandoned(self.path)
            if fresh:
                self._clear()
            if not shared or read_study(self.path) is None:
                writing.write_json(self.path / "scenario.json", scenario)
                writing.write_json(self.path / STUDY, self.identity)
            self._refuse_others(scenario, fresh, shared)  # who began at the same moment, and wrote last
            yield held

    def _refuse_others(self, scenario: Mapping[str, Any], fresh: bool, shared: bool) -> None:
        if not self.path.is_dir():
            return
        there = {path.name for path in self.path.iterdir() if not path.name.startswith(writing.ASIDE)}
        try:
            before = read_study(self.path)  # after the names: another may begin this very study in between
        except ResultsError:
            if self._scenario() is None:
                raise ResultsError(
                    f"{self.path} has a study.json that is none of ours, or damaged, and no scenario beside it; "
                    "name another folder with --out"
                ) from None
            if fresh:
                return
            raise
        if before is None:
            self._refuse_foreign(there - {lock.NAME}, scenario)
        elif not fresh:
            self._refuse_another(before, shared)

    def _refuse_foreign(self, there: set[str], scenario: Mapping[str, Any]) -> None:
        """A folder without study.json is ours where nothing is `there` but what a run that was killed has left."""
        ours = {"parts", *OWN}
        if there and not (there <= ours and self._is_this_scenario(scenario)):
            raise ResultsError(f"{self.path} is not empty and holds no results; name another folder with --out")

    def _is_this_scenario(self, scenario: Mapping[str, Any]) -> bool:
        return self._scenario() == json.loads(json.dumps(scenario))

    def _scenario(self) -> dict[str, Any] | None:
        """The scenario that a study has written there; None where there is none."""
        try:
            found = json.loads((self.path / "scenario.json").read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) and "bartizan" in found else None

    def _refuse_another(self, before: Identity, shared: bool) -> None:
        may_change = MAY_CHANGE if not shared and self._may_go_on(before) else frozenset()
        if told := self.how_different(before, may_change):
            how = "" if shared else ", or replace it with --fresh"
            raise ResultsError(
                f"{self.path} holds another study (different: {told}); name another folder with --out{how}"
            )
        if self.different(before):
            self.say(f"{self.path}: what was played is kept: it does not depend on what has changed since.")

    def _may_go_on(self, before: Identity) -> bool:
        """Whether it was not finished: its parts are there still."""
        return not self._says_finished() and before.get("plays") == self.identity["plays"]

    def different(self, before: Identity) -> frozenset[str]:
        """What of this study's identity another has otherwise."""
        return frozenset(key for key in self.identity if before.get(key) != self.identity[key])

    def how_different(self, before: Identity, may_change: frozenset[str] = frozenset()) -> str:
        """The same in words, without what may change."""
        keys = sorted(self.different(before) - may_change)
        return ", ".join(dict.fromkeys(_WHY_DIFFERENT.get(key, key) for key in keys))

    def _clear(self) -> None:
        """Remove what a study has written, by name, and its parts; all else stays and is told."""
        for name in (SUMMARY, CALIBRATION, *TABLES):
            (self.path / name).unlink(missing_ok=True)
        self.parts.drop()
        kept = sorted(
            path.name + "/" * path.is_dir()
            for path in self.path.iterdir()
            if not path.name.startswith(writing.ASIDE) and path.name not in (lock.NAME, STUDY, "scenario.json")
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


def digest_of(path: Path) -> str | None:
    """SHA-256 of a file; None where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
