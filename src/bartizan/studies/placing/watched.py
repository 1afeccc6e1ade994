"""A placement that somebody watches: played in a thread, it says every moment how far it has got, and can be ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from bartizan.ground import geodesy
from bartizan.ground.errors import UserError
from bartizan.studies.documents.compared import Placing
from bartizan.studies.documents.sent import PlacingStep, SiteSoFar
from bartizan.studies.filling import Progress
from bartizan.studies.placing import asking, saying
from bartizan.studies.placing.place import Asked
from bartizan.studies.searching.patience import Patience, SoFar
from bartizan.world.candidates import Candidate

#: Seconds between two lines.
BEAT_S = 0.3
_one = threading.Lock()


class _Ended(Exception):
    """Nobody watches any more."""


def steps(of: Asked, seed: int, stop: threading.Event, threads: int | None = None) -> Iterator[PlacingStep]:
    """How far a placement has got, every moment; the last step has the answer. Closing the iterator, or `stop`, ends
    the placement. Raises UserError where another one is being played."""
    if not _one.acquire(blocking=False):
        raise UserError("another placement is being played: cancel that one first, or wait for its answer")
    try:
        yield from _Watch(of, seed, stop, threads).steps()
    finally:
        _one.release()


@dataclass
class _Watch:
    """One placement, played and watched."""

    asked: Asked
    seed: int
    stop: threading.Event
    threads: int | None
    progress: Progress = field(default_factory=lambda: Progress(0, 1))
    known: SoFar | None = None
    found: Placing | None = None
    trouble: BaseException | None = None

    def steps(self) -> Iterator[PlacingStep]:
        work = threading.Thread(target=self._work, daemon=True)
        work.start()
        try:
            while work.is_alive():
                yield self._step()
                work.join(BEAT_S)
        finally:
            self.stop.set()  # a world takes milliseconds: it ends with the one that is being played
            work.join()
        if self.trouble is not None:
            raise self.trouble
        if self.found is not None:
            yield self._answer(self.found)

    def _work(self) -> None:
        how = Patience(seed=self.seed, threads=self.threads, progress=self._progressed, hear=self._heard)
        try:
            self.found = self.asked.answer(how)
        except _Ended:
            pass
        except BaseException as error:
            self.trouble = error

    def _progressed(self, progress: Progress) -> None:
        self.progress = progress
        if self.stop.is_set():
            raise _Ended

    def _heard(self, known: SoFar) -> None:
        self.known = known
        if self.stop.is_set():
            raise _Ended

    def _step(self) -> PlacingStep:
        known, progress = self.known, self.progress
        return {
            "stage": known.stage if known else "screening",
            "share": min(0.99, progress.raids_done / max(1, progress.raids_in_all)),
            "left": known.left if known else 0, "worlds": known.worlds if known else 0,
            "sites": self._sites(known) if known else [], "found": None, "said": [], "changes": [], "text": "",
        }  # fmt: skip

    def _answer(self, found: Placing) -> PlacingStep:
        chosen = self.asked.chosen(found)
        sites = self._sites(self.known) if self.known else []
        return {
            "stage": "done", "share": 1.0, "left": 1, "worlds": found["worlds"],
            "sites": [{**site, "leads": number in chosen} for number, site in enumerate(sites)],
            "found": found, "said": saying.sentences(found), "changes": asking.changes(self.asked.candidates, chosen),
            "text": asking.text(self.asked.candidates, chosen),
        }  # fmt: skip

    def _sites(self, known: SoFar) -> list[SiteSoFar]:
        candidates = self.asked.candidates.all
        return [self._site(known, number, candidate) for number, candidate in enumerate(candidates)]

    def _site(self, known: SoFar, number: int, candidate: Candidate) -> SiteSoFar:
        spot = candidate.spot
        lat, lon = geodesy.to_degrees(spot.east, spot.north, self.asked.candidates.before.origin)
        return {
            "system": self.asked.system(candidate), "site": candidate.site, "lat": float(lat), "lon": float(lon),
            "alone": known.alone[number], "leads": number in known.leads,
        }  # fmt: skip
