"""A results folder in whatever state a kill, a disk or a hand has left it: gone on with to the same answer; told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.studies.test_study import SMALL

import bartizan
from bartizan.ground.database import connected
from bartizan.ground.errors import ResultsError, UserError
from bartizan.ground.lock import locked
from bartizan.studies.filling import Progress
from bartizan.studies.study import Handling

HOW = {"worlds": 40, "raids": 4, "seed": 3, "raids_named": ["few"]}


@pytest.fixture(scope="module")
def scenario():
    return bartizan.load(SMALL)


@pytest.fixture(scope="module")
def finished(scenario, tmp_path_factory):
    return bartizan.study(scenario, tmp_path_factory.mktemp("folder") / "out", **HOW)


@pytest.fixture(scope="module")
def halfway(scenario, tmp_path_factory):
    def interrupt(now: Progress) -> None:
        if now.raids_done >= 32 * 4:
            raise KeyboardInterrupt

    out = tmp_path_factory.mktemp("halfway") / "out"
    with pytest.raises(KeyboardInterrupt):
        bartizan.study(scenario, out, **HOW, how=Handling(progress=interrupt), threads=1)
    return out


@pytest.fixture
def begun(halfway, tmp_path):
    shutil.copytree(halfway, tmp_path / "out")
    return tmp_path / "out"


def answer(results):
    return json.dumps([results.summary["cases"], results.summary["files"]], sort_keys=True)


def _cut(part: Path) -> None:
    part.write_bytes(part.read_bytes()[:1000])


def _flip(part: Path) -> None:
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)


def _other(part: Path) -> None:
    with connected() as connection:
        seals = connection.execute(f"SELECT key, value FROM parquet_kv_metadata('{part}')").fetchall()
        told = ", ".join(f"{key.decode()}: '{value.decode()}'" for key, value in seals)
        rows = f"SELECT * REPLACE (sum + 1 AS sum) FROM read_parquet('{part}')"
        connection.execute(f"CREATE TABLE other AS {rows}")
        connection.execute(f"COPY other TO '{part}' (FORMAT parquet, KV_METADATA {{{told}}})")
        connection.execute("DROP TABLE other")


@pytest.mark.parametrize("harm", [lambda p: p.write_bytes(b""), _cut, _flip, _other, lambda p: p.write_text("[1]")])
def test_a_damaged_part_is_played_again_and_told(scenario, finished, begun, harm):
    harm(begun / "parts" / "few" / "0000000.parquet")
    said: list[str] = []
    again = bartizan.study(scenario, begun, **HOW, how=Handling(say=said.append))
    assert any("0000000.parquet was damaged; its worlds are played again" in text for text in said)
    assert answer(again) == answer(finished)


@pytest.mark.parametrize("gone", ["study.json", "scenario.json", "summary.json", "parts", "threats.parquet"])
def test_a_folder_in_which_something_is_missing_is_gone_on_with(scenario, finished, begun, gone):
    path = begun / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert answer(bartizan.study(scenario, begun, **HOW)) == answer(finished)


def test_a_folder_killed_before_its_second_file_is_begun_anew(scenario, finished, begun):
    for path in begun.iterdir():
        if path.name != "scenario.json":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert answer(bartizan.study(scenario, begun, **HOW)) == answer(finished)


@pytest.mark.parametrize("harm", [lambda p: p.unlink(), lambda p: p.write_bytes(b""), _flip])
def test_a_finished_study_of_which_a_table_is_damaged_is_played_again(scenario, finished, tmp_path, harm):
    shutil.copytree(finished.path, tmp_path / "out")
    harm(tmp_path / "out" / "threats.parquet")
    said: list[str] = []
    again = bartizan.study(scenario, tmp_path / "out", **HOW, how=Handling(say=said.append))
    assert "threats.parquet is missing or damaged" in said[0]
    assert answer(again) == answer(finished)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"seed": "x"}'])
def test_a_damaged_study_json_is_told_and_replaced_by_fresh(scenario, finished, begun, content):
    (begun / "study.json").write_text(content)
    with pytest.raises(ResultsError, match="damaged"):
        bartizan.study(scenario, begun, **HOW)
    assert answer(bartizan.study(scenario, begun, **HOW, how=Handling(fresh=True))) == answer(finished)


def test_fresh_removes_only_what_is_ours_and_tells_what_stays(scenario, begun):
    (begun / "notes.txt").write_text("a week of work")
    (begun / "parts" / "few" / "mine.parquet").write_text("mine")
    said: list[str] = []
    bartizan.study(scenario, begun, **{**HOW, "seed": 4}, how=Handling(fresh=True, say=said.append))
    assert (begun / "notes.txt").read_text() == "a week of work"
    assert (begun / "parts" / "few" / "mine.parquet").read_text() == "mine"
    assert "notes.txt" in said[0]


@pytest.mark.parametrize("content", ['{"name": "optuna study"}', "no JSON", "[]"])
@pytest.mark.parametrize("fresh", [False, True])
def test_a_study_json_of_somebody_else_keeps_all_that_lies_beside_it(scenario, tmp_path, content, fresh):
    """Tables and parts are called as ours are; --fresh removed them, and what is refused offered --fresh."""
    (tmp_path / "parts" / "2024").mkdir(parents=True)
    theirs = [tmp_path / name for name in ("summary.json", "threats.parquet", "parts/2024/2023.parquet", "study.json")]
    for path in theirs:
        path.write_text(content)
    with pytest.raises(ResultsError, match="none of ours") as caught:
        bartizan.study(scenario, tmp_path, **HOW, how=Handling(fresh=fresh))
    assert "--fresh" not in str(caught.value)
    assert [path.read_text() for path in theirs] == [content] * 4


def test_a_scenario_json_of_somebody_else_is_not_overwritten(scenario, tmp_path):
    (tmp_path / "scenario.json").write_text(json.dumps(SMALL))
    with pytest.raises(ResultsError, match="not empty"):
        bartizan.study(scenario, tmp_path, **HOW, how=Handling(fresh=True))
    assert json.loads((tmp_path / "scenario.json").read_text()) == SMALL


def test_a_folder_that_is_being_written_is_refused_fresh_or_not(scenario, begun):
    before = sorted(p.name for p in begun.iterdir())
    with locked(begun):
        for fresh in (False, True):
            with pytest.raises(UserError, match="is being written by process"):
                bartizan.study(scenario, begun, **HOW, how=Handling(fresh=fresh))
    assert sorted(p.name for p in begun.iterdir()) == before


@pytest.mark.parametrize("replaced", [False, True])
def test_a_folder_removed_meanwhile_is_never_said_to_be_finished(scenario, tmp_path, replaced):
    out = tmp_path / "out"

    def remove(now: Progress) -> None:
        if now.raids_done and out.exists():
            shutil.rmtree(out)
            if replaced:
                out.mkdir()

    with pytest.raises((ResultsError, OSError)):
        bartizan.study(scenario, out, **HOW, how=Handling(progress=remove), threads=1)
    assert not (out / "summary.json").exists()


def test_parts_that_do_not_depend_on_what_was_mended_are_kept(tmp_path):
    """Districts decide nothing of a raid: named otherwise after an interrupt, no world is played twice."""

    def square(side: float) -> str:
        ring = [[0, 0], [side, 0], [side, side], [0, side], [0, 0]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        return json.dumps({"type": "Feature", "properties": {"name": "x"}, "geometry": shape})

    def interrupt(now: Progress) -> None:
        if now.raids_done:
            raise KeyboardInterrupt

    file, out, seen = tmp_path / "places.geojson", tmp_path / "out", []
    file.write_text(square(0.1))
    content = {**SMALL, "districts": {"file": "places.geojson"}}
    with pytest.raises(KeyboardInterrupt):
        bartizan.study(bartizan.load(content, folder=tmp_path), out, **HOW, how=Handling(progress=interrupt), threads=1)
    file.write_text(square(0.2))
    said: list[str] = []
    bartizan.study(
        bartizan.load(content, folder=tmp_path), out, **HOW,
        how=Handling(progress=lambda now: seen.append(now.raids_done), say=said.append),
    )  # fmt: skip
    assert seen[0] >= 16 * 4
    assert "does not depend on what has changed" in said[0]


def test_files_that_cannot_be_read_are_told_before_anything_is_written(tmp_path):
    (tmp_path / "nobody.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    (tmp_path / "persons.tif").write_text("not a raster")
    content = {
        **SMALL, "districts": {"file": "nobody.geojson"}, "fall": {"population": {"file": "persons.tif"}},
    }  # fmt: skip
    with pytest.raises(UserError) as told:
        bartizan.study(bartizan.load(content, folder=tmp_path), tmp_path / "out", **HOW)
    assert "nobody.geojson" in str(told.value)
    assert "persons.tif" in str(told.value)
    assert not (tmp_path / "out").exists()
