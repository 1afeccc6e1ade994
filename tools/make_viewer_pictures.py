"""Take the pictures of the viewer that README.md and docs/ show. Needs chromium.

python tools/make_viewer_pictures.py MOSCOW EVENT AIRPORT FOLDER

The first three are results folders of moscow-2023, public-event and airport:weapons-free; FOLDER gets viewer-raid.png
and viewer-whatif.png, event-raid.png, airport-raid.png, and of the power station viewer-two.png and viewer-place.png.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bartizan.studies.workbench import Workbench

sys.path.append(str(Path(__file__).parents[1]))  # the driver of the browser lies with the tests

from tests.faces import browser

SIZE = (1280, 800)
#: Raids that are shown: a fight from afar, the median raid of an evening, and one in which light aircraft are fired at.
FROM_AFAR = {"lat": 55.72, "lon": 37.55, "zoom": 8.3, "pitch": 55, "bearing": -20}
FIGHT: dict[str, Any] = {"case": "mixed", "theme": "dark", "camera": FROM_AFAR}
EVENING: dict[str, Any] = {"case": "many-16", "theme": "light"}
MISTAKEN: dict[str, Any] = {"case": "approach", "theme": "light", "pick": {"world": 22, "raid": 21}, "at_s": 9}
#: What the second picture asks of a case: what if this unit were not there.
ASKED, CLOSE, REMOVED = (
    "cruise-missiles",
    {"lat": 55.73, "lon": 37.55, "zoom": 8.9, "pitch": 0, "bearing": 0},
    "S-400, Losiny Ostrov",
)
#: Two layouts beside one another under a case, and the sites of a placement, metres east and north.
TWO, SATURATION = ("power-station", "power-station:no-jammer"), "saturation-40"
SITES = {
    "mole": (-900, 500),
    "dunes": (300, 1300),
    "car park": (1100, -200),
    "farm": (-500, -1500),
    "mast": (1600, 1300),
}
METRES_PER_DEGREE = 111_195
STORE = "window.bartizan.store"


def opened(page: browser.Page, url: str, **state: object) -> None:
    """Open the page in a state, with its map and its raid drawn."""
    page.open(url + "#" + "&".join(f"{key}={quote(json.dumps(value))}" for key, value in state.items()))
    page.evaluate("window.bartizan.ready", wait_s=120)
    page.until(f"{STORE}.get('replay')", wait_s=120)
    if (shown := page.evaluate(f"{STORE}.get('case')")) != state["case"]:
        raise SystemExit(f"there is no case {state['case']}: the page shows {shown}")


def busiest(page: browser.Page) -> float:
    """The moment, s, at which most is in the air."""
    shots = page.evaluate(f"{STORE}.get('replay').shots.map((shot) => [shot.launch_s, shot.meets_s])")
    moments = [(start + end) / 2 for start, end in shots]
    return max(moments, key=lambda t: sum(start <= t <= end for start, end in shots), default=0.0)


def raid(page: browser.Page, url: str, out: Path, at_s: float | None = None, **state: object) -> None:
    """A raid in the middle of its fight, or at a moment."""
    opened(page, url, tab="answer", **state)
    page.evaluate(f"{STORE}.set('time', {busiest(page) if at_s is None else at_s}), 0")
    settled(page, out)


def whatif(page: browser.Page, url: str, out: Path) -> None:
    """The answer to what if a unit were not there, over where the defence engages at 100 m."""
    unit, layer = {"kind": "unit", "name": REMOVED}, {"kind": "engageable", "altitude": 100}
    opened(page, url, case=ASKED, theme="light", camera=CLOSE, tab="whatif", selection=unit, layer=layer)
    page.evaluate(f"{STORE}.set('changes', [{{op: 'remove', unit: {json.dumps(REMOVED)}}}]), 0")
    page.until(f"{STORE}.get('answer') && {STORE}.get('answer').done", wait_s=120)
    settled(page, out)


def two(page: browser.Page, url: str, out: Path) -> None:
    """One raid under two layouts, near its end."""
    opened(page, url, case=SATURATION, theme="light")
    page.until("Boolean(window.bartizan.other?.store.get('replay'))", wait_s=120)
    page.evaluate(f"{STORE}.set('time', {STORE}.get('replay').end_s - 40), 0")
    page.evaluate("document.getElementById('drawer').hidden = true")
    page.until("Boolean(document.querySelector('#compared details'))")
    page.evaluate("document.querySelector('#compared details').open = true")
    page.until(f"{STORE}.get('compared')?.compared.worlds >= 128", wait_s=240)
    settled(page, out)


def place(page: browser.Page, url: str, out: Path) -> None:
    """A placement that is being played: what sites are worth, and which layout leads."""
    at = {name: {"lat": n / METRES_PER_DEGREE, "lon": e / METRES_PER_DEGREE} for name, (e, n) in SITES.items()}
    sites = [{"name": name, "at": spot} for name, spot in at.items()]
    question = {"units": [{"system": "gepard", "count": 2}], "sites": sites, "raids": [SATURATION], "within": "1 %"}
    opened(page, url, case=SATURATION, theme="light", tab="place", placing=question, beside="none")
    page.evaluate("document.getElementById('drawer').hidden = true")
    page.evaluate("document.querySelector('#frame button').click()")
    page.evaluate("document.getElementById('place-start').click()")
    page.until(f"{STORE}.get('step')?.stage === 'search'", wait_s=240)
    page.evaluate("document.getElementById('place-cancel').scrollIntoView()")
    settled(page, out)


def settled(page: browser.Page, out: Path) -> None:
    """The picture, once what was asked for has been drawn."""
    page.evaluate("new Promise((done) => setTimeout(done, 4000))")
    page.screenshot(out)


def main(moscow: str, event: str, airport: str, folder: Path) -> None:
    executable = browser.chromium()
    if executable is None:
        raise SystemExit("no chromium: apt install chromium")
    asked = [
        ((moscow,), {"viewer-raid": partial(raid, **FIGHT), "viewer-whatif": whatif}),
        ((event,), {"event-raid": partial(raid, **EVENING)}),
        ((airport,), {"airport-raid": partial(raid, **MISTAKEN)}),
        (TWO, {"viewer-two": two, "viewer-place": place}),
    ]
    for shown, pictures in asked:
        with browser.served(Workbench(*shown)) as url, browser.running(executable) as running:
            for name, take in pictures.items():
                take(running.page(*SIZE), url, folder / f"{name}.png")


if __name__ == "__main__":
    main(*sys.argv[1:4], Path(sys.argv[4]))
