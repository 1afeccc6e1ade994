"""How soon the viewer's page is ready, and how smoothly it replays a large raid. Needs chromium.

    python benchmarks/viewer.py [--quick]

On software graphics at 1280 x 720: seconds from opening the page of moscow-2023 until its map is drawn, the best of
several; then frames a second while the time moves through a made-up raid of 500 threats, each frame with the whole
page brought up to that moment.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

from bartizan.studies.workbench import Workbench

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.faces import browser

THREATS, POINTS, STEP_S = 500, 60, 20.0
RUNS, FRAMES = 3, 60
Document = dict[str, Any]

MOVE = """(async () => {
  const {store, map} = window.bartizan, {start_s, end_s} = store.get('replay');
  const started = performance.now();
  for (let k = 0; k < %d; k += 1) {
    const drawn = new Promise((done) => map.once('render', done));
    store.set('time', start_s + (end_s - start_s) * (0.2 + 0.6 * k / %d));
    await drawn;
  }
  return [%d / (performance.now() - started) * 1000, window.bartizan.map.flight.at(store.get('time')).length];
})()"""


def raid(view: Document) -> Document:
    """A raid that flies in from all sides at once: tracks, a shot at every second threat, sight of all."""
    lat, lon = view["origin"]["lat"], view["origin"]["lon"]
    unit = view["units"][0]
    end = POINTS * STEP_S

    def track(i: int) -> list[list[float]]:
        angle = 2 * math.pi * i / THREATS
        far = [1.2 * (1 - k / POINTS) + 0.02 * math.sin(k + i) for k in range(POINTS + 1)]
        return [
            [lon + 1.7 * r * math.sin(angle), lat + r * math.cos(angle), 100.0 + 5 * (i % 40), k * STEP_S]
            for k, r in enumerate(far)
        ]

    tracks = [track(i) for i in range(THREATS)]
    threats = [
        {"id": i, "name": f"drone {i + 1}", "type": "drone", "title": "drone", "class": "drone", "target": "",
         "by": None, "fate": "leaked", "cause": "missed", "appears_s": 0.0, "ends_s": end, "track": tracks[i]}
        for i in range(THREATS)
    ]  # fmt: skip
    place = [unit["lon"], unit["lat"], 150.0]
    shots = [
        {"id": i, "unit": unit["name"], "effector": "missile", "kind": "missile", "threat": i, "rounds": 1,
         "launch_s": 400.0 + i, "meets_s": 430.0 + i, "result": "miss",
         "track": [[*place, 400.0 + i], [*tracks[i][25][:3], 430.0 + i]]}
        for i in range(0, THREATS, 2)
    ]  # fmt: skip
    events = [
        {"t_s": s["launch_s"], "kind": "launched", "threat": s["threat"], "unit": unit["name"], "effector": "missile",
         "text": f"{unit['name']} fires at drone {s['threat'] + 1}"}
        for s in shots
    ]  # fmt: skip
    return {
        "format": 1, "case": "", "world": 0, "raid": 0, "seed": 0, "real": True, "origin": view["origin"],
        "start_s": 0.0, "end_s": end, "threats": threats, "shots": shots, "events": events,
        "sight": [{"unit": unit["name"], "threat": i, "spans": [[300.0, end]]} for i in range(THREATS)],
        "units": [{"name": unit["name"], "lat": unit["lat"], "lon": unit["lon"], "alt_m": 150.0, "channels": 1,
                   "busy": [[0.0, 0]], "effectors": []}],
    }  # fmt: skip


def ready_s(page: browser.Page, url: str) -> float:
    """Seconds from the start of the page's loading until all of it is drawn."""
    page.open(url)
    return page.evaluate("window.bartizan.ready.then(() => performance.now() / 1000)", wait_s=120)


def main(quick: bool) -> None:
    executable = browser.chromium()
    if executable is None:
        raise SystemExit("no chromium: apt install chromium")
    frames = 10 if quick else FRAMES
    with browser.served(Workbench("moscow-2023")) as url, browser.running(executable) as running:
        page = running.page(1280, 720)
        taken = [ready_s(page, url) for _ in range(1 if quick else RUNS)]
        replay = raid(page.evaluate("window.bartizan.store.get('view')"))
        page.evaluate(f"window.bartizan.store.set('replay', {json.dumps(replay)}), 0")
        rate, flying = page.evaluate(MOVE % (frames, frames, frames), wait_s=300)
        assert flying == THREATS
    print("| viewer, software graphics, 1280 x 720 | |\n|---|---:|")
    print(f"| moscow-2023: page ready, best of {len(taken)} | {min(taken):.1f} s |")
    print(f"| {THREATS} threats, time moving | {rate:.1f} frames/s |")


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
