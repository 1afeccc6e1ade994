"""Digests of what every shipped scenario comes to, to see that a change of the code changes no answer.

    python tools/hash_outcomes.py           play all, and say where an answer differs from tools/outcomes.json
    python tools/hash_outcomes.py NAME ...  play these scenarios and variants alone
    python tools/hash_outcomes.py --write   keep the digests of this version there

Each variant of each scenario is played in few worlds, all its cases in few raids; its digests are those of fates,
causes, shots, sums and what came down, and of a coarse map of what is seen and engaged.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bartizan.studies import approaches, coverage
from bartizan.studies.replicate import columns_of, design, parts
from bartizan.world.scenario import Scenario, load, shipped

KEPT = Path(__file__).parent / "outcomes.json"
WORLDS, RAIDS, SEED = 2, 6, 7
MAP_ALTITUDES_M, MAP_REACH_M, MAP_CELL_M = (50.0, 300.0), 60_000.0, 3_000.0


def names() -> Iterator[str]:
    """Every shipped scenario, and every variant of it."""
    for name in shipped():
        yield name
        yield from (f"{name}:{variant}" for variant in load(name).file.variants)


def _digest(arrays: dict[str, np.ndarray]) -> str:
    found = hashlib.sha256()
    for name, values in sorted(arrays.items()):
        found.update(f"{name} {values.dtype} {values.shape}".encode() + np.ascontiguousarray(values).tobytes())
    return found.hexdigest()[:16]


def raids(scenario: Scenario) -> dict[str, str]:
    """A digest for each case of what came of its raids."""
    plays = [(case, design(case, WORLDS, RAIDS, SEED)) for case in scenario.cases]
    found = {}
    for case, part in parts(scenario, plays, threads=1, keep=frozenset({"raids", "threats", "falls"}), chunk=WORLDS):
        assert part.threats is not None
        assert part.leakers is not None
        assert part.shots is not None
        played = columns_of(scenario, scenario.case(case)).costs  # prices change no answer
        summed = {"sums": part.sums[..., :played], "squares": part.squares[..., :played]}
        sums = {**summed, "leakers": part.leakers, "shots": part.shots}
        landed = {} if part.landed is None else {f"landed {k}": v for k, v in part.landed._asdict().items()}
        found[case] = _digest({**sums, **part.threats, **landed})
    return found


def seen(scenario: Scenario) -> str:
    """A digest of a coarse map, and of when approaches are seen."""
    aim = coverage.target(scenario)
    grid = coverage.grid_of(aim, MAP_ALTITUDES_M, WORLDS, SEED, MAP_REACH_M, MAP_CELL_M)
    return _digest(approaches.arrays(*approaches.survey(aim, grid, WORLDS, SEED, threads=1)))


def outcomes(name: str) -> dict[str, str]:
    """All digests of one scenario or variant."""
    scenario = load(name)
    return {**raids(scenario), "map": seen(scenario)}


def differences(name: str) -> list[str]:
    """The cases, or the map, of a scenario or variant whose digest is not the one that is kept."""
    kept, found = json.loads(KEPT.read_text())[name], outcomes(name)
    return sorted(part for part in kept.keys() | found if kept.get(part) != found.get(part))


def write() -> None:
    """Keep the digests of this version."""
    KEPT.write_text(json.dumps({name: outcomes(name) for name in names()}, indent=1, ensure_ascii=False) + "\n")


def main(asked: list[str]) -> int:
    """The number of scenarios and variants whose answers differ."""
    differ = 0
    for name in asked or names():
        wrong = differences(name)
        differ += bool(wrong)
        print(f"{name}: {'differs: ' + ', '.join(wrong) if wrong else 'the same'}", flush=True)
    return differ


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write()
    else:
        sys.exit(min(main(sys.argv[1:]), 1))
