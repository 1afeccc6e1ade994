"""A replay as CZML: strict JSON, what it draws is where the replay has it, and CesiumJS itself reads it the same."""

from __future__ import annotations

import contextlib
import datetime
import html
import http.server
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.faces import replays

from bartizan.faces.exports import FORMATS, czml, telling, write

Packet = dict[str, Any]


def seconds(moment: str) -> float:
    at = datetime.datetime.fromisoformat(moment)
    return (at - datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)).total_seconds()


def spans(packet: Packet) -> list[tuple[float, float]]:
    written = packet["availability"]
    return [tuple(map(seconds, span.split("/"))) for span in ([written] if isinstance(written, str) else written)]


@pytest.fixture(scope="module")
def packets() -> dict[str, Packet]:
    return {packet["id"]: packet for packet in czml.packets(*replays.documents())}


def test_a_file_is_strict_json_that_begins_with_its_document(tmp_path: Path) -> None:
    view, told = replays.documents()
    (path,) = write("czml", {"view": lambda: view, "replay": lambda: told}, tmp_path / FORMATS["czml"].name)
    found = json.loads(path.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert found[0]["id"] == "document"
    assert found[0]["version"] == "1.0"
    assert len({packet["id"] for packet in found}) == len(found)


def test_the_clock_runs_over_the_raid(packets: dict[str, Packet]) -> None:
    told = replays.documents()[1]
    start, end = (seconds(moment) for moment in packets["document"]["clock"]["interval"].split("/"))
    assert (start, end) == (told["start_s"], told["end_s"])
    assert seconds(packets["document"]["clock"]["currentTime"]) == start


def test_everything_in_the_replay_is_there(packets: dict[str, Packet]) -> None:
    view, told = replays.documents()
    kinds = [name.partition("/")[0] for name in packets]
    for kind, items in {"asset": view["assets"], "unit": told["units"], "threat": told["threats"],
                        "shot": told["shots"], "sight": told["sight"]}.items():  # fmt: skip
        assert items
        assert kinds.count(kind) == len(items)


@pytest.mark.parametrize("kind", ["threat", "shot"])
def test_what_moves_is_there_while_it_is_on_its_way(packets: dict[str, Packet], kind: str) -> None:
    for item in replays.documents()[1][f"{kind}s"]:
        packet = packets[f"{kind}/{item['id']}"]
        samples = packet["position"]["cartographicDegrees"]
        assert [samples[k : k + 4] for k in range(0, len(samples), 4)] == [[t, *at] for *at, t in item["track"]]
        assert seconds(packet["position"]["epoch"]) == 0
        assert spans(packet) == [(item["track"][0][3], item["track"][-1][3])]


def test_a_threat_changes_colour_when_it_is_settled(packets: dict[str, Packet]) -> None:
    for threat in replays.documents()[1]["threats"]:
        first, *rest = packets[f"threat/{threat['id']}"]["point"]["color"]
        assert seconds(first["interval"].split("/")[1]) == threat["ends_s"]
        assert len(rest) == (threat["ends_s"] < threat["track"][-1][3])


def test_lines_of_sight_join_what_is_there(packets: dict[str, Packet]) -> None:
    for name, packet in packets.items():
        if name.startswith("sight/"):
            unit, threat = (end.removesuffix("#position") for end in packet["polyline"]["positions"]["references"])
            assert unit in packets
            ((first, last),) = spans(packets[threat])
            assert all(first <= a < b <= last for a, b in spans(packet))


def test_names_are_text() -> None:
    for packet in czml.packets(*replays.hostile()):
        description = packet.get("description", "")
        assert not re.search(r"<(?!/?(?:p|ul|li)>)", description)
        plain = html.unescape(re.sub(r"<[^>]*>", "", description))
        assert not re.search("[\x00-\x08\u202a-\u202e\ud800-\udfff]", plain + packet.get("name", ""))
        assert "<img" not in packet["id"]
    told = [packet for packet in czml.packets(*replays.hostile()) if packet["id"].startswith("threat/")]
    assert any("&lt;img src=x onerror=alert(1)&gt;" in packet["description"] for packet in told)


def test_names_of_the_corpus_are_text(shared: Path) -> None:
    corpus = yaml.safe_load((shared / "reference/vv/security_corpus/xss_names.yaml").read_text(encoding="utf-8"))
    names = (corpus["name"], *(unit["name"] for unit in corpus["units"]))
    for packet in czml.packets(*replays.hostile(names)):
        assert not re.search(r"<(?!/?(?:p|ul|li)>)", packet.get("description", ""))


# ------------------------------------------------------------------------------------------------- CesiumJS

_PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/cesium/Widgets/widgets.css">
<div id="map" style="width:800px;height:500px"></div><pre id="found"></pre>
<script>window.CESIUM_BASE_URL = "/cesium/"; const faults = [];
for (const name of ["error", "unhandledrejection"])
  addEventListener(name, e => faults.push(String(e.message || e.reason)));
</script><script src="/cesium/Cesium.js"></script><script>
(async () => {
  const off = Object.fromEntries(["animation", "timeline", "geocoder", "homeButton", "baseLayerPicker",
    "sceneModePicker", "navigationHelpButton", "fullscreenButton"].map(name => [name, false]));
  const viewer = new Cesium.Viewer("map", {...off, baseLayer: false});
  viewer.scene.renderError.addEventListener((_, error) => faults.push(String(error)));
  const source = await Cesium.CzmlDataSource.load("/replay.czml");
  await viewer.dataSources.add(source);
  const epoch = Cesium.JulianDate.fromIso8601("2000-01-01T00:00:00Z");
  const at = t => Cesium.JulianDate.addSeconds(epoch, t, new Cesium.JulianDate());
  const places = CHECKS.map(([id, t]) => {
    const place = source.entities.getById(id).position.getValue(at(t));
    const where = place && Cesium.Cartographic.fromCartesian(place);
    return where && [Cesium.Math.toDegrees(where.longitude), Cesium.Math.toDegrees(where.latitude), where.height];
  });
  const sight = source.entities.values.filter(e => e.id.startsWith("sight/"));
  const ends = sight.map(e => e.polyline.positions.getValue(e.availability.get(0).start).length);
  viewer.clock.currentTime = at(MIDDLE);
  for (let k = 0; k < 5; k++) { viewer.render(); await new Promise(done => setTimeout(done, 50)); }
  viewer.selectedEntity = source.entities.getById("threat/0");
  const clock = [viewer.clock.startTime, viewer.clock.stopTime].map(t => Cesium.JulianDate.secondsDifference(t, epoch));
  const found = {count: source.entities.values.length, places, ends, clock, faults, images: document.images.length};
  document.getElementById("found").textContent = JSON.stringify(found);
})().catch(error => { document.getElementById("found").textContent = JSON.stringify({faults: [String(error)]}); });
</script>"""


@contextlib.contextmanager
def serving(folder: Path, texts: dict[str, str]) -> Iterator[str]:
    """The address of a server of some texts, and of a folder as /cesium/."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path not in texts:
                super().do_GET()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html" if self.path.endswith("html") else "application/json")
            self.end_headers()
            self.wfile.write(texts[self.path].encode())

        def translate_path(self, path: str) -> str:
            return super().translate_path(path.removeprefix("/cesium"))

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), lambda *how: Handler(*how, directory=str(folder))  # type: ignore[arg-type]
    )  # fmt: skip
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def as_cesium_has_it(packed: list[Packet], checks: list[tuple[str, float]], middle: float, profile: Path) -> Any:
    """What a page with CesiumJS finds in a file: see _PAGE."""
    folder, chromium = os.environ.get("BARTIZAN_CESIUM"), shutil.which("chromium")
    if not folder or not chromium:
        pytest.skip("set BARTIZAN_CESIUM to an unpacked `cesium` package of npm, and install chromium")
    page = _PAGE.replace("CHECKS", json.dumps(checks)).replace("MIDDLE", str(middle))
    texts = {"/page.html": page, "/replay.czml": json.dumps(packed)}
    with serving(Path(folder) / "Build" / "Cesium", texts) as address:
        done = subprocess.run(
            [chromium, "--headless", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
             f"--user-data-dir={profile}", "--virtual-time-budget=60000", "--dump-dom", f"{address}/page.html"],
            capture_output=True, text=True, timeout=240,
        )  # fmt: skip
    written = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert written, done.stderr[-2000:]
    return json.loads(html.unescape(written[1]))


@pytest.mark.parametrize("names", ["plain", "hostile"])
def test_cesium_reads_it_as_it_is_meant(tmp_path: Path, names: str) -> None:
    view, told = replays.documents() if names == "plain" else replays.hostile()
    packed = czml.packets(view, told)
    moving = [(f"{kind}/{item['id']}", item["track"]) for kind in ("threat", "shot") for item in told[f"{kind}s"]]
    checks = [(name, track[0][3] + part * (track[-1][3] - track[0][3])) for name, track in moving
              for part in (0.0, 0.31, 0.77, 1.0)]  # fmt: skip
    found = as_cesium_has_it(packed, checks, (told["start_s"] + told["end_s"]) / 2, tmp_path)
    assert found["faults"] == []
    assert found["count"] == len(packed) - 1
    assert found["clock"] == pytest.approx([told["start_s"], told["end_s"]])
    assert set(found["ends"]) == {2}
    tracks = dict(moving)
    for (name, time), place in zip(checks, found["places"], strict=True):
        lon, lat, z = telling.place(tracks[name], time)
        # Between two points CesiumJS goes straight through the globe: 5 m below in the middle of 15 km.
        assert place == pytest.approx([lon, lat, z], abs=1e-4) or abs(place[2] - z) < 5
        assert place[:2] == pytest.approx([lon, lat], abs=1e-4)
