"""Friendly aircraft wherever results and replays are told: apart from threats and from neutrals, as fratricide."""

from __future__ import annotations

import functools
import struct
from pathlib import Path
from typing import Any

import pytest
from tests.engine.test_identity import own, stream
from tests.faces.test_recordings import acmi_frames, datagrams

from bartizan.faces import report
from bartizan.faces.exports import sheets, telling, write
from bartizan.faces.report import neutrals
from bartizan.faces.terminal import tables
from bartizan.studies import overview, replay
from bartizan.studies.results import Results, open_results
from bartizan.studies.study import study
from bartizan.world.scenario import load

#: In one raid some of either are shot down; rarely any.
SCENE, RARE = (
    own({"transponder": 0.5}, stream(), transponder=0.5, neutral_as_hostile=chance) for chance in (0.3, 0.01)
)
RARE["raids"][0]["per_year"] = 6


@functools.cache
def document() -> Any:
    return replay.document(load(SCENE), "raid", 0, 1, 0, 8)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("friendly") / "r"
    return open_results(study(load(RARE), folder, worlds=4, raids=16, threads=1).path)


def exported(form: str, path: Path) -> Path:
    view = overview.of_scenario(load(SCENE)) | {"notes": []}
    (written,) = write(form, {"view": lambda: view, "replay": document, "undulation_m": lambda: 0.0}, path)
    return written


def fates(**whose: bool) -> list[str]:
    return [t["fate"] for t in document()["threats"] if all(t[name] is value for name, value in whose.items())]


def test_a_replay_tells_fratricide_from_neutrals_shot_down() -> None:
    told = document()
    friends, others = fates(friendly=True), fates(neutral=True, friendly=False)
    assert {"passed", "downed"} == set(friends) == set(others)
    ends = [event["kind"] for event in told["events"]]
    assert ends.count("fratricide") == friends.count("downed")
    assert ends.count("downed") == others.count("downed")
    names = {t["id"]: t["name"] for t in told["threats"]}
    for event in told["events"]:
        if event["kind"] == "fratricide":
            assert event["text"].endswith(f"destroys {names[event['threat']]}, a friendly aircraft")


def test_what_is_told_of_a_file_counts_each_kind_alone() -> None:
    about = str(telling.about(overview.of_scenario(load(SCENE)), document()))
    friends, others = fates(friendly=True), fates(neutral=True, friendly=False)
    assert f"{friends.count('downed')} of {len(friends)} friendly aircraft: fratricide." in about
    assert f"{others.count('downed')} of {len(others)} neutrals: neutral shot down." in about
    assert f"of {len(fates(neutral=False))} threats" in about
    one = next(t for t in document()["threats"] if t["friendly"] and t["fate"] == "downed")
    assert "patrol, a friendly aircraft about Town: fratricide by A." in str(telling.of_threat(one, []))


def test_recordings_have_them_on_the_side_of_the_defence(tmp_path: Path) -> None:
    """In ACMI by coalition, in DIS by force: 1 friendly, 2 opposing."""
    known: dict[str, dict[str, str]] = {}
    for _, number, properties in acmi_frames(exported("acmi", tmp_path / "raid.acmi")):
        known.setdefault(number, {}).update({k: v for k, v in properties.items() if k in ("CallSign", "Coalition")})
    sides = {of["CallSign"]: of["Coalition"] for of in known.values() if "CallSign" in of}
    forces = {
        struct.unpack_from(">H", pdu, 16)[0] - 1: pdu[18]
        for _, pdu in datagrams(exported("dis", tmp_path / "raid.pcap"))
        if pdu[2] == 1 and struct.unpack_from(">H", pdu, 14)[0] == 2
    }
    for threat in document()["threats"]:
        assert sides[threat["name"]] == ("Defence" if threat["friendly"] else "Raid")
        assert forces[threat["id"]] == (1 if threat["friendly"] else 2)


def test_report_terminal_and_sheets_say_what_the_summary_does(
    results: Results, capsys: pytest.CaptureFixture[str]
) -> None:
    (case,) = results.summary["cases"]
    assert 1 > case["friendly"]["downed"]["mean"] != case["neutrals"]["downed"]["mean"]
    tables.results(results)
    shown = capsys.readouterr().out
    assert "friendly aircraft (fratricide): at least one is ..." in shown
    assert f"{case['friendly']['downed']['mean']:.2%}" in shown.split("fratricide")[1]
    page = report.write(results.path, results.path / "report.html").read_text(encoding="utf-8")
    assert page.count('id="friendly"') == page.count('id="neutrals"') == 1
    assert "Would a friendly aircraft be hit?" in page
    for side in (neutrals.NEUTRALS, neutrals.FRIENDLY):
        assert neutrals.sentence(case, side) in page.replace("&#x27;", "'")
    (row,) = sheets.of_results(results.summary)["cases"]
    for whose in ("neutrals", "friendly"):
        assert row[f"{whose}_downed_mean"] == case[whose]["downed"]["mean"]  # type: ignore[literal-required]
        assert row[f"{whose}_downed_per_year_high"] == pytest.approx(6 * case[whose]["downed"]["high"])  # type: ignore[literal-required]


def test_the_shipped_variant_flies_some_and_leaves_the_rest_as_it_is() -> None:
    plain, variant = load("airport"), load("airport:own-helicopter")
    assert not any(case.friendly for case in plain.cases)
    assert [case.name for case in variant.cases if case.friendly] == ["from-the-sea"]
    for case in plain.cases:
        assert variant.case(case.name).groups[: len(case.groups)] == case.groups
