"""What a viewer may ask of a scenario or of a results folder, as plain documents; and what there is to open."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bartizan.ground.errors import ResultsError, UserError, shown
from bartizan.studies import layers, overview
from bartizan.studies.documents.results import Summary
from bartizan.studies.documents.sent import Beside, PlacingStep
from bartizan.studies.documents.viewer import (
    Answer,
    Buildings,
    CoverageOffered,
    Grid,
    Offered,
    Raids,
    Replay,
    ReplayOf,
    Terrain,
    View,
    Worth,
    Written,
)
from bartizan.studies.results import PARTS, STUDY, SUMMARY, Results, of_another_version, open_results, scenario_of
from bartizan.world.scenario import Scenario, load, shipped
from bartizan.world.schema.fields import KEY_RULE, LONGEST_KEY, is_key

if TYPE_CHECKING:
    from bartizan.studies.paired import Layout

Changes = Sequence[Mapping[str, Any]]
Part = TypeVar("Part")

#: Seed of what is computed for a scenario that has no results.
SEED = 0
#: Whose coverage is found before anybody asks for it.
WARM_ALTITUDE_M = 100.0
#: Seconds that a page has to itself: importing the compiler meanwhile would hold up the interpreter that serves it.
PAGE_S = 1.5
#: Results folders and files that are offered, at most, of each.
MOST_OFFERED = 40
#: Where a second layout is asked for and there is none.
ALONE = "one layout is served: bartizan serve A B serves two"
_NO_COVERAGE: CoverageOffered = {"altitudes_m": [], "units": [], "threats": [], "what": []}


class Subject:
    """What is looked at: a scenario, results, or both. `notes` says what the viewer should know of them."""

    def __init__(
        self, scenario: Scenario | None, results: Results | None, notes: Sequence[str] = (), why_not: str = ""
    ) -> None:
        self._scenario, self.results, self.why_not = scenario, results, why_not
        self.notes = [*notes, why_not] if why_not else list(notes)
        self.seed = int(results.summary["run"]["seed"]) if results else SEED
        self._worth: dict[str, list[Worth]] = {}
        self._changed: tuple[str, layers.CoverageMaps] | None = None

    @classmethod
    def open(cls, source: str) -> Subject:
        """Of a results folder, a scenario file or a shipped name. Raises UserError where it cannot be used."""
        if not is_results(source):
            return cls(load(source), None)
        results = open_results(source)
        _check_whole(results)
        notes = [text] if (text := of_another_version(results.summary)) else []
        if not results.summary["run"].get("finished") or (results.path / "parts").is_dir():
            notes.append(
                "This study was stopped before it was finished, or is still being played: what follows rests on the "
                "part that is done. Run it again to go on, then load this page again."
            )
        try:
            return cls(scenario_of(results), results, notes)
        except UserError as error:
            why_not = f"No replay, no what-if and no coverage beyond what was saved: {error}"
            return cls(None, results, notes, why_not)

    @property
    def scenario(self) -> Scenario:
        """Raises UserError where it cannot be had."""
        if self._scenario is None:
            raise UserError(self.why_not)
        return self._scenario

    @property
    def origin(self) -> tuple[float, float]:
        if self._scenario is not None:
            return self._scenario.origin
        assert self.results is not None
        told = self.results.summary["map"]["origin"] or {"lat": 0.0, "lon": 0.0}
        return float(told["lat"]), float(told["lon"])

    @cached_property
    def coverage(self) -> layers.CoverageMaps | layers.SavedCoverage:
        if self._scenario is not None:
            return layers.CoverageMaps(self._scenario, self.seed)
        return layers.SavedCoverage(self.file("coverage.npz"), self.origin)

    def changed_coverage(self, changes: Changes) -> layers.CoverageMaps:
        """Coverage under changes; that of the last changes is kept."""
        from bartizan.world import edit

        key = json.dumps(changes, sort_keys=True, default=str)
        if self._changed is None or self._changed[0] != key:
            self._changed = key, layers.CoverageMaps(edit.changed(self.scenario, changes), self.seed)
        return self._changed[1]

    @cached_property
    def terrain(self) -> Terrain:
        return layers.terrain(self.scenario)

    def file(self, name: str) -> Path:
        """A file of the results. Raises ResultsError where there are none."""
        return self._results.path / name

    @property
    def _results(self) -> Results:
        if self.results is None:
            raise ResultsError("there are no results yet: play the scenario with bartizan run, then open its results")
        return self.results

    def raids(self) -> tuple[int, int]:
        """Worlds, and raids in each."""
        if self.results is not None:
            run = self.results.summary["run"]
            return int(run["worlds"]), int(run["raids"])
        study = self.scenario.file.study
        return study.worlds, study.raids

    def worth_seeing(self, case: str) -> list[Worth]:
        """Raids of a case worth seeing: of the results, or, where they keep no raid, of some that are played now."""
        from bartizan.studies import episodes

        if case not in self._worth:
            if self.results is not None and self.results.keeps_threats:
                self._worth[case] = episodes.worth_seeing(self.results, case)
            else:
                _, raids = self.raids()
                self._worth[case] = episodes.worth_seeing_played(self.scenario, case, self.seed, raids)
        return self._worth[case]

    def unlike_stored(self, replay: ReplayOf) -> list[str]:
        """A sentence where a raid that was played again ends otherwise than the results have it."""
        from bartizan.studies import episodes

        if self.results is None or not self.results.keeps_threats:
            return []
        stored = episodes.fates(self.results, replay["case"], replay["world"], replay["raid"])
        other = [t["name"] for t in replay["threats"] if stored.get(t["id"], t["fate"]) != t["fate"]]
        if not other:
            return []
        return [
            f"Played again, this raid ends otherwise than in the results: {len(other)} of {len(replay['threats'])} "
            "threats have another fate there. Run the study again with --fresh."
        ]

    @cached_property
    def view(self) -> View:
        summary = self.results.summary if self.results else None
        if self._scenario is not None:
            content = overview.of_scenario(self._scenario)
            content = overview.with_results(content, summary) if summary else content
        else:
            content = _of_summary_alone(self._results.summary, self.file(SUMMARY))
        if self._scenario is not None:
            content = {**content, "placing": self._placing()}
        coverage = self._or_noted(lambda: self.coverage.offered(), _NO_COVERAGE)
        fall = self._or_noted(lambda: layers.falls_offered(self.file("fall.npz")), None) if summary else None
        return {**content, "coverage": coverage, "fall": fall, "notes": self.notes}

    def _placing(self) -> Offered:
        from bartizan.studies.placing import asking

        return asking.offered(self.scenario)

    def _or_noted(self, part: Callable[[], Part], otherwise: Part) -> Part:
        """A part of the view; where it cannot be had, what stands in its place, and a note of why."""
        try:
            return part()
        except ResultsError as error:
            self.notes.append(str(error))
            return otherwise


def _check_whole(results: Results) -> None:
    summary = results.summary
    wrong = [key for key, kind in PARTS.items() if not isinstance(summary.get(key), kind)]
    if "run" not in wrong:
        numbers = ("seed", "worlds", "raids")
        wrong += [f"run.{key}" for key in numbers if not isinstance(summary["run"].get(key), int)]
    if "cases" not in wrong:
        keys = ("name", "raid", "worlds", "raids")
        wrong += [
            f"cases[{n}].{key}" for n, case in enumerate(summary["cases"]) for key in keys if case.get(key) is None
        ]
    if wrong:
        path = results.path / SUMMARY
        raise ResultsError(f"{path} is damaged: {', '.join(wrong)} cannot be read; run the study again with --fresh")


def _of_summary_alone(summary: Summary, path: Path) -> View:
    try:
        return overview.of_summary(summary)
    except (KeyError, TypeError, ValueError) as error:
        raise ResultsError(f"{path} is damaged: {error!r}; run the study again with --fresh") from None


class Workbench:
    """A viewer's documents of one source, and of another `beside` it. Asking for the view again looks whether the
    source has changed. Safe in threads; the newest what-if ends the one before it, and so does a comparison."""

    def __init__(self, source: str, beside: str | None = None) -> None:
        self.source = source
        self.beside = None if beside is None else Workbench(beside)
        self._lock = threading.Lock()
        self._opened: tuple[object, Subject] | None = None
        self._asking: dict[str, threading.Event] = {}  # what ends the work of each kind
        self._viewed = threading.Event()

    def _subject(self, *, anew: bool = False) -> Subject:
        with self._lock:
            if self._opened is None or (anew and self._opened[0] != _stamp(self.source)):
                self._opened = None
                stamp = _stamp(self.source)
                self._opened = (stamp, Subject.open(self.source))
            return self._opened[1]

    def check(self) -> None:
        """Raises UserError, as all else here does, where the source cannot be used."""
        self._subject()
        if self.beside is not None:
            self.beside.check()

    def view(self) -> View:
        """What the page begins with; where there are no results, with the command that makes some."""
        self._viewed.set()
        view = self._subject(anew=True).view
        if self.beside is not None:
            view = {**view, "layouts": [layout.name for layout in self._layouts([], other=True)]}
        return view if view["results"] else {**view, "command": shlex.join(("bartizan", "run", self.source))}

    def coverage(self, what: str, altitude_m: float, unit: str | None, threat: str | None = None) -> Grid:
        """The probability over worlds that a threat is seen, engageable or seen by two at an altitude."""
        return self._subject().coverage.picture(what, altitude_m, unit, threat)

    def fall(self, case: str, kind: str) -> Grid:
        """How much of a kind comes down in a raid of a case, per km2."""
        subject = self._subject()
        return layers.fall(subject.file("fall.npz"), case, kind, subject.origin)

    def terrain(self) -> Terrain:
        """The hills of a mapped surface, lit."""
        return self._subject().terrain

    def buildings(self) -> Buildings:
        """The buildings of a mapped surface."""
        return layers.buildings(self._subject().scenario)

    def raids(self, case: str) -> Raids:
        """How many raids there are of a case, and which are worth seeing."""
        subject = self._subject()
        worlds, raids = subject.raids()
        return {"worlds": worlds, "raids": raids, "worth": subject.worth_seeing(case)}

    def replay(self, case: str, world: int, raid: int) -> Replay:
        """One raid, from its journal."""
        from bartizan.studies import replay

        subject = self._subject()
        played = replay.document(subject.scenario, case, world, raid, subject.seed, subject.raids()[1])
        return {**played, "notes": subject.unlike_stored(played)}

    def changed_replay(self, case: str, world: int, raid: int, changes: Changes) -> ReplayOf:
        """The same raid under changes, with the same luck."""
        from bartizan.studies import replay

        subject = self._subject()
        scenario, seed, raids = subject.scenario, subject.seed, subject.raids()[1]
        return replay.changed_document(scenario, case, world, raid, seed, raids, changes)

    def changed_coverage(
        self, what: str, altitude_m: float, unit: str | None, threat: str | None, changes: Changes
    ) -> Grid:
        """Coverage of the changed scenario."""
        return self._subject().changed_coverage(changes).picture(what, altitude_m, unit, threat)

    def scenario(self, name: str, changes: Changes) -> Written:
        """The changed scenario as a file with comments."""
        from bartizan.world import edit

        if not is_key(name):
            raise UserError(f"the name {shown(name)}: {KEY_RULE}, and {LONGEST_KEY} at most")
        return {"file": f"{name}.yaml", "text": edit.text(self._subject().scenario, changes, name)}

    def answers(self, case: str, changes: Changes, answered: Sequence[str] = ()) -> Iterator[Answer]:
        """Estimates of the changed scenario, questions answered, narrowing; closing the iterator, or asking again, ends
        the work."""
        from bartizan.studies import whatif

        stop, subject = self._newest("what-if"), self._subject()
        try:
            yield from whatif.answers(subject.scenario, case, changes, answered=answered, seed=subject.seed, stop=stop)
        finally:
            stop.set()

    def _newest(self, kind: str) -> threading.Event:
        """What will end work of this kind, once that before it was ended."""
        stop = threading.Event()
        with self._lock:
            if kind in self._asking:
                self._asking[kind].set()
            self._asking[kind] = stop
        return stop

    # ---- two layouts

    def _layouts(self, changes: Changes, *, other: bool) -> list[Layout]:
        """The scenario, changed, and the one beside it; or the scenario as it is, and changed."""
        from bartizan.studies.compare import told_apart
        from bartizan.studies.paired import Layout
        from bartizan.world import edit

        scenario = self._subject().scenario
        after = edit.changed(scenario, changes) if changes else scenario
        if not other:
            return [Layout("as it is", scenario), Layout("with the changes", after)]
        if self.beside is None:
            raise UserError(ALONE)
        return told_apart([Layout(self.source, after), Layout(self.beside.source, self.beside._subject().scenario)])

    def other_raid(self, case: str, world: int, raid: int) -> ReplayOf:
        """The raid of this world and number in the layout beside this one, with the same luck."""
        from bartizan.studies import beside

        subject, (first, other) = self._subject(), self._layouts([], other=True)
        return beside.raid(first.scenario, other, case, world, raid, subject.seed, subject.raids()[1])

    def compared(self, case: str, changes: Changes, other: bool) -> Iterator[Beside]:
        """What gets through the changed scenario and the one beside it, or the scenario as it is and changed; asking
        again ends the work."""
        from bartizan.studies import beside

        stop, (first, second) = self._newest("comparison"), self._layouts(changes, other=other)
        try:
            yield from beside.answers(first, second, case, self._subject().seed, stop)
        finally:
            stop.set()

    # ---- more units

    def placed(self, changes: Changes, placement: Mapping[str, Any]) -> Iterator[PlacingStep]:
        """A placement on the changed scenario, while it is played; closing the iterator ends it."""
        from bartizan.studies.placing import asking, watched

        subject, stop = self._subject(), threading.Event()
        question = asking.asked(asking.question(subject.scenario, changes, placement))
        steps = watched.steps(question, subject.seed, stop)
        first = next(steps)  # refused where another one is played, which `close` still has to end
        with self._lock:
            self._asking["placement"] = stop
        yield first
        yield from steps

    def question(self, changes: Changes, placement: Mapping[str, Any]) -> Written:
        """A placement as YAML, to go into the scenario."""
        from bartizan.studies.placing import asking
        from bartizan.world.candidates import candidates

        found = candidates(asking.question(self._subject().scenario, changes, placement))
        return {"file": "placement.yaml", "text": asking.text(found)}

    def close(self) -> None:
        """End all that is being worked on."""
        with self._lock:
            for stop in self._asking.values():
                stop.set()

    def warm(self, begin: Callable[[], None] = lambda: None) -> None:
        """Once the page is there, and `begin` was called, ask what people ask first, so that they do not wait for the
        compiler. A source that cannot be used says so when it is asked for."""
        with contextlib.suppress(UserError):
            subject = self._subject()
            case = subject.scenario.cases[0].name
            self._viewed.wait()
            time.sleep(PAGE_S)
            begin()
            from bartizan.studies import whatif

            subject.coverage.picture("seen", WARM_ALTITUDE_M, None)
            next(whatif.answers(subject.scenario, case, [], seed=subject.seed))


def is_results(source: str) -> bool:
    """Whether a source is a folder of results; a shipped name is one only where a folder of that name holds some."""
    path = Path(source)
    return path.is_dir() and (source not in shipped() or (path / STUDY).is_file())


def is_begun(source: str) -> bool:
    """Whether a source is a folder that a study has begun to fill."""
    return is_results(source) and any((Path(source) / name).is_file() for name in (STUDY, SUMMARY))


def _stamp(source: str) -> object:
    """Changes when the file, or the results, do."""
    path = Path(source)
    beside = [path, Path(source.rpartition(":")[0])]  # file.yaml:variant
    files = [path / SUMMARY, path / STUDY] if is_results(source) else beside
    return [(s.st_mtime_ns, s.st_size) if (s := _stat(file)) else None for file in files]


def _stat(path: Path) -> Any:
    try:
        return path.stat()
    except (OSError, ValueError):  # not there, or no path at all
        return None


# -------------------------------------------------------------------------------------------- what there is to open


@dataclass(frozen=True)
class Choice:
    """Something that can be opened, and what it is called."""

    source: str
    title: str


def choices(folder: Path) -> dict[str, list[Choice]]:
    """Results and scenario files found in a folder and its `results`, and the shipped scenarios with their variants."""
    beside = [*_newest(folder.glob(f"results/*/{STUDY}")), *_newest(folder.glob(f"*/{STUDY}"))]
    files = [p for p in _newest(folder.glob("*.yaml")) if _is_scenario(p)]
    return {
        "Results": [Choice(str(p.parent), _titled(p.parent)) for p in beside[:MOST_OFFERED]],
        "Scenario files here": [Choice(str(p), p.name) for p in files[:MOST_OFFERED]],
        "Scenarios that ship with Bartizan": [choice for name in shipped() for choice in _variants(name)],
    }


def _titled(folder: Path) -> str:
    """The title of the scenario whose results a folder holds; the folder's name where none can be read."""
    try:
        told = open_results(folder).summary["scenario"]
        return str(told.get("title") or told["name"])
    except (ResultsError, KeyError, AttributeError, TypeError):
        return folder.name


def _newest(paths: Iterator[Path]) -> list[Path]:
    return sorted(paths, key=lambda p: p.stat().st_mtime, reverse=True)


def _is_scenario(path: Path) -> bool:
    """Whether a file says that it is one, in its first lines."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return re.search(r'^[\s{"]*bartizan"?\s*:', file.read(4000), re.MULTILINE) is not None
    except OSError:
        return False


def _variants(name: str) -> list[Choice]:
    scenario = load(name)
    own = [Choice(f"{name}:{key}", variant.title) for key, variant in scenario.file.variants.items()]
    return [Choice(name, scenario.title), *own]
