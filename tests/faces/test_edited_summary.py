"""A summary that somebody edited, or another version wrote: report and terminal tell what is left of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tools.fuzz.targets import undrawn

from bartizan.faces import report
from bartizan.faces.terminal import tables
from bartizan.studies.results import open_results
from bartizan.studies.study import study
from bartizan.world.scenario import load

#: Of every estimate.
ENDS = ("mean", "low", "high", "world_low", "world_high", "ignorance_share")
#: One of each kind of place in a document: keys, and numbers of rows.
Place = tuple[str | int, ...]


def places(document: Any, at: Place = ()) -> Iterator[Place]:
    """Where keys of estimates stand; of lists, in the first row that has any."""
    if isinstance(document, dict):
        for key, value in document.items():
            if key in ENDS:
                yield (*at, key)
            yield from places(value, (*at, key))
    elif isinstance(document, list):
        known: set[Place] = set()
        for number, row in enumerate(document):
            found = [place for place in places(row) if place not in known]
            known.update(found)
            yield from ((*at, number, *place) for place in found)


@pytest.mark.parametrize(
    ("scenario", "raid", "beside"),
    [
        ("power-station", "drones", "cost"),
        ("airport", "", "neutrals"),
        ("airport:own-helicopter", "from-the-sea", "friendly"),
    ],
)
def test_an_estimate_that_lost_a_number_is_told_without_it(
    tmp_path: Path, scenario: str, raid: str, beside: str
) -> None:
    made = study(load(scenario), tmp_path / "r", raids_named=(raid,) * bool(raid), worlds=2, raids=2, threads=1)
    path = made.path / "summary.json"
    good = json.loads(path.read_text(encoding="utf-8"))
    lost = [place for place in places(good["cases"][:1], ("cases",)) if place[2] in ("leak", beside)]
    assert len(lost) > 2 * len(ENDS)
    for place in lost:
        changed = copy.deepcopy(good)
        within = changed
        for key in place[:-1]:
            within = within[key]
        del within[place[-1]]
        path.write_text(json.dumps(changed), encoding="utf-8")
        tables.results(open_results(made.path))
        with undrawn():
            report.write(made.path, made.path / "report.html")


def test_a_summary_without_cases_or_scenario_is_still_shown(tmp_path: Path) -> None:
    made = study(load("power-station"), tmp_path / "r", raids_named=("drones",), worlds=2, raids=2, threads=1)
    path = made.path / "summary.json"
    good = json.loads(path.read_text(encoding="utf-8"))
    for changed in (good | {"cases": None, "scenario": None}, good | {"cases": [{"name": None, "leak": None}]}):
        path.write_text(json.dumps(changed), encoding="utf-8")
        tables.results(open_results(made.path))
