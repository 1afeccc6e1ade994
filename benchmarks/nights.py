"""What a night adds to the made-up raids of the benchmarks, part by part: each changes a scenario's dict in place.

    python benchmarks/nights.py [--quick]

measures what each part costs in play, alone and all of them together, and what jamming of radars costs in a study.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import players
import scenarios

import bartizan

_LINER = {"kind": "aircraft", "speed": 110, "altitude": {"low": 800, "high": 2_500}, "rcs": 15, "transponder": 0.8,
          "flight_plan": 0.5}  # fmt: skip
_STREAM = {"threat": "liner", "distance": 40e3, "bearing": {"low": "-180 deg", "high": "180 deg"}}
_THREATS_PER_NEUTRAL, _LASTS_S = 13, 900.0  # neutrals in the mean; there is room for all but one raid's in a thousand
# Radars with what it takes to be jammed, and the jammers that aircraft carry: 17 in a hundred threats.
_JAMMED = {"frequency": "3 GHz", "gain": "36 dB", "temperature": "600 K", "beam": "2 deg"}
_NOISE = {"power": 100, "frequency": "3 GHz", "bandwidth": "200 MHz"}


def _armed(of: dict[str, Any]) -> list[dict[str, Any]]:
    return [unit for unit in of["units"] if unit["system"] != "jammer"]


def _fire_units(of: dict[str, Any]) -> list[dict[str, Any]]:
    return [system for name, system in of["systems"].items() if name != "jammer"]


def _readiness(of: dict[str, Any]) -> None:
    of["readiness"] = {"ready": 0.9, "standby": 0.9, "common": 0.2, "time_to_ready": 60}


def _warning(of: dict[str, Any]) -> None:
    of["warning"] = {"lead": 300, "missed": 0.1, "tells_bearing": True}


def _orders(of: dict[str, Any]) -> None:
    of["systems"]["medium"]["effectors"]["missile"]["release"] = {"drone": {"reserve": 0.25}}
    of["systems"]["long"]["effectors"]["missile"]["release"] = {"drone": "last_resort"}
    of["systems"]["short-gun"]["effectors"]["gun"] |= {"open_range": 3_500, "least_elevation": "1 deg"}
    of["systems"]["medium"]["doctrine"] |= {"thrift": True}
    place = of["assets"][0]["at"]
    of["areas"] = [{"name": "Field", "status": "hold", "at": place, "radius": 3_000, "start": 60, "end": 240}]


def _sectors(of: dict[str, Any]) -> None:
    of["systems"]["medium"]["sensors"]["search"] |= {"azimuth": "90 deg", "sector": "120 deg", "slew_time": 20}
    of["systems"]["long"]["effectors"]["missile"] |= {"azimuth": "60 deg", "sector": "200 deg"}


def _identity(of: dict[str, Any]) -> None:
    of["identify"] = {"time": 10, "spread": 1.8, "again": 15, "transponder": 0.9, "flight_plan": 0.8, "visual": 0.3,
                      "neutral_as_hostile": 0.05, "hostile_as_neutral": 0.1, "hostile_as_unknown": 0.2}  # fmt: skip


def _neutrals(of: dict[str, Any]) -> None:
    mean = sum(group["count"] for group in of["raids"][0]["groups"]) / _THREATS_PER_NEUTRAL
    of["threats"]["liner"] = _LINER
    stream = {"count": math.ceil(mean + 3.5 * math.sqrt(mean) + 1), "arrival": {"rate": mean / _LASTS_S}}
    neutral = {"lasts": _LASTS_S, "offset": 8_000, "closing": 120, "left": 0.3}
    of["raids"][0]["groups"].append(_STREAM | stream | {"neutral": neutral})


def _waves(of: dict[str, Any]) -> None:
    """The same threats in the same time, in three waves; what is fired is filled again."""
    arrival = {"spread": 160, "jitter": 20, "waves": 3, "every": 220}
    groups = of["raids"][0]["groups"]
    of["raids"][0]["groups"] = [group if "neutral" in group else group | {"arrival": arrival} for group in groups]
    for system in _fire_units(of):
        system["effectors"]["missile"] |= {"spare_rounds": 12, "top_up_after": 60, "resupply_time": 1_200}


def _losses(of: dict[str, Any]) -> None:
    for k, unit in enumerate(of["units"]):
        unit["lost"] = {"chance": 0.1, "at": 0, "within": 600, "lasts": 300}
        unit["struck"] = {"asset": of["assets"][k % len(of["assets"])]["name"], "chance": 0.02}
    of["network"]["lost"] = {"chance": 0.1, "at": 0, "within": 600, "lasts": 120}


def _correlated(of: dict[str, Any]) -> None:
    for threat in of["threats"].values():
        threat["shot_correlation"] = 0.3


def _jammers(of: dict[str, Any]) -> None:
    """One for each fire unit."""
    of["units"] += [{"name": f"More {k}", "system": "jammer", "at": unit["at"]} for k, unit in enumerate(_armed(of))]


def _noise(of: dict[str, Any]) -> None:
    """Radars that can be jammed, and aircraft that do."""
    for system in _fire_units(of):
        system["sensors"]["search"] |= _JAMMED
    of["threats"]["aircraft"]["noise"] = _NOISE


#: What can be put on, in this order: jammers and neutrals first, to which the others apply as well.
PARTS: dict[str, Callable[[dict[str, Any]], None]] = {
    "many jammers": _jammers, "neutrals": _neutrals, "identification": _identity, "readiness": _readiness,
    "warning": _warning, "orders": _orders, "sectors": _sectors, "waves": _waves, "losses": _losses,
    "correlated shots": _correlated,
}  # fmt: skip


def scenario(threats: int, units: int, parts: Iterable[str] = tuple(PARTS)) -> dict[str, Any]:
    """A made-up raid with these parts on, all of them unless told."""
    of = scenarios.scenario(threats, units)
    for name in parts:
        PARTS[name](of)
    return of


def jammed(threats: int, units: int, *, noise: bool) -> dict[str, Any]:
    """A made-up raid whose aircraft carry noise jammers, or the same without."""
    of = scenarios.scenario(threats, units)
    _noise(of)
    if not noise:
        del of["threats"]["aircraft"]["noise"]
    return of


def part_rows(threats: int, units: int, round_s: float, rounds: int) -> Iterator[str]:
    """A row for each part: time of a raid in play, times that of everything off, engagements in a raid."""
    on: dict[str, tuple[str, ...]] = {"everything off": (), **{name: (name,) for name in PARTS}}
    on |= {"all but neutrals": tuple(name for name in PARTS if name != "neutrals"), "everything on": tuple(PARTS)}
    playing = {name: players.Playing(bartizan.load(scenario(threats, units, parts))) for name, parts in on.items()}
    rate = players.rates(playing, round_s, rounds)
    for name, player in playing.items():
        player.seconds(256)
        engaged = player.block.engagements.sum(axis=1).mean()
        times = rate["everything off"] / rate[name]
        yield f"| {threats} x {units}, {name} | {1e6 / rate[name]:,.0f} | {times:.2f} | {engaged:.0f} |"


def jammed_rows(threats: int, units: int, round_s: float, rounds: int) -> Iterator[str]:
    """Raids of a study per processor second, and the survey of a plan, with radars that are jammed and not."""
    of = {"nobody jams": False, "the aircraft jam": True}
    loaded = {name: bartizan.load(jammed(threats, units, noise=noise)) for name, noise in of.items()}
    rate = players.rates({name: players.Studying(each) for name, each in loaded.items()}, round_s, rounds)
    for name, each in loaded.items():
        playing = players.Playing(each)
        survey = min(playing.survey_seconds() for _ in range(rounds))
        yield f"| {threats} x {units}, {name} | {rate[name]:,.0f} | {1e3 * survey:.1f} |"


def main(arguments: list[str]) -> None:
    quick = "--quick" in arguments
    sizes, round_s, rounds = (((4, 2),), 0.01, 1) if quick else (scenarios.SIZES[:2], 0.2, 8)
    print("| play | µs a raid | times | engagements |\n|---|---:|---:|---:|")
    for threats, units in sizes:
        for row in part_rows(threats, units, round_s, rounds):
            print(row, flush=True)
    print("\n| study | raids/s | survey of a plan, ms |\n|---|---:|---:|")
    for row in jammed_rows(*sizes[-1], round_s, rounds):
        print(row, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
