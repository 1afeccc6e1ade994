"""Candidates beside the claims of a scenario, read by the same rules: new, said already, or said otherwise."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bartizan.world.reading.candidates import Candidate, candidates
from bartizan.world.reading.clues import Kind
from bartizan.world.reading.names import Names
from bartizan.world.scenario import Scenario
from bartizan.world.schema import Claim
from bartizan.world.values import bounds

Standing = Literal["new", "repeats", "contradicts"]

#: Two of these on one thing cannot both be true; two of other kinds may.
_ONE_VALUE: frozenset[Kind] = frozenset(
    {"count", "storeys", "height", "building", "distance", "range", "personnel", "confirmation", "likelihood"}
)
#: About the whole of an event, whatever is named beside them; about a system, wherever it stands.
_OF_ALL: frozenset[Kind] = frozenset({"confirmation", "likelihood"})
_OF_SYSTEMS: frozenset[Kind] = frozenset({"range", "purpose"})
#: About a system at a place: of another system there they say nothing.
_OF_BOTH: frozenset[Kind] = frozenset({"position", "count", "distance", "date"})
#: Numbers that differ by less say the same: a mile and a half is 2.4 km.
_ALIKE = 0.05


@dataclass(frozen=True)
class Beside:
    """A candidate, and the claims that say the same and something else on the same."""

    candidate: Candidate
    repeats: tuple[Claim, ...]
    against: tuple[Claim, ...]

    @property
    def standing(self) -> Standing:
        """Against any claim counts before the same as another."""
        return "contradicts" if self.against else "repeats" if self.repeats else "new"


def read(text: str, scenario: Scenario) -> list[Beside]:
    """Every candidate of a report, in the order of its text, beside the claims of a scenario."""
    names = Names.of(scenario)
    told = [(claim, one) for claim in scenario.file.claims for one in _told(claim, names)]
    elsewhere = {claim.id for claim, one in told if one.kind in _OF_ALL | _OF_SYSTEMS}
    told += _standing(scenario, names, elsewhere)
    return [_beside(one, one.also_about(names.hinted(one.sentence.text)), told) for one in candidates(text, names)]


def _told(claim: Claim, names: Names) -> Iterator[Candidate]:
    """What the rules take from a claim's own words, with the places that these, its topic and its distance hint at."""
    ends = [] if claim.distance is None else [claim.distance.start, claim.distance.end]
    hinted = names.hinted(" ".join([claim.says, claim.topic.replace("-", " "), *ends]))
    yield from (one.also_about(hinted) for one in candidates(claim.says, names, in_context=True))


def _standing(scenario: Scenario, names: Names, elsewhere: set[str]) -> Iterator[tuple[Claim, Candidate]]:
    """That a unit stands where its name says, by the claims that it names, but for those of something else."""
    claims = {claim.id: claim for claim in scenario.file.claims}
    for placed in scenario.units:
        where = [mention.name.called for mention in names.mentions(placed.name) if mention.name.what == "place"]
        for one in candidates(" ".join(f"A system stands at {place}." for place in where), names):
            if one.kind == "position":
                yield from ((claims[key], one) for key in placed.unit.claims if key in claims and key not in elsewhere)


def _beside(candidate: Candidate, meant: Candidate, told: Sequence[tuple[Claim, Candidate]]) -> Beside:
    """`meant` is the candidate with all that it may be about."""
    alike = [(claim, _agree(meant, other)) for claim, other in told if _on_the_same(meant, other)]
    repeats = {claim.id: claim for claim, agree in alike if agree}
    against = {claim.id: claim for claim, agree in alike if agree is False and claim.id not in repeats}
    return Beside(candidate, tuple(repeats.values()), tuple(against.values()))


def _on_the_same(a: Candidate, b: Candidate) -> bool:
    """Whether both are of one kind and on one thing: a place that both name, unless of other systems, or a system."""
    if a.kind != b.kind:
        return False
    if a.kind in _OF_ALL:
        return True
    own, other = _named(a, "system"), _named(b, "system")
    systems = own & other
    if a.kind in _OF_SYSTEMS:
        return bool(systems)
    if a.kind in _OF_BOTH and own and other and not systems:
        return False
    places, others = _places(a), _places(b)
    if places and others:
        both = places & others
        return len(both) >= (2 if a.kind == "distance" and min(len(places), len(others)) > 1 else 1)
    return bool(systems) and a.kind not in ("position", "distance", "date", "outcome", "personnel")


def _named(candidate: Candidate, what: str) -> set[str]:
    return {name.called for name in candidate.about if name.what == what}


def _places(candidate: Candidate) -> set[str]:
    """Places that it is about: of a position, the one that its own words name; of a distance, none from before."""
    if candidate.kind == "position" and candidate.place is not None:
        return {candidate.place.called} if candidate.place.what == "place" else set()
    return set() if candidate.from_before and candidate.kind == "distance" else _named(candidate, "place")


def _agree(a: Candidate, b: Candidate) -> bool | None:
    """Whether two on one thing say the same; None where both may be true."""
    if a.value is None or b.value is None:
        return True
    if a.amount and b.amount:
        same = _same_number(a, b)
    elif a.kind in ("position", "purpose"):
        same = True  # at a place and near it are one to most who write
    else:
        same = str(a.value).casefold() == str(b.value).casefold()
    return True if same else False if a.kind in _ONE_VALUE else None


def _same_number(a: Candidate, b: Candidate) -> bool:
    """By size, as far as ranges, "at least" and "up to" leave room."""
    told = [bounds(one.amount.claimed) for one in (a, b) if one.amount]
    if None in told or len({one.dimension for one in told if one}) > 1:
        return False
    (low, high), (other_low, other_high) = ((one.low, one.high) for one in told if one)
    return max(low, other_low) <= min(high, other_high) or math.isclose(
        max(low, other_low), min(high, other_high), rel_tol=_ALIKE
    )
