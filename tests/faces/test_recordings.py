"""A replay as ACMI, DIS and ASTERIX: strict readers of these tests and, where they are, readers of other people."""

from __future__ import annotations

import functools
import json
import math
import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.docs.pages import ROOT
from tests.faces import replays

from bartizan.faces.exports import asterix, dis, moving, telling, write
from bartizan.ground import geodesy
from bartizan.ground.errors import UserError
from bartizan.studies import replay
from bartizan.world.scenario import load

WITHIN_M = 1.0
READERS = Path(os.environ.get("BARTIZAN_READERS", ROOT / ".readers"))
A, F = 6378137.0, 1 / 298.257223563


def geocentric(lon: float, lat: float, height: float) -> np.ndarray:
    """The closed form on WGS 84."""
    e2, phi, lam = F * (2 - F), math.radians(lat), math.radians(lon)
    n = A / math.sqrt(1 - e2 * math.sin(phi) ** 2)
    across = (n + height) * math.cos(phi)
    return np.array([across * math.cos(lam), across * math.sin(lam), (n * (1 - e2) + height) * math.sin(phi)])


def apart_m(a: Any, b: Any) -> float:
    return float(np.linalg.norm(np.subtract(a, b)))


def where(track: list[list[float]], seconds: float) -> np.ndarray:
    return geocentric(*telling.place(track, seconds))


def exported(form: str, path: Path, names: str = "plain", undulation_m: float = 0.0) -> Path:
    view, told = replays.documents() if names == "plain" else replays.hostile()
    documents = {"view": lambda: view, "replay": lambda: told, "undulation_m": lambda: undulation_m}
    (written,) = write(form, documents, path)
    return written


# ------------------------------------------------------------------------------------------------- lines between points

points = st.tuples(st.floats(-180, 180), st.floats(-70, 70), st.floats(0, 20_000))
steps = st.lists(st.tuples(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), st.floats(-3000, 3000), st.floats(0.5, 300)),
                 min_size=1, max_size=4)  # fmt: skip


@given(points, steps)
def test_going_on_straight_from_each_point_is_never_a_metre_off_the_track(
    first: tuple[float, ...], legs: list[tuple[float, ...]]
) -> None:
    track = np.cumsum([(*first, 0.0), *legs], axis=0)
    track[:, 1] = np.clip(track[:, 1], -70, 70)
    track = track.round(3).tolist()
    way = moving.along(track, 5.0)
    assert np.diff(way.seconds).max() <= 5.0 + 1e-9
    assert {row[3] for row in track} <= set(way.seconds)
    for k in range(len(way.seconds) - 1):
        since = (way.seconds[k + 1] - way.seconds[k]) / 2
        assert apart_m(way.at[k] + way.velocity[k] * since, where(track, way.seconds[k] + since)) < WITHIN_M
    assert apart_m(way.velocity[-1], 0) == 0


@given(points)
def test_points_on_the_axes_of_the_earth_are_those_of_the_closed_form(at: tuple[float, ...]) -> None:
    lon, lat, height = at
    assert apart_m(geodesy.to_axes(lat, lon, height), geocentric(lon, lat, height)) < 1e-3


# ------------------------------------------------------------------------------------------------- ACMI


@functools.cache
def _fields() -> re.Pattern[str]:
    return re.compile(r"((?:[^,\\]|\\.)*)(?:,|$)")


def acmi_frames(path: Path) -> Iterator[tuple[float, str, dict[str, str]]]:
    """Moment, number and properties of each line, by the letter of ACMI 2.2; "-" as the only property for what goes."""
    text = path.read_bytes().decode("utf-8")
    head, version, *lines = text.removeprefix("\ufeff").removesuffix("\n").split("\n")
    assert (text[0], head, version) == ("\ufeff", "FileType=text/acmi/tacview", "FileVersion=2.2")
    now = 0.0
    for line in lines:
        if line.startswith("#"):
            assert float(line[1:]) >= now
            now = float(line[1:])
        elif line.startswith("-"):
            yield now, line[1:], {"-": ""}
        else:
            number, *rest = [found[1].replace("\\,", ",") for found in _fields().finditer(line) if found[0]]
            assert re.fullmatch("[0-9a-f]+", number)
            assert all("=" in part for part in rest), line
            yield now, number, dict(part.split("=", 1) for part in rest)


@pytest.mark.parametrize("names", ["plain", "hostile"])
def test_acmi_has_everything_where_and_when_it_is(tmp_path: Path, names: str) -> None:
    told = replays.documents()[1] if names == "plain" else replays.hostile()[1]
    frames = list(acmi_frames(exported("acmi", tmp_path / "raid.acmi", names)))
    tracks: dict[str, list[tuple[float, list[float]]]] = {}
    known: dict[str, dict[str, str]] = {}
    gone: dict[str, float] = {}
    for now, number, properties in frames:
        assert number not in gone
        known.setdefault(number, {}).update(properties)
        if "-" in properties:
            gone[number] = now
        if "T" in properties:
            tracks.setdefault(number, []).append((now, [float(part) for part in properties["T"].split("|")]))
    flying = [*told["threats"], *told["shots"]]
    assert len(tracks) == len(told["assets"]) + len(told["units"]) + len(flying)
    assert len(gone) == len(flying)
    for item, number in zip(flying, sorted(gone, key=lambda n: int(n, 16)), strict=True):
        rows = tracks[number]
        assert (rows[0][0], rows[-1][0]) == pytest.approx((item["track"][0][3], item["track"][-1][3]))
        assert all(apart_m(geocentric(*at), where(item["track"], now)) < WITHIN_M for now, at in rows)
    assert known["0"]["Category"] == "Simulation"
    assert "nothing in this file took place" in known["0"]["Comments"]
    types = [known[n]["Type"] for n in tracks]
    assert all(re.fullmatch(r"\w+(\+\w+)*", one) for one in types)


def test_acmi_tells_what_happens(tmp_path: Path) -> None:
    told = replays.documents()[1]
    events = [properties["Event"].split("|") for _, number, properties in
              acmi_frames(exported("acmi", tmp_path / "raid.acmi")) if "Event" in properties]  # fmt: skip
    kinds = [event[0] for event in events]
    assert kinds.count("Destroyed") == sum(threat["fate"] == "killed" for threat in told["threats"])
    assert kinds.count("Timeout") == len(told["shots"])
    assert sum("Outcome:Kill" in event for event in events) == sum(shot["result"] == "kill" for shot in told["shots"])
    assert [event[-1] for event in events if event[0] == "Message"] == [event["text"] for event in told["events"]]


def test_assets_stand_on_their_ground() -> None:
    """In hills they would lie below it at height 0. Under a threat that arrives the ground is that of its asset."""
    scenario = load("mountain-valley")
    told = replay.document(scenario, scenario.cases[0].name, 0, 0, 1, 1)
    heights = {asset["name"]: asset["alt_m"] for asset in told["assets"]}
    arrived = [threat for threat in told["threats"] if threat["fate"] == "leaked"]
    assert arrived
    assert all(threat["ground_m"][-1] == heights[threat["target"]] > 1000 for threat in arrived)


# ------------------------------------------------------------------------------------------------- captures


def datagrams(path: Path) -> Iterator[tuple[float, bytes]]:
    """Moment and content of each, by the letter of pcap, IPv4 and UDP."""
    data = path.read_bytes()
    magic, major, minor, _, _, _, link = struct.unpack("<IHHiIII", data[:24])
    assert (magic, major, minor, link) == (0xA1B2C3D4, 2, 4, 101)
    at, before = 24, -math.inf
    while at < len(data):
        seconds, micro, kept, sent = struct.unpack_from("<IIII", data, at)
        assert kept == sent
        packet = data[at + 16 : at + 16 + kept]
        words = sum(struct.unpack(">10H", packet[:20]))
        assert (words & 0xFFFF) + (words >> 16) == 0xFFFF
        assert packet[12:20] == bytes((127, 0, 0, 1)) * 2
        assert struct.unpack(">H", packet[24:26])[0] == len(packet) - 20
        moment = seconds - telling.START.timestamp() + micro / 1e6
        assert moment >= before
        yield moment, packet[28:]
        at, before = at + 16 + kept, moment


def test_dis_has_everything_where_and_when_it_is(tmp_path: Path) -> None:
    """Offsets are those of IEEE 1278.1-2012."""
    told = replays.documents()[1]
    states: dict[tuple[int, int], list[tuple[float, bytes]]] = {}
    engagements: dict[int, list[tuple[float, bytes]]] = {2: [], 3: []}
    for now, pdu in datagrams(exported("dis", tmp_path / "raid.pcap", undulation_m=40.0)):
        version, _, kind, _, stamp, length, status, _ = struct.unpack(">BBBBIHBB", pdu[:12])
        assert (version, length, status) == (7, len(pdu), 3 << 1)
        assert stamp >> 1 == pytest.approx(now % 3600 / 3600 * 2**31, abs=2000)
        if kind == 1:
            site, application, number = struct.unpack_from(">3H", pdu, 12)
            assert site == 1
            states.setdefault((application, number), []).append((now, pdu))
        else:
            engagements[kind].append((now, pdu))
    missiles = [shot for shot in told["shots"] if shot["kind"] == "missile"]
    assert len(states) == len(told["units"]) + len(told["threats"]) + len(missiles)
    assert len(engagements[2]) == len(engagements[3]) == len(told["shots"])
    for application, items in ((2, told["threats"]), (3, missiles)):
        for item in items:
            track = [[lon, lat, z + 40.0, t] for lon, lat, z, t in item["track"]]
            rows = states[application, item["id"] + 1]
            for (now, pdu), (then, _) in pairwise(rows):
                at, speed = struct.unpack_from(">3d", pdu, 48), struct.unpack_from(">3f", pdu, 36)
                since = (then - now) / 2
                assert apart_m(at, where(track, now)) < WITHIN_M
                assert apart_m(np.add(at, np.multiply(speed, since)), where(track, now + since)) < WITHIN_M
                assert then - now <= 5.001
            gone = [bool(struct.unpack_from(">I", pdu, 84)[0] & 1 << 23) for _, pdu in rows]
            assert gone == [False] * (len(rows) - 1) + [True]
    destroyed = {number - 1 for (application, number), rows in states.items()
                 if application == 2 and struct.unpack_from(">I", rows[-1][1], 84)[0] >> 3 & 3 == 3}  # fmt: skip
    assert destroyed == {threat["id"] for threat in told["threats"] if threat["fate"] == "killed"}
    results = [pdu[100] for _, pdu in sorted(engagements[3], key=lambda row: row[1][32:36])]
    assert results.count(1) == sum(shot["result"] == "kill" for shot in told["shots"])


@given(st.floats(-180, 180), st.floats(-89, 89), st.floats(0, 360), st.floats(-80, 80))
def test_a_body_points_where_it_flies(lon: float, lat: float, bearing: float, climb: float) -> None:
    """Turned back by its three angles, its nose lies along its velocity and its right wing is level."""
    lam, phi, b, c = map(math.radians, (lon, lat, bearing, climb))
    east = np.array([-math.sin(lam), math.cos(lam), 0])
    north = np.array([-math.sin(phi) * math.cos(lam), -math.sin(phi) * math.sin(lam), math.cos(phi)])
    up = np.cross(east, north)
    ahead = math.cos(c) * (math.sin(b) * east + math.cos(b) * north) + math.sin(c) * up
    way = moving.Moving(*(np.array([x]) for x in (0.0, lon, lat, 0.0)), np.zeros((1, 3)), 200 * ahead[None])
    ((psi, theta, roll),) = dis.turned(way)
    turn = np.array([[math.cos(psi), math.sin(psi), 0], [-math.sin(psi), math.cos(psi), 0], [0, 0, 1]])
    pitch = np.array([[math.cos(theta), 0, -math.sin(theta)], [0, 1, 0], [math.sin(theta), 0, math.cos(theta)]])
    bank = np.array([[1, 0, 0], [0, math.cos(roll), math.sin(roll)], [0, -math.sin(roll), math.cos(roll)]])
    nose, wing, _ = bank @ pitch @ turn
    assert nose == pytest.approx(ahead, abs=1e-6)
    assert float(wing @ up) == pytest.approx(0, abs=1e-6)
    assert float(wing @ np.cross(ahead, up)) > 0


#: Of category 062: the lengths of items in the order of its profile, where they are fixed.
PROFILE = {1: ("010", 2), 4: ("070", 3), 5: ("105", 8), 7: ("185", 4), 12: ("040", 2), 18: ("130", 2)}


def asterix_records(data: bytes) -> Iterator[dict[str, bytes]]:
    """Items of each record, by the letter of ASTERIX: field after field as the head of the record announces."""
    while data:
        category, length = data[0], int.from_bytes(data[1:3], "big")
        block, data = data[3:length], data[length:]
        assert category == 62
        number, fields, more = 1, [], True
        while more:
            octet, block = block[0], block[1:]
            fields += [number + k for k in range(7) if octet & 0x80 >> k]
            number, more = number + 7, bool(octet & 1)
        record = {}
        for field in fields:
            if field == 13:
                size = next(k + 1 for k, octet in enumerate(block) if not octet & 1)
                name = "080"
            else:
                name, size = PROFILE[field]
            record[name], block = block[:size], block[size:]
        assert block == b""
        yield record


def signed(part: bytes) -> int:
    return int.from_bytes(part, "big", signed=True)


def test_asterix_has_every_threat_where_and_when_it_is(tmp_path: Path) -> None:
    told = replays.documents()[1]
    raw = exported("asterix", tmp_path / "raid.ast", undulation_m=40.0).read_bytes()
    captured = b"".join(
        content for _, content in datagrams(exported("asterix", tmp_path / "raid.pcap", undulation_m=40.0))
    )
    assert raw == captured
    seen: dict[int, list[tuple[float, bytes]]] = {}
    for record in asterix_records(raw):
        now, number = int.from_bytes(record["070"], "big") / 128, int.from_bytes(record["040"], "big")
        lat, lon = (signed(record["105"][k : k + 4]) * 180 / 2**25 for k in (0, 4))
        height = signed(record["130"]) * 6.25 * 0.3048
        threat = told["threats"][number - 1]
        x, y, z = telling.place(threat["track"], now)
        assert apart_m(geocentric(lon, lat, 0), geocentric(x, y, 0)) < WITHIN_M
        assert height == pytest.approx(z + 40, abs=WITHIN_M)
        assert record["080"][1] & 0x80
        seen.setdefault(number - 1, []).append((now, record["080"]))
    assert set(seen) == {threat["id"] for threat in told["threats"]}
    for k, rows in seen.items():
        assert [bool(status[1] & 0x20) for _, status in rows] == [True] + [False] * (len(rows) - 1)
        assert [bool(status[1] & 0x40) for _, status in rows] == [False] * (len(rows) - 1) + [True]
        assert rows[0][0] == pytest.approx(told["threats"][k]["track"][0][3], abs=1 / 128)
        assert rows[-1][0] == pytest.approx(told["threats"][k]["ends_s"], abs=4)


def test_asterix_leaves_out_heights_that_it_cannot_tell() -> None:
    told = json.loads(json.dumps(replays.documents()[1]))
    high, turned = told["threats"][0], told["threats"][1]
    high["track"] = [[-182.0, -50.0, 61_000.0, 0.0], [-182.0, -50.0, 64_000.0, 40.0]]
    high["ends_s"] = 40.0
    told["threats"] = [high, turned | {"id": 1}]
    records = [r for r in asterix_records(b"".join(b for _, b in asterix.blocks(told))) if r["040"] == b"\0\1"]
    heights = [signed(r["130"]) * 6.25 * 0.3048 if "130" in r else None for r in records]
    assert heights[0] == pytest.approx(61_000, abs=1)
    assert heights[-1] is None
    assert {round(signed(r["105"][4:]) * 180 / 2**25, 4) for r in records} == {178.0}


def test_more_than_a_format_can_number_is_refused() -> None:
    told = replays.documents()[1]
    crowd = told | {"threats": told["threats"] * 4096}
    for made in (dis.pdus, asterix.blocks):
        with pytest.raises(UserError, match="no more than 65,535"):
            made(crowd)


# ------------------------------------------------------------------------------------------------- readers of others


def tshark(path: Path, *arguments: str) -> list[list[str]]:
    """Fields of each packet. Skips where there is no tshark."""
    found = shutil.which("tshark")
    if found is None:
        pytest.skip("there is no tshark (on Debian: apt install tshark)")
    done = subprocess.run(
        [found, "-r", str(path), "-d", "udp.port==3000,dis", *arguments], capture_output=True, text=True, check=True
    )
    return [line.split("\t") for line in done.stdout.splitlines()]


def fields(*names: str) -> list[str]:
    return ["-T", "fields", *(word for name in names for word in ("-e", name))]


@pytest.mark.parametrize("form", ["dis", "asterix"])
def test_tshark_finds_nothing_malformed(tmp_path: Path, form: str) -> None:
    path = exported(form, tmp_path / "raid.pcap")
    assert tshark(path, "-Y", "_ws.malformed or _ws.expert") == []


def test_tshark_reads_dis_as_it_is_meant(tmp_path: Path) -> None:
    told = replays.documents()[1]
    names = ["dis.pdu_type", "dis.pdustatus.lvc", "dis.entity_id_application", "dis.entity_id_entity",
             "frame.time_epoch", *(f"dis.entity_location.{axis}" for axis in "xyz")]  # fmt: skip
    rows = tshark(exported("dis", tmp_path / "raid.pcap"), *fields(*names))
    assert {int(row[1], 0) for row in rows} == {3}
    assert [row[0] for row in rows].count("2") == [row[0] for row in rows].count("3") == len(told["shots"])
    threats = [row for row in rows if row[0] == "1" and row[2] == "2"]
    assert {int(row[3]) - 1 for row in threats} == {threat["id"] for threat in told["threats"]}
    for row in threats:
        track, now = told["threats"][int(row[3]) - 1]["track"], float(row[4]) - telling.START.timestamp()
        assert apart_m([float(x) for x in row[5:]], where(track, now)) < WITHIN_M


def test_tshark_reads_asterix_as_it_is_meant(tmp_path: Path) -> None:
    told = replays.documents()[1]
    path = exported("asterix", tmp_path / "raid.pcap")
    names = [f"asterix.062_{item}" for item in
             ("080_SIM", "040_VALUE", "070_VALUE", "105_LAT", "105_LON", "130_VALUE")]  # fmt: skip
    rows = tshark(path, *fields(*names))
    assert len(rows) == len(list(asterix_records(exported("asterix", tmp_path / "raid.ast").read_bytes())))
    assert {row[0] for row in rows} <= {"1", "True"}
    for _, number, now, lat, lon, feet in rows:
        x, y, z = telling.place(told["threats"][int(number, 0) - 1]["track"], float(now))
        assert apart_m(geocentric(float(lon), float(lat), 0), geocentric(x, y, 0)) < WITHIN_M
        assert float(feet) * 0.3048 == pytest.approx(z, abs=WITHIN_M)


def read_by(library: str, program: str, path: Path) -> Any:
    """What a program prints as JSON that reads a file with a library of .readers."""
    if not (READERS / library).is_dir():
        pytest.skip(f"there is no {library}: `make readers` puts other people's readers into .readers")
    start = f"import json, sys; sys.path.insert(0, {str(READERS)!r}); path = {str(path)!r}\n"
    done = subprocess.run([sys.executable, "-I", "-c", start + program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


_OPENDIS = """
import struct
from opendis.PduFactory import createPdu
data, rows = open(path, "rb").read()[24:], []
while data:
    s, us, kept, _ = struct.unpack("<IIII", data[:16])
    pdu, data = createPdu(data[44:16 + kept]), data[16 + kept:]
    row = [type(pdu).__name__, s + us / 1e6]
    if row[0] == "EntityStatePdu":
        e, at = pdu.entityID, pdu.entityLocation
        row += [e.applicationID, e.entityID, at.x, at.y, at.z, pdu.marking.charactersString()]
    rows.append(row)
print(json.dumps(rows))
"""
_ASTERIX = """
import asterix
rows = asterix.parse(open(path, "rb").read(), verbose=False)
print(json.dumps([[r["I040"]["TrkN"]["val"], r["I070"]["ToT"]["val"], r["I105"]["Lat"]["val"],
    r["I105"]["Lon"]["val"], r["I130"]["Alt"]["val"], r["I080"]["SIM"]["val"], r["category"]] for r in rows]))
"""
_LIBASTERIX = """
sys.path.insert(0, sys.path[0] + "/libasterix")
from asterix.base import Bits, RawDatablock
from asterix.generated import Cat_062_1_20 as Cat
data, rows = open(path, "rb").read(), []
while data:
    block, data = data[:int.from_bytes(data[1:3], "big")], data[int.from_bytes(data[1:3], "big"):]
    (read,) = Cat.cv_uap.parse(RawDatablock.parse(Bits.from_bytes(block))[0].get_raw_records())
    items = {name: read.get_item(name) for name in ("010", "040", "070", "080", "105", "130", "185")}
    values = {name: item.unparse().to_uinteger() for name, item in items.items() if item is not None and name != "080"}
    written = Cat.create([Cat.cv_record.create(values | {"080": items["080"]})])
    rows.append(written.unparse().to_bytes() == block)
print(json.dumps(rows))
"""
_PYACMI = """
from pyacmi import Acmi
read = Acmi()
read.load_acmi(filepath=path)
print(json.dumps([str(read.reference_time), {k: [o.name, o.tags, o.removed_at] for k, o in read.objects.items()}]))
"""


def test_opendis_reads_it(tmp_path: Path) -> None:
    told = replays.documents()[1]
    rows = read_by("opendis", _OPENDIS, exported("dis", tmp_path / "raid.pcap"))
    assert {row[0] for row in rows} == {"EntityStatePdu", "FirePdu", "DetonationPdu"}
    for row in rows:
        if row[0] == "EntityStatePdu" and row[2] == 2:
            track = told["threats"][row[3] - 1]["track"]
            assert apart_m(row[4:7], where(track, row[1] - telling.START.timestamp())) < WITHIN_M


def test_asterix_decoder_reads_it(tmp_path: Path) -> None:
    told = replays.documents()[1]
    path = exported("asterix", tmp_path / "raid.ast")
    rows = read_by("asterix", _ASTERIX, path)
    assert len(rows) == len(list(asterix_records(path.read_bytes())))
    for number, now, lat, lon, feet, simulated, category in rows:
        x, y, z = telling.place(told["threats"][number - 1]["track"], now)
        assert apart_m(geocentric(lon, lat, 0), geocentric(x, y, 0)) < WITHIN_M
        assert feet * 0.3048 == pytest.approx(z, abs=WITHIN_M)
        assert (simulated, category) == (1, 62)


def test_libasterix_reads_it_and_would_write_the_same(tmp_path: Path) -> None:
    path = exported("asterix", tmp_path / "raid.ast")
    rows = read_by("libasterix", _LIBASTERIX, path)
    assert len(rows) == len(list(asterix_records(path.read_bytes())))
    assert all(rows)


@pytest.mark.parametrize("names", ["plain", "hostile"])
def test_pyacmi_reads_it(tmp_path: Path, names: str) -> None:
    told = replays.documents()[1] if names == "plain" else replays.hostile()[1]
    begins, objects = read_by("pyacmi", _PYACMI, exported("acmi", tmp_path / "raid.acmi", names))
    assert begins.startswith("2000-01-01 00:00:00")
    flying, standing = [*told["threats"], *told["shots"]], [*told["assets"], *told["units"]]
    assert len(objects) == len(flying) + len(standing)
    removed = [at for _, _, at in objects.values() if at is not None]
    assert len(removed) == len(flying)
    if names == "plain":
        assert {name for name, _, _ in objects.values()} >= {one["name"] for one in standing}
