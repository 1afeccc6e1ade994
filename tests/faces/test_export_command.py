"""`bartizan export` as a person meets it: which raid it takes, where it writes, and what it says of mistakes."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.docs.pages import ROOT
from tests.faces import replays
from tests.studies.test_study import SMALL

from bartizan.faces import cli, exports
from bartizan.faces.exports import sheets
from bartizan.studies import episodes, extracts
from bartizan.studies.results import Results
from bartizan.studies.study import study
from bartizan.world.scenario import load

Export = Callable[..., str]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return study(load(replays.WRITTEN), tmp_path_factory.mktemp("study") / "results", worlds=3, raids=4, threads=1)


@pytest.fixture
def export(results: Results, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Export:
    """Runs the command on the results; what it printed. Raises SystemExit where it fails."""

    def run(*arguments: str, folder: Path = results.path) -> str:
        monkeypatch.setattr("sys.argv", ["bartizan", "export", str(folder), *arguments])
        cli.main()
        return capsys.readouterr().out

    return run


@pytest.fixture
def remarks(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Export:
    """Runs the command on a folder; what it said besides the names of files."""

    def run(folder: Path, *arguments: str) -> str:
        monkeypatch.setattr("sys.argv", ["bartizan", "export", str(folder), *arguments])
        cli.main()
        return capsys.readouterr().err

    return run


@pytest.mark.parametrize("form", exports.FORMATS)
def test_every_format_is_told_of(form: str) -> None:
    told, options = ((ROOT / "docs" / page).read_text(encoding="utf-8") for page in ("exports.md", "commands.md"))
    assert f"--to {form} " in told
    (row,) = (line for line in options.splitlines() if line.startswith("| `--to FORMAT`"))
    assert f"`{form}`" in row


def test_it_takes_the_median_raid(export: Export, results: Results) -> None:
    printed = export("--to", "czml")
    assert printed.strip() == str(results.path / "replay.czml")
    median = episodes.worth_seeing(results, "raid")[0]
    found = json.loads((results.path / "replay.czml").read_text(encoding="utf-8"))
    assert found[0]["name"].endswith(f"case raid, world {median['world']}, raid {median['raid']}")


def test_it_takes_the_raid_that_is_named(export: Export, tmp_path: Path) -> None:
    path = tmp_path / "new" / "raid.kml"
    export("--to", "kml", "--case", "raid", "--world", "2", "--raid", "3", "--out", str(path))
    found = ElementTree.parse(path).findtext(".//{http://www.opengis.net/kml/2.2}Document/*")
    assert found is not None
    assert found.endswith("case raid, world 2, raid 3")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--to", "dxf"], "'dxf' is not one of"),
        (["--to", "kml", "--raid", "1"], "name that with --world"),
        (["--to", "kml", "--out", "raid.zip"], "--out raid.zip: the name of a file in kml ends in .kml or .kmz"),
        (["--to", "dis", "--out", "raid.dis"], "--out raid.dis: the name of a file in dis ends in .pcap"),
        (["--to", "acmi", "--undulation", "15"], "--undulation is for czml, dis, asterix: acmi needs none"),
        (["--to", "kml", "--world", "3", "--raid", "0"], "the world must lie between 0 and 2, not 3"),
        (["--to", "kml", "--world", "0", "--raid", "4"], "the raid must lie between 0 and 3, not 4"),
        (["--to", "kml", "--case", "feint"], "no raid 'feint'"),
        (["--to", "geojson", "--case", "raid"], "--case and --raid choose a raid, and geojson has none in it"),
        (["--to", "gpkg", "--world", "0", "--raid", "1"], "and gpkg has none in it"),
        (["--to", "gpkg", "--out", "map.json"], "--out map.json: the name of a file in gpkg ends in .gpkg"),
    ],
)
def test_mistakes_are_told(export: Export, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str) -> None:
    with pytest.raises(SystemExit) as ended:
        export(*arguments)
    assert ended.value.code == cli.USER_MISTAKE
    assert says in capsys.readouterr().err


def test_what_is_refused_is_not_told_as_done(export: Export, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        export("--to", "kml", "--world", "0", "--raid", "4")
    assert "number 4 of world 0" not in capsys.readouterr().err


def test_a_world_alone_is_enough(export: Export, tmp_path: Path) -> None:
    export("--to", "geojson", "--world", "1", "--out", str(tmp_path / "map"))
    skylines = json.loads((tmp_path / "map" / "skylines.geojson").read_text(encoding="utf-8"))
    assert {one["properties"]["world"] for one in skylines["features"]} == {1}
    export("--to", "czml", "--world", "1", "--out", str(tmp_path / "raid.czml"))
    raid = json.loads((tmp_path / "raid.czml").read_text(encoding="utf-8"))
    assert raid[0]["name"].endswith("world 1, raid 0")


def test_what_another_version_made_is_told(results: Results, remarks: Export, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    shutil.copytree(results.path, folder)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    (folder / "summary.json").write_text(json.dumps(summary | {"bartizan": "0.0.9"}), encoding="utf-8")
    assert "Bartizan 0.0.9 made these results" in remarks(folder, "--to", "csv")


def test_each_step_is_told_before_it_is_done(results: Results, tmp_path: Path) -> None:
    steps: list[str] = []
    documents = extracts.of_results(results.path, None, (0, 0), lambda _: None, steps.append)
    assert steps == []
    exports.write("html", documents, tmp_path / "raid.html")
    assert {"playing the raid", "looking around 100 m", "reading what comes down"} <= set(steps)


def test_a_raid_that_is_nowhere_on_earth_is_drawn_about_0_0_and_said_to_be(remarks: Export, tmp_path: Path) -> None:
    found = study(load(SMALL), tmp_path / "results", worlds=1, raids=1, threads=1)
    assert "drawn about latitude 0, longitude 0" in remarks(found.path, "--to", "kml")
    assert "drawn about" not in remarks(found.path, "--to", "csv")


def test_a_folder_without_results(export: Export, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        export("--to", "kml", folder=tmp_path)
    assert ended.value.code == cli.USER_MISTAKE
    assert "holds no results" in capsys.readouterr().err


# ------------------------------------------------------------------------------------------------- each format


def test_heights_are_raised_by_what_the_sea_lies_above_the_ellipsoid(export: Export, tmp_path: Path) -> None:
    for name, raised in (("low", "0"), ("high", "40")):
        export("--to", "asterix", "--undulation", raised, "--out", str(tmp_path / f"{name}.ast"))
    low, high = ((tmp_path / f"{name}.ast").read_bytes() for name in ("low", "high"))
    heights = [[int.from_bytes(file[k + 27 : k + 29], "big") for k in range(0, len(file), 29)] for file in (low, high)]
    assert {after - before for before, after in zip(*heights, strict=True)} == {21}  # of 6.25 ft


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("form", ["geojson", "geoparquet", "gpkg"])
def test_layers_of_the_map_are_what_geopandas_reads(
    export: Export, results: Results, tmp_path: Path, form: str
) -> None:
    geopandas = pytest.importorskip("geopandas")
    if form == "geoparquet":
        pytest.importorskip("pyarrow")
    out = tmp_path / f"map.{form}"
    written = [Path(line) for line in export("--to", form, "--out", str(out)).splitlines()]
    names = ("sites", "coverage", "skylines", "falls")

    def read(name: str) -> Any:
        if form == "gpkg":
            return geopandas.read_file(out, layer=name)
        (path,) = (p for p in written if p.stem == name)
        return geopandas.read_parquet(path) if form == "geoparquet" else geopandas.read_file(path)

    layers = {name: read(name) for name in names}
    assert all(layer.is_valid.all() and len(layer) for layer in layers.values())
    assert sorted(layers["sites"]["name"]) == ["East", "Mast", "Town", "West"]
    assert set(layers["skylines"]["unit"]) <= {"East", "Mast", "West"}
    assert set(layers["falls"]["case"]) == set(results.cases)
    assert set(layers["coverage"]["probability"]) == {0.5, 0.9}


def test_kml_has_the_map_switched_off_under_the_replay(export: Export, tmp_path: Path) -> None:
    export("--to", "kml", "--out", str(tmp_path / "raid.kml"))
    space = "{http://www.opengis.net/kml/2.2}"
    document = ElementTree.parse(tmp_path / "raid.kml").getroot()[0]
    folders = {f.findtext(f"{space}name"): f for f in document.findall(f"{space}Folder")}
    assert list(folders)[-3:] == ["Coverage", "Skylines", "What comes down"]
    for name in list(folders)[-3:]:
        marks = list(folders[name].iter(f"{space}Placemark"))
        assert {mark.findtext(f"{space}visibility") for mark in marks} == {"0"}
    styles = {f"#{style.get('id')}" for style in document.findall(f"{space}Style")}
    assert {str(url.text) for url in document.iter(f"{space}styleUrl")} <= styles


def test_tables_hold_the_estimates_and_the_raid(export: Export, results: Results, tmp_path: Path) -> None:
    out = tmp_path / "tables"
    printed = export("--to", "csv", "--out", str(out))
    assert {Path(line).name for line in printed.splitlines()} == {path.name for path in out.iterdir()}
    (case,) = table(out, "cases")
    leak = results.case("raid")["leak"]
    assert [float(case[f"leak_{part}"]) for part in ("mean", "low", "high")] == [
        leak[p] for p in ("mean", "low", "high")
    ]
    assert len(table(out, "threats")) == int(case["size"])
    assert {row["threat"] for row in table(out, "events")} >= {row["name"] for row in table(out, "threats")}
    rounds = [effector["rounds"]["mean"] for effector in results.case("raid")["effectors"]]
    assert [float(row["rounds_mean"]) for row in table(out, "effectors")] == rounds
    east = next(row for row in table(out, "sites") if row["name"] == "East")
    assert float(east["lon"]) == pytest.approx(10.007, abs=1e-3)


def test_a_page_of_the_raid(export: Export, tmp_path: Path) -> None:
    export("--to", "html", "--case", "raid", "--world", "1", "--raid", "2", "--out", str(tmp_path / "raid.html"))
    text = (tmp_path / "raid.html").read_text(encoding="utf-8")
    assert "case raid, world 1, raid 2</title>" in text
    assert len(text) < 3_000_000


def test_what_is_nowhere_on_earth_has_no_layers_but_has_tables(
    export: Export, results: Results, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "results"
    shutil.copytree(results.path, folder)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    summary["map"]["origin"] = None
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        export("--to", "gpkg", folder=folder)
    assert ended.value.code == cli.USER_MISTAKE
    assert "no place on the earth" in capsys.readouterr().err
    export("--to", "csv", folder=folder)
    assert {row["lat"] for row in table(folder / "csv", "sites")} == {""}


@pytest.mark.parametrize("form", ["czml", "gpkg", "csv"])
def test_a_place_that_cannot_be_written_is_told(
    export: Export, capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        export("--to", form, "--out", str(tmp_path / "file" / f"under.{form}"))
    assert ended.value.code == cli.USER_MISTAKE
    assert "cannot write" in capsys.readouterr().err


def test_a_table_without_rows_leaves_none_of_another_raid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = {"summary": dict, "replay": dict}
    for shots in ([{"time": 1}], []):
        monkeypatch.setattr(sheets, "of_results", lambda _: {"cases": [{"case": "raid"}]})
        monkeypatch.setattr(sheets, "of_raid", lambda _, shots=shots: {"shots": shots})
        sheets.write(documents, tmp_path)  # type: ignore[arg-type]
        assert sorted(file.name for file in tmp_path.iterdir()) == ["cases.csv", "shots.csv"][: 1 + len(shots)]
