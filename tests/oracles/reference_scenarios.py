"""Rows of the reference tables as ordinary scenarios: `scenario_for(table, row)`, using documented options only.

A row says nothing of places, so each builder chooses them: one fire unit at the asset, threats that come straight at
it at height 0, nothing that hides them. Where a table counts cycles and not seconds, the launch envelope is made as
deep as the cycles need (`_gallery`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

UNLIMITED = 100_000  # rounds, where the table has no magazine
SPEED_M_S = 100.0  # of threats and
CYCLE_S = 10.0  # of one engagement, where the table leaves them open
ENVELOPE_MIN_M = 1000.0
STREAM = 20_000  # threats of a Poisson stream
STREAM_WINDOW_S = 1e-6 * CYCLE_S  # launch window of one of them
BURST_RANGE_M = 1000.0  # at which metres at the target become angles


class NotExpressible(ValueError):
    """The row describes something that a raid cannot do."""


def scenario_for(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The scenario of a row (its `inputs` decide) of a table named in TABLES, as a dict for `bartizan.load`.

    A row that holds a whole curve gives its base scenario; `rows_of` takes it apart into one row per point.
    Raises NotExpressible, which says why, for a row that no raid can play.
    """
    if table not in TABLES:
        raise NotExpressible(f"no scenarios for table {table!r}; there are for {', '.join(TABLES)}")
    return TABLES[table](f"{table}.{row.get('id', 'row')}", dict(row["inputs"]))


def rows_of(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The row itself, or one row for each point of its curve; points that are keyed are keyed by channels."""
    expected = row["expected"]
    if isinstance(expected, list):
        curves = {None: expected}
    elif isinstance(expected, dict) and all(key.isdigit() for key in expected):
        curves = expected
    else:
        yield dict(row)
        return
    for channels, points in curves.items():
        for point in points:
            inputs = dict(row["inputs"]) | {"N": point["N"]} | ({"c": int(channels)} if channels else {})
            yield dict(row) | {"id": f"{row['id']}-c{inputs['c']}-N{point['N']}", "inputs": inputs, "expected": point}


# ---------------------------------------------------------------------------------------------- building blocks


def _scenario(
    name: str,
    system: dict[str, Any],
    group: dict[str, Any],
    study: tuple[int, int] = (1, 100_000),
    **threat: Any,
) -> dict[str, Any]:
    """One unit at the asset and one group of drones from the north: equal ways, equal to the bit.

    `study` is what a run plays unless told otherwise: worlds, and raids in each.
    """
    here = {"east": 0, "north": 0}
    drone = {"kind": "drone", "altitude": 0, "rcs": 1} | threat
    north = {"low": "0 deg", "high": "0 deg"}
    return {
        "bartizan": 1,
        "name": name,
        "surface": {"kind": "open"},
        "network": None,
        "assets": [{"name": "asset", "at": here}],
        "units": [{"name": "unit", "at": here, "system": system}],
        "raids": [{"name": "raid", "groups": [{"threat": drone, "bearing": north} | group]}],
        "study": dict(zip(("worlds", "raids"), study, strict=True)),
    }


def _certain(range_m: float, role: str = "search") -> dict[str, Any]:
    return {"kind": "ideal", "role": role, "range": range_m}


def _gallery(
    name: str,
    *,
    cycles: float,
    threats: int = 1,
    channels: int = 1,
    doctrine: dict[str, Any],
    system: dict[str, Any] | None = None,
    study: tuple[int, int] = (1, 100_000),
    **effector: Any,
) -> dict[str, Any]:
    """Identical threats all at once, in reach for `cycles` engagements in a row.

    Each takes CYCLE_S at any range and is judged at once. The last possible launch is half a cycle later than the last
    that is wanted, so that no rounding decides.
    """
    far = ENVELOPE_MIN_M + SPEED_M_S * CYCLE_S * (cycles - 0.5)
    seen = far + 2 * SPEED_M_S * CYCLE_S
    missile = {"range_min": ENVELOPE_MIN_M, "range_max": far, "flight_time": CYCLE_S, "rounds": UNLIMITED} | effector
    unit = {
        "channels": channels,
        "sensors": {"eye": _certain(seen)},
        "effectors": {"missile": missile},
        "doctrine": doctrine,
    } | (system or {})
    return _scenario(name, unit, {"count": threats, "distance": seen}, study, speed=SPEED_M_S)


# ------------------------------------------------------------------------------------------------------ tables


def _single_target(name: str, x: dict[str, Any]) -> dict[str, Any]:
    """A Swerling-1 radar looks from t = 0 on. Fire control is certain everywhere, so that the track alone decides."""
    radar = {
        "kind": "radar",
        "range": x["R0"],
        "rcs": 1,
        "snr": x["snr0_db"],
        "false_alarm": x["pfa"],
        "scan_period": x["Ts"],
        "phase": 0,
        "confirm": [x["m"], x["n"]],
    }
    missile = {"range_min": x["Rmin"], "range_max": x["Rmax"], "speed": x["Vm"], "rounds": UNLIMITED}
    unit = {
        "channels": 1,
        "reaction_time": x["t_react"],
        "assessment_time": x["dt"],
        "sensors": {"radar": radar, "tracker": _certain(x["Rstart"], "fire-control")},
        "effectors": {"missile": missile | {"kill": {"drone": x["p"]}}},
        "doctrine": {"salvo": 1},
    }
    return _scenario(name, unit, {"count": 1, "distance": x["Rstart"]}, speed=x["V"])


def _raid(name: str, x: dict[str, Any]) -> dict[str, Any]:
    """A stream on one radial, seen at Rdet; an engagement without its full salvo does not happen."""
    missile = {"range_min": x["Rmin"], "range_max": x["Rmax"], "speed": x["Vm"], "rounds": x["M"]}
    unit = {
        "channels": x["c"],
        "reaction_time": x["t_react"],
        "assessment_time": x["dt"],
        "sensors": {"eye": _certain(x["Rdet"])},
        "effectors": {"missile": missile | {"kill": {"drone": x["p"]}}},
        "doctrine": {"salvo": x["s"], "partial_salvo": False},
    }
    group = {"count": x["N"], "distance": x["Rdet"], "arrival": {"gap": x["gap"]}}
    return _scenario(name, unit, group, speed=x["V"])


def _opportunities(name: str, x: dict[str, Any]) -> dict[str, Any]:
    """One target, and a missile that never kills unless the row gives `p`: the journal then lists every shot."""
    renamed = {"V": x["Vt"], "t_react": x["treact"], "p": x.get("p", 0.0)}
    return _raid(name, x | renamed | {"N": 1, "gap": 0, "c": 1, "s": 1, "M": UNLIMITED})


def _saturation(name: str, x: dict[str, Any]) -> dict[str, Any]:
    """K cycles. A row without N is a curve: its base scenario is played at the sizes 1 to 40."""
    scenario = _gallery(
        name,
        cycles=x["K"],
        threats=x.get("N", 1),
        channels=x["c"],
        rounds=x["M"],
        kill={"drone": x["p"]},
        doctrine={"salvo": x.get("s", 1), "partial_salvo": False},
    )
    if "N" not in x:
        scenario["raids"][0]["sizes"] = list(range(1, 41))
    return scenario


def _shoot_look_shoot(name: str, x: dict[str, Any]) -> dict[str, Any]:
    """The doctrine ends the engagement, not the envelope. The last salvo size repeats, so equal ones are not listed."""
    schedule = list(x.get("schedule") or [1] * x["n"])
    salvos = len(schedule)
    while len(schedule) > 1 and schedule[-1] == schedule[-2]:
        schedule.pop()
    errors = {"kill_called_miss": "P_assess_miss_given_kill", "miss_called_kill": "P_assess_kill_given_miss"}
    return _gallery(
        name,
        cycles=salvos + 1,
        kill={"drone": x["p"]},
        doctrine={"salvo": schedule, "max_salvos": salvos},
        system={field: x.get(given, 0.0) for field, given in errors.items()},
    )


def _loss_system(name: str, x: dict[str, Any]) -> dict[str, Any]:
    """Erlang's loss system: a Poisson stream, each threat open to a launch for only STREAM_WINDOW_S.

    Every engagement takes CYCLE_S, so the load is a = rate x CYCLE_S. The window is a millionth of that, and so is the
    share of threats that wait; it is a million times the rounding of event times. The channels start idle: what that
    saves is about B x a x a few engagement times of losses, out of B x STREAM, below 1e-3 of B for a up to 10 or so
    and far below the scatter of a stream. Arrivals are drawn for each plan of a world and not for each raid, so the
    study is of worlds with one raid each, and the worlds are the sample.
    """
    if "N" in x:
        raise NotExpressible(
            "an Engset row needs sources that come back after their engagement: a threat of a raid comes only once"
        )
    far = ENVELOPE_MIN_M + SPEED_M_S * STREAM_WINDOW_S
    seen = far + 2 * SPEED_M_S * CYCLE_S
    missile = {"range_min": ENVELOPE_MIN_M, "range_max": far, "flight_time": CYCLE_S, "rounds": STREAM}
    unit = {
        "channels": x["c"],
        "sensors": {"eye": _certain(seen)},
        "effectors": {"missile": missile | {"kill": {"drone": x.get("Pk", 1.0)}}},
        "doctrine": {"salvo": 1, "max_salvos": 1},
    }
    group = {"count": STREAM, "distance": seen, "arrival": {"rate": x["a"] / CYCLE_S}}
    return _scenario(name, unit, group, (12, 1), speed=SPEED_M_S)


def _salvo(name: str, x: dict[str, Any]) -> dict[str, Any]:
    """One salvo of n. R is a chance common to the salvo; a and b make the kill chance one unknown per world.

    For those the worlds are the sample, and the study is of many worlds.
    """
    if "sr" in x:
        return _burst(name, x)
    shared = {"distribution": "beta", "a": x["a"], "b": x["b"]} if "a" in x else x["p"]
    return _gallery(
        name,
        cycles=1,
        reliability=x.get("R", 1.0),
        kill={"drone": shared},
        doctrine={"salvo": x["n"], "max_salvos": 1},
        study=(5000, 1) if "a" in x else (1, 100_000),
    )


def _burst(name: str, x: dict[str, Any]) -> dict[str, Any]:
    """One burst, fired so as to meet the target as it comes within BURST_RANGE_M."""

    def angle(metres: float) -> str:
        return f"{metres / BURST_RANGE_M!r} rad"

    gunnery = {
        "burst": x["n"],
        "dispersion": angle(x["sr"]),
        "aim_error": angle(x["sb"]),
        "bias": angle(x.get("bias", 0.0)),
        "kill_per_hit": {"drone": x.get("pkh", 1.0)},
    }
    gun = {
        "kind": "gun",
        "range_min": BURST_RANGE_M - 1,
        "range_max": BURST_RANGE_M,
        "flight_time": 1,
        "rounds": x["n"],
        "gunnery": gunnery,
    }
    unit = {
        "sensors": {"eye": _certain(2 * BURST_RANGE_M)},
        "effectors": {"gun": gun},
        "doctrine": {"max_salvos": 1},
    }
    return _scenario(name, unit, {"count": 1, "distance": 2 * BURST_RANGE_M}, speed=SPEED_M_S, radius=x["R"])


#: What `scenario_for` knows.
TABLES: Mapping[str, Callable[[str, dict[str, Any]], dict[str, Any]]] = {
    "integrated_single_target": _single_target,
    "integrated_raid_des": _raid,
    "raid_saturation": _saturation,
    "engagement_opportunities": _opportunities,
    "shoot_look_shoot": _shoot_look_shoot,
    "loss_systems": _loss_system,
    "salvo_and_burst": _salvo,
}
