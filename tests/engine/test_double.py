"""The engine against its slow, obvious double: the same fate of each threat in the same raid, not only on average."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.engine.blocks import blocks_file
from tests.engine.scenes import battery, drone, group, merged, radar_site, scene, threats, unit
from tests.oracles.direct_engine import Outcome, Plan, World

from bartizan.engine.layout import CAUSES, FATES
from bartizan.studies import replicate
from bartizan.world.scenario import load

RAIDS = 64
FINE_M, FINER_M, DEFAULT_M = 50, 20, 250

# Two missiles-and-gun vehicles: guns with a common aim error, missiles that run out, one mount of the gun.
_MIXED = merged(
    radar_site(),
    {
        "channels": 3,
        "effectors": {
            "missile": {"rounds": 4, "kill": {"drone": 0.4}, "launch_delay": 1.5, "at_once": 2},
            "gun": {
                "kind": "gun", "range_min": 200, "range_max": 4_000, "speed": 900, "rounds": 300, "at_once": 1,
                "gunnery": {"burst": 30, "dispersion": "3 mrad", "aim_error": "4 mrad", "bias": "1 mrad",
                            "kill_per_hit": {"drone": 0.3}},
            },
        },
    },
)  # fmt: skip
_JAMMER = {
    "antenna_height": 20,
    "emitters": {"mast": {"denies": ["satnav", "control-link"], "range": 9_000, "mean_time_to_effect": 60}},
}
# Jammers by their power: one of satellite navigation, one of links, which differ in their reach for each threat.
_POWERED = {
    "antenna_height": 20,
    "emitters": {
        "satnav": {"denies": ["satnav"], "power": 0.5, "quality": 2.2, "mean_time_to_effect": 40},
        "links": {"denies": ["control-link"], "power": 20, "frequency": "2.45 GHz", "bandwidth": "80 MHz",
                  "mean_time_to_effect": 30},
    },
}  # fmt: skip
_LINK = {"power": 0.2, "frequency": "2.43 GHz", "bandwidth": "20 MHz", "distance": 12_000, "loss": 6, "margin": 16}
# Salvos of two, then one; wrong assessments both ways; a magazine that is filled again.
_ERRING = merged(
    radar_site(),
    {
        "kill_called_miss": 0.1,
        "miss_called_kill": 0.15,
        "effectors": {"missile": {"rounds": 5, "reload_time": 25, "reliability": 0.9, "kill": {"drone": 0.25}}},
        "doctrine": {"salvo": [2, 1], "max_salvos": 3},
    },
)
# A launcher that is topped up in quiet times from a stock that is soon used up, and supplied.
_LASTING = radar_site(
    effectors={"missile": {"rounds": 3, "reload_time": 20, "spare_rounds": 4, "top_up_after": 30, "resupply_time": 90,
                           "kill": {"drone": 0.4}}}
)  # fmt: skip
# Salvos of two, a launcher of five, and three rounds to fill it with.
_FILLED = radar_site(
    effectors={"missile": {"rounds": 5, "reload_time": 20, "spare_rounds": 3, "kill": {"drone": 0.3}}},
    doctrine={"salvo": 2},
)
# Launchers that see nothing themselves but what they are told of, and a radar that has no launcher.
_MANY = {"missile": {"rounds": 60, "kill": {"drone": 0.5}}}
_BLIND = merged(battery(reaction_time=10, effectors=_MANY), {"sensors": {"eye": {"role": "fire-control"}}})
_EYES = {"antenna_height": 15, "sensors": {"search": {"range": 35_000, "rcs": 1, "scan_period": 4, "confirm": [2, 3]}}}
# Traffic: past the town, in to land, and out; and what identifies it, now and then wrongly.
_LINER = {"kind": "aircraft", "speed": 110, "altitude": {"low": 800, "high": 2_500}, "rcs": 15, "transponder": 0.6,
          "flight_plan": 0.5}  # fmt: skip
_STREAM = {"threat": "liner", "count": 10, "distance": 18_000, "arrival": {"rate": "25 1/h"},
           "bearing": {"low": "-180 deg", "high": "180 deg"}}  # fmt: skip
_TRAFFIC = [
    _STREAM | {"neutral": {"lasts": 500, "offset": 6_000}},
    _STREAM | {"neutral": {"lasts": 450, "flies": "in", "closing": 60, "left": 0.3}},
    _STREAM | {"neutral": {"lasts": 450, "flies": "out"}},
]
_AMONG = merged(radar_site(), {"channels": 3, "effectors": {"missile": {"rounds": 12, "kill": {"aircraft": 0.5}}}})
_CALLS = {"time": 20, "spread": 1.8, "again": 25, "transponder": 0.7, "flight_plan": 0.6, "visual": 0.3,
          "neutral_as_hostile": 0.3, "hostile_as_neutral": 0.2, "hostile_as_unknown": 0.3}  # fmt: skip
_CITY = {
    "kind": "city", "centre": {"east": 0, "north": 0}, "radius": 6_000, "density": "250 1/km2", "perimeter": 110,
    "heights": {"rayleigh": 10},
}  # fmt: skip
_BLOCKS = {"kind": "mapped", "buildings": {"file": blocks_file((50, 10))}, "range": 40_000}
_TIMES = [[0, 2], [3_750, 7], [7_500, 11], [15_000, 22]]
_ACTIVE = radar_site(effectors={"missile": {"guidance": "active", "flight": _TIMES}})
del _ACTIVE["effectors"]["missile"]["speed"]
_SLOW = radar_site(
    channels=1, reaction_time=25, assessment_time=12,
    sensors={"search": {"range": 15_000}}, effectors={"missile": {"rounds": 20, "altitude_max": 1_500}},
)  # fmt: skip
_LATE = {"spread": 90, "jitter": 15}
# A day sight that searches, and a mount whose radar sees less far than its thermal sight.
_WATCH = battery(sensors={"eye": {"kind": "optical", "range": 12_000, "contrast": 0.6, "scan_period": 1.5}})
_TWO_CHANNELS = radar_site(
    sensors={
        "tracker": {"range": 5_000},
        "thermal": {
            "kind": "infrared",
            "role": "fire-control",
            "resolution": "0.1 mrad",
            "cycles": 2,
            "range_max": 9_000,
        },
        "day": {"kind": "optical", "role": "fire-control", "range": 15_000, "size": 2.3},
    }
)
_SEEN = {"size": 1.5, "contrast": 0.4, "temperature_difference": 3}
# Missiles that kill less far away, abeam and low, that miss, and that cannot follow what crosses far off.
_FALLING_OFF = radar_site(effectors={"missile": {
    "kill": {"drone": 0.9}, "rounds": 8, "crossing_max": 7_000, "reach": {"drone": 11_000},
    "kill_by_range": [[3_000, 1], [15_000, 0.5]], "kill_by_crossing": [[0, 1], [2_000, 0.9], [8_000, 0.3]],
    "kill_by_altitude": [[300, 0.6], [1_500, 1]],
    "miss": {"guidance_error": "0.4 mrad", "error": 2, "bias": 1, "lethal_radius": {"drone": 8, "cruise": 8}},
}})  # fmt: skip
# Sensors that drop their tracks soon; false tracks that hold one of two channels and cost a missile now and then.
_LOW = {"elevation_max": "14 deg", "coast_time": 7}
_FORGETFUL = radar_site(
    antenna_height=3, channels=1, effectors={"missile": {"range_min": 500, "kill": {"drone": 0.3}}},
    sensors={"search": _LOW, "tracker": {"elevation_max": "20 deg", "range": 9_000},
             "eye": {"kind": "ideal", "range": 4_000, "elevation_max": "5 deg", "coast_time": 2}},
)  # fmt: skip
_PESTERED = radar_site(
    channels=2, effectors={"missile": {"rounds": 8}}, false_tracks={"rate": "4 1/min", "time": 9, "fired": 0.3}
)
# Trackers that see neither far nor high, so that much of what missiles reach is held by none.
_MYOPIC = radar_site(sensors={"tracker": {"range": 6_500, "elevation_max": "9 deg"}})
_CUED = {
    "search": {"beam": "2.5 deg", "bandwidth": "2 MHz", "range": 50_000},
    "tracker": {"dwell": 0.4, "beam": "1 deg", "range": 40_000},
}
# Microphones on masts, of a stated range or gain, some deaf above; a vehicle that they tell, whose own radar is slow.
_EARS = {"antenna_height": 5, "sensors": {"ear": {
    "kind": "acoustic", "range": 5_000, "scan_period": 2, "confirm": [2, 3], "bearing_error": "3 deg",
    "coast_time": 9}}}  # fmt: skip
_MORE_EARS = {"antenna_height": 3, "sensors": {"ear": {
    "kind": "acoustic", "gain": "24 dB", "elevation_max": "50 deg", "range_min": 300, "shadow": "6 dB"}}}  # fmt: skip
_TOLD = radar_site(sensors={"search": {"range": 3_000}, "tracker": {"dwell": 0.4, "beam": "1 deg", "range": 20_000}})

# Orders: what is dear waits for what is cheap, half of the missiles are not for drones, one unit may not fire at all.
_DEAR = radar_site(channels=3, effectors={"missile": {"rounds": 6, "release": {"drone": "last_resort"}}})
_SAVING = radar_site(
    channels=2, assessment_time=4,
    effectors={"missile": {"rounds": 6, "range_max": 9_000, "kill": {"drone": 0.4},
                           "release": {"drone": {"reserve": 0.5}, "cruise": {"last_resort": 0.5}}}},
)  # fmt: skip
_FORBIDDEN = radar_site(effectors={"missile": {"release": {"drone": "never", "cruise": {"released": 0.5}}}})
# Arcs over what lies around, a gun that waits for a good burst, one round while there is time for another look.
_CAREFUL = merged(
    _MIXED,
    {
        "effectors": {
            "missile": {
                "rounds": 12, "least_elevation": "3 deg",
                "safety_arcs": [{"low": "-30 deg", "high": "80 deg", "elevation": "12 deg"},
                                {"low": "60 deg", "high": "300 deg", "elevation": "5 deg"},
                                {"low": "200 deg", "high": "230 deg"}],
            },
            "gun": {"open_range": 3_500, "open_chance": 0.12},
        },
        "doctrine": {"thrift": True, "salvo": [3, 2], "max_salvos": 4},
    },
)  # fmt: skip
_SPARING = radar_site(
    effectors={"missile": {"rounds": 9, "reliability": 0.9, "kill": {"drone": 0.5}}},
    doctrine={"fires_on_jammed": 0.4, "salvo": 2, "thrift": True},
)
_HELD = [
    {"name": "field", "at": {"east": 5_000, "north": 3_000}, "radius": 7_000},
    {"name": "gate", "status": "free", "at": {"east": 6_000, "north": 3_000}, "radius": 2_500, "start": 60},
    {"name": "town", "corners": [{"east": -9_000, "north": -2_000}, {"east": 0, "north": -9_000},
                                 {"east": -1_000, "north": 2_000}, {"east": -4_000, "north": -1_000}],
     "start": 120, "end": 190},
]  # fmt: skip

# A radar that searches and tracks in one sector, and is turned; a tracker that is, beside a radar that sees all round;
# launchers that point one way; a wide sector of what forgets nothing.
_ONE_FACE = radar_site(channels=3, effectors={"missile": {"rounds": 20, "kill": {"drone": 0.5}}})
_ONE_FACE["sensors"] = {"face": {"range": 40_000, "rcs": 1, "azimuth": "40 deg", "sector": "100 deg", "slew_time": 18,
                                 "coast_time": 12}}  # fmt: skip
_TURRET = radar_site(
    channels=2, sensors={"tracker": {"azimuth": "-60 deg", "sector": "80 deg", "slew_time": 9}},
    effectors={"missile": {"rounds": 9, "guidance": "active", "azimuth": "170 deg", "sector": "230 deg"}},
)  # fmt: skip
_WIDE_FACE = merged(_ONE_FACE, {"sensors": {"face": {"sector": "200 deg", "slew_time": 30}}})
del _WIDE_FACE["sensors"]["face"]["coast_time"]

SCENES: dict[str, dict[str, Any]] = {
    "a radar that turns, alone": scene(
        [unit("A", _ONE_FACE, 2_000)], [group(wander=0.1, arrival=_LATE)],
    ),
    "trackers that turn, launchers that do not": scene(
        [unit("A", _TURRET, 2_000, 500), unit("B", _TURRET, -1_500, 900)], [group(count=10, wander=0.1, arrival=_LATE)],
    ),
    "radars that turn on a network": scene(
        [unit("A", _ONE_FACE, 2_000), unit("B", _TURRET, -1_500, 900), unit("C", _WIDE_FACE, 500, -1_200)],
        [group(count=12, wander=0.05, arrival={"spread": 150, "jitter": 15})],
        warning={"lead": 10, "missed": 0.5, "tells_bearing": True},
    ),
    "faces that stay, microphones to one side": scene(
        [
            unit("A", radar_site(sensors={"search": {"azimuth": "30 deg", "sector": "150 deg", "coast_time": 6},
                                          "tracker": {"azimuth": "20 deg", "sector": "210 deg"}}), 2_000),
            unit("E", merged(_EARS, {"sensors": {"ear": {"azimuth": "200 deg", "sector": "120 deg"}}}), -900, 400),
        ],
        [group(count=10, wander=0.1, arrival=_LATE)],
    ),
    "reserves and last resorts": scene(
        [unit("A", _DEAR, 3_000), unit("B", _SAVING, -2_000, 2_500), unit("C", _SAVING, 500, -1_000),
         unit("D", _FORBIDDEN, -500, -500)],
        [group(count=10, wander=0.05, arrival=_LATE), group(threat="fast", count=4, arrival=_LATE)],
        threats={"fast": {"kind": "cruise", "speed": 240, "altitude": {"low": 200, "high": 900}, "rcs": 0.3}},
    ),
    "arcs, guns that wait, thrift": scene(
        [unit("A", _CAREFUL, 500), unit("B", _CAREFUL, -700, 300)], [group(count=12, wander=0.1, arrival=_LATE)]
    ),
    "areas where fire is held": scene(
        [unit("A", "radar-site", 3_000), unit("B", _MIXED, -2_000, 2_500)],
        [group(count=12, wander=0.05, arrival=_LATE)],
        areas=_HELD,
    ),
    "correlated shots at what drifts": scene(
        [unit("A", _SPARING, 3_000), unit("B", _DEAR, -2_000), unit("J", _JAMMER, 0, 500)],
        [group(count=10, wander=0.05, arrival=_LATE)],
        threats={"drone": drone(satnav_dependence=0.6, drift=8, shot_correlation=0.3)},
    ),
    "units off and on standby": scene(
        [unit("A", radar_site(time_to_ready=40), 3_000), unit("B", _DEAR, -2_000, 2_500),
         unit("C", "radar-site", 0, -900),
         unit("D", "radar-site", 500, 4_000, networked=False), unit("E", _FORGETFUL, 300, 800)],
        [group(count=10, wander=0.05, arrival=_LATE)],
        readiness={"ready": 0.4, "standby": 0.7, "common": 0.3, "time_to_ready": 70},
        warning={"lead": 20, "missed": 0.6},
    ),
    "waves, spare rounds, units lost": scene(
        [unit("A", _LASTING, 3_000, lost={"at": 100, "within": 200, "chance": 0.6, "lasts": 120}),
         unit("B", _LASTING, -2_000, 2_500, struck={"asset": "Town", "chance": 0.5}),
         unit("C", "radar-site", 0, -900, lost={"at": 250, "chance": 0.4}, networked=False)],
        [group(count=21, wander=0.05, arrival={"spread": 30, "waves": 3, "every": 100, "jitter": 5})],
    ),
    "salvos from a launcher that is filled in part": scene(
        [unit("A", _FILLED, 3_000), unit("B", _FILLED, -2_000, 2_500)],
        [group(count=16, wander=0.05, arrival={"spread": 40, "waves": 2, "every": 90, "jitter": 5})],
    ),
    "a network that is cut": scene(
        [unit("A", radar_site(effectors=_MANY), 19_000, 9_000), unit("B", _BLIND, -2_000, 2_500),
         unit("C", _BLIND, 0, -1_000), unit("R", _EYES, 500, 1_000, lost={"at": 100, "within": 300, "chance": 0.5})],
        [group(count=14, wander=0.08, arrival={"spread": 40, "waves": 2, "every": 100, "jitter": 5})],
        network={"lost": {"at": 50, "within": 200, "chance": 0.8, "lasts": 350}},
    ),
    "a network without its node": scene(
        [unit("A", _LASTING, 3_000, lost={"at": 50, "within": 150, "chance": 0.7, "lasts": 200},
              struck={"asset": "Town", "chance": 0.4}),
         unit("B", _BLIND, -2_000, 2_500), unit("C", _SAVING, 0, -1_000)],
        [group(count=16, wander=0.08, arrival={"spread": 40, "waves": 2, "every": 100, "jitter": 5})],
        network={"node": "A", "takeover": 120},
    ),
    "one unit, ideal sensor": scene([unit("A")]),
    "three radars on a network": scene(
        [unit("A", "radar-site", 3_000), unit("B", "radar-site", -2_000, 2_500), unit("C", "radar-site", 0, -4_000)],
        [group(wander=0.08, arrival=_LATE)],
    ),
    "missiles and guns": scene(
        [unit("A", _MIXED, 500), unit("B", _MIXED, -700, 300)], [group(count=12, wander=0.1, arrival=_LATE)]
    ),
    "a jammer": scene(
        [unit("A", "radar-site", 3_000), unit("J", _JAMMER, 0, 500)],
        [group(count=10, wander=0.05, arrival=_LATE)],
        threats={"drone": drone(satnav_dependence=0.6, link_dependence=0.3, drift=8)},
    ),
    "jammers that are lost": scene(
        [unit("A", "radar-site", 3_000), unit("J", _JAMMER, 0, 500, lost={"at": 60, "within": 200, "chance": 0.7}),
         unit("K", _POWERED, 2_000, 900, struck={"asset": "Town", "chance": 0.6}),
         unit("L", _JAMMER, -3_000, 100, lost={"at": 0, "within": 150, "lasts": 90})],
        [group(count=16, wander=0.05, arrival={"spread": 60, "waves": 2, "every": 90, "jitter": 5})],
        threats={"drone": drone(satnav_dependence=0.6, link_dependence=0.5, drift=8, link=_LINK)},
    ),
    "jammers by their power": scene(
        [unit("A", "radar-site", 3_000), unit("J", _POWERED, 0, 500)],
        [group(count=6, arrival=_LATE), group(threat="hardened", count=6, arrival=_LATE)],
        threats={
            "drone": drone(satnav_dependence=0.6, link_dependence=0.4, drift=8, satnav_rejection=5, link=_LINK),
            "hardened": drone(satnav_dependence=1, link_dependence=0.4, drift=1, drift_acceleration="5 mg",
                              satnav_threshold=25, satnav_rejection=12,
                              link=_LINK | {"margin": 24, "frequency": "2.415 GHz"}),
        },
    ),
    "salvos, errors, reload": scene(
        [unit("A", _ERRING, 1_500), unit("B", _ERRING, -2_000, 300)],
        [group(count=12, wander=0.02, arrival={"rate": 0.2, "jitter": 2})],
    ),
    "one slow channel, low flyers": scene(
        [unit("A", _SLOW, 2_000), unit("B", _SLOW, -3_000, 8_000, networked=False)],
        [group(count=10, wander=0.1, arrival=_LATE), group(threat="low", count=4, arrival={"spread": 60})],
        threats={"low": drone(altitude={"low": 20, "high": 60}, rcs=0.002)},
    ),
    "kill chances by geometry": scene(
        [unit("A", _FALLING_OFF, 6_000), unit("B", _FALLING_OFF, -2_000, 3_500)],
        [group(count=12, wander=0.1, arrival=_LATE)],
    ),
    "a city": scene(
        [unit("A", radar_site(antenna_height=22), 3_000, 500), unit("B", radar_site(antenna_height=22), -2_500, 100)],
        [group(count=12, wander=0.05, arrival=_LATE)],
        surface=_CITY, threats={"drone": drone(altitude={"low": 50, "high": 600})},
    ),
    "a roof's edge and a screen": scene(
        [
            unit("A", radar_site(antenna_height=3), 3_000, 500, roof={"storeys": 9, "width": 50, "parapet": 2}),
            unit("B", radar_site(antenna_height=8), -2_500, 100, screen={"height": 18, "distance": 80}),
        ],
        [group(count=12, wander=0.05, arrival=_LATE)],
        threats={"drone": drone(altitude={"low": 50, "high": 900})},
    ),
    "blocks on a map": scene(
        [unit("A", radar_site(antenna_height=3)), unit("B", radar_site(antenna_height=12), 2_000, 800)],
        [group(count=12, wander=0.05, arrival=_LATE)],
        surface=_BLOCKS, threats={"drone": drone(altitude={"low": 30, "high": 150}, rcs=0.05)},
    ),
    "tracks lost overhead": scene(
        [
            unit("A", _FORGETFUL, 300, 6_000),
            unit("B", _FORGETFUL, -900, 6_800),
            unit("C", _FORGETFUL, 500, 5_000, networked=False),
        ],
        [group(count=12, wander=0.03, bearing={"low": "-40 deg", "high": "40 deg"}, arrival=_LATE)],
        threats={"drone": drone(altitude={"low": 600, "high": 2_500})},
    ),
    "false tracks, tracks taken for others": scene(
        [unit("A", _PESTERED, 2_000, 500), unit("B", _PESTERED, -2_000, 100), unit("C", radar_site(), 0, 3_000)],
        [group(count=12, wander=0.05, arrival=_LATE)],
        network={"miscorrelation": 0.3},
    ),
    "trackers that hold little, carriers that glide": scene(
        [unit("A", _MYOPIC, 4_000, 500), unit("B", _MYOPIC, -2_000, 100), unit("J", _JAMMER, 0, 500)],
        [group(arrival=_LATE), group(threat="carrier", count=6, wander=0.05, arrival=_LATE)],
        threats={
            "drone": drone(altitude={"low": 200, "high": 6_000}),
            "carrier": drone(profile="glide", release_distance=4_000, altitude={"low": 2_000, "high": 6_000}, rcs=2,
                             satnav_dependence=1, drift=5),
        },
    ),
    "microphones on masts": scene(
        [
            unit("A", _TOLD, 500, 300), unit("E1", _EARS, 3_000, 500),
            unit("E2", _EARS, -2_500, 3_000, screen={"height": 60, "distance": 200}),
            unit("E3", _MORE_EARS, 1_000, -3_000),
        ],
        [group(count=12, wander=0.05, arrival=_LATE)],
        threats={"drone": drone(altitude={"low": 50, "high": 900}, sound="72 dB", manoeuvre=2)},
        ambient={"day": "46 dB"}, fall={"wind": 6},
    ),
    "microphones in a city": scene(
        [
            unit("A", _TOLD, 500, 300), unit("E1", _EARS, 3_000, 500), unit("E2", _EARS, -2_500, 3_000),
            unit("E3", _MORE_EARS, 1_000, -3_000),
        ],
        [group(count=12, wander=0.05, arrival=_LATE)],
        threats={"drone": drone(altitude={"low": 50, "high": 900}, sound="72 dB", manoeuvre=2)},
        surface=_CITY, fall={"wind": 3},
    ),
    "cues that must be searched for": scene(
        [
            unit("A", radar_site(sensors=_CUED), 12_000, 2_000),
            unit("B", radar_site(sensors=merged(_CUED, {"search": {"range": 9_000}})), -2_000, 100),
        ],
        [group(count=12, wander=0.05, arrival=_LATE)],
        network={"delay": 6}, threats={"drone": drone(manoeuvre=4)},
    ),
    "sights by day, in haze and rain": scene(
        [unit("A", _WATCH, 1_500), unit("B", _TWO_CHANNELS, -2_000, 300)],
        [group(arrival=_LATE), group(threat="quad", count=6, distance=8_000, arrival=_LATE)],
        threats={
            "drone": drone(**_SEEN),
            "quad": drone(speed=30, altitude=150, rcs=0.01, size=0.4, temperature_difference=1),
        },
        weather={"visibility": 12_000, "rain": "1 mm/h"},
    ),
    "sights by night": scene(
        [unit("A", _WATCH, 1_500), unit("B", _TWO_CHANNELS, -2_000, 300)],
        threats={"drone": drone(**_SEEN)}, raids=[{"name": "raid", "light": "night", "groups": [group(arrival=_LATE)]}],
    ),
    "neutrals, units that ask who flies": scene(
        [
            unit("A", merged(_AMONG, {"identify": _CALLS}), 3_000, 500),
            unit("B", merged(_AMONG, {"doctrine": {"weapons": "tight"}}), -2_500, 100),
            unit("C", merged(_AMONG, {"doctrine": {"weapons": "tight"}}), 200, 3_000, networked=False),
        ],
        [group(arrival=_LATE), *_TRAFFIC], threats={"liner": _LINER}, identify=_CALLS | {"time": 15, "again": 12},
        areas=[{"name": "Town", "status": "tight", "at": {"east": 2_000, "north": 1_000}, "radius": 6_000, "end": 250}],
    ),
    "neutrals that nobody asks, a gun among the missiles": scene(
        [unit("A", merged(_MIXED, {"effectors": {"missile": {"kill": {"aircraft": 0.5}}}}), 1_000, 500)],
        [group(arrival=_LATE), *_TRAFFIC], threats={"liner": _LINER}, weather={"visibility": 4_000},
    ),
    "active missiles, no network, two groups": scene(
        [unit("A", _ACTIVE, 3_000, 500, networked=False), unit("B", _ACTIVE, -2_500, 100, networked=False)],
        [group(), group(threat="fast", count=6, arrival={"gap": 5, "start": 3})],
        threats={"fast": {"kind": "cruise", "speed": 300, "altitude": {"low": 300, "high": 6_000}, "rcs": 0.1,
                          "profile": "glide"}},
    ),
}  # fmt: skip

_DOUBLES: dict[str, list[Outcome]] = {}


def double(name: str) -> list[Outcome]:
    """The double's raids of a scene, played once: it has no step."""
    if name not in _DOUBLES:
        scenario = load(SCENES[name])
        case = scenario.cases[0]
        design = replicate.design(case, 1, RAIDS, 0)
        first, world = design.first_raids(), World(scenario, case, 0, 0)
        plans = [Plan(world, number) for number in range(design.plans)]
        of_raid = np.searchsorted(first, np.arange(RAIDS), side="right") - 1
        _DOUBLES[name] = [plans[of_raid[raid]].play(raid) for raid in range(RAIDS)]
    return _DOUBLES[name]


def agreeing(name: str, step: float) -> tuple[float, float]:
    """Shares of raids in which all fates agree, and in which fates, causes, shots and who killed agree."""
    found = threats(merged(SCENES[name], {"study": {"step": step}}), 1, RAIDS)
    fates = everything = 0
    for raid, mine in enumerate(double(name)):
        fate = [FATES[k] for k in found["fate"][0, raid]]
        rest = ([CAUSES[k] for k in found["cause"][0, raid]], list(found["fired"][0, raid]), list(found["by"][0, raid]))
        fates += fate == mine.fates
        everything += fate == mine.fates and rest == (mine.causes, mine.shots, mine.killed_by)
    return fates / RAIDS, everything / RAIDS


# At 50 m one raid of each of these differs, and none at 30 m or finer: a launch moved by 14 ms finds another unit ready
# at the same threat first; the hazard of jammers is straight between samples 200 m apart, and one draw falls between.
FINER = {"trackers that turn, launchers that do not", "jammers that are lost"}


@pytest.mark.parametrize("name", SCENES)
def test_raid_by_raid_at_a_fine_step(name: str) -> None:
    """All raids agree in all that is compared."""
    fates, everything = agreeing(name, FINER_M if name in FINER else FINE_M)
    assert everything == 1, (fates, everything)


@pytest.mark.parametrize("name", SCENES)
def test_raid_by_raid_at_the_default_step(name: str) -> None:
    """A step of 250 m moves a launch by a fraction of a second: now and then that tips a channel or a look. Of bursts
    within 4 km that open fire at a chance 7 raids of 64 differ, 2 at 150 m, 1 at 70 m."""
    fates, everything = agreeing(name, DEFAULT_M)
    assert fates >= (0.85 if name == "arcs, guns that wait, thrift" else 0.95), (fates, everything)


def test_the_scenes_are_not_trivial() -> None:
    """Between them they have every fate and most causes, so that agreement says something."""
    fates = {fate for name in SCENES for raid in double(name) for fate in raid.fates}
    causes = {cause for name in SCENES for raid in double(name) for cause in raid.causes}
    assert fates == {"killed", "leaked", "diverted", "passed", "downed", "absent"}
    assert {"undetected", "not_held", "late", "no_channel", "no_rounds", "missed", "lost"} <= causes


def test_times_and_rounds_agree_too() -> None:
    name = "missiles and guns"
    found = threats(merged(SCENES[name], {"study": {"step": FINE_M}}), 1, RAIDS)
    mine = double(name)
    times = np.array([raid.times for raid in mine])
    # Times are kept as f4 and come from tables sampled every 50 m of path, a third of a second.
    assert np.median(np.abs(found["time"][0] - times)) < 0.02
    case = load(SCENES[name]).cases[0]
    columns = replicate.columns_of(load(SCENES[name]), case)
    rounds = found["sums"].sum(axis=(0, 1))[columns.rounds : columns.rounds + columns.effectors]
    assert rounds == pytest.approx(np.sum([raid.rounds for raid in mine], axis=0), rel=0.01)
