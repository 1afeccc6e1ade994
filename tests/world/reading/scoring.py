"""How well the reader of reports finds what a careful person marked in texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bartizan.ground import units
from bartizan.world.reading.candidates import Candidate, candidates
from bartizan.world.reading.names import Names
from bartizan.world.scenario import load

HERE = Path(__file__).parent
TEXTS, SEEDS = HERE / "texts", HERE / "seeds.yaml"
#: The texts beside this file by when they were marked: before there were rules, after, and before these were changed.
SETS = {"six other events": slice(6), "nine events of other kinds": slice(6, 15), "three more": slice(15, None)}
Gold = Mapping[str, Any]


@dataclass(frozen=True)
class Score:
    """Shares of marked claims whose sentence, kind and value were found, and of candidates that match one."""

    claims: int
    candidates: int
    sentence: float
    kind: float
    value: float
    useful: float
    missed: tuple[str, ...]

    def __str__(self) -> str:
        shares = f"sentence {self.sentence:4.0%}, kind too {self.kind:4.0%}, value too {self.value:4.0%}"
        found = f"{self.claims:3d} claims, {self.candidates:3d} candidates"
        return f"{found}: {shares}; candidates that match a claim {self.useful:4.0%}"


def scored(texts: Sequence[tuple[str, Names, Sequence[Gold]]]) -> Score:
    """Of all texts together, each with the names that its reader knows and what was marked in it."""
    sentence = kind = value = useful = claims = found = 0
    missed: list[str] = []
    for text, names, gold in texts:
        made = candidates(text, names)
        spans = [(at, at + len(one["at"])) for one in gold for at in [_at(text, one["at"])]]
        there = [[c for c in made if c.sentence.start < end and start < c.sentence.end] for start, end in spans]
        alike = [[c for c in some if c.kind == one["kind"]] for some, one in zip(there, gold, strict=True)]
        equal = [[c for c in some if _same(c, one)] for some, one in zip(alike, gold, strict=True)]
        sentence, kind, value = (
            n + sum(map(bool, rows)) for n, rows in ((sentence, there), (kind, alike), (value, equal))
        )
        useful += len({id(c) for some in alike for c in some})
        claims, found = claims + len(gold), found + len(made)
        missed += [f"{one['kind']}: {one['at']}" for one, some in zip(gold, equal, strict=True) if not some]
    return Score(claims, found, sentence / claims, kind / claims, value / claims, useful / max(found, 1), tuple(missed))


def _at(text: str, words: str) -> int:
    at = text.find(words)
    assert at >= 0, f"no such words: {words!r}"
    return at


def _same(candidate: Candidate, gold: Gold) -> bool:
    """Whether the value is the marked one, where one is marked; lengths and speeds by their size."""
    if "value" not in gold:
        return True
    said, meant = candidate.value, gold["value"]
    for dimension in ("length", "speed"):
        try:
            return abs(units.parse(said, dimension) / units.parse(meant, dimension) - 1) < 1e-9
        except ValueError:
            continue
    return str(said).casefold() == str(meant).casefold()


def own_texts(named: bool) -> list[tuple[str, Names, Sequence[Gold]]]:
    """The texts beside this file: with the names that a user's scenario of each event would have, or with those of
    another scenario."""
    gold = yaml.safe_load((TEXTS / "gold.yaml").read_text(encoding="utf-8"))
    other = Names.of(load("moscow-2023"))
    return [
        ((TEXTS / f"{name}.txt").read_text(encoding="utf-8"),
         Names(**one["names"]) if named else other, one["claims"])
        for name, one in gold.items()
    ]  # fmt: skip


def seeds(folder: Path) -> list[tuple[str, Names, Sequence[Gold]]]:
    """The reports that moscow-2023 was made from, which are not in this repository."""
    gold = yaml.safe_load(SEEDS.read_text(encoding="utf-8"))
    names = Names.of(load("moscow-2023"))
    texts = [path for path in sorted(folder.glob("*.txt"))]
    return [(path.read_text(encoding="utf-8"), names, gold[path.name[:3]]) for path in texts]
