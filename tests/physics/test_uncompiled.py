"""The engine without its compiler: plain Python gives the same bits, so that a kernel can be stepped through."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.engine.scenes import group, merged, radar_site, scene, unit

from bartizan.studies import replicate
from bartizan.world.scenario import load

_GUN = {
    "kind": "gun", "range_max": 3_500, "speed": 900, "rounds": 60,
    "gunnery": {"burst": 30, "dispersion": "3 mrad", "aim_error": "4 mrad", "kill_per_hit": {"drone": 0.3}},
}  # fmt: skip
_JAMMER = {"emitters": {"mast": {"denies": ["satnav"], "range": 9_000, "mean_time_to_effect": 60}}}
_SHORT = radar_site(effectors={"missile": {
    "rounds": 2, "crossing_max": 9_000, "kill_by_range": [[0, 1], [9_000, 0.6], [15_000, 0.5]],
    "miss": {"error": 2, "lethal_radius": {"drone": 9, "cruise": 9}},
}})  # fmt: skip
_SIGHTS = {
    "day": {"kind": "optical", "range": 8_000},
    "thermal": {"kind": "infrared", "role": "fire-control", "range": 9_000},
}
TINY = scene(
    [
        unit("A", _SHORT, 2_000),
        unit("B", radar_site(sensors=_SIGHTS, effectors={"gun": _GUN}), -500),
        unit("J", _JAMMER),
    ],
    [group(count=3, distance=15_000, arrival={"spread": 20, "jitter": 5})],
    threats={"drone": {"satnav_dependence": 0.5, "drift": 5}},
    study={"step": 1_000},
)


_CHILD = """
import json, sys
from bartizan.studies.replicate import run
from bartizan.world.scenario import load
outcomes = run(load(json.load(sys.stdin)), worlds=2, raids=6, threads=1)
print(json.dumps([outcomes.leakers.tolist(), outcomes.shots.tolist(), outcomes.sums.tolist()]))
"""


def test_uncompiled_is_the_same_to_the_bit() -> None:
    source = Path(replicate.__file__).parents[2]
    child = subprocess.run(
        [sys.executable, "-c", _CHILD], input=json.dumps(TINY), capture_output=True, text=True, timeout=120,
        check=False, env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(source)},
    )  # fmt: skip
    assert child.returncode == 0, child.stderr
    compiled = replicate.run(load(merged(TINY, {})), worlds=2, raids=6, threads=1)
    expected = [compiled.leakers.tolist(), compiled.shots.tolist(), compiled.sums.tolist()]
    assert json.loads(child.stdout) == expected
    assert compiled.shots.sum() > 0
