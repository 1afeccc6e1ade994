"""A small made-up scenario, whole and plain, for tests to change."""

from __future__ import annotations

from typing import Any


def battery(**more: Any) -> dict[str, Any]:
    """A system with a radar, a missile, a gun and a jammer."""
    return {
        "channels": {"low": 2, "high": 4},
        "reaction_time": {"low": 4, "high": 8},
        "antenna_height": "5 m",
        "sensors": {"radar": {"range": {"low": "20 km", "high": "30 km"}, "rcs": "2 m2"}},
        "effectors": {
            "57E6": {
                "range_min": "1 km",
                "range_max": {"low": "10 km", "high": "20 km"},
                "speed": "800 m/s",
                "rounds": {"low": 4, "high": 8},
                "kill": {"drone": {"low": 0.4, "high": 0.8}},
            },
            "gun": {
                "kind": "gun",
                "range_max": "4 km",
                "speed": "900 m/s",
                "rounds": 700,
                "gunnery": {"dispersion": "2 mrad", "aim_error": "3 mrad", "kill_per_hit": {"drone": 0.3}},
            },
        },
        "emitters": {"jammer": {"denies": ["satnav"], "range": "9 km", "mean_time_to_effect": 20}},
    } | more


def written(**more: Any) -> dict[str, Any]:
    """Two batteries of one type and one asset, with a raid of two groups."""
    return {
        "bartizan": 1,
        "name": "made-up",
        "surface": {"kind": "open"},
        "systems": {"battery": battery()},
        "threats": {
            "drone": {
                "kind": "drone",
                "speed": {"low": 40, "high": 60},
                "altitude": {"low": 100, "high": 500},
                "rcs": {"low": 0.01, "high": 1, "scale": "log"},
            }
        },
        "assets": [{"name": "home", "at": {"east": 0, "north": 0}}],
        "units": [unit("first"), unit("second")],
        "raids": [
            {
                "name": "raid",
                "groups": [
                    {"threat": "drone", "count": 4, "distance": {"low": "30 km", "high": "60 km"}},
                    {"threat": "drone", "count": 2, "arrival": {"spread": {"low": 60, "high": 600}}},
                ],
            }
        ],
    } | more


def unit(name: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "system": "battery",
        "at": {"east": 0, "north": 1000, "within": {"low": 100, "high": 200}},
        "present": {"low": 0.4, "high": 0.9},
    } | more
