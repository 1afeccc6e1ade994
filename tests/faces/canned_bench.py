"""What a viewer asks for, made up: a bench for the real server that answers at once and always the same."""

from __future__ import annotations

import copy
import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.faces import sample_summary

from bartizan.ground.errors import UserError
from bartizan.studies import overview

Content = dict[str, Any]

#: Seconds that an answer waits at most.
PATIENCE_S = 20.0
#: Names that would do harm as markup, as an address or as a spreadsheet's formula.
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "javascript:alert(1)",
    '=HYPERLINK("http://x")',
)


class CannedBench:
    """Documents of the sample study. `differences` are the steps of a what-if: (raids, mean, half of the interval)."""

    def __init__(self, *, hostile: bool = False, results: bool = True) -> None:
        self.hostile, self.results = hostile, results
        self.differences = [(256, -0.02, 0.05), (4096, -0.018, 0.01)]
        self.on = threading.Event()  # until it is set, no answer but the first is given
        self.on.set()
        self.asked: list[tuple[str, list[Mapping[str, Any]]]] = []
        self.answered: list[list[str]] = []
        self.replayed: list[list[Mapping[str, Any]]] = []
        self.covered: list[list[Mapping[str, Any]]] = []
        self.placements: list[dict[str, Any]] = []
        self.ended = threading.Semaphore(0)  # how many placements were ended

    def view(self) -> Content:
        summary = sample_summary.summary()
        view = overview.of_summary(summary) | {
            "notes": [],
            "coverage": None,
            "fall": None,
            "questions": sample_summary.questions(),
        }
        for unit in view["units"]:
            on_roof = "roof" in unit["name"]
            unit |= {"height_m": 5.0, "on_roof": on_roof, "roof_storeys": 8 if on_roof else None, "emitters": 0}
            unit["salvo"] = 1 if unit["effectors"] else None
        armed = next(unit for unit in view["units"] if unit["effectors"])
        kind = {"system": "gun", "title": "Gun", "networked": True, "override": {}, "unit": armed | {"numbers": []}}
        view["placing"] = {"kinds": [kind], "placement": None}
        if not self.results:
            kept = ("name", "raid", "title", "note", "size", "series", "threats")
            cases = [{key: case[key] for key in kept} for case in view["cases"]]
            view |= {"results": False, "provenance": None, "cases": cases, "command": "bartizan run 'my coast.yaml'"}
        return _renamed(view, dict(zip(self._names(view), HOSTILE, strict=False))) if self.hostile else view

    def _names(self, view: Content) -> list[str]:
        return [
            view["units"][0]["name"],
            view["assets"][0]["name"],
            view["cases"][0]["title"],
            view["units"][1]["name"],
        ]

    def raids(self, case: str) -> Content:
        worth = [
            {"label": "the median raid", "why": "Two of 8 get through, as in the middle one.", "world": 3, "raid": 7},
            {
                "label": "a leaker",
                "why": "drone 2 is never seen.",
                "world": 1,
                "raid": 0,
                "threat": 1,
                "cause": "undetected",
            },
        ]
        return {"worlds": 200, "raids": 50, "worth": worth}

    def replay(self, case: str, world: int, raid: int) -> Content:
        return replay(self.view(), case, world, raid)

    def changed_replay(self, case: str, world: int, raid: int, changes: Sequence[Mapping[str, Any]]) -> Content:
        self.replayed.append(list(changes))
        return self.replay(case, world, raid)

    def changed_coverage(
        self, what: str, altitude_m: float, unit: str | None, threat: str | None, changes: Sequence[Mapping[str, Any]]
    ) -> Content:
        self.covered.append(list(changes))
        return self.coverage(what, altitude_m, unit, threat)

    def scenario(self, name: str, changes: Sequence[Mapping[str, Any]]) -> Content:
        return {"file": f"{name}.yaml", "text": f"bartizan: 1\nname: {name}\n"}

    def answers(
        self, case: str, changes: Sequence[Mapping[str, Any]], answered: Sequence[str] = ()
    ) -> Iterator[Content]:
        self.asked.append((case, list(changes)))
        self.answered.append(list(answered))
        if "there-jammer=nobody knows" in answered:
            raise UserError("there-jammer takes yes or no")
        if any(change["op"] == "height" and change["m"] == 666 for change in changes):
            raise UserError("no antenna stands at 666 m")
        found = next(c for c in sample_summary.cases() if c["name"] == case)
        return self._steps(found, list(self.differences))

    def _steps(self, case: Content, steps: list[tuple[int, float, float]]) -> Iterator[Content]:
        for step in steps:
            yield _answer(case, *step, done=step is steps[-1])
            self.on.wait(PATIENCE_S)

    def coverage(self, what: str, altitude_m: float, unit: str | None, threat: str | None) -> Content:
        raise UserError("no coverage was made up")

    def fall(self, case: str, kind: str) -> Content:
        raise UserError("no fall was made up")

    def buildings(self) -> Content:
        return {"type": "FeatureCollection", "features": []}

    def terrain(self) -> Content:
        return {"shade": None}

    beside: CannedBench | None = None

    def other_raid(self, case: str, world: int, raid: int) -> Content:
        """The same raid, in which the first drone is not shot down."""
        told = self.replay(case, world, raid)
        told["threats"][0] |= {"fate": "leaked", "cause": "undetected", "by": None}
        return told

    def compared(self, case: str, changes: Sequence[Mapping[str, Any]], other: bool) -> Iterator[Content]:
        self.asked.append((case, list(changes)))
        names = self.view()["layouts"] if other else ["as it is", "with the changes"]
        yield from (_compared(case, names, done=done) for done in (False, True))

    def placed(self, changes: Sequence[Mapping[str, Any]], placement: Mapping[str, Any]) -> Iterator[Content]:
        self.placements.append(dict(placement))
        sites = [{"system": "gun", "site": s["name"], **s["at"]} for s in placement["sites"]]
        worth = {"mean": 0.12, "low": 0.1, "high": 0.14, "differing": 9}
        known = [{**site, "alone": worth, "leads": number == 0} for number, site in enumerate(sites)]
        step = {"share": 0.1, "left": 2, "worlds": 32, "found": None, "said": [], "changes": [], "text": ""}
        yield step | {"stage": "screening", "sites": known}
        try:
            self.on.wait(PATIENCE_S)
            for _ in range(50 if not self.on.is_set() else 1):
                yield step | {"stage": "search", "sites": known}
            told = [{**site, "alone": worth, "in_best": worth, "chosen": site["leads"]} for site in known]
            added = {"op": "add", "unit": f"gun at {known[0]['site']}", "system": "gun", "storeys": 0}
            yield step | {
                "stage": "done", "share": 1.0, "sites": known, "found": {"sites": told}, "said": ["Put gun at site 1."],
                "changes": [added | placement["sites"][0]["at"]], "text": "placement: {}\n",
            }  # fmt: skip
        finally:
            self.ended.release()

    def question(self, changes: Sequence[Mapping[str, Any]], placement: Mapping[str, Any]) -> Content:
        return {"file": "placement.yaml", "text": f"placement: {len(placement['sites'])}\n"}

    def close(self) -> None:
        """Nothing runs."""


def _compared(case: str, names: Sequence[str], *, done: bool) -> Content:
    layouts = [
        {
            "layout": name, "leak": sample_summary.small(0.2 + 0.1 * n), "places": [],
            "difference": {"mean": 0.1 * n, "low": 0.08 * n, "high": 0.12 * n, "differing": 5 * n},
            "cost": {
                "currency": "USD", "year": 2024, "without_price": [], "without_worth": [],
                "damage": None, "ratio": None, "rounds": sample_summary.small(3e6 - 1e6 * n)
                | {"difference": {"mean": -1e6 * n, "low": -2e6 * n, "high": 5e5 * n, "differing": 5 * n}},
            },
        }
        for n, name in enumerate(names)
    ]  # fmt: skip
    found = {
        "case": case, "title": case, "worlds": 64 if done else 32, "looks": 1, "narrow_enough": done,
        "layouts": layouts, "best": names[0], "confidence": 0.99, "level": [],
    }  # fmt: skip
    return {"done": done, "compared": found, "said": [f"Fewest get through {names[0]}: 20 % on average."]}


def _answer(case: Content, raids: int, mean: float, half: float, *, done: bool) -> Content:
    base = case["leak"]["mean"]
    changed = copy.deepcopy(case)
    changed["leakers"] = sample_summary.estimate((base + mean) * case["size"], 0.01, 0.2)
    return {
        "raids": raids, "worlds": raids // 32, "done": done, "seconds": raids / 4096, "case": changed,
        "base": sample_summary.small(base), "now": sample_summary.small(base + mean),
        "difference": {"mean": mean, "low": mean - half, "high": mean + half, "differing": 3},
    }  # fmt: skip


def replay(view: Content, case: str, world: int, raid: int, events: int = 0) -> Content:
    """Three drones: one shot down, one that gets through, one diverted; and as many events more as are asked for."""
    unit, asset = view["units"][0], view["assets"][0]
    fates = [("killed", None), ("leaked", "undetected"), ("diverted", None)]
    threats = [
        {
            "id": i, "name": f"drone {i + 1}", "type": "slow-drone", "title": "slow one-way drone", "class": "drone",
            "target": asset["name"], "fate": fate, "cause": cause, "appears_s": 100.0 * i, "ends_s": 600.0 + 100 * i,
            "by": unit["name"] if fate == "killed" else None, "track": _line(asset, 100.0 * i, 600.0 + 100 * i),
        }
        for i, (fate, cause) in enumerate(fates)
    ]  # fmt: skip
    told = [(100.0 * i, "appeared", i, None, f"drone {i + 1} appears") for i in range(3)]
    told += [(500.0, "launched", 0, unit["name"], f"{unit['name']} fires at drone 1")]
    told += [(600.0, "killed", 0, unit["name"], f"{unit['name']} destroys drone 1")]
    told += [(700.0, "leaked", 1, None, f"drone 2 reaches {asset['name']}")]
    told += [(800.0 * k / max(events, 1), "saw", 0, unit["name"], f"look {k}") for k in range(events)]
    keys = ("t_s", "kind", "threat", "unit", "text")
    return {
        "format": 1, "case": case, "world": world, "raid": raid, "seed": 0, "real": True, "origin": view["origin"],
        "start_s": 0.0, "end_s": 800.0, "threats": threats, "sight": [], "shots": [],
        "events": [dict(zip(keys, row, strict=True)) | {"effector": None} for row in sorted(told, key=lambda r: r[0])],
        "units": [
            {
                "name": unit["name"], "lat": unit["lat"], "lon": unit["lon"], "alt_m": 5.0, "channels": 1,
                "busy": [[0.0, 0], [500.0, 1], [600.0, 0]],
                "effectors": [{"name": e["name"], "rounds": [[0.0, 640], [500.0, 600]]} for e in unit["effectors"]],
            }
        ],
    }  # fmt: skip


def _line(asset: Content, start: float, end: float) -> list[list[float]]:
    lon, lat = asset["lon"], asset["lat"]
    steps = (0.0, 0.5, 1.0)
    return [[lon + 0.2 * (1 - s), lat + 0.1 * math.cos(s), 150.0, start + s * (end - start)] for s in steps]


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """`value` with these names in the place of others, wherever they stand."""
    if isinstance(value, dict):
        return {names.get(key, key): _renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, names) for inner in value]
    if isinstance(value, str):
        for old, new in names.items():
            value = value.replace(old, new)
    return value
