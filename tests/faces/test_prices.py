"""What long work will take is told before it begins, by every command that has such work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from tests.studies.placing.test_place import SITES, question
from tools.fuzz import samples

import bartizan
from bartizan.faces.cli import cli
from bartizan.faces.commands import terminal
from bartizan.studies import rates
from bartizan.studies.searching import search

#: What a search is told to be: its number of worlds follows from how many choices there are.
SEARCH = re.compile(r"This will take about \d+ s: some [\d,]+ worlds, all choices together\.")
SHORT = ("--raid", "drones", "--worlds")
SIDES = "raids of layouts, each in up to 8 worlds, 32 times in each."
SURFACES = Path(bartizan.__file__).parent / "data" / "surfaces"


@pytest.fixture(autouse=True)
def _all_is_worth_telling(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(terminal, "WORTH_TELLING_S", 0.0)
    monkeypatch.chdir(tmp_path)


def prices(*words: str) -> list[str]:
    """What is told of times, beside the answer."""
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output
    return [line for line in done.stderr.splitlines() if line.startswith("This will take ")]


@pytest.mark.parametrize(
    ("words", "work"),
    [
        (("run", "power-station", *SHORT, "4"), "1 kind of raid in 4 worlds, 64 raids in each."),
        (("compare", "power-station", "--what-if", "raids/drones/size=12", *SHORT, "8"), f"2 {SIDES}"),
        (("sweep", "power-station", "--over", "systems/gepard/channels=1,2", *SHORT, "8"), f"2 {SIDES}"),
        (("verify", "--table", "value_of_information", "--table", "geodesy"), "2 reference tables."),
    ],
    ids=lambda given: given[0] if isinstance(given, tuple) else "",
)
def test_what_is_played_has_its_price(words: tuple[str, ...], work: str) -> None:
    (line,) = prices(*words)
    assert line.endswith(f" s: {work}")


def test_searches_have_their_price(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "LAST", 64)
    few = dict(list(SITES.items())[:3])
    Path("q.yaml").write_text(yaml.safe_dump(question(few, raids=["few"])), encoding="utf-8")
    (line,) = prices("place", "q.yaml", "--worlds", "64", "--within", "20%")
    assert SEARCH.fullmatch(line)
    over = ("--over", "systems/gepard/channels=1", "--raid", "drones", "--within", "20%")
    (line,) = prices("tune", "power-station", *over, "--worlds", "64")
    assert SEARCH.fullmatch(line)


def test_a_question_that_is_settled_has_its_price() -> None:
    prices("run", "power-station", *SHORT, "32", "--out", "r")
    (line,) = prices("value", "r", "--settle", "network")
    assert line.startswith("This will take at most about ")
    assert line.endswith(": 1 kind of raid in up to 313 worlds, twice.")


def test_files_that_are_read_have_their_price() -> None:
    pytest.importorskip("rasterio", reason="needs the extra geo")
    (line,) = prices("surface", "stats", str(SURFACES / "vologda.parquet"))
    assert re.search(r" s: \d+ MB of polygons\.$", line)
    (raster,) = samples.metric_heights(Path.cwd())
    at = ("--at", "46.04,9.01", "--height", "10", "--out", "seen.tif")
    assert prices("surface", "sight", str(raster), *at) == ["This will take about 0 s: 3,600 cells."]
    assert rates.of_polygons(Path("none.geojson")) == 0.0
