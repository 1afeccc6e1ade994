"""Rows of the reference tables as ordinary scenarios: `scenario_for(table, row)`, using documented options only.

A row says nothing of places, so each builder chooses them: one fire unit at the asset, threats that come straight at
it at height 0, nothing that hides them. Where a table counts cycles and not seconds, the launch envelope is made as
deep as the cycles need (`_gallery`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

UNLIMITED = 100_000  # rounds, where the table has no magazine
SPEED_M_S = 100.0  # of threats and
CYCLE_S = 10.0  # of one engagement, where the table leaves them open
ENVELOPE_MIN_M = 1000.0
LAYER_DEPTH_M = 3 * SPEED_M_S * CYCLE_S  # from one layer to the next: a result is known before the next begins
STREAM = 20_000  # threats of a Poisson stream
STREAM_WINDOW_S = 1e-6 * CYCLE_S  # launch window of one of them
BURST_RANGE_M = 1000.0  # at which metres at the target become angles
SIGHT_RANGE_M = 1000.0  # at which cycles at the target become angles, and
THIN_HAZE_M = 2e7  # the visibility there: the largest that a scenario takes, which leaves 1 - 5e-5 of the cycles
HORIZON_STEP_M = 25.0  # between samples of the way of a target that comes over the horizon
#: Missiles, where a row tells of nothing but looks.
SHOTS = {"Rmax": 2000.0, "Rmin": 1000.0, "Vm": 800.0, "t_react": 0.0, "dt": 1.0, "p": 0.5}


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
    """The row itself, or one row for each point of its curve over N; points that are keyed are keyed by channels."""
    expected = row["expected"]
    curves: Mapping[str, list[dict[str, Any]]]
    if isinstance(expected, list) and isinstance(expected[0], Mapping) and "N" in expected[0]:
        curves = {"": expected}
    elif isinstance(expected, Mapping) and all(key.isdigit() for key in expected):
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
    and far below the scatter of a stream; inputs may ask for a shorter `stream`. Arrivals are drawn for each plan of a
    world and not for each raid, so the study is of worlds with one raid each, and the worlds are the sample.
    """
    if "N" in x:
        raise NotExpressible(
            "an Engset row needs sources that come back after their engagement: a threat of a raid comes only once"
        )
    stream = x.get("stream", STREAM)
    far = ENVELOPE_MIN_M + SPEED_M_S * STREAM_WINDOW_S
    seen = far + 2 * SPEED_M_S * CYCLE_S
    missile = {"range_min": ENVELOPE_MIN_M, "range_max": far, "flight_time": CYCLE_S, "rounds": stream}
    unit = {
        "channels": x["c"],
        "sensors": {"eye": _certain(seen)},
        "effectors": {"missile": missile | {"kill": {"drone": x.get("Pk", 1.0)}}},
        "doctrine": {"salvo": 1, "max_salvos": 1},
    }
    group = {"count": stream, "distance": seen, "arrival": {"rate": x["a"] / CYCLE_S}}
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


def as_warhead(x: Mapping[str, Any]) -> tuple[float, list[tuple[float, float, float]]]:
    """The kill chance without a miss, and (lethal radius, spread, bias) for both axes, of a row of damage functions.

    Carleton's function D0 exp(-D0 (m / R)^2) has the lethal radius R / sqrt(D0) here, exp(-m^2 / 2 b^2) has b sqrt(2).
    """
    if "b" in x:
        radius = x["b"] * math.sqrt(2)
        return 1.0, [(radius, x["sigma"], x["d"]), (radius, x["sigma"], 0.0)]
    root = math.sqrt(x["D0"])
    return x["D0"], [(x["Rx"] / root, x["sx"], x["mx"]), (x["Ry"] / root, x["sy"], x["my"])]


def _damage(name: str, x: dict[str, Any]) -> dict[str, Any]:
    """One missile that misses and whose warhead acts at a distance; or one round of a gun, for the cookie cutter."""
    if "R" in x:
        return _burst(name, {"n": 1, "R": x["R"], "sr": x["sigma"], "sb": 0.0})
    kill, ((radius, spread, bias), other) = as_warhead(x)
    if other != (radius, spread, 0.0):
        raise NotExpressible("a miss scatters alike along both axes")
    miss = {"error": spread, "bias": bias, "lethal_radius": {"drone": radius}}
    return _gallery(name, cycles=1, kill={"drone": kill}, miss=miss, doctrine={"salvo": 1, "max_salvos": 1})


def _one_salvo(name: str, threats: int, salvo: int, kill: Any, study: tuple[int, int] = (1, 100_000)) -> dict[str, Any]:
    """Every threat is fired at once, by a channel of its own."""
    return _gallery(
        name,
        cycles=1,
        threats=threats,
        channels=threats,
        kill={"drone": kill},
        doctrine={"salvo": salvo, "max_salvos": 1},
        study=study,
    )


def _leakage(name: str, x: dict[str, Any]) -> dict[str, Any]:
    """Layers that a target passes one after the other, or a raid of W with the smallest salvo that reaches P0."""
    if "p" in x:
        return _layers(name, 1, [{"inventory": 1, "salvo": 1, "pk": p} for p in x["p"]])
    salvo = math.log(1 - x["P0"] ** (1 / x["W"])) / math.log(1 - x["SSPK"])
    return _one_salvo(name, x["W"], math.ceil(salvo), x["SSPK"])


def _published(name: str, x: dict[str, Any]) -> dict[str, Any]:
    """Layers with magazines, written as mappings or as lists (inventory, salvo, pk)."""
    named = [
        x if isinstance(x, Mapping) else dict(zip(("inventory", "salvo", "pk"), x, strict=True)) for x in x["layers"]
    ]
    return _layers(name, x["raid"], named)


def _layers(name: str, threats: int, layers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One unit for each layer, the outermost first: each fires one salvo at what the outer ones left, all at once."""
    here = {"east": 0, "north": 0}
    seen = ENVELOPE_MIN_M + (len(layers) + 1) * LAYER_DEPTH_M
    scenario = _scenario(name, {}, {"count": threats, "distance": seen}, speed=SPEED_M_S)
    units = []
    for k, layer in enumerate(layers):
        near = ENVELOPE_MIN_M + (len(layers) - 1 - k) * LAYER_DEPTH_M
        missile = {
            "range_min": near,
            "range_max": near + SPEED_M_S * CYCLE_S / 2,  # too shallow for a second launch
            "flight_time": CYCLE_S,
            "rounds": layer["inventory"],
            "kill": {"drone": layer["pk"]},
        }
        system = {
            "channels": threats,
            "sensors": {"eye": _certain(seen)},
            "effectors": {"missile": missile},
            "doctrine": {"salvo": layer["salvo"], "max_salvos": 1, "partial_salvo": False},
        }
        units.append({"name": f"layer {k + 1}", "at": here, "system": system})
    return scenario | {"units": units}


def _binomial(name: str, x: dict[str, Any]) -> dict[str, Any]:
    """n threats that get through with one unknown chance, Beta(a, b): each shot kills with the rest, Beta(b, a)."""
    kill = {"distribution": "beta", "a": x["b"], "b": x["a"]}
    return _one_salvo(name, x["n"], 1, kill, study=(1024, 256) if "k" in x else (800, x["inner_M"]))


def _one_look(name: str, x: dict[str, Any]) -> dict[str, Any]:
    """A first look at the reference range, where it confirms by itself."""
    geometry = {"R0": 10_000.0, "Rstart": 10_000.0, "V": SPEED_M_S, "Ts": 4.0, "m": 1, "n": 1}
    scenario = _single_target(name, geometry | SHOTS | {"snr0_db": x["snr_db"], "pfa": x["pfa"]})
    scenario["units"][0]["system"]["sensors"]["radar"] |= {"pulses": x["n"], "fluctuation": x["swerling"]}
    return scenario


def _first_detection(name: str, x: dict[str, Any]) -> dict[str, Any]:
    """Looks at a target that comes in, the first detection of which counts."""
    if "Rstart" not in x:
        raise NotExpressible("a row of one constant chance has no range")
    snr_db = 10 * math.log10(x["snr0"])
    return _single_target(name, x | SHOTS | {"V": x["v"], "snr0_db": snr_db, "m": 1, "n": 1})


def _sight(name: str, x: dict[str, Any]) -> dict[str, Any]:
    """A first look of a sight that confirms by itself, at a black target of 1 m: N cycles where N50 are even odds."""
    away = 1000 * x["R_km"] if "R_km" in x else SIGHT_RANGE_M
    sight = {
        "kind": "optical",
        "resolution": f"{1 / (x.get('N', 1.0) * away)!r} rad",
        "cycles": x.get("N50", 1.0),
        "contrast": 1,
        "scan_period": CYCLE_S,
        "phase": 0,
        "confirm": [1, 1],
    }
    air = {"visibility": 1000 * x["V_km"] if "V_km" in x else THIN_HAZE_M}
    group = {"count": 1, "distance": away}
    scenario = _scenario(name, {"sensors": {"sight": sight}}, group, speed=SPEED_M_S, size=1, contrast=1)
    return scenario | {"weather": air}


def _horizon(name: str, x: dict[str, Any]) -> dict[str, Any]:
    """A certain sensor on a mast, and a target that flies level over a smooth earth from beyond the horizon."""
    if "h_target" not in x:
        raise NotExpressible("a horizon without a target is no raid")
    far = 10_000.0 * (math.sqrt(x["h_radar"]) + math.sqrt(x["h_target"]))  # twice the rule of thumb and more
    missile = {"range_max": far, "speed": 1000, "rounds": 1, "kill": {"drone": 1}}
    system = {
        "antenna_height": x["h_radar"],
        "sensors": {"eye": _certain(far)},
        "effectors": {"missile": missile},
    }
    scenario = _scenario(name, system, {"count": 1, "distance": far}, speed=SPEED_M_S, altitude=x["h_target"])
    return scenario | {"surface": {"kind": "smooth"}, "study": {"step": HORIZON_STEP_M}}


#: What `scenario_for` knows.
TABLES: Mapping[str, Callable[[str, dict[str, Any]], dict[str, Any]]] = {
    "integrated_single_target": _single_target,
    "integrated_raid_des": _raid,
    "raid_saturation": _saturation,
    "engagement_opportunities": _opportunities,
    "shoot_look_shoot": _shoot_look_shoot,
    "loss_systems": _loss_system,
    "salvo_and_burst": _salvo,
    "damage_functions": _damage,
    "leakage_products": _leakage,
    "published_scenarios": _published,
    "nested_monte_carlo": _binomial,
    "radar_pd_exact": _one_look,
    "radar_search_detection": _first_detection,
    "radar_horizon": _horizon,
    "eo_infrared": _sight,
}
