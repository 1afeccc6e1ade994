"""A replay for tests of what shows or writes it: missiles, guns, a jammer, a reload; and one with hostile names."""

from __future__ import annotations

import functools
import json
from typing import Any

from tests.engine.scenes import drone, group, merged, scene, unit
from tests.engine.test_double import SCENES

from bartizan.studies import overview, replay
from bartizan.world.scenario import load

Document = dict[str, Any]

_GUNS = SCENES["missiles and guns"]["units"][0]["system"]
_JAMMER = SCENES["a jammer"]["units"][1]["system"]
WRITTEN = scene(
    [unit("East", merged(_GUNS, {"effectors": {"missile": {"reload_time": 20}}}), 500), unit("West", _GUNS, -700, 300),
     unit("Mast", _JAMMER, 0, 500)],
    [group(count=16, wander=0.1, arrival={"spread": 90, "jitter": 15})],
    threats={"drone": drone(satnav_dependence=0.6, link_dependence=0.3, drift=8)},
)  # fmt: skip

#: What a name may hold that HTML, XML, a script or a spreadsheet takes for something else.
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "]]></name><x>&amp;\"'",
    '=HYPERLINK("http://x")',
    "\u202eevil\u0007\ud800",
)


@functools.cache
def documents() -> tuple[Document, Document]:
    """The view of the scene, and one raid."""
    scenario = load(WRITTEN)
    return overview.of_scenario(scenario) | {"notes": []}, replay.document(scenario, "raid", 0, 2, 1, 8)


def hostile(names: tuple[str, ...] = HOSTILE) -> tuple[Document, Document]:
    """The same with each name of a unit, an asset, a threat or an effector, and the title, made of `names`."""
    view, told = documents()
    old = ["East", "West", "Mast", "Town", "missile", "gun", *(t["name"] for t in told["threats"]), view["title"]]
    new = {name: f"{names[k % len(names)]} {k}" for k, name in enumerate(dict.fromkeys(old))}

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: renamed(item) for key, item in value.items()}
        if isinstance(value, list):
            return [renamed(item) for item in value]
        return new.get(value, value) if isinstance(value, str) else value

    view, told = renamed(view), renamed(told)
    told["events"] = [event | {"text": f"{names[k % len(names)]} did"} for k, event in enumerate(told["events"])]
    for shot, was in zip(told["shots"], documents()[1]["shots"], strict=True):
        shot["kind"] = was["kind"]
    return json.loads(json.dumps(view)), json.loads(json.dumps(told))
