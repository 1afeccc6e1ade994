"""The replay of one raid as plain data, for viewers and files: tracks, shots, sight, events, channels and rounds.

Times are s into the raid, heights m above the sea; over a mapped terrain `ground_m` are those of the ground under the
points of a threat's track, or under a unit; along a shot they rise evenly from that under its unit to that under its
meeting, so that it stays straight above them. A threat's track goes on after `ends_s`, when it was settled what
becomes of it, where what is left of it falls. A shot is a salvo or a burst; one at a threat that is gone by then ends
where the threat would have been. `sight` is when a unit had a threat in sight and within the farthest reach of its
sensors. Units that are absent from the world are left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final, cast

import numpy as np

from bartizan.engine.layout import (
    ABSENT,
    APPEARED,
    CAUSES,
    DIVERTED,
    FAILED,
    FATES,
    INTERCEPTED,
    JAMMED,
    JOURNAL_KINDS,
    LAUNCHED,
    LEAKED,
    MISTOOK,
    READIED,
    RECOVERED,
    RELOADED,
    SAW,
    SUPPLIED,
    TURNED,
    WENT,
)
from bartizan.ground import geodesy
from bartizan.physics.flyout import NEVER
from bartizan.studies import facing, wording
from bartizan.studies.documents import viewer
from bartizan.studies.documents.places import Origin
from bartizan.studies.replicate import PlayedRaid, design, play_one
from bartizan.studies.side import same_luck
from bartizan.studies.tracks import DEGREE_DECIMALS, METRE_DECIMALS, SECOND_DECIMALS, Tracks, in_degrees
from bartizan.world import edit
from bartizan.world.cases import Case
from bartizan.world.scenario import Scenario
from bartizan.world.schema import Asset

FORMAT: Final = 1
#: Times of sight are rounded to this many decimals: a look lasts longer, and spans that touch become one.
_SIGHT_DECIMALS = 1

_CLASSES = {"cruise": "cruise missile", "ballistic": "ballistic missile"}


def document(scenario: Scenario, case: str, world: int, raid: int, seed: int, raids: int) -> viewer.ReplayOf:
    """Raid number `raid` of world number `world` of the study that plays `raids` raids of a case in each world with
    `seed`. Raises UserError if there is no such case or raid."""
    chosen = scenario.case(case)
    played = play_one(scenario, chosen, design(chosen, 1, raids, seed), world, raid)
    return _told(scenario, chosen, played, world, raid, seed)


def changed_document(
    scenario: Scenario, case: str, world: int, raid: int, seed: int, raids: int, changes: edit.Changes
) -> viewer.ReplayOf:
    """The same raid under changes, with the same luck; `case` stays what the original calls it."""
    after, name = edit.changed_case(scenario, case, changes)
    told = linked_document(scenario, after, name, world, raid, seed, raids)
    return told | {"case": scenario.case(case).name}


def linked_document(
    before: Scenario, after: Scenario, case: str, world: int, raid: int, seed: int, raids: int
) -> viewer.ReplayOf:
    """A raid of a case of the scenario `after` with the luck that the raid of this number has in `before`."""
    chosen = after.case(case)
    drawn = same_luck(before, after, seed, max(world, 0), 1)
    played = play_one(after, chosen, design(chosen, 1, raids, seed), world, raid, drawn)
    return _told(after, chosen, played, world, raid, seed)


def _told(scenario: Scenario, chosen: Case, played: PlayedRaid, world: int, raid: int, seed: int) -> viewer.ReplayOf:
    told = Replay(scenario, chosen, played, Tracks(played, world, raid))
    return {
        "format": FORMAT,
        "case": chosen.name,
        "world": world,
        "raid": raid,
        "seed": seed,
        "real": scenario.on_earth,
        "origin": {"lat": scenario.origin[0], "lon": scenario.origin[1]},
        **told.content(),
    }


def threat_names(case: Case) -> list[str]:
    """What each threat of a raid is called: its class, and its number in the raid; of a neutral, its type."""
    kinds = [
        wave.type.replace("-", " ") if wave.neutral else _CLASSES.get(wave.threat.kind, wave.threat.kind)
        for wave in case.groups
        for _ in range(wave.size)
    ]
    return [f"{kind} {i + 1}" for i, kind in enumerate(kinds)]


class Replay:
    """The parts of the document of one raid."""

    def __init__(self, scenario: Scenario, case: Case, played: PlayedRaid, tracks: Tracks) -> None:
        self.scenario, self.case, self.played, self.tracks = scenario, case, played, tracks
        self.events, self.block = played.events, played.block
        self.names = threat_names(case)
        self.units = [u.name for u in scenario.units]
        self.effectors = [name for u in scenario.units for name in u.system.effectors]
        self.launches = self.events[(self.events["kind"] == LAUNCHED) & (self.events["threat"] >= 0)]
        self.has_hills = scenario.mapped is not None and scenario.mapped.terrain is not None

    def content(self) -> viewer.Raid:
        threats, shots = self._threats(), self._shots()
        times = [row["track"][-1][3] for row in (*threats, *shots)]
        events = [self._event(row) for row in self._told()]
        times += [_seconds(self.start), *(event["t_s"] for event in events)]
        return {
            "start_s": min(times),
            "end_s": max(times),
            "threats": threats,
            "shots": shots,
            "sight": self._sight(),
            "events": events,
            "units": [self._unit(u) for u in range(len(self.units)) if self.played.world.units[u].present],
            "assets": [self._asset(asset) for asset in self.scenario.assets],
        }

    @cached_property
    def start(self) -> float:
        """When the first that flies appears, s."""
        return float(self.tracks.appears.min())

    # ---- what flies

    def _lines(self, tracks: list[np.ndarray], ground: Callable[[int, np.ndarray], np.ndarray]) -> list[viewer.Track]:
        """Tracks in degrees, with the `ground` under each, which is asked by its number, where there are hills."""
        if not self.has_hills:
            return [{"track": line} for line in in_degrees(tracks, self.scenario.origin)]
        over = [np.column_stack([track, ground(i, track)]) for i, track in enumerate(tracks)]
        lines = in_degrees(over, self.scenario.origin)
        return [{"track": [p[:4] for p in line], "ground_m": [p[4] for p in line]} for line in lines]

    def _threats(self) -> list[viewer.Threat]:
        settled, group_of = self.tracks.settled, self.case.group_of.tolist()
        there = np.flatnonzero(self.block.fate[0] != ABSENT).tolist()
        tracks = [self.tracks.threat(i) for i in there]
        lines = self._lines(tracks, lambda k, track: self.tracks.ground(track, settled[there[k]]))
        return [self._threat(i, group_of[i], line) for i, line in zip(there, lines, strict=True)]

    def _threat(self, i: int, g: int, line: viewer.Track) -> viewer.Threat:
        wave = self.case.groups[g]
        by = int(self.block.by[0, i])
        return {
            "id": i,
            "name": self.names[i],
            "type": wave.type,
            "title": wave.title,
            "class": wave.threat.kind,
            "neutral": wave.neutral,
            "friendly": wave.friendly,
            "target": self._target(i),
            "fate": cast(viewer.Fate | viewer.NeutralFate, FATES[self.block.fate[0, i]]),
            "cause": CAUSES[self.block.cause[0, i]] or None,
            "appears_s": _seconds(self.tracks.appears[i]),
            "ends_s": _seconds(self.tracks.settled[i]),
            "by": self.units[by] if by >= 0 else None,
            **line,
        }

    def _target(self, i: int) -> str:
        return self.scenario.assets[self.block.asset[0, i]].name

    def _shots(self) -> list[viewer.Shot]:
        tracks = [self.tracks.shot(row) for row in self.launches]
        lines = self._lines(tracks, lambda _, track: self.tracks.ground_between(track))
        met = self.events[(self.events["kind"] == INTERCEPTED) & (self.events["rounds"] == 1)]
        kills = {(row["threat"], row["unit"], row["effector"], row["time"]) for row in met}
        found: list[viewer.Shot] = []
        for k, (row, line) in enumerate(zip(self.launches, lines, strict=True)):
            kill = (row["threat"], row["unit"], row["effector"], row["until"]) in kills
            is_gun = self.played.world.effectors[row["effector"]].is_gun
            found.append({
                "id": k, "unit": self.units[row["unit"]], "effector": self.effectors[row["effector"]],
                "kind": "gun" if is_gun else "missile", "threat": int(row["threat"]), "rounds": int(row["rounds"]),
                "launch_s": _seconds(row["time"]), "meets_s": _seconds(row["until"]),
                "result": "kill" if kill else "miss", **line,
            })  # fmt: skip
        return found

    def _sight(self) -> list[viewer.Sight]:
        spans: dict[tuple[int, int], list[list[float]]] = {}
        for unit, threat, start, end in self.tracks.sight(self.scenario.file.study.step.likely).tolist():
            _add_span(spans.setdefault((unit, threat), []), start, end)
        return [
            {"unit": self.units[unit], "threat": threat, "spans": found}
            for (unit, threat), found in spans.items()
            if found
        ]

    # ---- what happened

    def _told(self) -> np.ndarray:
        """Rows of the journal that happened: a unit would have known some threats only after they were gone."""
        saw = self.events["kind"] == SAW
        late = saw & (self.events["time"] > self.tracks.settled[np.where(saw, self.events["threat"], 0)])
        return self.events[~late & ~self._told_before()]

    def _told_before(self) -> np.ndarray:
        """Which rows tell anew what a unit knew already: after a turn all knowledge is asked for again."""
        saw = np.flatnonzero(self.events["kind"] == SAW)
        _, first = np.unique(self.events[saw][["unit", "threat", "time"]], return_index=True)
        again = np.zeros(len(self.events), bool)
        again[np.delete(saw, first)] = True
        return again

    def _event(self, row: np.ndarray) -> viewer.RaidEvent:
        kind, text = self._in_words(row)
        return {
            "t_s": _seconds(float(row["time"])),
            "kind": kind,
            "threat": int(row["threat"]) if row["threat"] >= 0 and not self._is_warned(row) else None,
            "unit": self.units[row["unit"]] if row["unit"] >= 0 else None,
            "effector": self.effectors[row["effector"]] if row["effector"] >= 0 else None,
            "text": text,
        }

    def _in_words(self, row: np.ndarray) -> tuple[str, str]:
        """What kind of event a row is, and the sentence that tells it."""
        kind, i = int(row["kind"]), int(row["threat"])
        threat = self.names[i] if i >= 0 else "a false track"
        unit = self.units[row["unit"]] if row["unit"] >= 0 else "the network"
        effector = self.effectors[row["effector"]] if row["effector"] >= 0 else ""
        if kind == APPEARED:
            due = "it is gone" if self._is_neutral(i) else "it is due"
            return "appeared", f"{threat} appears, {self._far_off(i)}; {due} at {row['until']:.0f} s"
        if kind == SAW:
            return "saw", f"{unit} knows of {threat}"
        if kind == LAUNCHED:
            fired = f"{unit} fires {self._salvo(row, effector)} at {threat}"
            return ("launched", f"{fired}; they meet at {row['until']:.0f} s") if i >= 0 else ("mistook", fired)
        if kind == MISTOOK:
            return "mistook", f"{unit} takes something for a threat; a channel is busy until {row['until']:.0f} s"
        if kind == INTERCEPTED:
            return self._meeting(row, f"{effector} of {unit}", threat)
        if kind == JAMMED and row["rounds"] == 1:
            return "diverted", f"{threat} loses its control link and comes down"
        if kind == JAMMED:
            return "jammed", f"{threat} loses satellite navigation and drifts"
        if kind == RELOADED:
            return "reloaded", f"{unit} has reloaded {effector}: {row['rounds']} rounds"
        if kind == SUPPLIED:
            return "supplied", f"{unit} has {row['rounds']} spare rounds of {effector} again"
        if kind in (FAILED, RECOVERED):
            return JOURNAL_KINDS[kind], self._loss(row, unit)
        if kind == WENT:
            return "went", f"{threat} has gone its way"
        if kind == TURNED:
            where = "to where the warning points" if self._is_warned(row) else f"to {threat}"
            return "turned", f"{unit} turns its sensor {where} and looks there from {row['until']:.0f} s"
        if kind == READIED:
            return "readied", self._readiness(row, unit)
        return self._end(row, i)

    @staticmethod
    def _loss(row: np.ndarray, what: str) -> str:
        if row["kind"] == RECOVERED:
            return f"{what} works again"
        until = f"until {row['until']:.0f} s" if row["until"] < NEVER else "to the end of the raid"
        return f"{what} is lost {until}"

    @staticmethod
    def _readiness(row: np.ndarray, unit: str) -> str:
        if row["until"] == NEVER:
            return f"{unit} is off and stays so" if row["rounds"] == 0 else f"{unit} is never alerted"
        early = f", {-row['until']:.0f} s before the first threat appeared" if row["until"] < 0 else ""
        return f"{unit}, which stood by, is ready{early}"

    def _far_off(self, i: int) -> str:
        at = self.tracks.where(i, self.tracks.appears[i : i + 1])[0]
        asset = self.played.world.assets[self.block.asset[0, i]]
        return f"{math.hypot(at[0] - asset.x, at[1] - asset.y) / 1000:.0f} km from {self._target(i)}"

    def _is_warned(self, row: np.ndarray) -> bool:
        """Whether a sensor turns before there is a threat: what is warned of has a bearing and no name."""
        return bool(row["kind"] == TURNED and row["time"] < self.tracks.appears[row["threat"]])

    def _is_neutral(self, i: int) -> bool:
        return bool(self.played.theatre.routes[i].neutral)

    def _salvo(self, row: np.ndarray, effector: str) -> str:
        if self.played.world.effectors[row["effector"]].is_gun:
            return f"a burst of {row['rounds']} rounds of {effector}"
        return f"{row['rounds']} {effector}"

    def _meeting(self, row: np.ndarray, shooter: str, threat: str) -> tuple[str, str]:
        if row["rounds"] == 1 and self._is_neutral(int(row["threat"])):
            if self.case.groups[self.case.group_of[row["threat"]]].friendly:
                return "fratricide", f"{shooter} destroys {threat}, a friendly aircraft"
            return "downed", f"{shooter} destroys {threat}, which was no threat"
        if row["rounds"] == 1:
            lost = ", which had lost its navigation before" if np.isfinite(self.block.jammed[0, row["threat"]]) else ""
            return "killed", f"{shooter} destroys {threat}{lost}"
        if row["time"] > self.tracks.settled[row["threat"]]:
            return "missed", f"{shooter} comes too late: {threat} is gone"
        return "missed", f"{shooter} misses {threat}"

    def _end(self, row: np.ndarray, i: int) -> tuple[str, str]:
        if row["rounds"] == LEAKED:
            because = wording.CAUSES[CAUSES[self.block.cause[0, i]]].because
            return "leaked", f"{self.names[i]} reaches {self._target(i)}: {because}"
        off = f"{self.block.miss[0, i]:.0f} m from {self._target(i)}"
        return FATES[DIVERTED], f"{self.names[i]} comes down {off}, having lost satellite navigation"

    # ---- channels and rounds

    def _unit(self, u: int) -> viewer.ReplayedUnit:
        unit = self.played.world.units[u]
        place = self._degrees(unit.x, unit.y)
        told: viewer.ReplayedUnit = {
            "name": self.units[u],
            "lat": place["lat"],
            "lon": place["lon"],
            "alt_m": round(float(unit.antenna), METRE_DECIMALS),
            "channels": int(unit.channels),
            "busy": self._busy(u),
            "effectors": [
                {"name": self.effectors[e], "rounds": self._rounds(e)} for e in range(int(unit.e0), int(unit.e1))
            ],
        }
        if self.has_hills:
            told["ground_m"] = self._ground(unit.x, unit.y)
        names = list(self.scenario.units[u].system.sensors)
        if found := facing.sectors(self.played, self.tracks, u, names):
            told["sectors"] = found
        return told

    def _asset(self, asset: Asset) -> viewer.ReplayedAsset:
        east, north = asset.at.local(self.scenario.origin)
        return {"name": asset.name, **self._degrees(east, north), "alt_m": self._ground(east, north)}

    def _degrees(self, x: float, y: float) -> Origin:
        lat, lon = (float(number) for number in geodesy.to_degrees(x, y, self.scenario.origin))
        return {"lat": round(lat, DEGREE_DECIMALS), "lon": round(lon, DEGREE_DECIMALS)}

    def _ground(self, x: float, y: float) -> float:
        return round(float(self.tracks.ground(np.array([[x, y, 0.0, 0.0]]))[0]), METRE_DECIMALS)

    def _busy(self, u: int) -> list[list[float]]:
        """How many channels are busy from each moment on: from a launch to its meeting, or until it was assessed; and
        while the unit looks at a false track."""
        world, rows = self.played.world, self.launches[self.launches["unit"] == u]
        held = world.effectors["hold_to_assessment"][rows["effector"]] * world.units["assessment"][u]
        mistook = self.events[(self.events["kind"] == MISTOOK) & (self.events["unit"] == u)]
        taken = np.concatenate([rows["time"], mistook["time"]])
        freed = np.concatenate([rows["until"] + held, mistook["until"]])
        changes = [(float(t), 1) for t in taken] + [(float(t), -1) for t in freed]
        return _steps(self.start, 0, sorted(changes))

    def _rounds(self, e: int) -> list[list[float]]:
        """How many rounds an effector has from each moment on."""
        rows = self.events[(self.events["effector"] == e) & np.isin(self.events["kind"], (LAUNCHED, RELOADED))]
        full = left = int(self.played.world.effectors[e].rounds)
        changes = []
        for row in rows:
            now = int(row["rounds"]) if row["kind"] == RELOADED else left - int(row["rounds"])
            changes.append((float(row["time"]), now - left))
            left = now
        return _steps(self.start, full, changes)


def _seconds(time: float) -> float:
    return round(float(time), SECOND_DECIMALS)


def _steps(start: float, level: int, changes: Iterable[tuple[float, int]]) -> list[list[float]]:
    """[time, level from then on] after changes in the order of time; one row for each rounded moment at which it is
    another than before."""
    steps = {_seconds(start): level}
    for time, change in changes:
        level += change
        steps[_seconds(time)] = level
    rows = [[time, level] for time, level in steps.items()]
    return [row for k, row in enumerate(rows) if k == 0 or row[1] != rows[k - 1][1]]


def _add_span(spans: list[list[float]], start: float, end: float) -> None:
    """Add a span, later than those before it; what is nothing when rounded is left out."""
    start, end = round(start, _SIGHT_DECIMALS), round(end, _SIGHT_DECIMALS)
    if spans and start <= spans[-1][1]:
        spans[-1][1] = max(end, spans[-1][1])
    elif end > start:
        spans.append([start, end])
