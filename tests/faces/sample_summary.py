"""A made-up study of a place that does not exist, in the shape of a results folder, for tests of the report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

ASSETS = ["Aldersund power station", "Switching yard", "Harbour lock", "Town hall"]
GUNS = ("35 mm guns", "gun", 640)
IRIS = ("missiles", "missile", 24)
PANTSIR = [("57E6 missiles", "missile", 12), ("2A38M guns", "gun", 1400)]
#: name, title, kind, east m, north m, present, reach m, channels, effectors as (key, kind, magazine)
UNITS: list[tuple[Any, ...]] = [
    ("Gepard at the gate", "Gepard", "fire unit", 300, -250, 1.0, 3500, 1, [GUNS]),
    ("Gepard at the quay", "Gepard", "fire unit", 1100, 420, 0.8, 3500, 1, [GUNS]),
    ("IRIS-T north", "IRIS-T SLM launcher and radar", "fire unit", -2600, 5200, 1.0, 40000, 8, [IRIS]),
    ("IRIS-T hill", "IRIS-T SLM launcher and radar", "fire unit", 8300, -4100, 0.5, 40000, 8, [IRIS]),
    ("Radar on the church hill", "Search radar", "sensor", 650, 900, 1.0, None, 0, []),
    ("Jammer van", "Satellite navigation jammer", "jammer", 100, 380, 0.6, 8000, 0, []),
    ("Pantsir on the silo roof", "Pantsir-S1", "fire unit", -420, 180, 0.7, 18000, 4, PANTSIR),
]
CAUSES = (
    "masked", "undetected", "out_of_envelope", "not_held", "late", "not_ready", "lost",
    "not_released",
    "no_channel", "no_rounds",
    "missed",
)  # fmt: skip


def small(mean: float | None, half: float = 0.01) -> dict[str, Any]:
    """A mean with an interval."""
    if mean is None:
        return {"mean": None, "low": None, "high": None}
    return {"mean": mean, "low": max(0.0, mean - half), "high": mean + half}


def estimate(mean: float | None, half: float, world: float, share: float | None = 0.7) -> dict[str, Any]:
    """A mean with its interval, its range over worlds and the share of ignorance; all null without a mean."""
    if mean is None:
        return small(None) | {"world_low": None, "world_high": None, "ignorance_share": None}
    return small(mean, half) | {
        "world_low": mean * (1 - world),
        "world_high": mean * (1 + world),
        "ignorance_share": share,
    }


def capped(table: dict[str, Any]) -> dict[str, Any]:
    """Probabilities cannot exceed one."""
    return {key: value if value is None else min(value, 1.0) for key, value in table.items()}


def shares(weights: list[float]) -> dict[str, dict[str, Any]]:
    """Causes with their shares of all leakers."""
    return {c: small(w / sum(weights) if sum(weights) else None, 0.013) for c, w in zip(CAUSES, weights, strict=True)}


def case(name: str, title: str, size: int, leak: float, weights: list[float], **more: Any) -> dict[str, Any]:
    """One raid: `leak` is the fraction that gets through, `weights` are those of the causes."""
    leaks = bool(leak)
    causes = shares(weights if leaks else [0.0] * len(CAUSES))
    threats = more.get("threats") or [{"type": "slow-drone", "title": "slow one-way drone", "count": size}]
    stopped = {"killed": 0.83, "diverted": 0.16, "alive": 0.01}
    return {
        "name": name, "raid": more.get("raid", name), "title": title, "note": more.get("note", ""), "size": size,
        "series": "raid" in more, "worlds": 200, "raids": 50, "threats": threats,
        "leak": capped(estimate(leak, 0.008, 0.8, 0.71 if leaks else None)),
        "any": capped(estimate(1 - (1 - leak) ** size, 0.011, 0.35, 0.38)),
        "leakers": estimate(leak * size, 0.008 * size, 0.8 * (1 - leak), 0.71 if leaks else None),
        "fates": {"leaked": small(leak)} | {fate: small((1 - leak) * share) for fate, share in stopped.items()},
        "jammed": {"lost": small(0.3), "killed": small(0.2)},
        "causes": causes,
        "assets": [_asset(asset, leak * (0.6 + 0.2 * i), size) for i, asset in enumerate(ASSETS)],
        "types": [_type(threat, leak, causes) for threat in threats],
        "effectors": [_effector(unit, effector, size) for unit in UNITS for effector in unit[8]],
        "units": [_unit(unit, i, size) for i, unit in enumerate(UNITS) if unit[7]],
        "binding": CAUSES[int(np.argmax(weights))] if leaks else None,
    }  # fmt: skip


def _type(threat: dict[str, Any], leak: float, causes: dict[str, Any]) -> dict[str, Any]:
    leaks = capped(estimate(leak, 0.01, 0.8))
    return {"type": threat["type"], "title": threat["title"], "sent": threat["count"], "leak": leaks, "causes": causes}


def _asset(name: str, leak: float, size: int) -> dict[str, Any]:
    hit = 1 - (1 - leak) ** (size / 4)
    leaks, hits = capped(estimate(leak, 0.012, 0.75)), capped(estimate(hit, 0.013, 0.5, 0.44))
    return {"name": name, "aimed": size / 4, "leak": leaks, "hit": hits}


def _unit(unit: tuple[Any, ...], index: int, size: int) -> dict[str, Any]:
    busy = small(min(0.97, size * (index + 1) / 260), 0.02)
    return {"unit": unit[0], "channels": unit[7], "saturated": busy}


def _effector(unit: tuple[Any, ...], effector: tuple[str, str, int], size: int) -> dict[str, Any]:
    key, kind, magazine = effector
    engagements = size * 0.21
    rounds = min(magazine * 0.96, engagements * (22 if kind == "gun" else 1.31))
    return {
        "unit": unit[0], "effector": key, "kind": kind, "magazine": magazine, "engagements": small(engagements, 0.07),
        "rounds": small(rounds, 0.6), "kills": small(engagements * 0.58, 0.05),
        "emptied": small(min(1.0, (rounds / magazine) ** 4), 0.015),
    }  # fmt: skip


def question(
    key: str, text: str, claims: list[str], share: float, answers: dict[str, float], *, told: bool = True
) -> dict[str, Any]:
    """What a question is worth: `answers` are what gets through for each."""
    conditionals = [
        {"answer": a, "worlds": 60, **small(m, 0.04), "world_low": 0.7 * m, "world_high": 1.3 * m}
        for a, m in answers.items()
    ]
    return {
        "key": key, "text": text, "claims": claims, "share": {"share": share, "low": share / 2, "high": share * 1.5},
        "chance": 0.001 if told else 0.4, "told": told, "together": told, "answers": conditionals, "width": 0.2,
    }  # fmt: skip


def worth(name: str, title: str, leak: float, questions: list[dict[str, Any]]) -> dict[str, Any]:
    """What each question is worth to a case."""
    return {
        "case": name, "title": title, "worlds": 200, "mean": leak, "world_low": 0.2 * leak, "world_high": 1.8 * leak,
        "asked": 14, "live": 9, "least": 0.07, "worths": questions, "width": 1.6 * leak,
    }  # fmt: skip


def questions() -> list[dict[str, Any]]:
    """The questions that the made-up scenario leaves open, with answers to play."""
    yes_no = [{"answer": "no", "words": "it is not there"}, {"answer": "yes", "words": "it is there"}]
    text = "whether the Jammer van is there"
    return [
        {"key": "there-jammer", "text": text, "claims": ["jammer"], "answers": yes_no},
        {"key": "roof-storeys", "text": "the silo: 8 or 10 storeys", "claims": ["silo-roof"], "answers": []},
    ]


def cases() -> list[dict[str, Any]]:
    mixed = [
        {"type": "slow-drone", "title": "slow one-way drone", "count": 12},
        {"type": "cruise", "title": "subsonic cruise missile", "count": 4},
        {"type": "decoy", "title": "decoy", "count": 8},
    ]
    fast = [{"type": "cruise", "title": "subsonic cruise missile", "count": 6}]
    found = [
        case("evening", "Eight drones in the evening", 8, 0.263, [30, 8, 4, 3, 19, 0, 0, 0, 6, 0, 30]),
        case(
            "cruise",
            "Six cruise missiles, low, from the sea",
            6,
            0.48,
            [44, 12, 2, 5, 21, 0, 0, 1, 5, 0, 10],
            threats=fast,
        ),
        case(
            "mixed",
            "Mixed raid with decoys",
            24,
            0.344,
            [12, 5, 3, 2, 15, 0, 0, 4, 33, 8, 18],
            threats=mixed,
            note="All at once.",
        ),
        case(
            "lone",
            "One quadcopter at noon",
            1,
            0.0,
            [0] * len(CAUSES),
            threats=[{"type": "quad", "title": "quadcopter", "count": 1}],
        ),
    ]
    silo = question("roof-storeys", "the silo: 8 or 10 storeys", ["silo-roof", "silo-high"], 0.12, {}, told=False)
    by_answer = {"it is not there": 0.377, "it is there": 0.182}
    yard = question("there-jammer", "whether the Jammer van is there", ["jammer"], 0.41, by_answer)
    found[0]["worth"] = worth("evening", "Eight drones in the evening", 0.263, [yard, silo])
    found[1]["worth"] = worth("cruise", "Six cruise missiles, low, from the sea", 0.48, [silo])
    for size in (4, 8, 16, 32, 64, 128):
        leak = 0.09 + 0.72 * (size / 128) ** 0.8
        weights = [8, 3, 2, 2, 7, 0, 0, 0, size * 0.6, size * 0.4, 12]
        found.append(case(f"swarm-{size}", "Swarm of slow drones", size, leak, weights, raid="swarm"))
    return found


def chart() -> dict[str, Any]:
    turn, along = np.linspace(0, 2 * np.pi, 160), np.linspace(-30000, 30000, 120)
    bay = np.column_stack((14000 * np.cos(turn) - 9000, 6000 * np.sin(turn) + 1500 * np.sin(3 * turn) - 6000))
    river = np.column_stack((along, 2500 * np.sin(along / 6600) + 4000))
    places = [(0, 0, 250), (420, -90, 120), (1500, 800, 150), (-3900, 2800, 100)]
    keys = ("name", "title", "kind", "east", "north", "present", "reach")
    return {
        "origin": {"lat": 57.31, "lon": 11.02},
        "assets": [
            dict(zip(("name", "east", "north", "radius"), (a, *p), strict=True))
            for a, p in zip(ASSETS, places, strict=True)
        ],
        "units": [dict(zip(keys, unit[:7], strict=True)) for unit in UNITS],
        "backdrop": {"attribution": "outlines made up for this test", "lines": [bay.tolist(), river.tolist()]},
    }


def numbers() -> list[dict[str, Any]]:
    handbook = {"title": "A handbook of air defence", "publisher": "Example Press", "date": "2021"}
    found = []
    for unit in UNITS:
        cited = {"claims": ["silo-roof"] if "silo" in unit[0] else ["jammer"] if "Jammer" in unit[0] else []}
        found.append(cited | {
            "key": f"units/{unit[0]}/reach", "what": f"reach of {unit[0]}", "grade": "C3", "note": "",
            "value": f"{(unit[6] or 9000) / 1000:g} km (80 % to 110 %)",
            "sources": [handbook | {"url": "https://example.org/handbook"}],
        })  # fmt: skip
        found.append(cited | {
            "key": f"units/{unit[0]}/reaction_time", "what": f"reaction time of {unit[0]}", "grade": "F6",
            "value": "6 s, 4 to 10 s", "sources": [], "note": "common knowledge; no source looked up",
        })  # fmt: skip
    return found


def claims() -> list[dict[str, Any]]:
    rows = [
        (
            "silo-roof",
            "A short-range system stands on the roof of the grain silo.",
            "silo",
            "8 storeys",
            "The Sund Herald",
            "reportedly",
            "C3",
        ),
        ("silo-high", "The silo has ten storeys.", "silo", 10, "Harbour Gazette", "", "B2"),
        (
            "jammer",
            "A van with antennas was seen near the yard.",
            "jammer",
            True,
            "posts on social media",
            "cannot be verified",
            "E4",
        ),
        (
            "hill",
            "A launcher may have moved to the hill.",
            "hill",
            None,
            "The Sund Herald",
            "according to residents",
            "D3",
        ),
    ]
    keys = ("id", "says", "topic", "value", "publisher", "hedge", "grade")
    return [dict(zip(keys, row, strict=True)) | {"date": "2031-02-03"} for row in rows]


def summary() -> dict[str, Any]:
    """A complete summary of a made-up study."""
    return {
        "format": 1,
        "bartizan": "0.1.0",
        "scenario": {
            "name": "aldersund", "title": "Aldersund power station, February 2031",
            "date": "2031-02-03", "variant": "hill",
            "summary": "A power station on a bay, guarded by guns, missiles and a jammer.\n\nNothing of this exists.",
            "digest": "3f" * 32,
        },
        "run": {
            "seed": 20310203, "worlds": 200, "raids": 50, "started": "2031-02-03T18:20:11+00:00", "seconds": 12.84,
            "threads": 2, "python": "3.11.9", "numpy": "2.1.0", "numba": "0.61.2", "finished": True,
        },
        "cases": cases(),
        "map": chart(),
        "numbers": numbers(),
        "claims": claims(),
        "findings": [
            {"kind": "conflict", "text": "Two reports differ on the height of the silo. Both are kept as possible.",
             "claims": ["silo-roof", "silo-high"]},
            {"kind": "unverified", "text": "The jammer rests on unconfirmed posts.", "claims": ["jammer"]},
        ],
    }  # fmt: skip


def summary_of_one_raid() -> dict[str, Any]:
    """The same with its first raid only: quicker to draw."""
    return summary() | {"cases": cases()[:1]}


def coverage(cells: int = 120) -> dict[str, Any]:
    """Probabilities that fall with distance and rise with altitude, on a square of 60 km."""
    axis = np.linspace(-30000, 30000, cells)
    altitudes = np.array([50.0, 300.0, 3000.0])
    distance = np.hypot(*np.meshgrid(axis, axis))
    wobble = 1 + 0.15 * np.sin(5 * np.arctan2(*np.meshgrid(axis, axis)))
    horizon = np.array([6500.0, 15000.0, 30000.0])[:, None, None] * wobble
    seen = 1 / (1 + np.exp((distance - horizon) / 2500))
    return {
        "altitudes": altitudes, "east": axis, "north": axis,
        "seen": seen, "engageable": seen * 0.97, "ring_seen": np.sqrt(seen), "ring_engageable": np.sqrt(seen) * 0.97,
        "areas_km2": np.arange(54.0).reshape(2, 3, 3, 3), "target": "slow one-way drone",
    }  # fmt: skip


def write_folder(folder: Path, content: dict[str, Any] | None = None, grids: dict[str, Any] | None = None) -> Path:
    """A results folder with this summary, the sample if none is given, and with coverage if `grids` are given."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "summary.json").write_text(json.dumps(summary() if content is None else content), encoding="utf-8")
    if grids is not None:
        np.savez_compressed(folder / "coverage.npz", **grids)
    return folder
